"""A socket as the door of the control socket, on all systems but Windows."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from vaultkit.errors import VaultkitError
from vaultkit.shell.control import address
from vaultkit.shell.control.door import Closable, Factory
from vaultkit.shell.places import why
from vaultkit.text import Message

assert sys.platform != "win32"

_PREFIX = "vaultkit-"
_TOO_LONG = Message("son chemin serait trop long", "its path would be too long")


def take(root: Path, folder: Path) -> SocketDoor:
    """Bind the socket of a vault in its state folder, else in a new folder of its own. Raises VaultkitError."""
    with suppress(OSError):
        if stat.S_IMODE(folder.stat().st_mode) & 0o077:
            folder.chmod(0o700)
    _clear_elsewhere(root)
    place, reason = address.socket_path(root), _TOO_LONG
    if len(os.fsencode(place)) <= address.LONGEST_PATH:
        _clear(place)
        try:
            return _bound(root, place, None)
        except OSError as error:  # a disk without sockets
            reason = why(error)
    for base in _runtime_folders():
        with suppress(OSError):
            return _bound_elsewhere(root, base)
    raise VaultkitError(
        Message(
            f"pas de socket de contrôle\u00a0: {place} est inutilisable ({reason.fr}), et aucun dossier temporaire "
            "non plus\u00a0; choisir un dossier plus court avec XDG_STATE_HOME",
            f"no control socket: {place} cannot be used ({reason.en}), nor can any temporary folder; "
            "set XDG_STATE_HOME to a shorter folder",
        )
    )


class SocketDoor(Struct, frozen=True):
    """A socket with its file, and the folder that was made for it, if any."""

    root: Path
    socket: socket.socket
    path: Path
    own: os.stat_result
    made: Path | None

    @property
    def address(self) -> str:
        """Where clients find it."""
        return str(self.path)

    async def serve(self, factory: Factory) -> Closable:
        """Let clients in."""
        return await asyncio.get_running_loop().create_unix_server(factory, sock=self.socket)

    def close(self) -> None:
        """Remove what was made; a file that took the place of the socket stays."""
        with suppress(OSError):
            if os.path.samestat(self.path.lstat(), self.own):
                self.path.unlink()
        self.socket.close()
        if self.made is not None:
            address.forget(self.root)
            with suppress(OSError):
                self.made.rmdir()


def _bound(root: Path, place: Path, made: Path | None) -> SocketDoor:
    taken = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        taken.setblocking(False)
        taken.bind(str(place))
        place.chmod(0o600)  # nobody gets in before it listens
        if made is None:
            address.forget(root)
        else:
            address.leave(root, str(place))
        return SocketDoor(root, taken, place, place.lstat(), made)
    except OSError:
        taken.close()
        with suppress(OSError):
            place.unlink()
        raise


def _bound_elsewhere(root: Path, base: Path) -> SocketDoor:
    made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))  # 0700
    try:
        return _bound(root, made / "s", made)
    except OSError:
        made.rmdir()
        raise


def _runtime_folders() -> list[Path]:
    said = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp")
    return [Path(folder) for folder in said if folder and Path(folder).is_absolute()]


def _clear_elsewhere(root: Path) -> None:
    """Remove the socket that a dead daemon had in a folder of its own."""
    said = address.elsewhere(root)
    if said is None:
        return
    place = Path(said)
    with suppress(OSError):
        folder = place.parent.lstat()
        if (
            stat.S_ISDIR(folder.st_mode)
            and folder.st_uid == os.getuid()
            and place.parent.name.startswith(_PREFIX)
        ):
            _clear(place)
            place.parent.rmdir()
    address.forget(root)


def _clear(place: Path) -> None:
    """Remove a socket where nobody answers. Raises VaultkitError for one that lives and for any other file."""
    try:
        mode = place.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise VaultkitError(
            Message(
                f"pas de socket de contrôle\u00a0: {place} n’en est pas un\u00a0; déplacer ce fichier",
                f"no control socket: {place} is none; move that file away",
            )
        )
    if _answers(place):
        raise VaultkitError(
            Message(
                f"pas de socket de contrôle\u00a0: un autre programme répond à {place}",
                f"no control socket: another program answers at {place}",
            )
        )
    place.unlink()


def _answers(place: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(place))
        except (ConnectionRefusedError, FileNotFoundError):
            return False
        except OSError:  # its queue is full, or it speaks otherwise
            return True
        return True
