"""What a schema says, and how a note can break it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from vaultkit.diagnostics import Finding


class Breach(StrEnum):
    """How a note can break its schema; the value is the name of the diagnostic."""

    REQUIRED = "schema-required"
    ENUM = "schema-enum"
    TYPE = "schema-type"
    FORMAT = "schema-format"
    LINK = "schema-link"
    TAG = "schema-tag"
    UNIQUE = "schema-unique"
    ORDER = "schema-order"
    SCOPE = "schema-scope"
    UNKNOWN_PROPERTY = "schema-unknown-property"
    SECTION_MISSING = "section-missing"
    SECTION_ORDER = "section-order"
    SECTION_CONTENT = "section-content"
    SECTION_ITEMS = "section-items"


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing in which a note breaks its schema."""

    breach: Breach
    finding: Finding


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """What is wrong in a schema file itself: its path, and the place in its text."""

    path: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class SchemaSet:
    """The schemas of a vault, those of the preset included; `texts` holds each of the vault's own files."""

    faults: tuple[SchemaFault, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
