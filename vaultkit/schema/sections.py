"""A note's sections held against its schema: which there are, in which order, and what they hold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from vaultkit.audit.cleaning import inside
from vaultkit.audit.sections import section_ends
from vaultkit.audit.words import horizon_of, topic_of
from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note, SectionType
from vaultkit.schema.adds import added_sections
from vaultkit.schema.model import Breach, ContentKind, Schema, SectionSchema, Violation
from vaultkit.schema.words import either, shown
from vaultkit.text import Message, Span, fold, one_line

_KINDS = {
    ContentKind.LIST: Message("une liste", "a list"),
    ContentKind.CALLOUT: Message("un encadré (> [!…])", "a callout (> [!…])"),
    ContentKind.TABLE: Message("un tableau", "a table"),
    ContentKind.TEXT: Message("un texte", "text"),
}


@lru_cache(maxsize=1 << 14)
def heading_keys(heading: str) -> tuple[str, ...]:
    """Return the keys by which a heading compares: its topic where it is one of an audit, and its words."""
    topic = topic_of(heading)
    return (f"\0{topic}", fold(heading)) if topic else (fold(heading),)


def sections(schema: Schema, note: Note) -> Iterator[Violation]:
    """Yield in what the sections of a note break its schema."""
    keys = _keys(schema)
    found: dict[int, list[int]] = {}
    for at, heading in enumerate(note.headings):
        position = next((keys[key] for key in heading_keys(heading.text) if key in keys), None)
        if position is not None:
            found.setdefault(position, []).append(at)
    ends = section_ends(note.headings, len(note.text))
    yield from _missing(schema, note, found, ends)
    if schema.ordered:
        yield from _order(schema, note, found)
    for position, section in enumerate(schema.sections):
        if section.content or section.least:
            for at in found.get(position, ()):
                yield from _content(note, section, at, Span(note.headings[at].span.end, ends[at]))


def _keys(schema: Schema) -> Mapping[str, int]:
    """Return the position in the schema of each heading's keys; the first one that names it."""
    keys: dict[str, int] = {}
    for position, section in enumerate(schema.sections):
        for heading in section.headings:
            for key in heading_keys(heading):
                keys.setdefault(key, position)
    return keys


def _missing(
    schema: Schema, note: Note, found: Mapping[int, Sequence[int]], ends: Sequence[int]
) -> Iterator[Violation]:
    """Yield one finding for all sections that are not there: one cause, one message."""
    names = [s.headings[0] for at, s in enumerate(schema.sections) if s.required and at not in found]
    if not names:
        return
    listed_fr = ", ".join(f"«\u00a0{name}\u00a0»" for name in names)
    listed_en = ", ".join(f"'{name}'" for name in names)
    message = (
        Message(f"sections qui manquent\u00a0: {listed_fr}", f"missing sections: {listed_en}")
        if len(names) > 1
        else Message(f"la section {listed_fr} manque", f"the section {listed_en} is missing")
    )
    place = note.headings[0].span if note.headings else Span(note.body_start, note.body_start)
    hint = Message(
        "vaultkit check --add-missing écrit les titres", "vaultkit check --add-missing writes the headings"
    )
    adds = added_sections(note, schema.sections, found, ends)
    yield Violation(Breach.SECTION_MISSING, Finding(place, message, hint if adds else None, (), adds))


def _order(schema: Schema, note: Note, found: Mapping[int, Sequence[int]]) -> Iterator[Violation]:
    """Yield a finding for each section that stands behind one that should follow it."""
    firsts = sorted((many[0], position) for position, many in found.items())
    last, before = -1, -1
    for at, position in firsts:
        if position < last:
            name, other = (shown(one_line(note.headings[one].text)) for one in (at, before))
            message = Message(
                f"la section «\u00a0{name}\u00a0» doit venir avant «\u00a0{other}\u00a0»",
                f"the section '{name}' must come before '{other}'",
            )
            hint = Message("la déplacer plus haut", "move it up")
            yield Violation(Breach.SECTION_ORDER, Finding(note.headings[at].span, message, hint))
        else:
            last, before = position, at


def _content(note: Note, section: SectionSchema, at: int, span: Span) -> Iterator[Violation]:
    """Yield what is wrong with the content of one section."""
    heading, name, held = note.headings[at], section.headings[0], holdings(note, span)
    if section.content and held.total and not held.count(section.content):
        wanted = either([_KINDS[kind] for kind in section.content])
        message = Message(
            f"la section «\u00a0{name}\u00a0» doit contenir {wanted.fr}",
            f"the section '{name}' must hold {wanted.en}",
        )
        yield Violation(Breach.SECTION_CONTENT, Finding(heading.span, message))
        return
    there, least = held.count(section.content) if section.content else held.total, section.least
    if there < least:
        message = Message(
            f"la section «\u00a0{name}\u00a0» a besoin d’au moins {least} élément{'s' if least > 1 else ''}, "
            f"elle en a {there}",
            f"the section '{name}' needs at least {least} item{'s' if least > 1 else ''}, it has {there}",
        )
        yield Violation(Breach.SECTION_ITEMS, Finding(heading.span, message))


class Holdings(Struct, frozen=True):
    """How many items a section holds: in lists, in lists in callouts, callouts without, rows, paragraphs."""

    items: int
    boxed: int
    boxes: int
    rows: int
    paragraphs: int

    def count(self, kinds: Sequence[ContentKind]) -> int:
        """Return how many items of these kinds there are."""
        several = set(kinds)
        return (
            (self.items if ContentKind.LIST in several else 0)
            + (self.boxed if several & {ContentKind.LIST, ContentKind.CALLOUT} else 0)
            + (self.boxes if ContentKind.CALLOUT in several else 0)
            + (self.rows if ContentKind.TABLE in several else 0)
            + (self.paragraphs if ContentKind.TEXT in several else 0)
        )

    @property
    def total(self) -> int:
        """How many items there are; paragraphs count where there is nothing else."""
        return self.count((ContentKind.LIST, ContentKind.CALLOUT, ContentKind.TABLE)) or self.paragraphs


def holdings(note: Note, span: Span) -> Holdings:
    """Return what a stretch of a note holds.

    A list item that says nothing, or only announces others (`**Court terme** :`), does not count.
    """
    items = [item for item in inside(note.list_items, span) if _says(item.content.of(note.text))]
    filled = {item.callout for item in items}
    first = bisect_left(note.callouts, span.start, key=lambda box: box.span.start)
    last = bisect_left(note.callouts, span.end, key=lambda box: box.span.start)
    boxes = sum(
        at not in filled and bool(box.title or box.body.of(note.text).strip("> \t\r\n"))
        for at, box in enumerate(note.callouts[first:last], first)
    )
    blocks = list(inside(note.sections, span))
    tables = [block.span.of(note.text) for block in blocks if block.type is SectionType.TABLE]
    return Holdings(
        sum(item.callout is None for item in items),
        sum(item.callout is not None for item in items),
        boxes,
        sum(max(0, table.strip().count("\n") - 1) for table in tables),
        sum(block.type in (SectionType.PARAGRAPH, SectionType.BLOCKQUOTE) for block in blocks),
    )


def _says(text: str) -> bool:
    bare = text.strip(" \t\r\n*_")
    return bool(bare) and not bare.endswith(":") and horizon_of(bare.strip("*_: ")) is None
