"""How two spellings compare, and what one line of text is."""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.text import (
    fold,
    leading_emoji,
    one_line,
    parting_commas,
    pattern,
    unaccented,
    without_numbering,
)


@pytest.mark.parametrize(
    "heading",
    [
        "🔐 Sécurité & Accès",
        "1. 🔐 Sécurité & Accès",
        "1.🔐 Sécurité & Accès",
        "1️⃣ Sécurité & Accès",
        "1️⃣ 🔐 Sécurité & Accès",
        "🔐 1. Sécurité et accès",
        "III) SÉCURITÉ ET ACCÈS",
        "1.2 Sécurité & Accès",
        "1 – Sécurité & Accès",
        "🔐 **Sécurité & accès** :",
        "Se\u0301curite\u0301 and acce\u0300s",
        "Sécurité und Accès",
    ],
)
def test_emoji_numbering_case_accents_and_the_word_for_and_do_not_count(heading: str) -> None:
    assert fold(heading) == "securite et acces"


def test_an_emoji_with_and_without_its_variation_selector_is_one() -> None:
    assert fold("🖥️ Postes") == fold("🖥 Postes") == "postes"


def test_ligatures_and_sharp_s_are_spelled_out() -> None:
    assert (fold("Maßnahmen"), fold("Œuvre"), fold("Café")) == ("massnahmen", "oeuvre", "cafe")


def test_the_emoji_of_a_label_stands_behind_its_number() -> None:
    assert leading_emoji("2. 📧 Mails") == "📧"
    assert leading_emoji("Mails 📧") == ""
    assert without_numbering("2. 📧 Mails") == "📧 Mails"
    assert without_numbering("2️⃣ Mails") == "Mails"


@given(st.text())
def test_law_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_law_no_accent_is_left(text: str) -> None:
    assert unaccented(unaccented(text)) == unaccented(text)


#: Characters whose neighbours could matter: they are composed, compose with others, or have another case.
TELLING = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.combining(chr(code))
    or unicodedata.decomposition(chr(code))
    or chr(code).casefold() != chr(code)
]


@given(st.text(st.sampled_from(TELLING) | st.characters(), max_size=9))
def test_law_an_accent_is_taken_away_as_if_the_whole_text_was_decomposed(text: str) -> None:
    spelled = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
    folded = unicodedata.normalize("NFKD", text).casefold()
    whole = unicodedata.normalize("NFKD", "".join(spelled.get(char, char) for char in folded))
    assert unaccented(text) == "".join(char for char in whole if not unicodedata.combining(char))


def test_one_line_keeps_the_no_break_blanks_of_french() -> None:
    assert one_line("  coût\u00a0: \n 4\u202f000\tCHF ") == "coût\u00a0: 4\u202f000 CHF"


@given(st.text())
def test_law_one_line_has_no_line_end(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    ("line", "parted"),
    [
        ("a, b", ["a", " b"]),
        ("a,b", ["a,b"]),
        ("accès (badge, clé), b", ["accès (badge, clé)", " b"]),
        ("`a, b`, c", ["`a, b`", " c"]),
        ("[[Note, suite|x, y]], c", ["[[Note, suite|x, y]]", " c"]),
        ("a (b, c", ["a (b", " c"]),
    ],
)
def test_a_roadmap_line_parts_at_comma_and_blank_outside_brackets_and_code(
    line: str, parted: list[str]
) -> None:
    cuts = [-1, *parting_commas(line), len(line)]
    assert [line[start + 1 : end] for start, end in itertools.pairwise(cuts)] == parted


def test_a_pattern_is_compiled_when_it_is_first_used() -> None:
    lazy = pattern("(?P<a>x)+", re.IGNORECASE)
    assert lazy.pattern == "(?P<a>x)+"
    assert set(vars(lazy)) == {"pattern", "_flags"}
    assert lazy.fullmatch("xX") is not None
    assert lazy.fullmatch == lazy.fullmatch
    assert lazy.groupindex == {"a": 1}
    assert pattern(rb"\d").sub(b"0", b"a1") == b"a0"
    with pytest.raises(AttributeError):
        _ = lazy.nothing  # type: ignore[attr-defined]


def test_a_wrong_pattern_is_found_when_it_is_used() -> None:
    with pytest.raises(re.error):
        pattern("(").search("x")
