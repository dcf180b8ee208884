"""`mv`: another name or place for a note, a file or a folder; every link still leads to it."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from vaultkit.edits import Write
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell import report
from vaultkit.shell.commands.context import Context, open_context, tell_refused, tell_undo
from vaultkit.shell.moving import MovePlan, plan_move
from vaultkit.shell.moving import move as move_files
from vaultkit.shell.names import find_note, is_folder, is_there, vault_path
from vaultkit.text import Message, nfc
from vaultkit.vault.index import VaultIndex, name_key

#: What the app refuses in a name, and what a link to it could not say (`specs/obsidian.md` §1.4).
_FORBIDDEN = re.compile(r'[*"\\<>:|?#^\[\]\x00-\x1f]')


def move(arguments: Namespace) -> int:
    """Run the command; 3 if the new name is taken or a note with such a link may not be written."""
    context = open_context(arguments)
    session = context.session
    old, base = _old_path(context, arguments.old)
    new = _new_path(context, old, base, arguments.new)
    moves = _moves(session.index, old, new)
    if old == new:
        context.voice.say("Rien à déplacer.", "Nothing to move.")
        return 0
    if arguments.diff:
        return _show(context, plan_move(session, moves))
    done, plan = move_files(session, old, new, moves)
    said_fr, said_en = "aucun lien à réécrire", "no link to rewrite"
    if plan.links:
        said_fr = (
            f"{report.nombre(plan.links, 'lien réécrit', 'liens réécrits')} "
            f"dans {report.nombre(len(plan.writes), 'note')}"
        )
        said_en = (
            f"{report.number(plan.links, 'link')} rewritten in {report.number(len(plan.writes), 'note')}"
        )
    context.voice.say(f"✔ {old} → {new}\u00a0: {said_fr}", f"✔ {old} → {new}: {said_en}")
    tell_undo(context, done)
    _tell_lost(context, plan)
    return tell_refused(context, done.refused)


def _old_path(context: Context, said: str) -> tuple[str, Path | None]:
    """Return the vault path of what is to be moved, and the folder from where it was said.

    That folder is None for a note that was found by its name.
    """
    session = context.session
    for base in (Path.cwd(), session.root):
        path = vault_path(session.root, base / said)
        if path not in (None, "", ".") and is_there(base / said):
            return _as_listed(session.index, str(path)), base
    return find_note(session.index, session.root, said), None


def _as_listed(index: VaultIndex, path: str) -> str:
    """Return a path as the vault spells it: on some disks another case opens the same file."""
    key = name_key(path)
    return next((one for one in index.named(path.rsplit("/", 1)[-1]) if name_key(one) == key), path)


def _new_path(context: Context, old: str, base: Path | None, said: str) -> str:
    """Return the vault path that a person means.

    Where the note was found by its name, a name alone keeps its folder, and a path is one of the vault;
    else both are from the same folder. A folder, or a name that ends in a slash, takes the file in. A
    note needs no `.md`.
    """
    root = context.session.root
    folder = base or (root if "/" in said else root / old.rpartition("/")[0])
    target = folder / said
    if said.endswith("/") or (is_folder(target) and vault_path(root, target) != old):
        target = target / old.rsplit("/", 1)[-1]
    path = vault_path(root, target)
    if path in (None, "", "."):
        raise VaultkitError(
            Message(f"«\u00a0{said}\u00a0» est hors du coffre", f"'{said}' is out of the vault")
        )
    path = nfc(str(path))
    if old[-3:].lower() == ".md" and path[-3:].lower() != ".md":
        path += ".md"
    _check_name(path)
    return path


def _check_name(path: str) -> None:
    """Raise for a name that the app would refuse, or that no link could say."""
    for part in path.split("/"):
        if found := _FORBIDDEN.search(part):
            raise VaultkitError(
                Message(
                    f"«\u00a0{part}\u00a0»\u00a0: Obsidian n’accepte pas «\u00a0{found[0]}\u00a0» dans un nom",
                    f"'{part}': Obsidian does not accept '{found[0]}' in a name",
                )
            )
        if part.startswith(".") or len(part.encode()) > 240 or part != part.strip():
            raise VaultkitError(
                Message(
                    f"«\u00a0{part}\u00a0» ne peut pas être le nom d’un fichier du coffre",
                    f"'{part}' cannot be the name of a file of the vault",
                )
            )


def _moves(index: VaultIndex, old: str, new: str) -> dict[str, str]:
    """Return every file that gets another path. Raises Refused if a name is taken."""
    files = [path for paths in index.files.values() for path in paths]
    if old in index:
        moves = {old: new}
    else:
        moves = {path: new + path[len(old) :] for path in files if path.startswith(f"{old}/")}
    taken = {name_key(path): path for path in files if path not in moves}
    for path in moves.values():
        if name_key(path) in taken:
            there = taken[name_key(path)]
            raise Refused(
                Message(
                    f"«\u00a0{there}\u00a0» existe déjà\u00a0: rien n’a été déplacé",
                    f"'{there}' is there already: nothing was moved",
                )
            )
    return moves


def _show(context: Context, plan: MovePlan) -> int:
    """Print what would be moved and rewritten; nothing is written."""
    former = {new: old for old, new in plan.moves.items()}
    for old, new in plan.moves.items():
        print(f"{old} → {new}")
    index = context.session.index
    for write in plan.writes:
        old = former.get(write.path, write.path)
        for line in report.diff([Write(old, write.text, write.digest)], index):
            print(line, end="")
    _tell_lost(context, plan)
    return tell_refused(context, plan.refused)


def _tell_lost(context: Context, plan: MovePlan) -> None:
    """Say which links could not be rewritten, with their places."""
    graph = context.session.graph
    for one in plan.found:
        for edge in one.lost:
            line = graph.line(edge)
            context.voice.warn(
                Message(
                    f"⚠ {one.path}:{line}\u00a0: ce lien n’a pas pu être réécrit\u00a0: {edge.reference.original}",
                    f"⚠ {one.path}:{line}: this link could not be rewritten: {edge.reference.original}",
                )
            )
