"""What a text from a source becomes before it may stand elsewhere, and where its words end.

DESIGN §5.2: NFC, one line, without status emoji, inline fields, final tags, block id, comments of both
kinds; `<!--` and `-->` never come from a source.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TypeVar

from vaultkit.audit.words import STATUS_EMOJI
from vaultkit.markdown.note import Footnote, InlineField, ListItem, Note, Reference, Section, Tag
from vaultkit.text import Span, nfc, one_line, pattern

_Placed = TypeVar("_Placed", Footnote, InlineField, ListItem, Reference, Section, Tag)

_COMMENT = pattern(r"<!--.*?-->|%%.*?%%", re.DOTALL)
_LONE_COMMENT = pattern(r"<!--|-->|%%")
_STATUS = pattern(f"[{STATUS_EMOJI}][\ufe0e\ufe0f]?")
_ARROWS = pattern(r"^\s*(?:→|⟶|->|=>)\s*|\s*(?:→|⟶|->|=>)\s*$")
#: The dates that the Tasks plugin writes and reads at the end of a line.
_TASKS_DATE = pattern(r"[📅⏳🛫✅➕]\ufe0f?\s*\d{4}-\d{2}-\d{2}")
_FINAL_DATE = pattern(_TASKS_DATE.pattern + "$")
#: Without one of these signs a text has none of what `cleaned` takes out.
_SIGNS = pattern(f"[{STATUS_EMOJI}📅⏳🛫➕<>%→⟶^#]")
#: The last word of a line that is none of its words: a block id, a tag.
_TAIL = pattern(r"\^[A-Za-z0-9-]+|#[^\s#]*[^\s#\d][^\s#]*")


def clean(note: Note, span: Span) -> tuple[str, str]:
    """Return what a stretch says, cleaned for use elsewhere: without and with its status emoji."""
    pieces, at = [], span.start
    for hole in _holes(note, span):
        if hole.end > at:
            pieces.append(note.text[at : max(at, hole.start)])
            at = hole.end
    text = "".join((*pieces, note.text[at : span.end]))
    line = " ".join([line.lstrip(" \t>") for line in text.splitlines()])
    return cleaned(line), cleaned(line, status=True)


def _holes(note: Note, span: Span) -> list[Span]:
    """Return what in a stretch is none of its words: fields, comments, and marks of footnotes."""
    if not (note.fields or note.footnote_references or note.comments):
        return []
    return sorted(
        [
            *(field.span for field in inside(note.fields, span)),
            *(reference.span for reference in inside(note.footnote_references, span)),
            *comments_at(note, span),
        ]
    )


def inside(things: Sequence[_Placed], span: Span) -> Iterator[_Placed]:
    """Yield those of `things` (in text order) that lie inside `span`."""
    first = bisect_left(things, span.start, key=lambda thing: thing.span.start)
    for at in range(first, len(things)):
        if things[at].span.start >= span.end:
            return
        if things[at].span.end <= span.end:
            yield things[at]


def comments_at(note: Note, span: Span) -> Iterator[Span]:
    """Yield the comments that share a character with `span`."""
    first = bisect_left(note.comments, span.start, key=lambda comment: comment.end)
    for at in range(first, len(note.comments)):
        if note.comments[at].start >= span.end:
            return
        if note.comments[at].end > span.start:
            yield note.comments[at]


@lru_cache(maxsize=1 << 12)
def cleaned(text: str, status: bool = False) -> str:
    """Return a text from a source as it may stand elsewhere, with its status emoji or without."""
    if not _SIGNS.search(text):
        return one_line(nfc(text))
    text = _LONE_COMMENT.sub(" ", _COMMENT.sub(" ", _TASKS_DATE.sub(" ", text)))
    if not status:
        text = _STATUS.sub(" ", text)
    while (last := _last_word(text)) and _TAIL.fullmatch(last):
        text = text.rstrip()[: -len(last)]
    return one_line(nfc(text if status else _ARROWS.sub("", one_line(text))))


def _last_word(text: str) -> str:
    words = text.rsplit(None, 1)
    return words[-1] if words else ""


def words_end(note: Note, span: Span) -> int:
    """Return where the words of a stretch end: before its tags, block id, fields, dates and last emoji."""
    holes = {hole.end: hole for hole in _holes(note, span)}
    end = span.end
    while True:
        said = note.text[span.start : end].rstrip()
        end = span.start + len(said)
        last = _last_word(said)
        if end in holes and holes[end].start > span.start:
            end = holes[end].start
        elif len(last) < len(said) and (_TAIL.fullmatch(last) or _STATUS.fullmatch(last)):
            end -= len(last)
        elif dated := _FINAL_DATE.search(said, max(0, len(said) - 16)):
            end = span.start + dated.start()
        else:
            return end
