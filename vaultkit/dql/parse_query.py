"""Whole queries, as Dataview's `QUERY_LANGUAGE.query` reads them.

In the docstrings `_` is optional white space, `__` needed white space, `~` white space and comments, both optional.
Keywords may be in any case.
"""

from __future__ import annotations

from collections.abc import Callable

from vaultkit.dql import lexer as t
from vaultkit.dql.errors import Expected
from vaultkit.dql.javascript import trim
from vaultkit.dql.lexer import Lexer, Token
from vaultkit.dql.parse_expression import expression, separated
from vaultkit.dql.parse_source import source
from vaultkit.dql.syntax import (
    CalendarQuery,
    FlattenStep,
    FolderSource,
    FromStep,
    GroupStep,
    LimitStep,
    ListQuery,
    NamedField,
    Query,
    QueryHeader,
    QueryStep,
    QueryType,
    SortKey,
    SortStep,
    TableQuery,
    TaskQuery,
    WhereStep,
)
from vaultkit.text import pattern

_NEWLINES = pattern("[\r\n]+")


def query(lexer: Lexer) -> Query:
    """query = ~ header ~ [from ~] (step ~)*"""
    start = lexer.at
    _skip(lexer)
    header = _header(lexer)
    _skip(lexer)
    first = lexer.attempt(_from)
    read = first.source if first else FolderSource("", span=lexer.span_from(lexer.at))
    steps: list[QueryStep] = []
    _skip(lexer)
    while (step := _step(lexer)) is not None:
        steps.append(step)
        _skip(lexer)
    return Query(header, read, tuple(steps), span=lexer.span_from(start))


def _skip(lexer: Lexer) -> None:
    """~ = (white space | "//" to the end of the line)*"""
    while lexer.accept(t.BLANKS_NEEDED) or lexer.accept(t.COMMENT):
        pass


def _header(lexer: Lexer) -> QueryHeader:
    """header = table | list | "TASK" | "CALENDAR" __ named field"""
    with lexer.described(Expected.HEADER):
        start = lexer.at
        match QueryType(lexer.expect(t.HEADER).lower()):
            case QueryType.TABLE:
                return _table(lexer, start)
            case QueryType.LIST:
                return _list(lexer, start)
            case QueryType.TASK:
                return TaskQuery(span=lexer.span_from(start))
        lexer.expect(t.BLANKS_NEEDED)
        field = named_field(lexer)
        return CalendarQuery(field, span=lexer.span_from(start))


def _table(lexer: Lexer, start: int) -> TableQuery:
    """table = "TABLE" (end | __ ["WITHOUT" __ "ID" _] [named field (_ "," _ named field)*])"""
    if not lexer.peek():
        return TableQuery((), span=lexer.span_from(start))
    show_id = _show_id(lexer)
    fields = separated(lexer, named_field)
    return TableQuery(fields, show_id, span=lexer.span_from(start))


def _list(lexer: Lexer, start: int) -> ListQuery:
    """list = "LIST" (end | __ ["WITHOUT" __ "ID" _] [expression])"""
    if not lexer.peek():
        return ListQuery(span=lexer.span_from(start))
    show_id = _show_id(lexer)
    shown = lexer.attempt(expression)
    return ListQuery(shown, show_id, span=lexer.span_from(start))


def _show_id(lexer: Lexer) -> bool:
    """Read the blanks after a keyword that something follows, and WITHOUT ID; return whether that is missing."""
    lexer.note(Expected.END)
    lexer.expect(t.BLANKS_NEEDED)
    if not lexer.accept(t.WITHOUT_ID):
        return True
    lexer.blanks()
    return False


def named_field(lexer: Lexer) -> NamedField:
    """named field = expression [__ "AS" __ (identifier | string)]"""
    start = lexer.at
    shown = expression(lexer)
    end = lexer.at
    name = lexer.attempt(_as_name)
    if name is None:
        name = default_name(lexer.text[start:end])
    return NamedField(name, shown, span=lexer.span_from(start))


def _as_name(lexer: Lexer) -> str:
    lexer.expect(t.BLANKS_NEEDED)
    lexer.expect(t.AS)
    lexer.expect(t.BLANKS_NEEDED)
    return lexer.name()


def default_name(text: str) -> str:
    """Return the name of a field without AS: the text of its expression, the lines trimmed and put together."""
    return "".join(map(trim, _NEWLINES.split(text)))


def _from(lexer: Lexer) -> FromStep:
    """from = "FROM" __ source"""
    start = lexer.at
    lexer.expect(t.FROM)
    lexer.expect(t.BLANKS_NEEDED)
    return FromStep(source(lexer), span=lexer.span_from(start))


def _where(lexer: Lexer) -> WhereStep:
    """where = "WHERE" __ expression"""
    start = _keyword(lexer, t.WHERE)
    return WhereStep(expression(lexer), span=lexer.span_from(start))


def _sort(lexer: Lexer) -> SortStep:
    """sort = "SORT" __ sort key (_ "," _ sort key)*"""
    start = _keyword(lexer, t.SORT)
    keys = separated(lexer, _sort_key)
    if not keys:
        raise t.NoMatch
    return SortStep(keys, span=lexer.span_from(start))


def _sort_key(lexer: Lexer) -> SortKey:
    """sort key = expression _ ["ASCENDING" | "DESCENDING" | "ASC" | "DESC"]"""
    start = lexer.at
    key = expression(lexer)
    lexer.blanks()
    order = lexer.accept(t.SORT_ORDER) or ""
    return SortKey(key, order.upper().startswith("DESC"), span=lexer.span_from(start))


def _limit(lexer: Lexer) -> LimitStep:
    """limit = "LIMIT" __ expression"""
    start = _keyword(lexer, t.LIMIT)
    return LimitStep(expression(lexer), span=lexer.span_from(start))


def _group(lexer: Lexer) -> GroupStep:
    """group = "GROUP BY" __ named field"""
    start = _keyword(lexer, t.GROUP_BY)
    return GroupStep(named_field(lexer), span=lexer.span_from(start))


def _flatten(lexer: Lexer) -> FlattenStep:
    """flatten = "FLATTEN" __ named field"""
    start = _keyword(lexer, t.FLATTEN)
    return FlattenStep(named_field(lexer), span=lexer.span_from(start))


def _keyword(lexer: Lexer, token: Token) -> int:
    """Read a keyword and the blanks it needs; return where it began."""
    start = lexer.at
    lexer.expect(token)
    lexer.expect(t.BLANKS_NEEDED)
    return start


_STEPS: tuple[tuple[Expected, Callable[[Lexer], QueryStep]], ...] = (
    (Expected.WHERE, _where),
    (Expected.SORT, _sort),
    (Expected.LIMIT, _limit),
    (Expected.GROUP, _group),
    (Expected.FLATTEN, _flatten),
)


def _step(lexer: Lexer) -> QueryStep | None:
    """step = from | where | sort | limit | group | flatten"""
    if (later := lexer.attempt(_from)) is not None:
        return later
    for expected, rule in _STEPS:
        start = lexer.at
        try:
            with lexer.described(expected):
                return rule(lexer)
        except t.NoMatch:
            lexer.at = start
    return None
