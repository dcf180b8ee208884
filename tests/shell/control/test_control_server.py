"""The control socket over real sockets: polite clients, rude ones, and those that just sit there."""

import asyncio
import os
import random
import re
import socket
import stat
import sys
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.shell.control.control_doubles import Raw, line_of, until
from vaultkit.dql.context import QueryError
from vaultkit.dql.errors import DqlSyntaxError
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell.control import address, pipe_door
from vaultkit.shell.control.connection import Limits
from vaultkit.shell.control.protocol import LONGEST, Code
from vaultkit.shell.control.server import Server
from vaultkit.shell.places import state_dir
from vaultkit.text import Message, Span

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets")


def code_of(answer):
    return None if answer is None else answer["error"]["code"]


# The address


def test_the_socket_is_in_the_state_folder_for_this_user_alone(server, root):
    place = address.socket_path(root)
    assert server.address == str(place)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700


def test_a_state_folder_that_others_could_enter_is_closed_to_them(root, serve):
    state_dir(root).chmod(0o755)
    serve()
    assert stat.S_IMODE(state_dir(root).stat().st_mode) == 0o700


def test_a_server_that_stopped_leaves_nothing_behind(root, desk):
    with Server(root, desk):
        pass
    assert list(state_dir(root).iterdir()) == []
    assert not [thread for thread in threading.enumerate() if thread.name == "vaultkit-control"]


def test_the_socket_of_a_dead_daemon_is_replaced(root, serve, connect):
    state_dir(root)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(address.socket_path(root)))
        dead.listen()
    assert connect() is None
    serve()
    assert connect().call("status") == {"notes": 3}


def test_another_daemon_that_lives_is_left_alone(server, root, desk, connect):
    with pytest.raises(VaultkitError, match="another program answers"):
        Server(root, desk).start()
    assert connect().call("status") == {"notes": 3}


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_a_foreign_file_in_its_place_is_not_deleted(root, desk, kind):
    state_dir(root)
    place = address.socket_path(root)
    {
        "file": lambda: place.write_text("mine"),
        "folder": place.mkdir,
        "link": lambda: place.symlink_to("elsewhere"),
    }[kind]()
    with pytest.raises(VaultkitError, match="move that file away") as raised:
        Server(root, desk).start()
    assert str(place) in raised.value.message.fr
    assert os.path.lexists(place)


@pytest.fixture
def far(root, tmp_path, monkeypatch):
    """A state folder whose path is too long for a socket, and a temporary folder that is short."""
    with tempfile.TemporaryDirectory(prefix="vk", dir="/tmp") as short:
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ("x" * 100)))
        monkeypatch.setenv("XDG_RUNTIME_DIR", short)
        yield Path(short)


def test_a_path_that_is_too_long_has_a_short_one_instead(far, root, serve, connect):
    server = serve()
    folder = Path(server.address).parent
    assert folder.parent == far
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(Path(server.address).stat().st_mode) == 0o600
    assert address.address_of(root) == server.address
    assert connect().call("status") == {"notes": 3}
    server.stop()
    assert not folder.exists()
    assert address.address_of(root) is None
    assert connect() is None


def test_what_a_dead_daemon_left_elsewhere_is_removed(far, root, serve, connect):
    old = far / "vaultkit-old"
    old.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(old / "s"))
    state_dir(root)
    address.leave(root, str(old / "s"))
    assert connect() is None
    serve()
    assert not old.exists()
    assert connect() is not None


def test_an_address_that_is_none_of_ours_is_forgotten_and_kept(far, root, serve):
    theirs = far / "other"
    theirs.mkdir()
    (theirs / "s").write_text("mine")
    state_dir(root)
    address.leave(root, str(theirs / "s"))
    serve()
    assert (theirs / "s").read_text() == "mine"


def test_without_any_place_the_user_is_told(far, root, desk, monkeypatch):
    for name in ("XDG_RUNTIME_DIR", "TMPDIR"):
        monkeypatch.setenv(name, str(far / "gone"))
    monkeypatch.setattr("vaultkit.shell.control.socket_door._runtime_folders", lambda: [far / "gone"])
    with pytest.raises(VaultkitError, match="set XDG_STATE_HOME to a shorter folder"):
        Server(root, desk).start()


def test_a_disk_without_sockets_is_no_hindrance(far, root, serve, connect, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(far / "state"))
    real = socket.socket.bind

    class NoSockets(socket.socket):
        def bind(self, place):
            if place == str(address.socket_path(root)):
                raise PermissionError(1, "Operation not permitted")
            real(self, place)

    with monkeypatch.context() as patched:
        patched.setattr("vaultkit.shell.control.socket_door.socket.socket", NoSockets)
        server = serve()
    assert Path(server.address).parent.parent == far
    assert connect() is not None


def test_an_address_that_fails_later_is_told_too(root, desk):
    class Door:
        address = "nowhere"
        is_open = True

        async def serve(self, factory):
            raise PermissionError(13, "Permission denied")

        def close(self):
            self.is_open = False

    door = Door()
    with pytest.raises(VaultkitError, match=r"no control socket: nowhere \(permission denied\)"):
        Server(root, desk, door=lambda root: door).start()
    assert not door.is_open


def test_on_windows_a_pipe_with_a_name_that_nobody_foresees(root, desk, tmp_path, monkeypatch):
    served = []

    async def start_serving_pipe(loop, factory, name):
        served.append(name)
        return [await loop.create_unix_server(factory, tmp_path / "p")]

    monkeypatch.setattr(asyncio.SelectorEventLoop, "start_serving_pipe", start_serving_pipe, raising=False)
    monkeypatch.setattr("vaultkit.shell.control.address.sys", SimpleNamespace(platform="win32"))
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        with Server(root, desk, door=lambda root: pipe_door.take(root, state_dir(root))) as server:
            assert address.address_of(root) == server.address == served[-1]
            assert re.fullmatch(r"\\\\\.\\pipe\\vaultkit-[0-9a-f]{12}-[0-9a-f]{32}", server.address)
            note = next(state_dir(root).iterdir())
            assert stat.S_IMODE(note.stat().st_mode) == 0o600
            client = Raw("p")
            assert client.ask("hello", protocol=1, version="0", vault=str(root))["result"]
            client.close()
        assert address.address_of(root) is None
        (tmp_path / "p").unlink()
    assert len(set(served)) == 2


def test_where_there_are_no_pipes_that_is_said(root, desk):
    with pytest.raises(VaultkitError, match="no named pipes here"):
        Server(root, desk, door=lambda root: pipe_door.take(root, state_dir(root))).start()
    assert list(state_dir(root).iterdir()) == []


# Hello


def test_hello_tells_who_answers(raw, root):
    client = raw(greet=False)
    answer = client.ask("hello", id="a", protocol=1, version="9", vault=str(root), future=None)
    assert code_of(answer) == Code.INVALID_PARAMS
    client = raw(greet=False)
    answer = client.ask("hello", id="a", protocol=1, version="9", vault=f"{root}{os.sep}")
    assert answer["id"] == "a"
    said = answer["result"]
    assert (said["protocol"], said["pid"], said["vault"], said["matches"]) == (
        1,
        os.getpid(),
        str(root),
        True,
    )


@pytest.mark.parametrize(
    ("number", "who"), [(2, "vaultkit is too old"), (0, "the client is too old"), (10**400, "")]
)
def test_another_protocol_is_refused_and_says_who_is_too_old(raw, root, number, who):
    client = raw(greet=False)
    answer = client.ask("hello", protocol=number, version="9", vault=str(root))
    assert code_of(answer) == Code.WRONG_PROTOCOL
    assert who in answer["error"]["message"]
    assert "trop ancien" in answer["error"]["data"]["fr"]
    assert client.line() is None


@pytest.mark.parametrize(
    "first",
    [
        line_of("status"),
        b"GET / HTTP/1.1\r\n\r\n",
        b'{"jsonrpc":"2.0","method":"hello"}\n',
        b'{"jsonrpc":"2.0","id":1,"result":{}}\n' + line_of("status"),
        b"x" * (100 << 10),
    ],
    ids=["a method", "HTTP", "a notification", "an answer", "a long line"],
)
def test_nothing_comes_before_hello(raw, first):
    client = raw(greet=False)
    client.send(first)
    assert client.line()["error"]
    assert client.line() is None


def test_a_client_of_another_vault_is_told_so_and_cannot_write(raw, root):
    client = raw(greet=False)
    assert client.ask("hello", protocol=1, version="0", vault="/elsewhere")["result"]["matches"] is False
    assert client.ask("status")["result"] == {"notes": 3}
    assert code_of(client.ask("writer/claim")) == Code.FAILED


def test_a_way_through_a_link_is_the_same_vault(serve, tmp_path, desk, connect, monkeypatch, root):
    way = tmp_path / "way"
    way.symlink_to(root)
    serve()
    client = Raw(str(address.socket_path(way)))
    assert client.ask("hello", protocol=1, version="0", vault=str(root))["result"]["matches"] is True
    client.close()


# Questions


def test_the_daemon_answers_in_its_turn(raw, desk):
    client = raw()
    client.send(line_of("rebuild", 1) + line_of("diagnostics", 2, paths=["a.md"]) + line_of("status", 3))
    assert client.line()["id"] == 3
    until(lambda: len(desk.open) == 2)
    desk.open[1].set_result(["fine"])
    assert client.line() == {"jsonrpc": "2.0", "id": 2, "result": ["fine"]}
    desk.open[0].set_result(None)
    assert client.line() == {"jsonrpc": "2.0", "id": 1, "result": None}


def test_errors_of_the_daemon_are_told_in_its_words(raw, desk):
    client = raw()
    desk.answers["rebuild"] = Refused(Message("rien n’a été écrit", "nothing was written"))
    error = client.ask("rebuild")["error"]
    assert (error["code"], error["message"]) == (Code.FAILED, "nothing was written")
    assert error["data"] == {"exitCode": 3, "fr": "rien n’a été écrit", "en": "nothing was written"}
    desk.answers["query"] = DqlSyntaxError(Message("illisible", "unreadable"), "LIST\nFORM", Span(5, 9))
    error = client.ask("query", query="LIST\nFORM")["error"]
    assert (error["code"], error["data"]["line"], error["data"]["column"]) == (Code.QUERY_UNREADABLE, 2, 1)
    desk.answers["query"] = QueryError("No implementation found")
    error = client.ask("query", query="LIST")["error"]
    assert (error["code"], error["message"]) == (Code.QUERY_FAILED, "No implementation found")


def test_a_fault_of_ours_is_an_internal_error_and_its_words_stay_out_of_the_log(raw, desk, log):
    client = raw()
    for wrong in (ValueError("a secret of a note"), lambda params: object(), lambda params: float("nan")):
        desk.answers["rebuild"] = wrong
        assert code_of(client.ask("rebuild")) == Code.INTERNAL
    desk.answers["status"] = KeyError("a secret")
    assert code_of(client.ask("status")) == Code.INTERNAL
    assert log.lines == [("error", "a fault of the control socket (ValueError)")]
    log.lines.clear()


def test_an_answer_that_is_too_long_is_an_error(raw, desk):
    desk.answers["rebuild"] = "x" * (LONGEST + 1)
    client = raw()
    assert code_of(client.ask("rebuild")) == Code.TOO_LONG
    assert client.ask("status")["result"]


def test_what_a_client_that_goes_had_asked_is_cancelled(raw, desk):
    client = raw()
    client.send(line_of("rebuild"))
    until(lambda: desk.open)
    client.close()
    until(lambda: desk.open[0].cancelled())


def test_a_client_cannot_ask_without_end(serve, raw, desk):
    client = raw()
    client.send(b"".join(line_of("rebuild", i) for i in range(70)))
    refused = [client.line() for _ in range(6)]
    assert {code_of(answer) for answer in refused} == {Code.TOO_MANY}
    desk.open[0].set_result(1)
    assert client.line()["result"] == 1


# Bad input


@pytest.mark.parametrize(
    "data",
    [
        b"\0\n",
        b"\xff\xfe{}\n",
        b"[[[[\n",
        b"[" * 200_000 + b"\n",
        b'{"jsonrpc":"2.0","id":' + b"9" * 9000 + b"}\n",
        b'[{"jsonrpc":"2.0","id":1,"method":"status"}]\n',
        b'{"jsonrpc":"2.0","id":{},"method":"status"}\n',
        line_of("no/such/method"),
        line_of("query", query="LIST\0"),
        line_of("subscribe", topics=["weather"]),
        line_of("hello", protocol=1, version="0", vault="/"),
    ],
    ids=lambda data: data[:30].decode("latin-1"),
)
def test_a_wrong_line_gets_an_error_and_the_next_one_its_answer(raw, data):
    client = raw()
    client.send(data + b"\r\n\n")
    assert client.line()["error"]["data"]["fr"]
    assert client.ask("status", id=2) == {"jsonrpc": "2.0", "id": 2, "result": {"notes": 3}}


def test_noise_of_all_kinds_never_disturbs_the_others(raw, server, log):
    chance = random.Random(6)
    good = [
        line_of("status"), line_of("subscribe"), line_of("query", query="LIST"), line_of("rebuild"),
        line_of("writer/claim"), line_of("writer/release"), b'{"jsonrpc":"2.0","id":1,"result":"applied"}\n',
    ]  # fmt: skip
    other = raw()
    for round in range(60):
        client = raw(greet=round % 3 > 0)
        for _ in range(20):
            line = bytearray(chance.choice(good))
            for _ in range(chance.randrange(4)):
                at = chance.randrange(len(line))
                line[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
            client.send(bytes(line))
        client.close()
        assert other.ask("status")["result"]
    assert log.lines == []


def test_answers_that_nobody_asked_for_and_notifications_are_no_trouble(raw):
    client = raw()
    client.send(b'{"jsonrpc":"2.0","id":77,"result":1}\n{"jsonrpc":"2.0","id":1.5,"error":3}\n')
    client.send(b'{"jsonrpc":"2.0","method":"status"}\n{"jsonrpc":"2.0","method":"nothing"}\n')
    assert client.ask("status", id=2)["id"] == 2


def test_a_line_of_more_than_16_mb_closes_the_connection(raw):
    client = raw()
    piece = b"x" * (1 << 20)
    sent = 0
    while sent <= LONGEST + (64 << 20) and client.send(piece):
        sent += len(piece)
    assert sent < LONGEST + (64 << 20)
    assert code_of(client.line()) == Code.TOO_LONG
    assert client.line() is None


def test_a_line_of_nearly_16_mb_is_read(raw, desk):
    desk.answers["query"] = lambda params: len(params["query"])
    assert raw().ask("query", query="x" * (LONGEST - 200))["result"] == LONGEST - 200


def test_a_client_that_says_nothing_is_sent_away(serve):
    client = Raw(serve(Limits(hello=0.05)).address)
    assert client.line() is None
    client.close()


def test_half_a_line_and_then_silence_is_given_up(serve, root):
    client = Raw(serve(Limits(rest_of_line=0.05)).address)
    assert client.ask("hello", protocol=1, version="0", vault=str(root))["result"]
    assert client.ask("status")["result"]  # silence between lines is no trouble
    client.send(b'{"jsonrpc"')
    assert client.line() is None
    client.close()


def test_a_client_that_never_reads_is_dropped_and_the_others_are_served(serve, root, connect):
    server = serve(Limits(outgoing=3 << 20))
    deaf = Raw(server.address)
    deaf.ask("hello", protocol=1, version="0", vault=str(root))
    deaf.ask("subscribe")
    other = connect()
    for _ in range(40):
        server.publish("status/changed", {"x": "y" * (1 << 18)})
    until(lambda: other.call("status") and len(server._reception.clients) == 1)
    deaf.close()


def test_a_client_that_asks_and_never_reads_stops_being_read_and_is_given_up(serve, root, desk, connect):
    desk.answers["status"] = {"x": "y" * (1 << 18)}
    server = serve(Limits(unread=0.1))
    deaf = Raw(server.address)
    deaf.ask("hello", protocol=1, version="0", vault=str(root))
    asking = threading.Thread(target=deaf.send, args=(line_of("status") * 20_000,), daemon=True)
    asking.start()
    asking.join()
    until(lambda: not server._reception.clients)
    assert connect().call("status")
    deaf.close()


def test_one_client_too_many_is_sent_away(serve, root):
    server = serve(Limits(clients=2))
    clients = [Raw(server.address) for _ in range(3)]
    until(lambda: len(server._reception.clients) == 2)
    answers = [client.ask("hello", protocol=1, version="0", vault=str(root)) for client in clients]
    assert [code_of(answer) if "error" in answer else None for answer in answers] == [
        None,
        None,
        Code.TOO_MANY,
    ]
    clients[0].close()
    until(lambda: len(server._reception.clients) == 1)
    late = Raw(server.address)
    assert late.ask("hello", protocol=1, version="0", vault=str(root))["result"]
    for client in (*clients, late):
        client.close()


def test_clients_that_come_and_go_leave_nothing(serve, connect):
    server = serve(Limits(clients=200))
    for _ in range(100):
        client = Raw(server.address)
        client.send(b'{"jso')
        client.close()
    assert connect().call("status")
    until(lambda: len(server._reception.clients) == 1)


# Telling


def test_only_who_subscribed_is_told(server, raw):
    both, one, none = raw(), raw(), raw()
    assert both.ask("subscribe")["result"] == {"topics": ["status", "diagnostics"]}
    assert one.ask("subscribe", topics=["diagnostics"])["result"] == {"topics": ["diagnostics"]}
    server.publish("status/changed", {"notes": 4})
    server.publish("diagnostics/changed", {"errors": 1})
    assert both.line() == {"jsonrpc": "2.0", "method": "status/changed", "params": {"notes": 4}}
    assert both.line()["method"] == "diagnostics/changed"
    assert one.line()["method"] == "diagnostics/changed"
    assert none.ask("status")["id"] == 1


def test_many_threads_may_tell_at_once(server, raw):
    client = raw()
    client.ask("subscribe")

    def tell(who):
        for i in range(50):
            server.publish("status/changed", {"who": who, "i": i})

    threads = [threading.Thread(target=tell, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    heard = [client.line()["params"] for _ in range(200)]
    for thread in threads:
        thread.join()
    for who in range(4):
        assert [said["i"] for said in heard if said["who"] == who] == list(range(50))


def test_telling_before_the_start_and_after_the_end_is_no_trouble(root, desk):
    server = Server(root, desk)
    server.publish("status/changed", {})
    server.stop()
    server.start()
    server.stop()
    server.stop()
    server.publish("status/changed", {})


# The end


def test_at_the_end_clients_are_told_and_open_questions_refused(server, raw, desk):
    client = raw()
    client.send(line_of("rebuild"))
    until(lambda: desk.open)
    server.stop()
    answers = [client.line(), client.line()]
    assert Code.ENDING in {code_of(answer) for answer in answers if answer}
    assert desk.open[0].cancelled()


def test_a_daemon_that_answers_after_the_end_is_no_trouble(root, desk):
    with Server(root, desk) as server:
        client = Raw(server.address)
        client.ask("hello", protocol=1, version="0", vault=str(root))
        client.send(line_of("rebuild"))
        until(lambda: desk.open)
        assert desk.open[0].set_running_or_notify_cancel()
    desk.open[0].set_result(1)
    client.close()


def test_a_server_stops_though_a_client_does_not_read(root, desk):
    server = Server(root, desk)
    server.start()
    client = Raw(server.address)
    client.ask("hello", protocol=1, version="0", vault=str(root))
    client.ask("subscribe")
    for _ in range(10):
        server.publish("status/changed", {"x": "y" * (1 << 18)})
    server.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "vaultkit-control"]
    client.close()


def test_messages_are_one_object_a_line(raw, desk):
    desk.answers["status"] = {"text": "line\nfeed \u2028 é 🔐"}
    client = raw()
    client.send(line_of("status"))
    assert client.line()["result"] == {"text": "line\nfeed \u2028 é 🔐"}
