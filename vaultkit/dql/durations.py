"""Durations as Luxon's `Duration` has them: units kept as given, and Dataview's ways to bring them to one form."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

from msgspec import Struct

Unit: TypeAlias = Literal["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"]

UNITS: tuple[Unit, ...] = (
    "years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds",
)  # fmt: skip
_PLACE = {unit: place for place, unit in enumerate(UNITS)}
_SMALLEST = len(UNITS) - 1
#: What each unit is in days, and how many of each smaller one it holds where that is not by days.
_DAYS = {"years": 365, "months": 30, "weeks": 7, "days": 1}
_ODD = {("years", "months"): 12, ("years", "weeks"): 52, ("months", "weeks"): 4}
_PER_DAY = {"days": 1, "hours": 24, "minutes": 1_440, "seconds": 86_400, "milliseconds": 86_400_000}


class InvalidUnitValueError(ValueError):
    """A duration was made with a value that is no number; Luxon throws the same words."""

    def __init__(self) -> None:
        super().__init__("Invalid unit value NaN")


def _conversion(big: Unit, small: Unit) -> float:
    """Return how many of the smaller unit the bigger one holds: 12 months, 52 weeks, 365 days in a year."""
    if (big, small) in _ODD:
        return _ODD[big, small]
    if big in _DAYS:
        return _DAYS[big] * (_PER_DAY[small] if small in _PER_DAY else 1 / _DAYS[small])
    return _PER_DAY[small] // _PER_DAY[big]


_MATRIX = tuple(tuple(_conversion(big, small) if i < j else math.nan for j, small in enumerate(UNITS))
                for i, big in enumerate(UNITS))  # fmt: skip
_MILLIS = tuple(row[_SMALLEST] for row in _MATRIX[:_SMALLEST])


class Duration(Struct, frozen=True, dict=True):
    """A length of time: for each of `UNITS` its number, None where the unit is not stored.

    Python's equality compares all of it; DQL's, `equals`, takes an absent unit for 0.
    """

    values: tuple[float | None, ...]

    @classmethod
    def of(cls, **values: float) -> Duration:
        """Return the duration with these units: `Duration.of(days=1, hours=2.5)`."""
        return cls.from_units(values)

    @classmethod
    def from_units(cls, values: Mapping[str, float]) -> Duration:
        """Return the duration with these units."""
        if any(value != value for value in values.values()):
            raise InvalidUnitValueError
        return cls(tuple(values.get(unit) for unit in UNITS))

    def units(self) -> Iterator[tuple[Unit, float]]:
        """Yield the units that are stored, from years down."""
        for unit, value in zip(UNITS, self.values, strict=True):
            if value is not None:
                yield unit, value

    def get(self, unit: Unit) -> float:
        """Return the number of a unit; 0 where it is absent or not a number."""
        value = self.values[_PLACE[unit]]
        return 0 if value is None or value != value else value

    @cached_property
    def millis(self) -> float:
        """The length in milliseconds: a year is 365 days, a month 30."""
        total = self.values[_SMALLEST]
        result: float = 0 if total is None else total
        for place in range(_SMALLEST - 1, -1, -1):
            value = self.values[place]
            if value and value == value:
                result += value * _MILLIS[place]
        return result

    def equals(self, other: Duration) -> bool:
        """Whether both are the same unit by unit: 24 hours are not a day."""
        return all(
            (mine or 0) == (theirs or 0) for mine, theirs in zip(self.values, other.values, strict=True)
        )

    def plus(self, other: Duration) -> Duration:
        """Return the sum, unit by unit, not normalised."""
        return Duration(tuple(map(_sum, self.values, other.values)))

    def negated(self) -> Duration:
        """Return the same length the other way."""
        return Duration(tuple(-value if value else value for value in self.values))

    def minus(self, other: Duration) -> Duration:
        """Return the difference, unit by unit, not normalised."""
        return self.plus(other.negated())

    def map_units(self, change: Callable[[float], float]) -> Duration:
        """Return the duration with each stored number changed; raises `InvalidUnitValueError` for NaN."""
        return Duration.from_units({unit: change(value) for unit, value in self.units()})

    def shift_to(self, units: Iterable[Unit]) -> Duration:
        """Return the same length in these units only, the smallest of them with what is left as a fraction."""
        wanted = frozenset(units)
        return _shifted(self, wanted) if wanted else self

    def as_unit(self, unit: Unit) -> float:
        """Return the whole length in one unit, with its fraction: `dur(90 min).hours` is 1.5."""
        return self.shift_to((unit,)).get(unit)

    def normalized(self) -> Duration:
        """Return the same length as Dataview normalises it, in all units: 28 days become a month."""
        return _normalized(self)


def _sum(mine: float | None, theirs: float | None) -> float | None:
    if mine is None and theirs is None:
        return None
    left = mine if mine is not None and mine == mine else 0
    return left + (theirs if theirs is not None and theirs == theirs else 0)


@lru_cache(maxsize=1 << 12)
def _normalized(duration: Duration) -> Duration:
    values = list(_shifted(duration, frozenset(UNITS)).values)
    _carry(values)
    return Duration(tuple(values))


def _shifted(duration: Duration, wanted: frozenset[Unit]) -> Duration:
    """Return the duration in the units wanted, as Luxon's `shiftTo`: each keeps what is whole of it."""
    built: list[float | None] = [None] * len(UNITS)
    left: dict[int, float] = {}
    last = 0
    for place, (unit, value) in enumerate(zip(UNITS, duration.values, strict=True)):
        if unit in wanted:
            last = place
            own: float = 0
            for bigger in left:
                own += _MATRIX[bigger][place] * left[bigger]
                left[bigger] = 0
            own += value or 0
            built[place] = whole = _truncated(own)
            left[place] = (own * 1000 - whole * 1000) / 1000
        elif value is not None:
            left[place] = value
    for place, rest in left.items():
        if rest != 0:
            built[last] = (built[last] or 0) + (rest if place == last else rest / _MATRIX[last][place])
    _carry(built)
    return Duration(tuple(built))


def _carry(values: list[float | None]) -> None:
    """Carry whole multiples up, then fractions down, between the units that are there, as `normalizeValues`."""
    factor = -1 if Duration(tuple(values)).millis < 0 else 1
    places = [place for place, value in enumerate(values) if value is not None]
    for big, small in zip(places[-2::-1], places[:0:-1], strict=True):
        held = _MATRIX[big][small]
        carried = _floored((values[small] or 0) * factor / held)
        values[big] = (values[big] or 0) + carried * factor
        values[small] = (values[small] or 0) - carried * held * factor
    for big, small in pairwise(places):
        fraction = _fraction(values[big] or 0)
        values[big] = (values[big] or 0) - fraction
        values[small] = (values[small] or 0) + fraction * _MATRIX[big][small]


def _truncated(value: float) -> float:
    return float(math.trunc(value)) if math.isfinite(value) else value


def _floored(value: float) -> float:
    return float(math.floor(value)) if math.isfinite(value) else value


def _fraction(value: float) -> float:
    return math.fmod(value, 1) if math.isfinite(value) else math.nan
