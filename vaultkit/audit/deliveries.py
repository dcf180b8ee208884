"""The deliveries of a mission: what its numbers go back to, and what has changed since one of them.

A record is kept and shown: each function here takes the public part of a mission (`public`).
"""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from vaultkit.audit.entries import Record
from vaultkit.audit.evolution import Evolution, evolution
from vaultkit.audit.kept_records import Kept, delivered_on, in_order, kept_record
from vaultkit.audit.model import Mission
from vaultkit.audit.records import record_of
from vaultkit.markdown.note import Note


class Delivery(Struct, frozen=True):
    """A delivered synthesis with its record; `day` is None where nothing says it."""

    note: Note
    kept: Kept
    day: date | None

    @property
    def record(self) -> Record:
        """What it says of the items."""
        return self.kept.record


def deliveries_of(mission: Mission) -> tuple[Delivery, ...]:
    """Return the deliveries of a mission that have a record, oldest first."""
    found = ((note, kept_record(note)) for note in in_order(mission.deliveries))
    return tuple(Delivery(note, kept, delivered_on(note)) for note, kept in found if kept is not None)


def numbered(mission: Mission, day: date | None = None, otherwise: Record | None = None) -> Record:
    """Return the record of a mission now: its numbers are those of its last delivery, else of another record."""
    delivered = deliveries_of(mission)
    return record_of(mission, delivered[-1].record if delivered else otherwise, day)


def delivery_up_to(mission: Mission, day: date) -> Delivery | None:
    """Return the last delivery up to a day, None if there is none."""
    return next((one for one in reversed(deliveries_of(mission)) if one.day and one.day <= day), None)


def last_delivery(mission: Mission, now: Record) -> Delivery | None:
    """Return the last delivery since which anything has changed, None if there is none.

    So what is said to have changed is still said right after it was delivered, and a delivery changes nothing.
    """
    for one in reversed(deliveries_of(mission)):
        if evolution(one.record, now).moved:
            return one
    return None


def since(mission: Mission, until: date | None = None) -> Evolution | None:
    """Return what has changed since the last delivery, or the last up to a day; None if there is none."""
    now = numbered(mission)
    found = last_delivery(mission, now) if until is None else delivery_up_to(mission, until)
    return evolution(found.record, now) if found else None
