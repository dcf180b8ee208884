"""The items of a mission at one moment, flat, so that they can be kept in a note and compared years later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import sha256

from msgspec import Struct, json

from vaultkit.audit.tracking import State
from vaultkit.audit.words import Horizon, Status, Topic

#: The states in which nothing is left to do.
CLOSED = frozenset({State.FIXED, State.ACCEPTED, State.CANCELLED, State.NOT_APPLICABLE})


class Entry(Struct, frozen=True, omit_defaults=True):
    """One item as it stood at a moment.

    `number` is what reports call it (`S-3`), the same in each of them. `id` is what a person called it. `domain` is
    the label of its domain without emoji, `text` what it says (an action: its text without remarks), plain and without
    links, `state` what has become of it, never None: an item that says nothing is open (a ✅ finding fixed, a ticked
    action too). `cost` is as printed (`CHF 1’200`), `path` that of its note.
    """

    number: str
    topic: Topic
    domain: str
    text: str
    state: State
    status: Status = Status.NONE
    id: str = ""
    horizon: Horizon | None = None
    owner: str = ""
    due: date | None = None
    cost: str = ""
    path: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return self.state not in CLOSED


class Record(Struct, frozen=True, omit_defaults=True):
    """All items of a mission at a moment; `day` is None where nobody knows it.

    `taken` are all numbers once given, `letters` with which letters those of each domain begin (label, letters).
    `ancestors` are the digests of the records that its numbers come from: what has a number in one of them and the
    same number here is the same item, however it is worded.
    """

    scope: str
    day: date | None = None
    entries: tuple[Entry, ...] = ()
    taken: tuple[str, ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    ancestors: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Eight hex digits that stand for the entries, in any order."""
        return sha256(b"\n".join(sorted(map(json.encode, self.entries)))).hexdigest()[:8]


def in_one_order(entries: Iterable[Entry]) -> list[Entry]:
    """Return entries in an order of their own, the same for each order in which they come."""
    return sorted(entries, key=json.encode)
