"""The daemon of one vault: the engine, the watcher and the control socket, held together by one loop."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from pathlib import Path

from msgspec.structs import replace

from vaultkit import __version__
from vaultkit.errors import VaultkitError
from vaultkit.shell import disk, swap
from vaultkit.shell.control.desk import Party
from vaultkit.shell.control.server import Server
from vaultkit.shell.daemon import telling
from vaultkit.shell.daemon.answering import Answers
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.daemon.inbox import Inbox
from vaultkit.shell.daemon.language import Languages, NoLanguages
from vaultkit.shell.daemon.lock import only_one
from vaultkit.shell.daemon.notify import Notifier
from vaultkit.shell.daemon.watcher import Watcher
from vaultkit.shell.healing import heal, told
from vaultkit.shell.journal import Journal
from vaultkit.shell.later import finish
from vaultkit.shell.opening import Reading
from vaultkit.shell.places import state_path
from vaultkit.shell.planning import where_failed
from vaultkit.shell.ports import Answer, Log, Standing, SystemClock, Writer
from vaultkit.shell.progress import READING, Progress
from vaultkit.shell.session import Session
from vaultkit.shell.workspace import ObsidianApp
from vaultkit.text import Message

#: Seconds between two looks at the watcher itself, and between two looks at all files although nothing was told.
_MIND, _RESCAN = 30.0, 600.0
#: When the two clocks drift apart by so many seconds, the machine has slept.
_SLEPT = 5.0
#: How many seconds after a fault of ours the vault is read again; twice as many each time, so many times.
_FAULT, _MOST_FAULTS = 15.0, 7
_SIGNALS = ("SIGTERM", "SIGHUP", "SIGBREAK")


class Stopped(BaseException):  # no fault, and so not to be caught as one
    """The daemon was asked to end; `interrupted` by a person at the keyboard."""

    def __init__(self, interrupted: bool) -> None:
        super().__init__()
        self.interrupted = interrupted


class Daemon:
    """Watches the vault at `root` until it is told to end. It is also the desk of the control socket."""

    def __init__(
        self,
        root: Path,
        log: Log,
        language: str,
        *,
        paranoid: bool = False,
        languages: Callable[[Engine, str], Languages] = NoLanguages,
    ) -> None:
        self.root = root
        self._log = log
        self._language = language
        self._clock = SystemClock()
        self._inbox = Inbox()
        self._engine = Engine(root, self._clock, ObsidianApp(root, self._clock), log, paranoid=paranoid)
        self._answers = Answers(self._engine, language)
        self._languages = languages(self._engine, language)
        self._watcher = Watcher(root, self._inbox)
        self._server = Server(root, self, log)
        self._notifier = Notifier()
        self._stopping: Stopped | None = None
        self._running = self._ended = False
        self._engine.writing.stopping = lambda: self._stopping is not None
        self._minded = self._scanned = self._clock.monotonic()
        self._drift = self._clock.wall() - self._clock.monotonic()
        self._document: Mapping[str, object] = {}
        self._told: Standing | None = None
        self._unreachable: Message | None = None
        self._fault: Message | None = None
        self._faults = 0
        self._not_before = 0.0

    def run(self) -> bool:
        """Watch until told to end; return whether a person interrupted it.

        Raises Refused where another daemon watches, WrongSettings, and VaultkitError where there is no state folder.
        """
        with ExitStack() as stack:
            stack.enter_context(only_one(self.root))
            self._take_signals()
            try:
                self._begin(stack)
                self._running = True
                while self._stopping is None:
                    self._turn()
            except Stopped as stopped:
                self._stopping = stopped
            self._ended = True  # signals have nothing more to say
            self._notifier.stopping()
        self._log.tell(_END)
        return self._stopping is not None and self._stopping.interrupted

    # ----------------------------------------------------------------------------- the loop

    def _begin(self, stack: ExitStack) -> None:
        began = time.perf_counter()
        with Journal.open(self.root) as journal:
            for said in told(heal(self.root, journal)):
                self._log.tell(said, "warning")
            with (
                suppress(TimeoutError),
                swap.alone(journal.lock),
            ):  # nobody writes now: each of these was left
                for said in told(disk.clean(self.root, journal, older_than=0)):
                    self._log.tell(said, "warning")
        self._watcher.start()
        stack.callback(self._watcher.stop)
        with Progress(READING, self._language) as progress:
            session = Session.open(self.root, how=Reading(progress=progress.told, live=True))
        self._engine.start(session)
        gc.collect()
        gc.freeze()  # notes stay: looking through them for garbage again and again costs more than it finds
        self._watcher.follow(self._engine.lookout.links)
        try:
            self._server.start()
            stack.callback(self._server.stop)
        except VaultkitError as error:  # notes are kept up all the same
            self._unreachable = error.message
            self._log.tell(error.message, "warning")
        self._publish()
        self._log.tell(_begun(self.root.name, len(session.index.notes), self._watcher.kind))
        if self._watcher.degraded:
            self._log.tell(self._watcher.degraded, "warning")
        self._watcher.polled(time.perf_counter() - began)
        self._notifier.ready()

    def _turn(self) -> None:
        """Wait for something to do, and do it."""
        due = self._engine.due_in()
        if due is not None:
            due = max(due, self._not_before - self._clock.monotonic())
        pause = max(0.0, self._minded + self._rest() - self._clock.monotonic())
        for item in self._inbox.taken(pause if due is None else min(pause, due)):
            if isinstance(item, str):
                self._engine.noticed(item)
            elif item is None or isinstance(item, Message):
                self._watcher.check()
                self._engine.overlooked(item)
            else:
                item()
        if self._stopping is not None:
            return
        self._mind()
        self._step()
        self._watcher.follow(self._engine.lookout.links)
        if (seconds := self._engine.lookout.scan_seconds) is not None:
            self._watcher.polled(seconds)
        self._publish()

    def _step(self) -> None:
        """Let the engine do what is due. A fault of ours is told, and the vault read again after a while."""
        if self._clock.monotonic() < self._not_before:
            return
        try:
            if self._fault is not None:
                self._engine.recover()
            if self._engine.due_in() == 0.0:  # an editor that asks after each key is no reason to look around
                self._engine.step()
                for told in finish():
                    self._log.tell(told, "warning")
            self._languages.followed()
        except Exception as error:  # one note's fault must not end the daemon
            self._faults = min(self._faults + 1, _MOST_FAULTS)
            self._not_before = self._clock.monotonic() + _FAULT * 2**self._faults
            self._fault = _fault(error)
            self._log.tell(self._fault, "error")
        else:
            self._fault, self._faults, self._not_before = None, 0, 0.0

    def _rest(self) -> float:
        """Return how long the loop may sleep at most, in seconds."""
        return min(_MIND, self._notifier.watchdog / 2) if self._notifier.watchdog else _MIND

    def _mind(self) -> None:
        """Look after what no event tells: the watcher itself, sleep, and what was missed all the same."""
        now, wall = self._clock.monotonic(), self._clock.wall()
        drift, self._drift = self._drift, wall - now
        if self._drift - drift > _SLEPT:
            self._engine.overlooked(_SLEEP)
            self._watcher.check()
        if self._engine.lookout.empty_until is not None:
            self._watcher.check()
        if now - self._minded >= self._rest():
            self._minded = now
            degraded = self._watcher.degraded
            self._watcher.check()
            if self._watcher.degraded and self._watcher.degraded != degraded:
                self._log.tell(self._watcher.degraded, "warning")
            self._notifier.alive()
        if now - self._scanned >= _RESCAN:
            self._scanned = now
            self._engine.overlooked(None)

    def _publish(self) -> None:
        """Make known how things stand, where that has changed."""
        standing = self._engine.standing()
        ours = (each for each in (self._fault, self._watcher.degraded, self._unreachable) if each)
        standing = replace(standing, watcher=self._watcher.kind, degraded=(*ours, *standing.degraded))
        if standing == self._told:
            return
        before, self._told = self._told, standing
        daemon = telling.Daemon(
            os.getpid(),
            self.root,
            self._server.address,
            __version__,
            state_path(self.root),
            self._engine.session.settings,
        )
        self._document = telling.document(daemon, standing, self._clock)
        self._server.publish("status/changed", self._document)
        words = next(iter(telling.lines(self._document, self._language, self._clock.wall())), "")
        self._notifier.status(words)
        if before is not None and before.batches != standing.batches:
            self._server.publish("diagnostics/changed", {"counts": standing.counts})

    def _take_signals(self) -> None:
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                signal.signal(number, lambda *_: self._stop(interrupted=False))
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, lambda *_: self._stop(interrupted=True))

    def _stop(self, interrupted: bool) -> None:
        """End after what is under way; at once at the start, or when a person insists."""
        if self._ended:
            return
        if not self._running or (interrupted and self._stopping is not None):
            raise Stopped(interrupted)
        self._stopping = Stopped(interrupted)
        self._inbox.post(lambda: None)

    # ----------------------------------------------------------------------------- the desk

    def standing(self) -> Mapping[str, object]:
        """Return how the daemon stood after its last turn."""
        return self._document

    def asked(self, method: str, params: Mapping[str, object]) -> Future[object]:
        """Let the engine's thread answer in its turn."""
        return self._in_turn(lambda: self._answers.answer(method, params))

    def asked_by(self, client: Party, method: str, params: Mapping[str, object]) -> Future[object]:
        """Let the engine's thread answer one client in its turn."""
        said, given = str(params["method"]), params.get("params", {})
        return self._in_turn(lambda: self._languages.answer(client, said, given))

    def left(self, client: Party) -> None:
        """A client is gone of which something was kept."""
        self._inbox.post(lambda: self._languages.left(client))

    def _in_turn(self, work: Callable[[], object]) -> Future[object]:
        future: Future[object] = Future()

        def answer() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(work())
            except Exception as error:  # it is the client's to hear
                future.set_exception(error)

        self._inbox.post(answer)
        return future

    def claimed(self, writer: Writer) -> None:
        """A client writes from now on."""
        self._inbox.post(lambda: self._engine.claimed(writer))

    def released(self, writer: Writer) -> None:
        """The client that wrote is gone."""
        self._inbox.post(lambda: self._engine.released(writer))

    def answered(self, id: int, answer: Answer) -> None:
        """The client that writes says what became of an edit."""
        self._inbox.post(lambda: self._engine.answered(id, answer))


def _begun(name: str, notes: int, kind: str) -> Message:
    python = ".".join(map(str, sys.version_info[:3]))
    return Message(
        f"vaultkit {__version__} surveille «\u00a0{name}\u00a0»\u00a0: {notes} notes, {kind}, Python {python}",
        f"vaultkit {__version__} watches '{name}': {notes} notes, {kind}, Python {python}",
    )


def _fault(error: Exception) -> Message:
    """Return where something broke, without the words of any note."""
    said = where_failed(error)
    return Message(
        f"défaut de vaultkit ({said})\u00a0: le coffre est relu dans un moment",
        f"a fault of vaultkit ({said}): the vault is read again in a moment",
    )


_END = Message("fin de la surveillance", "watching ends")
_SLEEP = Message(
    "la machine a dormi\u00a0: tout est regardé", "the machine has slept: all files are looked at"
)
