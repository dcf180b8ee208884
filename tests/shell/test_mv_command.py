"""`vaultkit mv`: played on a real disk, undone, and refused where it must be."""

from __future__ import annotations

import sys

import pytest

from tests.conftest import notes_of
from vaultkit.errors import VaultkitError
from vaultkit.shell import disk
from vaultkit.shell.moving import move
from vaultkit.shell.session import Session
from vaultkit.text import Message

VAULT = """
    == A.md
    ---
    up: "[[Old]]"
    ---
    [[Old#H|Old]] and [x](d/Old.md) [[Autre]]
    == d/Old.md
    [[A]] ![](../img.png)
    == Autre.md
    rien
    == img.png
    binaire
    == B.canvas
    {"nodes":[{"id":"1","type":"file","file":"d/Old.md"}]}
    """


def written(vault, text):
    for path, said in notes_of(text).items():
        vault.write(path, said)
    return vault.snapshot()


def test_links_follow_and_undo_gives_every_byte_back(vault):
    before = written(vault, VAULT)
    ran = vault.run("mv", "old", "New name")
    assert (ran.code, ran.err) == (0, "")
    assert "d/Old.md → d/New name.md: 4 links rewritten in 2 files" in ran.out
    assert vault.read("A.md") == (
        '---\nup: "[[New name]]"\n---\n[[New name#H|New name]] and [x](New%20name.md) [[Autre]]\n'
    )
    assert vault.read("d/New name.md") == before["d/Old.md"].decode()
    assert '"file":"d/New name.md"' in vault.read("B.canvas")
    assert vault.run("undo").code == 0
    assert vault.snapshot() == before


def test_a_note_goes_into_a_folder_and_its_own_links_go_on_leading(vault):
    written(vault, VAULT)
    assert vault.run("mv", "d/Old.md", "x/y/").code == 0
    assert vault.read("x/y/Old.md") == "[[A]] ![](../../img.png)\n"
    assert vault.read("A.md").endswith("[[Old#H|Old]] and [x](Old.md) [[Autre]]\n")


def test_a_folder_and_an_attachment_move_too(vault):
    before = written(vault, VAULT)
    assert vault.run("mv", "d", "e").code == 0
    assert "e/Old.md" in vault.snapshot()
    assert vault.run("mv", "img.png", "e/plan.png").code == 0
    assert vault.read("e/Old.md") == "[[A]] ![](../e/plan.png)\n".replace("../e/", "./")
    assert vault.run("undo").code == 0
    assert vault.run("undo").code == 0
    assert vault.snapshot() == before


def test_the_diff_shows_and_writes_nothing(vault):
    before = written(vault, VAULT)
    out = vault.run("mv", "old", "New", "--diff").out
    assert out.startswith("d/Old.md → d/New.md\n")
    assert '+up: "[[New]]"' in out
    assert vault.snapshot() == before


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("old", "Autre"), 0, ""),
        (("old", "d/../Autre.md"), 3, "there already"),
        (("d/Old.md", "Autre"), 3, "there already"),
        (("d/Old.md", "autre"), 3, "there already"),
        (("nobody", "x"), 2, "no note matches"),
        (("old", "../x"), 2, "out of the vault"),
        (("old", "a:b"), 2, "does not accept ':'"),
        (("old", "C# notes"), 2, "does not accept '#'"),
        (("old", ".hidden"), 2, "cannot be the name"),
        (("old", "x" * 300), 2, "cannot be the name"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(vault, arguments, code, said):
    before = written(vault, VAULT)
    ran = vault.run("mv", *arguments)
    assert (ran.code, said in ran.err) == (code, True), ran
    assert code == 0 or vault.snapshot() == before


def test_another_case_of_the_same_name(vault):
    written(vault, VAULT)
    assert vault.run("mv", "autre", "AUTRE").code == 0
    assert "AUTRE.md" in [path.name for path in vault.root.iterdir()]
    assert vault.read("A.md").endswith("[[Autre]]\n")  # still leads there


def test_while_a_file_that_must_follow_cannot_be_written_nothing_is_moved(vault):
    written(vault, VAULT)
    vault.write("C.md", "[[Old]]\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n")
    before = vault.snapshot()
    ran = vault.run("mv", "old", "New")
    assert ran.code == 3
    assert "C.md: this note holds merge conflict markers" in ran.err
    assert "Nothing was moved." in ran.err
    assert vault.snapshot() == before


def test_a_write_that_fails_takes_the_whole_move_back(vault, monkeypatch):
    before = written(vault, VAULT)
    monkeypatch.setenv("XDG_STATE_HOME", str(vault.state))
    apply = disk.apply

    def full(root, write, journal):
        if write.path == "B.canvas" and write.reason == "mv":
            raise VaultkitError(Message("disque plein", "disk full"))
        return apply(root, write, journal)

    monkeypatch.setattr(disk, "apply", full)
    done, _ = move(Session.open(vault.root), "d/Old.md", "d/New.md", {"d/Old.md": "d/New.md"})
    assert [message.en for _, message in done.refused] == ["disk full"]
    assert vault.snapshot() == before


def test_a_canvas_saved_meanwhile_is_read_and_planned_again(vault, monkeypatch):
    written(vault, VAULT)
    monkeypatch.setenv("XDG_STATE_HOME", str(vault.state))
    move_on_disk = disk.move

    def moved_while_someone_saves(*arguments):
        vault.replace("B.canvas", '"id":"1"', '"id":"2"')
        vault.replace("A.md", "[[Autre]]", "[[Autre]] et [[Old]]")
        return move_on_disk(*arguments)

    monkeypatch.setattr(disk, "move", moved_while_someone_saves)
    done, _ = move(Session.open(vault.root), "d/Old.md", "d/New.md", {"d/Old.md": "d/New.md"})
    assert done.refused == []
    assert '"id":"2","type":"file","file":"d/New.md"' in vault.read("B.canvas")
    assert "[[Autre]] et [[New]]" in vault.read("A.md")


def test_undo_touches_nothing_where_the_former_name_is_taken(vault):
    written(vault, VAULT)
    vault.run("mv", "d/Old.md", "d/New")
    vault.write("d/Old.md", "other words")
    before = vault.snapshot()
    ran = vault.run("undo")
    assert (ran.code, "the name 'd/Old.md' is taken" in ran.err) == (3, True)
    assert vault.snapshot() == before
    (vault.root / "d/Old.md").unlink()
    assert vault.run("undo").code == 0
    assert '"[[Old]]"' in vault.read("A.md")


def test_undo_of_a_note_that_was_moved_takes_its_links_back_too(vault):
    before = written(vault, VAULT)
    vault.run("mv", "old", "New")
    assert vault.run("undo", "New").code == 0
    assert vault.snapshot() == before


def test_an_attachment_keeps_its_extension_and_nothing_goes_into_itself(vault):
    written(vault, VAULT)
    vault.write("S.md", "![[img.png|100]]\n")
    assert vault.run("mv", "img.png", "plan").code == 0
    assert vault.read("S.md") == "![[plan.png|100]]\n"
    before = vault.snapshot()
    ran = vault.run("mv", "d", "d/e")
    assert (ran.code, "cannot go into itself" in ran.err) == (2, True)
    assert vault.snapshot() == before


def test_plain_names_in_backlinks_follow_too(vault):
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    backlinks:
      - Facturation_1
      - "Autre_1"
    ---
    == Facturation_1.md
    ---
    category: domaine
    scope: X
    ---
    == Autre_1.md
    """
    assert vault.run("mv", "facturation", "Argent").code == 0
    assert '  - Argent\n  - "Autre_1"\n' in vault.read("S.md")


def test_a_synthesis_that_is_not_up_to_date_is_to_be_rebuilt_first(vault):
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    ---
    <!-- vaultkit:begin liens -->

    - [[Old]]

    <!-- vaultkit:end liens -->
    == Old.md
    ---
    category: domaine
    scope: X
    ---
    == Neuve.md
    ---
    category: domaine
    scope: X
    ---
    """
    before = vault.snapshot()
    ran = vault.run("mv", "old", "New")
    assert (ran.code, "its regions are not up to date: first vaultkit rebuild" in ran.err) == (3, True)
    assert vault.snapshot() == before
    assert vault.run("rebuild").code == 0
    assert vault.run("mv", "old", "New").code == 0
    assert "- [[New]]" in vault.read("S.md")


def test_a_synthesis_is_up_to_date_after_a_child_was_renamed(vault):
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    ---
    # S
    <!-- vaultkit:begin recap -->
    <!-- vaultkit:end recap -->
    <!-- vaultkit:begin liens -->
    <!-- vaultkit:end liens -->
    == Old.md
    ---
    category: domaine
    scope: X
    domaine: Accès
    ---
    [[S]]
    ## Constats
    - trouvé ❌
    """
    assert vault.run("rebuild").code == 0
    assert vault.run("rebuild", "--check").code == 0
    assert vault.run("mv", "old", "Accès au poste").code == 0
    assert "- [[Accès au poste]]" in vault.read("S.md")
    assert "keep" not in vault.read("S.md")
    assert vault.run("rebuild", "--check").code == 0
    assert vault.run("mv", "S", "Synthèse").code == 0
    assert "[[Synthèse]]" in vault.read("Accès au poste.md")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_is_no_file_to_move(vault, tmp_path):
    written(vault, VAULT)
    (tmp_path / "out.md").write_text("x")
    (vault.root / "L.md").symlink_to(tmp_path / "out.md")
    ran = vault.run("mv", str(vault.root / "L.md"), "M.md")
    assert (ran.code, (vault.root / "L.md").is_symlink()) == (3, True)
