"""The regions of a note as a reader sees them: where each stands, what it gathers, what is kept in it."""

from __future__ import annotations

from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.render.body_places import keep_marks
from vaultkit.render.keeping import sources_of_region
from vaultkit.shell.acts.act import Kept, Zone
from vaultkit.shell.acts.keeping import kept_by_region
from vaultkit.shell.acts.stage import note_of
from vaultkit.shell.acts.viewing import View, view
from vaultkit.shell.session import Session
from vaultkit.text import Span


def zones(session: Session, path: str) -> tuple[Zone, ...]:
    """Return the regions of a note, in the order of its text; none where its markers are broken.

    Raises VaultkitError (2) if there is no such note.
    """
    note, seen = note_of(session, path), view(session, path)
    found = find_regions(note)
    if found.faults:
        return ()
    kept = kept_by_region(session, seen) if seen else {}
    stale = {one.number for one in seen.held if one.outcome.stale} if seen else set()
    return tuple(
        _zone(note, region, seen, number in stale, kept.get(number, ()))
        for number, region in enumerate(found.regions)
    )


def _zone(note: Note, region: Region, seen: View | None, stale: bool, kept: tuple[Kept, ...]) -> Zone:
    return Zone(
        region.key,
        region.name,
        Span(region.begin.start, region.end.end),
        region.begin,
        region.end,
        sources_of_region(seen.scene, region) if seen else (),
        stale,
        kept,
        keep_marks(note.text, region.body),
    )
