"""How time grows with the vault, drawn as SVG: seconds over notes, both on a scale of powers of ten."""

from __future__ import annotations

import math
import statistics
from html import escape

from tests.benchmarks.table import Report

WIDTH, HEIGHT = 760, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 230, 40, 50
#: The rows that are drawn, by the first part of their key, what they are called, and their colour.
SERIES = {
    "cold": ("rebuild, cold", "#c0392b"),
    "warm": ("rebuild --check, warm", "#2471a3"),
    "query-1": ("query, warm", "#1e8449"),
    "read": ("reading all bytes", "#7f8c8d"),
}


def points(report: Report) -> dict[str, list[tuple[int, float]]]:
    """Return the median seconds at each size, by series."""
    found: dict[str, list[tuple[int, float]]] = {}
    for row in report.rows:
        name = row.key.partition("@")[0]
        if name in SERIES and row.samples:
            found.setdefault(name, []).append((row.notes, statistics.median(row.samples)))
    return {name: sorted(found[name]) for name in SERIES if name in found}


def svg(report: Report) -> str:
    """Return the drawing; a dashed line beside each series says where it would be if it were linear."""
    series = points(report)
    sizes = sorted({notes for line in series.values() for notes, _ in line})
    seconds = [value for line in series.values() for _, value in line]
    if not sizes:
        return _framed([_text(_LEFT, HEIGHT / 2, "nothing was measured")])
    wide = _Scale(min(sizes), max(sizes), _LEFT, WIDTH - _RIGHT)
    least, most = math.floor(math.log10(min(seconds))), math.ceil(math.log10(max(seconds)))
    high = _Scale(10.0**least, 10.0**most, HEIGHT - _BOTTOM, _TOP)
    drawn = [*_grid(sizes, wide, high)]
    for at, (name, line) in enumerate(series.items()):
        label, colour = SERIES[name]
        drawn += _series(line, colour, wide, high)
        y = _TOP + 10 + 22 * at
        x = WIDTH - _RIGHT + 20
        drawn.append(f'<path d="M{x} {y - 4}h24" stroke="{colour}" stroke-width="2"/>')
        drawn.append(_text(x + 32, y, label))
    y = _TOP + 10 + 22 * len(series)
    x = WIDTH - _RIGHT + 20
    drawn.append(f'<path d="M{x} {y - 4}h24" stroke="#7f8c8d" stroke-dasharray="3 3"/>')
    drawn.append(_text(x + 32, y, "if it were linear"))
    return _framed(drawn)


class _Scale:
    """Where a value stands between two edges, by its power of ten."""

    def __init__(self, least: float, most: float, start: float, end: float) -> None:
        self.least, self.start = math.log10(least), start
        self.step = (end - start) / ((math.log10(most) - self.least) or 1)
        self.low, self.high = least, most

    def __call__(self, value: float) -> float:
        return round(self.start + (math.log10(value) - self.least) * self.step, 1)


def _series(line: list[tuple[int, float]], colour: str, wide: _Scale, high: _Scale) -> list[str]:
    path = " ".join(f"{wide(notes)},{high(value)}" for notes, value in line)
    drawn = [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>']
    drawn += [f'<circle cx="{wide(n)}" cy="{high(v)}" r="3" fill="{colour}"/>' for n, v in line]
    (first, value), (last, _) = line[0], line[-1]
    if last > first:
        end = min(value * last / first, high.high)
        until = first * end / value
        ends = f"{wide(first)} {high(value)}L{wide(until)} {high(end)}"
        drawn.append(f'<path d="M{ends}" stroke="{colour}" stroke-dasharray="3 3" opacity="0.6"/>')
    return drawn


def _grid(sizes: list[int], wide: _Scale, high: _Scale) -> list[str]:
    left, right, bottom = _LEFT, WIDTH - _RIGHT, HEIGHT - _BOTTOM
    drawn = [_text(left, _TOP - 18, "seconds"), _text((left + right) / 2, HEIGHT - 10, "notes", "middle")]
    for power in range(round(math.log10(high.low)), round(math.log10(high.high)) + 1):
        y = high(10.0**power)
        drawn.append(f'<path d="M{left} {y}H{right}" stroke="#d5d8dc"/>')
        drawn.append(_text(left - 8, y + 4, f"{10.0**power:g}", "end"))
    for size in sizes:
        x = wide(size)
        drawn.append(f'<path d="M{x} {_TOP}V{bottom}" stroke="#d5d8dc"/>')
        drawn.append(_text(x, bottom + 18, f"{size:,}", "middle"))
    return drawn


def _text(x: float, y: float, said: str, anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(said)}</text>'


def _framed(drawn: list[str]) -> str:
    opened = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
        'font-size="12" fill="#566573">'
    )
    return "\n".join(
        [opened, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>', *drawn, "</svg>", ""]
    )
