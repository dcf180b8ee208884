"""The client of the control socket, in this process and in others."""

import io
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import vaultkit
from tests.shell.control.control_doubles import PATIENCE, edit_of, until
from vaultkit.errors import VaultkitError
from vaultkit.shell.control import address
from vaultkit.shell.control.channel import PipeChannel
from vaultkit.shell.control.client import Client, Gone, Silent
from vaultkit.shell.control.protocol import Code, Fault
from vaultkit.shell.places import state_dir

unix = pytest.mark.skipif(sys.platform == "win32", reason="sockets")
REPOSITORY = Path(vaultkit.__file__).parents[1]


def python(code, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_without_a_daemon_there_is_no_client(root):
    assert Client.connect(root) is None
    assert not Path(address.socket_path(root)).parent.exists()


@unix
def test_a_client_asks_and_is_told(server, connect, desk):
    client = connect()
    assert client.hello["pid"]
    assert client.call("status") == {"notes": 3}
    client.call("subscribe")
    server.publish("status/changed", {"notes": 4})
    until(lambda: client.call("status") and client._told)
    assert client.told(PATIENCE).params == {"notes": 4}
    assert client.told(0.01) is None
    with pytest.raises(Fault) as raised:
        client.call("nothing")
    assert raised.value.code == Code.UNKNOWN_METHOD
    assert raised.value.message.fr == "méthode inconnue"


@unix
def test_a_client_listens_until_the_daemon_ends(server, connect):
    client = connect()
    client.call("subscribe")
    server.publish("status/changed", {"notes": 1})
    server.publish("diagnostics/changed", {"errors": 0})
    server.stop()
    assert [said.method for said in client] == ["status/changed", "diagnostics/changed"]
    with pytest.raises(Gone):
        client.call("status")
    assert connect() is None


@unix
def test_a_daemon_that_takes_too_long_is_silent(server, connect, desk):
    client = connect()
    with pytest.raises(Silent):
        client.call("rebuild", within=0.05)
    desk.open[0].set_result("late")
    assert client.call("status") == {"notes": 3}  # the late answer is not taken for this one


@unix
def test_a_daemon_that_hangs_is_no_daemon_that_is_missing(root):
    state_dir(root)
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(str(address.socket_path(root)))
        hung.listen()
        with pytest.raises(VaultkitError, match="does not answer"):
            Client.connect(root, 0.05)


@unix
def test_a_daemon_that_closes_at_once_counts_as_none(root):
    state_dir(root)
    with socket.socket(socket.AF_UNIX) as ending:
        ending.bind(str(address.socket_path(root)))
        ending.listen()
        closing = threading.Thread(target=lambda: ending.accept()[0].close())
        closing.start()
        assert Client.connect(root, PATIENCE) is None
        closing.join()


@unix
@pytest.mark.skipif(sys.platform == "win32" or not os.getuid(), reason="root may enter any folder")
def test_a_state_folder_that_cannot_be_entered_is_said(root):
    folder = state_dir(root)
    folder.chmod(0)
    try:
        with pytest.raises(VaultkitError, match="permission denied"):
            Client.connect(root)
    finally:
        folder.chmod(0o700)


@unix
def test_a_socket_that_cannot_be_reached_is_said(root, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "Permission denied")

    state_dir(root)
    address.leave(root, "/somewhere/s")
    monkeypatch.setattr("vaultkit.shell.control.channel.connect", refused)
    with pytest.raises(VaultkitError, match=r"/somewhere/s cannot be reached \(permission denied\)"):
        Client.connect(root)


@unix
def test_the_daemon_of_another_vault_is_none(serve, connect, root, tmp_path):
    server = serve()
    other = tmp_path / "other"
    other.mkdir()
    state_dir(other)
    address.leave(other, server.address)
    assert Client.connect(other, PATIENCE) is None


def test_the_client_is_light_to_import():
    code = (
        "import sys, vaultkit.shell.control.client\n"
        "print([name for name in ('asyncio', 'watchdog', 'vaultkit.shell.session', 'vaultkit.dql.engine',"
        " 'concurrent.futures', 'platformdirs') if name in sys.modules])"
    )
    assert python(code) == "[]\n"


@unix
def test_two_processes_talk_and_a_client_that_is_killed_frees_the_seat(server, root, desk):
    writes = (
        "import sys, pathlib\n"
        "from vaultkit.shell.control.client import Client\n"
        "with Client.connect(pathlib.Path(sys.argv[1]), 20, 'other process') as client:\n"
        "    print(client.call('status'), client.call('writer/claim'), flush=True)\n"
        "    for request in client:\n"
        "        client.reply(request, {'status': 'applied'})\n"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", writes, str(root)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout.readline() == "{'notes': 3} {'claimed': True}\n"
        assert desk.next() == ("claimed", "other process")
        desk.writer.edit(edit_of(5))
        assert desk.next() == ("answered", 5, "applied")
        other.kill()
        assert desk.next() == ("released", "other process")


@unix
def test_the_socket_of_a_killed_daemon_is_taken_over(root, serve, connect):
    serves = (
        "import sys, pathlib, time\n"
        "from vaultkit.shell.control.server import Server\n"
        "server = Server(pathlib.Path(sys.argv[1]), None)\n"
        "server.start()\n"
        "print(server.address, flush=True)\n"
        "time.sleep(60)\n"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", serves, str(root)], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    with first:
        place = Path(first.stdout.readline().strip())
        assert connect().hello["pid"] == first.pid
        first.kill()
    assert place.is_socket()
    assert connect() is None
    serve()
    assert connect().call("status") == {"notes": 3}


@unix
def test_a_round_trip_of_status_is_short(server, connect):
    """Measured, not judged: `pytest -rP` shows it."""
    client = connect()
    times = []
    for _ in range(300):
        began = time.perf_counter()
        client.call("status")
        times.append(time.perf_counter() - began)
    print(f"status: median {statistics.median(times) * 1e6:.0f} µs, worst {max(times) * 1e6:.0f} µs")


# Windows, by a double


class Pipe(io.RawIOBase):
    """A pipe that takes a little at a time."""

    def __init__(self, incoming):
        self.incoming = incoming
        self.sent = b""

    def write(self, data):
        self.sent += bytes(data[:3])
        return min(len(data), 3)

    def read(self, size=-1):
        data, self.incoming = self.incoming[:size], self.incoming[size:]
        return data


def test_a_pipe_sends_all_and_gives_what_is_there():
    pipe = Pipe(b"hello")
    channel = PipeChannel(pipe, lambda: len(pipe.incoming))
    channel.send(b"12345678", 1)
    assert pipe.sent == b"12345678"
    assert channel.receive(1) == b"hello"
    with pytest.raises(TimeoutError):
        channel.receive(0.01)


def test_a_pipe_whose_other_end_went_gives_nothing():
    def broken():
        raise BrokenPipeError

    assert PipeChannel(Pipe(b""), broken).receive(1) == b""
