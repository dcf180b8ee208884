"""What is said of a query that cannot be read: where it went wrong, and what could have stood there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from vaultkit.errors import VaultkitError
from vaultkit.text import LineIndex, Message, Span, pattern

#: As much of a line as is shown on either side of the fault.
_SHOWN = 60
_FOUND = pattern(r"[\w-]{1,30}|.", re.DOTALL)
#: Where the parser library of Dataview parts lines when it prints them; it counts only the first three.
_LINE_END = pattern("\r\n|[\n\r\u2028\u2029]")
_COUNTED_END = pattern("\n|\r(?!\n)")


class Expected(StrEnum):
    """What could have stood somewhere, in the words of Dataview's own error reports."""

    NUMBER = "number"
    STRING = "string"
    BOOLEAN = "boolean"
    NULL = "'null'"
    DATE = "date"
    DURATION = "duration"
    LINK = "file link"
    LIST = "list ('[1, 2, 3]')"
    OBJECT = "object ('{ a: 1, b: 2 }')"
    NEGATED = "negated field"
    VARIABLE = "variable"
    OPEN = "'('"
    CLOSE = "')'"
    OPEN_INDEX = "'['"
    CLOSE_INDEX = "']'"
    DOT = "'.'"
    COMMA = "','"
    ARROW = "'=>'"
    IDENTIFIER = "variable identifier"
    NAME_SIGN = "/[0-9\\p{Letter}_-]/u"
    TEXT = "text"
    PRODUCT = "'*' or '/' or '%'"
    SUM = "'+' or '-'"
    COMPARISON = "'>=' or '<=' or '!=' or '=' or '>' or '<'"
    BOTH_OR_EITHER = "'and' or 'or'"
    BANG = "'!'"
    MINUS = "'-'"
    CSV = "'csv('"
    OUTGOING = "'outgoing('"
    TAG = "tag ('#hello/stuff')"
    HEADER = "TABLE or LIST or TASK or CALENDAR"
    WITHOUT_ID = "/WITHOUT\\s+ID/i"
    AS = "/AS/i"
    FROM = "/FROM/i"
    WHERE = "WHERE <expression>"
    SORT = "SORT field [ASC/DESC]"
    SORT_ORDER = "/ASCENDING|DESCENDING|ASC|DESC/i"
    LIMIT = "LIMIT <value>"
    GROUP = "GROUP BY <value> [AS <name>]"
    FLATTEN = "FLATTEN <value> [AS <name>]"
    BLANKS = "whitespace"
    COMMENT = "Not a comment"
    END = "EOF"


_E = Expected
#: What may begin an expression; said in one word where all of it may stand.
EXPRESSION = frozenset(
    {
        _E.OPEN, _E.NULL, _E.BOOLEAN, _E.DATE, _E.DURATION, _E.LINK, _E.LIST, _E.NEGATED, _E.NUMBER, _E.OBJECT,
        _E.STRING, _E.VARIABLE,
    }
)  # fmt: skip
_OPERATORS = frozenset({_E.PRODUCT, _E.SUM, _E.COMPARISON, _E.BOTH_OR_EITHER})
_STEPS = frozenset({_E.WHERE, _E.SORT, _E.LIMIT, _E.GROUP, _E.FLATTEN})
#: What could always go on, and what a keyword is not: neither says a thing while anything else could stand there.
_QUIET = frozenset({_E.NAME_SIGN, _E.TEXT, _E.BLANKS, _E.COMMENT, _E.DOT, _E.OPEN_INDEX, _E.VARIABLE})

_AN_OPERATOR = Message("un opérateur", "an operator")
#: What is said in one go where all of it could stand.
_GROUPS = {
    EXPRESSION: Message("une expression", "an expression"),
    _OPERATORS: _AN_OPERATOR,
    _STEPS: Message(
        "une étape (WHERE, SORT, LIMIT, GROUP BY, FLATTEN)", "a step (WHERE, SORT, LIMIT, GROUP BY, FLATTEN)"
    ),
}
_NAME = Message("la suite du nom", "more of the name")


def _same(words: str) -> Message:
    return Message(words, words)


WORDS: dict[Expected, Message] = {
    _E.NUMBER: Message("un nombre", "a number"),
    _E.STRING: Message("un texte entre guillemets \"…\"", 'a text in quotes "…"'),
    _E.BOOLEAN: Message("true ou false", "true or false"),
    _E.NULL: _same("null"),
    _E.DATE: Message("une date comme date(2025-03-14)", "a date such as date(2025-03-14)"),
    _E.DURATION: Message("une durée comme dur(1 day)", "a duration such as dur(1 day)"),
    _E.LINK: Message("un lien [[Note]]", "a link [[Note]]"),
    _E.LIST: Message("une liste [1, 2]", "a list [1, 2]"),
    _E.OBJECT: Message("un objet {a: 1}", "an object {a: 1}"),
    _E.NEGATED: Message("une expression après « ! »", "an expression after '!'"),
    _E.VARIABLE: Message("un nom de champ qui n’est pas un mot-clé", "the name of a field that is no keyword"),
    _E.OPEN: Message("« ( »", "'('"),
    _E.CLOSE: Message("« ) »", "')'"),
    _E.OPEN_INDEX: Message("« [ »", "'['"),
    _E.CLOSE_INDEX: Message("« ] »", "']'"),
    _E.DOT: Message("« . »", "'.'"),
    _E.COMMA: Message("une virgule", "a comma"),
    _E.ARROW: Message("« => »", "'=>'"),
    _E.IDENTIFIER: Message("un nom", "a name"),
    _E.NAME_SIGN: _NAME,
    _E.TEXT: _NAME,
    _E.PRODUCT: _AN_OPERATOR,
    _E.SUM: _AN_OPERATOR,
    _E.COMPARISON: _AN_OPERATOR,
    _E.BOTH_OR_EITHER: Message("AND ou OR", "AND or OR"),
    _E.BANG: Message("« ! »", "'!'"),
    _E.MINUS: Message("« - »", "'-'"),
    _E.CSV: _same("csv(…)"),
    _E.OUTGOING: _same("outgoing(…)"),
    _E.TAG: Message("un tag #mot", "a tag #word"),
    _E.HEADER: Message(
        "TABLE, LIST, TASK ou CALENDAR, et ce qui doit suivre", "TABLE, LIST, TASK or CALENDAR, and what must follow"
    ),
    _E.WITHOUT_ID: _same("WITHOUT ID"),
    _E.AS: _same("AS"),
    _E.FROM: _same("FROM"),
    _E.WHERE: Message("WHERE et une condition", "WHERE and a condition"),
    _E.SORT: Message("SORT et un champ", "SORT and a field"),
    _E.SORT_ORDER: Message("ASC ou DESC", "ASC or DESC"),
    _E.LIMIT: Message("LIMIT et un nombre", "LIMIT and a number"),
    _E.GROUP: Message("GROUP BY (un seul blanc) et un champ", "GROUP BY (a single blank) and a field"),
    _E.FLATTEN: Message("FLATTEN et un champ", "FLATTEN and a field"),
    _E.BLANKS: Message("un blanc", "a blank"),
    _E.COMMENT: Message("un commentaire", "a comment"),
    _E.END: Message("la fin", "the end"),
}  # fmt: skip


class DqlSyntaxError(VaultkitError):
    """A query that cannot be read.

    `span` is the sign at which reading stopped (empty at the end), `expected` what could have stood there as
    Dataview words it, in its order; nothing where a limit of vaultkit's own was met.
    """

    def __init__(self, message: Message, text: str, span: Span, expected: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.text = text
        self.span = span
        self.expected = expected
        self.line, self.column = LineIndex(text).place(span.start)

    @property
    def drawing(self) -> str:
        """The line of the fault and a caret below it; a long line is cut."""
        line = self.text.split("\n", self.line)[self.line - 1].rstrip("\r")
        start = max(0, self.column - 1 - _SHOWN)
        before = line[start : self.column - 1]
        after = line[self.column - 1 : self.column - 1 + _SHOWN]
        left = "…" if start else ""
        right = "…" if len(line) >= self.column + _SHOWN else ""
        return f"{left}{before}{after}{right}\n{_blank(left + before)}^"

    @property
    def report(self) -> str:
        """The error as Dataview shows it, sign by sign; it counts columns in UTF-16 units."""
        if not self.expected:
            return f"Error: {self.message.en}"
        words = self.expected[0] if len(self.expected) == 1 else ", ".join(self.expected)
        head = "Expected:" if len(self.expected) == 1 else "Expected one of the following: "
        got = (
            "Got the end of the input"
            if self.span.start == len(self.text)
            else _frame(self.text, self.span.start)
        )
        return f"Error: \n-- PARSING FAILED {'-' * 50}\n\n{got}\n\n{head}\n\n{words}\n"


def unexpected(text: str, at: int, expected: Iterable[Expected]) -> DqlSyntaxError:
    """Return the error of a text that cannot be read on at `at`, where one of `expected` could have stood."""
    wanted = frozenset(expected)
    found = _found(text, at)
    message = Message(
        f"attendu : {_listed(wanted, 'fr')} ; trouvé : {found.fr}",
        f"expected {_listed(wanted, 'en')}; found {found.en}",
    )
    return DqlSyntaxError(message, text, Span(at, min(at + 1, len(text))), tuple(sorted(wanted)))


def too_deep(text: str, at: int, limit: int) -> DqlSyntaxError:
    """Return the error of a query nested more than `limit` deep, a bound of vaultkit's own."""
    message = Message(
        f"imbrication trop profonde (au plus {limit} niveaux)", f"nested too deeply (at most {limit} levels)"
    )
    return DqlSyntaxError(message, text, Span(at, min(at + 1, len(text))))


def _found(text: str, at: int) -> Message:
    """Return what stands at `at`: a word, a sign, blanks or the end."""
    found = _FOUND.match(text, at)
    if not found:
        return Message("la fin de la requête", "the end of the query")
    if found[0].isspace():
        return WORDS[Expected.BLANKS]
    return Message(f"« {found[0]} »", f"'{found[0]}'")


def _listed(expected: frozenset[Expected], language: str) -> str:
    """Return what was expected as words of one language: `an expression, a comma or the end`."""
    names = expected - {Expected.OPEN} if Expected.DOT in expected else expected
    words: list[str] = []
    for group, said in _GROUPS.items():
        if names >= group:
            names -= group
            words.append(said.of(language))
    if names - _QUIET or words:
        names -= _QUIET
    words = list(dict.fromkeys(words + [WORDS[name].of(language) for name in Expected if name in names]))
    last = " ou " if language == "fr" else " or "
    return last.join(filter(None, (", ".join(words[:-1]), words[-1])))


def _blank(text: str) -> str:
    """Return blanks as wide as `text` on a terminal; tabs stay tabs."""
    from wcwidth import wcwidth

    return "".join("\t" if char == "\t" else " " * max(wcwidth(char), 0) for char in text)


def _frame(text: str, at: int) -> str:
    """Return the code frame of parsimmon 1.18: two lines before, three from the fault on, a caret."""
    ends = [found.end() for found in _COUNTED_END.finditer(text, 0, at + 1)]
    if text.startswith("\r\n", at):
        ends = [end for end in ends if end <= at]
    row = len(ends)
    column = _utf16(text[ends[-1] if ends else 0 : at])
    lines = _LINE_END.split(text)
    first, last = max(row - 2, 0), min(row + 3, len(lines))
    width = len(str(last))
    drawn = []
    for number in range(first, last):
        mark = "> " if number == row else "  "
        drawn.append(f"{mark}{number + 1:>{width}} | {lines[number]}")
        if number == row:
            drawn.append(f"  {'':>{width}} | {' ' * column}^")
    return "\n".join(drawn)


def _utf16(text: str) -> int:
    """Return how many UTF-16 units `text` takes."""
    return len(text) + sum(1 for char in text if char > "\uffff")
