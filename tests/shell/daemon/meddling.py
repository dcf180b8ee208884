"""The app acting between two of the engine's system calls: where a race is, there it happens."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.shell.daemon.typist_model import Typist
from vaultkit.edits import Write
from vaultkit.shell import disk, swap
from vaultkit.shell.journal import Journal


class Meddler:
    """Lets the person save just before, within and just after a write of ours.

    `wrote` hears of each write: path, text before, text after. `odds` is how likely a race is at each point;
    `exchange` says whether the disk can exchange two files in one step.
    """

    def __init__(
        self, typist: Typist, wrote: Callable[[str, str, str], None], odds: float, exchange: bool
    ) -> None:
        self.app, self.typist, self.wrote = typist.app, typist, wrote
        self.chance: random.Random = typist.chance
        self.odds, self.can_exchange = odds, exchange
        self.settling = False
        self.moments: list[float] = []
        self.last = ("", b"", b"")

    @contextmanager
    def between(self, state: Path) -> Iterator[None]:
        """Stand between the engine and the disk; what vaultkit remembers goes to the folder `state`."""
        self.exchange, self.overwrite, self.expected = swap.exchange, swap.overwrite, disk._expected
        self.settle, self.done = disk._settle, Journal.done
        shim = SimpleNamespace(sleep=lambda seconds: self.app.end_saves(), monotonic=time.monotonic)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_STATE_HOME", str(state))
            patch.setattr(swap, "exchange", self._exchange)
            patch.setattr(swap, "overwrite", self._overwrite)
            patch.setattr(disk, "_expected", self._expected)
            patch.setattr(disk, "_settle", self._settle)
            patch.setattr(Journal, "done", lambda journal, entry: self._done(journal, entry))
            patch.setattr(swap, "time", shim)
            yield

    # Where it happens

    def _expected(self, path: str, target: Path, digest: str) -> object:
        self.meddle(path)
        return self.expected(path, target, digest)

    def _exchange(self, one: Path, other: Path) -> bool:
        if not self.can_exchange:
            return False
        if not self.settling:
            self.meddle(other.name)
        before, after = other.read_bytes() if other.exists() else b"", one.read_bytes()
        swapped = self.exchange(one, other)
        if swapped and not self.settling:
            self.last = (other.name, before, after)
        self.meddle(other.name)
        return swapped

    def _settle(self, write: Write, displaced: Path, target: Path, data: bytes, journal: Journal) -> None:
        self.settling = True
        try:
            self.settle(write, displaced, target, data, journal)
            path, before, after = self.last
            if disk.digest_of(before) == write.digest:
                self.wrote(path, before.decode(), after.decode())
        finally:
            self.settling = False

    def _overwrite(self, source: Path, target: Path, check: Callable[[], None]) -> None:
        after, held = source.read_bytes(), list[bytes]()

        def look() -> None:
            check()
            held[:] = [target.read_bytes()]

        self.overwrite(source, target, look)  # between its look and its rename nothing can be helped
        self.last = (target.name, held[0], after)
        self.wrote(target.name, held[0].decode(), after.decode())
        self.meddle(target.name)

    def _done(self, journal: Journal, entry: int) -> None:
        if self.last[0]:
            self.meddle(self.last[0])
        self.done(journal, entry)

    # What happens

    def meddle(self, path: str) -> None:
        """Perhaps let the person type into the note and save, or save by half, or use another editor."""
        if self.chance.random() >= self.odds or not (self.app.root / path).exists():
            return
        now = self.app.clock.monotonic()
        self.moments = [*(moment for moment in self.moments if moment > now - 1), now]
        if len(self.moments) > (2 if self.app.running else 1):
            return  # the app saves every two seconds; a person elsewhere not twice within one write of ours
        self.app.end_saves()
        if not self.app.running:
            for _ in self.typist.edits_elsewhere(path):
                pass
            return
        view = self.app.view_of(path)
        if view is None and self.chance.random() < 0.5:
            view = self.app.open(path)
        if view is not None and self.type_into(view.path, "MEDDLE"):
            self.app.begin_save(view)
            if self.chance.random() < 0.6:
                self.app.end_save(view)

    def ambush(self, path: str) -> None:
        """Let the person come to an open note that was written a moment ago, before the app has noticed."""
        if self.app.running and self.app.view_of(path):
            self.app.open(path)
            self.type_into(path, "AMBUSH")

    def type_into(self, path: str, why: str) -> bool:
        """Type a word into an open note, anywhere; return whether there was a place for it."""
        view = self.app.view_of(path)
        if view is None or not (spots := self.typist.all_spots(view.buffer)):
            return False
        at, word = self.chance.choice(spots), self.typist.words.new(path)
        self.typist.say(f"{why} {path} @{at} {word}")
        self.app.edit(view, at, at, f" {word} ")
        return True
