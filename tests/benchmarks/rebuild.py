"""A cold rebuild as a whole process, beside the time of reading all its bytes, in one run.

    python -m tests.benchmarks.rebuild [NOTES] [MISSIONS] [RUNS]

Makes a vault with `../shared/tools/make_vault.py` in a temporary folder. The two are timed in turn, as
machines are noisy; the median of the ratios is the figure to quote.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import SHARED


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds `work` took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def read_all(root: Path) -> int:
    """Read every note; return the number of bytes."""
    total = 0
    for folder, _, names in os.walk(root):
        for name in names:
            if name.endswith(".md"):
                with open(os.path.join(folder, name), "rb", buffering=0) as file:  # noqa: PTH118, PTH123
                    total += len(file.read())
    return total


def main(notes: int = 10_000, missions: int = 60, runs: int = 5) -> None:
    """Print a row for each run, and the medians."""
    with tempfile.TemporaryDirectory() as folder:
        made, vault = Path(folder) / "made", Path(folder) / "vault"
        tool = [sys.executable, str(SHARED / "tools" / "make_vault.py"), str(made)]
        subprocess.run(
            [*tool, "--notes", str(notes), "--missions", str(missions)], check=True, stdout=subprocess.DEVNULL
        )
        environ = os.environ | {"XDG_STATE_HOME": str(Path(folder) / "state")}
        command = [sys.executable, "-m", "vaultkit", "rebuild"]

        def rebuild(*options: str) -> Callable[[], object]:
            arguments = [*command, str(vault), *options]
            return lambda: subprocess.run(arguments, env=environ, check=False, stdout=subprocess.DEVNULL)

        rows = []
        for _ in range(runs):
            shutil.rmtree(vault, ignore_errors=True)
            shutil.copytree(made, vault)
            floor = timed(lambda: read_all(vault))
            rows.append((floor, timed(rebuild()), timed(rebuild("--check"))))
            print("read all {:.3f} s   rebuild {:.2f} s   --check {:.2f} s".format(*rows[-1]))
        print(
            f"median of the ratios: rebuild {statistics.median(r / f for f, r, _ in rows):.1f} × reading all bytes,"
        )
        print(f"                      --check {statistics.median(c / f for f, _, c in rows):.1f} ×")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
