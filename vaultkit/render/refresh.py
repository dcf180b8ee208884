"""The regions of a note rendered anew: text in, text and what became of it out.

Every character outside the regions stays, what a person wrote in them stays, and refreshing a second
time changes nothing. A region whose template fails, or whose body would break the note, is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import Region, find_regions
from vaultkit.render.body import Block, Body, Items, Lines, Table, Text, normalise, parse_body, print_body
from vaultkit.render.kinds import KINDS, Generated, Scene, generate
from vaultkit.render.merge import Fate, merge
from vaultkit.text import Message, Span, newline_of


#: Makes a finding of what a template raised; None if it is no fault of a template.
Explain = Callable[[Exception, Region], Finding | None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one region: the units that changed, that are held, and that were pruned."""

    region: Region
    changed: tuple[Fate, ...] = ()
    held: tuple[Fate, ...] = ()
    pruned: tuple[Fate, ...] = ()
    adopted: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True)
class Refreshed:
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
        mine = parse_body(region.body.of(note.text), region.prefix, region.name == "roadmap")
        try:
            generated = generate(scene, region, mine)
        except Exception as error:
            finding = explain(error, region)
            if finding is None:
                raise
            faults.append(finding)
            continue
        if generated is not None:
            outcome, wanted = _refresh_region(note, region, mine, generated)
            edits += wanted
            outcomes.append(outcome)
    return _looked_at(note, edits, outcomes, faults, unknown)


def _looked_at(
    note: Note, edits: list[Edit], outcomes: list[Outcome], faults: list[Finding], unknown: list[Finding]
) -> Refreshed:
    """Check the result before it is handed out: its regions must be those of the note."""
    text = apply_edits(note.text, edits)
    if edits:
        before, after = find_regions(note), find_regions(parse_note(note.path, text))
        if after.faults or [r.key for r in after.regions] != [r.key for r in before.regions]:
            faults = [*faults, *(_breaks(outcome.region) for outcome in outcomes if outcome.stale)]
            return Refreshed(note.text, (), (), tuple(faults), tuple(unknown))
    return Refreshed(text, tuple(outcomes), (), tuple(faults), tuple(unknown), tuple(edits))


def _refresh_region(note: Note, region: Region, mine: Body, generated: Generated) -> tuple[Outcome, list[Edit]]:
    merged = merge(mine, generated.body, region.stamp, generated.policy)
    edits: list[Edit] = []
    touched = _said_with_marks(mine) != _said_with_marks(merged.body)
    if touched:
        edits += body_edits(note, region, merged.body)
    end = f"{region.prefix}<!-- vaultkit:end {region.name} {merged.stamp.options()} -->"
    standing = region.end.of(note.text)
    if region.stamp != merged.stamp:
        edits.append(Edit(Span(region.end.start, region.end.start + len(standing.rstrip("\r\n"))), end))
    outcome = Outcome(
        region,
        tuple(merged.changed) if touched else (),
        tuple(merged.held),
        tuple(merged.pruned),
        region.stamp is None,
        bool(edits),
    )
    return outcome, edits


def _said_with_marks(body: Body) -> list[tuple[str, ...]]:
    """Return what a body says, keep marks included, so that two bodies compare as a reader sees them."""
    def block(one: Block) -> list[tuple[str, ...]]:
        match one:
            case Table(header, _, rows):
                return [tuple(normalise(cell.printed) for cell in row.cells) for row in (header, *rows)]
            case Items(items):
                return [(normalise(item.unit.printed),) for item in items]
            case Lines(lines):
                return [(line.key, *(normalise(entry.printed) for entry in line.entries)) for line in lines]
            case Text(text):
                return [(normalise(text.printed),)]

    return [said for one in body.blocks for said in block(one)]


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
