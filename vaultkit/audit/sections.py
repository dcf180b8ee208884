"""Where the sections of a note begin and end, which of them are ours, and what is never a source."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct

from vaultkit.audit.cleaning import clean
from vaultkit.audit.words import Horizon, Topic, horizon_of, topic_of
from vaultkit.markdown.note import Heading, Note, SectionType
from vaultkit.markdown.regions import generated_spans
from vaultkit.text import Span, fold, without_numbering

ITEM_TOPICS = (Topic.FINDINGS, Topic.RISKS, Topic.OPPORTUNITIES, Topic.ACTIONS)

#: The callouts that hold risks and opportunities, wherever they stand, by their style.
CALLOUT_TOPICS = {
    "danger": Topic.RISKS,
    "success": Topic.OPPORTUNITIES,
    "info": Topic.OPPORTUNITIES,
}


class Part(Struct, frozen=True):
    """A section of ours: the stretch below its heading."""

    topic: Topic
    span: Span
    heading: Heading


def section_ends(headings: Sequence[Heading], end: int) -> list[int]:
    """Return where the section of each heading ends: at the next of its level or above, else at `end`."""
    ends = [end] * len(headings)
    waiting: list[int] = []
    for at, heading in enumerate(headings):
        while waiting and headings[waiting[-1]].level >= heading.level:
            ends[waiting.pop()] = heading.span.start
        waiting.append(at)
    return ends


def parts_of(note: Note, span: Span) -> list[Part]:
    """Return the sections of ours inside `span`, in text order."""
    headings = [heading for heading in note.headings if span.holds(heading.span)]
    return [
        Part(topic, Span(heading.span.end, end), heading)
        for heading, end in zip(headings, section_ends(headings, span.end), strict=True)
        if (topic := topic_of(heading.text))
    ]


def sections_on(note: Note, topic: Topic) -> list[Part]:
    """Return the sections of a whole note that hold this topic."""
    return [part for part in parts_of(note, Span(0, len(note.text))) if part.topic is topic]


def domain_sections(synthesis: Note) -> Iterator[tuple[Heading, Span]]:
    """Yield the headings of a synthesis that name a domain: a section of ours stands right below them.

    A heading that has such headings below it (the title of the note) is none, nor is the title itself.
    """
    closed = generated_spans(synthesis)
    headings = [h for h in synthesis.headings if not any(s.holds(h.span) for s in closed)]
    ends = section_ends(headings, len(synthesis.text))
    titles = {fold(synthesis.name), fold(str(synthesis.properties.get("title") or ""))}
    found = [
        (heading, Span(heading.span.end, ends[at]))
        for at, heading in enumerate(headings)
        if topic_of(heading.text) is None
        and any(topic_of(below.text) in ITEM_TOPICS for below in _direct(headings, at, ends[at]))
        and fold(without_numbering(heading.text)) not in titles
    ]
    inner = {heading.span.start for heading, _ in found}
    for heading, span in found:
        if not any(span.start <= start < span.end for start in inner):
            yield heading, span


def _direct(headings: Sequence[Heading], at: int, end: int) -> Iterator[Heading]:
    """Yield the headings right below the one at `at`: none of them has another of them above it."""
    top = 7
    for below in range(at + 1, len(headings)):
        if headings[below].span.start >= end:
            return
        if headings[below].level <= top:
            top = headings[below].level
            yield headings[below]


def part_at(parts: Sequence[Part], place: Span) -> Part | None:
    """Return the innermost of these sections (in text order) that holds a place."""
    at = bisect_right(parts, place.start, key=lambda part: part.span.start)
    return next((parts[i] for i in range(at - 1, -1, -1) if parts[i].span.holds(place)), None)


def topic_at(note: Note, parts: Sequence[Part], place: Span, callout: int | None) -> Topic | None:
    """Return what stands at a place: by its heading, else by its callout's title or type.

    `[!info]` with a title of its own words is a remark, no opportunity.
    """
    if inner := part_at(parts, place):
        return inner.topic if inner.topic in ITEM_TOPICS else None
    if callout is None:
        return None
    box = note.callouts[callout]
    if box.title and (titled := topic_of(box.title)):
        return titled if titled in ITEM_TOPICS else None
    return None if box.title and box.type == "info" else CALLOUT_TOPICS.get(box.style)


def horizon_marks(note: Note, part: Part) -> list[tuple[int, Horizon | None]]:
    """Return from where in a section which horizon holds: below a heading, or a line that says only that."""
    marks: list[tuple[int, Horizon | None]] = []
    trail: list[tuple[int, Horizon | None]] = []
    for heading in note.headings:
        if part.span.holds(heading.span):
            while trail and trail[-1][0] >= heading.level:
                trail.pop()
            named = horizon_of(heading.text) or (trail[-1][1] if trail else None)
            trail.append((heading.level, named))
            marks.append((heading.span.start, named))
    for section in note.sections:
        if section.type is SectionType.PARAGRAPH and part.span.holds(section.span):
            line = Span(section.span.start, section.span.start + section.span.of(note.text).find("\n"))
            said = clean(note, line if line.end > line.start else section.span)[0].strip("*_: ")
            if named := horizon_of(said):
                marks.append((section.span.start, named))
    return sorted(marks, key=lambda mark: mark[0])
