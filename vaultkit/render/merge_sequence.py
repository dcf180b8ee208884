"""Two lists of units become one: the items of a list, of a roadmap line, or the texts of a body."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from vaultkit.audit.match import assign, similarity
from vaultkit.render.body import Unit, digest, normalise, plain
from vaultkit.render.merge_base import (
    MOST_PAIRS,
    NO_SOURCE,
    Policy,
    State,
    Trace,
    aligned,
    in_order,
    state_of,
)

#: How like a unit whose source was gone must be to one that is new, to be taken for it.
ALIKE = 0.5


class Placed(Struct, frozen=True):
    """One unit of the result: its place in mine, in theirs, or both; `unit` is None where it goes."""

    mine: int | None
    theirs: int | None
    unit: Unit | None
    trace: Trace


def digests_of(scope: str, mine: Sequence[Unit], theirs: Sequence[Unit]) -> list[str]:
    """Return all digests by which the base of a sequence can be known."""
    return [digest(scope, unit.text) for unit in (*mine, *theirs)]


def merge_sequence(
    mine: Sequence[Unit],
    theirs: Sequence[Unit],
    scope: str,
    base: Sequence[Trace] | None,
    policy: Policy,
    by_identity: bool = False,
) -> list[Placed]:
    """Merge two sequences of units that are remembered as `base`; the result is in its order."""
    if not mine:
        new = [digest(scope, unit.text) for unit in theirs]
        return [Placed(None, at, Unit(theirs[at].text), Trace(one)) for at, one in enumerate(new)]
    sides = _Sides(mine, theirs, scope, base, policy)
    partner = _partners(sides, by_identity)
    placed = [
        _merged(sides, index, theirs[partner[index]] if index in partner else None, partner.get(index))
        for index in range(len(mine))
    ]
    added = {
        at: Placed(None, at, Unit(unit.text), Trace(sides.new[at]))
        for at, unit in enumerate(theirs)
        if at not in frozenset(partner.values())
    }
    if policy.keep_order:
        return [*placed, *added.values()]
    order = in_order([one.theirs for one in placed], list(added))
    return [placed[at] if at is not None else added[other or 0] for at, other in order]


class _Sides(Struct, dict=True):
    """The three sides of a merge, and which unit of mine and theirs stands at each place of the base."""

    mine: Sequence[Unit]
    theirs: Sequence[Unit]
    scope: str
    base: Sequence[Trace] | None
    policy: Policy

    def __post_init__(self) -> None:
        self.own = [digest(self.scope, unit.text) for unit in self.mine]
        self.new = [digest(self.scope, unit.text) for unit in self.theirs]
        base = self.base or ()
        said = {one: self.theirs[at].text for at, one in enumerate(self.new)}

        def like_mine(at: int, index: int) -> float:
            return similarity(self.mine[index].text, said.get(base[at].origin, ""))

        self.mine_at = aligned([trace.digest for trace in base], self.own, like_mine)
        self.base_at = {index: at for at, index in self.mine_at.items()}

        def like_theirs(at: int, other: int) -> float:
            return (
                similarity(self.mine[self.mine_at[at]].text, self.theirs[other].text)
                if at in self.mine_at
                else 0.0
            )

        self.theirs_at = aligned(
            [trace.origin for trace in base],
            self.new,
            like_theirs,
            lambda at: ALIKE if base[at].gone else 0.0,
        )

    def trace(self, index: int) -> Trace | None:
        """Return what the base remembers at the place of a unit of mine."""
        at = self.base_at.get(index)
        return self.base[at] if self.base is not None and at is not None else None

    def state(self, index: int, trace: Trace | None) -> State:
        """Return what the base says of a unit of mine."""
        known = [trace] if trace and trace.digest == self.own[index] else []
        return state_of(self.mine[index], None if self.base is None else known)


def _merged(sides: _Sides, index: int, theirs: Unit | None, other: int | None) -> Placed:
    """Return what becomes of one unit of mine, and what is remembered of it."""
    mine, trace = sides.mine[index], sides.trace(index)
    state = sides.state(index, trace)
    if theirs is None:
        unit, source = _without_source(mine, state, trace, sides.policy)
        gone = unit is not None and source != NO_SOURCE
    else:
        unit, gone = decide(mine, state, theirs), False
        source = sides.new[other] if unit.marked and other is not None else ""
    return Placed(index, other, unit, Trace(digest(sides.scope, unit.text) if unit else "", source, gone))


def _without_source(mine: Unit, state: State, trace: Trace | None, policy: Policy) -> tuple[Unit | None, str]:
    """Return what becomes of a unit that stands for nothing generated, and the source that it had."""
    if not mine.text:
        return (None, "") if state in (State.KEPT, State.RELEASED) or policy.prune else (mine, "")
    if state is State.OURS:
        return (None, "") if policy.prune else (Unit(mine.text), "")
    if state is not State.KEPT and policy.pending(plain(mine.text)):
        return Unit(mine.text), NO_SOURCE
    return Unit(mine.text, True), trace.origin if trace else NO_SOURCE


def decide(mine: Unit, state: State, theirs: Unit) -> Unit:
    """Return what stands where mine and theirs meet; the heart of every merge."""
    same = normalise(mine.text) == normalise(theirs.text)
    if state in (State.OURS, State.RELEASED) or (same and state is not State.KEPT):
        return Unit(mine.text if same else theirs.text)
    return Unit(mine.text, True)


# ---------------------------------------------------------------------------------- partners


class _Pairs:
    """Which unit of theirs each unit of mine stands for, as it is found out."""

    def __init__(self, theirs: int) -> None:
        self.partner: dict[int, int] = {}
        self.free = dict.fromkeys(range(theirs))

    def take(self, index: int, other: int) -> None:
        if index not in self.partner and other in self.free:
            self.partner[index] = other
            del self.free[other]


def _partners(sides: _Sides, by_identity: bool) -> dict[int, int]:
    """Pair by what is remembered, by what is said, by what is named, and at last by place."""
    pairs = _Pairs(len(sides.theirs))
    places = [
        (sides.mine_at[at], sides.theirs_at[at], trace)
        for at, trace in enumerate(sides.base or ())
        if at in sides.mine_at and at in sides.theirs_at
    ]
    for index, other, trace in places:
        if trace.digest == sides.own[index] and trace.origin == sides.new[other]:
            pairs.take(index, other)
    _pair_equal(sides, pairs)
    if by_identity:
        _pair_named(sides, pairs)
    if sides.base is None:
        _pair_alike(sides, pairs)
    elif by_identity and sides.policy.follow:
        _pair_renamed(sides, pairs)
    else:
        for index, other, _ in places:
            pairs.take(index, other)
    return pairs.partner


def _pair_equal(sides: _Sides, pairs: _Pairs) -> None:
    said: dict[str, list[int]] = {}
    for at in pairs.free:
        said.setdefault(normalise(sides.theirs[at].text), []).append(at)
    for index, unit in enumerate(sides.mine):
        if index not in pairs.partner and (same := said.get(normalise(unit.text))):
            pairs.take(index, same.pop(0))


def _pair_named(sides: _Sides, pairs: _Pairs) -> None:
    named = {sides.policy.identity(plain(sides.theirs[at].text)): at for at in reversed(list(pairs.free))}
    for index, unit in enumerate(sides.mine):
        name = sides.policy.identity(plain(unit.text))
        if name is not None and name in named:
            pairs.take(index, named[name])


def _pair_alike(sides: _Sides, pairs: _Pairs) -> None:
    """Pair what just was adopted with what shares most of its words, in order; a tie is no match."""
    left = [index for index in range(len(sides.mine)) if index not in pairs.partner]
    free = list(pairs.free)
    if len(left) * len(free) > MOST_PAIRS:
        return
    about = [sides.policy.about(sides.theirs[at].text) for at in free]
    scores = [[similarity(sides.mine[index].text, words) for words in about] for index in left]
    for row, column in assign(scores).items():
        pairs.take(left[row], free[column])


def _pair_renamed(sides: _Sides, pairs: _Pairs) -> None:
    """Pair generated items that name nothing any more with new ones: one to one, else the likest.

    An item whose source was gone before is no renamed one: its note is only absent.
    """
    lost = []
    for index, unit in enumerate(sides.mine):
        trace = sides.trace(index)
        ours = trace is not None and not trace.gone and sides.state(index, trace) is State.OURS
        if ours and index not in pairs.partner and sides.policy.identity(plain(unit.text)) is None:
            lost.append(index)
    if len(lost) == len(pairs.free):
        for index, at in zip(lost, list(pairs.free), strict=True):
            pairs.take(index, at)
        return
    for index in lost:
        scores = [(similarity(sides.mine[index].text, sides.theirs[at].text), at) for at in pairs.free]
        best = max(scores, default=(0.0, -1))
        if best[0] >= ALIKE:
            pairs.take(index, best[1])
