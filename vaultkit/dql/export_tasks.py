"""Tasks as Markdown: each once, those below it indented, groups under headings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from vaultkit.dql.context import Budget, QueryError
from vaultkit.dql.export_weight import check_depth, weigh
from vaultkit.dql.items import AnnotatedFields, ListItem
from vaultkit.dql.javascript import is_true, text_of
from vaultkit.dql.pages import PageFields
from vaultkit.dql.raw_items import NESTING, RawItem
from vaultkit.dql.render_text import TextSettings, to_text
from vaultkit.dql.results import Group
from vaultkit.dql.rows import TaskRow
from vaultkit.dql.values import Fields, Value

_INDENT = "    "

_Item: TypeAlias = Mapping[str, Value]


class _Nest(Struct):
    """Of one page: the lines of the tasks that are rows, what is below items, and of each item the parent's line."""

    page: PageFields
    shown: set[int]
    below: Mapping[int, Sequence[RawItem]]
    parents: Mapping[int, int]

    def is_below(self, item: RawItem) -> bool:
        """Whether an item stands below a row, however deep."""
        line = item.parent
        while line is not None:
            if line in self.shown:
                return True
            line = self.parents.get(line)
        return False

    def add_lines(self, item: RawItem, depth: int, settings: TextSettings, lines: list[str]) -> None:
        """Add the line of an item, then those of all below it."""
        waiting = [(item, depth)]
        while waiting:
            item, depth = waiting.pop()
            lines.append(f"{_INDENT * depth}{_plain_line(self.page, item, settings)}")
            if item.line in self.below:
                waiting += [(child, depth + 1) for child in reversed(self.below[item.line])]


def task_lines(
    rows: Sequence[Value | Group], settings: TextSettings, budget: Budget, depth: int = 0
) -> list[str]:
    """Return the lines of tasks, or of groups of them, as Dataview's `markdownTaskList`.

    A task whose parent is in the same group stands below that parent only, with all its other children. Each
    level of groups indents the tasks once.
    """
    check_depth(depth)
    lines: list[str] = []
    if Group in {*map(type, rows)}:
        for group in rows:
            if isinstance(group, Group):
                weigh(group.key, budget)
                lines.append(f"{'#' * (depth + 1)} {to_text(group.key, settings)}\n\n")
                lines += task_lines(group.rows, settings, budget, depth + 1)
        rows = [row for row in rows if type(row) is not Group]
    nests = _as_in_their_notes(rows)
    if nests is not None:
        own = _plain_lines(rows, nests, settings, depth)
        budget.spend(sum(map(len, own)))
        return lines + own if lines else own
    for item, level in _nested([_item(row) for row in rows]):
        lines.append(f"{_INDENT * (depth + level)}{_line(item, settings)}")
        budget.spend(len(lines[-1]))
    return lines


def _as_in_their_notes(rows: Sequence[Value | Group]) -> dict[int, _Nest] | None:
    """Return where the tasks that are rows stand, by the ids of their pages.

    None where the rows are not all tasks, or where a field of FLATTEN, the page or the task says more of one.
    """
    nests: dict[int, _Nest] = {}
    page: PageFields | None = None
    for row in rows:
        if type(row) is not TaskRow or row.over:
            return None
        raw = row.raw
        if raw.fields and any([field.key in NESTING for field in raw.fields]):
            return None
        if row.page is not page:
            page = row.page
            if id(page) not in nests:
                if _is_shaped(page):
                    return None
                nests[id(page)] = _Nest(page, set(), *page.page.raw_items.nesting())
            shown = nests[id(page)].shown
        shown.add(raw.line)
    return nests


def _is_shaped(page: PageFields) -> bool:
    """Whether a field of the page changes how its tasks are shown."""
    may_be = page.page.raw_items.shaped or not NESTING.isdisjoint(page.page.pages.extra)
    return may_be and any([page.get(name) is not None for name in NESTING])


def _plain_lines(
    rows: Sequence[Value | Group], nests: Mapping[int, _Nest], settings: TextSettings, depth: int
) -> list[str]:
    """Return the lines of what `_nested` gives of tasks that are as in their notes."""
    lines: list[str] = []
    indent = _INDENT * depth
    for row in rows:
        assert type(row) is TaskRow
        raw, nest = row.raw, nests[id(row.page)]
        if raw.parent is not None and nest.is_below(raw):
            continue
        if raw.line in nest.below:
            nest.add_lines(raw, depth, settings, lines)
        else:
            lines.append(indent + _plain_line(row.page, raw, settings))
    return lines


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
        return None if item.over else item.page.page.tree.by_line[item.raw.line]
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


def _plain_line(page: PageFields, item: RawItem, settings: TextSettings) -> str:
    """Return an item's line; where a field of its own says what is shown, that."""
    if item.fields and any([field.key == "visual" for field in item.fields]):
        return _line(page.page.tree.by_line[item.line].fields, settings)
    text = item.text.replace("\n", " ") if "\n" in item.text else item.text
    return f"- {text}\n" if item.task is None else f"- [{item.task or ' '}] {text}\n"


def _line(item: _Item, settings: TextSettings) -> str:
    """Return an item's line; a field `visual` stands in place of its text."""
    visual = item.get("visual")
    text = to_text(item["text"] if visual is None else visual, settings).replace("\n", " ")
    status = item.get("status")
    box = f"[{status if isinstance(status, str) else text_of(status)}] " if is_true(item.get("task")) else ""
    return f"- {box}{text}\n"
