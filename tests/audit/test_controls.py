"""Which notes are controls, what each is called, and in which order they stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import notes_of
from vaultkit.audit.controls import Control, controls_of, natural
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note


def controls(text: str) -> list[Control]:
    notes = [parse_note(path, said) for path, said in notes_of(text).items()]
    return list(controls_of(notes).values())


def control(properties: str, heading: str = "", path: str = "Cadre/X-1.md") -> Control:
    [one] = controls(f"== {path}\n---\ncategory: controle\n{properties}\n---\n{heading}\n")
    return one


def test_a_control_is_a_note_of_its_category_whatever_else_it_says() -> None:
    found = controls(
        """\
== Cadre/HN-2.1.md
---
category: controle
id: HN-2.1
referentiel: hygiene-numerique
etape: 2
domaine: Courriel & échanges
enonce: Les adresses sont au nom du cabinet
---
# HN-2.1 – autre chose
== Cadre/Rien.md
---
category: Contrôle
---
== Cadre/Introduction.md
---
category: referentiel
---
== Note.md
category: controle
"""
    )
    assert found == [
        Control("Cadre/Rien.md", "Rien", "Cadre", "Rien", "", ""),
        Control(
            *("Cadre/HN-2.1.md", "HN-2.1", "hygiene-numerique", "Les adresses sont au nom du cabinet"),
            *("2", "Courriel & échanges"),
        ),
    ]


@pytest.mark.parametrize(
    ("properties", "heading", "title"),
    [
        ("enonce: Le poste est verrouillé", "# X-1 – Autre chose", "Le poste est verrouillé"),
        ("Énoncé: Le poste est verrouillé", "", "Le poste est verrouillé"),
        ("", "# X-1 – Le poste est verrouillé", "Le poste est verrouillé"),
        ("", "# **X-1** : Le poste est verrouillé", "Le poste est verrouillé"),
        ("", "# X-1. Le poste est verrouillé", "Le poste est verrouillé"),
        ("", "# x-1\u00a0: Le poste est verrouillé", "Le poste est verrouillé"),
        ("", "# X-1", "X-1"),
        ("", "# X-12 postes sont verrouillés", "X-12 postes sont verrouillés"),
        ("", "## X-1 – Un sous-titre", "X-1"),
        ("id: P-7", "", "X-1"),
        ("id: 8.1", "# 8.1 Appareils des utilisateurs", "Appareils des utilisateurs"),
    ],
)
def test_its_title_is_its_statement_else_its_heading_without_the_id(
    properties: str, heading: str, title: str
) -> None:
    assert control(properties, heading).title == title


def test_the_name_of_the_note_can_hold_id_and_statement() -> None:
    one = control("id: X-1", "", "Cadre/X-1 – Le poste est verrouillé.md")
    assert (one.id, one.title) == ("X-1", "Le poste est verrouillé")


@pytest.mark.parametrize(
    ("said", "number"),
    [("2.10", "2.10"), ("7", "7"), ('"A.5.1"', "A.5.1"), ("true", "X-1"), ("[1, 2]", "X-1"), ("", "X-1")],
)
def test_a_number_keeps_its_very_digits_and_what_is_no_id_is_none(said: str, number: str) -> None:
    assert control(f"id: {said}").id == number


def test_referentiel_and_domain_may_be_links() -> None:
    one = control('referentiel: "[[Cadres/ISO 27001]]"\ndomaine: "[[Accès|🔐 Sécurité & accès]]"')
    assert (one.framework, one.domain) == ("ISO 27001", "🔐 Sécurité & accès")


def test_without_a_referentiel_the_folder_is_its_name() -> None:
    assert control("", path="Cadres/ISO 27001/A.5.1.md").framework == "ISO 27001"
    assert control("", path="A.5.1.md").framework == ""


def test_they_stand_by_referentiel_and_as_people_count() -> None:
    names = ["B/x-2.md", "B/X-10.md", "B/X-1.10.md", "B/X-1.9.md", "B/X-1.md", "A/Z-1.md"]
    found = controls("".join(f"== {name}\n---\ncategory: controle\n---\n" for name in names))
    assert [one.id for one in found] == ["Z-1", "X-1", "X-1.9", "X-1.10", "x-2", "X-10"]


def test_of_a_note_that_is_no_control_only_the_category_is_looked_at() -> None:
    class Closed(Note):
        """A note whose text must not be read."""

        @property
        def text(self) -> str:  # type: ignore[override]
            raise AssertionError("read")

    note = parse_note("a.md", "---\ncategory: domaine\n---\n# A\n")
    closed = object.__new__(Closed)
    closed.category = note.category
    assert controls_of([closed]) == {}


def test_frontmatter_that_cannot_be_read_makes_no_control() -> None:
    assert controls("== a.md\n---\ncategory: controle\nid: [\n---\n# A\n") == []


ids = st.text("aB1230.-é²٣", max_size=12)


@given(st.lists(ids, max_size=8))
def test_the_order_does_not_depend_on_the_order_of_the_notes(names: list[str]) -> None:
    notes = [
        parse_note(f"C/{at}.md", f'---\ncategory: controle\nid: "{name}"\n---\n')
        for at, name in enumerate(names)
    ]
    forward, backward = controls_of(notes), controls_of(reversed(notes))
    assert list(forward) == list(backward)
    assert all(natural(a.id) <= natural(b.id) for a, b in pairwise(forward.values()))


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_numbers_in_ids_count_as_numbers(one: int, other: int) -> None:
    assert (natural(f"HN-{one}") < natural(f"HN-{other}")) == (one < other)
