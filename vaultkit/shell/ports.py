"""What the daemon asks of the world around it: the time, the app, a writer, a place to tell things."""

from __future__ import annotations

import time
from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from vaultkit.text import Message


class Clock(Protocol):
    """Tells the time, in seconds: one that never goes back, and the one on the wall (since 1970)."""

    def monotonic(self) -> float:
        """Return the time since some moment; while the machine sleeps it may stand still."""

    def wall(self) -> float:
        """Return the time since 1970, which a person or the network may set back."""


class SystemClock:
    """The clocks of the machine."""

    def monotonic(self) -> float:
        """Return the seconds since some moment."""
        return time.monotonic()

    def wall(self) -> float:
        """Return the seconds since 1970."""
        return time.time()


class AppState(Struct, frozen=True):
    """What is known of Obsidian: whether it runs, the notes that may be typed in now, and all that are open.

    `active` are the notes that have the focus (one; all in front where nothing tells), `opened` those of
    every tab, the active ones too. Both are vault paths, and empty while the app does not run.
    """

    running: bool = False
    active: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()


class App(Protocol):
    """Knows what Obsidian shows of the vault."""

    def state(self) -> AppState:
        """Return what is known now; never raises, and is cheap enough to ask before every write."""


class Notices(Protocol):
    """Is told what happens to the files of a vault; both may be called from any thread."""

    def noticed(self, path: str) -> None:
        """A file came, changed or went. `path` is a vault path: relative, with `/`, composed (NFC)."""

    def overlooked(self, reason: Message | None) -> None:
        """Anything may have happened: all files have to be looked at. `reason` is said aloud, if any."""


class TextEdit(Struct, frozen=True):
    """Put `text` in the place of `start` to `end`: UTF-16 units of the text with LF and without BOM."""

    start: int
    end: int
    text: str


class EditRequest(Struct, frozen=True):
    """What a writer is asked to do to one note. `text_digest` is the SHA-256 (hex) of its text as above."""

    id: int
    path: str
    text_digest: str
    edits: tuple[TextEdit, ...]


class Answer(StrEnum):
    """What a writer says to an edit; `SILENT` that it never said anything: it may have made it."""

    APPLIED = "applied"
    REFUSED = "refused"
    LATER = "later"
    SILENT = "silent"


class Writer(Protocol):
    """A client that applies edits itself; its answers come back through `Engine.answered`."""

    name: str

    def edit(self, request: EditRequest) -> None:
        """Send the request and return at once; never raises."""

    def drop(self) -> None:
        """Tell the client that it is the writer no more, and return at once; never raises."""


class Because(StrEnum):
    """Why something waits."""

    TYPED = "typed"  # a source that was saved a moment ago
    JUST_SAVED = "just-saved"  # the target itself was saved a moment ago
    ACTIVE = "active"  # the note that is typed in
    OPEN = "open"  # a note in a background tab
    BATCH = "batch"  # many files are changing: a checkout, a sync
    GIT = "git"  # git is in the middle of a rebase or a bisection
    ARRIVING = "arriving"  # a note that it names has just come or gone
    PROPERTIES = "properties"  # its properties change only while Obsidian does not run
    SETTLING = "settling"  # written a moment ago: looked at again first
    WRITER = "writer"  # the writer has not answered yet, or said `later`
    UNDONE = "undone"  # a person took the last write back
    REVERTED = "reverted"  # another program put the old text back
    UNSETTLED = "unsettled"  # it never comes to rest
    REFUSED = "refused"  # it could not be written
    UNREADABLE = "unreadable"  # it could not be read
    EMPTY = "empty"  # the vault is suddenly empty or gone


class Wait(Struct, frozen=True):
    """Something that waits: `until` is the monotonic time of its turn, None where it waits for an event."""

    path: str
    because: Because
    until: float | None = None
    said: Message | None = None


class BatchDone(Struct, frozen=True):
    """What one round of work was: how many files were read, what was written, how long it took, in seconds."""

    time: float
    read: int
    written: tuple[tuple[str, tuple[str, ...]], ...]
    refused: tuple[tuple[str, Message], ...]
    seconds: float


class Standing(Struct, frozen=True):
    """How the daemon stands at one moment; `time` are seconds since 1970.

    `counts` are diagnostics by severity, None where nobody asked for them yet; `degraded` what does not
    work as it should; `writer` the name of the client that writes, if any; `last_write` the last batch in which
    anything was written.
    """

    notes: int
    watcher: str
    since: float
    last: BatchDone | None = None
    waits: tuple[Wait, ...] = ()
    counts: dict[str, int] | None = None
    degraded: tuple[Message, ...] = ()
    writer: str | None = None
    batches: int = 0
    last_write: BatchDone | None = None


class Log(Protocol):
    """Where the daemon tells what it does: one line a batch, and never a word of a note."""

    def batch(self, done: BatchDone, waits: Iterable[Wait]) -> None:
        """Tell of a round of work that read or wrote something."""

    def tell(self, message: Message, severity: str = "info") -> None:
        """Tell of anything else: the start, the end, a degraded mode (`warning`), a fault (`error`)."""
