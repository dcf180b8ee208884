"""What the control socket asks of the daemon."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Protocol

from vaultkit.shell.ports import Answer, Writer


class Party(Protocol):
    """One client of the control socket, of which the desk keeps something; known by its identity."""

    name: str

    def notify(self, method: str, params: Mapping[str, object]) -> None:
        """Tell the client something, and return at once; from any thread, and it never raises."""


class Desk(Protocol):
    """Answers the clients of the control socket. All calls come on the thread of the server: none may wait."""

    def standing(self) -> Mapping[str, object]:
        """Return how the daemon stands, as JSON: what was last known will do."""

    def asked(self, method: str, params: Mapping[str, object]) -> Future[object]:
        """Take a `diagnostics`, `rebuild`, `query`, `explain`, `regions` or `act`, its parameters checked.

        The result is JSON. A VaultkitError or QueryError in the future is told to the client in its words; any
        other is a fault of ours. The future is cancelled when the client goes: `set_running_or_notify_cancel` says
        whether it is still wanted.
        """

    def asked_by(self, client: Party, method: str, params: Mapping[str, object]) -> Future[object]:
        """Take a method that depends on who asks (`language`), as `asked` takes the others.

        What one client asks comes in its order.
        """

    def left(self, client: Party) -> None:
        """A client is gone that had asked by `asked_by`."""

    def claimed(self, writer: Writer) -> None:
        """A client writes from now on. The one before it has been released."""

    def released(self, writer: Writer) -> None:
        """The writer went; what it had not answered was answered `silent` just before."""

    def answered(self, id: int, answer: Answer) -> None:
        """The writer answers the edit of this id; each is answered once."""
