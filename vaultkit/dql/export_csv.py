"""Results as CSV (RFC 4180) for spreadsheets: values as plain text, without Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from vaultkit.dql.context import Budget, QueryError
from vaultkit.dql.date_format import ENGLISH
from vaultkit.dql.dates import DateTime
from vaultkit.dql.durations import Duration, InvalidUnitValueError
from vaultkit.dql.export_weight import check_depth, weigh
from vaultkit.dql.items import ListItem
from vaultkit.dql.pages import PageFields
from vaultkit.dql.render_text import DefaultText, duration_to_text, to_text
from vaultkit.dql.results import CalendarResult, Group, ListResult, Result, TableResult, TaskResult
from vaultkit.dql.values import ExternalLink, Fields, Link, LinkType, ListPair, Value

_BETWEEN = "; "
_TASK_FIELDS = ("path", "line", "status", "text")
_DEFAULTS = DefaultText()


def to_csv(result: Result, budget: Budget | None = None) -> str:
    """Return a result as CSV with a line of headers; lines end in CR LF.

    Dates are ISO 8601, links their display or name, lists joined by `; `, null is empty. Of tasks the headers
    are `path`, `line`, `status`, `text`, after a `group` for each level of groups; of a list `value`, after a
    `key` where it has an id; of a calendar `date` and `link`. Raises QueryTooLarge where the budget ends.
    """
    budget = budget or Budget()
    try:
        return "".join(map(_line, _lines(result, budget)))
    except InvalidUnitValueError as error:
        raise QueryError(str(error)) from error


def _lines(result: Result, budget: Budget) -> Iterator[Sequence[str]]:
    match result:
        case TableResult():
            yield result.headers
            rows: Iterable[Sequence[Value]] = result.rows
        case ListResult():
            keyed = any(isinstance(row, ListPair) for row in result.rows)
            yield ("key", "value") if keyed else ("value",)
            rows = ((row.key, row.value) if isinstance(row, ListPair) else (row,) for row in result.rows)
        case TaskResult():
            yield (*("group",) * _levels(result.rows), *_TASK_FIELDS)
            rows = _task_rows(result.rows, ())
        case CalendarResult():
            yield ("date", "link")
            rows = ((entry.date, entry.link) for entry in result.rows)
    for row in rows:
        weigh(row, budget, lambda fields: () if _name(fields) is not None else fields)
        yield [plain_text(value) for value in row]


def _line(cells: Sequence[str]) -> str:
    if list(cells) == [""]:
        return '""\r\n'
    return ",".join(map(_quoted, cells)) + "\r\n"


def _quoted(cell: str) -> str:
    if any(sign in cell for sign in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _levels(rows: Sequence[Value | Group]) -> int:
    levels = 0
    while rows and isinstance(first := rows[0], Group):
        rows = first.rows
        levels += 1
    return levels


def _task_rows(rows: Sequence[Value | Group], keys: tuple[Value, ...]) -> Iterator[Sequence[Value]]:
    check_depth(len(keys))
    for row in rows:
        if isinstance(row, Group):
            yield from _task_rows(row.rows, (*keys, row.key))
        elif isinstance(row, Mapping):
            yield (*keys, *(row.get(name) for name in _TASK_FIELDS))


def plain_text(value: Value) -> str:
    """Return a value as a cell of a spreadsheet shows it."""
    match value:
        case None:
            return ""
        case str():
            return value
        case DateTime():
            return _date(value)
        case Duration():
            return duration_to_text(value, ENGLISH)
        case Link():
            return _link(value)
        case ExternalLink(url, display):
            return display or url
        case ListPair(key, other):
            return f"{plain_text(key)}: {plain_text(other)}"
        case Mapping():
            return _object(value)
        case Sequence():
            return _BETWEEN.join(map(plain_text, value))
    return to_text(value, _DEFAULTS)


def _date(date: DateTime) -> str:
    """Return a date as ISO 8601: without its time at midnight, without milliseconds where there are none."""
    iso = date.iso()
    if iso is None:
        return ""
    day, _, time = iso.partition("T")
    return f"{day}T{time.replace('.000', '', 1)}" if date.has_time or ".000" not in time else day


def _link(link: Link) -> str:
    if link.display or link.type is LinkType.FILE:
        return link.display or link.title
    return f"{link.title} > {link.subpath or ''}"


def _object(value: Mapping[str, Value]) -> str:
    known = _name(value)
    if known is not None:
        return known
    return _BETWEEN.join(f"{name}: {plain_text(value[name])}" for name in value)


def _name(value: Mapping[str, Value]) -> str | None:
    """Return what stands for a page or list item: its name or text; None for other objects."""
    if isinstance(value, PageFields):
        return value.page.name
    if isinstance(value, Fields) and isinstance(value.owner, ListItem):
        return value.owner.text
    return None
