"""Which tables and lists of two bodies are one, wherever they stand.

A section that a template draws moves when its note gets another place in the order. Its table or list is then
known by the text above it; what no text tells apart is paired in order, by what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from vaultkit.audit.match import assign
from vaultkit.render.body import Block, Body, Items, Lines, Table, Text, normalise
from vaultkit.render.merge_base import aligned

#: Above this many pairs of lists to weigh, those that say the same go before those that say most of it.
MOST_BLOCKS = 10_000


class Solid(Struct, frozen=True):
    """A table or list, with the text above it and what it says."""

    block: Block
    above: str
    said: frozenset[str]

    @property
    def heading(self) -> tuple[str, str] | None:
        """What it is known by where nothing else stands under the same text."""
        return (type(self.block).__name__, self.above) if self.above else None

    @property
    def wording(self) -> tuple[str, frozenset[str]] | None:
        """What it is known by where nothing else says the same."""
        return (type(self.block).__name__, self.said) if self.said else None


def solids_of(body: Body) -> list[Solid]:
    """Return the tables and lists of a body, in order."""
    above = ""
    solids: list[Solid] = []
    for block in body.blocks:
        if isinstance(block, Text):
            above = normalise(block.unit.text)
        else:
            solids.append(Solid(block, above, frozenset(_said(block))))
    return solids


def _said(block: Block) -> Iterator[str]:
    match block:
        case Table(header, _, rows):
            yield from (normalise(cell.text) for cell in header.cells)
            yield from (normalise(row.cells[0].text) for row in rows if row.cells)
        case Items(items):
            yield from (normalise(item.unit.text) for item in items)
        case Lines(lines):
            yield from (line.key for line in lines)


def same_blocks(one: Sequence[Solid], other: Sequence[Solid], by_place: bool = False) -> dict[int, int]:
    """Return which table or list of another body each one is.

    With `by_place` two of one kind that have nothing in common are one too, where the rest leaves them alone.
    """
    headings = [solid.heading for solid in one], [solid.heading for solid in other]
    known = _only(*headings, range(len(one)), range(len(other)))
    found = {**_in_order(one, other, known, by_place), **known}
    left = [at for at in range(len(one)) if at not in found]
    taken = frozenset(found.values())
    free = [at for at in range(len(other)) if at not in taken]
    wordings = [solid.wording for solid in one], [solid.wording for solid in other]
    return {**found, **_only(*wordings, left, free)}


def _only(
    names: Sequence[object], others: Sequence[object], places: Collection[int], free: Collection[int]
) -> dict[int, int]:
    """Pair, of these places, those of one name that only one place on each side has."""
    count, there = Counter(names[at] for at in places), {others[at]: at for at in free}
    alone = Counter(others[at] for at in free)
    return {
        at: there[name]
        for at in places
        if (name := names[at]) is not None and count[name] == alone[name] == 1
    }


def _in_order(
    one: Sequence[Solid], other: Sequence[Solid], known: Mapping[int, int], by_place: bool
) -> dict[int, int]:
    """Pair what lies on each other in order; what is known to be one is that or nothing."""
    of_known = {to: at for at, to in known.items()}

    def score(at: int, to: int) -> float:
        return (
            _likeness(one[at], other[to], by_place)
            if known.get(at, to) == to and of_known.get(to, at) == at
            else 0.0
        )

    if len(one) * len(other) <= MOST_BLOCKS:
        return assign([[score(at, to) for to in range(len(other))] for at in range(len(one))], ties=True)
    names, others = (
        [f"{type(solid.block).__name__} {solid.above} {sorted(solid.said)}" for solid in solids]
        for solids in (one, other)
    )
    return aligned(names, others, lambda at, to: score(at, to) or -1.0)


def _likeness(one: Solid, other: Solid, by_place: bool) -> float:
    """Return how much two blocks have in common: what they say, and the text above them."""
    if type(one.block) is not type(other.block):
        return 0.0
    shared = len(one.said & other.said) / max(1, min(len(one.said), len(other.said)))
    return 0.01 * by_place + shared + 0.5 * (one.above == other.above)
