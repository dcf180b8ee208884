"""Which notes a synthesis gathers, and in which order (DESIGN §5.4)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import notes_of
from vaultkit.audit.gathering import missions
from vaultkit.audit.mission import children_in_order
from vaultkit.audit.model import Mission
from vaultkit.audit.recap import recap_rows
from vaultkit.edits import apply_edits
from vaultkit.markdown.parse import parse_note
from vaultkit.render.backlinks import backlink_edits
from vaultkit.vault.index import VaultIndex

SYNTHESIS = "== S.md\n---\ncategory: synthese_globale\nscope: X\n{more}---\n{body}\n"


def index_of(text: str) -> VaultIndex:
    return VaultIndex.of(parse_note(path, said) for path, said in notes_of(text).items())


def mission_of(text: str, path: str = "S.md") -> Mission:
    return next(mission for mission in missions(index_of(text)) if mission.path == path)


def child(path: str, *properties: str, category: str = "domaine", scope: str = "X", body: str = "x") -> str:
    lines = [f"category: {category}", *([f"scope: {scope}"] if scope else []), *properties]
    return f"== {path}\n---\n" + "\n".join(lines) + f"\n---\n{body}\n"


def paths(mission: Mission) -> list[str]:
    return [note.path for note in mission.children]


def labels(mission: Mission) -> list[str]:
    return [domain.label for domain in mission.domains]


# --------------------------------------------------------------------------------------- children


def test_a_synthesis_gathers_the_children_of_its_scope() -> None:
    text = SYNTHESIS.format(more="", body="") + child("A.md") + child("E.md", category="entretien")
    text += child("B.md", scope="Y") + child("C.md", category="journal") + "== D.md\nx\n"
    assert paths(mission_of(text)) == ["A.md", "E.md"]


@pytest.mark.parametrize("scope", ["x", "X ", '"X"', "Cabinet  X", "cabinet x"])
def test_scopes_compare_without_case_and_blanks(scope: str) -> None:
    text = SYNTHESIS.format(more="", body="").replace(
        "scope: X", f"scope: {'Cabinet X' if 'abinet' in scope else 'X'}"
    )
    assert paths(mission_of(text + child("A.md", scope=scope))) == ["A.md"]


def test_a_note_that_names_the_synthesis_is_a_child_whatever_its_scope() -> None:
    text = (
        SYNTHESIS.format(more="", body="")
        + child("A.md", 'synthese: "[[S]]"', scope="Y")
        + child("B.md", 'synthese: "[[S]]"', scope="")
    )
    assert paths(mission_of(text)) == ["A.md", "B.md"]


def test_a_note_that_names_another_synthesis_is_none() -> None:
    text = SYNTHESIS.format(more="", body="") + SYNTHESIS.format(more="", body="").replace("S.md", "T.md")
    text += child("A.md", 'synthese: "[[T]]"')
    assert paths(mission_of(text)) == []
    assert paths(mission_of(text, "T.md")) == ["A.md"]


@pytest.mark.parametrize("entry", ["A", '"[[A]]"', '"[[A|x]]"', '"[[A#h]]"', '"[[A.md]]"'])
def test_a_note_in_backlinks_is_a_child_if_it_has_no_other_scope_or_synthesis(entry: str) -> None:
    text = SYNTHESIS.format(more=f"backlinks:\n  - {entry}\n", body="")
    assert paths(mission_of(text + child("A.md", scope=""))) == ["A.md"]
    assert paths(mission_of(text + child("A.md", scope="Y"))) == []
    assert paths(mission_of(text + child("A.md", 'synthese: "[[T]]"', scope="") + "== T.md\nx\n")) == []
    assert paths(mission_of(text + child("A.md", category="journal", scope=""))) == []


def test_a_synthesis_without_scope_gathers_only_what_names_it() -> None:
    text = (
        SYNTHESIS.format(more="", body="").replace("scope: X\n", "")
        + child("A.md", scope="")
        + child("B.md", 'synthese: "[[S]]"', scope="")
    )
    assert paths(mission_of(text)) == ["B.md"]


# ----------------------------------------------------------------------------- several syntheses


def test_of_several_syntheses_the_newest_open_one_is_active() -> None:
    text = "".join(
        SYNTHESIS.format(more=more, body="").replace("S.md", path)
        for path, more in {
            "old.md": "date: 2024-01-01\n",
            "new.md": "date: 05.09.2025\n",
            "delivered.md": "date: 2026-01-01\nvaultkit_frozen: true\n",
            "sent.md": "date: 2026-02-01\nstatut: Livrée\n",
        }.items()
    )
    assert [mission.path for mission in missions(index_of(text)) if mission.active] == ["new.md"]
    assert len(missions(index_of(text + child("A.md")))) == 4
    assert paths(mission_of(text + child("A.md"), "old.md")) == ["A.md"]


def test_each_scope_has_its_active_synthesis() -> None:
    text = SYNTHESIS.format(more="", body="") + SYNTHESIS.format(more="", body="").replace(
        "S.md", "T.md"
    ).replace("scope: X", "scope: Y")
    assert [mission.active for mission in missions(index_of(text))] == [True, True]


# ------------------------------------------------------------------------------ drafts, interviews


def test_drafts_empty_notes_and_interviews_add_no_row() -> None:
    text = SYNTHESIS.format(more="", body="") + child("A.md", "statut: brouillon") + child("B.md", body="")
    text += child("C.md", category="entretien", body="# C\n## Constats\n- x ❌")
    mission = mission_of(text)
    assert recap_rows(mission) == ()
    assert paths(mission) == ["A.md", "B.md", "C.md"]
    assert mission.drafts == ("A.md", "B.md")


# ------------------------------------------------------------------------------------------ order


def test_the_order_is_ordre_then_the_own_sections_then_the_links_then_the_name() -> None:
    body = "# 2. Deux\n## Constats\n- x\n# 1. Trois\n## Constats\n- x\n# Liens\n- [[d]]\n- [[c]]"
    text = SYNTHESIS.format(more="", body=body)
    text += (
        child("a.md", "ordre: 0.5", body="# Premier")
        + child("b.md", body="# Deux")
        + child("e.md", body="# Trois")
    )
    text += (
        child("c.md", body="# Liée")
        + child("d.md", body="# Liée avant")
        + child("z.md", body="# Z")
        + child("y.md", body="# Y")
    )
    assert labels(mission_of(text)) == ["Premier", "Deux", "Trois", "Liée avant", "Liée", "Y", "Z"]


def test_sections_that_became_regions_still_give_the_order() -> None:
    region = "<!-- vaultkit:begin domaine id={0} -->\n\n## Constats\n- x\n\n<!-- vaultkit:end domaine -->\n"
    body = "# B\n" + region.format("b") + "# A\n" + region.format("a")
    text = SYNTHESIS.format(more="", body=body) + child("1.md", body="# A") + child("2.md", body="# B")
    assert labels(mission_of(text)) == ["B", "A"]


def test_new_links_follow_by_domain_order_then_interviews_by_name() -> None:
    text = (
        SYNTHESIS.format(more="", body="")
        + child("z.md", "ordre: 1", body="# Z")
        + child("a.md", "ordre: 2", body="# A")
    )
    text += child("🖥️ b.md", category="entretien") + child("c.md", category="entretien")
    assert [note.path for note in children_in_order(mission_of(text))] == ["z.md", "a.md", "🖥️ b.md", "c.md"]


# --------------------------------------------------------------------------------- domains, labels


def test_a_note_and_a_section_of_one_domain_make_one_row_from_the_note() -> None:
    body = "## 1. 🔐 Sécurité & Accès\n### Constats\n- de la synthèse ❌"
    for label in ("# Sécurité et accès", "# 🔐 SÉCURITÉ & ACCES", "# Sécurité"):
        text = SYNTHESIS.format(more="", body=body) + child(
            "A.md", body=f"{label}\n## Constats\n- de la note ❌"
        )
        [row] = recap_rows(mission_of(text))
        assert row.findings == "De la note"


def test_a_note_with_only_a_file_name_takes_the_label_of_none() -> None:
    body = "## 1. 🔐 Sécurité & Accès\n### Constats\n- x ❌"
    text = SYNTHESIS.format(more="", body=body) + child("Acces_IT.md", body="## Constats\n- y ❌")
    assert labels(mission_of(text)) == ["🔐 Sécurité & Accès", "Acces_IT"]


def test_two_domains_with_one_short_label_show_their_long_ones() -> None:
    text = (
        SYNTHESIS.format(more="", body="")
        + child("a.md", body="# Sécurité & accès")
        + child("b.md", body="# Sécurité & sauvegardes")
    )
    assert [row.label for row in recap_rows(mission_of(text))] == [
        "Sécurité & accès",
        "Sécurité & sauvegardes",
    ]


def test_a_short_label_joins_the_only_long_one_and_none_of_two() -> None:
    one = (
        SYNTHESIS.format(more="", body="")
        + child("a.md", body="# Sécurité")
        + child("b.md", body="# Sécurité & accès")
    )
    assert len(mission_of(one).domains) == 1
    assert len(mission_of(one + child("c.md", body="# Sécurité & sauvegardes")).domains) == 3


@settings(max_examples=60, deadline=None)
@given(
    st.permutations(
        ["Sécurité", "Sécurité & accès", "🔐 Sécurité et accès", "Mails", "Sécurité & sauvegardes"]
    )
)
def test_law_the_order_of_files_does_not_matter(titles: list[str]) -> None:
    notes = {title: child(f"{title}.md", body=f"# {title}") for title in titles}
    text = SYNTHESIS.format(more="", body="") + "".join(notes[title] for title in titles)
    fixed = SYNTHESIS.format(more="", body="") + "".join(notes[title] for title in sorted(titles))
    assert recap_rows(mission_of(text)) == recap_rows(mission_of(fixed))


def test_the_title_of_a_synthesis_is_no_domain() -> None:
    body = "# Synthèse du cabinet\n## 1. Accès\n### Constats\n- a ❌\n## Risques\n- global"
    assert labels(mission_of(SYNTHESIS.format(more="", body=body))) == ["Accès"]
    alone = "# S\n## Constats\n- a ❌"
    assert labels(mission_of(SYNTHESIS.format(more="", body=alone))) == []


def test_the_language_is_that_of_the_headings() -> None:
    for heading, language in {
        "Feuille de route": "fr",
        "Roadmap\n# Findings": "en",
        "Fahrplan": "de",
        "Autre": "fr",
    }.items():
        assert mission_of(SYNTHESIS.format(more="", body=f"# {heading}")).language == language


# -------------------------------------------------------------------------------------- backlinks

LINKS = "# Liens\n<!-- vaultkit:begin liens -->\n\n<!-- vaultkit:end liens -->"


def with_backlinks(backlinks: str, *notes: str, body: str = LINKS) -> str:
    """The frontmatter of the synthesis after its backlinks followed its children."""
    index = index_of(SYNTHESIS.format(more=backlinks, body=body) + "".join(notes))
    [mission] = [one for one in missions(index) if one.path == "S.md"]
    text = apply_edits(mission.synthesis.text, backlink_edits(index, mission))
    return text.removeprefix("---\ncategory: synthese_globale\nscope: X\n").partition("---\n")[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("backlinks:\n  - Note à part\n", 'backlinks:\n  - Note à part\n  - "[[A]]"\n  - "[[E]]"\n'),
        ('backlinks: ["[[x]]"]\n', 'backlinks: ["[[x]]", "[[A]]", "[[E]]"]\n'),
        ("backlinks: []\n", 'backlinks: ["[[A]]", "[[E]]"]\n'),
        ("backlinks:\n", 'backlinks:\n  - "[[A]]"\n  - "[[E]]"\n'),
        ("backlinks:\n  - E\n", 'backlinks:\n  - E\n  - "[[A]]"\n'),
        ('backlinks:\n- "[[A|x]]"\n- E.md\n', 'backlinks:\n- "[[A|x]]"\n- E.md\n'),
        ("", ""),
    ],
)
def test_missing_children_come_at_the_end_and_a_plain_name_counts_as_present(before: str, after: str) -> None:
    assert with_backlinks(before, child("A.md"), child("E.md", category="entretien")) == after


def test_only_links_to_notes_that_are_no_longer_children_are_taken_out() -> None:
    before = 'backlinks:\n  - "[[Ailleurs]]"\n  - Ailleurs\n  - "[[Méthode]]"\n  - "[[Pas encore]]"\n'
    before += '  - "[[A]]" # à moi\n'
    after = before.replace('  - "[[Ailleurs]]"\n', "")
    assert (
        with_backlinks(before, child("A.md"), child("Ailleurs.md", scope="Y"), "== Méthode.md\nx\n") == after
    )


def test_without_a_links_region_backlinks_are_the_persons_own() -> None:
    assert with_backlinks("backlinks:\n  - x\n", child("A.md"), body="") == "backlinks:\n  - x\n"
