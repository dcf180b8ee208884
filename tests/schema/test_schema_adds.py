"""`--add-missing`: properties whose value is known, written without touching anything else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.schema.small import added, findings, schemas_of
from vaultkit.shell.resources import preset_schemas

PRESET = schemas_of(preset=preset_schemas())
SYNTHESIS = "== Synthèse.md\n---\ncategory: synthese_globale\nscope: 'Étude Favre: Nyon'\n---\n"


def test_the_scope_is_that_of_the_synthesis_that_the_note_points_to():
    text = '---\ncategory: domaine # vu\nsynthese: "[[Synthèse]]"\n---\n# Réseau\n'
    assert added(PRESET, f"{SYNTHESIS}== N.md\n{text}") == text.replace(
        "\n---\n#", "\nscope: 'Étude Favre: Nyon'\n---\n#"
    )


def test_the_scope_is_the_only_one_of_the_folder():
    vault = "== F/A.md\n---\nscope: Favre\n---\n== G/B.md\n---\nscope: Morel\n---\n== F/N.md\n---\ncategory: domaine\n---\n"
    assert added(PRESET, vault, "F/N.md") == "---\ncategory: domaine\nscope: Favre\n---\n"
    [finding] = findings(PRESET, vault, "F/N.md")
    assert finding.hint.en == "vaultkit check --add-missing writes scope: Favre"
    [finding] = findings(PRESET, vault + "== F/C.md\n---\nscope: Morel\n---\n", "F/N.md")
    assert finding.adds == (), "two missions in one folder: nobody knows"


def test_a_property_without_a_value_gets_it_in_place():
    vault = SYNTHESIS + '== N.md\n---\nscope:\ncategory: domaine\nsynthese: "[[Synthèse]]"\n---\n'
    assert added(PRESET, vault).startswith("---\nscope: 'Étude Favre: Nyon'\ncategory: domaine\n")


def test_defaults_of_the_schema_are_put_in_all_at_once():
    schemas = schemas_of(
        "category: devis\nfrontmatter:\n  required: [statut, rang, montant]\n"
        "  properties: {statut: {default: ouvert}, rang: {default: 1}}\n"
    )
    text = "\ufeff---\r\ncategory: devis\r\n---\r\nTexte  \r\n"
    once = added(schemas, text)
    assert once == "\ufeff---\r\ncategory: devis\r\nstatut: ouvert\r\nrang: 1\r\n---\r\nTexte  \r\n"
    assert added(schemas, once) == once
    assert [finding.message.en for finding in findings(schemas, once)] == [
        "the property 'montant' is missing"
    ]


def test_a_note_without_properties_gets_them():
    schemas = schemas_of(
        "folder: F\nfrontmatter: {required: [statut], properties: {statut: {default: ouvert}}}\n"
    )
    assert added(schemas, "== F/N.md\nTexte\n", "F/N.md") == "---\nstatut: ouvert\n---\nTexte\n"


@given(
    lines=st.lists(
        st.sampled_from(["a: 1", "b: [x, y]", "# note", "c: |\n  bloc\n  deux", "d: {e: 1}", "", "f: 'g'", "h:"]),
        max_size=6, unique=True,
    ),
    newline=st.sampled_from(["\n", "\r\n"]),
    tail=st.sampled_from(["", "texte", "# Titre\n\nfin  \n"]),
)  # fmt: skip
def test_what_stood_there_stands_there_still_and_twice_is_once(lines, newline, tail):
    schemas = schemas_of(
        "category: devis\nfrontmatter: {required: [statut], properties: {statut: {default: ouvert}}}\n"
    )
    text = (
        newline.join(["---", "category: devis", *lines, "---", tail])
        .replace("\n", newline)
        .replace("\r\r", "\r")
    )
    once = added(schemas, text)
    assert once.replace(f"statut: ouvert{newline}", "", 1) == text
    assert added(schemas, once) == once


def test_a_day_is_written_plain_and_the_hint_says_what_is_written():
    schemas = schemas_of(
        "category: c\nfrontmatter: {required: [d, e], properties: {d: {default: 2025-08-25}, e: {default: 'a: b'}}}\n"
    )
    text = "---\ncategory: c\n---\n"
    assert added(schemas, text) == "---\ncategory: c\nd: 2025-08-25\ne: 'a: b'\n---\n"
    assert [one.hint.en for one in findings(schemas, text)] == [
        "vaultkit check --add-missing writes d: 2025-08-25",
        "vaultkit check --add-missing writes e: 'a: b'",
    ]
