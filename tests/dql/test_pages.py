"""Pages as Dataview 0.5.68 indexes them: the recorded vault field by field, then each surprise in a vault of its own.

Of the recorded pages all is compared: `file.*`, the fields of the page, and those of its list items.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NO_SHARED, notes_of
from tests.dql.recorded import CASES, CLOCK, ordered, read
from vaultkit.dql.encode import encode
from vaultkit.dql.field_values import SPECIAL
from vaultkit.dql.items import TASK_FIELDS, ListItem, Task
from vaultkit.dql.pages import FILE_FIELDS, FileTimes, Page, Pages
from vaultkit.dql.values import Link, LinkType
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.index import VaultIndex

EXPECTED: dict[str, Any] = read("expected_pages.json") or {}
#: What of a file the recording tells: all but its times.
RECORDED_FIELDS = [name for name in FILE_FIELDS if name not in ("ctime", "cday", "mtime", "mday")]


def pages_of(notes: Mapping[str, str], attachments: tuple[str, ...] = ()) -> Pages:
    """Return the pages of a vault."""
    return Pages(VaultIndex.of((parse_note(path, text) for path, text in notes.items()), attachments), CLOCK)


class Told:
    """Says of every file that the same ones lead to it, and keeps what it was asked."""

    def __init__(self, *sources: str) -> None:
        self.sources = sources
        self.asked: list[str] = []

    def inlinks(self, path: str) -> tuple[str, ...]:
        self.asked.append(path)
        return self.sources

    def unresolved_inlinks(self, linkpath: str) -> tuple[str, ...]:
        return ()


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


def test_the_recorded_pages_are_there():
    if not EXPECTED:
        pytest.skip(NO_SHARED)
    assert len(EXPECTED) == 31
    assert {path for path in EXPECTED if recorded().page(path)} == set(EXPECTED)


@pytest.mark.parametrize("name", RECORDED_FIELDS)
@pytest.mark.parametrize("path", EXPECTED)
def test_a_page_is_indexed_as_dataview_indexes_it(path, name):
    file = recorded().page(path).file
    assert (name in file) == (name in EXPECTED[path]["file"])
    if name in file:
        assert ordered(encode(file[name])) == ordered(EXPECTED[path]["file"][name])


@pytest.mark.parametrize("path", EXPECTED)
def test_a_page_has_the_fields_that_dataview_gathers(path):
    """Also their order: properties, list items, other lines, then canonical names."""
    row = recorded().page(path).row
    assert ordered({name: encode(row[name]) for name in row if name != "file"}) == ordered(
        EXPECTED[path]["fields"]
    )


@pytest.mark.parametrize("path", EXPECTED)
def test_the_fields_of_file_stand_in_dataview_s_order(path):
    assert list(recorded().page(path).file) == list(EXPECTED[path]["file"])


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
    pages = Pages(index, CLOCK, frozenset({"A.md"}))
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
    with_canvas = Pages(pages.index, CLOCK, graph=Told("Carte.canvas", "A.md"))
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
    told = Told()
    pages = Pages(VaultIndex.of([parse_note("A.md", "")]), CLOCK, graph=told)
    file = pages.page("A.md").file
    assert file["name"] == "A"
    assert "inlinks" in list(file)
    assert not told.asked
    assert file["inlinks"] == ()
    assert told.asked == ["A.md"]


# ------------------------------------------------------------------------------- the page's fields


def test_fields_of_properties_list_items_and_other_lines_stand_in_this_order_and_join():
    page = only("---\na: [1]\n---\na:: 2\nc:: 3\n- b:: 4\n- [ ] [a:: 5]\n- [a:: 6] [[N]]\n# c:: 7\n")
    assert list(page.fields.items()) == [("a", [[1], 6, 2]), ("b", 4), ("c", [3, 7])]


def test_fields_have_a_canonical_name_too_unless_a_field_is_written_so():
    page = only("Clé normale:: 1\nCLÉ NORMALE:: 2\nRôle:: a\nrôle:: b\n[?:: x]\n")
    assert page.fields["clé-normale"] == [1, 2]
    assert list(page.fields) == ["Clé normale", "CLÉ NORMALE", "Rôle", "rôle", "?", "clé-normale"]
    assert page.fields["Rôle"] == "a"


def test_fields_are_read_in_code_comments_quotes_tables_and_the_frontmatter_itself():
    text = "---\nz:: y\n---\n```\na:: 1\n```\n%%\nb:: 2\n%%\n> c:: 3\n> - [d:: 4]\n\n<!-- e:: 5 -->\n"
    assert list(only(text).fields.items()) == [
        ("z:", "y"), ("d", 4), ("z", "y"), ("a", 1), ("b", 2), ("c", 3), ("e", "5 -->"),
    ]  # fmt: skip


def test_a_line_of_more_than_32768_units_holds_no_field():
    assert list(only(f"a:: {'🔐' * 16_382}\n").fields) == ["a"]
    assert list(only(f"a:: {'🔐' * 16_383}\n").fields) == []


def test_fields_that_would_hide_what_javascript_or_dataview_put_there_do_not_show():
    page = only("file:: 1\nconstructor:: 2\n10:: b\n9:: a\n")
    assert list(page.row) == ["9", "10", "file"]
    assert page.row["file"]["name"] == "N"
    assert "constructor" not in page.row


def test_links_in_fields_lead_to_their_files_from_the_page():
    text = """
    == A/N.md
    ---
    voir: ["[[b|x]]", {y: "[[Rien]]"}]
    ---
    - [ ] [voir:: [[b]]]
    == A/b.md
    """
    page = pages_of(notes_of(text)).page("A/N.md")
    assert page.fields["voir"] == [Link("A/b.md", "x"), {"y": Link("Rien")}]
    assert page.tasks[0].fields["voir"] == Link("A/b.md")


@pytest.mark.parametrize(
    ("text", "path", "day"),
    [
        ("---\ndate: 2025-03-20\n---\n", "2025-03-13.md", "2025-03-20"),
        ("---\ndate: [2025-03-20]\n---\n", "x 20250313 2025-03-14 y.md", "2025-03-14"),
        ('---\ndate: "[[2025-03-12]]"\nDay: 2025-03-20\n---\n', "N.md", "2025-03-20"),
        ("jour:: 2025-01-01\nDATE:: 2025-01-02\n- day:: 2025-01-03", "N.md", "2025-01-03"),
        ("date:: demain\ndate:: 2025-01-02\n", "20250313.md", "2025-03-13"),
        ("", "2025-02-30.md", None),
    ],
)
def test_the_day_of_a_page(text, path, day):
    found = only(text, path).file["day"]
    assert found.is_valid == (day is not None)
    assert not day or found.iso() == f"{day}T00:00:00.000+01:00"


def test_times_come_from_outside_and_are_absent_if_nobody_knows_them():
    index = VaultIndex.of([parse_note("A.md", ""), parse_note("B.md", "")])
    times = {"A.md": FileTimes(CLOCK.now, CLOCK.now + 86_400_000)}
    pages = Pages(index, CLOCK, times=times)
    file = pages.page("A.md").file
    found = [file[name].iso()[:16] for name in ("ctime", "cday", "mtime", "mday")]
    assert found == ["2025-03-14T09:26", "2025-03-14T00:00", "2025-03-15T09:26", "2025-03-15T00:00"]
    assert "ctime" not in pages.page("B.md").file


# -------------------------------------------------------------------------------- list items


def test_a_task_has_special_fields_whatever_they_are_called():
    [task] = only(
        "- [x] a [dueday:: x] [due:: ] [completed:: 2025-01-01] [cday:: 0] ⏳ 2025-01-02 [due:: 3]\n"
    ).tasks
    own = [name for name in task.fields if name not in TASK_FIELDS or name == "completed"]
    assert own == ["dueday", "due", "completed", "cday", "scheduled", "completion"]
    assert (task.fields["due"], task.fields["completed"]) == ([None, 3], True)
    assert task.fields["completion"].iso() == "2025-01-01T00:00:00.000+01:00"
    assert "created" not in task.fields


def test_inline_fields_hide_no_field_of_an_item_but_one_that_is_absent():
    [item, child] = items("- [text:: x] [parent:: y] [toString:: z] [9:: n]\n    - [parent:: y]\n")
    assert (item.fields["text"], item.fields["parent"]) == (
        "[text:: x] [parent:: y] [toString:: z] [9:: n]",
        "y",
    )
    assert child.fields["parent"] == 0
    assert next(iter(item.fields)) == "9"
    assert "toString" not in item.fields


def test_a_plain_item_shares_its_values_with_the_other_lines_of_its_page():
    """Upstream's list of values is one for both, unless two items have the field; checked against its code."""
    page = only("- [a:: 1] [b:: 1]\n- [b:: 2]\n- [ ] [a:: 3]\n\na:: 4\nb:: 5\n")
    assert [item.fields.get("a") for item in page.lists] == [[1, 4], None, 3]
    assert [item.fields.get("b") for item in page.lists] == [1, 2, None]
    assert (page.fields["a"], page.fields["b"]) == ([1, 4], [1, 2, 5])


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
        assert set(item.fields) - set(item.own_values) <= {*TASK_FIELDS, *SPECIAL}
        assert [item.fields[name] for name in item.fields]
        assert all(child.parent == item.line and child.line > item.line for child in item.children)
        assert item.text.count("\n") == item.line_count - 1
