"""Schema files: what is wrong in one is told at its place, and the others stand."""

from __future__ import annotations

import socket

import pytest

from tests.schema.small import faults, said, schemas_of
from vaultkit.schema.read import read_schemas
from vaultkit.shell.resources import preset_schemas

WRONG = [
    ("category: a\nfrontmater: {}\n", (2, 1), "unknown key 'frontmater'"),
    ("category: a\nfrontmatter:\n  propertys: {}\n", (3, 3), "unknown keyword 'propertys'"),
    ("category: a\nsections:\n  - {heading: X, mini: 1}\n", (3, 24), "unknown key 'mini'"),
    ("category: a\nsections: [{required: true}]\n", (2, 23), "'sections.heading': expected a heading"),
    (
        "category: a\nsections: [{heading: X, content: liste}]\n",
        (2, 34),
        "'sections.content': expected one of list, callout, table, text",
    ),
    ("category: a\nfrontmatter: [x]\n", (2, 14), "'frontmatter': expected a group of keys"),
    ("category: 3\n", (1, 11), "'category': expected a text or a list of texts"),
    ("category: a\nbefore: [debut]\n", (2, 9), "'before': expected two properties, as [start, end]"),
    ("category: a\nlinks: {x: 3}\n", (2, 12), "'links.x': expected a category, or true"),
    ("title: x\n", (1, 1), "this schema does not say which notes it speaks of"),
    ("", (1, 1), "this schema does not say which notes it speaks of"),
    (
        "category: a\nfrontmatter:\n  properties:\n    x: {type: strin}\n",
        (4, 15),
        "unknown type: expected string, integer, number, boolean, array, object or null",
    ),
    (
        "category: a\nfrontmatter:\n  properties:\n    x: {minimum: '3'}\n",
        (4, 18),
        "'minimum' has a value that JSON Schema does not allow",
    ),
    (
        "category: a\nfrontmatter: {properties: {x: {pattern: '(?=a)b'}}}\n",
        (2, 41),
        "a regular expression that cannot be read (no look-around (?=…), no reference \\1)",
    ),
    (
        "category: a\nx: [\n",
        (2, 4),
        "the schema cannot be read, line 2: a bracket or brace is not closed properly",
    ),
    (
        "category: a\n---\nb: c\n",
        (2, 1),
        "the schema cannot be read, line 2: a second YAML document begins here",
    ),
]


@pytest.mark.parametrize(("text", "place", "message"), WRONG, ids=[wrong[0] for wrong in WRONG])
def test_a_fault_is_told_at_its_line(text, place, message):
    assert faults(text) == [(place, message)]


TOML = [
    ("category = \n", (1, 12), "the schema cannot be read, line 1: this is no TOML"),
    ("category = 'a'\nfrontmater = 1\n", (2, 1), "unknown key 'frontmater'"),
    (
        "category = 'a'\n[frontmatter.properties.x]\ntype = 'strin'\n",
        (3, 1),
        "unknown type: expected string, integer, number, boolean, array, object or null",
    ),
]


@pytest.mark.parametrize(("text", "place", "message"), TOML, ids=[wrong[0] for wrong in TOML])
def test_a_fault_in_toml_too(text, place, message):
    assert faults(text, "s.toml") == [(place, message)]


@pytest.mark.parametrize(
    "reference", ["https://example.com/x.json", "file:///etc/passwd", "autre.yaml", "#/$defs/rien"]
)
def test_a_reference_out_of_the_schema_is_never_followed(reference, monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    text = f"category: a\nfrontmatter:\n  properties:\n    x: {{$ref: '{reference}'}}\n"
    assert faults(text) == [
        ((4, 15), "this reference leads out of the schema or nowhere: nothing is fetched")
    ]


def test_a_reference_inside_the_schema_is_followed():
    text = "category: a\nfrontmatter:\n  $defs: {n: {type: number}}\n  properties: {x: {$ref: '#/$defs/n'}}\n"
    assert said(schemas_of(text), "---\ncategory: a\nx: b\n---\n") == [
        ("schema-type", (3, 4), "'x' must be a number, it is a text ('b')")
    ]


def test_a_pattern_that_would_backtrack_for_ever_answers():
    text = "category: a\nfrontmatter: {properties: {x: {pattern: '^(a+)+$'}}}\n"
    assert said(schemas_of(text), f"---\ncategory: a\nx: {'a' * 100_000}b\n---\n") != []


def test_a_schema_that_nests_too_deep_is_told():
    deep = "{properties: {a: " * 60 + "{}" + "}}" * 60
    assert [message for _, message in faults(f"category: a\nfrontmatter: {deep}\n")] == [
        "the schema cannot be read, line 2: lists are nested too deeply"
    ]
    assert faults("x = " + "[" * 5000, "s.toml")


def test_of_very_many_faults_the_first_are_told():
    assert len(faults("category: a\n" + "".join(f"k{at}: 1\n" for at in range(20_000)))) == 20


def test_the_other_schemas_stand():
    read = read_schemas(
        preset_schemas(), [("v/bad.yaml", "category: [\n"), ("v/devis.yaml", "category: devis\n")]
    )
    assert [fault.path for fault in read.faults] == ["v/bad.yaml"]
    assert {schema.path for schema in read.schemas} == {
        *("v/devis.yaml", "controle.yaml", "domaine.yaml", "entretien.yaml", "synthese_globale.yaml")
    }
    assert set(read.texts) == {"v/bad.yaml", "v/devis.yaml"}


def test_a_faulty_schema_leaves_that_of_the_preset_in_force():
    read = read_schemas(preset_schemas(), [("v/domaine.yaml", "category: domaine\nfrontmater: {}\n")])
    assert "domaine.yaml" in {schema.path for schema in read.schemas}


def test_a_copy_of_the_preset_is_not_the_vaults_own():
    copies = [(f"v/{name}", text.replace("\n", "\r\n")) for name, text in preset_schemas()]
    read = read_schemas(preset_schemas(), copies)
    assert [(schema.path[:2], schema.own) for schema in read.schemas] == [("v/", False)] * len(copies)


def test_words_of_ones_own_may_stand_in_a_json_schema():
    assert (
        faults("category: a\nfrontmatter: {x-note: y, properties: {zone: {type: string, aide: z}}}\n") == []
    )


def test_toml_and_yaml_say_the_same():
    yaml = "category: [a, B]\nfrontmatter: {required: [x], properties: {jour: {enum: [2026-01-01]}}}\n"
    toml = "category = ['a', 'B']\n[frontmatter]\nrequired = ['x']\n[frontmatter.properties.jour]\nenum = [2026-01-01]\n"
    [one], [other] = (
        read_schemas((), [(path, text)]).schemas for path, text in (("s.yaml", yaml), ("s.toml", toml))
    )
    assert (one.categories, one.frontmatter) == (other.categories, other.frontmatter)
