"""Functions on dates and durations: their text in a format, their day, their local time."""

from __future__ import annotations

from vaultkit.dql.context import Context
from vaultkit.dql.date_format import format_date, format_duration
from vaultkit.dql.dates import DateTime, without_time
from vaultkit.dql.durations import Duration, InvalidUnitValueError
from vaultkit.dql.functions_variants import function, null
from vaultkit.dql.operators import spend_text
from vaultkit.dql.values import Value


def _formatted(context: Context, date: DateTime, pattern: str) -> Value:
    spend_text(context, 40 * len(pattern))
    return format_date(date, pattern, context.settings.locale)


def _formatted_duration(context: Context, duration: Duration, pattern: str) -> Value:
    spend_text(context, 40 * len(pattern))
    return format_duration(duration, pattern)


def _day(context: Context, date: DateTime) -> Value:
    """Return the day that a date shows in its own zone, as a day of this place."""
    if not date.is_valid:
        raise InvalidUnitValueError
    return without_time(date, context.clock)


DATEFORMAT = function("dateformat", {"date, string": _formatted, "null, string": null}, vectorized={2: [0]})
DURATIONFORMAT = function(
    "durationformat", {"duration, string": _formatted_duration, "null, string": null}, vectorized={2: [0]}
)
STRIPTIME = function("striptime", {"date": _day, "null": null}, vectorized={1: [0]})
LOCALTIME = function(
    "localtime",
    {"date": lambda context, date: date.in_zone(context.clock.zone), "null": null},
    vectorized={1: [0]},
)
