"""Results as JSON, in the words of `shared/dataview_cases/README.md`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vaultkit.dql.context import Budget
from vaultkit.dql.encode import Json, encode
from vaultkit.dql.export_weight import check_depth, weigh
from vaultkit.dql.items import ListItem
from vaultkit.dql.pages import PageFields
from vaultkit.dql.results import CalendarResult, Group, IdMeaning, Result, TableResult, TaskResult
from vaultkit.dql.values import Fields, Value

#: What is left out of tasks: where they stand, and the names that Dataview has given up.
_UNTOLD = frozenset(("position", "subtasks", "real", "header"))


def to_json(result: Result, budget: Budget | None = None) -> dict[str, Json]:
    """Return `type`, `headers` (tables), `rows` and `idMeaning` (tables and lists) of a result.

    Raises QueryTooLarge where there are more values than the budget allows.
    """
    budget = budget or Budget()
    told: dict[str, Json] = {"type": result.type.value}
    match result:
        case TaskResult():
            told["rows"] = [_task(row, budget, 0) for row in result.rows]
        case CalendarResult():
            told["rows"] = [
                {"date": _encoded(entry.date, budget), "link": encode(entry.link)} for entry in result.rows
            ]
        case _:
            if isinstance(result, TableResult):
                told["headers"] = list(result.headers)
            told["rows"] = [_encoded(row, budget) for row in result.rows]
            told["idMeaning"] = _id_meaning(result.id_meaning)
    return told


def _encoded(value: Value, budget: Budget) -> Json:
    if type(value) is str:
        budget.spend(len(value) + 1)
        return value
    weigh(value, budget, _told)
    return encode(value)


def _task(row: Value | Group, budget: Budget, depth: int) -> Json:
    check_depth(depth)
    if isinstance(row, Group):
        rows: list[Json] = [_task(entry, budget, depth + 1) for entry in row.rows]
        return {"$group": {"key": _encoded(row.key, budget), "rows": rows}}
    if isinstance(row, Mapping) and not _is_item(row) and "task" in row:
        fields: Json = {name: _encoded(row[name], budget) for name in _told_of_item(row)}
        return {"$task" if row["task"] else "$item": fields}
    return _encoded(row, budget)


def _told(fields: Mapping[str, Value]) -> Iterable[str]:
    """Return the fields of an object that `encode` tells."""
    if isinstance(fields, PageFields):
        return ()
    return _told_of_item(fields) if _is_item(fields) else fields


def _told_of_item(fields: Mapping[str, Value]) -> Iterable[str]:
    return (name for name in fields if name not in _UNTOLD)


def _is_item(row: Mapping[str, Value]) -> bool:
    return isinstance(row, Fields) and isinstance(row.owner, ListItem)


def _id_meaning(meaning: IdMeaning) -> Json:
    """Return what ids mean: a path, or a group made on rows with such ids."""
    names: list[str | None] = []
    on: IdMeaning | None = meaning
    while on is not None and on.name is not None:
        names.append(on.name)
        on = on.on
    told: Json = {"type": "path"}
    for name in reversed(names):
        told = {"type": "group", "name": name, "on": told}
    return told
