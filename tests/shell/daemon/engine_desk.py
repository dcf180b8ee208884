"""An engine on a desk: a small vault on the disk, a clock that a test moves, the app that a test shows."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from tests.shell.daemon.stage_doubles import Lines, VirtualClock, edited
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.journal import Entry, Journal
from vaultkit.shell.ports import AppState, Because, EditRequest, Wait
from vaultkit.shell.session import Session

SYNTHESIS = "Synthèse.md"
RECAP = "<!-- vaultkit:begin recap -->\n\n<!-- vaultkit:end recap -->\n"
#: More steps than any test needs: an engine that takes as many is a busy loop.
MOST_STEPS = 5000


def domain(constat: str, scope: str = "A", title: str = "Accès", more: str = "") -> str:
    """Return a note about one domain with one finding."""
    return f"---\ncategory: domaine\nscope: {scope}\n{more}---\n# {title}\n\n## Constats\n- Constat {constat} ❌\n"


def synthesis(scope: str = "A", properties: str = "", regions: str = RECAP, tail: str = "La fin.\n") -> str:
    """Return a synthesis whose regions are still empty."""
    return f"---\ncategory: synthese_globale\nscope: {scope}\n{properties}---\n# Synthèse {scope}\n\n{regions}\n{tail}"


class DeskClock(VirtualClock):
    """A clock whose wall time can also jump."""

    jumped = 0.0

    def wall(self) -> float:
        """Return the virtual time since 1970."""
        return super().wall() + self.jumped


@dataclass
class Desk:
    """An engine, and what happens around it. `steps` counts its steps, `written` its writes with their times."""

    root: Path
    clock: DeskClock = field(default_factory=DeskClock)
    log: Lines = field(default_factory=Lines)
    shown: AppState = field(default_factory=AppState)
    steps: int = 0
    written: list[tuple[float, str, tuple[str, ...]]] = field(default_factory=list)
    asked: list[EditRequest] = field(default_factory=list)
    name: str = "client"
    dropped: bool = False

    def begin(self, paranoid: bool = False) -> Desk:
        """Start an engine, as a new process would."""
        self.engine = Engine(self.root, self.clock, self, self.log, paranoid=paranoid)
        self.engine.start()
        return self

    def state(self) -> AppState:
        """Return what the app shows."""
        return self.shown

    def edit(self, request: EditRequest) -> None:
        """Keep what a client is asked to do; a test answers for it."""
        self.asked.append(request)

    def drop(self) -> None:
        """Take note that the client is the writer no more."""
        self.dropped = True

    def make(self, request: EditRequest) -> None:
        """Make an edit as a client does: the app saves the note."""
        text = self.read(request.path)
        assert hashlib.sha256(text.encode()).hexdigest() == request.text_digest
        self.save(request.path, edited(text, request))

    # ------------------------------------------------------------------------ files

    def put(self, path: str, text: str | bytes, age: float = 0.0) -> None:
        """Write a file that the engine is not told of; it was saved `age` seconds ago."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        at = self.clock.wall() - age
        os.utime(file, (at, at))

    def save(self, path: str, text: str | bytes) -> None:
        """Save a file, as a person or a program does."""
        self.put(path, text)
        self.engine.noticed(path)

    def remove(self, path: str) -> None:
        """Remove a file."""
        (self.root / path).unlink()
        self.engine.noticed(path)

    def rename(self, old: str, new: str) -> None:
        """Rename a file, as the app does: its time stays."""
        (self.root / old).rename(self.root / new)
        self.engine.noticed(old)
        self.engine.noticed(new)

    def read(self, path: str = SYNTHESIS) -> str:
        """Return what a file says."""
        return (self.root / path).read_bytes().decode()

    # ------------------------------------------------------------------------- time

    def wait(self, seconds: float = 0.0) -> int:
        """Let time go by, with all that is due meanwhile; return how many steps that took."""
        end, before = self.clock.now + seconds, self.steps
        while (due := self.engine.due_in()) is not None and self.clock.now + due <= end:
            self.clock.now += due
            self.steps += 1
            assert self.steps - before < MOST_STEPS, f"a busy loop: {self.engine.standing().waits}"
            done = self.engine.step()
            for path, regions in done.written if done else ():
                self.written.append((self.clock.now, path, regions))
                self.engine.noticed(path)  # a watcher tells of our own writes too
        self.clock.now = end
        return self.steps - before

    def settle(self) -> Desk:
        """Let an hour go by, and forget what was written meanwhile."""
        self.wait(3600)
        self.written.clear()
        self.log.batches.clear()
        return self

    # ----------------------------------------------------------------------- asking

    @property
    def waits(self) -> dict[str, Wait]:
        """What waits, by path."""
        return {wait.path: wait for wait in self.engine.standing().waits}

    def because(self, path: str = SYNTHESIS) -> Because | None:
        """Return why a note waits, None if it does not."""
        wait = self.waits.get(path)
        return None if wait is None else wait.because

    def seconds_to_go(self, path: str = SYNTHESIS) -> float:
        """Return in how many seconds the turn of a note comes."""
        until = self.waits[path].until
        assert until is not None
        return round(until - self.clock.now, 3)

    def journal(self) -> list[Entry]:
        """Return the entries of the journal, the newest first."""
        with self.opened_journal() as journal:
            return journal.entries()

    def opened_journal(self) -> Journal:
        """Return the journal of the vault."""
        return Journal.open(self.root)

    def is_rebuilt(self) -> bool:
        """Whether a rebuild of the vault as it stands on the disk would write nothing."""
        return not Session.open(self.root).plan().changes.writes
