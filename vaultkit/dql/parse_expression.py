"""Expressions, read by recursive descent as Dataview's `EXPRESSION.field` reads them.

The grammar stands in the docstrings; `_` is optional white space. Where a reading fails the next one is tried from
the same place, so `dur(x)` is a call where it is no duration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from msgspec.structs import replace

from vaultkit.dql import lexer as t
from vaultkit.dql.errors import EXPRESSION, Expected
from vaultkit.dql.lexer import Lexer
from vaultkit.dql.syntax import (
    PRECEDENCE,
    Binary,
    BooleanLiteral,
    DateLiteral,
    DateShorthand,
    DurationLiteral,
    Expression,
    FunctionCall,
    Index,
    Lambda,
    LinkLiteral,
    ListExpr,
    Negated,
    NullLiteral,
    NumberLiteral,
    ObjectExpr,
    Operator,
    ShorthandLiteral,
    StringLiteral,
    Unit,
    Variable,
)
from vaultkit.dql.values import Link
from vaultkit.text import Span, pattern

#: Names that begin a clause and so are no variables, in any case.
KEYWORDS = frozenset({"FROM", "WHERE", "LIMIT", "GROUP", "FLATTEN"})
_OPERATORS = {"AND": Operator.AND, "OR": Operator.OR}
_OPERATOR_NAMES = (Expected.PRODUCT, Expected.SUM, Expected.COMPARISON, Expected.BOTH_OR_EITHER)
#: Keys that JavaScript takes for places in an array, and puts first in an object, in the order of numbers.
_MAX_PLACE = 2**32 - 2

_T = TypeVar("_T")
#: Makes a node of what stands before a postfix, and of the stretch that both take.
_Postfix: TypeAlias = Callable[[Expression, Span], Expression]

#: A date from its month on, each part only after the one before.
_DATE = pattern(
    r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{3}))?"
    r"([+-][0-9]{1,2}(?::[0-9]{2})?|Z|\[[0-9A-Za-z+,./-]+\])?)?)?)?)?"
)
_YEAR_START = pattern("[0-9]{0,4}")
#: The zones that need no table of zones, in any case of letters.
_OWN_ZONE = pattern("default|local|system|gmt|utc(?:[+-][0-9]{1,2}(?::[0-9]{2})?)?", re.IGNORECASE | re.ASCII)


def expression(lexer: Lexer) -> Expression:
    """expression = operand (_ operator _ operand)*"""
    operands = [_operand(lexer)]
    operators: list[Operator] = []
    end = lexer.at
    try:
        while True:
            operator = _operator(lexer)
            operands.append(_operand(lexer))
            operators.append(operator)
            end = lexer.at
    except t.NoMatch:
        lexer.at = end
    return _grouped(operands, operators) if operators else operands[0]


def _operator(lexer: Lexer) -> Operator:
    """operator = _ ("and" | "or" | "&" | "|" | "=" | "!=" | "<" ... | "+" | "-" | "*" | "/" | "%") _"""
    lexer.blanks()
    found = t.OPERATOR.pattern.match(lexer.text, lexer.at)
    if found is None:
        lexer.fail(*_OPERATOR_NAMES)
    lexer.at = found.end()
    lexer.blanks()
    return operator_of(found[0])


def operator_of(sign: str) -> Operator:
    """Return the operator that is written so, `and` and `or` in any case."""
    return _OPERATORS.get(sign.upper()) or Operator(sign)


def _grouped(operands: Sequence[Expression], operators: Sequence[Operator]) -> Expression:
    """Return operands and the operators between them as a tree, those that bind tightest first."""
    for level in reversed(PRECEDENCE):
        runs: list[tuple[Expression, list[tuple[Operator, Expression]]]] = [(operands[0], [])]
        looser = []
        for operator, operand in zip(operators, operands[1:], strict=True):
            if operator in level:
                runs[-1][1].append((operator, operand))
            else:
                looser.append(operator)
                runs.append((operand, []))
        operands, operators = [_joined(first, rest) for first, rest in runs], looser
    return operands[0]


def _joined(first: Expression, rest: Sequence[tuple[Operator, Expression]]) -> Expression:
    if not rest:
        return first
    return Binary(first, tuple(rest), span=Span(first.span.start, rest[-1][1].span.end))


def _operand(lexer: Lexer) -> Expression:
    """operand = atom ("." identifier | "[" _ expression _ "]" | "(" _ [arguments] _ ")")*"""
    with lexer.nested():
        start = lexer.at
        result = _atom(lexer)
        length = 0
        while (postfix := _POSTFIXES.get(lexer.peek())) is not None:
            made = lexer.attempt(postfix)
            if made is None:
                return result
            length += 1
            if length > t.MAX_DEPTH:
                raise lexer.too_deep()
            result = made(result, lexer.span_from(start))
        lexer.note(Expected.DOT, Expected.OPEN_INDEX, Expected.OPEN)
        return result


def _dot(lexer: Lexer) -> _Postfix:
    lexer.expect(t.DOT)
    start = lexer.at
    key = StringLiteral(lexer.identifier(), span=lexer.span_from(start))
    return lambda owner, span: Index(owner, key, span=span)


def _index(lexer: Lexer) -> _Postfix:
    lexer.expect(t.OPEN_INDEX)
    lexer.blanks()
    key = expression(lexer)
    lexer.blanks()
    lexer.expect(t.CLOSE_INDEX)
    return lambda owner, span: Index(owner, key, span=span)


def _call(lexer: Lexer) -> _Postfix:
    lexer.expect(t.OPEN)
    lexer.blanks()
    arguments = separated(lexer, expression)
    lexer.blanks()
    lexer.expect(t.CLOSE)
    return lambda function, span: FunctionCall(function, arguments, span=span)


_POSTFIXES: dict[str, Callable[[Lexer], _Postfix]] = {".": _dot, "[": _index, "(": _call}


def _atom(lexer: Lexer) -> Expression:
    """atom = embed | negated | link | list | object | lambda | "(" _ expression _ ")" | literal | variable"""
    rule = _ATOMS.get(lexer.peek())
    if rule is not None:
        return rule(lexer)
    start = lexer.at
    lexer.blanks()
    if lexer.at > start:
        return _lambda(lexer)
    return _word(lexer)


def _embed_or_negated(lexer: Lexer) -> Expression:
    """negated = "!" operand"""
    start = lexer.at
    if (text := lexer.accept(t.EMBED)) is not None:
        return LinkLiteral(inner_link(text[3:-2], embed=True), span=lexer.span_from(start))
    lexer.note(Expected.LINK, at=start + 1)
    with lexer.described(Expected.NEGATED):
        lexer.expect(t.NOT)
        child = _operand(lexer)
    return Negated(child, span=lexer.span_from(start))


def _link_or_list(lexer: Lexer) -> Expression:
    """list = "[" _ [expression (_ "," _ expression)*] _ "]" """
    start = lexer.at
    if (text := lexer.accept(t.LINK)) is not None:
        return LinkLiteral(inner_link(text[2:-2]), span=lexer.span_from(start))
    with lexer.described(Expected.LIST):
        lexer.expect(t.OPEN_INDEX)
        lexer.blanks()
        items = separated(lexer, expression)
        lexer.blanks()
        lexer.expect(t.CLOSE_INDEX)
    return ListExpr(items, span=lexer.span_from(start))


def _object(lexer: Lexer) -> Expression:
    """object = "{" _ [entry (_ "," _ entry)*] _ "}" """
    start = lexer.at
    with lexer.described(Expected.OBJECT):
        lexer.expect(t.OPEN_OBJECT)
        lexer.blanks()
        entries = separated(lexer, _entry)
        lexer.blanks()
        lexer.expect(t.CLOSE_OBJECT)
    return ObjectExpr(_in_order_of_javascript(entries), span=lexer.span_from(start))


def _entry(lexer: Lexer) -> tuple[str, Expression]:
    """entry = (identifier | string) _ ":" _ expression"""
    name = lexer.name()
    lexer.blanks()
    lexer.expect(t.COLON)
    lexer.blanks()
    return name, expression(lexer)


def _in_order_of_javascript(entries: Sequence[tuple[str, Expression]]) -> tuple[tuple[str, Expression], ...]:
    """Return the entries as a JavaScript object keeps them: the last of each key, keys such as `2` first.

    `__proto__` names no entry there.
    """
    last = {name: value for name, value in entries if name != "__proto__"}
    return tuple(sorted(last.items(), key=lambda entry: _place(entry[0])))


def _place(key: str) -> int:
    if key.isascii() and key.isdigit() and len(key) <= 10 and str(int(key)) == key:
        return min(int(key), _MAX_PLACE + 1)
    return _MAX_PLACE + 1


def _lambda_or_parentheses(lexer: Lexer) -> Expression:
    """parentheses = "(" _ expression _ ")" """
    start = lexer.at
    made = lexer.attempt(_lambda)
    if made is not None:
        return made
    lexer.expect(t.OPEN)
    lexer.blanks()
    inner = expression(lexer)
    lexer.blanks()
    lexer.expect(t.CLOSE)
    return replace(inner, span=lexer.span_from(start))


def _lambda(lexer: Lexer) -> Expression:
    """lambda = _ "(" _ [identifier (_ "," _ identifier)*] _ ")" _ "=>" _ expression"""
    start = lexer.at
    lexer.expect(t.OPEN)
    lexer.blanks()
    arguments = separated(lexer, Lexer.identifier)
    lexer.blanks()
    lexer.expect(t.CLOSE)
    lexer.blanks()
    lexer.expect(t.ARROW)
    lexer.blanks()
    value = expression(lexer)
    return Lambda(arguments, value, span=lexer.span_from(start))


def _string(lexer: Lexer) -> Expression:
    start = lexer.at
    value = lexer.string()
    return StringLiteral(value, span=lexer.span_from(start))


def _number(lexer: Lexer) -> Expression:
    r"""number = -?[0-9]+(\.[0-9]+)?"""
    start = lexer.at
    found = t.NUMBER.pattern.match(lexer.text, start)
    if found is None:
        lexer.fail(*EXPRESSION)
    lexer.at = found.end()
    return NumberLiteral(float(found[0]), span=lexer.span_from(start))


def _word(lexer: Lexer) -> Expression:
    """word = boolean | date | duration | "null" | identifier, if it is no keyword

    The first that fits is taken, so `trueish` is `true` with `ish` left over.
    """
    start = lexer.at
    if text := lexer.accept(t.BOOLEAN):
        return BooleanLiteral(text.lower() == "true", span=lexer.span_from(start))
    for literal in (date_literal, duration_literal):
        if (found := lexer.attempt(literal)) is not None:
            return found
    if lexer.accept(t.NULL):
        return NullLiteral(span=lexer.span_from(start))
    end = t.name_end(lexer.text, start)
    if end == start:
        lexer.fail(*EXPRESSION)
    if lexer.text[start:end].upper() in KEYWORDS:
        lexer.fail(Expected.VARIABLE, at=end)
    return Variable(lexer.identifier(), span=lexer.span_from(start))


_ATOMS: dict[str, Callable[[Lexer], Expression]] = {
    "!": _embed_or_negated,
    "[": _link_or_list,
    "{": _object,
    "(": _lambda_or_parentheses,
    '"': _string,
    **dict.fromkeys("-0123456789", _number),
}


def date_literal(lexer: Lexer) -> Expression:
    """date = "date(" _ (shorthand | date text) _ ")" """
    start = lexer.at
    literal: DateLiteral | ShorthandLiteral
    with lexer.described(Expected.DATE):
        lexer.expect(t.OPEN_DATE)
        lexer.blanks()
        if shorthand := lexer.accept(t.DATE_SHORTHAND):
            literal = ShorthandLiteral(DateShorthand(shorthand))
        else:
            literal = _date_text(lexer)
        lexer.blanks()
        lexer.expect(t.CLOSE)
    return replace(literal, span=lexer.span_from(start))


def _date_text(lexer: Lexer) -> DateLiteral:
    """date text = YYYY-MM[-DD[Thh[:mm[:ss[.SSS][zone]]]]], zone = (+ | -)h[h][:mm] | Z | [name]"""
    found = _DATE.match(lexer.text, lexer.at)
    if found is None:
        start = _YEAR_START.match(lexer.text, lexer.at)
        digits = len(start[0]) if start else 0
        dash = digits == 4 and lexer.text.startswith("-", lexer.at + 4)
        lexer.fail(Expected.DATE, at=lexer.at + (5 if dash else digits // 4 * 4))
    lexer.at = found.end()
    if found[6] and not found[7] and not found[8]:
        lexer.note(Expected.DATE, at=lexer.at + lexer.text.startswith(".", lexer.at))
    zone = _zone(found[8])
    if not 1 <= int(found[2]) <= 12 or not (zone is None or _OWN_ZONE.fullmatch(zone) or lexer.is_zone(zone)):
        lexer.fail(Expected.DATE)
    year, month, day, hour, minute, second, millisecond = (int(part or 0) for part in found.groups()[:7])
    if found[3] is None:
        day = 1
    return DateLiteral(year, month, day, hour, minute, second, millisecond, zone)


def _zone(written: str | None) -> str | None:
    """Return a zone as luxon is told it."""
    match written:
        case None:
            return None
        case "Z":
            return "utc"
    return written[1:-1] if written.startswith("[") else f"UTC{written}"


def duration_literal(lexer: Lexer) -> Expression:
    """duration = "dur(" _ number _ unit ([_ "," _ | _] number _ unit)* _ ")" """
    start = lexer.at
    with lexer.described(Expected.DURATION):
        lexer.expect(t.OPEN_DURATION)
        lexer.blanks()
        parts = [_duration_part(lexer)]
        while (part := lexer.attempt(_further_part)) is not None:
            parts.append(part)
        lexer.blanks()
        lexer.expect(t.CLOSE)
    return DurationLiteral(tuple(parts), span=lexer.span_from(start))


def _further_part(lexer: Lexer) -> tuple[float, Unit]:
    lexer.blanks()
    if lexer.accept(t.COMMA):
        lexer.blanks()
    return _duration_part(lexer)


def _duration_part(lexer: Lexer) -> tuple[float, Unit]:
    amount = float(lexer.expect(t.NUMBER))
    lexer.blanks()
    return amount, t.UNITS[lexer.expect(t.UNIT)]


def separated(lexer: Lexer, item: Callable[[Lexer], _T]) -> tuple[_T, ...]:
    """[item (_ "," _ item)*]: what follows the last item is left, a comma too."""
    items: list[_T] = []
    end = lexer.at
    try:
        while True:
            items.append(item(lexer))
            end = lexer.at
            lexer.blanks()
            lexer.expect(t.COMMA)
            lexer.blanks()
    except t.NoMatch:
        lexer.at = end
    return tuple(items)


def inner_link(text: str, embed: bool = False) -> Link:
    r"""Return the link between `[[` and `]]`: the first `|` without a backslash, or at the start, parts the display."""
    pipe = text.find("|")
    while pipe > 0 and text[pipe - 1] == "\\":
        pipe = text.find("|", pipe + 1)
    linktext, display = (text, None) if pipe < 0 else (text[:pipe], text[pipe + 1 :])
    return Link.infer(linktext.replace(r"\|", "|"), display, embed)
