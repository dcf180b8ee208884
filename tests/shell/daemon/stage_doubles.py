"""Doubles for a schedule: a clock that is moved, a log that keeps what it is told, a client that writes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.shell.daemon.obsidian_model import Obsidian, moved
from vaultkit.shell import disk
from vaultkit.shell.ports import Answer, BatchDone, EditRequest, Wait
from vaultkit.text import Message


class VirtualClock:
    """A clock that stands still until it is moved; some days ahead of the machine's, which it never meets."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._epoch = time.time() + 3 * 86400

    def monotonic(self) -> float:
        """Return the virtual time."""
        return self.now

    def wall(self) -> float:
        """Return the virtual time since 1970."""
        return self._epoch + self.now


@dataclass
class Lines:
    """A log that keeps what it is told."""

    batches: list[BatchDone] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)

    def batch(self, done: BatchDone, waits: Iterable[Wait]) -> None:
        """Keep a round of work."""
        list(waits)
        self.batches.append(done)

    def tell(self, message: Message, severity: str = "info") -> None:
        """Keep a message."""
        self.told.append((severity, message.en))


@dataclass
class BufferWriter:
    """A client that applies edits in the app's own buffers, as the plugin will.

    `later` does something after a while, `answered` is the engine's, `wrote` judges an edit.
    """

    app: Obsidian
    chance: random.Random
    later: Callable[[float, Callable[[], None]], None]
    answered: Callable[[int, Answer], None]
    wrote: Callable[[str, str, str], None]
    name: str = "test client"
    gone: bool = False
    applied: int = 0

    def edit(self, request: EditRequest) -> None:
        """Take a request; the answer comes a moment later."""
        self.later(self.chance.uniform(0.002, 0.05), lambda: self._work(request))

    def drop(self) -> None:
        """Be told that it is the writer no more."""
        self.gone = True

    def _work(self, request: EditRequest) -> None:
        if not self.gone:
            self.answered(request.id, self._answer(request))

    def _answer(self, request: EditRequest) -> Answer:
        app = self.app
        view = app.view_of(request.path)
        if view is None:
            file = app.root / request.path
            if not file.exists():
                return Answer.REFUSED
            text = file.read_bytes().decode().replace("\r\n", "\n")
            if digest_of_text(text) != request.text_digest:
                return Answer.REFUSED
            app._write(request.path, edited(text, request))
        else:
            others = any(other.dirty and other is not view for other in app.views)
            if others or app.clock.monotonic() - view.typed_at < 2:
                return Answer.LATER
            if digest_of_text(view.buffer) != request.text_digest:
                return Answer.REFUSED
            before, cursor = view.buffer, view.cursor
            view.buffer = edited(before, request)
            view.cursor = moved(cursor, before, view.buffer)
            self.wrote(request.path, before, view.buffer)
            app.request_save(view)
        self.applied += 1
        return Answer.APPLIED


def digest_of_text(text: str) -> str:
    """Return the digest of a text as the app's editor holds it."""
    return disk.digest_of(text.removeprefix("\ufeff").encode())


def edited(text: str, request: EditRequest) -> str:
    """Return a text with the edits made, whose places count UTF-16 units."""
    units = text.encode("utf-16-le")
    for edit in sorted(request.edits, key=lambda e: (e.start, e.end), reverse=True):
        units = units[: 2 * edit.start] + edit.text.encode("utf-16-le") + units[2 * edit.end :]
    return units.decode("utf-16-le")
