"""What acts have left to be done with a writer: the saving of their edits, and the writes that come after these.

A push writes into the child notes first. Only when the daemon has read what they say now, the marks go out of
the synthesis: so no wording is in neither note at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from vaultkit.edits import Changes
from vaultkit.shell.daemon.handing import Errand
from vaultkit.shell.session import Session

#: After so many seconds nobody waits for a saving any more.
_MOST = 600.0


class FollowUp(Struct, frozen=True):
    """Writes to be planned once other notes have been read: `needs` are these, with their digests before."""

    needs: Mapping[str, str]
    plan: Callable[[Session], Changes]
    errand: Errand
    time: float


class Errands:
    """The edits of acts that are still to be saved by the app, and what follows them. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._awaited: dict[str, tuple[str, float]] = {}
        self._following: list[FollowUp] = []

    def follow(self, following: FollowUp) -> None:
        """Plan this once its notes have been read."""
        self._following.append(following)

    def answered(self, path: str, digest: str, made: bool, now: float) -> None:
        """Note whether a client made an edit; where it did not, what rests on it is not done.

        Where it did, a file with this digest is what was wanted, and nobody's half sentence.
        """
        if made:
            self._awaited[path] = digest, now
        else:
            self._following = [each for each in self._following if path not in each.needs]

    def saved(self, path: str, digest: str) -> bool:
        """Whether a file is just what a client was asked to make it; asked once."""
        known = self._awaited.get(path)
        if known is None or known[0] != digest:
            return False
        del self._awaited[path]
        return True

    def awaits(self, now: float) -> list[str]:
        """Return the notes whose saving is awaited."""
        self._awaited = {path: each for path, each in self._awaited.items() if now - each[1] < _MOST}
        return list(self._awaited)

    def ready(self, session: Session, now: float) -> list[FollowUp]:
        """Return what can be planned now: all notes that it needs have been read since."""
        self._following = [each for each in self._following if now - each.time < _MOST]
        ready = [each for each in self._following if _is_read(each, session)]
        self._following = [each for each in self._following if each not in ready]
        return ready


def _is_read(following: FollowUp, session: Session) -> bool:
    notes = session.index.notes
    return all(path in notes and notes[path].digest != digest for path, digest in following.needs.items())
