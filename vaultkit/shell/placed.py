"""Diagnostics with their lines and columns: what every format of a report is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from vaultkit.diagnostics import Diagnostic
from vaultkit.text import LineIndex, Span


class Placed(Struct, frozen=True):
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
    """Return diagnostics with their places; `lines` gives the text of a file by its path.

    Neighbours on one line share its text, so that many of them on a long line take no more room than one.
    """
    result: list[Placed] = []
    last: tuple[str, int, str] = ("", 0, "")
    for diagnostic in found:
        index = lines(diagnostic.path)
        if index is None:
            result.append(Placed(diagnostic))
            continue
        line, column = index.place(diagnostic.finding.span.start)
        if last[:2] != (diagnostic.path, line):
            last = (diagnostic.path, line, _source(index, diagnostic.finding.span.start - column + 1))
        end_line, end_column = index.place(_end(index.text, diagnostic.finding.span))
        result.append(Placed(diagnostic, line, column, end_line, end_column, last[2]))
    return result


def _source(index: LineIndex, start: int) -> str:
    stop = index.text.find("\n", start)
    return index.text[start : len(index.text) if stop < 0 else stop].rstrip("\r")


def _end(text: str, span: Span) -> int:
    """Return where a span ends, before the newline that it may take with it."""
    newline = span.end > span.start and text[span.end - 1 : span.end] == "\n"
    return max(span.start, span.end - newline)
