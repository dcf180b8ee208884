"""Tasks as Markdown: each once, those below it indented, groups under headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from vaultkit.dql.context import Budget, QueryError
from vaultkit.dql.export_weight import check_depth, weigh
from vaultkit.dql.javascript import is_true, text_of
from vaultkit.dql.render_text import TextSettings, to_text
from vaultkit.dql.results import Group
from vaultkit.dql.values import Value

_INDENT = "    "

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
    for item, level in _nested([_item(row) for row in rows if not isinstance(row, Group)]):
        line = _line(item, settings)
        budget.spend(len(line) + (depth + level) * len(_INDENT))
        yield _INDENT * (depth + level) + line


def _nested(rows: Sequence[_Item]) -> Iterator[tuple[_Item, int]]:
    """Yield what is shown, in order, with its depth, as Dataview's `nestItems`.

    FLATTEN may have changed a row, or made several of one task: of these the last counts, shown as often as
    there are rows. Of items below, those that are rows are shown as such, and what is below these as in the note.
    """
    by_place = {_place(row): row for row in rows}
    known = _places_below(rows)
    for row in rows:
        if row.get("parent") is not None and _place(row, "parent") in known:
            continue
        waiting = [(by_place[_place(row)], 0, by_place)]
        while waiting:
            item, level, changed = waiting.pop()
            yield item, level
            for child in reversed(_children(item)):
                place = _place(child)
                if place in changed:
                    waiting.append((changed[place], level + 1, {}))
                else:
                    waiting.append((child, level + 1, changed))


def _places_below(rows: Sequence[_Item]) -> set[str]:
    """Return where the rows and all items below them stand."""
    places: set[str] = set()
    waiting = list(rows)
    while waiting:
        item = waiting.pop()
        place = _place(item)
        if place not in places:
            places.add(place)
            waiting += _children(item)
    return places


def _place(item: _Item, line: str = "line") -> str:
    return f"{text_of(item.get('path'))}:{text_of(item.get(line))}"


def _children(item: _Item) -> list[_Item]:
    children = item.get("children")
    if not isinstance(children, Sequence):
        return []
    return [child for child in children if isinstance(child, Mapping)]


def _item(row: Value | Group) -> _Item:
    if isinstance(row, Mapping) and "text" in row:
        return row
    raise QueryError("only tasks can be shown as tasks")


def _line(item: _Item, settings: TextSettings) -> str:
    """Return an item's line; a field `visual` stands in place of its text."""
    visual = item.get("visual")
    text = to_text(item["text"] if visual is None else visual, settings).replace("\n", " ")
    status = item.get("status")
    box = f"[{status if isinstance(status, str) else text_of(status)}] " if is_true(item.get("task")) else ""
    return f"- {box}{text}\n"
