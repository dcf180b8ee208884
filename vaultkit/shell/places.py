"""Where vaultkit keeps its own things: never inside the vault."""

from __future__ import annotations

import errno
import os
import sys
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
    errno.EDEADLK: Message(
        "ce fichier n’est pas encore téléchargé sur cet ordinateur\u00a0: l’ouvrir une fois, "
        "ou demander au nuage de le garder ici",
        "this file is not downloaded to this computer yet: open it once, or ask the cloud to keep it here",
    ),
    errno.EIO: Message("erreur du disque", "the disk reports an error"),
}
_IN_USE = Message(
    "un autre programme tient ce fichier ouvert\u00a0: le fermer là-bas, puis relancer",
    "another program holds this file open: close it there, then run this again",
)
_GUARDED = Message(
    "Windows refuse l’accès\u00a0: si le fichier n’est ni en lecture seule ni ouvert ailleurs, autoriser vaultkit "
    "dans Sécurité Windows › Protection contre les ransomwares › Dispositif d’accès contrôlé aux dossiers",
    "Windows refuses access: if the file is neither read-only nor open elsewhere, allow vaultkit under "
    "Windows Security › Ransomware protection › Controlled folder access",
)
_PRIVATE = Message(
    "macOS refuse l’accès\u00a0: l’accorder au terminal (ou à vaultkit) dans Réglages Système › "
    "Confidentialité et sécurité › Fichiers et dossiers, puis relancer",
    "macOS refuses access: grant it to the terminal (or to vaultkit) under System Settings › "
    "Privacy & Security › Files & Folders, then run this again",
)


def why(error: OSError, platform: str = sys.platform) -> Message:
    """Return what the system complained of, in words; where a person can mend it, how."""
    said = error.strerror or str(error)
    if platform == "win32" and getattr(error, "winerror", None) in (32, 33):
        return _IN_USE
    if platform == "win32" and isinstance(error, PermissionError):
        return _GUARDED
    if platform == "darwin" and error.errno == errno.EPERM:
        return _PRIVATE
    return _REASONS.get(error.errno or 0, Message(said, said))


def reachable(root: Path) -> Path:
    """Return the same folder in a form below which Windows opens paths of any length; elsewhere as it is."""
    return Path(namespaced(os.path.abspath(root))) if sys.platform == "win32" else root  # noqa: PTH100 - drops `..`


def namespaced(path: str) -> str:
    """Return an absolute path of Windows in the form that knows no limit of 260 characters."""
    if path.startswith(("\\\\?\\", "\\\\.\\")):
        return path
    return f"\\\\?\\UNC\\{path[2:]}" if path.startswith("\\\\") else f"\\\\?\\{path}"


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
