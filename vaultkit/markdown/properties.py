"""Changes to single properties, as edits: every other byte of the frontmatter stays.

ruamel.yaml finds the place of a value and knows how it has to be quoted; it is imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaultkit.edits import Edit
from vaultkit.markdown.note import Note
from vaultkit.text import Span, newline_of

if TYPE_CHECKING:
    from collections.abc import Sequence


class NotEditable(ValueError):
    """The frontmatter cannot be read, or the value has a form that is not changed in place."""


def scalar(value: str | int | float | bool | None) -> str:
    """Return a value as YAML 1.2 spells it on one line; a link is double-quoted, as Obsidian does."""
    from ruamel.yaml import YAML
    from ruamel.yaml.compat import StringIO
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    yaml = YAML()
    yaml.width = 1 << 20
    shown = DoubleQuotedScalarString(value) if isinstance(value, str) and value.startswith("[[") else value
    out = StringIO()
    yaml.dump({"k": shown}, out)
    text = out.getvalue().removeprefix("k:").strip()
    if "\n" in text:
        raise NotEditable("a value of several lines is not written in place")
    return text


def set_property(note: Note, key: str, value: str | int | float | bool) -> list[Edit]:
    """Return the edits that give the property `key` this scalar value; a new key goes to the end.

    A note without frontmatter gets one. Raises NotEditable if the block cannot be read, or if the value
    that stands there is a list or a mapping.
    """
    newline = newline_of(note.text)
    if note.frontmatter is None:
        start = 1 if note.text.startswith("\ufeff") else 0
        return [Edit(Span(start, start), f"---{newline}{key}: {scalar(value)}{newline}---{newline}")]
    found = _node(note, key)
    if found is None:
        at = note.frontmatter.body.end
        lead = "" if note.frontmatter.body.start == at or note.text[at - 1] == "\n" else newline
        return [Edit(Span(at, at), f"{lead}{key}: {scalar(value)}{newline}")]
    name, node = found
    if not _is_scalar(node):
        raise NotEditable(f"{key} holds a list or a mapping")
    offset = note.frontmatter.body.start
    if node.start_mark.index == node.end_mark.index:
        after = offset + name.end_mark.index
        after = note.text.index(":", after) + 1
        return [Edit(Span(after, after), f" {scalar(value)}")]
    place = Span(offset + node.start_mark.index, offset + node.end_mark.index)
    said = place.of(note.text)
    return [Edit(Span(place.start, place.start + len(said.rstrip())), scalar(value))]


def add_entries(note: Note, key: str, entries: Sequence[str]) -> list[Edit]:
    """Return the edits that add entries at the end of the list `key`, in the form that stands there.

    Raises NotEditable if the property is missing or holds neither a list nor nothing.
    """
    if not entries:
        return []
    found = _node(note, key)
    if found is None or note.frontmatter is None:
        raise NotEditable(f"{key} is missing")
    name, node = found
    offset, newline = note.frontmatter.body.start, newline_of(note.text)
    if _is_scalar(node):
        if str(node.value).strip():
            raise NotEditable(f"{key} holds a single value")
        after = note.text.index(":", offset + name.end_mark.index) + 1
        end = _line_end(note, after)
        return [Edit(Span(end, end), "".join(f"  - {scalar(e)}{newline}" for e in entries))]
    if not hasattr(node, "flow_style") or not isinstance(node.value, list) or node.id != "sequence":
        raise NotEditable(f"{key} holds a mapping")
    if node.flow_style:
        at = offset + node.end_mark.index - 1
        lead = ", " if node.value else ""
        return [Edit(Span(at, at), lead + ", ".join(map(scalar, entries)))]
    last = node.value[-1]
    at = _line_end(note, offset + last.end_mark.index - (note.text[offset + last.end_mark.index - 1] == "\n"))
    dash = note.text.rindex("-", 0, offset + last.start_mark.index + 1) if last.start_mark.index else 0
    indent = note.text[note.text.rfind("\n", 0, dash) + 1 : dash]
    return [Edit(Span(at, at), "".join(f"{indent}- {scalar(e)}{newline}" for e in entries))]


def remove_entries(note: Note, key: str, positions: Sequence[int]) -> list[Edit]:
    """Return the edits that take entries, by their position from 0, out of a block list, line by line.

    Raises NotEditable for a list in flow style or any other value.
    """
    found = _node(note, key)
    if found is None or note.frontmatter is None or found[1].id != "sequence" or found[1].flow_style:
        raise NotEditable(f"{key} is no block list")
    offset = note.frontmatter.body.start
    edits = []
    for position in positions:
        start = note.text.rfind("\n", 0, offset + found[1].value[position].start_mark.index) + 1
        edits.append(Edit(Span(start, _line_end(note, start)), ""))
    return edits


def set_entry(note: Note, key: str, position: int, value: str) -> list[Edit]:
    """Return the edits that put `value` in the place of one entry of a list.

    Raises NotEditable if there is no such scalar entry.
    """
    found = _node(note, key)
    if found is None or note.frontmatter is None or found[1].id != "sequence" or position >= len(found[1].value):
        raise NotEditable(f"{key} has no entry {position}")
    node = found[1].value[position]
    if not _is_scalar(node):
        raise NotEditable(f"{key}.{position} is no single value")
    offset = note.frontmatter.body.start
    return [Edit(Span(offset + node.start_mark.index, offset + node.end_mark.index), scalar(value))]


def _line_end(note: Note, at: int) -> int:
    """Return where the line that holds `at` ends, its newline included."""
    end = note.text.find("\n", at)
    return len(note.text) if end < 0 else end + 1


def _is_scalar(node: Any) -> bool:
    return bool(node.id == "scalar")


def _node(note: Note, key: str) -> tuple[Any, Any] | None:
    """Return the YAML nodes of a top-level key and its value, None if the key is missing."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    front = note.frontmatter
    if front is None:
        return None
    if front.error is not None or note.readonly:
        raise NotEditable("the frontmatter cannot be read")
    try:
        root = YAML().compose(front.body.of(note.text))
    except (YAMLError, ValueError) as fault:
        raise NotEditable("the frontmatter cannot be read") from fault
    if root is None:
        return None
    if root.id != "mapping":
        raise NotEditable("the frontmatter is no mapping")
    return next(((name, node) for name, node in root.value if name.value == key), None)
