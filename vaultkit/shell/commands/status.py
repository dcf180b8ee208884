"""`status`: whether a daemon watches the vault, what it did last, what waits and why."""

from __future__ import annotations

import os
import time
from argparse import Namespace
from pathlib import Path
from typing import Any, Protocol

from vaultkit import __version__
from vaultkit.shell.commands.voices import voice_at
from vaultkit.shell.daemon import telling
from vaultkit.shell.names import find_vault
from vaultkit.shell.places import state_path

#: How long a daemon has to answer, in seconds; it answers at once, or not at all.
_PATIENCE = 3.0


class Asked(Protocol):
    """A connection to the daemon."""

    def call(self, method: str, /) -> Any:
        """Return what the daemon answers."""


def status(arguments: Namespace) -> int:
    """Print how the daemon stands; the vault itself is not read."""
    from vaultkit.shell.control.client import Client, Gone

    root = Path(os.path.realpath(find_vault(arguments.root or arguments.vault)))
    try:
        client = Client.connect(root, _PATIENCE)
        if client is not None:
            with client:
                return tell(root, client, arguments.json)
    except Gone:  # it ends just now
        pass
    return tell(root, None, arguments.json)


def tell(root: Path, client: Asked | None, as_json: bool = False) -> int:
    """Print what the daemon at the other end of `client` says, or that there is none."""
    none = telling.document_of_none(root, state_path(root), __version__)
    said = none if client is None else client.call("status")
    if as_json:
        from vaultkit.shell.report import as_document

        print(as_document(said))
        return 0
    for line in telling.lines(said, voice_at(root).language, time.time(), __version__):
        print(line)
    return 0
