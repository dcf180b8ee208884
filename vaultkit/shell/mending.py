"""The fixes of `check`: planned round by round, all or none of each, as one plan of writes."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Sequence

from vaultkit.diagnostics import Diagnostic, Kind
from vaultkit.edits import Changes, Edit, Write, apply_edits
from vaultkit.rules.kinds import CONFLICT_MARKERS
from vaultkit.shell.planning import rewritten, write_of
from vaultkit.shell.session import Session
from vaultkit.text import Message, Span

#: How often what a fix leaves is looked at again: a fix can uncover another.
ROUNDS = 5


def mended(
    session: Session,
    asked: Iterable[str] | None,
    fix: bool,
    add: bool,
    wanted: Callable[[Kind], bool] = lambda kind: True,
) -> Changes:
    """Plan the fixes until none is left; each round looks at the vault as the last one would leave it.

    `fix` takes the safe ones, `add` those that put in what is missing. Notes that must not be written
    (no UTF-8, merge conflicts, behind a link out of the vault) are refused with the reason; one in conflict
    also where nothing else was looked for in it.
    """
    now, paths = session, None if asked is None else list(asked)
    refused: dict[str, Message] = {}
    for _ in range(ROUNDS):
        changed = []
        found = now.check(now.plan(), paths)
        in_conflict = {one.path for one in found if one.kind.code == CONFLICT_MARKERS.code}
        for path, edits in edits_by_note(found, fix, add, wanted).items():
            note = now.index.notes.get(path)
            if note is None or not (edits or path in in_conflict):
                continue
            if (blocked := session.blocked(note)) is not None:
                refused[path] = blocked
            else:
                changed.append(rewritten(note, apply_edits(note.text, edits)))
        if not changed:
            break
        now = now.with_notes(changed)
    reason = "check --fix" if fix else "check --add-missing"
    return Changes(tuple(_writes(session, now, reason)), refused=tuple(refused.items()))


def edits_by_note(
    found: Sequence[Diagnostic],
    fix: bool,
    add: bool,
    wanted: Callable[[Kind], bool] = lambda kind: True,
) -> dict[str, list[Edit]]:
    """Return the edits of the fixes by note, in order; those that touch another's wait for the next round."""
    taken: dict[str, _Edits] = {}
    for diagnostic in found:
        finding = diagnostic.finding
        if wanted(diagnostic.kind):
            edits = taken.setdefault(diagnostic.path, _Edits())
            edits.take(finding.fix if fix else ())
            edits.take(finding.adds if add else ())
            for path, more in finding.elsewhere if add else ():
                taken.setdefault(path, _Edits()).take(more)
    return {path: edits.edits for path, edits in taken.items()}


class _Edits:
    """Edits of one note of which none touches another, in order."""

    def __init__(self) -> None:
        self.edits: list[Edit] = []

    def take(self, wanted: Iterable[Edit]) -> None:
        """Take the edits of one fix, all or none."""
        new = [edit for edit in wanted if edit not in self._near(edit)]
        if not any(_touch(edit.span, other.span) for edit in new for other in self._near(edit)):
            for edit in new:
                insort(self.edits, edit, key=_start)

    def _near(self, edit: Edit) -> list[Edit]:
        """Return the edits that could touch this one: those that begin in it, and the one before."""
        first = max(0, bisect_left(self.edits, edit.span.start, key=_start) - 1)
        last = bisect_left(self.edits, edit.span.end + 1, key=_start)
        return self.edits[first:last]


def _start(edit: Edit) -> int:
    return edit.span.start


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _writes(session: Session, mended: Session, reason: str) -> Iterator[Write]:
    for path, note in mended.index.notes.items():
        old = session.index.notes[path]
        if note.text != old.text:
            yield write_of(old, note, reason)
