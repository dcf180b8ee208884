"""`mv`: another name or place for a note, a file or a folder; every link still leads to it."""

from __future__ import annotations

import re
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from vaultkit.edits import Write
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell import report
from vaultkit.shell.commands.context import Context, open_context
from vaultkit.shell.moving import MovePlan, plan_move
from vaultkit.shell.moving import move as move_files
from vaultkit.shell.names import find_note, is_folder, is_there, vault_path
from vaultkit.shell.walk import is_unicode
from vaultkit.text import Message, nfc
from vaultkit.vault.index import VaultIndex, name_key

_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
#: What the app refuses in a name, and what a link to it could not say (`specs/obsidian.md` §1.4).
_FORBIDDEN = re.compile(r'[*"\\<>:|?#^\[\]\x00-\x1f]')


def move(arguments: Namespace) -> int:
    """Run the command; 3 if the new name is taken, or a file with such a link may not be written."""
    context = open_context(arguments)
    session = context.session
    if not is_unicode(arguments.old + arguments.new):
        raise VaultkitError(Message("ce nom n’est pas en UTF-8", "this name is not UTF-8"))
    old, base = _old_path(context, arguments.old)
    new = _new_path(context, old, base, arguments.new)
    if old == new:
        context.voice.say("Rien à déplacer.", "Nothing to move.")
        return 0
    moves = _moves(session.index, old, new)
    if arguments.diff:
        return _show(context, plan_move(session, moves))
    done, plan = move_files(session, old, new, moves)
    if not done.refused:
        _tell(context, old, new, plan)
    for notice in done.notices:
        context.voice.warn(notice)
    return _tell_refused(context, done.refused)


def _tell(context: Context, old: str, new: str, plan: MovePlan) -> None:
    """Say what was moved, how many links followed, and how to take it back."""
    said_fr, said_en = "aucun lien à réécrire", "no link to rewrite"
    if plan.links:
        files = len(plan.writes)
        said_fr = (
            f"{report.nombre(plan.links, 'lien réécrit', 'liens réécrits')} "
            f"dans {report.nombre(files, 'fichier')}"
        )
        said_en = f"{report.number(plan.links, 'link')} rewritten in {report.number(files, 'file')}"
    context.voice.say(f"✔ {old} → {new}\u00a0: {said_fr}", f"✔ {old} → {new}: {said_en}")
    context.voice.say(
        "Rien d’autre n’a été touché. Annuler\u00a0: vaultkit undo",
        "Nothing else was touched. Undo: vaultkit undo",
    )


def _tell_refused(context: Context, refused: Sequence[tuple[str, Message]]) -> int:
    """Say why nothing was moved; return the exit code."""
    for path, message in refused:
        context.voice.warn(Message(f"✖ {path}\u00a0: {message.fr}", f"✖ {path}: {message.en}"))
    if not refused:
        return 0
    context.voice.warn(Message("Rien n’a été déplacé.", "Nothing was moved."))
    return Refused.exit_code


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
    session = context.session
    root = session.root
    folder = base or (root if "/" in said else root / old.rpartition("/")[0])
    target = folder / said
    if said.endswith("/") or (is_folder(target) and vault_path(root, target) != old):
        target = target / old.rsplit("/", 1)[-1]
    path = vault_path(root, target)
    if path in (None, "", "."):
        raise VaultkitError(
            Message(f"«\u00a0{said}\u00a0» est hors du coffre", f"'{said}' is out of the vault")
        )
    path = _with_extension(nfc(str(path)), old, session.index)
    _check_name(path, old, session.index)
    return path


def _with_extension(path: str, old: str, index: VaultIndex) -> str:
    """Return the path with the extension of the file that is moved: of a note always, else where it has none."""
    extension = PurePosixPath(old).suffix if old in index else ""
    is_note = extension.lower() == ".md"
    other = not is_note and _EXTENSION.search(path) and not path.lower().endswith(".md")
    if path.lower().endswith(extension.lower()) or other:
        return path
    return path + extension


def _check_name(path: str, old: str, index: VaultIndex) -> None:
    """Raise for a new name that the app would refuse, or that no link could say; names that are there may stay."""
    known = {part for there in (old, *index.notes) for part in there.split("/")}
    for part in path.split("/"):
        if part in known:
            continue
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
    if new.startswith(f"{old}/"):
        raise VaultkitError(
            Message(f"«\u00a0{old}\u00a0» ne peut pas aller dans lui-même", f"'{old}' cannot go into itself")
        )
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
    return _tell_refused(context, plan.refused)
