"""Who answers the editor: the daemon where one runs, and the server itself where it goes away or never was."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any

import pytest
from lsprotocol.types import (
    DocumentDiagnosticParams,
    ExecuteCommandParams,
    TextDocumentIdentifier,
    WorkspaceSymbolParams,
)

import vaultkit
from tests.conftest import Vault
from tests.shell.daemon.watching import PATIENCE, Watching, environment, until
from tests.shell.language.speaking import Speaker
from vaultkit.errors import VaultkitError
from vaultkit.shell.control.protocol import Fault
from vaultkit.shell.language.serving.hosts import Host, Lost
from vaultkit.shell.language.serving.own import Own
from vaultkit.shell.language.serving.remote import Remote
from vaultkit.text import Message


class Ear:
    """Hears what a host tells."""

    def __init__(self) -> None:
        self.changes = 0
        self.losses = 0
        self.told: list[tuple[str, str]] = []

    def changed(self) -> None:
        self.changes += 1

    def lost(self) -> None:
        self.losses += 1

    def tell(self, message: Message, severity: str) -> None:
        self.told.append((message.en, severity))


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def daemon(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    for name, value in environment(vault.state).items():
        monkeypatch.setenv(name, value)
    vault.write("vaultkit.toml", "[watch]\nsource_quiet = 0\ntarget_quiet = 0\nbackground_quiet = 0\n")
    with Watching(vault.root, vault.state) as watching:
        yield watching


@pytest.fixture(params=["own", "daemon"])
def host(request: pytest.FixtureRequest, vault: Vault, ear: Ear) -> Iterator[Host]:
    """Each kind of host in its turn, with the vault of the test's docstring."""
    if request.param == "daemon":
        request.getfixturevalue("daemon")
        found: Host | None = Remote.connect(vault.root, ear)
        assert found is not None
    else:
        found = Own(vault.root, ear)
        until(lambda: ear.changes)
    yield found
    found.stop()


def codes(host: Host, vault: Vault, path: str) -> list[str]:
    params = DocumentDiagnosticParams(TextDocumentIdentifier((vault.root / path).as_uri()))
    said: Any = host.ask("textDocument/diagnostic", params).result(PATIENCE)
    return [each["code"] for each in said["items"]]


# ---------------------------------------------------------------------- what every host does


def test_it_answers_with_the_texts_that_it_was_given_before(host: Host, vault: Vault) -> None:
    """
    == A.md
    saved
    """
    here = (vault.root / "A.md").as_uri()
    assert codes(host, vault, "A.md") == []
    host.opened(here, 1, "[[Nulle part]]\n")
    broken = host.ask("textDocument/diagnostic", DocumentDiagnosticParams(TextDocumentIdentifier(here)))
    host.opened(here, 2, "sound\n")
    assert codes(host, vault, "A.md") == []
    assert [each["code"] for each in broken.result(PATIENCE)["items"]] == ["VK401"]
    host.opened(here, 3, "[[Nulle part]]\n")
    host.closed(here)
    assert codes(host, vault, "A.md") == []


def test_it_tells_when_the_vault_has_changed(host: Host, vault: Vault, ear: Ear) -> None:
    """
    == A.md
    [[Neuf]]
    """
    assert codes(host, vault, "A.md") == ["VK401"]
    before = ear.changes
    vault.write("Neuf.md", "# Neuf\n")
    until(lambda: ear.changes > before)
    until(lambda: codes(host, vault, "A.md") == [])


def test_a_question_that_nobody_waits_for_is_not_worked_on(host: Host, vault: Vault) -> None:
    """
    == A.md
    saved
    """
    asked = [host.ask("workspace/symbol", WorkspaceSymbolParams("a")) for _ in range(50)]
    given_up = [each for each in asked[1:] if each.cancel()]
    for each in asked:
        if each in given_up:
            with pytest.raises(CancelledError):
                each.result(PATIENCE)
        else:
            each.result(PATIENCE)


def test_what_cannot_be_done_comes_in_words_and_a_fault_as_a_fault(host: Host, vault: Vault) -> None:
    with pytest.raises(VaultkitError):
        host.ask("workspace/executeCommand", ExecuteCommandParams("no.such")).result(PATIENCE)
    with pytest.raises(Exception):  # noqa: B017, PT011 - of whatever kind: the server tells its place alone
        host.ask("textDocument/documentSymbol", None).result(PATIENCE)
    host.ask("workspace/symbol", WorkspaceSymbolParams("a")).result(PATIENCE)


def test_it_is_ready_for_what_comes_next(host: Host, vault: Vault) -> None:
    """
    == A.md
    saved
    """
    host.prepare()
    host.saved((vault.root / "A.md").as_uri())
    assert codes(host, vault, "A.md") == []


def test_after_its_end_it_answers_nothing_more(host: Host, vault: Vault) -> None:
    host.stop()
    ended = threading.Event()

    def asked() -> None:
        while True:
            try:
                host.ask("workspace/symbol", WorkspaceSymbolParams("a")).result(1)
            except Lost:
                break
            except (CancelledError, TimeoutError):
                break
        ended.set()

    threading.Thread(target=asked, daemon=True).start()
    assert ended.wait(PATIENCE)


# ---------------------------------------------------------------------- one of its own


def test_it_writes_no_file(vault: Vault, ear: Ear) -> None:
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
    host = Own(vault.root, ear)
    assert codes(host, vault, "Synthèse.md") == ["VK502"]
    known = ear.changes
    vault.write("Accès.md", before["Accès.md"].decode().replace("un", "deux"))
    until(lambda: ear.changes > known)
    assert codes(host, vault, "Synthèse.md") == ["VK502"]
    host.stop()
    vault.write("Accès.md", before["Accès.md"].decode())
    assert vault.snapshot() == before


def test_a_vault_that_cannot_be_read_is_told_once_and_tried_again(vault: Vault, ear: Ear) -> None:
    """
    == A.md
    [[Nulle part]]
    """
    vault.write("vaultkit.toml", "[check]\nignore = ['nothing-like-that']\n")
    host = Own(vault.root, ear)
    here = (vault.root / "A.md").as_uri()
    host.opened(here, 1, "[[Nulle part]] [[Ailleurs]]\n")
    assert host.ask("workspace/symbol", WorkspaceSymbolParams("a")).result(PATIENCE) is None
    until(lambda: ear.told)
    vault.write("B.md", "un\n")
    vault.write("vaultkit.toml", "")
    until(lambda: ear.changes)
    assert codes(host, vault, "A.md") == ["VK401", "VK401"]
    assert [severity for _, severity in ear.told] == ["error"]
    host.stop()


# ---------------------------------------------------------------------- the daemon


def test_there_is_no_daemon_where_none_runs(vault: Vault, ear: Ear) -> None:
    assert Remote.connect(vault.root, ear) is None


def test_a_daemon_of_another_version_is_not_asked(
    daemon: Watching, vault: Vault, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vaultkit, "__version__", "99")
    assert Remote.connect(vault.root, ear) is None


def test_a_daemon_that_is_killed_is_lost_once_and_what_waits_is_lost_too(
    daemon: Watching, vault: Vault, ear: Ear
) -> None:
    """
    == A.md
    saved
    """
    host = Remote.connect(vault.root, ear)
    assert host is not None
    daemon.process.kill()
    asked: list[Future[object]] = [host.ask("workspace/symbol", WorkspaceSymbolParams("a")) for _ in range(5)]
    for each in asked[1:]:
        with pytest.raises(Lost):
            each.result(PATIENCE)
    until(lambda: ear.losses)
    assert ear.losses == 1
    host.stop()


def test_each_client_of_the_daemon_has_its_own_texts(daemon: Watching, vault: Vault, ear: Ear) -> None:
    """
    == A.md
    saved
    """
    one, other = Remote.connect(vault.root, ear), Remote.connect(vault.root, ear)
    assert one is not None
    assert other is not None
    one.opened((vault.root / "A.md").as_uri(), 1, "[[Nulle part]]\n")
    assert codes(one, vault, "A.md") == ["VK401"]
    assert codes(other, vault, "A.md") == []
    one.stop()
    other.stop()


@pytest.mark.parametrize(
    ("method", "params"),
    [("no/such", {}), ("textDocument/hover", {}), ("textDocument/didOpen", {"textDocument": {"uri": "a"}})],
)
def test_the_daemon_refuses_what_is_no_request_of_the_protocol(
    daemon: Watching, method: str, params: dict[str, object]
) -> None:
    with daemon.client() as client:
        with pytest.raises(Fault):
            client.call("language", method=method, params=params)
        assert client.call("status")


def test_a_text_that_is_too_long_for_the_socket_is_no_end(daemon: Watching, vault: Vault, ear: Ear) -> None:
    """
    == A.md
    saved
    """
    host = Remote.connect(vault.root, ear)
    assert host is not None
    host.opened((vault.root / "A.md").as_uri(), 1, "é" * (9 << 20))
    until(lambda: ear.losses)
    with pytest.raises(Lost):
        host.ask("workspace/symbol", WorkspaceSymbolParams("a")).result(PATIENCE)


# ---------------------------------------------------------------------- the server between them


def test_the_server_goes_on_alone_where_the_daemon_is_killed(daemon: Watching, vault: Vault) -> None:
    """
    == A.md
    saved
    == B.md
    saved
    """
    here, there = (vault.root / "A.md").as_uri(), (vault.root / "B.md").as_uri()
    with Speaker(env=environment(vault.state)) as editor:
        editor.initialize(vault.root)
        editor.open(here, "[[Nulle part]]\n", 1)
        editor.open(there, "# Titre qui n’est pas enregistré\n", 1)
        assert len(editor.diagnostics(here, 1)) == 1
        editor.diagnostics(there, 1)
        for version in range(2, 12):
            editor.insert(here, version, 0, 0, "[[Nulle part]] ")
            if version == 6:
                daemon.process.kill()
        assert len(editor.diagnostics(here, 11)) == 11
        found = editor.ask("textDocument/documentSymbol", {"textDocument": {"uri": there}})
        assert [each["name"] for each in found] == ["Titre qui n’est pas enregistré"]
        vault.write("Nulle part.md", "")
        editor.until(
            "textDocument/publishDiagnostics", lambda said: said["uri"] == here and not said["diagnostics"]
        )
        assert editor.goodbye() == 0
        assert editor.errors() == ""


def test_the_server_asks_the_daemon_where_one_runs(daemon: Watching, vault: Vault) -> None:
    """
    == A.md
    [[Neuf]]
    """
    here = (vault.root / "A.md").as_uri()
    with Speaker(env=environment(vault.state)) as editor:
        editor.initialize(vault.root)
        editor.open(here, "[[Neuf]]\n", 1)
        assert len(editor.diagnostics(here, 1)) == 1
        vault.write("Neuf.md", "")
        editor.until(
            "textDocument/publishDiagnostics", lambda said: said["uri"] == here and not said["diagnostics"]
        )
        assert editor.goodbye() == 0


def test_the_daemon_loads_nothing_of_the_protocol_before_an_editor_asks(vault: Vault, tmp_path: Path) -> None:
    run = (
        "import sys; import vaultkit.shell.commands.watch, vaultkit.shell.cli;"
        "print([name for name in sys.modules if name.split('.')[0] in ('lsprotocol', 'pygls', 'cattrs', 'attrs')])"
    )
    done = subprocess.run([sys.executable, "-c", run], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
