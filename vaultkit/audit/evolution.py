"""What became of the findings, risks and actions of a mission between two moments.

A moment is a `Record`: flat, so that it can be kept in a delivered snapshot or made from any commit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from vaultkit.audit.entries import Entry as Entry
from vaultkit.audit.entries import Record as Record
from vaultkit.audit.pairing import Pairing, paired
from vaultkit.audit.records import numbers_of as numbers_of
from vaultkit.audit.records import record_of as record_of
from vaultkit.audit.words import Status, Topic
from vaultkit.text import fold


class Move(StrEnum):
    """What can have become of an item."""

    OPENED = "opened"
    CLOSED = "closed"
    REOPENED = "reopened"
    #: Another domain, horizon, owner, status, state, cost or an earlier or first date; under way now.
    MOVED = "moved"
    #: Due later than before.
    SLIPPED = "slipped"
    #: Said in other words.
    REWORDED = "reworded"
    #: No longer there, and nothing says that it was done.
    GONE = "gone"
    #: New, and good as it is: a ✅ finding that nobody had to see to.
    NOTED = "noted"


class Moved(Struct, frozen=True):
    """One item with what became of it; `before` is None for a new one, `after` for one that is gone.

    `domain` is the label of the domain that it counts for: where it is, else where it was, as that is called now.
    """

    moves: tuple[Move, ...]
    before: Entry | None
    after: Entry | None
    domain: str = ""

    @property
    def entry(self) -> Entry:
        """The item as it is, or as it last was."""
        found = self.after or self.before
        assert found is not None
        return found


class Evolution(Struct, frozen=True):
    """What changed between two records, in the order of the domains; what stayed as it was is counted in `same`."""

    before: Record
    after: Record
    moved: tuple[Moved, ...] = ()
    same: int = 0

    def of(self, move: Move) -> tuple[Moved, ...]:
        """Return the items that this became of."""
        return tuple(one for one in self.moved if move in one.moves)


class Tally(Struct, frozen=True):
    """How much changed in a domain; what was opened again counts as opened."""

    domain: str
    opened: int = 0
    closed: int = 0
    moved: int = 0
    slipped: int = 0


def evolution(before: Record, after: Record) -> Evolution:
    """Return what changed from one record to the other; each entry of both counts once."""
    pairing = paired(before, after)
    labels = _labels(before, after, pairing.domains)
    found = [*_of_pairs(pairing, labels), *_of_rest(pairing, labels)]
    rank = {label: at for at, label in enumerate(dict.fromkeys(labels.values()))}
    place = {id(entry): at for at, entry in enumerate((*after.entries, *before.entries))}
    found.sort(key=lambda one: (rank[one.domain], one.after is None, place[id(one.entry)]))
    return Evolution(before, after, tuple(found), len(pairing.pairs) - sum(_is_both(one) for one in found))


def tallies(of: Evolution) -> tuple[Tally, ...]:
    """Return how much changed in each domain in which something did, in their order."""
    counted: dict[str, dict[Move, int]] = {}
    for one in of.moved:
        for move in one.moves:
            by = counted.setdefault(one.domain, {})
            by[move] = by.get(move, 0) + 1
    return tuple(
        Tally(
            domain,
            by.get(Move.OPENED, 0) + by.get(Move.REOPENED, 0),
            by.get(Move.CLOSED, 0),
            by.get(Move.MOVED, 0),
            by.get(Move.SLIPPED, 0),
        )
        for domain, by in counted.items()
    )


def _is_both(one: Moved) -> bool:
    return one.before is not None and one.after is not None


def _labels(before: Record, after: Record, domains: Mapping[str, str]) -> dict[str, str]:
    """Return the label of each domain by its folded label, before or now; in order, that of now first."""
    labels: dict[str, str] = {}
    for entry in after.entries:
        labels.setdefault(fold(entry.domain), entry.domain)
    for entry in before.entries:
        key = fold(entry.domain)
        labels.setdefault(key, labels.get(domains.get(key, ""), entry.domain))
    return labels


def _of_pairs(pairing: Pairing, labels: Mapping[str, str]) -> Iterator[Moved]:
    for was, now in pairing.pairs:
        if moves := tuple(_moves(was, now, pairing.domains)):
            yield Moved(moves, was, now, labels[fold(now.domain)])


def _of_rest(pairing: Pairing, labels: Mapping[str, str]) -> Iterator[Moved]:
    for entry in pairing.gone:
        yield Moved((Move.GONE,), entry, None, labels[fold(entry.domain)])
    for entry in pairing.new:
        good = entry.topic is not Topic.ACTIONS and entry.status is Status.GOOD
        opened = (Move.OPENED,) if entry.is_open else (Move.OPENED, Move.CLOSED)
        moves = (Move.NOTED,) if good and not entry.is_open else opened
        yield Moved(moves, None, entry, labels[fold(entry.domain)])


def _moves(was: Entry, now: Entry, domains: Mapping[str, str]) -> Iterator[Move]:
    if was.is_open and not now.is_open:
        yield Move.CLOSED
    if now.is_open and not was.is_open:
        yield Move.REOPENED
    if any(one for one in changed(was, now, domains) if one != "due" or not has_slipped(was, now)):
        yield Move.MOVED
    if has_slipped(was, now):
        yield Move.SLIPPED
    if (fold(was.text) or was.text) != (fold(now.text) or now.text):
        yield Move.REWORDED


def has_slipped(was: Entry, now: Entry) -> bool:
    """Whether what is still to be done is due later than it was."""
    return bool(now.is_open and was.due and now.due and now.due > was.due)


def changed(was: Entry, now: Entry, domains: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of the fields in which an item has moved; its words and its closing are none of them.

    `domains` are as of `Pairing`. What is closed has no status, date or cost any more that matters.
    """
    if domains.get(fold(was.domain), fold(was.domain)) != fold(now.domain):
        yield "domain"
    if was.topic is not now.topic:
        yield "topic"
    if was.horizon is not now.horizon:
        yield "horizon"
    if fold(was.owner) != fold(now.owner):
        yield "owner"
    if was.is_open is now.is_open and was.state is not now.state:
        yield "state"
    if was.is_open and now.is_open:
        yield from (name for name in ("status", "due", "cost") if getattr(was, name) != getattr(now, name))
