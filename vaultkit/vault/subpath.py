"""Where in a note the part of a link after `#` leads: a heading and its section, a block, a footnote."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from vaultkit.markdown.note import Heading, Note
from vaultkit.text import Span, nfc

_NOT_COMPARED = re.compile(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\r\n]")
_NOT_IN_LINKS = re.compile(r"%%|\[\[|\]\]|[:#|^\\\r\n]")
_BLANKS = re.compile(r"\s+")


class SubpathType(StrEnum):
    """What a subpath can lead to, in the words of Obsidian's `SubpathResult`."""

    HEADING = "heading"
    BLOCK = "block"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class SubpathResult:
    """A place in a note: `span` is the heading or block, `section` all that an embed of it shows.

    A heading's section runs to the next heading of the same or a higher level.
    """

    type: SubpathType
    span: Span
    section: Span


def strip_heading(text: str) -> str:
    """Return a heading as headings compare: no punctuation, single blanks, no case (the app's `stripHeading`)."""
    return _BLANKS.sub(" ", _NOT_COMPARED.sub(" ", nfc(text))).strip().casefold()


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
        wanted = said[1:].lower()
        block = next((block for block in note.blocks if block.id == wanted), None)
        return SubpathResult(SubpathType.BLOCK, block.span, block.span) if block else None
    if said.startswith("[^") and said.endswith("]"):
        wanted = said[2:-1].lower()
        footnote = next((one for one in note.footnotes if one.id.lower() == wanted), None)
        return SubpathResult(SubpathType.FOOTNOTE, footnote.span, footnote.span) if footnote else None
    chain = [part for part in map(strip_heading, said.split("#")) if part]
    at = _below(note.headings, chain, 0, 0) if chain else None
    if at is None:
        return None
    heading = note.headings[at]
    following = next((h for h in note.headings[at + 1 :] if h.level <= heading.level), None)
    end = following.span.start if following else len(note.text)
    return SubpathResult(SubpathType.HEADING, heading.span, Span(heading.span.start, end))


def _below(headings: tuple[Heading, ...], chain: list[str], start: int, above: int) -> int | None:
    """Return the position of the heading that the chain ends at, searched below level `above`."""
    for at in range(start, len(headings)):
        heading = headings[at]
        if heading.level <= above:
            return None
        if strip_heading(heading.text) != chain[0]:
            continue
        if len(chain) == 1:
            return at
        found = _below(headings, chain[1:], at + 1, heading.level)
        if found is not None:
            return found
    return None
