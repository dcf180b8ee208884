"""Which files a vault has, as Obsidian sees it."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import overload

from msgspec import Struct

from vaultkit.shell.places import reachable, why
from vaultkit.shell.swap import is_placeholder
from vaultkit.text import Message, nfc

_WINDOWS, _LINUX = sys.platform == "win32", sys.platform == "linux"
_ICLOUD = ".icloud"
_LAST = "\U0010ffff"  # sorts behind every name


class FileEntry(Struct, frozen=True, array_like=True):
    """A file of the vault. `real` is where to open it, `outside` that it lies behind a link out of the vault.

    `ctime_ns` is when it was made, as far as the system tells: else the earlier of its two other times.
    A `placeholder` has its bytes in a cloud: links lead to it, but it must not be opened and is no note.
    `changed_ns` is when the system last changed anything of it, `inode` its number: 0 where there is no such thing.
    """

    path: str
    real: str
    size: int
    mtime_ns: int
    ctime_ns: int
    is_note: bool
    outside: bool
    placeholder: bool = False
    changed_ns: int = 0
    inode: int = 0


class LazyEntries(Sequence[FileEntry]):
    """The files of a vault without links, made when someone asks for all; `own` are those that only vaultkit reads."""

    def __init__(self, own: Sequence[FileEntry], make: Callable[[], Sequence[FileEntry]]) -> None:
        self.own = own
        self._make = make

    @cached_property
    def _all(self) -> Sequence[FileEntry]:
        return self._make()

    @overload
    def __getitem__(self, at: int) -> FileEntry: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[FileEntry]: ...
    def __getitem__(self, at: int | slice) -> FileEntry | Sequence[FileEntry]:
        """Return the file, or the files, of a place."""
        return self._all[at]

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self._all)


def own_entries(entries: Sequence[FileEntry]) -> Sequence[FileEntry]:
    """Return files among which are all that only vaultkit reads: templates, schemas and settings."""
    return entries.own if isinstance(entries, LazyEntries) else entries


def outside_paths(entries: Sequence[FileEntry]) -> frozenset[str]:
    """Return the paths of the files that lie behind a link out of the vault."""
    if isinstance(entries, LazyEntries):
        return frozenset()
    return frozenset(entry.path for entry in entries if entry.outside)


class Scan(Struct, frozen=True):
    """The files of a vault, and the paths that could not be taken in, with the reason.

    `links` are the links to folders that were followed: the path of each, and the real folder.
    """

    files: tuple[FileEntry, ...]
    problems: tuple[tuple[str, Message], ...]
    links: tuple[tuple[str, str], ...] = ()


def scan(root: Path) -> Scan:
    """Return every file that Obsidian sees in the vault at `root`; depth first, in each folder by name.

    A link to a folder is followed if its target touches neither the vault nor the target of another link.
    """
    root = reachable(root)
    vault = os.path.realpath(root)
    taken = [vault]
    files: list[FileEntry] = []
    problems: list[tuple[str, Message]] = []
    links: list[tuple[str, str]] = []
    stack = [(_listed(os.fspath(root.absolute()), "", problems), "", False)]
    while stack:
        listing, folder, outside = stack[-1]
        for name, entry in listing:
            path = folder + name
            try:
                behind, is_folder = outside, entry.is_dir()
                if entry.is_symlink() or (_WINDOWS and _is_junction(entry)):
                    target = os.path.realpath(entry.path)
                    behind = not within(vault, target)
                    if is_folder:
                        if any(within(a, target) or within(target, a) for a in taken):
                            continue
                        taken.append(target)
                        links.append((path, target))
                if is_folder:
                    stack.append((_listed(entry.path, path + "/", problems), path + "/", behind))
                    break
                if entry.is_file():
                    files.append(entry_at(path, entry.path, entry.stat(), behind))
            except OSError as error:
                if error.errno not in (errno.ENOENT, errno.ELOOP):
                    problems.append((path, cannot_read(error)))
        else:
            stack.pop()
    return Scan(tuple(files), tuple(problems), tuple(links))


def within(folder: str, path: str) -> bool:
    """Whether a real path is `folder` or below it."""
    folder, path = os.path.normcase(folder), os.path.normcase(path)
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def is_unicode(name: str) -> bool:
    """Whether a name can be written in UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def cannot_read(error: OSError) -> Message:
    """Return the sentence for a file or folder that the system does not let us read."""
    reason = why(error)
    return Message(f"lecture impossible\u00a0: {reason.fr}", f"cannot be read: {reason.en}")


def _listed(
    real: str, folder: str, problems: list[tuple[str, Message]]
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Return what stands in a folder, by composed name; say what has to be left out."""
    found: list[tuple[str, str, os.DirEntry[str]]] = []
    try:
        with os.scandir(real) as entries:
            for entry in entries:
                name = entry.name if entry.name[0] != "." else _seen_name(entry)
                if not name:
                    continue
                if name.isascii() or is_unicode(name):
                    composed = nfc(name)
                    spelt = "" if composed == entry.name else entry.name
                    found.append((composed, _LAST + spelt if name != entry.name else spelt, entry))
                else:
                    shown = os.fsencode(folder + name).decode(errors="backslashreplace")
                    problems.append((shown, NOT_UTF8_NAME))
    except FileNotFoundError:
        if not folder:
            problems.append(("", Message("le coffre n’est pas là", "the vault is not there")))
    except OSError as error:
        problems.append((folder.rstrip("/"), cannot_read(error)))
    found.sort()  # no two agree in both names, so entries are never compared
    last = None
    for composed, spelt, entry in found:
        if composed == last:
            if not spelt.startswith(_LAST):
                problems.append((folder + composed, TWICE))
        else:
            yield composed, entry
        last = composed


def _seen_name(entry: os.DirEntry[str]) -> str:
    """Return the name that something hidden in a folder has for Obsidian all the same, empty if it has none."""
    name = entry.name
    left = _is_left_in_icloud(name) and entry.is_file(follow_symlinks=False)
    return name[1 : -len(_ICLOUD)] if left else ""


def entry_at(path: str, real: str, status: os.stat_result, behind: bool) -> FileEntry:
    """Return the entry of a file with this state; `behind` says that it lies behind a link out of the vault."""
    mtime, changed, inode = status.st_mtime_ns, status.st_ctime_ns, status.st_ino
    made = changed
    if _LINUX:
        made = mtime if mtime < changed else changed
    elif sys.platform == "darwin":
        made = int(status.st_birthtime * 1e9)
    elif _WINDOWS:
        changed = inode = 0
    away = is_placeholder(status) or (real.endswith(_ICLOUD) and _is_left_in_icloud(Path(real).name))
    is_note = (path.endswith(".md") or path[-3:].lower() == ".md") and not away
    return FileEntry(path, real, status.st_size, mtime, made, is_note, behind, away, changed, inode)


def left_in_icloud(real: Path) -> Path:
    """Return the hidden file that stands where iCloud has taken `real` away."""
    return real.with_name(f".{real.name}{_ICLOUD}")


def _is_left_in_icloud(name: str) -> bool:
    """Whether a name is that of the hidden file which iCloud leaves in the place of another."""
    bare = name[1 : -len(_ICLOUD)]
    return name.startswith(".") and name.endswith(_ICLOUD) and bare != "" and not bare.startswith(".")


def _is_junction(entry: os.DirEntry[str]) -> bool:
    return sys.platform == "win32" and sys.version_info >= (3, 12) and entry.is_junction()


NOT_UTF8_NAME = Message(
    "ce nom n’est pas en UTF-8\u00a0: Obsidian ne le voit pas, vaultkit non plus",
    "this name is not UTF-8: neither Obsidian nor vaultkit sees it",
)
TWICE = Message(
    "deux noms ne diffèrent que par l’encodage des accents\u00a0: seul l’un des deux est lu",
    "two names differ only in how accents are encoded: only one of them is read",
)
#: What is told of files without anything of them being unknown that Obsidian would see.
HARMLESS = (NOT_UTF8_NAME, TWICE)
