"""Dataview's inline fields in running text: `Key:: value`, `[key:: value]`, `(key:: value)`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from vaultkit.markdown.note import FieldForm, InlineField
from vaultkit.text import Span

#: Longer lines hold no fields, as in Dataview.
MAX_LINE = 32_768
_TOKEN = re.compile(r"\\.|[\[\]()]|::")
_OPENED = re.compile(r"[\[(]")
_BMP_EMOJI = (
    "\u00a9\u00ae\u200d\u203c\u2049\u20e3\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\ufe0e\ufe0f"
)
_KEY = re.compile(rf"[^\w]*+(\w[\w\s/{_BMP_EMOJI}-]*+)")
_LINE_OPENING = re.compile(r"[ \t>]*")


def inline_fields(
    text: str, start: int, end: int, opaque: Sequence[Span], whole_lines: bool
) -> Iterator[InlineField]:
    """Yield the fields of the running text between `start` and `end`.

    `opaque` are stretches in it, in order, in which nothing is a field (code, links); `whole_lines`
    allows `Key:: value`, which table cells and tasks cannot hold.
    """
    at = text.find("::", start, end)
    while at >= 0:
        line_start = max(text.rfind("\n", start, at) + 1, start)
        line_end = text.find("\n", at, end)
        line_end = end if line_end < 0 else line_end
        if line_end - line_start <= MAX_LINE:
            if line_start > start:
                opening = _LINE_OPENING.match(text, line_start, line_end)
                line_start = opening.end() if opening else line_start
            hidden = _between(opaque, line_start, line_end) if opaque else opaque
            fields: list[InlineField] = []
            if _OPENED.search(text, line_start, text.rfind("::", at, line_end)):
                fields = list(_bracketed(text, line_start, line_end, hidden))
                yield from fields
            if not fields and whole_lines and not (hidden and any(s.start <= at < s.end for s in hidden)):
                field = _whole_line(text, line_start, at, line_end)
                if field:
                    yield field
        at = text.find("::", line_end, end)


def _between(opaque: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Return those of the stretches, which stand in order, that overlap with this one."""
    first = bisect_right(opaque, start, key=lambda span: span.end)
    return opaque[first : bisect_left(opaque, end, first, key=lambda span: span.start)]


def _whole_line(text: str, start: int, sign: int, end: int) -> InlineField | None:
    found = _KEY.fullmatch(text[start:sign].rstrip().rstrip("_*~` \t"))
    if not found:
        return None
    value = _trimmed(text, sign + 2, end)
    key = found[1].strip()
    return InlineField(key, value.of(text), FieldForm.LINE, Span(start, max(value.end, sign + 2)), value)


def _bracketed(text: str, start: int, end: int, hidden: Sequence[Span]) -> Iterator[InlineField]:
    closers, candidates = _brackets(text, start, end, hidden)
    taken = start - 1
    for opener, sign in candidates:
        close = closers.get(opener)
        if close is None or opener <= taken or close < sign + 2:
            continue
        taken = close + 1
        form = FieldForm.BRACKET if text[opener] == "[" else FieldForm.PAREN
        key = text[opener + 1 : sign].strip()
        value = _trimmed(text, sign + 2, close)
        yield InlineField(key, value.of(text), form, Span(opener, close + 1), value)


def _brackets(
    text: str, start: int, end: int, hidden: Sequence[Span]
) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """Return which bracket closes which, and each bracket that a `::` follows with that sign's place."""
    closers: dict[int, int] = {}
    candidates: list[tuple[int, int]] = []
    open_square: list[int] = []
    open_round: list[int] = []
    last = -1
    covers = iter(hidden)
    cover = next(covers, None)
    for token in _TOKEN.finditer(text, start, end):
        at, sign = token.start(), token[0]
        while cover is not None and cover.end <= at:
            cover = next(covers, None)
        if cover is not None and cover.start <= at:
            continue
        if sign == "::":
            if last >= 0:
                candidates.append((last, at))
            last = -1
        elif sign in "[(":
            (open_square if sign == "[" else open_round).append(at)
            last = at
        elif sign in "])":
            last = -1
            opened = open_square if sign == "]" else open_round
            if opened:
                closers[opened.pop()] = at
    return closers, candidates


def _trimmed(text: str, start: int, end: int) -> Span:
    """Return the stretch without the blanks at its ends."""
    value = text[start:end]
    left = len(value) - len(value.lstrip())
    return Span(start + left, max(start + len(value.rstrip()), start + left))
