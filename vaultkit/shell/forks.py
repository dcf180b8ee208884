"""Work shared out among forks of this process, where the system has them and that pays."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress

#: How many notes are worth a fork.
WORTH = 600
#: More forks than these would wait for one another: one process takes in what they find.
_MOST = 8
_HEAD = 4
_PIPE = 1 << 20


class ForkFailed(Exception):
    """A fork ended before it had said all: its work is to be done here."""


def forks(items: int) -> int:
    """Return in how many forks to work on so many items; 1 says here.

    Only on Linux, and only without threads: elsewhere a fork may come into the world with locks that nobody opens.
    """
    if sys.platform != "linux" or items < WORTH:
        return 1
    import threading

    if threading.active_count() > 1:
        return 1
    return max(1, min(_MOST, len(os.sched_getaffinity(0)), items // (WORTH // 2)))


class Forks:
    """Forks at work: each runs `work(number)` and sends the bytes that it yields."""

    def __init__(self, count: int, work: Callable[[int], Iterable[bytes]]) -> None:
        self._pids: list[int] = []
        self._pipes: list[int] = []
        try:
            for number in range(count):
                self._start(number, work)
        except OSError as fault:
            self.stop()
            raise ForkFailed from fault

    def messages(self) -> Iterator[bytes]:
        """Yield what the forks send, as it comes; raises ForkFailed."""
        from selectors import EVENT_READ, DefaultSelector

        if sys.platform == "win32":
            raise ForkFailed
        rest = {pipe: bytearray() for pipe in self._pipes}
        with DefaultSelector() as selector:
            for pipe in self._pipes:
                selector.register(pipe, EVENT_READ)
            while selector.get_map():
                for key, _ in selector.select():
                    data = os.read(key.fd, _PIPE)
                    rest[key.fd] += data
                    yield from _whole(rest[key.fd])
                    if not data:
                        selector.unregister(key.fd)
        pids, self._pids = self._pids, []
        if not all([_ended_well(pid) for pid in pids]) or any(rest.values()):
            raise ForkFailed

    def stop(self) -> None:
        """End the forks that are still at work."""
        from signal import SIGKILL

        if sys.platform == "win32":
            return
        for pid in self._pids:
            with suppress(OSError):
                os.kill(pid, SIGKILL)
                os.waitpid(pid, 0)
        for pipe in self._pipes:
            with suppress(OSError):
                os.close(pipe)
        self._pids, self._pipes = [], []

    def _start(self, number: int, work: Callable[[int], Iterable[bytes]]) -> None:
        if sys.platform == "win32":
            raise ForkFailed
        ours, theirs = os.pipe()
        self._pipes.append(ours)
        try:
            pid = os.fork()
        except OSError:
            os.close(theirs)
            raise
        if pid:
            os.close(theirs)
            self._pids.append(pid)
            return
        code = 1
        try:
            os.close(ours)
            for message in work(number):
                _send(theirs, len(message).to_bytes(_HEAD, "little") + message)
            code = 0
        finally:
            os._exit(code)


@contextmanager
def forked(count: int, work: Callable[[int], Iterable[bytes]]) -> Iterator[Forks]:
    """Give forks at work, none of which outlives the block; raises ForkFailed."""
    started = Forks(count, work)
    try:
        yield started
    finally:
        started.stop()


def _ended_well(pid: int) -> bool:
    """Wait for a fork to end; whoever lets the system clear forks away (SIGCHLD ignored) never knows."""
    if sys.platform == "win32":
        return False
    try:
        return os.waitpid(pid, 0)[1] == 0
    except ChildProcessError:
        return False


def _send(pipe: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(pipe, view) :]


def _whole(received: bytearray) -> Iterator[bytes]:
    """Yield the messages that are there as a whole, and take them out."""
    at = 0
    while len(received) - at >= _HEAD:
        end = at + _HEAD + int.from_bytes(received[at : at + _HEAD], "little")
        if len(received) < end:
            break
        yield bytes(received[at + _HEAD : end])
        at = end
    del received[:at]
