"""One client writes: it claims, answers edits, goes silent, goes away."""

import json
import queue
import socket
import sys
import threading

import pytest

from tests.shell.control.control_doubles import PATIENCE, Raw, edit_of, line_of
from vaultkit.shell.control.connection import Limits
from vaultkit.shell.control.protocol import Code
from vaultkit.shell.ports import Answer

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets")

SOON = Limits(ping=0.1, edit=0.1)


@pytest.fixture
def writer(raw, desk):
    """A client in the seat."""
    client = raw(name="plugin")
    assert client.ask("writer/claim")["result"] == {"claimed": True}
    assert desk.next() == ("claimed", "plugin")
    return client


def answer(client, request, **said):
    client.send(json.dumps({"jsonrpc": "2.0", "id": request["id"], **said}).encode() + b"\n")


def test_an_edit_goes_to_the_writer_and_its_answer_to_the_daemon(writer, desk):
    desk.writer.edit(edit_of(41, "é🔐"))
    request = writer.line()
    assert request["method"] == "edit"
    assert request["params"] == {
        "id": 41,
        "path": "a.md",
        "textDigest": "0" * 64,
        "edits": [{"start": 0, "end": 1, "text": "é🔐"}],
    }
    answer(writer, request, result={"status": "applied"})
    assert desk.next() == ("answered", 41, Answer.APPLIED)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({"result": {"status": "applied"}}, Answer.APPLIED),
        ({"result": {"status": "refused", "reason": "another text"}}, Answer.REFUSED),
        ({"result": {"status": "later"}}, Answer.LATER),
        ({"result": "applied"}, Answer.APPLIED),
        ({"result": "later"}, Answer.LATER),
        ({"result": "yes"}, Answer.REFUSED),
        ({"result": None}, Answer.REFUSED),
        ({"result": ["applied"]}, Answer.REFUSED),
        ({"result": {"status": ["applied"]}}, Answer.REFUSED),
        ({"error": {"code": -32601, "message": "method not found"}}, Answer.REFUSED),
        ({"error": 3}, Answer.REFUSED),
    ],
)
def test_what_a_writer_can_say(writer, desk, said, meant):
    desk.writer.edit(edit_of(1))
    answer(writer, writer.line(), **said)
    assert desk.next() == ("answered", 1, meant)


def test_edits_are_answered_in_any_order(writer, desk):
    for id in (1, 2, 3):
        desk.writer.edit(edit_of(id))
    requests = [writer.line() for _ in range(3)]
    for request in reversed(requests):
        answer(writer, request, result={"status": "applied"})
    assert [desk.next()[1] for _ in range(3)] == [3, 2, 1]


def test_an_edit_is_answered_once(writer, desk):
    desk.writer.edit(edit_of(1))
    request = writer.line()
    for _ in range(2):
        answer(writer, request, result={"status": "applied"})
    assert writer.ask("writer/release", id=9)["result"] == {"released": True}
    assert desk.next() == ("answered", 1, Answer.APPLIED)
    assert desk.next() == ("released", "plugin")


def test_an_edit_that_is_too_long_is_refused(writer, desk, log):
    desk.writer.edit(edit_of(1, "x" * (17 << 20)))
    assert desk.next() == ("answered", 1, Answer.REFUSED)
    assert log.lines == [("warning", "an edit is too long for the program that writes")]


def test_a_writer_that_goes_is_released_and_what_it_owed_is_unknown(writer, desk):
    gone = desk.writer
    desk.writer.edit(edit_of(1))
    desk.writer.edit(edit_of(2))
    writer.line()
    writer.close()
    assert [desk.next() for _ in range(3)] == [
        ("answered", 1, Answer.SILENT),
        ("answered", 2, Answer.SILENT),
        ("released", "plugin"),
    ]
    gone.edit(edit_of(3))
    assert desk.next() == ("answered", 3, Answer.LATER)


def test_a_second_claim_is_refused_while_the_first_answers(writer, raw, desk):
    other = raw(name="other")
    other.send(line_of("writer/claim"))
    ping = writer.line()
    assert ping["method"] == "ping"
    answer(writer, ping, error={"code": -32601, "message": "method not found"})
    error = other.line()["error"]
    assert error["code"] == Code.WRITER_TAKEN
    assert error["data"]["writer"] == "plugin"
    assert error["data"]["fr"] == "«\u00a0plugin\u00a0» écrit déjà dans ce coffre"
    assert other.ask("writer/release")["result"] == {"released": False}
    assert desk.writer.name == "plugin"


def test_claiming_twice_changes_nothing(writer, desk):
    assert writer.ask("writer/claim", id=2)["result"] == {"claimed": True}
    assert desk.told.empty()


def test_a_released_seat_is_free(writer, raw, desk):
    assert writer.ask("writer/release")["result"] == {"released": True}
    assert desk.next() == ("released", "plugin")
    assert raw().ask("writer/claim", name="other")["result"] == {"claimed": True}
    assert desk.next() == ("claimed", "other")


class TestSilence:
    """A writer that does not answer."""

    @pytest.fixture
    def server(self, serve):
        return serve(SOON)

    def test_the_seat_goes_to_the_next_and_the_old_writer_hears_of_it(self, writer, raw, desk):
        desk.writer.edit(edit_of(1))
        assert writer.line()["method"] == "edit"
        other = raw(name="other")
        assert other.ask("writer/claim")["result"] == {"claimed": True}
        assert {desk.next(), desk.next()} == {("answered", 1, Answer.SILENT), ("released", "plugin")}
        assert desk.next() == ("claimed", "other")
        assert writer.line()["method"] == "ping"
        assert writer.line() == {"jsonrpc": "2.0", "method": "writer/lost", "params": {"writer": "plugin"}}
        assert writer.ask("writer/release", id=5)["result"] == {"released": False}

    def test_a_claim_whose_client_goes_is_forgotten(self, writer, raw, desk):
        other = raw(name="other")
        other.send(line_of("writer/claim"))
        assert writer.line()["method"] == "ping"
        other.close()
        assert desk.next() == ("released", "plugin")
        assert writer.line()["method"] == "writer/lost"
        assert writer.ask("writer/claim", id=3)["result"] == {"claimed": True}
        assert desk.next() == ("claimed", "plugin")

    def test_an_edit_without_an_answer_may_have_been_made_and_that_is_said(self, writer, desk, log):
        desk.writer.edit(edit_of(1))
        request = writer.line()
        assert desk.next() == ("answered", 1, Answer.SILENT)
        assert log.lines == [("warning", "'plugin', which writes, did not answer within 0.1 s")]
        answer(writer, request, result={"status": "applied"})  # too late
        assert writer.ask("status", id=8)["id"] == 8
        assert desk.told.empty()


def test_of_many_that_wait_for_the_seat_one_gets_it(serve, root, desk):
    address = serve(Limits(ping=1.0)).address
    clients = [Raw(address) for _ in range(6)]
    for client in clients:
        assert client.ask("hello", protocol=1, version="0", vault=str(root))["result"]
    silent, late, *others = clients
    assert silent.ask("writer/claim")["result"]
    heard = queue.Queue()

    def listen(client):
        while said := client.line():
            if said.get("method") == "ping":
                answer(client, said, result={})
            else:
                heard.put(said)

    for other in others:
        other.send(line_of("writer/claim"))
    threads = [threading.Thread(target=listen, args=(other,), daemon=True) for other in others]
    for thread in threads:
        thread.start()
    said = [heard.get(timeout=PATIENCE) for _ in others]
    assert sorted("result" in each for each in said) == [False, False, False, True]
    assert late.ask("writer/claim")["error"]["code"] == Code.WRITER_TAKEN
    assert [desk.next()[0] for _ in range(3)] == ["claimed", "released", "claimed"]
    assert desk.told.empty()
    for client in clients:
        client.socket.shutdown(socket.SHUT_RDWR)
    for thread in threads:
        thread.join()
    for client in clients:
        client.close()


def test_the_end_of_the_server_releases_the_writer(writer, server, desk):
    gone = desk.writer
    desk.writer.edit(edit_of(1))
    writer.line()
    server.stop()
    assert [desk.next(), desk.next()] == [("answered", 1, Answer.SILENT), ("released", "plugin")]
    gone.edit(edit_of(2))  # nobody answers, nothing is raised


def test_a_desk_that_fails_does_not_upset_the_seat(raw, desk, log):
    def broken(*_):
        raise RuntimeError("a word of a note")

    desk.claimed, desk.released = broken, broken
    first = raw()
    assert first.ask("writer/claim")["result"]
    first.close()
    assert raw().ask("writer/claim")["result"]
    assert log.lines == [("error", "a fault of the control socket (RuntimeError)")]
    log.lines.clear()


def test_a_name_is_cleaned(raw, desk):
    raw(name="\x1b[31m" + "x" * 500).ask("writer/claim")
    assert desk.next() == ("claimed", "[31m" + "x" * 76)


def test_vaultkits_own_client_can_write(connect, server, desk):
    client = connect("plugin")
    assert client.call("writer/claim") == {"claimed": True}
    desk.next()
    desk.writer.edit(edit_of(1))
    request = client.told(PATIENCE)
    assert (request.method, request.params["path"]) == ("edit", "a.md")
    client.reply(request, {"status": "applied"})
    assert desk.next() == ("answered", 1, Answer.APPLIED)
