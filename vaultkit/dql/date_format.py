"""Dates and durations in Luxon's format tokens: `yyyy-MM-dd`, `cccc d MMMM`, `DDDD`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias

from vaultkit.dql.dates import DateTime, Parts
from vaultkit.dql.durations import Duration, Unit
from vaultkit.dql.intl import date_part, date_text
from vaultkit.dql.javascript import BLANKS, number_text
from vaultkit.dql.zones import ZoneKind, narrow_offset, short_offset, techie_offset
from vaultkit.text import pattern

ENGLISH = "en-US"
INVALID_DATE = "Invalid DateTime"
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ERAS = {"G": ("BC", "AD"), "GG": ("Before Christ", "Anno Domini"), "GGGGG": ("B", "A")}
_CUT = {3: 3, 4: None, 5: 1}
_BLANK = pattern(f"[{BLANKS}]+")

_Reader: TypeAlias = Callable[[DateTime, Parts], str]


def _number(read: Callable[[DateTime, Parts], float], width: int = 0) -> _Reader:
    return lambda date, parts: padded(read(date, parts), width)


def padded(number: float, width: int) -> str:
    """Return a whole number, or one that is not finite, with zeros before it; a minus sign is not counted."""
    sign = "-" if number < 0 else ""
    digits = str(abs(int(number))) if math.isfinite(number) else number_text(abs(number))
    return sign + digits.rjust(width, "0")


def _last_two(year: int) -> int:
    return int(str(year)[-2:])


def _hour_of_12(_: DateTime, parts: Parts) -> int:
    return parts.hour % 12 or 12


def _quarter(_: DateTime, parts: Parts) -> int:
    return (parts.month + 2) // 3


#: The tokens that are the same in every language.
_NUMBERS: Mapping[str, _Reader] = {
    "S": _number(lambda _, parts: parts.millisecond),
    "u": _number(lambda _, parts: parts.millisecond, 3),
    "SSS": _number(lambda _, parts: parts.millisecond, 3),
    "uu": _number(lambda _, parts: parts.millisecond // 10, 2),
    "uuu": _number(lambda _, parts: parts.millisecond // 100),
    "s": _number(lambda _, parts: parts.second),
    "ss": _number(lambda _, parts: parts.second, 2),
    "m": _number(lambda _, parts: parts.minute),
    "mm": _number(lambda _, parts: parts.minute, 2),
    "h": _number(_hour_of_12),
    "hh": _number(_hour_of_12, 2),
    "H": _number(lambda _, parts: parts.hour),
    "HH": _number(lambda _, parts: parts.hour, 2),
    "Z": lambda date, _: narrow_offset(date.offset / 60_000),
    "ZZ": lambda date, _: short_offset(date.offset / 60_000),
    "ZZZ": lambda date, _: techie_offset(date.offset / 60_000),
    "z": lambda date, _: date.zone.name,
    "d": _number(lambda _, parts: parts.day),
    "dd": _number(lambda _, parts: parts.day, 2),
    "c": _number(lambda date, _: date.weekday),
    "E": _number(lambda date, _: date.weekday),
    "L": _number(lambda _, parts: parts.month),
    "M": _number(lambda _, parts: parts.month),
    "LL": _number(lambda _, parts: parts.month, 2),
    "MM": _number(lambda _, parts: parts.month, 2),
    "y": _number(lambda _, parts: parts.year),
    "yy": _number(lambda _, parts: _last_two(parts.year), 2),
    "yyyy": _number(lambda _, parts: parts.year, 4),
    "yyyyyy": _number(lambda _, parts: parts.year, 6),
    "kk": _number(lambda date, _: _last_two(date.iso_week[0]), 2),
    "kkkk": _number(lambda date, _: date.iso_week[0], 4),
    "W": _number(lambda date, _: date.iso_week[1]),
    "WW": _number(lambda date, _: date.iso_week[1], 2),
    "o": _number(lambda date, _: date.ordinal),
    "ooo": _number(lambda date, _: date.ordinal, 3),
    "q": _number(_quarter),
    "qq": _number(_quarter, 2),
    "X": _number(lambda date, _: math.floor(date.ts / 1000)),
    "x": _number(lambda date, _: date.ts),
}

#: The tokens that stand for a date as people of a place write it, each with the parts that it shows.
_MACROS: Mapping[str, str] = {
    "D": "yMd", "DD": "yMMMd", "DDD": "yMMMMd", "DDDD": "yMMMMEEEEd",
    "t": "jm", "tt": "jms", "ttt": "jmsz", "tttt": "jmszzzz",
    "T": "Hm", "TT": "Hms", "TTT": "Hmsz", "TTTT": "Hmszzzz",
    "f": "yMdjm", "ff": "yMMMdjm", "fff": "yMMMMdjmz", "ffff": "yMMMMEEEEdjmzzzz",
    "F": "yMdjms", "FF": "yMMMdjms", "FFF": "yMMMMdjmsz", "FFFF": "yMMMMEEEEdjmszzzz",
}  # fmt: skip

#: The words of other languages than English: the parts that Luxon asks `Intl` for, and the signs of the one it takes.
_WORDS: Mapping[str, tuple[str, str]] = {
    "a": ("h", "ab"),
    "MMM": ("MMMd", "ML"), "MMMM": ("MMMMd", "ML"), "MMMMM": ("MMMMMd", "ML"),
    "LLL": ("LLL", "ML"), "LLLL": ("LLLL", "ML"), "LLLLL": ("LLLLL", "ML"),
    "EEE": ("MMMMEEEd", "Ec"), "EEEE": ("MMMMEEEEd", "Ec"), "EEEEE": ("MMMMEEEEEd", "Ec"),
    "ccc": ("ccc", "Ec"), "cccc": ("cccc", "Ec"), "ccccc": ("ccccc", "Ec"),
    "G": ("yMdG", "G"), "GG": ("yMdGGGG", "G"), "GGGGG": ("yMdGGGGG", "G"),
}  # fmt: skip


def format_date(date: DateTime, pattern: str, locale: str = ENGLISH, app_locale: str | None = None) -> str:
    """Return a date in tokens, as Luxon's `toFormat`.

    Words are in `locale`; tokens such as `DDDD` in `app_locale`, which Luxon takes for them even where
    words are in English.
    """
    if not date.is_valid:
        return INVALID_DATE
    parts = date.parts
    text = []
    for token in tokens_of(pattern):
        if token.startswith("'"):
            text.append(token[1:])
        elif read := _NUMBERS.get(token):
            text.append(read(date, parts))
        elif token in _MACROS:
            text.append(_macro(date, _MACROS[token], app_locale or locale))
        elif token in ("ZZZZ", "ZZZZZ"):
            text.append(_zone_name(date, "z" if token == "ZZZZ" else "zzzz", locale))
        elif token in _WORDS:
            text.append(_english(date, parts, token) if _is_english(locale) else _word(date, token, locale))
        else:
            text.append(token)
    return "".join(text)


@lru_cache(maxsize=256)
def tokens_of(pattern: str) -> tuple[str, ...]:
    """Return the runs of equal signs; what stands for itself has a `'` before it."""
    return tuple(_split(pattern))


def _split(pattern: str) -> Iterator[str]:
    current = run = ""
    quoted = False
    for sign in pattern:
        if sign == "'":
            if run:
                yield _token(run, quoted)
            current = run = ""
            quoted = not quoted
        elif quoted or sign == current:
            run += sign
        else:
            if run:
                yield _token(run, False)
            current = run = sign
    if run:
        yield _token(run, quoted)


def _token(run: str, quoted: bool) -> str:
    return f"'{run}" if quoted or _BLANK.fullmatch(run) else run


def _is_english(locale: str) -> bool:
    return locale.lower() in ("en", "en-us") or locale.lower().startswith("en-us-")


def _english(date: DateTime, parts: Parts, token: str) -> str:
    if token == "a":
        return "AM" if parts.hour < 12 else "PM"
    if token[0] == "G":
        return ERAS[token][parts.year >= 0]
    word = MONTHS[parts.month - 1] if token[0] in "ML" else WEEKDAYS[date.weekday - 1]
    return word[: _CUT[len(token)]]


def _word(date: DateTime, token: str, locale: str) -> str:
    ts, zone, _ = _for_intl(date)
    skeleton, signs = _WORDS[token]
    return date_part(ts, zone, skeleton, signs, locale)


def _macro(date: DateTime, skeleton: str, locale: str) -> str:
    ts, zone, zone_text = _for_intl(date)
    return date_text(ts, zone, skeleton, locale, zone_text)


def _zone_name(date: DateTime, skeleton: str, locale: str) -> str:
    if date.zone.kind is ZoneKind.FIXED:
        return date.zone.name
    return date_part(date.ts, date.zone.key, f"yMMddHHmm{skeleton}", "z", locale)


def _for_intl(date: DateTime) -> tuple[float, str, str | None]:
    """Return the moment, the name of a zone that shows it rightly, and what to write in place of that name.

    Of fixed offsets only whole hours from -14 to +12 have a zone; others are shown as UTC, moved.
    """
    if date.zone.kind is not ZoneKind.FIXED:
        return date.ts, date.zone.key, None
    hours, rest = divmod(date.offset, 3_600_000)
    if date.offset and not rest and -12 <= hours <= 14:
        return date.ts, f"Etc/GMT{-hours:+}", None
    return date.ts + date.offset, "UTC", date.zone.name


_DURATION_TOKENS: Mapping[str, Unit] = {
    "S": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks", "M": "months",
    "y": "years",
}  # fmt: skip


def format_duration(duration: Duration, pattern: str) -> str:
    """Return a duration in tokens, as Luxon's `Duration.toFormat`: the units named share the whole of it."""
    tokens = tokens_of(pattern)
    units = [_DURATION_TOKENS[token[0]] for token in tokens if token[0] in _DURATION_TOKENS]
    shared = duration.shift_to(units)
    text = []
    for token in tokens:
        if token.startswith("'"):
            text.append(token[1:])
        elif unit := _DURATION_TOKENS.get(token[0]):
            value = shared.get(unit)
            text.append(padded(math.floor(value) if math.isfinite(value) else value, len(token)))
        else:
            text.append(token)
    return "".join(text)
