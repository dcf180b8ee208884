"""The short wordings of a synthesis go into its child notes, so that they are generated again.

« Reporter dans les notes »: for each kept unit a proposal names the note and the place, and says what
would be written there. Nothing is decided here: the caller asks, then makes the edits of what was taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from vaultkit.audit.extract import cleaned
from vaultkit.audit.match import assign, similarity
from vaultkit.audit.model import Action, Domain, DomainNote, Mission
from vaultkit.audit.recap import RecapRow, entry, recap_rows
from vaultkit.audit.words import (
    HEADINGS,
    UNDEFINED,
    Horizon,
    Topic,
    brief_topic_of,
    horizon_of,
    priority_of,
    topic_of,
)
from vaultkit.edits import Edit
from vaultkit.markdown.note import Note
from vaultkit.markdown.properties import NotEditable, set_property
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.render.body import KEEP, Block, Body, Line, Lines, Row, Table, Unit, normalise, parse_body
from vaultkit.render.refresh import body_edits
from vaultkit.text import Message, Span, fold, newline_of, without_emoji

#: A match of at least this share of the item's words needs no question.
SURE = 0.6

_PRIORITY_HEADS = ("priorite", "priority", "prioritat")
_LEFT_OUT = {"fr": "(hors feuille de route)", "en": "(not on the roadmap)", "de": "(nicht im Fahrplan)"}


class Place(StrEnum):
    """Where a wording goes."""

    BRIEF = "brief"
    PROPERTY = "property"
    LABEL = "label"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One wording to be written into a child note.

    `region` and `unit` say where it stands in the synthesis, `wording` what it says, `path` and `place`
    where it goes; `key` is the property, `topic` the recap cell, `action` the action it names. `sure`
    proposals need no question on `adopt`.
    """

    region: str
    unit: str
    wording: str
    path: str
    place: Place
    sure: bool
    key: str = ""
    topic: Topic | None = None
    action: Action | None = None

    def message(self, language: str) -> Message:
        """Return what the proposal would do, as a person is asked."""
        name = self.path.rsplit("/", 1)[-1].removesuffix(".md")
        match self.place:
            case Place.BRIEF:
                label = HEADINGS[self.topic or Topic.FINDINGS][language][0]
                brief = HEADINGS[Topic.BRIEF][language][0]
                return Message(
                    f"«\u00a0{self.wording}\u00a0» → {name}, {brief}, {label}",
                    f"'{self.wording}' → {name}, {brief}, {label}",
                )
            case Place.PROPERTY:
                return Message(
                    f"«\u00a0{self.wording}\u00a0» → {name}, propriété {self.key}",
                    f"'{self.wording}' → {name}, property {self.key}",
                )
            case Place.LABEL:
                text = self.action.description if self.action else ""
                return Message(
                    f"«\u00a0{self.wording}\u00a0» → {name}, libellé de l’action «\u00a0{text}\u00a0»",
                    f"'{self.wording}' → {name}, label of the action '{text}'",
                )
            case Place.LEFT_OUT:
                return Message(
                    f"{name}\u00a0: «\u00a0{self.wording}\u00a0» n’est pas dans la feuille de route\u00a0: le noter hors feuille de route",
                    f"{name}: '{self.wording}' is not on the roadmap: note it as left out",
                )


@dataclass(frozen=True, slots=True)
class Plan:
    """The proposals, and the wordings that no child note can take, each with the reason."""

    proposals: tuple[Proposal, ...]
    without: tuple[tuple[str, Message], ...] = ()


def plan_push(mission: Mission, items: Mapping[str, str], notes: Mapping[str, Note]) -> Plan:
    """Return what `push` would write: every cell and roadmap item that differs from what is generated.

    `items` maps roadmap items to the names of child notes and overrides the match.
    """
    proposals: list[Proposal] = []
    without: list[tuple[str, Message]] = []
    for region in find_regions(mission.synthesis).regions:
        mine = parse_body(
            region.body.of(mission.synthesis.text), region.prefix, roadmap=region.name == "roadmap"
        )
        if region.name == "recap":
            _push_recap(mission, region, mine, proposals, without)
        elif region.name == "roadmap":
            _push_roadmap(mission, region, mine, items, proposals, without)
    proposals += _orders(mission, proposals)
    return Plan(tuple(p for p in proposals if p.path in notes), tuple(without))


# --------------------------------------------------------------------------------------- recap


def _push_recap(
    mission: Mission,
    region: Region,
    mine: Body,
    proposals: list[Proposal],
    without: list[tuple[str, Message]],
) -> None:
    rows = {row.domain.key: row for row in recap_rows(mission)}
    for table in (block for block in mine.blocks if isinstance(block, Table)):
        heads = [fold(cell.text) for cell in table.header.cells]
        for row in table.rows:
            label = row.cells[0].text if row.cells else ""
            domain = mission.domain_of(label)
            if domain is None or not domain.covered:
                without.append((label, _NO_NOTE))
            else:
                proposals += _push_row(domain, rows[domain.key], row, heads, mission)


def _push_row(
    domain: Domain, generated: RecapRow, row: Row, heads: Sequence[str], mission: Mission
) -> Iterator[Proposal]:
    first = domain.notes[0]
    label = row.cells[0].text
    if normalise(label) != normalise(generated.label):
        yield Proposal("recap", label, label, first.path, Place.PROPERTY, True, "domaine_court")
    said = {
        Topic.FINDINGS: generated.findings,
        Topic.RISKS: generated.risks,
        Topic.OPPORTUNITIES: generated.opportunities,
    }
    for at, cell in enumerate(row.cells[1 : len(heads)], 1):
        topic = brief_topic_of(heads[at])
        if topic and cell.text and normalise(cell.text) != normalise(said[topic]):
            note = next((n for n in domain.notes if topic in n.wordings), first)
            yield Proposal("recap", label, _unescaped(cell.text), note.path, Place.BRIEF, True, "", topic)
        elif heads[at] in _PRIORITY_HEADS and normalise(cell.text) != normalise(generated.priority):
            wording = without_emoji(cell.text)
            if wording and fold(wording) != fold(UNDEFINED[mission.language]):
                known = priority_of(wording)
                yield Proposal("recap", label, str(known) if known else wording, first.path, Place.PROPERTY, True, "priorite")


def _unescaped(text: str) -> str:
    return text.replace("\\|", "|")


_NO_NOTE = Message(
    "sans note fille pour ce domaine (vaultkit adopt --create-children en fait une)",
    "no child note for this domain (vaultkit adopt --create-children makes one)",
)
_NO_MATCH = Message("sans note source\u00a0: aucune action ne lui ressemble", "no source: no action is like it")


# ------------------------------------------------------------------------------------- roadmap


def _push_roadmap(
    mission: Mission,
    region: Region,
    mine: Body,
    chosen: Mapping[str, str],
    proposals: list[Proposal],
    without: list[tuple[str, Message]],
) -> None:
    for block in (block for block in mine.blocks if isinstance(block, Lines)):
        for line in block.lines:
            horizon = horizon_of(line.key)
            if horizon:
                _push_line(mission, horizon, line, chosen, proposals, without)


def _push_line(
    mission: Mission,
    horizon: Horizon,
    line: Line,
    chosen: Mapping[str, str],
    proposals: list[Proposal],
    without: list[tuple[str, Message]],
) -> None:
    actions = [
        (domain, action)
        for domain in mission.domains
        if domain.covered
        for action in domain.actions
        if action.horizon is horizon and action.in_roadmap
    ]
    texts = [entry.text for entry in line.entries]
    matched = match_items(texts, actions, chosen)
    for at, text in enumerate(texts):
        if at not in matched:
            without.append((text, _NO_MATCH))
            continue
        domain, action = actions[matched[at]]
        if normalise(text) != normalise(entry(action)):
            score = similarity(text, f"{action.text} {domain.label}")
            sure = score >= SURE or _is_chosen(text, chosen)
            proposals.append(
                Proposal("roadmap", text, _unescaped(text), action.path, Place.LABEL, sure, "", None, action)
            )
    if matched:
        left = [action for at, (_, action) in enumerate(actions) if at not in matched.values()]
        proposals += [
            Proposal("roadmap", "", action.label, action.path, Place.LEFT_OUT, False, "", None, action)
            for action in left
        ]


def match_items(
    items: Sequence[str], actions: Sequence[tuple[Domain, Action]], chosen: Mapping[str, str]
) -> dict[int, int]:
    """Return which action each roadmap item speaks of, by position (DESIGN §5.4, Matching)."""

    def score(item: str, domain: Domain, action: Action) -> float:
        if name := next((name for wanted, name in chosen.items() if fold(wanted) == fold(item)), None):
            own = fold(action.path.rsplit("/", 1)[-1].removesuffix(".md")) == fold(name.removesuffix(".md"))
            return 4.0 + similarity(item, action.text) if own else 0.0
        if normalise(item) == normalise(entry(action)):
            return 3.0
        return similarity(item, f"{action.text} {domain.label}")

    return assign([[score(item, domain, action) for domain, action in actions] for item in items])


def _is_chosen(item: str, chosen: Mapping[str, str]) -> bool:
    return any(fold(wanted) == fold(item) for wanted in chosen)


def _orders(mission: Mission, proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """Yield an `ordre` for each domain note where the rows stand in another order than is generated."""
    for region in find_regions(mission.synthesis).regions:
        if region.name != "recap":
            continue
        body = parse_body(region.body.of(mission.synthesis.text), region.prefix)
        labels = [row.cells[0].text for b in body.blocks if isinstance(b, Table) for row in b.rows if row.cells]
        found = [domain for label in labels if (domain := mission.domain_of(label)) and domain.covered]
        if found == [domain for domain in mission.domains if domain in found]:
            continue
        for position, domain in enumerate(found, 1):
            for note in domain.notes[:1]:
                if note.order != position:
                    yield Proposal("recap", domain.short, str(position), note.path, Place.PROPERTY, True, "ordre")


# --------------------------------------------------------------------------------------- edits


def edits_for(note: Note, source: DomainNote, proposals: Sequence[Proposal], language: str) -> list[Edit]:
    """Return the edits that write the proposals into a child note; every other byte stays.

    Raises NotEditable if the frontmatter cannot take a property.
    """
    edits: list[Edit] = []
    brief: list[tuple[Topic, str]] = []
    properties: list[tuple[str, str | int]] = []
    for proposal in proposals:
        match proposal.place:
            case Place.BRIEF if proposal.topic:
                standing = source.wordings.get(proposal.topic)
                if standing is None:
                    brief.append((proposal.topic, proposal.wording))
                elif note.frontmatter and note.frontmatter.span.holds(standing.span):
                    properties.append((_property_at(note, standing.span), proposal.wording))
                else:
                    edits.append(Edit(_trimmed(note, standing.span), proposal.wording))
            case Place.PROPERTY:
                value = int(proposal.wording) if proposal.key == "ordre" else proposal.wording
                properties.append((proposal.key, value))
            case Place.LABEL if proposal.action:
                edits.append(_label_edit(proposal.action, proposal.wording))
            case Place.LEFT_OUT if proposal.action:
                edits.append(_left_out_edit(note, proposal.action, language))
            case _:
                pass
    return edits + _brief_edits(note, brief, language) + _property_edits(note, properties)


def _property_edits(note: Note, properties: Sequence[tuple[str, str | int]]) -> list[Edit]:
    """Return the edits for several properties; new ones share one place, in their order."""
    edits: list[Edit] = []
    for key, value in properties:
        edits += set_property(note, key, value)
    return edits


def _property_at(note: Note, span: Span) -> str:
    front = note.frontmatter
    for key, entry in front.properties.items() if front else ():
        if entry.value_span == span:
            return key
    raise NotEditable("the value has no property")


def _trimmed(note: Note, span: Span) -> Span:
    said = span.of(note.text)
    return Span(span.start, span.start + len(said.rstrip()))


def _label_edit(action: Action, label: str) -> Edit:
    if action.label_span:
        return Edit(action.label_span, label)
    start = action.text_span.start
    return Edit(Span(start, start), f"**{label}** – ")


def _left_out_edit(note: Note, action: Action, language: str) -> Edit:
    """Return the remark behind an action's text, before its block id and the blanks at the end of the line."""
    line = action.text_span.of(note.text).split("\n")[0]
    bare = line.rstrip()
    head, _, last = bare.rpartition(" ")
    if last.startswith("^") and cleaned(bare) != " ".join(bare.split()):
        bare = head.rstrip()
    at = action.text_span.start + len(bare)
    return Edit(Span(at, at), f" {_LEFT_OUT[language]}")


def _brief_edits(note: Note, wordings: Sequence[tuple[Topic, str]], language: str) -> list[Edit]:
    """Return the edit that adds entries to the En bref list, or makes that section."""
    if not wordings:
        return []
    newline = newline_of(note.text)
    entries = [f"- **{HEADINGS[topic][language][1]}** : {text}" for topic, text in wordings]
    for at, heading in enumerate(note.headings):
        if topic_of(heading.text) is Topic.BRIEF:
            end = next((h.span.start for h in note.headings[at + 1 :]), len(note.text))
            items = [i for i in note.list_items if heading.span.end <= i.span.start < end]
            place = _after_line(note, items[-1].span.end if items else heading.span.end)
            lead = "" if note.text[place - 1 : place] == "\n" else newline
            return [Edit(Span(place, place), lead + newline.join(entries) + newline)]
    first = next((h for h in note.headings if h.level > 1), None)
    title = next((h for h in note.headings if h.level == 1), None)
    level = first.level if first else 2
    if first:
        place, lead = first.span.start, ""
    else:
        place = _after_line(note, title.span.end) if title else note.body_start
        lead = newline
    heading_line = f"{'#' * level} {HEADINGS[Topic.BRIEF][language][0]}"
    if place and note.text[place - 1] != "\n":
        lead = newline + lead
    return [Edit(Span(place, place), lead + newline.join([heading_line, *entries, "", ""]))]


def _after_line(note: Note, at: int) -> int:
    end = note.text.find("\n", at)
    return len(note.text) if end < 0 else end + 1


# ------------------------------------------------------------------------------- keep marks


def release(proposals: Sequence[Proposal]) -> Mapping[str, frozenset[str]]:
    """Return the units whose mark goes away once their wording is pushed: by region, folded."""
    released: dict[str, set[str]] = {}
    for proposal in proposals:
        if proposal.unit:
            released.setdefault(proposal.region, set()).add(fold(proposal.unit))
    return {region: frozenset(units) for region, units in released.items()}


def unmarking(note: Note, released: Mapping[str, frozenset[str]]) -> list[Edit]:
    """Return the edits that take the keep marks of these units out of the regions of a synthesis."""
    edits = []
    for region in find_regions(note).regions:
        units = released.get(region.name)
        if not units or KEEP not in region.body.of(note.text):
            continue
        body = parse_body(region.body.of(note.text), region.prefix, region.name == "roadmap")
        edits += body_edits(note, region, without_marks(body, units))
    return edits


def without_marks(body: Body, units: frozenset[str]) -> Body:
    """Return a body in which the marks of these rows and roadmap items are gone."""

    def freed(unit: Unit) -> Unit:
        return replace(unit, marked=False)

    blocks: list[Block] = []
    for block in body.blocks:
        match block:
            case Table(rows=rows):
                new_rows = tuple(
                    replace(row, cells=tuple(map(freed, row.cells)), fresh=True)
                    if any(c.marked for c in row.cells) and fold(row.cells[0].text) in units
                    else row
                    for row in rows
                )
                blocks.append(replace(block, rows=new_rows))
            case Lines(lines=lines):
                new_lines = tuple(
                    replace(
                        line,
                        entries=tuple(freed(e) if fold(e.text) in units else e for e in line.entries),
                        raw="" if any(e.marked and fold(e.text) in units for e in line.entries) else line.raw,
                    )
                    for line in lines
                )
                blocks.append(replace(block, lines=new_lines))
            case _:
                blocks.append(block)
    return Body(tuple(blocks))


# ------------------------------------------------------------------------- notes without a domain


def unclaimed(mission: Mission, chosen: Mapping[str, str]) -> list[Proposal]:
    """Return the `domaine` and `ordre` of domain notes whose own label names no section of the synthesis.

    A note that only has a file name (`Acces_IT_CDP`) is claimed by the section that shares words with it.
    """
    sections = [s for s in mission.sections if not any(s is d.own_section and d.covered for d in mission.domains)]
    strays = [d.notes[0] for d in mission.domains if d.covered and d.own_section is None]
    proposals = []
    for at, section in enumerate(mission.sections, 1):
        if section not in sections:
            continue
        note = _claimed(section, strays, chosen)
        if note is None:
            continue
        strays.remove(note)
        sure = bool(chosen) or similarity(section.label, note.label.replace("_", " ")) >= 0.5
        proposals.append(Proposal("recap", "", section.label, note.path, Place.PROPERTY, sure, "domaine"))
        proposals.append(Proposal("recap", "", str(at), note.path, Place.PROPERTY, sure, "ordre"))
    return proposals


def _claimed(section: DomainNote, strays: Sequence[DomainNote], chosen: Mapping[str, str]) -> DomainNote | None:
    for label, name in chosen.items():
        if fold(label) in (fold(section.label), fold(section.short)):
            return next((n for n in strays if fold(n.path.rsplit("/", 1)[-1].removesuffix(".md")) == fold(name)), None)
    scored = [(similarity(section.label, n.label.replace("_", " ")), -at) for at, n in enumerate(strays)]
    best = max(scored, default=(0.0, 0))
    return strays[-best[1]] if best[0] > 0 else None

