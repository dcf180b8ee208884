"""A named pipe of Windows as the door of the control socket."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

from msgspec import Struct

from vaultkit.errors import VaultkitError
from vaultkit.shell.control import address
from vaultkit.shell.control.door import Closable, Factory
from vaultkit.shell.places import why
from vaultkit.text import Message


class PipeDoor(Struct, frozen=True):
    """A named pipe whose name nobody can foresee; only the user's own folder tells it.

    Windows lets only the user, administrators and the system write to it.
    """

    root: Path
    address: str

    async def serve(self, factory: Factory) -> Closable:
        """Let clients in. Raises OSError."""
        start_serving_pipe = getattr(asyncio.get_running_loop(), "start_serving_pipe", None)
        if start_serving_pipe is None:
            raise OSError("no named pipes here")
        servers: list[Closable] = await start_serving_pipe(factory, self.address)
        return servers[0]

    def close(self) -> None:
        """Give the address up."""
        address.forget(self.root)


def take(root: Path, folder: Path) -> PipeDoor:
    """Choose the name of the pipe and write it down. Raises VaultkitError."""
    name = f"{address.PIPES}vaultkit-{folder.name}-{secrets.token_hex(16)}"
    try:
        address.leave(root, name)
    except OSError as error:
        reason = why(error)
        raise VaultkitError(
            Message(
                f"pas de canal de contrôle\u00a0: le dossier {folder} est inutilisable ({reason.fr})",
                f"no control pipe: the folder {folder} cannot be used ({reason.en})",
            )
        ) from error
    return PipeDoor(root, name)
