"""What was found of a vault as a whole: that nothing of it was to be brought up to date, as its files stood then.

While they stand as they did, the same can be said again, and no note need be looked at. `fresh` says when a verdict is
kept, and proves one synthesis the same way. This module is loaded before all that reads notes, and knows none of it.
"""

import os
import stat
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import DecodeError, Struct, msgpack

from vaultkit.shell import console
from vaultkit.shell.cache.place import VERDICT, beside, cache_file
from vaultkit.shell.cache.sealed import read_sealed, write_sealed
from vaultkit.shell.places import reachable
from vaultkit.shell.walk import FileEntry, Scan, entry_at, scan
from vaultkit.text import Message


class Verdict(Struct, frozen=True, array_like=True, gc=False):
    """That a vault was up to date, and the language in which that was said.

    `key` is a digest of what it rests on: of all files that Obsidian sees, and of those that are read `besides`.
    """

    key: bytes
    language: str
    besides: tuple[str, ...]


class Heard(Struct, frozen=True):
    """The language in which to say that all is up to date, empty if that is not known; the look that was taken."""

    language: str = ""
    looked: tuple[Scan, int] | None = None


#: What there is to say then.
UP_TO_DATE = Message("✔ Tout est à jour.", "✔ Everything is up to date.")
#: Files by path, None for one that is not there.
Besides = Mapping[str, FileEntry | None]
_VERDICT = msgpack.Decoder(Verdict)


def heard(root: Path) -> Heard:
    """Return what is known of the vault at `root` from the last time; nothing is looked at where nothing is known."""
    cache = cache_file(root)
    data = None if cache is None else read_sealed(beside(cache, VERDICT), _about(root))
    if cache is None or data is None:
        return Heard()
    try:
        known = _VERDICT.decode(data)
    except DecodeError:
        return Heard()
    began = time.time_ns()
    found, besides = scan(root), look_besides(root, known.besides)
    if found.problems or besides is None or known.key != _key(found.files, besides):
        return Heard(looked=(found, began))
    with suppress(OSError):
        os.utime(cache)  # it is in use
    return Heard(known.language, (found, began))


def keep(cache: Path, root: Path, language: str, entries: Sequence[FileEntry], besides: Besides) -> None:
    """Keep beside a cache that the vault at `root` is up to date, as long as these are its files."""
    if key := _key(entries, besides):
        known = Verdict(key, language, tuple(besides))
        write_sealed(beside(cache, VERDICT), msgpack.encode(known), _about(root))


def look_besides(root: Path, paths: Iterable[str]) -> Besides | None:
    """Return what files of a vault are just now, hidden ones too; None if nobody can tell of one."""
    found: dict[str, FileEntry | None] = {}
    for path in paths:
        real = os.fspath(Path(reachable(root), *path.split("/")))
        try:
            status = os.stat(real)  # noqa: PTH116 - before anything else is loaded
        except (FileNotFoundError, NotADirectoryError):
            found[path] = None
        except OSError:
            return None
        else:
            if not stat.S_ISREG(status.st_mode):
                return None
            found[path] = entry_at(path, real, status, behind=False)
    return found


def _key(entries: Sequence[FileEntry], besides: Besides) -> bytes:
    """Return a digest of files as they are, empty for a vault in a folder whose name is not UTF-8."""
    try:
        return sha256(msgpack.encode((entries, besides))).digest()
    except UnicodeEncodeError:
        return b""


def _about(root: Path) -> bytes:
    """Return what a verdict is about: this vault, for a person of this language."""
    return f"{console.locale_language()} ".encode() + os.fsencode(os.path.realpath(root))
