"""Where in a note the part of a link after `#` leads: a heading and its section, a block, a footnote."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from vaultkit.markdown.note import Note
from vaultkit.markdown.outline import strip_heading
from vaultkit.text import Span, pattern

_NOT_IN_LINKS = pattern(r"%%|\[\[|\]\]|[:#|^\\\r\n]")
_BLANKS = pattern(r"\s+")


class SubpathType(StrEnum):
    """What a subpath can lead to, in the words of Obsidian's `SubpathResult`."""

    HEADING = "heading"
    BLOCK = "block"
    FOOTNOTE = "footnote"


class SubpathResult(Struct, frozen=True):
    """A place in a note: `span` is the heading or block, `section` all that an embed of it shows.

    A heading's section runs to the next heading of the same or a higher level.
    """

    type: SubpathType
    span: Span
    section: Span


def strip_heading_for_link(text: str) -> str:
    """Return a heading as a link says it: what would end the link is a blank (`stripHeadingForLink`)."""
    return _BLANKS.sub(" ", _NOT_IN_LINKS.sub(" ", text)).strip()


def resolve_subpath(note: Note, subpath: str) -> SubpathResult | None:
    """Return where `subpath` (with its `#`) leads in `note`, None if it names nothing there.

    `#A#B` is the heading B somewhere below the heading A; of several the first. `#^id` is a block,
    `#[^id]` a footnote; their case does not count.
    """
    said = subpath.removeprefix("#").strip()
    if said.startswith("^"):
        block = note.blocks_by_id.get(said[1:].lower())
        return SubpathResult(SubpathType.BLOCK, block.span, block.span) if block else None
    if said.startswith("[^") and said.endswith("]"):
        footnote = note.footnotes_by_id.get(said[2:-1].lower())
        return SubpathResult(SubpathType.FOOTNOTE, footnote.span, footnote.span) if footnote else None
    at = note.outline.find(part for part in map(strip_heading, said.split("#")) if part)
    if at is None:
        return None
    end = note.outline.ends[at]
    heading = note.headings[at].span
    stop = note.headings[end].span.start if end < len(note.headings) else len(note.text)
    return SubpathResult(SubpathType.HEADING, heading, Span(heading.start, stop))
