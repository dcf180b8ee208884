"""What the daemon asks of whoever answers editors by `language`: it knows nothing of their protocol itself."""

from __future__ import annotations

from typing import Protocol

from vaultkit.errors import VaultkitError
from vaultkit.shell.control.desk import Party
from vaultkit.shell.daemon.engine import Engine
from vaultkit.text import Message


class Languages(Protocol):
    """The editors that are clients of the daemon; all of it is called on the thread of the engine."""

    def answer(self, client: Party, method: str, params: object) -> object:
        """Return what a method gives this client, as JSON; raises VaultkitError."""

    def left(self, client: Party) -> None:
        """Forget a client."""

    def followed(self) -> None:
        """The engine has done a step: tell the clients what has changed for them, if anything has."""


class NoLanguages:
    """Nobody answers editors here."""

    def __init__(self, engine: Engine, language: str) -> None:
        """Need neither."""

    def answer(self, client: Party, method: str, params: object) -> object:
        """Refuse."""
        raise VaultkitError(Message("méthode inconnue", "unknown method"))

    def left(self, client: Party) -> None:
        """Do nothing."""

    def followed(self) -> None:
        """Do nothing."""
