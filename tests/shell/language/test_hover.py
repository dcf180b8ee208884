"""What an editor shows of the thing under the cursor."""

from __future__ import annotations

from tests.conftest import Vault
from tests.shell.language.reading import Editor

N = "Note.md"


def test_a_link_shows_the_beginning_of_the_note(vault: Vault) -> None:
    """
    == Missions/Accès.md
    ---
    category: domaine
    ---
    # Accès
    Trois clés.
    """
    editor = Editor(vault.root)

    assert editor.hover(N, "[[Ac¦cès]]") == "**Accès** — Missions · domaine\n\n# Accès\nTrois clés."
    assert editor.hover(N, '---\na: "[[Ac¦cès]]"\n---\n') == editor.hover(N, "![[¦Accès]]")
    assert editor.hover(N, "rien¦ ici") is None


def test_a_link_to_a_heading_or_block_shows_just_that(vault: Vault) -> None:
    """
    == Accès.md
    # Un
    Premier.
    # Deux
    Second. ^b
    # Trois
    """
    editor = Editor(vault.root)

    assert editor.hover(N, "[[Accès#De¦ux]]") == "**Accès**\n\n# Deux\nSecond. ^b"
    assert editor.hover(N, "[[Accès#^b¦]]") == "**Accès**\n\nSecond. ^b"
    lost = editor.hover(N, "[[Accès#Qua¦tre]]")
    assert lost is not None
    assert lost.startswith("**Accès** has nothing that is called \\#Quatre\n\n---\n\n**VK4")


def test_a_long_note_is_cut_and_its_code_closed(vault: Vault) -> None:
    vault.write("Long.md", "```python\n" + "x = 1\n" * 200 + "```\n")
    vault.write("Ligne.md", "mot " * 5_000)
    editor = Editor(vault.root)

    said = editor.hover(N, "[[Lo¦ng]]")
    assert said
    assert said.count("```") == 2
    assert said.endswith("…")
    assert said.count("\n") < 40
    assert len(editor.hover(N, "[[Li¦gne]]") or "") < 2_000


def test_a_link_to_nowhere_says_so_with_the_nearest_name(vault: Vault) -> None:
    """
    == Mélissa.md
    """
    said = Editor(vault.root).hover(N, "[[Mel¦isa]]")

    assert said is not None
    assert said.split("\n\n---\n\n")[0] == "no file is called **Melisa**; did you mean 'Mélissa'?"


def test_a_diagnostic_is_explained_in_the_language_of_the_editor(vault: Vault) -> None:
    said = Editor(vault.root, "fr").hover(N, "Voir [[Per¦sonne]].")

    assert said is not None
    assert said.startswith("aucun fichier ne s’appelle **Personne**")
    assert "**VK401**" in said
    assert "Un lien du texte ne mène à aucun fichier." in said
    english = Editor(vault.root).hover(N, "Voir [[Per¦sonne]].")
    assert english is not None
    assert "A link in the text leads to no file." in english


def test_a_picture_is_shown(vault: Vault) -> None:
    """
    == Plan.png
    x
    """
    said = Editor(vault.root).hover(N, "![[Pl¦an.png]]")

    assert said is not None
    assert "![Plan.png](file://" in said


def test_an_inline_query_shows_its_value(vault: Vault) -> None:
    """
    == Autre.md
    ---
    statut: livré
    ---
    """
    editor = Editor(vault.root)

    assert editor.hover(N, "---\nstatut: en cours\n---\n`= this.sta¦tut`") == "= en cours"
    assert editor.hover(N, "`= [[Autre]].stat¦ut + 1`") == "= livré1"
    assert editor.hover(N, "`= len¦gth(list(1, 2))`") == (
        "```\nlength(list)\n```\n\nHow many elements\n\n---\n\n= 2"
    )
    assert editor.hover(N, "`=SUM(¦A1;A2)`") is None
    assert editor.hover(N, "`x = ¦1`") is None


def test_a_query_that_cannot_be_answered_says_why(vault: Vault) -> None:
    editor = Editor(vault.root)

    unread = editor.hover(N, "`= this.¦`")
    assert unread is not None
    assert unread.startswith("the query cannot be read: ")
    assert editor.hover(N, "`= lower(¦1)`") == (
        "the query fails: No implementation of 'lower' found for arguments: number"
    )


def test_a_dataview_block_shows_its_first_rows(vault: Vault) -> None:
    for number in range(12):
        vault.write(f"Missions/M{number:02}.md", "#projet\n")
    editor = Editor(vault.root)

    said = editor.hover(N, "```data¦view\nLIST FROM #projet\n```\n")
    assert said is not None
    assert said.startswith("- [[Missions/M00.md|M00]]\n")
    assert said.endswith("\n\n… (12)")
    assert said.count("- [[") == 10
    assert editor.hover(N, "```dataview\nLI¦ST FROM #autre\n```\n") == (
        "**LIST** — a list of notes, with one value at most\n\n---\n\nno results"
    )
    assert editor.hover(N, "```dataview\nTASK¦ FROM #autre\n```\n")


def test_a_tag_shows_how_many_notes_have_it(vault: Vault) -> None:
    """
    == A.md
    #projet/un
    == B.md
    ---
    tags: [projet]
    ---
    """
    editor = Editor(vault.root)

    assert editor.hover(N, "Un #pro¦jet") == "**#projet** — 3 notes"
    assert editor.hover(N, "---\ntags: [Pro¦jet]\n---\n") == "**#Projet** — 3 notes"


def test_a_property_shows_what_its_schema_says(vault: Vault) -> None:
    vault.write(
        "vaultkit/schemas/mission.yaml",
        "category: mission\nfrontmatter:\n  required: [statut]\n  properties:\n"
        "    statut: {enum: [en cours, livré], description: L’état de la mission}\n",
    )
    said = Editor(vault.root, "fr").hover(N, "---\ncategory: mission\nsta¦tut: livré\n---\n")

    assert said == (
        "**statut**\n\nL’état de la mission\n\nobligatoire\n\nvaleurs\u00a0: en cours, livré\n\ndans 1 note"
    )


def test_a_marker_tells_what_its_region_is_and_from_which_notes(vault: Vault) -> None:
    """
    == M/Accès.md
    ---
    category: domaine
    scope: CDP
    synthese: "[[Synthèse]]"
    ---
    ## Constats
    - Clés partagées ❌
    == M/Synthèse.md
    ---
    category: synthese_globale
    scope: CDP
    ---
    # Synthèse
    <!-- vaultkit:begin recap -->
    <!-- vaultkit:end recap -->
    """
    editor = Editor(vault.root)
    text = vault.read("M/Synthèse.md")
    said = editor.hover("M/Synthèse.md", text.replace("vaultkit:begin", "vault¦kit:begin"))

    assert said is not None
    uri = editor.workspace.uri_of("M/Accès.md")
    assert said.startswith(
        f"**recap** — table\n\nwritten by vaultkit from:\n\n- [Accès]({uri})\n\nnot up to date"
    )
