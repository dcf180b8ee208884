"""The seat of the writer: one client at a time applies edits itself."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec

from msgspec import Struct

from vaultkit.shell.control import protocol
from vaultkit.shell.control.connection import Connection, Limits
from vaultkit.shell.control.desk import Desk
from vaultkit.shell.control.protocol import Code, Fault, Notice, Reply
from vaultkit.shell.ports import Answer, EditRequest
from vaultkit.text import Message

P = ParamSpec("P")
Tell = Callable[[Message, str], None]


class _Claim(Struct, frozen=True):
    client: Connection
    name: str
    answer: Callable[[Fault | None], None]


class ClientWriter:
    """A client in the seat; `edit` may be called from any thread."""

    def __init__(self, name: str, client: Connection, seat: Seat) -> None:
        self.name = name
        self.client = client
        self.waiting: set[EditRequest] = set()
        self._seat = seat
        self._loop = asyncio.get_running_loop()

    def edit(self, request: EditRequest) -> None:
        """Send the request and return at once. After the end of the server nothing answers it."""
        with suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(self._seat.edit, self, request)

    def drop(self) -> None:
        """Take the seat from the client, and tell it."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._seat.drop, self)


class Seat:
    """Who writes, and who would like to; lives on the thread of the server."""

    def __init__(
        self, desk: Desk, tell: Tell, failed: Callable[[BaseException | None], None], limits: Limits
    ) -> None:
        self._desk = desk
        self._tell = tell
        self._failed = failed
        self._limits = limits
        self._writer: ClientWriter | None = None
        self._claims: deque[_Claim] = deque()
        self._pinging = False

    def claim(self, client: Connection, name: str, answer: Callable[[Fault | None], None]) -> None:
        """Give the seat to a client, unless another is in it and answers; `answer` gets None or the fault."""
        self._claims.append(_Claim(client, name, answer))
        self._next()

    def release(self, client: Connection) -> bool:
        """Empty the seat if the client is in it; return whether it was."""
        if self._writer is None or self._writer.client is not client:
            return False
        self.empty()
        return True

    def empty(self) -> None:
        """Empty the seat: what the writer has not answered waits for another time."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        for request in sorted(writer.waiting, key=lambda request: request.id):
            self._say(self._desk.answered, request.id, Answer.SILENT)
        writer.waiting.clear()
        self._say(self._desk.released, writer)

    def drop(self, writer: ClientWriter) -> None:
        """Empty the seat if this writer is in it, and tell the client."""
        if writer is self._writer:
            writer.client.send(protocol.notification(Notice.WRITER_LOST, {"writer": writer.name}))
            self.empty()

    def edit(self, writer: ClientWriter, request: EditRequest) -> None:
        """Send an edit to the writer, if it is still in the seat."""
        if writer is not self._writer or writer.client.is_ended:
            self._say(self._desk.answered, request.id, Answer.LATER)
            return
        params = {
            "id": request.id,
            "path": request.path,
            "textDigest": request.text_digest,
            "edits": [{"start": e.start, "end": e.end, "text": e.text} for e in request.edits],
        }
        writer.waiting.add(request)
        try:
            writer.client.ask(
                "edit", params, self._limits.edit, lambda reply: self._edited(writer, request, reply)
            )
        except Fault:
            self._tell(
                Message(
                    "modification trop longue pour le programme qui écrit",
                    "an edit is too long for the program that writes",
                ),
                "warning",
            )
            self._answered(writer, request, Answer.REFUSED)

    def _edited(self, writer: ClientWriter, request: EditRequest, reply: Reply | None) -> None:
        if request not in writer.waiting:
            return
        if reply is None and not writer.client.is_ended:
            seconds = f"{self._limits.edit:g}"
            self._tell(
                Message(
                    f"«\u00a0{writer.name}\u00a0», qui écrit, n’a pas répondu en {seconds}\u00a0s",
                    f"'{writer.name}', which writes, did not answer within {seconds} s",
                ),
                "warning",
            )
        self._answered(writer, request, Answer.SILENT if reply is None else answer_of(reply))

    def _answered(self, writer: ClientWriter, request: EditRequest, answer: Answer) -> None:
        writer.waiting.discard(request)
        self._say(self._desk.answered, request.id, answer)

    def _next(self) -> None:
        """Deal with the claims in their order, as far as that is possible now."""
        while self._claims and not self._pinging:
            claim = self._claims[0]
            writer = self._writer
            if claim.client.is_ended:
                self._claims.popleft()
            elif writer is None:
                self._claims.popleft()
                self._writer = ClientWriter(claim.name, claim.client, self)
                self._say(self._desk.claimed, self._writer)
                claim.answer(None)
            elif writer.client is claim.client:
                self._claims.popleft()
                claim.answer(None)
            else:
                self._ping(writer)

    def _ping(self, writer: ClientWriter) -> None:
        """Ask the writer whether it is there: the claims that wait are refused, or the seat is empty."""

        def pinged(reply: Reply | None) -> None:
            self._pinging = False
            if writer is self._writer:
                if reply is None:
                    self.drop(writer)
                else:
                    self._refuse_all(writer)
            self._next()

        self._pinging = True
        writer.client.ask("ping", {}, self._limits.ping, pinged)

    def _say(self, call: Callable[P, None], *arguments: P.args, **named: P.kwargs) -> None:
        """Tell the desk; a fault of the desk does not upset the seat."""
        try:
            call(*arguments, **named)
        except Exception as error:
            self._failed(error)

    def _refuse_all(self, writer: ClientWriter) -> None:
        claims, self._claims = self._claims, deque()
        for claim in claims:
            claim.answer(
                Fault(
                    Code.WRITER_TAKEN,
                    Message(
                        f"«\u00a0{writer.name}\u00a0» écrit déjà dans ce coffre",
                        f"'{writer.name}' already writes in this vault",
                    ),
                    {"writer": writer.name},
                )
            )


def answer_of(reply: Reply) -> Answer:
    """Return what a writer said to an edit: `{"status": …}` or the bare word; anything else is `refused`."""
    said = reply.result
    word = said.get("status") if isinstance(said, dict) else said
    return Answer(word) if isinstance(word, str) and word in set(Answer) else Answer.REFUSED
