"""What queries ask of a note, in source text and numbers: all that they mostly need, and small to keep.

It depends on the note's text alone: not on its path, other notes, the clock or a setting. Values are not yet read,
links not yet led to files.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Raw, Struct, msgpack
from msgspec.structs import force_setattr

from vaultkit.dql.inline_fields import RawField, may_hold_fields
from vaultkit.dql.properties import property_tags
from vaultkit.dql.raw_items import RawItem, RawItems, list_items, page_fields, raw_items
from vaultkit.markdown.note import Note

_PROPERTIES = msgpack.Decoder(dict[str, Any])
#: Stands for bytes that are not there.
_NOTHING = Raw()


class RawPage(Struct, frozen=True, array_like=True):
    """A note without its list items.

    `tags` are those of the body, then those of the properties, of equal spelling only the first, parted by blanks,
    of which no tag has any. `fields` are the inline fields that a page shows: those of plain list items, and from
    the place `outside` on those of all lines that belong to no list. `packed` are the properties of a page that
    comes from bytes.
    """

    tags: str
    fields: tuple[RawField, ...]
    outside: int
    packed: Raw = _NOTHING

    def properties(self, note: Note) -> Mapping[str, Any]:
        """Return the properties as YAML gives them. Bytes are read once, after that the note is asked."""
        if self.packed is _NOTHING:
            return note.properties
        found = _PROPERTIES.decode(self.packed)
        force_setattr(self, "packed", _NOTHING)
        return found


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
        return note.linkage.linkpaths

    def items(self, note: Note) -> RawItems:
        """Return the list items of a note."""
        return raw_items(note)


def raw_page(note: Note, listed: Sequence[RawItem] | None = None) -> RawPage:
    """Read a page from its note; `listed` are its list items where they are known."""
    if listed is None:
        listed = list_items(note) if may_hold_fields(note.text) else ()
    lifted, outside = page_fields(note, listed)
    tags = dict.fromkeys((*(tag.tag for tag in note.tags), *property_tags(note.properties)))
    return RawPage(" ".join(tags), (*lifted, *outside), len(lifted))
