"""`check`: what is wrong in the vault, and the fixes."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence

from vaultkit.diagnostics import Diagnostic, Severity
from vaultkit.edits import Changes, Edit, Write, apply_edits
from vaultkit.shell import report
from vaultkit.shell.commands.context import Context, open_context, show_diff, tell_refused, tell_undo
from vaultkit.shell.names import find_paths
from vaultkit.shell.placed import Placed, placed
from vaultkit.shell.session import Session, rewritten, unexpected, write_of

#: For how many unresolved links the nearest name is looked up: each costs a pass over all names.
HINTS = 50
#: How often what a fix leaves is looked at again: a fix can uncover another.
ROUNDS = 5


def check(arguments: Namespace) -> int:
    """Run the command; return 1 if there is an error."""
    if arguments.index:
        from vaultkit.shell.commands.staged import check_index

        return check_index(arguments)
    context = open_context(arguments)
    session = context.session
    asked = find_paths(session.index, session.root, arguments.paths) if arguments.paths else None
    if not arguments.fix and not arguments.add_missing:
        return say(context, session.check(session.plan(), asked, HINTS), arguments.format)
    changes = mended(session, asked, arguments.fix, arguments.add_missing)
    if arguments.expect is not None and len(changes.writes) != arguments.expect:
        raise unexpected(arguments.expect, len(changes.writes))
    if arguments.diff:
        return show_diff(context, changes)
    code = _write(context, changes)
    context = open_context(arguments)
    found = context.session.check(context.session.plan(), asked, HINTS)
    return max(code, say(context, found, arguments.format))


def say(context: Context, found: Sequence[Diagnostic], form: str) -> int:
    """Print diagnostics in the form that is asked for; return 1 if one is an error."""
    language, told = context.language, placed(found, context.session.lines)
    for line in FORMATS[form](told, language):
        print(line)
    if form == "text":
        count = report.counted(found, language)
        context.voice.say(
            f"→ {count}" if count else "✔ Rien à signaler.", f"→ {count}" if count else "✔ Nothing to report."
        )
    return int(any(d.kind.severity is Severity.ERROR for d in found))


def _json(found: Iterable[Placed], language: str) -> Iterator[str]:
    yield report.document(diagnostics=report.as_json(found, language))


#: How diagnostics can be printed: from them and the language to lines.
FORMATS: dict[str, Callable[[Sequence[Placed], str], Iterable[str]]] = {
    "text": report.as_text,
    "json": _json,
}


def mended(session: Session, asked: Iterable[str] | None, fix: bool, add: bool) -> Changes:
    """Plan the fixes until none is left; each round looks at the vault as the last one would leave it."""
    now, wanted = session, None if asked is None else list(asked)
    for _ in range(ROUNDS):
        edits: dict[str, list[Edit]] = {}
        for diagnostic in now.check(now.plan(), wanted):
            finding, taken = diagnostic.finding, edits.setdefault(diagnostic.path, [])
            _take(taken, finding.fix if fix else ())
            _take(taken, finding.adds if add else ())
        notes = [now.index.notes[path] for path in edits if edits[path] and path in now.index.notes]
        changed = [
            rewritten(note, apply_edits(note.text, edits[note.path])) for note in notes if not note.readonly
        ]
        if not changed:
            break
        now = now.with_notes(changed)
    reason = "check --add-missing" if add else "check --fix"
    return Changes(tuple(_writes(session, now, reason)))


def _take(edits: list[Edit], wanted: Iterable[Edit]) -> None:
    """Take the edits of one fix, all or none: those that touch another's wait for the next round."""
    new = [edit for edit in wanted if edit not in edits]
    if not any(_touch(edit, other) for edit in new for other in edits):
        edits += new


def _touch(one: Edit, other: Edit) -> bool:
    return one.span.start <= other.span.end and other.span.start <= one.span.end


def _writes(session: Session, mended: Session, reason: str) -> Iterator[Write]:
    for path, note in mended.index.notes.items():
        old = session.index.notes[path]
        if note.text != old.text:
            yield write_of(old, note, reason)


def _write(context: Context, changes: Changes) -> int:
    """Make the fixes; return the exit code."""
    done = context.session.apply(changes, "check --fix")
    for write in done.written:
        context.voice.say(f"✔ corrigé\u00a0: {write.path}", f"✔ fixed: {write.path}")
    tell_undo(context, done)
    return tell_refused(context, done.refused)
