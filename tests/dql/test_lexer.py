"""Tokens: what each one takes, and the furthest place that is remembered when something is missing."""

from __future__ import annotations

import pytest

from vaultkit.dql import lexer as t
from vaultkit.dql.errors import Expected
from vaultkit.dql.lexer import Lexer, Token, name_end


def lexer_of(text: str) -> Lexer:
    return Lexer(text, lambda zone: True)


def taken(token: Token, text: str) -> str | None:
    return lexer_of(text).accept(token)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("rôle orange", "rôle"),
        ("fin-début", "fin-début"),
        ("a_1-b.c", "a_1-b"),
        ("中文字", "中文字"),
        ("🔥feu", "🔥feu"),
        ("a5️⃣", "a5"),
        ("5️⃣ ", "5️⃣"),
        ("❤️‍🔥!", "❤️‍🔥"),
        ("_a", ""),
        ("5", ""),
        ("²", ""),
        ("e\u0301", "e"),
        ("", ""),
    ],
)
def test_a_name_is_letters_and_emoji_then_also_digits_and_dashes(text, name):
    """A keycap begins a name, but after a letter its digit is taken alone; a combining accent is no letter."""
    assert text[: name_end(text, 0)] == name


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"a" and', "a"),
        (r'"\"\\"', '"\\'),
        (r'"\n\d"', r"\n\d"),
        (r'"\\n"', r"\n"),
        ('"two\nlines"', "two\nlines"),
        ('""', ""),
        ('"open', None),
        ('"open\\"', None),
        ("'a'", None),
    ],
)
def test_only_quotes_and_backslashes_can_be_escaped(text, value):
    assert lexer_of(text).attempt(Lexer.string) == value


def test_a_string_that_never_ends_is_missed_at_the_end_of_the_text():
    lexer = lexer_of('"open')
    assert lexer.attempt(Lexer.string) is None
    assert lexer.error().span.start == 5
    assert lexer.at == 0


@pytest.mark.parametrize(
    ("token", "text", "found"),
    [
        (t.NUMBER, "-1.50.2", "-1.50"),
        (t.NUMBER, "1.", "1"),
        (t.NUMBER, ".5", None),
        (t.NUMBER, "٣", None),
        (t.BOOLEAN, "trueish", "true"),
        (t.BOOLEAN, "TRUE", None),
        (t.UNIT, "minutes", "minutes"),
        (t.UNIT, "mo", "mo"),
        (t.UNIT, "m2", "m"),
        (t.DATE_SHORTHAND, "start-of-week", "start-of-week"),
        (t.LINK, "[[a#b|c]] [[d]]", "[[a#b|c]]"),
        (t.LINK, "[[1], [2]]", None),
        (t.TAG, "#a/b-c, d", "#a/b-c"),
        (t.TAG, "#👍", "#👍"),
        (t.TAG, "# a", "#"),
        (t.OPERATOR, "OrAnge", "Or"),
        (t.OPERATOR, "=<", "="),
        (t.OPERATOR, ">=", ">="),
        (t.WITHOUT_ID, "without \n\u00a0iD", "without \n\u00a0iD"),
        (t.GROUP_BY, "group by", "group by"),
        (t.GROUP_BY, "GROUP  BY", None),
        (t.HEADER, "listeN", "list"),
        (t.HEADER, "LıST", None),
        (t.COMMENT, "// a\r\n// b", "// a\r"),
        (t.BLANKS_NEEDED, "\ufeff\u2003\tx", "\ufeff\u2003\t"),
        (t.BLANKS_NEEDED, "\x85", None),
    ],
)
def test_what_a_token_takes(token, text, found):
    """Keywords are ASCII in any case and not bounded; blanks are those of JavaScript."""
    assert taken(token, text) == found


def test_only_the_furthest_place_where_something_was_missing_counts():
    lexer = lexer_of("a b")
    lexer.accept(t.OPEN)
    lexer.at = 2
    lexer.accept(t.CLOSE)
    lexer.accept(t.COMMA)
    lexer.at = 1
    lexer.accept(t.DOT)
    assert (lexer.error().span.start, lexer.error().expected) == (2, ("')'", "','"))


def test_what_goes_wrong_under_a_name_is_called_by_it():
    def rule(lexer: Lexer) -> None:
        with lexer.described(Expected.LIST):
            lexer.expect(t.OPEN)
            lexer.expect(t.NUMBER)
            lexer.expect(t.CLOSE)

    lexer = lexer_of("(1")
    assert lexer.attempt(rule) is None
    assert (lexer.error().span.start, lexer.error().expected) == (2, (Expected.LIST,))


def test_what_was_missing_before_success_is_still_known_by_its_own_name():
    lexer = lexer_of("(")
    with lexer.described(Expected.LIST):
        lexer.expect(t.OPEN)
        lexer.accept(t.NUMBER)
    assert lexer.error().expected == (Expected.NUMBER,)


def test_an_attempt_that_fails_goes_back():
    lexer = lexer_of("( x")

    def rule(lexer: Lexer) -> str:
        lexer.expect(t.OPEN)
        lexer.blanks()
        return lexer.expect(t.NUMBER)

    assert lexer.attempt(rule) is None
    assert lexer.at == 0
