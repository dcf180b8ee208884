"""The vaults of the explanations, written to a disk and checked."""

from __future__ import annotations

from pathlib import Path

from vaultkit.rules.explained.explanation import Files
from vaultkit.shell.planning import stale_regions
from vaultkit.shell.session import Session


def opened(files: Files, root: Path) -> Session:
    """Write a small vault below `root` and open it."""
    (root / ".obsidian").mkdir(parents=True)
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Session.open(root)


def codes_in(files: Files, root: Path) -> set[str]:
    """Return the codes of all that is said of a small vault, stale regions included."""
    session = opened(files, root)
    plan = session.plan()
    return {each.kind.code for each in (*session.check(plan), *stale_regions(plan))}
