"""Where the files of a vault are read from: the disk, or any other state of it, such as what git has staged."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from vaultkit.shell import disk, swap
from vaultkit.shell.disk import Source
from vaultkit.shell.walk import FileEntry, Scan
from vaultkit.text import Message


class Files(Protocol):
    """One state of the files of a vault: which there are, and what they say."""

    def scan(self) -> Scan:
        """Return every file that Obsidian sees, in its order."""

    def read_all(self, entries: Iterable[FileEntry]) -> tuple[dict[str, Source], list[tuple[str, Message]]]:
        """Read many files: those that are there by path, and why others could not be read."""

    def slurp(self, path: str) -> bytes | None:
        """Return the bytes of one file, hidden ones too (`.obsidian/…`), or None if there is none.

        Raises OSError for a file that is there and cannot be read.
        """


class DiskFiles:
    """The files of the vault at `root` as they stand on the disk."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def scan(self) -> Scan:
        """Return every file that Obsidian sees, in its order."""
        return disk.scan(self.root)

    def read_all(self, entries: Iterable[FileEntry]) -> tuple[dict[str, Source], list[tuple[str, Message]]]:
        """Read many files: those that are there by path, and why others could not be read."""
        return disk.read_all(self.root, entries)

    def slurp(self, path: str) -> bytes | None:
        """Return the bytes of one file, hidden ones too, or None if there is none; raises OSError."""
        real = disk.find(self.root, path)
        found = None if real is None else swap.slurp(real)
        return None if found is None else found[0]
