"""What is offered in properties and for tags."""

from __future__ import annotations

from tests.conftest import Vault
from tests.shell.language.reading import Editor

N = "Note.md"

SCHEMA = """\
category: mission
frontmatter:
  required: [category, statut]
  properties:
    statut: {enum: [en cours, livré], description: "L’état de la mission."}
    facture: {type: boolean}
    debut: {type: string, format: date}
    equipe: {type: array, items: {enum: [Anna, Bruno]}}
links:
  client: [client]
"""


def test_the_tags_of_the_vault_follow_a_hash_the_most_frequent_first(vault: Vault) -> None:
    """
    == A.md
    #rare #projet/urgent
    == B.md
    ---
    tags: [projet/client, Réseau]
    ---
    == C.md
    #projet/urgent
    """
    editor = Editor(vault.root)
    found = editor.complete(N, "À faire #¦")

    assert found
    assert [(item.label, item.detail) for item in found.items] == [
        ("projet", "3 notes"),
        ("projet/urgent", "2 notes"),
        ("Réseau", "1 note"),
        ("projet/client", "1 note"),
        ("rare", "1 note"),
    ]
    assert editor.accepted(N, "À faire #urg¦") == "À faire #projet/urgent"
    assert editor.accepted(N, "À faire #res¦ ici") == "À faire #Réseau ici"


def test_no_tag_is_offered_in_a_heading_sign_or_a_word(vault: Vault) -> None:
    """
    == A.md
    #projet
    """
    editor = Editor(vault.root)

    assert editor.complete(N, "## ¦") is None
    assert editor.complete(N, "page.html#pro¦") is None
    assert editor.offered(N, "## Titre #pro¦") == ["projet"]


def test_tags_in_properties_have_no_hash(vault: Vault) -> None:
    """
    == A.md
    #projet/urgent
    """
    editor = Editor(vault.root)

    assert editor.accepted(N, "---\ntags:\n  - urg¦\n---\n") == "---\ntags:\n  - projet/urgent\n---\n"
    assert editor.accepted(N, "---\ntags: [a, urg¦]\n---\n") == "---\ntags: [a, projet/urgent]\n---\n"
    assert editor.accepted(N, "---\ntags: urg¦\n---\n") == "---\ntags: projet/urgent\n---\n"


def test_the_keys_of_the_schema_come_first_then_those_of_the_vault(vault: Vault) -> None:
    """
    == Autre.md
    ---
    auteur: Anna
    statut: livré
    ---
    """
    vault.write("vaultkit/schemas/mission.yaml", SCHEMA)
    editor = Editor(vault.root)

    offered = editor.offered(N, "---\ncategory: mission\n¦\n---\n")
    assert offered[:5] == ["statut", "facture", "debut", "equipe", "auteur"]
    assert "category" not in offered
    assert editor.accepted(N, "---\ncategory: mission\nsta¦\n---\n").splitlines()[2] == "statut: "
    assert editor.accepted(N, "---\ncategory: mission\nequ¦\n---\n").splitlines()[2:4] == ["equipe:", "  - "]
    assert editor.accepted(N, "---\ncategory: mission\nfa¦: true\n---\n").splitlines()[2] == "facture: true"


def test_the_description_in_the_schema_is_shown(vault: Vault) -> None:
    vault.write("vaultkit/schemas/mission.yaml", SCHEMA)
    said = Editor(vault.root).explained(N, "---\ncategory: mission\nsta¦\n---\n", "statut")

    assert said == "**statut**\n\nL’état de la mission.\n\nrequired\n\nvalues: en cours, livré"


def test_the_values_of_the_schema_come_before_those_of_other_notes(vault: Vault) -> None:
    """
    == Autre.md
    ---
    statut: abandonné
    ---
    """
    vault.write("vaultkit/schemas/mission.yaml", SCHEMA)
    editor = Editor(vault.root)

    def values(line: str) -> list[str]:
        return editor.offered(N, f"---\ncategory: mission\n{line}\n---\n")

    assert values("statut: ¦") == ["en cours", "livré", "abandonné"]
    assert values("statut: LIV¦") == ["livré"]
    assert values("facture: ¦") == ["true", "false"]
    assert values("equipe:\n  - ¦") == ["Anna", "Bruno"]
    assert values("equipe: [Anna, b¦]") == ["Bruno"]


def test_a_date_can_be_today(vault: Vault) -> None:
    from datetime import datetime

    vault.write("vaultkit/schemas/mission.yaml", SCHEMA)
    today = datetime.now().astimezone().date().isoformat()

    assert Editor(vault.root).offered(N, "---\ncategory: mission\ndebut: ¦\n---\n") == [today]


def test_a_property_that_links_offers_the_notes_it_may_lead_to(vault: Vault) -> None:
    """
    == Clients/Cabinet Pestalozzi.md
    ---
    category: client
    ---
    == Autre.md
    """
    vault.write("vaultkit/schemas/mission.yaml", SCHEMA)
    text = "---\ncategory: mission\nclient: ¦\n---\n"

    assert Editor(vault.root).offered(N, text) == ["Cabinet Pestalozzi"]
    assert '\nclient: "[[Cabinet Pestalozzi]]"\n' in Editor(vault.root).accepted(N, text)


def test_the_category_can_be_one_of_those_that_schemas_know(vault: Vault) -> None:
    offered = Editor(vault.root).offered(N, "---\ncategory: ¦\n---\n")

    assert offered == ["controle", "domaine", "entretien", "synthese_globale"]


def test_a_value_that_yaml_would_read_otherwise_is_quoted(vault: Vault) -> None:
    """
    == A.md
    ---
    sujet: "mission : phase 1"
    ---
    """
    text = Editor(vault.root).accepted(N, "---\nsujet: ¦\n---\n")

    assert text.splitlines()[1] in ('sujet: "mission : phase 1"', "sujet: 'mission : phase 1'")


def test_nothing_is_offered_in_words_of_ones_own_and_on_the_delimiters(vault: Vault) -> None:
    """
    == A.md
    ---
    description: x
    aliases: [a]
    ---
    """
    editor = Editor(vault.root)

    assert editor.complete(N, "---\naliases: [a¦]\n---\n") is None
    assert editor.complete(N, "---\ndescription: >-\n  suite ¦\n---\n") is None
    assert editor.complete(N, "---¦\na: 1\n---\n") is None
    assert editor.complete(N, "---\na: 1\n¦---\n") is None


def test_a_property_that_holds_links_in_other_notes_offers_notes(vault: Vault) -> None:
    """
    == A.md
    ---
    synthese: "[[Synthèse]]"
    ---
    == Synthèse.md
    """
    editor = Editor(vault.root)

    assert editor.accepted(N, "---\nsynthese: syn¦\n---\n") == '---\nsynthese: "[[Synthèse]]"\n---\n'
    assert editor.offered(N, "---\nautre: syn¦\n---\n") == []


def test_words_that_yaml_reads_as_something_else_are_quoted(vault: Vault) -> None:
    """
    == A.md
    ---
    suivi: "null"
    actif: true
    nombre: 12
    ---
    """
    editor = Editor(vault.root)

    for key, said in {"suivi": "'null'", "actif": "true", "nombre": "12"}.items():
        assert editor.accepted(N, f"---\n{key}: ¦\n---\n") == f"---\n{key}: {said}\n---\n"
