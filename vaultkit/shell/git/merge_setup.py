"""The merge driver in the settings of a repository, on this machine alone.

It is registered in `$GIT_DIR/info/attributes`, not in `.gitattributes`: the command that it names is in
the settings of this clone only, and nothing that others would commit or see is to change.
"""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from vaultkit.shell.git.private import read_own, write_own
from vaultkit.shell.git.repository import GitFault, Repository

DRIVER = "vaultkit"
#: The exit code of `merge-driver` for a note with conflicts: none that Python, a shell or git give for a failure.
CONFLICT = 10
_NAME = "zones de vaultkit / regions of vaultkit"


def command(python: str = sys.executable) -> str:
    """Return what git has its shell run for a note that both sides changed.

    Where vaultkit does not start, or fails, git's own way of merging lines is left: git takes whatever is in
    `%A` for the merged note, and without conflict markers nobody would see that theirs is missing.
    """
    interpreter = shlex.quote(python.replace("\\", "/") if os.name == "nt" else python)
    merged = f"{interpreter} -P -m vaultkit merge-driver --marker-size %L -- %O %A %B %P"
    lines = "git merge-file -q --marker-size=%L -L ours -L base -L theirs -- %A %O %B"
    return f"{merged}; case $? in 0) ;; {CONFLICT}) exit 1;; *) {lines} || exit 1;; esac"


def is_registered(repository: Repository) -> bool:
    """Whether git knows the driver and which notes it is for."""
    known = repository.ask("config", "--local", "--get", f"merge.{DRIVER}.driver")
    return known is not None and any(_is_ours(line) for line in _lines(repository))


def register(repository: Repository, root: Path) -> None:
    """Tell git of the driver, for the notes of the vault; raises Refused or GitFault, and then all is as before."""
    line = _line(repository.prefix(root)).encode()
    lines = _lines(repository)
    before = b"".join(lines)
    if line not in (known.strip() for known in lines):
        whole = not before or before.endswith(b"\n")
        _write(repository, before + line + b"\n" if whole else before + b"\n" + line)
    known = is_registered(repository)
    try:
        repository.run("config", "--local", f"merge.{DRIVER}.name", _NAME)
        repository.run("config", "--local", f"merge.{DRIVER}.driver", command())
    except GitFault:
        if not known:
            repository.ask("config", "--local", "--remove-section", f"merge.{DRIVER}")
            _write(repository, before)
        raise


def unregister(repository: Repository) -> bool:
    """Take the driver out; return whether it was there."""
    known = repository.ask("config", "--local", "--get", f"merge.{DRIVER}.driver") is not None
    lines = _lines(repository)
    kept = [line for line in lines if not _is_ours(line)]
    if kept != lines:
        text = b"".join(kept)
        _write(repository, text if lines[-1].endswith(b"\n") else text.removesuffix(b"\n"))
    if known:
        repository.run("config", "--local", "--remove-section", f"merge.{DRIVER}")
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
    return (read_own(repository, _attributes(repository)) or b"").splitlines(keepends=True)


def _write(repository: Repository, data: bytes) -> None:
    write_own(repository, _attributes(repository), data)


def _attributes(repository: Repository) -> Path:
    return repository.path_in_git("info/attributes")
