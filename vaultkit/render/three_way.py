"""One unit of a region from three versions of a note: their common base, ours and theirs.

Each version knows of each unit whether vaultkit or a person wrote it last (its own end marker says so).
What a person wrote goes before what was generated, and between two persons the one who changed it
since the base; where both did, nobody but they can tell: a clash.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from vaultkit.audit.match import similarity
from vaultkit.render.body import Unit, digest, normalise
from vaultkit.render.merge_base import NO_SOURCE, State, Trace, aligned, state_of
from vaultkit.text import fold, pattern

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

_WIKILINK = pattern(r"!?\[\[([^\]|#\n]+)[^\]\n]*\]\]")
_BY_HAND = frozenset({State.KEPT, State.EDITED, State.ADOPTED})


class Unmergeable(Exception):
    """A region whose three versions do not lie on each other; git then merges its lines."""


class Who(IntEnum):
    """Which version a thing comes from; also its place in a tuple of three."""

    BASE = 0
    OURS = 1
    THEIRS = 2


class Side(Struct, frozen=True):
    """A unit in one version: what it says there, who wrote it last, and what the end marker remembers of it."""

    who: Who
    unit: Unit
    state: State
    trace: Trace | None = None

    @property
    def by_hand(self) -> bool:
        """Whether a person wrote it, and has not given it back."""
        return self.state in _BY_HAND

    def says(self, other: Side) -> bool:
        """Whether two sides say the same."""
        return normalise(self.unit.text) == normalise(other.unit.text)


class Clash(Struct, frozen=True):
    """Two persons wrote different things in the place of one unit."""

    base: Side | None
    ours: Side
    theirs: Side


class Three(Struct, Generic[T], frozen=True):
    """A merged thing as each version would have it: three times the same but for clashes; None is absent."""

    base: T | None
    ours: T | None
    theirs: T | None

    @classmethod
    def same(cls, thing: T | None) -> Three[T]:
        """Return what all versions have in common."""
        return cls(thing, thing, thing)

    def __getitem__(self, who: Who) -> T | None:
        """Return the thing as one version would have it."""
        return (self.base, self.ours, self.theirs)[who]


Decision: TypeAlias = "Side | Clash | None"


def decide(base: Side | None, ours: Side | None, theirs: Side | None) -> Decision:
    """Return which side's unit stands in the merged region: None where it goes, a clash where nobody can tell."""
    if ours is None or theirs is None:
        side = ours or theirs
        return side if side and (base is None or (side.by_hand and not _unchanged(base, side))) else None
    if ours.by_hand and theirs.by_hand:
        return _both_by_hand(base, ours, theirs)
    if not ours.by_hand and not theirs.by_hand:
        return _none_by_hand(base, ours, theirs)
    hand, other = (ours, theirs) if ours.by_hand else (theirs, ours)
    if _unchanged(base, hand) or (hand.says(other) and not hand.unit.marked):
        return other
    return _fresher(hand, base, other)


def _unchanged(base: Side | None, side: Side) -> bool:
    """Whether a unit that a person wrote was written before the versions parted."""
    return base is not None and base.by_hand and base.says(side)


def _both_by_hand(base: Side | None, ours: Side, theirs: Side) -> Decision:
    if ours.says(theirs):
        return theirs if theirs.unit.marked and not ours.unit.marked else ours
    if base is not None and base.says(ours):
        return theirs
    if base is not None and base.says(theirs):
        return ours
    return Clash(base, ours, theirs)


def _none_by_hand(base: Side | None, ours: Side, theirs: Side) -> Side:
    """Return one of two generated units: the one that changed, ours if both did; a rebuild makes it true."""
    if State.RELEASED in (ours.state, theirs.state):
        return ours if theirs.state is State.RELEASED else theirs
    if base is None or not base.says(ours):
        return ours
    if ours.says(theirs) and base.trace and ours.trace and theirs.trace:
        return theirs if ours.trace.gone == base.trace.gone else ours
    return theirs


def _fresher(hand: Side, base: Side | None, other: Side) -> Side:
    """Return a unit written by hand that stands for what the other version's source says now."""
    trace, fresh = hand.trace, other.trace
    if other.state is not State.OURS or trace is None or fresh is None or trace.source == NO_SOURCE:
        return hand
    if base is not None and base.trace is not None and base.trace.origin == fresh.digest:
        return hand
    if hand.state is State.KEPT:
        return replace(hand, trace=Trace(trace.digest, fresh.digest))
    return hand if trace.source else replace(hand, trace=Trace(fresh.digest))


def trace_of(scope: str, side: Side) -> Trace | None:
    """Return what the merged end marker remembers of a unit; None leaves it the person's own."""
    own, trace = digest(scope, side.unit.text), side.trace
    match side.state:
        case State.OURS:
            return Trace(own, "", trace.gone if trace else False)
        case State.KEPT:
            return Trace(own, trace.origin if trace else NO_SOURCE, trace.gone if trace else False)
        case _:
            return trace


# ----------------------------------------------------------------------------------- sequences


def read_sequence(
    who: Who, units: Sequence[Unit], scope: str, group: Sequence[Trace] | None, said: Mapping[str, str]
) -> list[Side]:
    """Return the units of a list in one version, each with what its end marker remembers of it.

    `said` gives the texts that are known for digests, of whichever version.
    """
    own = [digest(scope, unit.text) for unit in units]
    traces = group or ()

    def likeness(at: int, index: int) -> float:
        return similarity(units[index].text, said.get(traces[at].origin, ""))

    places = {index: at for at, index in aligned([t.digest for t in traces], own, likeness).items()}
    sides = []
    for index, unit in enumerate(units):
        trace = traces[places[index]] if index in places else None
        known = [trace] if trace and trace.digest == own[index] else []
        sides.append(Side(who, unit, state_of(unit, None if group is None else known), trace))
    return sides


class Slot(Struct, frozen=True):
    """One unit in the three versions: its place in each, None where it is not there."""

    base: int | None
    ours: int | None
    theirs: int | None

    def __getitem__(self, who: Who) -> int | None:
        """Return its place in one version."""
        return (self.base, self.ours, self.theirs)[who]


def slots_of(sides: Sequence[Sequence[Side]], scope: str) -> list[Slot]:
    """Return which units of three versions are one, in merged order.

    Units are one that stand for the same source, or say or name the same; what is left between two of
    these is paired by place.
    """
    known = [[_Known.of(side, scope) for side in version] for version in sides]
    base, ours, theirs = known
    in_ours, in_theirs = _matched(base, ours), _matched(base, theirs)
    added = _both_added(known, in_ours, in_theirs)
    return merged_order(in_ours, in_theirs, len(base), len(ours), len(theirs), added)


def merged_order(
    ours: Mapping[int, int],
    theirs: Mapping[int, int],
    base: int,
    own: int,
    new: int,
    added: Mapping[int, int],
) -> list[Slot]:
    """Return the slots of three sequences of these lengths, in merged order.

    `ours` and `theirs` give the place of a base unit in each; `added` pairs what both have added.
    """
    in_ours = {place: at for at, place in ours.items()}
    in_theirs = {place: at for at, place in theirs.items()}
    in_added = {place: at for at, place in added.items()}
    of_base = [Slot(at, ours.get(at), theirs.get(at)) for at in range(base)]
    of_ours = [of_base[in_ours[at]] if at in in_ours else Slot(None, at, added.get(at)) for at in range(own)]
    of_theirs = [
        of_base[in_theirs[at]] if at in in_theirs else Slot(None, in_added.get(at), at) for at in range(new)
    ]
    return woven(of_base, of_ours, of_theirs)


def woven(base: Sequence[K], ours: Sequence[K], theirs: Sequence[K]) -> list[K]:
    """Return the things of ours and theirs in one order.

    That of ours, unless only theirs has put what all have in common in another order. What only the other
    has stands behind its former predecessor and what came to stand there.
    """
    common = set(base) & set(ours) & set(theirs)
    stood = [one for one in base if one in common]
    first, second = ours, theirs
    if [one for one in ours if one in common] == stood != [one for one in theirs if one in common]:
        first, second = theirs, ours
    here, there = set(first), set(second)
    behind: dict[K | None, list[K]] = {}
    last: K | None = None
    for one in second:
        if one in here:
            last = one
        else:
            behind.setdefault(last, []).append(one)
    result, waiting = [], behind.get(None, [])
    for one in first:
        if one in there:
            result += waiting
            waiting = behind.get(one, [])
        result.append(one)
    return result + waiting


class _Known(Struct, frozen=True):
    """What a unit is known by: its source (or itself), the note that it links to; `loose` has no source."""

    key: str
    text: str
    name: str
    loose: bool

    @classmethod
    def of(cls, side: Side, scope: str) -> _Known:
        trace = side.trace
        loose = trace is None or trace.source == NO_SOURCE
        key = digest(scope, side.unit.text)
        if trace is not None:
            key = trace.digest if trace.source == NO_SOURCE else trace.origin
        found = _WIKILINK.search(side.unit.text)
        return cls(key, side.unit.text, fold(found[1]) if found else "", loose)


def _matched(base: Sequence[_Known], side: Sequence[_Known]) -> dict[int, int]:
    """Return the place in `side` of each unit of the base."""

    def likeness(at: int, other: int) -> float:
        one, two = base[at], side[other]
        if one.name and two.name:
            return 2.0 if one.name == two.name else -1.0
        if one.loose and two.loose:
            return similarity(two.text, one.text)
        return (not one.loose and not two.loose and similarity(two.text, one.text)) or -1.0

    return aligned([one.key for one in base], [one.key for one in side], likeness)


def _both_added(
    known: Sequence[Sequence[_Known]], ours: Mapping[int, int], theirs: Mapping[int, int]
) -> dict[int, int]:
    """Pair what both versions have added: of one source, saying the same, or linking to one note."""
    free: dict[str, list[int]] = {}
    taken_ours, taken_theirs = frozenset(ours.values()), frozenset(theirs.values())
    for at in reversed(range(len(known[Who.THEIRS]))):
        if at not in taken_theirs:
            for name in _names(known[Who.THEIRS][at]):
                free.setdefault(name, []).append(at)
    found: dict[int, int] = {}
    used: set[int] = set()
    for at, one in enumerate(known[Who.OURS]):
        for name in _names(one) if at not in taken_ours else ():
            places = free.get(name, [])
            while places and places[-1] in used:
                places.pop()
            if places:
                found[at] = places.pop()
                used.add(found[at])
                break
    return found


def _names(one: _Known) -> tuple[str, ...]:
    said = (f"key {one.key}", f"text {normalise(one.text)}")
    return (*said, f"link {one.name}") if one.name else said


class Job(Struct):
    """A sequence of units in the three versions, with the group of the stamp that each has for it."""

    scope: str
    units: tuple[Sequence[Unit], ...]
    groups: list[Sequence[Trace] | None] = field(default_factory=lambda: [None, None, None])
    _sides: list[list[Side]] = field(default_factory=list)

    def sides(self) -> list[list[Side]]:
        """Return the units of each version with what is known of them; to be asked when the groups are dealt."""
        if not self._sides:
            said = {
                digest(self.scope, unit.text): unit.text for units in reversed(self.units) for unit in units
            }
            self._sides = [
                read_sequence(who, self.units[who], self.scope, self.groups[who], said) for who in Who
            ]
        return self._sides


def without_ghosts(
    decisions: Iterable[tuple[Slot, Decision]], there: Sequence[object | None], remembered: bool
) -> list[tuple[Slot, Decision]]:
    """Leave out what a version generated for a list that another has not, or no more; a rebuild brings it back.

    `there` says which versions have the list, `remembered` whether the base has ever been rebuilt.
    """
    base, ours, theirs = (one is not None for one in there)
    lost = base and not (ours and theirs)
    first = ours and theirs and not base and not remembered
    return [
        (slot, decision)
        for slot, decision in decisions
        if not isinstance(decision, Side) or decision.by_hand or not (lost or (first and slot.ours is None))
    ]


def decide_slot(sides: Sequence[Sequence[Side]], slot: Slot) -> Decision:
    """Return what becomes of one unit of three sequences."""
    at = [slot[who] for who in Who]
    found = [version[place] if place is not None else None for version, place in zip(sides, at, strict=True)]
    return decide(*found)


def chosen(decision: Decision, who: Who) -> Side | None:
    """Return which unit one version would have of a decision."""
    if isinstance(decision, Clash):
        return (decision.base, decision.ours, decision.theirs)[who]
    return decision


def traces_of(scope: str, decisions: Sequence[tuple[Slot, Decision]]) -> list[Trace]:
    """Return what is remembered of a merged sequence; of a clash, which source both stand for."""
    sides = [side for _, decision in decisions if (side := chosen(decision, Who.OURS))]
    return [trace for side in sides if (trace := trace_of(scope, side))]
