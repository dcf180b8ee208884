"""Inline fields of a line and the names of fields, as Dataview reads them: the recorded lines, and what no line shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import NO_SHARED, SHARED
from vaultkit.dql.inline_fields import bracketed_fields, full_line_field
from vaultkit.dql.names import canonical_name, header_subpath

CASES = SHARED / "dataview_cases"


def recorded() -> list[Any]:
    if not (CASES / "queries.json").is_file():
        return []
    asked, answered = (
        json.loads((CASES / name).read_text(encoding="utf-8")) for name in ("queries.json", "expected.json")
    )
    return [
        pytest.param(question, answer, id=question["id"])
        for question, answer in zip(asked, answered, strict=True)
        if "inlineFields" in question
    ]


LINES = recorded()


def test_the_recorded_lines_are_there():
    if not LINES:
        pytest.skip(NO_SHARED)
    assert len(LINES) == 78


@pytest.mark.parametrize(("question", "answer"), LINES)
def test_a_line_holds_the_fields_that_dataview_finds(question, answer):
    line = question["inlineFields"]
    fields = bracketed_fields(line, shorthands=question.get("task", False))
    assert [as_recorded(field) for field in fields] == [without_value(field) for field in answer["fields"]]
    whole = full_line_field(line)
    assert as_recorded(whole) == without_value(answer["fullLine"])


def as_recorded(field):
    return field and {"key": field.key, "canonical": canonical_name(field.key), "raw": field.value}


def without_value(field):
    return field and {name: field[name] for name in ("key", "canonical", "raw")}


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        pytest.param("[a:: b][c:: d]", ["a"], id="one that begins where the last one ends is dropped"),
        pytest.param("[a:: (b:: 1)] (c:: 2)", ["a", "c"], id="so is one inside another"),
        pytest.param(
            r"\[a:: b\] c]", ["a"], id="a backslash hides the bracket after it, not one before a key"
        ),
        pytest.param(r"[a:: b\\] c]", ["a"], id="of two backslashes the second is hidden"),
        pytest.param("[[a:: b]]", ["a"], id="from the bracket nearest to the key"),
        pytest.param("[a:: (b] c) (d:: [)", ["a", "d"], id="each kind of bracket is counted alone"),
        pytest.param("[:: b] [ :: c]", ["", ""], id="no key at all"),
        pytest.param("[a:: b", [], id="no closing bracket"),
        pytest.param("[a (b:: c) d:: e]", ["b"], id="no key holds a bracket"),
    ],
)
def test_fields_in_brackets(line, fields):
    assert [field.key for field in bracketed_fields(line)] == fields


def test_only_the_first_of_each_shorthand_counts_and_some_signs_take_no_variation_selector():
    line = "⏳ 2025-01-01 ⌛ 2025-01-02 🗓\ufe0f 2025-01-03 ✅\ufe0f 2025-01-04 ➕2025-01-05"
    found = [(field.key, field.value) for field in bracketed_fields(line, shorthands=True)]
    assert found == [("scheduled", "2025-01-01"), ("due", "2025-01-03"), ("created", "2025-01-05")]


def test_a_hostile_line_takes_no_longer_than_its_length():
    for line in ("[a::" * 50_000, "[" * 200_000 + "::", "[a:: b] " * 30_000, "[a::" + "]" * 200_000):
        bracketed_fields(line, shorthands=True)


@pytest.mark.parametrize(
    ("heading", "subpath"),
    [
        ("Titre : un", "Titre un"),
        ("  a_b-c  (d) ", "a_b-c d"),
        ("🔐 Accès & ✓ fin", "🔐 Accès fin"),
        ("☁️ nuage", "☁️ nuage"),
        ("⚡\ufe0f Énergie", "⚡ Énergie"),
        ("1️⃣ un ① ² ٣", "1️⃣ un"),
        ("👩🏽\u200d🚀 🇨🇭 a\u200db", "👩🏽\u200d🚀 🇨🇭 a b"),
        ("e\u0301te\u0301", "e te"),
        ("[[N#T|x]] `y` **z** #t", "N T x y z t"),
        ("𝒜 日本", "𝒜 日本"),
    ],
)
def test_a_heading_as_links_hold_it(heading, subpath):
    assert header_subpath(heading) == subpath


@pytest.mark.parametrize(
    ("name", "canonical"),
    [("Budget  total", "budget-total"), ("Été/Hiver", "étéhiver"), ("🎯 But n°2", "🎯-but-n2"), ("(?)", "")],
)
def test_a_name_under_which_a_field_is_found_too(name, canonical):
    assert canonical_name(name) == canonical
