"""A one-shot command waits a moment for a person who has just saved an open note, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import notes_of
from tests.shell.test_commands import MISSION
from vaultkit.edits import Write
from vaultkit.shell import courtesy, disk
from vaultkit.shell.courtesy import Courtesy
from vaultkit.shell.ports import AppState
from vaultkit.shell.session import Session

PATH = "Synthèse.md"


class Hands:
    """A clock that stands; waiting moves it."""

    now = 50_000.0

    def monotonic(self):
        return self.now

    def wall(self):
        return self.now


class Shown:
    def __init__(self, *opened, running=True):
        self.said, self.asked = AppState(running, frozenset(opened[:1]), frozenset(opened)), 0

    def state(self):
        self.asked += 1
        return self.said


@pytest.fixture
def mission(vault, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(vault.state))
    for path, text in notes_of(MISSION).items():
        vault.write(path, text)
    return vault


def waits(vault, app, age=1.0, write=None):
    """Return how long a write to the synthesis waits that was saved `age` seconds ago, and what is said."""
    clock, slept, said = Hands(), [], []
    moment = int((clock.now - age) * 1e9)
    os.utime(vault.root / PATH, ns=(moment, moment))
    before = Courtesy(vault.root, lambda message: said.append(message.en), app, clock, slept.append)
    before(write or Write(PATH, "new", disk.read(vault.root, PATH).digest))
    return slept, said


def test_a_note_that_is_open_and_just_saved_is_waited_for(mission):
    assert waits(mission, Shown("other.md", PATH)) == (
        [4.0],
        [f"'{PATH}' is open in Obsidian and was saved a moment ago: waiting for 4 s"],
    )


@pytest.mark.parametrize("app", [Shown(), Shown("other.md"), Shown(PATH, running=False)])
def test_nobody_waits_for_a_note_that_is_not_open(mission, app):
    assert waits(mission, app) == ([], [])


@pytest.mark.parametrize("age", [5, 3600, -3600])
def test_the_app_is_not_even_asked_about_a_note_saved_long_ago(mission, age):
    app = Shown(PATH)
    assert waits(mission, app, age) == ([], [])
    assert app.asked == 0


def test_nobody_waits_for_a_new_note_nor_for_one_that_is_gone(mission):
    app = Shown("new.md", "gone.md")
    for write in (
        Write("new.md", "x", None),
        Write("gone.md", "x", "0" * 64),
        Write("../x.md", "x", "0" * 64),
    ):
        assert waits(mission, app, write=write) == ([], [])


def test_nobody_waits_for_what_vaultkit_wrote_itself(mission):
    done, _, _ = Session.open(mission.root).rebuild()
    assert [write.path for write in done.written] == [PATH]
    assert waits(mission, Shown(PATH)) == ([], [])
    mission.write(PATH, mission.read(PATH) + "by hand\n")
    assert waits(mission, Shown(PATH))[0] == [4.0]


def test_a_session_waits_before_it_writes(mission):
    ahead = time.time() + 30  # a clock that goes before ours: as good as now
    os.utime(mission.root / PATH, (ahead, ahead))
    session, slept = Session.open(mission.root), []
    session.courtesy = Courtesy(mission.root, lambda message: None, Shown(PATH), sleep=slept.append)
    session.apply(session.plan().changes, "rebuild")
    assert slept == [5.0]


def test_it_costs_nothing_before_it_is_needed():
    code = "import sys, vaultkit.shell.courtesy; print([n for n in ('psutil', 'watchdog', 'asyncio') if n in sys.modules])"
    folder = Path(courtesy.__file__).parents[2]
    assert subprocess.check_output([sys.executable, "-c", code], cwd=folder) == b"[]\n"
