"""Work shared out among forks of this process, where the system has them and that pays."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Generic, TypeVar

T = TypeVar("T")

#: How many notes are worth a fork.
WORTH = 600
#: More forks than these would wait for one another: one process takes in what they find.
_MOST = 8
_HEAD = 4
#: So many pieces of work at most: their numbers fit into a pipe of one page, as small as they come.
_PIECES = 1000
#: How many bytes a pipe is asked to take, where that is allowed, and how many are read at once.
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


class Forks(Generic[T]):
    """Forks at work: whoever is free takes the next `size` of the items, and sends what `work` makes of them.

    Where the reader has something else to do first, a fork goes on with its work while it holds no more than `most`
    bytes for it.
    """

    def __init__(
        self, count: int, items: Sequence[T], size: int, work: Callable[[Sequence[T]], bytes], most: int = 0
    ) -> None:
        self._pids: list[int] = []
        self._pipes: list[int] = []
        self._items, self._size = items, max(size, -(-len(items) // _PIECES))
        self._work, self._most = work, most
        try:
            left = _numbers(-(-len(items) // self._size))
            try:
                for _ in range(count):
                    self._start(left)
            finally:
                os.close(left)
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

    def _start(self, left: int) -> None:
        if sys.platform == "win32":
            raise ForkFailed
        ours, theirs = os.pipe()
        self._pipes.append(ours)
        _widen(ours)
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
            for pipe in self._pipes:
                os.close(pipe)
            outgoing = _Outgoing(theirs, self._most)
            for number in _taken(left):
                message = self._work(self._items[number * self._size : (number + 1) * self._size])
                outgoing.send(len(message).to_bytes(_HEAD, "little") + message)
            outgoing.flush()
            code = 0
        finally:
            os._exit(code)


@contextmanager
def forked(
    count: int, items: Sequence[T], size: int, work: Callable[[Sequence[T]], bytes]
) -> Iterator[Forks[T]]:
    """Give forks at work, none of which outlives the block; raises ForkFailed."""
    started = Forks(count, items, size, work)
    try:
        yield started
    finally:
        started.stop()


def _numbers(count: int) -> int:
    """Return the end of a pipe from which all forks read, which gives each number below `count` once."""
    ours, theirs = os.pipe()
    try:
        os.write(theirs, b"".join(number.to_bytes(_HEAD, "little") for number in range(count)))
    finally:
        os.close(theirs)
    return ours


def _taken(left: int) -> Iterator[int]:
    """Yield the numbers that no other fork has taken."""
    while data := os.read(left, _HEAD):
        yield int.from_bytes(data, "little")


def _ended_well(pid: int) -> bool:
    """Wait for a fork to end; whoever lets the system clear forks away (SIGCHLD ignored) never knows."""
    if sys.platform == "win32":
        return False
    try:
        return os.waitpid(pid, 0)[1] == 0
    except ChildProcessError:
        return False


def _widen(pipe: int) -> None:
    """Have a pipe take more at once, where the system lets us."""
    if sys.platform == "linux":
        from fcntl import F_SETPIPE_SZ, fcntl

        with suppress(OSError):
            fcntl(pipe, F_SETPIPE_SZ, _PIPE)


class _Outgoing:
    """What a fork says; up to `most` bytes of it wait for a reader who has something else to do."""

    def __init__(self, pipe: int, most: int) -> None:
        self._pipe, self._most = pipe, most
        self._waiting: deque[memoryview] = deque()
        self._size = 0

    def send(self, data: bytes) -> None:
        """Send bytes after those that wait, as far as they are taken at once; the others wait."""
        self._waiting.append(memoryview(data))
        self._size += len(data)
        os.set_blocking(self._pipe, self._size > self._most)
        with suppress(BlockingIOError):
            self._write()

    def flush(self) -> None:
        """Send all that waits."""
        os.set_blocking(self._pipe, True)
        self._write()

    def _write(self) -> None:
        while self._waiting:
            data = self._waiting[0]
            sent = os.write(self._pipe, data)
            self._size -= sent
            if sent < len(data):
                self._waiting[0] = data[sent:]
            else:
                self._waiting.popleft()


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
