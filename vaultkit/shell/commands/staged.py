"""`check --index`: what git has staged, judged before it is committed.

Nothing heavy is imported here: most often a hook runs, nothing of a vault is staged, and all ends at once.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.settings import TOML_NAME
from vaultkit.shell.difference import Differences, changed_paths, differences
from vaultkit.shell.git import Repository
from vaultkit.shell.names import find_vault, vault_path
from vaultkit.shell.obsidian import FOLDER
from vaultkit.text import Message


def check_index(arguments: Namespace) -> int:
    """Run the command for each vault that the commit touches; return the worst exit code."""
    _only_looking(arguments)
    if arguments.vault is not None:
        roots = [find_vault(arguments.vault).resolve()]
        repository = Repository.open(roots[0])
        found = differences(repository)
    else:
        repository = Repository.open(Path.cwd())
        found = differences(repository)
        roots = list(_vaults(repository, found, arguments.paths))
    if arguments.format != "text":
        roots = [_the_one(repository, roots)]
    return max((_judged(repository, root, found, arguments) for root in roots), default=0)


def _the_one(repository: Repository, roots: Sequence[Path]) -> Path:
    """Return the vault that a document is about; raises VaultkitError (2) if there are several."""
    if len(roots) > 1:
        listed = ", ".join(root.relative_to(repository.top).as_posix() for root in roots)
        raise VaultkitError(
            Message(
                f"ce commit touche plusieurs coffres ({listed})\u00a0: dire lequel avec --vault",
                f"this commit touches several vaults ({listed}): say which with --vault",
            )
        )
    return roots[0] if roots else repository.top


def _only_looking(arguments: Namespace) -> None:
    """Refuse options that write: what is staged is the person's; raises VaultkitError (2)."""
    for name in ("fix", "add_missing", "diff", "write_baseline"):
        if getattr(arguments, name, False):
            option = f"--{name.replace('_', '-')}"
            raise VaultkitError(
                Message(
                    f"--index et {option} ne vont pas ensemble\u00a0: rien n’est écrit dans l’index de git",
                    f"--index and {option} do not go together: nothing is written into git's index",
                )
            )


def _judged(repository: Repository, root: Path, found: Differences, arguments: Namespace) -> int:
    deltas = changed_paths(repository, root, found)
    said = [one for one in arguments.paths if vault_path(root, Path.cwd() / one) is not None]
    if not said and not any(deltas.values()) and arguments.format == "text":
        return 0
    from vaultkit.shell.commands.judged import judge

    return judge(repository, root, deltas, said, arguments)


# ------------------------------------------------------------------------------------ the vaults


def _vaults(repository: Repository, found: Differences, said: Sequence[str]) -> Iterator[Path]:
    """Yield the vaults of a repository that a commit touches: the one that we stand in, else of each change.

    A vault is the nearest folder with `vaultkit.toml` or `.obsidian/`, in the index or on the disk. In a
    repository without any such folder the top is the vault; else what lies in none is no note of anyone.
    """
    top, here = repository.top, Path.cwd().resolve()
    marked = _Marks(repository)
    if here != top and (vault := marked.above(repository.prefix(here))) is not None:
        yield top / vault
        return
    raw = {delta.path for deltas in found.values() for delta in deltas}
    paths = [path.decode("utf-8", "surrogateescape") for path in raw]
    paths += [p for one in said if (p := vault_path(top, here / one)) is not None]
    vaults = {marked.above(folder) for folder in {path.rpartition("/")[0] for path in paths}}
    known = sorted(vault for vault in vaults if vault is not None)
    if paths and not known and not marked.anywhere():
        known = [""]
    for vault in known:
        yield top / vault


class _Marks:
    """Which folders of a repository are vaults."""

    def __init__(self, repository: Repository) -> None:
        self.top = repository.top
        paths = [entry.path.decode("utf-8", "surrogateescape") for entry in repository.entries]
        self.folders = {path.rpartition("/")[0] for path in paths}
        self.staged = {_owner(folder) for folder in self.folders if f"/{FOLDER}/" in f"/{folder}/"}
        self.staged |= {path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] == TOML_NAME}

    def above(self, folder: str) -> str | None:
        """Return the nearest vault at or above a folder; None if there is none."""
        parts = [part for part in _owner(folder).split("/") if part]
        for length in range(len(parts), -1, -1):
            candidate = "/".join(parts[:length])
            if self.is_vault(candidate):
                return candidate
        return None

    def is_vault(self, folder: str) -> bool:
        """Whether a folder is a vault, in the index or on the disk."""
        there = self.top / folder
        return folder in self.staged or (there / FOLDER).is_dir() or (there / TOML_NAME).is_file()

    def anywhere(self) -> bool:
        """Whether the repository has any vault."""
        return bool(self.staged) or any(self.above(folder) is not None for folder in self.folders)


def _owner(folder: str) -> str:
    """Return the folder that holds `.obsidian`, for one in it; else the folder itself."""
    lead, found, _ = f"/{folder}/".partition(f"/{FOLDER}/")
    return lead.strip("/") if found else folder.strip("/")
