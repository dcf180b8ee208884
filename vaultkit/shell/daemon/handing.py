"""Edits that are handed to a client, which makes them in the app: in the journal like every other write."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from pathlib import Path

from msgspec import Struct

from vaultkit.edits import Write
from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.shell.daemon.offsets import edits_for_writer
from vaultkit.shell.journal import Entry, Journal
from vaultkit.shell.ports import Answer, Because, Clock, EditRequest, Wait, Writer

#: So many seconds after an edit was handed over the client counts as one that does not answer.
PATIENCE = 15.0
#: After so many silences in a row it counts as gone.
SILENCES = 4


class Errand(Struct, frozen=True):
    """On whose behalf a write is handed over: the command, and the batch of the journal it belongs to, if any.

    A write that takes others back `undoes` their entries; with it all of batch `closes` has been taken up.
    """

    command: str = "watch"
    batch: int | None = None
    undoes: tuple[Entry, ...] = ()
    closes: int | None = None


#: On its own.
OWN = Errand()


class Sent(Struct, frozen=True):
    """A write that was handed over: the note as it was, its entry in the journal, when (monotonic seconds)."""

    before: Note
    write: Write
    entry: int
    time: float
    errand: Errand = OWN
    batch: int = 0


class Handing:
    """What the client that writes was asked to do, if there is one."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self._root = root
        self._clock = clock
        self._writer: Writer | None = None
        self._sent: dict[int, Sent] = {}
        self._ids = count(1)
        self._silences = 0
        self._silent_at: float | None = None

    @property
    def name(self) -> str | None:
        """The name of the client, None if there is none."""
        return None if self._writer is None else self._writer.name

    def drop(self) -> None:
        """Tell the client that it is the writer no more."""
        if self._writer is not None:
            self._writer.drop()

    def is_of(self, writer: Writer) -> bool:
        """Whether this is the client."""
        return self._writer is writer

    def claimed(self, writer: Writer) -> None:
        """Hand edits to this client from now on."""
        self.released()
        self._writer = writer
        self._silences = 0

    def released(self) -> frozenset[str]:
        """Forget the client; return the notes that it did not answer for.

        Their entries stay pending in the journal: it may have made these edits.
        """
        asked = frozenset(sent.write.path for sent in self._sent.values())
        self._writer = None
        self._sent.clear()
        return asked

    def waiting(self, path: str) -> Wait | None:
        """Return what is still to be answered for a note."""
        sent = next((sent for sent in self._sent.values() if sent.write.path == path), None)
        return None if sent is None else Wait(path, Because.WRITER, sent.time + PATIENCE)

    def expired(self) -> list[int]:
        """Return the edits that were never answered."""
        now = self._clock.monotonic()
        return [id for id, sent in self._sent.items() if now - sent.time >= PATIENCE]

    @property
    def is_mute(self) -> bool:
        """Whether the client has not answered again and again, and nothing since."""
        return self._writer is not None and self._silences >= SILENCES

    def hand(self, note: Note, write: Write, errand: Errand = OWN) -> int | None:
        """Enter a write in the journal and ask the client for it; return its batch, None if there is no client.

        Raises VaultkitError if there is no journal.
        """
        writer = self._writer
        if writer is None:
            return None
        digest, edits = edits_for_writer(note.text, write.text)
        with Journal.open(self._root) as journal:
            batch = journal.begin(errand.command) if errand.batch is None else errand.batch
            entry = journal.displaced(
                batch, write.path, note.text.encode(), write.text.encode(), writer.name, write.regions
            )
        id = next(self._ids)
        self._sent[id] = Sent(note, write, entry, self._clock.monotonic(), errand, batch)
        writer.edit(EditRequest(id, write.path, digest, edits))
        return batch

    def answered(self, id: int, answer: Answer) -> Sent | None:
        """Return the write that an answer is about, None if nobody waits for it any more."""
        sent = self._sent.pop(id, None)
        if sent is None:
            return None
        if answer is Answer.SILENT:  # it may have made the edit all the same: the entry stays pending
            now = self._clock.monotonic()
            if self._silent_at is None or now - self._silent_at > 1:  # several at once are one silence
                self._silences, self._silent_at = self._silences + 1, now
            return sent
        self._silences = 0
        with suppress(VaultkitError), Journal.open(self._root) as journal:
            if answer is Answer.APPLIED:
                _done(journal, sent)
            else:
                journal.failed(sent.entry)
        return sent


def _done(journal: Journal, sent: Sent) -> None:
    """Note that a client made an edit, and what was taken back by it."""
    journal.done(sent.entry)
    if sent.errand.undoes:
        journal.mark_undone(sent.errand.undoes, sent.entry)
    if sent.errand.closes is not None:
        journal.close_batch(sent.errand.closes, sent.batch)
