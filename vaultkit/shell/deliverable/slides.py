"""A report's tree as slides: what stands on each and in which size, so that all of it can be read on the wall."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.shell.deliverable.callouts import TYPES
from vaultkit.shell.deliverable.tree import Node, Nodes, cells_of, children, classes_of, plain, rows_of
from vaultkit.text import one_line

#: What a slide has for its parts, in points, and the gap between two parts of different kinds.
WIDTH, ROOM, GAP = 852.0, 396.0, 8.0
#: What a picture needs at least.
_SHOT = 225.0
#: Margins: left and right of a box, of a cell; above and below a cell's text; after a paragraph, before a heading.
_SIDES, _MARGINS, _CELL, AFTER, BEFORE = 14.4, 10.0, 7.0, 5.0, 6.0
INDENT, _LEADING = 21.6, 1.22
#: A paragraph longer than this many lines is cut, a table's row too (its head is shortened).
_LONG, _TALL, _HEAD = 6, 8, 4
#: A table begins below other things with no fewer rows than these.
_ROWS = 3
#: Up to this many columns a table is said as text.
_AS_TEXT = 2
#: A talk has no more slides than this; the rest is in the report.
MOST = 120
#: Two short chapters share a slide where their titles together are no longer than this.
_TITLES = 64
_NARROW = frozenset("iljtfrI.,:;'’!|()[]/- \u00a0\u202f")


class Size(Struct, frozen=True):
    """The letters of a slide, in points: of paragraphs, of list items and of a table's cells."""

    text: float
    item: float
    cell: float


#: From the largest to the smallest that can still be read on the wall.
SIZES = (Size(20, 18, 15), Size(18, 16, 13), Size(16, 15, 12), Size(15, 14, 11))


class Piece(Struct, frozen=True):
    """Some words in one form."""

    text: str
    bold: bool = False
    italic: bool = False


class Line(Struct, frozen=True):
    """A paragraph: `level` is how deep it is in lists (0: no bullet), `look` `head`, `remark` or a callout's type."""

    pieces: tuple[Piece, ...]
    level: int = 0
    look: str = ""

    @property
    def text(self) -> str:
        """What it says."""
        return "".join(piece.text for piece in self.pieces)


class Grid(Struct, frozen=True):
    """A table: rows of texts, the first `heads` of them its head; `widths` are the shares of its columns."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    heads: int = 1


class Shot(Struct, frozen=True):
    """A picture by its name, with its words."""

    name: str
    alt: str = ""


Part = Line | Grid | Shot


class Slide(Struct, frozen=True):
    """One slide: what stands on it from top to bottom; a picture has the room that the rest leaves."""

    title: str
    parts: tuple[Part, ...] = ()
    size: Size = SIZES[0]

    @property
    def picture_height(self) -> float:
        """What is left for its picture, in points."""
        return ROOM - _high([part for part in self.parts if not isinstance(part, Shot)], self.size) - 2 * GAP


class _Chapter(Struct):
    """A chapter's title and its parts."""

    title: str
    parts: list[Part]


def slides_of(blocks: Nodes) -> list[Slide]:
    """Return the slides of a body, at most MOST and one more than that where there would be more."""
    done: list[Slide] = []
    for one in _joined(_chapters(blocks)):
        if len(done) > MOST:
            break
        for parts in _sections(one.parts):
            first, alone = parts[0], len(parts) > 1 and sum(map(_is_head, parts)) == 1
            if alone and isinstance(first, Line) and _is_head(first):
                done += _laid(parts[1:], first.text)
            else:
                done += _laid(parts, one.title)
    return done[: MOST + 1]


def _chapters(blocks: Nodes) -> Iterator[_Chapter]:
    chapter = _Chapter("", [])
    for one in _flat(blocks):
        if one["t"] == "Header" and one["c"][0] == 1:
            yield chapter
            chapter = _Chapter(one_line(plain(one["c"][2])), [])
        elif one["t"] == "Image":
            chapter.parts.append(Shot(one["c"][2][0], plain(one["c"][1])))
        elif one["t"] == "Table" and len(one["c"][2]) > _AS_TEXT:
            chapter.parts.append(_grid(one))
        else:
            chapter.parts += _lines(one, 0)
    yield chapter


def _joined(chapters: Iterable[_Chapter]) -> Iterator[_Chapter]:
    """Yield the chapters that say something; of two short ones that follow each other one with both titles."""
    waiting: _Chapter | None = None
    for one in chapters:
        if not one.parts:
            continue
        both = waiting and _both(waiting, one)
        if waiting and not both:
            yield waiting
        if both:
            yield both
        waiting = None if both else one
    if waiting:
        yield waiting


def _both(one: _Chapter, other: _Chapter) -> _Chapter | None:
    """Return two chapters as one, None where they are not both short text, or too long for one slide."""
    title = f"{one.title} · {other.title}"
    named: list[Part] = []
    for each in (one, other):
        if not each.title or any(_is_head(part) or not isinstance(part, Line) for part in each.parts):
            return None
        named += [Line((Piece(each.title, bold=True),), look="title"), *each.parts]
    fits = len(title) <= _TITLES and _high(named, SIZES[1]) <= ROOM
    return _Chapter(title, named) if fits else None


def _is_head(part: Part) -> bool:
    return isinstance(part, Line) and part.look == "head"


def _sections(parts: list[Part]) -> list[list[Part]]:
    """Return what goes together: as many whole sections as a slide holds, one with a picture by itself.

    Larger letters are better where as many slides come of them; a short introduction goes with what follows.
    """
    sections: list[list[Part]] = [[]]
    for part in parts:
        if _is_head(part) and sections[-1]:
            sections.append([])
        sections[-1].append(part)
    first = sections[0]
    text = all(isinstance(part, Line) for part in first) and not _is_head(first[0])
    if len(sections) > 1 and text and _high(first, SIZES[0]) <= ROOM / 4:
        sections[:2] = [first + sections[1]]
    return min((_packed(sections, size) for size in SIZES[:2]), key=len)


def _packed(sections: list[list[Part]], size: Size) -> list[list[Part]]:
    groups: list[list[Part]] = []
    for section in sections:
        both = [*groups[-1], *section] if groups else []
        if both and _high(both, size) <= ROOM and not any(isinstance(part, Shot) for part in both):
            groups[-1] = both
        else:
            groups.append(list(section))
    return groups


def _laid(parts: list[Part], title: str) -> list[Slide]:
    """Return the slides of what goes together: the fewest, then the largest letters; one slide may have small ones."""
    tried = [[Slide(title, one, size) for one in islice(_flowed(parts, size), MOST + 1)] for size in SIZES]
    return min(tried if len(tried[-1]) == 1 else tried[:-1], key=len)


def _flat(blocks: Nodes) -> Iterator[Node]:
    """Yield blocks, with tables and pictures out of the divisions around them."""
    for one in blocks:
        inside = next(children(one), []) if one["t"] in ("Para", "Plain", "Div") else []
        if one["t"] in ("Para", "Plain") and [each["t"] for each in inside] == ["Image"]:
            yield inside[0]
        elif one["t"] == "Div" and not {"callout", "table-remark"} & set(classes_of(one)):
            yield from _flat(inside)
        elif one["t"] != "HorizontalRule":
            yield one


def _lines(one: Node, level: int) -> Iterator[Line]:
    kind = one["t"]
    if kind == "Header":
        yield Line(tuple(_pieces(one["c"][2])), look="head")
    elif kind in ("Para", "Plain"):
        yield from _cut(Line(tuple(_pieces(one["c"])), level))
    elif kind == "CodeBlock":
        yield from _cut(Line((Piece(one_line(one["c"][1])),), level))
    elif kind == "Div" and "table-remark" in classes_of(one):
        yield Line((Piece(plain(one["c"][1])),), look="remark")
    elif kind == "Table":
        for row in rows_of(one)[len(one["c"][3][1]) :]:
            first, *rest = filter(None, map(plain, cells_of(row))) or [""]
            yield from _cut(Line((Piece(first + "  ", bold=True), Piece(" · ".join(rest))), level + 1))
    else:
        yield from _inside(one, level)


def _inside(one: Node, level: int) -> Iterator[Line]:
    """Yield the lines of what is in lists, callouts, quotes and divisions."""
    blocks = [block for part in children(one) for block in part]
    if "callout" in classes_of(one):
        look = next((name for name in classes_of(one) if name in TYPES), "note")
        yield Line((Piece(plain(blocks[:1]), bold=True),), level, look)
        blocks = blocks[1:]
    for block in blocks:
        yield from _lines(block, min(level + 1, 3) if one["t"] in ("BulletList", "OrderedList") else level)


def _pieces(inlines: Nodes, bold: bool = False, italic: bool = False) -> Iterator[Piece]:
    """Yield the words of inlines; neighbours in the same form are one piece, notes are left to the report."""
    said = ""
    for one in inlines:
        if one["t"] in ("Strong", "Emph"):
            if said:
                yield Piece(said, bold, italic)
            said = ""
            yield from _pieces(one["c"], bold or one["t"] == "Strong", italic or one["t"] == "Emph")
        else:
            said += plain([one])
    if said:
        yield Piece(said, bold, italic)


def _cut(line: Line) -> Iterator[Line]:
    """Yield a line, cut at blanks where it is longer than half a slide."""
    if _lines_of(line, SIZES[0]) <= _LONG:
        if any(piece.text.strip() for piece in line.pieces):
            yield line
        return
    room = round(84 - 4 * line.level) * (_LONG - 1)
    pieces: list[Piece] = []
    used = 0
    for piece in line.pieces:
        for word in _words(piece.text, room):
            if used + len(word) > room and pieces:
                yield Line(tuple(pieces), line.level, line.look)
                pieces, used = [], 0
            if pieces and (pieces[-1].bold, pieces[-1].italic) == (piece.bold, piece.italic):
                pieces[-1] = Piece(pieces[-1].text + word, piece.bold, piece.italic)
            else:
                pieces.append(Piece(word, piece.bold, piece.italic))
            used += len(word)
    if pieces:
        yield Line(tuple(pieces), line.level, line.look)


def _words(text: str, room: int) -> Iterator[str]:
    """Yield words with the blank after them; one that no slide holds in pieces."""
    for word in text.split(" "):
        for at in range(0, max(len(word), 1), room):
            part = word[at : at + room]
            yield part if at + room < len(word) else part + " "


def _flowed(parts: Iterable[Part], size: Size) -> Iterator[tuple[Part, ...]]:
    """Yield what stands on one slide each; headings and introductions go with what is below them."""
    group: list[Part] = []
    waiting = [_short_rows(part, size) if isinstance(part, Grid) else part for part in parts][::-1]
    while waiting:
        part = waiting.pop()
        tail = _tail(waiting, size) if isinstance(part, Grid) else 0.0
        if _high([*group, part], size) + tail <= ROOM:
            group.append(part)
            continue
        carried = _carried(group, part, size)
        if isinstance(part, Grid) and (group == carried or _high([*carried, part], size) + tail > ROOM):
            now, later = _parted(part, size, ROOM - _high(group, size) - GAP, tail)
            if group == carried or len(now.rows) - now.heads >= _ROWS:
                yield (*group, now)
                group = []
                waiting.append(later)
                continue
        yield tuple(group[: len(group) - len(carried)])
        group = []
        waiting += [part, *reversed(carried)]
    if group:
        yield tuple(group)


def _carried(group: list[Part], part: Part, size: Size) -> list[Part]:
    """Return the headings, and before a table or picture the introduction, that go on with a part."""
    found: list[Part] = []
    for at in range(len(group) - 1, -1, -1):
        line = group[at]
        if not isinstance(line, Line) or _high([line, *found], size) > ROOM / 4:
            break
        introduces = not isinstance(part, Line) and not line.level
        if not line.look and not (introduces and (not at or isinstance(group[at - 1], Line))):
            break
        found.insert(0, line)
    return found


def _tail(waiting: list[Part], size: Size) -> float:
    """Return how high a short line is that ends a table, 0 where none does."""
    line = waiting[-1] if waiting else None
    if not isinstance(line, Line) or line.look or _lines_of(line, size) > 2:
        return 0.0
    ends = len(waiting) < 2 or isinstance(waiting[-2], Line)
    return height(line, size) + GAP if ends else 0.0


def _parted(grid: Grid, size: Size, room: float, tail: float) -> tuple[Grid, Grid]:
    """Return the rows of a table that a room holds, at least one, and the others; the last ones go with its end."""
    heads, rest = grid.rows[: grid.heads], grid.rows[grid.heads :]
    columns = _columns(grid)
    left = room - sum(_row(row, columns, size) for row in heads)
    taken = 0
    for row in rest:
        left -= _row(row, columns, size)
        if left < 0:
            break
        taken += 1
    if taken == len(rest):  # it is its last line that has no room
        taken -= 2
    taken = min(max(taken, 1), max(len(rest) - 1, 1))
    return replace(grid, rows=(*heads, *rest[:taken])), replace(grid, rows=(*heads, *rest[taken:]))


def height(part: Part, size: Size) -> float:
    """Return how high a part is in points, for a picture the least."""
    if isinstance(part, Shot):
        return _SHOT
    if isinstance(part, Grid):
        return sum(row_heights(part, size))
    letters = size.item if part.level else size.text
    return _lines_of(part, size) * letters * _LEADING + AFTER + (BEFORE if part.look else 0)


def row_heights(grid: Grid, size: Size) -> list[float]:
    """Return how high each row of a table is, in points."""
    columns = _columns(grid)
    return [_row(row, columns, size) for row in grid.rows]


def _high(parts: Sequence[Part], size: Size) -> float:
    """Return how high parts are below one another."""
    gaps = sum(not (isinstance(one, Line) and isinstance(other, Line)) for one, other in pairwise(parts))
    return sum(_height(part, size) for part in parts) + GAP * gaps


_height = lru_cache(4096)(height)


def _columns(grid: Grid) -> list[float]:
    """Return the room for text in each column, in points."""
    whole = sum(grid.widths)
    return [max(WIDTH * share / whole - _MARGINS, 8.0) for share in grid.widths]


def _row(row: Sequence[str], columns: Sequence[float], size: Size) -> float:
    cells = zip(row, columns, strict=False)
    lines = max((len(_wrapped(text, width / size.cell)) for text, width in cells), default=1)
    return lines * size.cell * _LEADING + _CELL


def _lines_of(line: Line, size: Size) -> int:
    letters = size.item if line.level else size.text
    return len(_wrapped(line.text, (WIDTH - _SIDES - INDENT * line.level) / letters))


def _wrapped(text: str, room: float) -> list[str]:
    """Return the lines that a text has in a room of so many em; a word that is too long is broken."""
    lines, used = [""], 0.0
    for word in text.split(" "):
        wide = _em(word)
        if lines[-1] and used + 0.25 + wide > room:
            lines.append("")
            used = 0.0
        elif lines[-1]:
            lines[-1] += " "
            used += 0.25
        if wide <= room:
            lines[-1] += word
            used += wide
            continue
        for letter in word:
            wide = _em(letter)
            if lines[-1] and used + wide > room:
                lines.append("")
                used = 0.0
            lines[-1] += letter
            used += wide
    return lines


def _em(text: str) -> float:
    """Return about how wide a text is, in em, a little more than less."""
    return sum(map(_letter, text))


@lru_cache(4096)
def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.29
    kind = unicodedata.category(letter)
    if kind in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(letter) in "WF" or kind == "So":
        return 1.35
    return 0.64 if kind == "Lu" or letter in "mwMW@%→" else 0.51


def _grid(table: Node) -> Grid:
    """Return a table; its columns are as wide as what they say, and where that is too much the widest give way."""
    heads = len(table["c"][3][1])
    rows = tuple(tuple(one_line(plain(cell)) for cell in cells_of(row)) for row in rows_of(table))
    columns = range(len(table["c"][2]))
    longest = [max((_em(row[at]) for row in rows if at < len(row)), default=1.0) for at in columns]
    wanted = [max(one + 2.4, 4.0) for one in longest]
    most = 40
    while most > 8 and sum(min(one, most) for one in wanted) > WIDTH / SIZES[0].cell:
        most -= 1
    return Grid(rows, tuple(min(one, most) for one in wanted), heads)


def _short_rows(grid: Grid, size: Size) -> Grid:
    """Return a table whose rows all stand on a slide: what a tall one has more goes on in the row below it."""
    columns = _columns(grid)
    rows: list[tuple[str, ...]] = []
    for at, row in enumerate(grid.rows):
        cells = [_wrapped(text, width / size.cell) for text, width in zip(row, columns, strict=False)]
        tallest = max(map(len, cells), default=1)
        if at < grid.heads and tallest > _HEAD:
            rows.append(tuple(" ".join(lines[:_HEAD]) + ("…" if lines[_HEAD:] else "") for lines in cells))
        elif tallest <= _TALL:
            rows.append(row)
        else:
            starts = range(0, tallest, _TALL)
            rows += [tuple(" ".join(lines[start : start + _TALL]) for lines in cells) for start in starts]
    return replace(grid, rows=tuple(rows))
