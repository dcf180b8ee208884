"""All the notes that the daemon writes, and what holds each of them back."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.settings import Settings
from vaultkit.shell.daemon.targets import Target
from vaultkit.shell.disk import digest_of
from vaultkit.shell.journal import UNDO, Journal
from vaultkit.shell.ports import AppState, Because, Clock, Wait
from vaultkit.shell.quiet import courtesy, verdict
from vaultkit.text import Message

_NOTICES = 8


class Holds:
    """The targets of a vault by path, and `notices` that a person should know of."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self.notices: list[Message] = []
        self._root = root
        self._clock = clock
        self._began = clock.monotonic()
        self._ages: Mapping[str, float] = {}
        self._targets: dict[str, Target] = {}

    def begin(self, ages: Mapping[str, float]) -> None:
        """Take note of how long ago, in seconds, each note was saved, as far as the disk tells."""
        self._began, self._ages = self._clock.monotonic(), ages

    def of(self, path: str) -> Target:
        """Return what is remembered of a note."""
        known = self._targets.get(path)
        if known is None:
            saved = self._began - self._ages.get(path, 0.0)
            known = self._targets[path] = Target(path, saved)
        return known

    def first_seen(self, note: Note) -> None:
        """Note that a note would be written for the first time: perhaps a person took our last write back."""
        if note.path not in self._targets and (rejected := self._rejected(note)):
            self.of(note.path).take_back(note, rejected)

    def changed(self, note: Note, now: float) -> None:
        """Note that somebody else changed a target."""
        target = self.of(note.path)
        target.changed(note, now)
        if rejected := self._rejected(note):
            target.take_back(note, rejected)

    def forget_writer(self, asked: Container[str]) -> None:
        """Note that the client is gone that was still `asked` to change these notes."""
        now = self._clock.monotonic()
        for path, target in self._targets.items():
            target.forget_writer(now, path in asked)

    def settled(self, waiting: Container[str]) -> None:
        """Note that nothing is to be written but these notes."""
        for path, target in self._targets.items():
            if path not in waiting:
                target.settled()

    def forget(self, paths: Iterable[str]) -> None:
        """Forget notes that are gone."""
        for path in paths:
            self._targets.pop(path, None)

    def disturbed(self) -> None:
        """Note that something changed that all notes are made from: settings, templates."""
        for target in self._targets.values():
            target.disturbed()

    def quiet(self, path: str, now: float, state: AppState, settings: Settings) -> Wait | None:
        """Return why a note is not written now, by what Obsidian shows and how long it has been quiet."""
        return verdict(path, now, self.of(path).saved, state, settings)

    def courtesy(self, path: str, now: float, state: AppState) -> Wait | None:
        """Return why even a write that a person asked for waits: the note is open, and was saved just now."""
        seconds = courtesy(path, now, self.of(path).saved, state)
        return Wait(path, Because.JUST_SAVED, now + seconds) if seconds else None

    def looks(self, now: float) -> list[str]:
        """Return the notes that were written a moment ago and have to be looked at again (DESIGN §6.2)."""
        due = [p for p, target in self._targets.items() if target.look is not None and target.look <= now]
        for path in due:
            self._targets[path].look = None
        return due

    @property
    def next_look(self) -> float | None:
        """When the next of them has its turn."""
        looks = (target.look for target in self._targets.values())
        return min((look for look in looks if look is not None), default=None)

    def tell(self, notices: Iterable[Message]) -> None:
        """Remember what a person should know, each thing once, and the last things only."""
        self.notices = [*self.notices, *(each for each in notices if each not in self.notices)][-_NOTICES:]

    def _rejected(self, note: Note) -> Note | None:
        """Return what a note said before a person took that back, if that is the last that the journal knows of it."""
        if not Journal.is_begun(self._root):
            return None
        try:
            with Journal.open(self._root) as journal:
                entries = journal.entries(limit=1, path=note.path)
        except VaultkitError:
            return None
        last = entries[0] if entries else None
        if last is None or last.command != UNDO or last.after is None or last.before is None:
            return None
        if digest_of(last.after) != note.digest:
            return None
        return parse_note(note.path, last.before.decode(errors="replace"))
