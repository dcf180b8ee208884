"""`check`: what is wrong in the vault, and the safe fixes."""

from __future__ import annotations

from argparse import Namespace

from vaultkit.diagnostics import Diagnostic, Severity
from vaultkit.edits import Changes, Edit, apply_edits
from vaultkit.shell import report
from vaultkit.shell.commands.context import Context, open_context, tell_refused, tell_undo
from vaultkit.shell.names import find_paths
from vaultkit.shell.session import rewritten, write_of

#: For how many unresolved links the nearest name is looked up: each costs a pass over all names.
HINTS = 50


def check(arguments: Namespace) -> int:
    """Run the command; return 1 if there is an error."""
    context = open_context(arguments)
    session = context.session
    asked = find_paths(session.index, session.root, arguments.paths) if arguments.paths else None
    found = session.check(session.plan(), asked, HINTS)
    code = 0
    if arguments.fix:
        code = _fix(context, found)
        context = open_context(arguments)
        session = context.session
        found = session.check(session.plan(), asked, HINTS)
    if arguments.format == "json":
        print(report.document(diagnostics=report.as_json(found, session.index, context.language)))
    else:
        for line in report.as_text(found, session.index, context.language):
            print(line)
        count = report.counted(found, context.language)
        context.voice.say(
            f"→ {count}" if count else "✔ Rien à signaler.", f"→ {count}" if count else "✔ Nothing to report."
        )
    return max(code, int(any(d.kind.severity is Severity.ERROR for d in found)))


def _fix(context: Context, found: list[Diagnostic]) -> int:
    """Make the fixes that diagnostics carry; return the exit code."""
    session = context.session
    edits: dict[str, list[Edit]] = {}
    for diagnostic in found:
        edits.setdefault(diagnostic.path, []).extend(diagnostic.finding.fix)
    writes = []
    for path, wanted in edits.items():
        note = session.index.notes.get(path)
        if note is not None and wanted and not note.readonly:
            writes.append(write_of(note, rewritten(note, apply_edits(note.text, wanted)), "check --fix"))
    done = session.apply(Changes(tuple(writes)), "check --fix")
    for write in done.written:
        context.voice.say(f"✔ corrigé\u00a0: {write.path}", f"✔ fixed: {write.path}")
    tell_undo(context, done)
    return tell_refused(context, done.refused)
