"""`adopt` as a plan: the markers of a synthesis, and what is to be said of them."""

from __future__ import annotations

from collections.abc import Iterator

from vaultkit.edits import apply_edits
from vaultkit.markdown.note import Note
from vaultkit.render.adopt import Adoption
from vaultkit.render.adopt import adopt as plan_adoption
from vaultkit.shell.acts.act import Act
from vaultkit.shell.acts.stage import Stage, mission_of, refuse_blocked
from vaultkit.shell.planning import rewritten
from vaultkit.shell.session import Session
from vaultkit.text import Message


def adopt(session: Session, path: str) -> Act:
    """Return the act that marks recap, roadmap and links of a synthesis as regions; it may have nothing to write.

    Raises VaultkitError (2) for a note that is no synthesis, Refused for one that must not be written.
    """
    mission = mission_of(session, path)
    refuse_blocked(session, mission.synthesis)
    stage = Stage(session)
    adoption = put_markers(stage, path)
    told = list(adoption_told(mission.synthesis, adoption, bool(adoption.marked)))
    said = Message("\n".join(line.fr for line in told), "\n".join(line.en for line in told))
    return Act(stage.changes(session), said)


def put_markers(stage: Stage, path: str, sections: bool = False, diagnostic: bool = False) -> Adoption:
    """Put the markers into the plan: after the child notes, as a section that becomes a region is a source no more."""
    mission = stage.mission(path)
    adoption = plan_adoption(mission, sections, diagnostic)
    note = mission.synthesis
    stage.put([rewritten(note, apply_edits(note.text, adoption.edits))], "adopt")
    return adoption


def adoption_told(note: Note, adoption: Adoption, written: bool) -> Iterator[Message]:
    """Yield what is to be said of an adoption, a line each."""
    name = note.name
    if adoption.marked and written:
        listed = ", ".join(adoption.marked)
        yield Message(
            f"✔ {name} préparée\u00a0: repères autour de {listed}\u00a0; le texte est inchangé.",
            f"✔ {name} prepared: markers around {listed}; its text is unchanged.",
        )
    elif adoption.present and not adoption.marked:
        yield Message(f"{name} a déjà ses repères.", f"{name} has its markers already.")
    for label in adoption.uncovered:
        yield Message(
            f"«\u00a0{label}\u00a0» reste tel quel\u00a0: aucune note fille (--create-children en fait une).",
            f"Section '{label}' left as it is: no child note (--create-children makes one).",
        )
    for heading in adoption.missing:
        yield Message(
            f"Pas trouvé\u00a0: «\u00a0{heading}\u00a0» (un titre, puis son tableau ou sa liste).",
            f"Not found: '{heading}' (a heading, then its table or list).",
        )
