"""Dates read in Luxon's format tokens, as `date("14/03/2025", "dd/MM/yyyy")` reads them; words are English."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from vaultkit.dql.date_format import ERAS, MONTHS, WEEKDAYS, tokens_of
from vaultkit.dql.dates import Clock, DateTime, Parts, days_in_month
from vaultkit.dql.zones import Zone, zone_named
from vaultkit.text import pattern

_Fields: TypeAlias = dict[str, int]


class ConflictingFormatError(ValueError):
    """A format asks for what cannot go together; the words are Luxon's."""


class _Piece(NamedTuple):
    """What a token reads: a pattern with one group, and the number that a match is."""

    pattern: str
    number: Callable[[str], int] = int


def _digits(least: int, most: int, number: Callable[[str], int] = int) -> _Piece:
    return _Piece(f"([0-9]{{{least},{most}}})", number)


def _word(words: tuple[str, ...], first: int) -> _Piece:
    numbers = {word.lower(): number for number, word in enumerate(words, first)}
    return _Piece(f"({'|'.join(words)})", lambda text: numbers[text.lower()])


def _full_year(text: str) -> int:
    """Return a year of two digits as one of 1961 to 2060."""
    year = int(text)
    return year if year > 99 else year + (1900 if year > 60 else 2000)


def _millis(text: str) -> int:
    return int(float(f"0.{text}") * 1000)


def _offset(text: str) -> int:
    """Return the minutes of `+2`, `-03:30`, `+0530`."""
    digits = text[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if ":" in text or len(digits) > 2 else (digits, "0")
    return (int(hours) * 60 + int(minutes)) * (-1 if text[0] == "-" else 1)


_SHORT_MONTHS = tuple(name[:3] for name in MONTHS)
_SHORT_DAYS = tuple(name[:3] for name in WEEKDAYS)
_PIECES: Mapping[str, _Piece] = {
    "G": _word(ERAS["G"], 0), "GG": _word(ERAS["GG"], 0),
    "y": _digits(1, 6), "yy": _digits(2, 4, _full_year), "yyyy": _digits(4, 4),
    "yyyyy": _digits(4, 6), "yyyyyy": _digits(6, 6),
    "M": _digits(1, 2), "MM": _digits(2, 2), "L": _digits(1, 2),
    "LL": _digits(2, 2), "MMM": _word(_SHORT_MONTHS, 1), "LLL": _word(_SHORT_MONTHS, 1),
    "MMMM": _word(MONTHS, 1), "LLLL": _word(MONTHS, 1),
    "d": _digits(1, 2), "dd": _digits(2, 2),
    "o": _digits(1, 3), "ooo": _digits(3, 3),
    "H": _digits(1, 2), "HH": _digits(2, 2), "h": _digits(1, 2),
    "hh": _digits(2, 2), "m": _digits(1, 2), "mm": _digits(2, 2),
    "q": _digits(1, 2), "qq": _digits(2, 2), "s": _digits(1, 2),
    "ss": _digits(2, 2), "S": _digits(1, 3), "SSS": _digits(3, 3),
    "u": _digits(1, 9, _millis), "uu": _digits(1, 2, _millis),
    "uuu": _digits(1, 1, _millis), "a": _word(("AM", "PM"), 0),
    "kkkk": _digits(4, 4), "kk": _digits(2, 4, _full_year),
    "W": _digits(1, 2), "WW": _digits(2, 2), "E": _digits(1, 1),
    "c": _digits(1, 1), "EEE": _word(_SHORT_DAYS, 1), "ccc": _word(_SHORT_DAYS, 1),
    "EEEE": _word(WEEKDAYS, 1), "cccc": _word(WEEKDAYS, 1),
    "Z": _Piece("([+-][0-9]{1,2}(?::[0-9]{2})?)", _offset),
    "ZZ": _Piece("([+-][0-9]{1,2}(?::[0-9]{2})?)", _offset),
    "ZZZ": _Piece("([+-][0-9]{1,2}(?:[0-9]{2})?)", _offset),
    "z": _Piece("([a-z_+,./-]{1,256}?)"),
}  # fmt: skip

_TIMES = {"t": "h:m a", "tt": "h:m:s a", "ttt": "h:m:s a ZZZ", "tttt": "h:m:s a 'ZZZZZ'"}
_TIMES_OF_24 = {"T": "H:m", "TT": "H:m:s", "TTT": "H:m:s ZZZ", "TTTT": "H:m:s 'ZZZZZ'"}
_DATES = {"D": "M/d/yyyyy", "DD": "MMM d, yyyyy", "DDD": "MMMM d, yyyyy", "DDDD": "EEEE, MMMM d, yyyyy"}
_BOTH = {
    "f": "M/d/yyyyy, h:m a", "ff": "MMM d, yyyyy, h:m a", "fff": "MMMM d, yyyyy at h:m a ZZZ",
    "ffff": "EEEE, MMMM d, yyyyy at h:m a 'ZZZZZ'", "F": "M/d/yyyyy, h:m:s a", "FF": "MMM d, yyyyy, h:m:s a",
    "FFF": "MMMM d, yyyyy at h:m:s a ZZZ", "FFFF": "EEEE, MMMM d, yyyyy at h:m:s a 'ZZZZZ'",
}  # fmt: skip
_MACROS: Mapping[str, str] = _TIMES | _TIMES_OF_24 | _DATES | _BOTH
_MACRO_PIECE = pattern("'[^']*'|[A-Za-z]+(?<! at)|, | at |[/:]| ")


def date_from_format(text: str, pattern: str, clock: Clock) -> DateTime | None:
    """Return the date that a text is in a format, as Luxon's `fromFormat`; None if it does not fit.

    What the format does not name is that of now above the units it names, and the least below. The date is one of
    this place, also where the text tells another zone. Raises `ConflictingFormatError` as Luxon does.
    """
    expression, tokens = _reader(pattern)
    found = expression.fullmatch(text)
    if not found:
        return None
    words = list(zip(tokens, found.groups(), strict=True))
    told: dict[str, int] = {}
    for token, word in words:
        if token != "z":
            told[token[0]] = _PIECES[token].number(word)
    zone_name = next((word for token, word in reversed(words) if token == "z"), None)
    if "a" in told and "H" in told:
        raise ConflictingFormatError("Can't include meridiem when specifying 24-hour format")
    offset = told.pop("Z", None)
    fields = _fields(told)
    if not fields and offset is None and zone_name is None:
        return None
    zone = (
        zone_named(zone_name, clock.zone)
        if zone_name
        else Zone.fixed(offset)
        if offset is not None
        else clock.zone
    )
    if zone is None:
        return None
    date = _date(fields, zone, zone.offset(clock.now) if offset is None else offset * 60_000, clock)
    return date.in_zone(clock.zone) if date else None


@lru_cache(maxsize=256)
def _reader(pattern: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """Return what a text has to be, and the tokens that its groups are."""
    tokens = []
    expression = ""
    for token in _expanded(pattern):
        if piece := _PIECES.get(token):
            tokens.append(token)
            expression += piece.pattern
        else:
            expression += r"[^\S\n\r]" if token == " " else re.escape(token.removeprefix("'"))
    return re.compile(expression, re.IGNORECASE), tuple(tokens)


def _expanded(pattern: str) -> Iterator[str]:
    """Yield the tokens, those that stand for a whole date or time as the ones they stand for in English."""
    for token in tokens_of(pattern):
        if token in _MACROS:
            for part in _MACRO_PIECE.findall(_MACROS[token]):
                yield part if part == " " or part.isalpha() else f"'{part.strip(chr(39))}"
        else:
            yield token


#: The field that each letter fills; of two letters for one the last that stands in the format counts.
_LETTERS: Mapping[str, str] = {
    "S": "millisecond", "s": "second", "m": "minute", "h": "hour", "H": "hour", "d": "day", "o": "ordinal",
    "L": "month", "M": "month", "y": "year", "E": "weekday", "c": "weekday", "W": "week", "k": "week_year",
}  # fmt: skip


def _fields(told: dict[str, int]) -> _Fields:
    """Return the fields that letters tell, once halves of the day, quarters, eras and fractions are reckoned in."""
    if "q" in told:
        told["M"] = (told["q"] - 1) * 3 + 1
    hour, half = told.get("h", 0), told.get("a")
    if "h" in told and half is not None:
        told["h"] = hour + 12 if hour < 12 and half else 0 if hour == 12 and not half else hour
    if told.get("G") == 0 and "y" in told:
        told["y"] = -told["y"]
    if "u" in told:
        told["S"] = told["u"]
    return {_LETTERS[letter]: number for letter, number in told.items() if letter in _LETTERS}


_TIME = {"hour": 0, "minute": 0, "second": 0, "millisecond": 0}


def _date(fields: _Fields, zone: Zone, guess: int, clock: Clock) -> DateTime | None:
    """Return the date that fields tell, as Luxon's `fromObject`."""
    calendar = fields.keys() & {"year", "month", "day"}
    weeks = fields.get("week_year") or fields.get("week")
    if (calendar or "ordinal" in fields) and weeks:
        raise ConflictingFormatError("Can't mix weekYear/weekNumber units with year/month/day or ordinals")
    if calendar & {"month", "day"} and "ordinal" in fields:
        raise ConflictingFormatError("Can't mix ordinal dates with month/day")
    now = DateTime(clock.now, zone, guess)
    if weeks or (fields.get("weekday") and not calendar):
        parts = _by_week(fields, now)
    elif "ordinal" in fields:
        parts = _by_ordinal(fields, now)
    else:
        parts = _by_month(fields, now)
    if parts is None or not _is_time(parts):
        return None
    date = now.with_local(parts)
    told = fields.get("weekday")
    return None if told and calendar and told != date.weekday else date


def _filled(fields: _Fields, now: _Fields, least: _Fields) -> _Fields:
    """Return all units: those named, before the first of them that of now, after it the least."""
    filled: _Fields = {}
    named = False
    for unit in now:
        named = named or unit in fields
        filled[unit] = fields.get(unit, least[unit] if named else now[unit])
    return filled


def _by_month(fields: _Fields, now: DateTime) -> Parts | None:
    told = _filled(fields, now.parts._asdict(), {"year": 0, "month": 1, "day": 1, **_TIME})
    in_month = 1 <= told["month"] <= 12 and 1 <= told["day"] <= days_in_month(told["year"], told["month"])
    return Parts(**told) if in_month else None


def _by_ordinal(fields: _Fields, now: DateTime) -> Parts | None:
    time = _time_of(now)
    told = _filled(
        fields, {"year": now.parts.year, "ordinal": now.ordinal, **time}, {"year": 0, "ordinal": 1, **_TIME}
    )
    year = told["year"]
    if not 1 <= told["ordinal"] <= Parts(year + 1).days - Parts(year).days:
        return None
    return Parts(year, 1, told["ordinal"], *(told[unit] for unit in _TIME))


def _by_week(fields: _Fields, now: DateTime) -> Parts | None:
    year, week = now.iso_week
    shown = {"week_year": year, "week": week, "weekday": now.weekday, **_time_of(now)}
    told = _filled(fields, shown, {"week_year": 0, "week": 1, "weekday": 1, **_TIME})
    era = (told["week_year"] - 1970) // 400
    of_era = told["week_year"] - 400 * era
    last = datetime.date(of_era, 12, 28).isocalendar().week
    if not (1 <= told["week"] <= last and 1 <= told["weekday"] <= 7):
        return None
    date = datetime.date.fromisocalendar(of_era, told["week"], told["weekday"])
    return Parts(date.year + 400 * era, date.month, date.day, *(told[unit] for unit in _TIME))


def _time_of(date: DateTime) -> _Fields:
    shown = date.parts._asdict()
    return {unit: shown[unit] for unit in _TIME}


def _is_time(parts: Parts) -> bool:
    if parts.hour == 24:
        return not (parts.minute or parts.second or parts.millisecond)
    return parts.hour < 24 and parts.minute < 60 and parts.second < 60 and parts.millisecond < 1000
