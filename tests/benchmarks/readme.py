"""The table that README shows, out of what a run has kept.

    python -m tests.benchmarks.readme tests/benchmarks/latest.json [--write README.md]

Prints the block between its markers; `--write` puts it in the place of the one that stands in a file.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from tests.benchmarks.table import Report, markdown, read

BEGIN, END = "<!-- benchmark:begin -->", "<!-- benchmark:end -->"
_BLOCK = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


def block(report: Report) -> str:
    """Return the block with its markers."""
    return f"{BEGIN}\n{markdown(report)}\n{END}"


def found(text: str) -> str | None:
    """Return the block that stands in a text, None if there is none."""
    standing = _BLOCK.search(text)
    return standing[0] if standing else None


def main(arguments: list[str] | None = None) -> int:
    """Print the block, or put it in its place; 1 if a file has no place for it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("report", type=Path)
    parser.add_argument("--write", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    fresh = block(read(given.report))
    if given.write is None:
        print(fresh)
        return 0
    text = given.write.read_text(encoding="utf-8")
    if found(text) is None:
        print(f"{given.write} has no {BEGIN} … {END}", file=sys.stderr)
        return 1
    given.write.write_text(_BLOCK.sub(lambda _: fresh, text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
