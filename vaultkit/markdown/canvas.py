"""A canvas (JSON Canvas 1.0): the cards that show files, and the cards that hold Markdown.

Obsidian counts a file card as a link from the canvas since 1.12, and rewrites both kinds of card when
a file is renamed (`specs/obsidian.md` §7).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from vaultkit.markdown.note import Reference
from vaultkit.text import LineIndex, Span, pattern

#: A string, with a colon if it is a key, or a bracket.
_TOKEN = pattern(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")([ \t\r\n]*+:)?+|[{}\[\]]')
_KEY, _STRING = 2, 1
_LONE_SURROGATE = pattern("[\ud800-\udfff]")


class TextCard(Struct, frozen=True):
    """A card's Markdown as decoded, and the place of its JSON string, quotes included."""

    text: str
    span: Span


class Canvas(Struct, frozen=True, dict=True):
    """A canvas as it was read; `files` are its file cards, with the place of the JSON string as span."""

    path: str
    text: str
    digest: str = ""
    files: tuple[Reference, ...] = ()
    texts: tuple[TextCard, ...] = ()

    @cached_property
    def lines(self) -> LineIndex:
        """The canvas's lines, made when first asked for."""
        return LineIndex(self.text)


def parse_canvas(path: str, text: str, digest: str = "") -> Canvas:
    """Return what a canvas shows; one that is no JSON object shows nothing."""
    try:
        whole = json.loads(text.removeprefix("\ufeff") or "{}")
    except (ValueError, RecursionError):
        return Canvas(path, text, digest)
    nodes = whole.get("nodes") if isinstance(whole, dict) else None
    cards = [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []
    files: list[Reference] = []
    texts: list[TextCard] = []
    for card, key, span in _values(text):
        node = cards[card] if card < len(cards) else {}
        value = node.get(key)
        if not isinstance(value, str) or not _says(span.of(text), value):
            continue
        if key == "file" and node.get("type") == "file":
            subpath = node.get("subpath")
            files.append(
                Reference(value, subpath if isinstance(subpath, str) else "", None, value, span, embed=True)
            )
        elif key == "text" and node.get("type") == "text":
            texts.append(TextCard(value, span))
    return Canvas(path, text, digest, tuple(files), tuple(texts))


def _says(string: str, value: str) -> bool:
    """Whether a JSON string says `value`; most are without escapes, and need no decoding."""
    return string[1:-1] == value or bool(json.loads(string) == value)


def _values(text: str) -> Iterator[tuple[int, str, Span]]:
    """Yield the string values of `file` and `text` in each card: the card's number, the key, the place."""
    depth, card = 0, -1
    held = ""  # the key of the root object that we are in
    key = ""
    for token in _TOKEN.finditer(text):
        form = token.lastindex
        if form == _KEY:
            key = token[1]
            if depth == 1:
                held, card = json.loads(key), -1
        elif form == _STRING:
            if depth == 3 and key in ('"file"', '"text"') and held == "nodes":
                yield card, key[1:-1], Span(*token.span(1))
            key = ""
        else:
            opens = token[0] in "{["
            depth += 1 if opens else -1
            card += token[0] == "{" and depth == 3 and held == "nodes"
            key = ""


def json_string(text: str) -> str:
    r"""Return a text as the JSON string that the app writes: not escaped beyond need.

    Half a pair of surrogates stays an escape (`\ud83d`): no file can hold it as a character.
    """
    return _LONE_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", json.dumps(text, ensure_ascii=False))
