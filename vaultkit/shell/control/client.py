"""The control socket's client: asks the daemon of a vault, waits for answers, listens to what it tells."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import vaultkit
from vaultkit.errors import VaultkitError
from vaultkit.shell.control import address, channel, protocol
from vaultkit.shell.control.channel import Channel
from vaultkit.shell.control.protocol import Reply, Request
from vaultkit.text import Message

_GONE = Message("vaultkit watch n’est plus là", "vaultkit watch is gone")
_SILENT = Message("vaultkit watch ne répond pas", "vaultkit watch does not answer")


class Gone(VaultkitError):
    """The daemon has closed the connection."""


class Silent(VaultkitError):
    """The daemon is there and did not answer in time."""


class Client:
    """A connection to the daemon of a vault. One thread at a time may use it.

    Iterating gives what the daemon tells: notifications, and for a writer requests, which have an `id` and
    want a `reply`; a `ping` is answered by itself whenever something is awaited.
    """

    def __init__(self, through: Channel, timeout: float) -> None:
        self.hello: dict[str, object] = {}
        self.timeout = timeout
        self._channel = through
        self._lines = protocol.Lines()
        self._arrived: deque[Request | Reply] = deque()
        self._told: deque[Request] = deque()
        self._last_id = 0

    @classmethod
    def connect(cls, root: Path, timeout: float = 2.0, name: str = "vaultkit") -> Client | None:
        """Connect to the daemon of the vault at `root`; None if there is none.

        Raises VaultkitError where one is there and cannot be talked to.
        """
        place: str | None = None
        try:
            place = address.address_of(root)
            through = None if place is None else channel.connect(place, timeout)
        except TimeoutError:
            raise Silent(_SILENT) from None
        except OSError as error:
            from vaultkit.shell.places import why

            place, reason = place or str(address.socket_path(root)), why(error)
            raise VaultkitError(
                Message(f"{place} est inaccessible ({reason.fr})", f"{place} cannot be reached ({reason.en})")
            ) from error
        if through is None:
            return None
        client = cls(through, timeout)
        try:
            is_ours = client._greet(root, name)
        except Gone:
            is_ours = False
        except BaseException:
            client.close()
            raise
        if not is_ours:
            client.close()
            return None
        return client

    def call(self, method: str, /, *, within: float | None = None, **params: object) -> object:
        """Ask, and return the answer. Raises Fault for an error, Gone, and Silent after `within` seconds."""
        self._last_id = id = self._last_id + 1
        end = time.monotonic() + (self.timeout if within is None else within)
        line = protocol.request(id, method, params)
        with suppress(Gone):  # why it went may still be there to read
            self._send(line)
        while True:
            said = self._next(end)
            if isinstance(said, Request):
                self._told.append(said)
            elif said.id == id or (said.id is None and said.fault):
                if said.fault is not None:
                    raise said.fault
                return said.result

    def told(self, within: float | None = None) -> Request | None:
        """Return what the daemon tells next, or None if it is silent for `within` seconds. Raises Gone."""
        if self._told:
            return self._told.popleft()
        end = None if within is None else time.monotonic() + within
        try:
            while True:
                said = self._next(end)
                if isinstance(said, Request):
                    return said
        except Silent:
            return None

    def __iter__(self) -> Iterator[Request]:
        """Return what the daemon tells until it goes."""
        try:
            while said := self.told():
                yield said
        except Gone:
            return

    def reply(self, request: Request, result: object) -> None:
        """Answer a request of the daemon. Raises Gone."""
        if request.id is not None:
            self._send(protocol.result(request.id, result))

    def close(self) -> None:
        """End the connection."""
        self._channel.close()

    def __enter__(self) -> Client:
        """Return the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the connection."""
        self.close()

    def _greet(self, root: Path, name: str) -> bool:
        """Say hello; return whether the daemon is that of this vault."""
        said = self.call(
            "hello",
            protocol=protocol.PROTOCOL,
            version=vaultkit.__version__,
            vault=os.path.realpath(root),
            name=name,
        )
        self.hello = said if isinstance(said, dict) else {}
        return self.hello.get("matches") is True

    def _next(self, end: float | None) -> Request | Reply:
        """Return the next message that is no ping. Raises Gone, and Silent at the time `end`."""
        while True:
            while not self._arrived:
                self._receive(end)
            said = self._arrived.popleft()
            if not (isinstance(said, Request) and said.method == "ping"):
                return said
            self.reply(said, {})

    def _receive(self, end: float | None) -> None:
        try:
            data = self._channel.receive(None if end is None else max(end - time.monotonic(), 0.001))
        except TimeoutError:
            raise Silent(_SILENT) from None
        except OSError:
            raise Gone(_GONE) from None
        if not data:
            raise Gone(_GONE)
        self._arrived.extend(protocol.parse(line) for line in self._lines.feed(data) if line)

    def _send(self, line: bytes) -> None:
        try:
            self._channel.send(line, self.timeout)
        except TimeoutError:
            raise Silent(_SILENT) from None
        except OSError:
            raise Gone(_GONE) from None
