"""What git keeps under its ids, read one by one from a git that stays there to be asked again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess


class Objects:
    """Reads a few objects at a time; starting a git for each costs a hundred times as much as asking one again.

    `start` starts `git cat-file --batch`. A fork must not read from the pipe of its parent: it starts its own.
    """

    def __init__(self, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self._start = start
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def read(self, oids: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
        """Yield what objects say by their ids, None for one that is not here; ends early where git gives up."""
        for oid in oids:
            with suppress(OSError):
                process = self._running()
                found, data = _asked(process, oid)
                if found:
                    yield oid, data
                    continue
            self._process = None
            return

    def name_of(self, said: str) -> str | None:
        """Return the id of the object that is meant (`HEAD^{commit}`), None if there is none."""
        with suppress(OSError):
            words, data = _asked(self._running(), said)
            return words[0].decode() if data is not None else None
        self._process = None
        return None

    def _running(self) -> subprocess.Popen[bytes]:
        import weakref

        if self._process is None or self._owner != os.getpid():
            self._process, self._owner = self._start(), os.getpid()
            weakref.finalize(self, _end, self._process, self._owner)
        return self._process


def _asked(process: subprocess.Popen[bytes], oid: str) -> tuple[list[bytes], bytes | None]:
    """Return the words of git's answer, none if it gave none, and what the object says."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{oid}\n".encode())
    process.stdin.flush()
    words = process.stdout.readline().split()
    if len(words) == 3 and words[2].isdigit():
        size = int(words[2])
        data = process.stdout.read(size + 1)
        return (words, data[:-1]) if len(data) == size + 1 else ([], None)
    return words, None


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    """End a git that only reads; that of the parent is none of a fork's business."""
    if os.getpid() == owner:
        process.kill()
        with suppress(OSError):  # what was not flushed is of no use
            process.communicate()
