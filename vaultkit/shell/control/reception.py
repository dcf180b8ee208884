"""The methods of the control socket: each client's requests are answered, or carried to the daemon."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from pathlib import Path

import vaultkit
from vaultkit.dql.context import QueryError
from vaultkit.dql.errors import DqlSyntaxError
from vaultkit.errors import VaultkitError
from vaultkit.shell.control import protocol
from vaultkit.shell.control.connection import Connection, Limits
from vaultkit.shell.control.desk import Desk
from vaultkit.shell.control.party import ClientParty
from vaultkit.shell.control.protocol import TOPICS, Code, Fault, Request
from vaultkit.shell.control.seat import Seat, Tell
from vaultkit.text import Message, nfc

_LONGEST_NAME = 80
_QUIET = 60.0
_INTERNAL = Message("erreur de vaultkit lui-même", "an error of vaultkit's own")
_ENDING = Message("vaultkit watch s’arrête", "vaultkit watch ends")


class Reception:
    """All clients of a vault; lives on the thread of the server."""

    def __init__(self, root: Path, desk: Desk, tell: Tell, limits: Limits) -> None:
        self.clients: set[Connection] = set()
        self._root = root
        self._desk = desk
        self._parties: dict[Connection, ClientParty] = {}
        self._tell = tell
        self._limits = limits
        self._loop = asyncio.get_running_loop()
        self._seat = Seat(desk, tell, self.failed, limits)
        self._last_fault = -_QUIET
        self._methods: Mapping[str, Callable[[Connection, Request], None]] = {
            "hello": self._hello,
            "status": self._status,
            "diagnostics": self._ask_desk,
            "rebuild": self._ask_desk,
            "query": self._ask_desk,
            "explain": self._ask_desk,
            "regions": self._ask_desk,
            "act": self._ask_desk,
            "language": self._ask_as_party,
            "subscribe": self._subscribe,
            "writer/claim": self._claim,
            "writer/release": self._release,
        }

    def connect(self) -> Connection:
        """Return what deals with one more client."""
        return Connection(self, self._limits)

    def publish(self, notice: str, line: bytes) -> None:
        """Send a notification to those who subscribed to it."""
        for client in list(self.clients):
            if notice in client.topics:
                client.send(line)

    def close(self) -> None:
        """Send all clients away."""
        self._seat.empty()
        for client in list(self.clients):
            for future in list(client.questions):
                future.cancel()
            client.end(Fault(Code.ENDING, _ENDING))

    # ------------------------------------------------------------------------------ as a handler

    def came(self, client: Connection) -> None:
        """Take a new client, if there is room."""
        if len(self.clients) >= self._limits.clients:
            client.end(Fault(Code.TOO_MANY, Message("trop de clients", "too many clients")))
        else:
            self.clients.add(client)

    def left(self, client: Connection) -> None:
        """Forget a client; if it was the writer, nobody is."""
        self.clients.discard(client)
        if (party := self._parties.pop(client, None)) is not None:
            self._desk.left(party)
        self._seat.release(client)

    def asked(self, client: Connection, request: Request) -> None:
        """Deal with a request. Raises Fault."""
        if not client.greeted and (request.method != "hello" or request.id is None):
            words = Message("«\u00a0hello\u00a0» doit venir d’abord", "'hello' must come first")
            raise Fault(Code.NO_HELLO, words, id=request.id)
        try:
            protocol.check_params(request)
            self._methods[request.method](client, request)
        except Fault as fault:
            if request.id is not None or not client.greeted:
                fault.id = request.id
                raise
        except Exception as error:
            self.failed(error)
            self._refuse(client, request, Fault(Code.INTERNAL, _INTERNAL))

    # ------------------------------------------------------------------------------ the methods

    def _hello(self, client: Connection, request: Request) -> None:
        if client.greeted:
            raise Fault(Code.INVALID_REQUEST, Message("déjà salué", "hello was said before"))
        theirs = request.params["protocol"]
        if theirs != protocol.PROTOCOL:
            raise _other_protocol(theirs)
        client.greet()
        client.matches = _same_folder(str(request.params["vault"]), self._root)
        client.name = _name(request, client.name)
        said = {
            "protocol": protocol.PROTOCOL,
            "version": vaultkit.__version__,
            "vault": os.path.realpath(self._root),
            "pid": os.getpid(),
            "matches": client.matches,
        }
        self._answer(client, request, said)

    def _status(self, client: Connection, request: Request) -> None:
        self._answer(client, request, dict(self._desk.standing()))

    def _subscribe(self, client: Connection, request: Request) -> None:
        topics = request.params.get("topics", list(TOPICS))
        if not isinstance(topics, list) or not set(topics) <= set(TOPICS):
            known = ", ".join(TOPICS)
            raise Fault(
                Code.INVALID_PARAMS, Message(f"sujets connus\u00a0: {known}", f"known topics: {known}")
            )
        client.topics = {TOPICS[topic] for topic in topics}
        self._answer(client, request, {"topics": [topic for topic in TOPICS if topic in topics]})

    def _claim(self, client: Connection, request: Request) -> None:
        if not client.matches:
            words = Message("ce client est dans un autre coffre", "this client is in another vault")
            raise Fault(Code.FAILED, words)

        def answer(fault: Fault | None) -> None:
            if fault is None:
                self._answer(client, request, {"claimed": True})
            else:
                self._refuse(client, request, fault)

        self._seat.claim(client, _name(request, client.name), answer)

    def _release(self, client: Connection, request: Request) -> None:
        self._answer(client, request, {"released": self._seat.release(client)})

    def _ask_desk(self, client: Connection, request: Request) -> None:
        self._refuse_too_many(client)
        self._wait_for(client, request, self._desk.asked(request.method, request.params))

    def _ask_as_party(self, client: Connection, request: Request) -> None:
        """Ask the desk in the name of a client; where a notice of its own would be lost, the client is sent away."""
        try:
            self._refuse_too_many(client)
        except Fault as fault:
            if request.id is None:
                client.end(fault)
            raise
        party = self._parties.setdefault(client, ClientParty(client))
        self._wait_for(client, request, self._desk.asked_by(party, request.method, request.params))

    def _refuse_too_many(self, client: Connection) -> None:
        if len(client.questions) >= self._limits.questions:
            words = Message("trop de questions sans réponse", "too many questions without an answer")
            raise Fault(Code.TOO_MANY, words)

    def _wait_for(self, client: Connection, request: Request, future: Future[object]) -> None:
        client.questions.add(future)

        def done(future: Future[object]) -> None:
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._done, client, request, future)

        future.add_done_callback(done)

    def _done(self, client: Connection, request: Request, future: Future[object]) -> None:
        client.questions.discard(future)
        try:
            self._answer(client, request, future.result())
        except (VaultkitError, QueryError, CancelledError) as error:
            self._refuse(client, request, fault_of(error))
        except Exception as error:
            self.failed(error)
            self._refuse(client, request, Fault(Code.INTERNAL, _INTERNAL))

    # ------------------------------------------------------------------------------ answering

    def _answer(self, client: Connection, request: Request, value: object) -> None:
        if request.id is not None:
            client.send(protocol.result(request.id, value))

    def _refuse(self, client: Connection, request: Request, fault: Fault) -> None:
        if request.id is not None:
            client.send(protocol.failure(request.id, fault))

    def failed(self, error: BaseException | None) -> None:
        """Tell of a fault of our own, at most once a minute, and never its words: they may be a note's."""
        now = time.monotonic()
        if now - self._last_fault < _QUIET:
            return
        self._last_fault = now
        kind = type(error).__name__
        self._tell(
            Message(f"erreur du socket de contrôle ({kind})", f"a fault of the control socket ({kind})"),
            "error",
        )


def fault_of(error: BaseException) -> Fault:
    """Return how an error of the daemon is answered."""
    match error:
        case Fault():
            return error
        case DqlSyntaxError():
            data = {"line": error.line, "column": error.column, "report": error.report}
            return Fault(Code.QUERY_UNREADABLE, error.message, data)
        case VaultkitError():
            return Fault(Code.FAILED, error.message, {"exitCode": error.exit_code})
        case QueryError():
            return Fault(Code.QUERY_FAILED, Message(str(error), str(error)))
        case _:
            return Fault(Code.ENDING, _ENDING)


def _other_protocol(theirs: object) -> Fault:
    ours = protocol.PROTOCOL
    older = Message("vaultkit est trop ancien", "vaultkit is too old")
    if isinstance(theirs, int) and theirs < ours:
        older = Message("le client est trop ancien", "the client is too old")
    return Fault(
        Code.WRONG_PROTOCOL,
        Message(
            f"le client ne parle pas le protocole {ours} de ce vaultkit\u00a0: {older.fr}",
            f"the client does not speak protocol {ours} of this vaultkit: {older.en}",
        ),
        {"protocol": ours},
    )


def _name(request: Request, otherwise: str) -> str:
    said = request.params.get("name")
    words = "".join(sign for sign in str(said or "") if sign.isprintable()).strip()
    return words[:_LONGEST_NAME] or otherwise


def _same_folder(theirs: str, root: Path) -> bool:
    """Whether a client means the folder `root`; compared as text, since a path may lie on a disk that hangs."""
    ours = {_spelled(str(root)), _spelled(os.path.realpath(root))}
    return _spelled(theirs) in ours


def _spelled(path: str) -> str:
    path = nfc(os.path.normpath(path))
    return path.casefold() if sys.platform in ("win32", "darwin") else path
