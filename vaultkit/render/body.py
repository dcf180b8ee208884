"""The body of a region as units: what a person may rewrite and vaultkit then leaves alone.

A body is a sequence of blocks: tables (their cells are units), lists (their items; in a roadmap the
items of each line), and any other stretch of text. Each block remembers its lines as they stood, so
that printing a body that was only parsed (`print_body`) gives them back byte for byte.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.text import fold, nfc, parting_commas, pattern

#: What stands after a unit that a person wrote and that regeneration must not touch.
KEEP = "<!-- vk:keep -->"

_MARK = r"<!--\s*vk:\s*keep\s*-->"

#: How a keep mark is read: with the blanks before it, whatever its own blanks and case.
KEEP_MARK = pattern(rf"[ \t]*{_MARK}", re.IGNORECASE)
_KEEP_BEFORE_WORD = pattern(rf"([ \t]+){_MARK}(?=[^\s.,;:!?…)\]}}»])", re.IGNORECASE)
_KEEP_LINE = pattern(rf"\n[ \t>]*{_MARK}[ \t]*(?=\n|$)", re.IGNORECASE)
_BLOCK_ID = pattern(r"[ \t]+\^[A-Za-z0-9-]+$")
_BACKSLASH = pattern(r"\\([!-/:-@\[-`{-~])")
_HARD_BREAK = pattern(r"\\(?=\r?\n)")


class Unit(Struct, frozen=True, gc=False):
    """What is kept or regenerated as a whole: its text without keep mark, and whether it carries one."""

    text: str
    marked: bool = False

    @property
    def printed(self) -> str:
        """The text with the mark behind it, where it carries one; a block id stays last."""
        if not self.marked:
            return self.text
        block_id = _BLOCK_ID.search(self.text)
        end = block_id.start() if block_id else len(self.text)
        return f"{self.text[:end]} {KEEP}{self.text[end:]}" if self.text else KEEP


def unit(text: str) -> Unit:
    """Read a unit: its keep mark, wherever it stands in it, is taken out of the text.

    The words on both sides of it stay apart.
    """
    if "<!--" not in text:
        return Unit(text.strip())
    bare = KEEP_MARK.sub("", _KEEP_BEFORE_WORD.sub(r"\1", _KEEP_LINE.sub("", text)))
    return Unit(bare.strip(), bare != text)


def is_mark(text: str) -> bool:
    """Whether a text is a keep mark and nothing else."""
    return "<!--" in text and bool(KEEP_MARK.fullmatch(text.lstrip(" \t>").rstrip()))


def normalise(text: str) -> str:
    """Return what a text says, whatever a formatter did to it.

    NFC; character references, backslashes before punctuation, `_` for `*`, and blanks of all kinds and
    numbers do not count (prettier and mdformat change all of these).
    """
    return " ".join(nfc(plain(text).replace("_", "*")).split())


def plain(text: str) -> str:
    """Return a text without what a formatter escapes in it."""
    if "&" in text:
        text = html.unescape(text)
    return _BACKSLASH.sub(r"\1", _HARD_BREAK.sub(" ", text)) if "\\" in text else text


@lru_cache(maxsize=1 << 12)
def digest(scope: str, text: str, size: int = 6) -> str:
    """Return `size` hex digits that stand for the normalised `text` at the place called `scope`."""
    return _hex(scope, text)[:size]


def _hex(scope: str, text: str) -> str:
    return sha256(f"{scope}\0{normalise(text)}".encode("utf-8", "surrogatepass")).hexdigest()


# -------------------------------------------------------------------------------------- blocks


#: Blank lines as they stand: empty, or quote signs alone.
Above: TypeAlias = tuple[str, ...]
BLANK: Above = ("",)


class Row(Struct, frozen=True):
    """A table row; `raw` is its line as it stood, `fresh` says that it has to be printed anew."""

    cells: tuple[Unit, ...]
    raw: str = ""
    fresh: bool = False


class Table(Struct, frozen=True):
    """A GFM table; `align` is the line below the header as it stands."""

    header: Row
    align: str
    rows: tuple[Row, ...]
    above: Above = BLANK


class Item(Struct, frozen=True):
    """A list item: `lead` is what stands before its text (quote signs, indent, bullet, blanks)."""

    lead: str
    unit: Unit
    raw: str = ""
    above: Above = ()


class Line(Struct, frozen=True):
    """A line of a roadmap: `lead` runs to its arrow, `tail` from the full stop (if any) to its end.

    `key` is its label, folded; empty for an item of the list that is no such line.
    """

    lead: str
    key: str
    entries: tuple[Unit, ...]
    tail: str
    raw: str = ""
    above: Above = ()
    label: str = ""

    @property
    def held(self) -> bool:
        """Whether the label carries a keep mark: then the whole line is the person's own."""
        return bool(KEEP_MARK.search(self.lead))


class Items(Struct, frozen=True):
    """A list; loose where blank lines stand between its items (their `above`)."""

    items: tuple[Item, ...]
    above: Above = BLANK


class Lines(Struct, frozen=True):
    """The list of a roadmap: one line for each horizon."""

    lines: tuple[Line, ...]
    above: Above = BLANK


class Text(Struct, frozen=True):
    """A paragraph, heading, code block or other stretch that is one unit; `indent` is that of its first line."""

    unit: Unit
    raw: str = ""
    above: Above = BLANK
    indent: str = ""


Block: TypeAlias = "Table | Items | Lines | Text"


class Body(Struct, frozen=True):
    """The blocks of a body; `above` of a block or item are the blank lines before it, as they stand."""

    blocks: tuple[Block, ...]

    def digest(self) -> str:
        """Return the `sum` of the body: 8 hex digits of what it says, without keep marks."""
        return _hex("body", "\n".join(_said(self.blocks)))[:8]


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


def marked_in(body: Body) -> Iterator[Unit]:
    """Yield the units of a body that carry a keep mark, in text order; those of a roadmap's lines are not looked at."""
    for block in body.blocks:
        match block:
            case Table(header, _, rows):
                yield from (cell for row in (header, *rows) for cell in row.cells if cell.marked)
            case Items(items):
                yield from (item.unit for item in items if item.unit.marked)
            case Text(text_unit) if text_unit.marked:
                yield text_unit


# -------------------------------------------------------------------------------------- reading

_ALIGN = pattern(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_ITEM = pattern(r"(?P<lead>(?:[ \t]*>)*[ \t]*(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$))")
_QUOTE = pattern(r"(?:[ \t]*>)*")
_FENCE = pattern(r"[ \t>]*(`{3,}|~{3,})")
_STRUCTURE = pattern(r"[ \t>]*(?:#{1,6}[ \t]|<!--|```|~~~|(?:[-*_][ \t]*){3,}$)")
_BEFORE_LABEL = r"(?:\[.\][ \t]+)?(?:[^\w\s<>*→:\[]+[ \t]+)?"
_LABEL = r"\*{1,3}[^*\n]+\*{1,3}|_{1,3}[^_\n]+_{1,3}|[^→:<>*\n]{2,60}?"
_ARROW = r"[ \t]*(?:→|⟶|\\?-\\?>|=\\?>|:)[ \t]*"
_LINE = pattern(
    rf"(?P<lead>{_BEFORE_LABEL}(?:(?P<closed>\*\*[^*\n]+:[ \t]*\*\*[ \t]*)"
    rf"|(?P<label>{_LABEL})(?i:{KEEP_MARK.pattern})?{_ARROW}))(?P<rest>.*)$",
    re.DOTALL,
)


def parse_body(text: str, prefix: str = "", roadmap: bool = False) -> Body:
    """Read the body of a region whose lines begin with `prefix`; any text is a body."""
    lines = [without_prefix(line.rstrip("\r"), prefix) for line in text.split("\n")]
    blocks: list[Block] = []
    at, above = 0, BLANK
    while at < len(lines):
        if not lines[at].strip(" \t>"):
            at, above = at + 1, (*above, lines[at]) if blocks else BLANK
            continue
        block, at = _block(lines, at, above)
        last = blocks[-1] if blocks else None
        if isinstance(block, Text) and is_mark(block.raw) and isinstance(last, Text):
            raw = "\n".join((last.raw, *above, block.raw))
            blocks[-1] = replace(last, unit=replace(last.unit, marked=True), raw=raw)
        else:
            blocks.append(_as_lines(block) if roadmap and isinstance(block, Items) else block)
        above = ()
    return Body(tuple(blocks))


def without_prefix(line: str, prefix: str) -> str:
    """Return a line of a region without the quote signs that stand before its markers."""
    bare = prefix.rstrip()
    if not bare:
        return line.removeprefix(prefix)
    if line.startswith(prefix):
        return line[len(prefix) :]
    return line[len(bare) :].removeprefix(" ") if line.startswith(bare) else line


def _block(lines: Sequence[str], at: int, above: Above) -> tuple[Block, int]:
    """Read the block that begins at line `at`; return it with the line after it."""
    if _opens_table(lines, at):
        return _table(lines, at, above)
    if _ITEM.match(lines[at]) and not _STRUCTURE.match(lines[at]):
        return _items(lines, at, above)
    end = _text_end(lines, at)
    raw = "\n".join(lines[at:end])
    return Text(unit(raw), raw, above, raw[: len(raw) - len(raw.lstrip(" \t"))]), end


def _text_end(lines: Sequence[str], at: int) -> int:
    """Return the line after the text that begins at `at`: a fence to its end, a heading, a paragraph."""
    if end := _fence_end(lines, at):
        return _with_mark(lines, end)
    end = at + 1
    if lines[at].lstrip(" >").startswith(("#", "[!")):
        return _with_mark(lines, end)
    while end < len(lines) and lines[end].strip(" \t>") and not _starts_block(lines, end):
        end += 1
    return end


def _fence_end(lines: Sequence[str], at: int) -> int | None:
    """Return the line after a fence; None for one that never closes, as the end marker would be in it."""
    if fence := _FENCE.match(lines[at]):
        for end in range(at + 1, len(lines)):
            close = _FENCE.match(lines[end])
            if close and close[1].startswith(fence[1]) and not lines[end].strip("`~ \t>"):
                return end + 1
    return None


def _with_mark(lines: Sequence[str], end: int) -> int:
    return end + 1 if end < len(lines) and is_mark(lines[end]) else end


def _starts_block(lines: Sequence[str], at: int) -> bool:
    return _interrupts(lines[at]) or _opens_table(lines, at)


def _interrupts(line: str) -> bool:
    """Whether a line ends the paragraph or table before it; a keep mark alone belongs to what it follows."""
    return bool(_STRUCTURE.match(line) or _ITEM.match(line)) and not is_mark(line)


def _opens_table(lines: Sequence[str], at: int) -> bool:
    following = lines[at + 1] if at + 1 < len(lines) else ""
    if "|" not in lines[at] or "-" not in following or not _ALIGN.match(following):
        return False
    return "|" in following or len(split_row(lines[at])) == 1


def _table(lines: Sequence[str], at: int, above: Above) -> tuple[Table, int]:
    end = at + 2
    while end < len(lines) and "|" in lines[end] and not _interrupts(lines[end]):
        end += 1
    header = split_row(lines[at])
    rows = tuple(Row(_rejoined(split_row(line), len(header)), line) for line in lines[at + 2 : end])
    return Table(Row(header, lines[at]), lines[at + 1], rows, above), end


def split_row(line: str) -> tuple[Unit, ...]:
    """Return the cells of a table row; a pipe behind a backslash does not part them."""
    cells = re.split(r"(?<!\\)\|", line[len(quote_of(line)) :].strip())
    if cells and not cells[0].strip():
        cells = cells[1:]
    if cells and not cells[-1].strip() and line.rstrip().endswith("|"):
        cells = cells[:-1]
    return tuple(map(unit, cells))


def _rejoined(cells: tuple[Unit, ...], width: int) -> tuple[Unit, ...]:
    """Return the cells of a row that has too many: a link or code with a bare pipe in it is one again."""
    joined = list(cells)
    at = 0
    while len(joined) > width and at + 1 < len(joined):
        said = plain(joined[at].text)
        if said.count("[[") > said.count("]]") or said.count("`") % 2:
            text = f"{joined[at].text}\\|{joined[at + 1].text}"
            joined[at : at + 2] = [Unit(text, joined[at].marked or joined[at + 1].marked)]
        else:
            at += 1
    return tuple(joined)


def _items(lines: Sequence[str], at: int, above: Above) -> tuple[Items, int]:
    """Read a list; what is indented below an item, or follows it lazily, belongs to it."""
    items: list[Item] = []
    quote = _quote(lines[at])
    between: Above = ()
    while (
        (found := _ITEM.match(lines[at])) and _quote(lines[at]) == quote and not _STRUCTURE.match(lines[at])
    ):
        end = _item_end(lines, at, quote)
        raw = "\n".join(lines[at:end])
        rest = raw[len(found["lead"]) :]
        before = rest[: len(rest) - len(rest.lstrip())] if rest.strip() else ""
        items.append(Item(found["lead"] + before, unit(rest), raw, between))
        following = next((n for n in range(end, len(lines)) if lines[n].strip(" \t>")), None)
        at = end
        between = tuple(lines[end:following])
        if following is None or not _ITEM.match(lines[following]) or (quote and not all(between)):
            break
        at = following
    return Items(tuple(items), above), end


def bullet_of(lead: str) -> str:
    """Return the bullet of an item as another item beside it has it."""
    return lead.split("\n")[0].rstrip() + " "


def quote_of(line: str) -> str:
    """Return the quote signs that a line begins with, as they stand."""
    found = _QUOTE.match(line)
    return found[0] if found else ""


def _quote(line: str) -> str:
    return quote_of(line).replace(" ", "").replace("\t", "")


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
        if _STRUCTURE.match(line) and not indented and not is_mark(line):
            break
        end = index + 1
    return end


def _as_lines(block: Items) -> Lines:
    """Return a list as the lines of a roadmap; an item that is no such line is a line with one entry."""
    lines = []
    for item in block.items:
        found = _LINE.match(item.raw[len(item.lead) :])
        if found is None:
            lines.append(Line(item.lead, "", (item.unit,), "", item.raw, item.above))
            continue
        label = (found["closed"] or found["label"]).strip(" :*_\t")
        entries, tail = split_entries(found["rest"])
        lead = item.lead + found["lead"]
        lines.append(Line(lead, fold(label) or normalise(label), entries, tail, item.raw, item.above, label))
    return Lines(tuple(lines), block.above)


def split_entries(text: str) -> tuple[tuple[Unit, ...], str]:
    """Split the items of a roadmap line at comma and blank, outside brackets, code and links.

    Returns the items and the tail: the full stop, if there is one, and the blanks at the end.
    """
    body = text.rstrip()
    tail = text[len(body) :]
    bare = KEEP_MARK.sub("", body).rstrip()
    if bare.endswith(".") and not bare.endswith(("..", "…")):
        at = body.rindex(".")
        body, tail = body[:at] + body[at + 1 :], "." + tail
    entries = [unit(piece) for piece in _pieces(body)]
    return tuple(e for e in entries if e.text or e.marked), tail


def _pieces(text: str) -> Iterator[str]:
    """Yield what stands between the commas."""
    start = 0
    for at in parting_commas(text):
        yield text[start:at]
        start = at + 1
    yield text[start:]
