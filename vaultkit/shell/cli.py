"""The command line: reads arguments, calls a command, turns faults into one line and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from vaultkit import __version__
from vaultkit.errors import VaultkitError
from vaultkit.shell import console
from vaultkit.shell.cache.patterns import kept_patterns
from vaultkit.shell.git.nothing import plain_options
from vaultkit.shell.later import finish

if TYPE_CHECKING:
    from argparse import Namespace

INTERRUPTED = 130
#: A fault of vaultkit itself (EX_SOFTWARE of sysexits.h).
BUG = 70
#: What `check --index` is told where nothing more is said.
_OF_HOOK: dict[str, object] = {
    "run": ("staged", "check_index"), "vault": None, "vault_here": None, "paths": [], "format": "text",
    "fix": False, "add_missing": False, "diff": False, "expect": None, "stale": None, "brief": False,
    "only": None, "write_baseline": False, "no_baseline": False,
}  # fmt: skip


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code (DESIGN §5.1)."""
    console.prepare()
    patterns = kept_patterns()
    said = of_hook(arguments) or parsed(arguments)
    try:
        code = _runner(said)(said)
        sys.stdout.flush()
        for told in finish():
            print(f"vaultkit: {told.of(console.locale_language() or 'fr')}", file=sys.stderr)
        patterns.keep()
        return code
    except VaultkitError as error:
        language = "en" if console.locale_language() == "en" else "fr"
        print(f"vaultkit: {error.message.of(language)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        console.give_up_output()
        return 0
    except Exception:
        return _bug(arguments)


def parsed(arguments: Sequence[str]) -> Namespace:
    """Return what the words say; argparse itself ends the process where they say nothing."""
    from vaultkit.shell.arguments import parser

    said = parser(next(iter(arguments), "")).parse_args(_with_paths(arguments))
    said.vault = getattr(said, "vault_here", None) or said.vault
    return said


def of_hook(arguments: Sequence[str]) -> Namespace | None:
    """Return what `parsed` does of the words that a hook of ours says, None for others: argparse takes its time."""
    options = plain_options(arguments[2:]) if tuple(arguments[:2]) == ("check", "--index") else None
    return None if options is None else cast("Namespace", SimpleNamespace(**_OF_HOOK | options))


def _with_paths(arguments: Sequence[str]) -> list[str]:
    """Return the words with notes whose name begins with a dash as paths: runners of hooks pass names as they are."""
    if "check" not in arguments:
        return list(arguments)
    ends = (".md", ".canvas")
    return [
        f"./{word}"
        if word.startswith("-") and word.lower().endswith(ends) and os.path.isfile(word)  # noqa: PTH113 - Path.is_file raises for a word that is too long
        else word
        for word in arguments
    ]


def _bug(arguments: Sequence[str]) -> int:
    """Print a report to paste: what was asked, on what, and where it broke."""
    import platform
    import traceback

    traceback.print_exc()
    print(
        f"\nvaultkit {__version__}, Python {platform.python_version()}, {platform.platform()}: "
        f"{' '.join(arguments[:1]) or '(bare)'}\n"
        "C’est un défaut de vaultkit, pas de vos notes : merci de copier ce qui précède dans un rapport.\n"
        "This is a fault of vaultkit, not of your notes: please paste the above into a report.",
        file=sys.stderr,
    )
    return BUG


def _runner(said: Namespace) -> Callable[[Namespace], int]:
    module, function = said.run
    command: Callable[[Namespace], int] = getattr(
        import_module(f"vaultkit.shell.commands.{module}"), function
    )
    return command
