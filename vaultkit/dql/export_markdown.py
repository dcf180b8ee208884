"""Results as the Markdown that Dataview's own export (`queryMarkdown`) makes of them, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vaultkit.dql.context import Budget, QueryError, QuerySettings
from vaultkit.dql.durations import InvalidUnitValueError
from vaultkit.dql.export_tasks import task_lines
from vaultkit.dql.export_weight import weigh
from vaultkit.dql.javascript import utf16_length
from vaultkit.dql.render_text import DefaultText, TextSettings, is_plain, link_to_text, to_text
from vaultkit.dql.results import CalendarResult, ListResult, Result, TableResult, TaskResult
from vaultkit.dql.values import Link, ListPair, Value

_INDENT = "    "


def to_markdown(result: Result, settings: QuerySettings, budget: Budget | None = None) -> str:
    """Return a result as Markdown: a table padded in UTF-16 units, a list, or tasks below one another.

    Lists, and the keys of groups, go by Dataview's default settings, whatever `settings` say; only the locale
    counts there. Raises QueryError for a calendar and for a duration of NaN, QueryTooLarge where the text would
    be longer than the budget.
    """
    budget = budget or Budget()
    defaults = DefaultText(locale=settings.locale)
    try:
        match result:
            case TableResult():
                return _table(result, settings, budget)
            case ListResult():
                return _list(result.rows, defaults, budget)
            case TaskResult():
                return "".join(task_lines(result.rows, defaults, budget))
            case CalendarResult():
                raise QueryError("Cannot render calendar queries to markdown.")
    except InvalidUnitValueError as error:
        raise QueryError(str(error)) from error


def _table(table: TableResult, settings: QuerySettings, budget: Budget) -> str:
    rows = [[_escaped(header) for header in table.headers]]
    for row in table.rows:
        weigh(row, budget)
        rows.append([_cell(value, settings) for value in row])
    if all(map(_is_basic, rows)):
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        budget.spend(sum(widths) * len(rows))
        lines = [f"| {' | '.join(map(str.ljust, cells, widths))} |\n" for cells in rows]
    else:
        lengths = [[utf16_length(cell) for cell in row] for row in rows]
        widths = [max(column) for column in zip(*lengths, strict=True)]
        budget.spend(sum(widths) * len(rows))
        lines = [_row(cells, known, widths) for cells, known in zip(rows, lengths, strict=True)]
    lines.insert(1, _row(["-" * width for width in widths], widths, widths))
    return "".join(lines)


def _is_basic(texts: Sequence[str]) -> bool:
    """Whether all signs of the texts are of the Basic Multilingual Plane, where a sign is a UTF-16 unit."""
    joined = "".join(texts)
    return utf16_length(joined) == len(joined)


def _row(cells: Sequence[str], lengths: Sequence[int], widths: Sequence[int]) -> str:
    padded = [
        cell + " " * (width - length) for cell, length, width in zip(cells, lengths, widths, strict=True)
    ]
    return f"| {' | '.join(padded)} |\n"


def _cell(value: Value, settings: QuerySettings) -> str:
    """Return a value as it stands in a table; what is in lists and objects is escaped once for each of them."""
    if type(value) is str:
        return _escaped(value)
    if type(value) is Link:
        return _escaped(link_to_text(value))
    if value is None:
        return _escaped(settings.render_null_as)
    return _escaped(_unescaped(value, settings))


def _escaped(text: str) -> str:
    return text.replace("|", "\\|") if "|" in text else text


def _unescaped(value: Value, settings: QuerySettings) -> str:
    if not settings.allow_html or is_plain(value):
        return to_text(value, settings)
    match value:
        case Mapping():
            items = (f"<li><b>{_escaped(key)}</b>: {_cell(value[key], settings)}</li>" for key in value)
        case Sequence():
            items = (f"<li>{_cell(entry, settings)}</li>" for entry in value)
        case _:
            return to_text(value, settings)
    return f"<ul>{''.join(items)}</ul>"


def _list(rows: Sequence[Value], settings: TextSettings, budget: Budget) -> str:
    for row in rows:
        weigh(row, budget)
    return "".join(_items(rows, settings, 0))


def _entry(value: Value, settings: TextSettings, depth: int) -> str:
    """Return what follows a bullet: of a list or object, lines of the same indent; of a pair's, deeper ones."""
    match value:
        case str():
            return value
        case ListPair(key, other):
            return f"{to_text(key, settings)}: {_entry(other, settings, depth + 1)}"
        case Mapping() | Sequence():
            return "".join(["\n" if depth else "", *_items(value, settings, depth)])
    return to_text(value, settings)


def _items(
    values: Mapping[str, Value] | Sequence[Value], settings: TextSettings, depth: int
) -> Iterator[str]:
    bullet = _INDENT * depth + "- "
    if isinstance(values, Mapping):
        for key in values:
            yield f"{bullet}{key}: {_entry(values[key], settings, depth)}\n"
    else:
        for value in values:
            yield f"{bullet}{_entry(value, settings, depth)}\n"
