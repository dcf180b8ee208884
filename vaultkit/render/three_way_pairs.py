"""Which regions of three versions of a note are one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeAlias

from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import REPEATABLE, Region
from vaultkit.render.merge_base import MOST_PAIRS
from vaultkit.render.three_way import Who

#: The place of a region among those of base, ours and theirs, None where it is not there.
Places: TypeAlias = "tuple[int | None, int | None, int | None]"

#: The kinds that a person adds empty, so that two new ones are never one text made two.
ADDED = frozenset({"query", "template"})

_Look: TypeAlias = "tuple[str, str]"


def paired(notes: Sequence[Note], regions: Sequence[Sequence[Region]]) -> Iterator[Places]:
    """Yield the places of each region in the three versions, for those that ours or theirs has.

    What both have added is one where it is the same or may stand but once; different queries stay two.
    """
    base, ours, theirs = (
        [_looks(note, region) for region in own] for note, own in zip(notes, regions, strict=True)
    )
    in_ours, in_theirs = _same_regions(base, ours), _same_regions(base, theirs)
    for at in range(len(base)):
        if at in in_ours or at in in_theirs:
            yield at, in_ours.get(at), in_theirs.get(at)
    own, new = frozenset(in_ours.values()), frozenset(in_theirs.values())
    left = [at for at in range(len(ours)) if at not in own]
    free = [at for at in range(len(theirs)) if at not in new]
    added = _same_added(
        [(at, ours[at], regions[Who.OURS][at].name) for at in left],
        [(at, theirs[at], regions[Who.THEIRS][at].name) for at in free],
    )
    for one, other in added.items():
        yield None, one, other
    taken = frozenset(added.values())
    rest = [at for at in left if at not in added and regions[Who.OURS][at].name in ADDED]
    over = [at for at in free if at not in taken and regions[Who.THEIRS][at].name in ADDED]
    if rest and over:
        yield from ((None, at, None) for at in rest)
        yield from ((None, None, at) for at in over)


def _looks(note: Note, region: Region) -> _Look:
    """Return what a region is known by: its key, and its begin marker where there may be several."""
    return region.key, region.begin.of(note.text)


def _same_added(
    ours: Sequence[tuple[int, _Look, str]], theirs: Sequence[tuple[int, _Look, str]]
) -> dict[int, int]:
    """Pair what both have added: by the begin marker where there may be several, else by the key."""
    free: dict[object, list[int]] = {}
    for at, look, name in reversed(theirs):
        free.setdefault(look if name in REPEATABLE else look[0], []).append(at)
    found: dict[int, int] = {}
    for at, look, name in ours:
        same = free.get(look if name in REPEATABLE else look[0])
        if same:
            found[at] = same.pop()
    return found


def _same_regions(one: Sequence[_Look], other: Sequence[_Look]) -> dict[int, int]:
    """Pair regions: of one key, where that is one region; else those that ask the same, then by their order."""
    found: dict[int, int] = {}
    of_one, of_other = _by_key(one), _by_key(other)
    for key, mine in of_one.items():
        new = of_other.get(key, [])
        if len(mine) == len(new) == 1:
            found[mine[0]] = new[0]
            continue
        begins = [one[at][1] for at in mine], [other[at][1] for at in new]
        pairs = _in_order if len(mine) * len(new) <= MOST_PAIRS else _by_begin
        found |= {mine[at]: new[to] for at, to in pairs(*begins)}
    return found


def _by_key(looks: Sequence[_Look]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, (key, _) in enumerate(looks):
        found.setdefault(key, []).append(at)
    return found


def _in_order(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield what lies on each other in two sequences: what is equal, and between it what is as long."""
    for tag, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and b - a == d - c):
            yield from zip(range(a, b), range(c, d), strict=True)


def _by_begin(one: Sequence[str], other: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield what is equal in two long sequences; what is left in order, if that is as much."""
    free: dict[str, list[int]] = {}
    for to in reversed(range(len(other))):
        free.setdefault(other[to], []).append(to)
    left = []
    for at, said in enumerate(one):
        if same := free.get(said):
            yield at, same.pop()
        else:
            left.append(at)
    over = sorted(to for places in free.values() for to in places)
    if len(left) == len(over):
        yield from zip(left, over, strict=True)
