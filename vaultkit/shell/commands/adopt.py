"""`adopt` and `push`: a synthesis written by hand begins to follow its notes. And `eject`, the way back."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from vaultkit.audit.model import Mission
from vaultkit.edits import apply_edits
from vaultkit.errors import VaultkitError
from vaultkit.markdown.parse import parse_note
from vaultkit.render.adopt import eject
from vaultkit.render.children import Child, plan_children
from vaultkit.render.push import Place, Plan, Proposal
from vaultkit.shell import console
from vaultkit.shell.acts.adopting import adoption_told, put_markers
from vaultkit.shell.acts.keeping import NOTHING_TO_PUSH, pushed_told
from vaultkit.shell.acts.pushing import claims, put_proposals, refuse_unmarked, wordings
from vaultkit.shell.acts.stage import Stage, refuse_broken
from vaultkit.shell.commands.context import Context, open_context, show_diff, tell_refused, tell_undo
from vaultkit.shell.planning import rewritten
from vaultkit.text import Message, fold


def adopt(arguments: Namespace) -> int:
    """Run `adopt`; return its exit code."""
    context = open_context(arguments)
    mission = context.mission(arguments.note)
    stage = Stage(context.session)
    refuse_broken(mission.synthesis)
    if arguments.create_children:
        _create(context, stage, mission.path, arguments)
    adoption = put_markers(stage, mission.path, arguments.sections, arguments.diagnostic)
    if arguments.push:
        _push(context, stage, mission.path, arguments, asking=False)
    if arguments.diff:
        return show_diff(context, stage.changes(context.session))
    done = context.session.apply(stage.changes(context.session), "adopt")
    for line in adoption_told(mission.synthesis, adoption, bool(done.written)):
        context.voice.tell(line)
    tell_undo(context, done)
    if done.written:
        context.voice.say("Ensuite\u00a0: vaultkit rebuild", "Next: vaultkit rebuild")
    return tell_refused(context, done.refused)


def push(arguments: Namespace) -> int:
    """Run `push`; return its exit code."""
    context = open_context(arguments)
    mission = context.mission(arguments.note)
    refuse_unmarked(mission)
    refuse_broken(mission.synthesis)
    stage = Stage(context.session)
    taken = _push(context, stage, mission.path, arguments, asking=True)
    if arguments.diff:
        return show_diff(context, stage.changes(context.session))
    done = context.session.apply(stage.changes(context.session), "push")
    if done.written:
        context.voice.tell(pushed_told(taken))
        tell_undo(context, done)
    elif not done.refused:
        context.voice.tell(NOTHING_TO_PUSH)
    return tell_refused(context, done.refused)


def eject_note(arguments: Namespace) -> int:
    """Run `eject`: take the markers out of a note; return the exit code."""
    context = open_context(arguments)
    mission = context.mission(arguments.note)
    refuse_broken(mission.synthesis)
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
    plan = claims(stage, path, _pairs(getattr(arguments, "child", []), "--child"))
    taken = _taken(context, stage, path, plan, arguments, asking)
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
    plan = wordings(stage, path, _pairs(arguments.item, "--item"))
    taken = _taken(context, stage, path, plan, arguments, asking)
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
    """Put the proposals into the plan, and say which notes cannot take them."""
    for target, fault in put_proposals(stage, path, proposals):
        context.voice.warn(Message(f"✖ {target}\u00a0: {fault}", f"✖ {target}: {fault}"))


def _pairs(said: list[str], option: str) -> Mapping[str, str]:
    """Return `LABEL=NAME` options as a mapping; raises VaultkitError (2) for one without `=`."""
    pairs = {}
    for one in said:
        label, equals, name = one.partition("=")
        if not equals or not label.strip() or not name.strip():
            raise VaultkitError(Message(f'{option} attend "libellé=note"', f'{option} expects "label=note"'))
        pairs[label.strip()] = name.strip()
    return pairs
