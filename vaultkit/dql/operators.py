"""What stands between and behind values: the operators of DQL, truth, and `a[b]`.

Numbers are JavaScript's: whole ones are Python's integers as long as every one of their size is a double.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from vaultkit.dql.context import Context, QueryError, QueryTooLarge
from vaultkit.dql.dates import DateTime, date_difference
from vaultkit.dql.durations import Duration, InvalidUnitValueError, Unit
from vaultkit.dql.javascript import MAX_EXACT, double, number_text, utf16_length, utf16_slice
from vaultkit.dql.order import compare, is_truthy, type_name
from vaultkit.dql.properties import in_object_order
from vaultkit.dql.render_text import to_text
from vaultkit.dql.syntax import Operator
from vaultkit.dql.values import Link, Value

__all__ = ["COMPARISONS", "OPERATIONS", "binary", "concatenated", "index", "is_truthy", "text_of"]

#: What stands on both sides is told apart as it comes.
Operation: TypeAlias = Callable[[Context, Any, Any], Value]

_NUMBERS = frozenset((int, float))
#: The longest string that V8 makes.
MAX_LENGTH = 2**29 - 24
#: So many characters of a text that is made count as one step.
_CHARACTERS_A_STEP = 16
_STACK = "Maximum call stack size exceeded"


def binary(context: Context, operator: Operator, left: Value, right: Value) -> Value:
    """Return what an operator makes of two values. Raises QueryError, in Dataview's words."""
    return OPERATIONS[operator](context, left, right)


# Comparisons. What `compare` calls no order comes out as above, both ways round.


def _compared(context: Context, left: Value, right: Value) -> int:
    """Return `compare`, the links of the outermost level resolved."""
    weigh(context, left)
    weigh(context, right)
    try:
        return compare(left, right, context.resolved)
    except RecursionError:
        raise QueryError(_STACK) from None


def _less(context: Context, left: Any, right: Any) -> Value:
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return bool(left < right)
    if type(left) is DateTime and type(right) is DateTime:
        return bool(left.ts < right.ts)
    return _compared(context, left, right) < 0


def _at_most(context: Context, left: Any, right: Any) -> Value:
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return bool(left <= right)
    if type(left) is DateTime and type(right) is DateTime:
        return left.ts < right.ts or left == right
    return _compared(context, left, right) <= 0


def _greater(context: Context, left: Any, right: Any) -> Value:
    return not _at_most(context, left, right)


def _at_least(context: Context, left: Any, right: Any) -> Value:
    return not _less(context, left, right)


def equal(context: Context, left: Any, right: Any) -> bool:
    """Whether two values are equal, the links of the outermost level resolved."""
    kind = type(left)
    if kind in _NUMBERS and type(right) in _NUMBERS:
        return bool(left == right)
    if kind is str and type(right) is str and (left == right or (_is_plain(left) and _is_plain(right))):
        return bool(left == right)
    return _compared(context, left, right) == 0


def _is_plain(text: str) -> bool:
    """Whether a text collates as equal to no other such text."""
    return text.isascii() and text.isprintable()


def _not_equal(context: Context, left: Any, right: Any) -> Value:
    return not equal(context, left, right)


def _and(_: Context, left: Any, right: Any) -> Value:
    return is_truthy(left) and is_truthy(right)


def _or(_: Context, left: Any, right: Any) -> Value:
    return is_truthy(left) or is_truthy(right)


# Arithmetic


def _exact(number: float) -> float:
    """Return a whole number as the double that it is in JavaScript, beyond those that are all exact."""
    return number if -MAX_EXACT <= number <= MAX_EXACT or type(number) is float else double(number)


def _add(context: Context, left: Any, right: Any) -> Value:
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return _exact(left + right)
    if type(left) is str and type(right) is str:
        return concatenated(context, left, right)
    return _by_types(context, "+", left, right)


def _subtract(context: Context, left: Any, right: Any) -> Value:
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return _exact(left - right)
    return _by_types(context, "-", left, right)


def _multiply(context: Context, left: Any, right: Any) -> Value:
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return _product(left, right)
    return _by_types(context, "*", left, right)


def _divide(context: Context, left: Any, right: Any) -> Value:
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return quotient(left, right)
    return _by_types(context, "/", left, right)


def _remainder(context: Context, left: Any, right: Any) -> Value:
    if type(left) in _NUMBERS and type(right) in _NUMBERS:
        return _modulo(left, right)
    return _by_types(context, "%", left, right)


def _product(left: float, right: float) -> float:
    """Return the product; a zero with one negative factor is JavaScript's -0."""
    made = left * right
    return -0.0 if made == 0 and (left < 0 or right < 0) and type(made) is int else _exact(made)


def quotient(left: float, right: float) -> float:
    """Return the quotient as IEEE has it: infinite by zero, NaN for 0 / 0."""
    if right:
        return left / right
    if not left or left != left or right != right:
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _modulo(left: float, right: float) -> float:
    """Return the rest with the sign of `left`."""
    if not right or math.isinf(left) or left != left or right != right:
        return math.nan
    rest = math.fmod(left, right)
    return int(rest) if rest and type(left) is int and type(right) is int else rest


# What is left goes by the types of both sides.


def text_of(context: Context, value: Value) -> str:
    """Return a value as text, as the query's settings have it. Raises QueryError for a duration of NaN."""
    if type(value) is str:
        return value
    weigh(context, value)
    try:
        text = to_text(value, context.settings)
    except InvalidUnitValueError as error:
        raise QueryError(str(error)) from None
    except RecursionError:
        raise QueryError(_STACK) from None
    spend_text(context, len(text))
    return text


def weigh(context: Context, value: Value) -> None:
    """Spend on all values inside of lists and objects, texts by their length; what stands there twice costs twice."""
    if not isinstance(value, list | tuple | dict):
        return
    levels = [value]
    while levels:
        inside = levels.pop()
        context.budget.spend(len(inside))
        entries = inside.values() if isinstance(inside, dict) else inside
        characters = 0
        for entry in entries:
            if isinstance(entry, str):
                characters += len(entry)
            elif isinstance(entry, list | tuple | dict):
                levels.append(entry)
        context.budget.spend(characters // _CHARACTERS_A_STEP)


def spend_text(context: Context, length: float) -> None:
    """Spend what a text of this length costs. Raises QueryError for one that JavaScript does not make either."""
    if length > MAX_LENGTH:
        raise QueryError("Invalid string length")
    context.budget.spend(1 + int(length) // _CHARACTERS_A_STEP)


def concatenated(context: Context, left: str, right: str) -> str:
    """Return both texts as one; two halves of a sign that come together are that sign again."""
    spend_text(context, len(left) + len(right))
    if right and left and "\udc00" <= right[0] <= "\udfff" and "\ud800" <= left[-1] <= "\udbff":
        return left[:-1] + utf16_slice(f"{left[-1]}{right}", 0)
    return left + right


def _by_types(context: Context, operator: str, left: Value, right: Value) -> Value:
    """Look for both types, then for any type on the right, then on the left."""
    mine, theirs = type_name(left), type_name(right)
    for key in ((mine, operator, theirs), (mine, operator, "*"), ("*", operator, theirs)):
        if made := _BY_TYPES.get(key):
            try:
                return made(context, left, right)
            except InvalidUnitValueError as error:
                raise QueryError(str(error)) from None
    raise QueryError(f"No implementation found for '{mine} {operator} {theirs}'")


def repeated(context: Context, text: str, count: float) -> str:
    """Return a text so many times; as `repeat`, but nothing for less than none."""
    if count == math.inf:
        raise QueryError(f"Invalid count value: {number_text(count)}")
    if not count > 0 or not text:
        return ""
    spend_text(context, len(text) * int(count))
    return text * int(count)


def _lists(context: Context, left: Sequence[Value], right: Sequence[Value]) -> Value:
    context.budget.spend(len(left) + len(right))
    return [*left, *right]


def _objects(context: Context, left: Mapping[str, Value], right: Mapping[str, Value]) -> Value:
    context.budget.spend(len(left) + len(right))
    return dict(in_object_order({**left, **right}))


def _scaled(duration: Duration, change: Callable[[float], float]) -> Value:
    return duration.map_units(change).normalized()


_BY_TYPES: Mapping[tuple[str, str, str], Callable[..., Value]] = {
    ("string", "+", "*"): lambda context, a, b: concatenated(context, a, text_of(context, b)),
    ("*", "+", "string"): lambda context, a, b: concatenated(context, text_of(context, a), b),
    ("string", "*", "number"): repeated,
    ("number", "*", "string"): lambda context, a, b: repeated(context, b, a),
    ("date", "-", "date"): lambda _, a, b: date_difference(a, b),
    ("date", "-", "duration"): lambda _, a, b: a.minus(b),
    ("date", "+", "duration"): lambda _, a, b: a.plus(b),
    ("duration", "+", "date"): lambda _, a, b: b.plus(a),
    ("duration", "+", "duration"): lambda _, a, b: a.plus(b).normalized(),
    ("duration", "-", "duration"): lambda _, a, b: a.minus(b).normalized(),
    ("duration", "/", "number"): lambda _, a, b: _scaled(a, lambda unit: quotient(unit, b)),
    ("duration", "*", "number"): lambda _, a, b: _scaled(a, lambda unit: double(unit) * b),
    ("number", "*", "duration"): lambda _, a, b: _scaled(b, lambda unit: double(unit) * a),
    ("array", "+", "array"): _lists,
    ("object", "+", "object"): _objects,
    ("null", "+", "null"): lambda *_: None,
    ("null", "-", "null"): lambda *_: None,
    ("null", "*", "null"): lambda *_: None,
    ("null", "/", "null"): lambda *_: None,
    ("null", "%", "null"): lambda *_: None,
    ("date", "+", "null"): lambda *_: None,
    ("null", "+", "date"): lambda *_: None,
    ("date", "-", "null"): lambda *_: None,
    ("null", "-", "date"): lambda *_: None,
}

OPERATIONS: Mapping[Operator, Operation] = {
    Operator.AND: _and, Operator.OR: _or,
    Operator.EQUAL: equal, Operator.NOT_EQUAL: _not_equal, Operator.LESS: _less, Operator.AT_MOST: _at_most,
    Operator.GREATER: _greater, Operator.AT_LEAST: _at_least,
    Operator.PLUS: _add, Operator.MINUS: _subtract, Operator.TIMES: _multiply, Operator.DIVIDED_BY: _divide,
    Operator.MODULO: _remainder,
}  # fmt: skip
COMPARISONS = frozenset(
    {Operator.EQUAL, Operator.NOT_EQUAL, Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST}
)


# Indexing


def index(context: Context, owner: Value, key: Value) -> Value:
    """Return `owner[key]`, null where it holds none such. Raises QueryError, in Dataview's words."""
    if isinstance(key, str):
        return _named(context, owner, key)
    if key is None:
        return None
    if isinstance(key, int | float) and not isinstance(key, bool):
        return _numbered(owner, key)
    raise QueryError("Can only index with a string or number")


def _named(context: Context, owner: Value, name: str) -> Value:
    match owner:
        case str():
            raise QueryError("string indexing requires a numeric index (string[index])")
        case Mapping():
            return owner.get(name)
        case Link():
            page = context.page(owner)
            return page.row.get(name) if page else None
        case Sequence():
            return _of_each(context, owner, name)
        case DateTime():
            return _date_unit(owner, name)
        case Duration():
            unit = _DURATION_UNITS.get(name)
            return owner.as_unit(unit) if unit else None
    return None


def _numbered(owner: Value, place: float) -> Value:
    match owner:
        case str():
            return _element(place, utf16_length(owner), lambda at: utf16_slice(owner, at, at + 1))
        case Sequence():
            return _element(place, len(owner), owner.__getitem__)
        case Mapping():
            raise QueryError('can only index into objects with strings (a.b or a["b"])')
        case Link():
            raise QueryError('can only index into links with strings (a.b or a["b"])')
        case DateTime():
            raise QueryError("date indexing requires a string representing the unit")
        case Duration():
            raise QueryError("duration indexing requires a string representing the unit")
    return None


def _element(place: float, length: int, read: Callable[[int], Value]) -> Value:
    return read(int(place)) if 0 <= place < length and int(place) == place else None


def _of_each(context: Context, owners: Sequence[Value], name: str) -> Value:
    """Return what each of the owners holds there; those that cannot be asked so are left out."""
    context.budget.spend(len(owners))
    found: list[Value] = []
    for owner in owners:
        try:
            found.append(_named(context, owner, name))
        except QueryTooLarge:
            raise
        except RecursionError:
            raise QueryError(_STACK) from None
        except QueryError:
            continue
    return found


_DATE_UNITS: Mapping[str, Callable[[DateTime], float]] = {
    "year": lambda date: date.parts.year,
    "month": lambda date: date.parts.month,
    "weekyear": lambda date: date.iso_week[1],
    "week": lambda date: date.parts.day // 7 + 1,
    "weekday": lambda date: date.weekday,
    "day": lambda date: date.parts.day,
    "hour": lambda date: date.parts.hour,
    "minute": lambda date: date.parts.minute,
    "second": lambda date: date.parts.second,
    "millisecond": lambda date: date.parts.millisecond,
}
_DURATION_UNITS: Mapping[str, Unit] = {
    "year": "years", "years": "years", "month": "months", "months": "months", "weeks": "weeks", "day": "days",
    "days": "days", "hour": "hours", "hours": "hours", "minute": "minutes", "minutes": "minutes",
    "second": "seconds", "seconds": "seconds", "millisecond": "milliseconds", "milliseconds": "milliseconds",
}  # fmt: skip


def _date_unit(date: DateTime, unit: str) -> Value:
    read = _DATE_UNITS.get(unit)
    if read is None:
        return None
    return read(date) if date.is_valid else math.nan
