"""Pages as Dataview 0.5.68 indexes them: the recorded vault field by field, then each surprise in a vault of its own.

Of the recorded pages what needs dates, durations and parsed values is not compared yet: `file.day`, the
page's own fields, and the values of the inline fields of items (their names are).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NO_SHARED, SHARED, notes_of
from vaultkit.dql.items import TASK_FIELDS, ListItem, Task
from vaultkit.dql.pages import FILE_FIELDS, Page, Pages
from vaultkit.dql.values import Link, LinkType
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.index import VaultIndex

CASES = SHARED / "dataview_cases"
RECORDED = CASES / "expected_pages.json"
EXPECTED: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.is_file() else {}
#: What the recording leaves out of items, and what belongs to the next step.
NOT_RECORDED = {"position", "subtasks", "real", "header"}
NEXT_STEP = {"day"}


def pages_of(notes: Mapping[str, str], attachments: tuple[str, ...] = ()) -> Pages:
    """Return the pages of a vault, the inlinks reckoned plainly: each page that says it leads there, in order."""
    index = VaultIndex.of((parse_note(path, text) for path, text in notes.items()), attachments)

    def inlinks(path: str) -> list[str]:
        return [source for source in notes if path in {link.path for link in pages[source].outlinks}]

    made = Pages(index, inlinks)
    pages = {path: page for path in notes if (page := made.page(path))}
    return made


@cache
def recorded() -> Pages:
    root = CASES / "vault"
    files = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    files.sort(key=lambda path: path.split("/"))
    notes = {path: (root / path).read_bytes().decode() for path in files if path.endswith(".md")}
    return pages_of(notes, tuple(path for path in files if path not in notes))


def only(text: str, path: str = "N.md") -> Page:
    """Return the page of a vault that holds one note."""
    page = pages_of({path: text}).page(path)
    assert page
    return page


def items(text: str) -> tuple[ListItem, ...]:
    return only(text).lists


def encoded(value: object) -> object:
    """Write a value as the recording does."""
    if isinstance(value, Link):
        fields = {name: getattr(value, name) for name in ("path", "display", "subpath", "embed", "type")}
        return {"$link": fields}
    if isinstance(value, Mapping):
        plain = {name: encoded(entry) for name, entry in value.items() if name not in NOT_RECORDED}
        return {"$task" if plain["task"] else "$item": plain} if "lineCount" in plain else plain
    if isinstance(value, list | tuple):
        return [encoded(entry) for entry in value]
    return value


def without_inline_fields(value: Any) -> Any:
    """Leave out of recorded items what comes from their inline fields."""
    if isinstance(value, list):
        return [without_inline_fields(entry) for entry in value]
    if isinstance(value, dict):
        for kind in {"$item", "$task"} & value.keys():
            known = {name: entry for name, entry in value[kind].items() if name in TASK_FIELDS}
            return {kind: {name: without_inline_fields(entry) for name, entry in known.items()}}
    return value


def ordered(value: object) -> str:
    """Return the value as text, so that the order of names counts; all numbers are doubles."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=str)


def test_the_recorded_pages_are_there():
    if not EXPECTED:
        pytest.skip(NO_SHARED)
    assert len(EXPECTED) == 31
    assert {path for path in EXPECTED if recorded().page(path)} == set(EXPECTED)


@pytest.mark.parametrize("name", FILE_FIELDS)
@pytest.mark.parametrize("path", EXPECTED)
def test_a_page_is_indexed_as_dataview_indexes_it(path, name):
    page = recorded().page(path)
    expected = json.loads(json.dumps(EXPECTED[path]["file"][name]), parse_int=float)
    found = json.loads(json.dumps(encoded(page.file[name])), parse_int=float)
    assert ordered(found) == ordered(without_inline_fields(expected))


@pytest.mark.parametrize("path", EXPECTED)
def test_the_fields_of_file_stand_in_dataview_s_order(path):
    page = recorded().page(path)
    assert list(page.file) == [name for name in EXPECTED[path]["file"] if name not in NEXT_STEP]


@pytest.mark.parametrize("path", EXPECTED)
def test_items_have_the_inline_fields_that_dataview_finds(path):
    """Their names, and the value where it is text and so stands as written."""
    found = []
    for item in recorded().page(path).lists:
        raw = {field.key: field.value for field in item.inline_fields}
        found.append(raw)
    expected = []
    for entry in EXPECTED[path]["file"]["lists"]:
        [recording] = entry.values()
        expected.append({name: value for name, value in recording.items() if name not in TASK_FIELDS})
    assert [list(fields) for fields in found] == [list(fields) for fields in expected]
    texts = [(name, value) for fields in expected for name, value in fields.items() if isinstance(value, str)]
    raws = [(name, value) for fields in found for name, value in fields.items()]
    assert [pair for pair in texts if pair not in raws] == []


# ------------------------------------------------------------------------------------ the page


def test_names_of_a_page():
    page = only("", "a.b/Dossier/Fiche.v2.md")
    assert (page.folder, page.name, page.ext) == ("a.b/Dossier", "Fiche.v2", "md")
    assert only("", "Racine.MD").name == "Racine.MD"
    assert page.link == Link("a.b/Dossier/Fiche.v2.md")


def test_size_counts_bytes():
    assert only("\ufeffé🔐\r\n").size == 3 + 2 + 4 + 2


def test_a_page_is_starred_if_its_path_is_bookmarked():
    index = VaultIndex.of([parse_note("A.md", ""), parse_note("B.md", "")])
    pages = Pages(index, lambda path: (), frozenset({"A.md"}))
    assert [pages.page(path).starred for path in ("A.md", "B.md")] == [True, False]
    assert pages.page("A.md") is pages.page("A.md")
    assert pages.page("C.md") is None


def test_outlinks_are_those_of_properties_then_links_then_embeds_and_repeat():
    text = """
    == A.md
    ---
    voir: "[[B]]"
    ---
    ![[B#Titre : un]] [[b|lui]] [[B]] [[B#^id1]] [[Rien]] [[#Ici|]] [texte](B.md#Titre)
    == B.md
    """
    links = pages_of(notes_of(text)).page("A.md").outlinks
    assert [(link.path, link.display, link.subpath, link.type.value, link.embed) for link in links] == [
        ("B.md", "B", None, "file", False),
        ("B.md", "lui", None, "file", False),
        ("B.md", "B", None, "file", False),
        ("B.md", "B > ^id1", "id1", "block", False),
        ("Rien", "Rien", None, "file", False),
        ("A.md", "", "Ici", "header", False),
        ("B.md", "texte", "Titre", "header", False),
        ("B.md", "B > Titre : un", "Titre un", "header", True),
    ]


def test_inlinks_are_pages_each_once_and_a_note_that_links_to_itself_is_among_them():
    text = """
    == A.md
    [[B]] ![[B]] [[A]]
    == B.md
    [[#Ici]]
    """
    pages = pages_of(notes_of(text))
    assert pages.page("B.md").inlinks == (Link("A.md"), Link("B.md"))
    assert pages.page("A.md").inlinks == (Link("A.md"),)
    with_canvas = Pages(pages.index, lambda path: ["Carte.canvas", "A.md"])
    assert with_canvas.page("B.md").inlinks == (Link("A.md"),)


def test_tags_of_the_body_come_before_those_of_properties_each_spelling_once():
    page = only("---\ntags: [b/c, A]\ntag: x\n---\n#a #b/c #a\n")
    assert page.etags == ("#a", "#b/c", "#A", "#x")
    assert page.tags == ("#a", "#b/c", "#b", "#A", "#x")


@pytest.mark.parametrize(
    ("frontmatter", "tags"),
    [
        pytest.param("tags: a, b c", ["#a", "#b", "#c"], id="text is cut at commas and blanks"),
        pytest.param(
            "TAGS: [a b, '#c', '##d']", ["#a", "#b", "#c", "##d"], id="entries are cut too, any case"
        ),
        pytest.param("Tag: 2025", ["#2025"], id="a number is a tag"),
        pytest.param("tags: [1.50, 1e21, true]", ["#1.5", "#1e+21", "#true"], id="as JavaScript prints it"),
        pytest.param("tags: [null, 0, false, '', x]", ["#x"], id="what counts as false in a list is none"),
        pytest.param("tags: false", ["#false"], id="but alone it is one"),
        pytest.param("tags: {a: 1}", ["#[object", "#Object]"], id="an object is JavaScript's text for it"),
        pytest.param("tags: [[a, [b]], c]", ["#a", "#b", "#c"], id="lists in lists"),
        pytest.param("tags:", [], id="nothing"),
    ],
)
def test_tags_in_properties(frontmatter, tags):
    assert list(only(f"---\n{frontmatter}\n---\n").etags) == tags


@pytest.mark.parametrize(
    ("frontmatter", "aliases"),
    [
        pytest.param("aliases: [A, ' B ', A]", ["A", "B"], id="a list, trimmed, each once"),
        pytest.param("aliases: [A, 'B, C']", ["A", "B, C"], id="entries are not cut"),
        pytest.param("Alias: A, B c,", ["A", "B c"], id="text is cut at commas only"),
        pytest.param(
            "aliases: [null, '', 3, [a, null]]", ["null", "", "3", "a,"], id="entries as JavaScript's text"
        ),
        pytest.param("alias: 0\naliases: B", ["B"], id="what counts as false is none"),
        pytest.param("alias: 42", ["42"], id="a number"),
    ],
)
def test_aliases_in_properties(frontmatter, aliases):
    assert list(only(f"---\n{frontmatter}\n---\n").aliases) == aliases


def test_frontmatter_is_as_yaml_gave_it_to_javascript():
    page = only("---\nb: 2025-01-01\n10: dix\n9: neuf\nposition: x\ngrand: 9007199254740993\nl: [[x]]\n---\n")
    assert list(page.frontmatter.items()) == [
        ("9", "neuf"),
        ("10", "dix"),
        ("b", "2025-01-01"),
        ("grand", 9007199254740992.0),
        ("l", [["x"]]),
    ]
    plain = only("---\na: 1\nb: [x, {c: 1.5}]\n---\n")
    assert plain.frontmatter == {"a": 1, "b": ["x", {"c": 1.5}]}
    assert plain.frontmatter is plain.note.properties


def test_a_file_reads_a_field_only_when_it_is_asked_for():
    asked = []
    pages = Pages(VaultIndex.of([parse_note("A.md", "")]), lambda path: asked.append(path) or [])
    file = pages.page("A.md").file
    assert file["name"] == "A"
    assert "inlinks" in list(file)
    assert not asked
    assert file["inlinks"] == ()
    assert asked == ["A.md"]


# -------------------------------------------------------------------------------- list items


def test_the_section_is_the_nearest_heading_above_or_on_the_same_line():
    found = items("- a\n# Un : deux\n- b\n## `x` [[y]] 🔐 ✓\n- # Dedans\n- c ^Id\n")
    assert [item.section.subpath for item in found] == [None, "Un deux", "Dedans", "Dedans"]
    assert found[0].section == Link("N.md")
    assert found[3].link == Link("N.md", subpath="id", type=LinkType.BLOCK)
    assert found[3].fields["blockId"] == "id"
    assert "blockId" not in found[0].fields


def test_text_is_each_line_trimmed_without_the_items_below():
    [first, below] = items("-   un\n    deux  \n    - trois\n")
    assert (first.text, first.line_count, below.text) == ("un\ndeux", 2, "trois")


def test_in_a_loose_list_an_item_ends_with_the_blank_line_after_it():
    """Recorded once (`Bizarre/Listes.md`, line 5), from an imitation of the cache; no real dump shows such an item."""
    text = "- a\n\n\n- b\n    - c\n\n- d\n\n* e\n"
    assert [(item.text, item.line_count) for item in items(text)] == [
        ("a\n", 2), ("b", 1), ("c", 1), ("d", 1), ("e", 1),
    ]  # fmt: skip
    assert [(item.text, item.line_count) for item in items("> - a\n>\n> - b\n")] == [("a\n>", 2), ("b", 1)]
    assert items("- a\r\n\r\n- b")[0].position["end"] == {"line": 1, "col": 0, "offset": 5}


def test_lines_end_the_same_with_carriage_returns():
    [item] = items("- a [k:: v]\r\n  b\r\n")
    assert (item.text, item.line_count, item.inline_fields[0].value) == ("a [k:: v]\nb", 2, "v")


def test_in_a_quote_the_signs_stay_in_the_lines_that_follow():
    [item] = items("> - a\n>   b\n")
    assert (item.symbol, item.text) == ("-", "a\n>   b")


def test_one_sign_in_brackets_is_taken_for_a_box():
    [link, digit, none] = items("- [a](b.md) c\n- [1] d\n- [] e\n")
    assert [item.text for item in (link, digit, none)] == ["(b.md) c", "d", "e"]
    assert not link.task
    assert not none.task
    assert digit.task


def test_of_two_items_on_one_line_the_last_stands_for_both():
    [item, below] = items("- - [ ] a\n  - b\n")
    assert (item.text, item.task, item.parent, item.children) == ("- [ ] a", True, None, (below,))
    assert (below.line, below.parent) == (1, 0)


@pytest.mark.parametrize(
    ("text", "symbols"),
    [("- a\n* b\n+ c\n", ["-", "*", "+"]), ("1. a\n2) b\n> 3. c\n", ["1.", "2)", "3."])],
)
def test_symbols(text, symbols):
    assert [item.symbol for item in items(text)] == symbols


def test_each_kind_of_bullet_begins_a_list_and_lists_in_quotes_have_none():
    found = items("texte\n\n- a\n    - b\n* c\n\n> - d\n\n- e\n  > - f\n")
    assert [(item.text, item.list) for item in found] == [
        ("a", 2), ("b", 2), ("c", 4), ("d", -1), ("e", 8), ("f", 8),
    ]  # fmt: skip


def test_tags_of_an_item_are_what_looks_like_one_in_its_text():
    [item] = items("- #a, #b/c #2025 x#y [[N#Titre un]] `#code` #a #f*g [k:: #z]\n  #é-_\n")
    assert item.tags == ("#a", "#b/c", "#2025", "#y", "#Titre", "#code", "#z", "#é-_")


def test_outlinks_of_an_item_are_those_of_its_lines_as_written_links_before_embeds():
    [first, second] = items("- ![[Image.png]] [[A#B|x]]\n  [[#Ici]]\n    - [[Autre]]\n")
    assert first.outlinks == (
        Link("A", "x", "B", type=LinkType.HEADER),
        Link("Image.png", "Image.png", embed=True),
        Link("", "Ici", "Ici", type=LinkType.HEADER),
    )
    assert second.outlinks == (Link("Autre", "Autre"),)


def test_a_task_is_fully_completed_with_all_tasks_below_even_below_plain_items():
    text = "- [x] a\n    - b\n        - [ ] c\n- [X] d\n    - [x] e\n- [-] f\n"
    tasks = only(text).tasks
    assert [(task.text, task.checked, task.completed, task.fully_completed) for task in tasks] == [
        ("a", True, True, False),
        ("c", False, False, False),
        ("d", True, True, True),
        ("e", True, True, True),
        ("f", True, False, False),
    ]
    assert [child.text for child in tasks[0].children] == ["b"]
    assert all(isinstance(task, Task) and task.fields["status"] == task.status for task in tasks)


def test_a_parent_on_line_0_is_0_and_a_root_item_has_none():
    [root, child] = items("- a\n    - b\n")
    assert "parent" not in root.fields
    assert child.fields["parent"] == 0
    assert [dict(entry)["text"] for entry in root.fields["children"]] == ["b"]


def test_position_is_where_the_app_s_cache_has_it():
    [_, item] = items("- a\n    - b 🔐 c\n")
    place = {"start": {"line": 1, "col": 2, "offset": 6}, "end": {"line": 1, "col": 12, "offset": 16}}
    assert item.position == place
    [first, item] = items("\ufeff- a\n    - b 🔐 c\n")
    assert item.position == place
    assert first.position["end"] == {"line": 0, "col": 3, "offset": 3}


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("- clé:: v", ["clé"]),
        ("- [ ] clé:: v", []),
        ("- clé:: [a:: 1] (b:: 2)", ["a", "b"]),
        ("- rien", []),
        ("- [ ] x 📅 2025-01-01 [due:: 2]", ["due", "due"]),
        ("- `[k:: v]`", ["k"]),
        ("- suite\n  [k:: v]", ["k"]),
    ],
)
def test_annotated_items(text, keys):
    [item] = items(text)
    assert [field.key for field in item.inline_fields] == keys
    assert item.annotated is bool(keys)


LINES = st.sampled_from(
    ["- a [k:: v]", "  - [x] b ^id", "\t* [ ] [[N#T]] #t/u", "> - c", ">   d", "> [!note] e", "> - - f", "1. g", "", "  ",
     "# h", "```", "---", "tags: [a, 1]", "aliases: b", "%%", "\ufeff- i", "- \u2028- j", "[^1]: - k", "  - l\r"]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=12), max_size=20))
def test_any_text_has_a_page_and_its_items_make_a_tree(lines):
    page = only("\n".join(lines))
    assert [page.file[name] for name in page.file]
    starts = [item.line for item in page.lists]
    assert starts == sorted(set(starts))
    for item in page.lists:
        assert set(item.fields) <= set(TASK_FIELDS)
        assert [item.fields[name] for name in item.fields]
        assert all(child.parent == item.line and child.line > item.line for child in item.children)
        assert item.text.count("\n") == item.line_count - 1
