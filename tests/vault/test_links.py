"""Where links lead: the table of `specs/obsidian.md` §10.3 and the steps of §3.3."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.markdown.parse import parse_note
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import closest_name, links_to, linktext, notes_like, resolve_linkpath

FILES = ["N.md", "d/N.md", "d/S.md", "a/b/Note.md", "zzzz/Note.md", "x/Only.md"]


def index_of(*paths: str, attachments: tuple[str, ...] = ("img.png",)) -> VaultIndex:
    return VaultIndex.of((parse_note(path, "") for path in paths), attachments)


@pytest.mark.parametrize(
    ("linkpath", "leads_to"),
    [
        pytest.param("N", "N.md", id="51 an exact root path beats the own folder"),
        pytest.param("./N", "d/N.md", id="52 relative"),
        pytest.param("../N", "N.md", id="53 relative, up"),
        pytest.param("./Only", None, id="54 relative has no search behind it"),
        pytest.param("Only", "x/Only.md", id="55 anywhere"),
        pytest.param("x/Only", "x/Only.md", id="55 by path"),
        pytest.param("Note", "a/b/Note.md", id="56 the shortest path string"),
        pytest.param("b/Note", "a/b/Note.md", id="57 by the end of the path"),
        pytest.param("only.MD", "x/Only.md", id="58 case and extension"),
        pytest.param("img", None, id="59 other files need their extension"),
        pytest.param("img.png", "img.png", id="60 an attachment"),
        pytest.param("Foo", None, id="61 aliases never resolve"),
        pytest.param("", "d/S.md", id="62 the note itself"),
        pytest.param("N.md", "N.md", id="73 the same lookup with extension"),
        pytest.param("a%26b", None, id="76 decoded names only"),
        pytest.param("https://example.com", None, id="78 an address is an unresolved link"),
        pytest.param("/a/b/Note", "a/b/Note.md", id="step 3 from the root"),
        pytest.param("/Note", None, id="step 3 and from nowhere else"),
        pytest.param("d", None, id="a folder is no note"),
        pytest.param("../../N", None, id="out of the vault"),
        pytest.param("ote", None, id="part of a name is none"),
    ],
)
def test_a_link_in_a_folder_leads_where_the_app_leads(linkpath: str, leads_to: str | None) -> None:
    assert resolve_linkpath(index_of(*FILES), linkpath, "d/S.md") == leads_to


def test_no_title_alias_or_property_resolves_a_link() -> None:
    other = parse_note("A.md", "---\naliases: [Foo]\ntitle: Bar\n---\n# Baz\n")
    index = VaultIndex.of([other])
    assert [resolve_linkpath(index, name, "S.md") for name in ("Foo", "Bar", "Baz")] == [None, None, None]


def test_the_own_folder_counts_and_neither_its_parent_nor_its_children() -> None:
    index = index_of("x/N.md", "x/y/N.md", "x/y/z/N.md")
    assert resolve_linkpath(index, "N", "x/y/S.md") == "x/y/N.md"
    assert resolve_linkpath(index_of("q/N.md", "x/y/z/N.md"), "N", "x/y/S.md") == "q/N.md"


def test_of_two_paths_of_one_length_the_first_by_code_point_is_taken() -> None:
    assert resolve_linkpath(index_of("bb/N.md", "aa/N.md"), "N", "S.md") == "aa/N.md"


def test_composed_and_decomposed_names_are_one() -> None:
    assert resolve_linkpath(index_of("Me\u0301lissa.md"), "M\u00e9lissa", "S.md") == "Me\u0301lissa.md"
    assert resolve_linkpath(index_of("M\u00e9lissa.md"), "Me\u0301lissa", "S.md") == "M\u00e9lissa.md"


def test_a_name_with_a_dot_needs_no_extension() -> None:
    assert resolve_linkpath(index_of("v1.2.md"), "v1.2", "S.md") == "v1.2.md"
    assert resolve_linkpath(index_of("A.md", "A.md.md"), "A.md", "S.md") == "A.md"


def test_of_two_names_that_differ_in_case_the_one_spelled_so_is_taken() -> None:
    for paths in (("n.md", "N.md"), ("N.md", "n.md")):
        assert resolve_linkpath(index_of(*paths), "N", "S.md") == "N.md"
        assert resolve_linkpath(index_of(*paths), "n", "S.md") == "n.md"


@given(st.permutations(FILES), st.sampled_from(["N", "Note", "b/Note", "only", "./N", "img.png", "x/n"]))
def test_law_the_order_of_files_does_not_matter(paths: list[str], linkpath: str) -> None:
    assert resolve_linkpath(index_of(*paths), linkpath, "d/S.md") == resolve_linkpath(
        index_of(*FILES), linkpath, "d/S.md"
    )


@given(st.lists(st.sampled_from([*FILES, "n.md", "D/n.md", "é.md"]), unique=True, min_size=1), st.data())
def test_law_an_index_grown_note_by_note_answers_like_a_fresh_one(
    paths: list[str], data: st.DataObject
) -> None:
    notes = [parse_note(path, "") for path in paths]
    at = data.draw(st.integers(0, len(notes)))
    grown = VaultIndex.of(notes[:at]).with_notes(notes[at:])
    fresh = VaultIndex.of(notes)
    for linkpath in ("N", "n", "Note", "S", "é", "d/N"):
        assert resolve_linkpath(grown, linkpath, "d/S.md") == resolve_linkpath(fresh, linkpath, "d/S.md")


def test_a_link_is_written_as_a_name_where_only_one_file_has_it_else_as_a_path() -> None:
    index = index_of(*FILES)
    assert [linktext(index, path) for path in FILES] == ["N", "d/N", "S", "a/b/Note", "zzzz/Note", "Only"]


@given(
    st.lists(st.sampled_from(FILES), unique=True, min_size=1), st.sampled_from(["S.md", "d/S.md", "q/r.md"])
)
def test_law_a_written_link_leads_back(paths: list[str], source: str) -> None:
    index = index_of(*paths)
    assert all(resolve_linkpath(index, linktext(index, path), source) == path for path in paths)


def test_a_note_links_in_body_embed_and_property() -> None:
    index = VaultIndex.of(
        parse_note(path, text)
        for path, text in {
            "A.md": "[[C]]",
            "B.md": "![[C]]",
            "C.md": "",
            "D.md": '---\nsynthese: "[[C]]"\n---\n',
            "E.md": "---\nsynthese: C\n---\n",
        }.items()
    )
    assert [note.path for note in index if links_to(index, note, "C.md")] == ["A.md", "B.md", "D.md"]


def test_a_note_is_found_by_any_part_of_its_name() -> None:
    index = index_of("Synthèse IT – Cabinet Pestalozzi.md", "🖥️ Postes.md", "Cabinet.md")
    assert notes_like(index, "pestalozzi") == ["Synthèse IT – Cabinet Pestalozzi.md"]
    assert notes_like(index, "cabinet") == ["Cabinet.md"]
    assert notes_like(index, "postes") == ["🖥️ Postes.md"]
    assert notes_like(index, "it pestalozzi") == ["Synthèse IT – Cabinet Pestalozzi.md"]
    assert notes_like(index, "🖥️") == []


def test_the_nearest_name_is_offered() -> None:
    index = index_of("Ada Lovelace.md")
    assert closest_name(index, "Ada Lovelase") == "Ada Lovelace"
    assert closest_name(index, "ADA lovelace") == "Ada Lovelace"
    assert closest_name(index, "Turing") is None
