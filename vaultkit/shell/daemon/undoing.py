"""The last writes taken back for a client: in the files, or by the writer, one edit a note."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from vaultkit.edits import Write
from vaultkit.errors import Refused
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.shell import disk
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.daemon.handing import Errand
from vaultkit.shell.journal import UNDO, Entry, Journal
from vaultkit.shell.undo import (
    Back,
    Selection,
    UndoReport,
    back,
    by_note,
    changed_between,
    selected,
    undo,
    undo_told,
)
from vaultkit.text import Message


class TakenBack(Struct):
    """What became of an undo: paths of notes, and the sentence for a person."""

    told: Message = field(default_factory=lambda: Message("", ""))
    handed: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    refused: list[tuple[str, Message]] = field(default_factory=list)


def taken_back(engine: Engine, path: str | None) -> TakenBack:
    """Take the last writes back, or the last one to a note, as `undo` does; raises VaultkitError without a journal.

    With a writer, Refused for a move, which is no edit of a note, and while it has not saved the last edit.
    """
    with Journal.open(engine.root) as journal:
        selection = Selection(path=path)
        if engine.writing.handing.name is None:
            report = undo(engine.root, journal, selection, engine.courtesy)
        else:
            return _handed(engine, journal, selected(engine.root, journal, selection), path is None)
    gone = [end for move in report.moved for end in move]
    engine.read_now([*report.restored, *report.removed, *gone], quiet=True)
    written = [*report.restored, *report.removed, *(former for _, former in report.moved)]
    return TakenBack(_told(report), [], written, list(report.refused))


def _told(report: UndoReport) -> Message:
    lines = list(undo_told(report))
    return Message("\n".join(line.fr for line in lines), "\n".join(line.en for line in lines))


def _handed(engine: Engine, journal: Journal, entries: Sequence[Entry], whole: bool) -> TakenBack:
    """Ask the writer to take notes back. A note that vaultkit had made is removed: no edit can do that."""
    if any(entry.moved_from is not None for entry in entries):
        raise Refused(_MOVE)
    if any(engine.writing.unsaved(entry.path) is not None for entry in entries):
        raise Refused(_BUSY)
    done, ways, gone = TakenBack(), list[tuple[str, Back]](), list[str]()
    for path, chain in by_note(entries).items():
        try:
            ways.append((path, back(engine.root, chain)))
        except (Refused, disk.Unreadable) as error:
            done.refused.append((path, error.message))
        else:
            if len(ways[-1][1].undone) < len(chain):
                done.refused.append((path, changed_between(path)))
    batch = journal.begin(UNDO) if ways else 0
    closes = entries[0].batch if whole and entries else None
    for path, way in ways:
        if way.goal == way.current:
            journal.mark_undone(way.undone, 0)
        elif way.source is None or way.goal is None:
            gone += _written(engine, journal, path, way, done)
        else:
            _hand(engine, path, way, Errand(UNDO, batch, way.undone, closes))
            done.handed.append(path)
    engine.read_now(gone, quiet=True)
    report = UndoReport(tuple(entries), tuple(done.handed), tuple(done.written))
    done.told = _told(report)
    return done


def _hand(engine: Engine, path: str, way: Back, errand: Errand) -> None:
    source = way.source
    assert source is not None
    assert way.goal is not None
    note = parse_note(path, source.text, source.digest, source.readonly)
    engine.writing.handing.hand(note, _write(note, way.goal), errand)


def _write(note: Note, goal: bytes) -> Write:
    return Write(note.path, goal.decode(), note.digest, (), UNDO)


def _written(engine: Engine, journal: Journal, path: str, way: Back, done: TakenBack) -> list[str]:
    """Make or remove the file of a note; return its path if that could be done."""
    try:
        if way.goal is None:
            digest = way.source.digest if way.source else ""
            entry = disk.remove(engine.root, path, digest, journal, UNDO).entry
        else:
            write = Write(path, way.goal.decode(), None, reason=UNDO)
            entry = disk.apply(engine.root, write, journal).entry
    except (Refused, disk.Unreadable) as error:
        done.refused.append((path, error.message))
        return []
    journal.mark_undone(way.undone, entry or 0)
    done.written.append(path)
    return [path]


_MOVE = Message(
    "un déplacement ne s’annule pas depuis l’application\u00a0: vaultkit undo dans un terminal",
    "a move cannot be taken back from within the app: vaultkit undo in a terminal",
)
_BUSY = Message(
    "vaultkit est en train d’y écrire\u00a0: redemander dans un instant",
    "vaultkit is just writing there: ask again in a moment",
)
