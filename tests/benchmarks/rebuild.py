"""A cold rebuild as a whole process, beside the time of reading all its bytes, in one run.

    python -m tests.benchmarks.rebuild [NOTES] [RUNS]

The first look after a change; `python -m tests.benchmarks` has every figure. The two are timed in turn, as
machines are noisy; the median of the ratios is the figure to quote.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from functools import partial
from pathlib import Path

from tests.benchmarks.measuring import VAULTKIT, environ, read_all, run, settle, timed
from tests.benchmarks.vaults import copied, fresh_folder, made


def main(notes: int = 10_000, runs: int = 5) -> None:
    """Print a row for each run, and the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = []
        for _ in range(runs):
            vault = copied(made(folder, notes), folder / "vault")
            settle()
            env = environ(fresh_folder(folder / "own"))
            floor = timed(partial(read_all, vault))
            rows.append(
                (
                    floor,
                    run([*VAULTKIT, "rebuild"], env, vault),
                    run([*VAULTKIT, "rebuild", "--check"], env, vault),
                )
            )
            print("read all {:.3f} s   rebuild {:.2f} s   --check {:.2f} s".format(*rows[-1]))
        print(
            f"median of the ratios: rebuild {statistics.median(r / f for f, r, _ in rows):.1f} × reading all bytes,"
        )
        print(f"                      --check {statistics.median(c / f for f, _, c in rows):.1f} ×")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
