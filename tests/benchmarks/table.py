"""What was measured: rows with all their samples, as JSON and as a Markdown table."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tests.benchmarks.measuring import ROOT

HEADER = ("what", "notes", "measured", "reference in the same run", "ratio", "goal", "met")
_MET = {None: "", True: "yes", False: "**no**"}


class Row(Struct, frozen=True, omit_defaults=True):
    """One figure: its samples, and those of the reference taken in the same rounds.

    `goal` is how many times the reference it may take at most, or `least` how many times at least; without
    either it is for information. `unit` is "s" or "B". `skipped` says why there is nothing.
    """

    key: str
    what: str
    notes: int
    samples: tuple[float, ...] = ()
    reference: str = ""
    floor: tuple[float, ...] = ()
    goal: float | None = None
    least: float | None = None
    unit: str = "s"
    skipped: str = ""

    @property
    def ratio(self) -> float | None:
        """The median of the ratios, as each sample stands beside the reference of its round."""
        pairs = [(a, b) for a, b in zip(self.samples, self.floor, strict=False) if b]
        return statistics.median(a / b for a, b in pairs) if pairs else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none, or another tool is not there to be measured.

        What could not be measured of ours has not met its goal.
        """
        ratio = self.ratio
        if ratio is None and self.goal is not None:
            return False
        if ratio is None or (self.goal is None and self.least is None):
            return None
        return ratio <= self.goal if self.goal is not None else ratio >= (self.least or 0)


class Machine(Struct, frozen=True):
    """Where it was measured."""

    processor: str
    cores: int
    system: str
    python: str


class Report(Struct, frozen=True):
    """A whole run."""

    date: str
    version: str
    machine: Machine
    rounds: int
    vaults: dict[str, str]
    rows: tuple[Row, ...]

    @property
    def missed(self) -> list[Row]:
        """The rows whose goal is not met."""
        return [row for row in self.rows if row.met is False]


def rounded(row: Row) -> Row:
    """Return a row with its samples to a tenth of a microsecond."""
    samples, floor = (tuple(round(value, 7) for value in each) for each in (row.samples, row.floor))
    return replace(row, samples=samples, floor=floor)


def written(report: Report, file: Path) -> None:
    """Write the report as JSON, with all samples."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n")


def read(file: Path) -> Report:
    """Return the report that was written to `file`."""
    return msgspec.json.decode(file.read_bytes(), type=Report)


def markdown(report: Report) -> str:
    """Return the report as a Markdown table, with a sentence on when and where."""
    lines = [f"| {' | '.join(HEADER)} |", f"|{' --- |' * len(HEADER)}"]
    lines += [f"| {' | '.join(_cells(row))} |" for row in report.rows]
    return "\n".join([*lines, "", told(report)])


def told(report: Report) -> str:
    """Return when and where it was measured, and how, in a few sentences."""
    at = report.machine
    times = "once" if report.rounds == 1 else f"in {report.rounds} rounds"
    return (
        f"Measured on {report.date} {times} on {at.processor}, {at.cores} cores, {at.system}, Python {at.python}, "
        f"with vaultkit {report.version}. Every figure is of whole processes unless it says otherwise, medians; "
        "each stands beside a reference taken in the same round, and the ratio is the median of theirs."
    )


def _cells(row: Row) -> tuple[str, ...]:
    notes = f"{row.notes:,}" if row.notes else ""
    if not row.samples:
        return (row.what, notes, f"not measured: {row.skipped}", "", "", _goal(row), _MET[row.met])
    measured = _shown(statistics.median(row.samples), row.unit)
    if row.ratio is None:
        return (row.what, notes, measured, "", "", _goal(row), _MET[row.met])
    reference = f"{row.reference}, {_shown(statistics.median(row.floor), row.unit)}"
    ratio = f"{_number(row.ratio)}\u00a0×"
    return (row.what, notes, measured, reference, ratio, _goal(row), _MET[row.met])


def _goal(row: Row) -> str:
    if row.goal is not None:
        return f"≤\u00a0{row.goal:g}\u00a0×"
    return f"≥\u00a0{row.least:g}\u00a0×" if row.least is not None else ""


def _shown(value: float, unit: str) -> str:
    if unit == "B":
        return f"{_number(value / 1e6)}\u00a0MB"
    if value < 0.001:
        return f"{_number(value * 1e6)}\u00a0µs"
    if value < 0.1:
        return f"{_number(value * 1e3)}\u00a0ms"
    return f"{_number(value)}\u00a0s"


def _number(value: float) -> str:
    """Return a number with two digits that count, at least."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


# ------------------------------------------------------------------------------------ surroundings


def today() -> str:
    """Return the date of the run."""
    return datetime.now().astimezone().date().isoformat()


def version() -> str:
    """Return the version that is measured: of the package, and the commit where there is one."""
    from vaultkit import __version__

    said = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
    )
    commit = said.stdout.strip() if said.returncode == 0 else ""
    return f"{__version__} ({commit})" if commit else __version__


def machine() -> Machine:
    """Return where this runs."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    system = f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"
    return Machine(_processor(), cores, system, ".".join(map(str, sys.version_info[:3])))


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
