"""`purge`: what vaultkit keeps of a vault outside of it, thrown away (DESIGN §5.3)."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell import console
from vaultkit.shell.cache.place import cache_folder
from vaultkit.shell.daemon.lock import is_watched
from vaultkit.shell.journal import NAME, Journal
from vaultkit.shell.names import find_vault
from vaultkit.shell.places import state_path, why
from vaultkit.text import Message

#: What `--all` removes of the state folder; the start of the service on Windows stands there too, and stays.
_STATE = (f"{NAME}*", "watch.log*", "watch.pid", "watch.lock")


def purge(arguments: Namespace) -> int:
    """Run `purge`: the cache goes, and what the journal knows of older writes; with `--all` the whole journal.

    Raises Refused (3) with `--all` while `vaultkit watch` runs, VaultkitError (2) where nobody can be asked.
    """
    root = find_vault(arguments.root or arguments.vault)
    voice = console.Voice(console.locale_language() or "fr")
    if arguments.all:
        _consent(root, voice, arguments.yes)
    gone, freed = _removed(_cached(cache_folder(root)))
    if arguments.all:
        files, bytes_more = _removed(_files(state_path(root), _STATE))
        gone, freed = gone + files, freed + bytes_more
    elif Journal.is_begun(root):
        with Journal.open(root) as journal:
            batches = journal.purge(arguments.days)
        voice.say(
            f"Journal, écritures oubliées (plus de {arguments.days} jours)\u00a0: {batches}.",
            f"Journal: {batches} write{'' if batches == 1 else 's'} older than {arguments.days} days dropped.",
        )
    megabytes = f"{freed / 1e6:.1f}"
    voice.say(
        f"{gone} fichier{'s' if gone > 1 else ''} hors du coffre en moins ({megabytes.replace('.', ',')} Mo)."
        " Aucune note n’a été touchée.",
        f"{gone} file{'' if gone == 1 else 's'} outside the vault removed ({megabytes} MB). No note was touched.",
    )
    return 0


def _consent(root: Path, voice: console.Voice, said_yes: bool) -> None:
    """Make sure that a person wants to lose the way back."""
    if is_watched(root):
        raise Refused(
            Message(
                "vaultkit watch surveille ce coffre\u00a0: l’arrêter d’abord (vaultkit status)",
                "vaultkit watch watches this vault: end it first (vaultkit status)",
            )
        )
    if said_yes:
        return
    if not sys.stdin.isatty():
        raise VaultkitError(
            Message(
                "--all jette aussi le journal, plus rien ne pourra être annulé\u00a0: ajouter --yes",
                "--all drops the journal too, and nothing can be undone any more: add --yes",
            )
        )
    question = Message(
        "Jeter aussi le journal\u00a0? vaultkit undo ne pourra plus rien annuler.",
        "Drop the journal too? vaultkit undo will have nothing to take back any more.",
    )
    if not voice.ask(question):
        raise VaultkitError(Message("rien n’a été jeté", "nothing was dropped"))


def _cached(folder: Path) -> Iterator[Path]:
    return _files(folder, ("*",))


def _files(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    """Yield the files of a folder with such names, and never what a link leads to."""
    for pattern in patterns:
        with suppress(OSError):
            yield from (file for file in sorted(folder.glob(pattern)) if file.is_file() or file.is_symlink())


def _removed(files: Iterable[Path]) -> tuple[int, int]:
    """Remove files; return how many went and how many bytes. Raises VaultkitError (2) for one that cannot be."""
    gone, freed, folders = 0, 0, set()
    for file in files:
        try:
            freed += file.lstat().st_size
            file.unlink()
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = why(error)
            raise VaultkitError(Message(f"{file}\u00a0: {reason.fr}", f"{file}: {reason.en}")) from error
        gone += 1
        folders.add(file.parent)
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()  # which fails where there is anything else
    return gone, freed
