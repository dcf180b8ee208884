"""What is offered in a link that is being typed, and what stands there once it is taken."""

from __future__ import annotations

from tests.conftest import Vault
from tests.shell.language.reading import Editor

N = "Note.md"


def test_a_name_is_found_whatever_its_accents_case_and_emoji(vault: Vault) -> None:
    """
    == Missions/🔐 Sécurité & Accès.md
    Texte.
    == Missions/Courriel.md
    Texte.
    """
    editor = Editor(vault.root)

    assert editor.offered(N, "Voir [[securite¦") == ["🔐 Sécurité & Accès"]
    assert editor.offered(N, "Voir [[ACCES¦") == ["🔐 Sécurité & Accès"]
    assert editor.accepted(N, "Voir [[acces¦") == "Voir [[🔐 Sécurité & Accès]]"


def test_names_that_begin_so_come_before_those_that_hold_it(vault: Vault) -> None:
    """
    == Grand accueil.md
    == Accueil.md
    == Raccueil.md
    == Autre.md
    """
    assert Editor(vault.root).offered(N, "[[accueil¦") == ["Accueil", "Grand accueil", "Raccueil"]


def test_a_slip_of_the_finger_finds_the_name_all_the_same(vault: Vault) -> None:
    """
    == Facturation électronique.md
    == Courriel.md
    """
    assert Editor(vault.root).offered(N, "[[facturaton elec¦") == ["Facturation électronique"]


def test_what_is_written_is_as_short_as_it_can_be(vault: Vault) -> None:
    """
    == A/Accès.md
    == B/Accès.md
    == B/Courriel.md
    """
    editor = Editor(vault.root)

    assert editor.accepted(N, "[[courr¦") == "[[Courriel]]"
    found = editor.complete(N, "[[acc¦")
    assert found
    assert sorted(item.text_edit.new_text for item in found.items) == ["A/Accès]]", "B/Accès]]"]
    assert [item.detail for item in found.items] == ["A", "B"]


def test_the_settings_of_the_app_decide_how_a_link_is_written(vault: Vault) -> None:
    """
    == .obsidian/app.json
    {"newLinkFormat": "absolute", "useMarkdownLinks": true}
    == Un dossier/Accès.md
    """
    editor = Editor(vault.root)

    assert editor.accepted(N, "Voir [[acc¦ ici") == "Voir [Accès](Un%20dossier/Accès.md) ici"
    assert (
        editor.accepted(N, "---\nsynthese: [[acc¦\n---\n") == '---\nsynthese: "[[Un dossier/Accès]]"\n---\n'
    )


def test_an_alias_stays_what_is_shown(vault: Vault) -> None:
    """
    == Cabinet Pestalozzi.md
    ---
    aliases: [Le cabinet, CDP]
    ---
    """
    editor = Editor(vault.root)

    assert editor.accepted(N, "[[cdp¦") == "[[Cabinet Pestalozzi|CDP]]"
    assert editor.accepted(N, "| a | [[cdp¦ |") == "| a | [[Cabinet Pestalozzi\\|CDP]] |"
    assert editor.accepted(N, "[[cdp¦|nous]]") == "[[Cabinet Pestalozzi|nous]]"


def test_the_rest_of_a_closed_link_is_kept_and_not_closed_twice(vault: Vault) -> None:
    """
    == Accès.md
    """
    editor = Editor(vault.root)

    assert editor.accepted(N, "Voir [[ac¦]] ici") == "Voir [[Accès]] ici"
    assert editor.accepted(N, "Voir [[ac¦cueil]] ici") == "Voir [[Accès]] ici"
    assert editor.accepted(N, "Voir [[ac¦x#Titre|mot]] ici") == "Voir [[Accès#Titre|mot]] ici"
    assert editor.accepted(N, "Voir [[ac¦ et [[Autre]]") == "Voir [[Accès]] et [[Autre]]"


def test_nothing_is_offered_behind_a_link_or_in_its_display(vault: Vault) -> None:
    """
    == Accès.md
    """
    editor = Editor(vault.root)

    assert editor.complete(N, "[[Accès]] a¦") is None
    assert editor.complete(N, "[[Accès|ac¦") is None
    assert editor.complete(N, "rien a¦") is None


def test_names_that_are_not_written_yet_come_last(vault: Vault) -> None:
    """
    == Un.md
    Vu avec [[Accès distants]], et [[Accès distants]].
    == Accès.md
    """
    editor = Editor(vault.root)
    found = editor.complete(N, "[[acc¦")

    assert found
    assert [(item.label, item.detail) for item in found.items] == [
        ("Accès", None),
        ("Accès distants", "not written yet"),
    ]
    assert editor.accepted(N, "[[acc¦", "Accès distants") == "[[Accès distants]]"


def test_where_nothing_is_typed_yet_the_last_changed_notes_come_first(vault: Vault) -> None:
    """
    == Vieux.md
    == Neuf.md
    """
    import os

    os.utime(vault.root / "Vieux.md", (1, 1))

    assert Editor(vault.root).offered(N, "[[¦") == ["Neuf", "Vieux"]


def test_a_path_is_looked_for_as_a_path(vault: Vault) -> None:
    """
    == Réunions/2026/Bilan.md
    == Archives/Bilan.md
    """
    assert Editor(vault.root).accepted(N, "[[reunions/20¦") == "[[Réunions/2026/Bilan]]"


def test_attachments_and_boards_are_offered_too(vault: Vault) -> None:
    """
    == Images/plan du réseau.png
    x
    == Plan du bâtiment.md
    """
    editor = Editor(vault.root)

    assert editor.offered(N, "![[plan¦") == ["Plan du bâtiment", "plan du réseau.png"]
    assert editor.accepted(N, "![[reseau¦") == "![[plan du réseau.png]]"


def test_the_headings_of_the_note_follow_a_hash(vault: Vault) -> None:
    """
    == Accès.md
    # Constats
    ## Mots de passe : état
    # Actions
    ## Mots de passe : état
    """
    editor = Editor(vault.root)

    assert editor.offered(N, "[[Accès#¦") == [
        "Constats",
        "Mots de passe : état",
        "Actions",
        "Mots de passe : état",
    ]
    assert editor.accepted(N, "[[Accès#cons¦") == "[[Accès#Constats]]"
    found = editor.complete(N, "[[Accès#mots¦]]")
    assert found
    assert [item.text_edit.new_text for item in found.items] == [
        "Mots de passe état]]",
        "Actions#Mots de passe état]]",
    ]


def test_headings_of_the_note_itself_need_no_name(vault: Vault) -> None:
    assert Editor(vault.root).accepted(N, "# Été\n\nVoir [[#ete¦") == "# Été\n\nVoir [[#Été]]"


def test_block_ids_follow_a_caret(vault: Vault) -> None:
    """
    == Accès.md
    Un constat grave. ^constat

    Autre chose. ^b2
    """
    editor = Editor(vault.root)

    assert editor.offered(N, "[[Accès#^¦") == ["constat", "b2"]
    assert editor.accepted(N, "[[Accès#^con¦") == "[[Accès#^constat]]"
    assert editor.accepted(N, "[[Accès^grave¦]]") == "[[Accès#^constat]]"
    assert editor.accepted(N, "Ici. ^ici\n\n[[^¦") == "Ici. ^ici\n\n[[#^ici]]"


def test_a_markdown_link_has_its_destination_encoded(vault: Vault) -> None:
    """
    == Mes notes/Plan (2026).md
    # Le budget
    """
    editor = Editor(vault.root)

    assert editor.accepted(N, "[le plan](plan¦)") == "[le plan](Plan%20%282026%29.md)"
    assert editor.accepted(N, "[le plan](<plan¦>)") == "[le plan](<Plan (2026).md>)"
    assert editor.accepted(N, "[x](Plan%20%282026%29.md#bud¦)") == "[x](Plan%20%282026%29.md#Le%20budget)"
    assert editor.complete(N, "[le web](https://ex¦)") is None


def test_links_in_properties_stand_between_quotes(vault: Vault) -> None:
    """
    == Synthèse.md
    == Le "grand" bilan.md
    """
    editor = Editor(vault.root)

    assert editor.accepted(N, "---\na: [[syn¦\n---\n") == '---\na: "[[Synthèse]]"\n---\n'
    assert editor.accepted(N, '---\na: "[[syn¦"\n---\n') == '---\na: "[[Synthèse]]"\n---\n'
    assert editor.accepted(N, '---\na: "[[syn¦\n---\n') == '---\na: "[[Synthèse]]"\n---\n'
    assert editor.accepted(N, "---\na:\n  - [[syn¦]]\n---\n") == '---\na:\n  - "[[Synthèse]]"\n---\n'
    assert editor.accepted(N, "---\na: '[[syn¦'\n---\n") == "---\na: '[[Synthèse]]'\n---\n"


def test_the_place_of_an_edit_counts_utf_16_units(vault: Vault) -> None:
    """
    == Accès.md
    """
    editor = Editor(vault.root)

    assert editor.accepted(N, "🚨🚨 urgent [[ac¦ 🚨") == "🚨🚨 urgent [[Accès]] 🚨"


def test_nothing_is_offered_in_code_formulas_and_comments(vault: Vault) -> None:
    """
    == Accès.md
    """
    editor = Editor(vault.root)

    for text in (
        "`[[ac¦`",
        "```python\nx = a[[ac¦\n```\n",
        "```\n[[ac¦",
        "    [[ac¦\n",
        "$[[ac¦$",
        "$$\n[[ac¦\n$$\n",
        "<!-- [[ac¦ -->",
        "%% [[ac¦ %%",
        "%% [[ac¦",
    ):
        assert editor.complete(N, text) is None, text
    assert editor.offered(N, "`code` [[ac¦") == ["Accès"]
    assert editor.offered(N, "```\ncode\n```\n[[ac¦") == ["Accès"]


def test_a_name_typed_in_one_buffer_is_offered_in_the_next(vault: Vault) -> None:
    """
    == Accès.md
    """
    editor = Editor(vault.root)

    assert editor.offered(N, "[[cdp¦") == []
    editor.type("Accès.md", "---\naliases: [CDP]\n---\n¦")
    assert editor.offered(N, "[[cdp¦") == ["CDP"]
    editor.type("Accès.md", "¦sans")
    assert editor.offered(N, "[[cdp¦") == []


def test_the_list_is_bounded_and_asked_for_again_with_the_next_letter(vault: Vault) -> None:
    for number in range(150):
        vault.write(f"Note {number}.md", "")
    found = Editor(vault.root).complete(N, "[[note¦")

    assert found
    assert len(found.items) == 100
    assert found.is_incomplete


def test_an_item_tells_the_beginning_of_the_note_when_it_is_looked_at(vault: Vault) -> None:
    """
    == Missions/Accès.md
    ---
    category: domaine
    ---
    # Accès

    <!-- vaultkit:begin recap -->
    Trois clés **partagées**.
    """
    said = Editor(vault.root).explained(N, "[[ac¦", "Accès")

    assert said == "**Accès** — Missions · domaine\n\n# Accès\n\nTrois clés **partagées**."


def test_a_text_that_is_no_note_of_the_vault_has_no_answer(vault: Vault) -> None:
    editor = Editor(vault.root)

    assert editor.complete("../ailleurs.md", "[[a¦") is None
