"""A stage for one schedule: a real folder, a virtual clock, the app, a typist, the engine, and what is asked of it.

The engine is single-threaded, so a schedule is one line of moments. Between two of the engine's system calls
the app may do something too: `Meddler` lets it.
"""

from __future__ import annotations

import heapq
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.shell.daemon.meddling import Meddler
from tests.shell.daemon.obsidian_model import NEVER, Merge, Obsidian, Seen
from tests.shell.daemon.small_missions import has_regions, outside, rows_of, small_mission
from tests.shell.daemon.stage_doubles import BufferWriter, Lines, VirtualClock
from tests.shell.daemon.typist_model import Typist
from vaultkit.shell import disk
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.journal import Journal
from vaultkit.shell.session import Session
from vaultkit.shell.undo import Selection, undo
from vaultkit.shell.workspace import ObsidianApp, Running
from vaultkit.text import Message

SOURCE_QUIET = 30.0
_OVERFLOW = Message("débordement", "overflow")


@dataclass(frozen=True)
class Rules:
    """How a schedule is played. `careful` are the rules of DESIGN §6.1; without, a daemon that writes at once."""

    merge: Merge = Merge.EXACT
    careful: bool = True
    writer: bool = False
    meddling: float = 0.15
    ambush: float = 0.3
    exchange: bool = True
    crlf: bool = False
    deeds: int = 35


@dataclass
class Stage:
    """One schedule. `faults` is what went wrong that must not."""

    folder: Path
    seed: int
    rules: Rules = field(default_factory=Rules)
    faults: list[str] = field(default_factory=list)
    traced: list[str] = field(default_factory=list)
    writes: int = 0
    typed: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.clock = VirtualClock()
        self.root = self.folder / "coffre"
        (self.root / ".obsidian").mkdir(parents=True)
        if not self.rules.careful:
            quiet = "[watch]\nsource_quiet = 0\ntarget_quiet = 0\nbackground_quiet = 0\n"
            (self.root / "vaultkit.toml").write_text(quiet, encoding="utf-8")
        for path, text in small_mission(self.chance).items():
            newline = "\r\n" if self.rules.crlf and has_regions(text) else "\n"
            (self.root / path).write_bytes(text.replace("\n", newline).encode())
            self.stamp(self.root / path, -3600)
        self.app = Obsidian(self.root, self.clock, self.chance, self.rules.merge, stamped=self.stamp)
        self.typist = Typist(self.app, self.chance, told=self.sees, batched=self.batched)
        self.meddler = Meddler(self.typist, self.wrote, self.rules.meddling, self.rules.exchange)
        self.log = Lines()
        self.shown = ObsidianApp(self.root, self.clock, self.processes, ())
        self.engine = Engine(self.root, self.clock, self.shown, self.log)
        self.writer: BufferWriter | None = None
        self.known: dict[str, tuple[int, int, int]] = {}
        self.born: dict[str, float] = {}
        self.read: dict[str, str] = {}
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.numbers = 0
        self.tainted: set[str] = set()
        self.quiet_from: float | None = None
        self.last_batch = -NEVER

    # What happens around

    def stamp(self, file: Path, shift: float = 0) -> None:
        """Give a file the virtual time, as the app writes it."""
        at = max(int((self.clock.wall() + shift) * 1e9), file.stat().st_mtime_ns + 1 if not shift else 0)
        os.utime(file, ns=(at, at))

    def processes(self) -> list[Running]:
        """Return the processes of the app, none where the daemon is to know nothing of it."""
        return [Running()] if self.app.running and self.rules.careful else []

    def batched(self) -> None:
        """Note that a batch of files comes, as no typist makes them."""
        self.last_batch = self.clock.now

    def after(self, seconds: float, deed: Callable[[], None]) -> None:
        """Do something later."""
        self.numbers += 1
        heapq.heappush(self.events, (self.clock.now + seconds, self.numbers, deed))

    def look(self) -> None:
        """Find what changed on disk, and let the watcher tell of it: late, twice, or after an overflow."""
        now: dict[str, tuple[int, int, int]] = {}
        for entry in os.scandir(self.root):
            if not entry.name.startswith(".") and entry.is_file():
                found = entry.stat()
                now[entry.name] = (found.st_mtime_ns, found.st_size, found.st_ino)
        changed = [path for path in {*now, *self.known} if now.get(path) != self.known.get(path)]
        self.known = now
        for path in sorted(changed):
            if path in now:
                self.born.setdefault(disk.digest_of((self.root / path).read_bytes()), self.clock.now)
            if self.chance.random() < 0.03:
                self.after(self.chance.uniform(0.1, 60), self.overflowed)
                continue
            for _ in range(1 + (self.chance.random() < 0.1)):
                self.after(self.chance.uniform(0.001, 0.02), partial(self.engine.noticed, path))
        self.app.look()

    def overflowed(self) -> None:
        """Let the watcher tell that it lost events."""
        self.engine.overlooked(_OVERFLOW)

    # Playing

    def play(self) -> None:
        """Play the schedule to its end, and look at what stands then."""
        with self.meddler.between(self.folder / "state"):
            self.look()
            self.events.clear()
            self.born = dict.fromkeys(self.born, -NEVER)
            self.engine.start()
            self.read = {note.path: note.digest for note in self.engine.session.index}
            if self.rules.writer:
                self.writer = BufferWriter(
                    self.app, self.chance, self.after, self.engine.answered, self.applied
                )
                self.engine.claimed(self.writer)
            life = self.typist.life()
            for _ in range(self.rules.deeds * 4):
                pause = next(life)
                self.run_for(pause)
                if self.faults:
                    return
                if len(self.typist.trace) > self.rules.deeds * 8:
                    break
            self.typed = self.typist.words.made
            if self.app.running:
                self.app.quit()
            if self.writer:
                self.writer.gone = True
                self.engine.released()
            self.meddler.odds = 0.0
            self.settle()
            self.check_end()

    def engine_due(self) -> float:
        """Return when the engine wants its next step."""
        due = self.engine.due_in()
        return NEVER if due is None else self.clock.now + (max(due, 1e-6) if due > 0 else 0)

    def run_for(self, seconds: float) -> None:
        """Let time go by, with all that is due meanwhile."""
        end = self.clock.now + seconds
        spins = 0
        while not self.faults:
            self.look()
            times = [self.app.due(), self.engine_due(), self.events[0][0] if self.events else NEVER]
            due = min(times)
            if due > end:
                break
            spins = spins + 1 if due <= self.clock.now else 0
            if spins > 200:
                self.fault(f"the engine never rests: {self.engine.standing().waits}")
            self.clock.now = max(self.clock.now, due)
            while self.events and self.events[0][0] <= self.clock.now:
                heapq.heappop(self.events)[2]()
            turns = [self.app.tick, self.step]
            self.chance.shuffle(turns)
            for turn in turns:
                turn()
        self.clock.now = end

    def step(self) -> None:
        """Let the engine work, if it has something to do."""
        due = self.engine.due_in()
        if due is not None and due <= 1e-9:
            self.engine.step()
            self.app.end_saves()
            self.check_reading()

    def settle(self) -> None:
        """Wait until the engine has nothing more to do, and nothing is written."""
        self.look()
        self.after(61, lambda: self.engine.overlooked(None))
        for _ in range(60):
            before = self.snapshot()
            self.run_for(600)
            if self.faults or (not self.events and self.snapshot() == before and self.resting()):
                break
        before = self.snapshot()
        for hours in (0.1, 1, 24):
            self.run_for(hours * 3600)
            self.engine.overlooked(None)
        self.run_for(600)
        if self.snapshot() != before:
            names = [p for p, held in self.snapshot().items() if before.get(p) != held]
            self.fault(f"written with nobody there: {names}")

    def resting(self) -> bool:
        """Whether nothing of the engine's is due within minutes."""
        due = self.engine.due_in()
        return due is None or due > 4000

    def snapshot(self) -> dict[str, tuple[bytes, int]]:
        """Return every file with its time."""
        return {
            file.relative_to(self.root).as_posix(): (file.read_bytes(), file.stat().st_mtime_ns)
            for file in self.root.rglob("*")
            if file.is_file() and ".obsidian" not in file.parts
        }

    # What must hold all the time

    def fault(self, what: str) -> None:
        """Note what must not be."""
        self.faults.append(f"at {self.clock.now:.2f}: {what}")

    def sees(self, seen: Seen, missing: list[str]) -> None:
        """Judge what the app made of our write: with an exact merge nothing may be missing or moved."""
        path = seen.view.path
        strict = self.rules.careful  # else properties are written too
        differs = outside(seen.before, properties=strict) != outside(seen.after, properties=strict)
        if not seen.faithful:
            self.tainted.add(path)
        if not missing and not differs:
            return
        kind = f"merge, {seen.dropped} dropped" if seen.merged else "reload"
        what = f"{path}: {kind}: words gone {missing}, outside changed {differs}"
        if not seen.faithful or path in self.tainted:
            self.traced.append(what)
        elif seen.merged and not missing:
            return  # both changed the same place outside: a batch of another program
        else:
            self.fault(f"{what}\n--- before\n{seen.before}\n--- after\n{seen.after}")

    def wrote(self, path: str, before: str, after: str, through_app: bool = False) -> None:
        """Judge one write of ours as it happens."""
        self.writes += 1
        if self.chance.random() < self.rules.ambush:
            self.after(self.chance.uniform(0.01, 1.5), lambda: self.meddler.ambush(path))
        app = self.shown.state()
        self.typist.say(f"ENGINE writes {path} ({len(before)} to {len(after)})")
        if not through_app and self.app.running and path in app.active:
            self.fault(f"wrote the active note {path}")
        strict = (
            self.app.running and self.rules.careful and not through_app
        )  # a client writes properties as well
        if outside(before, properties=strict) != outside(after, properties=strict):
            self.fault(f"touched {path} outside regions\n--- before\n{before}\n--- after\n{after}")
        there = set(self.typist.words.missing(path, after)) - set(self.typist.words.missing(path, before))
        if there and path in self.tainted:
            self.traced.append(f"{path}: words {sorted(there)} given up after a faulty merge")
            for word in there:
                self.typist.words.lost[word] = self.typist.words.paths.pop(word)
        elif there:
            self.fault(f"{path}: our write took {sorted(there)}\n--- before\n{before}\n--- after\n{after}")
        if len(rows_of(after)) < len(rows_of(before)):
            self.fault(f"{path}: rows vanished\n--- before\n{before}\n--- after\n{after}")

    def applied(self, path: str, before: str, after: str) -> None:
        """Judge an edit that the client made in a buffer."""
        self.wrote(path, before, after, through_app=True)

    def check_reading(self) -> None:
        """See that no note was read while it was typed in."""
        if not self.rules.careful:
            return
        for note in self.engine.session.index:
            if self.read.get(note.path) == note.digest or has_regions(note.text):
                continue
            self.read[note.path] = note.digest
            age = self.clock.now - self.born.get(note.digest, -NEVER)
            if age < SOURCE_QUIET - 0.1 and self.clock.now - self.last_batch > 300:
                self.fault(f"read {note.path} {age:.1f} s after it was saved")

    # What must hold at the end

    def check_end(self) -> None:
        """See that all words are there, that a rebuild has nothing to do, and that the last write can be undone."""
        if self.faults:
            return
        for path in {*self.typist.words.paths.values()}:
            file = self.root / path
            if not file.exists():
                self.fault(f"{path} is gone")
                continue
            missing = self.typist.words.missing(path, file.read_bytes().decode())
            if missing and path in self.tainted:
                self.traced.append(f"{path}: words {missing} given up after a faulty merge")
            elif missing:
                self.fault(f"{path}: {missing} are missing at the end\n{file.read_bytes().decode()}")
        plan = Session.open(self.root).plan()
        waiting = [f"{w.path} {w.because} {w.until}" for w in self.engine.standing().waits]
        for write in plan.changes.writes:
            now = (self.root / write.path).read_bytes().decode()
            self.fault(
                f"{write.path} is not what a rebuild makes it ({write.regions}); waits: {waiting}\n--- stands\n{now}\n--- rebuilt\n{write.text}"
            )
        left = [file.name for file in self.root.rglob(".vk-*")]
        if left:
            self.fault(f"left behind: {left}")
        self.check_undo()

    def check_undo(self) -> None:
        """Take the last write back, if nobody has written to its note since."""
        with Journal.open(self.root) as journal:
            entries = journal.entries(limit=1, standing=True)
            if not entries or entries[0].after is None:
                return
            [last] = entries
            file = self.root / last.path
            if not file.exists() or file.read_bytes() != last.after:
                return
            self.meddler.wrote = lambda path, before, after: None
            undo(self.root, journal, Selection(path=last.path))
            if file.read_bytes() != last.before:
                self.fault(f"the last write to {last.path} cannot be undone")
