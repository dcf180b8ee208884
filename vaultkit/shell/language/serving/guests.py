"""Editors as guests of the daemon: one workspace for each client that asks by `language`.

Nothing of the protocol is loaded before a client asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultkit.errors import VaultkitError
from vaultkit.shell.control.desk import Party
from vaultkit.shell.control.protocol import Notice
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.session import Session
from vaultkit.shell.speech import language_of
from vaultkit.text import Message

if TYPE_CHECKING:
    from vaultkit.shell.language.workspace import Workspace

#: Asks to be told, by `language/notify`, whenever the vault has changed.
LISTEN = "vaultkit/listen"
#: Asks to make ready for what is asked next.
PREPARE = "vaultkit/prepare"
#: What a client that listens is told.
CHANGED = "vaultkit/changed"

_OPENED, _SAVED, _CLOSED = "textDocument/didOpen", "textDocument/didSave", "textDocument/didClose"


class Guests:
    """The workspaces of the clients, on the thread of the engine."""

    def __init__(self, engine: Engine, language: str) -> None:
        self._engine = engine
        self._workspaces: dict[Party, Workspace] = {}
        self._listening: dict[Party, None] = {}
        self._told: Session | None = None
        self._language: tuple[Session | None, str] = (None, language)

    def answer(self, client: Party, method: str, params: object) -> object:
        """Return what a method of the Language Server Protocol gives this client, as JSON."""
        if method == LISTEN:
            self._listening[client] = None
            self._told = self._engine.session
            return {}
        from vaultkit.shell.language.serving import features, wire

        if method == PREPARE:
            features.prepare(self._workspace(client))
            return None
        if method not in (_OPENED, _SAVED, _CLOSED, *features.FEATURES):
            raise VaultkitError(Message("méthode inconnue", "unknown method"))
        try:
            typed = wire.params_of(method, params)
        except Exception:  # whatever is wrong with them, its words may be a note's
            raise VaultkitError(
                Message("paramètres qu’on ne comprend pas", "parameters that are not understood")
            ) from None
        workspace = self._workspace(client)
        if method == _OPENED:
            document = typed.text_document
            workspace.opened(document.uri, document.version, document.text)
            return None
        if method in (_SAVED, _CLOSED):
            (workspace.saved if method == _SAVED else workspace.closed)(typed.text_document.uri)
            return None
        return wire.plain(features.answer(workspace, method, typed))

    def left(self, client: Party) -> None:
        """Forget the workspace of a client."""
        self._workspaces.pop(client, None)
        self._listening.pop(client, None)

    def followed(self) -> None:
        """The engine has done a step: tell the clients that listen, if anything has changed."""
        if not self._listening or self._told is self._engine.session:
            return
        self._told = self._engine.session
        for client in self._listening:
            client.notify(Notice.LANGUAGE, {"method": CHANGED, "params": {}})

    def _workspace(self, client: Party) -> Workspace:
        known = self._workspaces.get(client)
        if known is None:
            from vaultkit.shell.language.workspace import Workspace

            engine = self._engine
            known = self._workspaces[client] = Workspace(engine.root, lambda: engine.session, "fr")
        if self._language[0] is not self._engine.session:
            self._language = self._engine.session, language_of(self._engine.session, vault_first=True)
        known.language = self._language[1]
        return known
