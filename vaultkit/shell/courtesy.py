"""The wait of a one-shot command for a person who has a note open and saved it a moment ago (DESIGN §6.1)."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from vaultkit.edits import Write
from vaultkit.errors import VaultkitError
from vaultkit.shell import disk
from vaultkit.shell.journal import Journal
from vaultkit.shell.ports import App, Clock, SystemClock
from vaultkit.shell.quiet import courtesy, fresh, waiting
from vaultkit.text import Message


class Courtesy:
    """Called before each write of a command; tells with `say` for what it waits.

    It waits once for each write, and at most five seconds: who saves meanwhile changes the note, and then
    it is not written anyway. The app is asked about only where a note was saved just now.
    """

    def __init__(
        self,
        root: Path,
        say: Callable[[Message], object],
        app: App | None = None,
        clock: Clock | None = None,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self.root = root
        self._say = say
        self._app = app
        self._clock = clock or SystemClock()
        self._sleep = sleep

    def __call__(self, write: Write) -> None:
        """Wait before this write if a person has just saved the note and has it open."""
        saved = self._saved(write)
        if saved is None or not fresh(self._clock.wall(), saved):
            return
        seconds = courtesy(write.path, self._clock.wall(), saved, self._shown().state())
        if seconds and not self._is_own(write):
            self._say(waiting(write.path, seconds))
            self._sleep(seconds)

    def _saved(self, write: Write) -> float | None:
        """Return when the note was saved, None for one that is not there."""
        if write.digest is None:
            return None
        with suppress(OSError, VaultkitError):
            real = disk.find(self.root, write.path)
            return None if real is None else real.stat().st_mtime
        return None

    def _shown(self) -> App:
        if self._app is None:
            from vaultkit.shell.workspace import ObsidianApp

            self._app = ObsidianApp(self.root, self._clock)
        return self._app

    def _is_own(self, write: Write) -> bool:
        """Whether the last save was a write of ours, for which nobody has to wait."""
        with suppress(VaultkitError), Journal.open(self.root) as journal:
            last = next(iter(journal.entries(limit=1, path=write.path)), None)
            return last is not None and last.after is not None and disk.digest_of(last.after) == write.digest
        return False
