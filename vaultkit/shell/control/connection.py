"""One client of the control socket: its lines in and out, within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Protocol, cast

from msgspec import Struct

from vaultkit.shell.control import protocol
from vaultkit.shell.control.protocol import Fault, Reply, Request

_WATER = 1 << 20
_FAREWELL = 2.0


class Limits(Struct, frozen=True):
    """What a client may ask for, in bytes, numbers and seconds."""

    clients: int = 32
    questions: int = 64  # that one client waits for
    line: int = protocol.LONGEST
    greeting: int = 64 << 10  # a line before the client said hello
    outgoing: int = 2 * protocol.LONGEST + _WATER  # that one client has not read
    hello: float = 10.0
    rest_of_line: float = 30.0
    unread: float = 60.0
    ping: float = 2.0
    edit: float = 10.0


class Handler(Protocol):
    """Deals with what a client says."""

    def came(self, client: Connection) -> None:
        """Take a new client."""

    def asked(self, client: Connection, request: Request) -> None:
        """Deal with a request or notification. Raises Fault."""

    def left(self, client: Connection) -> None:
        """Forget a client."""


class _Asked(Struct, frozen=True):
    done: Callable[[Reply | None], None]
    timer: asyncio.TimerHandle


class Connection(asyncio.Protocol):
    """A client; lives on the thread of the server."""

    def __init__(self, handler: Handler, limits: Limits) -> None:
        self.greeted = False
        self.matches = False
        self.name = "client"
        self.topics: set[str] = set()
        self.questions: set[Future[object]] = set()
        self._handler = handler
        self._limits = limits
        self._lines = protocol.Lines(min(limits.greeting, limits.line))
        self._loop = asyncio.get_running_loop()
        self._asked: dict[int, _Asked] = {}
        self._last_id = 0
        self._ended = False
        self._transport: asyncio.Transport
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    # ------------------------------------------------------------------------------ what the loop says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin: the client has a moment to say hello."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(_WATER)
        self._deadline = self._loop.call_later(self._limits.hello, self.abort)
        self._handler.came(self)

    def data_received(self, data: bytes) -> None:
        """Deal with what arrived."""
        try:
            for line in self._lines.feed(data):
                if not self._ended:
                    self._read(line)
        except Fault as fault:
            self.end(fault)
        if self.greeted and not self._ended:
            self._watch_line()

    def pause_writing(self) -> None:
        """Listen no more to a client that does not read, and give it up if it goes on so."""
        self._unread = self._loop.call_later(self._limits.unread, self.abort)
        if not self._ended:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Listen again."""
        if self._unread is not None:
            self._unread.cancel()
        if not self._ended:
            self._transport.resume_reading()

    def connection_lost(self, _: Exception | None) -> None:
        """End: whatever the client has not answered is not answered."""
        self._ended = True
        for timer in (self._deadline, self._unread):
            if timer is not None:
                timer.cancel()
        for key in list(self._asked):
            self._replied(key, None)
        for future in list(self.questions):
            future.cancel()
        self.questions.clear()
        self._handler.left(self)

    # ------------------------------------------------------------------------------ what the server says

    @property
    def is_ended(self) -> bool:
        """Whether nothing can be said to the client any more."""
        return self._ended

    def greet(self) -> None:
        """Take the client in: it said hello."""
        self.greeted = True
        self._lines.longest = self._limits.line
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def send(self, line: bytes) -> None:
        """Send a line; a client that leaves too much unread is dropped."""
        if self._ended:
            return
        if self._transport.get_write_buffer_size() + len(line) > self._limits.outgoing:
            self.abort()
        else:
            self._transport.write(line)

    def ask(
        self, method: str, params: Mapping[str, object], seconds: float, done: Callable[[Reply | None], None]
    ) -> None:
        """Ask the client; `done` gets its answer, or None if it goes or is silent. Raises Fault if too long."""
        self._last_id = key = self._last_id + 1
        line = protocol.request(key, method, params)
        self._asked[key] = _Asked(done, self._loop.call_later(seconds, self._replied, key, None))
        self.send(line)

    def end(self, fault: Fault) -> None:
        """Say why, and close the connection."""
        if self._ended:
            return
        self.send(protocol.failure(fault.id, fault))
        self._ended = True
        self._transport.close()
        self._loop.call_later(_FAREWELL, self._transport.abort)

    def abort(self) -> None:
        """Close the connection at once."""
        self._ended = True
        self._transport.abort()

    # ------------------------------------------------------------------------------ inside

    def _read(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            said = protocol.parse(line)
            if isinstance(said, Request):
                self._handler.asked(self, said)
            elif isinstance(said.id, int):
                self._replied(said.id, said)
        except Fault as fault:
            if not self.greeted:
                raise
            self.send(protocol.failure(fault.id, fault))

    def _replied(self, key: int, reply: Reply | None) -> None:
        asked = self._asked.pop(key, None)
        if asked is not None:
            asked.timer.cancel()
            asked.done(reply)

    def _watch_line(self) -> None:
        """Give a client that began a line a moment to end it."""
        if not self._lines.is_within:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None
        elif self._deadline is None:
            self._deadline = self._loop.call_later(self._limits.rest_of_line, self.abort)
