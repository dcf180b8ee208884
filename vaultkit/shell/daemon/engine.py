"""The engine of the daemon: what to read, what to write, and when. It has no thread and never sleeps.

A changed note is read when it has been quiet for a while, so that the index is always one of finished
sentences; each plan is made from that index, and each write carries the digest of the note's own text.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from vaultkit.diagnostics import Diagnostic
from vaultkit.edits import Changes, Write
from vaultkit.markdown.parse import parse_note
from vaultkit.settings import NOTE_NAME, TOML_NAME, WrongSettings
from vaultkit.shell import disk
from vaultkit.shell.configuration import vault_settings
from vaultkit.shell.daemon.comparing import disagreement, same_outside
from vaultkit.shell.daemon.handing import Handing
from vaultkit.shell.daemon.holds import Holds
from vaultkit.shell.daemon.known import KnownFiles
from vaultkit.shell.daemon.pending import Pendings
from vaultkit.shell.daemon.ports import (
    Answer,
    App,
    AppState,
    BatchDone,
    Because,
    Clock,
    Log,
    Standing,
    Wait,
    Writer,
)
from vaultkit.shell.obsidian import FOLDER
from vaultkit.shell.session import Session
from vaultkit.shell.walk import FileEntry
from vaultkit.text import Message

#: How often a plan is made and written in one step; what is left then has its turn in the next.
_ROUNDS = 5
#: How long to wait, in seconds, before settings are read that were just saved, and before an empty vault is
#: looked at again; and how often it is looked whether Obsidian was closed or shows another note.
_RENEW, _EMPTY, _APP = 1.0, 5.0, 15.0


class Engine:
    """Keeps one vault true. All of it is called from one thread, with a clock that may be any."""

    def __init__(self, root: Path, clock: Clock, app: App, log: Log, *, paranoid: bool = False) -> None:
        self.root = root
        self.session: Session
        self._clock = clock
        self._app = app
        self._log = log
        self._paranoid = paranoid
        self._pendings = Pendings()
        self._holds = Holds(root, clock)
        self._handing = Handing(root, clock)
        self._noticed: dict[str, float] = {}
        self._overlooked = False
        self._awake = True
        self._renew_at: float | None = None
        self._empty_until: float | None = None
        self._due: float | None = None
        self._waits: tuple[Wait, ...] = ()
        self._wrong_settings: Message | None = None
        self._since = clock.wall()
        self._last: BatchDone | None = None
        self._batches = 0
        self._counts: tuple[Session, dict[str, int]] | None = None

    def start(self, session: Session | None = None) -> None:
        """Read the vault; raises WrongSettings. A note that was saved a moment ago has its quiet time first."""
        self.session = session or Session.open(self.root)
        self._known = KnownFiles(self.root, self.session.entries)
        self._holds.ages = {entry.path: self._age(entry) for entry in self.session.entries if entry.is_note}
        self._awake = True

    # --------------------------------------------------------------------------- what happens

    def noticed(self, path: str) -> None:
        """A file came, changed or went."""
        now = self._clock.monotonic()
        if path in (TOML_NAME, NOTE_NAME) or self.session.settings.is_internal(path):
            self._renew_at = now + _RENEW
        if path.startswith(f"{FOLDER}/"):
            if "workspace" in path:
                self._awake = True
            else:
                self._renew_at = now + _RENEW
        else:
            self._noticed[path] = now

    def overlooked(self, reason: Message | None) -> None:
        """Anything may have happened: the next step looks at all files."""
        self._overlooked = True
        if reason:
            self._log.tell(reason, "warning")

    def claimed(self, writer: Writer) -> None:
        """A client applies edits from now on."""
        self._handing.claimed(writer)
        self._awake = True

    def released(self) -> None:
        """The client is gone: notes are written again."""
        self._handing.released()
        self._awake = True

    def answered(self, id: int, answer: Answer) -> None:
        """The client said what became of an edit."""
        sent = self._handing.answered(id, answer)
        if sent is None:
            return
        now = self._clock.monotonic()
        target = self._holds.of(sent.write.path)
        if answer is Answer.APPLIED:
            target.handed_over(now)
        elif answer is Answer.REFUSED:
            target.setback(now, Because.WRITER, first=2.0)
            self._noticed[sent.write.path] = now
        else:
            target.setback(now, Because.WRITER, first=2.0)
        self._awake = True

    # --------------------------------------------------------------------------- what is done

    def due_in(self) -> float | None:
        """Return in how many seconds `step` is worth calling; None if nothing waits."""
        if self._noticed or self._overlooked or self._awake:
            return 0.0
        turn = self._pendings.next(self.session.settings)
        times = (self._renew_at, self._empty_until, self._due, turn, self._holds.next_look)
        moments = [moment for moment in times if moment is not None]
        return max(0.0, min(moments) - self._clock.monotonic()) if moments else None

    def step(self, hurry: bool = False) -> BatchDone | None:
        """Do all that is due; return what was done, None if nothing was. `hurry` waits for no quiet time."""
        began, now = time.perf_counter(), self._clock.monotonic()
        self._awake = False
        if self._renew_at is not None and self._renew_at <= now:
            self._renew()
        self._look(now)
        read = self._read(now, hurry)
        written: list[tuple[str, tuple[str, ...]]] = []
        refused: list[tuple[str, Message]] = []
        for _ in range(_ROUNDS):
            writes = self._allowed(now, hurry)
            if not writes:
                break
            self._write(writes, now, written, refused)
        if not (read or written or refused):
            return None
        done = BatchDone(
            self._clock.wall(), read, tuple(written), tuple(refused), time.perf_counter() - began
        )
        self._last, self._batches = done, self._batches + 1
        self._log.batch(done, self._waits)
        if self._paranoid and not self._pendings and not self._noticed:
            self._compare()
        return done

    def standing(self) -> Standing:
        """Return how things stand."""
        faults = (*((self._wrong_settings,) if self._wrong_settings else ()), *self._holds.notices)
        counts = self._counts[1] if self._counts and self._counts[0] is self.session else None
        return Standing(
            len(self.session.index.notes),
            "",
            self._since,
            self._last,
            (*self._pendings.waits(self.session.settings), *self._waits),
            counts,
            faults,
            self._handing.name,
            self._batches,
        )

    def diagnostics(self) -> list[Diagnostic]:
        """Return what is wrong in the vault as last read; the counts of `standing` are then those."""
        found = self.session.check(self.session.plan())
        counts: dict[str, int] = {}
        for each in found:
            counts[each.kind.severity.value] = counts.get(each.kind.severity.value, 0) + 1
        self._counts = self.session, counts
        return found

    # ---------------------------------------------------------------------------- looking

    def _look(self, now: float) -> None:
        """Find out which files have changed: those noticed, or all."""
        if self._empty_until is not None and self._empty_until <= now:
            self._overlooked = True
        noticed, self._noticed = self._noticed, {}
        noticed |= dict.fromkeys(self._holds.looks(now), now)
        if self._overlooked:
            self._overlooked = False
            changed, scan = self._known.look_everywhere()
            for path, entry in changed:
                age = self._age(entry) if entry and path not in noticed else 0.0
                self._pend(path, entry, min(noticed.get(path, now), now - age))
            self._mind_emptiness(now, bool(scan.files))
            return
        for path, moment in noticed.items():
            changed_here, entry = self._known.look(path)
            if changed_here:
                self._pend(path, entry, moment)

    def _pend(self, path: str, entry: FileEntry | None, moment: float) -> None:
        """Let a changed file wait for its turn."""
        known = path in self.session.index
        if entry is None and not known:
            self._pendings.drop([path])
            return
        is_text = entry.is_note if entry else path in self.session.index.notes
        soon = not is_text or self._is_quick(path, entry) or self._is_moved(path, entry)
        self._pendings.noticed(path, moment, soon, coming=(entry is None) == known)

    def _is_moved(self, path: str, entry: FileEntry | None) -> bool:
        """Whether a file that came says just what one says that has gone; both have their turn soon."""
        notes = self.session.index.notes
        if entry is None or path in notes:
            return False
        gone = [p for p in self._pendings.coming if p in notes and p not in self._known]
        if not gone:
            return False
        try:
            source = disk.read(self.root, entry)
        except disk.Unreadable:
            return False
        same = [p for p in gone if source and notes[p].digest == source.digest]
        for each in same:
            self._pendings[each].soon = True
        return bool(same)

    def _is_quick(self, path: str, entry: FileEntry | None) -> bool:
        """Whether a file is a target whose own words feed none of its regions: the short quiet time will do."""
        mission = self.session.target(path)
        if mission is None:
            return False
        if all(domain.covered for domain in mission.domains):
            return True
        try:
            source = disk.read(self.root, entry) if entry else None
        except disk.Unreadable:
            return False
        return source is not None and same_outside(mission.synthesis, source.text)

    def _age(self, entry: FileEntry | None) -> float:
        """Return how long ago a file was last changed, in seconds; a time in the future counts as now."""
        changed = max(entry.mtime_ns, entry.changed_ns) / 1e9 if entry else 0.0
        return max(0.0, self._clock.wall() - changed)

    def _mind_emptiness(self, now: float, there: bool) -> None:
        """Hold everything while a vault that had notes is gone or has none (DESIGN §6.6)."""
        if there or not self.session.index.notes:
            if self._empty_until is not None:
                self._log.tell(_BACK)
            self._empty_until = None
            return
        if self._empty_until is None:
            self._log.tell(_GONE, "warning")
        self._empty_until = now + _EMPTY

    # ---------------------------------------------------------------------------- reading

    def _read(self, now: float, hurry: bool) -> int:
        """Read the files whose turn it is; return how many."""
        if self._empty_until is not None:
            return 0
        settings = self.session.settings
        paths = list(self._pendings) if hurry else self._pendings.due(now, settings)
        if not paths:
            return 0
        if self._would_empty(paths):
            self._mind_emptiness(now, there=False)
            return 0
        entries = self._known.entries
        before = self.session
        self.session = before.follow({p: entries.get(p) for p in paths}, tuple(entries.values()))
        self._pendings.drop(paths)
        self._tell_targets(before, frozenset(paths), now)
        return len(paths)

    def _would_empty(self, paths: Iterable[str]) -> bool:
        notes = self.session.index.notes
        gone = {path for path in paths if path in notes and path not in self._known}
        return bool(gone) and len(gone) == len(notes)

    def _tell_targets(self, before: Session, paths: frozenset[str], now: float) -> None:
        """Tell each target what changed: itself, or something that it is made from."""
        for mission in self.session.refreshable:
            path = mission.path
            if path in paths:
                self._holds.changed(mission.synthesis, now)
            elif before.known_plan(mission) is None:
                self._holds.of(path).disturbed()

    def _renew(self) -> None:
        """Read the settings again, and let templates and schemas be read again; wrong ones change nothing."""
        self._renew_at = None
        before = self.session.settings
        try:
            settings = vault_settings(self.session.files, self.session.entries)
        except WrongSettings as error:
            self._wrong_settings = error.message
            self._log.tell(error.message, "error")
            return
        self._wrong_settings = None
        folders = (settings.templates_folder, settings.schemas_folder)
        if folders != (before.templates_folder, before.schemas_folder):
            self.session = Session.open(self.root)
            self._known = KnownFiles(self.root, self.session.entries)
        else:
            self.session = self.session.renewed(settings)
        self._awake = True
        self._log.tell(_RENEWED)

    # ---------------------------------------------------------------------------- writing

    def _allowed(self, now: float, hurry: bool) -> list[Write]:
        """Return the writes that may be made now, and remember what the others wait for."""
        plan = self.session.plan()
        writes = plan.changes.writes
        waits = [Wait(path, Because.REFUSED, said=said) for path, said in plan.changes.refused]
        self._due = None
        if writes and self._empty_until is not None:
            waits += [Wait(write.path, Because.EMPTY) for write in writes]
            writes = ()
        state = self._app.state() if writes else None
        if state is not None and state.running and self._handing.name is None and not hurry:
            writes, held = self._without_properties(writes)
            waits += held
        allowed: list[Write] = []
        for write in writes:
            self._holds.first_seen(self.session.index.notes[write.path])
            if (wait := self._held(write, now, hurry)) or (wait := self._quiet(write, now, state, hurry)):
                waits.append(wait)
            else:
                allowed.append(write)
        self._waits = tuple(waits)
        moments = [now + _APP if wait.until is None else wait.until for wait in waits if _may_end(wait)]
        self._due = min(moments, default=None)
        return allowed

    def _without_properties(self, writes: Sequence[Write]) -> tuple[tuple[Write, ...], list[Wait]]:
        """Return the writes without those to properties, and what waits because of that."""
        left = {write.path: write for write in self.session.plan(properties=False).changes.writes}
        held = [w.path for w in writes if w.path not in left]
        return tuple(left.values()), [Wait(path, Because.PROPERTIES) for path in held]

    def _held(self, write: Write, now: float, hurry: bool) -> Wait | None:
        """Return why a write is not made now, whatever Obsidian shows."""
        path, settings = write.path, self.session.settings
        if wait := self._handing.waiting(path):
            return wait
        if hurry:
            return None
        if self._pendings.is_batch:
            return Wait(path, Because.BATCH, self._pendings.next(settings))
        if path in self._pendings:
            return Wait(path, Because.JUST_SAVED, self._pendings.turn(path, settings))
        if wait := self._holds.of(path).holding(now):
            return wait
        coming = [p for p in self._pendings.coming if self.session.is_said(p, path)]
        if coming:
            return Wait(path, Because.ARRIVING, max(self._pendings.turn(p, settings) for p in coming))
        return None

    def _quiet(self, write: Write, now: float, state: AppState | None, hurry: bool) -> Wait | None:
        """Return why a write waits for Obsidian or for a quiet moment; a client in the app knows that better."""
        if hurry or state is None:
            return None
        if self._handing.name is not None:
            state = AppState()
        return self._holds.quiet(write.path, now, state, self.session.settings)

    def _write(
        self,
        writes: Sequence[Write],
        now: float,
        written: list[tuple[str, tuple[str, ...]]],
        refused: list[tuple[str, Message]],
    ) -> None:
        """Make writes, or hand them to the client that does."""
        notes = self.session.index.notes
        if self._handing.name is not None:
            for write in writes:
                self._holds.handed(notes[write.path], write, now)
                self._handing.hand(notes[write.path].text, write)
            return
        changes = Changes(tuple(replace(write, reason="watch") for write in writes))
        done = self.session.apply(changes, "watch", clean=False)
        self._holds.tell(done.notices)
        made = {write.path for write in done.written}
        for write in writes:
            if write.path in made:
                self._take_in(write, now)
                written.append((write.path, write.regions))
        for path, said in done.refused:
            changed, entry = self._known.look(path)
            if changed:
                self._pend(path, entry, now)
            else:
                self._holds.of(path).setback(now, Because.REFUSED, said)
                refused.append((path, said))

    def _take_in(self, write: Write, now: float) -> None:
        """Make what we wrote part of the index, unless somebody has already written over it."""
        before = self.session.index.notes[write.path]
        data = write.text.encode()
        note = parse_note(write.path, write.text, disk.digest_of(data))
        _, entry = self._known.look(write.path)
        self.session = self.session.follow(
            {write.path: entry}, tuple(self._known.entries.values()), {write.path: note}
        )
        self._holds.of(write.path).written(before, note, now, write.regions)
        source = disk.read(self.root, entry) if entry else None
        if source is None or source.digest != note.digest:
            self._pend(write.path, entry, now)

    # ----------------------------------------------------------------------------- inside

    def _compare(self) -> None:
        """Compare with a vault read anew; where the two disagree, say so and go on with the new one."""
        fresh = Session.open(self.root)
        if disagreement(self.session, fresh):
            self._log.tell(_DISAGREES, "error")
            self.session = fresh
            self._known = KnownFiles(self.root, fresh.entries)
            self._awake = True


def _may_end(wait: Wait) -> bool:
    """Whether a wait can end without anything being noticed."""
    ending = (Because.ACTIVE, Because.OPEN, Because.PROPERTIES)
    return wait.until is not None or wait.because in ending


_GONE = Message(
    "le coffre est soudain vide ou absent\u00a0: rien n’est écrit jusqu’à son retour",
    "the vault is suddenly empty or gone: nothing is written until it is back",
)
_BACK = Message("le coffre est de retour", "the vault is back")
_RENEWED = Message("réglages, modèles et schémas relus", "settings, templates and schemas read again")
_DISAGREES = Message(
    "le calcul pas à pas ne donne pas la même chose qu’une lecture complète\u00a0: celle-ci fait foi",
    "what was kept up step by step differs from a full reading: the latter counts",
)
