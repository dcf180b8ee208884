"""Dates and durations in Luxon's tokens, in English and French; checked against Luxon 3.4.3 on Node 20."""

from __future__ import annotations

import re

import pytest

from tests.conftest import NO_SHARED
from tests.dql.recorded import CLOCK, answers, date, read
from vaultkit.dql.date_format import format_date, format_duration
from vaultkit.dql.date_parse import ConflictingFormatError, date_from_format
from vaultkit.dql.dates import INVALID
from vaultkit.dql.durations import Duration
from vaultkit.dql.literals import match_date, match_duration, whole

ASKED = re.compile(r'dateformat\(date\(([^()]+)\), "([^"]*)"\)')


def formats(expected):
    found = []
    for question, answer in answers("expr", expected):
        if asked := ASKED.fullmatch(question["expr"]):
            moment = whole(asked[1], match_date(asked[1], 0, CLOCK))
            if moment and answer["ok"]:
                found.append(pytest.param(moment, asked[2], answer["value"], id=question["id"]))
    return found


def test_recorded_formats_are_there():
    if not read("queries.json"):
        pytest.skip(NO_SHARED)
    assert (len(formats("expected.json")), len(formats("expected_fr.json"))) == (8, 2)


@pytest.mark.parametrize(("moment", "pattern", "text"), formats("expected.json"))
def test_recorded_formats(moment, pattern, text):
    assert format_date(moment, pattern) == text


@pytest.mark.parametrize(("moment", "pattern", "text"), formats("expected_fr.json"))
def test_recorded_formats_in_a_french_app(moment, pattern, text):
    assert format_date(moment, pattern, "fr-FR") == text


MOMENT = date("2025-03-14T09:06:03.070+01:00")


@pytest.mark.parametrize(
    ("tokens", "texts"),
    [
        ("S SSS u uu uuu s ss m mm h hh H HH", "70 070 070 07 0 3 03 6 06 9 09 9 09"),
        ("Z ZZ ZZZ ZZZZ ZZZZZ z", "+1 +01:00 +0100 GMT+1 Central European Standard Time Europe/Zurich"),
        ("d dd c ccc cccc ccccc E EEE EEEE EEEEE", "14 14 5 Fri Friday F 5 Fri Friday F"),
        ("L LL LLL LLLL LLLLL M MM MMM MMMM MMMMM", "3 03 Mar March M 3 03 Mar March M"),
        ("y yy yyyy yyyyyy G GG GGGGG kk kkkk W WW", "2025 25 2025 002025 AD Anno Domini A 25 2025 11 11"),
        ("o ooo q qq X x a", "73 073 1 01 1741939563 1741939563070 AM"),
        ("D DD DDD DDDD", "3/14/2025 Mar 14, 2025 March 14, 2025 Friday, March 14, 2025"),
        ("t tt T TT TTT", "9:06 AM 9:06:03 AM 09:06 09:06:03 09:06:03 GMT+1"),
        ("f | F", "3/14/2025, 9:06 AM | 3/14/2025, 9:06:03 AM"),
        ("yyyy'yyyy'''d'", "2025yyyy14"),
        ("yyy Q MMMMMM é", "yyy Q MMMMMM é"),
        ("", ""),
    ],
)
def test_tokens(tokens, texts):
    assert format_date(MOMENT, tokens) == texts


@pytest.mark.parametrize(
    ("tokens", "texts"),
    [
        ("cccc d MMMM yyyy", "vendredi 14 mars 2025"),
        ("ccc ccccc LLL LLLLL MMMMM a G", "ven. V mars M M AM ap. J.-C."),
        ("DDDD", "vendredi 14 mars 2025"),
        ("f", "14/03/2025 09:06"),
        ("ZZZZ", "UTC+1"),
    ],
)
def test_tokens_in_french(tokens, texts):
    assert format_date(MOMENT, tokens, "fr-FR") == texts


def test_tokens_of_the_place_are_in_the_app_s_language_even_in_english_text():
    assert format_date(MOMENT, "MMMM D", app_locale="fr-FR") == "March 14/03/2025"


def test_fixed_zones_are_named_as_luxon_names_them():
    half = date("2025-03-14T09:06:03+05:30", "utc+5:30")
    assert format_date(half, "TTT ZZZZ z") == "09:06:03 UTC+5:30 UTC+5:30 UTC+5:30"
    assert format_date(date("2025-03-14T09:06:03+02:00", "utc+2"), "TTT ZZZZ") == "09:06:03 GMT+2 UTC+2"


def test_noon_and_midnight():
    assert [format_date(date(f"2025-03-14T{hour}:00:00+01:00"), "h a") for hour in ("00", "12")] == [
        "12 AM",
        "12 PM",
    ]


def test_an_invalid_date():
    assert format_date(INVALID, "yyyy") == "Invalid DateTime"


@pytest.mark.parametrize(
    ("text", "pattern", "formatted"),
    [
        ("90 min", "h:mm", "1:30"),
        ("1 d 2 h", "d'j' h'h'", "1j 2h"),
        ("1 d 2 h", "h", "26"),
        ("-90 min", "hh mm", "-01 -30"),
        ("1 yr 1 mo", "M w", "13 0"),
        ("1 d", "'jours'", "jours"),
    ],
)
def test_durations_share_their_length_among_the_units_named(text, pattern, formatted):
    assert format_duration(whole(text, match_duration(text, 0)), pattern) == formatted


# --------------------------------------------------------------------------------- dates read


@pytest.mark.parametrize(
    ("text", "pattern", "iso"),
    [
        pytest.param("14/03/2025", "dd/MM/yyyy", "2025-03-14T00:00:00.000+01:00", id="a day"),
        pytest.param("3 JUL 99", "d MMM yy", "1999-07-03T00:00:00.000+02:00", id="words in any case, two digits"),
        pytest.param("7:05 pm", "h:mm a", "2025-03-14T19:05:00.000+01:00", id="a time is that of today"),
        pytest.param("12", "dd", "2025-03-12T00:00:00.000+01:00", id="a day alone is one of this month"),
        pytest.param("2026-W01-1", "kkkk-'W'WW-c", "2025-12-29T00:00:00.000+01:00", id="a week"),
        pytest.param("2024-366", "yyyy-ooo", "2024-12-31T00:00:00.000+01:00", id="a day of the year"),
        pytest.param("3/14/2025", "D", "2025-03-14T00:00:00.000+01:00", id="as Americans write it"),
        pytest.param("2025-03-14 08 +05:30", "yyyy-MM-dd HH ZZ", "2025-03-14T03:30:00.000+01:00",
                     id="a zone moves it here"),
        pytest.param("Fri 2025-03-14", "ccc yyyy-MM-dd", "2025-03-14T00:00:00.000+01:00", id="the right weekday"),
        pytest.param("Sat 2025-03-14", "ccc yyyy-MM-dd", None, id="a wrong weekday"),
        pytest.param("30/02/2025", "dd/MM/yyyy", None, id="no such day"),
        pytest.param("14 mars 2025", "d MMMM yyyy", None, id="words are English"),
        pytest.param("14/03/2025 ", "dd/MM/yyyy", None, id="the whole text"),
        pytest.param("25", "HH", None, id="no such hour"),
        pytest.param("x", "'x'", None, id="no field at all"),
        pytest.param("2025-01-01 Nowhere", "yyyy-MM-dd z", None, id="no such zone"),
    ],
)  # fmt: skip
def test_dates_are_read_in_a_format(text, pattern, iso):
    found = date_from_format(text, pattern, CLOCK)
    assert (found and found.iso()) == iso


@pytest.mark.parametrize(
    ("text", "pattern", "words"),
    [
        ("08 AM", "HH a", "meridiem"),
        ("2025-10 2025", "kkkk-WW y", "weekYear"),
        ("3 100", "d o", "ordinal dates"),
    ],
)
def test_formats_that_ask_for_what_cannot_go_together(text, pattern, words):
    with pytest.raises(ConflictingFormatError, match=words):
        date_from_format(text, pattern, CLOCK)


@pytest.mark.parametrize(
    ("amount", "formatted"), [(float("inf"), "Infinity"), (float("-inf"), "-Infinity"), (float("nan"), "0")]
)
def test_what_is_not_finite_is_written_as_javascript_writes_it(amount, formatted):
    assert format_duration(Duration((None,) * 7 + (amount,)), "M") == formatted
