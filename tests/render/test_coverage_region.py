"""The region `couverture`: a row for each retained control, totals below, and what a person wrote in it."""

from __future__ import annotations

import pytest

from tests.conftest import notes_of
from tests.render.conftest import KEEP, Notes, outcome
from tests.render.test_kept_by_formatters import Format, by_mdformat, by_mdformat_core, by_mdformat_numbering
from vaultkit.audit.gathering import missions
from vaultkit.markdown.parse import parse_note
from vaultkit.render.keeping import kept_in, sources_of, sources_of_region
from vaultkit.render.merge_driver import merge_notes
from vaultkit.render.scene import Scene
from vaultkit.vault.index import VaultIndex

TEXTS = notes_of(
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    controles: ["[[HN-1.1]]", HN-1.2, "[[HN-2.1]]", "[[HN-2.2]]"]
    controles_sans_objet: ["[[HN-3.1]] : aucun agenda partagé"]
    ---
    # Synthèse
    ## Couverture
    <!-- vaultkit:begin couverture -->
    <!-- vaultkit:end couverture -->

    ## Suite
    == A.md
    ---
    category: domaine
    scope: X
    ---
    # 🔐 Sécurité & Accès
    ## Constats
    - Mot de passe partagé ❌ [controle:: [[HN-1.1]]] ^mdp
    - Firefox partout ✅ [controle:: [[HN-1.2]]]
    - Boîtes chez un géant ❌ [controle:: [[HN-2.1]]]
    - Copie sur clé ⚠️ [controle:: [[HN-2.1]]]
    ## Actions
    - **Court terme** : **sécurité PC** – sessions (délai 01.10.2025) [constat:: [[#^mdp]]]
    == ref/HN-1.1.md
    ---
    category: controle
    domaine: Sécurité
    enonce: Chacun sa session
    ---
    == ref/HN-1.2.md
    ---
    category: controle
    domaine: Sécurité & Accès
    enonce: Le poste navigue avec Firefox
    ---
    == ref/HN-2.1.md
    ---
    category: controle
    domaine: Courriel
    enonce: Les adresses sont au nom du cabinet
    ---
    == ref/HN-2.2.md
    ---
    category: controle
    enonce: Ni a | ni b
    ---
    == ref/HN-3.1.md
    ---
    category: controle
    enonce: Un agenda
    ---
    """
)
TOTALS = "5 contrôles retenus\u00a0: 1 conforme, 1 non conforme, 1 prévu, 1 à voir, 1 sans objet."
FILLED = [
    "[[HN-1.1]] Chacun sa session | 🔐 Sécurité | 📅 prévu | Mot de passe partagé → sécurité PC, 01.10.2025",
    "[[HN-1.2]] Le poste navigue avec Firefox | 🔐 Sécurité | ✅ conforme | Firefox partout",
    "[[HN-2.1]] Les adresses sont au nom du cabinet | Courriel | ❌ non conforme"
    " | ❌ Boîtes chez un géant ; ⚠️ Copie sur clé",
    "[[HN-2.2]] Ni a \\| ni b |  | 🔍 à voir",
    "[[HN-3.1]] Un agenda |  | ➖ sans objet | Aucun agenda partagé",
]


@pytest.fixture
def notes() -> Notes:
    """A mission whose region is filled."""
    made = Notes(TEXTS)
    made.rebuild()
    return made


def test_each_control_has_its_row_and_the_totals_stand_below(notes: Notes) -> None:
    assert notes.rows("couverture") == FILLED
    assert notes.lines("couverture")[-1] == TOTALS
    assert notes.lines("couverture")[0] == "| Contrôle | Domaine | État | Constat, mesure |"


@pytest.mark.parametrize(
    ("heading", "header", "row", "totals"),
    [
        ("Findings", "| Control | Domain | State | Finding, measure |", "📅 planned | Mot de passe partagé → sécurité PC, 1 Oct 2025",
         "5 controls retained: 1 met, 1 not met, 1 planned, 1 to be checked, 1 not applicable."),
        ("Feststellungen", "| Anforderung | Bereich | Stand | Feststellung, Maßnahme |", "📅 geplant | Mot de passe partagé → sécurité PC, 01.10.2025",
         "5 berücksichtigte Anforderungen: 1 erfüllt, 1 nicht erfüllt, 1 geplant, 1 zu prüfen, 1 nicht zutreffend."),
    ],
)  # fmt: skip
def test_it_speaks_the_language_of_the_synthesis(heading: str, header: str, row: str, totals: str) -> None:
    texts = TEXTS | {"S.md": TEXTS["S.md"].replace("## Suite", f"## {heading}")}
    notes = Notes(texts)
    notes.rebuild()
    assert notes.lines("couverture")[0] == header
    assert notes.rows("couverture")[0].endswith(row)
    assert notes.lines("couverture")[-1] == totals


def test_what_changes_in_a_domain_note_changes_its_row_and_the_totals(notes: Notes) -> None:
    notes.replace("Boîtes chez un géant ❌", "Boîtes chez un géant ❌ (corrigé)", "A.md")
    notes.replace("Copie sur clé ⚠️", "Copie sur clé ✅", "A.md")
    done = outcome(notes.rebuild(), "couverture")
    assert notes.rows("couverture")[2].endswith("✅ conforme | Boîtes chez un géant ; Copie sur clé")
    assert notes.lines("couverture")[-1].endswith("2 conformes, 1 prévu, 1 à voir, 1 sans objet.")
    assert len(notes.rows("couverture")) == 5
    assert done.held == ()


def test_what_a_person_wrote_in_a_cell_is_kept(notes: Notes) -> None:
    notes.replace("| 🔍 à voir |  |", "| 🔍 à voir | demandé à Mélissa |")
    notes.rebuild()
    assert notes.rows("couverture")[3].endswith(f"🔍 à voir | demandé à Mélissa {KEEP}")
    notes.replace("Firefox partout ✅", "Firefox sur tous les postes ✅", "A.md")
    notes.rebuild()
    assert "demandé à Mélissa" in notes.body("couverture")
    assert notes.rows("couverture")[1].endswith("Firefox sur tous les postes")


def test_totals_that_a_person_wrote_are_kept(notes: Notes) -> None:
    notes.replace(TOTALS, "Un contrôle sur cinq est conforme.")
    notes.rebuild()
    notes.replace("Firefox partout ✅", "Firefox partout ⚠️", "A.md")
    notes.rebuild()
    assert notes.lines("couverture")[-1].startswith("Un contrôle sur cinq est conforme.")
    assert "retenus" not in notes.body("couverture")


def test_the_row_of_a_control_that_is_gone_stays_and_is_said_to_have_no_source(notes: Notes) -> None:
    notes.replace('"[[HN-2.2]]"', '"[[HN-2.1]]"')
    done = outcome(notes.rebuild(), "couverture")
    assert notes.rows("couverture")[3] == FILLED[3]
    assert [fate.sourceless for fate in done.held if fate.place.startswith("[[HN-2.2]]")] != []
    assert all(fate.sourceless for fate in done.held)
    notes.rebuild(prune=True)
    assert len(notes.rows("couverture")) == 4


def test_findings_that_differ_carry_their_signs(notes: Notes) -> None:
    notes.replace("Boîtes chez un géant ❌", "Boîtes chez un géant ✅", "A.md")
    notes.replace("Copie sur clé ⚠️", "Copie sur clé ❌", "A.md")
    notes.rebuild()
    assert notes.rows("couverture")[2].endswith("⚠️ partiel | ❌ Copie sur clé ; ✅ Boîtes chez un géant")


def test_without_a_control_nothing_is_said(notes: Notes) -> None:
    empty = Notes(TEXTS | {path: "x\n" for path in TEXTS if path.startswith("ref/")})
    empty.rebuild()
    assert empty.body("couverture") == ""
    for path in list(notes.texts):
        if path.startswith("ref/"):
            notes.texts[path] = "x\n"
    notes.rebuild()
    assert notes.rows("couverture") == FILLED, "nothing vanishes because a note is absent"
    notes.rebuild(prune=True)
    assert notes.rows("couverture") == []


def test_a_row_follows_its_control_to_another_note_and_another_title(notes: Notes) -> None:
    notes.replace("| 🔍 à voir |  |", "| 🔍 à voir | demandé à Mélissa |")
    notes.rebuild()
    text = (
        notes.texts.pop("ref/HN-2.2.md")
        .replace("category", "id: HN-2.2\ncategory")
        .replace("Ni a | ni b", "Rien")
    )
    notes.texts["ref/Ni l’un ni l’autre.md"] = text
    notes.replace('"[[HN-2.2]]"]', '"[[Ni l’un ni l’autre]]"]')
    notes.rebuild()
    rows = notes.rows("couverture")
    assert len(rows) == 5
    assert rows[3] == f"[[Ni l’un ni l’autre\\|HN-2.2]] Rien |  | 🔍 à voir | demandé à Mélissa {KEEP}"


def test_a_domain_note_may_be_renamed(notes: Notes) -> None:
    before = notes.body("couverture")
    notes.texts["Accès.md"] = notes.texts.pop("A.md")
    notes.rebuild()
    assert notes.body("couverture") == before


@pytest.mark.parametrize("formatted", [by_mdformat, by_mdformat_core, by_mdformat_numbering])
def test_a_formatter_does_not_make_it_stale(notes: Notes, formatted: Format) -> None:
    if formatted is by_mdformat_core:  # it knows no tables
        notes.replace("Ni a | ni b", "Ni a ni b", "ref/HN-2.2.md")
        notes.rebuild()
    notes.texts["S.md"] = formatted(notes.text)
    done = notes.refresh()
    assert (outcome(done, "couverture").stale, done.edits) == (False, ())


def test_two_laptops_merge_row_by_row(notes: Notes) -> None:
    """git's driver knows the rows: a cell written here and a row that changed there are both there."""
    base = notes.text
    ours = base.replace("| 🔍 à voir |  |", "| 🔍 à voir | demandé |")
    other = Notes(dict(notes.texts))
    other.replace("Firefox partout ✅", "Firefox partout ⚠️", "A.md")
    other.rebuild()
    merged = merge_notes(base, ours, other.text, lambda one, two, three, size: (two, 1))
    assert merged.conflicts == 0
    assert "| 🔍 à voir | demandé" in merged.text
    assert "| ⚠️ partiel |" in merged.text


def test_the_notes_behind_a_row_and_behind_the_region_are_known(notes: Notes) -> None:
    notes.replace("→ sécurité PC, 01.10.2025 |", "→ sécurité PC, dès octobre |")
    notes.rebuild()
    index = VaultIndex.of(parse_note(path, text) for path, text in notes.texts.items())
    mission = next(mission for mission in missions(index) if mission.path == "S.md")
    scene = Scene(mission, index, lambda name, context: str(notes.templates.render(name, context)))
    assert sources_of_region(scene, notes.region("couverture")) == (
        "A.md", "ref/HN-1.1.md", "ref/HN-1.2.md", "ref/HN-2.1.md", "ref/HN-2.2.md", "ref/HN-3.1.md",
    )  # fmt: skip
    [kept] = kept_in(mission.synthesis, notes.region("couverture"), scene)
    assert sources_of(scene, kept) == ("A.md", "ref/HN-1.1.md")


def test_a_long_table_keeps_what_a_person_wrote_and_follows_its_sources() -> None:
    """Above 200 cells a table is remembered row by row."""
    texts = dict(TEXTS)
    names = [f"K-{number}" for number in range(1, 71)]
    texts |= {f"{name}.md": "---\ncategory: controle\nenonce: Règle\n---\n" for name in names}
    texts["S.md"] = texts["S.md"].replace('controles: ["[[HN-1.1]]"', f"controles: [{', '.join(names)}")
    notes = Notes(texts)
    notes.rebuild()
    hygiene = [f"HN-{number}" for number in ("1.2", "2.1", "2.2", "3.1")]
    rows = notes.rows("couverture")
    assert [row.split()[0] for row in rows] == [f"[[{name}]]" for name in (*names, "HN-1.1", *hygiene)]
    notes.replace("| [[K-7]] Règle |  | 🔍 à voir |  |", "| [[K-7]] Règle |  | 🔍 à voir | vu mardi |")
    notes.texts["A.md"] += "\n## Constats\n- Tout va ✅ [controle:: [[K-9]]]\n"
    notes.rebuild()
    assert f"vu mardi {KEEP}" in notes.body("couverture")
    assert notes.rows("couverture")[8] == "[[K-9]] Règle | 🔐 Sécurité | ✅ conforme | Tout va"


def test_a_section_of_the_synthesis_does_not_speak_for_an_absent_note(notes: Notes) -> None:
    notes.texts["S.md"] += "\n## Sécurité & Accès\n### Constats\n- Ancien ✅ [controle:: [[HN-1.1]]]\n"
    notes.rebuild()
    assert notes.rows("couverture")[0] == FILLED[0]
    gone = notes.texts.pop("A.md")
    notes.rebuild()
    assert "✅" not in notes.rows("couverture")[0]
    notes.texts["A.md"] = gone
    notes.rebuild()
    assert notes.rows("couverture") == FILLED
