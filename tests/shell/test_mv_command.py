"""`vaultkit mv`: played on a real disk, undone, and refused where it must be."""

from __future__ import annotations

import sys

import pytest

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
    from tests.conftest import notes_of

    for path, said in notes_of(text).items():
        vault.write(path, said)
    return vault.snapshot()


def test_links_follow_and_undo_gives_every_byte_back(vault):
    before = written(vault, VAULT)
    ran = vault.run("mv", "old", "New name")
    assert (ran.code, ran.err) == (0, "")
    assert "d/Old.md → d/New name.md: 4 links rewritten in 2 notes" in ran.out
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


def test_a_note_that_may_not_be_written_is_told_and_the_others_follow(vault):
    written(vault, VAULT)
    vault.write("C.md", "[[Old]]\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n")
    ran = vault.run("mv", "old", "New")
    assert ran.code == 3
    assert "C.md: this note holds merge conflict markers" in ran.err
    assert "[[New#H|New]]" in vault.read("A.md")
    assert vault.read("C.md").startswith("[[Old]]")


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
    assert ran.code in (2, 3)
    assert (vault.root / "L.md").is_symlink()
