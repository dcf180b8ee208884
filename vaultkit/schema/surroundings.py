"""What a note is held against beside its own schema: what the other notes say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from vaultkit.audit.cleaning import inside
from vaultkit.audit.extract import plain_key, property_key
from vaultkit.audit.mission import scope_of
from vaultkit.markdown.note import Note, Property
from vaultkit.markdown.tags import all_tags
from vaultkit.schema.model import SchemaSet
from vaultkit.schema.spoken import AS_WRITTEN, inline_fields, is_empty, words_of
from vaultkit.text import Span, nfc
from vaultkit.vault.index import VaultIndex


class Surroundings(Struct, frozen=True, dict=True):
    """What a note is held against beside its schema: the other notes, looked through when first needed."""

    schemas: SchemaSet
    index: VaultIndex

    def prepare(self) -> None:
        """Look through the notes for what the schemas are sure to ask."""
        if any(schema.unique for schema in self.schemas.schemas):
            _ = self.values
        if any(schema.known_tags for schema in self.schemas.schemas):
            _ = self.tags

    @cached_property
    def tags(self) -> Mapping[str, int]:
        """How many notes have a tag or one below it, by the tag in lower case, without `#`."""
        count: dict[str, int] = {}
        for note in self.index.notes.values():
            for tag in {name for said in all_tags(note) for name in above(said)}:
                count[tag] = count.get(tag, 0) + 1
        return count

    @cached_property
    def common_tags(self) -> tuple[str, ...]:
        """The tags that several notes have, the most used first."""
        common = (tag for tag, count in self.tags.items() if count > 1)
        return tuple(sorted(common, key=lambda tag: (-self.tags[tag], tag)))

    @cached_property
    def scopes(self) -> Mapping[str, str]:
        """The scope of the notes of each folder that speaks of one mission only."""
        found: dict[str, dict[str, str]] = {}
        for note in self.index:
            if scope := scope_of(note):
                folder = note.path.rpartition("/")[0]
                found.setdefault(folder, {}).setdefault(scope, str(note.properties["scope"]))
        return {folder: next(iter(said.values())) for folder, said in found.items() if len(said) == 1}

    @cached_property
    def values(self) -> Mapping[tuple[str, str, str, str], str]:
        """The first note that has a value: by schema, property, scope and the value as it compares."""
        first: dict[tuple[str, str, str, str], str] = {}
        for note in self.index if any(schema.unique for schema in self.schemas.schemas) else ():
            for schema in self.schemas.of(note):
                for key in schema.unique:
                    for value, _ in entries(note, key):
                        first.setdefault((schema.path, key, scope_of(note), same(value)), note.path)
        return first


def above(tag: str) -> Iterator[str]:
    """Yield a tag and those it stands below: `a/b` and `a`."""
    name = tag.removeprefix("#").lower()
    while name:
        yield name
        name = name.rpartition("/")[0]


def _property(note: Note, key: str) -> Property | None:
    return note.frontmatter.properties.get(property_key(note, key)) if note.frontmatter else None


def entries(note: Note, key: str) -> Iterator[tuple[str, Span]]:
    """Yield the texts and numbers of a property, one or a list, with their places; else those of an inline field."""
    entry = _property(note, key)
    if entry is None or is_empty(entry.value):
        yield from _said_inline(note, key)
        return
    values = entry.value if isinstance(entry.value, list) else [entry.value]
    places: Sequence[Span] = entry.entries if isinstance(entry.value, list) else (entry.value_span,)
    for at, value in enumerate(values):
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            yield str(value), places[at] if at < len(places) else entry.value_span


def _said_inline(note: Note, key: str) -> Iterator[tuple[str, Span]]:
    """Yield what an inline field says: each of its links, or all of it."""
    one = None if key in (*AS_WRITTEN, "tags") else inline_fields(note).get(plain_key(key))
    if one is None:
        return
    links = [link for link in inside(note.links, one.value_span) if link.original.startswith("[[")]
    yield from ((link.original, link.span) for link in links)
    if not links:
        place = words_of(note, one)
        yield place.of(note.text), place


def same(value: str) -> str:
    """Return a value as it compares: composed, with single blanks, case aside."""
    return " ".join(nfc(value).split()).casefold()
