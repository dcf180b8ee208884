"""What the watcher says to a person: what happened to the vault, why it sees less, what helps."""

from __future__ import annotations

import errno
from pathlib import Path

from vaultkit.shell.places import why
from vaultkit.text import Message

GONE = Message(
    "le dossier du coffre n’est plus là\u00a0: vaultkit attend qu’il revienne",
    "the folder of the vault is gone: vaultkit waits for it to come back",
)
BACK = Message(
    "le dossier du coffre est revenu\u00a0: tout est relu",
    "the folder of the vault is back: all is read anew",
)
REPLACED = Message(
    "un autre dossier a pris la place du coffre\u00a0: tout est relu",
    "another folder took the place of the vault: all is read anew",
)
OVERFLOWED = Message(
    "trop de changements à la fois, le système en a passé sous silence\u00a0: tout est relu",
    "too many changes at once, the system left some out: all is read anew",
)
STOPPED = Message(
    "la surveillance des fichiers s’était arrêtée\u00a0: elle reprend, et tout est relu",
    "the watching of files had stopped: it starts again, and all is read anew",
)
_LIMITS = Path("/proc/sys/fs/inotify")


def shared(path: str, kind: str) -> Message:
    """Return the sentence for a disk of type `kind`; `path` is the link that leads there, empty for the vault."""
    fr, en = (
        (f"le dossier lié «\u00a0{path}\u00a0»", f"the linked folder '{path}'")
        if path
        else ("le coffre", "the vault")
    )
    return Message(
        f"{fr} est sur un disque partagé ({kind}), qui ne signale pas ce que d’autres machines y changent"
        "\u00a0: ces changements sont vus avec un peu de retard\u00a0; un disque de cette machine l’éviterait",
        f"{en} is on a shared disk ({kind}), which does not tell what other machines change there: "
        "such changes are seen a little later; a disk of this machine would avoid that",
    )


def refused(error: OSError) -> Message:
    """Return the sentence for a system that gives no events, with what would help."""
    if error.errno == errno.ENOSPC:
        fr = "le système ne surveille pas davantage de dossiers"
        en = "the system watches no more folders"
        help_ = _help("max_user_watches", 524288)
    elif error.errno == errno.EMFILE:
        fr = "trop de programmes surveillent déjà des fichiers, ou trop de fichiers sont ouverts"
        en = "too many programs watch files already, or too many files are open"
        help_ = _help("max_user_instances", 512)
    else:
        reason = why(error)
        fr = f"le système ne signale pas les changements ({reason.fr})"
        en = f"the system does not tell of changes ({reason.en})"
        help_ = Message("", "")
    return Message(
        f"{fr}\u00a0: le coffre est relu de temps en temps{help_.fr}",
        f"{en}: the vault is looked at from time to time{help_.en}",
    )


def _help(name: str, enough: int) -> Message:
    """Return how to raise a limit of inotify: to `enough`, or twice what it is."""
    try:
        now = int((_LIMITS / name).read_text())
    except (OSError, ValueError):
        now = 0
    command = f"sudo sysctl fs.inotify.{name}={max(enough, 2 * now)}"
    return Message(f"\u00a0; pour y remédier\u00a0: {command}", f"; to mend it: {command}")
