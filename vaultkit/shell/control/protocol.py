"""What is said on the control socket: one JSON-RPC 2.0 object a line, in UTF-8. Knows of no socket.

A line ends with a line feed and holds at most 16 MB. Parameters go by name; batches are not taken. A client
says `hello` first, and nothing before it is answered; what a daemon does not know it refuses, never skips.

From the client, with an answer:

| method           | params                                      | result                                           |
|------------------|---------------------------------------------|--------------------------------------------------|
| `hello`          | `protocol` (1), `version`, `vault`, `name`? | `protocol`, `version`, `vault`, `pid`, `matches` |
| `status`         |                                             | the document of `status --json`                  |
| `diagnostics`    | `paths`? (vault paths), `language`?         | the document of `check --format json`            |
| `rebuild`        |                                             | the document of `rebuild --json`                 |
| `query`          | `query`, `origin`? (vault path)             | the document of `query --format json`            |
| `explain`        | `code` or `path`                            | `lines: [{fr,en}]`                               |
| `regions`        | `path`                                      | `path`, `textDigest`, `regions` (see below)      |
| `act`            | `act`, and what it needs (see below)        | `told`, `handed`, `written`, `refused`           |
| `language`       | `method`, `params`? (of a language server)  | what that method gives                           |
| `subscribe`      | `topics`? (of `status`, `diagnostics`; all) | `topics`                                         |
| `writer/claim`   | `name`?                                     | `claimed` (true), or the error `WRITER_TAKEN`    |
| `writer/release` |                                             | `released`: whether this client was the writer   |

`vault` is the real path of the vault's folder. `matches` tells whether both mean the same vault; where they do
not, the client cannot become the writer. Documents have a `schema_version`; `{fr,en}` is a sentence for a person.

`regions` tells of each region `key`, `name`, `words` (its name for a person, `{fr,en}`), `start`, `end`, `bodyStart`,
`bodyEnd`, `stale`, `sources` (paths), `marks` (`[{start,end}]`) and `kept`: `id`, `start`, `end`, `wording`,
`generated` (or null), `sources`, `target` (or null), `proposal` and `without` (`{fr,en}` or null). Places and
`textDigest` are those of an `edit` below, of the file as it is now; `start` to `end` has the marker lines, and of what
is kept its mark.

| `act`     | needs                            | does                                                                  |
|-----------|----------------------------------|-----------------------------------------------------------------------|
| `fix`     | `path`, `code`, `line`, `column` | mends one diagnostic, at the place that `diagnostics` gives           |
| `release` | `path`, `id` (of what is kept)   | what is generated stands there again; what nothing generates, goes    |
| `push`    | `path`, `id`?                    | the wording goes into its note, without `id` all of `path` that can   |
| `adopt`   | `path`                           | puts the markers into a synthesis                                     |
| `undo`    | `path`?                          | takes the last writes back, or the last one to that note              |

With `path` the file is read at once. With `textDigest` too, an act is refused if the note says something else.
Writes go to the writer if there is one: `handed` are the paths, an `edit` follows for each, and is not asked again if
the writer refuses it or puts it off. The marks of a push go out of a synthesis in an `edit` of its own, once the app
has saved what was pushed. Without a writer all is `written` at once. `refused` is `[{path, message: {fr,en}}]`.

From the daemon, without an answer:

| notification          | params                       | to                                                         |
|-----------------------|------------------------------|------------------------------------------------------------|
| `status/changed`      | as in `status`               | who subscribed to `status`                                 |
| `diagnostics/changed` | what the daemon says of them | who subscribed to `diagnostics`                            |
| `writer/lost`         | `writer` (a name)            | the writer that no longer is: it did not answer            |
| `language/notify`     | `method`, `params`           | the client that such a notice is for (`language`)          |

From the daemon to the writer, with an answer:

| method | params                                                  | result                                        |
|--------|---------------------------------------------------------|-----------------------------------------------|
| `ping` |                                                         | anything, even an error: the writer is there  |
| `edit` | `id`, `path`, `textDigest`, `edits: [{start,end,text}]` | `{"status": "applied"}`, `refused` or `later` |

`edits` rise and do not overlap; `start` and `end` count UTF-16 units of the note's text before any of them, without BOM
and with LF. `textDigest` is the SHA-256 (hex) of that text in UTF-8. A writer whose editor holds another text
answers `refused` and changes nothing: the daemon plans anew. `later` says: not now, ask again; so does no answer
within 10 s, and then it is too late to answer. The bare string `"applied"` is understood too; any other result,
and an error, counts as `refused`. What an `edit` changes is one step of undo in the app.

An error has a `code` of `Code`, a `message` in English, and as `data` the same in `fr` and `en`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from enum import IntEnum, StrEnum
from math import isfinite
from typing import NoReturn

from msgspec import Struct, field

from vaultkit.errors import VaultkitError
from vaultkit.text import Message

#: The number of this protocol.
PROTOCOL = 1
#: How many bytes a line may have.
LONGEST = 16 << 20

_LONGEST_ID = 256
_GREATEST_ID = 1 << 63

Id = str | int | float


class Code(IntEnum):
    """What kind of error an answer is; those down to -32603 are JSON-RPC's own."""

    NO_JSON = -32700
    INVALID_REQUEST = -32600
    UNKNOWN_METHOD = -32601
    INVALID_PARAMS = -32602
    INTERNAL = -32603
    FAILED = -32000  # it cannot be done, and the message says why
    NO_HELLO = -32001
    WRONG_PROTOCOL = -32002
    WRITER_TAKEN = -32003
    TOO_MANY = -32004  # clients, or questions without an answer
    TOO_LONG = -32005
    QUERY_UNREADABLE = -32006  # `data` has `line`, `column` and `report` too
    QUERY_FAILED = -32007
    ENDING = -32008  # the daemon ends


class Notice(StrEnum):
    """What the daemon tells without being asked."""

    STATUS = "status/changed"
    DIAGNOSTICS = "diagnostics/changed"
    WRITER_LOST = "writer/lost"
    LANGUAGE = "language/notify"


#: What can be subscribed to.
TOPICS = {"status": Notice.STATUS, "diagnostics": Notice.DIAGNOSTICS}

_TEXT, _TEXTS, _OBJECT, _INTEGER = "text", "list of texts", "object", "integer"
_WORDS = {_TEXT: "un texte", _TEXTS: "une liste de textes", _OBJECT: "un objet"}
#: The methods of the daemon and their parameters: the type, and whether it must be there.
METHODS: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "hello": {
        "protocol": (_INTEGER, True),
        "version": (_TEXT, True),
        "vault": (_TEXT, True),
        "name": (_TEXT, False),
    },
    "status": {},
    "diagnostics": {"paths": (_TEXTS, False), "language": (_TEXT, False)},
    "rebuild": {},
    "query": {"query": (_TEXT, True), "origin": (_TEXT, False)},
    "explain": {"code": (_TEXT, False), "path": (_TEXT, False)},
    "regions": {"path": (_TEXT, True)},
    "act": {
        "act": (_TEXT, True),
        "path": (_TEXT, False),
        "id": (_TEXT, False),
        "code": (_TEXT, False),
        "line": (_INTEGER, False),
        "column": (_INTEGER, False),
        "textDigest": (_TEXT, False),
    },
    "language": {"method": (_TEXT, True), "params": (_OBJECT, False)},
    "subscribe": {"topics": (_TEXTS, False)},
    "writer/claim": {"name": (_TEXT, False)},
    "writer/release": {},
}


#: What each act must have, beside what it may have.
ACTS: Mapping[str, tuple[str, ...]] = {
    "fix": ("path", "code", "line", "column"),
    "release": ("path", "id"),
    "push": ("path",),
    "adopt": ("path",),
    "undo": (),
}


class Fault(VaultkitError):
    """An error as it is answered; `id` is that of the request, where it could be read."""

    def __init__(
        self, code: int, message: Message, data: Mapping[str, object] | None = None, id: Id | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.data = dict(data or {})
        self.id = id


class Request(Struct, frozen=True):
    """A request, or a notification: that has no `id` and gets no answer."""

    method: str
    params: Mapping[str, object] = field(default_factory=dict)
    id: Id | None = None


class Reply(Struct, frozen=True):
    """An answer: a result, or a fault. `id` is None where the other side could not read the request."""

    id: Id | None
    result: object = None
    fault: Fault | None = None


class Lines:
    """Cuts what arrives into lines and never holds more than `longest` bytes of one."""

    def __init__(self, longest: int = LONGEST) -> None:
        self.longest = longest
        self._held = bytearray()

    @property
    def is_within(self) -> bool:
        """Whether part of a line has arrived."""
        return bool(self._held)

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Return the lines that are whole now, without their ends. Raises Fault for one that is too long."""
        *whole, rest = data.split(b"\n")
        for piece in whole:
            self._hold(piece)
            line = bytes(self._held)
            self._held.clear()
            yield line
        self._hold(rest)

    def _hold(self, piece: bytes) -> None:
        if len(self._held) + len(piece) > self.longest:
            raise too_long(self.longest)
        self._held += piece


def too_long(longest: int) -> Fault:
    """Return the fault of a line with more than `longest` bytes."""
    return Fault(
        Code.TOO_LONG,
        Message(f"ligne de plus de {longest} octets", f"a line of more than {longest} bytes"),
    )


def parse(line: bytes) -> Request | Reply:
    """Read one line. Raises Fault for one that is no message of JSON-RPC 2.0."""
    try:
        said = json.loads(line.decode("utf-8"), parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):  # also bytes that are no UTF-8, and numbers of thousands of digits
        raise Fault(Code.NO_JSON, Message("ce n’est pas du JSON", "this is no JSON")) from None
    if isinstance(said, list):
        raise _invalid(Message("les lots ne sont pas acceptés", "batches are not taken"))
    if not isinstance(said, dict):
        raise _invalid(Message("un objet est attendu", "an object is expected"))
    id = _id_of(said)
    if said.get("jsonrpc") != "2.0":
        raise _invalid(
            Message("«\u00a0jsonrpc\u00a0» doit être «\u00a02.0\u00a0»", "'jsonrpc' must be '2.0'"), id
        )
    if "method" not in said and ("result" in said or "error" in said):
        return _reply(said, id)
    method = said.get("method")
    if not isinstance(method, str):
        raise _invalid(Message("«\u00a0method\u00a0» doit être un texte", "'method' must be a text"), id)
    if "id" in said and id is None:
        raise _invalid(
            Message("«\u00a0id\u00a0» doit être un texte ou un nombre", "'id' must be a text or a number")
        )
    params = said.get("params", {})
    if not isinstance(params, dict):
        raise Fault(
            Code.INVALID_PARAMS,
            Message("«\u00a0params\u00a0» doit être un objet", "'params' must be an object"),
            id=id,
        )
    return Request(method, params, id)


def check_params(request: Request) -> None:
    """Raise Fault where the method is unknown, or a parameter is missing, unknown or of another type."""
    known = METHODS.get(request.method)
    if known is None:
        raise Fault(Code.UNKNOWN_METHOD, Message("méthode inconnue", "unknown method"), id=request.id)
    for name, (kind, needed) in known.items():
        if name not in request.params:
            if needed:
                raise _wrong(request, _missing(name))
        elif not _is_a(kind, request.params[name]):
            words = _WORDS.get(kind, "un nombre entier")
            raise _wrong(
                request,
                Message(f"«\u00a0{name}\u00a0»\u00a0: {words} est attendu", f"'{name}': expected {kind}"),
            )
    if set(request.params) - set(known):
        raise _wrong(request, Message("paramètre inconnu", "unknown parameter"))
    if request.method == "act":
        _check_act(request)
    if request.method == "explain" and len(request.params) != 1:
        said = Message("«\u00a0code\u00a0» ou «\u00a0path\u00a0» est attendu", "expected 'code' or 'path'")
        raise _wrong(request, said)


def _check_act(request: Request) -> None:
    needs = ACTS.get(str(request.params["act"]))
    if needs is None:
        raise _wrong(request, Message("acte inconnu", "unknown act"))
    for name in needs:
        if request.params.get(name) in (None, ""):
            raise _wrong(request, _missing(name))


def _missing(name: str) -> Message:
    return Message(f"«\u00a0{name}\u00a0» manque", f"'{name}' is missing")


def request(id: Id, method: str, params: Mapping[str, object]) -> bytes:
    """Return the line that asks for something. Raises Fault if it is too long, here and below."""
    return _line({"id": id, "method": method, "params": params})


def notification(method: str, params: Mapping[str, object]) -> bytes:
    """Return the line that tells something."""
    return _line({"method": method, "params": params})


def result(id: Id, value: object) -> bytes:
    """Return the line that answers."""
    return _line({"id": id, "result": value})


def failure(id: Id | None, fault: Fault) -> bytes:
    """Return the line that answers with an error."""
    data = {**fault.data, "fr": fault.message.fr, "en": fault.message.en}
    return _line({"id": id, "error": {"code": int(fault.code), "message": fault.message.en, "data": data}})


def _line(said: Mapping[str, object]) -> bytes:
    text: Mapping[str, object] = {"jsonrpc": "2.0", **said}
    try:
        line = json.dumps(text, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # the name of a file that is no UTF-8
        line = json.dumps(text, allow_nan=False, separators=(",", ":")).encode()
    if len(line) > LONGEST:
        raise too_long(LONGEST)
    return line + b"\n"


def _reply(said: Mapping[str, object], id: Id | None) -> Reply:
    error = said.get("error")
    if error is None:
        return Reply(id, said.get("result"))
    error = error if isinstance(error, dict) else {}
    data = error.get("data")
    data = data if isinstance(data, dict) else {}
    code, message = error.get("code"), error.get("message")
    english = message if isinstance(message, str) else "?"
    french = data.get("fr")
    words = Message(french if isinstance(french, str) else english, english)
    return Reply(id, None, Fault(code if isinstance(code, int) else Code.INTERNAL, words, data, id))


def _id_of(said: Mapping[str, object]) -> Id | None:
    id = said.get("id")
    if isinstance(id, str):
        return id if len(id) <= _LONGEST_ID and _is_clean(id) else None
    if isinstance(id, int | float) and not isinstance(id, bool) and abs(id) < _GREATEST_ID:
        return id
    return None


def _is_a(kind: str, value: object) -> bool:
    if kind == _TEXT:
        return isinstance(value, str) and _is_clean(value)
    if kind == _TEXTS:
        return isinstance(value, list) and all(_is_a(_TEXT, each) for each in value)
    if kind == _OBJECT:
        return isinstance(value, dict) and _is_utf8(value)
    return isinstance(value, int) and not isinstance(value, bool)


def _is_clean(text: str) -> bool:
    """Whether a text can be a path or go on as UTF-8: no NUL, no half of a surrogate pair."""
    return "\0" not in text and _is_utf8(text)


def _is_utf8(value: object) -> bool:
    """Whether all texts in what was read from JSON can go on as UTF-8."""
    try:
        return bool(json.dumps(value, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        return False


def _no_number(_: str) -> NoReturn:
    raise ValueError


def _finite(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise ValueError
    return number


def _invalid(message: Message, id: Id | None = None) -> Fault:
    return Fault(Code.INVALID_REQUEST, message, id=id)


def _wrong(request: Request, message: Message) -> Fault:
    return Fault(Code.INVALID_PARAMS, message, id=request.id)
