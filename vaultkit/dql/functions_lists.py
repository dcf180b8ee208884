"""Functions on lists, and those on what else can contain something: texts and objects."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cmp_to_key

from vaultkit.dql.context import Context, Function
from vaultkit.dql.field_values import INHERITED
from vaultkit.dql.functions_text import lowered, occurs, reversed_text
from vaultkit.dql.functions_variants import ANY, function, itself, null
from vaultkit.dql.javascript import utf16_length
from vaultkit.dql.javascript_regex import from_units
from vaultkit.dql.operators import equal, is_truthy, spend_text, text_of, weigh
from vaultkit.dql.order import Resolve, compare, sort_key
from vaultkit.dql.values import Value

_Test = Callable[[Value], Value]


def _containing(name: str, in_text: Callable[[str, str], bool], deep: bool = True) -> Function:
    """`contains` and its kin: in texts and objects by their own rule, in lists in any element, else by equality."""

    def in_list(context: Context, values: Sequence[Value], wanted: Value) -> bool:
        context.budget.spend(len(values))
        if not deep:
            return any(equal(context, wanted, value) for value in values)
        return any(
            in_text(value, wanted)
            if isinstance(value, str) and isinstance(wanted, str)
            else is_truthy(contains(context, (value, wanted)))
            for value in values
        )

    contains = function(
        name,
        {
            "array, *": in_list,
            "string, string": lambda _, text, wanted: in_text(text, wanted),
            "object, string": lambda _, owner, key: key in owner or key in INHERITED,
            "*, *": equal,
        },
        vectorized={2: [1]},
    )
    return contains


CONTAINS = _containing("contains", occurs)
ICONTAINS = _containing("icontains", lambda text, wanted: occurs(lowered(text), lowered(wanted)))
ECONTAINS = _containing("econtains", occurs, deep=False)


def ordered(values: Sequence[Value], keys: Sequence[Value], resolve: Resolve | None) -> list[Value]:
    """Return values by their keys, those with equal keys as they stood."""
    places = range(len(values))
    if all(type(key) is str or type(key) is int for key in keys):
        return [values[place] for place in sorted(places, key=lambda place: sort_key(keys[place]))]

    def by_keys(left: int, right: int) -> int:
        return compare(keys[left], keys[right], resolve)

    return [values[place] for place in sorted(places, key=cmp_to_key(by_keys))]


def _sorted(context: Context, values: Sequence[Value], key: Callable[[Value], Value] | None = None) -> Value:
    """Return the values in order; of the keys the second is worked out first, as the first to fail tells."""
    if len(values) < 2:
        return list(values)
    context.budget.spend(len(values) * len(values).bit_length())
    weigh(context, values)
    if key is None:
        return ordered(values, values, context.resolved)
    keys = {place: key(values[place]) for place in (1, 0, *range(2, len(values)))}
    return ordered(values, [keys[place] for place in range(len(values))], context.resolved)


SORT = function("sort", {"array": _sorted, "array, function": _sorted, "*": itself})


def _unique(context: Context, values: Sequence[Value]) -> Value:
    """Return the values in order, of equal ones the first; links are compared as they are written."""
    context.budget.spend(len(values) * len(values).bit_length())
    weigh(context, values)
    distinct: list[Value] = []
    previous: Value = None
    for value in ordered(values, values, None):
        if not distinct or compare(previous, value) != 0:
            distinct.append(value)
        previous = value
    return distinct


UNIQUE = function("unique", {"array": _unique, "null": null})


def _reversed(context: Context, values: Sequence[Value]) -> Value:
    context.budget.spend(len(values))
    return list(values[::-1])


def _reversed_text(context: Context, text: str) -> Value:
    spend_text(context, len(text))
    return reversed_text(text)


REVERSE = function("reverse", {"array": _reversed, "string": _reversed_text, "*": itself})

LENGTH = function(
    "length",
    {
        "array": lambda _, values: len(values),
        "object": lambda _, fields: len(fields),
        "string": lambda _, text: utf16_length(text),
        "null": lambda *_: 0,
    },
)


def _without_nulls(context: Context, *values: Value) -> Value:
    context.budget.spend(len(values))
    return [value for value in values if value is not None]


NONNULL = function(
    "nonnull", {"array": lambda context, values: _without_nulls(context, *values), ANY: _without_nulls}
)

FIRSTVALUE = function(
    "firstvalue",
    {"array": lambda _, values: next((value for value in values if value is not None), None), "null": null},
)


def _each(context: Context, values: Sequence[Value], test: _Test) -> Iterator[bool]:
    """Yield of each value whether a function finds it true."""
    context.budget.spend(len(values))
    return (is_truthy(test(value)) for value in values)


ALL = function(
    "all",
    {
        "array": lambda _, values: all(map(is_truthy, values)),
        "array, function": lambda context, values, test: all(_each(context, values, test)),
        ANY: lambda _, *values: all(map(is_truthy, values)),
    },
)
SOME = function(
    "any",
    {
        "array": lambda _, values: any(map(is_truthy, values)),
        "array, function": lambda context, values, test: any(_each(context, values, test)),
        ANY: lambda _, *values: any(map(is_truthy, values)),
    },
)
NONE = function(
    "all",
    {
        "array": lambda _, values: not any(map(is_truthy, values)),
        "array, function": lambda context, values, test: not any(_each(context, values, test)),
        ANY: lambda _, *values: not any(map(is_truthy, values)),
    },
)


def _filtered(context: Context, values: Sequence[Value], test: _Test) -> Value:
    context.budget.spend(len(values))
    return [value for value in values if is_truthy(test(value))]


def _mapped(context: Context, values: Sequence[Value], change: Callable[[Value], Value]) -> Value:
    context.budget.spend(len(values))
    return [change(value) for value in values]


FILTER = function("filter", {"array, function": _filtered, "null, *": null})
MAP = function("map", {"array, function": _mapped, "null, *": null})


def _joined(context: Context, values: Sequence[Value], separator: str | None = ", ") -> str:
    between = ", " if separator is None else separator
    context.budget.spend(len(values))
    parts = [text_of(context, value) for value in values]
    spend_text(context, sum(map(len, parts)) + len(between) * len(parts))
    return from_units(between.join(parts))


JOIN = function(
    "join",
    {
        "array, string": _joined,
        "array, null": _joined,
        "*, string": lambda context, value, _: text_of(context, value),
        "array": _joined,
        "*": text_of,
    },
    vectorized={2: [1]},
)


def _flattened(context: Context, values: Sequence[Value], depth: float = 1) -> list[Value]:
    """Return the elements of inner lists in their place, so many levels down."""
    context.budget.spend(len(values))
    flat: list[Value] = []
    for value in values:
        if isinstance(value, list | tuple) and depth >= 1:
            flat.extend(_flattened(context, value, depth - 1))
        else:
            flat.append(value)
    return flat


FLAT = function("flat", {"array": _flattened, "array, number": _flattened, "null": null})


def _slice(context: Context, values: Sequence[Value], start: float = 0, end: float = math.inf) -> Value:
    """Return the elements from `start` to `end`, which count from the end where they are below 0."""
    context.budget.spend(len(values))
    return list(values[_place(start, len(values)) : _place(end, len(values))])


def _place(number: float, length: int) -> int:
    if number != number:
        return 0
    whole = int(min(max(number, -length), length))
    return whole + length if whole < 0 else whole


SLICE = function(
    "slice", {"array": _slice, "array, number": _slice, "array, number, number": _slice, "null": null}
)
