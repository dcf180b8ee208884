"""A person types in a small vault while the engine runs, on a virtual clock: not a word is lost."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shell.daemon.obsidian_model import Merge
from tests.shell.daemon.stage import Rules, Stage

#: How many schedules a run takes; thousands with VAULTKIT_SCHEDULES=3000.
SCHEDULES = int(os.environ.get("VAULTKIT_SCHEDULES", "40"))
FIRST = int(os.environ.get("VAULTKIT_SEED", "1"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a schedule writes some hundred times."""
    if not Path("/dev/shm").is_dir():
        yield tmp_path
        return
    made = Path(tempfile.mkdtemp(dir="/dev/shm", prefix="vaultkit-"))
    yield made
    shutil.rmtree(made)


def rules_of(number: int, **given: object) -> Rules:
    """Return how the schedule of that number is played."""
    return Rules(exchange=number % 5 != 0, crlf=number % 7 == 0, **given)  # type: ignore[arg-type]  # mixed keywords


def played(folder: Path, seed: int, rules: Rules) -> Stage:
    """Play one schedule, and fail with its seed and its last deeds if anything is wrong."""
    stage = Stage(folder / str(seed), seed, rules)
    stage.play()
    deeds = "\n".join(stage.typist.trace[-60:])
    assert not stage.faults, f"seed {seed}, {rules}\n{stage.faults[0]}\n\n--- deeds\n{deeds}"
    shutil.rmtree(stage.folder)
    return stage


def share(part: int, parts: int, of: int = SCHEDULES) -> range:
    """Return the seeds of one of the parts that the schedules are divided into."""
    return range(FIRST + part, FIRST + of, parts)


@pytest.mark.parametrize("part", range(4))
def test_with_an_exact_merge_no_word_is_ever_lost(folder, part):
    for seed in share(part, 6):
        stage = played(folder, seed, rules_of(seed))
        assert not stage.traced


def test_a_daemon_that_writes_at_once_loses_no_word_either_where_merges_are_exact(folder):
    for seed in share(4, 12):
        assert not played(folder, seed, rules_of(seed, careful=False)).traced


def test_with_fuzzy_merges_every_loss_is_one_of_a_merge(folder):
    for seed in share(5, 12):
        stage = played(folder, seed, rules_of(seed, merge=Merge.FUZZY))
        assert bool(stage.typist.words.lost) <= bool(stage.tainted)


@pytest.mark.parametrize("merge", list(Merge))
def test_with_a_client_that_writes_no_word_is_lost_whatever_the_merge(folder, merge):
    for seed in share(10, 12):
        stage = played(folder, seed, rules_of(seed, merge=merge, writer=True))
        assert not stage.traced
