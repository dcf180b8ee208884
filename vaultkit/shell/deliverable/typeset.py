"""The tree of a report made ready for Typst: callouts, pictures and signs as our template sets them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from vaultkit.shell.deliverable.glyphs import replaced
from vaultkit.shell.deliverable.images import Drawn
from vaultkit.shell.deliverable.tree import (
    Node,
    Nodes,
    classes_of,
    mapped,
    node,
    plain,
    raw,
    rows_of,
    stripped,
    value_of,
)

#: How each look of a callout is set.
_FAMILIES = {
    "danger": "danger",
    "failure": "danger",
    "bug": "danger",
    "warning": "warning",
    "success": "success",
    "tip": "success",
    "question": "question",
    "example": "question",
    "quote": "quote",
}

#: How a picture on a line of its own is set, and how long, in characters, a paragraph is that goes with it.
_PICTURE, _SHORT = "#picture", 400
#: How many rows and characters a table has at most that stands on one page.
_FEW_ROWS, _FEW_WORDS = 13, 1500


def typeset(blocks: Nodes, drawn: Mapping[str, Drawn], missing: Collection[str]) -> Nodes:
    """Return the blocks of a report as `report.typ` sets them; `missing` are the characters that no font shows."""
    return list(_together(mapped(blocks, _Change(drawn, missing))))


def _together(blocks: Nodes) -> Iterator[Node]:
    """Yield blocks so that a short table, or a picture, stands on one page with the paragraph that introduces it."""
    for one, after in zip(blocks, [*blocks[1:], None], strict=False):
        introduces = after is not None and (_is_picture(after) or after["t"] == "Table")
        if one["t"] == "Para" and introduces and len(plain([one])) < _SHORT:
            yield from _around("#block(sticky: true)[", [one])
        elif one["t"] == "Table" and len(rows_of(one)) <= _FEW_ROWS and len(plain([one])) < _FEW_WORDS:
            yield from _around("#block(breakable: false)[", [one])
        else:
            yield one


def _is_picture(block: Node) -> bool:
    return block["t"] == "RawBlock" and str(block["c"][1]).startswith(_PICTURE)


class _Change:
    """What stands in Typst for a piece of a report."""

    def __init__(self, drawn: Mapping[str, Drawn], missing: Collection[str]) -> None:
        self._drawn = drawn
        self._missing = missing

    def __call__(self, one: Node) -> Nodes | None:
        """Return what stands for a piece, None for what is in it to be looked at."""
        kind = one["t"]
        if kind == "Str":
            said = replaced(one["c"], self._missing)
            # what stands before may be a call of Typst: this would be taken for a part of it
            apart = [raw("typst", "#[];", inline=True)] if said[:1] in tuple(".([;") else []
            return [*apart, node("Str", said)] if said else []
        if kind == "Math":
            opening = f"#[#set math.equation(alt: {quoted(one['c'][1])});"
            return [raw("typst", opening, inline=True), one, raw("typst", "];", inline=True)]
        if kind in ("Code", "CodeBlock"):
            return [node(kind, [one["c"][0], replaced(one["c"][1], self._missing)])]
        if kind == "Image":
            return [raw("typst", self._image(one, "inline-picture") + ";", inline=True)]
        if kind in ("Para", "Plain") and [each["t"] for each in stripped(one["c"])] == ["Image"]:
            return [raw("typst", self._image(stripped(one["c"])[0], _PICTURE[1:]))]
        return self._division(one) if kind == "Div" else None

    def _division(self, one: Node) -> Nodes | None:
        classes, inside = classes_of(one), one["c"][1]
        if value_of(one, "dir") == "rtl":
            return _around("#[#set text(dir: rtl)\n", mapped(inside, self))
        if "table-remark" in classes:
            return _around("#table-remark[", mapped(inside, self))
        if "callout" not in classes:
            return None
        (title, *rest), family = inside, _FAMILIES.get(classes[-1], "info")
        words = [piece for block in mapped(title["c"][1], self) for piece in block["c"]]
        opening = [raw("typst", f'#callout("{family}", [', inline=True), *words]
        first = node("Plain", [*opening, raw("typst", "])[", inline=True)])
        return [first, *mapped(rest, self), raw("typst", "]")]

    def _image(self, image: Node, function: str) -> str:
        name = image["c"][2][0]
        alt = quoted(replaced(plain(image["c"][1]), self._missing) or name)
        found = self._drawn.get(name)
        if found is None:
            return f"#missing({alt})"
        width, height = max(found.width, 1), max(found.height, 1)
        return f'#{function}("{file_name(name, self._drawn)}", {alt}, {width:.2f}, {height:.2f})'


def file_name(name: str, drawn: Mapping[str, Drawn]) -> str:
    """Return the name of the file that holds a picture, beside the document."""
    return f"p{list(drawn).index(name)}.{drawn[name].best[1]}"


def quoted(text: str) -> str:
    """Return a text as a string of Typst's code."""
    return '"' + " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _around(opening: str, blocks: Nodes) -> Nodes:
    return [raw("typst", opening), *blocks, raw("typst", "]")]
