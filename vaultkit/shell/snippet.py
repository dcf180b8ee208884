"""The line of a finding as a terminal shows it, with its place underlined."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from vaultkit.shell.placed import Placed
from vaultkit.text import pattern

#: What a terminal might obey instead of showing: control characters, and those that turn the reading direction.
_UNSAFE = pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_JOINER = "\u200d"
_REGIONAL = ("\U0001f1e6", "\U0001f1ff")
_SKIN = ("\U0001f3fb", "\U0001f3ff")
_TAB = 4
#: A line of fewer columns shows nothing that helps.
_NARROWEST = 20


def harmless(text: str, keep: str = "") -> str:
    """Return text from a vault as it may be sent to a terminal: control characters are shown, not obeyed.

    Those in `keep` stay.
    """
    return _UNSAFE.sub(lambda found: found[0] if found[0] in keep else _visible(found[0]), text)


def _visible(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"<U+{code:04X}>"


class _Cell(Struct, frozen=True):
    """What a reader sees as one sign: its characters, what is printed for it, how many columns wide."""

    start: int
    end: int
    shown: str
    width: int


def snippet(placed: Placed, width: int) -> tuple[str, str]:
    """Return the line of a finding and the underline below it, at most `width` columns wide.

    A line that is too long is cut around the place, and says so with `…`.
    """
    source, room = placed.source, max(width, _NARROWEST)
    start = min(placed.column - 1, len(source))
    stop = placed.end_column - 1 if placed.end_line == placed.line else len(source)
    stop = max(start + 1, stop)
    first, last = max(0, start - room), min(len(source), start + 2 * room)
    cells = _cells(source, first, last)
    begin, end = _window(cells, start, room)
    lead = "…" if first or begin else ""
    tail = "…" if last < len(source) or end < len(cells) else ""
    seen = cells[begin:end]
    before = sum(cell.width for cell in seen if cell.end <= start)
    under = sum(cell.width for cell in seen if cell.end > start and cell.start < stop)
    line = lead + "".join(cell.shown for cell in seen) + tail
    return line, " " * (before + len(lead)) + "^" * max(1, under)


def _window(cells: list[_Cell], start: int, room: int) -> tuple[int, int]:
    """Return which cells are shown: all that fit, else those around the place, with room for `…` at both ends."""
    if sum(cell.width for cell in cells) <= room - 2:
        return 0, len(cells)
    place = next((at for at, cell in enumerate(cells) if cell.end > start), len(cells))
    begin = end = place
    left = room - 2
    while begin > 0 and room - 2 - left + cells[begin - 1].width <= room // 3:
        begin -= 1
        left -= cells[begin].width
    while end < len(cells) and cells[end].width <= left:
        left -= cells[end].width
        end += 1
    while begin > 0 and cells[begin - 1].width <= left:
        begin -= 1
        left -= cells[begin].width
    return begin, end


def _cells(source: str, first: int, last: int) -> list[_Cell]:
    """Return the signs of a stretch of a line; tabs are blanks, control characters are made visible."""
    from wcwidth import wcswidth

    cells: list[_Cell] = []
    column = 0
    for start, end in _clusters(source, first, last):
        sign = source[start:end]
        shown = " " * (_TAB - column % _TAB) if sign == "\t" else harmless(sign)
        width = len(shown) if sign == "\t" else max(0, wcswidth(shown))
        cells.append(_Cell(start, end, shown, width))
        column += width
    return cells


def _clusters(source: str, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield where each sign begins and ends: a character with what combines with it, a joined emoji, a flag."""
    from wcwidth import wcwidth

    while first > 0 and first < last and (wcwidth(source[first]) == 0 or source[first - 1] == _JOINER):
        first += 1
    start = at = first
    while at < last:
        at += 1
        while at < last and _joins(source, start, at, wcwidth(source[at])):
            at += 1
        yield start, at
        start = at


def _joins(source: str, start: int, at: int, width: int) -> bool:
    """Whether the character at `at` belongs to the sign that begins at `start`."""
    char, previous = source[at], source[at - 1]
    if _UNSAFE.match(char) or _UNSAFE.match(previous):
        return False
    if width == 0 or previous == _JOINER or _SKIN[0] <= char <= _SKIN[1]:
        return True
    flag = all(_REGIONAL[0] <= one <= _REGIONAL[1] for one in (char, source[start]))
    return flag and at == start + 1
