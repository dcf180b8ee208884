"""What reaches the daemon from its other threads and from signals, in the order in which it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue

from vaultkit.text import Message

Call = Callable[[], object]


class Inbox:
    """A queue of calls for the daemon's own thread; it can be put to from anywhere, also by a signal handler.

    Of all the files that are noticed between two turns each is told once.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[Call | str | None] = SimpleQueue()
        self._reasons: SimpleQueue[Message] = SimpleQueue()

    def noticed(self, path: str) -> None:
        """A file came, changed or went."""
        self._calls.put(path)

    def overlooked(self, reason: Message | None) -> None:
        """Anything may have happened."""
        if reason:
            self._reasons.put(reason)
        self._calls.put(None)

    def post(self, call: Call) -> None:
        """Let the daemon's thread make this call."""
        self._calls.put(call)

    def taken(self, timeout: float | None) -> Iterator[Call | str | Message | None]:
        """Wait for something, at most `timeout` seconds, and yield all there is.

        A text is the path of a file, None that anything may have happened, a message the reason of that.
        """
        try:
            first = self._calls.get(timeout=timeout)
        except Empty:
            return
        seen: dict[str, None] = {}
        looks = False
        for item in self._all(first):
            if isinstance(item, str):
                seen[item] = None
            elif item is None:
                looks = True
            else:
                yield from seen
                seen = {}
                yield item
        yield from seen
        while not self._reasons.empty():
            yield self._reasons.get()
        if looks:
            yield None

    def _all(self, first: Call | str | None) -> Iterator[Call | str | None]:
        yield first
        for _ in range(self._calls.qsize()):
            try:
                yield self._calls.get_nowait()
            except Empty:
                return
