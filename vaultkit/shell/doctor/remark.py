"""What the doctor says: one thing seen, where, and what to do about it."""

from __future__ import annotations

from msgspec import Struct

from vaultkit.diagnostics import Severity
from vaultkit.text import Message


class Remark(Struct, frozen=True):
    """One thing that the doctor saw: an error breaks notes, a warning deserves attention, an info works.

    `name` is stable, for programs. `path` is relative to the vault with `/`, empty where no file says it;
    `key` is the place in it. `details` are single points of it, `todo` is what to do or type.
    """

    name: str
    severity: Severity
    message: Message
    path: str = ""
    key: str = ""
    details: tuple[Message, ...] = ()
    todo: Message | None = None


def broken(name: str, message: Message, todo: Message, path: str = "", key: str = "") -> Remark:
    """Return a remark on what breaks notes."""
    return Remark(name, Severity.ERROR, message, path, key, (), todo)


def caution(name: str, message: Message, todo: Message, path: str = "", key: str = "") -> Remark:
    """Return a remark on what deserves attention."""
    return Remark(name, Severity.WARNING, message, path, key, (), todo)


def works(name: str, message: Message, path: str = "") -> Remark:
    """Return a remark on what does its work."""
    return Remark(name, Severity.INFO, message, path)


def listed(names: list[str], language: str, most: int = 3) -> str:
    """Return a few names in a row, and how many more there are."""
    rest = len(names) - most
    if rest <= 0:
        return ", ".join(names)
    return f"{', '.join(names[:most])} {f'et {rest} de plus' if language == 'fr' else f'and {rest} more'}"
