"""The acts that a client of the daemon asks for: planned as commands plan them, made in the files or by the writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from vaultkit.edits import Changes, Write
from vaultkit.errors import Refused
from vaultkit.shell.acts.act import Act
from vaultkit.shell.acts.adopting import adopt
from vaultkit.shell.acts.fixing import fix
from vaultkit.shell.acts.keeping import push_all, push_one, release
from vaultkit.shell.acts.stage import note_of
from vaultkit.shell.daemon.engine import Engine
from vaultkit.shell.daemon.errands import FollowUp
from vaultkit.shell.daemon.handing import Errand
from vaultkit.shell.daemon.offsets import editor_digest, editor_text
from vaultkit.shell.daemon.undoing import taken_back
from vaultkit.shell.ports import Clock
from vaultkit.shell.session import Session
from vaultkit.text import Message, nfc

_Plan = Callable[[Session, str, Mapping[str, object]], Act]
#: Each act: the command that the journal names, and its plan.
_ACTS: Mapping[str, tuple[str, _Plan]] = {
    "fix": ("check --fix", lambda session, path, params: _fix(session, path, params)),
    "release": ("release", lambda session, path, params: release(session, path, str(params["id"]))),
    "push": ("push", lambda session, path, params: _push(session, path, params)),
    "adopt": ("adopt", lambda session, path, params: adopt(session, path)),
}


class Made(Struct):
    """What became of an act: handed to the writer, written, refused; paths of notes."""

    told: Message
    handed: Sequence[str] = ()
    written: Sequence[str] = ()
    refused: Sequence[tuple[str, Message]] = ()


class Acting:
    """Makes acts; for the thread of the engine."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    def make(self, params: Mapping[str, object]) -> Made:
        """Make an act, its parameters checked. Raises Refused where that might cost a word, or VaultkitError."""
        name, path = str(params["act"]), nfc(str(params.get("path") or ""))
        if self._engine.lookout.empty_until is not None:
            raise Refused(_EMPTY)
        if path:
            self._look_at(path, params.get("textDigest"))
        if name == "undo":
            return self._undo(path)
        command, plan = _ACTS[name]
        return self._made(plan(self._engine.session, path, params), command)

    def _look_at(self, path: str, digest: object) -> None:
        """Read a note as it is now. Raises Refused if it is not the one that the client speaks of."""
        self._engine.read_now([path])
        note = note_of(self._engine.session, path)
        if isinstance(digest, str) and editor_digest(editor_text(note.text)) != digest.lower():
            raise Refused(_CHANGED)

    def _made(self, act: Act, command: str) -> Made:
        changes = act.changes
        if self._engine.writing.handing.name is None:
            done = self._engine.act(changes, command)
            told = act.told if done.written or not done.refused else _NOTHING
            return Made(told, (), [write.path for write in done.written], done.refused)
        self._hand(changes, command, act.later)
        paths = [write.path for write in changes.writes]
        return Made(act.told if paths or not changes.refused else _NOTHING, paths, (), changes.refused)

    def _hand(self, changes: Changes, command: str, later: Callable[[Session], Changes] | None) -> None:
        """Ask the writer for what needs nothing else, and leave the rest for when that is done."""
        self._refuse_unsaved(changes.writes)
        session, errand = self._engine.session, Errand(command)
        first = [write for write in changes.writes if not write.needs]
        batch = self._engine.writing.act(session, first, errand)
        needs = {path for write in changes.writes for path in write.needs}
        if needs and later is not None:
            before = {path: session.index.notes[path].digest for path in needs}
            errand = Errand(command, batch)
            self._engine.writing.errands.follow(FollowUp(before, later, errand, self._clock.monotonic()))

    def _refuse_unsaved(self, writes: Sequence[Write]) -> None:
        """Raise Refused where the app does not show yet what the last edit made, or has not saved it."""
        for write in writes:
            if self._engine.writing.unsaved(write.path) is not None:
                raise Refused(_BUSY)

    def _undo(self, path: str) -> Made:
        back = taken_back(self._engine, path or None)
        return Made(back.told, back.handed, back.written, back.refused)


def _fix(session: Session, path: str, params: Mapping[str, object]) -> Act:
    line, column = params["line"], params["column"]
    assert isinstance(line, int)
    assert isinstance(column, int)
    return fix(session, path, str(params["code"]), line, column)


def _push(session: Session, path: str, params: Mapping[str, object]) -> Act:
    return push_one(session, path, str(params["id"])) if "id" in params else push_all(session, path)


_CHANGED = Message(
    "la note vient de changer\u00a0: l’enregistrer, puis redemander",
    "the note was just changed: save it, then ask again",
)
_BUSY = Message(
    "vaultkit est en train d’écrire dans cette note\u00a0: redemander dans un instant",
    "vaultkit is just writing in this note: ask again in a moment",
)
_EMPTY = Message(
    "le coffre est soudain vide ou absent\u00a0: rien n’est écrit",
    "the vault is suddenly empty or gone: nothing is written",
)
_NOTHING = Message("Rien n’a été écrit.", "Nothing was written.")
