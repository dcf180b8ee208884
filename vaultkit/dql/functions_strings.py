"""Functions on texts."""

from __future__ import annotations

import math
from collections.abc import Callable

from vaultkit.dql import functions_text as texts
from vaultkit.dql.context import Context, Function, QueryError
from vaultkit.dql.functions_variants import Variants, function, null
from vaultkit.dql.javascript import utf16_length, utf16_slice
from vaultkit.dql.javascript_regex import (
    InvalidRegexError,
    JavaScriptRegex,
    from_units,
    javascript_regex,
    to_units,
)
from vaultkit.dql.operators import spend_text
from vaultkit.dql.values import Value

_NO_LIMIT = 2**32 - 1
_ALL_PLACES = {2: [0, 1], 3: [0, 1, 2]}
#: What null gives at any place of two or three arguments.
_NULLS: Variants = {"null, *": null, "*, null": null}
_NULLS_OF_3: Variants = {"null, *, *": null, "*, null, *": null, "*, *, null": null}


def _cased(name: str, change: Callable[[str], str]) -> Function:
    def cased(context: Context, text: str) -> Value:
        spend_text(context, len(text))
        return change(text)

    return function(name, {"string": cased, "null": null}, vectorized={1: [0]})


LOWER = _cased("lower", texts.lowered)
UPPER = _cased("upper", str.upper)

STARTSWITH = function(
    "startswith",
    {"string, string": lambda _, text, wanted: texts.starts(text, wanted), **_NULLS},
    vectorized={2: [0, 1]},
)
ENDSWITH = function(
    "endswith",
    {"string, string": lambda _, text, wanted: texts.ends(text, wanted), **_NULLS},
    vectorized={2: [0, 1]},
)
CONTAINSWORD = function(
    "containsword",
    {"string, string": lambda _, text, word: texts.contains_word(text, word), **_NULLS},
    vectorized={2: [0, 1]},
)


# Regular expressions


def _regex(source: str) -> JavaScriptRegex:
    try:
        return javascript_regex(source)
    except InvalidRegexError as error:
        raise QueryError(str(error)) from None


def _found(context: Context, pattern: str, text: str) -> Value:
    return _regex(pattern).test(text, context.budget)


def _matches(context: Context, pattern: str, text: str) -> Value:
    """Whether a pattern is the whole text, or what it says itself where it begins with `^` or ends with `$`."""
    if not pattern.startswith("^") and not pattern.endswith("$"):
        pattern = f"^{pattern}$"
    return _found(context, pattern, text)


def _replaced_pattern(context: Context, text: str, pattern: str, template: str) -> Value:
    try:
        return javascript_regex(pattern).replace(text, template, context.budget)
    except InvalidRegexError:
        raise QueryError(f"Invalid regexp '{pattern}' in regexreplace") from None


def _split(context: Context, text: str, pattern: str, limit: float = _NO_LIMIT) -> Value:
    most = int(limit) % 2**32 if math.isfinite(limit) else 0
    return _regex(pattern).split(text, most, context.budget)


_FALSE: Variants = {"null, *": lambda *_: False, "*, null": lambda *_: False}

REGEXTEST = function("regextest", {"string, string": _found, **_FALSE}, vectorized={2: [0, 1]})
REGEXMATCH = function("regexmatch", {"string, string": _matches, **_FALSE}, vectorized={2: [0, 1]})
REGEXREPLACE = function(
    "regexreplace",
    {"string, string, string": _replaced_pattern, **_NULLS_OF_3},
    vectorized={3: [0, 1, 2]},
)
SPLIT = function(
    "split",
    {"string, string": _split, "string, string, number": _split, **_NULLS, **_NULLS_OF_3},
)


# Parts


def _replaced(context: Context, text: str, wanted: str, new: str) -> Value:
    """Return the text with each `wanted` replaced; an empty one stands between all units."""
    units, parted = to_units(text), to_units(wanted)
    count = units.count(parted) if parted else max(len(units) - 1, 0)
    spend_text(context, len(units) + count * len(new))
    return from_units(units.replace(parted, new) if parted else new.join(units))


REPLACE = function(
    "replace",
    {"string, string, string": _replaced, **_NULLS_OF_3},
    vectorized={3: [0, 1, 2]},
)


def _padding(context: Context, text: str, length: float, sign: str) -> str:
    """Return what makes a text as long as asked for."""
    missing = length - utf16_length(text)
    if not missing >= 1 or not sign:
        return ""
    spend_text(context, length)
    wanted = int(missing)
    units = to_units(sign)
    return (units * (wanted // len(units) + 1))[:wanted]


def _padded_left(context: Context, text: str, length: float, sign: str = " ") -> Value:
    return from_units(_padding(context, text, length, sign) + text)


def _padded_right(context: Context, text: str, length: float, sign: str = " ") -> Value:
    return from_units(text + _padding(context, text, length, sign))


PADLEFT = function(
    "padleft",
    {"string, number": _padded_left, "string, number, string": _padded_left, **_NULLS, **_NULLS_OF_3},
    vectorized=_ALL_PLACES,
)
PADRIGHT = function(
    "padright",
    {"string, number": _padded_right, "string, number, string": _padded_right, **_NULLS, **_NULLS_OF_3},
    vectorized=_ALL_PLACES,
)


def _substring(context: Context, text: str, start: float, end: float = math.inf) -> Value:
    spend_text(context, len(text))
    return texts.part(text, start, end)


SUBSTRING = function(
    "substring",
    {"string, number": _substring, "string, number, number": _substring, **_NULLS, **_NULLS_OF_3},
    vectorized=_ALL_PLACES,
)


def _truncated(context: Context, text: str, length: float, suffix: str = "...") -> Value:
    """Cut a text that is longer than what the suffix leaves of `length`."""
    kept = length - utf16_length(suffix)
    if not utf16_length(text) > kept:
        return text
    spend_text(context, len(text) + len(suffix))
    return from_units(utf16_slice(text, 0, int(max(0, kept))) + suffix)


TRUNCATE = function(
    "truncate",
    {"string, number, string": _truncated, "string, number": _truncated, **_NULLS, **_NULLS_OF_3},
    vectorized=_ALL_PLACES,
)
