"""Where the cache of a vault is, and for which code it holds good."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path

import msgspec

import vaultkit

#: How long a cache that nobody uses is kept, in seconds: 90 days.
KEPT_SECONDS = 90 * 86_400
#: Set to anything, nothing is cached.
SWITCHED_OFF = "VAULTKIT_NO_CACHE"
SUFFIX = ".sqlite"
#: What stands beside a cache, read as a whole: what a hook remembers, patterns as they were compiled, a verdict.
BESIDE = MEMORY, PATTERNS, VERDICT = "memory", "patterns", "verdict"
#: The libraries that read notes or write regions, as their folders of metadata begin.
_LIBRARIES = (
    "msgspec-",
    "pyyaml-",
    "python_frontmatter-",
    "ruamel",
    "jinja2-",
    "regex-",
    "pyicu",
    "jsonschema",
    "python_stdnum-",
)
#: The rooms that have no say in what is kept: what is only shown, said, or asked for by other programs.
SILENT = frozenset(
    ("acts", "control", "daemon", "deliverable", "doctor", "explained", "language", "plugin", "service")
)
_current: list[Path] = []


def cache_file(root: Path) -> Path | None:
    """Return the file in which the vault at `root` is cached by this very code.

    None if caching is switched off, or the folder of the caches would be seen in the vault.
    """
    _current.clear()
    if os.environ.get(SWITCHED_OFF):
        return None
    folder = cache_folder(root)
    if not folder.is_absolute() or _is_seen(root, folder):
        return None
    _current.append(folder / f"{fingerprint()}{SUFFIX}")
    return _current[0]


def current_cache() -> Path | None:
    """Return what `cache_file` gave last: beside it is kept what this process learns, whatever the vault."""
    return _current[0] if _current else None


def cache_folder(root: Path) -> Path:
    """Return the folder of the caches of the vault at `root`, outside it; it need not be there yet."""
    from hashlib import sha256

    digest = sha256(os.fsencode(os.path.realpath(root))).hexdigest()
    return (_plain_home() or _home()) / digest[:12]


def _home() -> Path:
    """Return where the caches of all vaults are."""
    from platformdirs import user_cache_path

    return user_cache_path("vaultkit", appauthor=False)


def _plain_home(environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return what `_home` does on a plain Linux, None elsewhere: to import what knows all systems takes its time."""
    if sys.platform != "linux" or "ANDROID_DATA" in environ:
        return None
    said, home = environ.get("XDG_CACHE_HOME", ""), environ.get("HOME", "")
    if said.startswith("/"):
        return Path(said, "vaultkit")
    return Path(home, ".cache", "vaultkit") if not said and home.startswith("/") else None


def fingerprint() -> str:
    """Return what tells this code from any other that might read a note otherwise: versions and files.

    A cache that another version has made is another file, so going back to an older one does no harm.
    """
    from hashlib import sha256

    home = os.path.dirname(os.path.realpath(vaultkit.__file__))  # noqa: PTH120 - two hundred stats at each start
    files = sorted(chain(_files(home), *(_files(folder, ".md") for folder in _templates(home))))
    said = (vaultkit.__version__, sys.version_info[:2], files, sorted(_others()))
    return sha256(repr(said).encode()).hexdigest()[:16]


def tidy(file: Path) -> None:
    """Remove the caches beside and around this one that nobody has used for so long; faults do not matter."""
    oldest = time.time() - KEPT_SECONDS
    with suppress(OSError):
        there = file.parent.parent
        left = (f"*/*{SUFFIX}", f"*/*{SUFFIX}.[0-9]*", f"*/*{SUFFIX}-*.[0-9]*")
        for other in [one for pattern in left for one in there.glob(pattern)]:
            with suppress(OSError):
                if other != file and other.stat().st_mtime < oldest:
                    remove(other)
                    other.parent.rmdir()  # which fails where there is anything else
        for other in there.glob(f"*/*{SUFFIX}-*"):
            with suppress(OSError):
                base = other.with_name(other.name.partition(SUFFIX)[0] + SUFFIX)
                if not base.exists() and other.stat().st_mtime < oldest:
                    other.unlink()
                    other.parent.rmdir()


def beside(file: Path, what: str = MEMORY) -> Path:
    """Return the file beside a cache for what is always read as a whole."""
    return file.with_name(f"{file.name}-{what}")


def remove(file: Path) -> None:
    """Remove a cache, with what stands beside it; faults do not matter."""
    for what in ("wal", "shm", *BESIDE):
        with suppress(OSError):
            beside(file, what).unlink()
    with suppress(OSError):
        file.unlink()  # last: without it nobody would look for the others


def _is_seen(root: Path, folder: Path) -> bool:
    """Whether a folder lies in the vault, where Obsidian sees it."""
    vault, real = Path(os.path.realpath(root)), Path(os.path.realpath(folder))
    return real.is_relative_to(vault) and not any(
        part.startswith(".") for part in real.relative_to(vault).parts
    )


def _templates(home: str) -> Iterator[str]:
    """Yield where the templates of regions that come with vaultkit may be: in the wheel, or in the checkout."""
    for folder in (home, os.path.dirname(home)):  # noqa: PTH120 - as above
        yield os.path.join(folder, "note_templates", "regions")  # noqa: PTH118 - as above


def _files(folder: str, ending: str = ".py") -> Iterator[tuple[str, int, int]]:
    """Yield the size and time of each module, or file with another ending, below a folder and not in `SILENT`."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(ending):
                status = entry.stat()
                yield entry.name, status.st_size, status.st_mtime_ns
            elif entry.name not in SILENT and not entry.name.startswith(("_", ".")) and entry.is_dir():
                yield from _files(entry.path, ending)


def _others() -> Iterator[str]:
    """Yield which versions there are of the libraries that have a say in what is kept."""
    with suppress(OSError):
        for name in os.listdir(Path(msgspec.__file__).parent.parent):  # noqa: PTH208 - names alone, at each start
            if name.endswith((".dist-info", ".egg-info")) and name.lower().startswith(_LIBRARIES):
                yield name
