"""Where clients come in: a socket, or on Windows a named pipe, of this user alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

Factory = Callable[[], asyncio.Protocol]


class Closable(Protocol):
    """What lets clients in until it is closed."""

    def close(self) -> None:
        """Let nobody in any more."""


class Door(Protocol):
    """An address that was taken; clients are let in once `serve` is called."""

    @property
    def address(self) -> str:
        """Where clients find it."""

    async def serve(self, factory: Factory) -> Closable:
        """Let clients in, each with a protocol of its own. Raises OSError."""

    def close(self) -> None:
        """Give the address up."""
