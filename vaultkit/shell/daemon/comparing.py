"""Two notes or two readings of a vault compared."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import find_regions
from vaultkit.shell.session import Session
from vaultkit.vault.index import VaultIndex


def same_outside(note: Note, text: str) -> bool:
    """Whether a note with the text `text` says the same outside of its regions as `note`."""
    other = parse_note(note.path, text)
    return _outside(note) == _outside(other)


def disagreement(kept: Session, fresh: Session) -> str | None:
    """Return the first path at which a session that was kept up differs from one read anew, None if none.

    A note or canvas that can no longer be read, or lies in a cloud by now, counts as last known.
    """
    fresh = fresh.with_index(_with_last_known(kept, fresh))
    for of in (_texts, _files, _missions, _plans):
        if (path := _first_difference(of(kept), of(fresh))) is not None:
            return path
    if "graph" not in vars(kept):  # not made until it is asked for
        return None
    return _first_difference(kept.graph.outlinks, fresh.graph.outlinks)


def _with_last_known(kept: Session, fresh: Session) -> VaultIndex:
    """Return what was read anew, with what is known alone from before of files that cannot be read now."""
    away = {entry.path for entry in fresh.entries if entry.placeholder}
    away |= {path for path, _ in fresh.problems}
    index = fresh.index
    there = [path for path in away if path in index]
    notes = [kept.index.notes[p] for p in there if p in kept.index.notes and p not in index.notes]
    boards = {
        p: kept.index.canvases[p] for p in there if p in kept.index.canvases and p not in index.canvases
    }
    return index.with_notes(notes).with_canvases({**index.canvases, **boards})


def _texts(session: Session) -> dict[str, object]:
    index = session.index
    notes = {path: note.digest for path, note in index.notes.items()}
    return {**notes, **{path: canvas.digest for path, canvas in index.canvases.items()}}


def _files(session: Session) -> dict[str, object]:
    return {path: True for paths in session.index.files.values() for path in paths}


def _missions(session: Session) -> dict[str, object]:
    return {
        mission.path: (mission.active, [child.path for child in mission.children])
        for mission in session.refreshable
    }


def _plans(session: Session) -> dict[str, object]:
    changes = session.plan().changes
    return {**dict(changes.refused), **{write.path: write.text for write in changes.writes}}


def _first_difference(one: Mapping[str, object], other: Mapping[str, object]) -> str | None:
    return min((path for path in one.keys() | other.keys() if one.get(path) != other.get(path)), default=None)


def _outside(note: Note) -> str:
    return apply_edits(note.text, [Edit(region.body, "") for region in find_regions(note).regions])
