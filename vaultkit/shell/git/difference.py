"""How what git has staged differs from what the next commit comes after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from vaultkit.shell.git.repository import SUBMODULE, Delta, Repository, deltas_in
from vaultkit.shell.git.staged import StagedFiles, printable
from vaultkit.shell.obsidian import FOLDER
from vaultkit.vault.app import FILES

#: The settings of the app that change what is said of a vault.
APP = frozenset(f"{FOLDER}/{name}" for name in FILES)
#: How the index differs from each parent of the next commit; the first one comes after nothing: None.
Differences = Mapping[str | None, Iterable[Delta]]


def differences(repository: Repository) -> Differences:
    """Return how the index of a repository differs from each parent of the next commit."""
    parents: list[str | None] = [*repository.parents()] or [None]
    return {parent: _seen(repository.deltas(parent or repository.empty_tree)) for parent in parents}


def difference_from_head(repository: Repository, said: bytes) -> Differences | None:
    """Return how the index differs from its only parent, as git has printed it; None where there is no parent."""
    return None if repository.head is None else {repository.head: _seen(deltas_in(said))}


def _seen(deltas: Iterable[Delta]) -> list[Delta]:
    return [delta for delta in deltas if not _only_mode(delta)]


def changed_paths(
    repository: Repository, root: Path, found: Differences
) -> dict[str | None, dict[str, Delta]]:
    """Return the differences that lie in the vault at `root` and that Obsidian or vaultkit sees, by path."""
    vault = StagedFiles(repository, root, ())
    paths = {
        parent: {vault.vault_path(delta.path): delta for delta in deltas} for parent, deltas in found.items()
    }
    return {
        parent: {
            printable(path): delta for path, delta in deltas.items() if path is not None and _matters(path)
        }
        for parent, deltas in paths.items()
    }


def _matters(path: str) -> bool:
    return is_seen(path) or path in APP


def _only_mode(delta: Delta) -> bool:
    """Whether nothing changed that a reader sees: an executable bit, or the commit of a submodule."""
    before, after = delta.before, delta.after
    if SUBMODULE in (before and before.mode, after and after.mode):
        return True
    return bool(before and after and before.oid == after.oid and before.mode[:3] == after.mode[:3])


def is_seen(path: str) -> bool:
    """Whether Obsidian sees a file of this path: no part of it begins with a dot."""
    return not path.startswith(".") and "/." not in path
