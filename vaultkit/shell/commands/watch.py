"""`watch`: keep the vault true while a person writes in it, until told to stop."""

from __future__ import annotations

import gc
from argparse import Namespace
from pathlib import Path

from vaultkit.shell.commands.voices import voice_at
from vaultkit.shell.daemon.log import DaemonLog
from vaultkit.shell.daemon.run import Daemon
from vaultkit.shell.language.serving.guests import Guests
from vaultkit.shell.names import find_vault
from vaultkit.shell.ports import SystemClock

INTERRUPTED = 130


def watch(arguments: Namespace) -> int:
    """Run the daemon in the foreground; 130 if a person interrupts it, 0 if it is told to end."""
    root = find_vault(arguments.root or arguments.vault).resolve()
    language = voice_at(root).language
    file = Path(arguments.log_file) if arguments.log_file else None
    log = DaemonLog.open(SystemClock(), language, arguments.log_format, file)
    gc.enable()  # which is off for what ends soon
    daemon = Daemon(root, log, language, paranoid=arguments.paranoid, languages=Guests)
    return INTERRUPTED if daemon.run() else 0
