"""Other tools that read a vault, where they are installed: what to type for the same work."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from msgspec import Struct

_OBSIDIANTOOLS = (
    "import sys, pathlib, obsidiantools.api as api; api.Vault(pathlib.Path(sys.argv[1])).connect().gather()"
)
_IS_THERE = "import sys, importlib.util as util; sys.exit(util.find_spec(sys.argv[1]) is None)"


class Peer(Struct, frozen=True):
    """Work of another tool, and ours that it stands beside: "cold" or "warm". `steps` run one after another.

    `small` says that it is measured on the smallest vault, as it would take too long on the others. `least` is
    how many times faster we mean to be; `command` is None where the tool is not installed.
    """

    key: str
    what: str
    beside: str
    command: list[str] | None
    small: bool = False
    least: float | None = None


def peers(folder: Path | None, vault: str = "{vault}", index: str = "{index}") -> list[Peer]:
    """Return all of them, found in `folder` (the `bin` of another environment), else on the PATH."""
    path = str(folder) if folder else os.environ.get("PATH", os.defpath)
    python = shutil.which("python", path=path) if folder else sys.executable
    in_vault = ["--vault", vault, "--index", index]
    return [
        Peer("hvk-cold", "headless-vault-kit `hvk rebuild`", "cold", _typed("hvk", path, *in_vault, "rebuild"), least=10),
        Peer("hvk-warm", "headless-vault-kit `hvk scan`, nothing changed", "warm", _typed("hvk", path, *in_vault, "scan"), least=10),
        Peer("graphmark", "graphmark `stats` (the graph alone)", "cold", _typed("graphmark", path, "--root", vault, "stats")),
        Peer("obsidiantools", "obsidiantools `connect().gather()`", "cold", _obsidiantools(python, vault), small=True),
    ]  # fmt: skip


def _typed(name: str, path: str, *words: str) -> list[str] | None:
    found = shutil.which(name, path=path)
    return None if found is None else [found, *words]


def _obsidiantools(python: str | None, vault: str) -> list[str] | None:
    if python is None:
        return None
    there = subprocess.run(
        [python, "-c", _IS_THERE, "obsidiantools"], check=False, stderr=subprocess.DEVNULL
    ).returncode
    return [python, "-c", _OBSIDIANTOOLS, vault] if there == 0 else None
