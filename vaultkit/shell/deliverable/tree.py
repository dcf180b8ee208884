"""pandoc's tree of a document: its pieces made and looked at.

A piece is `{"t": kind, "c": content}`; an attribute is `[id, [classes], [[key, value]]]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

Node = dict[str, Any]
#: Inlines or blocks, in their order.
Nodes = list[Node]
Attr = list[Any]

#: Inlines that hold inlines: where these are in the content (None: the content is these).
INLINES_IN: dict[str, int | None] = {
    "Emph": None, "Strong": None, "Strikeout": None, "Underline": None, "Superscript": None, "Subscript": None,
    "SmallCaps": None, "Quoted": 1, "Cite": 1, "Span": 1, "Link": 1, "Image": 1,
}  # fmt: skip
_ALL_OF_IT = ("Para", "Plain", "BlockQuote", "Note")
_LAST_OF_IT = ("Header", "Div", "Figure")
_EACH_OF_IT = ("BulletList", "LineBlock")
_BLANKS = ("Space", "SoftBreak", "LineBreak")


def node(kind: str, content: Any = None) -> Node:
    """Return a piece; one without content has no `c`."""
    return {"t": kind} if content is None else {"t": kind, "c": content}


def attr(classes: Sequence[str] = (), identifier: str = "", **pairs: str) -> Attr:
    """Return an attribute; an underscore in a key is a hyphen."""
    return [identifier, list(classes), [[key.replace("_", "-"), value] for key, value in pairs.items()]]


def div(blocks: Nodes, *classes: str, identifier: str = "", **pairs: str) -> Node:
    """Return blocks in a division of these classes."""
    return node("Div", [attr(classes, identifier, **pairs), blocks])


def span(inlines: Nodes, *classes: str, **pairs: str) -> Node:
    """Return inlines in a span of these classes."""
    return node("Span", [attr(classes, **pairs), inlines])


def para(inlines: Nodes) -> Node:
    """Return a paragraph."""
    return node("Para", inlines)


def words(text: str) -> Nodes:
    """Return a text as inlines, on one line."""
    parts = text.split(" ")
    found: Nodes = []
    for at, part in enumerate(parts):
        found += [node("Space")] if at else []
        found += [node("Str", part)] if part else []
    return found


def raw(kind: str, text: str, *, inline: bool = False) -> Node:
    """Return text that the writer of this kind (`openxml`, `html`, `typst`) puts out as it is."""
    return node("RawInline" if inline else "RawBlock", [kind, text])


def classes_of(one: Node) -> list[str]:
    """Return the classes of a Div, Span, Header …, none for other kinds."""
    found = _attr(one)
    return found[1] if found else []


def value_of(one: Node, key: str) -> str:
    """Return what an attribute says under a key, empty where it does not."""
    found = _attr(one)
    return next((value for name, value in found[2] if name == key), "") if found else ""


def _attr(one: Node) -> Attr | None:
    kind = one["t"]
    if kind in ("Div", "Span", "Code", "CodeBlock", "Link", "Image", "Table", "Figure"):
        return one["c"][0]  # type: ignore[no-any-return]
    return one["c"][1] if kind == "Header" else None


def children(one: Node) -> Iterator[Nodes]:
    """Yield the lists of pieces right inside a piece: inlines, blocks, items, cells; notes too."""
    kind: str = one["t"]
    content: Any = one.get("c")
    if kind in INLINES_IN:
        at = INLINES_IN[kind]
        yield content if at is None else content[at]
    elif kind in _ALL_OF_IT:
        yield content
    elif kind in _LAST_OF_IT:
        yield content[-1]
    elif kind in _EACH_OF_IT:
        yield from content
    elif kind == "OrderedList":
        yield from content[1]
    elif kind == "Table":
        yield content[1][1]
        for row in rows_of(one):
            yield from cells_of(row)


def rows_of(table: Node) -> list[list[Any]]:
    """Return all rows of a table, those of its head first."""
    head, bodies, foot = table["c"][3:6]
    rows = list(head[1])
    for body in bodies:
        rows += [*body[2], *body[3]]
    return [*rows, *foot[1]]


def cells_of(row: list[Any]) -> list[Nodes]:
    """Return the blocks of each cell of a row."""
    return [cell[4] for cell in row[1]]


def walk(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield pieces and all that is in them, from the outside in, in reading order."""
    waiting = list(nodes)[::-1]
    while waiting:
        one = waiting.pop()
        yield one
        inside = [each for part in children(one) for each in part]
        waiting.extend(reversed(inside))


def plain(nodes: Iterable[Node]) -> str:
    """Return what pieces say without any form; notes left out, breaks as blanks, blocks on one line."""
    found: list[str] = []
    for one in nodes:
        kind = one["t"]
        if kind == "Str":
            found.append(one["c"])
        elif kind in _BLANKS:
            found.append(" ")
        elif kind in ("Code", "Math", "CodeBlock"):
            found.append(one["c"][1])
        elif kind != "Note":
            found.append(" ".join(filter(None, (plain(part) for part in children(one)))))
    return "".join(found)


def stripped(inlines: Nodes) -> Nodes:
    """Return inlines without blanks and breaks at either end."""
    start, end = 0, len(inlines)
    while start < end and inlines[start]["t"] in _BLANKS:
        start += 1
    while end > start and inlines[end - 1]["t"] in _BLANKS:
        end -= 1
    return inlines[start:end]


def mapped(blocks: Nodes, change: Callable[[Node], Nodes | None]) -> Nodes:
    """Return the tree with `change` asked of each piece before what is in it: its replacement, None to go into it."""
    done: Nodes = []
    for one in blocks:
        instead = change(one)
        if instead is not None:
            done += instead
        else:
            for part in children(one):
                part[:] = mapped(part, change)
            done.append(one)
    return done
