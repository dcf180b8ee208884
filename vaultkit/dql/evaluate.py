"""Expressions made into Python functions: each is compiled once, and called for each row.

What an expression means stands in `operators` and `functions`; here is how its pieces hang together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from vaultkit.dql.context import Context, Function, QueryError
from vaultkit.dql.literals import date_value, duration_value, shorthand_value
from vaultkit.dql.operators import OPERATIONS, index
from vaultkit.dql.order import is_truthy, type_name
from vaultkit.dql.pages import FILE_FIELDS, Page, PageFields
from vaultkit.dql.rows import Overlay, Row, TaskRow
from vaultkit.dql.syntax import (
    Binary,
    BooleanLiteral,
    DateLiteral,
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
    Variable,
)
from vaultkit.dql.values import Fields, Value

#: What an expression has become: it takes the fields of a row and the arguments of the lambdas around it.
Evaluator: TypeAlias = Callable[[Row, Row], Value]

NO_ARGUMENTS: Row = {}
#: What is the same for each row.
_LITERALS = (
    NullLiteral,
    BooleanLiteral,
    NumberLiteral,
    StringLiteral,
    LinkLiteral,
    DateLiteral,
    DurationLiteral,
)
_ROW, _FILE = Variable("row"), Variable("file")


def compiled(expression: Expression, context: Context) -> Callable[[Row], Value]:
    """Return the function that works an expression out for a row. It raises QueryError and nothing else."""
    evaluate = evaluator(expression, context)
    return lambda row: evaluate(row, NO_ARGUMENTS)


def evaluator(expression: Expression, context: Context) -> Evaluator:
    """Return the function that works an expression out inside of lambdas too. It raises QueryError and nothing else."""
    match expression:
        case Variable(name=name):
            return _variable(name, context)
        case Index(object=owner, index=key):
            return _index(owner, key, context)
        case FunctionCall(function=function, arguments=arguments):
            return _call(function, arguments, context)
        case Binary(first=first, rest=rest):
            return _binary(first, rest, context)
        case Negated(child=child):
            negated = evaluator(child, context)
            return lambda row, arguments: not is_truthy(negated(row, arguments))
        case Lambda(arguments=names, value=body):
            return _lambda(names, body, context)
        case ListExpr(items=items):
            parts = [evaluator(item, context) for item in items]
            return lambda row, arguments: [part(row, arguments) for part in parts]
        case ObjectExpr(entries=entries):
            fields = [(key, evaluator(value, context)) for key, value in entries]
            return lambda row, arguments: {key: value(row, arguments) for key, value in fields}
    return _literal(expression, context)


def _literal(expression: Expression, context: Context) -> Evaluator:
    value: Value = None
    match expression:
        case BooleanLiteral(value=said) | NumberLiteral(value=said) | StringLiteral(value=said):
            value = said
        case LinkLiteral(link=link):
            value = link
        case DateLiteral():
            value = date_value(expression, context.clock)
        case ShorthandLiteral(shorthand=shorthand):
            value = shorthand_value(shorthand, context.clock)
        case DurationLiteral(parts=parts):
            value = duration_value(parts)
        case NullLiteral():
            pass
    return lambda row, arguments: value


def _variable(name: str, context: Context) -> Evaluator:
    """Read an argument of a lambda, else a field of the row, else `this`, else null."""
    if name == "this":
        this = this_object(context)

        def read_this(row: Row, arguments: Row) -> Value:
            return arguments["this"] if "this" in arguments else row.get("this", this)

        return read_this

    def read(row: Row, arguments: Row) -> Value:
        if arguments and name in arguments:
            return arguments[name]
        return row.value if type(row) is Overlay and row.name == name else row.get(name)

    return read


def this_object(context: Context) -> Value:
    """Return the page of the note that holds the query, an empty object where that is none."""
    page = context.pages.page(context.origin)
    return page.row if page else {}


def _index(owner: Expression, key: Expression, context: Context) -> Evaluator:
    """Read `a[b]`; `row["x"]` reads what the variable `x` would."""
    if isinstance(key, StringLiteral):
        name = key.value
        if owner == _ROW:
            return _variable(name, context)
        if owner == _FILE:
            return _file_field(name, context)
        whole = evaluator(owner, context)

        def read(row: Row, arguments: Row) -> Value:
            value = whole(row, arguments)
            return value.get(name) if type(value) is Fields else index(context, value, name)

        return read
    place = evaluator(key, context)
    if owner == _ROW:
        return _dynamic_variable(place, context)
    whole = evaluator(owner, context)

    def read_at(row: Row, arguments: Row) -> Value:
        key = place(row, arguments)  # Dataview works the index out first, and asks no more if it is null
        return None if key is None else index(context, whole(row, arguments), key)

    return read_at


def _file_field(name: str, context: Context) -> Evaluator:
    """Read a field of `file`: of a page, or of that of a task, without the object that `file` is."""
    whole = _variable("file", context)
    reader = FILE_FIELDS.get(name)
    of_page: Callable[[Page], Value] = reader.read if reader else lambda page: None

    def read(row: Row, arguments: Row) -> Value:
        if not arguments:
            if type(row) is PageFields:
                return of_page(row.page)
            if type(row) is TaskRow and not row.may_say("file"):
                return of_page(row.page.page)
        value = whole(row, arguments)
        return value.get(name) if type(value) is Fields else index(context, value, name)

    return read


def _dynamic_variable(place: Evaluator, context: Context) -> Evaluator:
    this = this_object(context)

    def read(row: Row, arguments: Row) -> Value:
        name = place(row, arguments)
        if name is None:
            return None
        if not isinstance(name, str):
            raise QueryError('can only index into objects with strings (a.b or a["b"])')
        if name in arguments:
            return arguments[name]
        return row.get(name, this if name == "this" else None)

    return read


def _call(function: Expression, arguments: Sequence[Expression], context: Context) -> Evaluator:
    """Call a function: a bare name is always that of a built-in one."""
    given = [evaluator(argument, context) for argument in arguments]
    if isinstance(function, Variable):
        named = context.functions.get(function.name)
        if named is None:
            return _failing(f"Unrecognized function name '{function.name}'")
        return _call_named(named, arguments, given, context)
    callee = evaluator(function, context)

    def call(row: Row, scope: Row) -> Value:
        found = callee(row, scope)
        values = tuple(value(row, scope) for value in given)
        if isinstance(found, str):
            built_in = context.functions.get(found)
            if built_in is None:
                raise QueryError(f"Unrecognized function name '{found}'")
            return built_in(context, values)
        if callable(found):
            return found(*values)
        raise QueryError(f"Cannot call type '{type_name(found)}' as a function")

    return call


def _call_named(
    named: Function, arguments: Sequence[Expression], given: list[Evaluator], context: Context
) -> Evaluator:
    if len(given) == 1:
        only = given[0]
        return lambda row, scope: named(context, (only(row, scope),))
    if len(given) == 2:
        first, second = given
        if isinstance(arguments[1], _LITERALS):
            said = second(NO_ARGUMENTS, NO_ARGUMENTS)
            return lambda row, scope: named(context, (first(row, scope), said))
        return lambda row, scope: named(context, (first(row, scope), second(row, scope)))
    return lambda row, scope: named(context, tuple(value(row, scope) for value in given))


def _failing(words: str) -> Evaluator:
    def fail(row: Row, scope: Row) -> Value:
        raise QueryError(words)

    return fail


def _lambda(names: Sequence[str], body: Expression, context: Context) -> Evaluator:
    """Make a function of the row: arguments that are not given are looked up around it."""
    work_out = evaluator(body, context)
    spend = context.budget.spend

    def make(row: Row, scope: Row) -> Value:
        def run(*values: Value) -> Value:
            spend(1)
            return work_out(row, {**scope, **dict(zip(names, values, strict=False))})

        return run

    return make


def _binary(first: Expression, rest: Sequence[tuple[Operator, Expression]], context: Context) -> Evaluator:
    """Join expressions from the left; all of them are always worked out. A long chain needs no deep stack."""
    left = evaluator(first, context)
    steps = [(OPERATIONS[operator], evaluator(operand, context)) for operator, operand in rest]
    if len(steps) == 1:
        operate, right = steps[0]
        return lambda row, scope: operate(context, left(row, scope), right(row, scope))

    def chain(row: Row, scope: Row) -> Value:
        value = left(row, scope)
        for operate, operand in steps:
            value = operate(context, value, operand(row, scope))
        return value

    return chain
