"""Operations on values whose size or cost could grow: each is paid for before it is done."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import date, time, timedelta
from enum import Enum
from typing import Any

from msgspec import Struct

from vaultkit.render.sandbox import (
    BITS,
    CHARACTERS_A_STEP,
    METER,
    Unknown,
    fits,
    not_allowed,
    not_text,
    paid,
    spend,
    too_large,
    walk,
    weight,
)
from vaultkit.text import pattern

#: No field of `%` is wider.
FIELD = 999


# Texts and rows.


def cut(value: object, start: int | None, stop: int | None, step: int | None) -> object:
    """Return `value[start:stop:step]` of a list or a text."""
    if not isinstance(value, str | list | tuple | range):
        raise not_text(value) if not isinstance(value, Unknown) else value.stopped()
    part = value[start:stop:step]
    spend(1 + (len(part) // CHARACTERS_A_STEP if isinstance(part, str) else len(part)))
    return part


def text_of(value: object) -> str:
    """Return `value` as it is written: nothing for `None`; a list or an object is a fault."""
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, int | float | date | time | timedelta):
        return str(value)
    if isinstance(value, Enum):
        return text_of(value.value)
    if isinstance(value, Unknown):
        raise value.stopped()
    if isinstance(value, Struct) and not callable(value) and type(value).__str__ is not object.__str__:
        return paid(str(value))
    raise not_text(value)


def joined(separator: str, values: Iterable[object]) -> str:
    """Return the values as one text; its size is known before it is made."""
    texts = [text_of(value) for value in values]
    fits(sum(map(len, texts)) + len(separator) * max(len(texts) - 1, 0))
    return separator.join(texts)


def replaced(text: str, old: str, new: str, count: int = -1) -> str:
    """Return `text.replace(old, new, count)`, within bounds."""
    fits(len(text))
    times = text.count(old) if count < 0 else min(count, text.count(old))
    fits(len(text) + times * (len(new) - len(old)))
    return text.replace(old, new, count)


def short_range(*bounds: int) -> range:
    """Return a range; one that no budget could walk is refused at once."""
    found = range(*bounds)
    if len(found) > METER.get().budget.steps:
        spend(len(found))
    return found


# Arithmetic.


def _multiply(left: object, right: object) -> object:
    if isinstance(left, int) and isinstance(right, int):
        if left.bit_length() + right.bit_length() > BITS:
            raise too_large()
    elif not isinstance(left, int | float) or not isinstance(right, int | float):
        row, times = (right, left) if isinstance(left, int) else (left, right)
        if not isinstance(row, str | list | tuple) or not isinstance(times, int):
            raise not_allowed("*")
        if isinstance(row, str):
            fits(len(row) * times)
        else:
            spend(max(len(row) * times, 0))
    return left * right  # type: ignore[operator]


def _power(left: object, right: object) -> object:
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise not_allowed("**")
    if isinstance(left, int) and isinstance(right, int) and abs(right) * left.bit_length() > BITS:
        raise too_large()
    return left**right


_SPECIFIER = pattern(
    r"%(?:\((?P<key>[^()]*)\))?[-#0 +]*(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d+)?)?[hlL]?(?P<kind>.)",
    re.DOTALL,
)


def printed(pattern: str, values: object) -> str:
    """Return `pattern % values` for plain specifiers: no `*`, no `%r`, no wide field."""
    fits(len(pattern))
    size, keys = len(pattern), []
    for found in _SPECIFIER.finditer(pattern):
        spend()
        for field in (found["width"] or "0", found["precision"] or "0"):
            if not field.isdecimal() or len(field) > len(str(FIELD)):
                raise too_large()
            size += int(field)
        if found["kind"] not in "sdiouxXeEfFgGc%":
            raise not_allowed(found[0])
        if found["key"] is not None:
            keys.append(found["key"])
        size += BITS // 3 if found["kind"] != "%" else 0
    plain: object
    if isinstance(values, Mapping) and keys:
        plain = {key: _printable(values[key]) for key in keys}
        longest = max((len(value) for value in plain.values() if isinstance(value, str)), default=0)
        size += longest * len(keys)
    else:
        plain = tuple(map(_printable, walk(values if isinstance(values, tuple) else (values,))))
        size += sum(len(value) for value in plain if isinstance(value, str))
    fits(size)
    return pattern % plain


def _printable(value: object) -> object:
    return value if isinstance(value, int | float) else text_of(value)


def _remainder(left: object, right: object) -> object:
    if isinstance(left, str):
        return printed(left, right)
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        raise not_allowed("%")
    return left % right


OPERATORS: dict[str, Callable[[object, object], object]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": _multiply,
    "/": operator.truediv,
    "//": operator.floordiv,
    "**": _power,
    "%": _remainder,
}


def reckon(sign: str, left: object, right: object) -> object:
    """Return `left sign right`, paid for."""
    for value in (left, right):
        if isinstance(value, Unknown):
            raise value.stopped()
    return paid(OPERATORS[sign](left, right))


# Comparisons.

_COMPARISONS: dict[str, Callable[[Any, Any], object]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}


def compare(left: object, *others: tuple[str, object]) -> object:
    """Return the outcome of a comparison such as `a < b <= c`, paid for."""
    outcome: object = True
    for sign, right in others:
        pay_comparison(sign, left, right)
        outcome = _COMPARISONS[sign](left, right)
        if not outcome:
            return outcome
        left = right
    return outcome


def pay_comparison(sign: str, left: object, right: object) -> None:
    """Pay for comparing two values, or for looking for one in the other."""
    if sign in ("in", "notin"):
        if isinstance(right, range):
            spend(0 if type(left) in (int, bool) else len(right))
        else:
            spend(weight(left if isinstance(right, Mapping | Set) else right))
    elif sign in ("eq", "ne") and isinstance(left, list | str) and isinstance(right, list | str):
        spend(weight(left) + weight(right) if type(left) is type(right) and len(left) == len(right) else 1)
    else:
        spend(weight(left) + weight(right))
