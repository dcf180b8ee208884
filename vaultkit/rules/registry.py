"""Every rule, in the order of the codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vaultkit.diagnostics import Diagnostic
from vaultkit.markdown.canvas import Canvas
from vaultkit.markdown.note import Note
from vaultkit.rules import (
    audit,
    conflicts,
    links,
    membership,
    names,
    notes,
    queries,
    schemas,
    secrets,
    traceability,
)
from vaultkit.rules.conflicts import conflict_markers
from vaultkit.rules.kinds import CONFLICT_MARKERS, UNRESOLVED_LINK
from vaultkit.rules.links import nobody
from vaultkit.rules.masking import masked
from vaultkit.rules.rule import Look, Rule, VaultRule

_ROOMS = (notes, conflicts, secrets, schemas, membership, links, names, queries, audit, traceability)
RULES: tuple[Rule, ...] = tuple(
    sorted((rule for room in _ROOMS for rule in room.RULES), key=lambda rule: rule.kind.code)
)
#: Those for a note that is not in conflict, and of these those for one that breaks no schema: most notes.
_SETTLED = tuple(rule for rule in RULES if rule.kind is not CONFLICT_MARKERS)
_BESIDE_SCHEMAS = tuple(rule for rule in _SETTLED if rule not in schemas.RULES)
#: What is said once for the whole vault.
VAULT_RULES: tuple[VaultRule, ...] = schemas.VAULT_RULES


def check_canvas(look: Look, canvas: Canvas) -> Iterator[Diagnostic]:
    """Yield what is wrong in a canvas: cards that show a file which is not there."""
    if look.ignores(canvas.path):
        return
    for card in canvas.files:
        if card.linkpath not in look.index:
            yield Diagnostic(UNRESOLVED_LINK, canvas.path, nobody(card.linkpath, card.span, look))


def check_vault(look: Look) -> Iterator[Diagnostic]:
    """Yield what is said once for the whole vault."""
    for rule in VAULT_RULES:
        for path, finding in rule.check(look):
            yield Diagnostic(rule.kind, path, finding)


def check(look: Look, asked: Iterable[Note]) -> Iterator[Diagnostic]:
    """Run every rule on the notes that are asked about; in the order of notes, then of places.

    What other rules quote of a secret is masked.
    """
    yield from masked(look, [(note, _found(look, note)) for note in asked])


def _found(look: Look, note: Note) -> list[Diagnostic]:
    """Return what is wrong in a note; where a merge left two versions in it, nothing else is worth a word."""
    if conflicts := list(conflict_markers(note, look)):
        return [Diagnostic(CONFLICT_MARKERS, note.path, finding) for finding in conflicts]
    rules = _SETTLED if look.violations(note) else _BESIDE_SCHEMAS
    found = [
        Diagnostic(rule.kind, note.path, finding) for rule in rules for finding in rule.check(note, look)
    ]
    return sorted(found, key=lambda diagnostic: (diagnostic.finding.span, diagnostic.kind.code))
