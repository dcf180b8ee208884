"""Whether git is in the middle of something in a work tree, as its own files tell; git is not asked."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

#: What git leaves while it changes files one commit after another (gitrepository-layout(5)). A merge that waits
#: for a person is none of it: what he mends there, the syntheses should follow.
_SIGNS = ("rebase-merge", "rebase-apply", "BISECT_START", "sequencer")
_LOCK = "index.lock"
#: A lock older than this, in seconds, was left by a git that died.
_DEAD = 600.0


def git_folder(root: Path) -> Path | None:
    """Return the folder in which git keeps what belongs to the work tree around `root`, None if there is none."""
    real = Path(os.path.realpath(root))
    for folder in (real, *real.parents):
        found = folder / ".git"
        if found.is_dir():
            return found
        with suppress(OSError, UnicodeDecodeError):
            said = found.read_text(encoding="utf-8")
            if said.startswith("gitdir:"):  # a linked work tree, or a submodule
                return folder / said.removeprefix("gitdir:").strip()
    return None


def is_at_work(root: Path) -> bool:
    """Whether git changes the work tree around `root` just now: a rebase, a bisection, its lock."""
    folder = git_folder(root)
    if folder is None:
        return False
    with suppress(OSError):
        if abs(time.time() - (folder / _LOCK).stat().st_mtime) < _DEAD:
            return True
    return any(os.path.lexists(folder / sign) for sign in _SIGNS)
