"""Once all is up to date, nothing is written until a person writes again, however long that takes."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.shell.daemon.small_missions import has_regions, small_mission
from tests.shell.daemon.stage_doubles import Lines, VirtualClock
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.ports import AppState
from vaultkit.shell.session import Session
from vaultkit.text import Message

DAY = 86_400.0


class Away:
    """An app that does not run."""

    def state(self) -> AppState:
        """Return that it does not run."""
        return AppState()


class Alone:
    """A vault with an engine and nobody in it."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.chance, self.clock, self.log = root, random.Random(seed), VirtualClock(), Lines()
        for path, text in small_mission(self.chance).items():
            self.put(path, text)
        self.engine = Engine(root, self.clock, Away(), self.log)
        self.engine.start()

    def put(self, path: str, text: str) -> None:
        """Write a note at the virtual time."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        os.utime(file, (self.clock.wall(), self.clock.wall()))

    def read(self, path: str) -> str:
        """Return what a note says."""
        return (self.root / path).read_bytes().decode()

    def stands(self) -> dict[str, tuple[bytes, int]]:
        """Return every file with its bytes and its time."""
        files = sorted(file for file in self.root.rglob("*") if file.is_file())
        return {
            file.relative_to(self.root).as_posix(): (file.read_bytes(), file.stat().st_mtime_ns)
            for file in files
        }

    def wait(self, seconds: float, told: bool = True) -> int:
        """Let time go by; return how often the engine had something to do. `told`: the watcher tells of writes."""
        end, steps = self.clock.now + seconds, 0
        while (due := self.engine.due_in()) is not None and self.clock.now + due <= end:
            self.clock.now += due + 1e-6
            before = self.stands()
            self.engine.step()
            steps += 1
            if told:
                for path, held in self.stands().items():
                    if before.get(path) != held:
                        self.engine.noticed(path)
            assert steps < 5000, "the engine never rests"
        self.clock.now = max(self.clock.now, end)
        return steps


@pytest.fixture
def alone(tmp_path, monkeypatch, request):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "coffre"
    root.mkdir()
    return Alone(root, request.param)


vaults = pytest.mark.parametrize("alone", range(6), indirect=True)


@vaults
def test_a_stale_vault_is_brought_up_to_date_and_then_left_alone(alone):
    alone.wait(300)
    assert not Session.open(alone.root).plan().changes
    stands = alone.stands()
    for _ in range(3):
        alone.wait(10 * DAY)
        alone.engine.overlooked(None)
    alone.wait(300)
    assert alone.stands() == stands


@vaults
def test_one_edit_of_a_source_gives_one_write_to_each_note_that_says_it(alone):
    alone.wait(300)
    path = next(p for p, (data, _) in alone.stands().items() if b"category: domaine" in data)
    alone.put(path, alone.read(path).replace("❌", "tout neuf ❌"))
    alone.engine.noticed(path)
    stands = alone.stands()
    alone.wait(DAY)
    now = alone.stands()
    assert now[path] == stands[path]
    written = [p for p, held in now.items() if held != stands[p]]
    assert any("tout neuf" in alone.read(p) for p in written)
    times = [p for done in alone.log.batches for p, _ in done.written if p in written]
    assert all(times.count(p) <= 2 for p in written), "once at the start, and once now"


@vaults
def test_events_without_a_change_do_nothing(alone):
    alone.wait(300)
    stands, batches = alone.stands(), len(alone.log.batches)
    for path in [*stands, "not there.md", "Dossier/not there.md"]:
        alone.engine.noticed(path)
    alone.engine.overlooked(Message("débordement", "overflow"))
    alone.wait(DAY)
    assert alone.stands() == stands
    assert not any(done.written for done in alone.log.batches[batches:])


@vaults
def test_touching_a_note_without_changing_it_writes_nothing(alone):
    alone.wait(300)
    stands = alone.stands()
    for path in stands:
        os.utime(alone.root / path, (alone.clock.wall(), alone.clock.wall()))
        alone.engine.noticed(path)
    alone.wait(DAY)
    assert {path: data for path, (data, _) in alone.stands().items()} == {
        path: data for path, (data, _) in stands.items()
    }


@vaults
def test_taking_all_children_away_never_takes_a_row(alone):
    alone.wait(300)
    for path, (data, _) in alone.stands().items():
        if not has_regions(data.decode()):
            (alone.root / path).unlink()
            alone.engine.noticed(path)
    stands = alone.stands()
    alone.wait(DAY)
    for path, (data, _) in stands.items():
        rows = [line.split("|")[1] for line in data.decode().split("\n") if line.startswith("| ")]
        assert all(row in alone.read(path) for row in rows)
    stands = alone.stands()
    alone.wait(10 * DAY)
    assert alone.stands() == stands


@pytest.mark.parametrize("alone", [1], indirect=True)
def test_a_program_that_puts_the_old_text_back_again_and_again_is_not_fought(alone):
    alone.wait(300)
    target = next(
        p for p, (data, _) in alone.stands().items() if b"begin recap" in data and b"Cabinet Un" in data
    )
    child = next(
        p for p, (data, _) in alone.stands().items() if b"category: domaine" in data and b"Cabinet Un" in data
    )
    old = alone.read(target)
    alone.put(child, alone.read(child).replace("❌", "tout neuf ❌"))
    alone.engine.noticed(child)
    written = 0
    for _ in range(500):
        alone.wait(30)
        if alone.read(target) != old:
            written += 1
            alone.put(target, old)
            alone.engine.noticed(target)
    assert 1 <= written <= 15, "each time later"


@pytest.mark.parametrize("alone", [1], indirect=True)
def test_a_note_that_depends_on_itself_comes_to_rest(alone):
    query = '<!-- vaultkit:begin query\nTABLE file.size FROM "" WHERE file.name = this.file.name\n-->\n<!-- vaultkit:end query -->\n'
    alone.put("Boucle.md", f"# Boucle\n\n{query}")
    alone.engine.noticed("Boucle.md")
    alone.wait(DAY)
    stands = alone.stands()
    alone.wait(30 * DAY)
    alone.engine.overlooked(None)
    alone.wait(DAY)
    assert alone.stands() == stands
