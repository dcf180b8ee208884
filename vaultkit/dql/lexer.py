"""Tokens of the Dataview Query Language, read one at a time where the parser asks for them.

The language has no tokens of its own: what `-`, `or` or `date(` is depends on what may stand there (`fin-début` is
one name, `a or b` and `aor b` are not read alike), so the parser names the token that it wants. The lexer keeps in
mind the furthest place where something was missing, as Dataview's parser library (parsimmon) does for its reports.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import TracebackType
from typing import NoReturn, TypeVar

from msgspec import Struct

from vaultkit.dql.emoji import emoji_end
from vaultkit.dql.errors import DqlSyntaxError, Expected, too_deep, unexpected
from vaultkit.dql.javascript import BLANKS
from vaultkit.dql.syntax import DateShorthand, Unit
from vaultkit.text import Span, pattern

#: How deep a query may be nested: every expression in another counts, as does every pair of parentheses.
MAX_DEPTH = 100

_T = TypeVar("_T")
_OPTIONAL_BLANKS = pattern(f"[{BLANKS}]*")
_NAME_RUN = pattern(r"[A-Za-z0-9_-]*")
_ESCAPE = pattern(r'\\(["\\])')
_STRING = pattern(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)


class Token(Struct, frozen=True):
    """A piece of text that a pattern matches, and what its absence is called."""

    expected: Expected
    pattern: re.Pattern[str]


def _sign(expected: Expected, text: str) -> Token:
    return Token(expected, pattern(re.escape(text)))


def _word(expected: Expected, word: str) -> Token:
    """Return a keyword: in any case of ASCII letters, and not bounded, so `ASx` begins with AS."""
    return Token(expected, pattern(word, re.IGNORECASE | re.ASCII))


def _one_of(expected: Expected, *words: str) -> Token:
    """Return the longest of these words that stands there."""
    return Token(expected, pattern("|".join(map(re.escape, sorted(words, key=len, reverse=True)))))


NUMBER = Token(Expected.NUMBER, pattern(r"-?[0-9]+(?:\.[0-9]+)?"))
BOOLEAN = Token(Expected.BOOLEAN, pattern("true|false|True|False"))
NULL = _sign(Expected.NULL, "null")
LINK = Token(Expected.LINK, pattern(r"\[\[[^\[\]]*\]\]"))
EMBED = Token(Expected.LINK, pattern(r"!\[\[[^\[\]]*\]\]"))
DATE_SHORTHAND = _one_of(Expected.DATE, *DateShorthand)

#: How units of time may be spelled.
UNITS: dict[str, Unit] = {
    spelling: unit
    for unit, spellings in {
        Unit.YEARS: "year years yr yrs",
        Unit.MONTHS: "month months mo mos",
        Unit.WEEKS: "week weeks wk wks w",
        Unit.DAYS: "day days d",
        Unit.HOURS: "hour hours hr hrs h",
        Unit.MINUTES: "minute minutes min mins m",
        Unit.SECONDS: "second seconds sec secs s",
    }.items()
    for spelling in spellings.split()
}
UNIT = _one_of(Expected.DURATION, *UNITS)

OPEN = _sign(Expected.OPEN, "(")
CLOSE = _sign(Expected.CLOSE, ")")
OPEN_INDEX = _sign(Expected.OPEN_INDEX, "[")
CLOSE_INDEX = _sign(Expected.CLOSE_INDEX, "]")
DOT = _sign(Expected.DOT, ".")
COMMA = _sign(Expected.COMMA, ",")
ARROW = _sign(Expected.ARROW, "=>")
NOT = _sign(Expected.NEGATED, "!")
OPEN_OBJECT = _sign(Expected.OBJECT, "{")
CLOSE_OBJECT = _sign(Expected.OBJECT, "}")
COLON = _sign(Expected.OBJECT, ":")

OPEN_DATE = _sign(Expected.DATE, "date(")
OPEN_DURATION = _sign(Expected.DURATION, "dur(")
OPEN_CSV = _sign(Expected.CSV, "csv(")
OPEN_OUTGOING = _sign(Expected.OUTGOING, "outgoing(")
TAG = Token(
    Expected.TAG, pattern(rf"#[^{BLANKS}\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{{|}}~\[\]\\]*")
)

BOOLEAN_OPERATOR = _word(Expected.BOTH_OR_EITHER, r"and|or|&|\|")
OPERATOR = _word(Expected.BOTH_OR_EITHER, r"[*/%+-]|>=|<=|!=|[><=]|and|or|&|\|")

BLANKS_NEEDED = Token(Expected.BLANKS, pattern(f"[{BLANKS}]+"))
COMMENT = Token(Expected.COMMENT, pattern("//[^\n]*"))
HEADER = _word(Expected.HEADER, "TABLE|LIST|TASK|CALENDAR")
WITHOUT_ID = _word(Expected.WITHOUT_ID, f"WITHOUT[{BLANKS}]+ID")
AS = _word(Expected.AS, "AS")
SORT_ORDER = _word(Expected.SORT_ORDER, "ASCENDING|DESCENDING|ASC|DESC")
FROM = _word(Expected.FROM, "FROM")
WHERE = _word(Expected.WHERE, "WHERE")
SORT = _word(Expected.SORT, "SORT")
LIMIT = _word(Expected.LIMIT, "LIMIT")
GROUP_BY = _word(Expected.GROUP, "GROUP BY")
FLATTEN = _word(Expected.FLATTEN, "FLATTEN")


class NoMatch(Exception):
    """What was asked for does not stand here; another reading may fit."""


class Lexer:
    """A place in a query's text, moved on by the tokens that are read.

    `accept` and its like return what was read or None; `expect` raises `NoMatch`. Whatever was missing is noted
    where it was missing, and only the furthest of these places is remembered.
    """

    __slots__ = ("_depth", "_expected", "_furthest", "at", "is_zone", "text")

    def __init__(self, text: str, is_zone: Callable[[str], bool]) -> None:
        self.text = text
        self.is_zone = is_zone
        self.at = 0
        self._depth = 0
        self._furthest = -1
        self._expected: frozenset[Expected] = frozenset()

    def accept(self, token: Token) -> str | None:
        """Read the token if it stands here."""
        found = token.pattern.match(self.text, self.at)
        if found is None:
            self.note(token.expected)
            return None
        self.at = found.end()
        return found[0]

    def expect(self, token: Token) -> str:
        """Read the token, which must stand here."""
        found = self.accept(token)
        if found is None:
            raise NoMatch
        return found

    def blanks(self) -> None:
        """Read blanks, if any."""
        found = _OPTIONAL_BLANKS.match(self.text, self.at)
        if found is not None:
            self.at = found.end()

    def identifier(self) -> str:
        """Read a name: a letter of any script or an emoji, then more of them, digits, `_` and `-`."""
        start = self.at
        end = name_end(self.text, start)
        if end == start:
            self.fail(Expected.IDENTIFIER)
        self.at = end
        self.note(Expected.NAME_SIGN, Expected.TEXT)
        return self.text[start:end]

    def string(self) -> str:
        r"""Read a text in double quotes; `\"` and `\\` lose their backslash, other signs keep it."""
        found = _STRING.match(self.text, self.at)
        if found is None:
            self.fail(Expected.STRING, at=len(self.text) if self.peek() == '"' else self.at)
        self.at = found.end()
        return _ESCAPE.sub(r"\1", found[1])

    def name(self) -> str:
        """Read an identifier, or any name in quotes."""
        name = self.attempt(Lexer.identifier)
        return self.string() if name is None else name

    def peek(self) -> str:
        """Return the sign that stands here, empty at the end."""
        return self.text[self.at : self.at + 1]

    def span_from(self, start: int) -> Span:
        """Return the stretch from `start` to here."""
        return Span(start, self.at)

    def note(self, *expected: Expected, at: int | None = None) -> None:
        """Remember that one of these could have stood `at` a place, here if none is given."""
        self._merge(self.at if at is None else at, frozenset(expected))

    def fail(self, *expected: Expected, at: int | None = None) -> NoReturn:
        """Note what is missing, and give this reading up."""
        self.note(*expected, at=at)
        raise NoMatch

    def attempt(self, rule: Callable[[Lexer], _T]) -> _T | None:
        """Read by a rule, or go back to where it began."""
        start = self.at
        try:
            return rule(self)
        except NoMatch:
            self.at = start
            return None

    def described(self, expected: Expected) -> _Described:
        """Give all that goes wrong inside one name, at the furthest place that was reached."""
        return _Described(self, expected)

    def nested(self) -> _Nested:
        """Go one level deeper, and refuse to go below `MAX_DEPTH`."""
        return _Nested(self)

    def finish(self) -> None:
        """Nothing may be left."""
        if self.at < len(self.text):
            self.fail(Expected.END)

    def error(self) -> DqlSyntaxError:
        """Return the error of the furthest place that was reached."""
        return unexpected(self.text, self._furthest, self._expected)

    def too_deep(self, at: int | None = None) -> DqlSyntaxError:
        """Return the error of a text nested too deeply."""
        return too_deep(self.text, self.at if at is None else at, MAX_DEPTH)

    def _merge(self, at: int, expected: frozenset[Expected]) -> None:
        if at > self._furthest:
            self._furthest, self._expected = at, expected
        elif at == self._furthest:
            self._expected |= expected


class _Described:
    """The notes made inside a `with`; see `Lexer.described`."""

    __slots__ = ("_before", "_expected", "_lexer")

    def __init__(self, lexer: Lexer, expected: Expected) -> None:
        self._lexer = lexer
        self._expected = frozenset((expected,))

    def __enter__(self) -> None:
        lexer = self._lexer
        self._before = lexer._furthest, lexer._expected
        lexer._furthest, lexer._expected = -1, frozenset()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        lexer = self._lexer
        if kind is NoMatch:
            lexer._expected = self._expected
        lexer._merge(*self._before)


class _Nested:
    """One level deeper inside a `with`; see `Lexer.nested`."""

    __slots__ = ("_lexer",)

    def __init__(self, lexer: Lexer) -> None:
        self._lexer = lexer

    def __enter__(self) -> None:
        self._lexer._depth += 1
        if self._lexer._depth > MAX_DEPTH:
            raise self._lexer.too_deep()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lexer._depth -= 1


def name_end(text: str, at: int) -> int:
    """Return where the name ends that begins at `at`, `at` itself if none does."""
    end = _letter_end(text, at)
    if end == at:
        return at
    while True:
        run = _NAME_RUN.match(text, end)
        after = run.end() if run else end
        end = _letter_end(text, after)
        if end == after:
            return end


def _letter_end(text: str, at: int) -> int:
    """Return where the one letter or emoji ends that stands at `at`, `at` itself if none does."""
    return at + 1 if text[at : at + 1].isalpha() else emoji_end(text, at)
