"""What is wrong in a vault, as values."""

from enum import StrEnum

from msgspec import Struct

from vaultkit.edits import Edit
from vaultkit.text import Message, Span


class Severity(StrEnum):
    """How much a diagnostic matters; only an error fails a command."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Finding(Struct, frozen=True, array_like=True, gc=False):
    """What was seen at one place of one note.

    `fix` are the edits that mend it without changing what the note means; `adds` are those that put in
    what is missing, which only a person can want (`check --add-missing`), `elsewhere` those of them that belong into
    other notes, by path. `hushed` says that its line must not be shown: a password or a number of a person stands
    there.
    """

    span: Span
    message: Message
    hint: Message | None = None
    fix: tuple[Edit, ...] = ()
    adds: tuple[Edit, ...] = ()
    hushed: bool = False
    elsewhere: tuple[tuple[str, tuple[Edit, ...]], ...] = ()


class Kind(Struct, frozen=True):
    """A kind of diagnostic: its stable code and name, and how much it matters."""

    code: str
    name: str
    severity: Severity


class Diagnostic(Struct, frozen=True):
    """A finding, with its kind and the note it belongs to."""

    kind: Kind
    path: str
    finding: Finding
