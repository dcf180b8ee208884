"""The regions of a note rendered anew: text in, text and what became of it out.

Every character outside the regions stays, what a person wrote in them stays, and refreshing a second
time changes nothing. A region whose template fails, or whose body would break the note, is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import Region, Regions, Stamp, find_regions
from vaultkit.render.body import Block, Body, Items, Lines, Table, Text, normalise, parse_body
from vaultkit.render.kinds import FROM_DOMAINS, KINDS, covered_sections, generate, without_sections
from vaultkit.render.merge import Fate, Merge, merge
from vaultkit.render.merge_table import head_of
from vaultkit.render.print_body import print_body
from vaultkit.render.scene import Scene
from vaultkit.text import Message, Span, newline_of

#: How often a body is merged anew until it stays.
ROUNDS = 4

#: Makes a finding of what a template raised; None if it is no fault of a template.
Explain = Callable[[Exception, Region], Finding | None]


class Outcome(Struct, frozen=True):
    """What became of one region: the units that changed, that are held, and that were pruned."""

    region: Region
    changed: tuple[Fate, ...] = ()
    held: tuple[Fate, ...] = ()
    pruned: tuple[Fate, ...] = ()
    adopted: bool = False
    stale: bool = False


class Refreshed(Struct, frozen=True):
    """A note refreshed: its new text, and what is to be said of it.

    `refused` are broken markers: with them the text is the old one. `faults` are templates that failed
    and regions that vaultkit does not know; those regions stand as they stood.
    """

    text: str
    outcomes: tuple[Outcome, ...] = ()
    refused: tuple[Finding, ...] = ()
    faults: tuple[Finding, ...] = ()
    unknown: tuple[Finding, ...] = ()
    edits: tuple[Edit, ...] = field(default=())


def refresh(note: Note, scene: Scene, explain: Explain) -> Refreshed:
    """Return `note` with the bodies of its regions rendered anew."""
    found = find_regions(note)
    if found.faults:
        return Refreshed(note.text, refused=found.faults)
    edits: list[Edit] = []
    outcomes: list[Outcome] = []
    faults: list[Finding] = []
    unknown: list[Finding] = []
    for region in found.regions:
        if region.name not in KINDS:
            unknown.append(_unknown(region))
            continue
        if region.options.get("mode") == "once" and region.body.of(note.text).strip():
            continue
        try:
            outcome, wanted = refresh_region(note, region, scene)
        except Exception as error:
            finding = explain(error, region)
            if finding is None:
                raise
            faults.append(finding)
            continue
        edits += wanted
        outcomes.append(outcome)
    return _looked_at(note, found, edits, outcomes, faults, unknown)


def _looked_at(
    note: Note,
    before: Regions,
    edits: list[Edit],
    outcomes: list[Outcome],
    faults: list[Finding],
    unknown: list[Finding],
) -> Refreshed:
    """Check the result before it is handed out: its regions must be those of the note."""
    text = apply_edits(note.text, edits)
    if edits:
        after = find_regions(parse_note(note.path, text))
        if after.faults or [r.key for r in after.regions] != [r.key for r in before.regions]:
            faults = [*faults, *(_breaks(outcome.region) for outcome in outcomes if outcome.stale)]
            return Refreshed(note.text, (), (), tuple(faults), tuple(unknown))
    return Refreshed(text, tuple(outcomes), (), tuple(faults), tuple(unknown), tuple(edits))


def refresh_region(note: Note, region: Region, scene: Scene) -> tuple[Outcome, list[Edit]]:
    """Return what becomes of a region, and the edits for it."""
    standing = standing_body(note, region)
    first = merged(region, standing, region.stamp, scene)
    told = first if _differ(standing, first.body) else None
    last = _settled(region, first, scene) if told or region.stamp != first.stamp else first
    if told is None and _differ(standing, last.body):
        told = last
    edits = body_edits(note, region, last.body) if told else []
    if region.stamp != last.stamp:
        end = f"{region.prefix}<!-- vaultkit:end {region.name} {last.stamp.options()} -->"
        length = len(region.end.of(note.text).rstrip("\r\n"))
        edits.append(Edit(Span(region.end.start, region.end.start + length), end))
    changed, pruned = (told.changed, told.pruned) if told else ((), first.pruned)
    return Outcome(region, changed, last.held, pruned, region.stamp is None, bool(edits)), edits


def standing_body(note: Note, region: Region) -> Body:
    """Return the body of a region as it stands in its note."""
    return parse_body(region.body.of(note.text), region.prefix, region.name == "roadmap")


def _settled(region: Region, last: Merge, scene: Scene) -> Merge:
    """Merge until it stays: what is read again may be other blocks than were printed."""
    for _ in range(ROUNDS):
        printed = parse_body("\n".join(print_body(last.body)), "", region.name == "roadmap")
        again = merged(region, printed, last.stamp, scene)
        if again.stamp == last.stamp and not _differ(printed, again.body):
            return again
        last = again
    return last


def merged(region: Region, mine: Body, stamp: Stamp | None, scene: Scene) -> Merge:
    """Return what a region is to say where `mine` stands in it."""
    notes = covered_sections(scene, stamp) if region.name in FROM_DOMAINS else ()
    generated = generate(without_sections(scene, notes), region, mine)
    if region.name == "query" and stamp and _asks_other_columns(mine, generated.body, stamp):
        mine, stamp = Body(()), None
    result = merge(mine, generated.body, stamp, generated.policy)
    return replace(result, stamp=replace(result.stamp, notes=notes))


def _asks_other_columns(mine: Body, theirs: Body, stamp: Stamp) -> bool:
    """Whether a query asks for other columns than before, and nobody has written into the answer."""
    untouched = mine.digest() == stamp.sum and not stamp.kept
    return untouched and bool(stamp.head) and head_of(theirs) != stamp.head


def _differ(one: Body, other: Body) -> bool:
    return one is not other and _said_with_marks(one) != _said_with_marks(other)


def _said_with_marks(body: Body) -> list[tuple[str, ...]]:
    """Return what a body says, keep marks included, so that two bodies compare as a reader sees them."""
    return [said for block in body.blocks for said in _said(block)]


def _said(block: Block) -> list[tuple[str, ...]]:
    match block:
        case Table(header, _, rows):
            return [
                _without_last_blanks(normalise(cell.printed) for cell in row.cells) for row in (header, *rows)
            ]
        case Items(items):
            return [(normalise(item.unit.printed),) for item in items]
        case Lines(lines):
            return [(line.key, *(normalise(entry.printed) for entry in line.entries)) for line in lines]
        case Text(text):
            return [(normalise(text.printed),)]


def _without_last_blanks(cells: Iterable[str]) -> tuple[str, ...]:
    said = list(cells)
    while said and not said[-1]:
        said.pop()
    return tuple(said)


def body_edits(note: Note, region: Region, body: Body) -> list[Edit]:
    """Return the edit that makes a region say `body`: a blank line inside each marker, its prefix kept."""
    newline = newline_of(note.text)
    lines = ["", *print_body(body), ""] if body.blocks else ["", ""]
    text = "".join((region.prefix + line if line else region.prefix.rstrip()) + newline for line in lines)
    return [Edit(region.body, text)]


def _unknown(region: Region) -> Finding:
    known = ", ".join(KINDS)
    return Finding(
        region.begin,
        Message(
            f"zone «\u00a0{region.name}\u00a0» inconnue\u00a0: son contenu n’est pas touché",
            f"unknown region '{region.name}': its body is not touched",
        ),
        Message(f"zones connues\u00a0: {known}", f"known regions: {known}"),
    )


def _breaks(region: Region) -> Finding:
    return Finding(
        region.begin,
        Message(
            f"le texte calculé pour la zone «\u00a0{region.name}\u00a0» casserait la note\u00a0: rien n’a été écrit",
            f"what was generated for the region '{region.name}' would break the note: nothing was written",
        ),
    )
