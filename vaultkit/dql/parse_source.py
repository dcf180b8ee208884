"""Sources, what stands after FROM, as Dataview's `EXPRESSION.source` reads them; `_` is optional white space."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from vaultkit.dql import lexer as t
from vaultkit.dql.errors import Expected
from vaultkit.dql.lexer import Lexer
from vaultkit.dql.parse_expression import inner_link, operator_of
from vaultkit.dql.syntax import (
    BinarySource,
    CsvSource,
    Direction,
    FolderSource,
    LinkSource,
    NegatedSource,
    Operator,
    Source,
    TagSource,
)
from vaultkit.text import Span

_ATOM_NAMES = (
    Expected.OPEN, Expected.MINUS, Expected.BANG, Expected.OUTGOING, Expected.LINK, Expected.STRING, Expected.TAG,
    Expected.CSV,
)  # fmt: skip


def source(lexer: Lexer) -> Source:
    """source = atom (_ ("and" | "or" | "&" | "|") _ atom)*"""
    first = _atom(lexer)
    rest: list[tuple[Operator, Source]] = []
    end = lexer.at
    try:
        while True:
            lexer.blanks()
            operator = operator_of(lexer.expect(t.BOOLEAN_OPERATOR))
            lexer.blanks()
            rest.append((operator, _atom(lexer)))
            end = lexer.at
    except t.NoMatch:
        lexer.at = end
    if not rest:
        return first
    return BinarySource(first, tuple(rest), span=Span(first.span.start, end))


def _atom(lexer: Lexer) -> Source:
    """atom = parentheses | negated | outgoing | link | folder | tag | csv"""
    rule = _ATOMS.get(lexer.peek())
    if rule is None:
        lexer.fail(*_ATOM_NAMES)
    with lexer.nested():
        start = lexer.at
        return replace(rule(lexer), span=lexer.span_from(start))


def _parentheses(lexer: Lexer) -> Source:
    """parentheses = "(" _ source _ ")" """
    lexer.expect(t.OPEN)
    lexer.blanks()
    inner = source(lexer)
    lexer.blanks()
    lexer.expect(t.CLOSE)
    return inner


def _negated(lexer: Lexer) -> Source:
    """negated = ("-" | "!") atom"""
    lexer.at += 1
    return NegatedSource(_atom(lexer))


def _link(lexer: Lexer) -> Source:
    """link = "[[" path "]]" """
    if not (text := lexer.accept(t.LINK)):
        lexer.fail(*_ATOM_NAMES)
    return LinkSource(inner_link(text[2:-2]).path, Direction.INCOMING)


def _outgoing(lexer: Lexer) -> Source:
    """outgoing = "outgoing(" _ link ")" """
    if not lexer.accept(t.OPEN_OUTGOING):
        lexer.fail(*_ATOM_NAMES)
    lexer.blanks()
    link = lexer.expect(t.LINK)
    lexer.expect(t.CLOSE)
    return LinkSource(inner_link(link[2:-2]).path, Direction.OUTGOING)


def _folder(lexer: Lexer) -> Source:
    r"""folder = '"' path '"'"""
    return FolderSource(lexer.string())


def _tag(lexer: Lexer) -> Source:
    """tag = "#" (any sign but blanks and most punctuation)*"""
    tag = lexer.expect(t.TAG)
    lexer.note(Expected.TEXT)
    return TagSource(tag)


def _csv(lexer: Lexer) -> Source:
    """csv = "csv(" _ string ")" """
    if not lexer.accept(t.OPEN_CSV):
        lexer.fail(*_ATOM_NAMES)
    lexer.blanks()
    path = lexer.string()
    lexer.expect(t.CLOSE)
    return CsvSource(path)


_ATOMS: dict[str, Callable[[Lexer], Source]] = {
    "(": _parentheses,
    "-": _negated,
    "!": _negated,
    "o": _outgoing,
    "[": _link,
    '"': _folder,
    "#": _tag,
    "c": _csv,
}
