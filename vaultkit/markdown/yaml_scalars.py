"""Plain YAML scalars as YAML 1.2 core reads them: no dates, no `yes`, no sexagesimals."""

from __future__ import annotations

import datetime
import re

from vaultkit.markdown.note import PropertyValue

_WORDS: dict[str, bool | float | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((sign + word for sign in ("", "+") for word in (".inf", ".Inf", ".INF")), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_MAY_OPEN_A_VALUE = frozenset("0123456789+-.~nNtTfF")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ].*)?")
#: From this number of characters on a whole number may lose its last digits in the app.
_EXACT_DIGITS = 15


def plain_value(source: str) -> PropertyValue:
    """Return what a scalar without quotes means."""
    if source and source[0] not in _MAY_OPEN_A_VALUE:
        return source
    if source in _WORDS:
        return _WORDS[source]
    if _INTEGER.fullmatch(source):
        return int(source) if len(source) <= _EXACT_DIGITS else _large(source)
    if _BASED.fullmatch(source):
        number = int(source[2:], 8 if source[1] == "o" else 16)
        return number if number < 2**53 else _large(str(number) if number < 2**1024 else "1e999")
    if _FLOAT.fullmatch(source):
        return float(source)
    return source


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
    found = _DATE.fullmatch(source)
    if not found:
        return False
    try:
        datetime.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return True
    return False


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
