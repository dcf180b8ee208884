"""Inline fields held against a schema where no property speaks: what the recap would read is looked at."""

from __future__ import annotations

import pytest

from tests.rules.growth import assert_linear
from tests.schema.small import added, findings, index_of, said, schemas_of
from vaultkit.edits import apply_edits
from vaultkit.schema.read import read_schemas
from vaultkit.shell.resources import preset_schemas

PRESET = read_schemas(preset_schemas(), ())
DOMAIN = "---\ncategory: domaine\nscope: X\n---\n# Accès\n"
ASKED = """category: devis
frontmatter:
  required: [debut]
  properties:
    debut: {type: string, format: date}
    montant: {type: number}
    mots: {type: array, minItems: 2}
    statut: {enum: [privé, 3]}
"""
HEAD = "---\ncategory: devis\n---\n"


def test_a_wrong_priority_in_the_second_spelling_is_told_at_its_place():
    text = DOMAIN + "priorite:: hautte\n"
    assert said(PRESET, text) == [("schema-enum", (6, 12), "unknown value 'hautte' for 'priorite'")]
    [finding] = findings(PRESET, text)
    assert finding.hint.en.startswith("did you mean 'haute'?")


@pytest.mark.parametrize(
    "body",
    [
        "priorite:: Élevée\n",
        "**Priorité**:: **haute**\n",
        "- point (priorite:: 🚨 haute)\n",
        "`priorite:: zut`\n",
        "```\npriorite:: zut\n```\n",
        "<!-- vaultkit:begin recap -->\n\npriorite:: zut\n\n<!-- vaultkit:end recap -->\n",
        "priorite::\n",
        "category:: zut\nscope:: zut\n",
    ],
)
def test_a_good_field_or_one_that_is_no_source_is_not_talked_about(body):
    assert said(PRESET, DOMAIN + body) == []


def test_the_property_counts_where_it_says_something():
    assert said(PRESET, DOMAIN.replace("scope: X", "scope: X\npriorite: haute") + "priorite:: zut\n") == []
    assert len(said(PRESET, DOMAIN.replace("scope: X", "scope: X\npriorite:") + "priorite:: zut\n")) == 1


def test_a_field_satisfies_what_is_required_and_nothing_is_added():
    schemas = schemas_of(ASKED.replace("format: date}", "format: date, default: 2025-01-01}"))
    assert said(schemas, HEAD + "debut:: 2025-10-02\n") == []
    assert added(schemas, HEAD + "debut:: 2025-10-02\n") == HEAD + "debut:: 2025-10-02\n"
    assert len(said(schemas, HEAD)) == 1


def test_a_field_is_read_as_what_the_schema_asks_for():
    schemas = schemas_of(ASKED)
    good = HEAD + "debut:: 2025-10-02\nmontant:: 12.5\nmots:: a, b\nstatut:: 3\n"
    assert said(schemas, good) == []
    assert said(schemas, good.replace("12.5", "douze").replace("a, b", "a")) == [
        ("schema-type", (5, 11), "'montant' must be a number, it is a text ('douze')"),
        ("schema-format", (6, 8), "'mots' must have at least 2 items"),
    ]


@pytest.mark.parametrize(
    ("body", "mended"),
    [("statut:: **Prive**\n", "statut:: **privé**\n"), ("(statut:: PRIVE)\n", "(statut:: privé)\n")],
)
def test_a_field_that_differs_in_accents_is_mended_at_its_place(body, mended):
    text = f"{HEAD}debut:: 2025-10-02\n\n{body}"
    [finding] = findings(schemas_of(ASKED), text)
    assert apply_edits(text, finding.fix) == f"{HEAD}debut:: 2025-10-02\n\n{mended}"


def test_links_orders_and_unique_values_are_looked_at_in_fields_too():
    schemas = schemas_of(
        "category: devis\nlinks: {synthese: synthese_globale}\nbefore: [[debut, fin]]\nunique: [numero]\n"
    )
    text = (
        "== A.md\n---\ncategory: devis\nnumero: 7\n---\n"
        "== N.md\n---\ncategory: devis\n---\nsynthese:: S\ndebut:: 2025-03-01\nfin:: 2025-02-01\nnumero:: 7\n"
        "== S.md\n---\ncategory: synthese_globale\n---\n"
    )
    assert said(schemas, text) == [
        ("schema-link", (4, 12), "'synthese': 'S' is no link"),
        ("schema-order", (6, 7), "'fin' (2025-02-01) is before 'debut' (2025-03-01)"),
        ("schema-unique", (7, 10), "'numero': 'A' has '7' already"),
    ]
    [link, _, _] = findings(schemas, text)
    note = index_of(text).notes["N.md"]
    assert "synthese:: [[S]]\n" in apply_edits(note.text, link.fix)
    assert said(schemas, text.replace("synthese:: S", "synthese:: [[S]], [[A]]")) [0] == (
        "schema-link", (4, 19), "'synthese' leads to 'A', a note of category 'devis'"
    )  # fmt: skip


def test_many_fields_and_regions_take_linear_time():
    def work(size):
        region = "<!-- vaultkit:begin query id=q{} -->\n\nx:: y\n\n<!-- vaultkit:end query -->\n"
        said(PRESET, DOMAIN + "".join(region.format(n) for n in range(size // 4)) + "x:: y\n" * size)

    assert_linear(work, 400)
