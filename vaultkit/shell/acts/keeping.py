"""What is kept by hand in a note, and the two ways out: give it back to its source, or push it there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from hashlib import sha256

from vaultkit.audit.words import horizon_of
from vaultkit.edits import Changes, Write, apply_edits
from vaultkit.errors import Refused
from vaultkit.markdown.properties import NotEditable
from vaultkit.render.body import normalise
from vaultkit.render.keeping import KeptUnit, given_back, sources_of
from vaultkit.render.push import NOT_PUSHED, PUSHED, Place, Plan, Proposal, column_of, plan_push
from vaultkit.render.push_edits import proposed_column, unmarking
from vaultkit.shell.acts.act import Act, Kept
from vaultkit.shell.acts.pushing import claims, put_proposals, refuse_unmarked, wordings
from vaultkit.shell.acts.stage import Stage, mission_of, note_of, refuse_blocked
from vaultkit.shell.acts.viewing import View, brought_up_to_date, view
from vaultkit.shell.planning import in_conflict, rewritten, write_of
from vaultkit.shell.report import nombre, number
from vaultkit.shell.session import Session
from vaultkit.text import Message, fold

_LONGEST = 60


def kept(session: Session, path: str) -> tuple[Kept, ...]:
    """Return what a rebuild of a note would leave as a person wrote it, in the order of the text.

    Raises VaultkitError (2) if there is no such note.
    """
    note_of(session, path)
    seen = view(session, path)
    return tuple(one for units in kept_by_region(session, seen).values() for one in units) if seen else ()


def kept_by_region(session: Session, seen: View) -> dict[int, tuple[Kept, ...]]:
    """Return what is kept in each region of a note that holds any, by the number of the region."""
    found = {held.number: held.units for held in seen.held if held.units}
    plan = plan_push(seen.mission, {}, session.index.notes) if found else Plan(())
    return {
        region: tuple(_kept(seen, f"{region}.{at}", unit, plan) for at, unit in enumerate(units))
        for region, units in found.items()
    }


def release(session: Session, path: str, id: str) -> Act:
    """Return the act that gives a kept unit back to its source: what is generated stands there, or nothing.

    Its region is brought up to date with it. Raises VaultkitError (2) if there is no such note, and Refused where
    nothing is kept under this id, or the note must not be written.
    """
    note = note_of(session, path)
    refuse_blocked(session, note)
    seen, region, unit = _found(session, path, id)
    if (conflict := in_conflict(seen.mission)) is not None:
        raise Refused(conflict)
    after = given_back(note, region, seen.scene, unit)
    if after is None:
        raise Refused(_NOT_ALONE)
    write = Write(path, after.text, note.digest, (unit.region.key,), "release")
    return Act(Changes((write,)), _released(unit))


def push_one(session: Session, path: str, id: str) -> Act:
    """Return the act that writes a kept unit into the note it follows from, and takes its mark out.

    Its region is brought up to date with it. Raises VaultkitError (2) if there is no such note, and Refused where
    nothing is kept under this id, no note can take it, or one of them must not be written.
    """
    refuse_blocked(session, note_of(session, path))
    seen, _, unit = _found(session, path, id)
    plan = plan_push(seen.mission, {}, session.index.notes)
    taken = _proposals(unit, plan)
    if not taken:
        raise Refused(_without(unit, plan))
    stage = Stage(session)
    exactly = not unit.is_whole
    for target, fault in put_proposals(stage, path, taken, exactly):
        raise Refused(_of_note(target, Message(str(fault), str(fault))))
    for target, reason in stage.refused.items():
        raise Refused(_of_note(target, reason))
    _settle(stage, path, taken)
    said = [proposal.message(seen.mission.language) for proposal in taken]
    told = Message(f"✔ {' ; '.join(one.fr for one in said)}", f"✔ {'; '.join(one.en for one in said)}")
    return Act(stage.changes(session), told, partial(_unmarked, path, taken, exactly))


def push_all(session: Session, path: str) -> Act:
    """Return the act that pushes all that the child notes of a synthesis can take, as `push NOTE --yes`.

    The regions that it is taken from are brought up to date with it. Raises VaultkitError (2) for a note that is no
    synthesis or has no region, Refused for one that must not be written.
    """
    mission = mission_of(session, path)
    refuse_unmarked(mission)
    refuse_blocked(session, mission.synthesis)
    stage = Stage(session)
    taken: list[Proposal] = []
    faults: list[tuple[str, NotEditable]] = []
    for plan in (claims, wordings):
        proposals = plan(stage, path, {}).proposals
        faults += put_proposals(stage, path, proposals)
        taken += proposals
    _settle(stage, path, taken)
    changes = stage.changes(session)
    refused = (*changes.refused, *((target, Message(str(fault), str(fault))) for target, fault in faults))
    away = {target for target, _ in refused}
    taken = [proposal for proposal in taken if proposal.path not in away]
    told = pushed_told(taken) if changes.writes else NOTHING_TO_PUSH
    return Act(Changes(changes.writes, refused=refused), told, partial(_unmarked, path, taken, exactly=False))


def pushed_told(taken: Sequence[Proposal]) -> Message:
    """Return what is to be said of a push that was written."""
    notes = len({proposal.path for proposal in taken})
    return Message(
        f"✔ {nombre(len(taken), 'formulation reportée', 'formulations reportées')} dans {nombre(notes, 'note')}.",
        f"✔ {number(len(taken), 'wording')} pushed into {number(notes, 'note')}.",
    )


NOTHING_TO_PUSH = Message("Rien à reporter.", "Nothing to push.")


def _settle(stage: Stage, path: str, taken: Sequence[Proposal]) -> None:
    """Bring the regions up to date of which something was pushed: a rebuild has nothing left to do there."""
    if taken and path in stage.needs:
        stage.put([brought_up_to_date(stage.session, path, {one.region for one in taken})], "push")


def _unmarked(path: str, taken: Sequence[Proposal], exactly: bool, session: Session) -> Changes:
    """Take the marks out of a synthesis where its notes, as they are now, say what was pushed."""
    mission = session.target(path)
    if mission is None or session.blocked(mission.synthesis) is not None:
        return Changes()
    note, edits = mission.synthesis, unmarking(mission, taken, exactly)
    if not edits:
        return Changes()
    bare = rewritten(note, apply_edits(note.text, edits))
    after = brought_up_to_date(session.with_notes([bare]), path, {one.region for one in taken})
    return Changes((write_of(note, after, "push"),))


# ----------------------------------------------------------------------------------- one unit


def _kept(seen: View, place: str, unit: KeptUnit, plan: Plan) -> Kept:
    taken = _proposals(unit, plan)
    said = [proposal.message(seen.mission.language) for proposal in taken]
    return Kept(
        _id(place, unit),
        unit.region.key,
        unit.span,
        unit.wording,
        unit.generated,
        sources_of(seen.scene, unit),
        taken[0].path if taken else None,
        Message("\n".join(one.fr for one in said), "\n".join(one.en for one in said)) if said else None,
        None if taken else _without(unit, plan),
    )


def _id(place: str, unit: KeptUnit) -> str:
    said = sha256(f"{unit.place}\0{unit.wording}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{place}-{said[:8]}"


def _found(session: Session, path: str, id: str) -> tuple[View, int, KeptUnit]:
    """Return a kept unit by its id, with the number of its region. Raises Refused if there is none."""
    seen = view(session, path)
    if seen is None:
        raise Refused(_LEFT_ALONE)
    for held in seen.held:
        for at, unit in enumerate(held.units):
            if _id(f"{held.number}.{at}", unit) == id:
                return seen, held.number, unit
    raise Refused(_GONE)


def _proposals(unit: KeptUnit, plan: Plan) -> list[Proposal]:
    """Return what `push` proposes for one kept unit: several where notes share a cell, or a row is kept whole."""
    own = [one for one in plan.proposals if one.unit and one.region == unit.region.name]
    if unit.region.name == "recap":
        own = [one for one in own if one.key != "ordre" and fold(one.unit) == fold(unit.label)]
        title = column_of(unit.place.rpartition(" | ")[2])
        return own if unit.is_whole else [one for one in own if title and proposed_column(one) == title]
    if unit.region.name == "roadmap" and unit.line is not None and not unit.is_whole:
        horizon = horizon_of(unit.line.key)
        own = [one for one in own if one.place is Place.LABEL and one.unit == unit.wording]
        return [one for one in own if one.action is not None and one.action.horizon is horizon]
    return []


def _without(unit: KeptUnit, plan: Plan) -> Message:
    """Return why no note takes a kept unit."""
    if unit.region.name not in PUSHED:
        return NOT_PUSHED
    if unit.region.name == "roadmap" and unit.is_whole:
        return _WHOLE_LINE
    if unit.generated is not None and normalise(unit.generated) == normalise(unit.wording):
        return _SAID
    said = (unit.wording, unit.wording.replace("\\|", "|"), unit.label if unit.is_whole else None)
    return next((reason for wording, reason in plan.without if wording in said), _NO_PLACE)


def _released(unit: KeptUnit) -> Message:
    said = _short(unit.wording)
    if unit.generated is None:
        return Message(
            f"✔ «\u00a0{said}\u00a0» effacé\u00a0: aucune note ne le dit",
            f"✔ '{said}' deleted: no note says it",
        )
    source = _short(unit.generated)
    return Message(
        f"✔ «\u00a0{said}\u00a0» n’est plus gardé\u00a0: la zone dit «\u00a0{source}\u00a0»",
        f"✔ '{said}' is kept no more: the region says '{source}'",
    )


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1].rstrip()}…"


def _of_note(path: str, reason: Message) -> Message:
    return Message(f"{path}\u00a0: {reason.fr}", f"{path}: {reason.en}")


_GONE = Message(
    "ce texte n’est plus gardé ici\u00a0: la note a changé, regarder de nouveau",
    "this is kept here no more: the note has changed, look again",
)
_LEFT_ALONE = Message(
    "vaultkit n’écrit pas dans cette note\u00a0: rien n’y est gardé",
    "vaultkit does not write in this note: nothing is kept there",
)
_NOT_ALONE = Message(
    "le rendre changerait un autre texte gardé à la main\u00a0: rien n’a été écrit",
    "giving it back would change something else that is kept by hand: nothing was written",
)
_WHOLE_LINE = Message(
    "toute la ligne est gardée\u00a0: seules ses entrées se reportent",
    "the whole line is kept: only its items can be pushed",
)
_SAID = Message(
    "sa note le dit déjà\u00a0: il n’y a plus rien à garder",
    "its note says so already: there is nothing left to keep",
)
_NO_PLACE = Message("aucune note n’a de place pour cela", "no note has a place for it")
