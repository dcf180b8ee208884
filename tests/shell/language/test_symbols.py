"""The tree of a note, and how something in the vault is found by its name."""

from __future__ import annotations

from tests.conftest import Vault
from tests.shell.language.reading import Editor

N = "Note.md"


def test_headings_make_a_tree(vault: Vault) -> None:
    assert Editor(vault.root).outline(N, "# Un\n## Deux\n### Trois\n## Quatre\n# Cinq\n") == [
        ["Un", ["Deux", "Trois"], "Quatre"],
        "Cinq",
    ]


def test_regions_and_named_blocks_stand_where_they_are(vault: Vault) -> None:
    text = """\
# Un
Texte. ^b

<!-- vaultkit:begin domaine id=acces -->
## Accès
<!-- vaultkit:end domaine -->
## Fin
"""
    assert Editor(vault.root, "fr").outline(N, text) == [["Un", "^b", ["zone domaine:acces", "Accès"], "Fin"]]


def test_a_symbol_lies_within_what_is_around_it(vault: Vault) -> None:
    from lsprotocol.types import DocumentSymbol, DocumentSymbolParams

    from vaultkit.shell.language.symbols import document_symbols

    editor = Editor(vault.root)
    text = (
        "# 🚨 Un\n<!-- vaultkit:begin domaine id=a -->\n## A\n<!-- vaultkit:end domaine -->\nDerrière. ^c\n"
    )
    document, _ = editor.type(N, text + "¦")

    def look(symbols: list[DocumentSymbol]) -> None:
        for one in symbols:
            inside = [one.selection_range, *(child.range for child in one.children or ())]
            for each in inside:
                assert one.range.start <= each.start
                assert each.end <= one.range.end
            look(list(one.children or ()))

    found = document_symbols(editor.workspace, DocumentSymbolParams(document))
    assert found
    look(found)


def test_notes_aliases_and_headings_are_found_by_name(vault: Vault) -> None:
    """
    == Missions/🔐 Sécurité.md
    ---
    aliases: [La sécurité du cabinet]
    ---
    # Un titre
    == Autre.md
    ## Sécurité des postes
    """
    assert Editor(vault.root).symbols("securite") == [
        ("🔐 Sécurité", "Missions"),
        ("La sécurité du cabinet", "→ 🔐 Sécurité"),
        ("Sécurité des postes", "Autre"),
    ]


def test_the_symbols_of_the_vault_are_bounded(vault: Vault) -> None:
    for number in range(150):
        vault.write(f"Note {number}.md", "# Note\n")

    assert len(Editor(vault.root).symbols("note")) <= 200
    assert Editor(vault.root).symbols("introuvable") == []
