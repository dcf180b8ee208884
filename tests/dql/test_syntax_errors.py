"""Texts that Dataview 0.5.68 refuses: at the same place, for the same reasons, and in words for a person."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import needs_shared
from tests.dql.test_parser import PARSERS, RECORDED, is_syntax_error
from vaultkit.dql import lexer
from vaultkit.dql.errors import WORDS, DqlSyntaxError, Expected
from vaultkit.dql.lexer import Token
from vaultkit.dql.parser import parse_expression, parse_query, parse_source
from vaultkit.text import Span


def error_of(text: str, parse=parse_query) -> DqlSyntaxError:
    with pytest.raises(DqlSyntaxError) as caught:
        parse(text)
    return caught.value


@needs_shared
def test_every_recorded_report_is_given_sign_by_sign():
    """The recording puts the name of the function that was called before the report of a source."""
    refused = [case for case in RECORDED if is_syntax_error(case[3])]
    for name, kind, text, answer in refused:
        report = error_of(text, PARSERS[kind]).report
        assert answer["error"].removeprefix("Failed to parse query in 'pagePaths': ") == report, name
    assert len(refused) == 44


def test_an_error_knows_its_place():
    error = error_of('TABLE statut\nFROM "Projets"\nWHERE rôle == "x"')
    assert error.span == Span(40, 41)
    assert (error.line, error.column) == (3, 13)
    assert error.drawing == 'WHERE rôle == "x"\n            ^'
    assert error.message.en == "expected an expression; found '='"
    assert error.message.fr == "attendu : une expression ; trouvé : « = »"


def test_at_the_end_the_span_is_empty():
    error = error_of('LIST FROM "Contacts')
    assert error.span == Span(19, 19)
    assert error.expected == ("string",)
    assert error.message.en == 'expected a text in quotes "…"; found the end of the query'
    assert "Got the end of the input" in error.report


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("TABLE statut priorité", "expected an operator, a step (WHERE, SORT, LIMIT, GROUP BY, FLATTEN), a comma, AS, FROM or the end; found 'priorité'"),
        ("LIST FROM Contacts", "found 'Contacts'"),
        ("TABLE a, FROM #b", "expected the name of a field that is no keyword; found a blank"),
        ("LIST WHERE(x)", "expected WHERE and a condition; found '('"),
        ("TABLE a AS 2", "expected a text in quotes \"…\" or a name; found '2'"),
        ("", "expected TABLE, LIST, TASK or CALENDAR, and what must follow; found the end of the query"),
    ],
)  # fmt: skip
def test_a_message_names_what_could_stand_there(text, found):
    assert found in error_of(text).message.en


def test_each_expectation_has_words_in_both_languages():
    assert set(WORDS) == set(Expected)
    tokens = [token for token in vars(lexer).values() if isinstance(token, Token)]
    assert {token.expected for token in tokens} <= set(WORDS)


def test_what_is_too_deep_for_vaultkit_has_a_place_and_no_expectations():
    error = error_of("(" * 200, parse_expression)
    assert error.span == Span(100, 101)
    assert error.expected == ()
    assert error.message.fr == "imbrication trop profonde (au plus 100 niveaux)"
    assert error.report == "Error: nested too deeply (at most 100 levels)"


def test_the_caret_stands_below_wide_signs_and_tabs_too():
    assert error_of("LIST\t日本 x").drawing == "LIST\t日本 x\n    \t     ^"


def test_a_long_line_is_cut_around_the_fault():
    line, caret = error_of(f'LIST "{"x" * 300}" y {"z" * 300}').drawing.split("\n")
    assert len(line) == 122
    assert line[len(caret) - 1] == "y"


def test_the_report_counts_utf16_units_and_shows_the_lines_around():
    error = error_of("LIST\nFROM #a\nWHERE 🔥 ==\n\nSORT x")
    assert error.column == 10
    assert error.report.splitlines()[3:10] == [
        "  1 | LIST",
        "  2 | FROM #a",
        "> 3 | WHERE 🔥 ==",
        "    |           ^",
        "  4 | ",
        "  5 | SORT x",
        "",
    ]


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("TABLE a,\nb", None),
        ("(a\n+)", ["  1 | (a", "> 2 | +)", "    |  ^"]),
        ("#\r\n", ["> 1 | #", "    | ^", "  2 | "]),
        ("a.\r\nb", ["> 1 | a.", "    |   ^", "  2 | b"]),
        ("a.\nb", ["  1 | a.", "> 2 | b", "    | ^"]),
        ("a.\rb", ["  1 | a.", "> 2 | b", "    | ^"]),
        ("a\u2028b", ["> 1 | a", "    |   ^", "  2 | b"]),
    ],
)
def test_the_report_parts_lines_as_the_library_does(text, frame):
    """A fault at a line feed is drawn on the line after it; U+2028 parts lines and is not counted."""
    if frame is None:
        parse_query(text)
    else:
        assert error_of(text, parse_expression).report.split("\n\n")[1].splitlines() == frame


SNIPPETS = st.sampled_from(
    [
        "(", ")", "[", "]", "[[", "]]", "{", "}", '"', "\\", ",", ".", ":", "=>", "=", "!=", "<", "+", "-", "/", "%",
        "and", " or ", "!", "![[", "#a", "x", "1", "-2.5", " ", "\n", "\r", "//", "🔥", "5️⃣", "é", "date(", "today",
        "2025-03-14", "T10:30:00.", "dur(", "1 day", "(x) =>", "FROM ", "WHERE ", "SORT ", "LIMIT ", "GROUP BY ",
        "FLATTEN ", " AS ", " DESC", "TABLE ", "LIST ", "TASK ", "CALENDAR ", "WITHOUT ID", "csv(", "outgoing(",
        "true", "null", "\x00", "\ud800", "\u2028",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(SNIPPETS, max_size=30).map("".join))


PARSES = (parse_query, parse_expression, parse_source)


def refusal(text: str, parse: Callable[[str], object]) -> DqlSyntaxError | None:
    """Return the error that parsing raises, if any; one of another kind is not caught."""
    try:
        parse(text)
    except DqlSyntaxError as error:
        return error
    return None


@given(TEXTS, st.sampled_from(PARSES))
def test_nothing_but_a_syntax_error_is_raised(text, parse):
    error = refusal(text, parse)
    if error:
        assert 0 <= error.span.start <= error.span.end <= len(text)
        assert error.expected
        assert error.report.startswith("Error: \n-- PARSING FAILED")
        assert error.drawing.endswith("^")


@pytest.mark.parametrize(
    "piece", ["(", '"', "[[", "[", "{a:", "and", "!", "a(", "a.b", "-", "#", "\\", "date(", " ", "1"]
)
def test_five_megabytes_of_anything_are_answered(piece):
    text = (piece * 5_000_000)[:5_000_000]
    for start, parse in (
        ("LIST FROM ", parse_query),
        ("TABLE ", parse_query),
        *(("", parse) for parse in PARSES),
    ):
        error = refusal(start + text, parse)
        assert error is None or len(error.drawing) < 300
