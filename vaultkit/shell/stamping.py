"""Links are rewritten inside regions: their stamps follow, and no rebuild takes that for words of a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vaultkit.edits import apply_edits
from vaultkit.render.refresh import Refreshed
from vaultkit.shell.planning import rewritten
from vaultkit.shell.session import Session
from vaultkit.text import Message

#: Why nothing is rewritten in a region that a rebuild would change anyway.
STALE = Message(
    "ses zones ne sont pas à jour\u00a0: d’abord vaultkit rebuild",
    "its regions are not up to date: first vaultkit rebuild",
)


def is_stale(refreshed: Refreshed) -> bool:
    """Whether a rebuild would change the regions of a synthesis, or cannot."""
    return bool(refreshed.refused) or any(outcome.stale for outcome in refreshed.outcomes)


def refreshed_texts(after: Session, texts: Mapping[str, str], paths: Iterable[str]) -> dict[str, str]:
    """Return what the regions of these syntheses say once the links are rewritten: their stamps follow.

    Without that the rewritten links would look like words of a person at the next rebuild.
    """
    known = after.index.notes
    notes = [rewritten(known[path], text) for path, text in texts.items() if path in known]
    planned = after.with_notes(notes)
    wanted = frozenset(paths)
    result = {}
    for mission in planned.refreshable:
        if mission.path in wanted and not (refreshed := planned.refresh(mission)).refused:
            result[mission.path] = apply_edits(mission.synthesis.text, refreshed.edits)
    return result
