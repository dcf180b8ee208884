"""What `push` would write into the child notes of a synthesis, step by step on a stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vaultkit.audit.extract import domain_note
from vaultkit.audit.model import Mission
from vaultkit.edits import Edit, apply_edits
from vaultkit.errors import VaultkitError
from vaultkit.markdown.properties import NotEditable
from vaultkit.markdown.regions import find_regions
from vaultkit.render.push import Plan, Proposal, is_named, plan_push, unclaimed
from vaultkit.render.push_edits import edits_for, unmarking
from vaultkit.shell.acts.stage import Stage
from vaultkit.shell.planning import rewritten
from vaultkit.text import Message


def refuse_unmarked(mission: Mission) -> None:
    """Raise VaultkitError (2) for a synthesis without regions."""
    if not find_regions(mission.synthesis).regions:
        raise VaultkitError(
            Message(
                f"{mission.synthesis.name} n’a pas de zone\u00a0: commencer par vaultkit adopt",
                f"{mission.synthesis.name} has no region: begin with vaultkit adopt",
            )
        )


def claims(stage: Stage, path: str, chosen: Mapping[str, str]) -> Plan:
    """Return the `domaine` of child notes that only have a file name; `chosen` maps labels to names."""
    return Plan(tuple(unclaimed(stage.mission(path), chosen)))


def wordings(stage: Stage, path: str, items: Mapping[str, str]) -> Plan:
    """Return the wordings that could go into the child notes; `items` maps roadmap items to names.

    Raises VaultkitError (2) for a name that is no child note's.
    """
    mission = stage.mission(path)
    for name in items.values():
        if not any(is_named(child.path, name) for child in mission.children):
            raise VaultkitError(
                Message(
                    f"--item\u00a0: «\u00a0{name}\u00a0» n’est pas une note fille de {mission.synthesis.name}",
                    f"--item: '{name}' is no child note of {mission.synthesis.name}",
                )
            )
    return plan_push(mission, items, stage.session.index.notes)


def put_proposals(
    stage: Stage, path: str, proposals: Sequence[Proposal], exactly: bool = False
) -> list[tuple[str, NotEditable]]:
    """Put proposals into the planned notes, and take the marks of what was pushed out of the synthesis.

    Returns the notes whose properties cannot be written, with the fault. `exactly` leaves all other marks.
    """
    mission, faults, notes = stage.mission(path), [], []
    for target in dict.fromkeys(proposal.path for proposal in proposals):
        note = stage.session.index.notes[target]
        if (blocked := stage.session.blocked(note)) is not None:
            stage.refused[target] = blocked
            continue
        own = [proposal for proposal in proposals if proposal.path == target]
        try:
            edits: list[Edit] = edits_for(note, domain_note(note), own, mission.language)
        except NotEditable as fault:
            faults.append((target, fault))
            continue
        notes.append(rewritten(note, apply_edits(note.text, edits)))
    stage.put(notes, "push")
    if edits := unmarking(stage.mission(path), proposals, exactly):
        synthesis = mission.synthesis
        stage.put([rewritten(synthesis, apply_edits(synthesis.text, edits))], "push")
        stage.needs[path] = (*stage.needs.get(path, ()), *(note.path for note in notes))
    else:
        stage.put([], "push")
    return faults
