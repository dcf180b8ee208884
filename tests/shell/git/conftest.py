"""A scratch repository with a vault in it, real git, and vaultkit run as a process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.conftest import Ran, notes_of

GIT = shutil.which("git")

MISSION = """
== Synthèse.md
---
category: synthese_globale
scope: Étude Dufour
---
# Synthèse

## Tableau récapitulatif

<!-- vaultkit:begin recap -->

<!-- vaultkit:end recap -->

## Feuille de route

<!-- vaultkit:begin roadmap -->

<!-- vaultkit:end roadmap -->

## Liens

<!-- vaultkit:begin liens -->

<!-- vaultkit:end liens -->

== Accès.md
---
category: domaine
scope: Étude Dufour
priorite: haute
---
# 🔐 Accès
Pour [[Synthèse]].
## Constats
- Clés partagées ❌
## Actions
- **Court terme** : **badges** – un badge par personne

== Courriel.md
---
category: domaine
scope: Étude Dufour
priorite: moyenne
---
# 📨 Courriel
Pour [[Synthèse]].
## Constats
- Adresse privée ❌
## Actions
- **Court terme** : **domaine** – une adresse au nom de l’étude

== Journal.md
Vu [[Accès]] sur place.

== vaultkit.toml
[vault]
language = "fr"
[check]
ignore = ["VK803", "no-schema"]
"""


@dataclass(frozen=True)
class Scratch:
    """A repository at `top` and the vault in it; `home` is the home of nobody."""

    top: Path
    vault: Path
    home: Path

    @property
    def env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        return kept | {
            "HOME": str(self.home), "XDG_STATE_HOME": str(self.home / "state"), "LC_ALL": "C.UTF-8", "NO_COLOR": "1",
            "XDG_CONFIG_HOME": str(self.home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": str(self.home / "gitconfig"),
            "GIT_AUTHOR_NAME": "Luc", "GIT_AUTHOR_EMAIL": "luc@example.org", "GIT_COMMITTER_NAME": "Luc",
            "GIT_COMMITTER_EMAIL": "luc@example.org", "GIT_EDITOR": "true", "GIT_MERGE_AUTOEDIT": "no",
            "GIT_ALLOW_PROTOCOL": "file",
        }  # fmt: skip

    def run(self, *command: str, cwd: Path | None = None, **environ: str) -> Ran:
        done = subprocess.run(
            command, cwd=cwd or self.top, env=self.env | environ, capture_output=True, check=False, timeout=300,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        return Ran(done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode())

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run git, which must succeed."""
        done = self.try_git(*arguments, cwd=cwd)
        assert done.code == 0, (arguments, done)
        return done.out

    def try_git(self, *arguments: str, cwd: Path | None = None) -> Ran:
        return self.run("git", *arguments, cwd=cwd)

    def vaultkit(self, *arguments: str, cwd: Path | None = None, **environ: str) -> Ran:
        return self.run(sys.executable, "-P", "-m", "vaultkit", *arguments, cwd=cwd, **environ)

    def check(self, *arguments: str, cwd: Path | None = None) -> Ran:
        """Judge what is staged."""
        return self.vaultkit("check", "--index", *arguments, cwd=cwd)

    def write(self, path: str, text: str) -> Path:
        file = self.vault / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    def read(self, path: str) -> str:
        return (self.vault / path).read_bytes().decode()

    def replace(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert text.count(old) == 1, (old, text)
        self.write(path, text.replace(old, new))

    def stage(self, *paths: str) -> None:
        """Stage files of the vault, all if none is named."""
        if paths:
            self.git("add", "--", *(str(self.vault / path) for path in paths))
        else:
            self.git("add", "-A")

    def commit(self, message: str = "…") -> None:
        """Commit everything, past any hook."""
        self.stage()
        self.git("commit", "-q", "--no-verify", "--allow-empty", "-m", message)

    def index(self) -> bytes:
        """Return the bytes of git's index."""
        return (self.top / ".git" / "index").read_bytes()

    def at(self, top: Path, inside: str = "") -> Scratch:
        """Return the same person in another work tree."""
        return replace(self, top=top, vault=top / inside)


@pytest.fixture(scope="session")
def _mission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mission whose synthesis is up to date, committed once."""
    if GIT is None:
        pytest.skip("git is not installed")
    home = tmp_path_factory.mktemp("mission")
    made = Scratch(home / "depot", home / "depot", home)
    made.top.mkdir()
    (made.vault / ".obsidian").mkdir()
    for path, text in notes_of(MISSION).items():
        made.write(path, text)
    assert made.vaultkit("rebuild", "--vault", str(made.vault)).code == 0
    made.git("init", "-q", "-b", "main")
    made.commit("premier")
    return made.top


@pytest.fixture
def repo(_mission: Path, tmp_path: Path) -> Scratch:
    """A repository that is a vault: a mission, up to date, committed."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    shutil.copytree(_mission, tmp_path / "depot", symlinks=True)
    return Scratch(tmp_path / "depot", tmp_path / "depot", home)


@pytest.fixture
def subfolder(_mission: Path, tmp_path: Path) -> Scratch:
    """A repository with code at its top and the vault in `Mon coffre`."""
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    top = tmp_path / "travail"
    top.mkdir()
    shutil.copytree(_mission, top / "Mon coffre", ignore=shutil.ignore_patterns(".git"))
    made = Scratch(top, top / "Mon coffre", home)
    (top / "README.md").write_text("Voir [[Nulle part]].\n", encoding="utf-8")
    made.git("init", "-q", "-b", "main")
    made.commit("premier")
    return made


@pytest.fixture
def empty(tmp_path: Path) -> Scratch:
    """A repository with no commit, and nothing in it but `.obsidian`."""
    if GIT is None:
        pytest.skip("git is not installed")
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "vide" / ".obsidian").mkdir(parents=True)
    made = Scratch(tmp_path / "vide", tmp_path / "vide", tmp_path / "home")
    made.git("init", "-q", "-b", "main")
    return made


@pytest.fixture
def mission_text() -> Callable[[], dict[str, str]]:
    return lambda: notes_of(MISSION)
