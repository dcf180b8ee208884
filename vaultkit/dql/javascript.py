"""What Dataview leaves to JavaScript: blanks, letters, numbers, values as text and as conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

#: The signs of `\\s`, for use in a character class; Python's own set differs (U+FEFF, U+0085, U+001C...).
BLANKS = "\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
#: The signs that end a line: what `.` does not match.
LINE_ENDS = "\n\r\u2028\u2029"
BLANK_SET = frozenset("\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff") | {
    chr(code) for code in range(0x2000, 0x200B)
}
_ALL_BLANKS = "".join(BLANK_SET)
#: The largest whole number up to which every one is a double.
MAX_EXACT = 2**53


def trim(text: str) -> str:
    """Return `text` without the blanks at its ends."""
    return text.strip(_ALL_BLANKS)


def trim_start(text: str) -> str:
    """Return `text` without the blanks at its start."""
    return text.lstrip(_ALL_BLANKS)


def trim_end(text: str) -> str:
    """Return `text` without the blanks at its end."""
    return text.rstrip(_ALL_BLANKS)


def is_word(char: str) -> bool:
    r"""Whether `[\w\\p{Letter}]` matches: an ASCII letter or digit, `_`, or a letter of any script."""
    return char.isalpha() or char == "_" or (char.isascii() and char.isdigit())


def number_text(number: float) -> str:
    """Return a number as `Number.prototype.toString` prints it: `1e+23`, `0.1`, `12345678901234567000`."""
    if type(number) is int and -MAX_EXACT <= number <= MAX_EXACT:
        return str(number)
    value = double(number)
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    written = "".join(map(str, digits))
    point = len(written) + int(exponent)
    written = written.rstrip("0")
    return ("-" if sign else "") + _placed(written, point)


def _placed(digits: str, point: int) -> str:
    """Return the digits with the decimal point after the first `point` of them."""
    if len(digits) <= point <= 21:
        return digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{point - 1:+d}"


def text_of(value: object) -> str:
    """Return what `String(value)` gives for a value of JSON's types."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        return ",".join("" if item is None else text_of(item) for item in value)
    return "[object Object]"


def double(value: float) -> float:
    """Return the nearest double, infinity for a whole number beyond all."""
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def is_true(value: object) -> bool:
    """Whether `if (value)` holds for a value of JSON's types: empty lists and objects are true, NaN is not."""
    if isinstance(value, float) and value != value:
        return False
    return bool(value) or isinstance(value, list | tuple | Mapping)


def utf16_key(text: str) -> bytes:
    """Return a key by which JavaScript sorts without a locale: by UTF-16 units, not by code points."""
    return text.encode("utf-16-be", "surrogatepass")


def utf16_length(text: str) -> int:
    """Return the `length` of a string: beyond the Basic Multilingual Plane a sign counts for two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf16_slice(text: str, start: int, end: int | None = None) -> str:
    """Return the units from `start` to `end`, both not negative; a sign cut in two leaves a lone surrogate."""
    if text.isascii():
        return text[start:end]
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * start : None if end is None else 2 * end].decode("utf-16-le", "surrogatepass")
