"""A person at work in real time, with the plugin's real code, a real `vaultkit watch` and its real socket."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

#: How long the person works; minutes with VAULTKIT_LIVE_SECONDS=600.
SECONDS = os.environ.get("VAULTKIT_LIVE_SECONDS", "25")


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for the app's process is a program of Unix")
@pytest.mark.parametrize("seed", ["1", "2"])
def test_nothing_typed_is_lost_in_real_time(npm_project, node, tmp_path, seed):
    script = npm_project / "schedules" / "live.js"
    folder = Path("/tmp") if len(str(tmp_path)) > 60 else tmp_path  # a socket's path is short
    for seconds in (
        int(SECONDS),
        3 * int(SECONDS),
    ):  # on a machine with much else to do a person gets to type late
        command = [node, str(script), "--python", sys.executable, "--seconds", str(seconds), "--seed", seed]
        done = subprocess.run(
            [*command, "--folder", str(folder)], capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr + done.stdout
        played = json.loads(done.stdout)
        for failure in played["failures"]:
            deeds = "\n".join(failure["trace"])
            pytest.fail(f"seed {seed}\n{failure['fault']}\n\n--- deeds\n{deeds}")
        if played["totals"]["words"] > 5:
            break
    assert played["totals"]["words"] > 5
    assert played["totals"]["batches"] > 0
    assert set(played["totals"]["codes"]) == {0}
