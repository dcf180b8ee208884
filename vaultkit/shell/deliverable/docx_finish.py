"""What pandoc has no word for in Word: cover, contents, running head and foot, boxes, marks of changes; clean bytes."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from msgspec import Struct

from vaultkit.render.deliverable.model import Report
from vaultkit.render.deliverable.wording import words_of
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.docx_styles import CALLOUTS, hexed
from vaultkit.shell.deliverable.pandoc import clean
from vaultkit.shell.deliverable.tracked import MARK_URI
from vaultkit.values import printed_date

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NS = f'xmlns:w="{W}"'
#: Width of the text in twips: A4 with margins of 22.5 mm.
TEXT_WIDTH = 9354
_MARGIN = 1276
#: A paragraph that ends its page.
NEW_PAGE = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
#: What every entry of the archive is dated, and a document without a day.
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
#: Eight points in English Metric Units: the room between text and boxes.
_BELOW = 101600
_BOXES = "☐☑◐☒"
_NO_DAY = datetime(2020, 1, 1, tzinfo=UTC)


class Entry(Struct, frozen=True):
    """A line of the contents."""

    level: int
    bookmark: str
    text: str


def contents(entries: Sequence[Entry], language: str) -> str:
    """Return the contents as a field that Word fills anew, with its entries in it, as XML."""
    title = escape(words_of(language)["contents"])
    head = f'<w:p><w:pPr><w:pStyle w:val="TOCHeading"/><w:pageBreakBefore/></w:pPr>{_run(title)}</w:p>'
    if not entries:
        return ""
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z \\u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    lines = []
    for at, one in enumerate(entries):
        first, last = begin if not at else "", end if at == len(entries) - 1 else ""
        link = (
            f'<w:hyperlink w:anchor="{one.bookmark}" w:history="1">{_run(escape(clean(one.text)))}<w:r><w:tab/></w:r>'
            f"{_field(f'PAGEREF {one.bookmark}', '')}</w:hyperlink>"
        )
        lines.append(f'<w:p><w:pPr><w:pStyle w:val="TOC{one.level}"/></w:pPr>{first}{link}{last}</w:p>')
    wrapped = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj>'
        f"</w:sdtPr><w:sdtContent>{head}{''.join(lines)}</w:sdtContent></w:sdt>"
    )
    return wrapped + NEW_PAGE


def finished(written: bytes, report: Report, brand: Brand) -> bytes:
    """Return what pandoc wrote as the document that goes out, the same bytes for the same report."""
    from docx import Document

    document = Document(BytesIO(written))
    body = document.element.body
    _pages(document, report, brand)
    for table in body.iter(f"{{{W}}}tbl"):
        _table(table, brand)
    _pictures(body)
    _tasks(body)
    _marks(body)
    _cover(document, report, brand)
    _new_pages(body)
    _settings(document, report, brand)
    done = BytesIO()
    document.save(done)
    return packed(done.getvalue())


def packed(archive: bytes) -> bytes:
    """Return a zip archive with its entries undated and in the order of their names, the type list first."""
    done = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(done, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            info = zipfile.ZipInfo(name, _ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            new.writestr(info, old.read(name))
    return done.getvalue()


def _xml(text: str) -> Any:
    """Return the element that a text says; its first tag need not say what `w:` is."""
    from docx.oxml import parse_xml

    if _NS not in text:
        end = min(at for at in (text.find(mark) for mark in (" ", "/>", ">")) if at > 0)
        text = f"{text[:end]} {_NS}{text[end:]}"
    return parse_xml(text)


def _run(text: str, properties: str = "") -> str:
    wrapped = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{wrapped}<w:t xml:space="preserve">{text}</w:t></w:r>'


def _field(code: str, shown: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{_run(shown) if shown else ""}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def _para(style: str, inside: str, properties: str = "") -> Any:
    return _xml(f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{inside}</w:p>')


def _pages(document: Any, report: Report, brand: Brand) -> None:
    """Give the pages their size, and all but the first their running head and foot."""
    from docx.shared import Mm

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = _MARGIN * 635
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    section.header_distance, section.footer_distance = Mm(11), Mm(10)
    section.different_first_page_header_footer = True
    tab = f'<w:tabs><w:tab w:val="clear" w:pos="4680"/><w:tab w:val="right" w:pos="{TEXT_WIDTH}"/></w:tabs>'
    cover, say = report.cover, words_of(report.language)
    head = (
        _run(escape(clean(cover.title))) + "<w:r><w:tab/></w:r>" + _run(escape(clean(cover.confidentiality)))
    )
    before, _, after = say["page_of"].partition("{page}")
    middle, _, last = after.partition("{pages}")
    foot = _run(escape(clean(brand.footer or brand.firm or cover.firm))) + "<w:r><w:tab/></w:r>"
    foot += _run(escape(before)) + _field("PAGE", "2") + _run(escape(middle)) + _field("NUMPAGES", "2")
    foot += _run(escape(last)) if last else ""
    under = '<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="4" w:color="D5D9DE"/></w:pBdr>'
    for part, style, inside, rule in (
        (section.header, "Header", head, under), (section.footer, "Footer", foot, "")
    ):  # fmt: skip
        part.is_linked_to_previous = False
        element = part._element
        for old in list(element):
            element.remove(old)
        element.append(_para(style, inside, rule + tab))


def _table(table: Any, brand: Brand) -> None:
    """Give a table the look of its style: a data table, or one of the boxes."""
    style = table.find(f"{{{W}}}tblPr/{{{W}}}tblStyle")
    name = style.get(f"{{{W}}}val") if style is not None else ""
    for cell in table.iterchildren(f"{{{W}}}tr"):
        for one in cell.iterchildren(f"{{{W}}}tc"):
            if len(one) and one[-1].tag != f"{{{W}}}p":  # Word wants a paragraph at the end of a cell
                one.append(
                    _para(
                        "Compact", "", '<w:spacing w:before="0" w:after="0" w:line="60" w:lineRule="exact"/>'
                    )
                )
    if name == "Table":
        _data_table(table)
    else:
        _box(table, name, brand)


def _data_table(table: Any) -> None:
    """Give a table of data its columns; a row is never parted by the end of a page."""
    _sized(table, _room(table))
    _spaced(table.getnext())
    for row in table.iterchildren(f"{{{W}}}tr"):
        _row_property(row, "cantSplit")
        for style in row.iter(f"{{{W}}}pStyle"):
            if style.get(f"{{{W}}}val") in ("Compact", "BodyText", "FirstParagraph"):
                style.set(f"{{{W}}}val", "TableText")


def _spaced(after: Any) -> None:
    """Leave room between a table and the text below it."""
    if after is not None and after.tag == f"{{{W}}}p" and after.style in ("BodyText", "FirstParagraph"):
        after.get_or_add_pPr().spacing_before = _BELOW


def _room(table: Any) -> int:
    """Return how wide a table may be where it stands, in twips: less in a cell."""
    cell = next(table.iterancestors(f"{{{W}}}tc"), None)
    width = cell.find(f"{{{W}}}tcPr/{{{W}}}tcW") if cell is not None else None
    return TEXT_WIDTH if width is None else max(int(width.get(f"{{{W}}}w")) - 420, 1200)


def _sized(table: Any, room: int) -> None:
    """Give the columns of a table their widths in twips, from the shares that pandoc wrote."""
    grid = table.find(f"{{{W}}}tblGrid")
    shares = [int(one.get(f"{{{W}}}w")) for one in grid]
    total = sum(shares) or 1
    widths = [round(one * room / total) for one in shares]
    for one, width in zip(grid, widths, strict=True):
        one.set(f"{{{W}}}w", str(width))
    properties = table.tblPr
    for tag in ("tblW", "tblLayout", "jc", "tblInd"):
        for old in properties.findall(f"{{{W}}}{tag}"):
            properties.remove(old)
    look = properties.find(f"{{{W}}}tblLook")
    at = list(properties).index(look) if look is not None else len(properties)
    properties.insert(at, _xml(f'<w:tblW {_NS} w:type="dxa" w:w="{room}"/>'))
    properties.insert(at + 1, _xml(f'<w:tblLayout {_NS} w:type="fixed"/>'))
    for row in table.iterchildren(f"{{{W}}}tr"):
        for cell, width in zip(row.iterchildren(f"{{{W}}}tc"), widths, strict=False):
            _cell_property(cell, f'<w:tcW {_NS} w:w="{width}" w:type="dxa"/>')


def _box(table: Any, name: str, brand: Brand) -> None:
    """Give a box its ground, its bar on the left and its room; `name` is that of the style it was written with."""
    _sized(table, _room(table))
    kind = name.removeprefix("Box").strip()
    properties = table.tblPr
    properties.remove(properties.find(f"{{{W}}}tblStyle"))
    look = properties.find(f"{{{W}}}tblLook")
    if look is not None:
        properties.remove(look)
    rows = list(table.iterchildren(f"{{{W}}}tr"))
    if kind in CALLOUTS:
        ink, ground = CALLOUTS[kind]
        _margins(properties, 90, 200)
        for cell in rows[0].iterchildren(f"{{{W}}}tc"):
            _cell_property(
                cell,
                f'<w:tcBorders {_NS}><w:left w:val="single" w:sz="36" w:space="0" w:color="{ink}"/></w:tcBorders>',
            )
            _cell_property(cell, f'<w:shd {_NS} w:val="clear" w:color="auto" w:fill="{ground}"/>')
        _gaps(table)
    elif name == "Urgent":
        _margins(properties, 100, 140)
        for row in rows:
            _row_property(row, "cantSplit")
            for at, cell in enumerate(row.iterchildren(f"{{{W}}}tc")):
                left = (
                    f'<w:left w:val="single" w:sz="36" w:space="0" w:color="{hexed(brand.accent)}"/>'
                    if not at
                    else ""
                )
                rule = '<w:bottom w:val="single" w:sz="24" w:space="0" w:color="FFFFFF"/>'
                _cell_property(cell, f"<w:tcBorders {_NS}>{left}{rule}</w:tcBorders>")
                _cell_property(
                    cell, f'<w:shd {_NS} w:val="clear" w:color="auto" w:fill="{hexed(brand.tint)}"/>'
                )
    else:
        _margins(properties, 0, 0 if name == "Legend" else 120)


def _margins(properties: Any, upright: int, level: int) -> None:
    sides = (("top", upright), ("left", level), ("bottom", upright), ("right", level))
    inside = "".join(f'<w:{side} w:w="{room}" w:type="dxa"/>' for side, room in sides)
    properties.append(_xml(f"<w:tblCellMar {_NS}>{inside}</w:tblCellMar>"))


def _gaps(table: Any) -> None:
    """Leave room around a box; two tables that touch would be one."""
    before = table.getprevious()
    if before is not None and before.find(f"{{{W}}}pPr/{{{W}}}numPr") is not None:
        before.get_or_add_pPr().spacing_after = _BELOW
    table.addnext(
        _para("Compact", "", '<w:spacing w:before="0" w:after="0" w:line="140" w:lineRule="exact"/>')
    )


_CELL_ORDER = ("tcW", "gridSpan", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "vAlign")
_ROW_ORDER = ("cantSplit", "trHeight", "tblHeader", "jc", "ins", "del")


def _cell_property(cell: Any, text: str) -> None:
    properties = cell.find(f"{{{W}}}tcPr")
    if properties is None:
        properties = _xml(f"<w:tcPr {_NS}/>")
        cell.insert(0, properties)
    _in_order(properties, _xml(text), _CELL_ORDER)


def _row_property(row: Any, tag: str, text: str = "") -> None:
    properties = row.find(f"{{{W}}}trPr")
    if properties is None:
        properties = _xml(f"<w:trPr {_NS}/>")
        row.insert(0, properties)
    _in_order(properties, _xml(text or f"<w:{tag} {_NS}/>"), _ROW_ORDER)


def _in_order(properties: Any, new: Any, order: Sequence[str]) -> None:
    """Put a property where Word's schema has it, in place of one of its name."""

    def place(one: Any) -> int:
        tag = one.tag.rpartition("}")[2]
        return order.index(tag) if tag in order else len(order)

    for old in list(properties):
        if old.tag == new.tag:
            properties.remove(old)
    at = sum(1 for one in properties if place(one) <= place(new))
    properties.insert(at, new)


def _pictures(body: Any) -> None:
    """Set pictures that stand alone in the middle, and take out their addresses, which hold all their bytes."""
    for one in body.iter():
        if one.tag.endswith("}cNvPr"):
            one.set("descr", "")
            one.set("name", "")
    for count, one in enumerate(_ends_with(body, "}docPr"), 1):
        one.set("id", str(count))
        one.set("name", f"Picture {count}")
    for paragraph in body.iterchildren(f"{{{W}}}p"):
        runs = paragraph.findall(f"{{{W}}}r")
        if len(runs) == 1 and runs[0].find(f"{{{W}}}drawing") is not None:
            paragraph.style = "Picture"
            before = paragraph.getprevious()
            if before is not None and before.tag == paragraph.tag:
                before.get_or_add_pPr().get_or_add_keepNext()


def _tasks(body: Any) -> None:
    """Take the bullets away from tasks, whose box is their bullet."""
    for text in body.iter(f"{{{W}}}t"):
        if text.text and text.text[0] in _BOXES:
            paragraph = next(text.iterancestors(f"{{{W}}}p"))
            properties = paragraph.pPr
            numbering = properties.find(f"{{{W}}}numPr") if properties is not None else None
            if numbering is not None and next(paragraph.iter(f"{{{W}}}t")) is text:
                level = int(numbering.find(f"{{{W}}}ilvl").get(f"{{{W}}}val"))
                properties.remove(numbering)
                properties.first_line_indent, properties.ind_left = -228600, 457200 * (level + 1)


def _ends_with(body: Any, ending: str) -> Iterator[Any]:
    return (one for one in body.iter() if isinstance(one.tag, str) and one.tag.endswith(ending))


def _marks(body: Any) -> None:
    """Make marks of paragraphs and rows of what `tracked` left for them; number all changes."""
    for tag in [one for one in body.iter(f"{{{W}}}smartTag") if one.get(f"{{{W}}}uri") == MARK_URI]:
        what, day, author = tag.get(f"{{{W}}}element").split("|", 2)
        kind = "ins" if what.endswith("insertion") else "del"
        mark = f'<w:{kind} {_NS} w:id="0" w:author={quoteattr(author)} w:date="{day}"/>'
        paragraph = next(tag.iterancestors(f"{{{W}}}p"))
        if what.startswith("row-"):
            _row_property(next(tag.iterancestors(f"{{{W}}}tr")), kind, mark)
        else:
            properties = paragraph.get_or_add_pPr()
            inner = properties.find(f"{{{W}}}rPr")
            if inner is None:
                inner = _xml(f"<w:rPr {_NS}/>")
                _append_rpr(properties, inner)
            inner.insert(0, _xml(mark))
        tag.getparent().remove(tag)
    for count, one in enumerate((each for each in body.iter(f"{{{W}}}ins", f"{{{W}}}del")), 1):
        one.set(f"{{{W}}}id", str(count))


def _append_rpr(properties: Any, inner: Any) -> None:
    """Put the properties of the paragraph mark before what must come after them."""
    for at, one in enumerate(properties):
        if one.tag.rpartition("}")[2] in ("sectPr", "pPrChange"):
            properties.insert(at, inner)
            return
    properties.append(inner)


def _cover(document: Any, report: Report, brand: Brand) -> None:
    """Put the cover before everything."""
    cover, say = report.cover, words_of(report.language)
    facts = (
        ("client", cover.client), ("consultant", cover.consultant), ("firm", cover.firm or brand.firm),
        ("date", printed_date(cover.day, report.language) if cover.day else ""),
        ("version", cover.version), ("confidentiality", cover.confidentiality),
    )  # fmt: skip
    pieces: list[Any] = []
    if brand.logo is not None:
        pieces.append(_logo(document, brand))
    upper = 2600 if brand.logo is not None else 4200
    pieces.append(_para("CoverRule", "", f'<w:spacing w:before="{upper}" w:after="240"/>'))
    pieces.append(_para("Title", _run(escape(clean(cover.title)))))
    if cover.subtitle:
        pieces.append(_para("Subtitle", _run(escape(clean(cover.subtitle)))))
    rows = "".join(_fact(say[key], clean(value)) for key, value in facts if value)
    if rows:
        pieces.append(_para("CoverText", "", '<w:spacing w:before="2400" w:after="0"/>'))
        pieces.append(_xml(
            f'<w:tbl {_NS}><w:tblPr><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
            f'<w:tblGrid><w:gridCol w:w="2200"/><w:gridCol w:w="{TEXT_WIDTH - 2200}"/></w:tblGrid>{rows}</w:tbl>'
        ))  # fmt: skip
    pieces.append(_xml(NEW_PAGE))
    body = document.element.body
    for at, piece in enumerate(pieces):
        body.insert(at, piece)


def _logo(document: Any, brand: Brand) -> Any:
    from docx.shared import Emu

    assert brand.logo is not None
    data, _ = brand.logo.raster
    width = min(brand.logo.width, 260.0, 110.0 * brand.logo.width / max(brand.logo.height, 1.0))
    paragraph = document.add_paragraph()
    shape = paragraph.add_run().add_picture(BytesIO(data), width=Emu(round(width * 9525)))
    shape._inline.docPr.set("descr", clean(brand.firm))
    shape._inline.docPr.set("name", "Logo")
    element = paragraph._element
    element.getparent().remove(element)
    return element


def _new_pages(body: Any) -> None:
    """Have what follows a page's end begin a page instead: the paragraph of a break is an empty line on the next."""
    for end in [one for one in body.iterchildren(f"{{{W}}}p") if _ends_page(one)]:
        after = end.getnext()
        if after.tag == f"{{{W}}}p":
            properties = after.get_or_add_pPr()
            properties.get_or_add_pageBreakBefore()
            properties.spacing_before = 0
        if after.tag in (f"{{{W}}}p", f"{{{W}}}sdt"):
            body.remove(end)


def _ends_page(paragraph: Any) -> bool:
    found = paragraph.find(f"{{{W}}}r/{{{W}}}br")
    return found is not None and found.get(f"{{{W}}}type") == "page"


def _fact(label: str, value: str) -> str:
    rule = '<w:tcBorders><w:top w:val="single" w:sz="4" w:space="0" w:color="D5D9DE"/></w:tcBorders>'
    cells = ((2200, "CoverLabel", label), (TEXT_WIDTH - 2200, "CoverText", value))
    return "<w:tr>" + "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{rule}</w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{_run(escape(text))}</w:p></w:tc>'
        for width, style, text in cells
    ) + "</w:tr>"  # fmt: skip


#: So many characters has a property of a Word file.
_LONGEST = 255


def _settings(document: Any, report: Report, brand: Brand) -> None:
    """Say whose document it is and nothing of the machine; have Word lay it out as a new one."""
    cover, core = report.cover, document.core_properties
    core.title = clean(cover.title)[:_LONGEST]
    core.author = core.last_modified_by = clean(cover.consultant or cover.firm or brand.firm)[:_LONGEST]
    core.subject, core.keywords, core.comments = clean(cover.subtitle)[:_LONGEST], "", ""
    core.language = report.language
    day = datetime(cover.day.year, cover.day.month, cover.day.day, tzinfo=UTC) if cover.day else _NO_DAY
    core.created = core.modified = core.last_printed = day
    core.revision = 1
    settings = document.settings.element
    for old in settings.findall(f"{{{W}}}compat"):
        settings.remove(old)
    compat = _xml(
        f'<w:compat {_NS}><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    after = settings.find(f"{{{W}}}rsids")
    after.addprevious(compat) if after is not None else settings.append(compat)
