"""The merge driver in the settings of a repository, on this machine alone.

It is registered in `$GIT_DIR/info/attributes`, not in `.gitattributes`: the command that it names is in
the settings of this clone only, and nothing that others would commit or see is to change.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from vaultkit.shell.git import Repository

DRIVER = "vaultkit"
_NAME = "zones de vaultkit / regions of vaultkit"


def command(python: str = sys.executable) -> str:
    """Return what git starts for a note that both sides changed."""
    interpreter = shlex.quote(python.replace("\\", "/") if os.name == "nt" else python)
    return f"{interpreter} -P -m vaultkit merge-driver --marker-size %L -- %O %A %B %P"


def is_registered(repository: Repository) -> bool:
    """Whether git knows the driver and which notes it is for."""
    known = repository.ask("config", "--local", "--get", f"merge.{DRIVER}.driver")
    return known is not None and any(_is_ours(line) for line in _lines(repository))


def register(repository: Repository, root: Path) -> None:
    """Tell git of the driver, for the notes of the vault."""
    repository.run("config", "--local", f"merge.{DRIVER}.name", _NAME)
    repository.run("config", "--local", f"merge.{DRIVER}.driver", command())
    line = _line(repository.prefix(root)).encode()
    lines = _lines(repository)
    if line not in (known.strip() for known in lines):
        text = b"".join(lines)
        whole = not text or text.endswith(b"\n")
        _write(repository, text + line + b"\n" if whole else text + b"\n" + line)


def unregister(repository: Repository) -> bool:
    """Take the driver out; return whether it was there."""
    known = repository.ask("config", "--local", "--get", f"merge.{DRIVER}.driver") is not None
    if known:
        repository.run("config", "--local", "--remove-section", f"merge.{DRIVER}")
    lines = _lines(repository)
    kept = [line for line in lines if not _is_ours(line)]
    if kept != lines:
        text = b"".join(kept)
        _write(repository, text if lines[-1].endswith(b"\n") else text.removesuffix(b"\n"))
    return known or kept != lines


def _line(prefix: str) -> str:
    """Return the line for the notes below a folder of the repository, quoted as git wants it."""
    if not prefix:
        return f"*.md merge={DRIVER}"
    pattern = "".join(f"\\{c}" if c in "*?[\\" else c for c in f"/{prefix}") + "**/*.md"
    quoted = pattern.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" merge={DRIVER}'


def _is_ours(line: bytes) -> bool:
    return line.strip().endswith(f".md merge={DRIVER}".encode()) or line.strip().endswith(
        f'.md" merge={DRIVER}'.encode()
    )


def _lines(repository: Repository) -> list[bytes]:
    path = repository.path_in_git("info/attributes")
    return path.read_bytes().splitlines(keepends=True) if path.is_file() else []


def _write(repository: Repository, data: bytes) -> None:
    path = repository.path_in_git("info/attributes")
    if not data:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
