"""What a service manager wants to hear of a daemon: sd_notify(3). Says nothing where nobody asked."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress


class Notifier:
    """Tells systemd how the daemon stands; never raises, and never waits."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        said = environ.get("NOTIFY_SOCKET", "")
        self._address = f"\0{said[1:]}" if said.startswith("@") else said
        self.watchdog = _watchdog(environ) if self._address else None
        """Within how many seconds `alive` must be called again and again; None where nobody asked."""

    def ready(self) -> None:
        """Tell that the vault is read and watched."""
        self._send("READY=1")

    def status(self, text: str) -> None:
        """Tell in one line what the daemon does; `systemctl status` shows it."""
        self._send(f"STATUS={' '.join(text.split())}")

    def alive(self) -> None:
        """Tell that the daemon is not stuck, where that was asked for."""
        if self.watchdog is not None:
            self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Tell that the daemon is about to end."""
        self._send("STOPPING=1")

    def _send(self, text: str) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        with suppress(OSError, ValueError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
            there.setblocking(False)
            there.sendto(os.fsencode(text), self._address)


def _watchdog(environ: Mapping[str, str]) -> float | None:
    """Return what sd_watchdog_enabled(3) reads: the seconds, if it is this process that is watched."""
    with suppress(ValueError):
        microseconds = int(environ.get("WATCHDOG_USEC", ""))
        if microseconds > 0 and int(environ.get("WATCHDOG_PID") or os.getpid()) == os.getpid():
            return microseconds / 1e6
    return None
