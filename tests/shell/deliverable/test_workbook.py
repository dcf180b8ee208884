"""The workbook: texts stay texts, days are days, and Excel opens it without a word."""

from __future__ import annotations

import sys
from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.shell.deliverable.example import brand, report
from vaultkit.errors import VaultkitError
from vaultkit.render.deliverable.model import Sheet
from vaultkit.shell.deliverable.xlsx import NoXlsxWriter, sheet_name, xlsx


def book_of(*sheets):
    return load_workbook(BytesIO(xlsx(report(sheets=sheets), brand())))


def test_texts_are_never_formulas_links_or_numbers():
    texts = ("=1+1", "+41 22 000 00 00", "-2", "@x", "{=A1}", "https://example.org", "007", "1e5")
    page = book_of(Sheet("A", ("t",), tuple((text,) for text in texts))).active
    cells = [row[0] for row in page.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == list(texts)
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)


def test_days_and_amounts_can_be_sorted_and_summed():
    page = book_of(Sheet("A", ("jour", "CHF"), ((date(2026, 4, 1), 1200.5), (None, 3.0)))).active
    assert page["A2"].value.date() == date(2026, 4, 1)
    assert page["A2"].number_format == "dd.mm.yyyy"
    assert page["B2"].value == 1200.5
    assert page["A3"].value is None


def test_the_head_stays_in_sight_and_filters():
    page = book_of(Sheet("Actions", ("N°", "Action"), (("S-1", "x"), ("S-2", "y")))).active
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:B3"
    assert page.print_title_rows == "$1:$1"
    assert page["A1"].fill.fgColor.rgb == "FF1F4E79"
    assert page["A1"].font.b


def test_widths_are_those_asked_for_else_those_of_the_words():
    page = book_of(Sheet("A", ("a", "b"), (("x", "un texte de plus de vingt lettres"),), (6,))).active
    assert page.column_dimensions["A"].width == pytest.approx(6, abs=1)
    assert page.column_dimensions["B"].width > 30


def test_who_wrote_it_stands_in_the_properties():
    said = book_of(Sheet("A", ("a",), ())).properties
    assert (said.title, said.creator) == ("Synthèse IT – Cabinet Pestalozzi", "Cedric Exemple")
    assert said.created.date() == date(2026, 3, 2)


def test_the_same_report_gives_the_same_bytes():
    assert xlsx(report(), brand()) == xlsx(report(), brand())


@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_any_names_and_texts_can_be_opened(names):
    book = book_of(*(Sheet(name, (name,), ((name,),)) for name in names))
    assert len({name.casefold() for name in book.sheetnames}) == len(names)
    assert all(0 < len(name) <= 31 for name in book.sheetnames)


def test_sheets_of_one_name_are_numbered():
    taken = set()
    for expected in ("Plan", "plan (2)", "PLAN (3)"):
        name = sheet_name(expected[:4], taken)
        assert name == expected
        taken.add(name.casefold())


def test_a_note_without_tables_says_so():
    with pytest.raises(VaultkitError) as caught:
        xlsx(report(sheets=()), brand())
    assert "rien à mettre dans un classeur" in caught.value.message.fr


def test_without_xlsxwriter_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(NoXlsxWriter) as caught:
        xlsx(report(), brand())
    assert caught.value.exit_code == 2
