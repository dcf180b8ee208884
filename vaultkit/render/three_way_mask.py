"""What git sees of a note: each merged region as a few lines of its own, and what becomes of these.

No two of the lines are alike. Where a region stands in a conflict, the conflict is parted there: it is never
one of two things to choose from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import TypeAlias

from msgspec import Struct, field

from vaultkit.render.three_way import Who, woven
from vaultkit.text import pattern

#: git joins two conflicts that are three lines apart or less; a region of one line it rather moves than prose.
SIZES = (5, 1)


class Opaque(Struct, frozen=True):
    """A region that git does not look into; `text` is what it says.

    One that is `optional` goes with the side of a conflict that it stands in: the other side has it no
    more, or another. One that a side has `added` goes with the words of a conflict, and is none alone.
    """

    name: str
    text: str
    optional: bool = False
    added: bool = False

    def lines(self, count: int = SIZES[0]) -> str:
        """Return so many lines that stand for it."""
        return "".join(f"<!-- vaultkit:merge {self.name} {at} -->\n" for at in range(count))


_Piece: TypeAlias = "str | Opaque"


class _Hunk(Struct):
    """A conflict: what each side says, and the marker line that stands before it; `close` ends it."""

    sides: dict[Who, list[_Piece]] = field(default_factory=dict)
    marks: dict[Who, str] = field(default_factory=dict)
    close: str = ""


def unmasked(
    merged: str, opaque: Sequence[Opaque], size: int, wanted: int, newline: str
) -> tuple[str, int] | None:
    """Return what git made of masked versions with the regions in their places, and how many conflicts are left.

    `size` is that of the conflict markers, `wanted` the one that they are to have. None where a region is lost.
    """
    parts = list(_parts(merged, {line: one for one in opaque for line in one.lines().split("\n")[:-1]}, size))
    clean = {part.name for part in parts if isinstance(part, Opaque)}
    printer = _Printer(wanted, newline, clean)
    for part in parts:
        if isinstance(part, _Hunk):
            printer.hunk(part)
        else:
            printer.piece(part)
    if any(not one.optional and one.name not in printer.seen for one in opaque):
        return None
    return "".join(printer.out), printer.conflicts


def split_lines(text: str) -> list[str]:
    """Return the lines of a text, with their newlines, as git splits them."""
    return re.findall(r"[^\n]*\n|[^\n]+\Z", text)


def _parts(merged: str, masks: dict[str, Opaque], size: int) -> Iterator[_Piece | _Hunk]:
    """Yield the lines, regions and conflicts of a text; a region is one, however many lines of it stand there."""
    begins = {"<" * size: Who.OURS, "|" * size: Who.BASE, "=" * size: Who.THEIRS}
    hunk: _Hunk | None = None
    said: list[_Piece] | None = None
    last: Opaque | None = None
    for line in split_lines(merged):
        sign = line[:size]
        if sign in begins and (hunk is not None or sign[0] == "<"):
            hunk = hunk or _Hunk()
            hunk.marks[begins[sign]] = line[size:]
            said = hunk.sides[begins[sign]] = []
            last = None
            continue
        if hunk is not None and sign == ">" * size:
            hunk.close = line[size:]
            yield hunk
            hunk = said = last = None
            continue
        piece = masks.get(line.rstrip("\r\n"), line)
        if isinstance(piece, Opaque):
            if piece is last:
                continue
            last = piece
        else:
            last = None
        if said is None:
            yield piece
        else:
            said.append(piece)


class _Printer(Struct):
    """The merged note as it is put together; `seen` are the regions that stand in it."""

    wanted: int
    newline: str
    clean: set[str]
    out: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    conflicts: int = 0

    def piece(self, piece: _Piece) -> None:
        """Print a line, or a region that stands nowhere else."""
        if isinstance(piece, str):
            self._add(piece)
        elif piece.optional or piece.name not in self.seen:
            self.seen.add(piece.name)
            self._add(piece.text)

    def hunk(self, hunk: _Hunk) -> None:
        """Print a conflict, parted at the regions that stand in it and not outside of any."""
        parted = _Parted.of(hunk, self.clean | self.seen, frozenset())
        added = frozenset(one for order in parted.orders for one in order if one.added)
        if added and not all(_agree(parted.sides(hunk, at)) for at in (None, *parted.anchors)):
            self.seen |= {one.name for one in added}
            parted = _Parted.of(hunk, self.clean | self.seen, added)
        for anchor in (None, *parted.anchors):
            if anchor is not None:
                self.piece(anchor)
            self._conflict(hunk, parted.sides(hunk, anchor))

    def _conflict(self, hunk: _Hunk, sides: Mapping[Who, Sequence[str]]) -> None:
        said = {who: self._joined(lines) for who, lines in sides.items()}
        if _agree(sides):
            self._add(max(said[Who.OURS], said[Who.THEIRS], key=len))
            return
        self.conflicts += 1
        for who in (Who.OURS, Who.BASE, Who.THEIRS):
            if who in said:
                self._add("|<="[who] * self.wanted + hunk.marks[who])
                self._add(said[who])
        self._add(">" * self.wanted + hunk.close)

    def _joined(self, lines: Iterable[str]) -> str:
        return "".join(line if line.endswith("\n") else line + self.newline for line in lines)

    def _add(self, text: str) -> None:
        """Put text behind the rest, on a line of its own."""
        if text:
            self.out += [self.newline] if self.out and not self.out[-1].endswith("\n") else []
            self.out.append(text)


class _Parted(Struct):
    """A conflict parted at its regions: their order on each side, in one order, and the lines behind each."""

    orders: list[list[Opaque]]
    texts: dict[Who, dict[Opaque | None, list[str]]]
    anchors: list[Opaque]

    @classmethod
    def of(cls, hunk: _Hunk, elsewhere: Set[str], loose: Set[Opaque]) -> _Parted:
        """Part a conflict; a region that stands `elsewhere` is left out, one that is `loose` is words."""
        orders: list[list[Opaque]] = [[], [], []]
        texts: dict[Who, dict[Opaque | None, list[str]]] = {who: {None: []} for who in Who}
        for who, pieces in hunk.sides.items():
            anchor: Opaque | None = None
            for piece in pieces:
                if isinstance(piece, str):
                    texts[who][anchor].append(piece)
                elif piece.optional or piece in loose:
                    texts[who][anchor].append(piece.text)
                elif piece.name not in elsewhere and piece not in texts[who]:
                    orders[who].append(piece)
                    anchor = piece
                    texts[who][anchor] = []
        return cls(orders, texts, woven(*orders))

    def sides(self, hunk: _Hunk, anchor: Opaque | None) -> dict[Who, list[str]]:
        """Return what each side says behind a region, None for what stands before the first."""
        return {who: self.texts[who].get(anchor, []) for who in hunk.sides}


def _agree(sides: Mapping[Who, Sequence[str]]) -> bool:
    """Whether ours and theirs say the same, or nothing."""
    ours, theirs = ("".join(sides[who]) for who in (Who.OURS, Who.THEIRS))
    return ours == theirs or not (ours + theirs).strip(" \t\r\n>")


# ----------------------------------------------------------------------- conflicts of a text

_MARKER = pattern(r"(<{7,}|\|{7,}|={7,}|>{7,})(?:[ \r\n]|\Z)")


def has_conflict(text: str) -> bool:
    """Whether a text holds a conflict that git has left."""
    return "<<<<<<<" in text and without_conflicts(text) != text


def without_conflicts(text: str) -> str:
    """Return a base without the conflicts that git has left in it where it made the base by merging itself.

    None of the sides of one is what both versions came from.
    """
    if "<<<<<<<" not in text:
        return text
    result: list[str] = []
    held: list[str] = []
    depth = splits = 0
    for line in split_lines(text):
        sign = found[1][0] if (found := _MARKER.match(line)) else ""
        if sign == "<":
            depth += 1
        if not depth:
            result.append(line)
            continue
        held.append(line)
        splits += sign == "=" and depth == 1
        if sign == ">":
            depth -= 1
            if not depth:
                result += [] if splits else held
                held, splits = [], 0
    return "".join([*result, *held])
