"""The daemon of the vault as a host: what an editor asks goes through the control socket.

One connection asks and waits for each answer, another only listens: the daemon tells it when the vault has changed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from queue import SimpleQueue

import vaultkit
from vaultkit.errors import VaultkitError
from vaultkit.shell.control.client import Client, Gone, Silent
from vaultkit.shell.control.protocol import Code, Fault
from vaultkit.shell.language.serving.guests import LISTEN, PREPARE
from vaultkit.shell.language.serving.hosts import Listener, Lost
from vaultkit.shell.language.serving.wire import plain

_NAME = "vaultkit lsp"
#: Seconds that the daemon may take for an answer, and between two looks whether to end.
_PATIENCE, _PAUSE = 30.0, 5.0
_NOT_OURS = (Code.TOO_LONG, Code.TOO_MANY, Code.ENDING, Code.UNKNOWN_METHOD, Code.NO_HELLO)


class Remote:
    """The daemon, asked on a thread of its own."""

    def __init__(self, asking: Client, hearing: Client, listener: Listener) -> None:
        self._asking = asking
        self._hearing = hearing
        self._listener = listener
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._ended = False
        self._lock = threading.Lock()
        self._asker = threading.Thread(target=self._ask, name="vaultkit-asking", daemon=True)
        self._asker.start()
        threading.Thread(target=self._hear, name="vaultkit-hearing", daemon=True).start()

    @classmethod
    def connect(cls, root: Path, listener: Listener) -> Remote | None:
        """Return the daemon of the vault at `root`; None if there is none, or one of another version.

        Raises VaultkitError where one is there and cannot be talked to.
        """
        clients: list[Client] = []
        try:
            for _ in range(2):
                client = Client.connect(root, name=_NAME)
                if client is None:
                    break
                clients.append(client)
            if len(clients) == 2 and clients[0].hello.get("version") == vaultkit.__version__:
                clients[1].call("language", method=LISTEN, within=_PATIENCE)
                return cls(clients.pop(0), clients.pop(0), listener)
            return None
        finally:
            for client in clients:
                client.close()

    # ------------------------------------------------------------------------------ as a host

    def opened(self, uri: str, version: int, text: str) -> None:
        """Send a text that is open, as it is now."""
        document = {"uri": uri, "languageId": "markdown", "version": version, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})

    def closed(self, uri: str) -> None:
        """Tell that a text is open no more."""
        self._tell("textDocument/didClose", {"textDocument": {"uri": uri}})

    def saved(self, uri: str) -> None:
        """Tell that an open text was saved: the daemon reads files when they have been quiet for a while."""
        self._tell("textDocument/didSave", {"textDocument": {"uri": uri}})

    def prepare(self) -> None:
        """Let the daemon make ready for what is asked next."""
        self._tell(PREPARE, {})

    def ask(self, method: str, params: object) -> Future[object]:
        """Let the daemon answer a request."""
        future: Future[object] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(self._call(method, plain(params)))
            except Exception as error:  # it is for the server to tell
                future.set_exception(error)

        self._calls.put(work)
        return future

    def stop(self, patience: float = 0.0) -> None:
        """End both connections."""
        self._ended = True
        self._calls.put(None)
        self._asker.join(patience)

    # ------------------------------------------------------------------------------ the threads

    def _tell(self, method: str, params: object) -> None:
        def work() -> None:
            try:
                self._call(method, params)
            except Exception:  # a host that lacks a text answers wrongly: another one is given all of them
                self._lose()

        self._calls.put(work)

    def _ask(self) -> None:
        while (call := self._calls.get()) is not None:
            call()
        self._asking.close()

    def _call(self, method: str, params: object) -> object:
        """Return what the daemon answers. Raises Lost where it is gone, VaultkitError for what cannot be done."""
        if self._ended:
            raise Lost
        try:
            return self._asking.call("language", method=method, params=params, within=_PATIENCE)
        except (Gone, Silent):
            self._lose()
            raise Lost from None
        except Fault as fault:
            if fault.code in _NOT_OURS:
                self._lose()
                raise Lost from None
            if fault.code == Code.FAILED:
                raise VaultkitError(fault.message) from None
            raise RuntimeError from None  # a fault of vaultkit's own, told in the log of the daemon

    def _hear(self) -> None:
        try:
            while not self._ended:
                if self._hearing.told(within=_PAUSE) is not None:
                    self._listener.changed()
        except VaultkitError:
            self._lose()
        finally:
            self._hearing.close()

    def _lose(self) -> None:
        """Tell once that the daemon answers no more."""
        with self._lock:
            if self._ended:
                return
            self._ended = True
        self._listener.lost()
