"""`adopt` adds marker lines and the blank lines they need; `eject` gives the bytes back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import SEED, needs_shared
from vaultkit.audit.gathering import missions
from vaultkit.edits import apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import find_regions
from vaultkit.render.adopt import Adoption, adopt, eject
from vaultkit.vault.index import VaultIndex

HEAD = "---\ncategory: synthese_globale\nscope: X\n---\n"
TABLE = "| Domaine | Constats |\n|---|---|\n| Accès | a |\n"
ROADMAP = "1. **Court terme** → a, b.  \n2. **Structurant** → c.\n"
WHOLE = (
    f"{HEAD}## Tableau récapitulatif\n\n{TABLE}\n## Feuille de route\n{ROADMAP}\n## Liens\n- [[A]]\n- [[B]]"
)


def adopted(
    text: str, *children: Note, sections: bool = False, diagnostic: bool = False
) -> tuple[str, Adoption]:
    [mission] = missions(VaultIndex.of([parse_note("S.md", text), *children]))
    adoption = adopt(mission, sections, diagnostic)
    return apply_edits(text, adoption.edits), adoption


def ejected(text: str) -> str:
    return apply_edits(text, eject(parse_note("S.md", text)))


def without_markers(text: str) -> list[str]:
    lines = (line.rstrip("\r") for line in text.split("\n"))
    return [line for line in lines if line.strip("> ") and "<!-- vaultkit:" not in line]


def test_table_roadmap_and_links_get_markers_with_a_blank_line_inside_each() -> None:
    text, adoption = adopted(WHOLE)
    assert adoption.marked == ("recap", "roadmap", "liens")
    assert text == (
        f"{HEAD}## Tableau récapitulatif\n\n<!-- vaultkit:begin recap -->\n\n{TABLE}\n<!-- vaultkit:end recap -->\n\n"
        f"## Feuille de route\n<!-- vaultkit:begin roadmap -->\n\n{ROADMAP}\n<!-- vaultkit:end roadmap -->\n\n"
        "## Liens\n<!-- vaultkit:begin liens -->\n\n- [[A]]\n- [[B]]\n\n<!-- vaultkit:end liens -->"
    )


@needs_shared
def test_the_seed_gets_only_marker_lines() -> None:
    seed = SEED.read_bytes().decode()
    text, adoption = adopted(seed)
    assert adoption.marked == ("recap", "roadmap", "liens")
    assert without_markers(text) == without_markers(seed)
    assert ejected(text) == seed


def test_adopting_twice_is_adopting_once() -> None:
    text, _ = adopted(WHOLE)
    again, adoption = adopted(text)
    assert (again, adoption.marked, adoption.present) == (text, (), ("recap", "roadmap", "liens"))


@pytest.mark.parametrize(
    ("headings", "language"),
    [
        (("Summary table", "Roadmap", "Links"), "en"),
        (("Übersichtstabelle", "Fahrplan", "Verknüpfungen"), "de"),
    ],
)
def test_english_and_german_syntheses_are_adopted_too(headings: tuple[str, ...], language: str) -> None:
    recap, roadmap, links = headings
    text = f"{HEAD}# {recap}\n{TABLE}\n# {roadmap}\n{ROADMAP}\n# {links}\n- [[A]]\n"
    assert adopted(text)[1].marked == ("recap", "roadmap", "liens")


def test_missing_headings_are_reported_in_the_language_of_the_synthesis() -> None:
    _, adoption = adopted(f"{HEAD}## Feuille de route\nrien encore\n## Liens\n- [[A]]\n")
    assert adoption.marked == ("liens",)
    assert adoption.missing == ("Tableau récapitulatif global", "Feuille de route globale")


@pytest.mark.parametrize(
    "body",
    [
        "## Tableau récapitulatif\nUn mot avant.\n\n{table}\nUn mot après.\n",
        "## Tableau récapitulatif\n### Par domaine\n{table}",
        "## Tableau récapitulatif\n```\n{table}```\n\n{table}",
        "## Récapitulatif\ntexte\n## 📊 Tableau récapitulatif global\n{table}",
    ],
)
def test_the_first_table_below_the_heading_is_taken_wherever_it_stands(body: str) -> None:
    text = HEAD + body.format(table=TABLE)
    after, adoption = adopted(text)
    assert "recap" in adoption.marked
    [region] = find_regions(parse_note("S.md", after)).regions
    assert region.body.of(after).strip("\n") == TABLE.strip("\n")
    assert ejected(after) == text


def test_a_table_of_another_tool_is_not_taken() -> None:
    begin = "%% DATAVIEW_PUBLISHER: start\n```\nTABLE\n```\n%%\n"
    assert adopted(f"{HEAD}## Récapitulatif\n{begin}{TABLE}\n%% DATAVIEW_PUBLISHER: end %%\n")[1].marked == ()


def test_the_diagnostic_is_marked_when_asked() -> None:
    text = f"{HEAD}## Diagnostic global\n- 🔐 **Accès** : a ❌\n"
    assert adopted(text)[1].marked == ()
    assert adopted(text, diagnostic=True)[1].marked == ("diagnostic",)


def test_domain_sections_are_marked_only_where_a_child_note_feeds_them() -> None:
    text = f"{HEAD}## 1. 🔐 Accès & clés\n### Constats\n- a ❌\n\n---\n## 2. Mails\n### Constats\n- b ❌\n"
    child = parse_note("A.md", "---\ncategory: domaine\nscope: X\n---\n# Accès & clés\n## Constats\n- a ❌\n")
    after, adoption = adopted(text, child, sections=True)
    assert (adoption.marked, adoption.uncovered) == (("Accès & clés",), ("Mails",))
    begin = "<!-- vaultkit:begin domaine id=acces-et-cles -->"
    assert f"{begin}\n\n### Constats\n- a ❌\n\n<!-- vaultkit:end domaine -->\n\n---" in after
    assert ejected(after) == text


def test_eject_takes_the_keep_marks_along() -> None:
    end = "<!-- vaultkit:end roadmap sum=00000000 units=000000 -->\n"
    text = f"<!-- vaultkit:begin roadmap -->\n\n1. **Court terme** → a <!-- vk:keep -->, b.\n\n{end}"
    assert ejected(text) == "1. **Court terme** → a, b.\n"


BLOCKS = [
    "",
    "## Tableau récapitulatif",
    "## Feuille de route",
    "## Liens",
    "# Récapitulatif",
    TABLE.rstrip("\n"),
    ROADMAP.rstrip("\n"),
    "- [[A]]",
    "texte",
    "> - [[A]]",
    "```\n## Liens\n- x\n```",
    "---",
    "| a |\n|---|",
    "- a\n\n  b",
    "<!-- x -->",
]


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.sampled_from(BLOCKS), max_size=9),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
)
def test_law_ejecting_gives_the_bytes_back(blocks: list[str], newline: str, closed: bool, bom: bool) -> None:
    text = ("\ufeff" if bom else "") + HEAD + "\n".join(blocks) + ("\n" if closed else "")
    text = text.replace("\n", newline)
    after, adoption = adopted(text)
    assert ejected(after) == text
    assert without_markers(after) == without_markers(text)
    assert not find_regions(parse_note("S.md", after)).faults
    assert adopted(after)[1].marked == ()
    assert [region.name for region in find_regions(parse_note("S.md", after)).regions] == [
        name
        for name, _ in sorted(
            ((name, after.index(f"begin {name}")) for name in adoption.marked), key=lambda pair: pair[1]
        )
    ]
