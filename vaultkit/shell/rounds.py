"""A rebuild in rounds: a note that changes underneath is read and planned again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self, TypeVar

from vaultkit.edits import Changes
from vaultkit.errors import Overtaken
from vaultkit.shell.following import Problem, unknown
from vaultkit.shell.healing import mended
from vaultkit.shell.planning import Done, Plan, unexpected, unknown_notes
from vaultkit.shell.walk import FileEntry

#: How often a plan is made anew when notes change underneath, before the note is refused.
ROUNDS = 3


class Planner(Protocol):
    """The vault as it was read, which plans and writes as `Session` does."""

    root: Path
    entries: Sequence[FileEntry]
    problems: list[Problem]

    def plan(self, prune: bool) -> Plan:
        """Return what a rebuild would write."""

    def apply(self, changes: Changes, command: str) -> Done:
        """Make the writes."""

    def again(self) -> Self:
        """Return the vault as it stands on the disk now."""


T = TypeVar("T", bound=Planner)


def rebuilt(session: T, prune: bool, expect: int | None) -> tuple[Done, T, Plan]:
    """Write what is planned, as `Session.rebuild` says."""
    total = Done()
    if told := mended(session.root):
        session, total.notices = session.again(), told
    for number in range(ROUNDS):
        if prune and (away := unknown(session.entries, session.problems)):
            raise unknown_notes(away)
        try:
            plan = session.plan(prune)
        except Overtaken:
            if number == ROUNDS - 1:
                raise
            session = session.again()
            continue
        if expect is not None and number == 0 and len(plan.changes.writes) != expect:
            raise unexpected(expect, len(plan.changes.writes))
        done = session.apply(plan.changes, "rebuild")
        total.written += done.written
        total.summary += done.summary
        total.notices += done.notices
        total.refused = done.refused
        changed = {path for path, _ in done.refused} - {path for path, _ in plan.changes.refused}
        if done.broken or not changed:
            break
        session = session.again()
    return total, session, plan
