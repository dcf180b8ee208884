"""DESIGN §5.4 and §2 to the letter: the example note, the seed alone, and each row of the table of places."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.conftest import SEED, SHARED, needs_shared, notes_of
from vaultkit.audit.gathering import missions
from vaultkit.audit.model import Mission
from vaultkit.audit.recap import recap_rows, roadmap_lines
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.index import VaultIndex

HEAD = "---\ncategory: domaine\nscope: X\n"


def mission_of(text: str) -> Mission:
    [mission] = missions(VaultIndex.of(parse_note(path, said) for path, said in notes_of(text).items()))
    return mission


def with_domain(body: str, properties: str = "", name: str = "D") -> Mission:
    """A synthesis of scope X, and one domain note that says `body`."""
    return mission_of(
        f"== S.md\n---\ncategory: synthese_globale\nscope: X\n---\n== {name}.md\n{HEAD}{properties}---\n{body}\n"
    )


def row(mission: Mission, at: int = 0) -> tuple[str, ...]:
    found = recap_rows(mission)[at]
    return (found.label, found.findings, found.risks, found.opportunities, found.priority)


def roadmap(mission: Mission) -> dict[str, tuple[str, ...]]:
    return {line.label: line.items for line in roadmap_lines(mission)}


# --------------------------------------------------------------------------- the example, the seed


@needs_shared
def test_the_example_note_gives_exactly_its_row_and_its_roadmap_items() -> None:
    design = (SHARED / "DESIGN.md").read_text()
    found = re.search(r"```markdown\n(---\ncategory: domaine.*?)```", design, re.DOTALL)
    assert found
    text = "== S.md\n---\ncategory: synthese_globale\nscope: Cabinet Pestalozzi\n---\n== A.md\n" + found[1]
    mission = mission_of(text)
    assert [row(mission)] == [
        (
            "🔐 Sécurité",
            "Sessions partagées, pas de verrouillage",
            "Données patients exposées",
            "Session admin protégée",
            "🚨 Haute",
        )
    ]
    assert roadmap(mission) == {
        "Court terme": ("sécurité PC",),
        "Structurant": ("restreindre et formaliser l’accès physique",),
    }
    first, second, _ = mission.domains[0].actions
    assert (first.owner, first.due) == ("Mélissa", date(2025, 10, 1))
    assert first.description == "sessions individuelles + verrouillage automatique"
    assert (second.label, second.in_roadmap) == ("inventaire des identifiants", False)


@needs_shared
def test_the_seed_alone_gives_recap_and_roadmap_from_its_own_four_sections() -> None:
    mission = mission_of(f"== {SEED.name}\n{SEED.read_text()}")
    assert [section.label for section in mission.sections] == [
        "🔐 Sécurité & Accès",
        "📧 Mails & Correspondance",
        "🗄️ Organisation & Archivage",
        "💰 Facturation & Paiements",
    ]
    assert [line.label for line in recap_rows(mission)] == [
        "🔐 Sécurité",
        "📧 Mails",
        "🗄️ Organisation",
        "💰 Facturation",
    ]
    assert row(mission) == (
        "🔐 Sécurité",
        "Mot de passe session partagé, Pas de verrouillage…",
        "Fuites données patients, Intrusions physiques non contrôlées",
        "Mettre en valeur la session admin existante comme base de…",
        "à définir",
    )
    assert row(mission, 2)[1] == "Numérisation partielle, Imagerie aussi sur Digora"
    lines = roadmap(mission)
    assert list(lines) == ["Court terme", "Intermédiaire", "Structurant"]
    assert all(len(items) == 4 for items in lines.values())
    assert lines["Intermédiaire"][1] == "Gabarits d’emails · plan de classement partagé"
    assert lines["Structurant"][0] == "Restreindre et formaliser l’accès physique"


# ------------------------------------------------------------------------------ labels of a domain


@pytest.mark.parametrize(
    ("properties", "body", "long", "short"),
    [
        ("domaine: Accès & clés\n", "# Autre", "Accès & clés", "Accès"),
        ("domaine: sécurité & accès\n", "# 🔐 Sécurité & Accès", "🔐 sécurité & accès", "🔐 sécurité"),
        ("title: Titre\n", "# 1. 🔐 Sécurité et accès", "🔐 Sécurité et accès", "🔐 Sécurité"),
        ("title: Titre\n", "## Constats", "Titre", "Titre"),
        ("", "# Constats", "Nom du fichier", "Nom du fichier"),
        ("domaine_court: Clés\n", "# Accès", "Accès", "Clés"),
        ("", "# **Accès** & [[clés]]", "Accès & [[clés]]", "Accès"),
        ("", "# Zugang und Schlüssel", "Zugang und Schlüssel", "Zugang"),
        ("", "# & Associés", "& Associés", "& Associés"),
    ],
)
def test_the_label_is_domaine_then_the_h1_then_title_then_the_file_name(
    properties: str, body: str, long: str, short: str
) -> None:
    [domain] = with_domain(body, properties, "Nom du fichier").domains
    assert (domain.label, domain.short) == (long, short)


# ------------------------------------------------------------------------------------- recap cells


def test_en_bref_gives_the_cells() -> None:
    body = "## En bref\n- **Constat** : a\n- **Risque** : b\n- **Opportunité** : c"
    assert row(with_domain(body))[1:4] == ("A", "B", "C")


@pytest.mark.parametrize(
    "brief",
    [
        "## En bref\n- Constat : partagé",
        "## En bref\n- ❌ **Constats clés :** partagé",
        "#### 1. 📌 EN BREF\n* __Constat__ – partagé",
        "## L’essentiel\n- **Constat**\n  - partagé",
        "> [!abstract] En bref\n> - **Constat** : partagé",
        "## In brief\n- **Key finding** : partagé",
        "## Kurz gefasst\n- **Befund**: partagé",
    ],
)
def test_en_bref_is_read_in_each_spelling(brief: str) -> None:
    assert row(with_domain(brief))[1] == "Partagé"


def test_a_property_or_inline_field_comes_before_en_bref() -> None:
    brief = "\n## En bref\n- **Constat** : b\n- **Risque** : r\n"
    assert row(with_domain(brief, "constat_cle: a\n"))[1:3] == ("A", "R")
    assert row(with_domain("À retenir : [constat_cle:: a]" + brief))[1:3] == ("A", "R")
    assert row(with_domain("risque_cle:: a\n" + brief))[1:3] == ("B", "A")
    assert row(with_domain(brief, "Constat clé: a\nRisque-clé: b\n"))[1:3] == ("A", "B")


def test_an_empty_property_or_entry_says_nothing() -> None:
    body = "## En bref\n- **Constat** :\n\n## Constats\n- a ❌"
    assert row(with_domain(body, "constat_cle:\n"))[1] == "A"


def test_else_the_first_bad_then_doubtful_findings_are_joined_and_good_ones_never() -> None:
    body = "## Constats\n- ✅ bon\n- passable ⚠️\n- mauvais ❌\n- neutre\n- pire ❌"
    assert row(with_domain(body))[1] == "Mauvais, pire"
    assert row(with_domain("## Constats\n- ✅ bon\n- passable ⚠️\n- mauvais ❌"))[1] == "Mauvais, passable"
    assert row(with_domain("## Constats\n- ✅ bon"))[1] == ""


@pytest.mark.parametrize(
    "item", ["❌ partagé", "partagé ❌", "partagé → ❌", "partagé ❌  ", "**partagé** ❌"]
)
def test_the_emoji_stands_before_or_after(item: str) -> None:
    [domain] = with_domain(f"## Constats\n- {item}").domains
    assert str(domain.notes[0].findings[0].status) == "❌"
    assert row(with_domain(f"## Constats\n- {item}"))[1].strip("*").lower() == "partagé"


def test_a_cell_is_cut_at_a_word_to_sixty_characters() -> None:
    cell = row(with_domain("## Risques\n- " + "mot " * 30))[2]
    assert cell == "Mot" + " mot" * 14 + "…"
    assert len(cell) <= 60
    assert len(row(with_domain("## Risques\n- " + "x" * 90))[2]) == 60


def test_a_cut_never_goes_through_a_link_or_emphasis() -> None:
    long = "les dossiers sont rangés par personne et selon [[Réception et courrier – Nadia|Nadia]]"
    assert row(with_domain(f"## Risques\n- {long}"))[2] == "Les dossiers sont rangés par personne et selon…"
    bold = "les dossiers sont rangés par personne et **selon une très ancienne coutume**"
    assert row(with_domain(f"## Risques\n- {bold}"))[2] == "Les dossiers sont rangés par personne et…"


SEVERAL_NOTES = """
== S.md
---
category: synthese_globale
scope: X
---
== b.md
---
category: domaine
scope: X
domaine: Accès
ordre: 5
priorite: moyenne
constat_cle: deux
---
texte
== c.md
---
category: domaine
scope: X
ordre: 7
priorite: haute
constat_cle: deux
---
# 🔐 Accès & clés
== d.md
---
category: domaine
scope: X
domaine: Accès
ordre: 1
constat_cle: un
---
# 🔐 Accès
"""


def test_several_notes_of_one_domain_make_one_row() -> None:
    assert row(mission_of(SEVERAL_NOTES)) == ("🔐 Accès", "Un ; deux", "", "", "🚨 Haute")


# ---------------------------------------------------------------------------------------- priority


@pytest.mark.parametrize(
    ("said", "cell"),
    [
        ("priorite: haute\n", "🚨 Haute"),
        ("priorite: 🚨 Haute\n", "🚨 Haute"),
        ("Priorité: Moyen\n", "⚠️ Moyenne"),
        ("priorite: low\n", "🟢 Basse"),
        ("priorite: hoch\n", "🚨 Haute"),
        ("priorite:\n", "à définir"),
        ("", "à définir"),
        ("priorite: selon budget\n", "selon budget"),
    ],
)
def test_a_priority_is_never_guessed(said: str, cell: str) -> None:
    assert row(with_domain("x", said))[4] == cell


# ----------------------------------------------------------------------------------------- actions


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("**inventaire** – des identifiants", "inventaire"),
        ("**inventaire :** des identifiants", "inventaire"),
        ("**inventaire**", "inventaire"),
        ("***inventaire*** : x", "inventaire"),
        ("des identifiants [libelle:: inventaire]", "inventaire"),
        ("**b** – des identifiants [Libellé:: inventaire]", "inventaire"),
        ("inventaire [libelle:: ]", "inventaire"),
        ("inventaire (badge/clé, registre)", "inventaire"),
        ("inventaire (badge) (resp. Mélissa, délai 01.10.2025)", "inventaire"),
        ("inventaire.", "inventaire"),
        ("→ inventaire 📅 2025-10-01 #it ^bloc", "inventaire"),
        ("inventaire %%à voir%% <!-- x -->", "inventaire"),
        ("inventaire[^1]\n\n[^1]: note", "inventaire"),
    ],
)
def test_the_label_is_the_field_then_bold_words_then_the_text_up_to_a_final_parenthesis(
    text: str, label: str
) -> None:
    assert roadmap(with_domain(f"## Actions\n- **Court terme** : {text}")) == {"Court terme": (label,)}


@pytest.mark.parametrize(
    "text",
    [
        "- **Structurant** : badge",
        "- **Structurant :** badge",
        "- **Structurant** → badge",
        "- **Structurant** – badge",
        "- **Structurant** (2026) : badge",
        "- **Structurant (2026)** : badge",
        "- *Structurant* : badge",
        "- Structurant : badge",
        "- 🏗️ Structurant : badge",
        "- [ ] **Long terme** : badge",
        "1. **À long terme** : badge",
        "- **Long term**: badge",
        "- **Langfristig**: badge",
        "- badge [horizon:: structurant]",
        "- badge (long terme, resp. Mélissa)",
        "### Structurant\n- badge",
        "### Structurant (2026)\n#### Portes\n- badge",
        "- **Structurant**\n  - badge",
        "- Structurant :\n  - Portes :\n    - badge",
        "**Structurant**\n- badge",
        "Structurant :\n\n- badge",
        "**Structurant** : badge",
        "> [!todo]\n> - **Structurant** : badge",
    ],
)
def test_the_horizon_is_found_in_each_place(text: str) -> None:
    assert roadmap(with_domain(f"## Actions\n{text}")) == {"Structurant": ("badge",)}


def test_each_horizon_has_its_synonyms_in_three_languages() -> None:
    for label, words in {
        "Court terme": (
            "court terme",
            "À court terme",
            "Immédiat",
            "Short-term",
            "Quick wins",
            "Kurzfristig",
            "Sofort",
        ),
        "Intermédiaire": ("Moyen terme", "intermediaire", "Medium term", "Mittelfristig"),
        "Structurant": ("Long terme", "Strategic", "Strukturell"),
    }.items():
        for word in words:
            assert list(roadmap(with_domain(f"## Actions\n- **{word}** : x"))) == [label], word


def test_an_action_without_horizon_is_no_part_of_the_roadmap() -> None:
    mission = with_domain("## Actions\n- badge")
    assert roadmap(mission) == {}
    assert mission.domains[0].actions[0].label == "badge"


@pytest.mark.parametrize(
    "text",
    [
        "x (hors feuille de route)",
        "x (resp. A, hors feuille de route)",
        "x [roadmap:: non]",
        "x (not on the roadmap)",
        "x (nicht im Fahrplan)",
        "x (Hors feuille de route) (CHF 5)",
    ],
)
def test_what_is_left_out_of_the_roadmap(text: str) -> None:
    assert roadmap(with_domain(f"## Actions\n- **Court terme** : {text}")) == {}


@pytest.mark.parametrize("text", ["néant", "Aucune.", "–", "", "RAS"])
def test_nothing_to_do_is_no_action(text: str) -> None:
    assert with_domain(f"## Actions\n- **Court terme** : {text}").domains[0].actions == ()


@pytest.mark.parametrize(
    "remark",
    [
        "(resp. Mélissa R., délai 01.10.2025, CHF 1'200)",
        "(responsable : Mélissa R.) (CHF 1’200, échéance 1.10.25)",
        "[responsable:: Mélissa R.] [délai:: 2025-10-01] [coût:: CHF 1200]",
        "[resp:: Mélissa R.] [cost:: 1200 CHF] 📅 2025-10-01",
    ],
)
def test_owner_due_date_and_cost_are_read(remark: str) -> None:
    [action] = with_domain(f"## Actions\n- **Court terme** : chiffrer {remark}").domains[0].actions
    assert action.cost
    assert (action.owner, action.due, int(action.cost.amount)) == ("Mélissa R.", date(2025, 10, 1), 1200)
    assert (action.label, action.description) == ("chiffrer", "chiffrer")


def test_a_comma_of_an_action_is_no_comma_of_the_line() -> None:
    body = "## Actions\n- **Court terme** : trier, classer (badge, clé) et jeter"
    assert roadmap(with_domain(body)) == {"Court terme": ("trier · classer (badge, clé) et jeter",)}


# ---------------------------------------------------------------------------------------- cleaning


@pytest.mark.parametrize(
    ("item", "cell"),
    [
        ("a #tag #b/c", "A"),
        ("a #1", "A #1"),
        ("a ^bloc-1", "A"),
        ("a %%x%% b", "A b"),
        ("a <!-- x --> b", "A b"),
        ("a --> b %%", "A b"),
        ("<![x:: y]-- a", "A"),
        ("a [champ:: x] b", "A b"),
        ("a | b", "A \\| b"),
        ("[[Note|alias]] a", "[[Note\\|alias]] a"),
        ("a\n  suite", "A suite"),
        ("e\u0301te\u0301", "Été"),
        ("coût\u00a0: 4\u202f000", "Coût\u00a0: 4\u202f000"),
        ("été 2025[^1]", "Été 2025"),
        ("**a** b", "**a** b"),
    ],
)
def test_a_text_from_a_source_is_cleaned(item: str, cell: str) -> None:
    assert row(with_domain(f"## Risques\n- {item}\n\n[^1]: x"))[2] == cell


# ---------------------------------------------------------------------------------------- sections


@pytest.mark.parametrize(
    "heading",
    [
        "# Risques",
        "###### 2. ⚠️ RISQUES",
        "## Risques (visite du 25.08)",
        "## Risques clés :",
        "## Risks",
        "## Risiken",
        "## Menaces",
        "Risques\n---",
    ],
)
def test_sections_are_found_folded_by_synonym_and_at_any_level(heading: str) -> None:
    assert row(with_domain(f"{heading}\n- x"))[2] == "X"


@pytest.mark.parametrize(
    ("body", "cells"),
    [
        ("> [!danger]\n> - r\n\n> [!success]\n> - o", ("", "R", "O")),
        ("> [!info]\n> - o", ("", "", "O")),
        ("> [!error] Risques\n> - r", ("", "R", "")),
        ("> [!note] Opportunités\n> - o", ("", "", "O")),
        ("> [!info] Contexte\n> Vu avec Mélissa.", ("", "", "")),
        ("## Risques\n> [!danger] Fuite de dossiers", ("", "Fuite de dossiers", "")),
        ("## Risques\n> [!danger]\n> Fuite\n>\n> Vol", ("", "Fuite, Vol", "")),
        ("## Constats\n> [!danger]\n> - c", ("C", "", "")),
        ("## Constats\nRien à redire.", ("Rien à redire.", "", "")),
        ("## Constats\nVu le 3.\n\n- c", ("C", "", "")),
        ("## Constats\n- Postes :\n  - sans veille ❌\n  - vieux", ("Sans veille, vieux", "", "")),
        ("## Constats\n- c\n  - détail ❌", ("C", "", "")),
        ("## Constats\n%%\n- caché ❌\n%%\n<!--\n- caché ❌\n-->\n- c", ("C", "", "")),
        ("## Constats\n```\n- code ❌\n```\n- c", ("C", "", "")),
    ],
)
def test_kinds_come_from_the_heading_or_the_callout(body: str, cells: tuple[str, ...]) -> None:
    assert row(with_domain(body))[1:4] == cells


def test_what_stands_in_a_region_is_never_a_source() -> None:
    region = "<!-- vaultkit:begin query\nLIST\n-->\n\n- g ❌\n\n<!-- vaultkit:end query -->\n"
    waypoint = "%% Begin Waypoint %%\n- w ❌\n%% End Waypoint %%\n"
    assert row(with_domain(f"## Constats\n{region}\n{waypoint}\n- c ❌"))[1] == "C"
