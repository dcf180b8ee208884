"""Acts, explanations and the language server on the control socket: what is asked for, and what is refused."""

from __future__ import annotations

import sys

import pytest

from tests.shell.control.control_doubles import Raw, line_of, until
from vaultkit.errors import Refused
from vaultkit.shell.control.connection import Limits
from vaultkit.shell.control.protocol import Code, Notice
from vaultkit.text import Message

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sockets of Unix")


@pytest.mark.parametrize(
    ("method", "params", "missing"),
    [
        ("act", {}, "'act' is missing"),
        ("act", {"act": "dance"}, "unknown act"),
        ("act", {"act": "release", "path": "a.md"}, "'id' is missing"),
        ("act", {"act": "release", "id": "1"}, "'path' is missing"),
        ("act", {"act": "push", "path": ""}, "'path' is missing"),
        ("act", {"act": "adopt"}, "'path' is missing"),
        ("act", {"act": "fix", "path": "a.md", "code": "VK101", "line": 1}, "'column' is missing"),
        (
            "act",
            {"act": "fix", "path": "a.md", "code": "VK101", "line": "1", "column": 1},
            "'line': expected integer",
        ),
        ("act", {"act": "undo", "force": True}, "unknown parameter"),
        ("act", {"act": "undo", "path": "a\0.md"}, "'path': expected text"),
        ("regions", {}, "'path' is missing"),
        ("regions", {"path": ["a.md"]}, "'path': expected text"),
        ("explain", {}, "expected 'code' or 'path'"),
        ("explain", {"code": "VK101", "path": "a.md"}, "expected 'code' or 'path'"),
        ("language", {"params": {}}, "'method' is missing"),
        ("language", {"method": "x", "params": []}, "'params': expected object"),
        ("language", {"method": "x", "params": {"text": ["\ud83d"]}}, "'params': expected object"),
    ],
)
def test_wrong_parameters_are_named(raw, method, params, missing):
    error = raw().ask(method, **params)["error"]
    assert (error["code"], error["message"]) == (Code.INVALID_PARAMS, missing)
    assert error["data"]["fr"] != ""


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("act", {"act": "undo"}),
        ("act", {"act": "push", "path": "🦷 a.md", "textDigest": "0" * 64}),
        ("explain", {"code": "VK101"}),
        ("regions", {"path": "a.md"}),
    ],
)
def test_what_the_daemon_answers_comes_back(raw, desk, method, params):
    desk.answers[method] = lambda given: {"given": dict(given)}
    assert raw().ask(method, **params)["result"] == {"given": params}


def test_a_refusal_says_why_and_with_which_exit_code(raw, desk):
    desk.answers["act"] = Refused(Message("la note vient de changer", "the note was just changed"))
    error = raw().ask("act", act="undo")["error"]
    assert (error["code"], error["message"], error["data"]["exitCode"]) == (
        Code.FAILED,
        "the note was just changed",
        3,
    )


# ------------------------------------------------------------------------ the language server


def test_the_desk_knows_which_client_asks_and_when_it_goes(raw, desk):
    desk.answers["language"] = {}
    one, other = raw(name="one"), raw(name="other")
    for client in (one, one, other):
        client.ask("language", method="textDocument/hover", params={})
    first, again, second = desk.parties
    assert first is again is not second
    assert (first.name, second.name) == ("one", "other")
    one.close()
    assert desk.next() == ("left", "one")


def test_a_client_that_asked_nothing_of_it_is_not_told_of(raw, desk):
    raw().close()
    client = raw(name="asker")
    desk.answers["language"] = {}
    client.ask("language", method="x")
    client.close()
    assert desk.next() == ("left", "asker")


def test_a_notice_goes_to_one_client(raw, desk):
    desk.answers["language"] = {}
    one, other = raw(name="one"), raw(name="other")
    one.ask("language", method="x")
    desk.parties[0].notify(Notice.LANGUAGE, {"method": "textDocument/publishDiagnostics", "params": {}})
    assert one.line()["method"] == "language/notify"
    assert other.ask("status")["result"] == {"notes": 3}


def test_a_notice_to_a_client_that_is_gone_does_no_harm(raw, desk, server):
    desk.answers["language"] = {}
    client = raw(name="one")
    client.ask("language", method="x")
    client.close()
    assert desk.next() == ("left", "one")
    desk.parties[0].notify(Notice.LANGUAGE, {"method": "x", "params": {}})
    server.stop()
    desk.parties[0].notify(Notice.LANGUAGE, {"method": "x", "params": {}})


def test_a_notice_of_a_client_that_would_be_lost_ends_the_connection(serve, desk, root):
    client = Raw(serve(Limits(questions=2)).address)
    client.ask("hello", protocol=1, version="0", vault=str(root))
    notice = line_of("language", method="textDocument/didChange").replace(b'"id": 1, ', b"")
    for _ in range(3):
        client.send(notice)
    assert client.line()["error"]["code"] == Code.TOO_MANY
    assert client.line() is None
    client.close()
    until(lambda: desk.open and all(future.cancelled() for future in desk.open))
