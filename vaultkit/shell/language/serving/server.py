"""The language server: takes what an editor says, asks a host, and tells the editor what is wrong.

What a fault of ours is told holds no word of a note; neither does anything that pygls would log: it is silenced.
"""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from vaultkit import __version__
from vaultkit.errors import VaultkitError
from vaultkit.shell.console import locale_language
from vaultkit.shell.language.commands import COMMANDS
from vaultkit.shell.language.serving.asking import Asker
from vaultkit.shell.language.serving.dialect import Dialect, Plain
from vaultkit.shell.language.serving.documents import Document
from vaultkit.shell.language.serving.options import OPTIONS
from vaultkit.shell.language.serving.publishing import Publisher
from vaultkit.shell.language.serving.vaults import vault_of_file, vault_of_folders
from vaultkit.shell.language.serving.wire import typed
from vaultkit.shell.planning import where_failed
from vaultkit.text import Message

NAME = "vaultkit"

#: Seconds that the host may take to end.
_FAREWELL = 2.0
_TYPES = {"error": types.MessageType.Error, "warning": types.MessageType.Warning}


class VaultServer(LanguageServer):
    """Serves one editor. `vault` is the vault that was said, None if the editor's folders or files tell."""

    protocol: Dialect

    def __init__(self, vault: Path | None, with_daemon: bool) -> None:
        logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
        super().__init__(
            NAME,
            __version__,
            types.TextDocumentSyncKind.Incremental,
            protocol_cls=Dialect,
            max_workers=2,
        )
        self._vault = vault
        self._language = locale_language() or "fr"
        self._asker = Asker(with_daemon, self._vault_changed, self.tell)
        self._publisher = Publisher(self._asker, self.protocol.tell, self._failed)
        self._said_that_none = False
        feature = self.protocol.fm.feature
        feature(types.INITIALIZE)(
            partial(self._initialize)
        )  # pygls marks what it is given, and a method cannot be
        feature(types.SHUTDOWN)(partial(self._end))
        feature(types.TEXT_DOCUMENT_DID_SAVE, types.SaveOptions(include_text=False))(partial(self._did_save))
        for method, options in OPTIONS.items():
            feature(method, options)(self._answering(method))
        for command in COMMANDS:  # so that they are said to be there; `execute` takes them all
            self.protocol.fm.command(command)(partial(self.execute))

    # ------------------------------------------------------------------------------ texts

    def did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text was opened."""
        document = params.text_document
        self._asker.documents[document.uri] = Document(document.uri, document.version, document.text)
        if self._asker.root is None:
            self._begin(vault_of_file(document.uri))
        if self._asker.root is None and not self._said_that_none:
            self._said_that_none = True
            self._show(_NO_VAULT, types.MessageType.Warning)
        self._publisher.changed(document.uri)

    def did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """An open text was changed."""
        document = self._asker.documents.get(params.text_document.uri)
        if document is not None:
            document.change(params.text_document.version, params.content_changes)
            self._publisher.changed(document.uri)

    def did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """An open text was closed."""
        uri = params.text_document.uri
        self._asker.closed(uri)
        self._publisher.closed(uri)

    def _did_save(self, params: types.DidSaveTextDocumentParams) -> None:
        self._asker.saved(params.text_document.uri)

    # ------------------------------------------------------------------------------ requests

    async def execute(self, params: types.ExecuteCommandParams) -> object:
        """Carry out a command: what it changes is given to the editor to apply, what it tells is shown."""
        done = await self._ask(types.WORKSPACE_EXECUTE_COMMAND, params)
        if not isinstance(done, dict):
            return None
        if done.get("edit"):
            edit = typed(done["edit"], types.WorkspaceEdit)
            applied = await self.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit))
            if not applied.applied:
                raise _request_failed(_NOT_APPLIED.of(self._language))
        if done.get("message"):
            self.window_show_message(types.ShowMessageParams(types.MessageType.Info, str(done["message"])))
        return Plain(done.get("result"))

    def _answering(self, method: str) -> Any:
        """Return what answers a method: by the host, as JSON."""

        async def answer(params: Any) -> Plain:
            return Plain(await self._ask(method, params))

        return answer

    async def _ask(self, method: str, params: object) -> object:
        """Return what the host answers; nothing where a fault of ours keeps it from answering."""
        try:
            return await self._asker.ask(method, params)
        except VaultkitError as error:
            raise _request_failed(error.message.of(self._language)) from None
        except Exception as error:
            self._failed(error)
            return None

    # ------------------------------------------------------------------------------ the vault

    def _initialize(self, params: types.InitializeParams) -> None:
        if params.locale:
            self._language = "fr" if params.locale.lower().startswith("fr") else "en"
        self._begin(self._vault or vault_of_folders(params))

    def _begin(self, root: Path | None) -> None:
        if root is not None:
            self._asker.begin(root)

    def _vault_changed(self) -> None:
        self._publisher.all_changed()

    def _end(self, _: object) -> None:
        self._asker.end()

    def finish(self) -> int:
        """End what still runs after the editor has gone; return the exit code, which says if it took its leave."""
        self._asker.end(_FAREWELL)
        return 0 if self.protocol.is_shut_down else 1

    # ------------------------------------------------------------------------------ telling

    def tell(self, message: Message, severity: str) -> None:
        """Tell something for the log of the editor; a person is shown what is wrong."""
        kind = _TYPES.get(severity, types.MessageType.Info)
        if kind is types.MessageType.Error:
            self._show(message, kind)
        else:
            self.window_log_message(types.LogMessageParams(kind, message.of(self._language)))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Tell of what pygls could not make sense of, or what failed in it, and of nothing that was in it."""
        self._failed(error)

    def _failed(self, error: Exception) -> None:
        said = where_failed(error)
        words = Message(f"défaut du serveur de langage ({said})", f"a fault of the language server ({said})")
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, words.of(self._language)))

    def _show(self, message: Message, kind: types.MessageType) -> None:
        self.window_show_message(types.ShowMessageParams(kind, message.of(self._language)))


def _request_failed(words: str) -> JsonRpcException:
    return JsonRpcException(words, int(types.LSPErrorCodes.RequestFailed))


_NO_VAULT = Message(
    "ce fichier n’est dans aucun coffre Obsidian (ni vaultkit.toml ni .obsidian au-dessus)\u00a0: rien n’en est dit",
    "this file is in no Obsidian vault (neither vaultkit.toml nor .obsidian above it): vaultkit says nothing of it",
)
_NOT_APPLIED = Message(
    "l’éditeur n’a pas fait la modification\u00a0: le texte a changé entre-temps",
    "the editor did not make the edit: the text has changed meanwhile",
)
