"""Where a daemon listens: beside what it remembers of the vault, or where a note left there says."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from vaultkit.shell.places import state_path

#: How many bytes the path of a socket may have, its NUL left out.
LONGEST_PATH = 107 if sys.platform == "linux" else 103
#: How the name of a named pipe begins.
PIPES = "\\\\.\\pipe\\"

_SOCKET, _ELSEWHERE = "s", "s.at"


def socket_path(root: Path) -> Path:
    """Return where the socket of the vault at `root` belongs."""
    return state_path(root) / _SOCKET


def address_of(root: Path) -> str | None:
    """Return where the daemon of the vault at `root` listens: a path, or the name of a pipe. None: nowhere.

    A daemon that ended badly leaves its address behind.
    """
    place = socket_path(root)
    if sys.platform != "win32" and place.is_socket():
        return str(place)
    return elsewhere(root)


def elsewhere(root: Path) -> str | None:
    """Return the address that was left in the state folder, if any."""
    try:
        said = _note(root).read_bytes()[: 1 << 12].decode().strip()
    except (OSError, ValueError):
        return None
    wanted = said.startswith(PIPES) if sys.platform == "win32" else Path(said).is_absolute()
    return said if wanted and "\0" not in said else None


def leave(root: Path, address: str) -> None:
    """Write down where the daemon listens, for this user alone. Raises OSError."""
    note = _note(root)
    fresh = note.with_name(f"{_ELSEWHERE}.{os.getpid()}")
    with suppress(FileNotFoundError):
        fresh.unlink()
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(address.encode())
    fresh.replace(note)


def forget(root: Path) -> None:
    """Remove the note that says where the daemon listens."""
    with suppress(OSError):
        _note(root).unlink()


def _note(root: Path) -> Path:
    return state_path(root) / _ELSEWHERE
