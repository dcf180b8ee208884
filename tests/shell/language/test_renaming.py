"""A rename in an editor: whatever says the old name says the new one, in open texts and in files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from lsprotocol.types import (
    FileRename,
    Position,
    PrepareRenameParams,
    RenameFile,
    RenameFilesParams,
    RenameParams,
    TextDocumentIdentifier,
)

from tests.conftest import Vault
from tests.shell.language.editing import SmallEditor, covered
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell.language.renames.renaming import prepare_rename, rename, will_rename


def prepared(editor, path, at):
    """Return what the editor would show to be typed over: the words in the text, and those to begin with."""
    document = TextDocumentIdentifier(editor.uri(path))
    found = prepare_rename(editor.workspace, PrepareRenameParams(document, editor.cursor(path, at)))
    return found and (covered(editor.text(path), found.range), found.placeholder)


def renamed(editor, path, at, name):
    """Rename what stands at the cursor, and have the editor do it."""
    document = TextDocumentIdentifier(editor.uri(path))
    edit = rename(editor.workspace, RenameParams(document, editor.cursor(path, at), name))
    editor.apply(edit)
    return edit


# ------------------------------------------------------------------------------ what would be renamed


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("🔐 [[B]]", "[[‸B]]", ("B", "B")),
        ("[[d/B|shown]]", "sho‸wn", ("d/B", "B")),
        ("[x](d/B.md#Un)", "(d/‸B", ("d/B.md", "B")),
        ("![[img.png]]", "[[i‸mg", ("img.png", "img.png")),
        ("[[B#Un]]", "#U‸n", ("Un", "Un")),
        ("[[B#un#🔐 deux x]]", "#u‸n#", ("un", "Un")),
        ("[[B#un#🔐 deux x]]", "de‸ux", ("🔐 deux x", "🔐 Deux: x")),
        ("[[B#^ID]]", "#^‸ID", ("ID", "id")),
        ("[[#Ici]]\n\n# Ici", "#‸Ici]]", ("Ici", "Ici")),
        ("# 🔐 Titre ##", "# 🔐 Ti‸tre", ("🔐 Titre", "🔐 Titre")),
        ("Titre\n===", "Ti‸tre", ("Titre", "Titre")),
        ("a #x/y b", "#x/‸y", ("x/y", "x/y")),
        ("---\ntags: [a, '#x/y']\n---\n", "x‸/y", ("x/y", "x/y")),
        ("---\ntags: x\n---\n", ": x‸", ("x", "x")),
        ('---\nup: "[[B]]"\n---\n', "[[B‸]]", ("B", "B")),
        ("words ^my-id", "^my‸", ("my-id", "my-id")),
        ("only words", "wo‸rds", None),
        ("[[Nowhere]]", "[[No‸w", None),
        ("`[[B]]`", "[[B‸", None),
    ],
)
def test_what_the_cursor_stands_on(vault, text, at, expected):
    """
    == d/B.md
    # Un
    ## 🔐 Deux: x
    words ^id
    == img.png
    image
    """
    editor = SmallEditor(vault)
    editor.type("A.md", text)
    assert prepared(editor, "A.md", at) == expected


# -------------------------------------------------------------------------------------------- notes


def test_a_note_is_renamed_with_every_link_then_the_file_moves(vault):
    """
    == A.md
    ---
    up: "[[Old]]"
    ---
    [[Old]] [x](d/Old.md#Un) ![[Old#^b|Old]]
    == Other.md
    [[old|mot]]
    == d/Old.md
    # Un
    mot ^b
    [[#Un]]
    == B.canvas
    {"nodes":[{"id":"1","type":"file","file":"d/Old.md"},{"id":"2","type":"text","text":"[[Old]]"}]}
    """
    editor = SmallEditor(vault)
    editor.type("A.md", editor.text("A.md").replace("mot", "") + "typed [[Old]]\n")
    edit = renamed(editor, "A.md", "typed [[O‸ld]]", "Né à nouveau")
    assert isinstance(edit.document_changes[-1], RenameFile)
    assert editor.text("A.md") == (
        '---\nup: "[[Né à nouveau]]"\n---\n'
        "[[Né à nouveau]] [x](Né%20à%20nouveau.md#Un) ![[Né à nouveau#^b|Né à nouveau]]\n"
        "typed [[Né à nouveau]]\n"
    )
    assert vault.read("A.md").endswith("![[Old#^b|Old]]\n")  # what is open is saved by the editor alone
    assert vault.read("Other.md") == "[[Né à nouveau|mot]]\n"
    assert vault.read("d/Né à nouveau.md") == "# Un\nmot ^b\n[[#Un]]\n"
    nodes = json.loads(vault.read("B.canvas"))["nodes"]
    assert (nodes[0]["file"], nodes[1]["text"]) == ("d/Né à nouveau.md", "[[Né à nouveau]]")


def test_it_is_just_what_the_command_mv_does(vault, tmp_path):
    """
    == A.md
    [[Old]] [x](<d/Old.md>) | [[Old#Un|Old]]
    == d/Old.md
    # Un
    [y](../A.md)
    == d/C.md
    [[../d/Old]]
    """
    editor = SmallEditor(vault)
    before = vault.snapshot()
    renamed(editor, "A.md", "[[O‸ld]]", "x/y/New")
    by_editor = vault.snapshot()
    for path in by_editor:
        (vault.root / path).unlink()
    for path, data in before.items():
        (vault.root / path).parent.mkdir(exist_ok=True)
        (vault.root / path).write_bytes(data)
    assert vault.run("mv", "d/Old.md", "x/y/New.md").code == 0
    assert {path: data for path, data in vault.snapshot().items() if ".vaultkit" not in path} == by_editor


def test_an_open_note_is_renamed_by_a_link_to_it(vault):
    """
    == A.md
    [[B]]
    == B.md
    [[A]]
    """
    editor = SmallEditor(vault)
    editor.type("B.md", "[[A]] not saved\n")
    renamed(editor, "A.md", "[[B‸]]", "d/C")
    assert editor.text("A.md") == "[[C]]\n"
    assert editor.text("d/C.md") == "[[A]] not saved\n"


def test_the_same_name_changes_nothing(vault):
    """
    == A.md
    [[B]]
    == B.md
    """
    editor = SmallEditor(vault)
    edit = renamed(editor, "A.md", "[[B‸]]", " B ")
    assert not edit.document_changes


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a|b", "'a|b.md': Obsidian does not accept '|' in a name"),
        ("a#b", "does not accept '#'"),
        ("a]]", "does not accept ']'"),
        ("", "a name cannot be empty"),
        ("  ", "a name cannot be empty"),
        ("../x", "cannot be the name of a file of the vault"),
        ("x//y", "cannot be the name of a file of the vault"),
        (".x", "cannot be the name of a file of the vault"),
        ("c", "'C.md' is there already: nothing was moved"),
    ],
)
def test_a_name_that_no_note_can_have_is_refused(vault, name, told):
    """
    == A.md
    [[B]]
    == B.md
    == C.md
    """
    editor = SmallEditor(vault)
    with pytest.raises(VaultkitError) as caught:
        renamed(editor, "A.md", "[[B‸]]", name)
    assert told in caught.value.message.en
    assert caught.value.message.fr != caught.value.message.en


def test_nothing_is_renamed_where_a_link_stands_in_a_conflict(vault):
    """
    == A.md
    [[B]]
    == C.md
    <<<<<<< HEAD
    [[B]]
    =======
    x
    >>>>>>> other
    == B.md
    """
    editor = SmallEditor(vault)
    with pytest.raises(Refused) as caught:
        renamed(editor, "A.md", "[[B‸]]", "D")
    assert caught.value.message.en == "nothing was renamed: C.md: this note holds merge conflict markers"


def test_a_file_that_changed_since_is_not_edited_blindly(vault):
    """
    == A.md
    [[B]]
    == C.md
    [[B]]
    == B.md
    """
    editor = SmallEditor(vault)
    assert prepared(editor, "A.md", "[[B‸]]") == ("B", "B")
    vault.write("C.md", "a line above\n[[B]]\n")
    with pytest.raises(Refused, match=r"C\.md changed"):
        renamed(editor, "A.md", "[[B‸]]", "D")


def test_a_note_that_was_never_saved_is_not_renamed(vault):
    editor = SmallEditor(vault)
    editor.type("B.md", "")
    editor.type("A.md", "[[B]]")
    with pytest.raises(Refused, match="has not been saved yet"):
        renamed(editor, "A.md", "[[B‸]]", "C")


def test_outside_the_vault_nothing_is_answered(vault, tmp_path):
    (tmp_path / "X.md").write_text("# a")
    editor = SmallEditor(vault)
    document = TextDocumentIdentifier((tmp_path / "X.md").as_uri())
    place = Position(0, 0)
    assert prepare_rename(editor.workspace, PrepareRenameParams(document, place)) is None
    assert rename(editor.workspace, RenameParams(document, place, "b")) is None


def test_links_follow_where_the_editor_itself_renames_files_and_folders(vault):
    """
    == A.md
    [[d/B]] ![](d/img.png)
    == d/B.md
    [[A]]
    == d/img.png
    image
    """
    editor = SmallEditor(vault)
    edit = will_rename(editor.workspace, RenameFilesParams([FileRename(editor.uri("d"), editor.uri("e f"))]))
    editor.apply(edit)
    assert vault.read("A.md") == "[[B]] ![](img.png)\n"


# ----------------------------------------------------------------------------------------- headings


def test_a_heading_is_renamed_with_the_links_that_name_it(vault):
    """
    == B.md
    # Un
    ## Deux
    [[#Deux]] [[#un#deux|Deux]]
    ## Trois
    == A.md
    ---
    up: "[[B#deux]]"
    ---
    [[B#Deux]] ![[B#Un#Deux|Deux]] [x](B.md#Deux) [y](<B.md#Deux> "titre") [[B#Trois]] [[B]]
    | [[B#Deux\\|x]] |
    == C.canvas
    {"nodes":[{"type":"file","subpath":"#Deux","file":"B.md"},{"type":"text","text":"[[B#Deux]]"},{"type":"file","file":"B.md","subpath":"#Trois"}]}
    """
    editor = SmallEditor(vault)
    renamed(editor, "B.md", "## De‸ux", "🔐 Accès : a|b (v2)")
    assert editor.text("B.md") == (
        "# Un\n## 🔐 Accès : a|b (v2)\n"
        "[[#🔐 Accès a b (v2)]] [[#un#🔐 Accès a b (v2)|🔐 Accès : a|b (v2)]]\n## Trois\n"
    )
    assert editor.text("A.md") == (
        '---\nup: "[[B#🔐 Accès a b (v2)]]"\n---\n'
        "[[B#🔐 Accès a b (v2)]] ![[B#Un#🔐 Accès a b (v2)|🔐 Accès : a|b (v2)]] "
        '[x](B.md#🔐%20Accès%20a%20b%20%28v2%29) [y](<B.md#🔐 Accès a b (v2)> "titre") [[B#Trois]] [[B]]\n'
        "| [[B#🔐 Accès a b (v2)\\|x]] |\n"
    )
    nodes = json.loads(vault.read("C.canvas"))["nodes"]
    assert [node.get("subpath", node.get("text")) for node in nodes] == [
        "#🔐 Accès a b (v2)", "[[B#🔐 Accès a b (v2)]]", "#Trois",
    ]  # fmt: skip


def test_a_heading_is_renamed_from_a_link_to_it(vault):
    """
    == B.md
    # Un
    ## Deux
    == A.md
    [[B#Un#Deux]] [[B#Un]]
    """
    editor = SmallEditor(vault)
    renamed(editor, "A.md", "#U‸n#", "Premier")
    assert editor.text("B.md") == "# Premier\n## Deux\n"
    assert editor.text("A.md") == "[[B#Premier#Deux]] [[B#Premier]]\n"


def test_a_link_says_the_way_where_the_new_name_stands_twice(vault):
    """
    == B.md
    # Un
    ## Même
    # Deux
    ## Autre
    == A.md
    [[B#Autre]] [[B#Même]]
    """
    editor = SmallEditor(vault)
    renamed(editor, "B.md", "## Au‸tre", "Même")
    assert editor.text("A.md") == "[[B#Deux#Même]] [[B#Même]]\n"


def test_a_link_to_another_heading_of_that_name_keeps_leading_there(vault):
    """
    == B.md
    # Un
    # Deux
    ## Même
    == A.md
    [[B#Même]]
    """
    editor = SmallEditor(vault)
    renamed(editor, "B.md", "# U‸n", "Même")
    assert editor.text("A.md") == "[[B#Deux#Même]]\n"


def test_a_heading_that_no_link_could_tell_apart_is_refused(vault):
    """
    == B.md
    # Un
    # Deux
    == A.md
    [[B#Deux]]
    """
    editor = SmallEditor(vault)
    with pytest.raises(Refused) as caught:
        renamed(editor, "B.md", "# De‸ux", "Un")
    assert caught.value.message.en == (
        "nothing was renamed: A.md: line 1: this link cannot say the new name: [[B#Deux]]"
    )


@pytest.mark.parametrize("name", ["a\nb", "a ##", "# a\n# b"])
def test_what_is_no_heading_is_refused(vault, name):
    """
    == B.md
    # Un
    """
    editor = SmallEditor(vault)
    with pytest.raises(VaultkitError, match="cannot be a heading"):
        renamed(editor, "B.md", "# U‸n", name)


def test_a_heading_may_hold_brackets_that_its_links_leave_out(vault):
    """
    == B.md
    # Un
    == A.md
    [[B#Un]]
    """
    editor = SmallEditor(vault)
    renamed(editor, "B.md", "# U‸n", "[[A]] et [ceci]")
    assert editor.text("B.md") == "# [[A]] et [ceci]\n"
    assert editor.text("A.md") == "[[B#A et ceci]]\n"


# ------------------------------------------------------------------------------------------- blocks


def test_a_block_id_is_renamed_with_its_links(vault):
    """
    == B.md
    words ^One

    [[#^one]]

    | a |
    |---|
    | b |

    ^tab
    == A.md
    [[B#^one]] ![[B#^One|x]] [y](B.md#^one) [[B#^tab]]
    """
    editor = SmallEditor(vault)
    renamed(editor, "A.md", "#^‸one", "two-2")
    assert editor.text("B.md").startswith("words ^two-2\n\n[[#^two-2]]\n")
    assert editor.text("A.md") == "[[B#^two-2]] ![[B#^two-2|x]] [y](B.md#^two-2) [[B#^tab]]\n"
    renamed(editor, "B.md", "^ta‸b", "^table")
    assert editor.text("B.md").endswith("\n\n^table\n")
    assert editor.text("A.md").endswith("[[B#^table]]\n")


@pytest.mark.parametrize(("name", "told"), [("é", "unaccented"), ("a b", "unaccented"), ("TAB", "already")])
def test_a_block_id_that_cannot_be_is_refused(vault, name, told):
    """
    == B.md
    words ^one

    more ^tab
    """
    editor = SmallEditor(vault)
    with pytest.raises(VaultkitError, match=told):
        renamed(editor, "B.md", "^o‸ne", name)


# --------------------------------------------------------------------------------------------- tags


def test_a_tag_is_renamed_everywhere_and_the_tags_nested_in_it(vault):
    """
    == A.md
    ---
    tags: [proj, "#Proj/sub", autre, 'projet']
    ---
    #proj #PROJ/a/b #projet `#proj` [x](https://e.ch/#proj)
    == B.md
    ---
    Tags: proj
    ---
    == C.md
    ---
    tags:
      - proj/x
    ---
    == D.canvas
    {"nodes":[{"id":"2","type":"text","text":"é \\"#proj\\""}]}
    """
    editor = SmallEditor(vault)
    editor.type("A.md", editor.text("A.md") + "#proj typed\n")
    renamed(editor, "A.md", "#pr‸oj typed", "#été/1")
    assert editor.text("A.md") == (
        "---\ntags: [été/1, \"#été/1/sub\", autre, 'projet']\n---\n"
        "#été/1 #été/1/a/b #projet `#proj` [x](https://e.ch/#proj)\n#été/1 typed\n"
    )
    assert editor.text("B.md") == "---\nTags: été/1\n---\n"
    assert editor.text("C.md") == "---\ntags:\n  - été/1/x\n---\n"


def test_a_tag_that_yaml_would_take_for_something_else_is_quoted(vault):
    """
    == A.md
    ---
    tags: [proj]
    ---
    == B.md
    ---
    tags: proj
    ---
    #proj
    """
    editor = SmallEditor(vault)
    renamed(editor, "B.md", "#pr‸oj", "true")
    assert editor.text("A.md") == "---\ntags: ['true']\n---\n"
    assert editor.text("B.md") == "---\ntags: 'true'\n---\n#true\n"


@pytest.mark.parametrize("name", ["a b", "12", "a//b", "a/", "#", "a.b"])
def test_what_is_no_tag_is_refused(vault, name):
    """
    == A.md
    #proj
    """
    editor = SmallEditor(vault)
    with pytest.raises(VaultkitError, match="cannot be a tag"):
        renamed(editor, "A.md", "#pr‸oj", name)


# ----------------------------------------------------------------------------------- links in regions


SYNTHESIS = "Cabinet Pestalozzi/Synthèse IT – Cabinet Pestalozzi.md"
CHILD = "Cabinet Pestalozzi/Sécurité & accès.md"


@pytest.fixture
def sample(tmp_path):
    """The sample vault, with a wording of a person in a region: a link to a heading, and a tag."""
    made = Vault(tmp_path / "coffre", tmp_path / "state")
    shutil.copytree(Path(__file__).resolve().parents[3] / "sample_vault", made.root)
    made.replace(
        SYNTHESIS, "Compte commun, écrans toujours ouverts", "Voir [[Sécurité & accès#Détails]] #urgent/été"
    )
    made.write(CHILD, made.read(CHILD) + "\n## Détails\n\nRien.\n")
    assert made.run("rebuild").code == 0
    assert "Voir [[Sécurité & accès#Détails]] #urgent/été <!-- vk:keep -->" in made.read(SYNTHESIS)
    return made


def test_a_kept_wording_in_a_region_follows_and_stays_kept(sample):
    editor = SmallEditor(sample)
    renamed(editor, CHILD, "## Dét‸ails", "Précisions")
    renamed(editor, SYNTHESIS, "#urgent/‸été", "vite")
    assert "Voir [[Sécurité & accès#Précisions]] #vite <!-- vk:keep -->" in sample.read(SYNTHESIS)
    assert sample.run("rebuild", "--check").code == 0
    assert sample.run("check").code == 0


def test_in_a_region_that_is_not_up_to_date_nothing_is_renamed(sample):
    editor = SmallEditor(sample)
    sample.replace(CHILD, "**Risque** : dossiers lisibles", "**Risque** : fiches lisibles")
    with pytest.raises(Refused) as caught:
        renamed(editor, CHILD, "## Dét‸ails", "Précisions")
    assert caught.value.message.en == (
        f"nothing was renamed: {SYNTHESIS}: its regions are not up to date: first vaultkit rebuild"
    )


def test_what_vaultkit_writes_itself_is_not_renamed_there(sample):
    editor = SmallEditor(sample)
    text = sample.read(SYNTHESIS).replace("begin recap -->\n", "begin recap -->\n\n### Dedans\n")
    editor.type(SYNTHESIS, text)
    with pytest.raises(Refused, match="stands in a region that vaultkit writes"):
        renamed(editor, SYNTHESIS, "### De‸dans", "Dehors")
