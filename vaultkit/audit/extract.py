"""A note's text becomes findings, risks, opportunities and actions: words first, fields second.

DESIGN §5.4: sections are found by folded heading and synonym at any level; status is read from the
emoji, kind from the heading or the callout; what stands in a generated region is never a source.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from vaultkit.audit.actions import AFTER_LABEL, BOLD_LEAD, PLAIN_LEAD, horizon_lead, opening, read_action
from vaultkit.audit.cleaning import clean, cleaned, comments_at, inside
from vaultkit.audit.follow_up import followed
from vaultkit.audit.model import Action, DomainNote, Item, Wording
from vaultkit.audit.sections import (
    ITEM_TOPICS,
    domain_sections,
    horizon_marks,
    part_at,
    parts_of,
    topic_at,
)
from vaultkit.audit.words import (
    Horizon,
    Topic,
    brief_topic_of,
    horizon_of,
    priority_of,
    short_label,
    status_of,
    topic_of,
)
from vaultkit.markdown.note import Note, PropertyValue, SectionType
from vaultkit.markdown.regions import generated_spans
from vaultkit.text import Span, fold, leading_emoji, nfc, pattern, unaccented, without_numbering

#: The second spelling of a recap cell, as property or inline field.
WORDING_KEYS = {
    Topic.FINDINGS: "constat_cle",
    Topic.RISKS: "risque_cle",
    Topic.OPPORTUNITIES: "opportunite_cle",
}

_MARKUP = pattern(r"\*\*|__|==|~~")


# ------------------------------------------------------------------------------------ a note


def domain_note(note: Note) -> DomainNote:
    """Return what a domain note says."""
    label = _label(note)
    short = _said(note, "domaine_court") or short_label(label)
    order = _number(note.properties.get(property_key(note, "ordre")))
    return _Reader(note, Span(note.body_start, len(note.text))).domain(
        label, short, order, _said(note, "priorite")
    )


def own_sections(synthesis: Note) -> tuple[DomainNote, ...]:
    """Return the domain sections of a synthesis; their order is their number, from 1."""
    found: list[DomainNote] = []
    for heading, span in domain_sections(synthesis):
        label = cleaned(_MARKUP.sub("", without_numbering(heading.text)), status=True)
        reader = _Reader(synthesis, span, heading.span)
        found.append(reader.domain(label, short_label(label), float(len(found) + 1), ""))
    return tuple(found)


def brief_slots(note: Note) -> dict[Topic, int]:
    """Return the places where the words of the empty entries of an En bref list go: `- **Constat** :`."""
    reader = _Reader(note, Span(note.body_start, len(note.text)))
    slots: dict[Topic, int] = {}
    for at, item in enumerate(note.list_items):
        if reader.is_brief(item.span) and (entry := reader.brief_entry(at)) and not entry[1]:
            slots.setdefault(entry[0], item.content.start + len(item.content.of(note.text).rstrip()))
    return slots


def property_key(note: Note, key: str) -> str:
    """Return the property that `key` means as it is spelled in the note (`Priorité`), else `key`."""
    if key in note.properties:
        return key
    return next((k for k in note.properties if plain_key(k) == key), key)


@lru_cache(maxsize=1 << 12)
def plain_key(key: str) -> str:
    """Return the key that a spelling means: `Constat clé` gives `constat_cle`."""
    return unaccented(key).strip().replace(" ", "_").replace("-", "_")


def _label(note: Note) -> str:
    """Return the long label: `domaine`, the H1, `title`, the file name; an emoji of the H1 is lent."""
    first = next((h for h in note.headings if h.level == 1), None)
    heading = cleaned(_MARKUP.sub("", without_numbering(first.text)), status=True) if first else ""
    for said in (_said(note, "domaine"), heading, _said(note, "title")):
        if said and not topic_of(said):
            lent = leading_emoji(heading)
            return (
                f"{lent} {said}" if lent and not leading_emoji(said) and fold(said) == fold(heading) else said
            )
    return nfc(note.name)


def _said(note: Note, key: str) -> str:
    """Return a property, else an inline field, as one line of text; empty where nobody said it."""
    if said := cleaned(_plain(note.properties.get(property_key(note, key))), status=True):
        return said
    fields = [field for field in note.fields if unaccented(field.key) == key]
    closed = generated_spans(note) if fields else ()
    open_fields = (field for field in fields if not any(c.holds(field.span) for c in closed))
    return next((cleaned(field.value, status=True) for field in open_fields), "")


def _plain(value: PropertyValue) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "" if value is None or isinstance(value, dict) else str(value)


def _number(value: PropertyValue) -> float | None:
    try:
        return None if isinstance(value, bool) or value is None else float(_plain(value).replace(",", "."))
    except ValueError:
        return None


# ------------------------------------------------------------------------------------- items


class _Reader:
    """Reads one stretch of a note: all of it, or one domain section of a synthesis."""

    def __init__(self, note: Note, span: Span, heading: Span | None = None) -> None:
        self.note, self.span, self.heading = note, span, heading
        self.closed = generated_spans(note)
        self.parts = parts_of(note, span)
        self.briefs = [part.span for part in self.parts if part.topic is Topic.BRIEF]
        self.briefs += [box.span for box in note.callouts if box.title and topic_of(box.title) is Topic.BRIEF]
        self.parents = {item.parent for item in note.list_items}
        self.horizons = {
            part.span: horizon_marks(note, part) for part in self.parts if part.topic is Topic.ACTIONS
        }

    def domain(self, label: str, short: str, order: float | None, priority: str) -> DomainNote:
        """Return what the stretch says of the domain with these labels."""
        items = list(self.items())

        def of(topic: Topic) -> tuple[Item, ...]:
            return tuple(item for item in items if item.topic is topic)

        return DomainNote(
            self.note.path,
            label,
            short,
            order,
            priority_of(priority),
            priority,
            self.wordings(),
            of(Topic.FINDINGS),
            of(Topic.RISKS),
            of(Topic.OPPORTUNITIES),
            tuple(item for item in items if isinstance(item, Action)),
            self.heading,
            self.span if self.heading else None,
        )

    def free(self, place: Span) -> bool:
        """Whether a place is read: inside the stretch, in no region and no comment."""
        if not self.span.holds(place):
            return False
        closed = (*self.closed, *comments_at(self.note, place)) if self.note.comments else self.closed
        return not any(one.holds(place) for one in closed)

    def items(self) -> Iterator[Item]:
        """Yield the items in text order: list items, else the paragraphs of a section or callout."""
        found: list[Item] = []
        for at, item in enumerate(self.note.list_items):
            if self.free(item.span) and (topic := topic_at(self.note, self.parts, item.span, item.callout)):
                found += self.list_item(at, topic)
        spoken = sorted(item.span for item in found)
        for place, topic in [*self.boxed(spoken), *self.paragraphs(spoken)]:
            if self.free(place):
                found += self.item(place, topic)
        yield from sorted((item for item in found if item.text), key=lambda item: item.span)

    def list_item(self, at: int, topic: Topic) -> list[Item]:
        """Return what a list item says: nothing where it stands below another, or announces those below it."""
        item = self.note.list_items[at]
        horizon: Horizon | None = None
        if item.parent is not None:
            if not self.announces(item.parent, topic):
                return []
            horizon = self.announced(item.parent)
        return [] if self.announces(at, topic) else self.item(item.content, topic, horizon, item.task)

    def announces(self, at: int, topic: Topic) -> bool:
        """Whether a list item only announces those below it: `- **Court terme**`, `- Postes de travail :`."""
        item = self.note.list_items[at]
        if item.parent is not None and not self.announces(item.parent, topic):
            return False
        said = clean(self.note, item.content)[0]
        if topic is Topic.ACTIONS and horizon_of(said.strip("*_: ")):
            return True
        return at in self.parents and said.strip("*_ ").endswith(":")

    def announced(self, at: int | None) -> Horizon | None:
        """Return the horizon that an announcing item, or one above it, names."""
        while at is not None:
            item = self.note.list_items[at]
            said = clean(self.note, item.content)[0]
            if horizon := horizon_of(said.strip("*_: ")) or horizon_lead(said)[1]:
                return horizon
            at = item.parent
        return None

    def item(
        self, place: Span, topic: Topic, horizon: Horizon | None = None, task: str | None = None
    ) -> list[Item]:
        """Return the item at a place, none where it says nothing."""
        if topic is Topic.ACTIONS:
            action = read_action(self.note, place, horizon or self.horizon_at(place), task)
            return [action] if action else []
        raw = place.of(self.note.text)
        text, shown, tracking = followed(self.note, place, raw, clean(self.note, place), task)
        return [Item(topic, text, shown, status_of(raw), self.note.path, place, tracking)]

    def horizon_at(self, place: Span) -> Horizon | None:
        """Return the horizon that the headings and lines above a place give it."""
        part = part_at(self.parts, place)
        marks = self.horizons.get(part.span, []) if part else []
        at = bisect_right(marks, place.start, key=lambda mark: mark[0])
        return marks[at - 1][1] if at else None

    # ------------------------------------------------------------------- words without a list

    def boxed(self, spoken: Sequence[Span]) -> Iterator[tuple[Span, Topic]]:
        """Yield the paragraphs of callouts that hold no list; the title of one that holds nothing else."""
        for index, box in enumerate(self.note.callouts):
            topic = topic_at(self.note, self.parts, box.span, index)
            inner = any(other.parent == index for other in self.note.callouts)
            if topic is None or inner or not self.span.holds(box.span) or _any_inside(spoken, box.span):
                continue
            paragraphs = list(_quoted_paragraphs(self.note, box.body))
            if not paragraphs and box.title and topic_of(box.title) is None:
                start = self.note.text.index(box.title, box.span.start)
                paragraphs = [Span(start, start + len(box.title))]
            yield from ((place, topic) for place in paragraphs)

    def paragraphs(self, spoken: Sequence[Span]) -> Iterator[tuple[Span, Topic]]:
        """Yield the paragraphs of sections that hold no list; of actions each line that has a horizon."""
        boxes = [box.span for box in self.note.callouts]
        for part, following in pairwise((*self.parts, None)):
            if part is None or part.topic not in ITEM_TOPICS:
                continue
            end = min(part.span.end, following.heading.span.start) if following else part.span.end
            own = Span(part.span.start, max(part.span.start, end))
            if _any_inside(spoken, own) or _any_inside(boxes, own):
                continue
            for section in inside(self.note.sections, own):
                if section.type is SectionType.PARAGRAPH:
                    if part.topic is Topic.ACTIONS:
                        yield from ((line, part.topic) for line in self.action_lines(section.span))
                    else:
                        yield section.span, part.topic

    def action_lines(self, paragraph: Span) -> Iterator[Span]:
        """Yield the lines of a paragraph that are actions: below a horizon, or with its label before them."""
        at = paragraph.start
        for line in paragraph.of(self.note.text).splitlines(keepends=True):
            said = line.strip()
            place = Span(at, at + len(line.rstrip()))
            alone = horizon_of(cleaned(said).strip("*_: "))
            if said and not alone and (horizon_lead(said)[1] or self.horizon_at(place)):
                yield place
            at += len(line)

    # -------------------------------------------------------------------------------- wordings

    def wordings(self) -> dict[Topic, Wording]:
        """Return the recap cells that a note words itself: `constat_cle` … first, then the En bref list.

        A section of a synthesis has no properties: there only the list counts.
        """
        found = self.brief()
        for topic, key in WORDING_KEYS.items() if self.heading is None else ():
            front = self.note.frontmatter
            entry = front.properties.get(property_key(self.note, key)) if front else None
            if entry is not None and (said := cleaned(_plain(entry.value))):
                found[topic] = Wording(said, entry.value_span)
                continue
            for field in self.note.fields:
                if unaccented(field.key) == key and self.free(field.span) and (said := cleaned(field.value)):
                    found[topic] = Wording(said, field.value_span)
                    break
        return found

    def brief(self) -> dict[Topic, Wording]:
        """Return what the En bref list says; several entries of one label are joined."""
        said: dict[Topic, list[tuple[str, Span]]] = {}
        for at, item in enumerate(self.note.list_items):
            if self.is_brief(item.span) and (entry := self.brief_entry(at)):
                topic, places = entry
                words = ((clean(self.note, place)[0], place) for place in places)
                said.setdefault(topic, []).extend((text, place) for text, place in words if text)
        return {
            topic: Wording(
                " ; ".join(text for text, _ in entries), entries[0][1] if len(entries) == 1 else None
            )
            for topic, entries in said.items()
            if entries
        }

    def is_brief(self, place: Span) -> bool:
        """Whether a place belongs to an En bref section, or to a callout of that title."""
        return any(span.holds(place) for span in self.briefs) and self.free(place)

    def brief_entry(self, at: int) -> tuple[Topic, list[Span]] | None:
        """Return the cell that an entry of the En bref list fills, and the places of its words."""
        item = self.note.list_items[at]
        text = item.content.of(self.note.text)
        start = opening(text)
        lead = BOLD_LEAD.match(text, start) or PLAIN_LEAD.match(text, start)
        bare = text.strip(" *_:\t\r\n")
        topic = brief_topic_of(lead["words"].strip(" :") if lead else bare)
        if topic is None:
            return None
        after = AFTER_LABEL.match(text, lead.end()) if lead else None
        end = after.end() if after else len(text)
        if text[end:].strip():
            return topic, [Span(item.content.start + end, item.content.end)]
        return topic, [other.content for other in self.note.list_items if other.parent == at]


def _any_inside(places: Sequence[Span], span: Span) -> bool:
    """Whether one of these places (sorted) lies inside `span`."""
    for at in range(bisect_left(places, span.start, key=lambda place: place.start), len(places)):
        if places[at].start >= span.end:
            break
        if places[at].end <= span.end:
            return True
    return False


def _quoted_paragraphs(note: Note, body: Span) -> Iterator[Span]:
    """Yield the stretches of a callout's body that blank quote lines part."""
    start = None
    at = body.start
    for line in body.of(note.text).splitlines(keepends=True):
        if line.strip(" \t>\r\n"):
            start = at if start is None else start
            stop = at + len(line.rstrip("\r\n"))
        elif start is not None:
            yield Span(start, stop)
            start = None
        at += len(line)
    if start is not None:
        yield Span(start, stop)
