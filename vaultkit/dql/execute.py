"""A query run: its source, its clauses in the order written, and what its header shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cmp_to_key
from typing import Any, TypeVar

from msgspec import Struct, field

from vaultkit.dql.context import Context, QueryError, QueryTooLarge
from vaultkit.dql.dates import DateTime
from vaultkit.dql.evaluate import NO_ARGUMENTS, Evaluator, evaluator
from vaultkit.dql.order import compare, is_truthy, sort_key, type_name
from vaultkit.dql.results import (
    CalendarEntry,
    CalendarResult,
    Group,
    IdMeaning,
    ListResult,
    Result,
    TableResult,
    TaskResult,
)
from vaultkit.dql.rows import Overlay, QueryRow, Row, TaskRow, with_field
from vaultkit.dql.sources import SourceIndex, resolve_source, rows_of
from vaultkit.dql.syntax import (
    BinarySource,
    CalendarQuery,
    Expression,
    FlattenStep,
    FolderSource,
    FromStep,
    GroupStep,
    LimitStep,
    LinkSource,
    ListQuery,
    NegatedSource,
    Query,
    QueryStep,
    SortKey,
    SortStep,
    Source,
    TableQuery,
    TagSource,
    TaskQuery,
    WhereStep,
)
from vaultkit.dql.values import Link, ListPair, Value
from vaultkit.dql.zones import ZoneKind

_T = TypeVar("_T")
#: As many rows as FLATTEN may make: about half a gigabyte.
MOST_ROWS = 1_000_000


class _Failures(Struct):
    """The errors of rows that fail: they are dropped, and the query fails only if every row does."""

    operation: str
    words: list[str] = field(default_factory=list)

    def kept(
        self, rows: Sequence[QueryRow], work_out: Callable[[Row, Row], _T]
    ) -> Iterator[tuple[QueryRow, _T]]:
        """Yield the rows that do not fail with what their fields give. Raises QueryError at the end if all do."""
        done = 0
        for row in rows:
            try:
                value = work_out(row.fields, NO_ARGUMENTS)
            except QueryTooLarge:
                raise
            except QueryError as error:
                self.words.append(str(error))
                continue
            done += 1
            yield row, value
        if self.words and not done:
            raise QueryError(self._said())

    def _said(self) -> str:
        listed = "\n".join(f"- {words}" for words in self.words[:3])
        if self.operation == "final data extraction":
            number, indent = max(len(self.words), 3), " " * 12
        else:
            number, indent = min(len(self.words), 3), " " * 16
        operation = self.operation if indent == " " * 12 else f"operation '{self.operation}'"
        return f"Every row during {operation} failed with an error; first {number}:\n\n{indent}{listed}"


def execute(query: Query, context: Context, sources: SourceIndex) -> Result:
    """Run a query. Raises QueryError with Dataview's words if it fails."""
    found = resolve_source(query.source, context, sources)
    if isinstance(query.header, TaskQuery):
        rows = [row for path in found for row in sources.tasks(path)]
    else:
        rows = list(rows_of(found, context))
    meaning = IdMeaning()
    for step in query.steps:
        context.budget.spend(len(rows) + 1)
        rows, meaning = _step(step, rows, meaning, context)
    context.budget.spend(len(rows) + 1)
    match query.header:
        case TableQuery():
            return _table(query.header, rows, meaning, context)
        case ListQuery():
            return _list(query.header, rows, meaning, context)
        case TaskQuery():
            return TaskResult(tuple(_grouped(row.fields) for row in rows))
        case CalendarQuery():
            return _calendar(query.header, rows, context)


def _step(
    step: QueryStep, rows: list[QueryRow], meaning: IdMeaning, context: Context
) -> tuple[list[QueryRow], IdMeaning]:
    match step:
        case WhereStep(condition=condition):
            return _where(condition, rows, context), meaning
        case SortStep(keys=keys):
            return _sort(keys, rows, context), meaning
        case LimitStep(amount=amount):
            return _limit(amount, rows, context), meaning
        case GroupStep(field=named):
            made = _group(named.name, named.expression, rows, context)
            return made, IdMeaning(named.name, meaning)
        case FlattenStep(field=named):
            made = _flatten(named.name, named.expression, rows, context)
            before = meaning.on if meaning.name == named.name else None
            return made, before or meaning
        case FromStep(source=source):
            raise QueryError(f"Unrecognized query operation '{_source_word(source)}'")


def _source_word(source: Source) -> str:
    match source:
        case FolderSource():
            return "folder"
        case TagSource():
            return "tag"
        case LinkSource():
            return "link"
        case NegatedSource():
            return "negate"
        case BinarySource():
            return "binaryop"
    return "csv"


def _where(condition: Expression, rows: Sequence[QueryRow], context: Context) -> list[QueryRow]:
    holds = evaluator(condition, context)
    kept = _Failures("where").kept(rows, holds)
    return [row for row, value in kept if value is True or (value is not False and is_truthy(value))]


def _sort(keys: Sequence[SortKey], rows: Sequence[QueryRow], context: Context) -> list[QueryRow]:
    """Sort by the keys in turn, each stable; rows for which a key fails are dropped."""
    kept = _Failures("sort").kept(rows, _all_of([evaluator(key.expression, context) for key in keys]))
    found, keyed = [], []
    for row, values in kept:
        found.append(row)
        keyed.append(values)
    order = list(range(len(found)))
    for place in range(len(keys) - 1, -1, -1):
        by_key = _Keys([values[place] for values in keyed], context, keys[place].descending)
        order.sort(key=by_key.key, reverse=by_key.reverse)
    return [found[at] for at in order]


def _all_of(evaluators: Sequence[Evaluator]) -> Callable[[Row, Row], list[Value]]:
    """Return what works out several expressions at once."""
    if len(evaluators) == 1:
        only = evaluators[0]
        return lambda row, scope: [only(row, scope)]
    return lambda row, scope: [evaluate(row, scope) for evaluate in evaluators]


class _Keys:
    """Values as keys to sort by: pairs are compared only where Dataview's comparison is no order."""

    def __init__(self, values: Sequence[Value], context: Context, descending: bool = False) -> None:
        self.key: Callable[[int], Any]
        self._count = len(values)
        self._compared: Callable[[int, int], int] | None = None
        ordered = {*map(type, values)} <= _ORDERED or all(map(_has_order, values))
        self.reverse = descending and ordered
        if ordered:
            self.key = _sort_keys(values, context).__getitem__
        else:

            def order(one: int, other: int) -> int:
                result = compare(values[one], values[other], context.resolved)
                return -result if descending else result

            self.key = cmp_to_key(order)
            self._compared = order

    def groups(self) -> list[list[int]]:
        """Return the places of the values that are equal, in the order of the values."""
        if self._compared is None:
            gathered: dict[Any, list[int]] = {}
            for at in range(self._count):
                gathered.setdefault(self.key(at), []).append(at)
            return [gathered[key] for key in sorted(gathered)]
        groups: list[list[int]] = []
        for at in sorted(range(self._count), key=self.key):
            if not groups or self._compared(groups[-1][0], at):
                groups.append([])
            groups[-1].append(at)
        return groups


#: Of these all values have an order.
_ORDERED = {type(None), str, bool, int, Link}


def _sort_keys(values: Sequence[Value], context: Context) -> Sequence[Any]:
    """Return the keys of values, worked out once for each object."""
    known: dict[int, Any] = {}
    for value in values:
        if id(value) not in known:
            known[id(value)] = sort_key(value, context.resolved)
    keys = [known[id(value)] for value in values]
    alike = len({key[0] for key in known.values()}) == 1 and all(len(key) == 2 for key in known.values())
    return [key[1] for key in keys] if alike else keys


def _has_order(value: Value) -> bool:
    if isinstance(value, DateTime):
        return value.zone.kind is ZoneKind.LOCAL and value.is_valid
    if isinstance(value, float):
        return value == value
    return value is None or isinstance(value, str | bool | int | Link)


def _limit(amount: Expression, rows: list[QueryRow], context: Context) -> list[QueryRow]:
    """Keep the first rows; a negative number leaves off as many at the end, as JavaScript's `slice`."""
    try:
        number = evaluator(amount, context)(NO_ARGUMENTS, NO_ARGUMENTS)
    except QueryTooLarge:
        raise
    except QueryError as error:
        raise QueryError(f"Failed to execute 'limit' statement: {error}") from error
    if isinstance(number, bool) or not isinstance(number, int | float):
        from vaultkit.dql.render_text import to_text

        shown = "null" if number is None else to_text(number, context.settings)
        raise QueryError(
            "Failed to execute 'limit' statement: limit should be a number, "
            f"but got '{type_name(number)}' ({shown})"
        )
    if number != number:
        return []
    return rows[: max(min(int(max(min(number, 1e15), -1e15)), len(rows)), -len(rows))]


def _group(name: str, expression: Expression, rows: Sequence[QueryRow], context: Context) -> list[QueryRow]:
    """Gather the rows by a key, in the order of the keys; the old fields are in `rows`."""
    work_out = evaluator(expression, context)
    kept = list(_Failures("group").kept(rows, work_out))
    groups: list[QueryRow] = []
    for places in _Keys([value for _, value in kept], context).groups():
        key = kept[places[0]][1]
        gathered = [kept[at][0].fields for at in places]
        groups.append(QueryRow(key, {"key": key, "rows": gathered, name: key}))
    return groups


def _flatten(name: str, expression: Expression, rows: Sequence[QueryRow], context: Context) -> list[QueryRow]:
    """Make one row of each element of a list; what is no list stays one row."""
    work_out = evaluator(expression, context)
    made: list[QueryRow] = []
    for row, value in _Failures("flatten").kept(rows, work_out):
        elements = value if isinstance(value, list | tuple) else (value,)
        context.budget.spend(len(elements))
        if len(made) + len(elements) > MOST_ROWS:
            raise QueryTooLarge(f"FLATTEN makes more than {MOST_ROWS} rows")
        lay = with_field if type(row.fields) is TaskRow else Overlay
        made += [QueryRow(row.id, lay(row.fields, name, element)) for element in elements]
    return made


# What the header shows


def _table(header: TableQuery, rows: list[QueryRow], meaning: IdMeaning, context: Context) -> TableResult:
    """Work the columns out; of two with one name both show the later one's value."""
    columns = {named.name: evaluator(named.expression, context) for named in header.fields}
    names = [named.name for named in header.fields]
    places = list(columns)
    repeated = [places.index(name) for name in names] if len(places) < len(names) else None
    kept = _Failures("final data extraction").kept(rows, _all_of(list(columns.values())))
    headers = (_id_name(meaning, context), *names) if header.show_id else tuple(names)
    table = []
    for row, values in kept:
        cells = values if repeated is None else [values[place] for place in repeated]
        table.append([row.id, *cells] if header.show_id else cells)
    return TableResult(tuple(headers), table, meaning)


def _id_name(meaning: IdMeaning, context: Context) -> str:
    return meaning.name if meaning.name is not None else context.settings.table_id_column_name


def _list(header: ListQuery, rows: list[QueryRow], meaning: IdMeaning, context: Context) -> ListResult:
    if header.format is None:
        return ListResult([row.id for row in rows], meaning)
    work_out = evaluator(header.format, context)
    kept = _Failures("final data extraction").kept(rows, work_out)
    if header.show_id:
        return ListResult([ListPair(row.id, value) for row, value in kept], meaning)
    return ListResult([value for _, value in kept], meaning)


def _calendar(header: CalendarQuery, rows: list[QueryRow], context: Context) -> CalendarResult:
    work_out = evaluator(header.field.expression, context)
    kept = _Failures("final data extraction").kept(rows, work_out)
    return CalendarResult([CalendarEntry(value, _file_link(row.fields)) for row, value in kept])


def _file_link(fields: Row) -> Link:
    file = fields.get("file")
    link = file.get("link") if isinstance(file, Mapping) else None
    if not isinstance(link, Link):
        raise QueryError("a calendar needs rows that are pages")
    return link


def _grouped(fields: Value) -> Value | Group:
    """Return a task, or the group that GROUP BY made of tasks or groups."""
    if type(fields) is not TaskRow and isinstance(fields, Mapping):
        rows = fields.get("rows")
        rows = rows if isinstance(rows, list) else ()
        only_tasks = {*map(type, rows)} == {TaskRow}
        return Group(fields.get("key"), rows if only_tasks else tuple(map(_grouped, rows)))
    return fields
