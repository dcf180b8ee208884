"""What can wait until a command has said all it has to say."""

from __future__ import annotations

from collections.abc import Callable

from vaultkit.text import Message

_waiting: list[Callable[[], Message | None]] = []
_told: list[Message] = []


def later(work: Callable[[], Message | None]) -> None:
    """Have this done once nobody waits for it; it may return what a person is to be told."""
    _waiting.append(work)


def catch_up() -> None:
    """Do what was put off, as there is nothing else to do for the moment."""
    while _waiting:
        if message := _waiting.pop(0)():
            _told.append(message)


def finish() -> list[Message]:
    """Do what was put off; return what a person is to be told."""
    catch_up()
    told = list(_told)
    _told.clear()
    return told
