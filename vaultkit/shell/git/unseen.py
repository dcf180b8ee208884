"""Whether a change of a note can matter to any other: most change prose, of which only the note itself tells.

Other notes lead to its headings and blocks, gather its items, and compare its names and values. A sentence of a
paragraph that nobody gathers is none of these: where only such sentences differ, what is said of all other notes, and
what their regions say, is what it was.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache

from vaultkit.audit.extract import domain_note
from vaultkit.audit.gathering import is_ours
from vaultkit.audit.mission import DOMAIN, SYNTHESIS, category_of, is_draft
from vaultkit.markdown.marks import HOLDS_QUERY, HOLDS_TEMPLATE
from vaultkit.markdown.note import Note, SectionType
from vaultkit.rules.rule import Look
from vaultkit.rules.secrets import values
from vaultkit.rules.traits import MERGE, NUMBER, PASSWORD, traits_of
from vaultkit.vault.index import VaultIndex

#: What of an item is its place.
_PLACES = frozenset(("span", "label_span", "text_span"))
_HOLDS_ANSWERS = HOLDS_QUERY | HOLDS_TEMPLATE


def is_unseen(before: Note, now: Note) -> bool:
    """Whether others read of a note what they read before, but for how names are spelled in it.

    That is never said of a synthesis, nor of a note with a region that can hold an answer about any note.
    """
    if before == now:
        return True
    if before.readonly or now.readonly or (before.marks | now.marks) & _HOLDS_ANSWERS:
        return False
    if before.text[: before.body_start] != now.text[: now.body_start] or category_of(now) == SYNTHESIS:
        return False
    return _told(before) == _told(now)


@lru_cache(maxsize=128)
def _told(note: Note) -> tuple[object, ...]:
    """Return what others can read of the text below the properties, without places."""
    held, ours = traits_of(note), is_ours(note)
    return (
        held & MERGE,
        _secrets(note) if held & (PASSWORD | NUMBER) else [],
        list(_blocks(note)),
        is_draft(note) if ours else False,
        list(_gathered(note)) if ours and category_of(note) == DOMAIN else [],
    )


def _secrets(note: Note) -> list[str]:
    alone = Look(VaultIndex.of(()), ())
    return [place.of(note.text) for place in values(note, alone)]


def _blocks(note: Note) -> Iterator[tuple[object, ...]]:
    """Yield the blocks of a note in text order: of a paragraph what stands in it beside words, if anything does."""
    parts = sorted(_inline(note))
    for section in note.sections:
        span = section.span
        if section.type is not SectionType.PARAGRAPH or section.id is not None:
            yield section.type, section.id, span.of(note.text)
            continue
        first, last = bisect_left(parts, (span.start,)), bisect_right(parts, (span.end,))
        if first < last:
            yield section.type, *((number, said) for _, number, said in parts[first:last])


def _inline(note: Note) -> Iterator[tuple[int, int, str]]:
    """Yield where links, tags and the like stand in a note, of which sort they are, and what they say."""
    places = (
        [one.span for one in note.links],
        [one.span for one in note.embeds],
        [one.span for one in note.tags],
        [one.span for one in note.fields],
        [one.span for one in (*note.footnotes, *note.footnote_references)],
        [one.span for one in note.reference_links],
        note.code,
        note.math,
        note.comments,
    )
    for number, spans in enumerate(places):
        yield from ((span.start, number, span.of(note.text)) for span in spans)


def _gathered(note: Note) -> Iterator[object]:
    """Yield what a mission gathers from a domain note."""
    said = domain_note(note)
    yield said.label, said.short, said.order, said.priority, said.priority_said
    yield [(topic, wording.text) for topic, wording in said.wordings.items()]
    for item in said.items:
        yield item.span.of(note.text)
        yield [getattr(item, name) for name in item.__struct_fields__ if name not in _PLACES]
