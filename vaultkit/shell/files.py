"""Where the files of a vault are read from: the disk, or any other state of it, such as what git has staged."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from vaultkit.shell import disk, swap
from vaultkit.shell.disk import Source
from vaultkit.shell.walk import FileEntry, Scan
from vaultkit.text import Message

#: How far apart, in nanoseconds, two times of files are at most that a system may give as one: where it tells when
#: anything of a file changed, in parts of a second, and on others (FAT counts in steps of two seconds).
_TICK, _COARSE_TICK = 20_000_000, 2_000_000_000
_SECOND = 1_000_000_000


#: The kinds of states of a vault that a cache remembers: as it is on the disk, and as git has it staged.
STATES = ("disk", "index")


class Files(Protocol):
    """One state of the files of a vault: which there are, and what they say.

    `name` is that under which a cache remembers this kind of state, empty for one not worth remembering.
    """

    name: str

    def scan(self) -> Scan:
        """Return every file that Obsidian sees, in its order."""

    def read_all(self, entries: Iterable[FileEntry]) -> tuple[dict[str, Source], list[tuple[str, Message]]]:
        """Read many files: those that are there by path, and why others could not be read."""

    def slurp(self, path: str) -> bytes | None:
        """Return the bytes of one file, hidden ones too (`.obsidian/…`), or None if there is none.

        Raises OSError for a file that is there and cannot be read.
        """

    def stamp(self, entry: FileEntry, seen: int) -> str:
        """Return what differs once a file says something else, empty if nothing tells.

        `seen` is when the file was looked at (ns since 1970), for a comparison with a stamp of that time.
        """

    def oid(self, entry: FileEntry) -> bytes | None:
        """Return git's name for the bytes of a file, None if that is not known without reading it."""


class DiskFiles:
    """The files of the vault at `root` as they stand on the disk.

    `looked` is a look that was just taken at all of them, and when it began (ns since 1970): no other is taken then.
    """

    name = "disk"

    def __init__(self, root: Path, looked: tuple[Scan, int] | None = None) -> None:
        self.root = root
        self._looked = looked
        self._began = sys.maxsize

    def scan(self) -> Scan:
        """Return every file that Obsidian sees, in its order."""
        found, self._began = self._looked or (disk.scan(self.root), sys.maxsize)
        self._looked = None
        return found

    def read_all(self, entries: Iterable[FileEntry]) -> tuple[dict[str, Source], list[tuple[str, Message]]]:
        """Read many files: those that are there by path, and why others could not be read."""
        return disk.read_all(self.root, entries)

    def slurp(self, path: str) -> bytes | None:
        """Return the bytes of one file, hidden ones too, or None if there is none; raises OSError."""
        real = disk.find(self.root, path)
        found = None if real is None else swap.slurp(real)
        return None if found is None else found[0]

    def stamp(self, entry: FileEntry, seen: int) -> str:
        """Return size, times and number of a file; nothing tells of one that changed just before it was looked at.

        The number tells two files of the same size apart that were made at once, where one takes the other's path.
        """
        changed = entry.changed_ns
        tick = _TICK if changed % _SECOND else _COARSE_TICK
        if max(entry.mtime_ns, changed) > min(seen, self._began) - tick:
            return ""
        return f"{entry.size} {entry.mtime_ns} {changed} {entry.inode}"

    def settled(self, entries: Iterable[FileEntry], seen: int) -> bool:
        """Whether of each of these files something tells once it changes: only young ones need be asked about."""
        old = min(seen, self._began) - _COARSE_TICK
        young = (entry for entry in entries if entry.mtime_ns > old or entry.changed_ns > old)
        return all(self.stamp(entry, seen) for entry in young)

    def oid(self, entry: FileEntry) -> bytes | None:
        """Return None: the disk knows nothing of git."""
        return None
