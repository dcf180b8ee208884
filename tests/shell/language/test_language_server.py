"""`vaultkit lsp` as editors start it: the protocol, what is published when, and what an editor may do wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Vault
from tests.shell.daemon.watching import environment
from tests.shell.language.speaking import Speaker
from vaultkit import __version__

Start = Callable[..., Speaker]


@pytest.fixture
def start(vault: Vault) -> Iterator[Start]:
    """Start a server of its own; what is started ends with the test."""
    begun: list[Speaker] = []

    def start(*arguments: str, **env: str) -> Speaker:
        begun.append(
            Speaker("--no-daemon", *arguments, env=environment(vault.state, **env), cwd=vault.state.parent)
        )
        return begun[-1]

    yield start
    for server in begun:
        server.__exit__()


@pytest.fixture
def server(start: Start, vault: Vault) -> Speaker:
    """A server that knows the vault of the test's docstring."""
    begun = start()
    begun.initialize(vault.root)
    return begun


def uri(vault: Vault, path: str) -> str:
    return (vault.root / path).as_uri()


def codes(said: list[dict[str, Any]]) -> list[str]:
    return [str(each["code"]) for each in said]


# ---------------------------------------------------------------------- beginning and end


def test_it_says_what_it_is_and_counts_in_utf_16(start: Start, vault: Vault) -> None:
    said = start().initialize(vault.root)
    assert said["serverInfo"] == {"name": "vaultkit", "version": __version__}
    able = said["capabilities"]
    assert able["positionEncoding"] == "utf-16"
    assert able["textDocumentSync"]["change"] == 2
    assert able["textDocumentSync"]["openClose"] is True
    assert "vaultkit.rebuild" in able["executeCommandProvider"]["commands"]
    assert {"quickfix"} <= set(able["codeActionProvider"]["codeActionKinds"])


def test_it_ends_with_0_after_shutdown_and_with_1_without(start: Start, vault: Vault) -> None:
    polite, rude, gone = start(), start(), start()
    for server in (polite, rude, gone):
        server.initialize(vault.root)
    assert polite.goodbye() == 0
    rude.notify("exit")
    assert rude.process.wait(30) == 1
    assert gone.process.stdin is not None
    gone.process.stdin.close()
    assert gone.process.wait(30) == 1


def test_nothing_else_gets_into_the_stream(server: Speaker, vault: Vault) -> None:
    """
    == A.md
    [[Nulle part]]
    """
    server.open(uri(vault, "A.md"), "[[Nulle part]]\n")
    server.diagnostics(uri(vault, "A.md"))
    server.goodbye()
    assert server.errors() == ""


# ---------------------------------------------------------------------- what is wrong, as it is typed


def test_what_is_wrong_is_published_for_each_version(server: Speaker, vault: Vault) -> None:
    """
    == A.md
    un
    """
    here = uri(vault, "A.md")
    server.open(here, "un\n", 1)
    assert server.diagnostics(here, 1) == []
    server.insert(here, 2, 0, 0, "😀 [[Nulle part]] ")
    (said,) = server.diagnostics(here, 2)
    assert said["code"] == "VK401"
    assert said["range"] == {"start": {"line": 0, "character": 3}, "end": {"line": 0, "character": 17}}
    server.change(here, 3, "rien\n")
    assert server.diagnostics(here, 3) == []


def test_of_many_changes_the_newest_text_is_judged(server: Speaker, vault: Vault) -> None:
    """
    == A.md
    un
    """
    here = uri(vault, "A.md")
    server.open(here, "", 0)
    for version in range(1, 101):
        server.insert(here, version, 0, 0, "[[Nulle part]] ")
    said = server.diagnostics(here, 100)
    assert len(said) == 100
    published = [each for each in server.told if each["method"] == "textDocument/publishDiagnostics"]
    assert not published


def test_a_closed_text_has_nothing_wrong(server: Speaker, vault: Vault) -> None:
    """
    == A.md
    [[Nulle part]]
    """
    here = uri(vault, "A.md")
    server.open(here, "[[Nulle part]]\n")
    assert codes(server.diagnostics(here, 1)) == ["VK401"]
    server.notify("textDocument/didClose", {"textDocument": {"uri": here}})
    assert server.diagnostics(here) == []


def test_a_change_of_a_file_is_seen_in_the_open_texts(server: Speaker, vault: Vault) -> None:
    """
    == A.md
    [[Neuf]]
    """
    here = uri(vault, "A.md")
    server.open(here, "[[Neuf]]\n")
    assert codes(server.diagnostics(here, 1)) == ["VK401"]
    vault.write("Neuf.md", "# Neuf\n")
    server.until(
        "textDocument/publishDiagnostics", lambda said: said["uri"] == here and not said["diagnostics"]
    )


def test_a_note_that_is_open_and_not_saved_counts_for_the_others(server: Speaker, vault: Vault) -> None:
    """
    == A.md
    [[Neuf]]
    """
    server.open(uri(vault, "A.md"), "[[Neuf]]\n")
    assert codes(server.diagnostics(uri(vault, "A.md"), 1)) == ["VK401"]
    server.open(uri(vault, "Neuf.md"), "# Neuf\n")
    assert server.diagnostics(uri(vault, "A.md")) == []


def test_a_note_renamed_underneath_goes_on_being_judged(server: Speaker, vault: Vault) -> None:
    """
    == A.md
    un
    == B.md
    [[A]]
    """
    here = uri(vault, "A.md")
    server.open(here, "un\n")
    server.diagnostics(here, 1)
    (vault.root / "A.md").rename(vault.root / "C.md")
    server.insert(here, 2, 0, 0, "[[C]] [[Nulle part]] ")
    server.until(
        "textDocument/publishDiagnostics",
        lambda said: (
            said["uri"] == here
            and [each["range"]["start"]["character"] for each in said["diagnostics"]] == [6]
        ),
    )


def test_lines_end_where_editors_end_them(server: Speaker, vault: Vault) -> None:
    """Neither a form feed nor a Unicode line separator begins a new line."""
    here = uri(vault, "A.md")
    server.open(here, "\ufeffun\x0cdeux\u2028trois\r\nfin\r\n", 1)
    server.diagnostics(here, 1)
    server.insert(here, 2, 1, 3, " [[Nulle part]]")
    (said,) = server.diagnostics(here, 2)
    assert said["range"]["start"] == {"line": 1, "character": 4}


def test_a_note_of_5_mb_is_judged_too(server: Speaker, vault: Vault) -> None:
    here = uri(vault, "A.md")
    text = "Une ligne comme une autre, avec des mots et un peu de **gras**.\n" * 80_000
    server.open(here, text + "[[Nulle part]]\n", 1)
    assert codes(server.diagnostics(here, 1, within=300)) == ["VK401"]
    server.insert(here, 2, 80_000, 0, "😀")
    (said,) = server.diagnostics(here, 2, within=300)
    assert said["range"]["start"] == {"line": 80_000, "character": 2}


# ---------------------------------------------------------------------- which vault


def test_the_vault_is_around_the_open_folder(start: Start, vault: Vault) -> None:
    """
    == Dossier/A.md
    [[Nulle part]]
    """
    server = start()
    server.initialize(vault.root / "Dossier")
    server.open(uri(vault, "Dossier/A.md"), "[[Nulle part]]\n")
    assert codes(server.diagnostics(uri(vault, "Dossier/A.md"))) == ["VK401"]


def test_without_a_folder_it_is_around_the_first_file(start: Start, vault: Vault) -> None:
    """
    == Dossier/A.md
    [[Nulle part]]
    """
    server = start()
    server.initialize(None)
    server.open(uri(vault, "Dossier/A.md"), "[[Nulle part]]\n")
    assert codes(server.diagnostics(uri(vault, "Dossier/A.md"))) == ["VK401"]


def test_a_vault_can_be_said(start: Start, vault: Vault) -> None:
    """
    == A.md
    [[Nulle part]]
    """
    server = start("--vault", "coffre", "--stdio")
    server.initialize(None)
    server.open(uri(vault, "A.md"), "[[Nulle part]]\n")
    assert codes(server.diagnostics(uri(vault, "A.md"))) == ["VK401"]


def test_an_editor_without_a_vault_is_told_so_once_and_answered_with_nothing(
    start: Start, tmp_path: Path
) -> None:
    outside = tmp_path / "ailleurs" / "A.md"
    outside.parent.mkdir()
    server = start()
    server.initialize(outside.parent)
    for number in range(2):
        server.open(outside.with_name(f"{number}.md").as_uri(), "[[Nulle part]]\n")
    place = {"textDocument": {"uri": outside.as_uri()}, "position": {"line": 0, "character": 0}}
    assert server.ask("textDocument/hover", place) is None
    assert server.ask("textDocument/completion", place) is None
    assert server.ask("workspace/symbol", {"query": "a"}) is None
    shown = [each for each in server.told if each["method"] == "window/showMessage"]
    assert [each["params"]["type"] for each in shown] == [2]
    assert "Obsidian" in shown[0]["params"]["message"]


def test_a_file_outside_the_vault_is_left_alone(server: Speaker, tmp_path: Path) -> None:
    outside = (tmp_path / "ailleurs.md").as_uri()
    server.open(outside, "[[Nulle part]]\n")
    assert server.diagnostics(outside, 1) == []
    place = {"textDocument": {"uri": outside}, "position": {"line": 0, "character": 3}}
    assert not server.ask("textDocument/definition", place)
    assert server.ask("textDocument/hover", place) is None


def test_settings_that_are_wrong_are_told_and_right_ones_are_taken(start: Start, vault: Vault) -> None:
    """
    == A.md
    [[Nulle part]]
    """
    vault.write("vaultkit.toml", "[check]\nignore = ['nothing-like-that']\n")
    server = start()
    server.initialize(vault.root)
    server.open(uri(vault, "A.md"), "[[Nulle part]]\n")
    assert server.until("window/showMessage")["type"] == 1
    vault.write("vaultkit.toml", "[check]\nerror = ['unresolved-link']\n")
    (said,) = server.diagnostics(uri(vault, "A.md"))
    assert (said["code"], said["severity"]) == ("VK401", 1)


# ---------------------------------------------------------------------- what an editor may do wrong


def test_a_request_that_was_cancelled_is_answered_and_the_others_go_on(server: Speaker, vault: Vault) -> None:
    """
    == A.md
    un
    """
    here = uri(vault, "A.md")
    server.open(here, "# Titre\n" * 2000)
    ids = [server.request("textDocument/documentSymbol", {"textDocument": {"uri": here}}) for _ in range(20)]
    for id in ids[1::2]:
        server.notify("$/cancelRequest", {"id": id})
    server.notify("$/cancelRequest", {"id": "never heard of"})
    for id in ids[::2]:
        assert len(server.answer(id)["result"]) == 2000
    for id in ids[1::2]:
        said = server.answer(id)
        assert said.get("error", {}).get("code", -32800) == -32800
    assert server.goodbye() == 0


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"5",
        b"null",
        b"\xff\xfe",
        b'{"jsonrpc": "2.0"}',
        b'{"jsonrpc": "1.0", "id": 1, "method": "shutdown"}',
        b'{"method": "shutdown"}',
        b'{"jsonrpc": "2.0", "method": 5}',
        b'{"jsonrpc": "2.0", "method": "nothing/known", "params": {}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {"uri": 1}}}',
        b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"contentChanges": "x"}}',
        b'{"jsonrpc": "2.0", "id": 77, "result": {"applied": true}}',
        b'{"jsonrpc": "2.0", "id": {}, "method": "textDocument/hover", "params": {}}',
        b'[{"jsonrpc": "2.0", "id": 1, "method": "shutdown"}]',
        b"[" * 20_000,
    ],
    ids=range(16),
)
def test_a_malformed_message_ends_nothing(server: Speaker, vault: Vault, body: bytes) -> None:
    server.raw(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    server.raw(b"what is this\r\nContent-Length: many\r\n\r\n")
    here = uri(vault, "A.md")
    server.open(here, "[[Nulle part]]\n")
    assert codes(server.diagnostics(here)) == ["VK401"]
    assert server.goodbye() == 0


def test_a_request_with_wrong_parameters_is_answered_with_an_error(server: Speaker) -> None:
    said = server.answer(server.request("textDocument/hover", {"textDocument": "A.md"}))
    assert said["error"]["code"] == -32602
    said = server.answer(server.request("textDocument/nothingKnown", {}))
    assert said["error"]["code"] == -32601


def test_changes_of_a_text_that_is_not_open_and_places_out_of_it_are_harmless(
    server: Speaker, vault: Vault
) -> None:
    """
    == A.md
    un
    """
    here = uri(vault, "A.md")
    server.insert(here, 5, 0, 0, "x")
    server.notify("textDocument/didClose", {"textDocument": {"uri": here}})
    server.open(here, "un\n", 1)
    server.change(
        here,
        2,
        {"range": {"start": {"line": 9, "character": 9}, "end": {"line": 1, "character": 0}}, "text": "[["},
        {
            "range": {"start": {"line": 0, "character": 99}, "end": {"line": 0, "character": 99}},
            "text": "Nulle part]]",
        },
    )
    server.diagnostics(here, 2)
    place = {"textDocument": {"uri": here}, "position": {"line": 999, "character": 999}}
    for method in ("hover", "completion", "definition", "references", "prepareRename"):
        server.answer(
            server.request(f"textDocument/{method}", {**place, "context": {"includeDeclaration": True}})
        )
    assert server.goodbye() == 0


def test_a_fault_of_ours_is_told_without_a_word_of_a_note(vault: Vault, tmp_path: Path) -> None:
    """
    == A.md
    un
    """
    hook = tmp_path / "site" / "sitecustomize.py"
    hook.parent.mkdir()
    hook.write_text(
        "import vaultkit.shell.language.serving.features as f\n"
        "def broken(workspace, params):\n    raise ValueError(workspace.session.index.notes['A.md'].text)\n"
        "f._feature = lambda method: broken\n"
    )
    with Speaker("--no-daemon", env=environment(vault.state, PYTHONPATH=str(hook.parent))) as server:
        server.initialize(vault.root)
        here = uri(vault, "A.md")
        server.open(here, "secret words\n")
        assert (
            server.ask(
                "textDocument/hover", {"textDocument": {"uri": here}, "position": {"line": 0, "character": 0}}
            )
            is None
        )
        told = server.until("window/logMessage", lambda said: "ValueError" in said["message"])
        assert told["type"] == 1
        server.goodbye()
        assert "secret words" not in json.dumps(server.told) + server.errors() + str(told)


def test_a_command_gives_its_edit_to_the_editor(server: Speaker, vault: Vault) -> None:
    """
    == Synthèse.md
    ---
    category: synthese_globale
    scope: A
    ---
    <!-- vaultkit:begin recap -->
    <!-- vaultkit:end recap -->
    == Accès.md
    ---
    category: domaine
    scope: A
    ---
    # Accès

    ## Constats
    - Constat un ❌
    """
    before = vault.snapshot()
    server.ask("workspace/executeCommand", {"command": "vaultkit.rebuild", "arguments": []})
    (asked,) = server.asked
    assert asked["method"] == "workspace/applyEdit"
    assert "Constat un" in json.dumps(asked["params"], ensure_ascii=False)
    time.sleep(0.2)
    assert vault.snapshot() == before, "the server writes no file"


def test_an_edit_that_the_editor_does_not_make_is_told(server: Speaker, vault: Vault) -> None:
    """
    == Synthèse.md
    ---
    category: synthese_globale
    scope: A
    ---
    <!-- vaultkit:begin recap -->
    <!-- vaultkit:end recap -->
    == Accès.md
    ---
    category: domaine
    scope: A
    ---
    # Accès

    ## Constats
    - Constat un ❌
    """
    server.applies = False
    said = server.answer(
        server.request("workspace/executeCommand", {"command": "vaultkit.rebuild", "arguments": []})
    )
    assert said["error"]["code"] == -32803


def test_what_cannot_be_done_is_an_error_in_words(server: Speaker, vault: Vault) -> None:
    said = server.answer(
        server.request("workspace/executeCommand", {"command": "vaultkit.undo", "arguments": []})
    )
    assert said.get("error", {}).get("code", -32803) == -32803
    said = server.answer(server.request("workspace/executeCommand", {"command": "no.such", "arguments": []}))
    assert "error" in said
