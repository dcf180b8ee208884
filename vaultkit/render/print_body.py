"""A body printed: what did not change as its lines stood, the rest in the style that stands around it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vaultkit.render.body import KEEP, Body, Item, Items, Line, Lines, Row, Table, Text, quote_of, split_row
from vaultkit.text import pattern

#: A line behind which a keep mark would be no comment, or would change what the line is.
_CLOSED = pattern(r"[ \t>]*(?:$|`{3}|~{3}|<|\$\$|[-=*_ \t]+$|#{1,6}[ \t].*#$)|(?: {4}|\t)")


def print_body(body: Body) -> list[str]:
    """Return the lines of a body, the blank lines between its blocks included."""
    lines: list[str] = []
    for number, block in enumerate(body.blocks):
        lines += block.above if number else ()
        match block:
            case Table():
                lines += _print_table(block)
            case Items(items):
                for item in items:
                    lines += [*item.above, *(item.raw or _print_item(item)).split("\n")]
            case Lines(roadmap):
                for line in roadmap:
                    lines += [*line.above, *(line.raw or print_line(line)).split("\n")]
            case Text():
                lines += (block.raw or _print_text(block)).split("\n")
    return lines


def print_line(line: Line) -> str:
    """Return a roadmap line: its items between its arrow and its end, each mark behind its item."""
    blank = " " if line.entries and not line.lead[-1:].isspace() else ""
    return line.lead + blank + ", ".join(entry.printed for entry in line.entries) + line.tail


def _print_text(text: Text) -> str:
    lines = (text.indent + text.unit.text).split("\n")
    if text.unit.marked and lines != [""] and _CLOSED.match(lines[-1]):
        return "\n".join([*lines, quote_of(lines[-1]) + (" " if quote_of(lines[-1]) else "") + KEEP])
    return text.indent + text.unit.printed


def _print_item(item: Item) -> str:
    lines = item.unit.text.split("\n")
    if item.unit.marked and len(lines) > 1 and _CLOSED.match(lines[-1].strip()):
        indent = re.match(r"[ \t>]*", lines[-1])
        return "\n".join([item.lead + lines[0], *lines[1:], (indent[0] if indent else "") + KEEP])
    return item.lead + item.unit.printed


def _print_table(table: Table) -> list[str]:
    """Print a table in its own style: padded where it stood padded, else each row as its line stood."""
    rows = (table.header, *table.rows)
    if not any(row.fresh for row in rows):
        return [rows[0].raw, table.align, *(row.raw for row in rows[1:])]
    stood = [table.header.raw, table.align, *(row.raw for row in table.rows if row.raw)]
    width = len(table.header.cells)
    if all(len(row.cells) <= width for row in rows) and (measure := _measure_of(stood)):
        return _print_padded(table, width, measure)
    model = next((row.raw for row in reversed(rows) if row.raw), "")
    marks = [cell.text for cell in split_row(table.align)]
    align = table.align
    if len(marks) != width:
        align = (
            _lead_of(align) + "|" + "".join(f"{mark or '---'}|" for mark in (marks + [""] * width)[:width])
        )
    printed = [_print_compact(row, width, model) if row.fresh else row.raw for row in rows]
    return [printed[0], align, *printed[1:]]


def _lead_of(line: str) -> str:
    found = re.match(r"[ \t>]*", line)
    return found[0] if found else ""


def _print_compact(row: Row, width: int, model: str) -> str:
    """Print a row with the blanks that its own line (or that of `model`) has around its cells."""
    stood = row.raw or model
    cells = [cell.printed for cell in row.cells] + [""] * (width - len(row.cells))
    tight = re.search(r"[^\s|]\|[^\s|]", stood) and "| " not in stood
    blanks = ["" if tight and not cell.endswith("\\") else " " for cell in cells]
    return (
        _lead_of(stood) + "|" + "|".join(f"{b}{cell}{b}" for cell, b in zip(cells, blanks, strict=True)) + "|"
    )


def _bare_length(text: str) -> int:
    return sum(char not in "\ufe0f\u200d" for char in text)


def _measure_of(lines: Sequence[str]) -> Callable[[str], int] | None:
    """Return the measure by which these lines are padded to one length, None where they are not.

    A few lines may be off: a person who rewrites a cell does not count its blanks.
    """
    if not any(re.search(r"\S  +\|", line) for line in lines):
        return None
    from wcwidth import wcswidth  # its tables take a while to load

    for measure in (wcswidth, len, _bare_length):
        lengths = [measure(line.strip()) for line in lines]
        if lengths[0] == lengths[1] and lengths.count(lengths[0]) * 2 > len(lengths):
            return measure
    return None


def _print_padded(table: Table, count: int, measure: Callable[[str], int]) -> list[str]:
    rows = (table.header, *table.rows)
    lead = _lead_of(table.align)
    texts = [[cell.printed for cell in row.cells] + [""] * (count - len(row.cells)) for row in rows]
    widths = [max(3, *(measure(text[column]) for text in texts)) for column in range(count)]
    marks = [cell.text for cell in split_row(table.align)] + [""] * count
    printed = [
        f"{lead}| "
        + " | ".join(cell + " " * (widths[c] - measure(cell)) for c, cell in enumerate(text))
        + " |"
        for text in texts
    ]
    align = f"{lead}| " + " | ".join(_rule(marks[c], widths[c]) for c in range(count)) + " |"
    return [printed[0], align, *printed[1:]]


def _rule(mark: str, width: int) -> str:
    left, right = mark.startswith(":"), mark.endswith(":") and len(mark) > 1
    return ":" * left + "-" * (width - left - right) + ":" * right
