"""A note with regions as a rebuild sees it: what acts are planned from."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from vaultkit.audit.model import Mission
from vaultkit.edits import apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import find_regions
from vaultkit.render.keeping import KeptUnit, kept_in
from vaultkit.render.refresh import Outcome
from vaultkit.render.scene import Scene
from vaultkit.shell.planning import in_conflict, rewritten
from vaultkit.shell.session import Session
from vaultkit.text import Span


class Held(Struct, frozen=True):
    """A region that a rebuild brings up to date: its place among those of the note, and what is kept in it."""

    number: int
    outcome: Outcome
    units: tuple[KeptUnit, ...]


class View(Struct, frozen=True):
    """A note as a rebuild sees it; `held` are its regions but for those that are left as they stand."""

    mission: Mission
    scene: Scene
    held: tuple[Held, ...] = ()


def view(session: Session, path: str) -> View | None:
    """Return how a rebuild sees a note; None for one that it does not write: no synthesis, delivered, broken."""
    mission = session.target(path)
    gathered = session.gathering.gathered.get(path)
    if mission is None or (gathered is not None and not gathered.active):
        return None
    refreshed = session.planned(mission).refreshed
    if refreshed.refused:
        return None
    scene, note = session.scene(mission), mission.synthesis
    places = {region.begin: at for at, region in enumerate(find_regions(note).regions)}
    held = (
        Held(places[one.region.begin], one, tuple(kept_in(note, one.region, scene)))
        for one in refreshed.outcomes
    )
    return View(mission, scene, tuple(held))


def brought_up_to_date(session: Session, path: str, names: Collection[str]) -> Note:
    """Return a note with its regions of these kinds as a rebuild makes them; as it stands if it does not write it."""
    seen = view(session, path)
    if seen is None or in_conflict(seen.mission) is not None:
        return session.index.notes[path]
    regions = (held.outcome.region for held in seen.held if held.outcome.region.name in names)
    spans = [Span(region.begin.start, region.end.end) for region in regions]
    note, edits = seen.mission.synthesis, session.planned(seen.mission).refreshed.edits
    own = [edit for edit in edits if any(span.holds(edit.span) for span in spans)]
    return rewritten(note, apply_edits(note.text, own)) if own else note
