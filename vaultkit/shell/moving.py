"""Moving files of a vault: the rename on the disk, then the links, each write against what it was planned from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vaultkit.edits import Write, apply_edits
from vaultkit.errors import ExternallyChanged, Refused, VaultkitError
from vaultkit.markdown.parse import parse_note
from vaultkit.render.refresh import Refreshed
from vaultkit.shell import disk
from vaultkit.shell.journal import Journal
from vaultkit.shell.session import ROUNDS, Done, Session, rewritten
from vaultkit.text import Message
from vaultkit.vault.graph import EdgeKind
from vaultkit.vault.moves import Moves, Relinked, moved, relink

MV = "mv"


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What a move would write: the notes and canvases with other links, at their new paths.

    `found` are the same by their old path, with how many links change, and which cannot be rewritten.
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
    stale = [path for path, refreshed in syntheses.items() if refreshed.refused or _is_stale(refreshed)]
    found = tuple(relink(session.graph, moves, session.app, stale))
    after = session.with_index(moved(session.index, moves))
    texts = {moves.get(one.path, one.path): one.text for one in found if one.count}
    fresh = [path for path in syntheses if path not in stale]
    texts |= _refreshed(after, texts, [moves.get(path, path) for path in fresh])
    writes, refused = [], []
    for one in found:
        path = moves.get(one.path, one.path)
        note = session.index.notes.get(one.path)
        blocked = session.blocked(note) if note else None
        if blocked and one.count:
            refused.append((one.path, blocked))
        elif one.count:
            known = note or session.index.canvases[one.path]
            writes.append(Write(path, texts[path], known.digest, reason=MV))
    return MovePlan(moves, tuple(writes), found, tuple(refused))


def _regions_that_lead(session: Session, moves: Moves) -> dict[str, Refreshed]:
    """Return what a rebuild would make of each synthesis that has links to a moved file in a region."""
    leading = {
        edge.source
        for old in moves
        for edge in session.graph.backlinks(old)
        if edge.kind is EdgeKind.GENERATED
    }
    return {m.path: session.refresh(m) for m in session.missions if m.active and m.path in leading}


def _is_stale(refreshed: Refreshed) -> bool:
    return any(outcome.stale for outcome in refreshed.outcomes)


def _refreshed(after: Session, texts: Mapping[str, str], paths: Iterable[str]) -> dict[str, str]:
    """Return what the regions of these syntheses say once the links are rewritten: only stamps change.

    Without that the rewritten links would look like words of a person at the next rebuild.
    """
    notes = [
        rewritten(after.index.notes[path], text) for path, text in texts.items() if path in after.index.notes
    ]
    planned = after.with_notes(notes)
    wanted = frozenset(paths)
    result = {}
    for mission in planned.missions:
        if mission.path in wanted and not (refreshed := planned.refresh(mission)).refused:
            result[mission.path] = apply_edits(mission.synthesis.text, refreshed.edits)
    return result


def move(session: Session, old: str, new: str, moves: Moves) -> tuple[Done, MovePlan]:
    """Move the file or folder `old` to `new`, and make the planned writes.

    A note that was saved meanwhile is read and planned again. Raises Refused if the move itself is.
    """
    plan = plan_move(session, moves)
    done = Done(refused=list(plan.refused))
    with Journal.open(session.root) as journal:
        journal.begin(MV)
        disk.move(session.root, old, new, journal, MV)
        writes: Iterable[Write] = plan.writes
        for _ in range(ROUNDS):
            changed = _written(session, writes, journal, done)
            if not changed:
                break
            session = _read_again(session, changed, moves)
            writes = [write for write in plan_move(session, moves).writes if write.path in changed]
        else:
            done.refused += [(path, _CHANGED) for path in changed]
        done.notices += [journal.notice] if journal.notice else []
    return done, plan


def _written(session: Session, writes: Iterable[Write], journal: Journal, done: Done) -> list[str]:
    """Make the writes; return the paths of the notes that changed underneath."""
    changed = []
    for write in writes:
        try:
            if disk.apply(session.root, write, journal).written:
                done.written.append(write)
        except ExternallyChanged:
            changed.append(write.path)
        except Refused as error:
            done.refused.append((write.path, error.message))
    return changed


def _read_again(session: Session, paths: Iterable[str], moves: Moves) -> Session:
    """Return the session before the move, with what these notes say now."""
    former = {new: old for old, new in moves.items()}
    notes = []
    for path in paths:
        try:
            source = disk.read(session.root, path)
        except VaultkitError:
            continue
        if source is not None and path[-3:].lower() == ".md":
            notes.append(parse_note(former.get(path, path), source.text, source.digest, source.readonly))
    return session.with_notes(notes)


_CHANGED = Message("cette note change sans cesse", "this note keeps changing")
