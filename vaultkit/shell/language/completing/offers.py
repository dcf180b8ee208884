"""What is offered where something is being typed, before it becomes an item of the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from lsprotocol.types import CompletionItemKind
from msgspec import Struct, field

from vaultkit.text import Span

#: As many things as are offered at once; the editor asks again with the next letter.
MOST = 100


class Sort(Enum):
    """What an offer is, and the sign an editor shows for it."""

    NOTE = CompletionItemKind.File
    FILE = CompletionItemKind.Folder
    ALIAS = CompletionItemKind.Reference
    UNRESOLVED = CompletionItemKind.Text
    HEADING = CompletionItemKind.Module
    BLOCK = CompletionItemKind.Constant
    TAG = CompletionItemKind.Color
    PROPERTY = CompletionItemKind.Property
    VALUE = CompletionItemKind.Value
    KEYWORD = CompletionItemKind.Keyword
    FUNCTION = CompletionItemKind.Function
    FIELD = CompletionItemKind.Field


class Offer(Struct, frozen=True):
    """One thing to insert: `text` in the place of `span`; `data` says what it is, to explain it when asked."""

    label: str
    text: str
    span: Span
    sort: Sort
    detail: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
