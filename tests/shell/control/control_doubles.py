"""Doubles for the control socket: a desk that does as a test says, a log, a client that can misbehave."""

from __future__ import annotations

import json
import queue
import socket
import time
from concurrent.futures import Future

from vaultkit.shell.ports import EditRequest, TextEdit

PATIENCE = 20.0


class Desk:
    """A daemon's desk: keeps what it is told, answers with `answers` or leaves futures open."""

    def __init__(self):
        self.told = queue.Queue()
        self.writer = None
        self.answers = {}
        self.open = []
        self.parties = []

    def standing(self):
        answer = self.answers.get("status", {"notes": 3})
        if isinstance(answer, Exception):
            raise answer
        return answer

    def asked(self, method, params):
        future = Future()
        answer = self.answers.get(method, "later")
        if isinstance(answer, Exception):
            future.set_exception(answer)
        elif answer == "later":
            self.open.append(future)
        else:
            future.set_result(answer(params) if callable(answer) else answer)
        return future

    def asked_by(self, client, method, params):
        self.parties.append(client)
        return self.asked(method, params)

    def left(self, client):
        self.told.put(("left", client.name))

    def claimed(self, writer):
        self.writer = writer
        self.told.put(("claimed", writer.name))

    def released(self, writer):
        self.writer = None
        self.told.put(("released", writer.name))

    def answered(self, id, answer):
        self.told.put(("answered", id, answer))

    def next(self):
        return self.told.get(timeout=PATIENCE)


class Log:
    """Keeps what it is told."""

    def __init__(self):
        self.lines = []

    def batch(self, done, waits):
        raise AssertionError("the control socket does no rounds")

    def tell(self, message, severity="info"):
        self.lines.append((severity, message.en))


class Raw:
    """A client that sends bytes as they are."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(address)
        self.held = b""

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def line(self):
        """Return the next message, or None if the server has closed the connection."""
        while b"\n" not in self.held:
            try:
                data = self.socket.recv(1 << 16)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self.held += data
        line, _, self.held = self.held.partition(b"\n")
        return json.loads(line)

    def ask(self, method, /, id=1, **params):
        self.send(line_of(method, id, **params))
        return self.line()

    def close(self):
        self.socket.close()


def line_of(method, /, id=1, **params):
    return json.dumps({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).encode() + b"\n"


def edit_of(id, text="x"):
    return EditRequest(id, "a.md", "0" * 64, (TextEdit(0, 1, text),))


def until(condition):
    """Wait until a condition holds; it must come to hold."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.002)
