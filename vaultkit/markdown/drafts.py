"""Blocks as the scanner gathers them, while their ends may still move."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from vaultkit.markdown.note import Heading, SectionType
from vaultkit.text import Span


class Run(IntEnum):
    """What kind of block a stretch of running text is."""

    TEXT = 0
    TABLE = 1
    TASK = 2


@dataclass(slots=True)
class DraftSection:
    """A root-level block."""

    type: SectionType
    start: int
    end: int = -1
    id: str | None = None


@dataclass(slots=True)
class DraftItem:
    """A list item; `has_items` once another item is nested in it."""

    start: int
    content: int
    marker: str
    task: str | None
    parent: int | None
    list_line: int
    quotes: int
    callout: int | None
    indent: int
    end: int = -1
    id: str | None = None
    has_items: bool = False


@dataclass(slots=True)
class DraftCallout:
    """A callout; `body` is where its second line begins."""

    type: str
    metadata: str
    fold: str
    title: str
    start: int
    body: int
    parent: int | None
    end: int = -1


@dataclass(slots=True)
class DraftFootnote:
    """A footnote's definition."""

    id: str
    start: int
    end: int = -1


@dataclass(slots=True)
class BlockId:
    """A block id and what it names: the item or section of that number, else the stretch itself."""

    id: str
    start: int
    end: int
    item: int | None = None
    section: int | None = None


@dataclass(slots=True)
class Blocks:
    """All blocks of a note, in text order. `runs` are the stretches that hold running text."""

    sections: list[DraftSection] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    items: list[DraftItem] = field(default_factory=list)
    callouts: list[DraftCallout] = field(default_factory=list)
    ids: list[BlockId] = field(default_factory=list)
    footnotes: list[DraftFootnote] = field(default_factory=list)
    runs: list[tuple[int, int, Run]] = field(default_factory=list)
    code: list[Span] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)
    math: list[Span] = field(default_factory=list)


class Container:
    """A quote, list item or footnote that is open, or the note itself.

    `width` is the indentation that lines inside need (0 for a quote); `item` and `callout` are the
    innermost ones around its content, `opens` is the callout or footnote that ends with it.
    `list_mark` and `list_line` tell the list last seen directly in it; `empty` is an item whose
    first line holds nothing.
    """

    __slots__ = (
        "callout",
        "empty",
        "is_item",
        "item",
        "line",
        "list_line",
        "list_mark",
        "opens",
        "quotes",
        "width",
    )

    def __init__(self, outer: Container | None = None, width: int = 0, line: int = -1) -> None:
        self.width = width
        self.line = line
        self.list_mark = ""
        self.list_line = -1
        self.empty = False
        self.is_item = False
        self.opens: DraftCallout | DraftFootnote | None = None
        self.quotes: int = outer.quotes if outer else 0
        self.item: int | None = outer.item if outer else None
        self.callout: int | None = outer.callout if outer else None
