"""What a schema says, and how a note can break it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from vaultkit.audit.mission import category_of
from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note
from vaultkit.markdown.tags import all_tags
from vaultkit.schema.validator import Validator
from vaultkit.text import nfc


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


#: Properties of Obsidian's own, which any note may have.
OBSIDIANS = ("aliases", "cssclasses", "tags")


class ContentKind(StrEnum):
    """What a section can hold."""

    LIST = "list"
    CALLOUT = "callout"
    TABLE = "table"
    TEXT = "text"


class Violation(Struct, frozen=True):
    """One thing in which a note breaks its schema."""

    breach: Breach
    finding: Finding


class SchemaFault(Struct, frozen=True):
    """What is wrong in a schema file itself: its path, and the place in its text."""

    path: str
    finding: Finding


class SectionSchema(Struct, frozen=True):
    """What a section has to be: `headings` are its names, the first as it is written where it is missing.

    `content` are the kinds of which it holds at least one, all if empty; `least` how many items it holds.
    """

    headings: tuple[str, ...]
    required: bool = True
    content: tuple[ContentKind, ...] = ()
    least: int = 0


class Schema(Struct, frozen=True, dict=True):
    """What notes have to hold: the notes of `categories`, below `folders`, with one of `tags`.

    Each of the three that says anything has to fit. `categories` are folded, `folders` end in `/`, `tags`
    are lower case without `#`. `frontmatter` is a JSON Schema (2020-12), `validator` what it was compiled
    to. `synonyms` gives for a property the folded words that mean one of its values. `links` gives for a
    property the folded categories of the notes it may lead to, none for any; `tag_list` the tags that
    notes may have, None for any; `known_tags` says that another note has to have each. `unique`, `before`
    and `same_scope` name properties. `own` says that the vault has it otherwise than vaultkit brings it.
    """

    path: str
    categories: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    frontmatter: Mapping[str, Any] = field(default_factory=dict)
    validator: Validator | None = None
    synonyms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tag_list: tuple[str, ...] | None = None
    known_tags: bool = False
    unique: tuple[str, ...] = ()
    before: tuple[tuple[str, str], ...] = ()
    same_scope: tuple[str, ...] = ()
    sections: tuple[SectionSchema, ...] = ()
    ordered: bool = False
    own: bool = True

    def fits(self, note: Note) -> bool:
        """Whether the schema speaks of a note."""
        if self.categories and category_of(note) not in self.categories:
            return False
        if self.folders and not nfc(note.path).startswith(self.folders):
            return False
        return not self.tags or any(
            f"{tag.removeprefix('#').lower()}/".startswith(f"{wanted}/")
            for tag in all_tags(note)
            for wanted in self.tags
        )

    @cached_property
    def unnamed(self) -> frozenset[str]:
        """Obsidian's own properties that the JSON Schema does not speak of: they are nothing unknown."""
        return frozenset(OBSIDIANS) - _words(self.frontmatter) if self.frontmatter else frozenset()

    @property
    def looks_beyond(self) -> bool:
        """Whether a note is held against more than its JSON Schema and its sections."""
        return bool(
            self.links
            or self.unique
            or self.before
            or self.same_scope
            or self.known_tags
            or self.tag_list is not None
        )


def _words(schema: Any) -> frozenset[str]:
    """Return every text that stands in a JSON Schema, keys and values alike."""
    found: set[str] = set()
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, Mapping):
            found.update(key for key in one if isinstance(key, str))
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return frozenset(found)


class SchemaSet(Struct, frozen=True, dict=True):
    """The schemas of a vault, those of the preset included.

    `texts` holds each of the vault's own files; `unread` are the paths of those beside them that are no schemas
    by the ending of their names.
    """

    schemas: tuple[Schema, ...] = ()
    faults: tuple[SchemaFault, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    @cached_property
    def _by_category(self) -> Mapping[str, tuple[Schema, ...]]:
        """The schemas by each category they name; those that name none under the empty text."""
        found: dict[str, tuple[Schema, ...]] = {}
        for schema in self.schemas:
            for category in schema.categories or ("",):
                found[category] = (*found.get(category, ()), schema)
        return found

    def may_be_about(self, note: Note) -> bool:
        """Whether a schema names the category of a note, or none at all."""
        return "" in self._by_category or category_of(note) in self._by_category

    def of(self, note: Note) -> Iterator[Schema]:
        """Yield the schemas that speak of a note."""
        named, category = self._by_category, category_of(note)
        for schema in (*(named.get(category, ()) if category else ()), *named.get("", ())):
            if schema.fits(note):
                yield schema
