"""What queries ask of a note, in source text and numbers: all that they mostly need, and small to keep.

It depends on the note's text alone: not on its path, other notes, the clock or a setting. Values are not yet read,
links not yet led to files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from vaultkit.dql.inline_fields import RawField, bracketed_fields, full_line_field, may_hold_fields
from vaultkit.dql.raw_items import RawItems, lines_outside_lists, raw_items
from vaultkit.markdown.note import Note

#: The number of what is kept: another one where the same note would give something else.
VERSION = 1


class RawPage(Struct, frozen=True, array_like=True):
    """A note without its list items.

    `tags` are those of the body. `fields` are the inline fields that a page shows: those of plain list items, and
    from the place `outside` on those of all lines that belong to no list.
    """

    properties: Mapping[str, Any]
    tags: tuple[str, ...]
    fields: tuple[RawField, ...]
    outside: int


class RawPages(Protocol):
    """Who knows what notes say: reads it from them, or has kept it."""

    def page(self, note: Note) -> RawPage:
        """Return a note without its list items."""

    def linkpaths(self, note: Note) -> Sequence[str]:
        """Return what links in properties, links and embeds say, each once."""

    def items(self, note: Note) -> RawItems:
        """Return the list items of a note."""


class ReadPages:
    """Reads what notes say from themselves, each time it is asked."""

    def page(self, note: Note) -> RawPage:
        """Return a note without its list items."""
        return raw_page(note)

    def linkpaths(self, note: Note) -> Sequence[str]:
        """Return what links in properties, links and embeds say, each once."""
        return raw_linkpaths(note)

    def items(self, note: Note) -> RawItems:
        """Return the list items of a note."""
        return raw_items(note)


def raw_linkpaths(note: Note) -> tuple[str, ...]:
    """Read what links in properties, links and embeds say, each once."""
    references = (*(link.reference for link in note.property_links), *note.links, *note.embeds)
    return tuple(dict.fromkeys(reference.linkpath for reference in references))


def raw_page(note: Note, items: RawItems | None = None) -> RawPage:
    """Read a page from its note; `items` are its list items where they are known."""
    lifted, outside = _fields(note, items)
    return RawPage(
        note.properties,
        tuple(tag.tag for tag in note.tags),
        (*lifted, *outside),
        len(lifted),
    )


def _fields(note: Note, items: RawItems | None) -> tuple[Sequence[RawField], Sequence[RawField]]:
    """Return the fields of plain list items, then those of the lines outside of lists: code and comments too."""
    if not may_hold_fields(note.text):
        return (), ()
    listed = (items or raw_items(note)).items
    lifted = [field for item in listed if item.task is None for field in item.fields]
    outside = [
        field
        for line in lines_outside_lists(note, listed)
        for field in bracketed_fields(line) or filter(None, [full_line_field(line)])
    ]
    return lifted, outside
