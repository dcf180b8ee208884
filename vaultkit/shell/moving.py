"""Moving files of a vault: the rename and every link that follows it, or nothing at all."""

from __future__ import annotations

import os
from collections.abc import Iterable

from msgspec import Struct, field

from vaultkit.edits import Edit, Write
from vaultkit.errors import ExternallyChanged, VaultkitError
from vaultkit.markdown.canvas import parse_canvas
from vaultkit.markdown.parse import parse_note
from vaultkit.render.backlinks import renamed_entries
from vaultkit.render.refresh import Refreshed
from vaultkit.shell import disk
from vaultkit.shell.journal import Journal
from vaultkit.shell.planning import Done
from vaultkit.shell.rounds import ROUNDS
from vaultkit.shell.session import Session
from vaultkit.shell.stamping import STALE, is_stale, refreshed_texts
from vaultkit.shell.undo import MV, Selection, undo
from vaultkit.text import Message
from vaultkit.vault.graph import EdgeKind
from vaultkit.vault.moves import Moves, Relinked, moved, relink


class MovePlan(Struct, frozen=True):
    """What a move would write: the notes and canvases with other links, at their new paths.

    `found` are the same by their old path, with how many links change. `refused` are the files that must
    change and cannot, with the reason: while there are any, nothing is moved.
    """

    moves: Moves
    writes: tuple[Write, ...] = ()
    found: tuple[Relinked, ...] = ()
    refused: tuple[tuple[str, Message], ...] = field(default=())

    @property
    def links(self) -> int:
        """How many links are rewritten."""
        return sum(one.count for one in self.found)


def plan_move(session: Session, moves: Moves) -> MovePlan:
    """Return what has to be written so that every link still leads where it led."""
    syntheses = _regions_that_lead(session, moves)
    refused = [(path, STALE) for path, refreshed in syntheses.items() if is_stale(refreshed)]
    names: dict[str, list[Edit]] = {
        mission.path: renamed_entries(session.index, mission.synthesis, moves) for mission in session.missions
    }
    found = tuple(relink(session.graph, moves, session.app, names))
    texts = {moves.get(one.path, one.path): one.text for one in found if one.count}
    after = session.with_index(moved(session.index, moves), moves)
    texts |= refreshed_texts(after, texts, [moves.get(path, path) for path in syntheses])
    writes = []
    for one in found:
        if one.lost:
            refused.append((one.path, _lost(session, one)))
        elif reason := _hindrance(session, one.path):
            refused.append((one.path, reason))
        elif one.count:
            known = session.index.notes.get(one.path) or session.index.canvases[one.path]
            path = moves.get(one.path, one.path)
            writes.append(Write(path, texts[path], known.digest, reason=MV))
    return MovePlan(moves, tuple(writes), found, tuple(refused))


def _hindrance(session: Session, path: str) -> Message | None:
    """Return why a file cannot be written, None if it can, as far as one can tell."""
    note = session.index.notes.get(path)
    if note is not None and (blocked := session.blocked(note)):
        return blocked
    real = disk.find(session.root, path)
    if real is None or not os.access(real, os.W_OK):
        return Message("ce fichier est en lecture seule", "this file is read-only")
    return None


def _lost(session: Session, one: Relinked) -> Message:
    edge = one.lost[0]
    line = session.graph.line(edge)
    return Message(
        f"ligne {line}\u00a0: ce lien ne peut pas dire le nouveau nom\u00a0: {edge.reference.original}",
        f"line {line}: this link cannot say the new name: {edge.reference.original}",
    )


def _regions_that_lead(session: Session, moves: Moves) -> dict[str, Refreshed]:
    """Return what a rebuild would make of each synthesis that has links to a moved file in a region."""
    leading = {
        edge.source
        for old in moves
        for edge in session.graph.backlinks(old)
        if edge.kind is EdgeKind.GENERATED
    }
    return {m.path: session.refresh(m) for m in session.refreshable if m.active and m.path in leading}


def move(session: Session, old: str, new: str, moves: Moves) -> tuple[Done, MovePlan]:
    """Move the file or folder `old` to `new`, and make the planned writes; all of it, or nothing.

    A note that was saved meanwhile is read and planned again. Raises Refused if the move itself is. What
    could not be done is in `Done.refused`: then nothing was moved, or all was taken back.
    """
    plan = plan_move(session, moves)
    done = Done(refused=list(plan.refused))
    if plan.refused:
        return done, plan
    with Journal.open(session.root) as journal:
        batch = journal.begin(MV)
        disk.move(session.root, old, new, journal, MV)
        if failed := _write(session, plan, journal, done):
            done.refused += failed
            done.written.clear()
            back = undo(session.root, journal, Selection(batch=batch))
            done.refused += back.refused
        done.notices += [journal.notice] if journal.notice else []
    return done, plan


def _write(session: Session, plan: MovePlan, journal: Journal, done: Done) -> list[tuple[str, Message]]:
    """Make the planned writes, those of notes that were saved meanwhile anew; return what failed."""
    writes: Iterable[Write] = plan.writes
    for _ in range(ROUNDS):
        changed, failed = _tried(session, writes, journal, done)
        if failed or not changed:
            return failed
        session = _read_again(session, changed, plan.moves)
        writes = [write for write in plan_move(session, plan.moves).writes if write.path in changed]
    return [(path, _CHANGED) for path in changed]


def _tried(
    session: Session, writes: Iterable[Write], journal: Journal, done: Done
) -> tuple[list[str], list[tuple[str, Message]]]:
    """Make the writes; return the paths of the notes that changed underneath, and the first failure."""
    changed: list[str] = []
    for write in writes:
        if session.courtesy:
            session.courtesy(write)
        try:
            if disk.apply(session.root, write, journal).written:
                done.written.append(write)
        except ExternallyChanged:
            changed.append(write.path)
        except VaultkitError as error:
            return changed, [(write.path, error.message)]
    return changed, []


def _read_again(session: Session, paths: Iterable[str], moves: Moves) -> Session:
    """Return the session before the move, with what these files say now; those that are gone stay out."""
    former = {new: old for old, new in moves.items()}
    notes, canvases, gone = [], dict(session.index.canvases), []
    for path in paths:
        before = former.get(path, path)
        try:
            source = disk.read(session.root, path)
        except VaultkitError:
            continue
        if source is None:
            gone.append(before)
        elif before in canvases:
            canvases[before] = parse_canvas(before, source.text, source.digest)
        else:
            notes.append(parse_note(before, source.text, source.digest, source.readonly))
    return session.with_index(session.index.with_notes(notes).with_canvases(canvases).without(gone))


_CHANGED = Message("cette note change sans cesse", "this note keeps changing")
