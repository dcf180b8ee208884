"""One daemon a vault: a lock that ends with its process, and the number of that process beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from vaultkit.errors import Refused
from vaultkit.shell import swap
from vaultkit.shell.places import no_state, state_dir, state_path, why
from vaultkit.text import Message

_LOCK, _PID = "watch.lock", "watch.pid"


@contextmanager
def only_one(root: Path) -> Iterator[None]:
    """Be the daemon of the vault at `root`; raises Refused while another one is.

    What a killed daemon has left holds nobody up: its lock went with it.
    """
    folder = state_dir(root)
    with ExitStack() as stack:
        try:
            stack.enter_context(
                swap.alone(folder / _LOCK, patience=0.5)
            )  # who only looks holds it for an instant
            pid = folder / _PID
            pid.write_text(f"{os.getpid()}\n", encoding="ascii")
        except TimeoutError as error:
            raise _taken(pid_of(root)) from error
        except OSError as error:
            raise no_state(folder, why(error)) from error
        try:
            yield
        finally:
            with suppress(OSError):
                pid.unlink()


def is_watched(root: Path) -> bool:
    """Whether a daemon holds the lock of the vault at `root` now."""
    file = state_path(root) / _LOCK
    if not file.exists():
        return False
    try:
        with swap.alone(file, patience=0):
            return False
    except TimeoutError:
        return True
    except OSError:
        return False


def pid_of(root: Path) -> int | None:
    """Return the number of the process that said last that it is the daemon, None if none did."""
    with suppress(OSError, ValueError):
        return int((state_path(root) / _PID).read_text(encoding="ascii"))
    return None


def _taken(pid: int | None) -> Refused:
    fr, en = (f" (processus {pid})", f" (process {pid})") if pid else ("", "")
    return Refused(
        Message(
            f"un autre vaultkit surveille déjà ce coffre{fr}\u00a0: voir vaultkit status",
            f"another vaultkit already watches this vault{en}: see vaultkit status",
        )
    )
