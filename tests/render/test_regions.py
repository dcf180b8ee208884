"""DESIGN §5.2, sentence by sentence: what becomes of a region, and of what a person writes in it."""

from __future__ import annotations

import re

import pytest
from wcwidth import wcswidth

from tests.conftest import Vault
from tests.render.conftest import KEEP, Notes, line_of, outcome, said
from vaultkit.render.merge_table import UNITS_EACH
from vaultkit.shell.session import Session

ACCESS = """\
---
category: domaine
scope: X
ordre: 1
priorite: haute
---
# 🔐 Sécurité & Accès
## En bref
- **Constat** : sessions partagées
- **Risque** : données exposées
- **Opportunité** : session admin
## Actions
- **Court terme** : sécurité PC
- **Structurant** : badges
"""

MAIL = """\
---
category: domaine
scope: X
ordre: 2
priorite: moyenne
---
# 📧 Mails & Courrier
## En bref
- **Constat** : Bluewin
- **Risque** : secret violable
- **Opportunité** : info@ implanté
## Actions
- **Court terme** : chiffrer les résultats
"""

BILLING = """\
---
category: domaine
scope: X
ordre: 3
---
# 💰 Facturation
## En bref
- **Constat** : double flux
- **Risque** : créances perdues
- **Opportunité** : CMD intégré
## Actions
- **Court terme** : suivi factures
"""

HEAD = "---\ncategory: synthese_globale\nscope: X\n---\n# Synthèse\n\n"


def regions(*kinds: str) -> str:
    marked = (f"<!-- vaultkit:begin {kind} -->\n<!-- vaultkit:end {kind.split()[0]} -->\n" for kind in kinds)
    return HEAD + "\n".join(marked)


@pytest.fixture
def mission() -> Notes:
    """A mission of two domains, just rebuilt."""
    notes = Notes({"S.md": regions("recap", "roadmap", "liens"), "Accès.md": ACCESS, "Mails.md": MAIL})
    notes.rebuild()
    return notes


ROW_1 = "🔐 Sécurité | Sessions partagées | Données exposées | Session admin | 🚨 Haute"
ROW_2 = "📧 Mails | Bluewin | Secret violable | Info@ implanté | ⚠️ Moyenne"
ROW_3 = "💰 Facturation | Double flux | Créances perdues | CMD intégré | à définir"


# What is generated.


def test_a_rebuilt_region_has_a_blank_line_inside_each_marker_and_a_stamp(mission: Notes) -> None:
    assert mission.text.startswith(
        HEAD
        + "<!-- vaultkit:begin recap -->\n\n"
        + "| Domaine | Constats clés | Risques | Opportunités | Priorité |\n|---|---|---|---|---|\n"
        + f"| {ROW_1} |\n| {ROW_2} |\n\n<!-- vaultkit:end recap sum="
    )
    assert len(mission.stamp("recap").units) == 10
    assert mission.body("roadmap") == (
        "1. **Court terme** → sécurité PC, chiffrer les résultats.\n2. **Structurant** → badges."
    )
    assert mission.stamp("roadmap").rows == (2, 1)
    assert mission.body("liens") == "- [[Accès]]\n- [[Mails]]"


def test_a_marker_tells_no_date_no_version_and_no_machine(mission: Notes) -> None:
    assert set(re.findall(r"vaultkit:end \w+ (.*) -->", mission.text)[0].split("=")[0:1]) == {"sum"}
    options = re.findall(r"\b(\w+)=", " ".join(re.findall(r"<!-- vaultkit:.*", mission.text)))
    assert set(options) <= {"sum", "units", "rows", "kept", "gone", "head", "notes"}


def test_every_byte_outside_the_regions_stays() -> None:
    before = (
        HEAD
        + "Deux blancs  \ne\u0301\ufe0f\t\n<!-- vaultkit:begin liens -->\n<!-- vaultkit:end liens -->\nsans fin"
    )
    notes = Notes({"S.md": before, "Accès.md": ACCESS})
    notes.rebuild()
    assert notes.text.startswith(before.split("<!--")[0])
    assert notes.text.endswith("-->\nsans fin")


def test_crlf_bom_and_a_missing_final_newline_stay() -> None:
    before = "\ufeff" + regions("recap").replace("\n", "\r\n").rstrip("\r\n")
    notes = Notes({"S.md": before, "Accès.md": ACCESS})
    notes.rebuild()
    assert notes.text.startswith("\ufeff---\r\n")
    assert notes.text.endswith("-->")
    assert notes.text.count("\n") == notes.text.count("\r\n")
    notes.replace("Sessions partagées", "Ma phrase")
    notes.rebuild()
    assert f"Ma phrase {KEEP} |" in notes.text
    assert notes.text.count("\n") == notes.text.count("\r\n")


def test_a_region_may_stand_in_a_callout() -> None:
    text = (
        HEAD + "> [!summary] Bilan\n> <!-- vaultkit:begin recap -->\n> <!-- vaultkit:end recap -->\n> fin\n"
    )
    notes = Notes({"S.md": text, "Accès.md": ACCESS})
    notes.rebuild()
    assert "> <!-- vaultkit:begin recap -->\n>\n> | Domaine |" in notes.text
    assert f"> | {ROW_1} |\n>\n> <!-- vaultkit:end recap sum=" in notes.text
    notes.replace("Sessions partagées", "Ma phrase")
    notes.rebuild()
    assert f"> | 🔐 Sécurité | Ma phrase {KEEP} | Données" in notes.text


def test_a_region_on_the_first_line_of_a_note_with_a_bom_is_found() -> None:
    text = "\ufeff<!-- vaultkit:begin liens -->\n<!-- vaultkit:end liens -->\n"
    notes = Notes({"S.md": text})
    assert notes.region("liens").begin.start == 1


# A unit is edited if its digest is not its own; an edited unit is kept.


def test_a_rewritten_cell_is_kept_and_carries_its_mark_alone(mission: Notes) -> None:
    mission.replace("Sessions partagées", "Tout est ouvert")
    mission.rebuild()
    assert mission.rows() == [ROW_1.replace("Sessions partagées", f"Tout est ouvert {KEEP}"), ROW_2]
    assert list(mission.stamp("recap").kept.values()) == ["-"]


def test_a_kept_cell_survives_ten_rebuilds_and_any_change_of_its_source(mission: Notes) -> None:
    mission.replace("Sessions partagées", "Tout est ouvert")
    for number in range(10):
        mission.texts["Accès.md"] = ACCESS.replace("sessions partagées", f"autre constat {number}")
        mission.rebuild()
        assert mission.rows()[0] == ROW_1.replace("Sessions partagées", f"Tout est ouvert {KEEP}")


def test_a_lone_note_tells_which_cell_a_person_wrote_and_which_its_source_changed(mission: Notes) -> None:
    mission.replace("Sessions partagées", "Tout est ouvert")
    mission.replace("secret violable", "secret médical violable", "Mails.md")
    mission.rebuild()
    assert mission.rows() == [
        ROW_1.replace("Sessions partagées", f"Tout est ouvert {KEEP}"),
        ROW_2.replace("Secret violable", "Secret médical violable"),
    ]


def test_a_unit_that_only_its_source_changed_is_regenerated(mission: Notes) -> None:
    mission.replace("priorite: moyenne", "priorite: haute", "Mails.md")
    mission.replace("badges", "badges et clés", "Accès.md")
    done = mission.rebuild()
    assert mission.rows() == [ROW_1, ROW_2.replace("⚠️ Moyenne", "🚨 Haute")]
    assert mission.lines("roadmap")[1] == "2. **Structurant** → badges et clés."
    assert [(fate.place, fate.before, fate.after) for fate in outcome(done, "recap").changed] == [
        ("📧 Mails | Priorité", "⚠️ Moyenne", "🚨 Haute")
    ]
    assert KEEP not in mission.text


def test_the_text_of_one_cell_copied_into_another_is_an_edit(mission: Notes) -> None:
    mission.replace("| Bluewin |", "| Sessions partagées |")
    mission.replace("| ⚠️ Moyenne |", "| 🚨 Haute |")
    mission.rebuild()
    assert (
        mission.rows()[1]
        == f"📧 Mails | Sessions partagées {KEEP} | Secret violable | Info@ implanté | 🚨 Haute {KEEP}"
    )


def test_one_item_copied_over_another_is_an_edit(mission: Notes) -> None:
    mission.replace("sécurité PC, chiffrer les résultats.", "sécurité PC, sécurité PC.")
    mission.rebuild()
    assert mission.lines("roadmap")[0] == f"1. **Court terme** → sécurité PC, sécurité PC {KEEP}."


def test_an_emptied_cell_is_an_edit(mission: Notes) -> None:
    mission.replace("| Bluewin |", "|  |")
    mission.rebuild()
    assert mission.rows()[1] == f"📧 Mails | {KEEP} | Secret violable | Info@ implanté | ⚠️ Moyenne"


def test_an_edit_that_is_made_while_rows_move_is_noticed(mission: Notes) -> None:
    mission.texts["Facturation.md"] = BILLING.replace("ordre: 3", "ordre: 1").replace("# 💰", "# 💰")
    mission.texts["Accès.md"] = ACCESS.replace("ordre: 1", "ordre: 4")
    mission.replace("Sessions partagées", "Tout est ouvert")
    mission.rebuild()
    edited = ROW_1.replace("Sessions partagées", f"Tout est ouvert {KEEP}")
    assert mission.rows() == [ROW_3, ROW_2, edited]


def test_a_cell_with_escaped_pipes_links_and_code_is_one_unit(mission: Notes) -> None:
    mission.replace("| Bluewin |", "| `a \\| b` et [[Mails\\|le courrier]] |")
    mission.rebuild()
    assert mission.rows()[1].startswith(f"📧 Mails | `a \\| b` et [[Mails\\|le courrier]] {KEEP} | Secret")


def test_a_link_typed_with_a_bare_pipe_in_a_cell_stays_one_cell(mission: Notes) -> None:
    mission.replace("| Bluewin |", "| voir [[Mails|le courrier]] |")
    mission.rebuild()
    assert mission.rows()[1].startswith(f"📧 Mails | voir [[Mails\\|le courrier]] {KEEP} | Secret")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("sécurité PC", "sécurité  PC"),
        ("**Court terme**", "__Court terme__"),
        ("Info@", "Info\\@"),
        ("é", "e\u0301"),
        ("- [[Accès]]\n- [[Mails]]", "* [[Accès]]\n* [[Mails]]"),
        ("- [[Accès]]\n- [[Mails]]", "- [[Accès]]\n\n- [[Mails]]"),
        ("2. **S", "1. **S"),
        ("|---|---|---|---|---|", "| --- | :-: | --- | --- | ---: |"),
        ("| Bluewin | Secret", "|   Bluewin|Secret"),
        ("-->\n\n1.", "-->\n1."),
    ],
)
def test_a_body_that_says_the_same_is_not_touched(mission: Notes, old: str, new: str) -> None:
    mission.texts["S.md"] = before = mission.text.replace(old, new)
    assert mission.rebuild().edits == ()
    assert mission.text == before


def test_above_200_cells_a_table_is_remembered_row_by_row() -> None:
    notes = Notes({"S.md": regions("recap")})
    for number in range(45):
        label = f"# Domaine {chr(65 + number // 26)}{chr(65 + number % 26)}"
        notes.texts[f"D{number:02}.md"] = re.sub(r"# 💰 Facturation", label, BILLING).replace(
            "ordre: 3", f"ordre: {number}"
        )
    notes.rebuild()
    assert len(notes.rows()) * 5 > UNITS_EACH
    assert len(notes.stamp("recap").units) == 45
    row = notes.rows()[7]
    notes.texts["S.md"] = notes.text.replace(f"| {row} |", f"| {row} |".replace("Double flux", "Ma phrase"))
    notes.texts["D09.md"] = notes.texts["D09.md"].replace("double flux", "un seul flux")
    notes.rebuild()
    assert notes.rows()[7] == row.replace("Double flux", f"Ma phrase {KEEP}")
    assert "Un seul flux" in notes.rows()[9]
    assert notes.text.count(KEEP) == 1
    notes.replace(f" {KEEP}", "")
    notes.rebuild()
    assert notes.rows()[7] == row


# The keep mark.


def test_deleting_the_mark_gives_the_unit_back_to_its_source(mission: Notes) -> None:
    mission.replace("Sessions partagées", "Tout est ouvert")
    mission.replace("badges.", "mes badges.")
    mission.rebuild()
    assert mission.text.count(KEEP) == 2
    mission.texts["S.md"] = mission.text.replace(f" {KEEP}", "")
    mission.rebuild()
    assert mission.rows() == [ROW_1, ROW_2]
    assert mission.lines("roadmap")[1] == "2. **Structurant** → badges."
    assert KEEP not in mission.text


def test_rewriting_a_kept_cell_with_its_mark_keeps_it_again(mission: Notes) -> None:
    mission.replace("Sessions partagées", "Tout est ouvert")
    mission.rebuild()
    mission.replace(f"Tout est ouvert {KEEP}", "Portes ouvertes")
    mission.rebuild()
    assert f"Portes ouvertes {KEEP}" in mission.rows()[0]


@pytest.mark.parametrize("mark", ["<!--vk:keep-->", "<!-- VK: keep -->", "<!--  vk:keep  -->"])
def test_a_mark_is_read_however_it_is_spelled_and_wherever_it_stands(mission: Notes, mark: str) -> None:
    mission.replace("Sessions partagées", f"{mark} Ma phrase")
    mission.replace("Bluewin", f"Ma {mark} phrase{mark}")
    mission.replace("→ badges.", f"→ badges à moi.{mark}")
    mission.rebuild()
    mission.texts["Accès.md"] = ACCESS.replace("sessions", "comptes").replace("badges", "clés")
    mission.rebuild()
    assert mission.rows()[0].startswith(f"🔐 Sécurité | {mark} Ma phrase |")
    assert mission.rows()[1].startswith(f"📧 Mails | Ma {mark} phrase{mark} |")
    assert mission.lines("roadmap")[1] == f"2. **Structurant** → badges à moi.{mark}"


def test_a_mark_put_on_a_generated_cell_holds_it_as_it_is(mission: Notes) -> None:
    mission.replace("Bluewin", f"Bluewin {KEEP}")
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.rebuild()
    assert f"| Bluewin {KEEP} |" in mission.body("recap")


def test_a_mark_in_the_first_cell_keeps_the_whole_row(mission: Notes) -> None:
    mission.replace("| 📧 Mails |", f"| 📧 Mails {KEEP} |")
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.replace("moyenne", "haute", "Mails.md")
    mission.rebuild()
    assert mission.rows()[1] == ROW_2.replace("📧 Mails", f"📧 Mails {KEEP}")
    mission.replace(f" {KEEP}", "")
    mission.rebuild()
    assert mission.rows()[1] == ROW_2.replace("Bluewin", "Gmail").replace("⚠️ Moyenne", "🚨 Haute")


def test_a_mark_at_the_label_of_a_roadmap_line_keeps_the_whole_line(mission: Notes) -> None:
    mission.replace("**Court terme** →", f"**Court terme** {KEEP} →")
    mission.replace("sécurité PC", "postes", "Accès.md")
    mission.rebuild()
    assert mission.lines("roadmap")[0] == f"1. **Court terme** {KEEP} → sécurité PC, chiffrer les résultats."
    mission.replace(f" {KEEP}", "")
    mission.rebuild()
    assert mission.lines("roadmap")[0] == "1. **Court terme** → postes, chiffrer les résultats."


def test_a_mark_in_the_header_does_no_harm(mission: Notes) -> None:
    mission.replace("| Risques |", f"| Risques {KEEP} |")
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.rebuild()
    assert f"| Risques {KEEP} |" in mission.text
    assert "Gmail" in mission.rows()[1]


def test_the_mark_stands_before_the_comma_or_full_stop_of_a_roadmap_line(mission: Notes) -> None:
    mission.replace("sécurité PC, chiffrer les résultats.", "postes sûrs, chiffrer tout.")
    mission.rebuild()
    assert mission.lines("roadmap")[0] == f"1. **Court terme** → postes sûrs {KEEP}, chiffrer tout {KEEP}."


def test_the_mark_leaves_a_block_id_the_last_word(mission: Notes) -> None:
    mission.replace("- [[Mails]]", "- [[Mails]] à relire ^mails")
    mission.rebuild()
    assert mission.lines("liens")[1] == f"- [[Mails]] à relire {KEEP} ^mails"


def test_the_mark_never_breaks_a_fence_or_a_rule() -> None:
    notes = Notes({"S.md": regions("template src=t.md")}, {"t.md": "Début\n"})
    notes.rebuild()
    notes.replace("Début\n", "Début\n\n```\n- code\n```\n\n---\n\n- a\n  ```\n  b\n  ```\n")
    notes.rebuild()
    assert notes.body("template") == (
        f"Début\n\n```\n- code\n```\n{KEEP}\n\n---\n{KEEP}\n\n- a\n  ```\n  b\n  ```\n  {KEEP}"
    )


def test_without_a_source_a_deleted_mark_returns(mission: Notes) -> None:
    mission.replace("- [[Mails]]", "- [[Mails]]\n- à la main")
    mission.rebuild()
    mission.replace(f"- à la main {KEEP}", "- à la main")
    mission.rebuild()
    assert mission.lines("liens")[2] == f"- à la main {KEEP}"


def test_a_unit_without_source_goes_when_its_text_is_deleted(mission: Notes) -> None:
    mission.replace("- [[Mails]]", "- [[Mails]]\n- à la main")
    mission.replace("badges.", "badges, mon idée.")
    mission.replace(f"| {ROW_2} |", f"| {ROW_2} |\n| 🌐 Réseau | câbles |  |  |  |")
    mission.rebuild()
    mission.replace(f"- à la main {KEEP}", f"- {KEEP}")
    mission.replace(f"mon idée {KEEP}", KEEP)
    mission.replace(f"| 🌐 Réseau {KEEP} | câbles |", f"| {KEEP} |  |")
    mission.rebuild()
    assert mission.rows() == [ROW_1, ROW_2]
    assert mission.lines("roadmap")[1] == "2. **Structurant** → badges."
    assert mission.body("liens") == "- [[Accès]]\n- [[Mails]]"


def test_an_empty_bullet_of_a_person_who_is_about_to_write_stays(mission: Notes) -> None:
    mission.replace("- [[Mails]]", "- [[Mails]]\n- ")
    mission.rebuild()
    assert mission.body("liens") == "- [[Accès]]\n- [[Mails]]\n- "


# Rows and items of a person's own.


def test_a_row_added_by_hand_stays_where_it_was_put_with_one_mark(mission: Notes) -> None:
    mission.replace(f"| {ROW_1} |", f"| {ROW_1} |\n| 🌐 Réseau | Wifi ouvert | Écoute |  | haute |")
    mission.rebuild()
    own = f"🌐 Réseau {KEEP} | Wifi ouvert | Écoute |  | haute"
    assert mission.rows() == [ROW_1, own, ROW_2]
    mission.texts["Facturation.md"] = BILLING.replace("ordre: 3", "ordre: 1.5")
    mission.rebuild()
    assert mission.rows() == [ROW_1, own, ROW_3, ROW_2]


def test_a_row_added_above_all_others_stays_first(mission: Notes) -> None:
    mission.replace(f"| {ROW_1} |", f"| Direction | vision |  |  |  |\n| {ROW_1} |")
    mission.rebuild()
    assert mission.rows()[0].startswith(f"Direction {KEEP} | vision")


def test_a_short_row_and_one_without_a_label_are_kept(mission: Notes) -> None:
    mission.replace(f"| {ROW_2} |", f"| {ROW_2} |\n| Réseau | câbles |\n|  | sans nom |  |  |  |")
    mission.rebuild()
    assert mission.rows()[2].startswith(f"Réseau {KEEP} | câbles")
    assert mission.rows()[3].startswith(f"{KEEP} | sans nom")


def test_a_row_of_a_person_becomes_the_domains_when_a_note_of_that_name_appears(mission: Notes) -> None:
    mission.replace(f"| {ROW_2} |", f"| {ROW_2} |\n| 💰 Facturation | mes mots |  |  |  |")
    mission.rebuild()
    mission.texts["Facturation.md"] = BILLING
    mission.rebuild()
    assert [row.split(" |")[0] for row in mission.rows()] == [
        "🔐 Sécurité",
        "📧 Mails",
        f"💰 Facturation {KEEP}",
    ]


def test_a_row_copied_by_hand_stays_and_the_domain_keeps_its_own(mission: Notes) -> None:
    mission.replace(f"| {ROW_2} |", f"| {ROW_2} |\n| {ROW_2.replace('Bluewin', 'ma copie')} |")
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.rebuild()
    assert mission.rows()[1] == ROW_2.replace("Bluewin", "Gmail")
    assert f"ma copie {KEEP}" in mission.rows()[2]


def test_a_label_edited_so_that_it_names_no_domain_makes_the_row_the_persons_own(mission: Notes) -> None:
    mission.replace("| 📧 Mails |", "| 📮 La poste |")
    mission.rebuild()
    assert mission.rows() == [ROW_1, ROW_2.replace("📧 Mails", f"📮 La poste {KEEP}"), ROW_2]


def test_a_label_edited_into_that_of_another_domain_takes_nothing_from_it(mission: Notes) -> None:
    mission.replace("| 🔐 Sécurité |", "| 📧 Mails |")
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.rebuild()
    assert mission.rows()[0] == ROW_1.replace("🔐 Sécurité", f"📧 Mails {KEEP}") or ROW_1 in mission.rows()
    assert ROW_1 in mission.rows()
    assert ROW_2.replace("Bluewin", "Gmail") in mission.rows()
    assert "Sessions partagées" in " ".join(
        row for row in mission.rows() if row.startswith("📧 Mails") and KEEP in row
    )


def test_items_of_a_roadmap_added_by_hand_stay_behind_their_predecessor(mission: Notes) -> None:
    mission.replace("sécurité PC,", "sécurité PC, audit Dentagest (oui, vraiment),")
    mission.rebuild()
    mission.texts["Facturation.md"] = BILLING
    mission.rebuild()
    assert mission.lines("roadmap")[0] == (
        f"1. **Court terme** → sécurité PC, audit Dentagest (oui, vraiment) {KEEP}, "
        "chiffrer les résultats, suivi factures."
    )


def test_a_predecessor_that_moves_takes_what_was_added_behind_it_along(mission: Notes) -> None:
    mission.replace("sécurité PC,", "sécurité PC, audit,")
    mission.rebuild()
    mission.replace("ordre: 1", "ordre: 9", "Accès.md")
    mission.rebuild()
    assert (
        mission.lines("roadmap")[0]
        == f"1. **Court terme** → chiffrer les résultats, sécurité PC, audit {KEEP}."
    )


def test_the_one_item_of_a_line_can_be_rewritten(mission: Notes) -> None:
    mission.replace("badges.", "contrôle des portes.")
    mission.replace("badges", "clés", "Accès.md")
    mission.rebuild()
    assert mission.lines("roadmap")[1] == f"2. **Structurant** → contrôle des portes {KEEP}."


def test_a_line_without_items_is_filled_behind_its_arrow(mission: Notes) -> None:
    mission.replace("→ badges.", "→")
    mission.rebuild()
    assert mission.lines("roadmap")[1] == "2. **Structurant** → badges"


def test_a_line_added_to_the_roadmap_by_hand_stays(mission: Notes) -> None:
    mission.replace("→ badges.", "→ badges.\n3. **Continu** → veille, sauvegardes\n4. **Un jour** → ")
    mission.rebuild()
    assert mission.lines("roadmap")[2:] == [
        f"3. **Continu** → veille {KEEP}, sauvegardes {KEEP}",
        "4. **Un jour** → ",
    ]


def test_an_item_of_the_roadmap_that_is_no_line_is_kept_as_it_is(mission: Notes) -> None:
    mission.replace("→ badges.", "→ badges.\n3. le reste en 2027")
    done = mission.rebuild()
    assert mission.lines("roadmap")[2] == f"3. le reste en 2027 {KEEP}"
    assert [fate.after for fate in outcome(done, "roadmap").held] == ["le reste en 2027"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1. **Court terme** → ", "- **Court terme** : "),
        ("1. **Court terme** → ", "* *Court terme* -> "),
        ("1. **Court terme** → ", "1) Court terme → "),
        ("1. **Court terme** → ", "- [ ] **Court terme** → "),
        ("1. **Court terme** → ", "1. 🎯 **Court terme :** "),
        ("1. **Court terme** → ", "1. **À court terme** \\-> "),
    ],
)
def test_a_roadmap_line_in_the_persons_own_style_is_followed(mission: Notes, old: str, new: str) -> None:
    mission.replace(old, new)
    mission.rebuild()
    assert mission.lines("roadmap")[0] == f"{new}sécurité PC, chiffrer les résultats."
    mission.replace("sécurité PC", "postes", "Accès.md")
    mission.rebuild()
    assert mission.lines("roadmap")[0] == f"{new}postes, chiffrer les résultats."
    assert KEEP not in mission.text


def test_a_new_roadmap_line_has_the_style_of_those_that_stand_there() -> None:
    body = "- **Court terme** : sécurité PC\n- **Structurant** : badges"
    text = regions("roadmap").replace("<!-- vaultkit:end", f"\n{body}\n\n<!-- vaultkit:end")
    notes = Notes({"S.md": text, "Accès.md": ACCESS + "- **Intermédiaire** : inventaire\n"})
    notes.rebuild()
    assert notes.lines("roadmap") == [
        "- **Court terme** : sécurité PC",
        "- **Intermédiaire** : inventaire",
        "- **Structurant** : badges",
    ]


def test_a_new_roadmap_line_between_others_is_counted(mission: Notes) -> None:
    mission.texts["Accès.md"] = ACCESS + "- **Intermédiaire** : inventaire\n"
    mission.rebuild()
    assert [line[:6] for line in mission.lines("roadmap")] == ["1. **C", "2. **I", "3. **S"]


def test_the_end_of_a_line_full_stop_or_none_stays(mission: Notes) -> None:
    mission.replace("chiffrer les résultats.", "chiffrer les résultats  ")
    mission.replace("chiffrer les résultats", "chiffrer tout", "Mails.md")
    mission.rebuild()
    assert mission.lines("roadmap")[0] == "1. **Court terme** → sécurité PC, chiffrer tout  "
    assert mission.lines("roadmap")[1].endswith("badges.")


def test_roadmap_items_part_at_comma_and_blank_outside_brackets_code_and_links(mission: Notes) -> None:
    mission.replace("badges.", "plan (a, b), `c, d`, [[e, f]], 1,5 jour, (g, h.")
    mission.rebuild()
    assert mission.lines("roadmap")[1] == (
        f"2. **Structurant** → plan (a, b) {KEEP}, `c, d` {KEEP}, [[e, f]] {KEEP}, "
        f"1,5 jour {KEEP}, (g {KEEP}, h {KEEP}."
    )


def test_a_comma_in_an_action_that_becomes_one_item_is_written_as_a_dot(mission: Notes) -> None:
    mission.replace("badges", "badges, clés et registre", "Accès.md")
    mission.rebuild()
    assert mission.lines("roadmap")[1] == "2. **Structurant** → badges · clés et registre."


def test_nested_items_loose_lists_and_continued_lines_are_kept(mission: Notes) -> None:
    mission.replace(
        "- [[Accès]]\n- [[Mails]]",
        "- [[Accès]]\n  - vu le 3\n    avec Léa\n\n- [[Mails]]\n\n- [ ] relire\n\n  demain",
    )
    mission.rebuild()
    assert mission.body("liens") == (
        f"- [[Accès]]\n  - vu le 3\n    avec Léa {KEEP}\n\n- [[Mails]]\n\n- [ ] relire\n\n  demain {KEEP}"
    )


def test_a_paragraph_and_a_second_table_added_by_hand_are_kept(mission: Notes) -> None:
    mission.replace("| Domaine |", "Mon avant-propos.\n\n| Domaine |")
    mission.replace(f"| {ROW_2} |", f"| {ROW_2} |\n\n| Sigle | Sens |\n|---|---|\n| CMD | caisse |")
    mission.rebuild()
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.rebuild()
    assert mission.body("recap").startswith(f"Mon avant-propos. {KEEP}\n\n| Domaine |")
    assert mission.body("recap").endswith(f"\n\n| Sigle | Sens |\n|---|---|\n| CMD {KEEP} | caisse |")
    assert "Gmail" in mission.body("recap")


def test_a_table_added_above_the_generated_one_is_not_taken_for_it(mission: Notes) -> None:
    mission.replace("| Domaine |", "| Sigle | Sens |\n|---|---|\n| CMD | caisse |\n\n| Domaine |")
    mission.rebuild()
    assert mission.body("recap").startswith(
        f"| Sigle | Sens |\n|---|---|\n| CMD {KEEP} | caisse |\n\n| Domaine |"
    )
    assert mission.rows()[-2:] == [ROW_1, ROW_2]


# Columns.


def test_a_column_added_by_hand_stays_and_the_rest_is_regenerated(mission: Notes) -> None:
    for old, new in (("| Risques |", "| Qui | Risques |"), ("|---|---|", "|---|---|---|")):
        mission.texts["S.md"] = mission.text.replace(old, new, 1)
    mission.replace("| Données exposées |", "| Léa | Données exposées |")
    mission.replace("| Secret violable |", "|  | Secret violable |")
    mission.rebuild()
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.replace("données exposées", "fuites", "Accès.md")
    mission.rebuild()
    assert mission.rows() == [
        f"🔐 Sécurité | Sessions partagées | Léa {KEEP} | Fuites | Session admin | 🚨 Haute",
        "📧 Mails | Gmail |  | Secret violable | Info@ implanté | ⚠️ Moyenne",
    ]


def test_a_column_of_numbers_before_the_label_is_no_label(mission: Notes) -> None:
    lines = mission.body("recap").split("\n")
    numbered = [f"| {n} {line}" for n, line in zip(("N°", "", "1", "2"), lines, strict=True)]
    numbered[1] = "|---" + lines[1]
    mission.replace("\n".join(lines), "\n".join(numbered))
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.rebuild()
    assert mission.rows() == [f"1 {KEEP} | {ROW_1}", f"2 {KEEP} | {ROW_2.replace('Bluewin', 'Gmail')}"]


def test_columns_moved_by_hand_stay_moved_and_are_no_edits(mission: Notes) -> None:
    body = mission.body("recap")
    moved = [
        [*cells[1:2], *cells[5:6], *cells[2:5]] for cells in (line.split("|") for line in body.split("\n"))
    ]
    mission.replace(body, "\n".join(f"|{'|'.join(cells)}|" for cells in moved))
    mission.rebuild()
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.rebuild()
    assert mission.rows()[1] == "📧 Mails | ⚠️ Moyenne | Gmail | Secret violable | Info@ implanté"
    assert KEEP not in mission.text


def test_a_column_deleted_by_hand_returns(mission: Notes) -> None:
    body = mission.body("recap")
    cut = ["|".join([*line.split("|")[:3], *line.split("|")[4:]]) for line in body.split("\n")]
    mission.replace(body, "\n".join(cut))
    mission.rebuild()
    assert mission.rows() == [ROW_1, ROW_2]
    assert KEEP not in mission.text


def test_a_renamed_header_stays_and_its_column_is_regenerated(mission: Notes) -> None:
    mission.replace("| Constats clés |", "| Ce que nous avons vu |")
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.rebuild()
    assert "| Domaine | Ce que nous avons vu | Risques |" in mission.text
    assert mission.rows()[1] == ROW_2.replace("Bluewin", "Gmail")
    assert KEEP not in mission.text


def test_a_header_that_the_template_renames_is_renamed() -> None:
    old, new = "| D | P |\n|---|---|\n", "| Sujet | Urgence |\n|---|---|\n"
    rows = "{% for d in domains %}\n| {{ d.name }} | {{ d.priority }} |\n{% endfor %}\n"
    notes = Notes({"S.md": regions("template src=t.md"), "Accès.md": ACCESS}, {"t.md": old + rows})
    notes.rebuild()
    notes.templates = Notes({}, {"t.md": new + rows}).templates
    notes.rebuild()
    assert notes.body("template") == "| Sujet | Urgence |\n|---|---|\n| Sécurité & Accès | 🚨 Haute |"


# The style that stands there.


def test_a_padded_table_stays_padded_and_a_compact_one_compact(mission: Notes) -> None:
    body = "| Domaine       | Constats clés |\n| :------------ | ------------- |\n| 🔐 Sécurité   | partagées     |"
    notes = Notes({"S.md": regions("template src=t.md"), "Accès.md": ACCESS}, {"t.md": body + "\n"})
    notes.rebuild()
    notes.templates = Notes({}, {"t.md": body.replace("partagées    ", "partagées partout") + "\n"}).templates
    notes.rebuild()
    assert len({wcswidth(line) for line in notes.lines("template")}) == 1
    assert notes.lines("template")[1].startswith("| :---")


def test_a_padded_table_stays_padded_around_an_edit(mission: Notes) -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in mission.lines("recap")]
    padded = "\n".join(
        "| " + " | ".join("-" * 24 if set(c) == {"-"} else c.ljust(24) for c in row) + " |" for row in rows
    )
    mission.replace(mission.body("recap"), padded)
    mission.replace("Sessions partagées      ", "Ma longue phrase à moi, bien plus longue")
    mission.rebuild()
    lines = mission.lines("recap")
    assert f"| Ma longue phrase à moi, bien plus longue {KEEP} |" in lines[2]
    assert [line.index("| Constats") for line in lines[:1]] == [lines[3].index("| Bluewin")]
    assert {len(line) for line in lines} == {len(lines[0])}


def test_a_table_without_outer_pipes_is_read_and_written(mission: Notes) -> None:
    bare = "\n".join(line.strip("| ") for line in mission.body("recap").split("\n"))
    mission.replace(mission.body("recap"), bare)
    assert mission.rebuild().edits == ()
    mission.replace("Bluewin", "Gmail", "Mails.md")
    mission.rebuild()
    assert mission.text.count("Gmail") == 1
    assert KEEP not in mission.text


def test_a_table_in_a_quote_inside_the_region_is_read_and_written() -> None:
    quoted = "> [!summary]\n> | Domaine | Constats clés | Risques | Opportunités | Priorité |\n> |---|---|---|---|---|"
    text = regions("recap").replace("<!-- vaultkit:end", f"\n{quoted}\n\n<!-- vaultkit:end")
    notes = Notes({"S.md": text, "Accès.md": ACCESS})
    notes.rebuild()
    assert notes.body("recap").endswith(f"\n> | {ROW_1} |")
    notes.replace("Sessions partagées", "Ma phrase")
    notes.rebuild()
    assert f"> | 🔐 Sécurité | Ma phrase {KEEP} |" in notes.text


# Units deleted by hand.


def test_units_deleted_by_hand_return_while_they_have_a_source(mission: Notes) -> None:
    before = mission.text
    mission.replace(f"| {ROW_1} |\n", "")
    mission.replace(", chiffrer les résultats", "")
    mission.replace("\n2. **Structurant** → badges.", "")
    mission.replace("- [[Mails]]\n", "")
    mission.rebuild()
    assert mission.text == before


def test_a_body_deleted_by_hand_returns(mission: Notes) -> None:
    before = mission.text
    mission.replace(mission.body("recap"), "")
    mission.replace(mission.body("liens"), "")
    mission.rebuild()
    assert mission.text == before


def test_a_kept_row_deleted_by_hand_makes_room_for_the_generated_one(mission: Notes) -> None:
    mission.replace("Bluewin", "ma phrase")
    mission.rebuild()
    mission.replace(f"| {mission.rows()[1]} |\n", "")
    mission.rebuild()
    assert mission.rows() == [ROW_1, ROW_2]


# Nothing vanishes because a note is absent.


def test_a_row_and_items_without_source_stay_and_are_reported(mission: Notes) -> None:
    before = {key: mission.body(key) for key in ("recap", "roadmap", "liens")}
    del mission.texts["Mails.md"]
    for _ in range(3):
        done = mission.rebuild()
    assert {key: mission.body(key) for key in before} == before
    assert [(fate.place, fate.sourceless, fate.kept) for fate in outcome(done, "recap").held] == [
        ("📧 Mails", True, False)
    ]
    assert [fate.after for fate in outcome(done, "roadmap").held] == ["chiffrer les résultats"]


def test_prune_takes_what_has_no_source_and_shows_it(mission: Notes) -> None:
    del mission.texts["Mails.md"]
    mission.rebuild()
    done = mission.rebuild(prune=True)
    assert mission.rows() == [ROW_1]
    assert mission.lines("roadmap")[0] == "1. **Court terme** → sécurité PC."
    assert mission.body("liens") == "- [[Accès]]"
    shown = [fate.before for kind in ("recap", "roadmap", "liens") for fate in outcome(done, kind).pruned]
    assert shown == [ROW_2, "chiffrer les résultats", "[[Mails]]"]


def test_prune_never_takes_what_a_person_wrote(mission: Notes) -> None:
    mission.replace("Bluewin", "ma phrase")
    mission.replace("chiffrer les résultats.", "chiffrer tout, mon idée.")
    mission.replace("- [[Mails]]", "- [[Mails]] lu\n- [[Note à écrire]]\n- à la main")
    mission.replace(f"| {ROW_1} |", f"| {ROW_1} |\n| 🌐 Réseau | Wifi |  |  |  |")
    mission.rebuild()
    del mission.texts["Mails.md"]
    del mission.texts["Accès.md"]
    for _ in range(3):
        mission.rebuild(prune=True)
    assert len(mission.rows()) == 2
    assert mission.rows()[0].startswith(f"🌐 Réseau {KEEP} | Wifi")
    assert f"ma phrase {KEEP}" in mission.rows()[1]
    assert mission.lines("roadmap") == [f"1. **Court terme** → chiffrer tout {KEEP}, mon idée {KEEP}."]
    assert mission.lines("liens") == [f"- [[Mails]] lu {KEEP}", "- [[Note à écrire]]", f"- à la main {KEEP}"]


def test_prune_takes_nothing_from_a_note_that_was_just_adopted() -> None:
    body = "| Domaine | Constats clés |\n|---|---|\n| 🌐 Réseau | Wifi |"
    notes = Notes({"S.md": regions("recap").replace("<!-- vaultkit:end", f"\n{body}\n\n<!-- vaultkit:end")})
    notes.rebuild(prune=True)
    assert notes.rows()[0].startswith(f"🌐 Réseau {KEEP} | Wifi")


def test_a_row_whose_note_was_absent_follows_it_again(mission: Notes) -> None:
    mission.replace("Bluewin", "ma phrase")
    mission.rebuild()
    mail = mission.texts.pop("Mails.md")
    mission.rebuild()
    mission.rebuild()
    mission.texts["Mails.md"] = mail.replace("moyenne", "haute").replace("chiffrer les résultats", "signer")
    mission.rebuild()
    assert mission.rows()[1] == f"📧 Mails | ma phrase {KEEP} | Secret violable | Info@ implanté | 🚨 Haute"
    assert "signer" in mission.lines("roadmap")[0]


def test_a_kept_item_whose_source_vanishes_and_comes_back_is_not_doubled(mission: Notes) -> None:
    mission.replace("chiffrer les résultats.", "tout chiffrer.")
    mission.replace("- [[Mails]]", "- [[Mails]] lu")
    for step in range(3):
        mail = mission.texts.pop("Mails.md")
        for _ in range(step):
            mission.rebuild()
        mission.texts["Mails.md"] = mail
        mission.rebuild()
        assert mission.lines("roadmap")[0] == f"1. **Court terme** → sécurité PC, tout chiffrer {KEEP}."
        assert mission.lines("liens") == ["- [[Accès]]", f"- [[Mails]] lu {KEEP}"]


def test_an_item_edited_while_its_source_is_away_is_not_doubled_when_it_comes_back(mission: Notes) -> None:
    mission.replace("chiffrer les résultats.", "tout chiffrer.")
    mail = mission.texts.pop("Mails.md")
    mission.rebuild()
    mission.texts["Mails.md"] = mail
    mission.rebuild()
    assert mission.lines("roadmap")[0] == f"1. **Court terme** → sécurité PC, tout chiffrer {KEEP}."


def test_children_that_arrive_one_by_one_take_nothing_away() -> None:
    notes = Notes(
        {
            "S.md": regions("recap", "roadmap", "liens"),
            "Accès.md": ACCESS,
            "Mails.md": MAIL,
            "Facturation.md": BILLING,
        }
    )
    notes.rebuild()
    whole, children = (
        notes.text,
        {path: notes.texts.pop(path) for path in ("Accès.md", "Mails.md", "Facturation.md")},
    )
    notes.rebuild()
    for path in ("Facturation.md", "Accès.md", "Mails.md"):
        notes.texts[path] = children[path]
        notes.rebuild()
        assert notes.rows() == [ROW_1, ROW_2, ROW_3] or set(notes.rows()) == {ROW_1, ROW_2, ROW_3}
        assert "sécurité PC" in notes.text
        assert "chiffrer les résultats" in notes.text
        assert "suivi factures" in notes.text
        assert all(f"[[{name}]]" in notes.text for name in ("Accès", "Mails", "Facturation"))
    assert notes.text == whole


def test_a_new_child_takes_no_place_of_one_that_is_away(mission: Notes) -> None:
    del mission.texts["Mails.md"]
    mission.rebuild()
    mission.texts["Facturation.md"] = BILLING
    mission.rebuild()
    assert set(mission.rows()) == {ROW_1, ROW_2, ROW_3}
    assert set(mission.lines("liens")) == {"- [[Accès]]", "- [[Mails]]", "- [[Facturation]]"}
    assert "chiffrer les résultats" in mission.lines("roadmap")[0]
    assert "suivi factures" in mission.lines("roadmap")[0]


def test_a_renamed_note_is_followed_not_added_beside(mission: Notes) -> None:
    mission.texts["Correspondance.md"] = mission.texts.pop("Mails.md")
    mission.rebuild()
    assert mission.body("liens") == "- [[Accès]]\n- [[Correspondance]]"


def test_a_link_that_obsidian_renamed_itself_is_no_edit(mission: Notes) -> None:
    mission.texts["Correspondance.md"] = mission.texts.pop("Mails.md")
    mission.replace("- [[Mails]]", "- [[Correspondance]]")
    mission.rebuild()
    assert mission.body("liens") == "- [[Accès]]\n- [[Correspondance]]"


def test_a_new_label_of_the_domain_is_followed_not_added_beside(mission: Notes) -> None:
    mission.replace("# 📧 Mails & Courrier", "# 📮 Correspondance", "Mails.md")
    mission.rebuild()
    assert mission.rows() == [ROW_1, ROW_2.replace("📧 Mails", "📮 Correspondance")]


def test_a_new_label_is_followed_by_a_row_with_a_kept_cell_too(mission: Notes) -> None:
    mission.replace("Bluewin", "ma phrase")
    mission.rebuild()
    mission.replace("# 📧 Mails & Courrier", "# 📮 Correspondance", "Mails.md")
    mission.rebuild()
    assert mission.rows()[1:] == [
        f"📮 Correspondance | ma phrase {KEEP} | Secret violable | Info@ implanté | ⚠️ Moyenne"
    ]


def test_two_domains_that_share_only_their_priority_are_not_taken_for_one(mission: Notes) -> None:
    del mission.texts["Mails.md"]
    mission.texts["Facturation.md"] = BILLING.replace("ordre: 3", "ordre: 3\npriorite: moyenne")
    mission.rebuild()
    assert len(mission.rows()) == 3


# Just adopted.

ADOPTED = """\
| Domaine | Constats clés | Risques | Opportunités | Priorité |
|---|---|---|---|---|
| 🔐 Sécurité | Sessions partagées | données en danger | rien | 🚨 Haute |
| 📧 Mails | Bluewin | Secret violable | Info@ implanté | 🚨 Haute |
| 🌐 Réseau | Wifi | Écoute | Câbles | haute |
"""


def adopted() -> Notes:
    text = regions("recap").replace("<!-- vaultkit:end", f"\n{ADOPTED}\n<!-- vaultkit:end")
    return Notes({"S.md": text, "Accès.md": ACCESS, "Mails.md": MAIL})


def test_just_adopted_what_differs_is_kept_with_at_most_one_mark_a_row() -> None:
    notes = adopted()
    done = notes.rebuild()
    assert notes.rows() == [
        f"🔐 Sécurité {KEEP} | Sessions partagées | données en danger | rien | 🚨 Haute",
        f"📧 Mails | Bluewin | Secret violable | Info@ implanté | 🚨 Haute {KEEP}",
        f"🌐 Réseau {KEEP} | Wifi | Écoute | Câbles | haute",
    ]
    assert outcome(done, "recap").adopted


def test_just_adopted_what_is_equal_is_generated_from_then_on() -> None:
    notes = adopted()
    notes.rebuild()
    notes.replace("Bluewin", "Gmail", "Mails.md")
    notes.rebuild()
    assert notes.rows()[1] == f"📧 Mails | Gmail | Secret violable | Info@ implanté | 🚨 Haute {KEEP}"


@pytest.mark.parametrize(
    "garbled", ["sum=", "sum=0123 units=abc", "units=a1f03b", "sum=01234567 units=a1f03b,x"]
)
def test_a_stamp_that_cannot_be_read_counts_as_absent(mission: Notes, garbled: str) -> None:
    mission.replace("Bluewin", "ma phrase")
    mission.texts["S.md"] = re.sub(r"(vaultkit:end recap) [^>]* -->", rf"\1 {garbled} -->", mission.text)
    mission.rebuild()
    assert mission.rows() == [ROW_1, ROW_2.replace("Bluewin", f"ma phrase {KEEP}")]


def test_a_merge_of_two_branches_that_took_one_stamp_loses_no_edit(mission: Notes) -> None:
    ours = Notes(dict(mission.texts))
    ours.replace("Bluewin", "ma phrase")
    ours.rebuild()
    mission.replace("moyenne", "haute", "Mails.md")
    mission.rebuild()
    end = mission.text[mission.region("recap").end.start : mission.region("recap").end.end]
    body = ours.body("recap").replace("⚠️ Moyenne", "🚨 Haute")
    mission.replace(mission.body("recap"), body)
    assert end in mission.text
    mission.rebuild()
    assert mission.rows()[1] == f"📧 Mails | ma phrase {KEEP} | Secret violable | Info@ implanté | 🚨 Haute"


# Sources.


def test_text_of_a_source_is_clean_where_it_is_repeated(notes: Notes) -> None:
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    ---
    <!-- vaultkit:begin recap -->
    <!-- vaultkit:end recap -->
    == A.md
    ---
    category: domaine
    scope: X
    ---
    # Accès
    ## Constats
    - ❌ e\u0301cran | [[A|porte]] [delai:: 3] %%secret%% <!-- vk:keep --> #tag ^id
    - <!-- vaultkit:end recap --> suite ❌
    """
    notes.rebuild()
    assert notes.rows() == ["Accès | Écran \\| [[A\\|porte]], suite |  |  | à définir"]


def test_a_child_that_holds_a_marker_as_text_breaks_nothing(mission: Notes) -> None:
    mission.replace("sessions partagées", "<!-- vaultkit:end recap --> partout", "Accès.md")
    mission.replace("badges", "`<!-- vaultkit:end roadmap -->`", "Accès.md")
    mission.rebuild()
    assert mission.text.count("vaultkit:end") == 3


def test_what_stands_in_a_generated_region_is_never_a_source(notes: Notes) -> None:
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    ---
    <!-- vaultkit:begin liens -->
    - [[A]]
    <!-- vaultkit:end liens -->
    <!-- vaultkit:begin recap -->
    <!-- vaultkit:end recap -->
    == A.md
    ---
    category: domaine
    scope: X
    ---
    # Accès
    ## Constats
    - vrai ❌
    <!-- vaultkit:begin template src=x.md -->
    - généré ❌
    <!-- vaultkit:end template -->
    """
    notes.rebuild()
    assert notes.rows() == ["Accès | Vrai |  |  | à définir"]


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("%% Begin Waypoint %%", "%% End Waypoint %%"),
        ("<!-- START doctoc -->", "<!-- END doctoc -->"),
        ("<!-- [[[cog x ]]] -->", "<!-- [[[end]]] -->"),
        ("%% DATAVIEW_PUBLISHER: start %%", "%% DATAVIEW_PUBLISHER: end %%"),
        ('[//begin]: # "x"', "[//end]: #"),
        ("<!-- SerializedQuery: LIST -->", "<!-- SerializedQuery END -->"),
        ("<!-- dataview-serializer-result -->", "<!-- /dataview-serializer-result -->"),
    ],
)
def test_regions_of_other_tools_are_never_written_into_and_never_a_source(begin: str, end: str) -> None:
    foreign = f"{begin}\n- d’un autre outil ❌\n{end}\n"
    source = f"---\ncategory: domaine\nscope: X\n---\n# Accès\n## Constats\n- vrai ❌\n\n{foreign}"
    notes = Notes({"S.md": HEAD + foreign + "\n" + regions("recap").removeprefix(HEAD), "A.md": source})
    notes.rebuild()
    assert notes.rows() == ["Accès | Vrai |  |  | à définir"]
    assert foreign in notes.text
    notes.texts["S.md"] = before = HEAD + f"{begin}\n" + regions("recap").removeprefix(HEAD) + f"{end}\n"
    assert said(notes.refresh().refused)[0].startswith("broken marker: the region 'recap' touches a region")
    assert notes.refresh().text == before


# Kinds.


def test_the_diagnostic_follows_each_domain_and_keeps_what_was_rewritten() -> None:
    notes = Notes(
        {"S.md": regions("diagnostic"), "Accès.md": ACCESS + "## Constats\n- ouvert ❌\n- admin ✅\n"}
    )
    notes.rebuild()
    assert notes.body("diagnostic") == "- 🔐 **Sécurité & Accès** : ouvert ❌, mais admin ✅"
    notes.replace("ouvert ❌, mais", "grand ouvert ❌ mais")
    notes.replace("- admin ✅", "- admin fort ✅", "Accès.md")
    notes.rebuild()
    assert notes.body("diagnostic") == f"- 🔐 **Sécurité & Accès** : grand ouvert ❌ mais admin ✅ {KEEP}"


SECTION = """\
## 1. 🔐 Sécurité & Accès
<!-- vaultkit:begin domaine id=securite-et-acces -->

### Constats
* ancien ❌

Mon commentaire.

### Risques
> [!danger]
> - Fuites

<!-- vaultkit:end domaine -->
"""

DETAILS = """\
---
category: domaine
scope: X
---
# 🔐 Sécurité & Accès
## Constats
- ancien ❌
- nouveau ⚠️
## Risques
- Fuites
- Intrusions
"""


def test_a_domain_section_is_filled_in_the_layout_that_stands_there() -> None:
    notes = Notes({"S.md": HEAD + SECTION, "A.md": DETAILS})
    notes.rebuild()
    assert notes.body("domaine:securite-et-acces") == (
        "### Constats\n* ancien ❌\n* nouveau ⚠️\n\nMon commentaire.\n\n"
        "### Risques\n> [!danger]\n> - Fuites\n> - Intrusions"
    )


def test_a_list_of_a_domain_section_that_has_lost_its_items_takes_none_of_another() -> None:
    notes = Notes({"S.md": HEAD + SECTION, "A.md": DETAILS})
    notes.rebuild()
    before = notes.body("domaine:securite-et-acces")
    notes.texts["A.md"] = DETAILS.replace("- ancien ❌\n- nouveau ⚠️\n", "")
    notes.rebuild()
    assert notes.body("domaine:securite-et-acces") == before
    notes.texts["A.md"] = DETAILS
    notes.rebuild()
    assert notes.body("domaine:securite-et-acces") == before
    assert KEEP not in notes.text


def test_a_list_comes_below_the_heading_that_stands_without_one() -> None:
    notes = Notes({"S.md": HEAD + SECTION.replace("> - Fuites\n", ""), "A.md": DETAILS})
    notes.rebuild()
    assert notes.body("domaine:securite-et-acces").endswith(
        "### Risques\n> [!danger]\n> - Fuites\n> - Intrusions"
    )
    assert notes.text.count("### Risques") == 1


def test_a_template_region_may_hold_anything_and_stand_many_times() -> None:
    templates = {
        "a.md": "{% for d in domains %}\n- {{ d.name }}\n{% endfor %}\n",
        "b.md": "Fin **de** texte.\n",
    }
    notes = Notes({"S.md": regions("template src=a.md", "template src=b.md"), "Accès.md": ACCESS}, templates)
    notes.rebuild()
    assert "- Sécurité & Accès\n" in notes.text
    assert "Fin **de** texte.\n" in notes.text
    notes.replace("Fin **de** texte.", "Fin de mon texte.")
    notes.rebuild()
    assert f"Fin de mon texte. {KEEP}\n" in notes.text


def test_a_stretch_of_a_template_that_a_domain_leaves_takes_its_list_along() -> None:
    actions = "{% for one in d.actions %}\n- {{ one }}\n{% endfor %}\n"
    text = f"{{% for d in domains %}}\n### {{{{ d.name }}}}\n{actions}\n{{% endfor %}}\n"
    notes = Notes(
        {"S.md": regions("template src=t.md"), "A.md": ACCESS, "M.md": MAIL, "F.md": BILLING}, {"t.md": text}
    )
    notes.rebuild()
    whole = notes.text
    mail = notes.texts.pop("M.md")
    notes.rebuild()
    assert notes.body("template") in whole
    notes.rebuild(prune=True)
    assert notes.body("template") == (
        "### Sécurité & Accès\n- sécurité PC\n- badges\n\n### Facturation\n- suivi factures"
    )
    notes.texts["M.md"] = mail
    notes.rebuild()
    assert notes.text == whole


def test_a_template_that_fails_leaves_its_region_and_no_other_as_it_stood() -> None:
    notes = Notes(
        {"S.md": regions("template src=t.md", "liens"), "Accès.md": ACCESS}, {"t.md": "{{ domains[ }}\n"}
    )
    done = notes.rebuild()
    assert len(done.faults) == 1
    assert notes.body("liens") == "- [[Accès]]"
    assert notes.body("template") == ""


@pytest.mark.parametrize(
    "text", ["```\n", "<!-- vaultkit:end template -->\n", "<!-- vaultkit:begin recap -->\n"]
)
def test_a_template_whose_text_would_break_the_note_is_not_written(text: str) -> None:
    notes = Notes({"S.md": regions("template src=t.md"), "Accès.md": ACCESS}, {"t.md": text})
    before = notes.text
    done = notes.refresh()
    assert done.text == before
    assert len(done.faults) == 1


def test_mode_once_fills_an_empty_region_and_then_lets_it_be() -> None:
    notes = Notes({"S.md": regions("liens mode=once"), "Accès.md": ACCESS})
    notes.rebuild()
    assert notes.body("liens") == "- [[Accès]]"
    notes.texts["Mails.md"] = MAIL
    assert notes.rebuild().edits == ()


def test_an_unknown_region_is_warned_of_and_never_touched() -> None:
    text = HEAD + "<!-- vaultkit:begin meteo -->\nà moi\n<!-- vaultkit:end meteo -->\n"
    notes = Notes({"S.md": text + regions("liens").removeprefix(HEAD), "Accès.md": ACCESS})
    done = notes.rebuild()
    assert said(done.unknown) == ["unknown region 'meteo': its body is not touched"]
    assert "<!-- vaultkit:begin meteo -->\nà moi\n<!-- vaultkit:end meteo -->\n" in notes.text


@pytest.mark.parametrize(
    ("old", "new", "message", "line"),
    [
        ("<!-- vaultkit:end recap -->\n", "", "the region 'recap' opened on line 7 is never closed", 7),
        ("<!-- vaultkit:begin recap -->\n", "", "end of the region 'recap' without a beginning", 7),
        ("begin liens", "begin recap", "end of 'liens' while 'recap' (line 10) is open", 11),
        (
            "begin recap -->",
            "begin recap v=2 -->",
            "marker of a newer vaultkit (v=2): nothing is written here",
            7,
        ),
    ],
)
def test_broken_markers_refuse_the_whole_note_with_their_line(
    old: str, new: str, message: str, line: int
) -> None:
    notes = Notes({"S.md": regions("recap", "liens").replace(old, new), "Accès.md": ACCESS})
    before = notes.text
    done = notes.refresh()
    assert done.text == before
    assert message in said(done.refused)[0]
    assert line_of(before, done.refused[0].span) == line


# From the note to the disk and back.


def test_an_edit_survives_when_journal_cache_and_git_are_lost(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    ---
    <!-- vaultkit:begin recap -->
    <!-- vaultkit:end recap -->
    == A.md
    ---
    category: domaine
    scope: X
    priorite: haute
    ---
    # Accès
    ## En bref
    - **Constat** : sessions partagées
    """
    monkeypatch.setenv("XDG_STATE_HOME", str(vault.state))
    Session.open(vault.root).rebuild()
    vault.replace("S.md", "Sessions partagées", "Tout est ouvert")
    vault.replace("A.md", "haute", "basse")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("elsewhere")))
    Session.open(vault.root).rebuild()
    assert f"| Accès | Tout est ouvert {KEEP} |  |  | 🟢 Basse |" in vault.read("S.md")
    before = vault.snapshot()
    Session.open(vault.root).rebuild()
    assert vault.snapshot() == before
