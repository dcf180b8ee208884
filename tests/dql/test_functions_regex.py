"""JavaScript's regular expressions: its syntax, its signs, its replacements, its words where a pattern is wrong."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.dql.context import Budget, QueryError, QueryTooLarge
from vaultkit.dql.javascript_regex import InvalidRegexError, from_units, javascript_regex, to_units

ALL = 2**32 - 1


def found(pattern: str, text: str) -> bool:
    return javascript_regex(pattern).test(text, Budget())


@pytest.mark.parametrize(
    ("pattern", "yes", "no"),
    [
        (r"^\d$", "7", "٣"),
        (r"^\w+$", "a_1", "é"),
        (r"\ba\b", "éa", "ba"),
        (r"^\s$", "\ufeff", "\u001c"),
        ("^a$", "a", "a\n"),
        ("^.$", "é", "\u2028"),
        ("^..$", "🔥", "e"),
        ("^[^]$", "\n", ""),
        ("[]|^$", "", "a"),
        (r"^[\d-x]$", "-", "w"),
        ("^a{,2}$", "a{,2}", "aa"),
        ("^x{2,3}$", "xxx", "x"),
        (r"^(a)?\1b$", "b", "ab"),
        (r"^\2(a)(b)$", "ab", "bab"),
        (r"(?<an>\d{4})-\k<an>", "2025-2025", "2025-2024"),
        (r"^\k<n>$", "k<n>", "n"),
        (r"(?<=a)b(?!c)", "abd", "abc"),
        (r"^\x41\u0042\103\cA$", "ABC\x01", "ABC"),
        (r"^\8\c$", "8\\c", "8c"),
        ("^]}$", "]}", ""),
        ("^[[a]]$", "a]", "a"),
        ("^(?=a)*b", "b", "a"),
        ("^((a)|b)*$", "abab", "abc"),
        ("^[a&&b]$", "&", "c"),
        ("É", "É", "é"),
    ],
)
def test_a_pattern_means_what_it_does_in_javascript(pattern, yes, no):
    assert found(pattern, yes)
    assert not found(pattern, no)


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("[", "Invalid regular expression: /[/: Unterminated character class"),
        ("(", "Invalid regular expression: /(/: Unterminated group"),
        ("a)", "Invalid regular expression: /a)/: Unmatched ')'"),
        ("a**", "Invalid regular expression: /a**/: Nothing to repeat"),
        ("{1}", "Invalid regular expression: /{1}/: Nothing to repeat"),
        ("a++", "Invalid regular expression: /a++/: Nothing to repeat"),
        ("a{2,1}", "Invalid regular expression: /a{2,1}/: numbers out of order in {} quantifier"),
        ("[b-a]", "Invalid regular expression: /[b-a]/: Range out of order in character class"),
        ("(?i:a)", "Invalid regular expression: /(?i:a)/: Invalid group"),
        ("(?<1>a)", "Invalid regular expression: /(?<1>a)/: Invalid capture group name"),
        ("(?<n>a)(?<n>b)", "Invalid regular expression: /(?<n>a)(?<n>b)/: Duplicate capture group name"),
        (r"(?<n>a)\k<m>", r"Invalid regular expression: /(?<n>a)\k<m>/: Invalid named capture referenced"),
        ("\\", "Invalid regular expression: /\\/: \\ at end of pattern"),
        ("(?<=a)*", "Invalid regular expression: /(?<=a)*/: Invalid quantifier"),
        ("🔥(", "Invalid regular expression: /🔥(/: Unterminated group"),
    ],
)
def test_a_wrong_pattern_is_refused_in_the_words_of_v8(pattern, words):
    with pytest.raises(InvalidRegexError) as refused:
        javascript_regex(pattern)
    assert str(refused.value) == words


@pytest.mark.parametrize(
    ("pattern", "template", "result"),
    [
        (r"(\d+)-(\d+)", "$2/$1", "x 03/2025 y"),
        (r"\d+", "<$&>", "x <2025>-<03> y"),
        ("-", "$`|$'", "x 2025x 2025|03 y03 y"),
        ("-", "$$1", "x 2025$103 y"),
        ("(-)", "$01$2$10", "x 2025-$2-003 y"),
        ("(?<m>-)", "[$<m>$<n>]", "x 2025[-]03 y"),
        ("-", "$<m>", "x 2025$<m>03 y"),
        ("x*", "_", "__ _2_0_2_5_-_0_3_ _y_"),
        ("((a)|-)+", "[$2]", "x 2025[]03 y"),
        ("^", "$0", "$0x 2025-03 y"),
    ],
)
def test_replacements_have_the_signs_of_javascript(pattern, template, result):
    assert javascript_regex(pattern).replace("x 2025-03 y", template, Budget()) == result


def test_a_group_caught_in_an_earlier_round_of_a_loop_is_forgotten():
    assert javascript_regex("(?:(a)|b)*").replace("ab", "[$1]", Budget()) == "[][]"


@pytest.mark.parametrize(
    ("pattern", "text", "limit", "parts"),
    [
        (",", "a,b,c", ALL, ["a", "b", "c"]),
        (",", "a,b,c", 2, ["a", "b"]),
        (",", "a,b", 0, []),
        ("", "abc", ALL, ["a", "b", "c"]),
        ("", "", ALL, []),
        (",", "", ALL, [""]),
        ("(x)|,", "a,bxc", ALL, ["a", "", "b", "x", "c"]),
        ("(?=b)", "abab", ALL, ["a", "ba", "b"]),
        ("$", "ab", ALL, ["ab"]),
    ],
)
def test_splitting_is_javascripts(pattern, text, limit, parts):
    assert javascript_regex(pattern).split(text, limit, Budget()) == parts


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("(a+)+$", "a" * 3000 + "!"), ("^(x|xx)+$", "x" * 3000 + "!"), ("(?:a|aa)+b", "a" * 3000 + "c")],
)
def test_a_search_without_end_is_given_up_within_a_second(pattern, text):
    began = time.process_time()
    with pytest.raises(QueryTooLarge):
        found(pattern, text)
    assert time.process_time() - began < 1.5


@pytest.mark.parametrize(
    "pattern", ["a{100000000}", "((a{1000}){1000}){1000}", "(" * 500 + ")" * 500, "a" * 30_000]
)
def test_a_pattern_of_monstrous_size_is_refused(pattern):
    with pytest.raises(InvalidRegexError, match="too large"):
        javascript_regex(pattern)


@given(text=st.text(alphabet=st.characters() | st.sampled_from("\ud83d\udd25🔥")))
def test_units_and_back_is_the_text_with_its_halves_joined(text):
    assert to_units(from_units(to_units(text))) == to_units(text)
    assert len(to_units(text)) == len(text.encode("utf-16-le", "surrogatepass")) // 2


PIECES = ["a", "b", "é", "🔥", ".", "\\d", "\\w", "\\b", "^", "$", "[ab]", "[^a]", "(", "(?:", "(?=", "(?!", "(?<n>", ")",
          "|", "*", "+?", "{2}", "{1,", "\\1", "\\k<n>", "\\", "[", "]", "-", "\\c", "\\x6"]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=10),
    text=st.text(alphabet="aé🔥b1\n", max_size=10),
    template=st.sampled_from(["$1", "$<n>", "$&$$", "x"]),
)
def test_any_pattern_is_searched_for_or_refused(pieces, text, template):
    try:
        pattern = javascript_regex("".join(pieces))
        assert isinstance(pattern.test(text, Budget()), bool)
        assert pattern.replace(text, "$&", Budget()) == text
        pattern.replace(text, template, Budget())
        pattern.split(text, ALL, Budget())
    except (InvalidRegexError, QueryError):
        pass
