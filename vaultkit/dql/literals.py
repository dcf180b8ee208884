"""Literals of the expression language that fields use too: where one begins in a text, and what it is.

Each `match_` function returns the value at a place and where it ends, None if there is none; as in Dataview's
parser the longest form counts, and what was taken is never given back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from typing import TypeAlias, TypeVar

from vaultkit.dql import syntax
from vaultkit.dql.dates import INVALID, Clock, DateTime, Parts
from vaultkit.dql.durations import UNITS, Duration, Unit
from vaultkit.dql.javascript import BLANKS, MAX_EXACT
from vaultkit.dql.syntax import DateLiteral, DateShorthand
from vaultkit.dql.values import Link
from vaultkit.dql.zones import zone_named
from vaultkit.text import pattern

_T = TypeVar("_T")
Matched: TypeAlias = tuple[_T, int] | None

_DATE = pattern(
    r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2})(?::([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{3}))?"
    r"(?:([+-][0-9]{1,2}(?::[0-9]{2})?)|(Z)|\[([0-9A-Za-z+,\-./]+)\])?)?)?)?)?"
)
NUMBER = pattern(r"-?[0-9]+(?:\.[0-9]+)?")
_STRING = pattern(r'"((?:[^"\\]|\\(?:.|\n))*)"', re.DOTALL)
_ESCAPED = pattern(r'\\(["\\])')
_LINK = pattern(r"\[\[([^\[\]]*)\]\]")
_TAG = pattern(rf"#[^{BLANKS}\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{{|}}~\[\]\\]*")
_UNESCAPED_PIPE = pattern(r"(?<!\\)\|")

_UNIT_NAMES: Mapping[str, Unit] = {
    name: unit
    for unit, names in zip(
        UNITS,
        ("year years yr yrs", "month months mo mos", "week weeks wk wks w", "day days d", "hour hours hr hrs h",
         "minute minutes min mins m", "second seconds sec secs s", ""),
        strict=True,
    )
    for name in names.split()
}  # fmt: skip
_UNIT = "|".join(sorted(_UNIT_NAMES, key=len, reverse=True))
_PART = pattern(rf"({NUMBER.pattern})[{BLANKS}]*({_UNIT})")
_BETWEEN = pattern(rf"[{BLANKS}]*,?[{BLANKS}]*")

#: The words that stand for a date in `date(…)`, each with what it is now.
DATE_SHORTHANDS: Mapping[str, Callable[[DateTime], DateTime]] = {
    "now": lambda now: now,
    "today": lambda now: now.start_of("days"),
    "yesterday": lambda now: now.start_of("days").minus(Duration.of(days=1)),
    "tomorrow": lambda now: now.start_of("days").plus(Duration.of(days=1)),
    "sow": lambda now: now.start_of("weeks"),
    "start-of-week": lambda now: now.start_of("weeks"),
    "eow": lambda now: now.end_of("weeks"),
    "end-of-week": lambda now: now.end_of("weeks"),
    "soy": lambda now: now.start_of("years"),
    "start-of-year": lambda now: now.start_of("years"),
    "eoy": lambda now: now.end_of("years"),
    "end-of-year": lambda now: now.end_of("years"),
    "som": lambda now: now.start_of("months"),
    "start-of-month": lambda now: now.start_of("months"),
    "eom": lambda now: now.end_of("months"),
    "end-of-month": lambda now: now.end_of("months"),
}
_SHORTHAND = pattern("|".join(sorted(DATE_SHORTHANDS, key=len, reverse=True)))


def whole(text: str, matched: Matched[_T]) -> _T | None:
    """Return what was matched if it is the whole text."""
    return matched[0] if matched and matched[1] == len(text) else None


def match_date(text: str, at: int, clock: Clock) -> Matched[DateTime]:
    """`2025-03`, `2025-03-14`, `2025-03-14T10:30`, and after seconds a zone: `Z`, `+2`, `-03:30`, `[Europe/Paris]`.

    Days, hours, minutes and seconds beyond their range are carried; a month beyond is no date, nor a zone
    that nobody knows.
    """
    found = _DATE.match(text, at)
    if not found:
        return None
    year, month, day, *time = (int(part) if part else 0 for part in found.groups()[:7])
    zone = f"UTC{found[8]}" if found[8] else "utc" if found[9] else found[10]
    date = _date((year, month, day if found[3] else 1), time if found[4] else (), zone, clock)
    return (date, found.end()) if date.is_valid else None


def _date(day: tuple[int, int, int], time: Sequence[int], zone: str | None, clock: Clock) -> DateTime:
    """Return a date, made in Luxon's steps: the month, then the day, the time, and at last the zone."""
    date = _day(*day, clock)
    for unit, number in zip(("hour", "minute", "second", "millisecond"), time, strict=False):
        if number and date.is_valid:
            date = date.with_local(date.parts._replace(**{unit: number}))
    if zone is None:
        return date
    known = zone_named(zone, clock.zone)
    return date.keeping_local(known) if known else INVALID


@lru_cache(maxsize=1 << 12)
def _day(year: int, month: int, day: int, clock: Clock) -> DateTime:
    first = clock.date(year, month)
    return first.with_local(Parts(year, month, day)) if first.is_valid and day != 1 else first


def date_value(literal: DateLiteral, clock: Clock) -> DateTime:
    """Return the date that a literal stands for."""
    time = (literal.hour, literal.minute, literal.second, literal.millisecond)
    return _date((literal.year, literal.month, literal.day), time, literal.zone, clock)


def shorthand_value(shorthand: DateShorthand, clock: Clock) -> DateTime:
    """Return the date that `today`, `eom`, `start-of-week` and the like stand for."""
    return DATE_SHORTHANDS[shorthand](clock.local(clock.now))


def duration_value(parts: Iterable[tuple[float, syntax.Unit]]) -> Duration:
    """Return the duration that a literal stands for: equal units are added, none is normalised."""
    return reduce(Duration.plus, (Duration.from_units({unit.value: number}) for number, unit in parts))


def match_date_or_shorthand(text: str, at: int, clock: Clock) -> Matched[DateTime]:
    """What may stand in `date(…)`: a date, or `today`, `eom`, `start-of-week` and the like."""
    if found := _SHORTHAND.match(text, at):
        return DATE_SHORTHANDS[found[0]](clock.local(clock.now)), found.end()
    return match_date(text, at, clock)


def match_duration(text: str, at: int) -> Matched[Duration]:
    """`1 day`, `4h 15m`, `3 hours, 20 min`: the units stay as given, equal ones are added; `m` is minutes."""
    found = _PART.match(text, at)
    if not found:
        return None
    duration = _part(found)
    while follower := _PART.match(text, _end_of(_BETWEEN, text, found.end())):
        found = follower
        duration = duration.plus(_part(found))
    return duration, found.end()


def _part(found: re.Match[str]) -> Duration:
    return Duration.from_units({_UNIT_NAMES[found[2]]: number_of(found[1])})


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def match_number(text: str, at: int) -> Matched[float]:
    """`-12`, `3.5`; no `.5` and no `1e3`."""
    found = NUMBER.match(text, at)
    return (number_of(found[0]), found.end()) if found else None


def number_of(text: str) -> float:
    """Return the double that digits are, as an integer where it is a small whole number."""
    number = float(text)
    return int(number) if abs(number) <= MAX_EXACT and number.is_integer() else number


def match_string(text: str, at: int) -> Matched[str]:
    r"""`"…"`; `\"` and `\\` are escapes, of any other the backslash stays."""
    found = _STRING.match(text, at)
    return (_ESCAPED.sub(r"\1", found[1]), found.end()) if found else None


def match_tag(text: str, at: int) -> Matched[str]:
    """`#tag/part`, and `#` alone."""
    found = _TAG.match(text, at)
    return (found[0], found.end()) if found else None


def match_link(text: str, at: int) -> Matched[Link]:
    """`[[path#subpath|display]]`."""
    found = _LINK.match(text, at)
    return (link_inside(found[1]), found.end()) if found else None


def match_embed(text: str, at: int) -> Matched[Link]:
    """`[[…]]` or `![[…]]`."""
    if not text.startswith("!", at):
        return match_link(text, at)
    found = _LINK.match(text, at + 1)
    return (link_inside(found[1], embed=True), found.end()) if found else None


def link_inside(text: str, embed: bool = False) -> Link:
    r"""Return the link that stands between brackets; `\|` is a `|` of the path."""
    pipe = _UNESCAPED_PIPE.search(text)
    path = text[: pipe.start()] if pipe else text
    display = text[pipe.end() :] if pipe else None
    return Link.infer(path.replace("\\|", "|"), display, embed)
