"""What others left in a note: merge markers, which the writer refuses too, and waivers that waive nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.markdown.conflicts import first_merge_marker, has_merge_markers
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.waivers import WAIVERS
from vaultkit.rules.conflicts import conflict_markers, unknown_waiver
from vaultkit.rules.kinds import CONFLICT_MARKERS
from vaultkit.rules.registry import Checking
from vaultkit.rules.rule import Look
from vaultkit.shell.checking import found_in
from vaultkit.vault.index import VaultIndex

NOTHING = Look(VaultIndex.of(()), ())
CONFLICT = "<<<<<<< HEAD\nClés prêtées\n=======\nClés perdues\n>>>>>>> portable\n"


def waivers(front: str) -> list[tuple[str, str | None]]:
    note = parse_note("Note.md", f"---\n{front}\n---\n")
    return [(f.span.of(note.text), f.hint.en if f.hint else None) for f in unknown_waiver(note, NOTHING)]


def test_the_place_is_the_first_marker():
    note = parse_note("Note.md", f"# Accès\n{CONFLICT}\n{CONFLICT}")
    [finding] = conflict_markers(note, NOTHING)
    assert note.lines.place(finding.span.start) == (2, 1)
    assert finding.span.of(note.text) == "<<<<<<<"


@pytest.mark.parametrize(
    "text", ["Titre\n=======\n", "x <<<<<<< HEAD\n=======\n>>>>>>> b\n", "<<<<<<< HEAD\n", ""]
)
def test_a_heading_or_half_a_conflict_is_none(text):
    assert list(conflict_markers(parse_note("Note.md", text), NOTHING)) == []


@given(st.lists(st.sampled_from(["<<<<<<< a\n", "=======\n", ">>>>>>> b\n", "x", "\n", "\r\n"]), max_size=8))
def test_the_rule_says_exactly_what_the_writer_refuses(pieces):
    text = "".join(pieces)
    place = first_merge_marker(text)
    assert (place is not None) == has_merge_markers(text)
    assert place is None or place.of(text) == "<<<<<<<"


@pytest.mark.parametrize(
    "front",
    [
        "vaultkit_ignore: VK701",
        "vaultkit_ignore: [vk701, kept-item]",
        "vaultkit_ignore:",
        "vaultkit_ignore: []",
    ],
)
def test_codes_and_names_in_any_case_are_known(front):
    assert waivers(front) == []


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("vaultkit_ignore: VK999x", [("VK999x", "one entry a code, for example [VK701, kept-item]")]),
        ("vaultkit_ignore: [VK701, kept-itm]", [("kept-itm", "did you mean kept-item?")]),
        ("vaultkit_ignore:\n  - VK503\n  - 701", [("701", "did you mean VK701?")]),
        ("vaultkit_ignore: name_variant", [("name_variant", "did you mean name-variant?")]),
    ],
)
def test_another_word_is_told_at_its_place_with_the_nearest(front, said):
    assert waivers(front) == said


@pytest.mark.parametrize(
    "front",
    [
        "vaultkit_ignore: foo",
        "'vaultkit_ignore': foo",
        '"vaultkit_ignor\\x65": foo',
        '"\\U00000076aultkit_ignore": foo',
        '? "vaultkit_\\\n  ignore"\n: foo',
        '? "vaultkit_\\\r\n  ignore"\n: foo',
    ],
)
def test_a_waiver_is_looked_at_however_its_key_is_spelled(front):
    note = parse_note("Note.md", f"---\n{front}\n---\n")
    assert WAIVERS in note.properties
    assert [one.kind.code for one in Checking(NOTHING).found_in(note)] == ["VK214"]


def test_of_a_note_with_two_versions_nothing_else_is_said():
    note = parse_note("S.md", f"---\ncategory: synthese_globale\n{CONFLICT}---\n[[Nulle part]]\n")
    assert [one.kind for one in found_in(Look(VaultIndex.of([note]), ()), frozenset([note.path]))] == [
        CONFLICT_MARKERS
    ]
