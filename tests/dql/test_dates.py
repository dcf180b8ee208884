"""Dates and durations as Luxon reckons with them: the calendar, clocks that change, units that are kept."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dql.recorded import CLOCK, ZURICH, date
from vaultkit.dql.dates import INVALID, Clock, DateTime, Parts, date_difference, without_time
from vaultkit.dql.durations import UNITS, Duration, InvalidUnitValueError
from vaultkit.dql.field_values import date_in
from vaultkit.dql.literals import (
    DATE_SHORTHANDS,
    match_date,
    match_date_or_shorthand,
    match_duration,
    number_of,
    whole,
)
from vaultkit.dql.zones import Zone, narrow_offset, techie_offset, zone_named


def day(text):
    found = whole(text, match_date(text, 0, CLOCK))
    assert found
    return found


def dur(text):
    found = whole(text, match_duration(text, 0))
    assert found
    return found


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        pytest.param(
            "2025-01-31", "1 month", "2025-02-28T00:00:00.000+01:00", id="months end on their last day"
        ),
        pytest.param("2024-02-29", "1 yr", "2025-02-28T00:00:00.000+01:00", id="years too"),
        pytest.param("2025-03-29T12:00", "1 d", "2025-03-30T12:00:00.000+02:00", id="a day keeps the time"),
        pytest.param("2025-03-29T12:00", "24 h", "2025-03-30T13:00:00.000+02:00", id="24 hours do not"),
        pytest.param(
            "2025-03-30T01:00", "2 hours", "2025-03-30T04:00:00.000+02:00", id="an hour that is skipped"
        ),
        pytest.param("2025-03-29T02:30", "1 d", "2025-03-30T03:30:00.000+02:00", id="a time that is skipped"),
        pytest.param(
            "2025-10-26T02:30", "1 h", "2025-10-26T02:30:00.000+01:00", id="a time that comes twice"
        ),
        pytest.param("2025-03-14", "1.5 days", "2025-03-15T12:00:00.000+01:00", id="half a day is hours"),
        pytest.param(
            "2025-03-14", "0.5 months", "2025-03-29T00:00:00.000+01:00", id="half a month is 15 days"
        ),
        pytest.param("2025-03-14", "-1 w, -1 d", "2025-03-06T00:00:00.000+01:00", id="backwards"),
        pytest.param("9999-12-31", "1 day", "+010000-01-01T00:00:00.000+01:00", id="beyond four digits"),
        pytest.param("0000-01-01", "-1 day", "-000001-12-31T00:00:00.000+00:34", id="before the year 0"),
    ],
)
def test_a_date_and_a_duration(start, length, end):
    assert day(start).plus(dur(length)).iso() == end


def test_dates_end_where_those_of_javascript_end():
    assert day("2025-01-01").plus(dur("300000 years")) == day("2025-01-01").plus(
        dur("9999999 h 999999999999 d")
    )
    assert not day("2025-01-01").plus(Duration.of(days=math.inf)).is_valid
    assert not DateTime.at(8.64e15 + 1, ZURICH).is_valid
    assert INVALID.plus(dur("1 d")) is INVALID
    assert (INVALID.iso(), INVALID.start_of("days"), without_time(INVALID, CLOCK)) == (None, INVALID, INVALID)


@pytest.mark.parametrize(
    ("later", "earlier", "units"),
    [
        ("2025-03-31", "2025-03-01", {"months": 1, "days": 2}),
        ("2025-12-31", "2025-01-01", {"years": 1, "days": 2}),
        ("2025-03-14", "2025-03-20T12:30", {"days": -6, "hours": -12, "minutes": -30}),
        ("2025-03-31", "2025-03-30", {"days": 1}),
        ("2025-03-30T04:00", "2025-03-30T01:00", {"hours": 2}),
        ("2025-03-14T00:00:00Z", "2025-03-14", {"hours": 1}),
    ],
)
def test_the_difference_of_dates_is_normalised(later, earlier, units):
    found = date_difference(day(later), day(earlier))
    assert {unit: number for unit, number in found.units() if number} == units


@pytest.mark.parametrize(
    ("words", "iso"),
    [
        ("now", "2025-03-14T09:26:53.000+01:00"), ("today", "2025-03-14T00:00:00.000+01:00"),
        ("yesterday", "2025-03-13T00:00:00.000+01:00"), ("tomorrow", "2025-03-15T00:00:00.000+01:00"),
        ("sow", "2025-03-10T00:00:00.000+01:00"), ("end-of-week", "2025-03-16T23:59:59.999+01:00"),
        ("som", "2025-03-01T00:00:00.000+01:00"), ("eom", "2025-03-31T23:59:59.999+02:00"),
        ("start-of-year", "2025-01-01T00:00:00.000+01:00"), ("eoy", "2025-12-31T23:59:59.999+01:00"),
    ],
)  # fmt: skip
def test_words_for_dates(words, iso):
    found = whole(words, match_date_or_shorthand(words, 0, CLOCK))
    assert found
    assert found.iso() == iso
    assert len(DATE_SHORTHANDS) == 16


def test_what_a_date_shows():
    found = date("2026-01-01T23:59:58.987+01:00")
    assert found.parts == Parts(2026, 1, 1, 23, 59, 58, 987)
    assert (found.weekday, found.iso_week, found.ordinal) == (4, (2026, 1), 1)
    assert day("2027-01-01").iso_week == (2026, 53)
    assert (day("2025-03-14").has_time, day("2025-03-14T00:00:00.001").has_time) == (False, False)
    assert day("2025-03-14T00:00:30").has_time


def test_zones():
    assert [zone_named(name, ZURICH) for name in ("local", "Nowhere", "utc+2:3O")] == [ZURICH, None, None]
    assert zone_named("gmt", ZURICH) == zone_named("UTC-0:00", ZURICH) == Zone.fixed(0)
    assert zone_named("europe/zurich", ZURICH) != ZURICH
    assert [narrow_offset(minutes) for minutes in (0, 90, -210, 60)] == ["+0", "+1:30", "-3:30", "+1"]
    assert techie_offset(-210) == "-0330"
    assert day("2025-03-14T08:00:00Z").in_zone(ZURICH).iso() == "2025-03-14T09:00:00.000+01:00"
    assert Zone.local("UTC") != Zone.fixed(0)


def test_the_days_of_a_text():
    assert date_in("x 20250313 2025-03-14", CLOCK) == day("2025-03-14")
    assert date_in("x 20250313", CLOCK) == day("2025-03-13")
    assert date_in("20251340", CLOCK) == INVALID
    assert date_in("2025", CLOCK) is None


@given(
    st.integers(-8_000_000_000_000_000, 8_000_000_000_000_000),
    st.sampled_from(["Europe/Zurich", "Asia/Tokyo"]),
)
def test_a_moment_and_what_clocks_show_of_it_say_the_same(ts, name):
    clock = Clock(0, Zone.local(name))
    found = clock.local(ts)
    assert found.parts.local == found.local or 0 <= found.parts.year < 100
    assert Parts.of(found.local) == found.parts
    assert found.with_local(found.parts) == found
    start = found.start_of("days")
    assert start.ts <= found.ts <= found.end_of("days").ts


# ---------------------------------------------------------------------------------- durations


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("1 day, 3 hours", {"days": 1, "hours": 3}),
        ("4h15m", {"hours": 4, "minutes": 15}),
        ("3 hours 20 min,5s", {"hours": 3, "minutes": 20, "seconds": 5}),
        ("1 d 1 d 2 mo", {"months": 2, "days": 2}),
        ("1.5wks-2yrs", {"years": -2, "weeks": 1.5}),
    ],
)
def test_durations_are_read_with_their_units(text, units):
    assert dict(dur(text).units()) == units


@pytest.mark.parametrize("text", ["1", "1 dd", "1 day,", "day", "1 Day", "1,5 h", " 1 d", "1 d,, 2 h"])
def test_what_is_no_duration(text):
    assert whole(text, match_duration(text, 0)) is None


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("28 days", {"months": 1}), ("30 days", {"months": 1, "days": 2}),
        ("40 days", {"months": 1, "weeks": 1, "days": 5}), ("365 days", {"years": 1, "months": 1, "days": 1}),
        ("4 w", {"months": 1}), ("1.5 h", {"hours": 1, "minutes": 30}), ("1 day, -1 h", {"hours": 23}),
        ("-1.5 d", {"days": -1, "hours": -12}), ("0 s", {}),
    ],
)  # fmt: skip
def test_durations_are_normalised_as_dataview_does(text, units):
    assert {unit: number for unit, number in dur(text).normalized().units() if number} == units


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("90 min", "hours", 1.5),
        ("1 yr", "months", 12),
        ("1 yr", "weeks", 52),
        ("1 mo", "days", 30),
        ("0 s", "days", 0),
    ],
)
def test_a_duration_in_one_unit(text, unit, number):
    assert dur(text).as_unit(unit) == number


def test_a_duration_divided_by_zero_holds_no_numbers_but_makes_no_fuss():
    endless = dur("1 day").map_units(lambda number: math.copysign(math.inf, number)).normalized()
    assert all(number != number for _, number in endless.units())
    assert (endless.millis, endless.as_unit("days"), endless.get("days")) != endless
    assert endless.plus(dur("1 h")).get("hours") == 1
    with pytest.raises(InvalidUnitValueError, match="Invalid unit value NaN"):
        dur("0 d").map_units(lambda number: number * math.inf)


def test_endless_numbers_do_no_harm():
    huge = dur(f"{'9' * 400} years, {'9' * 300} days")
    assert huge.normalized().plus(dur("1 s")).get("seconds") in (0, 1)
    assert Duration.of(days=1e308).normalized().millis != 0
    assert not day("2025-01-01").plus(huge).is_valid
    assert not day("2025-01-01").minus(Duration.of(weeks=1e300, hours=1e308)).is_valid


def test_numbers_in_text_are_doubles():
    assert [number_of(text) for text in ("007", "-0", "1.50", "9007199254740993")] == [
        7,
        0,
        1.5,
        9007199254740992,
    ]


@given(st.dictionaries(st.sampled_from(UNITS), st.integers(-4000, 4000).map(lambda n: n / 4)))
def test_normalising_twice_is_normalising_once_and_changes_no_short_length(units):
    once = Duration.from_units(units).normalized()
    assert dict(once.normalized().units()) == pytest.approx(dict(once.units()), abs=1e-6)
    if not units.keys() & {"years", "months", "weeks"} and abs(once.millis) < 86_400_000 * 7:
        assert once.millis == pytest.approx(Duration.from_units(units).millis, abs=1)
