"""The short wordings of a synthesis go into its child notes, so that they are generated again.

« Reporter dans les notes »: for each kept unit a proposal names the note and the place, and says what
would be written there. Nothing is decided here: the caller asks, then makes the edits of what was taken
(`vaultkit.render.push_edits`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from vaultkit.audit.cleaning import cleaned
from vaultkit.audit.match import assign, similarity
from vaultkit.audit.model import Action, Domain, DomainNote, Mission
from vaultkit.audit.recap import RecapRow, cell, entry, raised, recap_rows, roadmap_actions
from vaultkit.audit.words import HEADINGS, UNDEFINED, Horizon, Topic, brief_topic_of, horizon_of, priority_of
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.render.body import Body, Line, Lines, Row, Table, digest, marked_in, normalise, parse_body
from vaultkit.text import Message, fold, nfc, note_name, one_line, without_emoji

#: A match of at least this share of the item's words needs no question.
SURE = 0.6

#: The same for a label and the name of a note.
SURE_CLAIM = 0.5

_PRIORITY_HEADS = ("priorite", "priority", "prioritat")


class Place(StrEnum):
    """Where a wording goes."""

    BRIEF = "brief"
    PROPERTY = "property"
    LABEL = "label"
    LEFT_OUT = "left-out"


class Proposal(Struct, frozen=True):
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
        name = note_name(self.path)
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
                    f"{name}\u00a0: «\u00a0{self.wording}\u00a0» n’est pas dans la feuille de route\u00a0:"
                    " le noter hors feuille de route",
                    f"{name}: '{self.wording}' is not on the roadmap: note it as left out",
                )


class Plan(Struct, frozen=True):
    """The proposals, and the wordings that no child note can take, each with the reason."""

    proposals: tuple[Proposal, ...]
    without: tuple[tuple[str, Message], ...] = ()


#: One wording that can go into a child note, or a wording that cannot, with the reason.
Finding = Proposal | tuple[str, Message]

#: The regions whose wordings the notes below take.
PUSHED = ("recap", "roadmap")
#: Why nothing is pushed from any other.
NOT_PUSHED = Message(
    "cette zone ne se reporte pas\u00a0: l’écrire dans la note elle-même",
    "nothing is pushed from this region: write it into the note itself",
)
_NO_NOTE = Message(
    "sans note fille pour ce domaine (vaultkit adopt --create-children en fait une)",
    "no child note for this domain (vaultkit adopt --create-children makes one)",
)
_SEVERAL = Message(
    "plusieurs notes disent cette case\u00a0: la réécrire dans l’une d’elles",
    "several notes say this cell: reword it in one of them",
)
_NOT_AS_IT_IS = Message(
    "une note ne peut pas le dire tel quel (emoji d’état, étiquette, champ ou commentaire)",
    "a note cannot say it as it is (status emoji, tag, field or comment)",
)
_NO_MATCH = Message(
    "sans note source\u00a0: aucune action ne lui ressemble", "no source: no action is like it"
)
_NOT_THERE = Message(
    "la note indiquée n’a pas une seule action qui réponde à cet horizon",
    "the note that was named has no single action for this horizon",
)


def plan_push(mission: Mission, items: Mapping[str, str], notes: Mapping[str, Note]) -> Plan:
    """Return what `push` would write: every cell and roadmap item that differs from what is generated.

    `items` maps roadmap items to the names of child notes and overrides the match. What is kept in other regions is
    among what no note takes.
    """
    found: list[Finding] = []
    for region in find_regions(mission.synthesis).regions:
        if region.name == "recap":
            found += _push_recap(mission, region)
        elif region.name == "roadmap":
            found += _push_roadmap(mission, region, items)
        else:
            found += ((unit.text, NOT_PUSHED) for unit in marked_in(_body(mission, region)))
    found += _orders(mission)
    proposals = tuple(one for one in found if isinstance(one, Proposal) and one.path in notes)
    return Plan(proposals, tuple(one for one in found if not isinstance(one, Proposal)))


def _body(mission: Mission, region: Region) -> Body:
    return parse_body(region.body.of(mission.synthesis.text), region.prefix, roadmap=region.name == "roadmap")


# --------------------------------------------------------------------------------------- recap


def _push_recap(mission: Mission, region: Region) -> Iterator[Finding]:
    rows = {row.domain.key: row for row in recap_rows(mission)}
    for table in (block for block in _body(mission, region).blocks if isinstance(block, Table)):
        columns = [column_of(head.text) for head in table.header.cells]
        for row in table.rows:
            label = row.cells[0].text if row.cells else ""
            domain = mission.domain_of(label)
            if domain and domain.covered:
                yield from _push_row(domain, rows[domain.key], row, columns, mission)
            elif domain is None or _says_more(rows[domain.key], row, columns):
                yield label, _NO_NOTE


def column_of(head: str) -> str:
    """Return which cell of a recap row a column holds: a topic, `priority`, or empty for one of his own."""
    topic = brief_topic_of(head)
    return str(topic) if topic else "priority" if fold(head) in _PRIORITY_HEADS else ""


def generated_cells(row: RecapRow) -> Mapping[str, str]:
    """Return the cells of a generated row by their column."""
    return {
        str(Topic.FINDINGS): row.findings,
        str(Topic.RISKS): row.risks,
        str(Topic.OPPORTUNITIES): row.opportunities,
        "priority": row.priority,
    }


def says_the_same(hand: str, generated: str) -> bool:
    """Whether a cell says what is generated, but for its first letter, which is always raised."""
    return normalise(generated) in (normalise(hand), normalise(raised(hand)))


def means_the_same(column: str, hand: str, generated: str) -> bool:
    """As `says_the_same`; a priority also without its emoji."""
    bare = column == "priority" and fold(hand) == fold(generated)
    return bare or says_the_same(hand, generated)


def _says_more(generated: RecapRow, row: Row, columns: Sequence[str]) -> bool:
    cells = generated_cells(generated)
    return any(
        name and said.text and not says_the_same(said.text, cells[name])
        for name, said in zip(columns, row.cells, strict=False)
    )


def _push_row(
    domain: Domain, generated: RecapRow, row: Row, columns: Sequence[str], mission: Mission
) -> Iterator[Finding]:
    first, label = domain.notes[0], row.cells[0].text
    cells = generated_cells(generated)
    if normalise(label) != normalise(generated.label):
        if says_the_same(label, cell(raised(cleaned(label, status=True)))):
            yield Proposal("recap", label, label, first.path, Place.PROPERTY, True, "domaine_court")
        else:
            yield label, _NOT_AS_IT_IS
    for name, said in zip(columns[1:], row.cells[1:], strict=False):
        if not name or not said.text or says_the_same(said.text, cells[name]):
            continue
        if name == "priority":
            wording = without_emoji(said.text)
            if wording and fold(wording) != fold(UNDEFINED[mission.language]):
                known = priority_of(wording)
                word = str(known) if known else wording
                yield Proposal("recap", label, word, first.path, Place.PROPERTY, True, "priorite")
        else:
            yield from _push_cell(domain, Topic(name), said.text, label)


def _push_cell(domain: Domain, topic: Topic, text: str, label: str) -> Iterator[Finding]:
    """Yield where the wording of a cell goes: to the note that words it; ` ; ` parts it among several."""
    wording = text.replace("\\|", "|")
    if "::" in wording or not says_the_same(text, cell(raised(cleaned(wording)))):
        yield wording, _NOT_AS_IT_IS
        return
    notes = [note for note in domain.notes if topic in note.wordings] or [domain.notes[0]]
    pieces = wording.split(" ; ") if len(notes) > 1 else [wording]
    if len(pieces) != len(notes):
        yield wording, _SEVERAL
        return
    for note, piece in zip(notes, pieces, strict=True):
        standing = note.wordings.get(topic)
        if standing is None or not says_the_same(piece, raised(standing.text)):
            yield Proposal("recap", label, piece, note.path, Place.BRIEF, True, "", topic)


def _orders(mission: Mission) -> Iterator[Proposal]:
    """Yield an `ordre` for each domain note where the rows stand in another order than is generated."""
    for region in find_regions(mission.synthesis).regions:
        if region.name != "recap":
            continue
        labels = _labels(mission, region)
        found = [domain for label in labels if (domain := mission.domain_of(label)) and domain.covered]
        if found == [domain for domain in mission.domains if domain in found]:
            continue
        for position, label in enumerate(labels, 1):
            domain = mission.domain_of(label)
            if domain and domain.covered and domain.notes[0].order != position:
                path = domain.notes[0].path
                yield Proposal("recap", domain.short, str(position), path, Place.PROPERTY, True, "ordre")


def _labels(mission: Mission, region: Region) -> list[str]:
    tables = (block for block in _body(mission, region).blocks if isinstance(block, Table))
    return [row.cells[0].text for table in tables for row in table.rows if row.cells]


# ------------------------------------------------------------------------------------- roadmap


def _push_roadmap(mission: Mission, region: Region, chosen: Mapping[str, str]) -> Iterator[Finding]:
    for block in (block for block in _body(mission, region).blocks if isinstance(block, Lines)):
        for line in block.lines:
            if horizon := horizon_of(line.key):
                yield from _push_line(mission, region, horizon, line, chosen)


def _push_line(
    mission: Mission, region: Region, horizon: Horizon, line: Line, chosen: Mapping[str, str]
) -> Iterator[Finding]:
    actions = [(domain, action) for domain, action in roadmap_actions(mission, horizon) if domain.covered]
    texts = [item.text for item in line.entries]
    matched = match_items(texts, actions, chosen)
    for at, text in enumerate(texts):
        if at not in matched:
            if not any(normalise(text) == normalise(entry(action)) for _, action in actions):
                yield text, _NOT_THERE if _is_chosen(text, chosen) else _NO_MATCH
            continue
        domain, action = actions[matched[at]]
        if normalise(text) == normalise(entry(action)):
            continue
        if not _can_be_label(text):
            yield text, _NOT_AS_IT_IS
            continue
        sure = similarity(text, f"{action.text} {domain.label}") >= SURE or _is_chosen(text, chosen)
        yield Proposal("roadmap", text, text, action.path, Place.LABEL, sure, "", None, action)
    for at, (_, action) in enumerate(actions):
        if matched and at not in matched.values() and _was_there(region, horizon, action):
            yield Proposal("roadmap", "", action.label, action.path, Place.LEFT_OUT, False, "", None, action)


def _was_there(region: Region, horizon: Horizon, action: Action) -> bool:
    """Whether an action can have been left out by a person: not one that is only new since the last rebuild.

    What was there has its digest in the stamp, in the scope that `vaultkit.render.merge` gives it.
    """
    return region.stamp is None or digest(f"entry {horizon}", entry(action)) in region.stamp.units


def _can_be_label(text: str) -> bool:
    """Whether a roadmap item reads the same once it stands as the bold label of an action."""
    label = cleaned(text).strip(" :–-*_").rstrip(".").rstrip()
    return "**" not in text and "::" not in text and normalise(label) == normalise(one_line(text))


def match_items(
    items: Sequence[str], actions: Sequence[tuple[Domain, Action]], chosen: Mapping[str, str]
) -> dict[int, int]:
    """Return which action each roadmap item speaks of, by position (DESIGN §5.4, Matching)."""

    def score(item: str, domain: Domain, action: Action) -> float:
        if name := next((name for wanted, name in chosen.items() if fold(wanted) == fold(item)), None):
            return 4.0 + similarity(item, action.text) if is_named(action.path, name) else 0.0
        if normalise(item) == normalise(entry(action)):
            return 3.0
        return similarity(item, f"{action.text} {domain.label}")

    return assign([[score(item, domain, action) for domain, action in actions] for item in items])


def is_named(path: str, name: str) -> bool:
    """Whether a name given on the command line is that of the note at `path`."""
    return fold(note_name(path)) == fold(note_name(name))


def _is_chosen(item: str, chosen: Mapping[str, str]) -> bool:
    return any(fold(wanted) == fold(item) for wanted in chosen)


# ------------------------------------------------------------------------- notes without a domain


def unclaimed(mission: Mission, chosen: Mapping[str, str]) -> list[Proposal]:
    """Return the `domaine` and `ordre` of domain notes that have no label of their own but a file name.

    Such a note (`Acces_IT_CDP`) is claimed by the section of the synthesis, else the row of its recap,
    that shares words with its name; a tie is no match. `chosen` maps labels to names and overrides.
    """
    strays = [d.notes[0] for d in mission.domains if d.covered and d.own_section is None]
    proposals = []
    for position, label in _open_labels(mission):
        claim = _claimed(label, strays, chosen)
        if claim is None:
            continue
        note, sure = claim
        strays.remove(note)
        proposals.append(Proposal("recap", "", label, note.path, Place.PROPERTY, sure, "domaine"))
        if note.order is None:
            proposals.append(Proposal("recap", "", str(position), note.path, Place.PROPERTY, sure, "ordre"))
    return proposals


def _open_labels(mission: Mission) -> list[tuple[int, str]]:
    """Return the labels that the synthesis has and no child note, with their number: sections, then rows."""
    found = []
    for position, section in enumerate(mission.sections, 1):
        if not any(section is domain.own_section and domain.covered for domain in mission.domains):
            found.append((position, section.label))
    for region in find_regions(mission.synthesis).regions:
        if region.name == "recap":
            rows = enumerate(_labels(mission, region), 1)
            found += [
                (position, label) for position, label in rows if label and mission.domain_of(label) is None
            ]
    return found


def _claimed(
    label: str, strays: Sequence[DomainNote], chosen: Mapping[str, str]
) -> tuple[DomainNote, bool] | None:
    """Return the note that a label claims, and whether that needs no question."""
    for wanted, name in chosen.items():
        if fold(wanted) and (fold(wanted) == fold(label) or fold(label).startswith(f"{fold(wanted)} ")):
            return next(((note, True) for note in strays if is_named(note.path, name)), None)
    nameless = [note for note in strays if note.label == nfc(note_name(note.path))]
    scores = sorted(((similarity(label, note.label), at) for at, note in enumerate(nameless)), reverse=True)
    if not scores or scores[0][0] == 0 or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return None
    return nameless[scores[0][1]], scores[0][0] >= SURE_CLAIM
