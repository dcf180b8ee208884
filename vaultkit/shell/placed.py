"""Diagnostics with their lines and columns: what every format of a report is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vaultkit.diagnostics import Diagnostic
from vaultkit.text import LineIndex


@dataclass(frozen=True, slots=True)
class Placed:
    """A diagnostic at its place: lines and columns from 1, columns in characters, the end exclusive.

    `source` is the line where it begins, without its newline; empty where the text is not known.
    """

    diagnostic: Diagnostic
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1
    source: str = ""


def placed(found: Iterable[Diagnostic], lines: Callable[[str], LineIndex | None]) -> list[Placed]:
    """Return diagnostics with their places; `lines` gives the text of a file by its path."""
    return [_placed(diagnostic, lines(diagnostic.path)) for diagnostic in found]


def _placed(diagnostic: Diagnostic, index: LineIndex | None) -> Placed:
    if index is None:
        return Placed(diagnostic)
    span, text = diagnostic.finding.span, index.text
    end = max(span.start, span.end - (span.end > span.start and text[span.end - 1 : span.end] == "\n"))
    (line, column), (end_line, end_column) = index.place(span.start), index.place(end)
    start = span.start - column + 1
    stop = text.find("\n", start)
    source = text[start : len(text) if stop < 0 else stop].rstrip("\r")
    return Placed(diagnostic, line, column, end_line, end_column, source)
