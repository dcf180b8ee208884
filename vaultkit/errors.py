"""What stops a command; a fault in a note is a `Diagnostic` instead."""

from __future__ import annotations

from vaultkit.text import Message


class VaultkitError(Exception):
    """A fault of the call that the user can mend: one sentence, in both languages."""

    exit_code = 2

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


class Refused(VaultkitError):
    """Going on might cost the user something, so nothing was written."""

    exit_code = 3


class ExternallyChanged(Refused):
    """A note changed on disk between reading and writing it."""


class SavedTwice(ExternallyChanged):
    """A note was saved twice while it was written: the newest text stands, the journal keeps the other."""


class Overtaken(Refused):
    """A note changed on disk after the vault was looked at, and before its text was read."""

    def __init__(self, path: str) -> None:
        super().__init__(
            Message(
                f"{path} a changé pendant la lecture du coffre\u00a0: relancer la commande",
                f"{path} changed while the vault was being read: run the command again",
            )
        )
        self.path = path
