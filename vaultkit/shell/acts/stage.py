"""A plan that grows step by step: what an act would make of the vault, each step planned on the one before."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field

from vaultkit.audit.model import Mission
from vaultkit.edits import Changes, Write
from vaultkit.errors import Refused, VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import find_regions
from vaultkit.shell.session import Session
from vaultkit.text import Message


class Stage(Struct):
    """A plan that grows: the session as it would be, and why each note would be written.

    `refused` are notes that must not be written, `needs` the notes without whose writes another must not be.
    """

    session: Session
    reasons: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Message] = field(default_factory=dict)
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def put(self, notes: Iterable[Note], reason: str) -> None:
        """Take these notes into the plan."""
        changed = list(notes)
        self.session = self.session.with_notes(changed)
        for note in changed:
            self.reasons.setdefault(note.path, reason)

    def mission(self, path: str) -> Mission:
        """Return the mission of a synthesis as it would be."""
        return next(mission for mission in self.session.missions if mission.path == path)

    def changes(self, before: Session) -> Changes:
        """Return the writes of the plan: new notes first, the synthesis last."""
        writes = []
        for path, reason in self.reasons.items():
            old, new = before.index.notes.get(path), self.session.index.notes[path]
            if old is None or old.text != new.text:
                digest = old.digest if old else None
                writes.append(Write(path, new.text, digest, (), reason, self.needs.get(path, ())))
        ordered = sorted(writes, key=lambda w: (w.digest is not None, w.reason == "adopt", bool(w.needs)))
        return Changes(tuple(ordered), refused=tuple(self.refused.items()))


def mission_of(session: Session, path: str) -> Mission:
    """Return the mission of the synthesis at `path`; raises VaultkitError (2) if it is none."""
    for mission in session.missions:
        if mission.path == path:
            return mission
    raise VaultkitError(
        Message(
            f"{path} n’est pas une synthèse (il lui faut category: synthese_globale)",
            f"{path} is no synthesis (it needs category: synthese_globale)",
        )
    )


def note_of(session: Session, path: str) -> Note:
    """Return a note of the vault; raises VaultkitError (2) if there is none at `path`."""
    note = session.index.notes.get(path)
    if note is None:
        raise VaultkitError(
            Message(f"aucune note ne correspond à «\u00a0{path}\u00a0»", f"no note matches '{path}'")
        )
    return note


def refuse_broken(note: Note) -> None:
    """Raise Refused for a note whose markers are broken, or that is no UTF-8."""
    if note.readonly:
        raise Refused(Message("cette note n’est pas en UTF-8", "this note is not UTF-8"))
    if faults := find_regions(note).faults:
        line = note.lines.line(faults[0].span.start) + 1
        said = faults[0].message
        raise Refused(
            Message(
                f"{note.path}:{line}\u00a0: {said.fr}\u00a0; rien n’a été écrit",
                f"{note.path}:{line}: {said.en}; nothing was written",
            )
        )


def refuse_blocked(session: Session, note: Note) -> None:
    """Raise Refused for a note that must not be written."""
    refuse_broken(note)
    if (blocked := session.blocked(note)) is not None:
        raise Refused(blocked)
