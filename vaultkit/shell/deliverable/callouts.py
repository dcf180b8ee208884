"""Callouts (`> [!danger] Title`) of a tree: block quotes made divisions with a title of their own."""

from __future__ import annotations

from vaultkit.shell.deliverable.tree import Node, Nodes, div, node, stripped, words
from vaultkit.text import pattern

#: The thirteen looks of Obsidian's callouts, and the other names of each.
_ALIASES = {
    "abstract": ("summary", "tldr"), "tip": ("hint", "important"), "success": ("check", "done"),
    "question": ("help", "faq"), "warning": ("caution", "attention"), "failure": ("fail", "missing"),
    "danger": ("error",), "quote": ("cite",),
}  # fmt: skip
TYPES = (
    "note", "abstract", "info", "todo", "tip", "success", "question", "warning", "failure", "danger", "bug", "example",
    "quote",
)  # fmt: skip
_TYPE_OF = {name: name for name in TYPES} | {
    other: name for name, all_of in _ALIASES.items() for other in all_of
}
#: `[!type]`, `[!type|metadata]`, `[!type]+`
_OPENING = pattern(r"^\[!([^\]|]+)(?:\|[^\]]*)?\]([+-]?)$")
#: How many inlines an opening can be spread over: `[!note|right big]`.
_MOST_PARTS = 12


def callout(quote: Node, default: dict[str, str]) -> Node:
    """Return a block quote as a callout, or as it is where it is none.

    A callout is `Div .callout .TYPE [Div .callout-title [Plain title], body…]`; `default` are the words of the report,
    whose `callout_TYPE` is the title of one that has none.
    """
    blocks: Nodes = quote["c"]
    if not blocks or blocks[0]["t"] not in ("Para", "Plain"):
        return quote
    found = _opening(blocks[0]["c"])
    if found is None:
        return quote
    kind, rest = found
    title, first = _first_line(rest)
    named = stripped(title) or words(default[f"callout_{kind}"])
    body = ([node("Para", first)] if stripped(first) else []) + blocks[1:]
    return div([div([node("Plain", named)], "callout-title"), *body], "callout", kind)


def _opening(inlines: Nodes) -> tuple[str, Nodes] | None:
    """Return the type that a callout opens with, and the inlines after it; an unknown type looks as a note does."""
    said = ""
    for at, one in enumerate(inlines[:_MOST_PARTS]):
        if one["t"] not in ("Str", "Space"):
            return None
        said += one["c"] if one["t"] == "Str" else " "
        if "]" in said:
            found = _OPENING.match(said)
            return (_TYPE_OF.get(found[1].strip().lower(), "note"), inlines[at + 1 :]) if found else None
    return None


def _first_line(inlines: Nodes) -> tuple[Nodes, Nodes]:
    """Return the inlines before the first break, and those after it."""
    for at, one in enumerate(inlines):
        if one["t"] in ("LineBreak", "SoftBreak"):
            return inlines[:at], inlines[at + 1 :]
    return inlines, []
