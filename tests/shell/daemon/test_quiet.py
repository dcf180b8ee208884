"""Who waits before a note is written, and for how long."""

import math

import pytest

from vaultkit.settings import Settings
from vaultkit.shell.ports import AppState, Because
from vaultkit.shell.quiet import SKEW, courtesy, fresh, saved_at, verdict, waiting

STATE = AppState(True, frozenset({"active.md"}), frozenset({"active.md", "open.md"}))
STALE = AppState(False, STATE.active, STATE.opened)
DEFAULTS = Settings()


def waits(path, seconds_ago, state=STATE, settings=DEFAULTS, now=1000.0):
    wait = verdict(path, now, None if seconds_ago is None else now - seconds_ago, state, settings)
    return wait and (wait.because, wait.until)


@pytest.mark.parametrize("seconds", [0, 5, 60, 10**6, None])
def test_the_active_note_waits_however_long_it_is_quiet(seconds):
    assert waits("active.md", seconds) == (Because.ACTIVE, None)


@pytest.mark.parametrize(
    ("path", "seconds", "expected"),
    [
        ("open.md", 0, (Because.OPEN, 1060.0)),
        ("open.md", 59, (Because.OPEN, 1001.0)),
        ("open.md", 60, None),
        ("closed.md", 0, (Because.JUST_SAVED, 1005.0)),
        ("closed.md", 4.5, (Because.JUST_SAVED, 1000.5)),
        ("closed.md", 5, None),
        ("closed.md", None, None),
        ("open.md", None, None),
    ],
)
def test_an_open_note_waits_longer_than_a_closed_one(path, seconds, expected):
    assert waits(path, seconds) == expected


def test_while_the_app_does_not_run_only_the_target_quiet_counts():
    assert waits("active.md", 1, STALE) == (Because.JUST_SAVED, 1004.0)
    assert waits("open.md", 5, STALE) is None


def test_the_periods_are_settings():
    settings = Settings(watch_target_quiet=1, watch_background_quiet=2)
    assert waits("closed.md", 0, settings=settings) == (Because.JUST_SAVED, 1001.0)
    assert waits("open.md", 0, settings=settings) == (Because.OPEN, 1002.0)
    assert waits("open.md", 0, settings=Settings(watch_background_quiet=0)) is None


def test_what_waits_may_be_written_when_its_turn_has_come():
    for path in ("open.md", "closed.md"):
        wait = verdict(path, 1000.0, 999.0, STATE, DEFAULTS)
        assert verdict(path, wait.until, 999.0, STATE, DEFAULTS) is None


def test_a_save_from_the_future_makes_nobody_wait_for_ever():
    assert waits("closed.md", -30) == (Because.JUST_SAVED, 1005.0)
    assert waits("closed.md", -SKEW - 1) is None
    assert saved_at(1000.0, 50_000.0, 50_030.0) == 1000.0
    assert saved_at(1000.0, 50_000.0, 50_000.0 + SKEW + 1) == -math.inf
    assert waits("open.md", math.inf) is None


def test_the_time_of_the_disk_becomes_one_of_the_monotonic_clock():
    assert saved_at(1000.0, 50_000.0, 49_997.5) == 997.5


@pytest.mark.parametrize(
    ("path", "age", "seconds"),
    [
        ("active.md", 0, 5.0),
        ("open.md", 2, 3.0),
        ("open.md", 5, 0.0),
        ("open.md", 10**9, 0.0),
        ("closed.md", 0, 0.0),
        ("open.md", -3, 5.0),
        ("open.md", -SKEW - 1, 0.0),
    ],
)
def test_a_one_shot_command_waits_only_for_an_open_note_just_saved(path, age, seconds):
    assert courtesy(path, 10_000.0, 10_000.0 - age, STATE) == seconds
    assert courtesy(path, 10_000.0, 10_000.0 - age, STALE) == 0.0
    assert fresh(10_000.0, 10_000.0 - age) >= seconds


def test_it_says_for_what_it_waits():
    assert (
        waiting("Été.md", 3.2).fr
        == "«\u00a0Été.md\u00a0» est ouverte dans Obsidian et vient d’être enregistrée\u00a0: attente de 3\u00a0s"
    )
    assert waiting("a.md", 0.1).en.endswith("waiting for 1 s")
