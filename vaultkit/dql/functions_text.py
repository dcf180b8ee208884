"""Texts as JavaScript has them: in UTF-16 units, which tells for signs beyond the Basic Multilingual Plane."""

from __future__ import annotations

from functools import lru_cache

from vaultkit.dql.javascript import utf16_length, utf16_slice
from vaultkit.dql.javascript_regex import from_units, to_units


def lowered(text: str) -> str:
    """Return the text in small letters."""
    return text.lower()


def occurs(text: str, wanted: str) -> bool:
    """Whether `wanted` stands in the text; half a sign may stand in a whole one."""
    return wanted in text or (_has_halves(wanted) and to_units(wanted) in to_units(text))


def starts(text: str, wanted: str) -> bool:
    """Whether the text begins so."""
    return text.startswith(wanted) or (_has_halves(wanted) and to_units(text).startswith(to_units(wanted)))


def ends(text: str, wanted: str) -> bool:
    """Whether the text ends so."""
    return text.endswith(wanted) or (_has_halves(wanted) and to_units(text).endswith(to_units(wanted)))


def _has_halves(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)


def reversed_text(text: str) -> str:
    """Return the units from the last to the first; signs of two units come apart."""
    return from_units(to_units(text)[::-1])


def part(text: str, start: float, end: float) -> str:
    """Return the units between two places, whichever comes first, as `substring`."""
    length = utf16_length(text)
    first, last = sorted(int(min(max(place, 0), length)) if place == place else 0 for place in (start, end))
    return utf16_slice(text, first, last)


def contains_word(text: str, word: str) -> bool:
    """Whether a word stands in the text, in any case; only ASCII letters, digits and `_` make words.

    Cases are told as by a JavaScript pattern with the flag `i`.
    """
    hay, needle = in_one_case(to_units(text)), in_one_case(to_units(word))
    at = hay.find(needle)
    while at >= 0:
        if _is_boundary(hay, at) and _is_boundary(hay, at + len(needle)):
            return True
        at = hay.find(needle, at + 1)
    return False


def _is_boundary(text: str, at: int) -> bool:
    return _in_word(text[at - 1 : at]) != _in_word(text[at : at + 1])


def _in_word(unit: str) -> bool:
    return unit.isascii() and (unit.isalnum() or unit == "_")


def in_one_case(units: str) -> str:
    """Return the units in capitals, those that have none of one unit as they are."""
    return units.upper() if units.isascii() else "".join(map(_capital, units))


@lru_cache(maxsize=1 << 12)
def _capital(unit: str) -> str:
    capital = unit.upper()
    return unit if len(capital) != 1 or (capital.isascii() and not unit.isascii()) else capital
