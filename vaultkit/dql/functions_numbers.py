"""Functions on numbers: rounding, the least and the greatest, sums, money."""

from __future__ import annotations

import decimal
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import reduce
from typing import TypeAlias

from vaultkit.dql.context import Context, Function, QueryError
from vaultkit.dql.functions_variants import ANY, Body, function, itself, null
from vaultkit.dql.intl import currency_text
from vaultkit.dql.javascript import MAX_EXACT
from vaultkit.dql.operators import binary, quotient
from vaultkit.dql.order import compare
from vaultkit.dql.syntax import Operator
from vaultkit.dql.values import Value

#: From here on a number is written with an exponent.
_LARGE = 1e21
_MAX_DIGITS = 100
_PRECISE = decimal.Context(prec=450, rounding=decimal.ROUND_HALF_UP)


def _whole(change: Callable[[float], int]) -> Body:
    """Return what makes a whole number of any; of a number below zero that becomes 0 the sign stays."""

    def made(_: Context, number: float) -> Value:
        if isinstance(number, int) or not -MAX_EXACT < number < MAX_EXACT:
            return number
        return change(number) or (-0.0 if math.copysign(1, number) < 0 else 0)

    return made


def _half_up(number: float) -> int:
    below = math.floor(number)
    return below + (number - below >= 0.5)


_rounded = _whole(_half_up)


def _rounded_to(context: Context, number: float, digits: float) -> Value:
    """Return the number with so many decimals, as `toFixed` has it; with none or fewer, rounded half up."""
    if digits <= 0:
        return _rounded(context, number)
    places = 0 if digits != digits else int(min(digits, _MAX_DIGITS + 1))
    if places > _MAX_DIGITS:
        raise QueryError("toFixed() digits argument must be between 0 and 100")
    if not abs(number) < _LARGE:
        return number
    return float(_PRECISE.quantize(Decimal(number), Decimal(1).scaleb(-places)))


ROUND = function(
    "round",
    {
        "number": _rounded,
        "null": null,
        "number, number": _rounded_to,
        "number, null": lambda context, number, _: _rounded(context, number),
        "null, *": null,
    },
    vectorized={1: [0], 2: [0]},
)
TRUNC = function("trunc", {"number": _whole(math.trunc), "null": null}, vectorized={1: [0]})
FLOOR = function("floor", {"number": _whole(math.floor), "null": null}, vectorized={1: [0]})
CEIL = function("ceil", {"number": _whole(math.ceil), "null": null}, vectorized={1: [0]})


#: Whether the first of two values is the one wanted, by how they compare.
_Wanted: TypeAlias = Callable[[int], bool]


def _extreme(name: str, wanted: _Wanted) -> Function:
    """`min` and `max`: of two arguments as they are, of one list, or of any number of arguments; nulls lose."""

    def of_two(context: Context, left: Value, right: Value) -> Value:
        if left is None or right is None:
            return right if left is None else left
        return left if wanted(compare(left, right, context.resolved)) else right

    def of_all(context: Context, *values: Value) -> Value:
        context.budget.spend(len(values))
        return reduce(lambda left, right: of_two(context, left, right), values) if values else None

    chosen = function(
        name,
        {
            "*, *": of_two,
            "array": lambda context, values: chosen(context, tuple(values)),
            ANY: of_all,
        },
    )
    return chosen


MIN = _extreme("min", lambda order: order <= 0)
MAX = _extreme("max", lambda order: order > 0)


def _extreme_by(name: str, wanted: _Wanted) -> Function:
    """`minby` and `maxby`: the element for which a function gives the least or the most; null does not count."""

    def of_list(context: Context, values: Sequence[Value], key: Callable[[Value], Value]) -> Value:
        context.budget.spend(len(values))
        keyed = [(key(value), value) for value in values]
        counted = [pair for pair in keyed if pair[0] is not None]
        if not counted:
            return values[0] if values else None
        best = counted[0]
        for pair in counted[1:]:
            if not wanted(compare(best[0], pair[0], context.resolved)):
                best = pair
        return best[1]

    return function(name, {"array, function": of_list, "null, function": null})


MINBY = _extreme_by("minby", lambda order: order <= 0)
MAXBY = _extreme_by("maxby", lambda order: order > 0)

_REDUCING = {
    operator.value: operator
    for operator in (
        Operator.PLUS, Operator.MINUS, Operator.TIMES, Operator.DIVIDED_BY, Operator.AND, Operator.OR,
    )
}  # fmt: skip


def _reduced(context: Context, values: Sequence[Value], sign: str) -> Value:
    """Return the values joined by an operator, null for none."""
    if not values:
        return None
    operator = _REDUCING.get(sign)
    if operator is None:
        raise QueryError("reduce(array, op) supports '+', '-', '/', '*', '&', and '|'")
    context.budget.spend(len(values))
    return reduce(lambda left, right: binary(context, operator, left, right), values)


def _folded(context: Context, values: Sequence[Value], step: Callable[[Value, Value], Value]) -> Value:
    """Return the values joined by a function; nulls after the first are passed over."""
    if not values:
        return None
    context.budget.spend(len(values))
    return reduce(lambda left, right: left if right is None else step(left, right), values)


REDUCE = function(
    "reduce",
    {"array, string": _reduced, "array, function": _folded, "null, *": null, "*, null": null},
    vectorized={2: [1]},
)
SUM = function("sum", {"array": lambda context, values: _reduced(context, values, "+"), "*": itself})
PRODUCT = function("product", {"array": lambda context, values: _reduced(context, values, "*"), "*": itself})


def _mean(context: Context, values: Sequence[Value]) -> Value:
    total = _reduced(context, values, "+")
    if isinstance(total, int | float) and not isinstance(total, bool):
        return quotient(total, len(values))
    return None if total is None else binary(context, Operator.DIVIDED_BY, total, len(values))


AVERAGE = function("average", {"array": _mean, "*": itself})


def _money(context: Context, number: float, currency: str = "USD") -> Value:
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise QueryError(f"Invalid currency code : {currency}")
    return currency_text(number, currency, context.settings.locale)


CURRENCYFORMAT = function(
    "currencyformat",
    {"number, string": _money, "null, string": null, "number": _money, "null": null},
    vectorized={2: [0]},
)
