"""Results as CSV: plain text that spreadsheets read."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dql.test_pages import CLOCK, only
from vaultkit.dql.context import Budget, QueryError, QueryTooLarge
from vaultkit.dql.dates import INVALID, DateTime, Parts
from vaultkit.dql.durations import Duration
from vaultkit.dql.export_csv import plain_text, to_csv
from vaultkit.dql.result_json import to_json
from vaultkit.dql.results import (
    CalendarEntry,
    CalendarResult,
    Group,
    IdMeaning,
    ListResult,
    TableResult,
    TaskResult,
)
from vaultkit.dql.values import ExternalLink, Link, ListPair
from vaultkit.dql.zones import Zone

DAY = CLOCK.date(2025, 3, 14)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""), (True, "true"), (1.5, "1.5"), (1e21, "1e+21"), ("a\nb", "a\nb"),
        (DAY, "2025-03-14"),
        (DAY.with_local(Parts(2025, 3, 14, 9, 30)), "2025-03-14T09:30:00+01:00"),
        (DateTime.at(1, Zone.fixed(0)), "1970-01-01T00:00:00.001Z"),
        (INVALID, ""),
        (Duration.of(days=1, hours=2.5), "1 day, 2 hours, 30 minutes"),
        (Link("Clients/A.md"), "A"), (Link("A.md", "ici"), "ici"), (Link.header("A.md", "Titre"), "A > Titre"),
        (ExternalLink("http://x.ch"), "http://x.ch"), (ExternalLink("http://x.ch", "X"), "X"),
        ([1, ["a", Link("A.md")], None], "1; a; A; "),
        ({"a": 1, "b": [2, 3]}, "a: 1; b: 2; 3"),
        (ListPair("k", DAY), "k: 2025-03-14"),
        (lambda: None, "<function>"),
    ],
)  # fmt: skip
def test_values_in_cells(value, cell):
    assert plain_text(value) == cell


def test_pages_are_their_names_and_list_items_their_text():
    page = only("- [ ] a\n  - b\n", "Dossier/N.md")
    assert plain_text([page.row, *(item.fields for item in page.lists)]) == "N; a; b"


def test_a_table_has_its_headers_and_quotes_where_need_be():
    rows = (['say "hi"', "a,b"], ["x\ny", None])
    assert to_csv(TableResult(("A", "B;c"), rows, IdMeaning())) == (
        'A,B;c\r\n"say ""hi""","a,b"\r\n"x\ny",\r\n'
    )


def test_a_list_has_keys_where_it_shows_ids():
    assert to_csv(ListResult(("a", None), IdMeaning())) == 'value\r\na\r\n""\r\n'
    assert to_csv(ListResult((ListPair(Link("A.md"), 1),), IdMeaning())) == "key,value\r\nA,1\r\n"


def test_tasks_are_listed_as_they_come_with_the_keys_of_their_groups():
    page = only("- [x] a\n  - [ ] b\n")
    tasks = tuple(task.fields for task in page.tasks)
    assert to_csv(TaskResult(tasks)) == "path,line,status,text\r\nN.md,0,x,a\r\nN.md,1, ,b\r\n"
    grouped = TaskResult((Group(DAY, (Group(None, tasks[:1]),)),))
    assert to_csv(grouped) == "group,group,path,line,status,text\r\n2025-03-14,,N.md,0,x,a\r\n"


def test_a_calendar_is_dates_and_links():
    calendar = CalendarResult((CalendarEntry(DAY, Link("A.md")), CalendarEntry(None, Link("B.md"))))
    assert to_csv(calendar) == "date,link\r\n2025-03-14,A\r\n,B\r\n"


def test_pages_weigh_as_little_as_they_show():
    page = only("- a\n" * 1000).row
    for write in (to_csv, to_json):
        write(ListResult(([page] * 10,), IdMeaning()), Budget(100))


def test_a_duration_of_nan_is_an_error_and_so_is_too_much_text():
    with pytest.raises(QueryError, match="Invalid unit value NaN"):
        to_csv(ListResult((Duration((float("nan"),) * 8),), IdMeaning()))
    with pytest.raises(QueryTooLarge):
        to_csv(ListResult(("x" * 100,) * 100, IdMeaning()), Budget(5000))


@given(st.lists(st.lists(st.text('a",;\r\n #', max_size=5), min_size=2, max_size=2)))
def test_a_reader_of_csv_gives_the_cells_back(rows):
    written = to_csv(TableResult(("a", "b"), rows, IdMeaning()))
    assert list(csv.reader(io.StringIO(written, newline=""), strict=True)) == [["a", "b"], *rows]
