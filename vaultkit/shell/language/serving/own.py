"""A host of its own: an engine that follows the files of the vault and never writes one."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.daemon.inbox import Inbox
from vaultkit.shell.daemon.watcher import Watcher
from vaultkit.shell.daemon.writing import Written
from vaultkit.shell.language.serving.features import answer, prepare
from vaultkit.shell.language.serving.hosts import Listener, Lost
from vaultkit.shell.language.serving.wire import plain
from vaultkit.shell.language.workspace import Workspace
from vaultkit.shell.planning import where_failed
from vaultkit.shell.ports import AppState, BatchDone, SystemClock, Wait
from vaultkit.shell.session import Session
from vaultkit.shell.speech import language_of
from vaultkit.text import Message

#: Seconds between two looks at the watcher, between two looks at all files, and before a vault is read again
#: after a fault of ours.
_MIND, _RESCAN, _FAULT = 30.0, 600.0, 15.0


class Own:
    """An engine on a thread of its own: what an editor asks and what happens to files come in one queue."""

    def __init__(self, root: Path, listener: Listener) -> None:
        self._listener = listener
        self._clock = SystemClock()
        self._inbox = Inbox()
        self._engine = _Follower(root, self._clock, _NoApp(), _Log(listener), writes=False)
        self._watcher = Watcher(root, self._inbox)
        self._workspace = Workspace(root, lambda: self._engine.session, "fr")
        self._texts: dict[str, tuple[int, str]] = {}
        self._known: Session | None = None  # which vault the listener knows of
        self._told: Message | None = None
        self._ended = False
        self._minded = self._scanned = self._clock.monotonic()
        self._not_before: float | None = None
        self._thread = threading.Thread(target=self._run, name="vaultkit-language", daemon=True)
        self._thread.start()

    # ------------------------------------------------------------------------------ as a host

    def opened(self, uri: str, version: int, text: str) -> None:
        """Take a text that is open, as it is now."""

        def take() -> None:
            self._texts[uri] = version, text
            if self._is_open:
                self._workspace.opened(uri, version, text)

        self._inbox.post(take)

    def closed(self, uri: str) -> None:
        """Forget an open text."""

        def forget() -> None:
            self._texts.pop(uri, None)
            if self._is_open:
                self._workspace.closed(uri)

        self._inbox.post(forget)

    def saved(self, uri: str) -> None:
        """Look at a file without waiting for the system to tell of it."""

        def look() -> None:
            path = self._workspace.path_of(uri) if self._is_open else None
            if path is not None:
                self._workspace.saved(uri)
                self._engine.noticed(path)

        self._inbox.post(look)

    def prepare(self) -> None:
        """Make ready for what is asked next."""
        self._inbox.post(lambda: prepare(self._workspace) if self._is_open else None)

    def ask(self, method: str, params: object) -> Future[object]:
        """Answer a request in its turn."""
        future: Future[object] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                if self._ended:
                    raise Lost
                future.set_result(plain(answer(self._workspace, method, params)) if self._is_open else None)
            except Exception as error:  # it is for the server to tell
                future.set_exception(error)

        self._inbox.post(work)
        return future

    def stop(self, patience: float = 0.0) -> None:
        """End after what is under way."""
        self._ended = True
        self._inbox.post(lambda: None)
        self._thread.join(patience)

    # ------------------------------------------------------------------------------ the thread

    @property
    def _is_open(self) -> bool:
        """Whether the vault could be read."""
        return self._known is not None

    def _run(self) -> None:
        self._watcher.start()
        try:
            self._open()
            while not self._ended:
                self._turn()
        finally:
            self._watcher.stop()
            for item in self._inbox.taken(0.0):  # who still waits for an answer gets none
                if callable(item):
                    item()

    def _open(self) -> None:
        """Read the vault; where that cannot be done, say so once: the next change of a file is another try."""
        try:
            self._engine.start()
        except VaultkitError as error:
            self._tell_once(error.message)
            return
        except Exception as error:
            self._tell_once(_fault(error))
            return
        gc.collect()
        gc.freeze()  # notes stay: looking through them for garbage again and again costs more than it finds
        self._known = self._engine.session
        self._workspace.language = language_of(self._known, vault_first=True)
        self._watcher.follow(self._engine.lookout.links)
        for uri, (version, text) in self._texts.items():
            self._workspace.opened(uri, version, text)
        self._listener.changed()

    def _turn(self) -> None:
        """Wait for something to do, and do it."""
        something = False
        for item in self._inbox.taken(self._pause()):
            if isinstance(item, str):
                something = True
                self._engine.noticed(item)
            elif item is None or isinstance(item, Message):
                something = True
                self._watcher.check()
                self._engine.overlooked(item)
            else:
                self._safely(item)
        if self._ended:
            return
        if self._is_open:
            self._mind()
            self._safely(self._step)
        elif something:
            self._open()

    def _pause(self) -> float:
        """Return how long to wait at most."""
        now = self._clock.monotonic()
        rest = max(0.0, self._minded + _MIND - now)
        due = self._engine.due_in() if self._is_open else None
        if due is None:
            return rest
        return min(rest, due if self._not_before is None else max(due, self._not_before - now))

    def _mind(self) -> None:
        """Look after what no event tells: the watcher itself, and what was missed all the same."""
        now = self._clock.monotonic()
        if now - self._minded >= _MIND:
            self._minded = now
            self._watcher.check()
        if now - self._scanned >= _RESCAN:
            self._scanned = now
            self._engine.overlooked(None)

    def _step(self) -> None:
        """Read what has changed; after a fault of ours everything, a while later."""
        now = self._clock.monotonic()
        if self._not_before is not None:
            if now < self._not_before:
                return
            self._not_before = now + _FAULT
            self._engine.recover()
        self._not_before = now + _FAULT
        self._engine.step(hurry=True)
        self._not_before = None
        self._watcher.follow(self._engine.lookout.links)
        if (seconds := self._engine.lookout.scan_seconds) is not None:
            self._watcher.polled(seconds)
        if self._engine.session is not self._known:
            self._known = self._engine.session
            self._workspace.language = language_of(self._known, vault_first=True)
            self._listener.changed()

    def _safely(self, call: Callable[[], object]) -> None:
        try:
            call()
        except Exception as error:  # one note's fault must not end the thread
            self._tell_once(_fault(error))

    def _tell_once(self, message: Message) -> None:
        if message != self._told:
            self._told = message
            self._listener.tell(message, "error")


class _Follower(Engine):
    """An engine that has nothing to write, and so nothing to plan before somebody asks."""

    def _write(self, wrote: Written, rounds: int, hurry: bool) -> None:
        """Write nothing."""


class _NoApp:
    """Knows of no app: it matters to writes alone."""

    def state(self) -> AppState:
        """Return that it does not run."""
        return AppState()


class _Log:
    """Tells the editor what the engine would tell a log."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def batch(self, done: BatchDone, waits: Iterable[Wait]) -> None:
        """Tell nothing of what was read."""

    def tell(self, message: Message, severity: str = "info") -> None:
        """Tell of anything else."""
        self._listener.tell(message, severity)


def _fault(error: Exception) -> Message:
    """Return where something broke, without the words of any note."""
    said = where_failed(error)
    return Message(f"défaut de vaultkit ({said})", f"a fault of vaultkit ({said})")
