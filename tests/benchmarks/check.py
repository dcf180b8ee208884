"""What the rules cost on top of the plain index, in one process: the dearest rules by name.

    python -m tests.benchmarks.check VAULT [RUNS]

"Plain index" is reading and parsing every note and indexing it; rules come on top. The plan of the
regions, which rules look at, is timed apart.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from vaultkit.rules.registry import RULES, VAULT_RULES
from vaultkit.shell.session import Session


def exhausted(found: Iterable[object]) -> int:
    """Take everything that a rule says; return how much that is."""
    return sum(1 for _ in found)


def main(root: Path, runs: int = 3) -> None:
    """Print the medians, and each rule that takes more than a hundredth of the index time."""
    opened, planned, checked = [], [], []
    for _ in range(runs):
        began = time.perf_counter()
        session = Session.open(root)
        indexed = time.perf_counter()
        plan = session.plan()
        ready = time.perf_counter()
        session.check(plan, hints=50)
        done = time.perf_counter()
        opened.append(indexed - began)
        planned.append(ready - indexed)
        checked.append(done - ready)
    index, rules = statistics.median(opened), statistics.median(checked)
    print(
        f"plain index {index:.2f} s   plan {statistics.median(planned):.2f} s   rules {rules:.2f} s", end=""
    )
    print(f"   = {rules / index:.2f} of the index")
    look = session.look(plan, hints=50)
    for rule in VAULT_RULES:
        began = time.perf_counter()
        said = exhausted(rule.check(look))
        print_dear(rule.kind.code, rule.kind.name, time.perf_counter() - began, said, index)
    for each in RULES:
        began = time.perf_counter()
        said = sum(exhausted(each.check(note, look)) for note in session.index)
        print_dear(each.kind.code, each.kind.name, time.perf_counter() - began, said, index)


def print_dear(code: str, name: str, seconds: float, said: int, index: float) -> None:
    """Print a rule that is worth a look."""
    if seconds > index / 100:
        print(f"  {code} {name:28} {seconds:.3f} s   {said} said")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
