"""`check --index`: what git has staged, judged before it is committed.

Nothing heavy is imported here: most often a hook runs, nothing of a vault is staged, and all ends at once.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.settings import TOML_NAME
from vaultkit.shell.console import locale_language
from vaultkit.shell.git.difference import Differences, changed_paths, differences
from vaultkit.shell.git.repository import Repository
from vaultkit.shell.names import find_vault, is_folder, vault_path
from vaultkit.shell.obsidian import FOLDER
from vaultkit.text import Message, nfc


def check_index(arguments: Namespace) -> int:
    """Run the command for each vault that the commit touches; return the worst exit code.

    What is wrong with the settings of one vault does not keep the others from being judged.
    """
    _only_looking(arguments)
    repository = _repository(arguments)
    found = differences(repository)
    if arguments.vault is None:
        roots = list(_vaults(repository, found, arguments.paths))
    else:
        roots = list(_said(repository, arguments))
    if arguments.format != "text":
        roots = [_the_one(repository, roots)]
    if len(roots) < 2:
        return max((_judged(repository, root, found, arguments) for root in roots), default=0)
    from vaultkit.shell.snippet import harmless

    code = 0
    for root in roots:
        try:
            code = max(code, _judged(repository, root, found, arguments, _shown(repository, root)))
        except VaultkitError as fault:
            code = max(code, fault.exit_code)
            said = fault.message.of("en" if locale_language() == "en" else "fr")
            print(f"vaultkit: {_shown(repository, root)}: {harmless(said)}", file=sys.stderr)
    return code


def _repository(arguments: Namespace) -> Repository:
    """Return the repository of the vault that was said, else the one that we stand in."""
    if arguments.vault is not None and is_folder(Path(arguments.vault)):
        return Repository.of_vault(Path(arguments.vault).resolve())
    return Repository.open(Path.cwd())


def _said(repository: Repository, arguments: Namespace) -> Iterator[Path]:
    """Yield the vault that was said, which need not be on the disk (a sparse checkout).

    On a branch without it a hook has nothing to judge. Raises VaultkitError (2) for one that nobody knows.
    """
    root = Path(arguments.vault).resolve()
    if root.is_relative_to(repository.top) and not is_folder(root):
        lead = nfc(repository.prefix(root))
        if any(
            nfc(entry.path.decode("utf-8", "surrogateescape")).startswith(lead)
            for entry in repository.entries
        ):
            yield root
            return
        if arguments.brief:
            return
    yield find_vault(arguments.vault).resolve()


def _shown(repository: Repository, root: Path) -> str:
    """Return a vault as it is called where there are several."""
    from vaultkit.shell.snippet import harmless

    return harmless(repository.prefix(root).removesuffix("/") or ".")


def _the_one(repository: Repository, roots: Sequence[Path]) -> Path:
    """Return the vault that a document is about; raises VaultkitError (2) if there are several."""
    if len(roots) > 1:
        listed = ", ".join(_shown(repository, root) for root in roots)
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


def _judged(
    repository: Repository, root: Path, found: Differences, arguments: Namespace, title: str = ""
) -> int:
    deltas = changed_paths(repository, root, found)
    said = [one for one in arguments.paths if vault_path(root, Path.cwd() / one) is not None]
    if not said and not any(deltas.values()) and arguments.format == "text":
        return 0
    from vaultkit.shell.commands.judged import judge

    return judge(repository, root, deltas, said, arguments, title)


# ------------------------------------------------------------------------------------ the vaults


def _vaults(repository: Repository, found: Differences, said: Sequence[str]) -> Iterator[Path]:
    """Yield the vaults of a repository that a commit touches: the one that we stand in, else of each change.

    A vault is the nearest folder with `vaultkit.toml` or `.obsidian/`, in the index or on the disk. In a
    repository without any such folder the top is the vault; else what lies in none is no note of anyone.
    """
    top, here = repository.top, Path.cwd().resolve()
    marked = Marks(repository)
    if here != top and (vault := marked.above(repository.prefix(here))) is not None:
        yield top / vault
        return
    raw = {delta.path for deltas in found.values() for delta in deltas}
    paths = [path.decode("utf-8", "surrogateescape") for path in raw]
    paths += [p for one in said if (p := vault_path(top, here / one)) is not None]
    vaults = {marked.above(folder) for folder in {path.rpartition("/")[0] for path in paths}}
    known = sorted(vault for vault in vaults if vault is not None)
    if paths and not known and not marked.anywhere():
        yield next((folder for folder in top.parents if _is_marked(folder)), top)
    for vault in known:
        yield top / vault


#: What stands in the path of every file that makes a folder a vault.
_SIGN, _TOML = f"{FOLDER}/".encode(), TOML_NAME.encode()


class Marks:
    """Which folders of a repository are vaults."""

    def __init__(self, repository: Repository) -> None:
        self.top = repository.top
        self._raw = [entry.path for entry in repository.entries]
        likely = [path for path in self._raw if _SIGN in path or path.endswith(_TOML)]
        paths = [path.decode("utf-8", "surrogateescape") for path in likely]
        folders = {path.rpartition("/")[0] for path in paths}
        self.staged = {_owner(folder) for folder in folders if f"/{FOLDER}/" in f"/{folder}/"}
        self.staged |= {path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] == TOML_NAME}
        self._known: dict[str, str | None] = {}

    def above(self, folder: str) -> str | None:
        """Return the nearest vault at or above a folder; None if there is none. Each folder is looked at once."""
        at, below = _owner(folder), []
        while at not in self._known:
            below.append(at)
            if self.is_vault(at):
                self._known[at] = at
            elif not at:
                self._known[at] = None
            else:
                at = at.rpartition("/")[0]
        found = self._known[at]
        self._known.update(dict.fromkeys(below, found))
        return found

    def is_vault(self, folder: str) -> bool:
        """Whether a folder is a vault, in the index or on the disk."""
        return folder in self.staged or _is_marked(self.top / folder)

    def anywhere(self) -> bool:
        """Whether the repository has any vault."""
        folders = {path.rpartition(b"/")[0].decode("utf-8", "surrogateescape") for path in self._raw}
        return bool(self.staged) or any(self.above(folder) is not None for folder in folders)


def _is_marked(folder: Path) -> bool:
    return is_folder(folder / FOLDER) or os.path.isfile(folder / TOML_NAME)  # noqa: PTH113 - as of is_folder


def _owner(folder: str) -> str:
    """Return the folder that holds `.obsidian`, for one in it; else the folder itself."""
    lead, found, _ = f"/{folder}/".partition(f"/{FOLDER}/")
    return lead.strip("/") if found else folder.strip("/")
