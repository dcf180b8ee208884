"""Plain YAML scalars as YAML 1.2 core reads them: no dates, no `yes`, no sexagesimals."""

from __future__ import annotations

import datetime
from functools import lru_cache

from vaultkit.markdown.note import PropertyValue
from vaultkit.text import pattern

WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
#: How a number may begin, a date, or a word that is no text; and a word that is no number either.
OPENS_A_NUMBER = frozenset("0123456789+-.")
OPENS_A_WORD = frozenset("".join(word[:1] for word in WORDS)) - OPENS_A_NUMBER
#: A whole number, one in base 8 or 16, or any other number.
_NUMBER = pattern(
    r"([-+]?[0-9]+)|(0(?:o[0-7]+|x[0-9a-fA-F]+))"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
)
_DATE = pattern(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ].*)?")
#: From this number of characters on a whole number may lose its last digits in the app.
_EXACT_DIGITS = 15


def plain_value(source: str) -> PropertyValue:
    """Return what a scalar without quotes means."""
    if source in WORDS:
        return WORDS[source]
    found = _NUMBER.fullmatch(source) if source[0] in OPENS_A_NUMBER else None
    if found is None:
        return source
    whole, based = found.groups()
    if whole:
        return int(source) if len(source) <= _EXACT_DIGITS else _large(source)
    if based:
        number = int(source[2:], 8 if source[1] == "o" else 16)
        return number if number < 2**53 else _large(str(number) if number < 2**1024 else "1e999")
    return float(source)


def _large(digits: str) -> int | float:
    """Return a long whole number as the app has it: as a float where it is no exact one."""
    number = float(digits)
    return int(digits) if abs(number) <= 2**53 else number


def tagged_value(source: str, tag: str) -> PropertyValue:
    """Return what a scalar with an explicit tag means: plain data, whatever the tag asks for."""
    if tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool"):
        return plain_value(source)
    if tag == "tag:yaml.org,2002:null":
        return None
    return source


def is_impossible_date(source: str) -> bool:
    """Whether `source` looks like `YYYY-MM-DD` but names no day."""
    found = _DATE.fullmatch(source) if source[:1].isdecimal() else None
    return found is not None and not _is_day(found[1])


@lru_cache(maxsize=1 << 12)
def _is_day(written: str) -> bool:
    try:
        datetime.date.fromisoformat(written)
    except ValueError:
        return False
    return True


def key_text(value: PropertyValue) -> str:
    """Return the text that a key becomes: keys of a property map are always text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return f"[ {', '.join(map(key_text, value))} ]" if value else "[]"
    if isinstance(value, dict):
        pairs = (key if item is None else f"{key}: {key_text(item)}" for key, item in value.items())
        return f"{{ {', '.join(pairs)} }}" if value else "{}"
    return "" if value is None else number_text(value)


def number_text(value: bool | float) -> str:
    """Return a number or a truth value as JavaScript prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return repr(value)
