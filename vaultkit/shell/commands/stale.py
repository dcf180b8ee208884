"""What is done about a synthesis that a commit would leave stale: said, or brought up to date in the work tree."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from vaultkit.edits import Changes
from vaultkit.errors import VaultkitError
from vaultkit.shell import report
from vaultkit.shell.commands.context import Context, tell_refused
from vaultkit.shell.git.commit import Commit, Stale
from vaultkit.shell.names import find_vault, is_folder
from vaultkit.shell.obsidian import FOLDER
from vaultkit.shell.session import Session
from vaultkit.shell.snippet import harmless
from vaultkit.text import Message, pattern

#: The folder of Obsidian's own git plugin; it commits by itself, and nobody reads what a hook says then.
GIT_PLUGIN = f"{FOLDER}/plugins/obsidian-git"
#: How many syntheses a hook tells of one by one.
MOST = 4


def policy_of(said: str | None, commit: Commit) -> str:
    """Return what to do with a stale synthesis: as said, as the vault is set, else `block`.

    Where Obsidian's git plugin stands in the vault it is `warn`: its automatic commits must not stop.
    """
    default = "warn" if is_folder(commit.root / GIT_PLUGIN) else "block"
    return said or commit.session.settings.hook_stale or default


#: What shows of a name where it would be obeyed or could not be typed: control characters, no UTF-8.
_UNTYPABLE = pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Shell:
    """Commands that a person can type where they stand, also where git started us at the top (`GIT_PREFIX`)."""

    def __init__(self, commit: Commit) -> None:
        self.root = commit.root
        self.commit = commit
        self.top = commit.repository.top
        self.here = Path.cwd().resolve()
        stood = self.top / os.environ.get("GIT_PREFIX", "")
        if self.here == self.top and is_folder(stood) and stood.resolve().is_relative_to(self.top):
            self.here = stood.resolve()

    @property
    def rebuild(self) -> str:
        """The command that brings the vault up to date."""
        try:
            known = find_vault(None, self.here).resolve() == self.root.resolve()
        except (VaultkitError, OSError):
            known = False
        return (
            "vaultkit rebuild" if known else f"vaultkit rebuild {self._names([self._from_here(self.root)])}"
        )

    def add(self, paths: Iterable[str]) -> str:
        """Return the command that stages notes."""
        return self._git("add", paths)

    def steps(self, stale: Stale, partly: Iterable[str] = ()) -> list[str]:
        """Return what to type for a stale synthesis: what git has and the disk does not comes back first.

        `partly` are notes that are to be added too; so are, where a commit judges an index that is gone with it
        (`git commit -a`), the notes of the synthesis in it.
        """
        absent = [
            path for path in dict.fromkeys([stale.path, *stale.sources, *partly]) if self.is_absent(path)
        ]
        skipped = [path for path in absent if self.commit.files.raw(path) in self.commit.repository.skipped]
        gone = [path for path in absent if path not in skipped]
        steps = ["git sparse-checkout disable"] if skipped else []
        steps += [self._git("restore", gone)] if gone else []
        added = [path for path in self.added(stale, partly) if path == stale.path or path not in absent]
        return [*steps, self.rebuild, self.add(added)]

    def added(self, stale: Stale, partly: Iterable[str] = ()) -> list[str]:
        """Return what is to be staged once a synthesis is up to date."""
        own = [] if self.commit.repository.has_own_index else self.commit.parts_of(stale)
        return list(dict.fromkeys([stale.path, *partly, *own]))

    def remedy(self, stale: Stale) -> Message:
        """Return what to type for a stale synthesis, in a line."""
        *steps, last = self.steps(stale)
        first = ", ".join(steps)
        return Message(f"{first}, puis {last}", f"{first}, then {last}")

    def is_absent(self, path: str) -> bool:
        """Whether git has a note that the disk does not have."""
        raw = self.commit.files.raw(path)
        return raw is not None and not os.path.lexists(os.path.join(os.fsencode(self.top), raw))  # noqa: PTH118 - bytes

    def _git(self, command: str, paths: Iterable[str]) -> str:
        """Return a command of git for notes, spelled as the index spells them."""
        raws = {path: self.commit.files.raw(path) for path in paths}
        there = [
            self.root / path if raw is None else self.top / os.fsdecode(raw) for path, raw in raws.items()
        ]
        names = [self._from_here(path) for path in there]
        lead = "-- " if command == "restore" or any(name.startswith("-") for name in names) else ""
        return f"git {command} {lead}{self._names(names)}"

    def _from_here(self, path: Path) -> str:
        name = os.path.relpath(path, self.here).replace(os.sep, "/")
        return f"./{name}" if name.startswith(":") else name

    def _names(self, names: Iterable[str]) -> str:
        import shlex

        return " ".join(_quoted(name) if _UNTYPABLE.search(name) else shlex.quote(name) for name in names)


def _quoted(name: str) -> str:
    """Return a name with control characters as bash and zsh take it: `$'…'`."""

    def escaped(found: re.Match[str]) -> str:
        return "".join(f"\\x{byte:02x}" for byte in found[0].encode("utf-8", "surrogateescape"))

    literal = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{_UNTYPABLE.sub(escaped, literal)}'"


def mended(context: Context, commit: Commit, stale: Sequence[Stale], shell: Shell) -> int:
    """Bring syntheses up to date in the work tree where that is what the staged notes give; return the exit code.

    A synthesis with a note that is staged in part is left alone: the work tree then holds other notes than
    the commit will. Nothing is ever added to the index.
    """
    disk = Session.open(commit.root)
    plan = disk.plan(only={one.path for one in stale})
    planned = {write.path: write for write in plan.changes.writes}
    ready: list[str] = []
    wanted: list[str] = []
    left: list[tuple[Stale, list[str]]] = []
    for one in stale:
        note = disk.index.notes.get(one.path)
        if note is not None and _same(note.text, one.text):
            ready.append(one.path)
        elif partly := _partly(disk, commit.session, one):
            left.append((one, partly))
        elif one.path not in planned or not _same(planned[one.path].text, one.text):
            left.append((one, []))
        else:
            wanted.append(one.path)
    done = disk.apply(Changes(tuple(planned[path] for path in wanted)), "check --index --stale rebuild")
    for notice in done.notices:
        context.voice.warn(notice)
    for write in done.written[:MOST]:
        context.voice.warn(
            _safe(
                f"✔ {write.path} mise à jour dans le dossier de travail",
                f"✔ {write.path} brought up to date in the work tree",
            )
        )
    _tell_rest(context, len(done.written))
    for one, partly in left[:MOST]:
        _tell_partly(context, shell, one, partly)
    _tell_rest(context, len(left))
    ready += [write.path for write in done.written]
    if ready:
        added = [path for one in stale if one.path in ready for path in shell.added(one)]
        context.voice.warn(
            Message(
                f"✖ commit refusé\u00a0: l’ajouter, puis git commit\u00a0:\n    {shell.add(added)}",
                f"✖ commit refused: add it, then git commit:\n    {shell.add(added)}",
            )
        )
    return max(1, tell_refused(context, done.refused))


def _partly(disk: Session, staged: Session, stale: Stale) -> list[str]:
    """Return which of a synthesis and its sources say something else in the work tree than in the index."""
    children = {
        child.path for mission in disk.missions if mission.path == stale.path for child in mission.children
    }
    found = []
    for path in (stale.path, *sorted({*stale.sources, *children})):
        here, there = disk.index.notes.get(path), staged.index.notes.get(path)
        if here is None or there is None or not _same(here.text, there.text):
            found.append(path)
    return found


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same but for how lines end: git may change that on the way."""
    return one == other or one.replace("\r\n", "\n") == other.replace("\r\n", "\n")


def _tell_partly(context: Context, shell: Shell, stale: Stale, partly: Sequence[str]) -> None:
    """Say that nothing was touched, and the commands to type."""
    absent = [path for path in partly if shell.is_absent(path)]
    named = ", ".join((absent or partly)[:3]) + (", …" if len(absent or partly) > 3 else "")
    if absent:
        why = Message(f"pas sur le disque\u00a0: {named}", f"not on the disk: {named}")
    elif partly:
        why = Message(f"ajouté en partie seulement\u00a0: {named}", f"staged in part only: {named}")
    else:
        why = Message(
            "le dossier de travail donne autre chose que l’index", "the work tree gives something else"
        )
    commands = "\n".join(f"    {step}" for step in shell.steps(stale, partly))
    context.voice.warn(
        _safe(
            f"✖ {stale.path} n’est pas à jour, rien n’a été touché ({why.fr}). À taper\u00a0:",
            f"✖ {stale.path} is stale, nothing was touched ({why.en}). To type:",
        )
    )
    context.voice.warn(Message(commands, commands))


def _tell_rest(context: Context, count: int) -> None:
    """Say how many more there are than were told."""
    if (rest := count - MOST) > 0:
        fr, en = report.nombre(rest, "autre"), report.number(rest, "more", "more")
        context.voice.warn(Message(f"… et {fr}", f"… and {en}"))


def _safe(fr: str, en: str) -> Message:
    """Return a message with names in it as a terminal may have it."""
    return Message(harmless(fr), harmless(en))
