"""Changes to single properties, as edits: every other byte of the frontmatter stays.

ruamel.yaml finds the place of a value and knows how it has to be quoted; it is imported when first used.
Each change is read again before it is handed out: a form that would not say just what was meant is refused.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Frontmatter, Note, PropertyValue
from vaultkit.text import Span, newline_of, pattern

_DASH = pattern(r"([ \t]*)-[ \t]*")
#: A day, which YAML 1.2 has as a text: quotes around it would be noise.
_DAY = pattern(r"\d{4}-\d\d-\d\d", re.ASCII)
_NULLS = ("", "~", "null", "Null", "NULL")


class NotEditable(ValueError):
    """The frontmatter cannot be read, or the value has a form that is not changed in place."""


def scalar(value: str | int | float | bool | None, flow: bool = False) -> str:
    """Return a value as YAML 1.2 spells it on one line; a link is double-quoted, as Obsidian does.

    `flow` is for a value inside `[…]`, where a comma or bracket would end it, and a first `:` or `?` begin a pair.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.compat import StringIO
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    yaml = YAML()
    yaml.width = 1 << 20
    if isinstance(value, str) and (
        value.startswith("[[") or (flow and re.search(r"[,\[\]{}]|\A[:?]", value))
    ):
        value = DoubleQuotedScalarString(value)
    out = StringIO()
    yaml.dump({"k": value}, out)
    text = out.getvalue().removeprefix("k:").strip(" \n")
    if "\n" in text:
        raise NotEditable("a value of several lines is not written in place")
    return text


@lru_cache(maxsize=1 << 12, typed=True)
def _scalar(value: str | int | float | bool) -> str:
    return scalar(value)


def set_property(note: Note, key: str, value: str | int | float | bool) -> list[Edit]:
    """Return the edits that give the property `key` this scalar value; a new key goes to the end.

    A note without frontmatter gets one. Raises NotEditable if the block cannot be read, or if the value
    that stands there is a list, a mapping, or named by an anchor.
    """
    newline = newline_of(note.text)
    if note.frontmatter is None:
        start = 1 if note.text.startswith("\ufeff") else 0
        lines = f"---{newline}{scalar(key)}: {scalar(value)}{newline}---{newline}"
        return _looked_at(note, [Edit(Span(start, start), lines)], key, value)
    line = f"{_scalar(key)}: {_scalar(value)}"
    if (edit := _new_line(note, key, line)) is not None:
        return _looked_at(note, [edit], key, value)
    root = _root(note)
    found = _entry(root, key)
    if found is None:
        return _looked_at(note, [_new_key(note, root, line)], key, value)
    name, node = found
    if node.id != "scalar" or _is_named(name, node):
        raise NotEditable(f"{key} holds no single value of its own")
    said = _place(note, node).of(note.text)
    if not said:
        at = _after_colon(note, name)
        edit = Edit(Span(at, at), f" {scalar(value)}")
    else:
        start = _place(note, node).start
        edit = Edit(Span(start, start + len(said.rstrip())), scalar(value))
    return _looked_at(note, [edit], key, value)


def change_entries(note: Note, key: str, added: Sequence[str], removed: Sequence[int] = ()) -> list[Edit]:
    """Return the edits that add entries at the end of the list `key` and take others out, by position from 0.

    The form that stands there stays: a block list, a list in brackets; nothing, or a single value, becomes
    a block list. Raises NotEditable if the property is missing or holds anything else.
    """
    if not added and not removed:
        return []
    found = _entry(_root(note), key) if note.frontmatter else None
    if found is None or note.frontmatter is None:
        raise NotEditable(f"{key} is missing")
    name, node = found
    if _is_named(name, node):
        raise NotEditable(f"{key} is named by an anchor")
    if node.id == "scalar":
        edits = _list_of_scalar(note, name, node, added)
    elif node.id == "sequence" and node.flow_style:
        edits = _change_flow(note, node, added, removed)
    elif node.id == "sequence" and node.value:
        edits = _change_block(note, node, added, removed)
    else:
        raise NotEditable(f"{key} holds no list")
    standing = note.frontmatter.properties[key].value
    kept = standing if isinstance(standing, list) else [] if standing is None else [standing]
    wanted = [value for at, value in enumerate(kept) if at not in set(removed)] + list(added)
    return _looked_at(note, edits, key, wanted, wanted or None)


def set_entry(note: Note, key: str, position: int, value: str) -> list[Edit]:
    """Return the edits that put `value` in the place of one entry of a list.

    Raises NotEditable if there is no such scalar entry.
    """
    found = _entry(_root(note), key) if note.frontmatter else None
    if found is None or found[1].id != "sequence" or position >= len(found[1].value):
        raise NotEditable(f"{key} has no entry {position}")
    name, node = found
    entry = node.value[position]
    if entry.id != "scalar" or _is_named(name, entry):
        raise NotEditable(f"{key}.{position} is no single value")
    return [Edit(_place(note, entry), scalar(value, bool(node.flow_style)))]


# ------------------------------------------------------------------------------------ the forms


def _new_line(note: Note, key: str, line: str) -> Edit | None:
    """Return the insertion of a new key where no YAML has to be composed for it: each key opens its line."""
    front = note.frontmatter
    if front is None or front.error or note.readonly or key in front.properties or not front.properties:
        return None
    if any(note.text[entry.key_span.start - 1] != "\n" for entry in front.properties.values()):
        return None
    at = front.body.end
    return Edit(Span(at, at), f"{line}{newline_of(note.text)}") if note.text[at - 1] == "\n" else None


def _new_key(note: Note, root: Any, line: str) -> Edit:
    """Return the insertion of a new key at the end of the block, indented like the others."""
    newline = newline_of(note.text)
    assert note.frontmatter is not None
    body = note.frontmatter.body
    if root is not None and root.flow_style:
        raise NotEditable("the frontmatter is written in braces")
    indent = " " * root.value[0][0].start_mark.column if root is not None and root.value else ""
    lead = "" if body.start == body.end or note.text[body.end - 1] == "\n" else newline
    return Edit(Span(body.end, body.end), f"{lead}{indent}{line}{newline}")


def _list_of_scalar(note: Note, name: Any, node: Any, added: Sequence[str]) -> list[Edit]:
    """Return the edits that make a block list of nothing, or of a single value, with the entries added."""
    newline, after = newline_of(note.text), _after_colon(note, name)
    lines = "".join(f"  - {scalar(entry)}{newline}" for entry in added)
    place = _place(note, node)
    said = place.of(note.text)
    end = _line_end(note, max(after, place.end - 1 if said else after))
    if said in _NULLS:
        emptied = [Edit(Span(after, place.end), "")] if said else []
        return [*emptied, Edit(Span(end, end), lines)]
    if "\n" in said:
        raise NotEditable("a value of several lines is not made a list")
    return [Edit(Span(after, place.start), f"{newline}  - "), Edit(Span(end, end), lines)]


def _change_flow(note: Note, node: Any, added: Sequence[str], removed: Sequence[int]) -> list[Edit]:
    places = [_place(note, entry) for entry in node.value]
    edits = [Edit(span, "") for span in _runs(places, sorted(set(removed)))]
    kept = len(places) > len(set(removed))
    at = places[-1].end if places else _place(note, node).end - 1
    said = ", ".join(scalar(entry, flow=True) for entry in added)
    return [*edits, Edit(Span(at, at), (", " if kept else "") + said)] if said else edits


def _runs(places: Sequence[Span], removed: Sequence[int]) -> Iterator[Span]:
    """Yield what to cut so that these entries and the commas that belong to them are gone."""
    at = 0
    while at < len(removed):
        first = last = removed[at]
        while at + 1 < len(removed) and removed[at + 1] == last + 1:
            at, last = at + 1, last + 1
        if last + 1 < len(places):
            yield Span(places[first].start, places[last + 1].start)
        else:
            yield Span(places[first - 1].end if first else places[0].start, places[last].end)
        at += 1


def _change_block(note: Note, node: Any, added: Sequence[str], removed: Sequence[int]) -> list[Edit]:
    newline = newline_of(note.text)
    lines = [_entry_lines(note, entry) for entry in node.value]
    edits = [Edit(lines[at], "") for at in sorted(set(removed))]
    if added:
        found = _DASH.match(note.text, lines[0].start)
        end = lines[-1].end
        text = "".join(f"{found[1] if found else ''}- {scalar(entry)}{newline}" for entry in added)
        edits.append(Edit(Span(end, end), text))
    return edits


def _entry_lines(note: Note, entry: Any) -> Span:
    """Return the lines of one entry of a block list."""
    place = _place(note, entry)
    start = note.text.rfind("\n", 0, place.start) + 1
    if not _DASH.fullmatch(note.text, start, place.start):
        raise NotEditable("an entry does not stand behind its dash")
    said = place.of(note.text).rstrip()
    return Span(start, _line_end(note, place.start + max(0, len(said) - 1)))


# ------------------------------------------------------------------------------------- places


def _place(note: Note, node: Any) -> Span:
    assert note.frontmatter is not None
    shift = note.frontmatter.body.start
    return Span(shift + node.start_mark.index, shift + node.end_mark.index)


def _after_colon(note: Note, name: Any) -> int:
    return note.text.index(":", _place(note, name).end) + 1


def _line_end(note: Note, at: int) -> int:
    """Return where the line that holds `at` ends, its newline included."""
    end = note.text.find("\n", at)
    return len(note.text) if end < 0 else end + 1


def _is_named(name: Any, node: Any) -> bool:
    """Whether a value carries an anchor, or is an alias: its node then stands before its key."""
    return node.anchor is not None or bool(node.start_mark.index < name.end_mark.index)


def _root(note: Note) -> Any:
    """Return the YAML node of the whole block, None if it holds nothing."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    front = note.frontmatter
    if front is None or front.error is not None or note.readonly:
        raise NotEditable("the frontmatter cannot be read")
    try:
        with warnings.catch_warnings(action="ignore"):  # of an anchor that stands twice
            root = YAML().compose(front.body.of(note.text))
    except (YAMLError, ValueError, RecursionError) as fault:
        raise NotEditable("the frontmatter cannot be read") from fault
    if root is not None and root.id != "mapping":
        raise NotEditable("the frontmatter is no mapping")
    return root


def _entry(root: Any, key: str) -> tuple[Any, Any] | None:
    """Return the YAML nodes of a top-level key and its value, None if the key is missing."""
    pairs = root.value if root is not None else ()
    return next(((name, node) for name, node in pairs if name.value == key), None)


def _looked_at(note: Note, edits: list[Edit], key: str, *meant: PropertyValue) -> list[Edit]:
    """Return the edits if `key` then has one of the values meant, and all others are as before.

    Raises NotEditable if not.
    """
    from vaultkit.markdown.frontmatter import read_frontmatter

    after = _values(read_frontmatter(apply_edits(note.text, edits)))
    before = _values(note.frontmatter) or {}
    if after is None or not any(after == before | {key: repr(value)} for value in meant):
        raise NotEditable(f"{key} cannot be written in the form that stands there")
    return edits


def _values(front: Frontmatter | None) -> dict[str, str] | None:
    """Return the properties in a form that compares well (not a number is itself, 1 is not true)."""
    if front is None or front.error is not None:
        return None
    return {key: repr(entry.value) for key, entry in front.properties.items()}
