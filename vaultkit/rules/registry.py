"""Every rule, in the order of the codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vaultkit.diagnostics import Diagnostic
from vaultkit.markdown.note import Note
from vaultkit.rules import audit, links, names, notes
from vaultkit.rules.rule import Look, Rule

RULES: tuple[Rule, ...] = tuple(
    sorted((*notes.RULES, *links.RULES, *names.RULES, *audit.RULES), key=lambda rule: rule.kind.code)
)


def check(look: Look, asked: Iterable[Note]) -> Iterator[Diagnostic]:
    """Run every rule on the notes that are asked about; in the order of notes, then of places."""
    for note in asked:
        found = [
            Diagnostic(rule.kind, note.path, finding) for rule in RULES for finding in rule.check(note, look)
        ]
        yield from sorted(found, key=lambda diagnostic: (diagnostic.finding.span, diagnostic.kind.code))
