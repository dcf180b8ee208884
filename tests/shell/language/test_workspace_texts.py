"""What an editor sees: its open texts over the vault, and edits against the versions that it has open."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol.types import CreateFile, TextDocumentEdit

from tests.conftest import Vault
from vaultkit.edits import Changes, Write
from vaultkit.errors import Overtaken
from vaultkit.shell.language.workspace import Workspace, workspace_edit
from vaultkit.shell.session import Session


class Base:
    """The session below the open texts, which may be read anew."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.read()

    def read(self) -> None:
        self.session = Session.open(self.root)


@pytest.fixture
def base(vault: Vault) -> Base:
    return Base(vault.root)


@pytest.fixture
def workspace(base: Base) -> Workspace:
    return Workspace(base.root, lambda: base.session, "en")


def uri(workspace: Workspace, path: str) -> str:
    return (workspace.root / path).as_uri()


# ---------------------------------------------------------------------- texts over the vault


def test_an_open_text_is_what_the_note_says(workspace: Workspace) -> None:
    """
    == A.md
    saved
    """
    workspace.opened(uri(workspace, "A.md"), 1, "typed [[B]]\n")
    assert workspace.session.index.notes["A.md"].text == "typed [[B]]\n"
    assert workspace.session.graph.unresolved_inlinks("B") == ("A.md",)
    assert workspace.base.index.notes["A.md"].text == "saved\n"


def test_without_open_texts_it_is_the_vault_itself(workspace: Workspace) -> None:
    """
    == A.md
    saved
    """
    assert workspace.session is workspace.base
    workspace.opened(uri(workspace, "A.md"), 1, "typed")
    workspace.closed(uri(workspace, "A.md"))
    assert workspace.session is workspace.base


def test_the_session_is_worked_out_once_for_each_text(workspace: Workspace) -> None:
    """
    == A.md
    saved
    """
    workspace.opened(uri(workspace, "A.md"), 1, "typed")
    first = workspace.session
    assert workspace.session is first
    workspace.opened(uri(workspace, "A.md"), 2, "typed")
    assert workspace.session is first
    workspace.opened(uri(workspace, "A.md"), 3, "typed more")
    assert workspace.session is not first


def test_a_note_that_was_never_saved_is_there(workspace: Workspace) -> None:
    """
    == A.md
    [[Neuf]]
    """
    assert workspace.session.graph.unresolved_inlinks("Neuf") == ("A.md",)
    workspace.opened(uri(workspace, "Dossier/Neuf.md"), 1, "[[A]]\n")
    session = workspace.session
    assert session.index.notes["Dossier/Neuf.md"].text == "[[A]]\n"
    assert session.graph.inlinks("Dossier/Neuf.md") == ("A.md",)
    assert "Dossier/Neuf.md" in session.file_times
    workspace.closed(uri(workspace, "Dossier/Neuf.md"))
    assert "Dossier/Neuf.md" not in workspace.session.index.notes


def test_open_texts_stay_when_the_vault_changes_underneath(workspace: Workspace, base: Base) -> None:
    """
    == A.md
    saved
    """
    workspace.opened(uri(workspace, "A.md"), 1, "typed")
    assert "B.md" not in workspace.session.index.notes
    (base.root / "B.md").write_text("new\n")
    base.read()
    assert workspace.session.index.notes["A.md"].text == "typed"
    assert workspace.session.index.notes["B.md"].text == "new\n"


def test_a_note_renamed_underneath_is_still_open_under_its_old_name(workspace: Workspace, base: Base) -> None:
    """
    == A.md
    saved
    """
    workspace.opened(uri(workspace, "A.md"), 1, "typed")
    (base.root / "A.md").rename(base.root / "B.md")
    base.read()
    notes = workspace.session.index.notes
    assert (notes["A.md"].text, notes["B.md"].text) == ("typed", "saved\n")
    workspace.closed(uri(workspace, "A.md"))
    assert set(workspace.session.index.notes) == {"B.md"}


def test_the_graph_once_asked_for_follows_from_text_to_text(workspace: Workspace, base: Base) -> None:
    """
    == A.md
    saved
    == B.md
    saved
    """
    workspace.opened(uri(workspace, "A.md"), 1, "typed")
    assert workspace.session.graph.inlinks("B.md") == ()
    (base.root / "C.md").write_text("[[B]]\n")
    base.read()
    workspace.opened(uri(workspace, "A.md"), 2, "[[B]]")
    assert set(workspace.session.graph.inlinks("B.md")) == {"A.md", "C.md"}
    assert "graph" in vars(base.session)


def test_what_was_saved_counts_after_closing_although_nobody_has_read_it_yet(
    workspace: Workspace, base: Base
) -> None:
    """
    == A.md
    saved
    """
    here = uri(workspace, "A.md")
    workspace.opened(here, 1, "typed\n")
    (base.root / "A.md").write_text("typed\n")
    workspace.saved(here)
    workspace.closed(here)
    assert workspace.session.index.notes["A.md"].text == "typed\n"
    (base.root / "A.md").write_text("changed since\n")
    base.read()
    assert workspace.session is workspace.base
    assert workspace.session.index.notes["A.md"].text == "changed since\n"


def test_what_was_typed_after_saving_does_not_count_after_closing(workspace: Workspace) -> None:
    """
    == A.md
    saved
    """
    here = uri(workspace, "A.md")
    workspace.opened(here, 1, "typed\n")
    workspace.saved(here)
    workspace.opened(here, 2, "typed, and thrown away\n")
    workspace.closed(here)
    assert workspace.session.index.notes["A.md"].text == "saved\n"


# ---------------------------------------------------------------------- files of the vault, and others


@pytest.mark.parametrize(
    "path",
    ["A.md", "Dossier/Ünï 😀 c.md", "pas encore là.md", "50 % #1.MD", "a+b&c=d;e.md"],
)
def test_a_file_of_the_vault_has_a_path_and_a_uri(workspace: Workspace, path: str) -> None:
    assert workspace.path_of(uri(workspace, path)) == path
    assert workspace.path_of(workspace.uri_of(path)) == path


def test_a_name_in_parts_is_the_composed_one(workspace: Workspace) -> None:
    assert workspace.path_of(uri(workspace, "e\u0301te\u0301.md")) == "été.md"


def test_a_note_whose_name_is_in_parts_on_the_disk_has_that_uri(workspace: Workspace, base: Base) -> None:
    file = base.root / "e\u0301te\u0301.md"
    file.write_text("")
    base.read()
    assert workspace.uri_of("été.md") == file.as_uri()


def test_an_open_file_keeps_the_uri_that_the_editor_gave(workspace: Workspace) -> None:
    """
    == A b.md
    """
    said = uri(workspace, "A b.md").replace("A%20b", "%41%20b")
    workspace.opened(said, 1, "x")
    assert workspace.uri_of("A b.md") == said


@pytest.mark.parametrize(
    "said",
    [
        "file:///ailleurs/A.md",
        "untitled:Untitled-1",
        "http://example.org/A.md",
        "file:///",
        "",
        "://",
        "file://[/A.md",
        "file:///a%00b.md",
    ],
)
def test_what_is_no_file_of_the_vault_has_no_path(workspace: Workspace, said: str) -> None:
    assert workspace.path_of(said) is None
    workspace.opened(said, 1, "x")
    workspace.closed(said)
    assert workspace.note(said) is None
    assert not workspace.buffers


@pytest.mark.parametrize(
    "path", ["image.png", ".obsidian/x.md", "a/.hidden.md", "../coffre2/A.md", "vaultkit.md", ""]
)
def test_what_is_no_note_has_no_path(workspace: Workspace, path: str) -> None:
    assert workspace.path_of(workspace.root.as_uri() + "/" + path) is None


def test_a_vault_behind_a_link_is_the_same_vault(workspace: Workspace, base: Base) -> None:
    """
    == A.md
    """
    link = base.root.parent / "lien"
    link.symlink_to(base.root)
    assert workspace.path_of((link / "A.md").as_uri()) == "A.md"
    other = Workspace(link, lambda: base.session, "en")
    assert other.path_of((base.root / "A.md").as_uri()) == "A.md"


# ---------------------------------------------------------------------- edits


def test_an_edit_is_against_the_open_version_and_none_where_nothing_is_open(workspace: Workspace) -> None:
    """
    == A.md
    un
    == B.md
    deux
    """
    workspace.opened(uri(workspace, "A.md"), 7, "un mot\n")
    notes = workspace.session.index.notes
    edit = workspace_edit(
        workspace,
        Changes(
            (
                Write("A.md", "un seul mot\n", notes["A.md"].digest),
                Write("B.md", "deux mots\n", notes["B.md"].digest),
            )
        ),
    )
    said = []
    for step in edit.document_changes or ():
        assert isinstance(step, TextDocumentEdit)
        said.append((step.text_document.version, [one.new_text for one in step.edits]))
    assert said == [(7, ["seul "]), (None, [" mots"])]


def test_a_note_that_is_not_there_is_made_first(workspace: Workspace) -> None:
    edit = workspace_edit(workspace, Changes((Write("Neuf.md", "un\ndeux\n", None),)))
    made, filled = edit.document_changes or ()
    assert isinstance(made, CreateFile)
    assert isinstance(filled, TextDocumentEdit)
    assert made.uri == filled.text_document.uri == uri(workspace, "Neuf.md")
    assert [one.new_text for one in filled.edits] == ["un\ndeux\n"]


def test_a_plan_for_another_text_is_refused(workspace: Workspace) -> None:
    """
    == A.md
    saved
    """
    planned = Write("A.md", "planned\n", workspace.session.index.notes["A.md"].digest)
    workspace.opened(uri(workspace, "A.md"), 1, "typed meanwhile\n")
    with pytest.raises(Overtaken):
        workspace_edit(workspace, Changes((planned,)))
    with pytest.raises(Overtaken):
        workspace_edit(workspace, Changes((Write("A.md", "as new\n", None),)))
