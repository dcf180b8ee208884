"""Finding the vault, and the note that a person means."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from vaultkit.errors import VaultkitError
from vaultkit.settings import TOML_NAME
from vaultkit.text import Message, nfc

if TYPE_CHECKING:
    from vaultkit.vault.index import VaultIndex


def find_vault(said: str | None, here: Path | None = None) -> Path:
    """Return the folder of the vault: the one that was said, else found upwards from `here`.

    A vault is known by `vaultkit.toml` or `.obsidian/`; a folder that just holds notes will do as well.
    Raises VaultkitError (2) if there is none.
    """
    if said is not None:
        root = Path(said)
        if not is_folder(root):
            raise VaultkitError(
                Message(f"ce dossier n’existe pas\u00a0: {said}", f"there is no such folder: {said}")
            )
        return root
    start = (here or Path.cwd()).absolute()
    for folder in (start, *start.parents):
        if (folder / TOML_NAME).is_file() or (folder / ".obsidian").is_dir():
            return folder
    if any(path.suffix.lower() == ".md" for path in start.iterdir() if not path.name.startswith(".")):
        return start
    raise VaultkitError(
        Message(
            "aucun coffre Obsidian ici ni au-dessus\u00a0: aller dans son dossier, ou dire lequel avec --vault DOSSIER",
            "no Obsidian vault here or above: go to its folder, or say which with --vault FOLDER",
        )
    )


def find_note(index: VaultIndex, root: Path, said: str) -> str:
    """Return the path of the note that a person means.

    An existing path from here, else from the vault, else an unambiguous part of a name, folded.
    Raises VaultkitError (2) if there is none, or several: then they are listed.
    """
    from vaultkit.vault.links import notes_like  # not for those who look for the vault alone

    for base in (Path.cwd(), root):
        for name in (said, f"{said}.md"):
            path = vault_path(root, base / name)
            if path is not None and path in index.notes:
                return path
    found = notes_like(index, said)
    if len(found) > 1:
        syntheses = [path for path in found if _is_open_synthesis(index, path)]
        found = syntheses if len(syntheses) == 1 else found
    if not found:
        raise VaultkitError(
            Message(f"aucune note ne correspond à «\u00a0{said}\u00a0»", f"no note matches '{said}'")
        )
    if len(found) > 1:
        listed = "\n  ".join(found[:10])
        raise VaultkitError(
            Message(
                f"plusieurs notes correspondent à «\u00a0{said}\u00a0»\u00a0:\n  {listed}",
                f"several notes match '{said}':\n  {listed}",
            )
        )
    return found[0]


def find_paths(index: VaultIndex, root: Path, said: list[str]) -> list[str]:
    """Return the notes that PATHS mean: notes by name or path, folders with all their notes."""
    found: list[str] = []
    for one in said:
        folder = next(
            (
                inside
                for base in (Path.cwd(), root)
                if is_folder(base / one) and (inside := vault_path(root, base / one)) is not None
            ),
            None,
        )
        if folder is None:
            found.append(find_note(index, root, one))
        else:
            lead = "" if folder in ("", ".") else f"{folder}/"
            found += [path for path in sorted(index.notes) if path.startswith(lead)]
    return list(dict.fromkeys(found))


def vault_path(root: Path, path: Path) -> str | None:
    """Return a path relative to the vault with `/`, NFC; None if it lies outside.

    A link is its own path, not that of what it leads to; only the folders around it are looked through.
    """
    written = Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow the last link
    for there, base in ((written, Path(os.path.abspath(root))), (_parent_resolved(written), root.resolve())):  # noqa: PTH100
        try:
            return nfc(there.relative_to(base).as_posix())
        except ValueError:
            continue
    return None


def _parent_resolved(path: Path) -> Path:
    try:
        return path.parent.resolve() / path.name
    except OSError:
        return path


def _is_open_synthesis(index: VaultIndex, path: str) -> bool:
    """Whether a note is a synthesis, and no copy of one that was delivered."""
    from vaultkit.audit.mission import SYNTHESIS, category_of, is_frozen

    note = index.notes[path]
    return category_of(note) == SYNTHESIS and not is_frozen(note)


def is_there(path: Path) -> bool:
    """Whether there is such a file or folder; a name that no disk can have is none."""
    return os.path.exists(path)  # noqa: PTH110 - Path.exists raises for a name that is too long


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; a name that no disk can have is none."""
    return os.path.isdir(path)  # noqa: PTH112 - Path.is_dir raises for a name that is too long
