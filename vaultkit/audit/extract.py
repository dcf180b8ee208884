"""A note's text becomes findings, risks, opportunities and actions: words first, fields second.

DESIGN §5.4: sections are found by folded heading and synonym at any level; status is read from the
emoji, kind from the heading or the callout; what stands in a generated region is never a source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from vaultkit.audit.model import Action, DomainNote, Item, Wording
from vaultkit.audit.words import (
    STATUS_EMOJI,
    Horizon,
    Priority,
    Topic,
    brief_topic_of,
    horizon_of,
    priority_of,
    short_label,
    status_of,
    topic_of,
)
from vaultkit.markdown.note import Heading, ListItem, Note, PropertyValue, SectionType
from vaultkit.markdown.regions import find_regions, foreign_regions
from vaultkit.text import EMOJI, Span, fold, leading_emoji, nfc, unaccented, without_numbering
from vaultkit.values import parse_date, parse_money

ITEM_TOPICS = (Topic.FINDINGS, Topic.RISKS, Topic.OPPORTUNITIES, Topic.ACTIONS)

#: The second spelling of a recap cell, as property or inline field.
WORDING_KEYS = {
    Topic.FINDINGS: "constat_cle",
    Topic.RISKS: "risque_cle",
    Topic.OPPORTUNITIES: "opportunite_cle",
}

#: The callouts that hold risks and opportunities, wherever they stand.
CALLOUT_TOPICS = {
    "danger": Topic.RISKS,
    "error": Topic.RISKS,
    "success": Topic.OPPORTUNITIES,
    "check": Topic.OPPORTUNITIES,
    "done": Topic.OPPORTUNITIES,
    "info": Topic.OPPORTUNITIES,
}

_COMMENT = re.compile(r"<!--.*?-->|%%.*?%%", re.DOTALL)
_LONE_COMMENT = re.compile(r"<!--|-->|%%")
_BLOCK_ID = re.compile(r"(?:^|\s)\^[A-Za-z0-9-]+\s*$")
_FINAL_TAGS = re.compile(r"(?:(?:^|\s+)#[^\s#]*[^\s#\d][^\s#]*)+\s*$")
_STATUS = re.compile(f"[{STATUS_EMOJI}][\ufe0e\ufe0f]?")
_ARROWS = re.compile(r"^\s*(?:→|⟶|->|=>)\s*|\s*(?:→|⟶|->|=>)\s*$")
_BOLD_LEAD = re.compile(r"(?P<mark>\*\*|__)(?P<words>(?:(?!(?P=mark)).)+)(?P=mark)")
_AFTER_LABEL = re.compile(r"\s*(?:[:–—-]\s+|:\s*$)?")
_PLAIN_LEAD = re.compile(r"(?P<words>[^\W\d_][^:*\[\]()]{2,30}?)\s*:\s+")
_FINAL_PAREN = re.compile(r"\s*\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\)\s*[.;]?\s*$")
_LEFT_OUT = re.compile(r"hors (?:de la )?feuille de route|not on (?:the )?roadmap|off roadmap|nicht im fahrplan")
_OWNER = re.compile(r"(?:resp(?:onsable)?\.?|owner|verantw(?:ortlich)?\.?)\s*:?\s*(?P<who>[^,;()]+)", re.IGNORECASE)
_REMARK = re.compile(
    r"\b(?:resp|responsable|owner|verantw|verantwortlich|delai|echeance|due|frist|chf|eur|usd)\b|€|hors (?:de la )?"
    r"feuille de route|not on (?:the )?roadmap|off roadmap|nicht im fahrplan"
)
_TASKS_DATE = re.compile(r"\s*[📅⏳🛫✅➕]\ufe0f?\s*\d{4}-\d{2}-\d{2}")
_NO = ("non", "no", "nein", "false", "0")


@dataclass(frozen=True, slots=True)
class _Part:
    """A stretch of a note under a heading of ours."""

    topic: Topic
    span: Span
    heading: Heading


def opaque(note: Note) -> tuple[Span, ...]:
    """Return the stretches that are never a source: our regions and those of other tools."""
    return (*(Span(r.begin.start, r.end.end) for r in find_regions(note).regions), *foreign_regions(note.text))


def clean(note: Note, span: Span) -> tuple[str, str]:
    """Return what a stretch says, cleaned for use elsewhere: without and with its status emoji."""
    cut = [field.span for field in note.fields if span.holds(field.span)]
    pieces, at = [], span.start
    for hole in sorted(cut):
        if hole.start >= at:
            pieces.append(note.text[at : hole.start])
            at = hole.end
    text = "".join((*pieces, note.text[at : span.end]))
    lines = [re.sub(r"^[ \t>]+", "", line) for line in text.splitlines()]
    return cleaned(" ".join(lines)), cleaned(" ".join(lines), status=True)


def cleaned(text: str, status: bool = False) -> str:
    """Return a text from a source as it may stand elsewhere, with its status emoji or without."""
    text = _LONE_COMMENT.sub(" ", _COMMENT.sub(" ", text))
    text = _TASKS_DATE.sub("", text)
    before = None
    while before != text:
        before = text
        text = _FINAL_TAGS.sub("", _BLOCK_ID.sub("", text))
    if not status:
        text = _STATUS.sub(" ", text)
        text = _ARROWS.sub("", " ".join(text.split()))
    return " ".join(nfc(text).split())


# ------------------------------------------------------------------------------------ a note


def domain_note(note: Note) -> DomainNote:
    """Return what a domain note says."""
    label = _label(note)
    start, end = note.body_start, len(note.text)
    properties = note.properties
    short = _said(note, "domaine_court")
    said = _said(note, "priorite")
    return _domain(note, Span(start, end), label, short or short_label(label), _number(properties.get("ordre")), said)


def own_sections(synthesis: Note) -> tuple[DomainNote, ...]:
    """Return the domain sections of a synthesis: headings with a section of ours right below them.

    Their order is their number, from 1.
    """
    found: list[DomainNote] = []
    closed = opaque(synthesis)
    headings = [h for h in synthesis.headings if not any(s.holds(h.span) for s in closed)]
    for at, heading in enumerate(headings):
        end = next((h.span.start for h in headings[at + 1 :] if h.level <= heading.level), len(synthesis.text))
        below = [h for h in headings[at + 1 :] if h.span.start < end]
        if topic_of(heading.text) or not any(topic_of(h.text) in ITEM_TOPICS for h in _direct(below)):
            continue
        label = nfc(without_numbering(heading.text)).strip()
        span = Span(heading.span.end, end)
        found.append(_domain(synthesis, span, label, short_label(label), float(len(found) + 1), "", heading.span))
    return tuple(found)


def _direct(headings: Sequence[Heading]) -> Iterator[Heading]:
    """Yield the headings that have no other heading of these above them."""
    top = 7
    for heading in headings:
        if heading.level <= top:
            top = heading.level
            yield heading


def _domain(
    note: Note, span: Span, label: str, short: str, order: float | None, said: str, heading: Span | None = None
) -> DomainNote:
    parts = _parts(note, span)
    items = list(_items(note, span, parts))
    wordings = _wordings(note, span, parts) if heading is None else _brief(note, parts)

    def of(topic: Topic) -> tuple[Item, ...]:
        return tuple(item for item in items if item.topic is topic)

    return DomainNote(
        note.path,
        label,
        short,
        order,
        priority_of(said),
        said,
        wordings,
        of(Topic.FINDINGS),
        of(Topic.RISKS),
        of(Topic.OPPORTUNITIES),
        tuple(item for item in items if isinstance(item, Action)),
        heading,
        span if heading else None,
    )


def _label(note: Note) -> str:
    """Return the long label: `domaine`, the H1, `title`, the file name; an emoji of the H1 is lent."""
    first = next((h for h in note.headings if h.level == 1), None)
    heading = cleaned(without_numbering(first.text), status=True) if first else ""
    for said in (_said(note, "domaine"), heading, _said(note, "title")):
        if said and not topic_of(said):
            lent = leading_emoji(heading)
            return f"{lent} {said}" if lent and not leading_emoji(said) and fold(said) == fold(heading) else said
    return note.name


def _said(note: Note, key: str) -> str:
    """Return a property, else an inline field, as one line of text; empty where nobody said it."""
    if (value := note.properties.get(key)) is not None:
        return cleaned(_plain(value), status=True)
    return next((cleaned(f.value, status=True) for f in note.fields if f.key == key and not _is_opaque(note, f.span)), "")


def _is_opaque(note: Note, span: Span) -> bool:
    return any(closed.holds(span) for closed in opaque(note)) if "vaultkit" in note.text else False


def _plain(value: PropertyValue) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "" if value is None or isinstance(value, dict) else str(value)


def _number(value: PropertyValue) -> float | None:
    if isinstance(value, str):
        try:
            return float(value.replace(",", "."))
        except ValueError:
            return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


# ----------------------------------------------------------------------------------- sections


def _parts(note: Note, span: Span) -> list[_Part]:
    """Return the sections of ours inside `span`; each runs to the next heading of its level or above."""
    headings = [h for h in note.headings if span.holds(h.span)]
    parts = []
    for at, heading in enumerate(headings):
        topic = topic_of(heading.text)
        if topic is None:
            continue
        end = next((h.span.start for h in headings[at + 1 :] if h.level <= heading.level), span.end)
        parts.append(_Part(topic, Span(heading.span.end, end), heading))
    return parts


def _items(note: Note, span: Span, parts: Sequence[_Part]) -> Iterator[Item]:
    """Yield the items of a stretch in text order: list items, else the paragraphs of a section or callout."""
    closed = opaque(note)

    def free(place: Span) -> bool:
        return span.holds(place) and not any(c.holds(place) for c in closed)

    found: list[Item] = []
    for at, item in enumerate(note.list_items):
        if free(item.span) and (topic := _topic_at(note, parts, item.span, item.callout)):
            found += _from_list_item(note, at, item, topic, parts)
    spoken = [item.span for item in found]
    for place, topic in _paragraphs(note, span, parts, spoken):
        if free(place):
            found.append(_item(note, place, topic, _horizon_at(parts, note, place)))
    yield from sorted((item for item in found if item.text), key=lambda item: item.span)


def _topic_at(note: Note, parts: Sequence[_Part], place: Span, callout: int | None) -> Topic | None:
    """Return what stands at a place: by its heading, else by its callout's title or type."""
    inner = [part for part in parts if part.span.holds(place)]
    if inner:
        topic = inner[-1].topic
        return topic if topic in ITEM_TOPICS else None
    if callout is None:
        return None
    box = note.callouts[callout]
    titled = topic_of(box.title) if box.title else None
    return titled if titled in ITEM_TOPICS else CALLOUT_TOPICS.get(box.type)


def _from_list_item(
    note: Note, at: int, item: ListItem, topic: Topic, parts: Sequence[_Part]
) -> Iterator[Item]:
    """Yield what a list item says: itself if it is a root item, or an action below a horizon."""
    if item.parent is None:
        if not (topic is Topic.ACTIONS and _only_horizon(note, item)):
            yield _item(note, item.content, topic, _horizon_at(parts, note, item.span), item.task)
    elif topic is Topic.ACTIONS:
        parent = note.list_items[item.parent]
        if parent.parent is None and (horizon := _only_horizon(note, parent)):
            yield _item(note, item.content, topic, horizon, item.task)


def _only_horizon(note: Note, item: ListItem) -> Horizon | None:
    """Return the horizon that a list item names, if it says nothing else."""
    said = clean(note, item.content)[0].strip("*_: ")
    return horizon_of(said)


def _horizon_at(parts: Sequence[_Part], note: Note, place: Span) -> Horizon | None:
    """Return the horizon of the innermost heading above a place, inside its section."""
    part = next((p for p in reversed(parts) if p.span.holds(place)), None)
    if part is None:
        return None
    above = [h for h in note.headings if part.span.start <= h.span.start < place.start]
    return horizon_of(above[-1].text) if above else None


def _paragraphs(
    note: Note, span: Span, parts: Sequence[_Part], spoken: Sequence[Span]
) -> Iterator[tuple[Span, Topic]]:
    """Yield the paragraphs that are items: where a section, or a callout, has no list."""
    for index, box in enumerate(note.callouts):
        topic = _topic_at(note, parts, box.span, index)
        inner = any(other.parent == index for other in note.callouts)
        if topic and span.holds(box.span) and not inner and not any(box.span.holds(s) for s in spoken):
            yield from ((place, topic) for place in _quoted_paragraphs(note, box.body))
    for part, following in pairwise((*parts, None)):
        if part is None or part.topic not in (Topic.FINDINGS, Topic.RISKS, Topic.OPPORTUNITIES):
            continue
        end = min(part.span.end, following.heading.span.start) if following else part.span.end
        own = Span(part.span.start, max(part.span.start, end))
        if any(own.holds(s) for s in spoken) or any(own.holds(box.span) for box in note.callouts):
            continue
        for section in note.sections:
            if section.type is SectionType.PARAGRAPH and own.holds(section.span):
                yield section.span, part.topic


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


# -------------------------------------------------------------------------------------- items


def _item(note: Note, place: Span, topic: Topic, horizon: Horizon | None = None, task: str | None = None) -> Item:
    text, shown = clean(note, place)
    status = status_of(place.of(note.text))
    if topic is not Topic.ACTIONS:
        return Item(topic, text, shown, status, note.path, place)
    return _action(note, place, shown, status, horizon, task)


def _action(
    note: Note, place: Span, shown: str, status: object, horizon: Horizon | None, task: str | None
) -> Action:
    """Read an action: `**Horizon** : **label** – description (resp. X, délai 01.10.2025)`."""
    text = place.of(note.text)
    offset, named = _horizon_lead(text)
    fields = {f.key.casefold(): f for f in note.fields if place.holds(f.span)}
    if said := fields.get("horizon"):
        named = horizon_of(said.value) or named
    body = clean(note, Span(place.start + offset, place.end))[0]
    words, remarks = _without_remarks(body)
    bold = _BOLD_LEAD.match(text, offset + _blanks(text, offset))
    label, label_span = _label_of(words), None
    description = words
    if bold:
        label = cleaned(bold["words"]).strip(" :–-")
        label_span = Span(place.start + bold.start("words"), place.start + bold.end("words"))
        rest = _BOLD_LEAD.match(words)
        description = words[rest.end() :].lstrip(" :–—-") if rest else words
    if field := fields.get("libelle"):
        label, label_span = cleaned(field.value), field.value_span
    notes = " ; ".join(remarks)
    owner = _OWNER.search(notes)
    due = fields.get("echeance") or fields.get("delai") or fields.get("due")
    cost = fields.get("cout") or fields.get("cost")
    task_date = re.search(r"📅\ufe0f?\s*(\d{4}-\d{2}-\d{2})", text)
    return Action(
        Topic.ACTIONS,
        body,
        shown,
        status_of(text),
        note.path,
        place,
        named or horizon,
        label,
        description or words,
        not _left_out(fields["roadmap"].value if "roadmap" in fields else "", notes),
        task in ("x", "X"),
        (fields["responsable"].value if "responsable" in fields else owner["who"].strip() if owner else ""),
        parse_date(due.value) if due else parse_date(task_date[1] if task_date else notes),
        parse_money(cost.value if cost else notes),
        label_span,
        Span(place.start + offset + _blanks(text, offset), place.end),
    )


def _blanks(text: str, at: int) -> int:
    return len(text) - at - len(text[at:].lstrip())


def _horizon_lead(text: str) -> tuple[int, Horizon | None]:
    """Return where the text begins behind a leading horizon label, and that horizon."""
    start = len(text) - len(re.sub(f"^[\\s{EMOJI}]+", "", text))
    for pattern in (_BOLD_LEAD, _PLAIN_LEAD):
        found = pattern.match(text, start)
        if found and (horizon := horizon_of(found["words"].strip(" :"))):
            after = _AFTER_LABEL.match(text, found.end())
            return (after.end() if after else found.end()), horizon
    return start, None


def _without_remarks(text: str) -> tuple[str, list[str]]:
    """Part an action's text from the parentheses at its end that speak of owner, date, cost or roadmap."""
    remarks: list[str] = []
    while found := _FINAL_PAREN.search(text):
        if not _REMARK.search(unaccented(found["inside"])):
            break
        remarks.insert(0, found["inside"])
        text = text[: found.start()]
    return text, remarks


def _label_of(words: str) -> str:
    """Return the label that an action's text gives: all of it up to a final parenthesis."""
    found = _FINAL_PAREN.search(words)
    return (words[: found.start()] if found and found.start() else words).strip().rstrip(".").rstrip()


def _left_out(field: str, remarks: str) -> bool:
    return unaccented(field.strip()) in _NO or bool(_LEFT_OUT.search(unaccented(remarks)))


# ------------------------------------------------------------------------------------ wordings


def _wordings(note: Note, span: Span, parts: Sequence[_Part]) -> dict[Topic, Wording]:
    """Return the recap cells that a note words itself: `constat_cle` … first, then the En bref list."""
    found = _brief(note, parts)
    for topic, key in WORDING_KEYS.items():
        entry = note.frontmatter.properties.get(key) if note.frontmatter else None
        if entry is not None and (said := cleaned(_plain(entry.value))):
            found[topic] = Wording(said, entry.value_span)
            continue
        for field in note.fields:
            if field.key == key and span.holds(field.span) and (said := cleaned(field.value)):
                found[topic] = Wording(said, field.value_span)
                break
    return found


def _brief(note: Note, parts: Sequence[_Part]) -> dict[Topic, Wording]:
    """Return what the En bref list says; several entries of one label are joined."""
    found: dict[Topic, Wording] = {}
    spans = [part.span for part in parts if part.topic is Topic.BRIEF]
    for item in note.list_items:
        if not any(span.holds(item.span) for span in spans):
            continue
        text = item.content.of(note.text)
        lead = _BOLD_LEAD.match(text) or _PLAIN_LEAD.match(text)
        topic = brief_topic_of(lead["words"].strip(" :")) if lead else None
        if lead is None or topic is None:
            continue
        after = _AFTER_LABEL.match(text, lead.end())
        place = Span(item.content.start + (after.end() if after else lead.end()), item.content.end)
        if said := clean(note, place)[0]:
            earlier = found.get(topic)
            found[topic] = Wording(f"{earlier.text} ; {said}", earlier.span) if earlier else Wording(said, place)
    return found


