"""The plugin's own code in a double of the app: its edits, its socket, and what people do beside a real daemon."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

#: What each file of `code/` tries; they run side by side.
PARTS = ["writer", "link", "deeds"]


@pytest.mark.parametrize("part", PARTS)
def test_the_code_of_the_plugin(npm_project, node, part):
    if sys.platform == "win32" and part != "writer":
        pytest.skip("the daemon is played on a socket of Unix, and vaultkit is started by a script")
    done = subprocess.run(
        [node, "--test", "--test-reporter=spec", str(npm_project / "code" / f"{part}.test.js")],
        env=os.environ | {"VAULTKIT_PYTHON": sys.executable},
        capture_output=True, text=True, encoding="utf-8", check=False, timeout=1800,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_file_is_tried(npm_project):
    files = (npm_project / "code").glob("*.test.js")
    assert {file.name for file in files} == {f"{part}.test.js" for part in PARTS}
