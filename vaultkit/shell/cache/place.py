"""Where the cache of a vault is, and for which code it holds good."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import vaultkit

#: How long a cache that nobody uses is kept, in seconds: 90 days.
KEPT_SECONDS = 90 * 86_400
#: Set to anything, nothing is cached.
SWITCHED_OFF = "VAULTKIT_NO_CACHE"
SUFFIX = ".sqlite"


def cache_file(root: Path) -> Path | None:
    """Return the file in which the vault at `root` is cached by this very code, None if caching is switched off."""
    if os.environ.get(SWITCHED_OFF):
        return None
    return cache_folder(root) / f"{fingerprint()}{SUFFIX}"


def cache_folder(root: Path) -> Path:
    """Return the folder of the caches of the vault at `root`, outside it; it need not be there yet."""
    from hashlib import sha256

    from platformdirs import user_cache_path

    digest = sha256(os.fsencode(os.path.realpath(root))).hexdigest()
    return user_cache_path("vaultkit", appauthor=False) / digest[:12]


def fingerprint() -> str:
    """Return what tells this code from any other that might read a note otherwise: its version and its files.

    A cache that another version has made is another file, so going back to an older one does no harm.
    """
    from hashlib import sha256

    files = sorted(_files(os.path.dirname(vaultkit.__file__)))  # noqa: PTH120 - two hundred stats at each start
    return sha256(repr((vaultkit.__version__, sys.version_info[:2], files)).encode()).hexdigest()[:16]


def tidy(file: Path) -> None:
    """Remove the caches beside and around this one that nobody has used for so long; faults do not matter."""
    oldest = time.time() - KEPT_SECONDS
    with suppress(OSError):
        for other in file.parent.parent.glob(f"*/*{SUFFIX}*"):
            if other.parent != file.parent or not other.name.startswith(file.stem):
                with suppress(OSError):
                    if other.stat().st_mtime < oldest:
                        other.unlink()


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    """Yield the size and time of each module below a folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                status = entry.stat()
                yield entry.name, status.st_size, status.st_mtime_ns
            elif not entry.name.startswith(("_", ".")) and entry.is_dir():
                yield from _files(entry.path)
