"""The body of a region as units: what a person may rewrite and vaultkit then leaves alone.

A body is a sequence of blocks: tables (their cells are units), lists (their items; in a roadmap the
items of each line), and any other stretch of text. Printing a body that was only parsed gives its
lines back byte for byte.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

from vaultkit.text import fold, nfc

#: What stands after a unit that a person wrote and that regeneration must not touch.
KEEP = "<!-- vk:keep -->"

_KEEP = re.compile(r"[ \t]*<!--\s*vk:\s*keep\s*-->", re.IGNORECASE)
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")
_HARD_BREAK = re.compile(r"\\(?=\r?\n)")


@dataclass(frozen=True, slots=True)
class Unit:
    """What is kept or regenerated as a whole: its text without keep mark, and whether it carries one.

    `source` is set by a merge on a kept unit: the digest of what it stands for, `-` for nothing.
    """

    text: str
    marked: bool = False
    source: str = ""

    @property
    def printed(self) -> str:
        """The text with the mark behind it, where it carries one."""
        if not self.marked:
            return self.text
        return f"{self.text} {KEEP}" if self.text else KEEP


def unit(text: str) -> Unit:
    """Read a unit: its keep mark, wherever it stands in it, is taken out of the text."""
    bare = _KEEP.sub("", text)
    return Unit(bare.strip(), bare != text)


def normalise(text: str) -> str:
    """Return what a text says, whatever a formatter did to it.

    NFC; character references, backslashes before punctuation, `_` for `*`, and blanks of all kinds and
    numbers do not count (prettier and mdformat change all of these).
    """
    if "&" in text:
        text = html.unescape(text)
    text = _BACKSLASH.sub(r"\1", _HARD_BREAK.sub(" ", text)).replace("_", "*")
    return " ".join(nfc(text).split())


def digest(scope: str, text: str, size: int = 6) -> str:
    """Return `size` hex digits that stand for the normalised `text` at the place called `scope`."""
    return sha256(f"{scope}\0{normalise(text)}".encode("utf-8", "surrogatepass")).hexdigest()[:size]


# -------------------------------------------------------------------------------------- blocks


@dataclass(frozen=True, slots=True)
class Row:
    """A table row; `raw` is its line as it stood, `fresh` says that it has to be printed anew."""

    cells: tuple[Unit, ...]
    raw: str = ""
    fresh: bool = False

    @property
    def key(self) -> str:
        """What the row is known by: its first cell, folded."""
        first = self.cells[0].text if self.cells else ""
        return fold(first) or normalise(first)


@dataclass(frozen=True, slots=True)
class Table:
    """A GFM table; `align` is the line below the header as it stands."""

    header: Row
    align: str
    rows: tuple[Row, ...]
    gap: int = 1


@dataclass(frozen=True, slots=True)
class Item:
    """A list item: `lead` is what stands before its text (quote signs, indent, bullet, blanks)."""

    lead: str
    unit: Unit
    raw: str = ""
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a roadmap: `lead` runs to its arrow, `tail` from the full stop (if any) to its end."""

    lead: str
    key: str
    entries: tuple[Unit, ...]
    tail: str
    raw: str = ""
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Items:
    """A list; loose where blank lines stand between its items (their `gap`)."""

    items: tuple[Item, ...]
    gap: int = 1


@dataclass(frozen=True, slots=True)
class Lines:
    """The list of a roadmap: one line for each horizon."""

    lines: tuple[Line, ...]
    gap: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, heading, code block or other stretch that is one unit."""

    unit: Unit
    raw: str = ""
    gap: int = 1


Block: TypeAlias = "Table | Items | Lines | Text"


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks of a body; `gap` of a block counts the blank lines before it."""

    blocks: tuple[Block, ...]

    def digest(self) -> str:
        """Return the `sum` of the body: 8 hex digits of what it says, without keep marks."""
        return digest("body", "\n".join(_said(self.blocks)), 8)


def _said(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Table(header, _, rows):
                yield from (" | ".join(cell.text for cell in row.cells) for row in (header, *rows))
            case Items(items):
                yield from (item.unit.text for item in items)
            case Lines(lines):
                yield from (f"{line.key} {', '.join(e.text for e in line.entries)}" for line in lines)
            case Text(text_unit):
                yield text_unit.text


# -------------------------------------------------------------------------------------- reading

_ALIGN = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_ITEM = re.compile(r"(?P<lead>(?:[ \t]*>)*[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$))")
_QUOTE = re.compile(r"(?:[ \t]*>)*")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_STRUCTURE = re.compile(r"[ \t>]*(?:#{1,6}[ \t]|<!--|```|~~~|(?:[-*_][ \t]*){3,}$)")
_BOLD = r"\*\*[^*]+\*\*|__[^_]+__"
_ARROW = r"[ \t]*(?:→|⟶|-\\?>|=\\?>|:)[ \t]*"
_LINE = re.compile(
    rf"(?P<lead>(?:\*\*[^*]+:[ \t]*\*\*[ \t]*|(?:{_BOLD}|[^→:<>*]{{2,60}}?){_ARROW}))(?P<rest>.*)$", re.DOTALL
)


def parse_body(text: str, prefix: str = "", roadmap: bool = False) -> Body:
    """Read the body of a region whose lines begin with `prefix`; any text is a body."""
    lines = [_without_prefix(line.rstrip("\r"), prefix) for line in text.split("\n")]
    blocks: list[Block] = []
    at, gap = 0, 0
    while at < len(lines):
        if not lines[at].strip():
            at, gap = at + 1, gap + 1
            continue
        block, at = _block(lines, at, gap)
        blocks.append(_as_lines(block) if roadmap and isinstance(block, Items) else block)
        gap = 0
    return Body(tuple(blocks))


def _without_prefix(line: str, prefix: str) -> str:
    bare = prefix.rstrip()
    if not bare:
        return line.removeprefix(prefix)
    if line.startswith(prefix):
        return line[len(prefix) :]
    return line[len(bare) :].removeprefix(" ") if line.startswith(bare) else line


def _block(lines: Sequence[str], at: int, gap: int) -> tuple[Block, int]:
    """Read the block that begins at line `at`; return it with the line after it."""
    if _opens_table(lines, at):
        return _table(lines, at, gap)
    if _ITEM.match(lines[at]) and not _STRUCTURE.match(lines[at]):
        return _items(lines, at, gap)
    end = _text_end(lines, at)
    raw = "\n".join(lines[at:end])
    return Text(unit(raw), raw, gap), end


def _text_end(lines: Sequence[str], at: int) -> int:
    """Return the line after the text that begins at `at`: a fence to its end, a heading, a paragraph."""
    if fence := _FENCE.match(lines[at]):
        for end in range(at + 1, len(lines)):
            close = _FENCE.match(lines[end])
            if close and close[1].startswith(fence[1]) and not lines[end].strip("`~ \t>"):
                return end + 1
        return len(lines)
    end = at + 1
    if lines[at].lstrip(" >").startswith(("#", "[!")):
        return end
    while end < len(lines) and lines[end].strip() and not _starts_block(lines, end):
        end += 1
    return end


def _starts_block(lines: Sequence[str], at: int) -> bool:
    if _STRUCTURE.match(lines[at]) or _ITEM.match(lines[at]):
        return not _KEEP.fullmatch(lines[at])
    return _opens_table(lines, at)


def _opens_table(lines: Sequence[str], at: int) -> bool:
    following = lines[at + 1] if at + 1 < len(lines) else ""
    return "|" in lines[at] and "-" in following and bool(_ALIGN.match(following))


def _table(lines: Sequence[str], at: int, gap: int) -> tuple[Table, int]:
    end = at + 2
    while end < len(lines) and "|" in lines[end] and lines[end].strip():
        end += 1
    rows = tuple(Row(split_row(line), line) for line in lines[at + 2 : end])
    return Table(Row(split_row(lines[at]), lines[at]), lines[at + 1], rows, gap), end


def split_row(line: str) -> tuple[Unit, ...]:
    """Return the cells of a table row; a pipe behind a backslash does not part them."""
    cells = re.split(r"(?<!\\)\|", line.strip())
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip() and line.rstrip().endswith("|"):
        cells = cells[:-1]
    return tuple(map(unit, cells))


def _items(lines: Sequence[str], at: int, gap: int) -> tuple[Items, int]:
    """Read a list; what is indented below an item, or follows it lazily, belongs to it."""
    items: list[Item] = []
    quote = _quote(lines[at])
    between = 0
    while (found := _ITEM.match(lines[at])) and _quote(lines[at]) == quote and not _STRUCTURE.match(lines[at]):
        end = _item_end(lines, at, quote)
        raw = "\n".join(lines[at:end])
        items.append(Item(found["lead"], unit(raw[len(found["lead"]) :]), raw, between))
        following = next((n for n in range(end, len(lines)) if lines[n].strip(" \t>")), None)
        at = end
        if following is None or not _ITEM.match(lines[following]):
            break
        between, at = following - end, following
    return Items(tuple(items), gap), end


def _quote(line: str) -> str:
    found = _QUOTE.match(line)
    return found[0].replace(" ", "").replace("\t", "") if found else ""


def _item_end(lines: Sequence[str], at: int, quote: str) -> int:
    """Return the line after the item that begins at `at`, without the blank lines behind it."""
    end = at + 1
    after_blank = False
    for index in range(at + 1, len(lines)):
        line = lines[index]
        bare = line[len(line) - len(line.lstrip(" \t>")) :] if quote else line.strip()
        if not bare.strip():
            after_blank = True
            continue
        indented = line.startswith((" ", "\t")) if not quote else False
        if _ITEM.match(line) or _quote(line) != quote or (after_blank and not indented):
            break
        if _STRUCTURE.match(line) and not indented and not _KEEP.fullmatch(line):
            break
        end = index + 1
    return end


def _as_lines(block: Items) -> Block:
    """Return a list as the lines of a roadmap; a list in which no item is one stays a list."""
    lines = []
    for item in block.items:
        found = _LINE.match(item.raw[len(item.lead) :])
        if found is None:
            lines.append(Line(item.lead, "", (), "", item.raw, item.gap))
            continue
        label = _KEEP.sub("", found["lead"]).strip(" →:*_\\>=-\t")
        entries, tail = split_entries(found["rest"])
        lines.append(Line(item.lead + found["lead"], fold(label), entries, tail, item.raw, item.gap))
    return Lines(tuple(lines), block.gap) if any(line.key for line in lines) else block


_PAIRS = {"(": ")", "[": "]", "{": "}"}


def split_entries(text: str) -> tuple[tuple[Unit, ...], str]:
    """Split the items of a roadmap line at comma and blank, outside brackets, code and links.

    Returns the items and the tail: the full stop, if there is one, and the blanks at the end.
    """
    body = text.rstrip()
    tail = text[len(body) :]
    bare = _KEEP.sub("", body).rstrip()
    if bare.endswith(".") and not bare.endswith(("..", "…")):
        at = body.rindex(".")
        body, tail = body[:at] + body[at + 1 :], "." + tail
    entries = [unit(piece) for piece in _pieces(body)]
    return tuple(e for e in entries if e.text or e.marked), tail


def _pieces(text: str) -> Iterator[str]:
    closing: list[str] = []
    code = False
    start = 0
    for at, char in enumerate(text):
        if char == "`":
            code = not code
        elif code:
            continue
        elif char in _PAIRS:
            closing.append(_PAIRS[char])
        elif closing and char == closing[-1]:
            closing.pop()
        elif char == "," and not closing and text[at + 1 : at + 2].isspace():
            yield text[start:at]
            start = at + 1
    yield text[start:]


# ------------------------------------------------------------------------------------- printing


def print_body(body: Body) -> list[str]:
    """Return the lines of a body, the blank lines between its blocks included."""
    lines: list[str] = []
    for number, block in enumerate(body.blocks):
        lines += [""] * (block.gap if number else 0)
        match block:
            case Table():
                lines += _print_table(block)
            case Items(items):
                for item in items:
                    lines += [""] * item.gap + (item.raw or item.lead + item.unit.printed).split("\n")
            case Lines(roadmap):
                for line in roadmap:
                    lines += [""] * line.gap + (line.raw or print_line(line)).split("\n")
            case Text(text_unit):
                lines += (block.raw or _print_text(text_unit)).split("\n")
    return lines


def print_line(line: Line) -> str:
    """Return a roadmap line: its items between its arrow and its end, each mark behind its item."""
    return line.lead + ", ".join(entry.printed for entry in line.entries) + line.tail


def _print_text(text_unit: Unit) -> str:
    last = text_unit.text.rsplit("\n", 1)[-1]
    own_line = text_unit.marked and (_FENCE.match(last) or last.lstrip().startswith("<"))
    return f"{text_unit.text}\n{KEEP}" if own_line else text_unit.printed


def _print_table(table: Table) -> list[str]:
    """Print a table in its own style: padded where it stood padded, else each row as its line stood."""
    rows = (table.header, *table.rows)
    if not any(row.fresh for row in rows):
        return [rows[0].raw, table.align, *(row.raw for row in rows[1:])]
    stood = [table.header.raw, table.align, *(row.raw for row in table.rows if row.raw)]
    width = max(len(row.cells) for row in rows)
    if measure := _measure_of(stood):
        return _print_padded(table, width, measure)
    align = table.align if len(split_row(table.align)) == width else "|" + "---|" * width
    model = next((row.raw for row in reversed(rows) if row.raw), "")
    printed = [_print_compact(row, width, model) if row.fresh else row.raw for row in rows]
    return [printed[0], align, *printed[1:]]


def _print_compact(row: Row, width: int, model: str) -> str:
    """Print a row with the blanks that its own line (or that of `model`) has around its cells."""
    cells = [cell.printed for cell in row.cells] + [""] * (width - len(row.cells))
    blank = "" if re.search(r"[^\s|]\|[^\s|]", row.raw or model) and "| " not in (row.raw or model) else " "
    indent = re.match(r"\s*", row.raw or model)
    return (indent[0] if indent else "") + "|" + "|".join(f"{blank}{cell}{blank}" for cell in cells) + "|"


def _bare_length(text: str) -> int:
    return sum(char not in "\ufe0f\u200d" for char in text)


def _measure_of(lines: Sequence[str]) -> Callable[[str], int] | None:
    """Return the measure by which these lines are padded to one length, None where they are not."""
    from wcwidth import wcswidth

    if not any(re.search(r"\S  +\|", line) for line in lines):
        return None
    for measure in (wcswidth, len, _bare_length):
        if len({measure(line.strip()) for line in lines}) == 1:
            return measure
    return None


def _print_padded(table: Table, count: int, measure: Callable[[str], int]) -> list[str]:
    rows = (table.header, *table.rows)
    texts = [[cell.printed for cell in row.cells] + [""] * (count - len(row.cells)) for row in rows]
    widths = [max(3, *(measure(text[column]) for text in texts)) for column in range(count)]
    marks = [cell.text for cell in split_row(table.align)] + [""] * count
    printed = [
        "| " + " | ".join(cell + " " * (widths[c] - measure(cell)) for c, cell in enumerate(text)) + " |"
        for text in texts
    ]
    align = "| " + " | ".join(_rule(marks[c], widths[c]) for c in range(count)) + " |"
    return [printed[0], align, *printed[1:]]


def _rule(mark: str, width: int) -> str:
    left, right = mark.startswith(":"), mark.endswith(":")
    return ":" * left + "-" * (width - left - right) + ":" * right
