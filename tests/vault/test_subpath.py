"""Where in a note a link leads: `specs/obsidian.md` §3.4, and rows 80 to 86 of §10."""

from __future__ import annotations

import pytest

from tests.rules.growth import assert_linear
from vaultkit.markdown.outline import strip_heading
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.subpath import resolve_subpath, strip_heading_for_link

NOTE = parse_note(
    "N.md",
    """# Titre
## Café crème x
Un. ^Un-1
### Détail
Deux.
## H
- point ^point
# Autre
## Détail
Trois[^n].
## See [[Other]] and **b**
| a |
|---|
| b |

^t1

[^N]: note
""",
)


@pytest.mark.parametrize(
    ("subpath", "line"),
    [
        pytest.param("#H", 6, id="a heading"),
        pytest.param("#h", 6, id="case does not count"),
        pytest.param("#café  CRÈME: x", 2, id="80 punctuation and blanks do not count"),
        pytest.param("#Détail", 4, id="of two the first"),
        pytest.param("#Autre#Détail", 9, id="a chain"),
        pytest.param("#Titre#Détail", 4, id="a chain that skips a level"),
        pytest.param("#Autre#H", None, id="a chain stays below its heading"),
        pytest.param("#H#Titre", None, id="a chain goes down only"),
        pytest.param("#missing", None, id="81 no such heading"),
        pytest.param("#See Other and b", 11, id="without its markup, as punctuation does not count"),
        pytest.param("#See [[Other]] and **b**", 11, id="with its markup"),
        pytest.param("#^un-1", 3, id="84 a block, case aside"),
        pytest.param("#^POINT", 7, id="a list item"),
        pytest.param("#^t1", 12, id="83 the table before the id"),
        pytest.param("#^none", None, id="no such block"),
        pytest.param("#[^n]", 18, id="a footnote"),
        pytest.param("#", None, id="nothing said"),
    ],
)
def test_a_subpath_leads_to(subpath: str, line: int | None) -> None:
    found = resolve_subpath(NOTE, subpath)
    assert (None if found is None else NOTE.lines.line(found.span.start) + 1) == line


def test_a_section_runs_to_the_next_heading_of_its_level_or_above() -> None:
    found = resolve_subpath(NOTE, "#Café crème x")
    assert found is not None
    assert found.section.of(NOTE.text) == "## Café crème x\nUn. ^Un-1\n### Détail\nDeux.\n"
    last = resolve_subpath(NOTE, "#Autre")
    assert last is not None
    assert last.section.end == len(NOTE.text)


def test_a_question_costs_the_same_however_many_headings_blocks_and_notes_there_are() -> None:
    def ask(size: int) -> None:
        lines = (f"# A{at}\n## B\n[^f{at}]\n\n- x ^b{at}\n\n[^f{at}]: y\n" for at in range(size))
        note = parse_note("N.md", "\n".join(lines))
        for at in range(size):
            for subpath in (f"#^b{at}", f"#A{at}#B", f"#A{at}", f"#[^f{at}]"):
                assert resolve_subpath(note, subpath) is not None

    assert_linear(ask, 150)


def test_what_a_note_remembers_makes_it_no_other_note() -> None:
    asked = parse_note("N.md", NOTE.text)
    resolve_subpath(asked, "#H")
    resolve_subpath(asked, "#^t1")
    assert asked == parse_note("N.md", NOTE.text)


def test_headings_compare_and_are_written_as_the_app_does() -> None:
    assert strip_heading("Café crème: naïve? (v2)") == strip_heading("café crème naïve v2")
    assert strip_heading("l'a-b_c 🎉") == "l'a-b_c 🎉"
    assert strip_heading_for_link("A: b|c") == "A b c"
