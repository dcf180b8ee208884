"""Which folders of a repository are vaults."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from vaultkit.settings import TOML_NAME
from vaultkit.shell.git.repository import Repository
from vaultkit.shell.names import is_folder
from vaultkit.shell.obsidian import FOLDER

#: What stands in the path of every file that makes a folder a vault.
_SIGN, _TOML = f"{FOLDER}/".encode(), TOML_NAME.encode()


class Marks:
    """Which folders of a repository are vaults; `staged` are those that git has, where that is known already."""

    def __init__(self, repository: Repository, staged: Iterable[str] | None = None) -> None:
        self.top = repository.top
        self._repository = repository
        self._known: dict[str, str | None] = {}
        if staged is not None:
            self.staged = frozenset(staged)

    @cached_property
    def staged(self) -> frozenset[str]:
        """The folders that are vaults by what git has."""
        likely = [path for path in self._raw if _SIGN in path or path.endswith(_TOML)]
        paths = [path.decode("utf-8", "surrogateescape") for path in likely]
        folders = {path.rpartition("/")[0] for path in paths}
        by_folder = {_owner(folder) for folder in folders if f"/{FOLDER}/" in f"/{folder}/"}
        by_file = {path.rpartition("/")[0] for path in paths if path.rpartition("/")[2] == TOML_NAME}
        return frozenset(by_folder | by_file)

    @property
    def _raw(self) -> list[bytes]:
        return [entry.path for entry in self._repository.entries]

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
        return folder in self.staged or is_marked(self.top / folder)

    def anywhere(self) -> bool:
        """Whether the repository has any vault."""
        folders = {path.rpartition(b"/")[0].decode("utf-8", "surrogateescape") for path in self._raw}
        return bool(self.staged) or any(self.above(folder) is not None for folder in folders)


def is_marked(folder: Path) -> bool:
    """Whether a folder of the disk is a vault."""
    return is_folder(folder / FOLDER) or os.path.isfile(folder / TOML_NAME)  # noqa: PTH113 - as of is_folder


def _owner(folder: str) -> str:
    """Return the folder that holds `.obsidian`, for one in it; else the folder itself."""
    lead, found, _ = f"/{folder}/".partition(f"/{FOLDER}/")
    return lead.strip("/") if found else folder.strip("/")
