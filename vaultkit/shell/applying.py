"""Planned writes made: each is in the journal first, and one refused note does not stop the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from vaultkit.edits import Changes, Write
from vaultkit.errors import Refused, SavedTwice, VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.shell import disk
from vaultkit.shell.journal import Journal
from vaultkit.shell.planning import Done
from vaultkit.text import Message
from vaultkit.vault.index import VaultIndex


class Target(Protocol):
    """The vault that is written to; `courtesy` is called before each write, and may wait."""

    root: Path
    index: VaultIndex
    courtesy: Callable[[Write], None] | None

    def blocked(self, note: Note) -> Message | None:
        """Return why a note must not be written, None if it may."""


def apply_writes(
    vault: Target, changes: Changes, command: str, clean: bool, stopping: Callable[[], bool] | None
) -> Done:
    """Make the writes as `Session.apply` says."""
    from vaultkit.shell.healing import cleaned

    done = Done(refused=list(changes.refused))
    if not changes.writes:
        return done
    with Journal.open(vault.root) as journal:
        journal.begin(command)
        for at, write in enumerate(changes.writes):
            if stopping and stopping():
                break
            if (hindered := _hindered(vault, write, done)) is not None:
                done.refused.append((write.path, hindered))
                continue
            if vault.courtesy:
                vault.courtesy(write)
            try:
                if disk.apply(vault.root, write, journal).written:
                    done.written.append(write)
                    done.summary += [c for c in changes.summary if c.path == write.path]
            except Refused as error:
                done.refused.append((write.path, error.message))
                done.notices += [error.message] if isinstance(error, SavedTwice) else []
            except VaultkitError as error:
                if not done.written:
                    raise
                done.refused += [(left.path, error.message) for left in changes.writes[at:]]
                done.broken, clean = True, False
                break
        done.notices += cleaned(vault.root, journal) if clean else []
        done.notices += [journal.notice] if journal.notice else []
    return done


def _hindered(vault: Target, write: Write, done: Done) -> Message | None:
    """Return why a write is not even tried."""
    note = vault.index.notes.get(write.path)
    if note and (blocked := vault.blocked(note)):
        return blocked
    return _NEEDS if {path for path, _ in done.refused}.intersection(write.needs) else None


_NEEDS = Message("une note dont elle dépend n’a pas été écrite", "a note that it rests on was not written")
