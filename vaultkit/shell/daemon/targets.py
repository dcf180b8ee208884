"""What the daemon remembers of each note that it writes: when it may be written again, and why not now."""

from __future__ import annotations

from msgspec import Struct

from vaultkit.edits import Write
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import find_regions
from vaultkit.shell.ports import Because, Wait
from vaultkit.text import Message

#: A note is looked at again so many seconds after it was written, and not written before.
SETTLE = 3.0
#: How often a note is written while nothing else changes, before it counts as one that never settles.
ROUNDS = 4
#: After so many seconds an edit made in the app has to stand in the file.
SAVED = 10.0
#: An old text that stands again after more seconds than these is somebody's wish, not an accident.
REVERTIBLE = 600.0
#: The shortest and the longest time, in seconds, before something that failed is tried again.
FIRST_RETRY, LAST_RETRY = 30.0, 3600.0
#: The same for a client that says `later`: a person who types stops before long.
FIRST_QUESTION, LAST_QUESTION = 2.0, 16.0
#: The same where it is about properties: they wait until the note is in front no more.
LAST_PUT_OFF = 300.0
_MOST_SETBACKS = 16


class Target(Struct):
    """A note with regions. Times are monotonic seconds.

    `saved` is when somebody else last changed it, `wrote` when we did. `before` and `after` are what our
    last write displaced and put there. `rounds` counts our writes since it last had nothing to be written,
    `restless` says that they once did not end, `is_shared` that somebody else changed it between them. `setbacks`
    counts what went wrong in a row, `is_contested` that another program undid our writes. `look` is when to look at
    it again, `applied` when a client last made our edit. `wait` holds the note back: until its time, or for good
    where it has none. Where a person took our write back, `undone` is what the note says since then and `rejected`
    what we had written. A client put a change of the properties off `put_offs` times in a row, last when it was
    `asked_at`.
    """

    path: str
    saved: float
    wrote: float | None = None
    before: Note | None = None
    after: Note | None = None
    rounds: int = 0
    restless: bool = False
    is_shared: bool = False
    setbacks: int = 0
    is_contested: bool = False
    look: float | None = None
    applied: float | None = None
    wait: Wait | None = None
    undone: Note | None = None
    rejected: Note | None = None
    asked_at: float | None = None
    put_offs: int = 0

    def holding(self, now: float, write: Write) -> Wait | None:
        """Return what holds a write to the note back now."""
        if self.undone is not None:
            if self._brings_nothing_new(write):
                return Wait(self.path, Because.UNDONE)
            self.undone = self.rejected = None
        if self.wait and self.wait.until is not None and self.wait.until <= now:
            self.wait = None
        return self.wait

    def unsaved(self, now: float) -> Wait | None:
        """Return the wait for an edit that a client made, or may have, and that the app has not saved yet."""
        wait = self.wait
        if wait is None or wait.because is not Because.WRITER or wait.until is None or self.applied is None:
            return None
        return wait if now < wait.until == self.applied + SAVED else None

    def written(self, before: Note, after: Note, now: float, regions: tuple[str, ...]) -> None:
        """Note that we wrote; where that never ends, hold the note back and say which regions disagree."""
        self.wrote, self.before, self.after = now, before, after
        self.look = now + SETTLE
        self.wait = Wait(self.path, Because.SETTLING, now + SETTLE)
        self.setbacks = self.setbacks if self.is_contested or self.restless else 0
        self._count(now, regions)

    def _brings_nothing_new(self, write: Write) -> bool:
        """Whether a write would make each region say what a person did not want, or what it says anyway."""
        if self.undone is None or self.rejected is None:
            return False
        known = (_bodies(self.rejected), _bodies(self.undone))
        planned = _bodies(parse_note(self.path, write.text))
        return all(any(body == bodies.get(key) for bodies in known) for key, body in planned.items())

    def handed_over(self, before: Note, after: Note, now: float, regions: tuple[str, ...]) -> None:
        """Note that a client made our edit in the app: the app saves it within a moment."""
        self.wrote, self.before, self.after = now, before, after
        self.setbacks, self.applied = self.setbacks if self.restless else 0, now
        self.asked_at, self.put_offs = None, 0
        self.look = now + SETTLE
        self.wait = Wait(self.path, Because.WRITER, now + SAVED)
        self._count(now, regions)

    def unanswered(self, now: float) -> None:
        """Note that a client did not answer: if it made our edit, the app saves that within a moment."""
        self.applied = now
        self.look = now + SETTLE
        self.wait = Wait(self.path, Because.WRITER, now + SAVED)

    def _count(self, now: float, regions: tuple[str, ...]) -> None:
        """Count a write. Where they do not end, hold the note back: for a while if somebody else has a part in it."""
        self.rounds += 1
        if self.rounds < ROUNDS:
            return
        self.restless = True
        names = ", ".join(regions)
        said = Message(
            f"mise à jour plusieurs fois de suite sans arriver à un état stable ({names})",
            f"brought up to date again and again without coming to rest ({names})",
        )
        if self.is_shared:
            self.setback(now, Because.UNSETTLED, said)
        else:
            self.wait = Wait(self.path, Because.UNSETTLED, said=said)

    def settled(self) -> None:
        """Note that there is nothing to be written: our writes came to an end."""
        self.rounds, self.restless, self.is_shared = 0, False, False

    def changed(self, note: Note, now: float) -> None:
        """Note that somebody else changed it at `now`; if that put our regions back, wait longer each time."""
        if self.after is not None and note.text == self.after.text:  # the app saved what a client wrote there
            self.wait = None if self.wait and self.wait.because is Because.WRITER else self.wait
            return
        self.saved = max(self.saved, now)
        self.is_shared = self.is_shared or self.rounds > 0
        if self.undone is not None and _bodies(note) == _bodies(self.undone):
            return
        self.undone = self.rejected = None
        recent = self.wrote is not None and now - self.wrote < REVERTIBLE
        if recent and self.before and self.after and is_reverted(self.before, self.after, note):
            self.setback(now, Because.REVERTED, _REVERTED)
            self.is_contested = True
        elif self.wait is None or not self._is_tried_again():
            self.wait, self.setbacks, self.is_contested = None, 0, False
        self.before = self.after = None

    def _is_tried_again(self) -> bool:
        """Whether the note waits for its next try, because somebody else changes what we write."""
        wait = self.wait
        return wait is not None and (
            wait.because is Because.REVERTED or (wait.because is Because.UNSETTLED and wait.until is not None)
        )

    def disturbed(self) -> None:
        """Note that something changed that it is made from: what held it back for good holds no more.

        One that did not come to rest before is written once.
        """
        self.rounds = ROUNDS - 1 if self.restless else 0
        if self.wait and self.wait.because is Because.UNSETTLED:
            self.wait = None

    def touched(self) -> None:
        """Note that something about the file changed, though not what it says: a refusal may hold no more."""
        if self.wait and self.wait.because is Because.REFUSED:
            self.wait, self.setbacks = None, 0

    def take_back(self, note: Note, rejected: Note) -> None:
        """Note that a person took a write back, which had made the note say `rejected`: not that again."""
        self.undone, self.rejected = note, rejected
        self.wait, self.setbacks = None, 0

    def setback(self, now: float, because: Because, said: Message | None = None) -> None:
        """Note that something went wrong: the next try comes later each time."""
        self._hold(now, because, min(FIRST_RETRY * 2**self.setbacks, LAST_RETRY), said)

    def later(self, now: float) -> None:
        """Note that a client did not make our edit now: it is asked again soon."""
        self._hold(now, Because.WRITER, min(FIRST_QUESTION * 2**self.setbacks, LAST_QUESTION), None)

    def puts_off(self, now: float) -> None:
        """Note that a client does not change the properties now: that alone is asked again later."""
        self.put_offs = min(self.put_offs + 1, _MOST_SETBACKS)
        self.asked_at = now

    def put_off(self, now: float) -> Wait | None:
        """Return how long a change of the properties alone waits for the client."""
        if self.asked_at is None:
            return None
        until = self.asked_at + min(FIRST_QUESTION * 2 ** (self.put_offs - 1), LAST_PUT_OFF)
        return Wait(self.path, Because.WRITER, until) if now < until else None

    def forget_writer(self, now: float, is_open: bool) -> None:
        """Note that the client is gone: what it made, or may have made, still gets the time to be saved."""
        self.asked_at, self.put_offs = None, 0
        if is_open or (self.applied is not None and now - self.applied < SAVED):
            self.wait, self.look = Wait(self.path, Because.WRITER, now + SAVED), now + SAVED
        elif self.wait and self.wait.because is Because.WRITER:
            self.wait, self.setbacks = None, 0

    def _hold(self, now: float, because: Because, seconds: float, said: Message | None) -> None:
        self.setbacks = min(self.setbacks + 1, _MOST_SETBACKS)
        self.wait = Wait(self.path, because, now + seconds, said)


def is_reverted(before: Note, after: Note, now: Note) -> bool:
    """Whether a note again says in some region what it said before our write."""
    old, new, here = _bodies(before), _bodies(after), _bodies(now)
    return any(here.get(key) == body != new.get(key) for key, body in old.items())


def _bodies(note: Note) -> dict[str, str]:
    return {region.key: region.body.of(note.text) for region in find_regions(note).regions}


_REVERTED = Message(
    "un autre programme a remis l’ancien texte\u00a0: nouvel essai plus tard",
    "another program put the old text back: tried again later",
)
