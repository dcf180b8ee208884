"""Two notes or two readings of a vault compared."""

from __future__ import annotations

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import find_regions
from vaultkit.shell.session import Session


def same_outside(note: Note, text: str) -> bool:
    """Whether a note with the text `text` says the same outside of its regions as `note`."""
    other = parse_note(note.path, text)
    return _outside(note) == _outside(other)


def disagreement(kept: Session, fresh: Session) -> str | None:
    """Return the first path at which a session that was kept up differs from one read anew, None if none."""
    for path in sorted(kept.index.notes.keys() | fresh.index.notes.keys()):
        one, other = kept.index.notes.get(path), fresh.index.notes.get(path)
        if one is None or other is None or one.digest != other.digest:
            return path
    mine = {write.path: write.text for write in kept.plan().changes.writes}
    its = {write.path: write.text for write in fresh.plan().changes.writes}
    return min((path for path, _ in mine.items() ^ its.items()), default=None)


def _outside(note: Note) -> str:
    return apply_edits(note.text, [Edit(region.body, "") for region in find_regions(note).regions])
