"""Dataview's inline fields in running text: `Key:: value`, `[key:: value]`, `(key:: value)`."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from vaultkit.markdown.note import FieldForm, InlineField
from vaultkit.text import Span, pattern

_LINE, _BRACKET, _PAREN = FieldForm.LINE, FieldForm.BRACKET, FieldForm.PAREN
#: Longer lines hold no fields, as in Dataview.
MAX_LINE = 32_768
_TOKEN = pattern(r"\\.|[\[\]()]|::")
_WORDS = r"[^\[\]()\\]*+"
#: A field in brackets without other brackets in it or right behind it: bracket, key, value, bracket.
_PLAIN = pattern(rf"([\[(])([^\[\]()\\:]*+)::\s*+({_WORDS})([\])])(?![\[(])")
_PAIRS = ("[]", "()")
#: A key that is the field's as it stands.
_PLAIN_KEY = pattern(r"[^\W_](?:[\w /-]*[^\W_])?")
#: So many stretches are looked through one by one.
_FEW = 8
_BMP_EMOJI = (
    "\u00a9\u00ae\u200d\u203c\u2049\u20e3\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf"
    "\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299\ufe0e\ufe0f"
)
_KEY = pattern(rf"[^\w]*+(\w[\w\s/{_BMP_EMOJI}-]*+)")
_LINE_OPENING = pattern(r"[ \t>]*")


def inline_fields(
    text: str, start: int, end: int, opaque: Sequence[Span], whole_lines: bool
) -> list[InlineField]:
    """Return the fields of the running text between `start` and `end`.

    `opaque` are stretches in it, in order, in which nothing is a field (code, links); `whole_lines`
    allows `Key:: value`, which table cells and tasks cannot hold.
    """
    fields: list[InlineField] = []
    at = text.find("::", start, end)
    while at >= 0:
        line_start = max(text.rfind("\n", start, at) + 1, start)
        line_end = text.find("\n", at, end)
        line_end = end if line_end < 0 else line_end
        if line_end - line_start <= MAX_LINE:
            if line_start > start:
                opening = _LINE_OPENING.match(text, line_start, line_end)
                line_start = opening.end() if opening else line_start
            hidden = opaque if len(opaque) <= _FEW else _between(opaque, line_start, line_end)
            fields += _fields_of_line(text, line_start, at, line_end, hidden, whole_lines)
        at = text.find("::", line_end, end)
    return fields


def _fields_of_line(
    text: str, start: int, sign: int, end: int, hidden: Sequence[Span], whole_lines: bool
) -> Sequence[InlineField]:
    """Return the fields of a line; `sign` is where its first `::` stands."""
    last = text.rfind("::", sign, end)
    if text.find("[", start, last) >= 0 or text.find("(", start, last) >= 0:
        plain = list(_PLAIN.finditer(text, start, end))
        fields = _plain_fields(plain) if _are_all(plain, text, start, end, hidden) else None
        if fields is None:
            fields = list(_bracketed(text, start, end, hidden))
        if fields:
            return fields
    if not whole_lines or (hidden and any(s.start <= sign < s.end for s in hidden)):
        return ()
    field = _whole_line(text, start, sign, end)
    return (field,) if field else ()


def _between(opaque: Sequence[Span], start: int, end: int) -> Sequence[Span]:
    """Return those of the stretches, which stand in order, that overlap with this one."""
    first = bisect_right(opaque, start, key=lambda span: span.end)
    return opaque[first : bisect_left(opaque, end, first, key=lambda span: span.start)]


def _whole_line(text: str, start: int, sign: int, end: int) -> InlineField | None:
    found = _PLAIN_KEY.fullmatch(text, start, sign)
    if found:
        key = found[0]
    else:
        found = _KEY.fullmatch(text[start:sign].rstrip().rstrip("_*~` \t"))
        if not found:
            return None
        key = found[1].strip()
    value = _trimmed(text, sign + 2, end)
    return InlineField(key, value.of(text), _LINE, Span(start, max(value.end, sign + 2)), value)


def _plain_fields(plain: Sequence[re.Match[str]]) -> list[InlineField] | None:
    """Return the fields in brackets that are found whole; None if brackets do not match."""
    fields = []
    for found in plain:
        opener, key, value, closer = found.groups()
        if opener + closer not in _PAIRS:
            return None
        start, end = found.span()
        at, value = found.start(3), value.rstrip()
        form = _BRACKET if opener == "[" else _PAREN
        fields.append(InlineField(key.strip(), value, form, Span(start, end), Span(at, at + len(value))))
    return fields


def _are_all(plain: Sequence[re.Match[str]], text: str, start: int, end: int, hidden: Sequence[Span]) -> bool:
    """Whether the plain fields found in a line are all it can hold."""
    if len(plain) != text.count("::", start, end) or text.find("\\", start, end) >= 0:
        return False
    if len(hidden) > _FEW:
        return False
    for span in hidden:
        for found in plain:
            if span.start < found.end() and found.start() < span.end:
                return False
    return True


def _bracketed(text: str, start: int, end: int, hidden: Sequence[Span]) -> Iterator[InlineField]:
    closers, candidates = _brackets(text, start, end, hidden)
    taken = start - 1
    for opener, sign in candidates:
        close = closers.get(opener)
        if close is None or opener <= taken or close < sign + 2:
            continue
        taken = close + 1
        form = _BRACKET if text[opener] == "[" else _PAREN
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
