"""Where the units of a body stand in the note: the body itself remembers only what its lines say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from vaultkit.markdown.regions import Region
from vaultkit.render.body import (
    KEEP_MARK,
    Body,
    Items,
    Line,
    Lines,
    Row,
    Table,
    Text,
    Unit,
    quote_of,
    without_prefix,
)
from vaultkit.text import Span, parting_commas

_PIPE = re.compile(r"(?<!\\)\|")

#: What stands somewhere: a unit, a row as a whole, a line of a roadmap as a whole.
Thing = Unit | Row | Line


def places_of(text: str, region: Region, body: Body) -> dict[int, Span]:
    """Return the span of each unit, row and roadmap line of a body, by the identity of that object.

    `body` is the body of `region` as it stands in `text`. A span holds the keep mark too.
    """
    lines = _Lines(text, region)
    return {id(thing): span for thing, span in _placed(lines, body)}


def keep_marks(text: str, span: Span) -> tuple[Span, ...]:
    """Return the keep marks in a stretch of a note, without the blanks before them."""
    found = KEEP_MARK.finditer(text, span.start, span.end)
    return tuple(Span(one.end() - len(one[0].lstrip(" \t")), one.end()) for one in found)


class _Lines:
    """The lines of a body without their prefix, and where each begins in the note."""

    def __init__(self, text: str, region: Region) -> None:
        self.texts: list[str] = []
        self._starts: list[int] = []
        at = region.body.start
        for line in region.body.of(text).split("\n"):
            bare = line.rstrip("\r")
            said = without_prefix(bare, region.prefix)
            self.texts.append(said)
            self._starts.append(at + len(bare) - len(said))
            at += len(line) + 1

    def span(self, first: int, start: int, end: int) -> Span:
        """Return the span of a stretch of the lines from `first` on, joined by line feeds."""
        return Span(self._place(first, start), self._place(first, end))

    def _place(self, line: int, offset: int) -> int:
        while offset > len(self.texts[line]) and line + 1 < len(self.texts):
            offset -= len(self.texts[line]) + 1
            line += 1
        return self._starts[line] + offset


def _placed(lines: _Lines, body: Body) -> Iterator[tuple[Thing, Span]]:
    at = next((n for n, line in enumerate(lines.texts) if line.strip(" \t>")), 0)
    for number, block in enumerate(body.blocks):
        at += len(block.above) if number else 0
        match block:
            case Table(_, _, rows):
                for number, row in enumerate(rows, at + 2):
                    yield from _row(lines, number, row)
                at += 2 + len(rows)
            case Items(items):
                for item in items:
                    at += len(item.above)
                    start = min(len(item.lead), len(item.raw.rstrip()))
                    yield item.unit, lines.span(at, start, len(item.raw.rstrip()))
                    at += item.raw.count("\n") + 1
            case Lines(roadmap):
                for line in roadmap:
                    at += len(line.above)
                    yield from _line(lines, at, line)
                    at += line.raw.count("\n") + 1
            case Text(unit, raw):
                yield unit, lines.span(at, len(raw) - len(raw.lstrip(" \t")), len(raw.rstrip()))
                at += raw.count("\n") + 1


def _row(lines: _Lines, number: int, row: Row) -> Iterator[tuple[Thing, Span]]:
    line = lines.texts[number]
    cells = _cells(line)
    whole = Span(cells[0].start, cells[-1].end) if cells else Span(0, len(line))
    yield row, lines.span(number, whole.start, whole.end)
    for at, cell in enumerate(row.cells):  # a link with a bare pipe in it makes more pieces than cells
        span = cells[at] if len(cells) == len(row.cells) else whole
        yield cell, lines.span(number, span.start, span.end)


def _cells(line: str) -> list[Span]:
    """Return where the cells of a table row stand in its line, parted as `split_row` parts them."""
    start = len(quote_of(line))
    start += len(line[start:]) - len(line[start:].lstrip())
    bounds = [start - 1, *(pipe.start() for pipe in _PIPE.finditer(line, start)), len(line.rstrip())]
    cells = [Span(low + 1, high) for low, high in pairwise(bounds)]
    if cells and not cells[0].of(line).strip():
        cells = cells[1:]
    if cells and not cells[-1].of(line).strip() and line.rstrip().endswith("|"):
        cells = cells[:-1]
    return [_bare(line, cell) for cell in cells]


def _line(lines: _Lines, number: int, line: Line) -> Iterator[tuple[Thing, Span]]:
    raw = line.raw
    start = len(raw) - len(raw.lstrip(" \t>"))
    yield line, lines.span(number, start, len(raw.rstrip()))
    whole = Span(min(len(line.lead), len(raw.rstrip())), len(raw.rstrip()))
    entries = _entries(raw, line) if line.key else [whole]
    for at, entry in enumerate(line.entries):
        span = entries[at] if len(entries) == len(line.entries) else whole
        yield entry, lines.span(number, span.start, span.end)


def _entries(raw: str, line: Line) -> list[Span]:
    """Return where the items of a roadmap line stand in it, parted as `split_entries` parts them."""
    start = len(line.lead)
    said = raw[start:].rstrip()
    stop = said.rindex(".") if line.tail.startswith(".") and "." in said else len(said)
    said = said[:stop] + said[stop + 1 :]
    commas = [-1, *parting_commas(said), len(said)]
    pieces = [_bare(said, Span(low + 1, high)) for low, high in pairwise(commas)]
    there = [piece for piece in pieces if piece.of(said)]
    return [
        Span(start + one.start + (one.start >= stop), start + one.end + (one.end > stop)) for one in there
    ]


def _bare(text: str, span: Span) -> Span:
    """Return a span without the blanks at its ends; one that holds nothing else is the place before them."""
    said: str = span.of(text)
    if not said.strip():
        return Span(span.start, span.start)
    return Span(span.start + len(said) - len(said.lstrip()), span.start + len(said.rstrip()))


def owners_of(body: Body) -> dict[int, Row | Line]:
    """Return the row or roadmap line that each unit stands in, by the identity of the unit."""
    found: dict[int, Row | Line] = {}
    parts: Sequence[Row | Line]
    for block in body.blocks:
        parts = block.rows if isinstance(block, Table) else block.lines if isinstance(block, Lines) else ()
        for part in parts:
            units = part.cells if isinstance(part, Row) else part.entries
            found.update((id(unit), part) for unit in units)
    return found
