"""Thousands of schedules on a virtual clock: how many words each way of writing costs, in one table.

    python -m tests.benchmarks.schedules [COUNT] [--first 1]

With diff-match-patch as the app's merge, the rules of DESIGN §6.1 stand beside a daemon that writes at once,
and beside a client that writes in the app's own buffers.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.shell.daemon.obsidian_model import Merge
from tests.shell.daemon.stage import Rules, Stage

WAYS = {
    "writes at once": Rules(Merge.FUZZY, careful=False),
    "rules of §6.1": Rules(Merge.FUZZY),
    "client that writes": Rules(Merge.FUZZY, writer=True),
    "exact merges, writes at once": Rules(careful=False),
    "exact merges, rules of §6.1": Rules(),
}


def main() -> int:
    """Print a row for each way; 1 if any schedule has a loss that no merge explains."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int, nargs="?", default=100)
    parser.add_argument("--first", type=int, default=1)
    given = parser.parse_args()
    faults = 0
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        for way, rules in WAYS.items():
            seen: Counter[str] = Counter()
            for seed in range(given.first, given.first + given.count):
                stage = Stage(Path(name) / "schedule", seed, rules)
                stage.play()
                shutil.rmtree(stage.folder)
                counts = stage.app.counts
                seen.update(
                    typed=stage.typist.words.made, lost=len(stage.typist.words.lost), writes=stage.writes,
                    merges=counts.merges, unfaithful=counts.unfaithful, hunks_dropped=counts.dropped,
                )  # fmt: skip
                for fault in stage.faults:
                    faults += 1
                    print(f"{way}, seed {seed}: {fault.splitlines()[0]}")
            rate = 10_000 * seen["lost"] / max(seen["typed"], 1)
            print(f"{way:30} {dict(seen)}; lost of 10,000 words: {rate:.1f}", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
