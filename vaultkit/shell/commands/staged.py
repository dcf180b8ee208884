"""`check --index`: what git has staged, judged before it is committed.

Nothing heavy is imported here: often little has changed since a hook last ran, and all ends at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaultkit.errors import VaultkitError
from vaultkit.shell.git.judgement import judged_before
from vaultkit.shell.git.nothing import take
from vaultkit.text import Message

if TYPE_CHECKING:
    from argparse import Namespace


def check_index(arguments: Namespace) -> int:
    """Run the command for each vault that the commit touches; return the worst exit code."""
    _only_looking(arguments)
    seen = take()
    if seen is not None and arguments.brief and (code := judged_before(seen)) is not None:
        return code
    from vaultkit.shell.commands.staged_vaults import judge_index

    return judge_index(arguments, seen)


def _only_looking(arguments: Namespace) -> None:
    """Refuse options that write: what is staged is the person's; raises VaultkitError (2)."""
    for name in ("fix", "add_missing", "diff", "write_baseline"):
        if getattr(arguments, name, False):
            option = f"--{name.replace('_', '-')}"
            raise VaultkitError(
                Message(
                    f"--index et {option} ne vont pas ensemble\u00a0: rien n’est écrit dans l’index de git",
                    f"--index and {option} do not go together: nothing is written into git's index",
                )
            )
