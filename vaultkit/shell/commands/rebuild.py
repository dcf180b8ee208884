"""`rebuild`: validate, then bring the regions of every synthesis up to date."""

from __future__ import annotations

from argparse import Namespace

from vaultkit.shell import console
from vaultkit.shell.names import find_vault
from vaultkit.shell.verdict import UP_TO_DATE, heard


def rebuild(arguments: Namespace) -> int:
    """Run the command; return its exit code. With `--check` alone it may be known already what is to be said."""
    if not _asks_only_whether(arguments):
        from vaultkit.shell.commands.rebuilding import rebuild_read

        return rebuild_read(arguments)
    root = find_vault(arguments.root or arguments.vault)
    known = heard(root)
    if known.language:
        console.Voice(known.language).tell(UP_TO_DATE)
        return 0
    from vaultkit.shell.commands.rebuilding import rebuild_read
    from vaultkit.shell.files import DiskFiles

    return rebuild_read(arguments, DiskFiles(root, known.looked))


def _asks_only_whether(arguments: Namespace) -> bool:
    """Whether nothing is asked but if all is up to date."""
    more = arguments.diff or arguments.dry_run or arguments.prune or arguments.json
    return arguments.check and not more and arguments.expect is None
