"""What the notes of a category have in common becomes their schema, and each of them keeps it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schema.small import index_of
from vaultkit.schema.check import held
from vaultkit.schema.infer import inferred
from vaultkit.schema.read import read_schemas
from vaultkit.schema.surroundings import Surroundings

VAULT = """\
== A.md
---
category: Visite
scope: Favre
date: 2026-03-01
statut: faite
duree: 2
synthese: "[[S]]"
---
# A
## Constats
- un
## Suite
== B.md
---
category: visite
scope: Favre
date: 2026-03-08
statut: prévue
duree: 1.5
synthese: "[[S]]"
motif: contrôle
---
# B
## Findings
## Suite
== C.md
---
category: visite
scope: Favre
date: 2026-03-09
statut: faite
duree: 1
---
## Constats
## 2. Suite
== D.md
---
category: visite
scope: Favre
date: 2026-03-10
statut: prévue
duree: 3
tags: [a, b]
---
## Constats
## Autre
## Suite
== S.md
---
category: synthese_globale
scope: Favre
---
"""


def test_keys_types_enums_links_and_sections_are_found():
    made = {one.category: one for one in inferred(index_of(VAULT), "en")}
    assert (
        made["visite"].text
        == """\
# Inferred from 4 notes; behind each property: how many have it.
category: visite
frontmatter:
  required: [category, scope, date, statut, duree]
  properties:
    category: {type: string} # 4
    scope: {type: string} # 4
    date: {type: string, format: date} # 4
    statut: {type: string, enum: [faite, prévue]} # 4
    duree: {type: number} # 4
    synthese: {type: string} # 2
    motif: {type: string} # 1
    tags: {type: array, items: {type: string}} # 1
links:
  synthese: {category: synthese_globale}
ordered: true
sections:
  - heading: Constats
  - heading: Suite
"""
    )
    assert made["synthese_globale"].name == "synthese_globale.yaml"


def test_only_the_categories_that_are_asked_for():
    assert [one.category for one in inferred(index_of(VAULT), "fr", ["Visite"])] == ["visite"]


NAMES = st.sampled_from(
    ["scope", "Priorité", "date", "tags", "synthese", "x y", "clé", "1", "true", "a: b", "'", "null"]
)
VALUES = st.sampled_from(
    ["1", "1.5", ".nan", "true", "", "~", "texte", "2026-03-01", "2026-02-30", "[a, b]", "[1, x, [2]]", "[]", "{a: 1}",
     '"[[B]]"', '["[[A]]", "[[B]]"]', '["[[A]]", rien]', "haute", "High", "'a b'", '" "', "|\n  un\n  deux", "0x1F"]
)  # fmt: skip
HEADINGS = st.lists(
    st.sampled_from(
        ["# A", "## Constats", "## Findings", "### Suite", "## 🔐 Suite !", "#", "## a: b # c", "> ## Cité"]
    ),
    max_size=5,
)
NOTE = st.tuples(
    st.dictionaries(NAMES, VALUES, max_size=5), HEADINGS, st.sampled_from(["visite", "Visité", "a: b"])
)


@settings(max_examples=150, deadline=None)
@given(notes=st.lists(NOTE, min_size=1, max_size=6))
def test_each_note_keeps_the_schema_that_was_inferred_from_it(notes):
    vault = ""
    for at, (said, headings, category) in enumerate(notes):
        keys = {"category": f"'{category}'"} | {f'"{key}"': value for key, value in said.items()}
        lines = "".join(f"{key}: {value}\n" for key, value in keys.items())
        vault += f"== {chr(65 + at)}.md\n---\n{lines}---\n" + "".join(f"{heading}\n" for heading in headings)
    index = index_of(vault)
    made = inferred(index, "fr")
    assert made
    read = read_schemas((), [(one.name, one.text) for one in made])
    assert read.faults == ()
    around = Surroundings(read, index)
    for note in index:
        assert held(around, note) == ()
        assert any(read.of(note)) or "category" not in note.properties
