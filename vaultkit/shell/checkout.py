"""Where a vault lies in the repository it is kept in: known by `.git` alone, no git is started."""

from __future__ import annotations

import os
from pathlib import Path


def lead_in_checkout(root: Path) -> str:
    """Return what stands before a vault's paths in its repository: `notes/coffre/`; empty outside of one.

    The repository is the nearest folder, the vault's own or above it, that has `.git` (a file in worktrees
    and submodules).
    """
    real = Path(os.path.realpath(root))
    for folder in (real, *real.parents):
        if os.path.lexists(folder / ".git"):
            inside = real.relative_to(folder).as_posix()
            return "" if inside == "." else f"{inside}/"
    return ""
