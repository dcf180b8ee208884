"""Rows of `specs/obsidian.md` §10 about the files of a vault (10.1, some of 10.3 and 10.7), on a real disk.

Rows about one note's text stand in tests/markdown/test_spec_rows.py, rows 51 to 61 in tests/vault/test_links.py,
80 to 86 in tests/vault/test_subpath.py. Rows 126 to 139 are about Bases, which vaultkit does not evaluate;
140 to 146 and 149, 150 are about the running app.
"""

from __future__ import annotations

import sys
import unicodedata

import pytest

from vaultkit.markdown.tags import all_tags
from vaultkit.shell.session import Session
from vaultkit.vault.app import AppSettings
from vaultkit.vault.links import resolve_linkpath
from vaultkit.vault.view import view_of


def leads(vault, linkpath, source="S.md"):
    return resolve_linkpath(Session.open(vault.root).index, linkpath, source)


def unresolved(vault):
    return Session.open(vault.root).graph.unresolved_links


def test_row_1_hidden_files_and_folders_are_not_in_the_vault(vault):
    """
    == .hidden/x.md
    == a/.b.md
    == S.md
    [[x]] [[.b]]
    """
    assert list(Session.open(vault.root).index.notes) == ["S.md"]
    assert unresolved(vault) == {"S.md": {"x": 1, ".b": 1}}


def test_row_2_only_md_is_a_note(vault):
    """
    == x.markdown
    == x.txt
    == y.MD
    """
    index = Session.open(vault.root).index
    assert list(index.notes) == ["y.MD"]
    assert (leads(vault, "y"), leads(vault, "x"), leads(vault, "x.txt")) == ("y.MD", None, "x.txt")


def test_rows_3_and_4_names_are_composed(vault):
    decomposed = unicodedata.normalize("NFD", "é")
    vault.write(f"{decomposed}.md", "")
    assert leads(vault, "é") == leads(vault, decomposed) == "é.md"


def test_row_5_case_does_not_count(vault):
    """
    == Log.md
    """
    assert leads(vault, "log") == "Log.md"


def test_row_6_a_bom_may_stand_before_properties(vault):
    vault.write("N.md", "\ufeff---\ntags: [a]\n---\n")
    assert all_tags(Session.open(vault.root).index.notes["N.md"]) == ("#a",)


def test_row_7_lines_may_end_in_crlf(vault):
    vault.write("N.md", "---\r\na: 1\r\n---\r\nx ^id\r\n")
    note = Session.open(vault.root).index.notes["N.md"]
    assert (note.properties, [block.id for block in note.blocks]) == ({"a": 1}, ["id"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_row_8_a_number_sign_ends_the_path(vault):
    """
    == C# notes.md
    == S.md
    [[C# notes]]
    """
    assert unresolved(vault) == {"S.md": {"C": 1}}


def test_row_9_percent_signs_in_names(vault):
    """
    == 100% real.md
    == S.md
    [x](100%25%20real.md)
    """
    assert unresolved(vault) == {}


def test_row_11_a_long_name_is_listed(vault):
    name = "é" * 123 + ".md"
    vault.write(name, "")
    assert leads(vault, "é" * 123) == name


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_row_12_a_link_to_the_vaults_parent_is_ignored(vault):
    vault.write("N.md", "")
    (vault.root / "loop").symlink_to("..")
    assert list(Session.open(vault.root).index.notes) == ["N.md"]


def test_row_13_a_rename_in_a_shell_leaves_links_behind(vault):
    """
    == A.md
    == S.md
    [[A]]
    """
    (vault.root / "A.md").rename(vault.root / "B.md")
    assert unresolved(vault) == {"S.md": {"A": 1}}


def test_row_14_excluded_files_are_led_to_and_not_counted(vault):
    """
    == .obsidian/app.json
    {"userIgnoreFilters": ["T/"]}
    == T/x.md
    #tag
    == T/y.md
    == S.md
    [[x]]
    """
    session = Session.open(vault.root)
    assert session.graph.unresolved_links == {}
    assert [node.path for node in view_of(session.graph, session.app.ignores()).nodes] == ["S.md", "T/x.md"]


def test_row_15_an_empty_app_json_means_defaults(vault):
    """
    == .obsidian/app.json
    {}
    """
    assert Session.open(vault.root).app == AppSettings()


def test_row_75_to_77_markdown_links(vault):
    """
    == a&b.md
    == My Note.md
    == S.md
    [t](a%26b.md) [t](<My Note.md>) [t](My Note.md) [t](https://x.y/N.md)
    """
    assert unresolved(vault) == {"S.md": {"a%26b.md": 1}}
    assert Session.open(vault.root).graph.resolved_links == {"S.md": {"My Note.md": 1}}


def test_row_90_a_file_card_is_a_backlink(vault):
    """
    == d/N.md
    == B.canvas
    {"nodes": [{"id": "1", "type": "file", "file": "d/N.md"}]}
    """
    assert Session.open(vault.root).graph.inlinks("d/N.md") == ("B.canvas",)


def test_rows_147_and_148_only_some_lines_are_rewritten_and_never_through_a_visible_file(vault):
    vault.write("Old.md", "")
    vault.write("N.md", "a\r\n[[Old]]\r\nb\n")
    assert vault.run("mv", "Old", "New").code == 0
    assert vault.read("N.md") == "a\r\n[[New]]\r\nb\n"
    assert sorted(p for p in vault.snapshot() if not p.startswith(".")) == ["N.md", "New.md"]


def test_vanished_files_and_odd_canvases_stop_nothing(vault):
    """
    == A.canvas
    {"nodes": [{"type": "file", "file": 3}, [], null, {"type": "file"}], "edges": {}}
    == B.canvas
    [1, 2
    == C.canvas
    == D.canvas
    {"nodes": {"a": 1}, "x": {"nodes": [{"type": "file", "file": "A.canvas"}]}}
    """
    assert vault.run("graph", "--format", "json").code == 0
    assert Session.open(vault.root).graph.resolved_links == {}
