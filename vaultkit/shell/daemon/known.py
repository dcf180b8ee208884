"""What is known of the files on the disk, and what of it is no longer so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from vaultkit.shell import disk
from vaultkit.shell.obsidian import FOLDER
from vaultkit.shell.walk import FileEntry
from vaultkit.vault.app import FILES

#: The files of Obsidian's folder that say how a vault is read.
CONFIG = (*FILES, "bookmarks.json", "plugins/dataview/data.json")


class KnownFiles:
    """The files of the vault at `root` as they were when last looked at, by path."""

    def __init__(self, root: Path, entries: Iterable[FileEntry]) -> None:
        self.root = root
        self.entries = {entry.path: entry for entry in entries}

    def __contains__(self, path: str) -> bool:
        """Whether the file was there."""
        return path in self.entries

    def look(self, path: str) -> tuple[bool, FileEntry | None]:
        """Look at one file; return whether anything changed, and what it is now (None: gone)."""
        entry = disk.entry_of(self.root, path)
        changed = not _same(self.entries.get(path), entry)
        self._put(path, entry)
        return changed, entry

    @property
    def has_notes(self) -> bool:
        """Whether there is any note."""
        return any(entry.is_note for entry in self.entries.values())

    def look_everywhere(self) -> tuple[Iterator[tuple[str, FileEntry | None]], disk.Scan]:
        """Look at all files; return those that changed, and the scan. A vault that is gone changes nothing."""
        scan = disk.scan(self.root)
        found = {entry.path: entry for entry in scan.files}
        if not found and self.entries:
            return iter(()), scan
        before, self.entries = self.entries, found
        paths = [
            *(path for path in before if path not in found),
            *found,
        ]  # what has gone first: it may have moved
        return ((p, found.get(p)) for p in paths if not _same(before.get(p), found.get(p))), scan

    def _put(self, path: str, entry: FileEntry | None) -> None:
        if entry is None:
            self.entries.pop(path, None)
        else:
            self.entries[path] = entry


def _same(one: FileEntry | None, other: FileEntry | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.size, one.mtime_ns, one.changed_ns, one.real, one.placeholder) == (
        other.size,
        other.mtime_ns,
        other.changed_ns,
        other.real,
        other.placeholder,
    )


def config_stamp(root: Path) -> tuple[tuple[int, int] | None, ...]:
    """Return what tells whether the settings of Obsidian that are read have changed: time and size of each."""
    return tuple(_stamp(root / FOLDER / name) for name in CONFIG)


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
