"""`vaultkit` and `python -m vaultkit`."""

from __future__ import annotations

import os
import sys

from vaultkit import __version__


def main() -> None:
    """Run the command line and exit with its code.

    What is asked most often is answered before anything heavy is imported: the version, and by a hook whether
    anything is staged at all.

    The process ends at once: taking a hundred thousand notes apart object by object, only to give the
    memory back, would cost as long as a second.
    """
    arguments = sys.argv[1:]
    if arguments == ["--version"] and sys.stdout is not None:
        sys.stdout.write(f"vaultkit {__version__}\n")
        return
    if arguments[:2] == ["check", "--index"]:
        from vaultkit.shell.git.nothing import nothing_staged

        if nothing_staged(arguments[2:]):
            os._exit(0)
    import gc

    gc.disable()  # next to nothing goes in circles, and to walk all notes again takes longer than to read them
    _import_msgspec()
    from vaultkit.shell.cli import run

    code = run(arguments)
    sys.stderr.flush()
    os._exit(code)


def _import_msgspec() -> None:
    """Import msgspec without `typing_extensions`, of which it takes names that Python has itself by now.

    That one brings `inspect` with it: together they take as long as Python needs to start.
    """
    known = sys.modules.get("typing_extensions")
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]  # that is how Python spells "not to be found"
    try:
        __import__("msgspec")
    finally:
        del sys.modules["typing_extensions"]
        if known is not None:
            sys.modules["typing_extensions"] = known


if __name__ == "__main__":
    main()
