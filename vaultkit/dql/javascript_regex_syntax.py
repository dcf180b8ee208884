"""The syntax of JavaScript's regular expressions without the flag `u`, written anew for the package `regex`.

Patterns are read by ECMAScript's rules (Annex B), unit by unit: see `to_units`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NoReturn, TypeAlias

from msgspec import Struct, field

from vaultkit.dql.javascript import BLANK_SET, LINE_ENDS
from vaultkit.text import pattern

Ranges: TypeAlias = tuple[tuple[int, int], ...]

_MAX_DEPTH = 100
_MAX_LENGTH = 20_000
#: How many signs a pattern may come to when what must be repeated is written out.
_MAX_SIZE = 100_000
_MANY = 1_000_000_000

_ASTRAL = pattern("[\U00010000-\U0010ffff]")
_SURROGATE = pattern("[\ud800-\udfff]")
_QUANTIFIER = pattern(r"(?:([*+?])|\{([0-9]+)(?:(,)([0-9]*))?\})(\??)")
_GROUP_OPENED = pattern(r"\((?!\?)|\(\?<(?![=!])")
_NAME = pattern(r"([^\W\d][\w$\u200c\u200d]*|\$[\w$\u200c\u200d]*)>")
_SKIPPED = pattern(r"\\.?|\[(?:[^\]\\]|\\.?)*\]?", re.DOTALL)
_HEX = {"x": pattern("[0-9A-Fa-f]{2}"), "u": pattern("[0-9A-Fa-f]{4}")}
_OCTAL = pattern("[0-3][0-7]{0,2}|[4-7][0-7]?")
_DIGITS = pattern("[1-9][0-9]*")
_CONTROLS = {"f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_LEAST_MOST = {"*": (0, _MANY), "+": (1, _MANY), "?": (0, 1)}
_LAST_UNIT = 0xFFFF


class InvalidRegexError(ValueError):
    """A pattern that JavaScript does not take; the words are V8's."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(f"Invalid regular expression: /{source}/: {why}")


def to_units(text: str) -> str:
    """Return a text with each sign beyond the Basic Multilingual Plane as the two surrogates that it is in UTF-16."""
    if text.isascii() or not _ASTRAL.search(text):
        return text
    return _ASTRAL.sub(_surrogates, text)


def _surrogates(found: re.Match[str]) -> str:
    high, low = divmod(ord(found[0]) - 0x10000, 0x400)
    return chr(0xD800 + high) + chr(0xDC00 + low)


def from_units(text: str) -> str:
    """Return a text with its pairs of surrogates as the signs that they are."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


# Classes of units


def _ranges(units: Iterable[int]) -> Ranges:
    return _merged((unit, unit) for unit in units)


def _merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def _others(ranges: Ranges) -> Ranges:
    """Return all units that are not in the ranges, which are in order."""
    starts = [0, *(last + 1 for _, last in ranges)]
    ends = [*(first - 1 for first, _ in ranges), _LAST_UNIT]
    return tuple((start, end) for start, end in zip(starts, ends, strict=True) if start <= end)


def _written(ranges: Ranges) -> str:
    if not ranges:
        return "(?!)"
    return "[" + "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in ranges) + "]"


_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE = _ranges(map(ord, BLANK_SET))
_IN_LINE = _others(_ranges(map(ord, LINE_ENDS)))
_CLASSES = {
    "d": _DIGIT, "D": _others(_DIGIT), "w": _WORD, "W": _others(_WORD), "s": _SPACE, "S": _others(_SPACE),
}  # fmt: skip
_LINE_START = f"(?<!{_written(_IN_LINE)})"
_LINE_END = f"(?!{_written(_IN_LINE)})"


class _Piece(Struct, frozen=True):
    """A part of a pattern, written anew: how large it is, the groups in it, and what may repeat it."""

    text: str
    size: int = 1
    groups: tuple[str, ...] = ()
    repeatable: bool = True
    looks: bool = False


class Translation(Struct, frozen=True):
    """A pattern for `regex`. The groups of JavaScript are called `g1`, `g2`..., those added around loops `w1`...

    `names` leads from a group's own name to its number; `loops` says of a group that is repeated how often it must
    be, `around` which loop a group stands in.
    """

    text: str
    groups: int
    names: Mapping[str, int]
    loops: Mapping[str, int]
    around: Mapping[str, str]


def translated(source: str, multiline: bool = False) -> Translation:
    """Return what `regex` is to search for, with the flag `m` where it is `multiline`. Raises InvalidRegexError."""
    if len(source) > _MAX_LENGTH:
        raise InvalidRegexError(source, "Regular expression too large")
    reader = _Reader(to_units(source), multiline)
    text = reader.whole().text
    return Translation(text, reader.opened, reader.names, reader.loops, reader.around)


class _Reader(Struct, dict=True):
    """A pattern on its way."""

    source: str
    multiline: bool
    at: int = 0
    depth: int = 0
    opened: int = 0
    added: int = 0
    duplicated: bool = False
    closed: set[int] = field(default_factory=set)
    names: dict[str, int] = field(default_factory=dict)
    loops: dict[str, int] = field(default_factory=dict)
    around: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bare = _SKIPPED.sub("_", self.source)
        opened = _GROUP_OPENED.findall(self.bare)
        self.total = len(opened)
        self.has_names = "(?<" in opened

    def fail(self, why: str) -> NoReturn:
        raise InvalidRegexError(from_units(self.source), why)

    def accept(self, text: str) -> bool:
        if not self.source.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.source, self.at)
        if found:
            self.at = found.end()
        return found

    def whole(self) -> _Piece:
        """pattern = alternative {"|" alternative}"""
        piece = self.alternatives()
        if self.at < len(self.source):
            self.fail("Unmatched ')'")
        if self.duplicated:
            self.fail("Duplicate capture group name")
        return piece

    def alternatives(self) -> _Piece:
        pieces = [self.sequence()]
        while self.accept("|"):
            pieces.append(self.sequence())
        return self.joined("|", pieces)

    def sequence(self) -> _Piece:
        pieces = []
        while self.at < len(self.source) and self.source[self.at] not in "|)":
            pieces.append(self.repeated(self.atom()))
        return self.joined("", pieces)

    def joined(self, separator: str, pieces: list[_Piece]) -> _Piece:
        size = sum(piece.size for piece in pieces) + 1
        if size > _MAX_SIZE:
            self.fail("Regular expression too large")
        groups = tuple(name for piece in pieces for name in piece.groups)
        return _Piece(separator.join(piece.text for piece in pieces), size, groups)

    # What may be repeated

    def repeated(self, piece: _Piece) -> _Piece:
        """Repeat an atom by the quantifier that follows it, if any."""
        start = self.at
        found = self.take(_QUANTIFIER)
        if not found:
            return piece
        if not piece.repeatable:
            self.fail("Invalid quantifier" if piece.looks else "Nothing to repeat")
        least, most = self.bounds(found)
        if least > most:
            self.at = start
            self.fail("numbers out of order in {} quantifier")
        size = piece.size * max(least, 1)
        if size > _MAX_SIZE:
            self.fail("Regular expression too large")
        if piece.looks:
            return piece if least else _Piece(f"(?:(?!){piece.text})?", piece.size)
        text, groups = self.as_loop(piece, least)
        times = f"{{{least},{'' if most >= _MANY else min(most, 10 * _MAX_SIZE)}}}{found[5]}"
        return _Piece(text + times, size, groups)

    def bounds(self, found: re.Match[str]) -> tuple[int, int]:
        if found[1]:
            return _LEAST_MOST[found[1]]
        least = _number(found[2])
        if not found[3]:
            return least, least
        return least, _number(found[4]) if found[4] else _MANY

    def as_loop(self, piece: _Piece, least: int) -> tuple[str, tuple[str, ...]]:
        """Give a piece that holds groups one around it, which tells where its last round began."""
        if not piece.groups:
            return piece.text, ()
        name = piece.groups[0]
        text = piece.text
        inner = piece.groups[1:]
        if not text.startswith(f"(?P<{name}>"):
            self.added += 1
            name, inner = f"w{self.added}", piece.groups
            text = f"(?P<{name}>{text})"
        self.loops[name] = least
        for group in inner:
            self.around.setdefault(group, name)
        return text, (name,)

    # Atoms

    def atom(self) -> _Piece:
        sign = self.source[self.at]
        if sign in "*+?" or (sign == "{" and _QUANTIFIER.match(self.source, self.at)):
            self.fail("Nothing to repeat")
        self.at += 1
        match sign:
            case "^":
                return _Piece(_LINE_START if self.multiline else r"\A", repeatable=False)
            case "$":
                return _Piece(_LINE_END if self.multiline else r"\Z", repeatable=False)
            case "(":
                return self.group()
            case "[":
                return _Piece(_written(self.klass()))
            case ".":
                return _Piece(_written(_IN_LINE))
            case "\\":
                return self.escape()
        return _Piece(_unit(sign))

    def group(self) -> _Piece:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self.fail("Regular expression too large")
        piece = self.opened_group()
        self.depth -= 1
        return piece

    def opened_group(self) -> _Piece:
        """group = "(?:" … | "(?=" … | "(?!" … | "(?<=" … | "(?<!" … | "(?<name>" … | "(" …, then ")" """
        if not self.accept("?"):
            return self.capture()
        if self.accept(":"):
            inner = self.closed_by_parenthesis()
            return _Piece(f"(?:{inner.text})", inner.size, inner.groups)
        for head in ("=", "!", "<=", "<!"):
            if self.accept(head):
                inner = self.closed_by_parenthesis()
                return _Piece(f"(?{head}{inner.text})", inner.size, inner.groups, len(head) == 1, looks=True)
        if not self.accept("<"):
            self.fail("Invalid group")
        name = self.group_name()
        self.duplicated |= name in self.names
        self.names[name] = self.opened + 1
        return self.capture()

    def group_name(self) -> str:
        found = self.take(_NAME)
        return found[1] if found else self.fail("Invalid capture group name")

    def capture(self) -> _Piece:
        self.opened += 1
        number = self.opened
        inner = self.closed_by_parenthesis()
        self.closed.add(number)
        name = f"g{number}"
        return _Piece(f"(?P<{name}>{inner.text})", inner.size, (name, *inner.groups))

    def closed_by_parenthesis(self) -> _Piece:
        inner = self.alternatives()
        if not self.accept(")"):
            self.fail("Unterminated group")
        return inner

    def escape(self) -> _Piece:
        """What follows a backslash outside of a class."""
        if self.at == len(self.source):
            self.fail("\\ at end of pattern")
        if self.accept("b"):
            return _Piece(r"\b", repeatable=False)
        if self.accept("B"):
            return _Piece(r"\B", repeatable=False)
        if self.has_names and self.accept("k"):
            if not self.accept("<"):
                self.fail("Invalid named reference")
            return self.named_reference(self.group_name())
        digits = _DIGITS.match(self.source, self.at)
        if digits and len(digits[0]) < 6 and int(digits[0]) <= self.total:
            self.at = digits.end()
            return self.reference(int(digits[0]))
        ranges = self.escaped_class()
        return _Piece(_written(ranges) if ranges else _unit(self.escaped_unit(in_class=False)))

    def named_reference(self, name: str) -> _Piece:
        number = self.names.get(name)
        if number is None and f"(?<{name}>" not in self.bare:
            self.fail("Invalid named capture referenced")
        return self.reference(number or 0)

    def reference(self, number: int) -> _Piece:
        """What a group caught; nothing if it caught nothing yet, as where it stands further on."""
        name = f"g{number}"
        return _Piece(f"(?:(?({name})(?P={name})))" if number in self.closed else "(?:)")

    def escaped_class(self) -> Ranges | None:
        ranges = _CLASSES.get(self.source[self.at : self.at + 1])
        self.at += ranges is not None
        return ranges

    def escaped_unit(self, in_class: bool) -> str:
        """Return the one unit that an escape stands for; a sign that means nothing stands for itself."""
        sign = self.source[self.at]
        if octal := self.take(_OCTAL):
            return chr(int(octal[0], 8))
        self.at += 1
        if sign in _CONTROLS:
            return _CONTROLS[sign]
        if sign in _HEX and (code := self.take(_HEX[sign])):
            return chr(int(code[0], 16))
        if sign == "c":
            return self.control(in_class)
        return sign

    def control(self, in_class: bool) -> str:
        """Return what `\\cA` stands for; where no letter follows the backslash stands for itself."""
        letter = self.source[self.at : self.at + 1]
        if letter.isascii() and (letter.isalpha() or (in_class and (letter.isdigit() or letter == "_"))):
            self.at += 1
            return chr(ord(letter) % 32)
        self.at -= 1
        return "\\"

    # Classes

    def klass(self) -> Ranges:
        """class = "[" ["^"] {unit | unit "-" unit | escape} "]" """
        negated = self.accept("^")
        ranges: list[tuple[int, int]] = []
        while not self.accept("]"):
            first = self.class_atom()
            if self.source.startswith("-]", self.at) or not self.accept("-"):
                ranges.extend(first)
                continue
            last = self.class_atom()
            if _is_unit(first) and _is_unit(last):
                if first[0][0] > last[0][0]:
                    self.fail("Range out of order in character class")
                ranges.append((first[0][0], last[0][0]))
            else:
                ranges.extend((*first, (45, 45), *last))
        merged = _merged(ranges)
        return _others(merged) if negated else merged

    def class_atom(self) -> Ranges:
        if self.at == len(self.source):
            self.fail("Unterminated character class")
        sign = self.source[self.at]
        self.at += 1
        if sign == "\\":
            if self.at == len(self.source):
                self.fail("\\ at end of pattern")
            if ranges := self.escaped_class():
                return ranges
            sign = "\b" if self.accept("b") else self.escaped_unit(in_class=True)
        return ((ord(sign), ord(sign)),)


def _is_unit(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _number(digits: str) -> int:
    return int(digits) if len(digits) < 10 else _MANY


def _unit(sign: str) -> str:
    return sign if sign.isascii() and sign.isalnum() else f"\\u{ord(sign):04x}"
