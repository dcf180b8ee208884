"""What Dataview leaves to JavaScript's `Intl`, answered by the same library, ICU; the only importer of `icu`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from vaultkit.text import pattern

#: ICU’s `UNUM_ROUND_HALFUP`, which PyICU gives no name.
_HALF_UP = 6
_RUN = pattern(r"'[^']*'|([A-Za-z])\1*")


@cache
def _icu() -> Any:
    """Return the library: it is loaded by what needs it."""
    import icu  # type: ignore[import-untyped]  # it brings no types

    return icu


@cache
def _collator() -> Any:
    """Return ICU's root order, which `localeCompare` follows in English and French alike; all differences count."""
    return _icu().Collator.createInstance(_icu().Locale.getRoot())


def collate(left: str, right: str) -> int:
    """Return -1, 0 or 1 as `left.localeCompare(right)`."""
    order: int = _collator().compare(left, right)
    return order


@lru_cache(maxsize=1 << 16)
def collation_key(text: str) -> bytes:
    """Return what sorts as `localeCompare` does; equal for what collates as equal."""
    key: bytes = _collator().getSortKey(text)
    return key


def unit_text(number: float, unit: str, locale: str) -> str:
    """Return a number with its unit in words: `3 days`, `1,5 heure`; of fractions three digits at most."""
    text: str = _unit_formatter(unit, locale).formatDouble(number)
    return text


@cache
def _unit_formatter(unit: str, locale: str) -> Any:
    return (
        _icu()
        .NumberFormatter.withLocale(_icu().Locale.forLanguageTag(locale))
        .unit(_icu().MeasureUnit.forIdentifier(unit))
        .unitWidth(_icu().UNumberUnitWidth.FULL_NAME)
        .grouping(_icu().UNumberGroupingStrategy.OFF)
        .precision(_icu().Precision.maxFraction(3))
        .roundingMode(_HALF_UP)
    )


def narrow_list(parts: Sequence[str], locale: str) -> str:
    """Return parts joined as a narrow `Intl.ListFormat`: by commas in English and French."""
    text: str = _list_formatter(locale).format(list(parts))
    return text


@cache
def _list_formatter(locale: str) -> Any:
    return _icu().ListFormatter.createInstance(
        _icu().Locale.forLanguageTag(locale), _icu().UListFormatterType.AND, _icu().UListFormatterWidth.NARROW
    )


def date_text(ts: float, zone: str, skeleton: str, locale: str, zone_text: str | None = None) -> str:
    """Return a moment as `Intl.DateTimeFormat` shows it with the parts that a skeleton names.

    `zone_text` stands in place of the zone's own name. Without one V8 puts plain spaces for ICU's narrow ones.
    """
    pattern = _pattern(skeleton, locale)
    if zone_text is None:
        return _formatted(ts, zone, pattern, locale).replace("\u202f", " ")
    return _formatted(
        ts, zone, _RUN.sub(lambda run: f"'{zone_text}'" if run[1] == "z" else run[0], pattern), locale
    )


def date_part(ts: float, zone: str, skeleton: str, signs: str, locale: str) -> str:
    """Return one part of it, that which any of the pattern's `signs` stands for; empty if there is none."""
    for run in _RUN.finditer(_pattern(skeleton, locale)):
        if run[1] and run[1] in signs:
            return _formatted(ts, zone, run[0], locale)
    return ""


def _formatted(ts: float, zone: str, pattern: str, locale: str) -> str:
    text: str = _date_formatter(pattern, zone, locale).format(ts / 1000)
    return text


@lru_cache(maxsize=256)
def _date_formatter(pattern: str, zone: str, locale: str) -> Any:
    formatter = _icu().SimpleDateFormat(pattern, _icu().Locale.forLanguageTag(locale))
    calendar = _icu().GregorianCalendar(_icu().Locale.forLanguageTag(locale))
    calendar.setGregorianChange(-8.64e12)
    formatter.setCalendar(calendar)
    formatter.setTimeZone(_icu().TimeZone.createTimeZone(zone))
    return formatter


@cache
def _pattern(skeleton: str, locale: str) -> str:
    generator = _icu().DateTimePatternGenerator.createInstance(_icu().Locale.forLanguageTag(locale))
    pattern: str = generator.getBestPattern(skeleton, _icu().UDateTimePatternMatchOptions.HOUR_FIELD_LENGTH)
    return pattern


def currency_text(amount: float, currency: str, locale: str) -> str:
    """Return an amount in a currency, given by its three letters: `€1,234.50`, `1 234,50 €`."""
    text: str = _currency_formatter(currency.upper(), locale).formatDouble(amount)
    return text


@cache
def _currency_formatter(currency: str, locale: str) -> Any:
    return (
        _icu()
        .NumberFormatter.withLocale(_icu().Locale.forLanguageTag(locale))
        .unit(_icu().CurrencyUnit(currency))
        .roundingMode(_HALF_UP)
    )
