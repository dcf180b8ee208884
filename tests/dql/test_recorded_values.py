"""What fields hold and how values read, against all that was recorded: inline and YAML values, task completion, text."""

from __future__ import annotations

import json

import pytest

from tests.conftest import NO_SHARED
from tests.dql.recorded import CLOCK, answers, date, decoded, ordered, read
from vaultkit.dql.completion import CompletionSettings, set_completion
from vaultkit.dql.durations import InvalidUnitValueError
from vaultkit.dql.encode import encode
from vaultkit.dql.field_values import inline_value, property_value
from vaultkit.dql.inline_fields import bracketed_fields, full_line_field
from vaultkit.dql.order import type_name
from vaultkit.dql.render_text import DefaultText, to_text

COUNTS = {"inlineValue": 64, "frontmatterValue": 36, "inlineFields": 78, "taskCompletion": 9}
#: What only pages and list items can tell is not told by their JSON.
NOT_TOLD = ("$page", "$item", "$task")


def cases(kind, expected="expected.json"):
    return [pytest.param(question, answer, id=question["id"]) for question, answer in answers(kind, expected)]


def told(answer):
    return not any(f'"{name}"' in json.dumps(answer.get("value")) for name in NOT_TOLD)


def test_the_recorded_values_are_there():
    if not read("queries.json"):
        pytest.skip(NO_SHARED)
    assert {kind: len(cases(kind)) for kind in COUNTS} == COUNTS
    assert sum("value" in answer and told(answer) for _, answer in answers("expr")) > 600


@pytest.mark.parametrize(("question", "answer"), cases("inlineValue"))
def test_the_text_of_an_inline_field_is_read_as_dataview_reads_it(question, answer):
    value = inline_value(question["inlineValue"], CLOCK)
    assert (type_name(value), ordered(encode(value))) == (answer["type"], ordered(answer["value"]))


@pytest.mark.parametrize(("question", "answer"), cases("frontmatterValue"))
def test_a_property_is_read_as_dataview_reads_it(question, answer):
    value = property_value(question["frontmatterValue"], CLOCK)
    assert (type_name(value), ordered(encode(value))) == (answer["type"], ordered(answer["value"]))


@pytest.mark.parametrize(("question", "answer"), cases("inlineFields"))
def test_the_fields_of_a_line_hold_what_dataview_finds(question, answer):
    line = question["inlineFields"]
    fields = [*bracketed_fields(line, shorthands=question.get("task", False)), full_line_field(line)]
    found = [field and encode(inline_value(field.value, CLOCK)) for field in fields]
    expected = [field and field["value"] for field in [*answer["fields"], answer["fullLine"]]]
    assert ordered(found) == ordered(expected)


@pytest.mark.parametrize(("question", "answer"), cases("taskCompletion"))
def test_the_text_of_a_task_says_when_it_was_completed(question, answer):
    asked = question["taskCompletion"]
    settings = CompletionSettings(
        asked.get("key", "completion"), asked.get("format", "yyyy-MM-dd"), asked.get("emoji", False)
    )
    completed = CLOCK.local(CLOCK.now) if asked["complete"] else None
    assert set_completion(asked["text"], completed, settings) == answer["value"]


def expressions(expected="expected.json"):
    return [case for case in cases("expr", expected) if "value" in case.values[1] and told(case.values[1])]


@pytest.mark.parametrize(("question", "answer"), expressions())
def test_a_value_has_its_type_and_reads_as_dataview_writes_it(question, answer):
    value = decoded(answer["value"])
    assert ordered(encode(value)) == ordered(answer["value"])
    assert type_name(value) == answer["type"]
    settings = settings_of(question)
    if "textError" in answer:
        with pytest.raises(InvalidUnitValueError, match=answer["textError"]):
            to_text(value, settings)
    else:
        assert to_text(value, settings) == answer["text"]


@pytest.mark.parametrize(("question", "answer"), expressions("expected_fr.json"))
def test_in_a_french_app_only_units_are_french(question, answer):
    assert to_text(decoded(answer["value"]), settings_of(question, "fr-FR")) == answer["text"]


def settings_of(question, locale="en-US"):
    names = {
        "renderNullAs": "render_null_as",
        "defaultDateFormat": "default_date_format",
        "defaultDateTimeFormat": "default_date_time_format",
    }
    changed = question.get("settings", {}).items()
    return DefaultText(**{names[name]: value for name, value in changed if name in names}, locale=locale)


# ------------------------------------------------------------------- what the recording does not show


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("1,", [1], id="a comma at the end makes a list of one"),
        pytest.param("1 , 2", [1, 2], id="blanks may stand on both sides of a comma"),
        pytest.param("1,,2", "1,,2", id="not two commas"),
        pytest.param(", 1", ", 1", id="nor one at the start"),
        pytest.param("#", "#", id="a lone number sign"),
        pytest.param("#, 1", ["#", 1], id="which counts as a tag"),
        pytest.param('"a\\"b\\\\c\\d"', 'a"b\\c\\d', id="two escapes, other backslashes stay"),
        pytest.param("trueish", "trueish", id="a word that begins like a boolean"),
        pytest.param("null, 1", ["null", 1], id="null is the text"),
        pytest.param("12345678901234567890", 12345678901234567890.0, id="numbers are doubles"),
        pytest.param("²", "²", id="other scripts' digits are text"),
        pytest.param("2025-13-01", "2025-13-01", id="no such month"),
        pytest.param(
            "2025-01-01T00:00:00[Nowhere/Else]", "2025-01-01T00:00:00[Nowhere/Else]", id="no such zone"
        ),
    ],
)
def test_inline_values(text, value):
    assert inline_value(text, CLOCK) == value


@pytest.mark.parametrize(
    ("text", "iso", "zone"),
    [
        ("2025-02-30", "2025-03-02T00:00:00+01:00", None),
        ("2025-12-00", "2025-11-30T00:00:00+01:00", None),
        ("2025-03-14T24:00", "2025-03-15T00:00:00+01:00", None),
        ("2025-03-14T08:00:00[Europe/Zurich]", "2025-03-14T08:00:00+01:00", "Europe/Zurich"),
        ("2025-03-14T08:00:00.250-3", "2025-03-14T08:00:00.250-03:00", "UTC-3"),
        ("2025-03-14T08:00:00[local]", "2025-03-14T08:00:00+01:00", None),
        ("2025-03-30T02:30", "2025-03-30T03:30:00+02:00", None),
        ("2025-10-26T02:30", "2025-10-26T02:30:00+02:00", None),
    ],
)
def test_dates_overflow_keep_zones_and_skip_what_clocks_skip(text, iso, zone):
    assert inline_value(text, CLOCK) == property_value(text, CLOCK) == date(iso, zone)


@pytest.mark.parametrize(
    ("text", "completed", "after"),
    [
        pytest.param("a [completion:: x] b [completion:: y]", True, "a [completion:: 2025-03-14] b [completion:: y]",
                     id="of two the first"),
        pytest.param("[completion:: 1] [completion:: 2] [completion:: 3]", False,
                     "[completion:: 1] [completion:: 2] [completion:: 3]", id="of three none"),
        pytest.param("a\r\nb [completion:: 1]", False, "a\nb", id="lines end plainly"),
    ],
)  # fmt: skip
def test_completion(text, completed, after):
    moment = CLOCK.local(CLOCK.now) if completed else None
    assert set_completion(text, moment, CompletionSettings()) == after
