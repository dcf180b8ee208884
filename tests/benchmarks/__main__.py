"""Every figure that vaultkit promises, in one run, beside the floors of the machine and other tools.

    python -m tests.benchmarks [--sizes 1000,10000,50000] [--rounds 3] [--json FILE] [--plot FILE]

Makes vaults with `../shared/tools/make_vault.py`, runs whole processes on fresh copies of them with state and
cache folders of their own, and prints one table. "Cold" is an empty cache folder and a fresh copy, "warm" the
same after a rebuild with nothing changed. The disk's own cache is warm in both. Each sample stands beside a
reference taken right before (three times, the median), as machines are noisy; the median of the ratios is the
figure to quote.
`--growth` measures vaults that grow in one way instead: each must take twice the time for twice the size.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.figures import Figures, growing, measured
from tests.benchmarks.peers import peers
from tests.benchmarks.plot import svg
from tests.benchmarks.table import Report, Row, machine, markdown, rounded, today, version, written
from tests.benchmarks.vaults import SEED, missions_of

#: In which order the rows are shown; goals first.
_ORDER = (
    "cold",
    "warm",
    "hook-5",
    "hook-new",
    "hook-title",
    "version",
    "follow",
    "query",
    "memory",
    "growth",
    "hvk",
    "graphmark",
    "obsidiantools",
)


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 1 if a goal is missed."""
    given = _parser().parse_args(arguments)
    began = time.perf_counter()

    def say(text: str) -> None:
        if not given.quiet:
            print(f"{time.perf_counter() - began:7.1f}  {text}", file=sys.stderr, flush=True)

    figures = Figures(say)
    with tempfile.TemporaryDirectory(prefix="vaultkit-bench-") as name:
        folder = Path(name)
        kept = given.keep or folder / "made"
        kept.mkdir(parents=True, exist_ok=True)
        if given.growth:
            growing(figures, folder, kept, given.rounds, given.scale)
        else:
            others = [] if given.without_peers else peers(given.peers)
            measured(figures, folder, kept, given.sizes, given.rounds, others)
    vaults = {} if given.growth else {str(n): _made_by(n) for n in given.sizes}
    rows = tuple(rounded(row) for row in sorted(figures.rows.values(), key=_place))
    report = Report(today(), version(), machine(), given.rounds, vaults, rows)
    if given.json:
        written(report, given.json)
    if given.plot:
        given.plot.write_text(svg(report), encoding="utf-8")
    print(markdown(report))
    return 1 if report.missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--sizes", type=_sizes, default=_sizes("1000,10000,50000"), metavar="N,N")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all samples")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw time over notes, as SVG")
    parser.add_argument(
        "--peers", type=Path, metavar="BIN", help="where other tools are installed, else the PATH"
    )
    parser.add_argument("--without-peers", action="store_true")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="where made vaults stay, and are found again"
    )
    parser.add_argument("--growth", action="store_true", help="vaults that grow in one way, and nothing else")
    parser.add_argument("--scale", type=float, default=1.0, help="of the full size of these")
    parser.add_argument("--quiet", action="store_true", help="the table alone")
    return parser


def _sizes(said: str) -> Sequence[int]:
    return sorted({int(part) for part in said.split(",")})


def _made_by(notes: int) -> str:
    return f"make_vault.py --notes {notes} --seed {SEED} --missions {missions_of(notes)}"


def _place(row: Row) -> tuple[int, int]:
    name = (
        row.key.partition("@")[0].split("-")[0]
        if row.key.startswith(("query", "hvk"))
        else row.key.partition("@")[0]
    )
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), row.notes)


if __name__ == "__main__":
    sys.exit(main())
