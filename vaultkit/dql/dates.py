"""Dates as Luxon's `DateTime`: a moment and its zone, with the arithmetic that Dataview asks of them.

Luxon's own steps are followed, also where clocks change: a time that a spring morning skips is an hour later.
"""

from __future__ import annotations

import datetime
import math
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct

from vaultkit.dql.durations import Duration, Unit
from vaultkit.dql.zones import ERA, UTC, Zone, ZoneKind, short_offset

_DAY = 86_400_000
_EPOCH = datetime.date(1970, 1, 1).toordinal()
_ERA_DAYS = ERA // _DAY
_MAX_TS = 8.64e15
#: What a calendar can begin or end: `start_of(date, "weeks")`.
Period: TypeAlias = Literal["years", "months", "weeks", "days"]
_CALENDAR_UNITS: tuple[Unit, ...] = ("years", "months", "days")
_CLOCK_UNITS: tuple[Unit, ...] = ("hours", "minutes", "seconds", "milliseconds")


class Parts(NamedTuple):
    """A moment as calendar and clock show it."""

    year: int
    month: int = 1
    day: int = 1
    hour: int = 0
    minute: int = 0
    second: int = 0
    millisecond: int = 0

    @property
    def days(self) -> int:
        """The day, counted from 1970; months beyond 12 and days beyond the month's end are carried."""
        year = self.year + (self.month - 1) // 12
        era, of_era = divmod(year - 1970, 400)
        first = datetime.date(1970 + of_era, (self.month - 1) % 12 + 1, 1).toordinal() - _EPOCH
        return era * _ERA_DAYS + first + self.day - 1

    @property
    def local(self) -> int:
        """The milliseconds since 1970 that a clock in UTC would count.

        Luxon forgets to carry hours into the next day in the years 0 to 99.
        """
        time = ((self.hour * 60 + self.minute) * 60 + self.second) * 1000 + self.millisecond
        return self.days * _DAY + (time % _DAY if 0 <= self.year < 100 else time)

    @classmethod
    def of(cls, local: int) -> Parts:
        """Return what calendar and clock show at such a time."""
        days, rest = divmod(local, _DAY)
        date, year = _date(days)
        seconds, millisecond = divmod(rest, 1000)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return cls(year, date.month, date.day, hour, minute, second, millisecond)


def _date(days: int) -> tuple[datetime.date, int]:
    """Return a date of 1970 to 2369 that shows the same day in the calendar, and the true year."""
    era, of_era = divmod(days, _ERA_DAYS)
    date = datetime.date.fromordinal(_EPOCH + of_era)
    return date, date.year + 400 * era


def days_in_month(year: int, month: int) -> int:
    """Return the length of a month; months beyond 12 are those of the years after."""
    return Parts(year, month + 1).days - Parts(year, month).days


class Clock(Struct, frozen=True):
    """The moment that counts as now, in milliseconds since 1970, and the zone of this place."""

    now: float
    zone: Zone

    def local(self, ts: float) -> DateTime:
        """Return a moment as the clocks of this place show it."""
        return DateTime.at(ts, self.zone)

    def date(self, year: int, month: int = 1, day: int = 1) -> DateTime:
        """Return a day of this place, invalid if the calendar has none such; as `DateTime.fromObject`."""
        if not (1 <= month <= 12 and 1 <= day <= days_in_month(year, month)):
            return INVALID
        return _from_local(Parts(year, month, day).local, self.zone.offset(self.now), self.zone)


class DateTime(Struct, frozen=True):
    """A moment, `ts` milliseconds since 1970, and how far its zone is ahead of UTC then, in milliseconds.

    Python's equality is that of DQL: one moment in two zones is not equal. Of an invalid date `ts` is NaN.
    """

    ts: float
    zone: Zone
    offset: int

    @classmethod
    def at(cls, ts: float, zone: Zone) -> DateTime:
        """Return a moment in a zone; invalid where JavaScript knows no dates."""
        return cls(ts, zone, zone.offset(ts)) if abs(ts) <= _MAX_TS else INVALID

    @property
    def is_valid(self) -> bool:
        """Whether it is a date at all."""
        return self.ts == self.ts

    @property
    def local(self) -> int:
        """The milliseconds since 1970 that a clock in UTC would count to show this time."""
        return int(self.ts + self.offset)

    @property
    def parts(self) -> Parts:
        """What calendar and clock show."""
        return Parts.of(self.local)

    @property
    def has_time(self) -> bool:
        """Whether it is not midnight; milliseconds do not count."""
        return self.is_valid and self.local // 1000 % 86_400 != 0

    @property
    def weekday(self) -> int:
        """The day of the week, from 1 for Monday to 7."""
        return (self.local // _DAY + 3) % 7 + 1

    @property
    def iso_week(self) -> tuple[int, int]:
        """The year that the ISO week belongs to, and its number."""
        date, year = _date(self.local // _DAY)
        iso_year, week, _ = date.isocalendar()
        return iso_year + year - date.year, week

    @property
    def ordinal(self) -> int:
        """The day of the year, from 1."""
        days = self.local // _DAY
        return days - Parts(_date(days)[1]).days + 1

    def with_local(self, parts: Parts) -> DateTime:
        """Return the time that the clocks of the zone show so, the offset of this one tried first."""
        return _from_local(parts.local, self.offset, self.zone) if self.is_valid else self

    def in_zone(self, zone: Zone) -> DateTime:
        """Return the same moment in another zone."""
        return self if zone == self.zone or not self.is_valid else DateTime.at(self.ts, zone)

    def keeping_local(self, zone: Zone) -> DateTime:
        """Return what shows the same time in another zone."""
        if zone == self.zone or not self.is_valid:
            return self
        return _from_local(self.local, zone.offset(self.ts), zone)

    def plus(self, duration: Duration) -> DateTime:
        """Return the date with a duration added: years to days by the calendar, the rest exactly.

        Months end on their last day if need be; fractions of a day are so many hours.
        """
        if not self.is_valid:
            return self
        years, months, weeks, days = (duration.get(unit) for unit in ("years", "months", "weeks", "days"))
        if not all(map(math.isfinite, (years, months, weeks, days))):
            return INVALID
        parts = self.parts
        year, month = parts.year + int(years), parts.month + int(months)
        if abs(year) > 400_000 or abs(month) > 5_000_000:
            return INVALID
        day = min(parts.day, days_in_month(year, month)) + int(days) + int(weeks) * 7
        fractions = (years - int(years), months - int(months), weeks - int(weeks), days - int(days))
        rest = Duration((*fractions, *map(duration.get, _CLOCK_UNITS))).as_unit("milliseconds")
        moved = _from_local(parts._replace(year=year, month=month, day=day).local, self.offset, self.zone)
        return DateTime.at(moved.ts + rest, self.zone) if rest != 0 and moved.is_valid else moved

    def minus(self, duration: Duration) -> DateTime:
        """Return the date with a duration taken off."""
        return self.plus(duration.negated())

    def start_of(self, period: Period) -> DateTime:
        """Return the first moment of the period; weeks begin on Monday."""
        if not self.is_valid:
            return self
        year, month, day, *_ = self.parts
        if period == "weeks":
            return self.with_local(Parts(year, month, day - self.weekday + 1))
        return self.with_local(Parts(year, 1 if period == "years" else month, day if period == "days" else 1))

    def end_of(self, period: Period) -> DateTime:
        """Return the last millisecond of the period."""
        following = self.plus(Duration.of(**{period: 1})).start_of(period)
        return following.minus(Duration.of(milliseconds=1))

    def iso(self) -> str | None:
        """Return the date as ISO 8601, with its offset; None if it is invalid."""
        if not self.is_valid:
            return None
        parts = self.parts
        year = f"{parts.year:04}" if 0 <= parts.year <= 9999 else f"{parts.year:+07}"
        time = f"{parts.hour:02}:{parts.minute:02}:{parts.second:02}.{parts.millisecond:03}"
        in_utc = self.zone.kind is ZoneKind.FIXED and not self.offset
        return f"{year}-{parts.month:02}-{parts.day:02}T{time}" + (
            "Z" if in_utc else short_offset(self.offset / 60_000)
        )


INVALID = DateTime(math.nan, UTC, 0)


def _from_local(local: int, guess: int, zone: Zone) -> DateTime:
    """Return the moment at which clocks show a time, `guess` being their likely offset.

    Of a time that comes twice it is the one with that offset; one that never comes is put off.
    """
    if abs(local) > _MAX_TS + _DAY:
        return INVALID
    ts = local - guess
    second = zone.offset(ts)
    if second == guess:
        return DateTime(ts, zone, guess) if abs(ts) <= _MAX_TS else INVALID
    ts -= second - guess
    third = zone.offset(ts)
    return DateTime.at(ts if second == third else local - min(second, third), zone)


def date_difference(later: DateTime, earlier: DateTime) -> Duration:
    """Return the difference of two dates as Dataview has it: by the calendar, then normalised.

    As a month is 30 days there, from 1 to 31 March it is 1 month and 2 days.
    """
    if not (later.is_valid and earlier.is_valid):
        return Duration.of()
    if earlier.ts > later.ts:
        return _calendar_difference(later, earlier).negated().normalized()
    return _calendar_difference(earlier, later).normalized()


def _calendar_difference(earlier: DateTime, later: DateTime) -> Duration:
    counted: dict[str, float] = {}
    cursor = earlier
    for unit in _CALENDAR_UNITS:
        counted[unit] = _count(unit, cursor, later)
        ahead = earlier.plus(Duration.from_units(counted))
        for _ in range(2):
            if ahead.ts > later.ts:
                counted[unit] -= 1
                ahead = earlier.plus(Duration.from_units(counted))
        cursor = ahead
    rest = Duration.of(milliseconds=later.ts - cursor.ts).shift_to(_CLOCK_UNITS)
    return rest.plus(Duration.from_units(counted))


def _count(unit: Unit, earlier: DateTime, later: DateTime) -> int:
    """Return how many of a unit the calendar shows between two dates, their times apart."""
    if unit == "days":
        return later.local // _DAY - earlier.local // _DAY
    before, after = earlier.parts, later.parts
    years = after.year - before.year
    return years if unit == "years" else years * 12 + after.month - before.month


def without_time(date: DateTime, clock: Clock) -> DateTime:
    """Return the day that a date shows, as a day of this place."""
    return clock.date(*date.parts[:3]) if date.is_valid else INVALID
