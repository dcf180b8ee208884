"""What became of the regions of a note, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit
from vaultkit.markdown.regions import Region

if TYPE_CHECKING:
    from vaultkit.render.merge import Fate


class Outcome(Struct, frozen=True):
    """What became of one region: the units that changed, that are held, and that were pruned."""

    region: Region
    changed: tuple[Fate, ...] = ()
    held: tuple[Fate, ...] = ()
    pruned: tuple[Fate, ...] = ()
    adopted: bool = False
    stale: bool = False


class Refreshed(Struct, frozen=True):
    """A note refreshed: its new text, and what is to be said of it.

    `refused` are broken markers: with them the text is the old one. `faults` are templates that failed
    and regions that vaultkit does not know; those regions stand as they stood.
    """

    text: str
    outcomes: tuple[Outcome, ...] = ()
    refused: tuple[Finding, ...] = ()
    faults: tuple[Finding, ...] = ()
    unknown: tuple[Finding, ...] = ()
    edits: tuple[Edit, ...] = field(default=())
