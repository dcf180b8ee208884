"""The look of Word documents: pandoc's reference document with styles in the brand's colours and font."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import quoteattr

from vaultkit.shell.deliverable import pandoc
from vaultkit.shell.deliverable.brand import Brand, mixed
from vaultkit.shell.deliverable.callouts import TYPES
from vaultkit.shell.deliverable.docx_template import dress, opened

FONT, MONO = "Calibri", "Consolas"
#: The grey of small print and the near-black of text; both are readable on white (>= 7:1).
GREY, TEXT = "595959", "262626"
#: What words of a language are checked as.
LANGUAGES = {"fr": "fr-CH", "en": "en-GB", "de": "de-CH"}
#: The ink and the ground of each look of callout; the ink is readable on the ground (>= 4.5:1).
CALLOUTS: dict[str, tuple[str, str]] = dict.fromkeys(TYPES, ("1F5A99", "EEF4FA")) | {
    "abstract": ("0B6B6B", "EAF5F5"), "tip": ("0B6B6B", "EAF5F5"), "todo": ("1F5A99", "EEF4FA"),
    "success": ("1E6B34", "EDF6EF"), "question": ("8A5A00", "FDF6E6"), "warning": ("8F4E00", "FDF3E7"),
    "failure": ("A32020", "FBEEEE"), "danger": ("A32020", "FBEEEE"), "bug": ("A32020", "FBEEEE"),
    "example": ("5B3A9E", "F3EFFA"), "quote": ("595959", "F4F4F4"),
}  # fmt: skip
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def hexed(color: str) -> str:
    """Return `#1f4e79` as Word has it: `1F4E79`."""
    return color.lstrip("#").upper()


@lru_cache(maxsize=8)
def reference(brand: Brand, language: str) -> bytes:
    """Return the reference document that pandoc takes the styles from.

    Raises NoPandoc, and VaultkitError (2) where the template of the firm is no Word document.
    """
    from docx import Document
    from docx.oxml import parse_xml

    document = Document(BytesIO(pandoc.default_file("reference.docx")))
    styles = document.styles.element
    defaults = styles.find(f"{{{_W}}}docDefaults")
    styles.replace(defaults, parse_xml(_defaults(brand.font or FONT, LANGUAGES.get(language, "fr-CH"))))
    for written in _styles(brand):
        style = parse_xml(written)
        old = _old(styles, style.get(f"{{{_W}}}styleId"))
        if old is not None:
            styles.replace(old, style)
        else:
            styles.append(style)
    for name in ("FirstParagraph", *(f"Heading{level}Char" for level in range(1, 10))):
        old = _old(styles, name)
        for inner in list(old.iter(f"{{{_W}}}rPr")) if old is not None else ():
            inner.getparent().remove(inner)
    if brand.template:
        dress(document, opened(brand.template))
    done = BytesIO()
    document.save(done)
    return done.getvalue()


def _old(styles: Any, identifier: str) -> Any:
    return next((one for one in styles if one.get(f"{{{_W}}}styleId") == identifier), None)


def _defaults(font: str, language: str) -> str:
    name = quoteattr(font)
    return (
        f'<w:docDefaults xmlns:w="{_W}"><w:rPrDefault><w:rPr>'
        f"<w:rFonts w:ascii={name} w:hAnsi={name} w:eastAsia={name} w:cs={name}/>"
        f'<w:color w:val="{TEXT}"/><w:sz w:val="21"/><w:szCs w:val="21"/>'
        f'<w:lang w:val="{language}" w:eastAsia="{language}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:spacing w:after="0" w:line="269" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
        "</w:docDefaults>"
    )


def _styles(brand: Brand) -> Iterator[str]:
    """Yield the styles as XML, in no order that matters."""
    ink, accent = hexed(brand.ink), hexed(brand.accent)
    yield _paragraph("BodyText", "Body Text", spacing=(0, 120))
    yield _paragraph("FirstParagraph", "First Paragraph", base="BodyText", next_="BodyText")
    yield _paragraph("Compact", "Compact", base="BodyText", spacing=(20, 40))
    yield from _headings(ink, hexed(mixed(brand.color, "#ffffff", 0.7)))
    yield _paragraph(
        "FrontHeading", "Front Heading", spacing=(200, 80), size=24, color=ink, run="<w:b/>", keep=True
    )
    yield from _cover_styles(ink, accent)
    yield _paragraph(
        "TOCHeading", "TOC Heading", spacing=(0, 200), size=36, color=ink, run="<w:b/>", keep=True
    )
    yield from _contents(ink)
    yield _paragraph(
        "BlockText", "Block Text", base="BodyText", ppr=_bar("BFBFBF", 12, 10) + '<w:ind w:left="284"/>'
    )
    yield _paragraph("FootnoteText", "Footnote Text", spacing=(0, 40), size=17)
    yield _paragraph("Header", "header", size=16, color=GREY)
    yield _paragraph("Footer", "footer", size=16, color=GREY)
    yield _paragraph("TableText", "Table Text", spacing=(30, 30), size=18)
    yield _paragraph(
        "TableRemark", "Table Remark", spacing=(160, 60), size=17, color=GREY, run="<w:i/>", keep=True
    )
    yield _paragraph("Picture", "Picture", spacing=(120, 160), ppr='<w:jc w:val="center"/>')
    yield _paragraph(
        "SourceCode", "Source Code", spacing=(80, 120), size=18,
        ppr=_bar("D9D9D9", 12, 8)
        + '<w:shd w:val="clear" w:fill="F5F6F7"/><w:wordWrap w:val="0"/><w:ind w:left="170"/>',
    )  # fmt: skip
    yield _character("VerbatimChar", "Verbatim Char", f'<w:rFonts w:ascii="{MONO}" w:hAnsi="{MONO}" w:cs="{MONO}"/>'
                     '<w:sz w:val="19"/>')  # fmt: skip
    yield _character("Hyperlink", "Hyperlink", f'<w:color w:val="{ink}"/><w:u w:val="single"/>')
    yield _character("Number", "Number", f'<w:b/><w:color w:val="{hexed(brand.accent_ink)}"/>')
    yield _paragraph("Totals", "Totals", spacing=(0, 60), size=22, color=ink, run="<w:b/>")
    yield _character("Label", "Label", f'<w:color w:val="{GREY}"/>')
    for kind in TYPES:
        yield _paragraph(
            f"Callout{kind}",
            f"Callout {kind}",
            spacing=(60, 60),
            run="<w:b/>",
            color=CALLOUTS[kind][0],
            keep=True,
        )
    yield _table(ink, hexed(brand.tint), hexed(mixed(brand.color, "#ffffff", 0.965)))


def _headings(ink: str, rule: str) -> Iterator[str]:
    under = f'<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="4" w:color="{rule}"/></w:pBdr>'
    for level, (size, before, after) in enumerate(((34, 480, 160), (26, 320, 100), (22, 240, 60)), 1):
        color = ink if level < 3 else TEXT
        yield _paragraph(
            f"Heading{level}", f"heading {level}", next_="BodyText", spacing=(before, after), size=size, color=color,
            run="<w:b/>", keep=True, level=level, ppr=under if level == 1 else "",
        )  # fmt: skip
    for level in (4, 5, 6):
        yield _paragraph(
            f"Heading{level}", f"heading {level}", next_="BodyText", spacing=(200, 40), color=GREY, run="<w:b/>",
            keep=True, level=level,
        )  # fmt: skip


def _cover_styles(ink: str, accent: str) -> Iterator[str]:
    yield _paragraph("Title", "Title", spacing=(0, 160), size=64, color=ink, run="<w:b/>", line=240)
    yield _paragraph("Subtitle", "Subtitle", spacing=(0, 240), size=30, color=GREY)
    bar = f'<w:pBdr><w:top w:val="single" w:sz="36" w:space="1" w:color="{accent}"/></w:pBdr>'
    yield _paragraph("CoverRule", "Cover Rule", spacing=(0, 240), size=8, ppr=bar + '<w:ind w:right="7370"/>')
    yield _paragraph("CoverLabel", "Cover Label", spacing=(60, 60), size=19, color=GREY)
    yield _paragraph("CoverText", "Cover Text", spacing=(60, 60), size=21)


def _contents(ink: str) -> Iterator[str]:
    tab = '<w:tabs><w:tab w:val="right" w:pos="9354"/></w:tabs>'
    yield _paragraph("TOC1", "toc 1", spacing=(120, 20), color=ink, run="<w:b/>", ppr=tab)
    yield _paragraph("TOC2", "toc 2", spacing=(10, 10), ppr=tab + '<w:ind w:left="284"/>')


def _paragraph(
    identifier: str, name: str, *, base: str = "Normal", next_: str = "", spacing: tuple[int, int] | None = None,
    size: int = 0, color: str = "", run: str = "", ppr: str = "", keep: bool = False, level: int = 0, line: int = 0,
) -> str:  # fmt: skip
    """Return a paragraph style: `spacing` in twentieths of a point before and after, `size` in half points.

    The parts of `ppr` come in Word's own order: borders, shade, tabs, indents, alignment.
    """
    space = f'<w:spacing w:before="{spacing[0]}" w:after="{spacing[1]}"' if spacing else ""
    space += (f' w:line="{line}" w:lineRule="auto"' if line else "") + "/>" if space else ""
    kept = "<w:keepNext/><w:keepLines/>" if keep else ""
    early, late = _around_spacing(ppr)
    outline = f'<w:outlineLvl w:val="{level - 1}"/>' if level else ""
    colored = f'<w:color w:val="{color}"/>' if color else ""
    sized = f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>' if size else ""
    return (
        f'<w:style xmlns:w="{_W}" w:type="paragraph" w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{base}"/>' + (f'<w:next w:val="{next_}"/>' if next_ else "") + "<w:qFormat/>"
        f"<w:pPr>{kept}{early}{space}{late}{outline}</w:pPr><w:rPr>{run}{colored}{sized}</w:rPr></w:style>"
    )


def _around_spacing(ppr: str) -> tuple[str, str]:
    """Return what stands before and after the spacing: indents and alignment come after it."""
    at = min((found for found in (ppr.find("<w:ind"), ppr.find("<w:jc")) if found >= 0), default=len(ppr))
    return ppr[:at], ppr[at:]


def _character(identifier: str, name: str, run: str) -> str:
    return (
        f'<w:style xmlns:w="{_W}" w:type="character" w:styleId="{identifier}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="DefaultParagraphFont"/><w:rPr>{run}</w:rPr></w:style>'
    )


def _bar(color: str, width: int, space: int) -> str:
    return f'<w:pBdr><w:left w:val="single" w:sz="{width}" w:space="{space}" w:color="{color}"/></w:pBdr>'


def _table(ink: str, head: str, band: str) -> str:
    """Return the style of tables: a light head, a rule below it, hairlines between rows, every other row shaded."""
    line = '<w:{side} w:val="single" w:sz="4" w:space="0" w:color="D5D9DE"/>'
    rules = "".join(line.format(side=side) for side in ("top", "bottom", "insideH"))
    margins = "".join(
        f'<w:{side} w:w="{room}" w:type="dxa"/>'
        for side, room in (("top", 40), ("left", 100), ("bottom", 40), ("right", 100))
    )
    return (
        f'<w:style xmlns:w="{_W}" w:type="table" w:styleId="Table"><w:name w:val="Table"/>'
        '<w:basedOn w:val="TableNormal"/><w:qFormat/>'
        f'<w:tblPr><w:tblStyleRowBandSize w:val="1"/><w:tblBorders>{rules}</w:tblBorders>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>"
        f'<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="{ink}"/></w:rPr><w:tcPr><w:tcBorders>'
        f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{ink}"/></w:tcBorders>'
        f'<w:shd w:val="clear" w:color="auto" w:fill="{head}"/><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
        f'<w:tblStylePr w:type="band2Horz"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{band}"/></w:tcPr>'
        "</w:tblStylePr></w:style>"
    )
