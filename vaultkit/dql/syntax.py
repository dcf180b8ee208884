"""The tree of the Dataview Query Language: queries, sources and expressions, as they were written.

Nodes compare by what they say; `span`, where they stand in the query's text (their own parentheses included), does
not count. A run of operators is one node, so the tree is no deeper than the query is nested.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar, TypeAlias

from msgspec import Struct

from vaultkit.dql.values import Link
from vaultkit.text import Span

NOWHERE = Span(0, 0)


class Node(Struct, frozen=True, kw_only=True):
    """A piece of a query."""

    span: Span = NOWHERE

    def __eq__(self, other: object) -> bool:
        """Whether the other node says the same."""
        return type(other) is type(self) and _said(self) == _said(other)

    def __hash__(self) -> int:
        """Return a hash of what the node says."""
        return hash((type(self), *_said(self)))


def _said(node: Node) -> list[object]:
    """Return what a node says: all but its place."""
    return [getattr(node, name) for name in node.__struct_fields__ if name != "span"]


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


class NullLiteral(Node, frozen=True):
    """`null`."""


class BooleanLiteral(Node, frozen=True):
    """`true` or `false`, also with a capital."""

    value: bool


class NumberLiteral(Node, frozen=True):
    """A number; Dataview's are doubles, so a long one may be infinite."""

    value: float


class StringLiteral(Node, frozen=True):
    """A text in double quotes, its escapes resolved."""

    value: str


class LinkLiteral(Node, frozen=True):
    """`[[path#subpath|display]]`, or the same after `!`."""

    link: Link


class DateLiteral(Node, frozen=True):
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


class ShorthandLiteral(Node, frozen=True):
    """`date(today)` and its like."""

    shorthand: DateShorthand


class DurationLiteral(Node, frozen=True):
    """`dur(1 day, 2 hours)`: numbers and units in the order written; a unit given twice counts twice."""

    parts: tuple[tuple[float, Unit], ...]


class Variable(Node, frozen=True):
    """A name that stands for a field of the row, an argument of a lambda, or a function before `(`."""

    name: str


class ListExpr(Node, frozen=True):
    """`[1, 2]`."""

    items: tuple[Expression, ...]


class ObjectExpr(Node, frozen=True):
    """`{ a: 1, "b c": 2 }`: each key once, in the order in which JavaScript keeps them."""

    entries: tuple[tuple[str, Expression], ...]


class Lambda(Node, frozen=True):
    """`(a, b) => a + b`."""

    arguments: tuple[str, ...]
    value: Expression


class Negated(Node, frozen=True):
    """`!a`."""

    child: Expression


class Index(Node, frozen=True):
    """`a[b]`; `a.b` is `a["b"]`."""

    object: Expression
    index: Expression


class FunctionCall(Node, frozen=True):
    """`f(a, b)`; a function that is a `Variable` is called by that name."""

    function: Expression
    arguments: tuple[Expression, ...]


class Binary(Node, frozen=True):
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


class FolderSource(Node, frozen=True):
    """`"Folder"` or `"Folder/Note"`; `""` is the whole vault, and what a query without FROM reads."""

    path: str


class TagSource(Node, frozen=True):
    """`#tag`; the number sign belongs to `tag`."""

    tag: str


class CsvSource(Node, frozen=True):
    """`csv("path.csv")`."""

    path: str


class LinkSource(Node, frozen=True):
    """`[[Note]]`, the pages that link to it, or `outgoing([[Note]])`, those it links to.

    Only the path of the link counts; it is empty for the query's own note.
    """

    path: str
    direction: Direction


class NegatedSource(Node, frozen=True):
    """`-source` or `!source`."""

    child: Source


class BinarySource(Node, frozen=True):
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


class NamedField(Node, frozen=True):
    """An expression and the name of its column: what follows AS, else the expression's text on one line."""

    name: str
    expression: Expression


class TableQuery(Node, frozen=True):
    """`TABLE [WITHOUT ID] fields`."""

    type: ClassVar[QueryType] = QueryType.TABLE
    fields: tuple[NamedField, ...]
    show_id: bool = True


class ListQuery(Node, frozen=True):
    """`LIST [WITHOUT ID] [expression]`."""

    type: ClassVar[QueryType] = QueryType.LIST
    format: Expression | None = None
    show_id: bool = True


class TaskQuery(Node, frozen=True):
    """`TASK`."""

    type: ClassVar[QueryType] = QueryType.TASK


class CalendarQuery(Node, frozen=True):
    """`CALENDAR field`."""

    type: ClassVar[QueryType] = QueryType.CALENDAR
    field: NamedField


QueryHeader: TypeAlias = TableQuery | ListQuery | TaskQuery | CalendarQuery


class WhereStep(Node, frozen=True):
    """`WHERE condition`."""

    condition: Expression


class SortKey(Node, frozen=True):
    """One key of SORT."""

    expression: Expression
    descending: bool = False


class SortStep(Node, frozen=True):
    """`SORT keys`."""

    keys: tuple[SortKey, ...]


class LimitStep(Node, frozen=True):
    """`LIMIT amount`."""

    amount: Expression


class GroupStep(Node, frozen=True):
    """`GROUP BY field`."""

    field: NamedField


class FlattenStep(Node, frozen=True):
    """`FLATTEN field`."""

    field: NamedField


class FromStep(Node, frozen=True):
    """A FROM that does not follow the header: Dataview parses it, and fails when the query is run."""

    source: Source


QueryStep: TypeAlias = WhereStep | SortStep | LimitStep | GroupStep | FlattenStep | FromStep


class Query(Node, frozen=True):
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
