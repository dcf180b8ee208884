"""`rebuild`, of a vault that has to be read for it."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from importlib import import_module

from vaultkit.diagnostics import Severity
from vaultkit.edits import Change
from vaultkit.errors import Refused
from vaultkit.rules.kinds import REGION_WORDS
from vaultkit.shell import report
from vaultkit.shell.commands.context import Context, open_context, show_diff, tell_refused, tell_undo
from vaultkit.shell.commands.overview import opened, tell_mission
from vaultkit.shell.files import DiskFiles, Files
from vaultkit.shell.fresh import keep_verdict
from vaultkit.shell.later import later
from vaultkit.shell.placed import placed
from vaultkit.shell.planning import Done, Plan, stale_regions
from vaultkit.shell.ports import Wait
from vaultkit.shell.session import Session
from vaultkit.shell.verdict import UP_TO_DATE
from vaultkit.text import Message, note_name

#: What planning and checking load, where there is a synthesis.
ROOMS = (
    "jsonschema_rs",
    "vaultkit.markdown.yaml_handler",
    "vaultkit.render.kinds",
    "vaultkit.render.templates",
    "vaultkit.schema.read",
    "vaultkit.shell.checking",
    "vaultkit.shell.rendering",
    "vaultkit.shell.rounds",
)


def rebuild_read(arguments: Namespace, files: Files | None = None) -> int:
    """Run the command on the vault as it is read, from `files` if they are given; return its exit code."""
    context = open_context(arguments, arguments.root, files, _load_rooms)
    if arguments.check or arguments.diff or arguments.dry_run:
        return _show(context, arguments)
    if arguments.wait:
        context = _quiet(context)
    with context.session.check_ahead():
        done, session, plan = context.session.rebuild(arguments.prune, arguments.expect)
        if not arguments.prune:
            _learn(session, plan, context.language)
        found = session.check(plan)
    code = Refused.exit_code if done.refused else 0
    code = max(code, int(any(d.kind.severity is Severity.ERROR for d in found)))
    if arguments.json:
        print(_document(session, done, report.as_json(placed(found, session.lines), context.language)))
        return code
    _tell(context, session, plan, done)
    if count := report.counted(found, context.language):
        context.voice.say(f"À voir\u00a0: {count} (vaultkit check)", f"To see: {count} (vaultkit check)")
    return code


def _load_rooms() -> None:
    """Load what is dear to load and will be asked for once the notes are read."""
    for room in ROOMS:
        import_module(room)


def _quiet(context: Context) -> Context:
    """Wait until nobody types in what is read and written, and say for what."""
    from vaultkit.shell.daemon.patience import wait_for_quiet
    from vaultkit.shell.daemon.telling import reason

    def say(wait: Wait) -> None:
        why = reason(wait, context.session.settings)
        context.voice.warn(
            Message(
                f"en attente\u00a0: {note_name(wait.path)} ({why.fr})",
                f"waiting: {note_name(wait.path)} ({why.en})",
            )
        )

    return Context(wait_for_quiet(context.session, say), context.voice)


def _show(context: Context, arguments: Namespace) -> int:
    """Say what a rebuild would do; nothing is written."""
    plan = context.session.plan(arguments.prune, trust=True)
    if not arguments.prune:
        _learn(context.session, plan, context.language)
    changes = plan.changes
    code = int(bool(changes.writes)) if arguments.check else 0
    if arguments.expect is not None and len(changes.writes) != arguments.expect:
        code = Refused.exit_code
    if arguments.json:
        stale = stale_regions(plan)
        found = report.as_json(placed(stale, context.session.lines), context.language)
        done = Done(refused=list(changes.refused))
        print(_document(context.session, done, found))
        return max(code, Refused.exit_code if changes.refused else 0)
    if arguments.diff:
        return max(code, show_diff(context, changes))
    for write in changes.writes:
        words = ", ".join(_region_word(region, context.language) for region in write.regions)
        context.voice.say(f"pas à jour\u00a0: {write.path} ({words})", f"stale: {write.path} ({words})")
        for line in report.summary([c for c in changes.summary if c.path == write.path], context.language):
            print(f"    {line}")
    if not changes.writes and not changes.refused:
        context.voice.tell(UP_TO_DATE)
    return max(code, tell_refused(context, changes.refused))


def _learn(session: Session, plan: Plan, language: str) -> None:
    """Keep, once there is time, that all is up to date, if that is what the plan of the whole vault says.

    Not where a file cannot be read, nor where the answer of a query stands in a note: that may rest on the day.
    """
    cache, files, changes = session.store.file, session.files, plan.changes
    left_open = changes.writes or changes.refused or session.problems or session.asks
    if cache is not None and isinstance(files, DiskFiles) and not left_open:
        later(partial(keep_verdict, cache, session.root, files, session.entries, session.seen, language))


def _document(session: Session, done: Done, found: list[dict[str, object]]) -> str:
    return report.document(
        written=[{"path": write.path, "regions": list(write.regions)} for write in done.written],
        unchanged=len(session.index.notes) - len(done.written),
        pending=[],  # a one-shot command waits for nobody
        refused=[{"path": path, "message": message.en} for path, message in done.refused],
        diagnostics=found,
        timings={name: round(seconds, 6) for name, seconds in session.timings.items()},
    )


def _region_word(region: str, language: str) -> str:
    kind = region.split(":")[0]
    return REGION_WORDS[kind].of(language) if kind in REGION_WORDS else region


def _tell(context: Context, session: Session, plan: Plan, done: Done) -> None:
    """Say what was brought up to date, in the words of the person."""
    for write in done.written:
        changes = [change for change in done.summary if change.path == write.path]
        _tell_note(context, write.path, changes)
    tell_undo(context, done)
    tell_refused(context, done.refused)
    if done.written or done.refused:
        return
    if not session.missions:
        context.voice.say(
            "Aucune synthèse dans ce coffre (category: synthese_globale)\u00a0: rien à mettre à jour.",
            "No synthesis in this vault (category: synthese_globale): nothing to bring up to date.",
        )
    elif not plan.has_regions:
        name = session.missions[0].synthesis.name
        context.voice.say(
            f'Rien n’a été changé\u00a0: aucune zone à tenir à jour. Pour en préparer\u00a0: vaultkit adopt "{name}"',
            f'Nothing was changed: no region to keep up to date. To prepare some: vaultkit adopt "{name}"',
        )
    else:
        _tell_up_to_date(context, session)


def _tell_up_to_date(context: Context, session: Session) -> None:
    """Say that there was nothing to do, and for what."""
    context.voice.say(
        "✔ Tout est à jour, rien n’a été écrit.", "✔ Everything is up to date, nothing was written."
    )
    if len(missions := opened(session)) <= 5:
        for mission in missions:
            tell_mission(context, mission)


def _tell_note(context: Context, path: str, changes: list[Change]) -> None:
    name = note_name(path)
    lines = report.summary(changes, context.language)
    count = report.counts(changes, context.language)
    if not changes:
        context.voice.say(f"✔ {name} mise à jour (repères)", f"✔ {name} brought up to date (markers)")
    elif len(lines) == 1:
        context.voice.say(
            f"✔ {name} mise à jour\u00a0: {count} ({lines[0]})",
            f"✔ {name} brought up to date: {count} ({lines[0]})",
        )
    else:
        context.voice.say(f"✔ {name} mise à jour\u00a0: {count}", f"✔ {name} brought up to date: {count}")
        for line in lines:
            print(f"    {line}")
