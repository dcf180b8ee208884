"""The chapters that a report adds: what they say of small vaults, and when they are not there."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.render.deliverable.small import PRACTICE, SYNTHESIS, domain, index_of, material_of
from vaultkit.audit.controls import Control
from vaultkit.audit.coverage import Coverage, Covered
from vaultkit.audit.words import Topic
from vaultkit.render.deliverable.chapters import Chapter, chapter, chapters
from vaultkit.render.deliverable.model import Material, Selection
from vaultkit.render.deliverable.tables import Column, callout, inline, table

NB = "\u00a0"


def text_of(vault: str, region: str, language: str = "fr", domain: str = "", owner: str = "") -> str:
    """Return one chapter of the report on `S.md`, empty if there is none."""
    found = chapter(
        region, material_of(vault), Selection(language, domain=domain, owner=owner), index_of(vault)
    )
    return found.text if found else ""


def rows(text: str) -> list[list[str]]:
    """Return the cells of the tables in a text, with their headings, without the alignment rows."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines if set(line) - set("|-: ")]


def headings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("#")]


# -------------------------------------------------------------------------------------- together


def test_chapters_follow_each_other_each_with_an_anchor() -> None:
    found = chapters(material_of(PRACTICE), Selection(), (), index_of(PRACTICE))

    assert [line for line in headings(found.text) if line.startswith("## ")] == [
        "## Constats par domaine {#rapport-constats}",
        "## Plan d’action {#rapport-plan}",
        "## Matrice des risques {#rapport-matrice}",
        "## Calendrier {#rapport-calendrier}",
        "## Avancement {#rapport-avancement}",
    ]
    assert [picture.name for picture in found.pictures] == ["matrice", "calendrier", "avancement"]


def test_what_the_note_has_as_a_region_is_not_said_again() -> None:
    found = chapters(
        material_of(PRACTICE), Selection(), {"plan", "matrice", "avancement"}, index_of(PRACTICE)
    )

    assert "Plan d’action" not in found.text
    assert [picture.name for picture in found.pictures] == ["calendrier"]


def test_where_there_is_nothing_to_say_there_is_no_chapter() -> None:
    assert chapters(material_of(SYNTHESIS), Selection()).text == ""
    assert chapters(Material(None, date(2026, 1, 1)), Selection()).text == ""
    assert chapter("recap", material_of(PRACTICE), Selection()) is None


def test_a_region_gets_its_chapter_without_the_heading() -> None:
    found = chapter("calendrier", material_of(PRACTICE), Selection("de"))

    assert isinstance(found, Chapter)
    assert found.heading == "Zeitplan"
    assert not headings(found.text)
    assert [picture.name for picture in found.pictures] == ["calendrier"]


def test_drafts_and_what_is_void_never_appear() -> None:
    found = chapters(material_of(PRACTICE), Selection(), (), index_of(PRACTICE))

    assert "Pare-feu" not in found.text  # à voir
    assert "serrures" not in found.text  # annulé
    assert not any("Pare-feu" in picture.alt for picture in found.pictures)


# -------------------------------------------------------------------------------------- findings


def test_findings_stand_by_domain_with_number_sign_state_and_owner() -> None:
    text = text_of(PRACTICE, "constats")

    assert headings(text) == [
        "### 🔐 Sécurité & accès {#rapport-constats-1}",
        "### 📧 Courriel {#rapport-constats-2}",
    ]
    assert rows(text) == [
        ["N°", "Constat", "État", "Responsable"],
        ["S-1", "❌ Mot de passe partagé entre tous", "ouvert", "Mélissa"],
        ["S-2", "⚠️ Accès physique large", "ouvert", ""],
        ["S-3", "❌ Antivirus absent", "corrigé", ""],
        ["S-4", "✅ Session administrateur protégée", "", ""],
        ["N°", "Constat"],
        ["C-1", "❌ Adresses Gmail personnelles"],
        ["C-2", "✅ Signature uniforme"],
    ]


def test_risks_and_opportunities_are_callouts() -> None:
    text = text_of(PRACTICE, "constats")

    assert (
        "> [!danger] Risques\n> - **S-5** Fuite de données patients (probabilité 3, impact 4, score 12)"
        in text
    )
    assert "> [!success] Opportunités\n> - **S-6** Une équipe volontaire" in text
    assert f"Priorité{NB}: **🚨 Haute**" in text


def test_an_accepted_risk_says_who_took_it_and_when() -> None:
    vault = domain("## Risques", "- Coupure de courant (risque accepté par Dr P. le 01.10.2025)")

    assert "(risque accepté (Dr P., 01.10.2025))" in text_of(vault, "constats")


def test_what_the_synthesis_says_itself_is_not_repeated() -> None:
    vault = SYNTHESIS + "## 1. 🔐 Sécurité\n### Constats\n- Mot de passe partagé ❌\n"

    assert text_of(vault, "constats") == ""


# ------------------------------------------------------------------------------------------ plan


def test_the_plan_stands_by_horizon_with_its_totals() -> None:
    text = text_of(PRACTICE, "plan")

    assert headings(text) == ["### Court terme", "### Intermédiaire", "### Sans horizon"]
    assert rows(text)[:4] == [
        ["N°", "Mesure", "Domaine", "Responsable", "Échéance", "Coût et charge", "État"],
        ["S-9", "Installer l’antivirus", "Sécurité", "", "01.09.2026", "", "fait"],
        [
            *("S-7", "Sessions au mot de passe individuel", "Sécurité", "Mélissa"),
            *("**01.10.2026** (en retard)", f"CHF{NB}1’200 · 2{NB}j", "à faire"),
        ],
        ["C-3", "Boîtes au nom du cabinet", "Courriel", "Nadia", "15.01.2027", f"EUR{NB}240", "à faire"],
    ]
    assert (
        f"**Total{NB}: 3{NB}actions, dont 1{NB}action terminée, CHF{NB}1’200 et EUR{NB}240, 2{NB}j.**" in text
    )
    assert text.endswith(
        f"**Ensemble{NB}: 5{NB}actions, dont 1{NB}action terminée, CHF{NB}1’200 et EUR{NB}240, 5{NB}j.**"
    )


def test_what_is_off_the_roadmap_is_in_no_plan() -> None:
    assert "remplacer les adresses" not in text_of(PRACTICE, "plan").lower()


def test_a_plan_without_horizons_is_one_table() -> None:
    text = text_of(domain("## Actions", "- former l’équipe", "- changer les serrures"), "plan")

    assert headings(text) == []
    assert rows(text)[0] == ["N°", "Mesure"]
    assert text.endswith(f"**Ensemble{NB}: 2{NB}actions.**")


def test_one_action_said_in_two_notes_is_one() -> None:
    other = domain("## Actions", "- former l’équipe").replace("== Accès.md", "== Accès 2.md")
    vault = domain("## Actions", "- former l’équipe") + other.removeprefix(SYNTHESIS)

    assert len(rows(text_of(vault, "plan"))) == 2


def test_an_extract_shows_one_domain_or_what_one_person_sees_to() -> None:
    assert {row[0] for row in rows(text_of(PRACTICE, "plan", domain="courriel"))} == {"N°", "C-3", "C-5"}
    assert {row[0] for row in rows(text_of(PRACTICE, "plan", owner="MELISSA"))} == {"N°", "S-7"}
    assert text_of(PRACTICE, "plan", owner="Personne") == ""
    assert text_of(PRACTICE, "plan", domain="Téléphonie") == ""


def test_an_extract_for_a_person_keeps_the_findings_behind_their_actions() -> None:
    found = rows(text_of(PRACTICE, "constats", owner="Nadia"))

    assert ["C-1", "❌ Adresses Gmail personnelles"] not in found  # nothing of hers answers it
    assert [row[0] for row in rows(text_of(PRACTICE, "constats", owner="Mélissa"))] == ["N°", "S-1"]


# ------------------------------------------------------------------- matrix, calendar, progress


def test_the_matrix_has_a_table_for_those_who_do_not_see_it() -> None:
    text = text_of(PRACTICE, "matrice")

    assert rows(text) == [
        ["N°", "Risque ou constat", "Domaine", "Probabilité × impact"],
        ["S-1", "❌ Mot de passe partagé entre tous", "Sécurité", "4 × 4 = 16"],
        ["S-5", "Fuite de données patients", "Sécurité", "3 × 4 = 12"],
        ["S-2", "⚠️ Accès physique large", "Sécurité", "2 × 3 = 6"],
    ]
    assert f"![Matrice des risques{NB}: S-1 Mot de passe partagé entre tous (16)" in text
    assert "](matrice)" in text


def test_what_is_fixed_lies_on_no_matrix() -> None:
    assert (
        text_of(domain("## Constats", "- Trou ❌ (corrigé) [probabilite:: 4] [impact:: 4]"), "matrice") == ""
    )


def test_the_calendar_names_what_has_no_day() -> None:
    assert text_of(PRACTICE, "calendrier").endswith(
        f"Sans échéance, donc absentes du calendrier{NB}: C-5 Former l’équipe."
    )


def test_progress_counts_findings_by_state_and_actions() -> None:
    assert rows(text_of(PRACTICE, "avancement")) == [
        ["Domaine", "Corrigé", "Ouvert", "Constats réglés", "Actions faites"],
        ["🔐 Sécurité & accès", "1", "2", f"33{NB}%", "1 sur 3"],
        ["📧 Courriel", "", "1", f"0{NB}%", "0 sur 3"],
        ["**Ensemble**", "**1**", "**3**", f"**25{NB}%**", "**1 sur 6**"],
    ]


def test_where_nothing_has_begun_there_is_no_progress() -> None:
    assert text_of(domain("## Constats", "- Trou ❌", "## Actions", "- boucher"), "avancement") == ""


# -------------------------------------------------------------------------------------- coverage


def control(name: str, title: str, domain: str = "Sécurité & accès", framework: str = "HN") -> Control:
    return Control(f"R/{name}.md", name, framework, title, "1", domain)


def covering(*covered: Covered) -> Material:
    return replace(material_of(PRACTICE), coverage=covered)


def coverage_text(material: Material, **asked: str) -> str:
    asked_for = Selection("fr", domain=asked.get("domain", ""), owner=asked.get("owner", ""))
    found = chapter("couverture", material, asked_for, index_of(PRACTICE))
    return found.text if found else ""


@pytest.fixture
def covered() -> Material:
    mission = material_of(PRACTICE).mission
    assert mission is not None
    security = mission.domains[0]
    return covering(
        Covered(
            control("HN-1.1", "Un mot de passe à chacun"),
            Coverage.NON_COMPLIANT,
            (security.items(Topic.FINDINGS)[0],),
        ),
        Covered(
            control("HN-1.2", "Identifiants inventoriés"),
            Coverage.PLANNED,
            actions=(security.actions[1],),
            planned=security.actions[1],
            due=date(2026, 12, 15),
        ),
        Covered(
            control("HN-2.1", "Un domaine à soi", "Courriel"),
            Coverage.NOT_APPLICABLE,
            reason="pas de courriel",
        ),
    )


def test_coverage_lists_the_controls_with_what_answers_them(covered: Material) -> None:
    text = coverage_text(covered)

    assert f"**3 contrôles retenus{NB}: 1 non conforme, 1 prévu, 1 sans objet.**" in text
    assert rows(text) == [
        ["Contrôle", "Énoncé", "Couverture", "Voir", "Échéance"],
        ["HN-1.1", "Un mot de passe à chacun", "❌ non conforme", "S-1", ""],
        ["HN-1.2", "Identifiants inventoriés", "📅 prévu", "S-8", "15.12.2026"],
        ["HN-2.1", "Un domaine à soi", "➖ sans objet (pas de courriel)", "", ""],
    ]


def test_coverage_of_an_extract_is_that_of_its_controls(covered: Material) -> None:
    assert [row[0] for row in rows(coverage_text(covered, domain="Courriel"))[1:]] == ["HN-2.1"]
    assert [row[0] for row in rows(coverage_text(covered, owner="Nadia"))[1:]] == ["HN-1.2"]


def test_two_frameworks_have_a_table_each() -> None:
    material = covering(
        Covered(control("A-1", "Un", framework="Guide A"), Coverage.COMPLIANT),
        Covered(control("B-1", "Deux", framework="Guide B"), Coverage.TO_SEE),
    )

    assert headings(coverage_text(material)) == ["### Guide A", "### Guide B"]
    assert "🔍 à voir" in coverage_text(material)


# ------------------------------------------------------------------------------------- languages


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("en", "## Findings by domain {#rapport-constats}"),
        ("de", "## Feststellungen nach Bereich {#rapport-constats}"),
    ],
)
def test_the_words_around_the_notes_are_in_the_language_of_the_report(language: str, first: str) -> None:
    text = chapters(material_of(PRACTICE), Selection(language), (), index_of(PRACTICE)).text

    assert headings(text)[0] == first
    for word in ("Responsable", "Échéance", "Court terme", "Priorité"):
        assert word not in text


# --------------------------------------------------------------------------------- tables, lists


def test_a_table_has_no_empty_column_and_its_widths_are_those_asked_for() -> None:
    columns = [
        Column("N", 4),
        Column("Quoi", 9, lasting=True),
        Column("Qui", 5),
        Column("Coût", 6, right=True),
    ]

    assert table(columns, [("1", "a|b", "", "3"), ("2", "", " ", "")]).splitlines() == [
        "| N | Quoi | Coût |",
        "| ---- | --------- | -----: |",
        "| 1 | a\\|b | 3 |",
        "| 2 |  |  |",
    ]
    assert table(columns, []) == ""


@pytest.mark.parametrize(
    "text", ["# titre", "- point", "> citation", "1. un", "12) douze", "| a | b |", "=== x", "+ y"]
)
def test_a_text_that_opens_a_line_begins_nothing_else(text: str) -> None:
    assert inline(text).replace("\\", "") == text
    assert "\\" in inline(text)


@pytest.mark.parametrize(
    "text", ["**gras** et suite", "*italique*", "2026 fut long", "-5 degrés", "#étiquette", "mot"]
)
def test_words_and_emphasis_stay_as_they_are(text: str) -> None:
    assert inline(text) == text


@given(st.lists(st.text(max_size=40), max_size=5))
def test_each_item_of_a_callout_is_one_line(items: list[str]) -> None:
    lines = callout("danger", "Risques", items).split("\n")

    assert lines[0] == "> [!danger] Risques"
    assert len(lines) == len(items) + 1
    assert all(line.startswith("> - ") for line in lines[1:])


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_text_of_any_kind_stays_in_its_cell(one: str, two: str) -> None:
    lines = table([Column("A", 5, lasting=True), Column("B", 5, lasting=True)], [(one, two)]).split("\n")

    assert len(lines) == 3
    assert lines[2].replace("\\|", "").count("|") == 3
