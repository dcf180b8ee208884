"""Keep marks that have moved away from their units.

An editor hides the mark, so a person types before it: in `one, two <!-- vk:keep -->` the mark stood behind
`one` before he wrote `, two`. A unit is given back to its source where its mark has gone, not where it has moved:

- to the next marked unit, which had no mark, with nothing between them that vaultkit knows;
- to another unit of its list or line, when more of these carry a new mark than kept ones were rewritten or removed;
- or where it stands still, behind a copy of the unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from vaultkit.render.body import Unit
from vaultkit.render.merge_base import Trace

#: Where a unit stands: the sequence or row it is in, and its place there.
Place = tuple[int, int]


class Spot(Struct, frozen=True):
    """One unit of mine, in the order of the body.

    `known` says that vaultkit wrote it, `bare` that it was kept and carries no mark any more, `stray` that
    it carries a mark that vaultkit did not write behind these words; `copy` that the mark of a bare one
    stands behind the same words elsewhere.
    """

    place: Place
    unit: Unit
    known: bool = False
    bare: bool = False
    stray: bool = False
    copy: bool = False


#: Between a unit and a mark behind this one nothing can have been typed.
BARRIER = Spot((-1, -1), Unit(""), known=True)


def spots_of(
    group: int,
    units: Sequence[Unit],
    digests: Sequence[str],
    base: Iterable[Trace],
    unmarked: Callable[[str], bool],
) -> tuple[list[Spot], int]:
    """Return the units of a sequence, and how many kept ones of its base say something else now or are gone.

    `unmarked` tells units that stand without a mark although they have no source.
    """
    kept: Counter[str] = Counter()
    plain: Counter[str] = Counter()
    for trace in base:
        (kept if trace.source else plain)[trace.digest] += 1
    said = Counter(digests)
    marks = Counter(one for one, unit in zip(digests, units, strict=True) if unit.marked)
    spots = []
    for at, (one, unit) in enumerate(zip(digests, units, strict=True)):
        bare = not unit.marked and one in kept and said[one] - marks[one] > plain[one] and bool(unit.text)
        spots.append(
            Spot(
                (group, at),
                unit,
                known=one in kept or one in plain,
                bare=bare and not unmarked(unit.text),
                stray=unit.marked and marks[one] > kept[one],
                copy=marks[one] >= kept[one],
            )
        )
    return spots, (kept - said).total()


def parted(spots: Sequence[Spot], missing: Mapping[int, int]) -> frozenset[Place]:
    """Return the units whose marks have moved; `missing` counts for each sequence its kept units that are gone."""
    found: set[Place] = {spot.place for spot in spots if spot.bare and spot.copy}
    taken: set[Place] = set()
    for at, spot in enumerate(spots):
        if spot.bare and (mark := _next_mark(spots, at)) is not None:
            found.add(spot.place)
            taken.add(mark.place)
    over = Counter(spot.place[0] for spot in spots if spot.stray and spot.place not in taken)
    for spot in spots:
        group = spot.place[0]
        if spot.bare and group in missing and over[group] > missing[group]:
            found.add(spot.place)
    return frozenset(found)


def _next_mark(spots: Sequence[Spot], at: int) -> Spot | None:
    """Return the unit to which the mark of a bare one may have gone: the next, but for what is new or empty."""
    for spot in spots[at + 1 :]:
        if spot.stray:
            return spot
        if spot.unit.marked or (spot.known and spot.unit.text) or spot is BARRIER:
            return None
    return None
