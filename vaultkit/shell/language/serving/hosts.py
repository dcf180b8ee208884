"""Who answers an editor, as the server sees it: the daemon of the vault (`remote`) or an engine of our own (`own`)."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from vaultkit.text import Message


class Lost(Exception):
    """This host answers no more: another one has to be asked."""


class Host(Protocol):
    """Answers one editor. Calls return at once and are dealt with in their order, on a thread of the host."""

    def opened(self, uri: str, version: int, text: str) -> None:
        """Take a text that is open, as it is now."""

    def closed(self, uri: str) -> None:
        """Forget an open text."""

    def saved(self, uri: str) -> None:
        """An open text was saved as it is now."""

    def prepare(self) -> None:
        """Make ready for what is asked next, while nothing is."""

    def ask(self, method: str, params: object) -> Future[object]:
        """Answer a request of the protocol, its parameters typed, with JSON.

        A VaultkitError in the future is for the person; Lost says that another host has to be asked, any other error
        is a fault of ours. A future that is cancelled before its turn is not worked on.
        """

    def stop(self, patience: float = 0.0) -> None:
        """End, and wait for that so many seconds at most; what waits is not answered any more."""


class Listener(Protocol):
    """Is told by a host, on any thread."""

    def changed(self) -> None:
        """The files of the vault have changed: what was said of open texts may be another thing now."""

    def lost(self) -> None:
        """The host answers no more."""

    def tell(self, message: Message, severity: str) -> None:
        """Tell a person something that holds no word of a note."""
