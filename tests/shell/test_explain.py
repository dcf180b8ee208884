"""`explain`: what a code means, and what vaultkit sees of a note."""

from __future__ import annotations

from argparse import Namespace

import pytest

from vaultkit.rules.explained import EXPLANATIONS
from vaultkit.rules.kinds import UNRESOLVED_LINK
from vaultkit.shell.commands.explain import explain

MISSION = """
== Synthèse.md
---
category: synthese_globale
scope: Étude Dufour
backlinks: ["[[Courriel]]"]
---
# Synthèse

## Tableau récapitulatif

<!-- vaultkit:begin recap -->

<!-- vaultkit:end recap -->
== Accès.md
---
category: domaine
scope: Étude Dufour
vaultkit_ignore: [VK404]
---
# 🔐 Accès
## Constats
- Clés partagées ❌
== Courriel.md
---
category: domaine
---
# Courriel
## Constats
- Boîte commune ❌
== Entretien.md
---
category: entretien
synthese: "[[Synthèse]]"
---
Vu sur place.
== Perdue.md
---
category: domaine
scope: Etude Duffour
---
# Perdue
== Brouillon.md
---
category: domaine
scope: Étude Dufour
statut: brouillon
---
# Brouillon
== Fournisseur.md
---
category: fournisseur
---
== Accueil.md
Bonjour.
"""


@pytest.fixture
def mission(vault):
    from tests.conftest import notes_of

    for path, text in notes_of(MISSION).items():
        vault.write(path, text)
    return vault


@pytest.mark.parametrize("said", ["VK401", "vk401", " Vk401 "])
def test_a_code_is_explained_in_the_language_of_the_person(vault, said):
    explained = EXPLANATIONS["VK401"]
    english = " ".join(vault.run("explain", said).out.split())
    assert english.startswith("VK401 unresolved-link – links and graph, warning")
    assert explained.why.en in english
    assert f"→ {explained.remedy.en}" in english
    assert "vaultkit_ignore: [VK401]" in english
    french = vault.run("explain", said, LC_ALL="fr_CH.UTF-8").out
    assert "liens et graphe, avertissement" in french
    assert "Vu avec [[Melisa]]." in french


def test_what_no_note_can_waive_is_not_offered_as_a_waiver(vault):
    out = vault.run("explain", "VK201").out
    assert "vaultkit_ignore" not in out
    assert 'ignore = ["VK201"]' in out


@pytest.mark.parametrize("code", sorted(EXPLANATIONS))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_code_can_be_explained_on_two_screens(code, language, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", f"{language}_CH.UTF-8")
    assert explain(Namespace(what=code, vault=None)) == 0
    out = capsys.readouterr().out
    assert f"[{code}]" in out or f'["{code}"]' in out
    assert len(out.splitlines()) <= 70
    assert "\x1b" not in out


def test_a_name_explains_every_code_that_has_it(vault):
    out = vault.run("explain", UNRESOLVED_LINK.name.upper()).out
    assert "VK401 unresolved-link" in out
    assert "VK402 unresolved-link" in out


def test_a_code_needs_no_vault(vault, tmp_path):
    import shutil

    shutil.rmtree(vault.root / ".obsidian")
    assert vault.run("explain", "VK402").code == 0


def test_what_the_vault_makes_of_a_code_is_said(vault):
    vault.write("vaultkit.toml", '[check]\ninfo = ["unresolved-link"]\nignore = ["VK402"]\n')
    out = vault.run("explain", "unresolved-link").out
    assert "warning (in this vault: remark)" in out
    assert "error (ignored in this vault)" in out


def test_an_unknown_code_or_name_is_a_wrong_call_with_the_nearest(vault):
    done = vault.run("explain", "VK999")
    assert (done.code, done.out) == (2, "")
    assert "no remark is called 'VK999'" in done.err
    done = vault.run("explain", "unresolvd-link")
    assert done.code == 2
    assert "did you mean VK401 unresolved-link?" in done.err
    done = vault.run("explain", "Rien de tel")
    assert done.code == 2
    assert "no note matches 'Rien de tel'" in done.err


def test_a_synthesis_says_what_it_gathers_and_how_its_regions_stand(mission):
    out = mission.run("explain", "synthese").out
    assert "a synthesis (category: synthese_globale)" in out
    assert "Mission 'Étude Dufour': 3 domain notes, 1 interview" in out
    assert "Domains: Courriel, 🔐 Accès" in out
    assert "Region table: stale" in out
    mission.run("rebuild")
    mission.replace("Synthèse.md", "| Clés partagées |", "| Tout le monde a la clé |")
    mission.run("rebuild")
    assert "Region table: up to date, 1 kept by hand" in mission.run("explain", "synthese").out
    mission.replace("Synthèse.md", "backlinks:", "statut: livré\nbacklinks:")
    assert "delivered (statut): nothing is written there" in mission.run("explain", "synthese").out


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("Accès", "Synthesis: 'Synthèse', by the same scope 'Étude Dufour'"),
        ("Accès", "Domain: 🔐 Accès"),
        ("Accès", "Says nothing of: VK404 (vaultkit_ignore)"),
        ("Courriel", "Synthesis: 'Synthèse', which lists it in its backlinks"),
        ("Entretien", "Synthesis: 'Synthèse', named by its property synthese"),
        ("Perdue", "Synthesis: none has the scope 'Etude Duffour' (there are: Étude Dufour)"),
        ("Brouillon", "still a draft: it gives the table nothing"),
        ("Fournisseur", "Synthesis: none, they gather the categories domaine and entretien only"),
        ("Fournisseur", "Schema: none speaks of it"),
        ("Accueil", "A note without a category"),
    ],
)
def test_a_note_says_who_gathers_it_and_why(mission, note, words):
    assert words in mission.run("explain", note).out


def test_a_synthesis_without_regions_says_what_to_type(seed_vault):
    out = seed_vault.run("explain", "pestalozzi", LC_ALL="fr_CH.UTF-8").out
    assert "Zones\u00a0: pas encore\u00a0; vaultkit adopt" in out
    assert "🔐 Sécurité & Accès" in out


def test_a_note_that_is_never_written_says_why(mission):
    (mission.root / "Latin.md").write_bytes(b"\xe9t\xe9")
    assert "Never written: this note is not UTF-8" in mission.run("explain", "Latin").out


def test_a_note_says_how_much_check_has_to_say(mission):
    mission.write("Accueil.md", "[[Nulle part]]\n")
    assert '1 warning (vaultkit check "Accueil")' in mission.run("explain", "Accueil").out
    mission.run("check", "--write-baseline")
    assert "Remarks: none" in mission.run("explain", "Accueil").out


def test_a_note_fits_a_screen_and_changes_nothing(mission):
    for number in range(40):
        mission.write(
            f"D{number}.md",
            f"---\ncategory: domaine\nscope: Étude Dufour\n---\n# Domaine {number}\n## Constats\n- a ❌\n",
        )
    before = mission.snapshot()
    assert len(mission.run("explain", "synthese").out.splitlines()) <= 24
    assert mission.snapshot() == before


def test_the_settings_note_is_called_what_it_is(vault):
    vault.write("vaultkit.md", "---\nvault:\n  language: en\n---\n")
    for said in ("vaultkit.md", "vaultkit"):
        done = vault.run("explain", said)
        assert (done.code, "The settings note of vaultkit" in done.out) == (0, True)
    (vault.root / "vaultkit.md").unlink()
    assert vault.run("explain", "vaultkit.md").code == 2


@pytest.mark.parametrize("said", ["VK2", "vk2xx"])
def test_a_family_lists_its_codes(vault, said):
    vault.write("vaultkit.toml", '[check]\nignore = ["VK203"]\n')
    done = vault.run("explain", said)
    assert done.code == 0
    assert done.out.startswith("VK2xx – frontmatter\n")
    assert "VK203 schema-required – error (ignored in this vault)\n" in done.out
    assert {code for code in EXPLANATIONS if code in done.out} == {
        c for c in EXPLANATIONS if c.startswith("VK2")
    }
    assert vault.run("explain", "VK9").code == 2
