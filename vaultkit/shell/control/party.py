"""A client of the control socket as the daemon knows it, where it keeps something of each client."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from vaultkit.shell.control import protocol
from vaultkit.shell.control.connection import Connection
from vaultkit.shell.control.protocol import Fault


class ClientParty:
    """A client that asks for itself; made on the thread of the server."""

    def __init__(self, client: Connection) -> None:
        self.name = client.name
        self._client = client
        self._loop = asyncio.get_running_loop()

    def notify(self, method: str, params: Mapping[str, object]) -> None:
        """Tell the client something, from any thread; what is too long for a line is not told."""
        with suppress(RuntimeError, Fault):  # the loop is closed; a line has its bounds
            self._loop.call_soon_threadsafe(self._client.send, protocol.notification(method, params))
