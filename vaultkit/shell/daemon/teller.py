"""Tells what the watcher saw, in rounds: a thousand events on one file are few words."""

from __future__ import annotations

import os
import sys
import threading
import time

from vaultkit.shell.ports import Notices
from vaultkit.text import Message

_ROUND_SECONDS = 0.05  # what is seen within this is told together, after a first word at once


class Teller:
    """Tells what was seen, from a thread of its own: each path and each reason once a round."""

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._changed = threading.Condition()
        self._paths: dict[str, str] = {}
        self._looks: list[Message | None] = []
        self._poll_every: float | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="vaultkit-teller", daemon=True)

    @property
    def poll_every(self) -> float | None:
        """Seconds until all files are looked at again; None for never."""
        return self._poll_every

    @poll_every.setter
    def poll_every(self, seconds: float | None) -> None:
        with self._changed:
            self._poll_every = seconds
            self._changed.notify()

    def is_alive(self) -> bool:
        """Whether it tells what it hears."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin to tell."""
        self._thread.start()

    def stop(self) -> None:
        """Tell nothing more, and wait for the thread to end."""
        self._stopped.set()
        with self._changed:
            self._changed.notify()
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def saw(self, path: str, real: str) -> None:
        """Take in that a file came or changed at `real`, or went: then `real` is empty."""
        with self._changed:
            if not self._paths:
                self._changed.notify()
            self._paths[path] = real

    def look(self, reason: Message | None = None) -> None:
        """Take in that anything may have happened."""
        with self._changed:
            if reason not in self._looks:
                self._looks.append(reason)
                self._changed.notify()

    def _run(self) -> None:
        polled = time.monotonic()
        while not self._stopped.is_set():
            with self._changed:
                every = self._poll_every
                left = None if every is None else max(0.0, polled + every - time.monotonic())
                if not (self._paths or self._looks or self._stopped.is_set() or left == 0.0):
                    self._changed.wait(left)
                paths, self._paths = self._paths, {}
                looks, self._looks = self._looks, []
            if every is not None and time.monotonic() - polled >= every:
                looks = looks or [None]
            if looks:
                polled = time.monotonic()
            if paths or looks:
                self._tell(paths, looks)
                self._stopped.wait(_ROUND_SECONDS)

    def _tell(self, paths: dict[str, str], looks: list[Message | None]) -> None:
        for path, real in paths.items():
            if self._stopped.is_set():
                return
            self._notices.noticed(path)
            if not looks and not _is_note(path) and _may_be_folder(real):
                looks = [None]
        for reason in [said for said in looks if said is not None] or looks:
            self._notices.overlooked(reason)


def _is_note(path: str) -> bool:
    return path[-3:].lower() == ".md"


def _may_be_folder(real: str) -> bool:
    """Whether what an event calls a file may be a folder: behind a link, or gone on Windows, which cannot tell."""
    if not real:
        return sys.platform == "win32"
    return os.path.islink(real) and os.path.isdir(real)  # noqa: PTH112, PTH114 - they never raise
