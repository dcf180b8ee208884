"""What is wrong in a vault, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vaultkit.edits import Edit
from vaultkit.text import Message, Span


class Severity(StrEnum):
    """How much a diagnostic matters; only an error fails a command."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen at one place of one note.

    `fix` are the edits that mend it without changing what the note means; `adds` are those that put in
    what is missing, which only a person can want (`check --add-missing`). `hushed` says that its line
    must not be shown: a password or a number of a person stands there.
    """

    span: Span
    message: Message
    hint: Message | None = None
    fix: tuple[Edit, ...] = ()
    adds: tuple[Edit, ...] = ()
    hushed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of diagnostic: its stable code and name, and how much it matters."""

    code: str
    name: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A finding, with its kind and the note it belongs to."""

    kind: Kind
    path: str
    finding: Finding
