"""What one note costs to parse, in all and by part, on a made vault in memory.

    python -m tests.benchmarks.parse [NOTES] [RUNS]

The least of the runs counts: the rest is what else the machine was doing.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import SHARED
from vaultkit.markdown.blocks import scan_blocks
from vaultkit.markdown.frontmatter import read_frontmatter
from vaultkit.markdown.inline import scan_inline
from vaultkit.markdown.parse import parse_note


def made_notes(notes: int) -> list[str]:
    """Return the texts of a vault made by `shared/tools/make_vault.py`."""
    with tempfile.TemporaryDirectory() as folder:
        tool = [sys.executable, str(SHARED / "tools" / "make_vault.py"), folder, "--notes", str(notes)]
        subprocess.run(tool, check=True, stdout=subprocess.DEVNULL)
        return [file.read_bytes().decode() for file in sorted(Path(folder).rglob("*.md"))]


def main(notes: int = 5_000, runs: int = 5) -> None:
    """Print microseconds a note."""
    texts = made_notes(notes)
    fronts = [read_frontmatter(text) for text in texts]
    starts = [front.span.end if front else 0 for front in fronts]
    runs_of = [scan_blocks(text, start).runs for text, start in zip(texts, starts, strict=True)]

    def cost(work: Callable[[int], object]) -> float:
        best = float("inf")
        for _ in range(runs):
            began = time.perf_counter()
            for at in range(len(texts)):
                work(at)
            best = min(best, time.perf_counter() - began)
        return best / len(texts) * 1e6

    parts: dict[str, Callable[[int], object]] = {
        "properties": lambda at: read_frontmatter(texts[at]),
        "blocks": lambda at: scan_blocks(texts[at], starts[at]),
        "running text": lambda at: scan_inline(texts[at], runs_of[at]),
        "the whole note": lambda at: parse_note("n.md", texts[at]),
    }
    for name, work in parts.items():
        print(f"{name:16}{cost(work):8.1f} µs")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
