"""The vault as git has it: in the index, which is what the next commit will hold, or in a commit."""

from __future__ import annotations

import errno
import os
import posixpath
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from vaultkit.shell.disk import Source, source_of
from vaultkit.shell.files import DiskFiles
from vaultkit.shell.git.repository import LINK, SUBMODULE, Repository, Staged
from vaultkit.shell.obsidian import FOLDER
from vaultkit.shell.walk import NOT_UTF8_NAME, TWICE, FileEntry, Scan, is_unicode
from vaultkit.text import Message, nfc

#: How many links one may lead to after another.
_LINKS = 8


class StagedEntry(FileEntry, frozen=True):
    """A file as git has it; its size and times are those of the work tree, looked at when someone asks for them."""

    @property  # type: ignore[misc]  # msgspec has a property stand before the field
    def size(self) -> int:
        """The size of the file in the work tree, 0 where there is none."""
        status = self._status()
        return status.st_size if status else 0

    @property  # type: ignore[misc]  # msgspec has a property stand before the field
    def mtime_ns(self) -> int:
        """When the file in the work tree was last changed, 0 where there is none."""
        status = self._status()
        return status.st_mtime_ns if status else 0

    @property  # type: ignore[misc]  # msgspec has a property stand before the field
    def ctime_ns(self) -> int:
        """When the file in the work tree was made, as `FileEntry` says; 0 where there is none."""
        status = self._status()
        return min(status.st_ctime_ns, status.st_mtime_ns) if status else 0

    def _status(self) -> os.stat_result | None:
        try:
            return os.stat(self.real)  # noqa: PTH116 - ten thousand of them where a query asks
        except (OSError, UnicodeEncodeError):
            return None


class StagedFiles:
    """The files of the vault at `root` as `entries` of its repository say, read from git's objects.

    Nothing of the work tree is read but the times of files, and `.obsidian/`: many do not commit it, and
    then the app's settings of this machine are the only ones there are. What vaultkit itself is told
    (`vaultkit.toml`, schemas, templates) comes from git alone: that is what another checkout will see.
    Of a vault around the repository git has a part only; the rest is read from the disk.
    """

    def __init__(self, repository: Repository, root: Path, entries: Iterable[Staged], name: str = "") -> None:
        self.name = name
        self.root = root
        self.repository = repository
        self.unmerged: list[str] = []
        self.missing: set[str] = set()
        self._prefix = nfc(repository.prefix(root))
        self._lead = nfc(repository.lead(root))
        self._raw: dict[str, bytes] = {}
        self._disk = DiskFiles(root)
        self._entries = list(entries)
        self._oids: Mapping[str, str] = {}
        self._scanned: dict[str, str] = {}
        self._hidden: dict[str, str] = {}
        self._plain_lead = repository.prefix(root)
        self._folder = os.path.join(root, "")  # noqa: PTH118 - a text
        self._is_ordinary = self._is_recalled = False

    def vault_path(self, raw: bytes) -> str | None:
        """Return the path in the vault of a path in the repository; None if it lies outside."""
        composed = nfc(_decoded(raw))
        if not self._prefix:
            return self._lead + composed
        return self._lead + composed[len(self._prefix) :] if composed.startswith(self._prefix) else None

    def raw(self, path: str) -> bytes | None:
        """Return how the index spells the path of a file of the vault, from the top; None if it has none."""
        if self._is_recalled:
            return (self._plain_lead + path).encode() if path in self._oids else None
        return self._raw.get(path)

    def oids(self) -> Mapping[str, str]:
        """Return the files that Obsidian sees, with git's names for their bytes."""
        return self._oids

    def hidden(self) -> Mapping[str, str]:
        """Return the other files, with git's names for their bytes."""
        return self._hidden

    def entry(self, path: str) -> FileEntry:
        """Return the file at a path that is no link."""
        return StagedEntry(path, f"{self._folder}{path}", 0, 0, 0, path[-3:].lower() == ".md", False)

    def all_entries(self) -> Sequence[FileEntry]:
        """Return the files that Obsidian sees, in its order, where there are no links."""
        return sorted(map(self.entry, self._oids), key=_place)

    @property
    def is_ordinary(self) -> bool:
        """Whether the vault lies in its repository, without links and conflicts, spelled as Obsidian has it."""
        return self._is_ordinary and all(
            (self._plain_lead + path).encode() == raw for path, raw in self._raw.items()
        )

    def recall(self, oids: Mapping[str, str], hidden: Mapping[str, str]) -> None:
        """Take in which files there are instead of `scan`: no links, each spelled in the index as it is known here."""
        self._oids, self._hidden, self._is_recalled = oids, dict(hidden), True

    def scan(self) -> Scan:
        """Return every file that Obsidian would see, in its order."""
        problems: list[tuple[str, Message]] = []
        chosen: dict[str, Staged] = {}
        links: list[tuple[str, Staged]] = []
        for entry in self._entries:
            path = self.vault_path(entry.path)
            if path is None or entry.mode == SUBMODULE:
                continue
            if path.startswith(".") or "/." in path:
                if entry.mode != LINK:
                    self._hidden[path] = entry.oid
            elif not path.isascii() and not is_unicode(path):
                problems.append((printable(path), NOT_UTF8_NAME))
            elif entry.mode == LINK:
                links.append((path, entry))
            elif (other := chosen.get(path)) is None or (entry.stage == 2 and other.stage):
                chosen[path] = entry
            elif other.path != entry.path:
                problems.append((path, TWICE))
        self.unmerged = [path for path, entry in chosen.items() if entry.stage]
        problems += [(path, _UNMERGED) for path in self.unmerged]
        self._oids = self._scanned = {path: entry.oid for path, entry in chosen.items()}
        self._raw = {path: entry.path for path, entry in chosen.items()}
        outside = dict(self._behind(links)) if links else {}
        lead, self._is_ordinary = self._folder, not (problems or links or self._lead or self.missing)
        files: list[FileEntry] = [
            StagedEntry(path, lead + path, 0, 0, 0, path[-3:].lower() == ".md", outside.get(path, False))
            for path in {*self._oids, *outside}
        ]
        if self._lead:
            around = self._disk.scan()
            files += [file for file in around.files if self._is_around(file.path)]
            problems += [(path, message) for path, message in around.problems if self._is_around(path)]
        return Scan(tuple(sorted(files, key=_place)), tuple(problems))

    def read_all(self, entries: Iterable[FileEntry]) -> tuple[dict[str, Source], list[tuple[str, Message]]]:
        """Read many files: those that are there by path, and why others could not be read.

        A file behind a link out of the repository is known by its name alone.
        """
        entries = list(entries)
        wanted = [entry for entry in entries if entry.path in self._oids]
        blobs = self.repository.blobs(self._oids[entry.path] for entry in wanted)
        sources: dict[str, Source] = {}
        problems: list[tuple[str, Message]] = []
        for entry in wanted:
            data = blobs[self._oids[entry.path]]
            if data is None:
                problems.append((entry.path, _missing(self.repository)))
                self.missing.add(entry.path)
            else:
                sources[entry.path] = source_of(data)
        around, unread = (
            self._disk.read_all(e for e in entries if self._is_around(e.path)) if self._lead else ({}, [])
        )
        return sources | around, problems + unread

    def slurp(self, path: str) -> bytes | None:
        """Return the bytes of one file, hidden ones too, or None if there is none; raises OSError."""
        oid = self._oids.get(path) or self._hidden.get(path)
        if oid is None:
            return self._disk.slurp(path) if path.startswith(f"{FOLDER}/") or self._is_around(path) else None
        data = self.repository.blobs([oid])[oid]
        if data is None:
            raise OSError(errno.EIO, _missing(self.repository).en, path)
        return data

    def stamp(self, entry: FileEntry, seen: int) -> str:
        """Return git's name for the bytes of a file; for one around the repository what the disk tells."""
        return self._oids.get(entry.path) or self._disk.stamp(entry, seen)

    def oid(self, entry: FileEntry) -> bytes | None:
        """Return git's name for the bytes of a file, None for one around the repository."""
        oid = self._oids.get(entry.path)
        return bytes.fromhex(oid) if oid else None

    # ------------------------------------------------------------------------------ inside

    def _is_around(self, path: str) -> bool:
        """Whether a file of the vault lies outside the repository, which is a part of it."""
        return bool(self._lead) and not path.startswith(self._lead)

    def _behind(self, links: list[tuple[str, Staged]]) -> Iterator[tuple[str, bool]]:
        """Take in what links lead to, as far as git has it; yield their paths and whether it lies outside.

        As on the disk a link to a folder is followed only out of the vault, and each folder once.
        """
        blobs = self.repository.blobs(entry.oid for _, entry in links)
        known = {_decoded(entry.path): entry for entry in self._entries if entry.mode != SUBMODULE}
        names = sorted(known)
        followed: list[str] = []
        for path, entry in links:
            target = _target(known, _decoded(entry.path), blobs)
            if target is None:
                yield path, True
            elif (found := known.get(target)) is not None and found.mode != LINK:
                self._scanned[path] = found.oid
                yield path, not nfc(target).startswith(self._prefix)
            else:
                lead = f"{target}/"
                below = names[bisect_left(names, lead) : bisect_left(names, f"{target}0")]
                if not below or nfc(lead).startswith(self._prefix) or self._prefix.startswith(nfc(lead)):
                    continue
                if _touches(lead, followed):
                    continue
                insort(followed, lead)
                for name in below:
                    inner = f"{path}/{nfc(name.removeprefix(lead))}"
                    if known[name].mode != LINK and "/." not in inner and is_unicode(inner):
                        self._scanned[inner] = known[name].oid
                        yield inner, True


def _target(known: dict[str, Staged], path: str, blobs: dict[str, bytes | None]) -> str | None:
    """Return what a link leads to, as a path of the repository; None where it leads out of it."""
    for _ in range(_LINKS):
        entry = known.get(path)
        if entry is None or entry.mode != LINK:
            return path
        said = blobs.get(entry.oid)
        if said is None:
            return path
        path = posixpath.normpath(posixpath.join(posixpath.dirname(path), _decoded(said)))
        if path.startswith(("/", "../")) or path == "..":
            return None
    return path


def printable(path: str) -> str:
    """Return a path as it can be shown: bytes that are no UTF-8 as `\\xe9`."""
    return (
        path if path.isascii() else path.encode("utf-8", "surrogateescape").decode(errors="backslashreplace")
    )


def _touches(lead: str, followed: list[str]) -> bool:
    """Whether a folder is in, or holds, one of `followed`, which are sorted and none in another."""
    at = bisect_left(followed, lead)
    return (at < len(followed) and followed[at].startswith(lead)) or (
        at > 0 and lead.startswith(followed[at - 1])
    )


def _place(file: FileEntry) -> str:
    """Return by what a file has its place among others: folders as of their own names, a slash before any sign."""
    return file.path.replace("/", "\0")


def _decoded(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


_UNMERGED = Message(
    "conflit de fusion pas encore résolu\u00a0: git add quand il l’est",
    "this merge conflict is not resolved yet: git add once it is",
)


def _missing(repository: Repository) -> Message:
    """Return why an object cannot be read, and what gets it."""
    if repository.is_partial:
        return Message(
            "cet objet n’est pas dans ce clone partiel\u00a0; git fetch --refetch --no-filter le cherche",
            "this object is not in this partial clone; git fetch --refetch --no-filter gets it",
        )
    return Message(
        "cet objet manque dans ce dépôt\u00a0; git fsck en dit plus",
        "this object is missing from this repository; git fsck says more",
    )
