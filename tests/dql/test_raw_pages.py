"""What queries ask of a note, kept as bytes: it gives the same pages; and links without a graph lead as in one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import needs_shared
from tests.dql.recorded import CASES, CLOCK
from vaultkit.dql.context import QuerySettings
from vaultkit.dql.encode import encode
from vaultkit.dql.engine import Engine
from vaultkit.dql.export_markdown import to_markdown
from vaultkit.dql.link_table import Destinations, LinkTable
from vaultkit.dql.pages import Pages
from vaultkit.dql.raw_items import RawItems
from vaultkit.dql.raw_packed import pack_page, unpack_items, unpack_page
from vaultkit.dql.raw_pages import RawPage, ReadPages
from vaultkit.markdown.note import Note
from vaultkit.markdown.packed import NotPackable, WrongBytes, pack, unpack_linkpaths
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.graph import LinkGraph
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath

NOTE = """---
tags: [a/b, c]
voir: "[[B]]"
---
# Titre
clé:: 3
- [ ] à faire [due:: 2025-01-02]
  - note [x:: 1] #tag
![[image.png]] [[B#Titre]] [[./B]]
"""
PIECES = ("a:: 1\n", "- b [c:: 2]\n", "  - [x] d ✅ 2025-01-01\n", "> - e:: 3\n", "# T\n", "[[A]] ![[b.png]]\n", "\n",
          "```\nf:: 4\n```\n", "---\ng: 5\n---\n", "texte (h:: 6)\n")  # fmt: skip


class Kept:
    """Gives pages back from bytes."""

    def page(self, note: Note) -> RawPage:
        return unpack_page(pack_page(note).page)

    def linkpaths(self, note: Note) -> Sequence[str]:
        return unpack_linkpaths(pack(note).linkage)

    def items(self, note: Note) -> RawItems:
        return unpack_items(pack_page(note).items)


def told(text: str, raw: Kept | ReadPages) -> object:
    page = Pages(VaultIndex.of([parse_note("N.md", text)]), CLOCK, raw=raw).page("N.md")
    assert page
    file = {name: page.file[name] for name in page.file if name not in ("lists", "tasks")}
    return encode([dict(page.fields), file, list(page.file["lists"])])


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_page_from_bytes_is_the_page_that_was_read(text):
    assert told(text, Kept()) == told(text, ReadPages())


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_field_alone_is_what_all_fields_hold_under_its_name(text):
    page = Pages(VaultIndex.of([parse_note("N.md", text)]), CLOCK).page("N.md")
    assert page
    alone = Pages(page.pages.index, CLOCK).page("N.md")
    assert alone
    names = [*page.fields, "absent"]
    assert [alone.row.get(name) for name in names] == [page.fields.get(name) for name in names]


TASKS = ("- [ ] a\n", "- [x] b [due:: 2025-01-01]\n", "  - [ ] c\n", "  - d [visual:: v]\n", "    - [x] e\n", "\n",
         "    - [ ] f [visual:: w]\n", "- g\n", "  - [ ] h\n", "> - [ ] i\n", "- - [ ] j\n", "# T\n", "parent:: 0\n",
         "**visual**:: x\n", "- Visual:: y\n", "- [ ] k [parent:: 0]\n", "- [ ] l\n  m\n")  # fmt: skip
CLAUSES = ("", "WHERE !completed", 'WHERE text != "a"', "GROUP BY completed", "WHERE due GROUP BY file.link")


def shown(texts: Sequence[str], query: str, raw: Kept | ReadPages) -> str:
    notes = [parse_note(f"N{number}.md", text) for number, text in enumerate(texts)]
    engine = Engine(Pages(VaultIndex.of(notes), CLOCK, raw=raw))
    return to_markdown(engine.query(query, ""), QuerySettings())


NOTES = st.lists(st.lists(st.sampled_from(TASKS), max_size=12).map("".join), max_size=3)


@given(NOTES, st.sampled_from(CLAUSES))
def test_tasks_are_shown_alike_from_bytes_and_as_read_and_whether_flatten_touched_them(texts, clauses):
    as_read = shown(texts, f"TASK {clauses}", ReadPages())
    assert shown(texts, f"TASK {clauses}", Kept()) == as_read
    assert shown(texts, f"TASK FLATTEN 1 AS other {clauses}", Kept()) == as_read


def test_a_field_of_the_page_stands_in_place_of_the_text_of_its_tasks():
    assert shown(["visual:: v\n\n- [ ] a\n- [x] b [visual:: w]\n"], "TASK", Kept()) == "- [ ] v\n- [x] w\n"


def test_fields_that_flatten_makes_stand_behind_the_others_and_the_last_of_a_name_counts():
    query = 'TABLE rows FLATTEN 1 AS b FLATTEN 2 AS a FLATTEN 3 AS b GROUP BY "all"'
    [page] = Engine(Pages(VaultIndex.of([parse_note("N.md", "c:: 0\n")]), CLOCK)).query(query, "").rows[0][1]
    assert [(name, value) for name, value in page.items() if name != "file"] == [("c", 0), ("b", 3), ("a", 2)]


def test_what_bytes_cannot_hold_is_not_packed():
    with pytest.raises(NotPackable):
        pack_page(parse_note("N.md", "a:: half \ud83d of a sign"))


@pytest.mark.parametrize("unpack", [unpack_page, unpack_linkpaths, unpack_items])
def test_other_bytes_are_refused(unpack):
    for data in (b"", b"\xff", b"\x01", pack_page(parse_note("N.md", NOTE)).page[:-1]):
        with pytest.raises(WrongBytes):
            unpack(data)


NAMES = ("A.md", "B.md", "x/A.md", "x/C.md", "y/c.md", "x/y/D.md", "i.png", "x/i.png", "E.F.md", "B")
SAID = ("", "A", "a", "B", "C", "c", "x/A", "x/C", "X/c", "./A", "../A", "/A", "D", "y/D", "i.png", "E.F", "E", "..",
        "A.md", "x/", "nowhere", "x/nowhere")  # fmt: skip


@given(st.sets(st.sampled_from(NAMES)), st.lists(st.tuples(st.sampled_from(SAID), st.sampled_from(NAMES))))
def test_a_link_leads_where_it_leads_whoever_asked_before(files, links):
    notes = [parse_note(path, "") for path in files if path.endswith(".md")]
    index = VaultIndex.of(notes, [path for path in files if not path.endswith(".md")])
    destinations = Destinations(index)
    for linkpath, source in links:
        assert destinations.of(linkpath, source) == resolve_linkpath(index, linkpath, source)


@needs_shared
def test_the_recorded_vault_has_the_links_of_its_graph():
    root = CASES / "vault"
    files = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    notes = [
        parse_note(p, (root / p).read_bytes().decode(errors="replace")) for p in files if p.endswith(".md")
    ]
    index = VaultIndex.of(notes, [path for path in files if not path.endswith(".md")])
    graph, pages = LinkGraph.of(index), Pages(index, CLOCK)
    table = LinkTable(pages.paths, lambda path: index.notes[path].linkage.linkpaths, pages.destinations)
    said = {linkpath for note in notes for linkpath in note.linkage.linkpaths}
    assert {path: tuple(table.inlinks(path)) for path in index.notes} == {
        p: graph.inlinks(p) for p in index.notes
    }
    nowhere = {each: tuple(table.unresolved_inlinks(each)) for each in said}
    assert nowhere == {each: graph.unresolved_inlinks(each) for each in said}
