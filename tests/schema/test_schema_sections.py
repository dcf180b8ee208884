"""The sections of a note held against its schema."""

from __future__ import annotations

from tests.schema.small import added, findings, said, schemas_of

HEAD = "---\ncategory: visite\n---\n"
NAMES = schemas_of("category: visite\nsections: [Constats, Risques, Actions]\n")


def schema(words, ordered=False):
    return schemas_of(f"category: visite\nordered: {str(ordered).lower()}\nsections:\n{words}")


def test_sections_are_known_by_topic_in_every_language_at_any_level():
    text = HEAD + "# Visite\n## 🔎 Findings\n### 2. Risiken\n#### Plan d’action (2026)\n"
    assert said(NAMES, text) == []


def test_all_missing_sections_are_one_finding_at_the_title():
    assert said(NAMES, HEAD + "# Visite\n## Risques\n") == [
        ("section-missing", (4, 1), "missing sections: 'Constats', 'Actions'")
    ]
    [finding] = findings(NAMES, HEAD + "## Constats\n## Risques\n")
    assert finding.message.fr == "la section «\u00a0Actions\u00a0» manque"


def test_a_section_can_have_other_names_and_be_optional():
    schemas = schema("  - heading: [Objet, But de la visite]\n  - {heading: Suite, required: false}\n")
    assert said(schemas, HEAD + "## 🎯 BUT DE LA VISITE\n") == []
    assert said(schemas, HEAD + "## Suite\n") != []


def test_the_order_is_kept_where_it_is_asked_for():
    text = HEAD + "## Actions\n## Constats\n## Risques\n"
    assert said(NAMES, text) == []
    ordered = schemas_of("category: visite\nordered: true\nsections: [Constats, Risques, Actions]\n")
    assert said(ordered, text) == [
        ("section-order", (5, 1), "the section 'Constats' must come before 'Actions'"),
        ("section-order", (6, 1), "the section 'Risques' must come before 'Actions'"),
    ]


def test_a_section_holds_what_is_asked_for():
    schemas = schema("  - {heading: Relevé, content: [table, callout]}\n")
    assert said(schemas, HEAD + "## Relevé\n- un\n") == [
        ("section-content", (4, 1), "the section 'Relevé' must hold a callout (> [!…]) or a table")
    ]
    assert said(schemas, HEAD + "## Relevé\n| a |\n|---|\n| 1 |\n") == []
    assert said(schemas, HEAD + "## Relevé\n### Nord\n> [!info] Vu\n") == []
    assert said(schemas, HEAD + "## Relevé\n") == [], "what is empty has no wrong content"


def test_a_section_holds_enough():
    schemas = schema("  - {heading: Constats, min: 2}\n")
    short = [("section-items", (4, 1), "the section 'Constats' needs at least 2 items, it has 1")]
    assert said(schemas, HEAD + "## Constats\n- un\n-\n- **Court terme** :\n") == short
    assert said(schemas, HEAD + "## Constats\n- un\n  - deux\n") == []
    assert said(schemas, HEAD + "## Constats\n> [!danger]\n> - un\n> - deux\n") == []
    assert said(schemas, HEAD + "## Constats\n| a |\n|---|\n| 1 |\n") == short
    assert said(schemas, HEAD + "## Constats\nun\n\ndeux\n") == []
    assert said(schemas, HEAD + "## Constats\ntexte\n- un\n") == short


def test_many_sections_take_no_long_time():
    schemas = schema("  - {heading: A, content: table, min: 3}\n  - {heading: B, min: 1}\n", ordered=True)
    assert len(said(schemas, HEAD + "# A\n> [!note]\n> - x\n\n# B\n\n" * 3000)) == 6000


# ---------------------------------------------------------------------------- --add-missing


def test_a_missing_heading_goes_behind_the_section_before_it():
    text = HEAD + "# Visite\n\n## Constats\n\n- un\n\n## Actions\n\n- deux"
    assert (
        added(NAMES, text) == HEAD + "# Visite\n\n## Constats\n\n- un\n\n## Risques\n\n## Actions\n\n- deux"
    )


def test_headings_go_to_the_end_or_before_the_first():
    text = HEAD + "# Visite\n\n### Risques\n- un"
    wanted = HEAD + "# Visite\n\n### Constats\n\n### Risques\n- un\n\n### Actions\n"
    assert added(NAMES, text) == wanted
    assert added(NAMES, HEAD) == HEAD + "## Constats\n\n## Risques\n\n## Actions\n"


def test_new_lines_are_those_of_the_note_and_a_second_time_adds_nothing():
    text = (HEAD + "# Visite\n## Risques\n- un\n").replace("\n", "\r\n")
    once = added(NAMES, text)
    assert once.replace("\r\n", "").count("\n") == 0
    assert once.startswith((HEAD + "# Visite\n\n## Constats\n\n## Risques\n- un\n").replace("\n", "\r\n"))
    assert added(NAMES, once) == once


def test_nothing_is_put_into_a_region():
    text = (
        HEAD
        + '<!-- vaultkit:begin template src="x.md" -->\n\n## Constats\n\n## Autre\n\n<!-- vaultkit:end template -->\n'
    )
    assert added(NAMES, text) == text


def test_an_order_is_told_with_the_headings_that_stand_in_the_note():
    schemas = schemas_of(
        "category: visite\nordered: true\nsections: [Constats, {heading: [Mesures, Actions]}]\n"
    )
    text = HEAD + "## Que faire – Actions\n## Actions\n## 🔎 Constats\n"
    [finding] = findings(schemas, text)
    assert finding.message.fr == "la section «\u00a0🔎 Constats\u00a0» doit venir avant «\u00a0Actions\u00a0»"
