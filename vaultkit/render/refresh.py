"""The regions of a note rendered anew: text in, text and what became of it out.

Every character outside the regions stays, what a person wrote in them stays, and refreshing a second
time changes nothing. A region whose template fails, or whose body would break the note, is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import Region, Regions, find_regions
from vaultkit.render.outcome import Outcome as Outcome
from vaultkit.render.outcome import Refreshed as Refreshed
from vaultkit.text import Message

if TYPE_CHECKING:
    from vaultkit.render.scene import Scene

#: Makes a finding of what a template raised; None if it is no fault of a template.
Explain = Callable[[Exception, Region], Finding | None]


def refresh(note: Note, scene: Scene, explain: Explain) -> Refreshed:
    """Return `note` with the bodies of its regions rendered anew."""
    from vaultkit.render.kinds import KINDS
    from vaultkit.render.region_bodies import refresh_region

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


def _unknown(region: Region) -> Finding:
    from vaultkit.render.kinds import KINDS

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
