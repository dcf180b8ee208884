"""Tasks as Markdown: each once, those below it indented, groups under headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from vaultkit.dql.context import Budget, QueryError
from vaultkit.dql.export_weight import check_depth, weigh
from vaultkit.dql.items import AnnotatedFields, ListItem, Task
from vaultkit.dql.javascript import is_true, text_of
from vaultkit.dql.render_text import TextSettings, to_text
from vaultkit.dql.results import Group
from vaultkit.dql.rows import Row, TaskRow
from vaultkit.dql.values import Fields, Value

_INDENT = "    "
#: The fields that change how a task is shown.
_NESTING = frozenset(("visual", "parent"))

_Item: TypeAlias = Mapping[str, Value]


def task_lines(
    rows: Sequence[Value | Group], settings: TextSettings, budget: Budget, depth: int = 0
) -> Iterator[str]:
    """Yield the lines of tasks, or of groups of them, as Dataview's `markdownTaskList`.

    A task whose parent is in the same group stands below that parent only, with all its other children. Each
    level of groups indents the tasks once.
    """
    check_depth(depth)
    for group in rows:
        if isinstance(group, Group):
            weigh(group.key, budget)
            yield f"{'#' * (depth + 1)} {to_text(group.key, settings)}\n\n"
            yield from task_lines(group.rows, settings, budget, depth + 1)
    tasks = [_item(row) for row in rows if type(row) is not Group]
    plain = _as_in_their_notes(tasks)
    for item, level in _nested(tasks) if plain is None else _nested_items(plain):
        line = f"{_INDENT * (depth + level)}{_line(item, settings)}"
        budget.spend(len(line))
        yield line


def _as_in_their_notes(rows: Sequence[_Item]) -> list[ListItem] | None:
    """Return the items that the rows are, None where a field of FLATTEN, the page or the item says more of one."""
    items: list[ListItem] = []
    page: Row | None = None
    for row in rows:
        if type(row) is not TaskRow or row.over:
            return None
        own = row.item
        if row.page is not page:
            page = row.page
            if page.get("visual") is not None or page.get("parent") is not None:
                return None
        if any([field.key in _NESTING for field in own.raw.fields]):
            return None
        items.append(own)
    return items


def _nested_items(items: Sequence[ListItem]) -> Iterator[tuple[ListItem, int]]:
    """Yield what `_nested` does of items that are as in their notes."""
    known: set[tuple[int, int]] = set()
    waiting = list(items) if any([item.raw.parent is not None for item in items]) else []
    while waiting:
        item = waiting.pop()
        place = (id(item.tree), item.raw.line)
        if place not in known:
            known.add(place)
            waiting += item.children
    for item in items:
        if item.raw.parent is not None and (id(item.tree), item.raw.parent) in known:
            continue
        below = [(item, 0)]
        while below:
            item, level = below.pop()
            yield item, level
            if children := item.children:
                below += [(child, level + 1) for child in reversed(children)]


def _nested(rows: Sequence[_Item]) -> Iterator[tuple[_Item, int]]:
    """Yield what is shown, in order, with its depth, as Dataview's `nestItems`.

    FLATTEN may have changed a row, or made several of one task: of these the last counts, shown as often as
    there are rows. Of items below, those that are rows are shown as such, and what is below these as in the note.
    """
    places = [_place(row) for row in rows]
    by_place = dict(zip(places, rows, strict=True))
    known = _places_below(places, rows)
    for place, row in zip(places, rows, strict=True):
        if row.get("parent") is not None and _place(row, "parent") in known:
            continue
        waiting = [(by_place[place], 0, by_place)]
        while waiting:
            item, level, changed = waiting.pop()
            yield item, level
            for child in reversed(_children(item)):
                place = _place(child)
                if place in changed:
                    waiting.append((changed[place], level + 1, {}))
                else:
                    waiting.append((child, level + 1, changed))


def _places_below(places: Sequence[str], rows: Sequence[_Item]) -> set[str]:
    """Return where the rows and all items below them stand."""
    known: set[str] = set()
    waiting = list(zip(places, rows, strict=True))
    while waiting:
        place, item = waiting.pop()
        if place not in known:
            known.add(place)
            waiting += [(_place(child), child) for child in _children(item)]
    return known


def _unchanged(item: _Item) -> ListItem | None:
    """Return the list item whose fields these are, None if FLATTEN may have changed some."""
    if type(item) is TaskRow:
        return None if item.over else item.item
    owner = item.owner if type(item) is Fields or type(item) is AnnotatedFields else None
    return owner if isinstance(owner, ListItem) else None


def _place(item: _Item, line: str = "line") -> str:
    own = _unchanged(item) if line == "line" else None
    if own is not None:
        return f"{own.path}:{own.raw.line}"
    return f"{text_of(item.get('path'))}:{text_of(item.get(line))}"


def _children(item: _Item) -> list[_Item]:
    own = _unchanged(item)
    if own is not None:
        return [child.fields for child in own.children]
    children = item.get("children")
    if not isinstance(children, Sequence):
        return []
    return [child for child in children if isinstance(child, Mapping)]


def _item(row: Value | Group) -> _Item:
    if type(row) is TaskRow or (isinstance(row, Mapping) and "text" in row):
        return row
    raise QueryError("only tasks can be shown as tasks")


def _line(row: _Item | ListItem, settings: TextSettings) -> str:
    """Return an item's line; a field `visual` stands in place of its text."""
    if isinstance(row, Task) and "visual" not in row.keys:
        text = row.text.replace("\n", " ")
        return f"- [{row.status}] {text}\n"
    item = row.fields if isinstance(row, ListItem) else row
    visual = item.get("visual")
    text = to_text(item["text"] if visual is None else visual, settings).replace("\n", " ")
    status = item.get("status")
    box = f"[{status if isinstance(status, str) else text_of(status)}] " if is_true(item.get("task")) else ""
    return f"- {box}{text}\n"
