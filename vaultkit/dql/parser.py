"""Queries, expressions and sources, read exactly as Dataview 0.5.68 reads them.

`parse_query` reads a block, `parse_expression` an inline query, `parse_source` what stands after FROM. All raise
`DqlSyntaxError` and nothing else; its place is the one that Dataview reports. Stricter than Dataview in one point:
a text nested more than `MAX_DEPTH` deep is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from vaultkit.dql.errors import DqlSyntaxError
from vaultkit.dql.lexer import MAX_DEPTH, Lexer, NoMatch
from vaultkit.dql.parse_expression import expression
from vaultkit.dql.parse_query import query
from vaultkit.dql.parse_source import source
from vaultkit.dql.syntax import Expression, Query, Source, children, expressions_of

__all__ = ["MAX_DEPTH", "DqlSyntaxError", "parse_expression", "parse_query", "parse_source"]

_T = TypeVar("_T")


def any_zone(name: str) -> bool:
    """Take every name for that of a time zone: `date(2025-01-01T00:00:00[name])` is then always a date."""
    return True


def parse_query(text: str, is_zone: Callable[[str], bool] = any_zone) -> Query:
    """Return the query that `text` is; `is_zone` says which names of time zones there are."""
    lexer = Lexer(text, is_zone)
    made = _whole(lexer, query)
    _refuse_depth(lexer, expressions_of(made))
    return made


def parse_expression(text: str, is_zone: Callable[[str], bool] = any_zone) -> Expression:
    """Return the expression that `text` is; blanks at its ends are not taken off (Dataview trims inline queries)."""
    lexer = Lexer(text, is_zone)
    made = _whole(lexer, expression)
    _refuse_depth(lexer, (made,))
    return made


def parse_source(text: str) -> Source:
    """Return the source that `text` is; blanks at its ends are not taken off."""
    return _whole(Lexer(text, any_zone), source)


def _whole(lexer: Lexer, rule: Callable[[Lexer], _T]) -> _T:
    """Read by a rule to the end of the text. A caller deep in its own calls may leave room for fewer levels."""
    try:
        made = rule(lexer)
        lexer.finish()
    except NoMatch:
        raise lexer.error() from None
    except RecursionError:
        raise lexer.too_deep() from None
    return made


def _refuse_depth(lexer: Lexer, roots: Iterable[Expression]) -> None:
    """Refuse trees deeper than `MAX_DEPTH`: those of long chains such as `a.b.c.d`, which are read in a loop."""
    level = list(roots)
    for _ in range(MAX_DEPTH):
        level = [child for node in level for child in children(node)]
        if not level:
            return
    raise lexer.too_deep(level[0].span.start)
