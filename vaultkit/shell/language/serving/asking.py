"""Asks the host of a vault, with the open texts as they are; where the daemon goes away, a host of our own goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.shell.language.serving.documents import Document
from vaultkit.shell.language.serving.hosts import Host, Lost
from vaultkit.shell.language.serving.own import Own
from vaultkit.shell.language.serving.remote import Remote
from vaultkit.text import Message

#: So often a request is put to another host.
_HOSTS = 3
#: Seconds between two looks for a daemon; twice as many each time that it was lost.
_LOOK = 10.0

_ALONE = Message(
    "vaultkit watch n’est plus là\u00a0: le serveur de langage lit le coffre lui-même",
    "vaultkit watch is gone: the language server reads the vault itself",
)


class Asker:
    """Knows who answers; lives on the loop of the server. `documents` are the open texts by URI."""

    def __init__(
        self, with_daemon: bool, changed: Callable[[], None], tell: Callable[[Message, str], None]
    ) -> None:
        self.documents: dict[str, Document] = {}
        self.root: Path | None = None
        self._with_daemon = with_daemon
        self._changed = changed
        self._tell = tell
        self._host: Host | None = None
        self._coming: asyncio.Task[None] | None = None
        self._prepared: Host | None = None
        self._pause = _LOOK

    def begin(self, root: Path) -> None:
        """Take this vault."""
        self.root = root
        self._listener = _OnLoop(asyncio.get_running_loop(), self._changed, self._lost, self._tell)
        if self._with_daemon:
            self._coming = asyncio.ensure_future(self._look_for_daemon())
        else:
            self._host = Own(root, self._listener)

    async def ask(self, method: str, params: object) -> object:
        """Return what a request gives, as JSON; None where there is no vault.

        Raises VaultkitError for what cannot be done.
        """
        for _ in range(_HOSTS):
            host = self._host or await self._first()
            if host is None:
                return None
            self._send_texts(host)
            try:
                return await asyncio.wrap_future(host.ask(method, params))
            except Lost:
                self._leave(host)
        return None

    def prepare(self) -> None:
        """Let the host make ready for what is asked next, once."""
        if self._host is not None and self._prepared is not self._host:
            self._prepared = self._host
            self._host.prepare()

    def closed(self, uri: str) -> None:
        """Forget an open text."""
        if self.documents.pop(uri, None) is not None and self._host is not None:
            self._host.closed(uri)

    def saved(self, uri: str) -> None:
        """A file was saved."""
        if self._host is not None:
            self._send_texts(self._host)
            self._host.saved(uri)

    def end(self, patience: float = 0.0) -> None:
        """Let the host end, and wait for that so many seconds at most."""
        if self._coming is not None:
            self._coming.cancel()
        if self._host is not None:
            self._host.stop(patience)

    # ------------------------------------------------------------------------------ the host

    async def _first(self) -> Host | None:
        """Wait until it is known who answers."""
        while self._host is None and self._coming is not None:
            await asyncio.sleep(0.01)
        return self._host

    def _send_texts(self, host: Host) -> None:
        for document in self.documents.values():
            if document.sent is not host:
                document.sent = host
                host.opened(document.uri, document.version, document.text)

    async def _look_for_daemon(self) -> None:
        """Ask the daemon wherever there is one, now and later."""
        assert self.root is not None
        while True:
            if not isinstance(self._host, Remote):
                daemon: Host | None = None
                with suppress(VaultkitError):
                    daemon = await asyncio.to_thread(Remote.connect, self.root, self._listener)
                before, self._host = self._host, daemon or self._host or Own(self.root, self._listener)
                if before is not None and before is not self._host:
                    before.stop()
            await asyncio.sleep(self._pause)

    def _lost(self) -> None:
        if isinstance(self._host, Remote):
            self._leave(self._host)

    def _leave(self, host: Host) -> None:
        """Ask nobody else than ourselves from now on, until a daemon is found again."""
        if host is not self._host or self.root is None:
            return
        host.stop()
        self._pause *= 2
        self._host = Own(self.root, self._listener)
        self._tell(_ALONE, "info")


class _OnLoop:
    """Carries what a host tells on its threads to the loop of the server."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        changed: Callable[[], None],
        lost: Callable[[], None],
        tell: Callable[[Message, str], None],
    ) -> None:
        self._loop = loop
        self._calls = changed, lost, tell

    def changed(self) -> None:
        """The files of the vault have changed."""
        self._post(self._calls[0])

    def lost(self) -> None:
        """The host answers no more."""
        self._post(self._calls[1])

    def tell(self, message: Message, severity: str) -> None:
        """Tell a person something."""
        self._post(lambda: self._calls[2](message, severity))

    def _post(self, call: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(call)
