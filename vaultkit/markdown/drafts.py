"""Blocks as the scanner gathers them, while their ends may still move."""

from __future__ import annotations

from enum import IntEnum

from msgspec import Struct, field

from vaultkit.markdown.note import Heading, Section
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


class Container:
    """A quote or footnote that is open, or the note itself.

    `width` is the indentation that lines inside need (0 for a quote), `line_start` is where the line
    begins that opened it; `item` and `callout` are the
    innermost ones around its content, `opens` is the callout or footnote that ends with it.
    `list_mark` and `list_line` tell the list last seen directly in it; `empty` is an item whose
    first line holds nothing.
    """

    __slots__ = (
        "callout",
        "empty",
        "item",
        "line_start",
        "list_line",
        "list_mark",
        "opens",
        "quotes",
        "width",
    )

    def __init__(self, outer: Container | None = None, width: int = 0, line_start: int = -1) -> None:
        self.width = width
        self.line_start = line_start
        self.list_mark = ""
        self.list_line = -1
        self.empty = False
        self.opens: DraftCallout | DraftFootnote | None = None
        self.quotes = 0
        self.item: int | None = None
        self.callout: int | None = None
        if outer is not None:
            self.quotes, self.item, self.callout = outer.quotes, outer.item, outer.callout


class DraftItem(Container):
    """A list item; `has_items` once another item is nested in it, `first_line` is that of its list."""

    __slots__ = (
        "content",
        "end",
        "first_line",
        "has_items",
        "id",
        "indent",
        "marker",
        "parent",
        "start",
        "task",
    )

    def __init__(self, outer: Container, width: int, line_start: int, marker: str, task: str | None) -> None:
        super().__init__(outer, width, line_start)
        self.marker, self.task = marker, task
        self.parent = outer.item
        self.id: str | None = None
        self.has_items = False
        self.start = self.content = self.end = self.indent = self.first_line = 0


class Blocks(Struct):
    """All blocks of a note, in text order. `runs` are the stretches that hold running text."""

    sections: list[Section] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    items: list[DraftItem] = field(default_factory=list)
    callouts: list[DraftCallout] = field(default_factory=list)
    ids: list[BlockId] = field(default_factory=list)
    footnotes: list[DraftFootnote] = field(default_factory=list)
    runs: list[tuple[int, int, Run]] = field(default_factory=list)
    code: list[Span] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)
    math: list[Span] = field(default_factory=list)
