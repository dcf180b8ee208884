"""The protocol as this server speaks it, on top of pygls.

Texts are kept by us, since pygls takes other signs than a line feed for the end of a line; places are always in UTF-16
units; results that are JSON already go out as they are; and a request with wrong parameters is answered too.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, Protocol, cast

from lsprotocol import types
from msgspec import Struct
from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol
from pygls.protocol.language_server import lsp_method


class Taker(Protocol):
    """Takes what an editor says of its texts, and its commands."""

    def did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text was opened."""

    def did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """An open text was changed."""

    def did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """An open text was closed."""

    async def execute(self, params: types.ExecuteCommandParams) -> object:
        """Carry out a command."""


class Plain(Struct, frozen=True):
    """A result that is JSON already."""

    value: object


class Dialect(LanguageServerProtocol):
    """What is between the stream and the server, which is a Taker."""

    @property
    def taker(self) -> Taker:
        """The server."""
        return cast("Taker", self._server)

    @property
    def is_shut_down(self) -> bool:
        """Whether the editor said goodbye."""
        return bool(self._shutdown)

    def tell(self, method: str, params: Mapping[str, object]) -> None:
        """Send a notification whose parameters are JSON already."""
        self._send_data({"jsonrpc": self.VERSION, "method": method, "params": params})

    @lsp_method(types.INITIALIZE)
    def lsp_initialize(self, params: types.InitializeParams) -> Generator[Any, Any, types.InitializeResult]:
        """Take UTF-16 whatever else the editor could count in."""
        if params.capabilities.general is not None:
            params.capabilities.general.position_encodings = None
        return (yield from super().lsp_initialize(params))

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """A text was opened."""
        self.taker.did_open(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """An open text was changed."""
        self.taker.did_change(params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """An open text was closed."""
        self.taker.did_close(params)

    @lsp_method(types.WORKSPACE_EXECUTE_COMMAND)
    def lsp_workspace__execute_command(
        self, params: types.ExecuteCommandParams
    ) -> Generator[Any, Any, object]:
        """Let the host carry out a command."""
        return (yield self.taker.execute, (params,), None)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Give a message its type; a request that has none is answered with an error."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and isinstance(data.get("id"), int | str):
                self._send_response(data["id"], None, types.ResponseError(error.code, "wrong parameters"))
            raise

    def _send_response(
        self, msg_id: str | int, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        if error is None and isinstance(result, Plain):
            self._result_types.pop(msg_id, None)
            self._send_data({"jsonrpc": self.VERSION, "id": msg_id, "result": result.value})
        else:
            super()._send_response(msg_id, result, error)
