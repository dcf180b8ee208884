"""Where the queries of a note stand: Dataview blocks, inline queries, and those that regions and serializers keep."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from msgspec import Struct

from vaultkit.markdown.note import Note
from vaultkit.rules.queries import FENCE, block_lines
from vaultkit.text import Span

_TICKS = re.compile("`+")
#: The line that closes a block of code, at its end.
_CLOSING = re.compile(r"\n[ \t>]*(?:`{3,}|~{3,})[ \t]*\r?\n?\Z")
#: An inline query that is being typed: its closing backtick is not there yet.
_OPEN_INLINE = re.compile(r"(?<!`)`=([^`\n]*)\Z")
#: The queries that Dataview Serializer keeps in comments, in both of its spellings.
_SERIALIZED = re.compile(
    r"<!--[ \t]*(?:(?P<inline>IQ|dataview-serializer-iq)|QueryToSerialize|dataview-serializer-query)[\w-]*:[ \t]*"
    r"(?P<sign>=[ \t]*)?"
)
#: The first line of a region that holds a query.
_REGION_QUERY = re.compile(r"[ \t>]*<!--[ \t]*vaultkit:begin[ \t]+query\b[^\n]*\n", re.IGNORECASE)


class Query(Struct, frozen=True):
    """A query in a note: `lines` are the pieces of the note's text that it consists of, `whole` all that holds it.

    `inline` says that it is a single expression.
    """

    lines: tuple[Span, ...]
    whole: Span
    inline: bool = False

    def text(self, note: Note) -> str:
        """Return what is asked."""
        return "\n".join(line.of(note.text) for line in self.lines)

    def offset(self, at: int) -> int | None:
        """Return where a place of the note stands in the text of the query, None if it is outside."""
        for line, start in zip(self.lines, self._starts, strict=True):
            if line.start <= at <= line.end:
                return start + at - line.start
        return None

    def span(self, start: int, end: int) -> Span:
        """Return where a stretch of one line of the query's text stands in the note."""
        number = bisect_right(self._starts, start) - 1
        shift = self.lines[number].start - self._starts[number]
        return Span(start + shift, end + shift)

    @property
    def _starts(self) -> list[int]:
        return list(accumulate((line.end - line.start + 1 for line in self.lines[:-1]), initial=0))


def query_at(note: Note, at: int) -> Query | None:
    """Return the query in whose text a place of the note stands, half-typed ones too."""
    code = _around(note.code, at) or _still_open(note, at)
    if code is not None:
        query = _block(note, code) or _inline(note, code)
        return query if query and query.offset(at) is not None else None
    comment = _around(note.comments, at)
    if comment is not None:
        return next((query for query in _kept(note, comment) if query.offset(at) is not None), None)
    return _open_inline(note, at)


def query_over(note: Note, at: int) -> Query | None:
    """Return the query at a place: in its text, or on the lines and signs around it."""
    code = _around(note.code, at)
    return (_block(note, code) or _inline(note, code)) if code else query_at(note, at)


def _open_inline(note: Note, at: int) -> Query | None:
    """Return the inline query whose closing backtick is still to be typed."""
    line = note.text.rfind("\n", 0, at) + 1
    typed = _OPEN_INLINE.search(note.text, line, at)
    if typed is None:
        return None
    tick = typed.start(1) - 2
    code = _around(note.code, tick)
    return None if code and tick < code.end else Query((Span(typed.start(1), at),), Span(tick, at), True)


def _around(stretches: Sequence[Span], at: int) -> Span | None:
    """Return the stretch in which a place stands or which ends there; they are in text order."""
    before = bisect_right(stretches, at, key=lambda span: span.start) - 1
    return stretches[before] if before >= 0 and at <= stretches[before].end else None


def _still_open(note: Note, at: int) -> Span | None:
    """Return the block of code whose last line, at the end of the text, is still empty."""
    text = note.text
    if at != len(text) or not note.code or not text.endswith("\n"):
        return None
    code = note.code[-1]
    is_open = text[code.end :].strip() == "" and FENCE.match(text, code.start, len(text)) is not None
    return Span(code.start, at) if is_open and not _CLOSING.search(code.of(text)) else None


def _block(note: Note, code: Span) -> Query | None:
    opened = FENCE.match(note.text, code.start, code.end)
    if opened is None:
        return None
    lines = block_lines(note.text, opened, code.end)
    if note.text[code.end - 1] == "\n" and not _CLOSING.search(code.of(note.text)):
        lines.append(Span(code.end, code.end))
    return Query(tuple(lines), code) if lines else None


def _inline(note: Note, code: Span) -> Query | None:
    """Return the inline query that a piece of code is: `= expression` in backticks."""
    ticks = _TICKS.match(note.text, code.start, code.end)
    if ticks is None:
        return None
    start, end = ticks.end(), code.end - len(ticks[0])
    inner = note.text[start:end]
    sign = start + len(inner) - len(inner.lstrip())
    if not note.text.startswith("=", sign, end) or "\n" in inner:
        return None
    return Query((Span(sign + 1, end),), code, True)


def _kept(note: Note, comment: Span) -> Iterator[Query]:
    """Yield the queries that a comment keeps: of a region, or of Dataview Serializer."""
    text, close = note.text, comment.end - 3 if comment.of(note.text).endswith("-->") else comment.end
    opened = _SERIALIZED.match(text, comment.start, close)
    if opened and bool(opened["inline"]) == bool(opened["sign"]):
        yield Query((Span(opened.end(), max(close, opened.end())),), comment, bool(opened["inline"]))
    if found := _REGION_QUERY.match(text, text.rfind("\n", 0, comment.start) + 1, close):
        yield Query(tuple(_lines(text, found.end(), close)), comment)


def _lines(text: str, at: int, end: int) -> Iterator[Span]:
    """Yield the lines of a stretch without the quote signs before them."""
    while at <= end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        bare = len(text[at:stop]) - len(text[at:stop].lstrip("> \t"))
        yield Span(at + bare, stop)
        at = stop + 1
