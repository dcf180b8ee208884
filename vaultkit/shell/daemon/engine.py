"""The engine of the daemon: what to read, what to write, and when. It has no thread and never sleeps.

A changed note is read when it has been quiet for a while, so that the index is always one of finished
sentences; each plan is made from that index, and each write carries the digest of the note's own text.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from vaultkit.diagnostics import Diagnostic
from vaultkit.edits import Changes
from vaultkit.errors import Overtaken, VaultkitError
from vaultkit.shell.configuration import vault_settings
from vaultkit.shell.courtesy import Courtesy
from vaultkit.shell.daemon.comparing import disagreement
from vaultkit.shell.daemon.known import CONFIG
from vaultkit.shell.daemon.lookout import Lookout
from vaultkit.shell.daemon.writing import Writing, Written
from vaultkit.shell.obsidian import FOLDER
from vaultkit.shell.opening import Reading
from vaultkit.shell.planning import Done
from vaultkit.shell.ports import Answer, App, BatchDone, Because, Clock, Log, Standing, Wait, Writer
from vaultkit.shell.session import Session
from vaultkit.shell.walk import HARMLESS, FileEntry
from vaultkit.text import Message

#: How often a plan is made and written in one step; what is left then has its turn in the next.
_ROUNDS = 5
#: How long to wait, in seconds, before settings are read that were just saved.
_RENEW = 1.0


class Engine:
    """Keeps one vault true. All of it is called from one thread, with a clock that may be any.

    `lookout` knows which files have changed, `writing` what waits to be written. With `paranoid` each batch is
    compared with a vault read anew; without `writes` it only finds out what it would have to wait for.
    """

    def __init__(
        self,
        root: Path,
        clock: Clock,
        app: App,
        log: Log,
        *,
        paranoid: bool = False,
        writes: bool = True,
    ) -> None:
        self.root = root
        self.session: Session
        self.lookout = Lookout(root, clock, log)
        self.writing = Writing(root, clock, app, self.lookout)
        self._clock = clock
        self._app = app
        self._log = log
        self._paranoid = paranoid
        self._writes = writes
        self._awake = True
        self._renew_at: float | None = None
        self._wrong_settings: Message | None = None
        self._since = clock.wall()
        self._last: BatchDone | None = None
        self._last_write: BatchDone | None = None
        self._refused: frozenset[Message] = frozenset()
        self._batches = 0
        self._counts: tuple[Session, dict[str, int]] | None = None

    def start(self, session: Session | None = None) -> None:
        """Read the vault; raises WrongSettings. A note that was saved a moment ago has its quiet time first."""
        self.session = session or Session.open(self.root, how=Reading(live=True))
        self._begin_anew()

    # --------------------------------------------------------------------------- what happens

    def noticed(self, path: str) -> None:
        """A file came, changed or went."""
        folder, _, name = path.partition("/")
        if folder != FOLDER:
            self.lookout.noticed(path)
        elif name in CONFIG:
            self.lookout.has_new_settings = True
            self._awake = True
        elif name == "workspace.json":
            self._awake = True

    def overlooked(self, reason: Message | None) -> None:
        """Anything may have happened: the next step looks at all files."""
        self.lookout.overlooked()
        if reason:
            self._log.tell(reason, "warning")

    def claimed(self, writer: Writer) -> None:
        """A client applies edits from now on."""
        self.writing.claimed(writer)
        self._awake = True

    def released(self, writer: Writer | None = None) -> None:
        """The client (or whichever there is) is gone: notes are written again."""
        self.writing.released(writer)
        self._awake = True

    def answered(self, id: int, answer: Answer) -> None:
        """The client said what became of an edit."""
        unchanged = self.writing.answered(id, answer)
        if unchanged is not None:
            self.lookout.noticed(unchanged)
        self._awake = True

    # --------------------------------------------------------------------------- what is done

    def due_in(self) -> float | None:
        """Return in how many seconds `step` is worth calling; None if nothing waits."""
        if self._awake or self.lookout.has_news:
            return 0.0
        now = self._clock.monotonic()
        times = [self._renew_at, self.lookout.empty_until, self.writing.holds.next_look]
        if self.lookout.empty_until is None:
            times += [self.writing.due, self.lookout.pendings.next(now, self.session.settings)]
        moments = [moment for moment in times if moment is not None]
        return max(0.0, min(moments) - now) if moments else None

    def step(self, hurry: bool = False) -> BatchDone | None:
        """Do all that is due; return what was done, None if nothing was. `hurry` waits for no quiet time."""
        began, now = time.perf_counter(), self._clock.monotonic()
        self._awake = False
        for path in self.writing.holds.looks(now):
            self.lookout.noticed(path)
        self.lookout.look(self.session)
        if self.lookout.has_new_settings:
            self.lookout.has_new_settings, self._renew_at = False, now + _RENEW
        if self._renew_at is not None and self._renew_at <= now:
            self._renew()
        read = self._read(now, hurry)
        wrote, told = Written(), self.writing.holds.notices
        self._follow_up(wrote)
        self._write(wrote, 1 if hurry else _ROUNDS, hurry)
        for notice in [each for each in self.writing.holds.notices if each not in told]:
            self._log.tell(notice, "warning")
        self._tell_refused()
        if not (read or wrote):
            return None
        done = self._closed(read, wrote, began)
        if self._paranoid and not self.lookout.pendings and not self.lookout.has_news:
            self._compare()
        return done

    def read_now(self, paths: Sequence[str], quiet: bool = False) -> None:
        """Read what these files say now; unless they count as `quiet`, nothing is written from them yet."""
        for path in paths:
            self.lookout.look_at(self.session, path, closely=True)
        paths = [path for path in paths if path in self.lookout.pendings]
        if paths and self.lookout.empty_until is None and not self.lookout.would_empty(self.session, paths):
            self._take_in(paths, early=not quiet)
            self._awake = True

    def peek(self, path: str) -> Session:
        """Return the session in which a file says what it says now; that of the engine stays as it is."""
        self.lookout.look_at(self.session, path, closely=True)
        if path not in self.lookout.pendings or self.lookout.empty_until is not None:
            return self.session
        return self.session.follow({path: self.lookout.entry(path)}, self.lookout.entries)

    def act(self, changes: Changes, command: str) -> Done:
        """Make the writes of an act in the files, with the courtesy that a command has; raises VaultkitError."""
        began = time.perf_counter()
        session = self.session
        session.courtesy = self.courtesy
        try:
            done = session.apply(changes, command, clean=False, stopping=self.writing.stopping)
        finally:
            session.courtesy = None
        self.session = self.writing.taken_in(session, done.written)
        self.writing.holds.tell(done.notices)
        wrote = Written([(write.path, write.regions) for write in done.written], done.refused)
        self._closed(0, wrote, began)
        self._awake = True
        return done

    @property
    def courtesy(self) -> Courtesy:
        """How a write that a person asked for waits for one who has just saved the note and has it open."""
        return Courtesy(self.root, self._log.tell, self._app, self._clock)

    def recover(self) -> None:
        """Read the whole vault again, after a fault of ours; with the settings that were last right."""
        fresh = Session.open(self.root, how=Reading(self.session.settings, live=True))
        if self.session.index.notes and not fresh.index.notes:
            self.lookout.overlooked()  # gone, or not there yet: that is another matter
            return
        self.session = fresh
        self._begin_anew()

    def standing(self) -> Standing:
        """Return how things stand."""
        wrong = (self._wrong_settings,) if self._wrong_settings else ()
        empty = self.lookout.empty_until is not None
        pending = self.lookout.pendings.waits(self._clock.monotonic(), self.session.settings)
        counts = self._counts[1] if self._counts and self._counts[0] is self.session else None
        return Standing(
            len(self.session.index.notes),
            "",
            self._since,
            self._last,
            (Wait("", Because.EMPTY),) if empty else _each_once((*pending, *self.writing.waits)),
            counts,
            (*wrong, *self.writing.holds.notices),
            self.writing.handing.name,
            self._batches,
            self._last_write,
        )

    def diagnostics(self) -> list[Diagnostic]:
        """Return what is wrong in the vault as last read; the counts of `standing` are then those."""
        found = self.session.check(self.session.plan())
        counts: dict[str, int] = {}
        for each in found:
            counts[each.kind.severity.value] = counts.get(each.kind.severity.value, 0) + 1
        self._counts = self.session, counts
        return found

    # ------------------------------------------------------------------------------ inside

    def _closed(self, read: int, wrote: Written, began: float) -> BatchDone:
        """Take note of a round of work, and tell of it."""
        seconds = time.perf_counter() - began
        done = BatchDone(self._clock.wall(), read, tuple(wrote.written), tuple(wrote.refused), seconds)
        self._last, self._batches = done, self._batches + 1
        self._last_write = done if wrote.written else self._last_write
        self._log.batch(done, self.writing.waits)
        return done

    def _follow_up(self, wrote: Written) -> None:
        """Do what acts have left to be done, where the notes that it needs have been read."""
        for following in self.writing.errands.ready(self.session, self._clock.monotonic()):
            for write in following.plan(self.session).writes:
                if self.writing.unsaved(write.path) is not None:
                    self.writing.errands.follow(following)
                elif self.writing.handing.name is None:
                    self.session = self.writing.make(self.session, [write], wrote)
                else:
                    with suppress(VaultkitError):  # without a journal the marks stay: nothing is lost
                        self.writing.act(self.session, [write], following.errand)

    def _write(self, wrote: Written, rounds: int, hurry: bool) -> None:
        """Write what may be written, and what that brings about, in so many rounds at most."""
        for _ in range(rounds):
            if self.writing.stopping():
                break
            try:
                writes = self.writing.allowed(self.session, hurry)
            except Overtaken as fault:  # a note that was not read before changed or went: that comes first
                self.lookout.noticed(fault.path)
                break
            if not (writes and self._writes):
                break
            self.session = self.writing.make(self.session, writes, wrote)

    def _tell_refused(self) -> None:
        """Tell once of each note that is not written, and why."""
        refused = frozenset(
            Message(f"{wait.path}\u00a0: {wait.said.fr}", f"{wait.path}: {wait.said.en}")
            for wait in self.writing.waits
            if wait.said and wait.until is None
        )
        for said in sorted(refused - self._refused, key=lambda message: message.en):
            self._log.tell(said, "warning")
        self._refused = refused

    def _begin_anew(self) -> None:
        """Take the session as it was just read."""
        self.lookout.begin(self.session)
        ages = {entry.path: self.lookout.age(entry) for entry in self.session.entries if entry.is_note}
        self.writing.holds.begin(ages)
        self._awake = True

    def _read(self, now: float, hurry: bool) -> int:
        """Read the files whose turn it is; return how many."""
        pendings = self.lookout.pendings
        if self.lookout.empty_until is not None:
            return 0
        paths = list(pendings) if hurry else pendings.due(now, self.session.settings)
        if not hurry:  # an event may have been lost: what changed just now has its quiet time anew
            paths = [path for path in paths if not self.lookout.look_at(self.session, path)]
        paths += [path for path in self._saved(now) if path not in paths]
        if paths and self.lookout.would_empty(self.session, paths):
            return 0
        if not paths and self.lookout.problems is None:
            return 0
        return self._take_in(paths, early=False)

    def _saved(self, now: float) -> list[str]:
        """Return the files that the app has just saved with the edit of an act, and nothing more."""
        errands, saved = self.writing.errands, []
        for path in errands.awaits(now):
            if path in self.lookout.pendings and errands.saved(path, self.lookout.digest(path)):
                saved.append(path)
        return saved

    def _take_in(self, paths: Sequence[str], early: bool) -> int:
        """Read files and follow what they say; return how many. What is `early` will be read again in its turn."""
        pendings, before = self.lookout.pendings, self.session
        files = {path: self.lookout.entry(path) for path in paths}
        saved = {path: pendings[path].last for path in paths}
        self.session = before.follow(files, self.lookout.entries, scan_problems=self.lookout.problems)
        self.lookout.problems = None
        if early:
            self.lookout.early.update(paths)
        else:
            pendings.drop(paths)
            self.lookout.early.difference_update(paths)
        self.writing.holds.forget(path for path, entry in files.items() if entry is None)
        for mission in self.session.refreshable:
            if mission.path in files:
                known = before.index.notes.get(mission.path)
                if known is None or known.digest != mission.synthesis.digest:
                    self.writing.holds.changed(mission.synthesis, saved[mission.path])
                else:
                    self.writing.holds.of(mission.path).touched()
            elif (plan := before.known_plan(mission)) is None or plan.asked:
                self.writing.holds.of(mission.path).disturbed()
        return self._count_read(files)

    def _count_read(self, files: Mapping[str, FileEntry | None]) -> int:
        """Let what could not be read have its turn again; return how many files were read, or have gone."""
        unread = {p for p, said in self.session.problems if p in files and said not in HARMLESS}
        self.lookout.was_read(path for path in files if path not in unread)
        for path in unread:
            self.lookout.unread(path)
        return len(files) - len(unread)

    def _renew(self) -> None:
        """Read the settings again, and let templates and schemas be read again; wrong ones change nothing."""
        self._renew_at = None
        before = self.session.settings
        try:
            settings = vault_settings(self.session.files, self.lookout.entries)
        except VaultkitError as error:
            self._wrong_settings = Message(
                f"{error.message.fr}\u00a0; les réglages précédents valent",
                f"{error.message.en}; the settings before hold",
            )
            self._log.tell(self._wrong_settings, "error")
            return
        self._wrong_settings = None
        folders = (settings.templates_folder, settings.schemas_folder)
        if folders != (before.templates_folder, before.schemas_folder):
            self.session = Session.open(self.root, how=Reading(settings, live=True))
            self._begin_anew()
        else:
            self.session = self.session.renewed(settings, self.lookout.entries)
        self.writing.holds.disturbed()
        self._awake = True
        self._log.tell(_RENEWED)

    def _compare(self) -> None:
        """Compare with a vault read anew; where the two disagree, say so and go on with the new one."""
        fresh = Session.open(self.root, how=Reading(self.session.settings, live=True, cached=False))
        if self.session.index.notes and not fresh.index.notes:
            return  # gone, or not there yet
        self.session = self.session.forget_answers()  # what a query gives may depend on the day
        if (path := disagreement(self.session, fresh)) is not None:
            self._log.tell(_disagrees(path), "error")
            self.session = fresh
            self._begin_anew()


def _each_once(waits: Iterable[Wait]) -> tuple[Wait, ...]:
    """Return what waits, each note once: by the reason that ends last, or never."""
    found: dict[str, Wait] = {}
    for wait in waits:
        known = found.get(wait.path)
        if known is None or (known.until is not None and (wait.until is None or wait.until > known.until)):
            found[wait.path] = wait
    return tuple(found.values())


_RENEWED = Message("réglages, modèles et schémas relus", "settings, templates and schemas read again")


def _disagrees(path: str) -> Message:
    return Message(
        f"{path}\u00a0: le calcul pas à pas diffère d’une lecture complète\u00a0; celle-ci fait foi",
        f"{path}: what was kept up step by step differs from a full reading; the latter counts",
    )
