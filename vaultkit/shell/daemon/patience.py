"""Waiting, for a one-shot command, as the daemon does: until all that would be written may be."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.daemon.writing import may_end
from vaultkit.shell.ports import App, BatchDone, Clock, SystemClock, Wait
from vaultkit.shell.session import Session
from vaultkit.text import Message

#: How long, in seconds, nothing is looked at while something waits: no watcher tells of what happens meanwhile.
_LONGEST_NAP = 5.0


class _Silent:
    """A log for an engine that has nothing to tell."""

    def batch(self, done: BatchDone, waits: Iterable[Wait]) -> None:
        """Say nothing."""

    def tell(self, message: Message, severity: str = "info") -> None:
        """Say nothing."""


def wait_for_quiet(
    session: Session,
    say: Callable[[Wait], object],
    app: App | None = None,
    clock: Clock | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> Session:
    """Return the session once every note is quiet that would be written, or that is read for it (DESIGN §6.1).

    `say` is called for each thing that has to be waited for, once. What waits for good is not waited for.
    """
    from vaultkit.shell.workspace import ObsidianApp

    clock = clock or SystemClock()
    engine = Engine(session.root, clock, app or ObsidianApp(session.root, clock), _Silent(), writes=False)
    engine.writing.minds_git = False  # git may be waiting for us
    engine.start(session)
    told: set[tuple[str, str]] = set()
    while True:
        engine.overlooked(None)
        engine.step()
        waits = [wait for wait in engine.writing.waits if may_end(wait)]
        if not waits:
            engine.session.courtesy = session.courtesy
            return engine.session
        for wait in waits:
            if (wait.path, wait.because) not in told:
                told.add((wait.path, wait.because))
                say(wait)
        due = engine.due_in()
        sleep(min(_LONGEST_NAP, _LONGEST_NAP if due is None else max(due, 0.1)))
