"""`undo` and `history`: the journal of all writes."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime

from vaultkit.errors import VaultkitError
from vaultkit.shell.commands.context import Context, open_context, tell_refused
from vaultkit.shell.journal import Journal
from vaultkit.shell.names import find_note
from vaultkit.shell.undo import Selection, undo, undo_told
from vaultkit.text import Message, nfc


def undo_command(arguments: Namespace) -> int:
    """Run `undo`; return its exit code."""
    context = open_context(arguments)
    with Journal.open(context.session.root) as journal:
        selection = _selection(context, journal, arguments)
        report = undo(context.session.root, journal, selection, context.session.courtesy)
    for line in undo_told(report):
        context.voice.tell(line)
    return tell_refused(context, report.refused)


def _selection(context: Context, journal: Journal, arguments: Namespace) -> Selection:
    """Return what to take back: a number of `history`, a note, or all since a time."""
    if arguments.since:
        return Selection(since=_time(arguments.since))
    said = arguments.what
    if not said:
        return Selection()
    if said.isdigit():
        return Selection(batch=int(said))
    known = {entry.path for entry in journal.entries(limit=None)}
    exact = [path for path in (nfc(said), f"{nfc(said)}.md") if path in known]
    return Selection(path=exact[0] if exact else find_note(context.session.index, context.session.root, said))


def _time(said: str) -> datetime:
    try:
        time = datetime.fromisoformat(said)
    except ValueError as fault:
        raise VaultkitError(
            Message(
                f"--since attend une date\u00a0: 2026-11-22 ou 2026-11-22T14:30, pas «\u00a0{said}\u00a0»",
                f"--since expects a time: 2026-11-22 or 2026-11-22T14:30, not '{said}'",
            )
        ) from fault
    return time if time.tzinfo else time.astimezone()


def history(arguments: Namespace) -> int:
    """Run `history`; return its exit code."""
    context = open_context(arguments)
    with Journal.open(context.session.root) as journal:
        batches = journal.batches(arguments.limit)
        for batch in batches:
            entries = journal.entries(limit=None, batch=batch.id)
            if not entries:
                continue
            undone = all(entry.undone for entry in entries)
            mark = (" (annulé)" if context.language == "fr" else " (undone)") if undone else ""
            print(f"{batch.id:>4}  {batch.time.astimezone():%Y-%m-%d %H:%M}  {batch.command}{mark}")
            for entry in entries:
                if entry.moved_from is not None:
                    print(f"        → {entry.moved_from} → {entry.path}")
                    continue
                sign = "+" if entry.before is None else "−" if entry.after is None else " "
                regions = f"  ({', '.join(entry.regions)})" if any(entry.regions) else ""
                print(f"        {sign} {entry.path}{regions}")
        if not batches:
            context.voice.say("Aucune écriture jusqu’ici.", "Nothing written so far.")
    return 0
