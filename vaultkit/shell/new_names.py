"""A new name for a note, a file or a folder: what Obsidian takes, what a link can say, what is not taken yet."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from vaultkit.errors import Refused, VaultkitError
from vaultkit.text import Message
from vaultkit.vault.index import VaultIndex, name_key

_EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
#: What the app refuses in a name, and what a link to it could not say (`specs/obsidian.md` §1.4).
_FORBIDDEN = re.compile(r'[*"\\<>:|?#^\[\]\x00-\x1f]')


def with_extension(path: str, old: str, index: VaultIndex) -> str:
    """Return the path with the extension of the file that is moved: of a note always, else where it has none."""
    extension = PurePosixPath(old).suffix if old in index else ""
    is_note = extension.lower() == ".md"
    other = not is_note and _EXTENSION.search(path) and not path.lower().endswith(".md")
    if path.lower().endswith(extension.lower()) or other:
        return path
    return path + extension


def check_name(path: str, old: str, index: VaultIndex) -> None:
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


def moves_of(index: VaultIndex, old: str, new: str) -> dict[str, str]:
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
