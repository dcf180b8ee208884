"""The npm packages that the tests of the plugin need, installed once when they are missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from vaultkit.shell import swap

HERE = Path(__file__).parent
NO_NODE = "Node.js with npm is not on this machine"
#: What npm leaves behind when it is through.
DONE = HERE / "node_modules" / ".package-lock.json"


@pytest.fixture(scope="session")
def node() -> str:
    """The program `node`."""
    found = shutil.which("node")
    if found is None:
        pytest.skip(NO_NODE)
    return found


@pytest.fixture(scope="session")
def npm_project(node: str) -> Path:
    """This folder with its `node_modules`, just as the lock file has them."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip(NO_NODE)
    with swap.alone(HERE / ".installing", patience=600):  # the workers of one run take turns
        if not _is_installed():
            done = subprocess.run(
                [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
                cwd=HERE, capture_output=True, text=True, check=False, timeout=600,
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            os.utime(DONE)
    return HERE


def _is_installed() -> bool:
    lock = HERE / "package-lock.json"
    return DONE.is_file() and DONE.stat().st_mtime_ns >= lock.stat().st_mtime_ns


@pytest.fixture(scope="session")
def chromium(npm_project: Path) -> str:
    """The program Chromium, however it is called here."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip("Chromium is not on this machine")
    return found
