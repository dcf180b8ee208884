"""A canvas (JSON Canvas 1.0): the cards that show files, and the cards that hold Markdown.

Obsidian counts a file card as a link from the canvas since 1.12, and rewrites both kinds of card when
a file is renamed (`specs/obsidian.md` §7).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from vaultkit.markdown.note import Reference
from vaultkit.text import Span

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\]:]')


@dataclass(frozen=True, slots=True)
class TextCard:
    """A card's Markdown as decoded, and the place of its JSON string, quotes included."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Canvas:
    """A canvas as it was read; `files` are its file cards, with the place of the JSON string as span."""

    path: str
    text: str
    digest: str = ""
    files: tuple[Reference, ...] = ()
    texts: tuple[TextCard, ...] = ()


def parse_canvas(path: str, text: str, digest: str = "") -> Canvas:
    """Return what a canvas shows; one that is no JSON object shows nothing."""
    try:
        whole = json.loads(text.removeprefix("\ufeff") or "{}")
    except (ValueError, RecursionError):
        return Canvas(path, text, digest)
    nodes = whole.get("nodes") if isinstance(whole, dict) else None
    cards = [node if isinstance(node, dict) else {} for node in nodes] if isinstance(nodes, list) else []
    files: list[Reference] = []
    texts: list[TextCard] = []
    for card, key, span in _values(text):
        node = cards[card] if card < len(cards) else {}
        value = node.get(key)
        if not isinstance(value, str) or json.loads(span.of(text)) != value:
            continue
        if key == "file" and node.get("type") == "file":
            subpath = node.get("subpath")
            files.append(
                Reference(value, subpath if isinstance(subpath, str) else "", None, value, span, embed=True)
            )
        elif key == "text" and node.get("type") == "text":
            texts.append(TextCard(value, span))
    return Canvas(path, text, digest, tuple(files), tuple(texts))


def _values(text: str) -> Iterator[tuple[int, str, Span]]:
    """Yield the string values of `file` and `text` in each card: the card's number, the key, the place."""
    opened: list[str] = []
    held = ""  # the key of the root object that we are in
    card, key, last, colon = -1, "", "", False
    for token in _TOKEN.finditer(text):
        said = token[0]
        if said in "{[":
            opened.append(said)
            card += said == "{" and held == "nodes" and len(opened) == 3
            colon = False
        elif said in "}]":
            if opened:
                opened.pop()
            colon = False
        elif said == ":":
            key, colon = last, True
            if len(opened) == 1:
                held = json.loads(key)
        else:
            if colon and len(opened) == 3 and held == "nodes" and key in ('"file"', '"text"'):
                yield card, key[1:-1], Span(*token.span())
            last, colon = said, False


def json_string(text: str) -> str:
    """Return a text as the JSON string that the app writes: not escaped beyond need."""
    return json.dumps(text, ensure_ascii=False)
