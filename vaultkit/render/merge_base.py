"""What a merge knows and says: its policy, what the end marker remembers, and the fate of each unit.

The words of a three-way merge: *mine* is the body as it stands, *theirs* the body that a template gave,
*base* what vaultkit last wrote, of which only digests are left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from msgspec import Struct, field

from vaultkit.audit.match import assign
from vaultkit.markdown.regions import Stamp
from vaultkit.render.body import Line, Row, Unit, normalise
from vaultkit.text import fold

#: The source of a kept unit that stands for nothing generated.
NO_SOURCE = "-"

#: Above this many pairs to weigh, units are told apart by what they say alone.
MOST_PAIRS = 40_000

#: Of sequences that say the same, so many are looked at where there are many.
FEW = 16

#: Above this many pairs, no common stretches are looked for, only equal units.
MOST_MATCHED = 1_000_000


class Policy(Struct, frozen=True):
    """How a region merges.

    `identity` names what a row, an item or a line stands for (two labels of one domain give one name),
    None where the words name nothing; `about` gives the words that a generated item stands for beside
    its own; `keep_order` leaves the order of mine; `follow` lets an item that names nothing any more
    give way to one that is new (a renamed note); `pending` tells an item whose source is still to come
    (a link to a note that nobody has written yet), which stands unmarked and is no worry; `prune` takes
    away what has no source any more.
    """

    identity: Callable[[str], str | None] = lambda text: fold(text) or None
    about: Callable[[str], str] = lambda text: text
    keep_order: bool = False
    follow: bool = False
    pending: Callable[[str], bool] = lambda text: False
    prune: bool = False


class Fate(Struct, frozen=True, gc=False):
    """What became of one unit, where it is worth a word: `place` is its row or line, with its column."""

    place: str
    before: str
    after: str
    kept: bool = False
    sourceless: bool = False


class Meeting(Struct, frozen=True, gc=False):
    """One thing that stays kept, with what is generated in its place: a unit, a whole row or a whole line.

    `mine` is the very object of the body that was merged. `theirs` are the units that would stand there, None
    each for which nothing would: one for a unit, one for each cell of a row, all entries of a line. Without
    `sourced` nothing at all is generated.
    """

    place: str
    mine: Unit | Row | Line
    theirs: tuple[Unit | None, ...]
    sourced: bool


class Report(Struct):
    """What a merge has to say: the units that changed, that are held, and that were pruned; and what is kept."""

    changed: list[Fate] = field(default_factory=list)
    held: list[Fate] = field(default_factory=list)
    pruned: list[Fate] = field(default_factory=list)
    kept: list[Meeting] = field(default_factory=list)

    def note(self, place: str, mine: Unit | None, theirs: Unit | None, unit: Unit | None) -> None:
        """Write down what became of a unit of mine, of theirs, or of both; `unit` is None if it went."""
        before = mine.text if mine else ""
        if unit is None:
            self.pruned += [Fate(place, before, "", sourceless=True)] if before else []
            return
        fate = Fate(place, before, unit.text, unit.marked, theirs is None)
        if unit.marked and mine is not None:
            self.kept.append(Meeting(place, mine, (theirs,), theirs is not None))
        if unit.marked or (theirs is None and before):
            self.held.append(fate)
        if mine is None or normalise(before) != normalise(unit.text) or mine.marked != unit.marked:
            self.changed.append(fate)


# --------------------------------------------------------------------------------- the base


class State(StrEnum):
    """What the base says of a unit of mine."""

    OURS = "ours"  # as vaultkit last wrote it
    RELEASED = "released"  # was kept, and its mark has been deleted since
    EDITED = "edited"  # a person wrote it since
    KEPT = "kept"  # carries the mark
    ADOPTED = "adopted"  # nothing is remembered: just adopted


class Trace(Struct, frozen=True, gc=False):
    """One unit as the stamp remembers it.

    `source` is empty for a generated unit; for a kept one it is the digest of what it stands for, `-`
    for nothing. `gone` says that its source was not there when vaultkit last wrote.
    """

    digest: str
    source: str = ""
    gone: bool = False

    @property
    def origin(self) -> str:
        """The digest of the generated unit that it is or stands for, `-` for none."""
        return self.source or self.digest


def state_of(unit: Unit, known: Sequence[Trace] | None) -> State:
    """Return the state of a unit, of which the base knows these; None where nothing is remembered."""
    if unit.marked:
        return State.KEPT
    if known is None:
        return State.ADOPTED
    if not known:
        return State.EDITED
    return State.RELEASED if any(trace.source for trace in known) else State.OURS


class Memory:
    """What a stamp remembers, ready to be asked."""

    def __init__(self, stamp: Stamp | None) -> None:
        """Read the groups of a stamp; None for a region that was just adopted."""
        self.stamp = stamp
        self._groups = _groups(stamp) if stamp else []
        self._traces = {trace.digest: trace for group in self._groups for trace in group}

    def state(self, unit: Unit, digests: Sequence[str]) -> State:
        """Return the state of a unit that has one place in the body, whose digest is one of `digests`."""
        known = [self._traces[one] for one in digests if one in self._traces]
        return state_of(unit, known if self.stamp else None)

    def knows(self, digest: str) -> bool:
        """Whether a unit with this digest was there when vaultkit last wrote."""
        return digest in self._traces

    def trace(self, digest: str) -> Trace | None:
        """Return what is remembered of a unit that has one place in the body."""
        return self._traces.get(digest)

    def deal(self, sequences: Sequence[Sequence[str]]) -> list[list[Trace] | None]:
        """Return the remembered group of each sequence, of which all digests that may be in it are given.

        A sequence that has none has an empty one; all are None where nothing is remembered.
        """
        if self.stamp is None:
            return [None] * len(sequences)
        wanted = [frozenset(digests) for digests in sequences]
        dealt: list[list[Trace] | None] = [[] for _ in sequences]
        for group, sequence in self._places(wanted).items():
            dealt[sequence] = self._groups[group]
        return dealt

    def _places(self, wanted: Sequence[frozenset[str]]) -> dict[int, int]:
        """Return which sequence each group belongs to: the one that shares most with it, in order."""
        if len(self._groups) * len(wanted) > MOST_PAIRS:
            return _places_of_many(self._groups, wanted)
        scores = [
            [
                sum((t.digest in own) + (t.origin in own) for t in group) + (0.01 if own else 0.0)
                for own in wanted
            ]
            for group in self._groups
        ]
        return assign(scores, ties=True)


def _places_of_many(groups: Sequence[Sequence[Trace]], wanted: Sequence[frozenset[str]]) -> dict[int, int]:
    """Return which sequence each of many groups belongs to: by what few others say, else by its neighbours."""
    known: dict[str, list[int]] = {}
    for at, own in enumerate(wanted):
        for one in own:
            known.setdefault(one, []).append(at)
    found: dict[int, int] = {}
    taken: set[int] = set()
    for at, group in enumerate(groups):
        said = (one for trace in group for one in (trace.digest, trace.origin))
        places = (place for one in said for place in known.get(one, ())[:FEW] if place not in taken)
        if hits := Counter(places):
            found[at] = max(hits, key=lambda place: (hits[place], -place))
            taken.add(found[at])
    ends = [len(wanted)] * len(groups)
    for at in reversed(range(len(groups) - 1)):
        ends[at] = found.get(at + 1, ends[at + 1])
    last = -1
    for at in range(len(groups)):
        if at not in found:
            free = (
                to
                for to in range(last + 1, min(ends[at], last + 1 + 4 * FEW))
                if wanted[to] and to not in taken
            )
            if (place := next(free, None)) is not None:
                found[at] = place
                taken.add(place)
        last = found.get(at, last)
    return found


def _groups(stamp: Stamp) -> list[list[Trace]]:
    """Return the groups of a stamp: one for all table cells, then one for each sequence."""
    gone = frozenset(stamp.gone)
    traces = [Trace(unit, stamp.kept.get(at, ""), at in gone) for at, unit in enumerate(stamp.units)]
    groups, at = [], 0
    for size in stamp.rows or (len(traces),):
        groups.append(traces[at : at + size])
        at += size
    return groups


def stamp_of(total: str, groups: Sequence[Sequence[Trace]], head: str) -> Stamp:
    """Return the stamp that remembers these groups of units."""
    traces = [trace for group in groups for trace in group]
    return Stamp(
        total,
        tuple(trace.digest for trace in traces),
        tuple(len(group) for group in groups) if len(groups) > 1 else (),
        {at: trace.source for at, trace in enumerate(traces) if trace.source},
        head,
        tuple(at for at, trace in enumerate(traces) if trace.gone),
    )


# -------------------------------------------------------------------------------- alignment


def aligned(
    base: Sequence[str],
    side: Sequence[str],
    likeness: Callable[[int, int], float],
    least: Callable[[int], float] = lambda at: 0.0,
) -> dict[int, int]:
    """Return which unit of `side` stands at the place of each unit of `base`.

    Equal digests are anchors, those of the longest common stretches first; between two anchors of these
    what is left on both sides is paired in order, the likest first, if `likeness` reaches `least`.
    """
    if base == side:
        return {at: at for at in range(len(base))}
    many = len(base) * len(side) > MOST_MATCHED
    blocks = [] if many else SequenceMatcher(None, base, side, autojunk=False).get_matching_blocks()
    found = {block.a + n: block.b + n for block in blocks for n in range(block.size)}
    places: dict[str, list[int]] = {}
    for other in sorted(set(range(len(side))) - set(found.values())):
        places.setdefault(side[other], []).append(other)
    found |= {at: places[one].pop(0) for at, one in enumerate(base) if at not in found and places.get(one)}
    taken = frozenset(found.values())
    before_base = before_side = 0
    for block in blocks:
        left = [at for at in range(before_base, block.a) if at not in found and base[at] != NO_SOURCE]
        right = [other for other in range(before_side, block.b) if other not in taken]
        if len(left) * len(right) <= MOST_PAIRS:
            scores = [[_weight(likeness(at, other), least(at)) for other in right] for at in left]
            found |= {left[row]: right[column] for row, column in assign(scores, ties=True).items()}
        before_base, before_side = block.a + block.size, block.b + block.size
    return found


def _weight(likeness: float, least: float) -> float:
    return 0.01 + likeness if likeness >= least else 0.0


def in_order(partner: Sequence[int | None], added: Sequence[int]) -> list[tuple[int | None, int | None]]:
    """Return the pairs of a merge in the order of theirs.

    `partner` tells for each of mine which of theirs it stands for; `added` are those of theirs that stand
    for none. What only mine has stands behind its former predecessor, first if it had none.
    """
    behind: dict[int | None, list[tuple[int | None, int | None]]] = {}
    last: int | None = None
    for at, other in enumerate(partner):
        if other is None:
            behind.setdefault(last, []).append((at, None))
        else:
            last = at
    paired = [(at, other) for at, other in enumerate(partner) if other is not None]
    result = behind.get(None, [])
    for mine, theirs in sorted([*paired, *((None, other) for other in added)], key=lambda pair: pair[1]):
        result.append((mine, theirs))
        result += behind.get(mine, ()) if mine is not None else ()
    return result
