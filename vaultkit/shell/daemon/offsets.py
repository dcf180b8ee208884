"""What a writer is told to change: two texts of a note compared, as few and as small edits as keep its cursor."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from vaultkit.shell.ports import TextEdit
from vaultkit.text import LineIndex

_BOM = "\ufeff"
#: Beyond so many pairs of lines (or words of a line) what differs is one edit: comparing takes a bit for each pair.
_MOST_PAIRS = 1 << 31

#: What a line consists of: words, blanks, single signs.
_PIECE = re.compile(r"\w+|\s+|[^\w\s]")

#: A stretch of the text before and the stretch of the text after that takes its place.
_Hunk = tuple[int, int, int, int]


def edits_for_writer(before: str, after: str) -> tuple[str, tuple[TextEdit, ...]]:
    """Return the digest of `before` as the app's editor holds it, and the edits that make it `after`.

    Both are texts as they stand in the file, `Note.text` and `Write.text`: a BOM is left out, line ends
    are LF, a lone CR stays. The edits rise, never overlap, and count UTF-16 units of the text before all
    of them. There are none where only line ends or the BOM differ.
    """
    old, new = editor_text(before), editor_text(after)
    places = LineIndex(old)
    edits = tuple(
        TextEdit(places.loc(start).offset, places.loc(end).offset, new[low:high])
        for start, end, low, high in _hunks(old, new)
    )
    return editor_digest(old), edits


class EditorPlaces:
    """Where the places of a file's text are in the app's editor: UTF-16 units, without BOM, each line end one."""

    def __init__(self, lines: LineIndex) -> None:
        self._lines = lines
        self._returns: list[int] = []
        text, at = lines.text, lines.text.find("\r\n")
        while at >= 0:
            self._returns.append(at)
            at = text.find("\r\n", at + 2)
        self._first = 1 if text.startswith(_BOM) else 0

    def __call__(self, offset: int) -> int:
        """Return the place in the editor of an offset in the text."""
        left_out = bisect_left(self._returns, offset) + min(self._first, offset)
        return self._lines.loc(offset).offset - left_out


def editor_text(text: str) -> str:
    """Return the text of a file as the app's editor holds it: without BOM, with LF."""
    return text.removeprefix(_BOM).replace("\r\n", "\n")


def editor_digest(text: str) -> str:
    """Return the SHA-256 (hex) of a text that is as the app's editor holds it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _hunks(old: str, new: str) -> Iterator[_Hunk]:
    """Return the stretches that differ, those that touch as one."""
    last: _Hunk | None = None
    for hunk in _differences(old, new):
        if last and last[1] == hunk[0]:
            hunk = (last[0], hunk[1], last[2], hunk[3])
        elif last:
            yield last
        last = hunk
    if last:
        yield last


def _differences(old: str, new: str) -> Iterator[_Hunk]:
    """Compare by lines, then what differs by words and signs, line for line if it can be, then these by characters."""
    before, after = old.split("\n"), new.split("\n")
    starts, lows = _starts(before, 1), _starts(after, 1)
    for a, b, c, d in _unlike(before, after):
        if b - a != d - c:
            start, end, low, high = _whole_lines(len(old), (starts[a], starts[b], lows[c], lows[d]))
            yield from _within(old[start:end], new[low:high], start, low)
            continue
        for i in range(b - a):  # line for line: what stands between the changes of two lines stays too
            if before[a + i] != after[c + i]:
                yield from _within(before[a + i], after[c + i], starts[a + i], lows[c + i])


def _within(old: str, new: str, start: int, low: int) -> Iterator[_Hunk]:
    """Compare two stretches: a cell between two that change stays, and so does a cursor in it."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    starts, lows = _starts(before), _starts(after)
    for a, b, c, d in _unlike(before, after):
        one, other = old[starts[a] : starts[b]], new[lows[c] : lows[d]]
        yield _trimmed(one, other, start + starts[a], low + lows[c])


def _whole_lines(length: int, hunk: _Hunk) -> _Hunk:
    """Return the stretches of lines that came, went, or became more or fewer, in a text so long.

    The hunk counts a line feed after the last line. None stands there: an insertion or a deletion at the
    end takes the one before it instead.
    """
    start, end, low, high = hunk
    if end > length:
        end, high = end - 1, high - 1
        if start > end or low > high:
            start, low = start - 1, low - 1
    return start, end, low, high


def _trimmed(old: str, new: str, start: int, low: int) -> _Hunk:
    """Leave out what two different stretches share at their beginning and at their end."""
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    return start + head, start + len(old) - tail, low + head, low + len(new) - tail


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many signs, or pieces, two sequences have in common from the beginning."""
    most = min(len(one), len(other))
    return next((i for i in range(most) if one[i] != other[i]), most)


def _starts(pieces: list[str], between: int = 0) -> list[int]:
    """Return where each piece begins, and where one more would; so many signs stand between two of them."""
    starts, at = [0], 0
    for piece in pieces:
        at += len(piece) + between
        starts.append(at)
    return starts


def _unlike(before: list[str], after: list[str]) -> Iterator[_Hunk]:
    """Return the stretches of pieces (lines, or words) that differ, the fewest pieces that can."""
    if before == after:
        return
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    before, after = before[head : len(before) - tail], after[head : len(after) - tail]
    if len(before) * len(after) > _MOST_PAIRS or not before or not after:
        yield head, head + len(before), head, head + len(after)
        return
    from rapidfuzz.distance import LCSseq

    numbers: dict[str, int] = {}
    one, other = ([numbers.setdefault(line, len(numbers)) for line in lines] for lines in (before, after))
    a = c = 0
    for step in LCSseq.opcodes(one, other):
        if step.tag != "equal":
            continue
        if (step.src_start, step.dest_start) != (a, c):
            yield head + a, head + step.src_start, head + c, head + step.dest_start
        a, c = step.src_end, step.dest_end
    if (a, c) != (len(one), len(other)):
        yield head + a, head + len(one), head + c, head + len(other)
