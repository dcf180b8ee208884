"""Who waits for whom before a note is written: the rules of DESIGN §6.1, as values. Nothing here sleeps."""

from __future__ import annotations

import math

from vaultkit.settings import Settings
from vaultkit.shell.ports import AppState, Because, Wait
from vaultkit.text import Message

#: How long a one-shot command waits, in seconds, after a save of a note that is open.
COURTESY = 5.0
#: How far ahead, in seconds, a save may seem to be because two clocks differ; beyond that it is not believed.
SKEW = 60.0


def verdict(
    path: str, now: float, saved_at: float | None, state: AppState, settings: Settings
) -> Wait | None:
    """Return why and until when the daemon does not write the note yet, or None if it may.

    The active note waits until it is no longer active, an open one for `background_quiet` and any other
    for `target_quiet` after its last save. `now` and `saved_at` are of one clock, the monotonic one;
    None is a save that nobody saw.
    """
    if state.running and path in state.active:
        return Wait(path, Because.ACTIVE)
    is_open = state.running and path in state.opened
    quiet = settings.watch_background_quiet if is_open else settings.watch_target_quiet
    if saved_at is None or saved_at - now > SKEW or now >= saved_at + quiet:
        return None
    return Wait(path, Because.OPEN if is_open else Because.JUST_SAVED, min(saved_at, now) + quiet)


def saved_at(now: float, wall_now: float, mtime: float) -> float:
    """Return when a file was saved by the monotonic clock, from the time that the disk gives; never after `now`."""
    return now - _age(wall_now, mtime)


def fresh(wall_now: float, mtime: float) -> float:
    """Return how many seconds a save is still too young for a one-shot command to write over an open note."""
    return max(0.0, COURTESY - _age(wall_now, mtime))


def courtesy(path: str, wall_now: float, mtime: float, state: AppState) -> float:
    """Return how many seconds a one-shot command waits before it writes: 0 unless the note is open and just saved."""
    is_open = state.running and (path in state.active or path in state.opened)
    return fresh(wall_now, mtime) if is_open else 0.0


def waiting(path: str, seconds: float) -> Message:
    """Return what a one-shot command says while it waits."""
    whole = max(1, round(seconds))
    return Message(
        f"«\u00a0{path}\u00a0» est ouverte dans Obsidian et vient d’être enregistrée\u00a0: attente de {whole}\u00a0s",
        f"'{path}' is open in Obsidian and was saved a moment ago: waiting for {whole} s",
    )


def _age(wall_now: float, mtime: float) -> float:
    """Return how long ago a save was: one a little ahead is of now, one far ahead is from a wrong clock."""
    age = wall_now - mtime
    if age >= 0:
        return age
    return 0.0 if age >= -SKEW else math.inf
