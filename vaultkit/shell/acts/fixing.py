"""One remark mended: the fix of a diagnostic as a plan."""

from __future__ import annotations

from collections.abc import Sequence

from vaultkit.diagnostics import Diagnostic
from vaultkit.edits import Changes, Write, apply_edits
from vaultkit.errors import Refused
from vaultkit.shell.acts.act import Act
from vaultkit.shell.acts.stage import note_of
from vaultkit.shell.mending import edits_by_note
from vaultkit.shell.planning import rewritten, write_of
from vaultkit.shell.session import Session
from vaultkit.text import Message

_REASON = "check --fix"


def fix(session: Session, path: str, code: str, line: int, column: int) -> Act:
    """Return the act that mends what is wrong at one place of a note; line and column count from 1, in characters.

    `code` is the code or the name of the remark. What puts in something that is missing counts as its fix too.
    Raises VaultkitError (2) if there is no such note, Refused where nothing is wrong there, it cannot be mended, or
    the note must not be written.
    """
    note = note_of(session, path)
    found = [
        one
        for one in session.check(session.plan(), [path])
        if one.path == path
        and code in (one.kind.code, one.kind.name)
        and note.lines.place(one.finding.span.start) == (line, column)
    ]
    if not found:
        raise Refused(_NOT_THERE)
    can = [one for one in found if one.finding.fix or one.finding.adds]
    if not can:
        raise Refused(_NO_FIX)
    if (blocked := session.blocked(note)) is not None:
        raise Refused(blocked)
    kind = can[0].kind
    return Act(
        fixes(session, can[:1]),
        Message(f"✔ corrigé\u00a0: {kind.code} {kind.name}", f"✔ mended: {kind.code} {kind.name}"),
    )


def fixes(session: Session, found: Sequence[Diagnostic]) -> Changes:
    """Return the writes that mend these diagnostics, where they can be mended and their notes may be written.

    Of fixes that touch each other the first is taken. A diagnostic without a fix puts in what is missing.
    """
    wanted = [one for one in found if one.finding.fix]
    edits = edits_by_note(wanted, fix=True, add=False)
    for path, more in edits_by_note([one for one in found if one not in wanted], fix=False, add=True).items():
        edits[path] = edits.get(path) or more
    writes: list[Write] = []
    refused: list[tuple[str, Message]] = []
    for path, own in edits.items():
        note = session.index.notes.get(path)
        if note is None or not own:
            continue
        if (blocked := session.blocked(note)) is not None:
            refused.append((path, blocked))
        else:
            writes.append(write_of(note, rewritten(note, apply_edits(note.text, own)), _REASON))
    return Changes(tuple(writes), refused=tuple(refused))


_NOT_THERE = Message(
    "cette remarque n’est plus là\u00a0: la note a changé, regarder de nouveau",
    "this remark is not there any more: the note has changed, look again",
)
_NO_FIX = Message("cette remarque ne se corrige pas seule", "this remark cannot be mended by itself")
