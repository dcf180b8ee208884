"""The control socket's server: its own thread, from start to stop."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.shell.control import protocol
from vaultkit.shell.control.connection import Limits
from vaultkit.shell.control.desk import Desk
from vaultkit.shell.control.door import Door
from vaultkit.shell.control.protocol import Fault
from vaultkit.shell.control.reception import Reception
from vaultkit.shell.places import state_dir, why
from vaultkit.shell.ports import Log
from vaultkit.text import Message

_FAREWELL = 1.0
_USUAL = Limits()


def open_door(root: Path) -> Door:
    """Take the address of the vault at `root`; the caller holds the lock of its daemon.

    What a dead daemon left is replaced. Raises VaultkitError where no address can be had, where a file that is
    not ours holds it, or where somebody answers there.
    """
    folder = state_dir(root)
    if sys.platform == "win32":
        from vaultkit.shell.control import pipe_door

        return pipe_door.take(root, folder)
    from vaultkit.shell.control import socket_door

    return socket_door.take(root, folder)


class Server:
    """Serves the clients of one vault; `start`, `publish` and `stop` may be called from any thread.

    `log` is told what goes wrong, on the thread of the server.
    """

    def __init__(
        self,
        root: Path,
        desk: Desk,
        log: Log | None = None,
        limits: Limits = _USUAL,
        door: Callable[[Path], Door] = open_door,
    ) -> None:
        self.address: str | None = None
        self._root = root
        self._desk = desk
        self._log = log
        self._limits = limits
        self._open = door
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event
        self._reception: Reception
        self._refused: Exception | None = None

    def start(self) -> None:
        """Take the address and let clients in. Raises VaultkitError where that cannot be done."""
        door = self._open(self._root)
        ready = threading.Event()
        self._refused = None
        self._thread = threading.Thread(
            target=self._run, args=(door, ready), name="vaultkit-control", daemon=True
        )
        self._thread.start()
        try:
            ready.wait()
        except BaseException:  # a signal: nothing may stay behind
            ready.wait(_FAREWELL)
            self.stop()
            raise
        if self._refused is not None:
            self._thread.join()
            if not isinstance(self._refused, OSError):
                raise self._refused
            reason = why(self._refused)
            raise VaultkitError(
                Message(
                    f"pas de socket de contrôle\u00a0: {door.address} ({reason.fr})",
                    f"no control socket: {door.address} ({reason.en})",
                )
            )
        self.address = door.address

    def publish(self, method: str, params: Mapping[str, object]) -> None:
        """Send a notification to all clients that subscribed to it."""
        loop = self._loop
        if loop is None or not self._reception.clients:
            return
        try:
            line = protocol.notification(method, params)
        except Fault as fault:
            self._tell(fault.message, "warning")
            return
        with suppress(RuntimeError):  # it ends just now
            loop.call_soon_threadsafe(self._reception.publish, method, line)

    def stop(self, patience: float = 5.0) -> None:
        """Send the clients away and give the address up."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._stopping.set)
        thread.join(patience)
        self.address = None

    def __enter__(self) -> Server:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    def _run(self, door: Door, ready: threading.Event) -> None:
        try:
            asyncio.run(self._serve(door, ready))
        except Exception as error:
            self._refused = error  # told to whoever waits for the start
            if ready.is_set():
                self._reception.failed(error)
        finally:
            self._loop = None
            door.close()
            ready.set()

    async def _serve(self, door: Door, ready: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._reception = reception = Reception(self._root, self._desk, self._tell, self._limits)
        loop.set_exception_handler(lambda _, context: reception.failed(context.get("exception")))
        entrance = await door.serve(reception.connect)
        self._loop = loop
        ready.set()
        await self._stopping.wait()
        entrance.close()
        reception.close()
        end = loop.time() + _FAREWELL
        while reception.clients and loop.time() < end:
            await asyncio.sleep(0.005)
        for client in list(reception.clients):
            client.abort()
        await asyncio.sleep(0)  # their ends are told in the next round

    def _tell(self, message: Message, severity: str) -> None:
        if self._log is not None:
            self._log.tell(message, severity)
