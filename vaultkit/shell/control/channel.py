"""How bytes go from a client to the daemon and back, with an end to waiting."""

from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from typing import BinaryIO, Protocol

_PIECE = 1 << 16
_PAUSE = 0.005
_BUSY = 231  # ERROR_PIPE_BUSY


class Channel(Protocol):
    """Bytes both ways. Each raises OSError; TimeoutError if the time is over before anything happens."""

    def send(self, data: bytes, seconds: float | None) -> None:
        """Send all of it."""

    def receive(self, seconds: float | None) -> bytes:
        """Return what comes next; nothing if the other side has closed."""

    def close(self) -> None:
        """End."""


class SocketChannel:
    """A channel over a socket."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def send(self, data: bytes, seconds: float | None) -> None:
        """Send all of it."""
        self._socket.settimeout(seconds)
        self._socket.sendall(data)

    def receive(self, seconds: float | None) -> bytes:
        """Return what comes next."""
        self._socket.settimeout(seconds)
        return self._socket.recv(_PIECE)

    def close(self) -> None:
        """End."""
        self._socket.close()


class PipeChannel:
    """A channel over a named pipe, opened as a file; `waiting` says how many bytes can be read at once."""

    def __init__(self, pipe: BinaryIO, waiting: Callable[[], int]) -> None:
        self._pipe = pipe
        self._waiting = waiting

    def send(self, data: bytes, seconds: float | None) -> None:
        """Send all of it; the system gives no end to this waiting."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._pipe.write(rest) :]

    def receive(self, seconds: float | None) -> bytes:
        """Return what comes next."""
        end = None if seconds is None else time.monotonic() + seconds
        try:
            while not (count := self._waiting()):
                if end is not None and time.monotonic() >= end:
                    raise TimeoutError
                time.sleep(_PAUSE)
            return self._pipe.read(min(count, _PIECE))
        except BrokenPipeError:
            return b""

    def close(self) -> None:
        """End."""
        self._pipe.close()


def connect(address: str, seconds: float) -> Channel | None:
    """Return a channel to who listens there; None if nobody does. Raises OSError."""
    try:
        if sys.platform == "win32":
            return _pipe(address, seconds)
        else:
            return _socket(address, seconds)
    except (FileNotFoundError, ConnectionRefusedError):
        return None


if sys.platform == "win32":

    def _pipe(address: str, seconds: float) -> Channel:
        import _winapi
        import msvcrt
        from pathlib import Path

        end = time.monotonic() + seconds
        while True:
            try:
                pipe = Path(address).open("r+b", buffering=0)  # noqa: SIM115 - the channel closes it
                break
            except OSError as error:
                if error.winerror != _BUSY or time.monotonic() >= end:
                    raise
            time.sleep(_PAUSE)
        handle = msvcrt.get_osfhandle(pipe.fileno())
        return PipeChannel(pipe, lambda: int(_winapi.PeekNamedPipe(handle)[0]))

else:

    def _socket(address: str, seconds: float) -> Channel:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            made.settimeout(seconds)
            made.connect(address)
        except OSError:
            made.close()
            raise
        return SocketChannel(made)
