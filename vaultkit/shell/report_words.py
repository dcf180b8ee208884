"""How a diagnostic is put in a line, and how many there are is put in words."""

from __future__ import annotations

from collections.abc import Iterable

from vaultkit.diagnostics import Kind, Severity
from vaultkit.shell.console import paint
from vaultkit.text import Message

COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
SEVERITIES = {
    Severity.ERROR: Message("erreur", "error"),
    Severity.WARNING: Message("avertissement", "warning"),
    Severity.INFO: Message("remarque", "remark"),
}


def line_of(place: str, kind: Kind, message: str, language: str) -> str:
    """Return a diagnostic as a line: `path:line:col: CODE severity message`."""
    word = paint(SEVERITIES[kind.severity].of(language), COLOURS[kind.severity])
    return f"{place}: {kind.code} {word} {message}"


def hint_of(hint: str) -> str:
    """Return what stands below a diagnostic."""
    return f"    → {hint}"


def counts_of(severities: Iterable[Severity], language: str) -> str:
    """Return how many there are of each severity: `1 erreur, 2 avertissements`; empty if none."""
    counts = dict.fromkeys(Severity, 0)
    for severity in severities:
        counts[severity] += 1
    return ", ".join(
        f"{n} {SEVERITIES[severity].of(language)}{'s' if n > 1 else ''}"
        for severity, n in counts.items()
        if n
    )


def nombre(count: int, one: str, many: str = "") -> str:
    """Return a count with its French noun, singular for none: `0 note`, `1 note`, `2 notes`."""
    return f"{count} {one if count < 2 else many or one + 's'}"


def number(count: int, one: str, many: str = "") -> str:
    """Return a count with its English noun: `0 notes`, `1 note`; `many` where an `s` does not do."""
    return f"{count} {one if count == 1 else many or one + 's'}"
