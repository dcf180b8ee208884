"""What becomes of the body of one region: what stands there merged with what is generated."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from vaultkit.edits import Edit
from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import Region, Stamp
from vaultkit.render.body import Block, Body, Items, Lines, Table, Text, normalise, parse_body
from vaultkit.render.kinds import FROM_DOMAINS, covered_sections, generate, without_sections
from vaultkit.render.merge import Merge, merge
from vaultkit.render.merge_table import head_of
from vaultkit.render.outcome import Outcome
from vaultkit.render.print_body import print_body
from vaultkit.render.scene import Scene
from vaultkit.text import Span, newline_of

#: How often a body is merged anew until it stays.
ROUNDS = 4


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
