"""The regions of the follow-up: what they say of a small mission, and what a person writes in them."""

from __future__ import annotations

import pytest

from tests.render.conftest import KEEP, Notes, said
from tests.render.test_kept_by_formatters import Format, formatter, prettier  # noqa: F401
from vaultkit.render.gantt import gantt

KINDS = ("plan", "matrice", "calendrier", "avancement")

ACCESS = """\
---
category: domaine
scope: X
ordre: 1
---
# 🔐 Sécurité & Accès
## Constats
- Mot de passe *partagé* ❌ (P3 × I4, en cours)
- Sauvegarde jamais testée ❌ (P4 × I4) [id:: S-3]
- Alarme en panne ⚠️ (corrigé le 03.10.2025)
- Badge perdu ❌ (risque accepté par Dr Pestalozzi le 12.11.2025, P2 × I2)
- ✅ Session admin
- Fenêtre du local (à voir)
## Risques
- Fuites de données (probabilité : faible, impact : élevé)
- Vol de matériel
## Actions
- **Court terme** : **sécurité PC** – sessions (resp. Mélissa, délai 01.10.2025, CHF 1’200, effort 2 j)
- [x] **Court terme** : titre de session (délai octobre 2025)
- **Structurant** : badge, clé | [[Accès|registre]] (resp. Luc, EUR 300.50)
- **Court terme** : abandon (annulé)
- **Court terme** : idée (à voir)
- **Structurant** : à part (hors feuille de route)
"""

MAIL = """\
---
category: domaine
scope: X
ordre: 2
---
# 📧 Mails
## Constats
- Bluewin pour les résultats ❌
## Actions
- **Intermédiaire** : domaine propre (resp. Luc, délai 3 mars 2026, effort 4 h, en cours) [id:: M-1]
"""


def synthesis(*kinds: str, head: str = "# Synthèse\n## Feuille de route\n") -> str:
    marked = (f"<!-- vaultkit:begin {kind} -->\n<!-- vaultkit:end {kind.split()[0]} -->\n" for kind in kinds)
    return f"---\ncategory: synthese_globale\nscope: X\n---\n{head}" + "\n".join(marked)


def notes_with(*kinds: str, **others: str) -> Notes:
    notes = Notes({"S.md": synthesis(*kinds), "Accès.md": ACCESS, "Mails.md": MAIL, **others})
    notes.rebuild()
    return notes


# ------------------------------------------------------------------------------------- what they say


def test_the_plan_is_a_table_by_horizon_with_totals() -> None:
    notes = notes_with("plan")
    assert notes.lines("plan")[0] == "| Mesure | Horizon | Domaine | Responsable | Échéance | Coût | État |"
    assert notes.lines("plan")[2:-1] == [
        "| Sécurité PC | Court terme | 🔐 Sécurité | Mélissa | 01.10.2025 | CHF\u00a01’200 · 2\u00a0j | ⬜ à faire |",
        "| Titre de session | Court terme | 🔐 Sécurité |  | 31.10.2025 |  | ✔️ fait |",
        "| M-1 · Domaine propre | Intermédiaire | 📧 Mails | Luc | 03.03.2026 | 0,5\u00a0j | 🔄 en cours |",
        "| Badge, clé \\| [[Accès\\|registre]] | Structurant | 🔐 Sécurité | Luc |  | EUR\u00a0300.50 | ⬜ à faire |",
    ]
    assert notes.lines("plan")[-1] == (
        "**Total**\u00a0: 4\u00a0mesures · 1\u00a0faite · CHF\u00a01’200 · EUR\u00a0300.50 · 2,5\u00a0j"
    )


@pytest.mark.parametrize(
    ("by", "second", "order"),
    [
        ("horizon", "Horizon", ["Sécurité PC", "Titre", "M-1", "Badge"]),
        ("responsable", "Responsable", ["M-1", "Badge", "Sécurité PC", "Titre"]),
        ("date", "Échéance", ["Sécurité PC", "Titre", "M-1", "Badge"]),
    ],
)
def test_the_plan_has_the_order_that_is_asked_for(by: str, second: str, order: list[str]) -> None:
    notes = notes_with(f"plan par={by}")
    assert notes.lines("plan")[0].split(" | ")[1] == second
    assert [
        row.split(" | ")[0][: len(name)] for row, name in zip(notes.rows("plan"), order, strict=True)
    ] == order


def test_the_matrix_places_what_is_rated_and_counts_the_rest() -> None:
    assert notes_with("matrice").lines("matrice") == [
        "| Probabilité ↓ Impact → | 1 – faible | 2 – moyen | 3 – élevé | 4 – très élevé |",
        "|---|---|---|---|---|",
        "| 4 – très élevé | 🟡 | 🟠 | 🔴 | 🔴<br>S-3 |",
        "| 3 – élevé | 🟢 | 🟡 | 🟠 | 🔴<br>Mot de passe partagé |",
        "| 2 – moyen | 🟢 | 🟡<br>Badge perdu 🤝 | 🟡 | 🟠 |",
        "| 1 – faible | 🟢 | 🟢 | 🟢<br>Fuites de données | 🟡 |",
        "Sans probabilité ni impact\u00a0: 1\u00a0constat, 1\u00a0risque.",
    ]


def test_the_matrix_has_the_size_of_the_region_else_of_the_settings() -> None:
    assert len(notes_with("matrice taille=3").rows("matrice")) == 3
    rows = notes_with("matrice taille=5").rows("matrice")
    assert [row.split(" | ")[0] for row in rows][-2:] == ["2 – faible", "1 – très faible"]
    assert "Fuites" in rows[-2], "« faible » is the second of five"


def test_the_matrix_grows_in_place_and_is_made_anew_to_shrink() -> None:
    notes = notes_with("matrice taille=3")
    notes.replace("taille=3", "taille=5")
    notes.rebuild()
    stood = notes.body("matrice")
    assert stood == notes_with("matrice taille=5").body("matrice")
    notes.replace("taille=5", "taille=4")
    assert "made for 5 steps, delete the text" in said(notes.rebuild().faults)[0]
    assert notes.body("matrice") == stood
    notes.replace(stood, "")
    notes.rebuild()
    assert notes.body("matrice") == notes_with("matrice taille=4").body("matrice")


def test_the_calendar_is_a_gantt_by_domain_that_depends_on_no_day() -> None:
    assert notes_with("calendrier").body("calendrier") == (
        "```mermaid\n"
        "gantt\n"
        "    dateFormat YYYY-MM-DD\n"
        "    axisFormat %d.%m.%Y\n"
        "    inclusiveEndDates\n"
        "    section Sécurité & Accès\n"
        "    sécurité PC :2025-09-30, 2025-10-01\n"
        "    titre de session :milestone, done, 2025-10-31, 0d\n"
        "    section Mails\n"
        "    M-1 domaine propre :active, 2026-03-03, 2026-03-03\n"
        "```\n\n"
        "Sans échéance\u00a0: 1\u00a0mesure."
    )


@pytest.mark.parametrize(
    ("label", "task"),
    [
        ("a : b; #1 <c>", "a #58; b#59; #35;1 #60;c#62;"),
        ("Section de test", "#83;ection de test"),
        ("todayMarker off", "#116;odayMarker off"),
        ("sectionnement", "sectionnement"),
        ("voir [[Accès|ici]] et **là**", "voir ici et là"),
        ("a, b & c, done", "a, b & c, done"),
    ],
)
def test_labels_of_a_gantt_are_words_for_mermaid_too(label: str, task: str) -> None:
    """Mermaid 11.17 was tried with these and more: it shows each as it was written."""
    from tests.audit.test_design import with_domain
    from vaultkit.audit.plan import planned

    mission = with_domain(f"# D\n## Actions\n- **Court terme** : [libelle:: {label}] x (délai 01.10.2025)\n")
    if "[[" in label:
        mission = with_domain(f"# D\n## Actions\n- **Court terme** : {label} (délai 01.10.2025)\n")
    assert gantt(planned(mission), "fr").splitlines()[-1] == f"    {task} :milestone, 2025-10-01, 0d"


def test_an_effort_is_counted_back_in_working_days() -> None:
    monday = "- **Court terme** : X (délai 06.10.2025, effort 3 j)\n"
    notes = notes_with(
        "calendrier", **{"Accès.md": "---\ncategory: domaine\nscope: X\n---\n# A\n## Actions\n" + monday}
    )
    assert "X :2025-10-02, 2025-10-06" in notes.body("calendrier")


def test_progress_counts_by_domain_and_in_total() -> None:
    assert notes_with("avancement").rows("avancement") == [
        "🔐 Sécurité & Accès | 1 | 1 | 1 | 1 | █████░░░░░ 50\u00a0% | 1/4",
        "📧 Mails | 1 | 0 | 0 | 0 | ░░░░░░░░░░ 0\u00a0% | 0/1",
        "**Total** | 2 | 1 | 1 | 1 | ████░░░░░░ 40\u00a0% | 1/5",
    ]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (
            "# Summary\n## Roadmap\n## Findings\n## Recap\n",
            ("Measure", "1 Oct 2025", "Probability", "to do", "measures"),
        ),
        (
            "# Bericht\n## Fahrplan\n## Massnahmen\n",
            ("Maßnahme", "01.10.2025", "Wahrscheinlichkeit", "zu tun", "2,5\u00a0PT"),
        ),
    ],
)
def test_they_speak_the_language_of_the_synthesis(head: str, words: tuple[str, ...]) -> None:
    notes = Notes({"S.md": synthesis(*KINDS, head=head), "Accès.md": ACCESS, "Mails.md": MAIL})
    notes.rebuild()
    assert [word for word in words if word not in notes.text] == []
    assert "Échéance" not in notes.text


def test_without_anything_to_say_they_are_empty() -> None:
    notes = Notes({"S.md": synthesis(*KINDS), "A.md": "---\ncategory: domaine\nscope: X\n---\n# A\n"})
    notes.rebuild()
    assert [notes.body(kind) for kind in KINDS] == ["", "", "", ""]


@pytest.mark.parametrize("option", ["plan par=couleur", "matrice taille=9"])
def test_an_option_that_is_none_leaves_the_region_and_says_so(option: str) -> None:
    notes = Notes({"S.md": synthesis(option), "Accès.md": ACCESS})
    done = notes.rebuild()
    assert "is not possible, expected one of" in said(done.faults)[0]
    assert notes.body(option.split()[0]) == ""


# ------------------------------------------------------------------------------------- kept by hand


def test_a_cell_kept_by_hand_stays_with_its_measure_when_it_moves() -> None:
    notes = notes_with("plan")
    notes.replace("| 📧 Mails | Luc |", "| 📧 Mails | Luc et Anne |")
    notes.rebuild()
    assert f"Luc et Anne {KEEP}" in notes.body("plan")
    notes.replace(
        "**Intermédiaire** : domaine propre (resp. Luc, délai 3 mars 2026",
        "**Court terme** : nom de domaine (resp. Luc, délai 3 mai 2025",
        "Mails.md",
    )
    notes.rebuild()
    assert notes.rows("plan")[0] == (
        f"M-1 · Nom de domaine | Court terme | 📧 Mails | Luc et Anne {KEEP} | 03.05.2025 | 0,5\u00a0j | 🔄 en cours"
    )
    assert len(notes.rows("plan")) == 4


def test_a_row_whose_action_is_gone_stays_until_it_is_pruned() -> None:
    notes = notes_with("plan")
    notes.replace("(resp. Luc, EUR 300.50)", "(annulé)", "Accès.md")
    notes.rebuild()
    assert len(notes.rows("plan")) == 4
    notes.rebuild(prune=True)
    assert len(notes.rows("plan")) == 3


def test_two_actions_of_one_label_are_two_rows() -> None:
    twin = "- **Court terme** : **sécurité PC** – autre\n"
    rows = notes_with("plan", **{"Mails.md": MAIL + twin}).rows("plan")
    assert sorted(row.split(" | ")[0] for row in rows if row.startswith("Sécurité PC")) == [
        "Sécurité PC (Mails)",
        "Sécurité PC (Sécurité & Accès)",
    ]


def test_a_formatter_changes_nothing_that_is_written_again(formatter: Format) -> None:  # noqa: F811
    access = ACCESS.replace("badge, clé | [[Accès|registre]]", "badge, clé [[Accès]]")
    notes = notes_with(*KINDS, **{"Accès.md": access})
    notes.texts["S.md"] = formatter(notes.text)
    before = notes.text
    assert notes.rebuild().edits == ()
    assert notes.text == before
    assert KEEP not in before
