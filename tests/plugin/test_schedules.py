"""Random work in an app that follows specs/obsidian.md §9.3, with the plugin's real code and the real daemon.

Time is virtual, so each schedule is minutes or hours of a person's work, over in a fraction of a second. What must
hold is in `schedules/judge.js`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

#: How many schedules a run takes; thousands with VAULTKIT_PLUGIN_SCHEDULES=3000.
SCHEDULES = int(os.environ.get("VAULTKIT_PLUGIN_SCHEDULES", "160"))
FIRST = int(os.environ.get("VAULTKIT_SEED", "1"))
PARTS = 4
#: More of what brings two buffers of one note about, and what changes the past of a buffer.
CROWDED = {"opensASecondTab": 5, "worksEmbedded": 5, "undoes": 3, "composes": 3}


def play(project: Path, node: str, *given: str) -> dict[str, Any]:
    """Play schedules; return their counts and what failed."""
    command = [node, str(project / "schedules" / "run.js"), "--python", sys.executable, *given]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    played: dict[str, Any] = json.loads(done.stdout)
    return played


def well_played(project: Path, node: str, *given: str) -> dict[str, int]:
    """Play schedules in which nothing may go wrong; fail with the first that does."""
    played = play(project, node, *given)
    for failure in played["failures"]:
        deeds = "\n".join(failure["trace"])
        pytest.fail(f"seed {failure['seed']} of {given}\n{failure['fault']}\n\n--- deeds\n{deeds}")
    totals: dict[str, int] = played["totals"]
    return totals


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_typed_is_lost_with_the_plugin_as_writer(npm_project, node, part):
    count = SCHEDULES // PARTS
    first = FIRST + part * count
    more = ["--more", json.dumps(CROWDED)] if part % 2 else []
    seen = well_played(
        npm_project, node, "--first", str(first), "--count", str(count), "--deeds", "12", "--strict", *more
    )
    assert seen["words"] > 10 * count
    assert seen["edits"] + seen["processed"] > count
    assert seen["undoChecks"] > count
    assert seen["coarse"] <= max(2, seen["edits"] // 20), "cursors thrown out of the unit that was typed in"


@pytest.mark.parametrize("carelessness", ["dirty", "blind", "other", "joined", "whole"])
def test_a_careless_writer_does_not_get_away_with_it(npm_project, node, carelessness):
    given = ("--writer", carelessness, "--count", "80", "--more", json.dumps(CROWDED))
    played = play(npm_project, node, *given)
    assert played["failures"], f"no schedule shows that it {carelessness}"


def test_the_double_does_what_is_known_of_the_app(npm_project, node):
    done = subprocess.run(
        [node, "--test", "--test-reporter=tap", str(npm_project / "double" / "double.test.js")],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
