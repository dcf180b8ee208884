"""Which files have changed on the disk, how long each has to be quiet, and whether the vault is there at all."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from vaultkit.settings import NOTE_NAME, TOML_NAME
from vaultkit.shell import disk
from vaultkit.shell.daemon.comparing import same_outside
from vaultkit.shell.daemon.known import KnownFiles, config_stamp
from vaultkit.shell.daemon.pending import BATCH, Pendings
from vaultkit.shell.ports import Clock, Log
from vaultkit.shell.session import Session
from vaultkit.shell.walk import FileEntry
from vaultkit.text import Message

#: How long to wait, in seconds, before an empty vault is looked at again.
_EMPTY = 5.0
#: After how many seconds a file that cannot be read is tried again, first and at the latest.
_AGAIN, _LATEST, _MOST = 15.0, 3600.0, 12


class Lookout:
    """Looks at files that something happened to, or at all of them, and lets those that changed wait.

    `links` are the links to folders that the last look at all files met (vault path, where they lead),
    `scan_seconds` is the time of a core that it took, `problems` what could not be taken in, if it is news.
    `empty_until` is when to look again at a vault that is suddenly empty; `has_new_settings` says that
    settings, templates or schemas have changed. `early` are files that were read although they had not been
    quiet: nothing is written from them yet.
    """

    def __init__(self, root: Path, clock: Clock, log: Log) -> None:
        self.pendings = Pendings()
        self.links: tuple[tuple[str, Path], ...] = ()
        self.scan_seconds: float | None = None
        self.empty_until: float | None = None
        self.early: set[str] = set()
        self.has_new_settings = False
        self.problems: tuple[tuple[str, Message], ...] | None = None
        self._root = root
        self._clock = clock
        self._log = log
        self._noticed: dict[str, float] = {}
        self._overlooked = False
        self._known = KnownFiles(root, ())
        self._config = config_stamp(root)
        self._unread: dict[str, int] = {}
        self._problems: tuple[tuple[str, Message], ...] | None = None

    def begin(self, session: Session) -> None:
        """Take the files as this session has read them; what was saved a moment ago still has to be quiet."""
        self._known = KnownFiles(self._root, session.entries)
        self._config = config_stamp(self._root)
        now, quiet = self._clock.monotonic(), session.settings.watch_source_quiet
        for entry in session.entries:
            if entry.is_note and self.age(entry) < quiet:
                soon = session.target(entry.path) is not None
                self.pendings.noticed(entry.path, now - self.age(entry), soon, coming=False)
        self.early = set(self.pendings)
        for path, _ in session.problems:
            if path in self._known and path not in session.index.notes:
                self.unread(path)

    @property
    def entries(self) -> tuple[FileEntry, ...]:
        """All files, as last looked at."""
        return tuple(self._known.entries.values())

    @property
    def has_news(self) -> bool:
        """Whether there is something to look at."""
        return bool(self._noticed) or self._overlooked

    def entry(self, path: str) -> FileEntry | None:
        """Return a file as last looked at, None if it was gone."""
        return self._known.entries.get(path)

    def age(self, entry: FileEntry | None) -> float:
        """Return how long ago a file was last changed, in seconds; a time in the future counts as now."""
        changed = max(entry.mtime_ns, entry.changed_ns) / 1e9 if entry else 0.0
        return max(0.0, self._clock.wall() - changed)

    def noticed(self, path: str) -> None:
        """Look at this file."""
        self._noticed[path] = self._clock.monotonic()

    def overlooked(self) -> None:
        """Look at all files."""
        self._overlooked = True

    def look(self, session: Session) -> None:
        """Look at what there is to look at; what changed has to be quiet before its turn comes."""
        now = self._clock.monotonic()
        if self.empty_until is not None and self.empty_until <= now:
            self._overlooked = True
        noticed, self._noticed = self._noticed, {}
        self.scan_seconds = None
        if self._overlooked:
            self._look_everywhere(session, noticed, now)
            return
        for path, moment in noticed.items():
            changed, entry = self._known.look(path)
            if changed or (entry and entry.changed_ns == 0 and self._says_else(session, path, entry)):
                self._pend(session, path, entry, moment)

    def look_at(self, session: Session, path: str, closely: bool = False) -> bool:
        """Look at one file now, `closely` at what it says; return whether it changed."""
        changed, entry = self._known.look(path)
        changed = changed or (closely and self._says_else(session, path, entry))
        if changed:
            self._pend(session, path, entry, self._clock.monotonic())
        return changed

    def unread(self, path: str) -> None:
        """Let a file that could not be read have its turn again, later each time."""
        times = self._unread[path] = min(self._unread.get(path, 0) + 1, _MOST)
        later = self._clock.monotonic() + min(_AGAIN * 2**times, _LATEST)
        self.pendings.retry(path, later)

    def was_read(self, paths: Iterable[str]) -> None:
        """Forget that these files could not be read."""
        for path in paths:
            self._unread.pop(path, None)

    def take_in(self, path: str, digest: str) -> tuple[FileEntry | None, bool]:
        """Look at a file that we wrote; return it, and whether it still says what we wrote."""
        _, entry = self._known.look(path)
        try:
            source = disk.read(self._root, entry) if entry else None
        except disk.Unreadable:
            source = None
        return entry, source is not None and source.digest == digest

    def digest(self, path: str) -> str:
        """Return the digest of what a file says now, empty if it cannot be read."""
        source = self._source(self.entry(path))
        return "" if source is None else source.digest

    def pend(self, session: Session, path: str) -> None:
        """Let a file wait although it is as last looked at."""
        self._pend(session, path, self.entry(path), self._clock.monotonic())

    def would_empty(self, session: Session, paths: Iterable[str]) -> bool:
        """Whether a vault that had notes would have none; then everything is held (DESIGN §6.6)."""
        notes = session.index.notes
        gone = {path for path in paths if path in notes and path not in self._known}
        empty = bool(gone) and len(gone) == len(notes) and not self._known.has_notes
        if empty:
            self._mind_emptiness(session, there=False)
        return empty

    # ------------------------------------------------------------------------------ inside

    def _look_everywhere(self, session: Session, noticed: dict[str, float], now: float) -> None:
        self._overlooked = False
        began = time.thread_time()
        changed, scan = self._known.look_everywhere()
        config, self._config = self._config, config_stamp(self._root)
        self.has_new_settings |= config != self._config
        if scan.problems != self._problems:
            self.problems = self._problems = scan.problems
        self.links = tuple((path, Path(real)) for path, real in scan.links)
        for path, entry in changed:
            age = self.age(entry) if entry and path not in noticed else 0.0
            self._pend(session, path, entry, min(noticed.get(path, now), now - age))
        self._mind_emptiness(session, any(entry.is_note for entry in scan.files))
        self.scan_seconds = time.thread_time() - began

    def _pend(self, session: Session, path: str, entry: FileEntry | None, moment: float) -> None:
        if path in (TOML_NAME, NOTE_NAME) or session.settings.is_internal(path):
            self.has_new_settings = True
        known = path in session.index
        if entry is None and not known:
            self.pendings.drop([path])
            self.early.discard(path)
            return
        is_text = entry.is_note if entry else path in session.index.notes
        soon = not is_text or self._is_quick(session, path, entry) or self._is_moved(session, path, entry)
        self.pendings.noticed(path, moment, soon, coming=(entry is None) == known, is_text=is_text)

    def _is_quick(self, session: Session, path: str, entry: FileEntry | None) -> bool:
        """Whether a file is a target, and what changed in it feeds no region: the short quiet time will do."""
        mission = session.target(path)
        if mission is None:
            return False
        if mission.children and all(domain.covered for domain in mission.domains) and not session.asks:
            return True
        source = self._source(entry)
        return source is not None and same_outside(mission.synthesis, source.text)

    def _is_moved(self, session: Session, path: str, entry: FileEntry | None) -> bool:
        """Whether a file that came says just what one says that has gone; both have their turn soon."""
        notes = session.index.notes
        if entry is None or path in notes or len(self.pendings) >= BATCH:
            return False
        gone = [p for p in self.pendings.coming if p in notes and p not in self._known]
        source = self._source(entry) if gone else None
        same = [p for p in gone if source and notes[p].digest == source.digest]
        for each in same:
            self.pendings[each].soon = True
        return bool(same)

    def _says_else(self, session: Session, path: str, entry: FileEntry | None) -> bool:
        """Whether a note on the disk is not the one that is known: where the times of files do not tell."""
        note, source = session.index.notes.get(path), self._source(entry)
        return note is not None and source is not None and note.digest != source.digest

    def _source(self, entry: FileEntry | None) -> disk.Source | None:
        try:
            return disk.read(self._root, entry) if entry else None
        except disk.Unreadable:
            return None

    def _mind_emptiness(self, session: Session, there: bool) -> None:
        """Hold everything while a vault that had notes is gone or has none."""
        if there or not session.index.notes:
            if self.empty_until is not None:
                self._log.tell(_BACK)
            self.empty_until = None
            return
        if self.empty_until is None:
            self._log.tell(_GONE, "warning")
        self.empty_until = self._clock.monotonic() + _EMPTY


_GONE = Message(
    "le coffre est soudain vide ou absent\u00a0: rien n’est écrit jusqu’à son retour",
    "the vault is suddenly empty or gone: nothing is written until it is back",
)
_BACK = Message("le coffre est de retour", "the vault is back")
