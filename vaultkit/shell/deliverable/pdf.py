"""A report as PDF: our blocks through pandoc into Typst, set by our own template (`assets/report.typ`)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec import Struct

from vaultkit.errors import VaultkitError
from vaultkit.render.deliverable.model import Cover, Format, Report
from vaultkit.render.deliverable.wording import words_of
from vaultkit.shell.deliverable import blocks, pandoc, typeset
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.fronts import front_data, front_texts
from vaultkit.shell.deliverable.glyphs import FontFile, remark, replaced, unseen
from vaultkit.shell.deliverable.images import Drawn
from vaultkit.shell.deliverable.signs import SHAPES, sign_pattern, signs
from vaultkit.shell.deliverable.tree import Nodes, plain
from vaultkit.text import Message
from vaultkit.values import printed_date

if TYPE_CHECKING:
    from typst import FontInfo

#: The fonts that a report is set in where the firm names none, the first that this machine has; Typst has the last.
SOBER = ("Source Sans 3", "Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "Libertinus Serif")
#: From how many headings on there is a table of contents.
_ENOUGH_HEADINGS = 3
#: With more than these it has a page of its own.
_MANY_HEADINGS = 14


class Paper(Struct, frozen=True):
    """A PDF: its bytes, how many pages it has, and what to say of it."""

    data: bytes
    pages: int
    remarks: tuple[Message, ...] = ()


class NoTypst(VaultkitError):
    """The package that sets pages is not installed."""

    def __init__(self) -> None:
        super().__init__(
            Message(
                'le PDF demande le paquet typst\u00a0: pip install ".[report]" dans le dossier de vaultkit',
                'PDF needs the package typst: pip install ".[report]" in the folder of vaultkit',
            )
        )


def pdf(report: Report, drawn: Mapping[str, Drawn], brand: Brand) -> Paper:
    """Return a report as PDF; raises NoTypst or NoPandoc (2), and VaultkitError for a page that cannot be set."""
    try:
        import typst
    except ImportError as fault:
        raise NoTypst from fault
    known = typst.Fonts()
    fonts, remarks = _fonts(brand, known.families())
    missing = unseen(_all_text(report, brand), _files_of(known.fonts()))
    document = blocks.blocks_of(report, Format.PDF)
    document["blocks"] = typeset.typeset(document["blocks"], drawn, missing)
    front, texts = front_data(report, missing)
    body = pandoc.write(document, "typst-smart", "--wrap=none").decode()
    data = _data(report, brand, missing)
    data |= {"front": front, "fonts": fonts, **_contents(document["blocks"])}
    source = f'#import "report.typ": *\n{texts}\n#show: report.with(texts)\n\n{body}'
    with TemporaryDirectory(prefix="vaultkit-") as folder:
        root = Path(folder)
        _lay_out(root, source, data, drawn, brand)
        made = _compiled(root, report.cover)
    told = remark(missing)
    return Paper(made[0], made[1], (*remarks, *([told] if told else [])))


def _compiled(root: Path, cover: Cover) -> tuple[bytes, int]:
    """Return the PDF of a folder's `main.typ` and its number of pages; nothing out of the folder can be read."""
    import typst

    day = cover.day
    compiler = typst.Compiler(
        str(root / "main.typ"), root=str(root), package_path=str(root), package_cache_path=str(root)
    )
    moment = None if day is None else _midnight(day)
    try:
        try:  # accessible by the letter of the standard, where what the notes hold lets it be
            made = compiler.compile(format="pdf", timestamp=moment, pdf_standards="ua-1")
        except typst.TypstError:
            made = compiler.compile(format="pdf", timestamp=moment)
        pages = json.loads(compiler.query("<pages>", field="value", one=True))
    except typst.TypstError as fault:
        said = " ".join(str(fault).split())
        raise VaultkitError(
            Message(f"le PDF ne peut pas être composé\u00a0: {said}", f"the PDF cannot be set: {said}")
        ) from fault
    assert isinstance(made, bytes)
    return made, int(pages)


def _contents(blocks: Nodes) -> dict[str, object]:
    """Return whether there is a table of contents, how deep it goes, and whether it has a page of its own.

    Subtitles that each chapter has (« Constats », « Actions ») tell nothing there.
    """
    chapters = [block for block in blocks if block["t"] == "Header" and block["c"][0] == 1]
    below = [plain([block]) for block in blocks if block["t"] == "Header" and block["c"][0] == 2]
    depth = 2 if len(set(below)) * 2 > len(below) else 1
    lines = len(chapters) + (len(below) if depth == 2 else 0)
    there = lines >= _ENOUGH_HEADINGS
    return {"contents": there, "depth": depth, "contents-alone": lines > _MANY_HEADINGS}


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _lay_out(
    root: Path, source: str, data: Mapping[str, object], drawn: Mapping[str, Drawn], brand: Brand
) -> None:
    """Write all that the document is made of into a folder of its own."""
    (root / "main.typ").write_text(source, encoding="utf-8")
    (root / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    template = files("vaultkit.shell.deliverable").joinpath("assets", "report.typ")
    (root / "report.typ").write_bytes(template.read_bytes())
    for name, picture in drawn.items():
        (root / typeset.file_name(name, drawn)).write_bytes(picture.best[0])
    if brand.logo is not None:
        (root / _logo_name(brand.logo)).write_bytes(brand.logo.best[0])


def _logo(logo: Drawn) -> dict[str, object]:
    return {"file": _logo_name(logo), "ratio": max(logo.width, 1) / max(logo.height, 1)}


def _logo_name(logo: Drawn) -> str:
    return f"logo.{logo.best[1]}"


def _data(report: Report, brand: Brand, missing: Collection[str]) -> dict[str, object]:
    """Return what the template reads: the cover, the brand, the words and the signs."""
    cover, language = report.cover, report.language
    said = {
        name: replaced(getattr(cover, name), missing)
        for name in ("title", "subtitle", "client", "consultant", "firm", "version", "confidentiality")
    }
    day = cover.day
    return {
        "language": language,
        "region": None,
        "date": None if day is None else [day.year, day.month, day.day],
        "cover": {
            **said,
            "firm": said["firm"] or brand.firm,
            "tags": list(cover.tags),
            "day": "" if day is None else printed_date(day, language),
        },
        "brand": {
            "firm": replaced(brand.firm, missing),
            "footer": replaced(brand.footer, missing),
            "color": brand.color,
            "ink": brand.ink,
            "tint": brand.tint,
            "accent": brand.accent,
            "accent_ink": brand.accent_ink,
            "on_color": brand.on_color,
        },
        "logo": None if brand.logo is None else _logo(brand.logo),
        "words": dict(words_of(language)),
        "signs": signs(language),
        "sign_pattern": sign_pattern(),
        "shapes": SHAPES,
    }


def _fonts(brand: Brand, families: Iterable[str]) -> tuple[list[str], list[Message]]:
    """Return the fonts to set the text in, best first, and what to say where the firm's own is not here."""
    known = {family.casefold(): family for family in families}
    sober = [family for family in SOBER if family.casefold() in known]
    own = known.get(brand.font.casefold())
    if own is not None or not brand.font:
        return [*([own] if own else []), *sober], []
    said = Message(
        f"la police «\u00a0{brand.font}\u00a0» n’est pas sur cette machine\u00a0: le PDF prend {sober[0]}",
        f"the font '{brand.font}' is not on this machine: the PDF takes {sober[0]}",
    )
    return sober, [said]


def _files_of(fonts: Iterable[FontInfo]) -> list[FontFile]:
    return [FontFile(font.path, font.index) for font in fonts if font.path]


def _all_text(report: Report, brand: Brand) -> str:
    cover = (getattr(report.cover, name) for name in Cover.__struct_fields__)
    said = [text for text in cover if isinstance(text, str)]
    front = front_texts(report.front) if report.front else ()
    alts = (picture.alt for picture in report.pictures)
    return "\n".join([*said, *front, *alts, brand.firm, brand.footer, report.body])
