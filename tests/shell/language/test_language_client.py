"""A session of a whole client (pytest-lsp, which checks what it is sent) with the server, from hello to goodbye."""

from __future__ import annotations

import asyncio
import os
import sys

from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

from tests.conftest import Vault
from tests.shell.daemon.watching import environment


async def _started(vault: Vault) -> LanguageClient:
    server = [sys.executable, "-m", "vaultkit", "lsp", "--no-daemon"]
    config = ClientServerConfig(
        server, make_test_lsp_client, server_env={**os.environ, **environment(vault.state)}
    )
    client: LanguageClient = await config.start()
    folder = types.WorkspaceFolder(vault.root.as_uri(), "coffre")
    await client.initialize_session(
        types.InitializeParams(
            capabilities=client_capabilities("neovim"), root_uri=folder.uri, workspace_folders=[folder]
        )
    )
    return client


def test_a_note_is_opened_judged_asked_about_and_closed(vault: Vault) -> None:
    """
    == A.md
    # Début
    [[B]]
    == B.md
    # Ailleurs
    """

    async def talk() -> None:
        client = await _started(vault)
        uri = (vault.root / "A.md").as_uri()
        document = types.TextDocumentIdentifier(uri)
        text = "# Début\n[[B]] [[Nulle part]]\n"
        client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "markdown", 1, text))
        )
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        assert [each.code for each in client.diagnostics[uri]] == ["VK401"]

        place = types.Position(1, 3)
        hovered = await client.text_document_hover_async(types.HoverParams(document, place))
        assert hovered is not None
        assert "Ailleurs" in str(hovered.contents)
        found = await client.text_document_definition_async(types.DefinitionParams(document, place))
        assert "B.md" in str(found)
        symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        assert [each.name for each in symbols or ()] == ["Début"]
        edit = await client.text_document_rename_async(types.RenameParams(document, place, "C"))
        assert edit is not None
        assert {type(step) for step in edit.document_changes or ()} == {
            types.TextDocumentEdit,
            types.RenameFile,
        }

        client.text_document_did_close(types.DidCloseTextDocumentParams(document))
        await client.shutdown_session()
        await client.stop()

    asyncio.run(talk())


def test_completion_offers_what_a_link_can_lead_to(vault: Vault) -> None:
    """
    == A.md
    un
    == Accès.md
    # Accès
    """

    async def talk() -> None:
        client = await _started(vault)
        uri = (vault.root / "A.md").as_uri()
        client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "markdown", 1, "😀 [[acc"))
        )
        offered = await client.text_document_completion_async(
            types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(0, 8))
        )
        assert isinstance(offered, types.CompletionList)
        assert offered.items[0].label == "Accès"
        await client.completion_item_resolve_async(offered.items[0])
        await client.shutdown_session()
        await client.stop()

    asyncio.run(talk())
