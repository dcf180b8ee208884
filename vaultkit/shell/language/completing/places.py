"""What can stand at the cursor of a text that is being typed, as values; `context.place_at` tells which."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from vaultkit.shell.language.completing.queries import Query
from vaultkit.text import Span


class Part(StrEnum):
    """Which part of a link is being typed."""

    NAME = "name"
    HEADING = "heading"
    BLOCK = "block"


class LinkPlace(Struct, frozen=True):
    """A link: `said` is what stands of the part before the cursor, `span` what an insertion takes the place of.

    `opening` is where the link begins, `lead` what stands in its brackets before the span, `tail` what follows it if
    the link is closed. `target` is the linkpath of a heading or block, empty for the note itself. `wiki` tells `[[x]]`
    from `[x](x)`, `angled` that its destination stands in angle brackets, `short` that the span holds a caret which
    stands for `#^`, `in_table` that a bar would end the cell, `wiki_only` that no other form of a link can stand here.
    `quote` is the quote sign of YAML that is still to be closed, `bare` says that both are still to be written.
    """

    part: Part
    said: str
    span: Span
    opening: int
    lead: str = ""
    target: str = ""
    short: bool = False
    tail: str = ""
    wiki: bool = True
    angled: bool = False
    in_table: bool = False
    wiki_only: bool = False
    quote: str = ""
    bare: bool = False


class TagPlace(Struct, frozen=True):
    """A tag: `said` and `span` are without its `#`."""

    said: str
    span: Span


class KeyPlace(Struct, frozen=True):
    """The key of a property; `colon` says that one follows already."""

    said: str
    span: Span
    colon: bool


class ValuePlace(Struct, frozen=True):
    """The value of a property, or one entry of its list."""

    key: str
    said: str
    span: Span
    entry: bool


class QueryPlace(Struct, frozen=True):
    """A query, and the offset of the cursor in its text."""

    query: Query
    at: int


Place: TypeAlias = LinkPlace | TagPlace | KeyPlace | ValuePlace | QueryPlace
