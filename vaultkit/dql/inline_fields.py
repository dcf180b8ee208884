"""Inline fields of a line, read as Dataview reads them; `vaultkit.markdown` reads them as a person means them.

Dataview knows no Markdown here: code, links and comments hold fields too. Values are still source text.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from vaultkit.dql.javascript import BLANKS, trim
from vaultkit.dql.names import full_line_key
from vaultkit.text import pattern

_CLOSERS = {"[": "]", "(": ")"}
_TOKENS = pattern(r"[\[\]()]|::")
_HIDDEN_OR_BRACKET = {
    "[": pattern(r"\\.|[\[\]]", re.DOTALL),
    "(": pattern(r"\\.|[()]", re.DOTALL),
}
_DATE = rf"[{BLANKS}]*([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"
#: The signs of the Tasks plugin, each with the field that its date becomes.
_SHORTHANDS = (
    ("created", pattern("\u2795" + _DATE)),
    ("start", pattern("\U0001f6eb" + _DATE)),
    ("scheduled", pattern("[\u23f3\u231b]" + _DATE)),
    ("due", pattern("(?:\U0001f4c5|\U0001f4c6|\U0001f5d3\ufe0f?)" + _DATE)),
    ("completion", pattern("\u2705" + _DATE)),
)


#: What any of these fields needs at least.
_SIGNS = pattern("::|[\u2795\U0001f6eb\u23f3\u231b\U0001f4c5\U0001f4c6\U0001f5d3\u2705]")


def may_hold_fields(text: str) -> bool:
    """Whether a text could hold inline fields; without these signs it has none."""
    return "::" in text or (not text.isascii() and _SIGNS.search(text) is not None)


class RawField(Struct, frozen=True, array_like=True, gc=False):
    """An inline field as it stands: key and value trimmed, the value not yet read."""

    key: str
    value: str


class Found(NamedTuple):
    """A field and its place in the line; a shorthand is an emoji with a date."""

    start: int
    end: int
    field: RawField
    shorthand: bool = False


def bracketed_fields(line: str, shorthands: bool = False) -> tuple[RawField, ...]:
    """Return the fields in brackets; `shorthands` reads emoji dates too."""
    return tuple(found.field for found in found_fields(line, shorthands))


def found_fields(line: str, shorthands: bool = False) -> list[Found]:
    """Return the fields in brackets with their places, as Dataview's `extractInlineFields`.

    One that begins before the last one has ended, or just where it ends, is dropped.
    """
    found = _bracketed(line)
    if shorthands:
        found += _shorthands(line)
    kept: list[Found] = []
    for candidate in sorted(found, key=lambda found: found.start):
        if not kept or kept[-1].end < candidate.start:
            kept.append(candidate)
    return kept


def full_line_field(line: str) -> RawField | None:
    """Return the field that a whole line is, as Dataview's `extractFullLineField`."""
    before, sign, after = line.partition("::")
    key = full_line_key(trim(before)) if sign else None
    return None if key is None else RawField(key, trim(after))


def _bracketed(line: str) -> list[Found]:
    found: list[Found] = []
    candidates = _candidates(line)
    for opener in _CLOSERS:
        own = [(start, value) for start, value in candidates if line[start] == opener]
        if not own:
            continue
        closings = _closings(line, opener, [value for _, value in own])
        taken = 0
        for start, value in own:
            close = closings.get(value)
            if close is not None and start >= taken:
                taken = close + 1
                field = RawField(trim(line[start + 1 : value - 2]), trim(line[value:close]))
                found.append(Found(start, taken, field))
    return found


def _candidates(line: str) -> list[tuple[int, int]]:
    """Return each opening bracket that a `::` follows with no bracket between, and where the value begins."""
    if "::" not in line:
        return []
    candidates = []
    bracket = None
    for token in _TOKENS.finditer(line):
        if token[0] != "::":
            bracket = token
        else:
            if bracket and bracket[0] in _CLOSERS:
                candidates.append((bracket.start(), token.end()))
            bracket = None
    return candidates


def _closings(line: str, opener: str, values: Sequence[int]) -> dict[int, int]:
    """Return for the start of each value where its bracket closes; a backslash hides the sign after it."""
    closings: dict[int, int] = {}
    waiting: list[tuple[int, int]] = []
    depth = 0
    ahead = deque(values)
    for token in _HIDDEN_OR_BRACKET[opener].finditer(line):
        while ahead and ahead[0] <= token.start():
            waiting.append((ahead.popleft(), depth))
        if token[0] == opener:
            depth += 1
        elif token[0] == _CLOSERS[opener]:
            depth -= 1
            while waiting and waiting[-1][1] > depth:
                closings[waiting.pop()[0]] = token.start()
    return closings


def _shorthands(line: str) -> Iterator[Found]:
    if line.isascii():
        return
    for key, sign in _SHORTHANDS:
        if found := sign.search(line):
            yield Found(found.start(), found.end(), RawField(key, found[1]), shorthand=True)
