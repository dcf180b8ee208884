"""`FROM csv(…)`: what a CSV file's rows are; all was tried on papaparse 5.4.1, set as Dataview 0.5.68 sets it."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import SHARED, needs_shared
from tests.dql.test_pages import CLOCK
from vaultkit.dql.context import Budget, QueryTooLarge
from vaultkit.dql.csv_source import csv_rows
from vaultkit.dql.dates import INVALID, Parts
from vaultkit.dql.durations import Duration
from vaultkit.dql.encode import encode
from vaultkit.dql.values import Link


def rows_of(text: str, budget: int = 50_000_000) -> list[dict[str, Any]]:
    """Read a text; all that reading asks of a context is its clock and its budget."""
    context: Any = SimpleNamespace(clock=CLOCK, budget=Budget(budget))
    return [dict(row) for row in csv_rows(text, context)]


def cells(text: str) -> list[list[Any]]:
    return [list(row.values()) for row in rows_of(text)]


def cell(text: str) -> Any:
    return rows_of(f"x,y\n{text},")[0]["x"]


@needs_shared
def test_the_recorded_file_has_the_recorded_rows():
    text = (SHARED / "dataview_cases/vault/Données/factures.csv").read_bytes().decode()
    first, second, _, fourth, fifth = (encode(row) for row in rows_of(text))
    assert first == {
        "Numéro": "F-001", "numéro": "F-001", "Client": "Éditions Lumière", "client": "Éditions Lumière",
        "Montant HT": 8500, "montant-ht": 8500, "Date": {"$date": "2025-01-31T00:00:00.000+01:00"},
        "date": {"$date": "2025-01-31T00:00:00.000+01:00"}, "Payée": True, "payée": True,
        "Délai": {"$duration": {"days": 30}}, "délai": {"$duration": {"days": 30}},
    }  # fmt: skip
    assert (second["montant-ht"], second["payée"], second["délai"]) == (1240.5, False, None)
    assert (fourth["client"]["$link"]["path"], fourth["montant-ht"]) == ("🚀 Start-up Nova", None)
    assert (fifth["client"], fifth["montant-ht"], fifth["date"]) == (
        "Nom, avec virgule",
        1000,
        "pas une date",
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None), ("true", True), ("TRUE", True), ("True", "True"), ("FALSE", False), ("null", "null"),
        ("12", 12), (" 12 ", 12), ("-1.5", -1.5), (".5", 0.5), ("1.", 1), ("1e3", 1000), ("+1", "+1"),
        ("0x1", "0x1"), ("9007199254740991", 2**53 - 1), ("9007199254740992", "9007199254740992"),
        ("1 day", Duration.of(days=1)), (" 1 day", " 1 day"), ("[[A]]", Link("A")), ("[[A]] b", "[[A]] b"),
        ("2025-03-14", CLOCK.date(2025, 3, 14)),
        ("2025-03-14T10:30", CLOCK.date(2025, 3, 14).with_local(Parts(2025, 3, 14, 10, 30))),
    ],
)  # fmt: skip
def test_what_a_cell_holds(text, value):
    assert cell(text) == value
    assert type(cell(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025-03-14T10:30Z", "2025-03-14T11:30:00.000+01:00"),
        ("2025-07-14T10:30:15.1234+05:30", "2025-07-14T07:00:15.123+02:00"),
        ("2025-02-30T24:00:00Z", "2025-03-03T01:00:00.000+01:00"),
        ("2025-13-01T00:00Z", None),
        ("2025-03-14T24:01Z", None),
        ("2025-03-14T10:30+24:00", None),
    ],
)
def test_a_moment_with_a_zone_is_shown_by_the_clocks_of_this_place(text, iso):
    assert cell(text).iso() == iso
    assert iso or cell(text) is INVALID


def test_comments_and_empty_lines_are_passed_over_and_blank_ones_are_not():
    assert cells("# first\n\na,b\n1,2\n#3,4\n\n \n5,#6\n") == [[1, 2], [" "], [5, "#6"]]
    assert rows_of("") == rows_of("\n\n") == rows_of("# a,b") == rows_of("a,b") == []


def test_a_short_row_lacks_fields_and_a_long_one_has_more():
    assert rows_of("a,b\n1\n1,2,3,[[A]]") == [{"a": 1}, {"a": 1, "b": 2, "__parsed_extra": [3, Link("A")]}]


def test_each_column_is_there_under_its_canonical_name_too():
    assert rows_of("Montant HT,b\n1,2") == [{"Montant HT": 1, "montant-ht": 1, "b": 2}]
    assert rows_of("?,b\n1,2") == [{"?": 1, "": 1, "b": 2}]


def test_a_canonical_name_takes_the_place_of_a_column_before_it_but_not_after_it():
    assert rows_of("a-b,A b\n1,2") == [{"a-b": 2, "A b": 2}]
    assert rows_of("A b,a-b\n1,2") == [{"A b": 1, "a-b": 2}]


def test_names_that_are_numbers_come_first():
    assert list(rows_of("b,10,9\n1,2,3")[0]) == ["9", "10", "b"]


def test_equal_headers_are_numbered():
    assert list(rows_of("a,a,a,a_1\n1,2,3,4")[0]) == ["a", "a_1", "a_2", "a_1_0"]


def test_a_quote_at_the_very_end_stays_where_headers_were_numbered():
    """papaparse looks for it where the text ended before."""
    assert cells('a,a\n1,"x"') == [[1, 'x"']]
    assert cells('a,b\n1,"x"') == cells('a,a\n1,"x"\n') == [[1, "x"]]


@pytest.mark.parametrize("delimiter", [",", "\t", "|", ";", "\x1e", "\x1f"])
def test_the_delimiter_is_the_one_that_makes_most_fields(delimiter):
    text = "a,b,c\n1,2,3\n\n#,,,,,,\n".replace(",", delimiter)
    assert rows_of(text) == [{"a": 1, "b": 2, "c": 3}]


def test_without_any_delimiter_there_is_one_column():
    assert rows_of("a\nx y\n") == [{"a": "x y"}]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_end_as_the_first_one_does(newline):
    assert rows_of(f'a,b{newline}1,"x{newline}y"{newline}') == [{"a": 1, "b": f"x{newline}y"}]


def test_other_line_ends_belong_to_fields():
    assert rows_of("a,b\n1,x\r\n") == [{"a": 1, "b": "x\r"}]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ('"x,y"', "x,y"),
        ('"say ""hi"""', 'say "hi"'),
        ('"x"  ', "x"),
        ('x"y', 'x"y'),
        (' "x"', ' "x"'),
        ('"1"', 1),
        ('""', None),
        ('"x" y"', 'x" y'),
    ],
)
def test_quotes_count_at_the_start_of_a_field_and_close_before_what_parts_fields(field, value):
    assert cells(f"a,b\n{field},2\n") == [[value, 2]]
    assert cells(f"a,b\n1,{field}\n") == [[1, value]]


def test_a_quote_that_nothing_closes_takes_all_that_follows():
    assert cells('a,b\n1,"x,""y\n2,z\n') == [[1, 'x,""y\n2,z\n']]


def test_a_byte_order_mark_is_no_part_of_the_first_header():
    assert rows_of("\ufeffa,b\n1,2") == [{"a": 1, "b": 2}]


def test_a_text_of_quotes_is_read_in_its_own_time_and_a_budget_bounds_it():
    assert len(rows_of("a,b\n" + '"x" ' * 100_000 + ",")) == 1
    assert len(rows_of("a,b\n" + '1,"' * 100_000)) == 1
    with pytest.raises(QueryTooLarge):
        rows_of("a,b\n" * 1000, budget=100)


@given(
    st.lists(
        st.lists(st.text("xé,;\n\" #'", min_size=1).map("v{}".format), min_size=3, max_size=3), min_size=1
    )
)
def test_what_python_s_csv_writes_comes_back(rows):
    written = io.StringIO()
    csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([["a", "b", "c"], *rows])
    assert cells(written.getvalue()) == rows
