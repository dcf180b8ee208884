"""A vault in a test is one text: notes parted by `== path` lines, in a docstring or a string."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, settings

from vaultkit.shell import later

# a law is about what holds, not about how busy the machine is
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

# what one test has made a cache of is none of the others' business, and not of this machine's user
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="vaultkit-tests-")
atexit.register(shutil.rmtree, os.environ["XDG_CACHE_HOME"], ignore_errors=True)

SHARED = Path(__file__).resolve().parents[2] / "shared"
SEED = SHARED / "seeds" / "Synthèse IT – Cabinet Pestalozzi.md"

NO_SHARED = "../shared (the recorded truth and the user's own synthesis) is not beside this checkout"
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=NO_SHARED)


@pytest.fixture(autouse=True)
def nothing_is_put_off() -> Iterator[None]:
    """Do nothing in one test that another has put off."""
    yield
    later._waiting.clear()
    later._told.clear()


def notes_of(text: str) -> dict[str, str]:
    """Read `== path` headed notes out of one text."""
    parts = re.split(r"^== (.+)\n", dedent(text), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@dataclass(frozen=True)
class Ran:
    """What a run of vaultkit left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Vault:
    """A vault on a real disk, and vaultkit run on it as a process."""

    root: Path
    state: Path

    def write(self, path: str, text: str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    def read(self, path: str) -> str:
        return (self.root / path).read_bytes().decode()

    def replace(self, path: str, old: str, new: str) -> None:
        """Rewrite a stretch of a note by hand; it must be there exactly once."""
        text = self.read(path)
        assert text.count(old) == 1, (old, text.count(old), text)
        self.write(path, text.replace(old, new))

    def run(self, *arguments: str, stdin: str = "", **environ: str) -> Ran:
        """Run `vaultkit ARGUMENTS` in the vault's folder, as a process of its own."""
        env = (
            os.environ
            | {"XDG_STATE_HOME": str(self.state), "LC_ALL": "en_US.UTF-8", "NO_COLOR": "1"}
            | environ
        )
        done = subprocess.run(
            [sys.executable, "-m", "vaultkit", *arguments],
            cwd=self.root, env=env, input=stdin.encode(), capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def snapshot(self) -> dict[str, bytes]:
        """Return the bytes of every file."""
        return {
            p.relative_to(self.root).as_posix(): p.read_bytes() for p in self.root.rglob("*") if p.is_file()
        }


@pytest.fixture
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Vault:
    """The vault written in the docstring of the test, on a real disk; empty without one."""
    made = Vault(tmp_path / "coffre", tmp_path / "state")
    made.root.mkdir()
    (made.root / ".obsidian").mkdir()
    for path, text in notes_of(request.function.__doc__ or "").items():
        made.write(path, text)
    return made


@pytest.fixture
def seed_vault(tmp_path: Path) -> Vault:
    """A vault that holds only the user's own synthesis."""
    if not SEED.is_file():
        pytest.skip(NO_SHARED)
    made = Vault(tmp_path / "coffre", tmp_path / "state")
    made.root.mkdir()
    made.write(SEED.name, SEED.read_bytes().decode())
    return made
