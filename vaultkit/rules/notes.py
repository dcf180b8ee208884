"""Rules about one note alone: its bytes, its frontmatter, its markers."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.audit.mission import CHILD_CATEGORIES, DOMAIN, SYNTHESIS, category_of, scope_of
from vaultkit.audit.words import PRIORITIES, priority_of
from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import find_regions
from vaultkit.rules.kinds import (
    BROKEN_MARKER,
    IMPOSSIBLE_DATE,
    INVALID_FRONTMATTER,
    NOT_UTF8,
    SCHEMA_ENUM,
    SCHEMA_REQUIRED,
)
from vaultkit.rules.rule import Look, Rule
from vaultkit.text import Message, Span


def not_utf8(note: Note, look: Look) -> Iterator[Finding]:
    """A note is not UTF-8, or holds NUL bytes: it is read as well as can be and never written."""
    if note.readonly:
        yield Finding(
            Span(0, 0),
            Message(
                "cette note n’est pas en UTF-8\u00a0: elle est lue au mieux et n’est jamais écrite",
                "this note is not UTF-8: it is read as well as can be and never written",
            ),
            Message("l’enregistrer en UTF-8", "save it as UTF-8"),
        )


def invalid_frontmatter(note: Note, look: Look) -> Iterator[Finding]:
    """The YAML block has an error, so Obsidian reads no property of the note at all."""
    if note.frontmatter and note.frontmatter.error:
        yield note.frontmatter.error


def impossible_date(note: Note, look: Look) -> Iterator[Finding]:
    """A value looks like a date that the calendar does not have."""
    if note.frontmatter:
        yield from note.frontmatter.remarks


def schema_required(note: Note, look: Look) -> Iterator[Finding]:
    """A synthesis, domain note or interview has no `scope`, so nobody knows which mission it belongs to."""
    if category_of(note) in (SYNTHESIS, *CHILD_CATEGORIES) and not scope_of(note):
        place = note.frontmatter.properties["category"].key_span if note.frontmatter else Span(0, 0)
        yield Finding(
            place,
            Message(
                "la propriété «\u00a0scope\u00a0» manque\u00a0: la mission de la note",
                "the property 'scope' is missing",
            ),
            Message("ajouter par exemple scope: Cabinet Untel", "add for example scope: Client X"),
        )


def schema_enum(note: Note, look: Look) -> Iterator[Finding]:
    """The `priorite` of a domain note is none of haute, moyenne, basse."""
    entry = note.frontmatter.properties.get("priorite") if note.frontmatter else None
    if entry is None or category_of(note) != DOMAIN or entry.value in (None, ""):
        return
    if priority_of(entry.value) is None:
        known = ", ".join(str(priority) for priority in PRIORITIES)
        yield Finding(
            entry.value_span,
            Message(f"priorité «\u00a0{entry.value}\u00a0» inconnue", f"unknown priority '{entry.value}'"),
            Message(f"valeurs possibles\u00a0: {known}", f"possible values: {known}"),
        )


def broken_marker(note: Note, look: Look) -> Iterator[Finding]:
    """The markers of a region are not a pair, so nothing is written in the note."""
    yield from find_regions(note).faults


RULES = (
    Rule(NOT_UTF8, not_utf8),
    Rule(INVALID_FRONTMATTER, invalid_frontmatter),
    Rule(IMPOSSIBLE_DATE, impossible_date),
    Rule(SCHEMA_REQUIRED, schema_required),
    Rule(SCHEMA_ENUM, schema_enum),
    Rule(BROKEN_MARKER, broken_marker),
)
