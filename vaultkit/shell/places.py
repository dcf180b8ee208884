"""Where vaultkit keeps its own things: never inside the vault."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from vaultkit.errors import VaultkitError
from vaultkit.text import Message

_REASONS = {
    errno.EACCES: Message("accès refusé", "permission denied"),
    errno.EPERM: Message("accès refusé", "permission denied"),
    errno.EROFS: Message("disque en lecture seule", "the disk is read-only"),
    errno.ENOSPC: Message("disque plein", "the disk is full"),
    errno.EDQUOT if hasattr(errno, "EDQUOT") else -1: Message("quota atteint", "the quota is used up"),
    errno.ENOENT: Message("le dossier n’est plus là", "the folder is gone"),
    errno.ENAMETOOLONG: Message("nom trop long", "the name is too long"),
    errno.ENOTDIR: Message("un fichier tient la place d’un dossier", "a file is where a folder should be"),
    errno.EEXIST: Message("un fichier de ce nom existe déjà", "a file of that name is already there"),
    errno.ETIMEDOUT: Message("un autre vaultkit est en train d’écrire", "another vaultkit is writing"),
    errno.EIO: Message("erreur du disque", "the disk reports an error"),
}


def why(error: OSError) -> Message:
    """Return what the system complained of, in words."""
    said = error.strerror or str(error)
    return _REASONS.get(error.errno or 0, Message(said, said))


def state_path(root: Path) -> Path:
    """Return the folder for what vaultkit remembers of the vault at `root`; it need not be there yet."""
    import hashlib

    from platformdirs import user_state_path

    digest = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()
    return user_state_path("vaultkit", appauthor=False) / digest[:12]


def state_dir(root: Path) -> Path:
    """Return the folder of `state_path`, made on first use for this user alone."""
    folder = state_path(root)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise no_state(folder, why(error)) from error
    return folder


def no_state(folder: Path, reason: Message) -> VaultkitError:
    """Return the error of a state folder that cannot be used, and so of nothing written."""
    return VaultkitError(
        Message(
            "rien n’a été écrit, car on n’aurait pas pu l’annuler\u00a0: "
            f"le dossier {folder} n’est pas utilisable ({reason.fr})\u00a0; "
            "choisir un autre dossier avec XDG_STATE_HOME",
            f"nothing was written, because it could not have been undone: the folder {folder} cannot be used "
            f"({reason.en}); set XDG_STATE_HOME to another folder",
        )
    )
