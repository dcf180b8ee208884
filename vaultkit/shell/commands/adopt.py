"""`adopt` and `push`: a synthesis written by hand begins to follow its notes. And `eject`, the way back."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from vaultkit.audit.extract import domain_note
from vaultkit.audit.model import Mission
from vaultkit.edits import Changes, Edit, Write, apply_edits
from vaultkit.errors import Refused, VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.properties import NotEditable
from vaultkit.markdown.regions import find_regions
from vaultkit.render.adopt import Adoption, eject
from vaultkit.render.adopt import adopt as plan_adoption
from vaultkit.render.children import Child, plan_children
from vaultkit.render.push import Place, Plan, Proposal, is_named, plan_push, unclaimed
from vaultkit.render.push_edits import edits_for, unmarking
from vaultkit.shell import console
from vaultkit.shell.commands.context import Context, open_context, show_diff, tell_refused, tell_undo
from vaultkit.shell.planning import rewritten
from vaultkit.shell.report import nombre, number
from vaultkit.shell.session import Session
from vaultkit.text import Message, fold


class Stage(Struct):
    """A plan that grows: the session as it would be, and why each note would be written."""

    session: Session
    reasons: dict[str, str] = field(default_factory=dict)

    def put(self, notes: Iterable[Note], reason: str) -> None:
        """Take these notes into the plan."""
        changed = list(notes)
        self.session = self.session.with_notes(changed)
        for note in changed:
            self.reasons.setdefault(note.path, reason)

    def mission(self, path: str) -> Mission:
        """Return the mission of a synthesis as it would be."""
        return next(mission for mission in self.session.missions if mission.path == path)

    def changes(self, before: Session) -> Changes:
        """Return the writes of the plan: new notes first, the synthesis last."""
        writes = []
        for path, reason in self.reasons.items():
            old, new = before.index.notes.get(path), self.session.index.notes[path]
            if old is None or old.text != new.text:
                writes.append(Write(path, new.text, old.digest if old else None, (), reason))
        return Changes(tuple(sorted(writes, key=lambda w: (w.digest is not None, w.reason == "adopt"))))


def adopt(arguments: Namespace) -> int:
    """Run `adopt`; return its exit code."""
    context = open_context(arguments)
    mission = context.mission(arguments.note)
    stage = Stage(context.session)
    _refuse_broken(mission)
    if arguments.create_children:
        _create(context, stage, mission.path, arguments)
    adoption = _adopt(stage, mission.path, arguments)
    if arguments.push:
        _push(context, stage, mission.path, arguments, asking=False)
    if arguments.diff:
        return show_diff(context, stage.changes(context.session))
    done = context.session.apply(stage.changes(context.session), "adopt")
    _tell_adoption(context, mission, adoption, bool(done.written))
    tell_undo(context, done)
    if done.written:
        context.voice.say("Ensuite\u00a0: vaultkit rebuild", "Next: vaultkit rebuild")
    return tell_refused(context, done.refused)


def push(arguments: Namespace) -> int:
    """Run `push`; return its exit code."""
    context = open_context(arguments)
    mission = context.mission(arguments.note)
    if not find_regions(mission.synthesis).regions:
        raise VaultkitError(
            Message(
                f"{mission.synthesis.name} n’a pas de zone\u00a0: commencer par vaultkit adopt",
                f"{mission.synthesis.name} has no region: begin with vaultkit adopt",
            )
        )
    _refuse_broken(mission)
    stage = Stage(context.session)
    taken = _push(context, stage, mission.path, arguments, asking=True)
    if arguments.diff:
        return show_diff(context, stage.changes(context.session))
    done = context.session.apply(stage.changes(context.session), "push")
    if done.written:
        notes = len({proposal.path for proposal in taken})
        context.voice.say(
            f"✔ {nombre(len(taken), 'formulation reportée', 'formulations reportées')} dans {nombre(notes, 'note')}.",
            f"✔ {number(len(taken), 'wording')} pushed into {number(notes, 'note')}.",
        )
        tell_undo(context, done)
    elif not done.refused:
        context.voice.say("Rien à reporter.", "Nothing to push.")
    return tell_refused(context, done.refused)


def eject_note(arguments: Namespace) -> int:
    """Run `eject`: take the markers out of a note; return the exit code."""
    context = open_context(arguments)
    mission = context.mission(arguments.note)
    _refuse_broken(mission)
    note = mission.synthesis
    stage = Stage(context.session)
    stage.put([rewritten(note, apply_edits(note.text, eject(note)))], "eject")
    if arguments.diff:
        return show_diff(context, stage.changes(context.session))
    done = context.session.apply(stage.changes(context.session), "eject")
    if done.written:
        context.voice.say(f"✔ repères retirés de {note.name}", f"✔ markers taken out of {note.name}")
    tell_undo(context, done)
    return tell_refused(context, done.refused)


# --------------------------------------------------------------------------------------- steps


def _refuse_broken(mission: Mission) -> None:
    faults = find_regions(mission.synthesis).faults
    if mission.synthesis.readonly:
        raise Refused(Message("cette note n’est pas en UTF-8", "this note is not UTF-8"))
    if faults:
        line = mission.synthesis.lines.line(faults[0].span.start) + 1
        said = faults[0].message
        raise Refused(
            Message(
                f"{mission.path}:{line}\u00a0: {said.fr}\u00a0; rien n’a été écrit",
                f"{mission.path}:{line}: {said.en}; nothing was written",
            )
        )


def _adopt(stage: Stage, path: str, arguments: Namespace) -> Adoption:
    """Plan the markers: after the child notes, as a section that becomes a region is a source no more."""
    mission = stage.mission(path)
    adoption = plan_adoption(mission, arguments.sections, arguments.diagnostic)
    note = mission.synthesis
    stage.put([rewritten(note, apply_edits(note.text, adoption.edits))], "adopt")
    return adoption


def _tell_adoption(context: Context, mission: Mission, adoption: Adoption, written: bool) -> None:
    name = mission.synthesis.name
    if adoption.marked and written:
        listed = ", ".join(adoption.marked)
        context.voice.say(
            f"✔ {name} préparée\u00a0: repères autour de {listed}\u00a0; le texte est inchangé.",
            f"✔ {name} prepared: markers around {listed}; its text is unchanged.",
        )
    elif adoption.present and not adoption.marked:
        context.voice.say(f"{name} a déjà ses repères.", f"{name} has its markers already.")
    for label in adoption.uncovered:
        context.voice.say(
            f"«\u00a0{label}\u00a0» reste tel quel\u00a0: aucune note fille (--create-children en fait une).",
            f"Section '{label}' left as it is: no child note (--create-children makes one).",
        )
    for heading in adoption.missing:
        context.voice.say(
            f"Pas trouvé\u00a0: «\u00a0{heading}\u00a0» (un titre, puis son tableau ou sa liste).",
            f"Not found: '{heading}' (a heading, then its table or list).",
        )


def _create(context: Context, stage: Stage, path: str, arguments: Namespace) -> None:
    """Plan the missing child notes, each choice shown."""
    mission = stage.mission(path)
    chosen = _pairs(arguments.child, "--child")
    _refuse_unknown(chosen, mission)
    children = plan_children(stage.session.index, mission, chosen, stage.session.app)
    wanted = []
    for child in children:
        _tell_child(context, child)
        question = Message(f"Créer {child.path}\u00a0?", f"Create {child.path}?")
        if arguments.yes or arguments.diff or not console.interactive() or context.voice.ask(question):
            wanted.append(child)
    stage.put([parse_note(child.path, child.text) for child in wanted], "adopt --create-children")
    _claim(context, stage, path, arguments, False)


def _claim(context: Context, stage: Stage, path: str, arguments: Namespace, asking: bool) -> list[Proposal]:
    """Plan the `domaine` of child notes that only have a file name; return the proposals that were taken."""
    claims = unclaimed(stage.mission(path), _pairs(getattr(arguments, "child", []), "--child"))
    taken = _taken(context, stage, path, Plan(tuple(claims)), arguments, asking)
    _write(context, stage, path, taken)
    return taken


def _refuse_unknown(chosen: Mapping[str, str], mission: Mission) -> None:
    """Raise VaultkitError (2) if `--child` names a section that the synthesis does not have."""
    labels = [fold(form) for section in mission.sections for form in (section.label, section.short)]
    for label in chosen:
        if fold(label) not in labels:
            raise VaultkitError(
                Message(
                    f"--child\u00a0: aucune section de domaine ne s’appelle «\u00a0{label}\u00a0»",
                    f"--child: no domain section is called '{label}'",
                )
            )


def _tell_child(context: Context, child: Child) -> None:
    if not child.interview:
        context.voice.say(
            f"  note de domaine\u00a0: {child.name} ← section «\u00a0{child.domain}\u00a0»",
            f"  domain note: {child.name} ← section '{child.domain}'",
        )
    elif child.domain:
        context.voice.say(
            f"  entretien\u00a0: {child.name} → {child.domain}", f"  interview: {child.name} → {child.domain}"
        )
    else:
        context.voice.say(
            f"  entretien\u00a0: {child.name} (aucun domaine reconnu)",
            f"  interview: {child.name} (no domain recognised)",
        )


def _push(context: Context, stage: Stage, path: str, arguments: Namespace, asking: bool) -> list[Proposal]:
    """Plan the wordings that go into the child notes; return those that were taken."""
    claimed = _claim(context, stage, path, arguments, asking)
    mission, items = stage.mission(path), _pairs(arguments.item, "--item")
    for name in items.values():
        if not any(is_named(child.path, name) for child in mission.children):
            raise VaultkitError(
                Message(
                    f"--item\u00a0: «\u00a0{name}\u00a0» n’est pas une note fille de {mission.synthesis.name}",
                    f"--item: '{name}' is no child note of {mission.synthesis.name}",
                )
            )
    taken = _taken(
        context, stage, path, plan_push(mission, items, stage.session.index.notes), arguments, asking
    )
    _write(context, stage, path, taken)
    return claimed + taken


def _taken(
    context: Context, stage: Stage, path: str, plan: Plan, arguments: Namespace, asking: bool
) -> list[Proposal]:
    """Show each proposal, ask where that is needed, and return those that were taken."""
    ask = console.interactive() and not arguments.yes and not arguments.diff
    taken = []
    for count, proposal in enumerate(plan.proposals, 1):
        message = proposal.message(stage.mission(path).language)
        if ask and (asking or not proposal.sure):
            numbered = Message(f"{count}. {message.fr}\u00a0?", f"{count}. {message.en}?")
            if context.voice.ask(numbered):
                taken.append(proposal)
        elif arguments.yes or (proposal.sure and proposal.place is not Place.LEFT_OUT):
            context.voice.tell(Message(f"  {message.fr}", f"  {message.en}"))
            taken.append(proposal)
        else:
            context.voice.tell(
                Message(
                    f"  reste à décider (--yes)\u00a0: {message.fr}",
                    f"  left to decide (--yes): {message.en}",
                )
            )
    for wording, reason in plan.without:
        context.voice.tell(
            Message(
                f"  reste gardé\u00a0: «\u00a0{wording}\u00a0», {reason.fr}",
                f"  stays kept: '{wording}', {reason.en}",
            )
        )
    return taken


def _write(context: Context, stage: Stage, path: str, proposals: list[Proposal]) -> None:
    """Put the proposals into the planned notes, and take the marks of what was pushed out of the synthesis."""
    mission = stage.mission(path)
    notes = []
    for target in dict.fromkeys(proposal.path for proposal in proposals):
        note = stage.session.index.notes[target]
        own = [proposal for proposal in proposals if proposal.path == target]
        try:
            edits: list[Edit] = edits_for(note, domain_note(note), own, mission.language)
        except NotEditable as fault:
            context.voice.warn(Message(f"✖ {target}\u00a0: {fault}", f"✖ {target}: {fault}"))
            continue
        notes.append(rewritten(note, apply_edits(note.text, edits)))
    stage.put(notes, "push")
    synthesis = mission.synthesis
    edits = unmarking(stage.mission(path), proposals)
    stage.put([rewritten(synthesis, apply_edits(synthesis.text, edits))] if edits else [], "push")


def _pairs(said: list[str], option: str) -> Mapping[str, str]:
    """Return `LABEL=NAME` options as a mapping; raises VaultkitError (2) for one without `=`."""
    pairs = {}
    for one in said:
        label, equals, name = one.partition("=")
        if not equals or not label.strip() or not name.strip():
            raise VaultkitError(Message(f'{option} attend "libellé=note"', f'{option} expects "label=note"'))
        pairs[label.strip()] = name.strip()
    return pairs
