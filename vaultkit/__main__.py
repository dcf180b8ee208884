"""`vaultkit` and `python -m vaultkit`."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line and exit with its code.

    The process ends at once: taking a hundred thousand notes apart object by object, only to give the
    memory back, would cost as long as a second.
    """
    from vaultkit.shell.cli import run

    code = run(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
