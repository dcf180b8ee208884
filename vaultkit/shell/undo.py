"""Taking back what vaultkit wrote, from the journal: only where nobody has written since."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from msgspec import Struct, field

from vaultkit.edits import Write
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell import disk
from vaultkit.shell.journal import UNDO, Entry, Journal
from vaultkit.text import Message

#: The command whose batches move files.
MV = "mv"


class Selection(Struct, frozen=True):
    """What to take back: a batch, the last write to a note, all since a time; else the last batch."""

    batch: int | None = None
    path: str | None = None
    since: datetime | None = None


class UndoReport(Struct, frozen=True):
    """What an undo did: `entries` is what it took up, `batch` its own number, by which it can be undone.

    `moved` are the files that went back from one path to another.
    """

    entries: tuple[Entry, ...] = ()
    restored: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    moved: tuple[tuple[str, str], ...] = ()
    refused: tuple[tuple[str, Message], ...] = ()
    batch: int | None = None

    @property
    def exit_code(self) -> int:
        """The exit code of the command: that of a refusal if any note was refused."""
        return Refused.exit_code if self.refused else 0


def undo_told(report: UndoReport) -> Iterator[Message]:
    """Yield what is to be said of an undo, a line each; what was refused is said apart."""
    for path in report.restored:
        yield Message(f"↶ {path} remise comme avant", f"↶ {path} as it was before")
    for path in report.removed:
        yield Message(
            f"↶ {path} retirée (vaultkit l’avait créée)", f"↶ {path} removed (vaultkit had made it)"
        )
    for path, former in report.moved:
        yield Message(f"↶ {path} → {former}", f"↶ {path} → {former}")
    if not report.entries:
        yield Message("Rien à annuler.", "Nothing to undo.")


def undo(
    root: Path, journal: Journal, selection: Selection, courtesy: Callable[[Write], None] | None = None
) -> UndoReport:
    """Give each note of the selection back what it said before, if it still says what was written.

    `courtesy` is called before each write, and may wait a moment. One refused note does not stop the others.
    The undo is itself a batch of the journal.
    """
    entries = selected(root, journal, selection)
    if not entries:
        return UndoReport()
    if hindered := list(hindrances(root, entries)):
        return UndoReport(tuple(entries), refused=tuple(hindered))
    done = _Done(journal.begin(UNDO), courtesy)
    for moves, run in groupby(entries, key=lambda entry: entry.moved_from is not None):
        (_move_back if moves else _write_back)(root, journal, list(run), done)
    taken_up = (done.restored or done.removed or done.moved) and not done.failed
    if taken_up and selection.path is None and selection.since is None:
        journal.close_batch(entries[0].batch, done.batch)
    return UndoReport(
        tuple(entries),
        tuple(done.restored),
        tuple(done.removed),
        tuple(done.moved),
        tuple(done.refused),
        done.batch,
    )


class _Done(Struct):
    batch: int
    courtesy: Callable[[Write], None] | None = None
    restored: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    moved: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, Message]] = field(default_factory=list)
    failed: bool = False


def hindrances(root: Path, entries: Sequence[Entry]) -> Iterator[tuple[str, Message]]:
    """Yield the moves that cannot be taken back: without them the links they took along must stay too."""
    whole = len({entry.batch for entry in entries}) == 1 and any(e.moved_from is not None for e in entries)
    for entry in entries:
        former = entry.moved_from
        if former is None:
            if whole and _says(root, entry.path) != entry.after:
                yield entry.path, _changed_since(entry.path).message
            continue
        if disk.find(root, entry.path) is None:
            yield (
                entry.path,
                Message(f"«\u00a0{entry.path}\u00a0» n’est plus là", f"'{entry.path}' is not there any more"),
            )
        elif disk.find(root, former) is not None and former.casefold() != entry.path.casefold():
            yield (
                entry.path,
                Message(
                    f"le nom «\u00a0{former}\u00a0» est pris\u00a0: rien n’est annulé",
                    f"the name '{former}' is taken: nothing is undone",
                ),
            )


def _says(root: Path, path: str) -> bytes | None:
    try:
        source = disk.read(root, path)
    except VaultkitError:
        return None
    return None if source is None else source.data


def _write_back(root: Path, journal: Journal, entries: Sequence[Entry], done: _Done) -> None:
    """Give each note back what it said before its entries."""
    for path, chain in by_note(entries).items():
        try:
            steps, goal = _taken_back(root, journal, chain, done.courtesy)
        except (Refused, disk.Unreadable) as error:
            done.refused.append((path, error.message))
            done.failed |= not isinstance(error, _ChangedSince)
            continue
        (done.removed if goal is None else done.restored).append(path)
        if steps < len(chain):
            done.refused.append((path, changed_between(path)))


def by_note(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Return the entries of each note, in their order."""
    chains: dict[str, list[Entry]] = {}
    for entry in entries:
        chains.setdefault(entry.path, []).append(entry)
    return chains


def _move_back(root: Path, journal: Journal, entries: Sequence[Entry], done: _Done) -> None:
    """Give each moved file its former path, whatever it says now, unless that is taken."""
    for entry in entries:
        former = entry.moved_from or ""
        try:
            journal.mark_undone([entry], disk.move(root, entry.path, former, journal, UNDO))
            done.moved.append((entry.path, former))
        except Refused as error:
            done.refused.append((entry.path, error.message))
            done.failed = True


def selected(root: Path, journal: Journal, selection: Selection) -> list[Entry]:
    """Return the entries that an undo would take up, the newest first; it may still refuse some."""
    if selection.batch is not None:
        entries = journal.entries(limit=None, batch=selection.batch)
        if not entries:
            raise _no_batch(selection.batch)
        return [entry for entry in entries if not entry.undone and _happened(root, entry)]
    if selection.path is not None:
        entries = journal.entries(limit=None, path=selection.path, standing=True)
        last = [entry for entry in entries if _happened(root, entry)][:1]
        if last and last[0].command == MV:  # a move and its links are one thing
            return selected(root, journal, Selection(batch=last[0].batch))
        return last
    if selection.since is not None:
        entries = journal.entries(limit=None, since=selection.since, standing=True)
        return [entry for entry in entries if _happened(root, entry)]
    for batch in journal.batches(limit=None):
        if not batch.undone and batch.command != UNDO:
            entries = journal.entries(limit=None, batch=batch.id, standing=True)
            if entries := [entry for entry in entries if _happened(root, entry)]:
                return entries
    return []


def _happened(root: Path, entry: Entry) -> bool:
    """Whether a write took place: one that a crash left pending did if the note says just that."""
    if not entry.pending:
        return True
    if entry.moved_from is not None:
        return disk.find(root, entry.path) is not None and disk.find(root, entry.moved_from) is None
    return _says(root, entry.path) == entry.after


class Back(Struct, frozen=True):
    """One note taken back: what it says (`source`), what it would say (None: it goes), by undoing which entries."""

    source: disk.Source | None
    goal: bytes | None
    undone: tuple[Entry, ...]

    @property
    def current(self) -> bytes | None:
        """What the note says now, None if it is not there."""
        return None if self.source is None else self.source.data


def back(root: Path, chain: Sequence[Entry]) -> Back:
    """Return how one note goes back along its entries, the newest first, as far as nobody else wrote between them.

    Raises Refused where someone has written to it since.
    """
    path = chain[0].path
    source = disk.read(root, path)
    current = None if source is None else source.data
    goal, undone = current, list[Entry]()
    for entry in chain:
        if entry.after != goal:
            break
        goal = entry.before
        undone.append(entry)
    if undone:
        return Back(source, goal, tuple(undone))
    if current != chain[-1].before:
        raise _changed_since(path)
    return Back(source, current, tuple(chain))  # taken back already, by hand or by git


def _taken_back(
    root: Path, journal: Journal, chain: list[Entry], courtesy: Callable[[Write], None] | None
) -> tuple[int, bytes | None]:
    """Take one note back; return how many entries that undid, and what the note says now."""
    path, way, written = chain[0].path, back(root, chain), None
    if way.goal != way.current:
        digest = None if way.source is None else way.source.digest
        if way.goal is None:
            written = disk.remove(root, path, digest or "", journal, UNDO).entry
        else:
            write = Write(path, way.goal.decode(), digest, reason=UNDO)
            if courtesy:
                courtesy(write)
            written = disk.apply(root, write, journal).entry
    journal.mark_undone(way.undone, written or 0)
    return len(way.undone), way.goal


class _ChangedSince(Refused):
    """Someone has written to a note since; asking again would change nothing."""


def _changed_since(path: str) -> Refused:
    return _ChangedSince(
        Message(
            f"«\u00a0{path}\u00a0» a changé depuis\u00a0: il reste tel quel",
            f"'{path}' has changed since: it is left as it is",
        )
    )


def changed_between(path: str) -> Message:
    """Return what is to be said of a note of which only the last writes could be taken back."""
    return Message(
        f"«\u00a0{path}\u00a0» a changé entre deux écritures\u00a0: seules les dernières sont annulées",
        f"'{path}' changed between two writes: only the last ones are undone",
    )


def _no_batch(number: int) -> VaultkitError:
    return VaultkitError(
        Message(
            f"le journal n’a pas de numéro {number}\u00a0; «\u00a0vaultkit history\u00a0» les montre",
            f"the journal has no number {number}; 'vaultkit history' shows them",
        )
    )
