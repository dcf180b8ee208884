"""Which tables and lists of two bodies are one, wherever they stand.

A section that a template draws moves when its note gets another place in the order. Its table or list is then
known by the text above it; what no text tells apart is paired in order, by what it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from vaultkit.audit.match import assign
from vaultkit.render.body import Block, Body, Items, Lines, Table, Text, normalise
from vaultkit.render.merge_base import aligned

#: Above this many pairs of lists to weigh, those that say the same go before those that say most of it.
MOST_BLOCKS = 10_000


class Solid(Struct, frozen=True):
    """A table or list, what it says, and the headings of its body, so many of which stand above it."""

    block: Block
    said: frozenset[str]
    texts: Sequence[str]
    under: int

    @property
    def above(self) -> str:
        """The text above it; empty where there is none."""
        return self.texts[self.under - 1] if self.under else ""

    @property
    def heading(self) -> tuple[str, str] | None:
        """What it is known by where nothing else stands under the same text."""
        return (type(self.block).__name__, self.above) if self.above else None

    @property
    def wording(self) -> tuple[str, frozenset[str]] | None:
        """What it is known by where nothing else says the same."""
        return (type(self.block).__name__, self.said) if self.said else None


def solids_of(body: Body, by_hand: Callable[[Text], bool] = lambda text: False) -> list[Solid]:
    """Return the tables and lists of a body, in order; texts that a person put between are no headings."""
    headings = [block for block in body.blocks if isinstance(block, Text) and not by_hand(block)]
    texts = [normalise(block.unit.text) for block in headings]
    under = 0
    solids: list[Solid] = []
    for block in body.blocks:
        if isinstance(block, Text):
            under += not by_hand(block)
        else:
            solids.append(Solid(block, frozenset(_said(block)), texts, under))
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


def same_blocks(
    one: Sequence[Solid], other: Sequence[Solid], by_place: Collection[int] = ()
) -> dict[int, int]:
    """Return which table or list of another body each one is.

    One at a place of `by_place` is also one of its kind that it has nothing in common with, where the rest
    leaves them alone; not so two that stand in different sections of what both bodies have.
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
    one: Sequence[Solid], other: Sequence[Solid], known: Mapping[int, int], by_place: Collection[int]
) -> dict[int, int]:
    """Pair what lies on each other in order; what is known to be one is that or nothing."""
    of_known = {to: at for at, to in known.items()}
    sections, others_sections = _sections(one, other), _sections(other, one)

    def score(at: int, to: int) -> float:
        if known.get(at, to) != to or of_known.get(to, at) != at:
            return 0.0
        above = other[to].above
        elsewhere = above != one[at].above and above in one[at].texts
        beside = at in by_place and sections[at] == others_sections[to] and not elsewhere
        return _likeness(one[at], other[to], 0.01 * beside)

    if len(one) * len(other) <= MOST_BLOCKS:
        return assign([[score(at, to) for to in range(len(other))] for at in range(len(one))], ties=True)
    names, others = (
        [f"{type(solid.block).__name__} {solid.above} {sorted(solid.said)}" for solid in solids]
        for solids in (one, other)
    )
    return aligned(names, others, lambda at, to: score(at, to) or -1.0)


def _sections(solids: Sequence[Solid], others: Sequence[Solid]) -> list[str]:
    """Return for each table or list the nearest text above it that stands in the other body too, if any."""
    there = frozenset(others[0].texts) if others else frozenset()
    return [
        next((text for text in reversed(solid.texts[: solid.under]) if text in there), "") for solid in solids
    ]


def _likeness(one: Solid, other: Solid, least: float) -> float:
    """Return how much two blocks have in common: what they say, and the text above them; `least` if nothing."""
    if type(one.block) is not type(other.block):
        return 0.0
    shared = len(one.said & other.said) / max(1, min(len(one.said), len(other.said)))
    return least + shared + 0.5 * (one.above == other.above)
