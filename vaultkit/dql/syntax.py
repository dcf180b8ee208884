"""The tree of the Dataview Query Language: queries, sources and expressions, as they were written.

Nodes compare by what they say; `span`, where they stand in the query's text (their own parentheses included), does
not count. A run of operators is one node, so the tree is no deeper than the query is nested.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, TypeAlias

from vaultkit.dql.values import Link
from vaultkit.text import Span

NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a query."""

    span: Span = field(default=NOWHERE, compare=False, kw_only=True)


# Expressions


class Operator(StrEnum):
    """What stands between two expressions; `and` and `or` are read as `&` and `|`."""

    AND = "&"
    OR = "|"
    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="
    PLUS = "+"
    MINUS = "-"
    TIMES = "*"
    DIVIDED_BY = "/"
    MODULO = "%"


_O = Operator
#: The operators from those that bind loosest to those that bind tightest; all group from the left.
PRECEDENCE: tuple[frozenset[Operator], ...] = (
    frozenset({_O.AND, _O.OR}),
    frozenset({_O.EQUAL, _O.NOT_EQUAL, _O.LESS, _O.AT_MOST, _O.GREATER, _O.AT_LEAST}),
    frozenset({_O.PLUS, _O.MINUS}),
    frozenset({_O.TIMES, _O.DIVIDED_BY, _O.MODULO}),
)


class DateShorthand(StrEnum):
    """A day or moment that the clock decides, as `date(today)`; two spellings may mean the same."""

    NOW = "now"
    TODAY = "today"
    YESTERDAY = "yesterday"
    TOMORROW = "tomorrow"
    SOW = "sow"
    START_OF_WEEK = "start-of-week"
    EOW = "eow"
    END_OF_WEEK = "end-of-week"
    SOY = "soy"
    START_OF_YEAR = "start-of-year"
    EOY = "eoy"
    END_OF_YEAR = "end-of-year"
    SOM = "som"
    START_OF_MONTH = "start-of-month"
    EOM = "eom"
    END_OF_MONTH = "end-of-month"


class Unit(StrEnum):
    """A unit of time."""

    YEARS = "years"
    MONTHS = "months"
    WEEKS = "weeks"
    DAYS = "days"
    HOURS = "hours"
    MINUTES = "minutes"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class NullLiteral(Node):
    """`null`."""


@dataclass(frozen=True, slots=True)
class BooleanLiteral(Node):
    """`true` or `false`, also with a capital."""

    value: bool


@dataclass(frozen=True, slots=True)
class NumberLiteral(Node):
    """A number; Dataview's are doubles, so a long one may be infinite."""

    value: float


@dataclass(frozen=True, slots=True)
class StringLiteral(Node):
    """A text in double quotes, its escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class LinkLiteral(Node):
    """`[[path#subpath|display]]`, or the same after `!`."""

    link: Link


@dataclass(frozen=True, slots=True)
class DateLiteral(Node):
    """`date(2025-03-14T10:30:00Z)`; what was not written is 1 for the day, else 0.

    The month is one of twelve; the others may lie beyond and then carry over, `2025-02-30` being 2 March. `zone`
    is None for the local one, else in luxon's spelling: `utc`, `UTC+2`, `UTC-05:30`, `Europe/Paris`.
    """

    year: int
    month: int
    day: int = 1
    hour: int = 0
    minute: int = 0
    second: int = 0
    millisecond: int = 0
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class ShorthandLiteral(Node):
    """`date(today)` and its like."""

    shorthand: DateShorthand


@dataclass(frozen=True, slots=True)
class DurationLiteral(Node):
    """`dur(1 day, 2 hours)`: numbers and units in the order written; a unit given twice counts twice."""

    parts: tuple[tuple[float, Unit], ...]


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """A name that stands for a field of the row, an argument of a lambda, or a function before `(`."""

    name: str


@dataclass(frozen=True, slots=True)
class ListExpr(Node):
    """`[1, 2]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class ObjectExpr(Node):
    """`{ a: 1, "b c": 2 }`: each key once, in the order in which JavaScript keeps them."""

    entries: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Lambda(Node):
    """`(a, b) => a + b`."""

    arguments: tuple[str, ...]
    value: Expression


@dataclass(frozen=True, slots=True)
class Negated(Node):
    """`!a`."""

    child: Expression


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`a[b]`; `a.b` is `a["b"]`."""

    object: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class FunctionCall(Node):
    """`f(a, b)`; a function that is a `Variable` is called by that name."""

    function: Expression
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`a + b - c`: expressions joined by operators of one precedence, to be worked out from the left."""

    first: Expression
    rest: tuple[tuple[Operator, Expression], ...]


Expression: TypeAlias = (
    NullLiteral | BooleanLiteral | NumberLiteral | StringLiteral | LinkLiteral | DateLiteral | ShorthandLiteral
    | DurationLiteral | Variable | ListExpr | ObjectExpr | Lambda | Negated | Index | FunctionCall | Binary
)  # fmt: skip


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the expressions of which this one is made, in the order written."""
    match expression:
        case ListExpr(items=items):
            return items
        case ObjectExpr(entries=entries):
            return tuple(value for _, value in entries)
        case Lambda(value=child) | Negated(child=child):
            return (child,)
        case Index(object=owner, index=index):
            return (owner, index)
        case FunctionCall(function=function, arguments=arguments):
            return (function, *arguments)
        case Binary(first=first, rest=rest):
            return (first, *(operand for _, operand in rest))
    return ()


# Sources


class Direction(StrEnum):
    """Which end of its links a `LinkSource` asks for."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


@dataclass(frozen=True, slots=True)
class FolderSource(Node):
    """`"Folder"` or `"Folder/Note"`; `""` is the whole vault, and what a query without FROM reads."""

    path: str


@dataclass(frozen=True, slots=True)
class TagSource(Node):
    """`#tag`; the number sign belongs to `tag`."""

    tag: str


@dataclass(frozen=True, slots=True)
class CsvSource(Node):
    """`csv("path.csv")`."""

    path: str


@dataclass(frozen=True, slots=True)
class LinkSource(Node):
    """`[[Note]]`, the pages that link to it, or `outgoing([[Note]])`, those it links to.

    Only the path of the link counts; it is empty for the query's own note.
    """

    path: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class NegatedSource(Node):
    """`-source` or `!source`."""

    child: Source


@dataclass(frozen=True, slots=True)
class BinarySource(Node):
    """`a and b or c`: sources joined by AND and OR, which bind alike, to be worked out from the left."""

    first: Source
    rest: tuple[tuple[Operator, Source], ...]


Source: TypeAlias = FolderSource | TagSource | CsvSource | LinkSource | NegatedSource | BinarySource


# Queries


class QueryType(StrEnum):
    """What a query shows."""

    TABLE = "table"
    LIST = "list"
    TASK = "task"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class NamedField(Node):
    """An expression and the name of its column: what follows AS, else the expression's text on one line."""

    name: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class TableQuery(Node):
    """`TABLE [WITHOUT ID] fields`."""

    type: ClassVar[QueryType] = QueryType.TABLE
    fields: tuple[NamedField, ...]
    show_id: bool = True


@dataclass(frozen=True, slots=True)
class ListQuery(Node):
    """`LIST [WITHOUT ID] [expression]`."""

    type: ClassVar[QueryType] = QueryType.LIST
    format: Expression | None = None
    show_id: bool = True


@dataclass(frozen=True, slots=True)
class TaskQuery(Node):
    """`TASK`."""

    type: ClassVar[QueryType] = QueryType.TASK


@dataclass(frozen=True, slots=True)
class CalendarQuery(Node):
    """`CALENDAR field`."""

    type: ClassVar[QueryType] = QueryType.CALENDAR
    field: NamedField


QueryHeader: TypeAlias = TableQuery | ListQuery | TaskQuery | CalendarQuery


@dataclass(frozen=True, slots=True)
class WhereStep(Node):
    """`WHERE condition`."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class SortKey(Node):
    """One key of SORT."""

    expression: Expression
    descending: bool = False


@dataclass(frozen=True, slots=True)
class SortStep(Node):
    """`SORT keys`."""

    keys: tuple[SortKey, ...]


@dataclass(frozen=True, slots=True)
class LimitStep(Node):
    """`LIMIT amount`."""

    amount: Expression


@dataclass(frozen=True, slots=True)
class GroupStep(Node):
    """`GROUP BY field`."""

    field: NamedField


@dataclass(frozen=True, slots=True)
class FlattenStep(Node):
    """`FLATTEN field`."""

    field: NamedField


@dataclass(frozen=True, slots=True)
class FromStep(Node):
    """A FROM that does not follow the header: Dataview parses it, and fails when the query is run."""

    source: Source


QueryStep: TypeAlias = WhereStep | SortStep | LimitStep | GroupStep | FlattenStep | FromStep


@dataclass(frozen=True, slots=True)
class Query(Node):
    """A whole query; without FROM its source is `FolderSource("")`."""

    header: QueryHeader
    source: Source
    steps: tuple[QueryStep, ...]


def expressions_of(query: Query) -> tuple[Expression, ...]:
    """Return the outermost expressions of a query, in the order written."""
    found: list[Expression] = []
    match query.header:
        case TableQuery(fields=fields):
            found.extend(field.expression for field in fields)
        case ListQuery(format=Node() as shown):
            found.append(shown)
        case CalendarQuery(field=named):
            found.append(named.expression)
    for step in query.steps:
        match step:
            case WhereStep(condition=expression) | LimitStep(amount=expression):
                found.append(expression)
            case SortStep(keys=keys):
                found.extend(key.expression for key in keys)
            case GroupStep(field=named) | FlattenStep(field=named):
                found.append(named.expression)
    return tuple(found)
