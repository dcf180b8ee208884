"""Links as values, objects read field by field, and what JavaScript makes of values."""

from __future__ import annotations

import pytest

from vaultkit.dql.javascript import is_true, number_text, text_of, trim
from vaultkit.dql.values import Fields, Link, LinkType, Reader, readers


@pytest.mark.parametrize(
    ("linktext", "link"),
    [
        ("A", Link("A")),
        ("A#Titre : un", Link("A", subpath="Titre un", type=LinkType.HEADER)),
        ("A#B#C", Link("A", subpath="B", type=LinkType.HEADER)),
        ("A#^x_y", Link("A", subpath="x_y", type=LinkType.BLOCK)),
        ("A#B#^c", Link("A#B", subpath="c", type=LinkType.BLOCK)),
        ("#", Link("", subpath="", type=LinkType.HEADER)),
        ("", Link("")),
    ],
)
def test_what_a_linktext_names(linktext, link):
    assert Link.infer(linktext) == link


def test_a_link_to_another_file_keeps_all_else():
    link = Link("A", "x", "B", True, LinkType.HEADER)
    assert link.with_path("C.md") == Link("C.md", "x", "B", True, LinkType.HEADER)
    assert link.with_path("A") is link


def test_an_optional_field_that_is_null_is_absent():
    fields = Fields(
        {"a": None, "b": None},
        readers(Reader("a", lambda of: of["a"]), Reader("b", lambda of: of["b"], True)),
    )
    assert dict(fields) == {"a": None}
    assert len(fields) == 1
    assert "b" not in fields
    assert "c" not in fields


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"), (-0.0, "0"), (1.0, "1"), (-12.5, "-12.5"), (0.1 + 0.2, "0.30000000000000004"),
        (1e21, "1e+21"), (1e20, "100000000000000000000"), (1.5e300, "1.5e+300"), (1e-6, "0.000001"),
        (1e-7, "1e-7"), (-1.25e-9, "-1.25e-9"), (2**53 + 1, "9007199254740992"),
        (12345678901234567890, "12345678901234567000"), (10**400, "Infinity"), (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
    ],
)  # fmt: skip
def test_numbers_as_javascript_prints_them(number, text):
    assert number_text(number) == text


def test_values_as_javascript_s_text():
    assert text_of([1, None, [True, "x"], {}]) == "1,,true,x,[object Object]"
    assert (text_of(None), text_of(False), text_of([])) == ("null", "false", "")


def test_values_as_javascript_s_conditions():
    assert [is_true(value) for value in ([], {}, "0", " ", -1)] == [True] * 5
    assert [is_true(value) for value in (None, 0, 0.0, "", False, float("nan"))] == [False] * 6


def test_blanks_are_those_of_javascript():
    assert trim("\ufeff\u00a0\u2028 a \u3000\t") == "a"
    assert trim("\x85a\x1f") == "\x85a\x1f"
