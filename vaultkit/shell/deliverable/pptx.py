"""A report as slides, for the talk with the client: cover, urgent things, chapters, plan and charts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from vaultkit.render.deliverable.model import Format, Report, Urgent
from vaultkit.render.deliverable.wording import words_of
from vaultkit.shell.deliverable.blocks import blocks_of, texts_of
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.docx_finish import packed
from vaultkit.shell.deliverable.docx_styles import CALLOUTS, FONT, GREY, TEXT, hexed
from vaultkit.shell.deliverable.images import Drawn
from vaultkit.shell.deliverable.pandoc import clean
from vaultkit.shell.deliverable.slides import (
    AFTER,
    BEFORE,
    GAP,
    INDENT,
    MOST,
    Grid,
    Line,
    Shot,
    Size,
    Slide,
    height,
    row_heights,
    slides_of,
)
from vaultkit.shell.deliverable.tree import plain
from vaultkit.values import printed_date

#: A slide in English Metric Units: 13.333 × 7.5 inches.
_INCH = 914_400
_WIDE, _HIGH = round(13.333 * _INCH), round(7.5 * _INCH)
_LEFT, _TOP = round(0.75 * _INCH), round(1.45 * _INCH)
_ROOM = _WIDE - 2 * _LEFT
_TITLE_ONLY = 5
_BOXES = ("☐", "☑", "◐", "☒")
_NO_DAY = datetime(2020, 1, 1, tzinfo=UTC)
#: So many characters a property of the file has at most.
_LONGEST = 255


def pptx(report: Report, drawn: Mapping[str, Drawn], brand: Brand) -> bytes:
    """Return the report as a presentation, the same bytes for the same report; raises NoPandoc, Unwritten."""
    talk = _Talk(report, drawn, brand)
    talk.cover()
    talk.urgent()
    talk.good()
    slides = slides_of(blocks_of(report, Format.PPTX)["blocks"])
    for one in slides[:MOST]:
        talk.slide(one)
    if len(slides) > MOST:
        talk.titled(words_of(report.language)["rest_in_report"])
    return talk.bytes()


class _Talk:
    """A presentation as it is made, slide by slide."""

    def __init__(self, report: Report, drawn: Mapping[str, Drawn], brand: Brand) -> None:
        from pptx import Presentation

        self._report, self._drawn, self._brand = report, drawn, brand
        self._say = words_of(report.language)
        self._font = brand.font or FONT
        talk: Any = Presentation()
        self._talk = talk
        talk.slide_width, talk.slide_height = _WIDE, _HIGH
        self._before = ""
        layout = self._talk.slide_layouts[_TITLE_ONLY]
        shapes: list[Any] = [*layout.placeholders, *self._talk.slide_master.placeholders]
        for shape in shapes:
            if shape.placeholder_format.type is not None and shape.placeholder_format.idx == 0:
                shape.left, shape.top, shape.width, shape.height = (
                    _LEFT,
                    round(0.4 * _INCH),
                    _ROOM,
                    round(0.85 * _INCH),
                )

    def cover(self) -> None:
        """The title, whose it is and for whom."""
        cover, brand = self._report.cover, self._brand
        slide = self._blank(cover.title)
        title = slide.shapes.title
        title.left, title.top, title.width, title.height = (
            _LEFT,
            round(2.2 * _INCH),
            _ROOM,
            round(1.7 * _INCH),
        )
        self._set(title.text_frame, [(cover.title, 44, brand.ink, True)], anchor="bottom")
        self._bar(slide, _LEFT, round(4.05 * _INCH), round(1.6 * _INCH), round(0.07 * _INCH), brand.accent)
        day = printed_date(cover.day, self._report.language) if cover.day else ""
        whose = " · ".join(filter(None, (cover.client, cover.consultant, cover.firm or brand.firm, day)))
        lines = [
            (cover.subtitle, 22, TEXT, False),
            (whose, 16, GREY, False),
            (cover.confidentiality, 14, GREY, False),
        ]
        box = slide.shapes.add_textbox(_LEFT, round(4.3 * _INCH), _ROOM, round(2 * _INCH))
        self._set(box.text_frame, [line for line in lines if line[0]])
        if brand.logo is not None:
            height = min(round(brand.logo.height * 9525), round(0.9 * _INCH))
            data, _ = brand.logo.raster
            shape = slide.shapes.add_picture(BytesIO(data), _LEFT, round(0.6 * _INCH), height=height)
            _described(shape, brand.firm)

    def urgent(self) -> None:
        """The urgent things, side by side as cards."""
        front = self._report.front
        if front is None or not front.urgent:
            return
        slide = self.titled(self._say["urgent"])
        texts = [text for one in front.urgent for text in (one.what, one.why, one.domain, one.owner)]
        read = iter([plain(one) for one in texts_of(texts, self._report, Format.PPTX)])
        shown = front.urgent[:3]
        gap = round(0.3 * _INCH)
        width = (_ROOM - gap * (len(shown) - 1)) // len(shown)
        for at, one in enumerate(shown):
            self._card(slide, one, [next(read) for _ in range(4)], _LEFT + at * (width + gap), width)

    def good(self) -> None:
        """What is already good, and the totals."""
        front = self._report.front
        if front is None or not (front.good or front.totals):
            return
        slide = self.titled(self._say["good"] if front.good else self._say["totals"])
        read = [plain(one) for one in texts_of([*front.good, *front.totals], self._report, Format.PPTX)]
        good, totals = read[: len(front.good)], read[len(front.good) :]
        box = slide.shapes.add_textbox(_LEFT, _TOP, round(_ROOM * 0.6), round(5 * _INCH))
        self._set(box.text_frame, [(f"✓  {_short(one, 160)}", 20, TEXT, False) for one in good[:8]])
        side = slide.shapes.add_textbox(
            _LEFT + round(_ROOM * 0.66), _TOP, round(_ROOM * 0.34), round(5 * _INCH)
        )
        self._set(side.text_frame, [(_short(one, 80), 24, self._brand.ink, True) for one in totals[:6]])

    def slide(self, one: Slide) -> None:
        """A slide of the body."""
        again = one.title and one.title == self._before
        slide = self.titled(self._say["continued"].format(name=one.title) if again else one.title)
        self._before = one.title
        top = 0.0
        for lines, other in _stacked(one):
            if lines:
                self._lines(slide, lines, one.size, top)
                top += sum(height(line, one.size) for line in lines) + GAP
            if isinstance(other, Grid):
                self._table(slide, other, one.size, top)
                top += height(other, one.size) + GAP
            elif other is not None:
                self._picture(slide, other, top, one.picture_height)
                top += one.picture_height + GAP

    def titled(self, title: str) -> Any:
        """Add a slide with a title and a thin bar below it."""
        slide = self._blank(title)
        size = 28 if len(title) < 60 else 22
        self._set(
            slide.shapes.title.text_frame,
            [(_short(title, 130), size, self._brand.ink, True)],
            anchor="middle",
        )
        self._bar(
            slide, _LEFT, round(1.27 * _INCH), round(0.9 * _INCH), round(0.05 * _INCH), self._brand.accent
        )
        foot = slide.shapes.add_textbox(_LEFT, _HIGH - round(0.5 * _INCH), _ROOM, round(0.35 * _INCH))
        said = " · ".join(
            filter(None, (self._brand.footer or self._brand.firm, self._report.cover.confidentiality))
        )
        self._set(foot.text_frame, [(f"{said}    {len(self._talk.slides)}".strip(), 10, GREY, False)])
        return slide

    def bytes(self) -> bytes:
        """Return the file; it says whose it is and nothing of the machine."""
        cover, core = self._report.cover, self._talk.core_properties
        core.title, core.subject = clean(cover.title)[:_LONGEST], clean(cover.subtitle)[:_LONGEST]
        author = clean(cover.consultant or cover.firm or self._brand.firm)
        core.author = core.last_modified_by = author[:_LONGEST]
        core.keywords, core.comments, core.revision, core.language = "", "", 1, self._report.language
        day = datetime(cover.day.year, cover.day.month, cover.day.day, tzinfo=UTC) if cover.day else _NO_DAY
        core.created = core.modified = core.last_printed = day
        package = self._talk.part.package
        for key, one in list(package._rels.items()):
            if one.reltype.endswith("/thumbnail"):  # it shows the template
                package._rels.pop(key)
        done = BytesIO()
        self._talk.save(done)
        return packed(done.getvalue())

    def _blank(self, title: str) -> Any:
        slide = self._talk.slides.add_slide(self._talk.slide_layouts[_TITLE_ONLY])
        slide.shapes.title.text = clean(title) or "–"
        return slide

    def _card(self, slide: Any, one: Urgent, read: Sequence[str], left: int, width: int) -> None:
        what, why, domain, owner = read
        shape = self._bar(slide, left, _TOP, width, round(4.9 * _INCH), self._brand.tint)
        self._bar(slide, left, _TOP, width, round(0.08 * _INCH), self._brand.accent)
        facts = (("domain", domain), ("who", owner), ("by_when", one.due), ("how_much", one.cost))
        lines = [
            (one.number, 16, self._brand.accent_ink, True),
            (_short(what, 150), 20, self._brand.ink, True),
        ]
        lines += [(_short(why, 200), 15, TEXT, False)]
        lines += [
            (self._say[key] + self._say["colon"] + _short(value, 60), 14, GREY, False)
            for key, value in facts
            if value
        ]
        self._set(shape.text_frame, [line for line in lines if line[0]], anchor="top")
        shape.text_frame.margin_left = shape.text_frame.margin_right = round(0.22 * _INCH)
        shape.text_frame.margin_top = round(0.28 * _INCH)

    def _lines(self, slide: Any, lines: Sequence[Line], size: Size, top: float) -> None:
        """Write paragraphs into a box `top` points below the title's bar."""
        from pptx.util import Pt

        high = sum(height(line, size) for line in lines)
        box = slide.shapes.add_textbox(_LEFT, _TOP + Pt(top), _ROOM, Pt(high))
        frame = box.text_frame
        frame.word_wrap = True
        frame.margin_top = frame.margin_bottom = 0
        for at, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if not at else frame.add_paragraph()
            paragraph.space_after = Pt(AFTER)
            paragraph.space_before = Pt(BEFORE if at and line.look else 0)
            color = (
                CALLOUTS[line.look][0]
                if line.look in CALLOUTS
                else hexed(self._brand.ink)
                if line.look
                else TEXT
            )
            if line.level and line.pieces[0].text[:1] not in _BOXES:
                _bullet(paragraph, line.level)
            for piece in line.pieces:
                run = paragraph.add_run()
                run.text = clean(piece.text)
                run.font.size, run.font.name = Pt(size.item if line.level else size.text), self._font
                run.font.bold, run.font.italic = piece.bold or bool(line.look), piece.italic
                run.font.color.rgb = _rgb(color)

    def _table(self, slide: Any, grid: Grid, size: Size, top: float) -> None:
        from pptx.util import Pt

        rows, shares = grid.rows, grid.widths
        highs = row_heights(grid, size)
        shape = slide.shapes.add_table(len(rows), len(shares), _LEFT, _TOP + Pt(top), _ROOM, Pt(sum(highs)))
        table = shape.table
        for at, column in enumerate(table.columns):
            column.width = round(_ROOM * shares[at] / sum(shares))
        for at, row in enumerate(rows):
            table.rows[at].height = Pt(highs[at])
            for place, text in enumerate(row):
                cell = table.cell(at, place)
                cell.fill.solid()
                ground = self._brand.color if not at else self._brand.tint if at % 2 == 0 else "#ffffff"
                cell.fill.fore_color.rgb = _rgb(hexed(ground))
                cell.margin_top = cell.margin_bottom = Pt(3)
                cell.margin_left = cell.margin_right = Pt(5)
                ink = self._brand.on_color if not at else TEXT
                self._set(cell.text_frame, [(text, size.cell, ink, not at)], after=0)

    def _picture(self, slide: Any, one: Shot, top: float, high: float) -> None:
        """Put a picture, as large as the room allows, `top` points below the title's bar."""
        from pptx.util import Pt

        found = self._drawn.get(one.name)
        if found is None:
            told = self._say["no_picture"] + (self._say["colon"] + one.alt if one.alt else "")
            box = slide.shapes.add_textbox(_LEFT, _TOP + Pt(top), _ROOM, Pt(min(high, 72)))
            self._set(box.text_frame, [(f"[{told}]", 18, GREY, False)])
            return
        scale = min(_ROOM / max(found.width, 1), Pt(high) / max(found.height, 1))
        width, tall = round(found.width * scale), round(found.height * scale)
        data, _ = found.raster
        shape = slide.shapes.add_picture(BytesIO(data), (_WIDE - width) // 2, _TOP + Pt(top), width, tall)
        _described(shape, one.alt)

    def _bar(self, slide: Any, left: int, top: int, width: int, height: int, color: str) -> Any:
        from pptx.enum.shapes import MSO_SHAPE

        shape = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, left, top, width, height)
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(hexed(color))
        shape.line.fill.background()
        shape.shadow.inherit = False
        return shape

    def _set(
        self,
        frame: Any,
        lines: Sequence[tuple[str, float, str, bool]],
        anchor: str = "top",
        after: float | None = None,
    ) -> None:
        """Write lines of (text, size in points, colour, bold) into a frame; `after` points are below each."""
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
        from pptx.util import Pt

        frame.word_wrap = True
        places = {"top": MSO_ANCHOR.TOP, "middle": MSO_ANCHOR.MIDDLE, "bottom": MSO_ANCHOR.BOTTOM}
        frame.vertical_anchor = places[anchor]
        for at, (text, size, color, bold) in enumerate(lines):
            paragraph = frame.paragraphs[0] if not at else frame.add_paragraph()
            paragraph.text = ""
            paragraph.alignment = PP_ALIGN.LEFT
            paragraph.space_after = Pt(size / 3 if after is None else after)
            run = paragraph.add_run()
            run.text = clean(text)
            run.font.size, run.font.name, run.font.bold = Pt(size), self._font, bold
            run.font.color.rgb = _rgb(hexed(color))


def _stacked(one: Slide) -> Iterator[tuple[list[Line], Grid | Shot | None]]:
    """Yield the paragraphs that stand together, each with the table or picture below them."""
    lines: list[Line] = []
    for part in one.parts:
        if isinstance(part, Line):
            lines.append(part)
        else:
            yield lines, part
            lines = []
    if lines:
        yield lines, None


def _rgb(color: str) -> Any:
    from pptx.dml.color import RGBColor

    from_string: Any = RGBColor.from_string
    return from_string(color)


def _bullet(paragraph: Any, level: int) -> None:
    """Give a paragraph a bullet and its indents."""
    from pptx.oxml.ns import qn

    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(round(INDENT * 12_700) * level))
    properties.set("indent", str(-round(0.25 * _INCH)))
    bullet = properties.makeelement(qn("a:buChar"), {"char": "•"})
    properties.append(bullet)


def _described(shape: Any, alt: str) -> None:
    properties = shape._element.nvPicPr.cNvPr
    properties.set("descr", clean(alt))
    properties.set("name", "Picture")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
