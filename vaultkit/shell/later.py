"""What can wait until a command has said all it has to say."""

from __future__ import annotations

from collections.abc import Callable

_waiting: list[Callable[[], None]] = []


def later(work: Callable[[], None]) -> None:
    """Have this done once nobody waits for it."""
    _waiting.append(work)


def finish() -> None:
    """Do what was put off."""
    while _waiting:
        _waiting.pop(0)()
