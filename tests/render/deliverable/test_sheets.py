"""The tables of the workbook: cells of their kinds under names that Excel takes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.render.deliverable.small import PRACTICE, SYNTHESIS, domain, index_of, material_of
from vaultkit.audit.controls import Control
from vaultkit.audit.coverage import Coverage, Covered
from vaultkit.render.deliverable.model import Material, Selection, Sheet
from vaultkit.render.deliverable.sheets import NAME_LENGTH, sheet_name, sheets


def tables(vault: str, language: str = "fr", owner: str = "") -> dict[str, Sheet]:
    found = sheets(material_of(vault), Selection(language, owner=owner), index_of(vault))
    return {sheet.name: sheet for sheet in found}


def cells(sheet: Sheet, row: int) -> dict[str, object]:
    return {
        title: cell for title, cell in zip(sheet.header, sheet.rows[row], strict=True) if cell is not None
    }


def test_a_workbook_has_a_sheet_for_each_thing_that_there_is() -> None:
    assert list(tables(PRACTICE)) == ["Constats", "Risques", "Plan d’action", "Avancement"]
    assert list(tables(PRACTICE, "de")) == ["Feststellungen", "Risiken", "Maßnahmenplan", "Fortschritt"]
    assert list(tables(domain("## Actions", "- bâtir"))) == ["Plan d’action", "Avancement"]
    assert tables(SYNTHESIS) == {}
    assert sheets(Material(None, date(2026, 1, 1)), Selection()) == ()


def test_an_action_has_its_day_as_a_date_and_its_cost_as_a_number() -> None:
    assert cells(tables(PRACTICE)["Plan d’action"], 0) == {
        "N°": "S-7",
        "Domaine": "Sécurité & accès",
        "Mesure": "Sessions au mot de passe individuel",
        "Horizon": "Court terme",
        "État": "à faire",
        "Responsable": "Mélissa",
        "Échéance": date(2026, 10, 1),
        "Coût": 1200.0,
        "Devise": "CHF",
        "Charge (jours)": 2.0,
        "Répond à": "S-1",
    }


def test_a_finding_says_its_rating_and_a_good_one_has_no_state() -> None:
    sheet = tables(PRACTICE)["Constats"]

    assert cells(sheet, 0)["Score"] == 16
    assert cells(sheet, 0)["Statut"] == "❌ à corriger"
    assert cells(sheet, 3) == {
        "N°": "S-4",
        "Domaine": "Sécurité & accès",
        "Constat": "Session administrateur protégée",
        "Statut": "✅ conforme, point positif",
    }


def test_cells_have_no_markup_and_evidence_and_controls_have_columns() -> None:
    vault = domain("## Constats", "- **Trou** dans `le mur` ❌ [preuve:: photo 3] [controle:: [[HN-2.1]]]")
    row = cells(tables(vault)["Constats"], 0)

    assert row["Constat"] == "Trou dans le mur"
    assert row["Preuve"] == "photo 3"
    assert row["Contrôle"] == "HN-2.1"


def test_progress_is_counted_by_domain() -> None:
    sheet = tables(PRACTICE)["Avancement"]

    assert sheet.header == (
        *("Domaine", "Corrigé", "En cours", "Risque accepté", "Ouvert"),
        *("Constats réglés (%)", "Actions", "Actions faites"),
    )
    assert sheet.rows == (("Sécurité & accès", 1, 0, 0, 2, 33, 3, 1), ("Courriel", 0, 0, 0, 1, 0, 3, 0))


def test_coverage_has_a_sheet() -> None:
    control = Control("R/HN-1.1.md", "HN-1.1", "Hygiène", "Un mot de passe à chacun", "1", "Accès")
    covered = (Covered(control, Coverage.NOT_APPLICABLE, reason="personne"),)
    material = replace(material_of(PRACTICE), coverage=covered)

    sheet = sheets(material, Selection("en"), index_of(PRACTICE))[-1]
    assert sheet.name == "Coverage"
    assert cells(sheet, 0) == {
        "Control": "HN-1.1",
        "Statement": "Un mot de passe à chacun",
        "Framework": "Hygiène",
        "Domain": "Accès",
        "Coverage": "not applicable",
        "Reason": "personne",
    }


def test_an_extract_holds_what_one_person_sees_to() -> None:
    assert [row[0] for row in tables(PRACTICE, owner="Nadia")["Plan d’action"].rows] == ["S-8", "C-3"]


def test_each_row_has_a_cell_for_each_column_and_each_column_a_width() -> None:
    for sheet in tables(PRACTICE).values():
        assert all(len(row) == len(sheet.header) == len(sheet.widths) for row in sheet.rows)
        assert all(6 <= width <= 60 for width in sheet.widths)


# ----------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Plan d’action", "Plan d’action"),
        ("a/b: c [d]*?", "a b c d"),
        ("'cité'", "cité"),
        ("History", "History_"),
        ("", "–"),
        ("x" * 40, "x" * 31),
    ],
)
def test_a_sheet_has_a_name_that_excel_takes(said: str, name: str) -> None:
    assert sheet_name(said) == name


@given(st.lists(st.text(max_size=50), max_size=6))
def test_names_of_sheets_are_short_and_told_apart_in_any_case(said: list[str]) -> None:
    taken: set[str] = set()
    for one in said:
        name = sheet_name(one, taken)
        assert 0 < len(name) <= NAME_LENGTH
        assert name.casefold() not in taken
        assert not set(name) & set("[]:*?/\\")
        taken.add(name.casefold())
