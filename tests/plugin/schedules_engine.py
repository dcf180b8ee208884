"""The real daemon in virtual time, for a process that plays Obsidian: JSON lines in, JSON lines out.

One line asks for one thing (`op`), one line answers. The daemon is the real one: its loop, engine, journal,
and the reception of the control socket. Only the clock, the file watcher, the socket below the protocol and the
list of processes are doubles. Each turn names the time; the answer says when the next one is due.
"""

from __future__ import annotations

import asyncio
import heapq
import json
import os
import random
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

from tests.shell.daemon.small_missions import has_regions, small_mission
from tests.shell.daemon.stage_doubles import Lines
from vaultkit.shell import disk
from vaultkit.shell.control import protocol
from vaultkit.shell.control.address import socket_path
from vaultkit.shell.control.connection import Connection, Limits
from vaultkit.shell.control.reception import Reception
from vaultkit.shell.daemon import run
from vaultkit.shell.daemon.comparing import disagreement
from vaultkit.shell.ports import Because
from vaultkit.shell.session import Session
from vaultkit.shell.workspace import ObsidianApp, Running
from vaultkit.text import Message

_OVERFLOW = Message("débordement", "overflow")


class Time:
    """The clock that the other process moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.epoch = 0.0

    def monotonic(self) -> float:
        """Return the virtual time."""
        return self.now

    def wall(self) -> float:
        """Return the virtual time since 1970."""
        return self.epoch + self.now


class Loop(asyncio.AbstractEventLoop):
    """An event loop without a disk or net below it: calls in their order, at their virtual times."""

    def __init__(self, clock: Time) -> None:
        self.clock = clock
        self.calls: list[tuple[float, int, asyncio.Handle]] = []
        self.count = 0

    def time(self) -> float:
        """Return the virtual time."""
        return self.clock.now

    def get_debug(self) -> bool:
        """Return that nothing is to be debugged."""
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Raise what a call raised."""
        raise context["exception"]

    def call_soon(self, callback: Any, *args: Any, context: Any = None) -> asyncio.Handle:
        """Call next."""
        return self._put(self.clock.now, asyncio.Handle(callback, args, self, context))

    call_soon_threadsafe = call_soon

    def call_later(self, delay: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:
        """Call after a while."""
        return self.call_at(self.clock.now + delay, callback, *args, context=context)

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:
        """Call at a time."""
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        self._put(when, handle)
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        pass

    def _put(self, when: float, handle: Any) -> Any:
        self.count += 1
        heapq.heappush(self.calls, (when, self.count, handle))
        return handle

    def due(self) -> float | None:
        """Return when the next call is due."""
        while self.calls and self.calls[0][2].cancelled():
            heapq.heappop(self.calls)
        return self.calls[0][0] if self.calls else None

    def run_due(self) -> None:
        """Make all calls that are due."""
        while (due := self.due()) is not None and due <= self.clock.now:
            heapq.heappop(self.calls)[2]._run()


class Inbox:
    """The daemon's inbox, which never waits."""

    def __init__(self) -> None:
        self.items: list[Any] = []

    def noticed(self, path: str) -> None:
        """A file came, changed or went."""
        self.items.append(path)

    def overlooked(self, reason: Message | None) -> None:
        """Anything may have happened."""
        self.items += [reason, None] if reason else [None]

    def post(self, call: Callable[[], object]) -> None:
        """Let the daemon make this call."""
        self.items.append(call)

    def taken(self, _timeout: float | None) -> Iterator[Any]:
        """Yield what there is."""
        items, self.items = self.items, []
        yield from items


class Watcher:
    """A file watcher that the stage plays."""

    kind = "double"
    degraded: Message | None = None

    def __init__(self, *_: object) -> None:
        """Watch nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_: None


class Wire:
    """The transport of one client."""

    def __init__(self, stage: Stage, number: int) -> None:
        self.stage, self.number = stage, number
        self.client: Connection
        self.is_open = True

    def set_write_buffer_limits(self, *_: object) -> None:
        """Hold as much as comes."""

    def get_write_buffer_size(self) -> int:
        """Return that all has been read."""
        return 0

    def write(self, data: bytes) -> None:
        """Say something."""
        if self.is_open:
            self.stage.output.append((self.number, data.decode()))

    def pause_reading(self) -> None:
        """Go on reading."""

    resume_reading = pause_reading

    def close(self) -> None:
        """End, and tell the other side."""
        if self.is_open:
            self.stage.output.append((self.number, None))
            self.lost()

    abort = close

    def lost(self) -> None:
        """Take note that the connection is gone."""
        if self.is_open:
            self.is_open = False
            self.stage.wires.pop(self.number, None)
            self.stage.loop.call_soon(self.client.connection_lost, None)


class Server:
    """The control socket's server without a thread: the real reception over wires of the stage."""

    def __init__(self, root: Path, desk: Any, log: Any, *_: object) -> None:
        self.address: str | None = None
        self.root, self.desk, self.log = root, desk, log
        self.reception: Reception

    def start(self) -> None:
        """Let clients in."""
        self.reception = Reception(self.root, self.desk, self.log.tell, Limits())
        place = socket_path(self.root)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as made:  # what a client finds on the disk
            made.bind(str(place))
        self.address = str(place)

    def stop(self) -> None:
        """Send the clients away."""
        self.reception.close()
        Path(self.address or "").unlink(missing_ok=True)

    def publish(self, method: str, params: Mapping[str, object]) -> None:
        """Send a notification to those who subscribed."""
        if self.reception.clients:
            self.reception.publish(method, protocol.notification(method, params))


def make_vault(folder: Path, root: Path, chance: random.Random, given: Mapping[str, Any]) -> None:
    """Make a small vault, with line ends and quiet times as wanted."""
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    (root / ".obsidian").mkdir(parents=True)
    for path, text in small_mission(chance).items():
        newline = "\r\n" if given.get("crlf") and has_regions(text) else "\n"
        (root / path).write_bytes(text.replace("\n", newline).encode())
    if quiet := given.get("quiet"):
        names = ("source_quiet", "target_quiet", "background_quiet")
        lines = [f"{name} = {seconds}" for name, seconds in zip(names, quiet.split(","), strict=True)]
        (root / "vaultkit.toml").write_text("[watch]\n" + "\n".join(lines) + "\n", encoding="utf-8")


def stale(root: Path) -> list[str]:
    """Return what a rebuild from scratch would still change, and what was left behind."""
    writes = Session.open(root).plan().changes.writes
    faults = [f"{w.path} is not what a rebuild makes it ({', '.join(w.regions)})" for w in writes]
    return faults + [f"left behind: {file.name}" for file in root.rglob(".vk-*")]


class Stage:
    """One schedule on the side of vaultkit."""

    def __init__(self, folder: Path, seed: int, given: Mapping[str, Any]) -> None:
        self.chance = random.Random(seed)
        self.clock = Time()
        self.clock.now, self.clock.epoch = given["now"], given["epoch"]
        self.loop = Loop(self.clock)
        asyncio._set_running_loop(self.loop)
        self.folder, self.root = folder, folder / given.get("name", "coffre")
        self.log = Lines()
        self.output: list[tuple[int, str | None]] = []
        self.wires: dict[int, Wire] = {}
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.count = 0
        self.known: dict[str, tuple[int, int, int]] = {}
        self.daemon: run.Daemon | None = None
        self.shown = True
        make_vault(folder, self.root, self.chance, given)
        for file in self.root.glob("*.md"):
            at = self.clock.wall() - 3600
            os.utime(file, (at, at))

    # The daemon

    def start(self) -> None:
        """Start a daemon, as a new process would."""
        with mock.patch.multiple(
            run, SystemClock=lambda: self.clock, Inbox=Inbox, Watcher=Watcher, Server=Server,
            ObsidianApp=lambda root, clock: ObsidianApp(root, clock, self.processes, ()),
        ):  # fmt: skip
            self.daemon = daemon = run.Daemon(self.root, self.log, "fr")
        engine = daemon._engine
        self.known = self.scanned()
        self.events.clear()
        engine.start(Session.open(self.root))
        daemon._server.start()
        daemon._publish()
        daemon._running = True
        self.after(0, lambda: None)

    def processes(self) -> list[Running]:
        """Return the processes of the app."""
        return [Running()] if self.shown else []

    def kill(self) -> None:
        """End the daemon as a power cut does: nothing is said, its socket file stays."""
        self.daemon = None
        self.loop.calls.clear()
        self.wires.clear()
        self.output.clear()

    def stop(self) -> None:
        """End the daemon as a person does."""
        assert self.daemon is not None
        self.turn_daemon()
        self.daemon._server.stop()  # type: ignore[attr-defined]  # a double
        self.loop.run_due()
        self.daemon = None
        self.wires.clear()

    # The world around it

    def after(self, seconds: float, deed: Callable[[], None]) -> None:
        """Do something later."""
        self.count += 1
        heapq.heappush(self.events, (self.clock.now + seconds, self.count, deed))

    def scanned(self) -> dict[str, tuple[int, int, int]]:
        """Return what stands on disk."""
        found: dict[str, tuple[int, int, int]] = {}
        for entry in os.scandir(self.root):
            if not entry.name.startswith(".") and entry.is_file():
                status = entry.stat()
                found[entry.name] = (status.st_mtime_ns, status.st_size, status.st_ino)
        return found

    def look(self) -> list[str]:
        """Find what changed on disk, and let the watcher tell of it: late, twice, or after an overflow."""
        now = self.scanned()
        changed = sorted(path for path in {*now, *self.known} if now.get(path) != self.known.get(path))
        self.known = now
        if self.daemon is None:
            return changed
        inbox = self.daemon._inbox
        for path in changed:
            if self.chance.random() < 0.03:
                self.after(self.chance.uniform(0.1, 60), lambda: inbox.overlooked(_OVERFLOW))
                continue
            for _ in range(1 + (self.chance.random() < 0.1)):
                self.after(self.chance.uniform(0.001, 0.02), lambda path=path: inbox.noticed(path))  # type: ignore[misc]  # a default
        return changed

    # Turns

    def turn(self, now: float, given: list[list[Any]]) -> dict[str, object]:
        """Do all that is due at `now`; return when to come again, what was said, and which files changed."""
        self.clock.now = max(self.clock.now, now)
        self.look()
        if self.daemon is not None:
            for kind, number, *rest in given:
                self.heard(kind, number, *rest)
        while self.events and self.events[0][0] <= self.clock.now:
            heapq.heappop(self.events)[2]()
        self.loop.run_due()
        if self.daemon is not None and (
            self.daemon._inbox.items or self.due_daemon() <= self.clock.now + 1e-9
        ):
            self.turn_daemon()
        self.loop.run_due()
        changed = self.look()
        output, self.output = self.output, []
        return {"due": self.due(), "output": output, "changed": changed}

    def heard(self, kind: str, number: int, text: str = "") -> None:
        """Let a client come, say something, or go."""
        assert self.daemon is not None
        server: Any = self.daemon._server
        if kind == "connect":
            wire = self.wires[number] = Wire(self, number)
            wire.client = server.reception.connect()
            wire.client.connection_made(wire)  # type: ignore[arg-type]  # as much of a transport as it needs
        elif wire := self.wires.get(number):
            if kind == "data":
                wire.client.data_received(text.encode())
            else:
                wire.lost()

    def turn_daemon(self) -> None:
        """Let the daemon's loop turn once."""
        assert self.daemon is not None
        raised: list[BaseException] = []
        told = run._fault
        with mock.patch.object(run, "_fault", lambda error: raised.append(error) or told(error)):
            self.daemon._turn()
        for error in raised:
            raise RuntimeError("a fault of the daemon") from error

    def due_daemon(self) -> float:
        """Return when the daemon wakes of itself."""
        assert self.daemon is not None
        daemon = self.daemon
        due = daemon._engine.due_in()
        rest = daemon._minded + daemon._rest()
        return rest if due is None else min(rest, self.clock.now + (due + 1e-6 if due else 0))

    def due(self) -> float | None:
        """Return when anything is due here."""
        times = [self.events[0][0] if self.events else None, self.loop.due()]
        if self.daemon is not None:
            times.append(self.clock.now if self.daemon._inbox.items else self.due_daemon())
        return min((at for at in times if at is not None), default=None)

    # The end

    def standing(self) -> dict[str, object]:
        """Return what waits, why, and what was logged."""
        assert self.daemon is not None
        engine = self.daemon._engine
        standing = engine.standing()
        return {
            "writer": standing.writer,
            "waits": [[w.path, w.because.value, w.until] for w in standing.waits],
            "stale": {write.path: write.regions for write in engine.session.plan().changes.writes},
            "resting": not standing.waits and not engine.lookout.has_news and not engine.lookout.pendings,
            "told": self.log.told,
        }

    def judged(self) -> dict[str, object]:
        """Return what is wrong at the end: against a rebuild from scratch, and against the engine's index."""
        faults = stale(self.root)
        fresh = Session.open(self.root)
        if self.daemon is not None:
            session = self.daemon._engine.session
            if (path := disagreement(session, fresh)) is not None:
                faults.append(f"{path}: the engine's index is not what stands on disk")
            waits = [w for w in self.daemon._engine.standing().waits if w.because is not Because.UNDONE]
            faults += [f"{wait.path} waits: {wait.because.value}" for wait in waits]
        texts = {note.path: disk.digest_of(note.text.encode()) for note in fresh.index}
        return {"faults": faults, "notes": texts, "told": self.log.told}


def answered(stage: Stage | None, said: dict[str, Any]) -> tuple[Stage | None, dict[str, object]]:
    """Do one thing."""
    op = said.pop("op")
    if op == "begin":
        stage = Stage(Path(said["folder"]), said["seed"], said)
        return stage, {"root": str(stage.root), "socket": str(socket_path(stage.root))}
    if op == "vault":
        folder, root = Path(said["folder"]), Path(said["folder"]) / said["name"]
        make_vault(folder, root, random.Random(said["seed"]), said)
        return stage, {"root": str(root), "socket": str(socket_path(root))}
    if op == "fresh":
        return stage, {"faults": stale(Path(said["root"]))}
    assert stage is not None
    if op == "turn":
        return stage, stage.turn(said["now"], said["input"])
    stage.clock.now = max(stage.clock.now, said.get("now", 0))
    if op == "shown":
        stage.shown = said["running"]
        return stage, {}
    if op in ("start", "kill", "stop"):
        getattr(stage, op)()
        return stage, {"output": [], "due": stage.clock.now}
    return stage, {"standing": stage.standing, "judged": stage.judged}[op]()


def main() -> None:
    """Answer until there is nothing more to answer."""
    stage: Stage | None = None
    with suppress(BrokenPipeError):
        for line in sys.stdin:
            try:
                stage, answer = answered(stage, json.loads(line))
            except Exception as error:
                import traceback

                answer = {"error": "".join(traceback.format_exception(error))}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
