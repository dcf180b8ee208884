"""What the daemon remembers of each note that it writes: when it may be written again, and why not now."""

from __future__ import annotations

from dataclasses import dataclass

from vaultkit.markdown.note import Note
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
_MOST_SETBACKS = 16


@dataclass(slots=True)
class Target:
    """A note with regions. Times are monotonic seconds.

    `saved` is when somebody else last changed it, `wrote` when we did. `before` and `after` are what our
    last write displaced and put there. `rounds` counts our writes since anything else changed, `setbacks`
    what went wrong in a row. `look` is when to look at it again. `wait` holds it back: until its time, or
    for good where it has none.
    """

    path: str
    saved: float
    wrote: float | None = None
    before: Note | None = None
    after: Note | None = None
    rounds: int = 0
    setbacks: int = 0
    look: float | None = None
    wait: Wait | None = None

    def holding(self, now: float) -> Wait | None:
        """Return what holds the note back now."""
        if self.wait and self.wait.until is not None and self.wait.until <= now:
            self.wait = None
        return self.wait

    def written(self, before: Note, after: Note, now: float, regions: tuple[str, ...]) -> None:
        """Note that we wrote; where that never ends, hold the note back and say which regions disagree."""
        self.wrote, self.before, self.after = now, before, after
        self.rounds += 1
        self.look = now + SETTLE
        if self.rounds >= ROUNDS:
            names = ", ".join(regions)
            self.wait = Wait(
                self.path,
                Because.UNSETTLED,
                said=Message(
                    f"mise à jour {self.rounds} fois de suite sans arriver à un état stable ({names})",
                    f"brought up to date {self.rounds} times without coming to rest ({names})",
                ),
            )
        else:
            self.wait = Wait(self.path, Because.SETTLING, now + SETTLE)

    def handed_over(self, now: float) -> None:
        """Note that a client made our edit in the app: the app saves it within a moment."""
        self.setbacks = 0
        self.look = now + SETTLE
        self.wait = Wait(self.path, Because.WRITER, now + SAVED)

    def changed(self, note: Note, now: float) -> None:
        """Note that somebody else changed it at `now`; if that put our regions back, wait longer each time."""
        self.saved = max(self.saved, now)
        recent = self.wrote is not None and now - self.wrote < REVERTIBLE
        if recent and self.before and self.after and is_reverted(self.before, self.after, note):
            self.setback(now, Because.REVERTED, _REVERTED)
        elif self.wait is None or self.wait.because is not Because.REVERTED:
            self.wait, self.setbacks = None, 0
        self.rounds = 0
        self.before = self.after = None

    def disturbed(self) -> None:
        """Note that something changed that it is made from: what held it back for good holds no more."""
        self.rounds = 0
        if self.wait and self.wait.because in (Because.UNDONE, Because.UNSETTLED):
            self.wait = None

    def undone(self) -> None:
        """Note that a person took our last write back."""
        self.wait = Wait(self.path, Because.UNDONE)

    def setback(self, now: float, because: Because, said: Message | None = None) -> None:
        """Note that something went wrong: the next try comes later each time."""
        self._hold(now, because, min(FIRST_RETRY * 2**self.setbacks, LAST_RETRY), said)

    def later(self, now: float) -> None:
        """Note that a client did not make our edit now: it is asked again soon."""
        self._hold(now, Because.WRITER, min(FIRST_QUESTION * 2**self.setbacks, LAST_QUESTION), None)

    def forget_writer(self) -> None:
        """Note that the client is another one, or gone: what it was asked holds nobody up."""
        if self.wait and self.wait.because is Because.WRITER:
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
