"""Tracked changes: accepting all of them gives the new text, rejecting all of them the old one."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.shell.deliverable import example
from tests.shell.deliverable.reading import W, paragraphs, part_of
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.docx import docx
from vaultkit.shell.deliverable.tracked import MARK_URI, Change, tracked
from vaultkit.shell.deliverable.tree import attr, children, classes_of, node, plain, words


def between(old, new):
    return docx(example.report(new, front=None), {}, Brand(), example.report(old, front=None))


def alone(text):
    return paragraphs(docx(example.report(text, front=None), {}, Brand()))


CASES = {
    "a word": ("Le petit cabinet va bien.", "Le grand cabinet va très bien."),
    "a form": ("Le **petit** cabinet", "Le petit *cabinet*"),
    "a paragraph more": ("un\n\ntrois", "un\n\ndeux\n\ntrois"),
    "a paragraph less": ("un\n\ndeux\n\ntrois", "un\n\ntrois"),
    "items": ("- un\n- deux\n- trois", "- un\n- deux et demi\n- quatre\n- trois"),
    "nested items": ("- un\n  - a\n  - b\n- deux", "- un\n  - b\n  - c\n- deux\n- trois"),
    "a list for a text": ("du texte ici", "- un\n- deux"),
    "headings": ("## Accès\n\nx", "## Accès et comptes\n\nx\n\n## Courriel\n\ny"),
    "cells": (
        "| a | b |\n|--|--|\n| S-1 | ouvert |\n| S-2 | clos |",
        "| a | b |\n|--|--|\n| S-1 | corrigé |\n| S-2 | clos |",
    ),
    "rows": ("| a | b |\n|--|--|\n| S-1 | x |\n| S-2 | y |", "| a | b |\n|--|--|\n| S-2 | y |\n| S-3 | z |"),
    "columns": ("| a | b |\n|--|--|\n| 1 | 2 |", "| a | b | c |\n|--|--|--|\n| 1 | 2 | 3 |"),
    "a callout": (
        "x\n\n> [!danger] Risque\n> - fuite",
        "x\n\n> [!danger] Risque\n> - fuite de données\n> - vol",
    ),
    "a callout more": ("x", "x\n\n> [!tip] Conseil\n> fermer à clé"),
    "a callout less": ("x\n\n> [!tip] Conseil\n> fermer à clé\n\ny", "x\n\ny"),
    "code": ("```\na\nb\n```", "```\na\nc\n```"),
    "links": ("voir [ici](https://a.ch)", "voir [là-bas](https://a.ch) et [ici](https://b.ch)"),
    "all of it": ("du texte d’avant", "## Rien\n\n- de tout\n\n| a | b |\n|--|--|\n| cela | là |"),
}


@pytest.mark.parametrize("name", CASES)
def test_both_texts_are_in_one(name):
    old, new = CASES[name]
    document = between(old, new)
    assert paragraphs(document) == alone(new)
    assert paragraphs(document, reject=True) == alone(old)


def test_the_same_text_has_no_change():
    document = part_of(between(example.BODY, example.BODY), "word/document.xml")
    assert "<w:ins " not in document
    assert "<w:del " not in document


def test_only_the_words_that_changed_are_marked():
    document = etree.fromstring(part_of(between(*CASES["a word"]), "word/document.xml").encode())
    assert ["".join(one.itertext()) for one in document.iter(f"{W}del")] == ["petit"]
    assert ["".join(one.itertext()).strip() for one in document.iter(f"{W}ins")] == ["grand", "très"]


def test_a_row_about_another_measure_takes_nobodys_place():
    """What a row is about stands in its first cell: a row that came and one that went are no change of one."""
    head = "| Mesure | Qui | État |\n|--|--|--|\n"
    old = f"{head}| Relevé des impayés | Mélissa | à faire |"
    new = f"{head}| Échange de fichiers | Mélissa | à faire |"
    document = etree.fromstring(part_of(between(old, new), "word/document.xml").encode())
    rows = [row for row in document.iter(f"{W}tr") if row.find(f"{W}trPr/{W}del") is not None]
    assert ["".join(row.itertext()) for row in rows] == ["Relevé des impayésMélissaà faire"]
    rows = [row for row in document.iter(f"{W}tr") if row.find(f"{W}trPr/{W}ins") is not None]
    assert ["".join(row.itertext()) for row in rows] == ["Échange de fichiersMélissaà faire"]


def test_changes_have_an_author_a_day_and_a_number_of_their_own():
    document = etree.fromstring(part_of(between(*CASES["rows"]), "word/document.xml").encode())
    changes = list(document.iter(f"{W}ins", f"{W}del"))
    assert {one.get(f"{W}author") for one in changes} == {"Cedric Exemple"}
    assert {one.get(f"{W}date") for one in changes} == {"2026-03-02T00:00:00Z"}
    assert len({one.get(f"{W}id") for one in changes}) == len(changes)
    assert MARK_URI not in etree.tostring(document).decode()


def test_links_hold_changes_and_not_the_other_way_round():
    document = etree.fromstring(part_of(between(*CASES["links"]), "word/document.xml").encode())
    assert [
        one for one in document.iter(f"{W}hyperlink") if one.getparent().tag in (f"{W}ins", f"{W}del")
    ] == []


def test_deleted_headings_are_not_in_the_contents():
    document = etree.fromstring(
        part_of(between("## Ancien titre\n\nx", "## Autre\n\nx"), "word/document.xml").encode()
    )
    [contents] = document.iter(f"{W}sdt")
    assert "Ancien" not in "".join(contents.itertext())


# the law, on trees of all shapes, without pandoc

LINES = st.lists(st.sampled_from(["un", "deux", "trois", "cabinet", "mot"]), max_size=5).map(
    lambda one: words(" ".join(one))
)
PARAS = LINES.map(lambda one: node("Para", one))
ROWS = st.lists(st.lists(LINES, min_size=2, max_size=2), min_size=1, max_size=3)


def table_of(rows):
    cells = [
        [attr(), [[attr(), node("AlignDefault"), 1, 1, [node("Plain", one)] if one else []] for one in row]]
        for row in rows
    ]
    specs = [[node("AlignDefault"), node("ColWidthDefault")]] * 2
    return node(
        "Table", [attr(), [None, []], specs, [attr(), cells[:1]], [[attr(), 0, [], cells[1:]]], [attr(), []]]
    )


BLOCKS = st.recursive(
    PARAS | ROWS.map(table_of) | LINES.map(lambda one: node("Header", [1, attr(), one])),
    lambda inside: (
        st.lists(st.lists(inside, max_size=2), max_size=3).map(lambda one: node("BulletList", one))
        | st.lists(inside, max_size=3).map(lambda one: node("Div", [attr(["callout"]), one]))
    ),
    max_leaves=6,
)


def taken(blocks, gone):
    """The words of each line when changes of this kind are not there; lines that say nothing left out."""
    said = []
    for one in blocks:
        if one["t"] in ("Para", "Plain", "Header"):
            inlines = one["c"] if one["t"] != "Header" else one["c"][2]
            said.append(
                plain([each for each in inlines if gone not in classes_of(each) and each["t"] != "RawInline"])
            )
        else:
            said += [line for part in children(one) for line in taken(part, gone)]
    return [line for line in said if line.strip()]


@settings(max_examples=80)
@given(st.lists(BLOCKS, max_size=4), st.lists(BLOCKS, max_size=4))
def test_accepting_gives_the_new_words_and_rejecting_the_old_ones(before, after):
    old, new = taken(before, "-"), taken(after, "-")
    done = tracked(copy.deepcopy(before), copy.deepcopy(after), Change("A"))
    assert taken(done, "deletion") == new
    assert taken(done, "insertion") == old
