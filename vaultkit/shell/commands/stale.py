"""What is done about a synthesis that a commit would leave stale: said, or brought up to date in the work tree."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path

from vaultkit.edits import Changes
from vaultkit.errors import VaultkitError
from vaultkit.shell.commands.context import Context, tell_refused
from vaultkit.shell.commit import Commit, Stale
from vaultkit.shell.names import find_vault
from vaultkit.shell.obsidian import FOLDER
from vaultkit.shell.session import Session
from vaultkit.text import Message

#: The folder of Obsidian's own git plugin; it commits by itself, and nobody reads what a hook says then.
GIT_PLUGIN = f"{FOLDER}/plugins/obsidian-git"


def policy_of(said: str | None, commit: Commit) -> str:
    """Return what to do with a stale synthesis: as said, as the vault is set, else `block`.

    Where Obsidian's git plugin stands in the vault it is `warn`: its automatic commits must not stop.
    """
    default = "warn" if (commit.root / GIT_PLUGIN).is_dir() else "block"
    return said or commit.session.settings.hook_stale or default


class Shell:
    """Commands that a person can type where they stand."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.here = Path.cwd().resolve()

    @property
    def rebuild(self) -> str:
        """The command that brings the vault up to date."""
        there = os.path.relpath(self.root, self.here).replace(os.sep, "/")
        try:
            known = find_vault(None, self.here).resolve() == self.root.resolve()
        except VaultkitError:
            known = False
        return "vaultkit rebuild" if known else f"vaultkit rebuild {shlex.quote(there)}"

    def add(self, paths: Iterable[str]) -> str:
        """Return the command that stages notes."""
        names = [os.path.relpath(self.root / path, self.here).replace(os.sep, "/") for path in paths]
        lead = "git add -- " if any(name.startswith("-") for name in names) else "git add "
        return lead + " ".join(map(shlex.quote, names))

    def remedy(self, path: str) -> Message:
        """Return what to type for a stale synthesis."""
        rebuild, add = self.rebuild, self.add([path])
        return Message(f"{rebuild}, puis {add}", f"{rebuild}, then {add}")


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
    for one in stale:
        note = disk.index.notes.get(one.path)
        if note is not None and _same(note.text, one.text):
            ready.append(one.path)
        elif partly := _partly(disk, commit.session, one):
            _tell_partly(context, shell, one, partly)
        elif one.path not in planned or not _same(planned[one.path].text, one.text):
            _tell_partly(context, shell, one, [])
        else:
            wanted.append(one.path)
    done = disk.apply(Changes(tuple(planned[path] for path in wanted)), "check --index --stale rebuild")
    for notice in done.notices:
        context.voice.warn(notice)
    for write in done.written:
        context.voice.warn(
            Message(
                f"✔ {write.path} mise à jour dans le dossier de travail",
                f"✔ {write.path} brought up to date in the work tree",
            )
        )
    ready += [write.path for write in done.written]
    if ready:
        context.voice.warn(
            Message(
                f"✖ commit refusé\u00a0: l’ajouter, puis git commit\u00a0:\n    {shell.add(ready)}",
                f"✖ commit refused: add it, then git commit:\n    {shell.add(ready)}",
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
    """Say that nothing was touched, and the two commands to type."""
    named = ", ".join(path for path in partly[:3]) + (", …" if len(partly) > 3 else "")
    why = (
        Message(f"ajouté en partie seulement\u00a0: {named}", f"staged in part only: {named}")
        if partly
        else Message(
            "le dossier de travail donne autre chose que l’index", "the work tree gives something else"
        )
    )
    commands = f"    {shell.rebuild}\n    {shell.add(dict.fromkeys([stale.path, *partly]))}"
    context.voice.warn(
        Message(
            f"✖ {stale.path} n’est pas à jour, rien n’a été touché ({why.fr}). À taper\u00a0:\n{commands}",
            f"✖ {stale.path} is stale, nothing was touched ({why.en}). To type:\n{commands}",
        )
    )
