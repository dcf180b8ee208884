"""A note held against its schemas."""

from __future__ import annotations

from vaultkit.markdown.lost_block import lost_block
from vaultkit.markdown.note import Note
from vaultkit.schema.beyond import Surroundings, beyond
from vaultkit.schema.model import SchemaSet, Violation
from vaultkit.schema.properties import properties
from vaultkit.schema.sections import sections
from vaultkit.vault.index import VaultIndex


def violations(schemas: SchemaSet, note: Note, index: VaultIndex) -> tuple[Violation, ...]:
    """Return in what a note breaks its schemas, in text order; nothing where none matches."""
    return held(Surroundings(schemas, index), note)


def held(around: Surroundings, note: Note) -> tuple[Violation, ...]:
    """Return in what a note breaks its schemas; who asks about many notes keeps `around`.

    Of a note whose properties cannot be read nothing is said: what it is missing is not known.
    """
    speaking = tuple(around.schemas.of(note))
    if not speaking:
        return ()
    if note.frontmatter.error is not None if note.frontmatter else lost_block(note.text) is not None:
        return ()
    found: list[Violation] = []
    for schema in speaking:
        found += properties(schema, note, around)
        if schema.looks_beyond:
            found += beyond(schema, note, around)
        if schema.sections:
            found += sections(schema, note)
    if len(found) < 2:
        return tuple(found)
    once = {(one.breach, one.finding.span, one.finding.message.en): one for one in reversed(found)}
    return tuple(
        sorted(once.values(), key=lambda one: (one.finding.span, one.breach, one.finding.message.en))
    )
