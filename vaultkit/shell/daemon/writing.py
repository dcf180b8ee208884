"""Which of the planned writes may be made now, and making them: into the files, or through a client."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from vaultkit.edits import Changes, Write
from vaultkit.errors import VaultkitError
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.shell import disk
from vaultkit.shell.daemon.errands import Errands
from vaultkit.shell.daemon.handing import OWN, Errand, Handing
from vaultkit.shell.daemon.holds import Holds
from vaultkit.shell.daemon.lookout import Lookout
from vaultkit.shell.git.unfinished import is_at_work
from vaultkit.shell.ports import Answer, App, AppState, Because, Clock, Wait, Writer
from vaultkit.shell.session import Session
from vaultkit.shell.walk import FileEntry
from vaultkit.text import Message

#: What a write names that changes the list of notes in the properties.
BACKLINKS = "backlinks"
#: How often it is looked, in seconds, whether Obsidian was closed or shows another note.
_APP = 15.0


class Written(Struct):
    """What one step wrote and could not write."""

    written: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    refused: list[tuple[str, Message]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.written or self.refused)


class Writing:
    """The writes of one vault. `waits` are the notes that wait, and `due` when to look again at the latest.

    `stopping` is asked between writes whether the daemon is about to end; `minds_git` says that nothing is
    written while git is at work.
    """

    def __init__(self, root: Path, clock: Clock, app: App, lookout: Lookout) -> None:
        self.waits: tuple[Wait, ...] = ()
        self.due: float | None = None
        self.minds_git = True
        self.stopping: Callable[[], bool] = lambda: False
        self.holds = Holds(root, clock)
        self.handing = Handing(root, clock)
        self.errands = Errands()
        self._root = root
        self._clock = clock
        self._app = app
        self._lookout = lookout

    def allowed(self, session: Session, hurry: bool) -> list[Write]:
        """Return the writes that may be made now, and remember what the others wait for."""
        now = self._clock.monotonic()
        self._mind_silence()
        plan = session.plan()
        writes = plan.changes.writes
        waits = [Wait(path, Because.REFUSED, said=said) for path, said in plan.changes.refused]
        if writes and self._lookout.empty_until is not None:
            waits += [Wait(write.path, Because.EMPTY) for write in writes]
            writes = ()
        state = self._app.state() if writes else AppState()
        if self.handing.name is not None:
            state = AppState()  # the client knows better what is typed in
            writes = _regions_first(session, writes)
        elif state.running and not hurry:
            writes, held = _without_properties(session, writes)
            waits += held
        put_off = {wait.path for wait in waits if wait.because is Because.PROPERTIES}
        put_off |= {write.path for write in writes if self._is_put_off(write)}
        self.holds.settled({write.path for write in plan.changes.writes} - put_off)
        at_work = self.minds_git and bool(writes) and not hurry and is_at_work(self._root)
        allowed: list[Write] = []
        for write in writes:
            self.holds.first_seen(session.index.notes[write.path])
            if at_work:
                waits.append(Wait(write.path, Because.GIT))
            elif wait := self._held(session, write, state, now, hurry):
                waits.append(wait)
            else:
                allowed.append(write)
        self.waits = tuple(waits)
        moments = (now + _APP if wait.until is None else wait.until for wait in waits if may_end(wait))
        self.due = min(moments, default=None)
        return allowed

    def make(self, session: Session, writes: Sequence[Write], done: Written) -> Session:
        """Make writes; return the session in which they are made."""
        try:
            if self.handing.name is not None:
                self._hand(session, writes)
                return session
            return self._write(session, writes, done)
        except VaultkitError as error:  # no journal, no write
            for write in writes:
                self._fail(write.path, error.message, done)
            return session

    def unsaved(self, path: str) -> Wait | None:
        """Return what a client still has to do for a note: until then its file is not what the app shows."""
        if wait := self.handing.waiting(path):
            return wait
        if self.handing.name is None:
            return None
        return self.holds.of(path).unsaved(self._clock.monotonic())

    def act(self, session: Session, writes: Sequence[Write], errand: Errand) -> int | None:
        """Ask the client for the writes of an act; return their batch. Raises VaultkitError without a journal."""
        batch = errand.batch
        for write in writes:
            own = replace(errand, batch=batch)
            batch = self.handing.hand(session.index.notes[write.path], write, own)
        return batch

    def claimed(self, writer: Writer) -> None:
        """Hand writes to this client from now on."""
        self.released(None)
        self.holds.notices = [each for each in self.holds.notices if each != _mute(writer.name)]
        self.handing.claimed(writer)

    def released(self, writer: Writer | None) -> None:
        """Write files again, if it is this client (None: whichever) that is gone."""
        if writer is None or self.handing.is_of(writer):
            self.holds.forget_writer(self.handing.released())

    def answered(self, id: int, answer: Answer) -> str | None:
        """Note what a client said of an edit; return the path of a note that it would not change."""
        sent = self.handing.answered(id, answer)
        if sent is None:
            return None
        now, target = self._clock.monotonic(), self.holds.of(sent.write.path)
        if sent.errand is not OWN:
            made = answer is Answer.APPLIED
            self.errands.answered(sent.write.path, disk.digest_of(sent.write.text.encode()), made, now)
        if answer is Answer.APPLIED:
            after = parse_note(sent.write.path, sent.write.text)
            target.handed_over(sent.before, after, now, sent.write.regions)
            return None
        if answer is Answer.SILENT:
            target.unanswered(now)
            return None
        if answer is Answer.LATER and is_of_properties(sent.write):
            target.puts_off(now)
            return None
        target.later(now)
        return sent.write.path if answer is Answer.REFUSED else None

    # ------------------------------------------------------------------------------ inside

    def _held(self, session: Session, write: Write, state: AppState, now: float, hurry: bool) -> Wait | None:
        """Return why a write is not made now."""
        path, settings, pendings = write.path, session.settings, self._lookout.pendings
        if wait := self.handing.waiting(path):
            return wait
        if (entry := self._lookout.entry(path)) is not None and entry.placeholder:
            return Wait(path, Because.REFUSED, said=_AWAY)
        target = self.holds.of(path)
        if is_of_properties(write) and (wait := target.put_off(now)) and not hurry:
            return wait
        if hurry:
            saved = target.wait and target.wait.because is Because.WRITER
            return target.holding(now, write) if saved else self.holds.courtesy(path, now, state)
        if pendings.is_batch(now, settings):
            return Wait(path, Because.BATCH, pendings.next(now, settings))
        if path in pendings:
            return Wait(path, Because.JUST_SAVED, pendings.turn(path, now, settings))
        if wait := target.holding(now, write):
            return wait
        if coming := [other for other in pendings.coming if session.is_said(other, path)]:
            return Wait(path, Because.ARRIVING, max(pendings.turn(other, now, settings) for other in coming))
        if early := [other for other in self._lookout.early if session.rests_on(path, other)]:
            last = max(early, key=lambda other: pendings.turn(other, now, settings))
            return Wait(last, Because.TYPED, pendings.turn(last, now, settings))
        return self.holds.quiet(path, now, state, settings)

    def _is_put_off(self, write: Write) -> bool:
        """Whether all that is left to write in a note are properties, for which the client waits."""
        return is_of_properties(write) and self.holds.of(write.path).put_offs > 0

    def _mind_silence(self) -> None:
        """Ask again what a client did not answer; one that never does is let go, and files are written."""
        for id in self.handing.expired():
            self.answered(id, Answer.SILENT)
        if self.handing.is_mute:
            self.holds.tell([_mute(self.handing.name or "")])
            self.handing.drop()
            self.released(None)

    def _hand(self, session: Session, writes: Sequence[Write]) -> None:
        for write in writes:
            self.handing.hand(session.index.notes[write.path], write)

    def _write(self, session: Session, writes: Sequence[Write], done: Written) -> Session:
        changes = Changes(tuple(replace(write, reason="watch") for write in writes))
        made = session.apply(changes, "watch", clean=False, stopping=self.stopping)
        self.holds.tell(made.notices)
        after = self.taken_in(session, [write for write in writes if write in _same(made.written, writes)])
        done.written += [(write.path, write.regions) for write in made.written]
        for path, said in made.refused:
            if not self._lookout.look_at(after, path, closely=True):
                self._fail(path, said, done)
        return after

    def taken_in(self, session: Session, writes: Sequence[Write]) -> Session:
        """Return the session in which the notes say what we wrote, whatever somebody wrote over it since."""
        now = self._clock.monotonic()
        files: dict[str, FileEntry | None] = {}
        notes: dict[str, Note] = {}
        overtaken: list[str] = []
        for write in writes:
            path = write.path
            note = notes[path] = parse_note(path, write.text, disk.digest_of(write.text.encode()))
            files[path], ours = self._lookout.take_in(path, note.digest)
            self.holds.of(path).written(session.index.notes[path], note, now, write.regions)
            overtaken += [] if ours else [path]
        if not files:
            return session
        session = session.follow(files, self._lookout.entries, notes)
        for path in overtaken:
            self._lookout.pend(session, path)
        return session

    def _fail(self, path: str, said: Message, done: Written) -> None:
        self.holds.of(path).setback(self._clock.monotonic(), Because.REFUSED, said)
        done.refused.append((path, said))


def _same(made: Sequence[Write], writes: Sequence[Write]) -> list[Write]:
    paths = {write.path for write in made}
    return [write for write in writes if write.path in paths]


def _without_properties(session: Session, writes: Sequence[Write]) -> tuple[tuple[Write, ...], list[Wait]]:
    """Return the writes without those to properties, and what waits because of that."""
    left = {write.path: write for write in session.plan(properties=False).changes.writes}
    held = [Wait(write.path, Because.PROPERTIES) for write in writes if write.path not in left]
    return tuple(left.values()), held


def _regions_first(session: Session, writes: Sequence[Write]) -> tuple[Write, ...]:
    """Return the writes, without properties where regions are to be written: a client may put off the former alone."""
    if all(is_of_properties(write) or BACKLINKS not in write.regions for write in writes):
        return tuple(writes)
    left = {write.path: write for write in session.plan(properties=False).changes.writes}
    return tuple(left.get(write.path, write) for write in writes)


def is_of_properties(write: Write) -> bool:
    """Whether a write changes the properties of a note, and nothing else."""
    return write.regions == (BACKLINKS,)


def may_end(wait: Wait) -> bool:
    """Whether a wait can end without anything being noticed."""
    return wait.until is not None or wait.because in (
        Because.ACTIVE,
        Because.OPEN,
        Because.PROPERTIES,
        Because.GIT,
    )


_AWAY = Message("elle n’est pas encore sur cette machine", "it is not on this machine yet")


def _mute(name: str) -> Message:
    return Message(
        f"«\u00a0{name}\u00a0» ne répond plus\u00a0: vaultkit écrit de nouveau lui-même",
        f"'{name}' answers no more: vaultkit writes again itself",
    )
