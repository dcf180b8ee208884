"""The region `evolution`, and the chapter of a report: what changed since a delivery that is kept in the vault."""

from __future__ import annotations

from datetime import date

import pytest

from tests.render.conftest import Notes
from vaultkit.audit.deliveries import numbered
from vaultkit.audit.evolution import evolution
from vaultkit.audit.gathering import missions
from vaultkit.audit.kept_records import printed
from vaultkit.audit.model import Mission
from vaultkit.audit.records import record_of
from vaultkit.markdown.parse import parse_note
from vaultkit.render.deliverable.model import Selection
from vaultkit.render.deliverable.progress_report import progress_chapter
from vaultkit.render.evolution_view import escaped
from vaultkit.vault.index import VaultIndex

SYNTHESIS = """\
---
category: synthese_globale
scope: X
---
# Synthèse

## Constats

<!-- vaultkit:begin evolution OPTIONS-->

<!-- vaultkit:end evolution -->
"""

ACCESS = """\
---
category: domaine
scope: X
ordre: 1
---
# 🔐 Accès & clés
## Constats
- Clés partagées ❌
- Porte du local ouverte ⚠️
## Actions
- **Court terme** : **badges** – un par personne (resp. Luc, délai 01.10.2025)
- **Structurant** : registre des visiteurs
"""

MAIL = """\
---
category: domaine
scope: X
ordre: 2
---
# 📧 Courriel
## Constats
- Adresse privée pour les patients ❌
- Sauvegarde des courriels jamais testée ❌
"""


def mission_of(notes: Notes) -> Mission:
    index = VaultIndex.of(parse_note(path, text) for path, text in notes.texts.items())
    return next(mission for mission in missions(index) if mission.path == "S.md")


def deliver(notes: Notes, day: date) -> None:
    """Put a delivered copy into the vault, as of this day."""
    record = numbered(mission_of(notes), day)
    head = f"---\ncategory: synthese_globale\nscope: X\nvaultkit_frozen: true\nlivraison: {day}\n---\n"
    notes.texts[f"L/S ({day}).md"] = f"{head}# Synthèse\n\n{printed(record)}"


def vault(options: str = "") -> Notes:
    return Notes({"S.md": SYNTHESIS.replace("OPTIONS", options), "Accès.md": ACCESS, "Courriel.md": MAIL})


def worked_on(notes: Notes) -> Notes:
    """The same vault half a year later."""
    notes.replace("Clés partagées ❌", "Clés partagées ✅", "Accès.md")
    notes.replace("Porte du local ouverte ⚠️", "Porte du local technique encore ouverte ⚠️", "Accès.md")
    notes.replace("01.10.2025", "15.12.2025", "Accès.md")
    notes.replace("## Actions", "- Fenêtre sans grille ❌\n## Actions", "Accès.md")
    notes.replace("**Structurant** : registre", "**Court terme** : registre", "Accès.md")
    notes.replace("- Sauvegarde des courriels jamais testée ❌\n", "", "Courriel.md")
    return notes


def test_without_a_delivery_one_sentence_says_so() -> None:
    notes = vault()
    notes.rebuild()
    assert notes.body("evolution") == "Aucune livraison antérieure à laquelle comparer."


def test_a_delivery_changes_nothing_in_the_vault_but_what_comes_after_it_counts_from_it() -> None:
    notes = vault()
    deliver(notes, date(2025, 8, 25))
    notes.rebuild()
    assert notes.body("evolution") == "Aucune livraison antérieure à laquelle comparer."
    worked_on(notes).rebuild()
    said = notes.text
    assert notes.body("evolution").startswith("Depuis le 25.08.2025\u00a0: 1 ouvert")
    deliver(notes, date(2026, 2, 1))
    notes.rebuild()
    assert notes.text == said
    notes.replace("Clés partagées ✅", "Clés partagées ❌", "Accès.md")
    notes.rebuild()
    assert notes.body("evolution").startswith(
        "Depuis le 01.02.2026\u00a0: 0 ouvert, 0 clos, 1 rouvert, 5 inchangés."
    )


def test_since_a_day_on_which_all_was_as_it_is_nothing_has_changed() -> None:
    notes = vault("depuis=2025-09-01 ")
    deliver(notes, date(2025, 8, 25))
    notes.rebuild()
    assert notes.body("evolution") == "Depuis le 25.08.2025\u00a0: rien n’a changé."


def test_it_says_what_became_of_each_item_with_the_sentence_that_changed() -> None:
    notes = vault()
    deliver(notes, date(2025, 8, 25))
    worked_on(notes).rebuild()
    assert notes.body("evolution").replace("\u00a0", " ").splitlines() == [
        "Depuis le 25.08.2025 : 1 ouvert, 1 clos, 1 déplacé, 1 décalé, 1 reformulé, 1 disparu, 1 inchangé.",
        "",
        "| Domaine | Ouverts | Clos | Déplacés | Décalés |",
        "|---|--:|--:|--:|--:|",
        "| Accès & clés | 1 | 1 | 1 | 1 |",
        "| Courriel | 0 | 0 | 0 | 0 |",
        "| **Total** | 1 | 1 | 1 | 1 |",
        "",
        "**Clos**",
        "",
        "- **A-1** Clés partagées (Accès & clés)",
        "",
        "**Ouverts**",
        "",
        "- **A-5** Fenêtre sans grille (Accès & clés)",
        "",
        "**Décalés**",
        "",
        "- **A-3** badges – un par personne (Accès & clés) : délai 01.10.2025 → 15.12.2025",
        "",
        "**Déplacés ou modifiés**",
        "",
        "- **A-4** registre des visiteurs (Accès & clés) : horizon Structurant → Court terme",
        "",
        "**Reformulés**",
        "",
        "- **A-2** Porte du local technique encore ouverte (Accès & clés) : auparavant « Porte du local ouverte »",
        "",
        "**Disparus sans être clos**",
        "",
        "- **C-2** Sauvegarde des courriels jamais testée (Courriel)",
    ]


def test_the_next_delivery_leaves_nothing_of_it_but_what_a_person_wrote() -> None:
    notes = vault()
    deliver(notes, date(2025, 8, 25))
    worked_on(notes).rebuild()
    notes.replace("- **A-5** Fenêtre sans grille (Accès & clés)", "- Fenêtre sans grille, vue par l’assureur")
    notes.rebuild()
    deliver(notes, date(2026, 2, 1))
    notes.replace("pour les patients ❌", "pour les patients ✅", "Courriel.md")
    notes.rebuild()
    assert notes.lines("evolution") == [
        "Depuis le 01.02.2026\u00a0: 0 ouvert, 1 clos, 5 inchangés.",
        "| Domaine | Ouverts | Clos | Déplacés | Décalés |",
        "|---|--:|--:|--:|--:|",
        "| Courriel | 0 | 1 | 0 | 0 |",
        "| **Total** | 0 | 1 | 0 | 0 |",
        "**Clos**",
        "- **C-1** Adresse privée pour les patients (Courriel)",
        "- Fenêtre sans grille, vue par l’assureur <!-- vk:keep -->",
    ]


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("depuis=2026-02-01 ", "Depuis le 01.02.2026"),
        ("depuis=2025-12-31 ", "Depuis le 25.08.2025"),
        ("depuis=25.08.2025 ", "Depuis le 25.08.2025"),
        ("depuis=2025-08-24 ", "Aucune livraison jusqu’au 24.08.2025"),
    ],
)
def test_depuis_takes_the_last_delivery_up_to_that_day(said: str, begins: str) -> None:
    notes = vault(said)
    deliver(notes, date(2026, 2, 1))
    deliver(notes, date(2025, 8, 25))
    notes.rebuild()
    assert notes.body("evolution").startswith(begins)


@pytest.mark.parametrize(
    ("heading", "sentence", "label"),
    [
        ("Findings", "Since 25 Aug 2025: 1 opened, 1 closed", "**Closed**"),
        ("Feststellungen", "Seit dem 25.08.2025: 1 neu, 1 erledigt", "**Erledigt**"),
    ],
)
def test_it_speaks_the_language_of_the_synthesis(heading: str, sentence: str, label: str) -> None:
    notes = vault()
    deliver(notes, date(2025, 8, 25))
    notes.replace("## Constats", f"## {heading}")
    worked_on(notes).rebuild()
    assert notes.body("evolution").startswith(sentence)
    assert label in notes.lines("evolution")


def test_what_is_markup_in_a_plain_text_is_escaped() -> None:
    assert escaped("a <b> `c` *d* #e _f_ [[g]] x_y 2 * 3 %%h%% C# <!-- i -->") == (
        r"a \<b> \`c\` \*d\* \#e \_f\_ \[[g]] x_y 2 \* 3 \%%h\%% C# i"
    )


# ------------------------------------------------------------------------------------- the chapter


def chapter(**selected: str) -> str:
    notes = vault()
    before = record_of(mission_of(notes), None, date(2025, 8, 25))
    after = record_of(mission_of(worked_on(notes)), before)
    return progress_chapter(evolution(before, after), Selection(**selected)).replace("\u00a0", " ")  # type: ignore[arg-type]


def test_the_chapter_of_a_report_says_the_same_below_headings() -> None:
    lines = chapter().splitlines()
    assert lines[:4] == [
        "## Évolution",
        "",
        "Depuis le 25.08.2025 : 1 ouvert, 1 clos, 1 déplacé, 1 décalé, 1 reformulé, 1 disparu, 1 inchangé.",
        "",
    ]
    assert [line for line in lines if line.startswith("### ")] == [
        "### Clos", "### Ouverts", "### Décalés", "### Déplacés ou modifiés", "### Reformulés", "### Disparus sans être clos",
    ]  # fmt: skip
    assert "| **Total** | 1 | 1 | 1 | 1 |" in lines


def test_an_extract_says_only_what_was_asked_for() -> None:
    lines = chapter(domain="courriel").splitlines()
    assert lines[2] == "Depuis le 25.08.2025 : 0 ouvert, 0 clos, 1 disparu, 1 inchangé."
    assert [line for line in lines if line.startswith("- ")] == [
        "- **C-2** Sauvegarde des courriels jamais testée (Courriel)"
    ]
    assert [line for line in chapter(owner="Luc").splitlines() if line.startswith("- ")] == [
        "- **A-3** badges – un par personne (Accès & clés) : délai 01.10.2025 → 15.12.2025"
    ]


def test_texts_go_through_what_says_them_to_the_client() -> None:
    notes = vault()
    before = record_of(mission_of(notes))
    notes.replace("resp. Luc", "resp. Mia", "Accès.md")
    after = record_of(mission_of(notes), before)
    said = progress_chapter(
        evolution(before, after), Selection("en"), lambda text, path: f"<{text.upper()} {path}>"
    )
    line = (
        "- **A-3** <BADGES – UN PAR PERSONNE Accès.md> (Accès & clés): owner <LUC Accès.md> → <MIA Accès.md>"
    )
    assert line in said.splitlines()
