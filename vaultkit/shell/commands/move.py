"""`mv`: another name or place for a note, a file or a folder; every link still leads to it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from vaultkit.edits import Write
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell import report
from vaultkit.shell.commands.context import Context, open_context
from vaultkit.shell.moving import MovePlan, plan_move
from vaultkit.shell.moving import move as move_files
from vaultkit.shell.names import find_note, is_folder, is_there, vault_path
from vaultkit.shell.new_names import check_name, moves_of, with_extension
from vaultkit.shell.walk import is_unicode
from vaultkit.text import Message, nfc
from vaultkit.vault.index import VaultIndex, name_key


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
    moves = moves_of(session.index, old, new)
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
    path = with_extension(nfc(str(path)), old, session.index)
    check_name(path, old, session.index)
    return path


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
