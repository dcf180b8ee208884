"""Blocks as the scanner gathers them, while their ends may still move."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct, field

from vaultkit.markdown.note import Heading, ListItem, Section
from vaultkit.text import Span


class Run(IntEnum):
    """What kind of block a stretch of running text is."""

    TEXT = 0
    TABLE = 1
    TASK = 2
    TITLE = 3


class DraftCallout(Struct):
    """A callout; `body` is where its second line begins."""

    type: str
    metadata: str
    fold: str
    title: str
    start: int
    body: int
    parent: int | None
    end: int = -1


class DraftFootnote(Struct):
    """A footnote's definition."""

    id: str
    start: int
    end: int = -1


class BlockId(Struct):
    """A block id and what it names: the item or section of that number, else the stretch itself."""

    id: str
    start: int
    end: int
    item: int | None = None
    section: int | None = None


class Container(Struct, gc=False):
    """A quote or footnote that is open, or the note itself.

    `width` is the indentation that lines inside need (0 for a quote), `line_start` is where the line
    begins that opened it; `item` and `callout` are the innermost ones around its content, `first_line`
    is the line where the list of that item begins, `opens` is the callout or footnote that ends with it.
    `list_mark` and `list_line` tell the list last seen directly in it; `empty` is an item whose
    first line holds nothing.
    """

    width: int = 0
    line_start: int = -1
    quotes: int = 0
    item: int | None = None
    callout: int | None = None
    first_line: int = -1
    list_mark: str = ""
    list_line: int = -1
    empty: bool = False
    opens: DraftCallout | DraftFootnote | None = None


class DraftItem(Container, gc=False):
    """A list item; `end` is known once another item is nested in it."""

    marker: str = ""
    task: str | None = None
    parent: int | None = None
    start: int = 0
    content: int = 0
    indent: int = 0
    end: int = -1
    id: str | None = None


class Blocks(Struct):
    """All blocks of a note, in text order. `runs` are the stretches that hold running text."""

    sections: list[Section] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    items: list[DraftItem | ListItem] = field(default_factory=list)
    callouts: list[DraftCallout] = field(default_factory=list)
    ids: list[BlockId] = field(default_factory=list)
    footnotes: list[DraftFootnote] = field(default_factory=list)
    runs: list[tuple[int, int, Run]] = field(default_factory=list)
    code: list[Span] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)
    math: list[Span] = field(default_factory=list)
