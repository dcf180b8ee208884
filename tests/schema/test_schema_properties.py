"""The frontmatter of a note held against a JSON Schema: each keyword in words, at its place."""

from __future__ import annotations

import pytest

from tests.schema.small import findings, said, schemas_of
from vaultkit.edits import apply_edits
from vaultkit.schema.validator import Validator
from vaultkit.shell.resources import preset_schemas


def asked(name, words):
    return schemas_of(f"category: devis\nfrontmatter:\n  properties:\n    {name}: {{{words}}}\n")


def note(lines):
    return f"---\ncategory: devis\n{lines}\n---\n"


KEYWORDS = [
    ("type: number", "x: douze", "schema-type", "'x' must be a number, it is a text ('douze')"),
    ("type: string", "x: 12", "schema-type", "'x' must be a text, it is a number ('12')"),
    ("type: integer", "x: 1.5", "schema-type", "'x' must be a whole number, it is a number ('1.5')"),
    ("type: [string, array]", "x: true", "schema-type", "'x' must be a text or a list, it is a checkbox ('true')"),
    ("type: array", "x: {a: 1}", "schema-type", "'x' must be a list, it is a group of properties"),
    ("type: number", "x: .nan", "schema-type", "'x' must be a number, it is a number ('nan')"),
    ("enum: [a, b]", "x: c", "schema-enum", "unknown value 'c' for 'x'"),
    ("enum: [a, b]", "x: [a]", "schema-enum", "'x' is a list, no single value"),
    ("const: a", "x: c", "schema-enum", "'x' must be 'a', not 'c'"),
    ("minimum: 3", "x: 2", "schema-format", "'x' must be at least 3"),
    ("maximum: 3", "x: 4", "schema-format", "'x' must be at most 3"),
    ("exclusiveMinimum: 3", "x: 3", "schema-format", "'x' must be more than 3"),
    ("exclusiveMaximum: 3", "x: 3", "schema-format", "'x' must be less than 3"),
    ("multipleOf: 5", "x: 3", "schema-format", "'x' must be a multiple of 5"),
    ("minLength: 2", "x: a", "schema-format", "'x' must have at least 2 characters"),
    ("maxLength: 1", "x: ab", "schema-format", "'x' must have at most 1 character"),
    ("minItems: 2", "x: [a]", "schema-format", "'x' must have at least 2 items"),
    ("maxItems: 1", "x: [a, b]", "schema-format", "'x' must have at most 1 item"),
    ("minProperties: 2", "x: {a: 1}", "schema-format", "'x' must have at least 2 keys"),
    ("maxProperties: 1", "x: {a: 1, b: 2}", "schema-format", "'x' must have at most 1 key"),
    ("uniqueItems: true", "x: [a, a]", "schema-format", "'x' has the same entry twice: a"),
    ("contains: {const: a}", "x: [b]", "schema-format", "'x' lacks the item that is asked for"),
    ("not: {const: a}", "x: a", "schema-format", "'x' has a value that the schema excludes"),
    ("format: date", "x: 15 mars", "schema-format", "'x' must be a date (YYYY-MM-DD), not '15 mars'"),
    ("format: email", "x: info", "schema-format", "'x' must be a mail address, not 'info'"),
    ("format: uri", "x: ici", "schema-format", "'x' must be a whole web address (https://…), not 'ici'"),
    ("pattern: '^F'", "x: a", "schema-format", "'x': 'a' does not have the form that is asked for"),
    ("anyOf: [{type: string}, {type: array}]", "x: 3", "schema-type", "'x' must be a text or a list, it is a number ('3')"),
    ("oneOf: [{const: a}, {enum: [b]}]", "x: c", "schema-enum", "unknown value 'c' for 'x'"),
    ("anyOf: [{minimum: 3}, {multipleOf: 2}]", "x: 1", "schema-format", "'x' fits none of the schema's choices"),
    ("oneOf: [{minimum: 3}, {multipleOf: 2}]", "x: 4", "schema-format", "'x' fits several choices that exclude each other"),
    ("prefixItems: [{}], unevaluatedItems: false", "x: [a, b]", "schema-format", "'x' does not go with the schema (unevaluatedItems)"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "line", "breach", "message"), KEYWORDS, ids=[k[0] for k in KEYWORDS])
def test_each_keyword_has_its_words_and_stands_at_the_value(rule, line, breach, message):
    text = note(f"autre: 1\n{line}")
    assert said(asked("x", rule), text) == [(breach, (4, 4), message)]
    [finding] = findings(asked("x", rule), text)
    assert "\u00a0" in finding.message.fr
    assert not any(sign in finding.message.fr for sign in (" :", " ;", "« ", " »", "'"))


def test_values_that_keep_the_rule_are_not_talked_about():
    for rule, line in (("type: integer", "x: 2.0"), ("format: date", "x: 2027-03-15"), ("enum: [a]", "x: a")):
        assert said(asked("x", rule), note(line)) == []


def test_a_missing_property_is_told_at_the_category():
    schemas = schemas_of(
        "category: devis\nfrontmatter: {required: [client], properties: {client: {examples: [Favre]}}}\n"
    )
    assert said(schemas, note("x: 1")) == [("schema-required", (2, 1), "the property 'client' is missing")]
    [finding] = findings(schemas, note("x: 1"))
    assert finding.hint.en == "add for example client: Favre"


def test_a_property_without_a_value_is_missing_unless_the_schema_allows_just_that():
    text = note("client:")
    assert said(schemas_of("category: devis\nfrontmatter: {required: [client]}\n"), text)
    nullable = (
        "category: devis\nfrontmatter: {required: [client], properties: {client: {type: [string, 'null']}}}\n"
    )
    assert said(schemas_of(nullable), text) == []


def test_what_another_property_asks_for_is_told():
    schemas = schemas_of("category: devis\nfrontmatter: {dependentRequired: {rabais: [motif]}}\n")
    assert said(schemas, note("rabais: 5")) == [
        ("schema-required", (2, 1), "the property 'motif' is missing")
    ]


def test_a_property_that_the_schema_has_not_is_told_at_its_key_with_the_nearest():
    schemas = schemas_of(
        "category: devis\nfrontmatter: {additionalProperties: false, properties: {montant: {}}}\n"
    )
    text = note("montent: 12\nvaultkit_ignore: [VK999]")
    assert said(schemas, text) == [
        ("schema-unknown-property", (3, 1), "the schema has no property 'montent'")
    ]
    [finding] = findings(schemas, text)
    assert finding.hint.fr == "peut-être «\u00a0montant\u00a0»\u00a0?"


def test_names_of_properties_can_have_a_form():
    schemas = schemas_of("category: devis\nfrontmatter: {propertyNames: {pattern: '^[a-z]+$'}}\n")
    assert said(schemas, note("Deux mots: 1")) == [
        ("schema-unknown-property", (3, 1), "the schema has no property 'Deux mots'")
    ]


NESTED = """\
category: devis
frontmatter:
  properties:
    lignes:
      type: array
      items: {type: object, required: [prix], properties: {prix: {type: number}}}
"""


def test_values_deep_inside_have_their_own_place():
    text = note("lignes:\n  - prix: 12\n  - texte: pose\n  - {texte: fil, prix: douze}")
    assert said(schemas_of(NESTED), text) == [
        ("schema-required", (5, 5), "the property 'lignes[2].prix' is missing"),
        ("schema-type", (6, 24), "'lignes[3].prix' must be a number, it is a text ('douze')"),
    ]


def test_entries_of_a_list_have_their_own_place():
    schemas = asked("tags", "type: array, items: {type: string}")
    assert said(schemas, note("tags: [a, 2]")) == [
        ("schema-type", (3, 11), "'tags[2]' must be a text, it is a number ('2')")
    ]


def test_the_nearest_value_is_proposed_and_one_that_differs_in_accents_is_mended():
    schemas = asked("statut", "enum: [payée, ouverte]")
    [finding] = findings(schemas, note("statut: Payee # vu"))
    assert finding.hint.en == "did you mean 'payée'? possible values: payée, ouverte"
    assert apply_edits(note("statut: Payee # vu"), finding.fix) == note("statut: payée # vu")
    [other] = findings(schemas, note("statut: pay"))
    assert other.fix == ()


def test_a_key_may_be_spelled_with_accents_and_capitals():
    schemas = asked("echeance", "type: string, format: date")
    assert said(schemas, note("Échéance: demain")) == [
        ("schema-format", (3, 11), "'Échéance' must be a date (YYYY-MM-DD), not 'demain'")
    ]


@pytest.mark.parametrize("word", ["haute", "Haute", "élevée", "High", "hoch", "🚨 Haute", "Moyenne", "low"])
@pytest.mark.parametrize("key", ["priorite", "Priorité"])
def test_the_preset_understands_every_word_for_a_priority(key, word):
    schemas = schemas_of(preset=preset_schemas())
    assert said(schemas, f"---\ncategory: Domaine\nscope: X\n{key}: {word}\n---\n") == []


def test_the_preset_asks_for_category_and_scope_alone():
    schemas = schemas_of(preset=preset_schemas())
    for category in ("synthese_globale", "domaine", "entretien", "Synthèse globale"):
        assert said(schemas, f"---\ncategory: {category}\nscope: X\nautre: [1]\n---\n") == []
        assert said(schemas, f"---\ncategory: {category}\n---\n") == [
            ("schema-required", (2, 1), "the property 'scope' is missing")
        ]
    assert said(schemas, "---\ncategory: domaine\nscope: X\npriorite: hautte\n---\n") == [
        ("schema-enum", (4, 11), "unknown value 'hautte' for 'priorite'")
    ]


def test_a_schema_of_the_vault_takes_the_place_of_the_preset():
    schemas = schemas_of("category: domaine\nfrontmatter: {required: [client]}\n", preset=preset_schemas())
    assert [message for _, _, message in said(schemas, "---\ncategory: domaine\n---\n")] == [
        "the property 'client' is missing"
    ]


def test_own_synonyms_mean_a_value():
    schemas = schemas_of(
        "category: devis\nfrontmatter: {properties: {statut: {enum: [ouvert, clos]}}}\n"
        "synonyms: {statut: {clos: [fermé, closed]}}\n"
    )
    assert said(schemas, note("statut: Closed")) == said(schemas, note("statut: Fermé")) == []
    assert said(schemas, note("statut: perdu")) != []


def test_a_schema_can_speak_of_a_folder_or_a_tag():
    schemas = schemas_of("folder: Clients\ntag: '#actif'\nfrontmatter: {required: [ville]}\n")
    vault = "== Clients/A.md\n---\ntags: [actif/2026]\n---\n== Clients/B.md\nx\n== C.md\n#actif\n"
    assert [m for _, _, m in said(schemas, vault, "Clients/A.md")] == ["the property 'ville' is missing"]
    assert said(schemas, vault, "Clients/B.md") == said(schemas, vault, "C.md") == []


def test_of_properties_that_cannot_be_read_nothing_is_said():
    schemas = schemas_of("folder: Clients\nfrontmatter: {required: [ville]}\nsections: [Constats]\n")
    assert said(schemas, "== Clients/A.md\n---\nville: [\n---\n", "Clients/A.md") == []


def test_keys_that_are_no_text_are_read_as_the_app_reads_them():
    schemas = schemas_of("category: devis\nfrontmatter: {properties: {'1': {type: number}}}\n")
    assert said(schemas, "---\ncategory: devis\n1: a\n? [b]\n: c\ntrue: d\n---\n") == [
        ("schema-type", (3, 4), "'1' must be a number, it is a text ('a')")
    ]


def test_halves_of_characters_do_no_harm():
    validator = Validator({"properties": {"x": {"type": "number"}}})
    assert [one.keyword for one in validator.errors({"x": "\ud800", "\ud800": ["\udfff"]})] == ["type"]


def test_thousands_of_faults_are_all_told():
    text = note("x: [" + ", ".join("a" * 3 for _ in range(5000)) + "]")
    assert len(said(asked("x", "items: {type: integer}"), text)) == 5000


# ---------------------------------------------------------------------- beyond JSON Schema


SYNTHESES = """\
== Synthèse.md
---
category: synthese_globale
scope: Favre
---
== Morel.md
---
category: synthese_globale
scope: Morel
---
== Autre.md
texte
== N.md
"""


def devis(lines):
    return f"{SYNTHESES}---\ncategory: devis\nscope: Favre\n{lines}\n---\n"


def test_a_value_has_to_lead_to_a_note_of_a_category():
    schemas = schemas_of("category: devis\nlinks: {synthese: {category: Synthèse globale}, voir: true}\n")
    assert said(schemas, devis('synthese: "[[Synthèse]]"\nvoir: ["[[Autre]]"]')) == []
    assert said(schemas, devis('synthese: "[[Autre]]"')) == [
        ("schema-link", (4, 11), "'synthese' leads to 'Autre', a note without a category")
    ]
    assert said(schemas, devis('voir: ["[[Autre]]", Morel]')) == [
        ("schema-link", (4, 21), "'voir': 'Morel' is no link")
    ]
    assert said(schemas, devis('synthese: "[[Nulle part]]"')) == [], "VK402 says that"


def test_the_name_of_such_a_note_becomes_a_link():
    schemas = schemas_of("category: devis\nlinks: {synthese: synthese_globale}\n")
    text = "---\ncategory: devis\nscope: Favre\nsynthese: Synthèse\n---\n"
    [finding] = findings(schemas, SYNTHESES + text)
    assert apply_edits(text, finding.fix) == text.replace("Synthèse", '"[[Synthèse]]"')
    [other] = findings(schemas, SYNTHESES + text.replace("Synthèse", "Autre"))
    assert other.fix == ()


def test_tags_are_of_a_list_or_known():
    listed = schemas_of("category: devis\ntags: [reseau, postes]\n")
    assert said(listed, devis("tags: [Reseau/wifi, postes]")) == []
    assert said(listed, devis("tags: [reseaux]")) == [
        ("schema-tag", (4, 8), "the tag 'reseaux' is not in the list")
    ]
    known = schemas_of("category: devis\ntags: known\n")
    assert said(known, devis("tags: [seule]")) == [
        ("schema-tag", (4, 8), "no other note has the tag 'seule'")
    ]
    assert said(known, devis("tags: [seule]") + "== Z.md\n#seule/aussi\n") == []


def test_a_value_is_unique_within_its_mission():
    schemas = schemas_of("category: devis\nunique: [numero]\n")
    other = "== A.md\n---\ncategory: devis\nscope: {}\nnumero: d-7\n---\n"
    assert said(schemas, other.format("Favre") + devis("numero: D-7")) == [
        ("schema-unique", (4, 9), "'numero': 'A' has 'D-7' already")
    ]
    assert said(schemas, other.format("Favre") + devis("numero: D-7"), "A.md") == []
    assert said(schemas, other.format("Morel") + devis("numero: D-7")) == []


def test_a_date_is_not_before_another():
    schemas = schemas_of("category: devis\nbefore: [[debut, fin]]\n")
    assert said(schemas, devis("debut: 2026-03-01\nfin: 28.02.2026")) == [
        ("schema-order", (5, 6), "'fin' (28.02.2026) is before 'debut' (2026-03-01)")
    ]
    assert said(schemas, devis("debut: 2026-03-01\nfin: 2026-03-01")) == []
    assert said(schemas, devis("debut: 2026-03-01")) == said(schemas, devis("debut: hier\nfin: demain")) == []


def test_a_note_is_of_the_mission_that_it_points_to():
    schemas = schemas_of("category: devis\nsame_scope: [synthese]\n")
    assert said(schemas, devis('synthese: "[[Synthèse]]"')) == []
    assert said(schemas, devis('synthese: "[[Morel]]"')) == [
        ("schema-scope", (4, 11), "'Morel' belongs to another mission: scope 'Morel', here 'Favre'")
    ]


def test_a_limit_is_written_with_a_comma_in_french():
    [finding] = findings(asked("x", "multipleOf: 0.05"), note("x: 0.12"))
    assert (finding.message.fr, finding.message.en) == (
        "«\u00a0x\u00a0» doit être un multiple de 0,05",
        "'x' must be a multiple of 0.05",
    )


@pytest.mark.parametrize(
    ("rule", "fr", "en"),
    [
        (
            "minProperties: 3",
            "les propriétés doivent avoir au moins 3 clés",
            "the properties must have at least 3 keys",
        ),
        (
            "not: {required: [x]}",
            "les propriétés ont une valeur que le schéma exclut",
            "the properties have a value that the schema excludes",
        ),
        (
            "const: {}",
            "ces propriétés ne vont pas avec le schéma (const)",
            "these properties do not go with the schema (const)",
        ),
    ],
)
def test_a_rule_of_the_whole_frontmatter_names_no_property(rule, fr, en):
    schemas = schemas_of(f"category: devis\nfrontmatter:\n  {rule}\n")
    [finding] = findings(schemas, note("x: 1"))
    assert (finding.message.fr, finding.message.en) == (fr, en)


@pytest.mark.parametrize(
    ("rule", "said", "hint"),
    [
        ("integer", "abc", None),
        ("integer", "12 francs", "take the quotes or the words around it away"),
        ("boolean", "oui", "write true or false, without quotes"),
    ],
)
def test_the_hint_about_a_type_fits_what_stands_there(rule, said, hint):
    [finding] = findings(asked("x", f"type: {rule}"), note(f"x: {said}"))
    assert (finding.hint.en if finding.hint else None) == hint


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("x: 01.10.2025", "x: 2025-10-01"),
        ("x: '1/10/25' # vu", "x: 2025-10-01 # vu"),
        ("x:: 01.10.2025", "x:: 2025-10-01"),
    ],
)
def test_a_day_in_another_form_is_hinted_and_mended(line, after):
    schemas = asked("x", "type: string, format: date")
    text, mended = (note("a: 1") + one + "\n" if "::" in one else note(one) for one in (line, after))
    [finding] = findings(schemas, text)
    assert finding.hint.en == "write 2025-10-01"
    assert apply_edits(text, finding.fix) == mended


def test_a_day_that_is_not_all_of_the_value_is_no_answer():
    for words in ("vers 01.10.2025", "32.13.2025"):
        [finding] = findings(asked("x", "type: string, format: date"), note(f"x: {words}"))
        assert (finding.hint.en, finding.fix) == ("write for example 2025-08-25", ())


def test_obsidians_own_properties_and_vaultkits_need_no_place_in_a_closed_schema():
    closed = "category: devis\nfrontmatter:\n  additionalProperties: false\n  properties: {x: {}%s}\n"
    lines = "x: 1\naliases: [a]\ncssclasses: [b]\ntags: [c]\nvaultkit_ignore: [VK401]"
    assert said(schemas_of(closed % ""), note(lines)) == []
    assert [told[0] for told in said(schemas_of(closed % ""), note(f"{lines}\ny: 1"))] == [
        "schema-unknown-property"
    ]
    asked_for = schemas_of(closed % ", tags: {type: array, minItems: 2}")
    assert [told[0] for told in said(asked_for, note(lines))] == ["schema-format"]
