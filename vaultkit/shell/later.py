"""What can wait until a command has said all it has to say."""

from __future__ import annotations

from collections.abc import Callable

from vaultkit.text import Message

_waiting: list[Callable[[], Message | None]] = []


def later(work: Callable[[], Message | None]) -> None:
    """Have this done once nobody waits for it; it may return what a person is to be told."""
    _waiting.append(work)


def finish() -> list[Message]:
    """Do what was put off; return what a person is to be told."""
    told = []
    while _waiting:
        if message := _waiting.pop(0)():
            told.append(message)
    return told
