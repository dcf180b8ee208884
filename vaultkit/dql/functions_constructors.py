"""Functions that make values of others: `date`, `dur`, `number`, `string`, `list`, `object`, `typeof`."""

from __future__ import annotations

import math

from vaultkit.dql.context import Context, QueryError
from vaultkit.dql.dates import DateTime
from vaultkit.dql.functions_variants import function, itself, null
from vaultkit.dql.javascript import trim
from vaultkit.dql.literals import (
    NUMBER,
    match_date,
    match_date_or_shorthand,
    match_duration,
    number_of,
    whole,
)
from vaultkit.dql.operators import text_of
from vaultkit.dql.order import type_name
from vaultkit.dql.properties import in_object_order
from vaultkit.dql.values import Link, Value


def make_object(context: Context, arguments: tuple[Value, ...]) -> Value:
    """`object(key, value, …)`."""
    if len(arguments) % 2:
        raise QueryError("object() requires an even number of arguments")
    made: dict[str, Value] = {}
    for key, value in zip(arguments[::2], arguments[1::2], strict=True):
        if not isinstance(key, str):
            raise QueryError("keys should be of type string for object(key1, value1, ...)")
        made[key] = value
    return dict(in_object_order(made))


def make_list(context: Context, arguments: tuple[Value, ...]) -> Value:
    """`list(…)` and `array(…)`."""
    return list(arguments)


def _date_of_text(context: Context, text: str) -> Value:
    return whole(text, match_date_or_shorthand(text, 0, context.clock))


def _date_of_link(context: Context, link: Link) -> Value:
    """Return the date that the display is, else the path, else the day of the page."""
    for text in (link.display or "", link.path):
        if date := whole(text, match_date(text, 0, context.clock)):
            return date
    page = context.page(link)
    return page.day if page else None


def _date_by_format(context: Context, text: str, pattern: str) -> Value:
    if pattern not in ("x", "X"):
        from vaultkit.dql.date_parse import date_from_format

        date = date_from_format(text, pattern, context.clock)
        if date is None:
            raise QueryError(f"Can't handle format ({pattern}) on date string ({text})")
        return date
    found = NUMBER.search(text)
    if not found:
        raise QueryError("Not a number for format( (${ f }): ${ d }")
    whole_number = math.trunc(float(found[0])) if math.isfinite(float(found[0])) else math.inf
    return DateTime.at(whole_number * (1000 if pattern == "X" else 1), context.clock.zone)


DATE = function(
    "date",
    {
        "string": _date_of_text,
        "date": itself,
        "link": _date_of_link,
        "string, string": _date_by_format,
        "null, string": null,
        "null": null,
    },
    vectorized={1: [0]},
)

DUR = function(
    "dur",
    {
        "string": lambda _, text: whole(trim(text), match_duration(trim(text), 0)),
        "duration": itself,
        "null": null,
    },
    vectorized={1: [0]},
)


def _first_number(context: Context, text: str) -> Value:
    found = NUMBER.search(text)
    return number_of(found[0]) if found else None


NUMBER_FUNCTION = function(
    "number",
    {"number": itself, "string": _first_number, "null": null},
    vectorized={1: [0]},
)

STRING = function("string", {"*": text_of})

TYPEOF = function("type", {"*": lambda _, value: type_name(value)})
