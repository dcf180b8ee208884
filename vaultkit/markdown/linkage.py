"""What a note links to and what links can name in it: all that it takes to know whether a link leads anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from vaultkit.markdown.note import Note


class Linkage(Struct, frozen=True, array_like=True, gc=False):
    """The ends of the links of a note, each once and in text order.

    `linkpaths` are those of links in properties, links and embeds, `places` those of links and embeds with a subpath,
    each with it. `headings` are the texts of the headings, `ids` the block ids (lower case).
    """

    linkpaths: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    headings: tuple[str, ...]
    ids: tuple[str, ...]


def linkage_of(note: Note) -> Linkage:
    """Return the ends of the links of a note."""
    links = (*note.links, *note.embeds) if note.embeds else note.links
    said = [entry.reference.linkpath for entry in note.property_links]
    said += [link.linkpath for link in links]
    return Linkage(
        tuple(dict.fromkeys(said)),
        tuple(dict.fromkeys([(link.linkpath, link.subpath) for link in links if link.subpath])),
        tuple(dict.fromkeys([heading.text for heading in note.headings])),
        tuple(dict.fromkeys([block.id for block in note.blocks])),
    )
