"""Where an editor goes: what a link leads to, what a row follows from, what leads to a note."""

from __future__ import annotations

import pytest

from tests.conftest import Vault
from tests.shell.language.reading import Editor

N = "Note.md"


def test_a_link_leads_to_its_note_heading_or_block(vault: Vault) -> None:
    """
    == Accès.md
    # Un
    ## Deux
    Texte. ^b
    """
    editor = Editor(vault.root)

    assert editor.definition(N, "[[Ac¦cès]]") == ["Accès.md"]
    assert editor.definition(N, "![[Accès#De¦ux|mot]]") == ["Accès.md: ## Deux"]
    assert editor.definition(N, "[[Acc¦ès#Deux]]") == ["Accès.md: ## Deux"]
    assert editor.definition(N, "[[Accès#^b¦]]") == ["Accès.md: Texte. ^b"]
    assert editor.definition(N, "[x](Acc¦%C3%A8s.md#Un)") == ["Accès.md: # Un"]
    assert editor.definition(N, '---\nde: "[[Acc¦ès]]"\n---\n') == ["Accès.md"]
    assert editor.definition(N, "[[Accès#Tr¦ois]]") == ["Accès.md"]
    assert editor.definition(N, "[[Perso¦nne]]") is None
    assert editor.definition(N, "ri¦en") is None


def test_a_link_leads_to_what_is_typed_in_another_buffer(vault: Vault) -> None:
    """
    == Accès.md
    vide
    """
    editor = Editor(vault.root)
    editor.type("Accès.md", "🚨 intro\n\n# Neuf¦\n")

    assert editor.definition(N, "[[Accès#Ne¦uf]]") == ["Accès.md: # Neuf"]


def test_a_footnote_leads_to_what_it_says(vault: Vault) -> None:
    assert Editor(vault.root).definition(N, "Un[^a¦].\n\n[^a]: la note") == ["Note.md: [^a]: la note"]


SYNTHESIS = """\
---
category: synthese_globale
scope: CDP
---
# Synthèse

<!-- vaultkit:begin recap -->
<!-- vaultkit:end recap -->

<!-- vaultkit:begin roadmap -->
<!-- vaultkit:end roadmap -->
"""
ACCESS = """\
---
category: domaine
scope: CDP
domaine: Accès
synthese: "[[Synthèse]]"
---
## Constats
- Clés partagées ❌
## Risques
- Vol de données
## Actions
- **Court terme** : **badges** – un badge par personne
"""


@pytest.fixture
def mission(vault: Vault) -> Vault:
    vault.write("M/Accès.md", ACCESS)
    vault.write(
        "M/Courriel.md", ACCESS.replace("domaine: Accès", "domaine: Courriel").replace("Clés", "Mots")
    )
    vault.write("M/Synthèse.md", SYNTHESIS)
    assert vault.run("rebuild").code == 0
    return vault


def at(vault: Vault, words: str, after: str = "") -> str:
    """Return the text of the synthesis with the cursor in the middle of some words."""
    text = vault.read("M/Synthèse.md")
    place = text.index(words, text.index(after)) + len(words) // 2
    return f"{text[:place]}¦{text[place:]}"


def test_a_row_of_a_region_leads_to_where_it_comes_from(mission: Vault) -> None:
    editor = Editor(mission.root)
    path = "M/Synthèse.md"

    assert editor.definition(path, at(mission, "Clés partagées")) == ["M/Accès.md: Clés partagées ❌"]
    assert editor.definition(path, at(mission, "Vol de données", "Mots")) == ["M/Courriel.md: Vol de données"]
    assert editor.definition(path, at(mission, "Courriel", "vaultkit:begin")) == ["M/Courriel.md"]
    action = "**Court terme** : **badges** – un badge par personne"
    assert editor.definition(path, at(mission, "badges", "begin roadmap")) == [
        f"M/Accès.md: {action}",
        f"M/Courriel.md: {action}",
    ]
    assert editor.definition(path, at(mission, "# Synthèse")) is None


def test_references_are_the_backlinks_of_what_stands_under_the_cursor(vault: Vault) -> None:
    """
    == Accès.md
    # Un
    # Deux
    Texte. ^b
    == A.md
    [[Accès]] et [[Accès#Deux]]
    == B.md
    ---
    de: "[[Accès]]"
    ---
    ![[accès#^b]]
    """
    editor = Editor(vault.root)
    text = vault.read("Accès.md")

    everything = ["A.md: [[Accès]]", "A.md: [[Accès#Deux]]", "B.md: [[Accès]]", "B.md: ![[accès#^b]]"]
    assert editor.references("Accès.md", "¦" + "x\n" + text) == everything
    assert editor.references(N, "[[Acc¦ès]]") == [*everything, "Note.md: [[Accès]]"]
    editor.type(N, "¦vide")
    assert editor.references("Accès.md", text.replace("# Deux", "# D¦eux")) == ["A.md: [[Accès#Deux]]"]
    assert editor.references("Accès.md", text.replace("^b", "^¦b")) == ["B.md: ![[accès#^b]]"]
    assert editor.references("Accès.md", text.replace("# Deux", "# D¦eux"), declaration=True) == [
        "Accès.md: Deux",
        "A.md: [[Accès#Deux]]",
    ]


def test_references_of_a_tag_are_its_uses_and_those_below_it(vault: Vault) -> None:
    """
    == A.md
    #projet et #Projet/un
    == B.md
    ---
    tags: [projet, autre]
    ---
    #projets
    """
    assert Editor(vault.root).references(N, "#pro¦jet") == [
        "A.md: #projet",
        "A.md: #Projet/un",
        "B.md: projet",
        "Note.md: #projet",
    ]


def test_the_links_of_what_is_typed_count_at_once(vault: Vault) -> None:
    """
    == Accès.md
    == A.md
    [[Accès]]
    """
    editor = Editor(vault.root)

    assert editor.references("Accès.md", "¦") == ["A.md: [[Accès]]"]
    editor.type("A.md", "plus rien¦")
    editor.type("B.md", "[[accès|ici]]¦")
    assert editor.references("Accès.md", "¦") == ["B.md: [[accès|ici]]"]
