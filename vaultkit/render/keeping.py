"""What is kept by hand in the regions of a note: where it stands, what it met, and how it is given back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.audit.model import Domain
from vaultkit.audit.recap import entry, roadmap_actions
from vaultkit.audit.words import horizon_of
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.render.body import (
    KEEP_MARK,
    Block,
    Body,
    Item,
    Items,
    Line,
    Lines,
    Row,
    Table,
    Text,
    Unit,
    normalise,
    plain,
)
from vaultkit.render.body_places import owners_of, places_of
from vaultkit.render.kinds import KINDS, domain_of_region, generate
from vaultkit.render.kinds_coverage import control_in
from vaultkit.render.merge_base import Meeting
from vaultkit.render.region_bodies import body_edits, merged, refresh_region, standing_body
from vaultkit.render.scene import Scene
from vaultkit.text import Span


class KeptUnit(Struct, frozen=True):
    """One thing that a rebuild would leave as a person wrote it: a unit, a whole row, a whole roadmap line.

    `owner` is the row or line that a unit stands in. `wording` is what it says, `generated` what would stand in
    its place (None: nothing would).
    """

    region: Region
    meeting: Meeting
    span: Span
    owner: Row | Line | None
    wording: str
    generated: str | None

    @property
    def place(self) -> str:
        """Its row or line, with its column."""
        return self.meeting.place

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole row or line."""
        return not isinstance(self.meeting.mine, Unit)

    @property
    def label(self) -> str:
        """The label of its row, as it stands; empty for what stands in no table."""
        row = self.meeting.mine if isinstance(self.meeting.mine, Row) else self.owner
        return row.cells[0].text if isinstance(row, Row) and row.cells else ""

    @property
    def column(self) -> int | None:
        """The place of its cell in its row; None for what is no cell."""
        if not isinstance(self.owner, Row) or self.is_whole:
            return None
        return next(at for at, cell in enumerate(self.owner.cells) if cell is self.meeting.mine)

    @property
    def line(self) -> Line | None:
        """The roadmap line that it is or stands in, if any."""
        line = self.meeting.mine if isinstance(self.meeting.mine, Line) else self.owner
        return line if isinstance(line, Line) else None


def is_written(note: Note, region: Region) -> bool:
    """Whether a rebuild says what stands in a region: its kind is known, and it is not said once and for all."""
    once = region.options.get("mode") == "once"
    return region.name in KINDS and not (once and region.body.of(note.text).strip())


def kept_in(note: Note, region: Region, scene: Scene) -> list[KeptUnit]:
    """Return what is kept in a region, in the order of the text; raises what its template raises."""
    return _kept(note, region, scene)[1] if is_written(note, region) else []


def _kept(note: Note, region: Region, scene: Scene) -> tuple[Body, list[KeptUnit]]:
    """Return the body of a region as it stands, and what is kept of just these objects."""
    body = standing_body(note, region)
    places, owners = places_of(note.text, region, body), owners_of(body)
    units = [
        KeptUnit(
            region,
            meeting,
            places[id(meeting.mine)],
            owners.get(id(meeting.mine)),
            _said(_parts(meeting.mine), meeting.mine),
            _said(meeting.theirs, meeting.mine) if meeting.sourced else None,
        )
        for meeting in merged(region, body, region.stamp, scene).kept
        if id(meeting.mine) in places
    ]
    return body, sorted(units, key=lambda unit: unit.span)


def _parts(thing: Unit | Row | Line) -> Sequence[Unit]:
    match thing:
        case Row(cells):
            return cells
        case Line():
            return thing.entries
        case _:
            return (thing,)


def _said(units: Iterable[Unit | None], thing: Unit | Row | Line) -> str:
    between = " | " if isinstance(thing, Row) else ", "
    return between.join(unit.text if unit else "" for unit in units)


# ---------------------------------------------------------------------------------- given back


def given_back(note: Note, number: int, scene: Scene, kept: KeptUnit) -> Note | None:
    """Return the note in which a kept unit of its region `number` says what is generated, or is gone if nothing is.

    That region is brought up to date with it, and nothing else changes. None where that would take another
    kept unit along, or break the note.
    """
    regions = find_regions(note).regions
    twins = [one for one in kept_in(note, regions[number], scene) if _same(one, kept)]
    at = next((at for at, one in enumerate(twins) if one.span == kept.span), 0)
    ready = _refreshed(note, number, scene)
    region = find_regions(ready).regions[number]
    body, units = _kept(ready, region, scene)
    twins = [one for one in units if _same(one, kept)]
    after = ready  # a unit that says what is generated may be given back by that alone
    if twins:
        blocks = _without(body, twins[min(at, len(twins) - 1)].meeting)
        after = _refreshed(_rewritten(ready, body_edits(ready, region, Body(blocks))), number, scene)
    found = find_regions(after)
    if found.faults or [one.key for one in found.regions] != [one.key for one in regions]:
        return None
    left = Counter(one.wording for one in kept_in(after, found.regions[number], scene))
    lost = Counter(one.wording for one in units) - left
    return after if lost in (Counter(), Counter([kept.wording])) else None


def _same(one: KeptUnit, other: KeptUnit) -> bool:
    return (one.place, one.wording) == (other.place, other.wording)


def _refreshed(note: Note, number: int, scene: Scene) -> Note:
    return _rewritten(note, refresh_region(note, find_regions(note).regions[number], scene)[1])


def _rewritten(note: Note, edits: Sequence[Edit]) -> Note:
    if not edits:
        return note
    return parse_note(note.path, apply_edits(note.text, edits), note.digest, note.readonly)


def _without(body: Body, meeting: Meeting) -> tuple[Block, ...]:
    """Return the blocks of a body in which what is generated stands in the place of what is kept."""
    mine = meeting.mine
    instead = (Unit(one.text) if one else None for one in meeting.theirs)
    new = next(instead, None) if isinstance(mine, Unit) and meeting.sourced else None
    blocks = [_block_without(block, mine, new, meeting) for block in body.blocks]
    return tuple(block for block in blocks if block is not None)


def _block_without(block: Block, mine: Unit | Row | Line, new: Unit | None, meeting: Meeting) -> Block | None:
    match block:
        case Table(rows=rows):
            return replace(block, rows=tuple(_rows_without(rows, mine, new, meeting)))
        case Items(items):
            left = tuple(_items_without(items, mine, new))
            return replace(block, items=(replace(left[0], above=items[0].above), *left[1:])) if left else None
        case Lines(lines):
            kept = tuple(_lines_without(lines, mine, new, meeting))
            return replace(block, lines=kept) if kept else None
        case Text(unit):
            if unit is not mine:
                return block
            return Text(new, "", block.above, block.indent) if new else None


def _rows_without(
    rows: Iterable[Row], mine: Unit | Row | Line, new: Unit | None, meeting: Meeting
) -> Iterable[Row]:
    """Yield the rows; of one that is kept as a whole, the cells of a column of the person's own stay kept."""
    for row in rows:
        if row is mine:
            pairs = zip(row.cells, meeting.theirs, strict=True)
            cells = tuple(Unit(said.text) if said else Unit(own.text, bool(own.text)) for own, said in pairs)
            if meeting.sourced:
                yield Row(cells, row.raw, True)
        elif any(cell is mine for cell in row.cells):
            cells = tuple((new or Unit("")) if cell is mine else cell for cell in row.cells)
            yield Row(cells, row.raw, True)
        else:
            yield row


def _items_without(items: Iterable[Item], mine: Unit | Row | Line, new: Unit | None) -> Iterable[Item]:
    for item in items:
        if item.unit is not mine:
            yield item
        elif new is not None:
            yield replace(item, unit=new, raw="")


def _lines_without(
    lines: Iterable[Line], mine: Unit | Row | Line, new: Unit | None, meeting: Meeting
) -> Iterable[Line]:
    for line in lines:
        if line is mine:
            entries = tuple(Unit(one.text) for one in meeting.theirs if one)
            if meeting.sourced:
                yield replace(line, lead=KEEP_MARK.sub("", line.lead), entries=entries, raw="")
        elif any(entry is mine for entry in line.entries):
            met = (new if entry is mine else entry for entry in line.entries)
            entries = tuple(entry for entry in met if entry is not None)
            if entries or line.key:
                yield replace(line, entries=entries, raw="")
        else:
            yield line


# ------------------------------------------------------------------------------------- sources


def sources_of(scene: Scene, kept: KeptUnit) -> tuple[str, ...]:
    """Return the paths of the notes that what is generated in the place of a kept unit follows from."""
    if kept.generated is None:
        return ()
    mission = scene.mission
    match kept.region.name:
        case "recap":
            label = kept.meeting.theirs[0] if kept.is_whole else None
            return _notes(mission.domain_of(label.text if label else kept.label))
        case "roadmap":
            return _action_notes(scene, kept)
        case "domaine":
            return _notes(domain_of_region(mission, kept.region))
        case "liens" | "diagnostic":
            return _named(scene, kept)
        case "couverture":
            return sources_of_control(scene, kept.label)
        case _:
            return ()


def _notes(domain: Domain | None) -> tuple[str, ...]:
    return tuple(note.path for note in domain.notes) if domain and domain.covered else ()


def _action_notes(scene: Scene, kept: KeptUnit) -> tuple[str, ...]:
    """Return the notes of the actions that a line of the roadmap names, or an item of it."""
    horizon = horizon_of(kept.line.key) if kept.line else None
    wanted = {normalise(unit.text) for unit in kept.meeting.theirs if unit}
    actions = roadmap_actions(scene.mission, horizon) if horizon else ()
    named = (action.path for _, action in actions if normalise(entry(action)) in wanted)
    return tuple(dict.fromkeys(named))


def sources_of_control(scene: Scene, label: str) -> tuple[str, ...]:
    """Return the notes that a row of `couverture` follows from: what cites the control, then the control itself."""
    one = control_in(scene, label)
    if one is None:
        return ()
    items = (item.path for item in (*one.findings, *one.actions))
    return tuple(dict.fromkeys((*items, one.control.path)))


def _named(scene: Scene, kept: KeptUnit) -> tuple[str, ...]:
    """Return the notes that a generated item names: a link its note, a line of the diagnostic its domain."""
    identity = generate(scene, kept.region, Body(())).policy.identity
    name = identity(plain(kept.generated or ""))
    if kept.region.name == "liens":
        return (name,) if name else ()
    return _notes(next((one for one in scene.mission.domains if one.key == name), None))


def sources_of_region(scene: Scene, region: Region) -> tuple[str, ...]:
    """Return the paths of the notes that a region gathers."""
    mission = scene.mission
    match region.name:
        case "recap" | "roadmap" | "diagnostic":
            return _all_notes(scene)
        case "domaine":
            return _notes(domain_of_region(mission, region))
        case "liens" | "template":
            return tuple(child.path for child in mission.children)
        case "plan" | "matrice" | "calendrier" | "avancement":
            return _all_notes(scene)
        case "couverture":
            return (*_all_notes(scene), *(note.path for note in mission.controls))
        case "evolution":
            return (*_all_notes(scene), *(note.path for note in mission.deliveries))
        case _:
            return ()


def _all_notes(scene: Scene) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path for domain in scene.mission.domains for path in _notes(domain)))
