"""What stands at a place of a text that is being typed: a link, a tag, a property, a query, or nothing of these.

The text is looked at line by line: half a link is no link yet, so the note does not know of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from vaultkit.markdown.leaves import TAG_NAME
from vaultkit.markdown.note import Note
from vaultkit.shell.language.completing.places import Place, QueryPlace, TagPlace
from vaultkit.shell.language.completing.queries import query_at
from vaultkit.shell.language.completing.typed_link import markdown_link_at, wikilink_at
from vaultkit.shell.language.completing.typed_property import property_place
from vaultkit.text import Span

_TAG = re.compile(rf"(?:^|(?<=[\s>|]))#((?:{TAG_NAME.pattern})?)$")
_TAG_END = re.compile(rf"(?:{TAG_NAME.pattern})?")
#: What closes a stretch that would else run on to the end of the text.
_CLOSED = re.compile(r"(?:`{3,}|~{3,})[ \t]*\r?\n?$|(?<!`)`+$|-->$|%%$|\$$")


def place_at(note: Note, at: int) -> Place | None:
    """Return what stands at an offset, None where nothing of ours does: in code, formulas and comments."""
    front = note.frontmatter
    if front and at < front.span.end:
        return property_place(note, at) if front.body.start <= at < front.body.end else None
    if query := query_at(note, at):
        offset = query.offset(at)
        return QueryPlace(query, offset or 0)
    if any(_is_inside(note.text, stretches, at) for stretches in (note.code, note.math, note.comments)):
        return None
    return _in_text(note.text, at)


def _in_text(text: str, at: int) -> Place | None:
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    end = len(text) if end < 0 else end
    if link := wikilink_at(text, start, at, end) or markdown_link_at(text, start, at, end):
        return link
    typed = _TAG.search(text[start:at])
    if typed is None:
        return None
    rest = _TAG_END.match(text, at, end)
    return TagPlace(typed[1], Span(start + typed.start(1), rest.end() if rest else at))


def _is_inside(text: str, stretches: Sequence[Span], at: int) -> bool:
    """Whether a place lies in one of the stretches, which are in order; at the end of one that is left open too."""
    before = bisect_right(stretches, at - 1, key=lambda span: span.start) - 1
    if before < 0 or at > stretches[before].end:
        return False
    span = stretches[before]
    goes_on = at == len(text) or text[at - 1] != "\n"
    return at < span.end or (goes_on and not _CLOSED.search(span.of(text)))
