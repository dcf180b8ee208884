"""A vault with a control socket, a desk, and clients polite and rude."""

from __future__ import annotations

import pytest

from tests.shell.control.control_doubles import PATIENCE, Desk, Log, Raw
from vaultkit.shell.control.client import Client
from vaultkit.shell.control.server import Server


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "coffre"
    folder.mkdir()
    return folder


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def log():
    return Log()


@pytest.fixture
def serve(root, desk, log):
    """Start a server with limits of the test's own; it stops at the end, with nothing wrong in its log."""
    servers = []

    def start(limits=None):
        server = Server(root, desk, log, *([limits] if limits else []))
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()
    assert [line for line in log.lines if line[0] == "error"] == []


@pytest.fixture
def server(serve):
    return serve()


@pytest.fixture
def raw(server, root):
    """Make clients that have said hello, or have not."""
    made = []

    def connect(greet=True, name="raw"):
        client = Raw(server.address)
        made.append(client)
        if greet:
            answer = client.ask("hello", protocol=1, version="0", vault=str(root), name=name)
            assert answer["result"]["matches"] is True
        return client

    yield connect
    for client in made:
        client.close()


@pytest.fixture
def connect(root):
    """Make clients of vaultkit's own."""
    made = []

    def client(name="vaultkit", timeout=PATIENCE):
        found = Client.connect(root, timeout, name)
        if found is not None:
            made.append(found)
        return found

    yield client
    for each in made:
        each.close()
