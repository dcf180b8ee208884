"""A note held against its schemas. What says in what it breaks them is loaded by the first that does."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.markdown.lost_block import lost_block
from vaultkit.markdown.note import Note
from vaultkit.schema.model import Schema, SchemaSet, Violation
from vaultkit.schema.spoken import spoken
from vaultkit.schema.surroundings import Surroundings
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
        found += _broken(schema, note, around)
    if len(found) < 2:
        return tuple(found)
    once = {(one.breach, one.finding.span, one.finding.message.en): one for one in reversed(found)}
    return tuple(
        sorted(once.values(), key=lambda one: (one.finding.span, one.breach, one.finding.message.en))
    )


def _broken(schema: Schema, note: Note, around: Surroundings) -> Iterator[Violation]:
    if schema.validator is not None:
        said = spoken(schema, note)
        if broken := list(schema.validator.errors(said.values)):
            from vaultkit.schema.properties import broken_properties

            yield from broken_properties(schema, note, around, said, broken)
    if schema.looks_beyond:
        from vaultkit.schema.beyond import beyond

        yield from beyond(schema, note, around)
    if schema.sections:
        from vaultkit.schema.sections import sections

        yield from sections(schema, note)
