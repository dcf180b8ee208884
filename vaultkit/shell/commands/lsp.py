"""`lsp`: what an editor asks of a vault, by the Language Server Protocol over stdin and stdout."""

from __future__ import annotations

import gc
import os
import sys
from argparse import Namespace
from pathlib import Path

from vaultkit.shell.names import find_vault

#: How long a thread may compute before another has its turn, in seconds: a keystroke does not wait for a check.
_TURN = 0.0005


def lsp(arguments: Namespace) -> int:
    """Serve until the editor says `exit`; 0 if it said `shutdown` before, else 1."""
    vault: Path | None = find_vault(arguments.vault).absolute() if arguments.vault else None
    from vaultkit.shell.language.serving.server import VaultServer

    gc.enable()  # which is off for what ends soon
    sys.setswitchinterval(_TURN)
    server = VaultServer(vault, with_daemon=not arguments.no_daemon)
    stdout = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(
        sys.stderr.fileno(), sys.stdout.fileno()
    )  # the stream is the protocol's: nothing else may get into it
    server.start_io(sys.stdin.buffer, stdout)
    return server.finish()
