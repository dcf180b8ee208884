"""What a row of a region follows from: the notes of its domain, and where in them the words stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from vaultkit.audit.match import similarity
from vaultkit.audit.model import Domain, Item, Mission
from vaultkit.audit.recap import entry, roadmap_actions
from vaultkit.audit.words import Horizon, Topic, horizon_of
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.render.body import Body, Line, Row, Table, Unit, normalise
from vaultkit.render.body_places import owners_of, places_of
from vaultkit.render.kinds import domain_of_region
from vaultkit.render.kinds_coverage import control_in
from vaultkit.render.push import SURE, column_of, match_items
from vaultkit.render.region_bodies import standing_body
from vaultkit.shell.session import Session
from vaultkit.text import Span, fold

#: A source: the path of a note, and a place in it where one is known.
Source = tuple[str, Span | None]


def sources_at(session: Session, note: Note, at: int) -> list[Source]:
    """Return what the row, line or item of a region follows from that stands at a place; none outside of regions."""
    mission = session.target(note.path)
    found = find_regions(note)
    region = next((one for one in found.regions if one.body.start <= at < one.body.end), None)
    if mission is None or region is None:
        return []
    body = standing_body(note, region)
    unit, owner = _thing_at(places_of(note.text, region, body), body, at)
    if unit is None and owner is None:
        return []
    if region.name == "couverture" and isinstance(owner, Row) and owner.cells:
        return list(dict.fromkeys(_of_control(session, mission, owner.cells[0].text)))
    return list(dict.fromkeys(_sources(mission, region, body, unit, owner)))


def _thing_at(places: Mapping[int, Span], body: Body, at: int) -> tuple[Unit | None, Row | Line | None]:
    """Return the unit at a place, and the row or line that it stands in; of a row also between its cells."""
    owners = owners_of(body)
    here = {thing for thing, span in places.items() if span.start <= at <= span.end}
    unit = next((unit for unit in _units(body) if id(unit) in here), None)
    owner = owners.get(id(unit)) or next((one for one in owners.values() if id(one) in here), None)
    return unit, owner


def _units(body: Body) -> Iterator[Unit]:
    for block in body.blocks:
        match block:
            case Table(rows=rows):
                yield from (cell for row in rows for cell in row.cells)
            case _:
                yield from _units_of_lists(block)


def _units_of_lists(block: object) -> Iterator[Unit]:
    for line in getattr(block, "lines", ()):
        yield from line.entries
    for item in getattr(block, "items", ()):
        yield item.unit
    if (unit := getattr(block, "unit", None)) is not None:
        yield unit


def _sources(
    mission: Mission, region: Region, body: Body, unit: Unit | None, owner: Row | Line | None
) -> Iterable[Source]:
    said = unit.text if unit else ""
    if isinstance(owner, Row):
        domain = mission.domain_of(owner.cells[0].text) if region.name == "recap" and owner.cells else None
        return _of_cell(domain, said, _topic(body, owner, unit))
    if isinstance(owner, Line):
        return _of_action(mission, horizon_of(owner.key), said)
    if region.name == "diagnostic":
        label = said.partition(":")[0].replace("*", "").replace("_", " ")
        return _tops(mission.domain_of(label))
    if region.name == "domaine":
        domain = domain_of_region(mission, region)
        items = (item for note in domain.notes for item in note.items) if domain else ()
        return _said_in(items, said) or _tops(domain)
    return ()


def _of_control(session: Session, mission: Mission, label: str) -> Iterator[Source]:
    """Yield what a row of the coverage follows from: what cites the control, then the control itself."""
    one = control_in(session.scene(mission), label)
    for item in (*one.findings, *one.actions) if one else ():
        yield item.path, item.span
    if one:
        yield one.control.path, None


def _topic(body: Body, row: Row, unit: Unit | None) -> Topic | None:
    """Return the topic of the column in which a cell stands."""
    table = next(block for block in body.blocks if isinstance(block, Table) and row in block.rows)
    at = next((number for number, cell in enumerate(row.cells) if cell is unit), 0)
    name = column_of(table.header.cells[at].text) if 0 < at < len(table.header.cells) else ""
    return Topic(name) if name and name in set(Topic) else None


def _of_cell(domain: Domain | None, said: str, topic: Topic | None) -> Iterable[Source]:
    """Return where a cell comes from: the wording of a note, else the items that it says, else the notes."""
    if domain is None or topic is None:
        return _tops(domain)
    worded = ((note.path, note.wordings[topic].span) for note in domain.notes if topic in note.wordings)
    return list(worded) or _said_in(domain.items(topic), said) or _tops(domain)


def _of_action(mission: Mission, horizon: Horizon | None, said: str) -> Iterable[Source]:
    """Return the actions that an item of the roadmap speaks of; of a whole line all of them."""
    actions = list(roadmap_actions(mission, horizon)) if horizon else []
    exact = [action for _, action in actions if not said or normalise(entry(action)) == normalise(said)]
    found = exact or [actions[at][1] for at in match_items([said], actions, {}).values()]
    return [(action.path, action.span) for action in found]


def _said_in(items: Iterable[Item], said: str) -> list[Source]:
    """Return the items that a text says, or holds a part of; else the one that has most of its words."""
    known, words = list(items), fold(said)
    found = [item for item in known if (text := fold(item.text)) and (text in words or words in text)]
    if not found:
        likest = max(known, key=lambda item: similarity(said, item.text), default=None)
        found = [likest] if likest and similarity(said, likest.text) >= SURE else []
    return [(item.path, item.span) for item in found]


def _tops(domain: Domain | None) -> list[Source]:
    return [(note.path, note.heading) for note in domain.notes] if domain else []
