"""`schema`, `check --add-missing` and the schemas of a vault, as a process on a real disk."""

from __future__ import annotations

import json
import sys

import pytest

from vaultkit.shell.resources import preset_schemas


def diagnostics(vault, *arguments):
    ran = vault.run("check", "--format", "json", *arguments)
    return {(d["code"], d["path"], d["line"], d["column"]): d for d in json.loads(ran.out)["diagnostics"]}


def test_schema_infer_prints_and_writes_and_undo_takes_it_back(vault):
    """
    == A.md
    ---
    category: visite
    ville: Nyon
    ---
    == B.md
    ---
    category: visite
    ville: Morges
    ---
    """
    before = vault.snapshot()
    ran = vault.run("schema", "infer")
    assert ran.code == 0
    assert ran.out.startswith("# vaultkit/schemas/visite.yaml\n# Inferred from 2 notes")
    assert vault.snapshot() == before
    assert vault.run("schema", "infer", "--write").code == 0
    assert "  required: [category, ville]\n" in vault.read("vaultkit/schemas/visite.yaml")
    assert vault.run("check").code == 0
    again = vault.run("schema", "infer", "--write")
    assert (again.code, "is there already" in again.err) == (3, True)
    assert vault.run("undo").code == 0
    assert vault.snapshot() == before


def test_schema_infer_knows_its_categories(vault):
    """
    == A.md
    ---
    category: visite
    ---
    """
    ran = vault.run("schema", "infer", "visites")
    assert (ran.code, "did you mean visite?" in ran.err) == (2, True)


def test_schema_says_which_schemas_stand(vault):
    """
    == vaultkit/schemas/visite.yaml
    category: visite
    == vaultkit/schemas/faux.yaml
    category: visite
    frontmater: {}
    == A.md
    ---
    category: visite
    ---
    """
    ran = vault.run("schema")
    assert ran.code == 1
    assert "vaultkit/schemas/visite.yaml: 1 note" in ran.out
    assert "vaultkit/schemas/faux.yaml:2:1: unknown key 'frontmater'" in ran.err


def test_a_fault_in_a_schema_is_told_with_its_line_and_the_rest_is_checked(vault):
    """
    == vaultkit/schemas/a.yaml
    category: a
    frontmatter: {properties: {x: {$ref: "https://example.com/s.json"}}}
    == vaultkit/schemas/b.toml
    category = "b"
    [frontmatter]
    required = ["x"]
    == vaultkit/schemas/c.yaml
    # jamais
    category: c
    == A.md
    ---
    category: a
    ---
    == B.md
    ---
    category: b
    ---
    == D.md
    ---
    category: d
    ---
    """
    found = diagnostics(vault)
    assert set(found) == {
        ("VK801", "vaultkit/schemas/a.yaml", 2, 38),
        ("VK203", "B.md", 2, 1),
        ("VK802", "vaultkit/schemas/c.yaml", 2, 1),
        ("VK803", "A.md", 2, 11),
    }
    assert found["VK803", "A.md", 2, 11]["message"] == "categories without a schema: a (1), d (1)"


def test_another_folder_of_schemas(vault):
    """
    == vaultkit.toml
    [schemas]
    folder = "outils/schemas"
    == outils/schemas/b.yaml
    category: b
    frontmatter: {required: [x]}
    == B.md
    ---
    category: b
    ---
    """
    assert set(diagnostics(vault)) == {("VK203", "B.md", 2, 1)}


def test_add_missing_writes_what_follows_from_something_and_a_second_run_does_nothing(vault):
    """
    == vaultkit/schemas/visite.yaml
    category: visite
    frontmatter:
      required: [ville, statut]
      properties: {statut: {default: ouverte}}
    sections: [Constats, Suite]
    == F/Synthèse.md
    ---
    category: synthese_globale
    scope: Favre
    ---
    [[Réseau]]
    == F/Réseau.md
    ---
    category: domaine
    ---
    # Réseau
    == V.md
    ---
    category: visite
    ---
    # Visite
    """
    ran = vault.run("check", "--add-missing")
    assert vault.read("V.md") == (
        "---\ncategory: visite\nstatut: ouverte\n---\n# Visite\n\n## Constats\n\n## Suite\n"
    )
    assert vault.read("F/Réseau.md") == (
        '---\ncategory: domaine\nscope: Favre\nsynthese: "[[Synthèse]]"\n---\n# Réseau\n'
    )
    assert ran.code == 1, "ville is still missing"
    once = vault.snapshot()
    vault.run("check", "--add-missing")
    assert vault.snapshot() == once
    assert vault.run("undo").code == 0
    assert vault.read("V.md") == "---\ncategory: visite\n---\n# Visite\n"


def test_more_missing_keys_than_rounds_are_added_in_one_run(vault):
    """
    == A.md
    ---
    category: a
    ---
    """
    names = [f"k{at}" for at in range(30)]
    properties = ", ".join(f"{name}: {{default: {at}}}" for at, name in enumerate(names))
    vault.write(
        "vaultkit/schemas/a.yaml",
        f"category: a\nfrontmatter: {{required: [{', '.join(names)}], properties: {{{properties}}}}}\n"
        f"sections: [{', '.join(name.upper() for name in names)}]\n",
    )
    assert vault.run("check", "--add-missing").code == 0
    assert vault.read("A.md").count("\nk") == vault.read("A.md").count("\n## K") == 30


def test_migrate_shows_counts_writes_and_is_taken_back(vault):
    """
    == A.md
    ---
    statut: fait
    autre: 1
    ---
    [statut:: fait]
    == B.md
    ---
    statut: rien
    ---
    == C.md
    ---
    autre: 1
    ---
    ```dataview
    LIST WHERE statut = "fait"
    ```
    """
    asked = ("schema", "migrate", "--rename", "statut=état", "--map", "statut:fait=clos")
    before = vault.snapshot()
    shown = vault.run(*asked, "--diff")
    assert (shown.code, "-statut: fait\n+état: clos\n" in shown.out) == (0, True)
    refused = vault.run(*asked, "--expect", "3")
    assert (refused.code, "2, not 3" in refused.err) == (3, True)
    assert vault.snapshot() == before
    ran = vault.run(*asked, "--expect", "2")
    assert ran.code == 0
    assert "to be looked at by hand: C.md" in ran.out
    assert vault.read("A.md") == "---\nétat: clos\nautre: 1\n---\n[état:: clos]\n"
    assert vault.read("B.md") == "---\nétat: rien\n---\n"
    once = vault.snapshot()
    again = vault.run(*asked)
    assert (again.code, "Nothing to change." in again.out) == (0, True)
    assert vault.snapshot() == once
    assert vault.run("undo").code == 0
    assert vault.snapshot() == before


def test_migrate_leaves_a_note_that_has_both_keys_and_goes_on(vault):
    """
    == A.md
    ---
    statut: a
    état: b
    ---
    == B.md
    ---
    statut: a
    ---
    """
    ran = vault.run("schema", "migrate", "--rename", "statut=état")
    assert (ran.code, "'état' stands there beside 'statut'" in ran.err) == (3, True)
    assert vault.read("A.md").count("statut") == 1
    assert vault.read("B.md") == "---\nétat: a\n---\n"


def test_migrate_of_some_notes_only(vault):
    """
    == F/A.md
    ---
    a: 1
    ---
    == B.md
    ---
    a: 1
    ---
    """
    assert vault.run("schema", "migrate", "F", "--rename", "a=b").code == 0
    assert (vault.read("F/A.md"), vault.read("B.md")) == ("---\nb: 1\n---\n", "---\na: 1\n---\n")


@pytest.mark.parametrize(
    "wrong",
    [
        (), ("--rename", "a"), ("--rename", "a="), ("--rename", "a=b", "--rename", "b=c"), ("--map", "a=b"),
        ("--map", "k:a=b", "--map", "k:b=a"), ("--rename", "a=c", "--rename", "b=c"),
    ],
)  # fmt: skip
def test_migrate_says_what_it_does_not_understand(vault, wrong):
    """
    == A.md
    ---
    a: 1
    ---
    """
    ran = vault.run("schema", "migrate", *wrong)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 1


def test_init_writes_the_schemas_of_the_preset_once(vault):
    assert vault.run("init").code == 0
    for name, text in preset_schemas():
        assert vault.read(f"vaultkit/schemas/{name}") == text
    assert not list(vault.root.glob("vaultkit/templates/**/*.yaml"))
    assert "rien n’a été écrit" in vault.run("init").out
    assert diagnostics(vault) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_schema_behind_a_link_out_of_the_vault_is_not_read(vault, tmp_path):
    """
    == A.md
    ---
    category: a
    ---
    """
    outside = tmp_path / "ailleurs"
    outside.mkdir()
    (outside / "a.yaml").write_text("category: a\nfrontmatter: {required: [x]}\n", encoding="utf-8")
    (vault.root / "vaultkit").mkdir()
    (vault.root / "vaultkit" / "schemas").symlink_to(outside, target_is_directory=True)
    assert diagnostics(vault) == {}


def test_a_schema_that_is_no_utf8_is_told_and_file_names_are_case_blind(vault):
    """
    == vaultkit/schemas/B.YAML
    category: b
    frontmatter: {required: [x]}
    == vaultkit/schemas/y.json
    {}
    == vaultkit/schemas/z.yaml.txt
    category: z
    == vaultkit/schemas/README.md
    Nos schémas.
    == B.md
    ---
    category: b
    ---
    """
    (vault.root / "vaultkit/schemas/a.yaml").write_bytes(b"category: a\ntitle: \xe9t\xe9\n")
    found = diagnostics(vault)
    assert set(found) == {
        ("VK203", "B.md", 2, 1),
        ("VK801", "vaultkit/schemas/a.yaml", 1, 1),
        ("VK802", "vaultkit/schemas/y.json", 1, 1),
    }
    assert found["VK801", "vaultkit/schemas/a.yaml", 1, 1]["message"] == (
        "the schema cannot be read, line 2: this is no UTF-8"
    )
    assert (
        found["VK802", "vaultkit/schemas/y.json", 1, 1]["message"]
        == "not read as a schema: y.json, z.yaml.txt"
    )


def test_schema_infer_diff_shows_what_write_would_write(vault):
    """
    == A.md
    ---
    category: visite
    ville: Nyon
    ---
    """
    before = vault.snapshot()
    ran = vault.run("schema", "infer", "--diff")
    assert ran.code == 0
    assert ran.out.startswith("--- /dev/null\n+++ b/vaultkit/schemas/visite.yaml\n")
    assert "+category: visite\n" in ran.out
    assert vault.run("schema", "infer", "--write", "--diff").out == ran.out
    assert vault.snapshot() == before
    assert vault.run("schema", "infer", "--write").code == 0
    assert vault.run("schema", "infer", "--diff").code == 3


def test_migrate_refuses_aloud_and_names_what_it_leaves(vault):
    """
    == A.md
    ---
    prio: haute
    ---
    == B.md
    ---
    Prio: haute
    ---
    """
    (vault.root / "C.md").write_bytes(b"---\nprio: haute\n---\n\xe9\n")
    (vault.root / "D.md").write_bytes(b"---\nautre: haute\n---\n\xe9\n")
    shown = vault.run("schema", "migrate", "--rename", "prio=priorite", "--diff")
    assert shown.code == 3
    assert "left: Prio (1 time)" in shown.err
    ran = vault.run("schema", "migrate", "--rename", "prio=priorite")
    assert ran.code == 3
    assert "✔ A.md" in ran.out
    assert "left: Prio (1 time); not quite the old name" in ran.out
    assert "✖ C.md: this note is not UTF-8; nothing was written there" in ran.err
    assert "D.md" not in ran.out + ran.err
    assert (vault.root / "C.md").read_bytes() == b"---\nprio: haute\n---\n\xe9\n"


def test_a_wrong_priority_in_an_inline_field_fails_check_and_is_no_longer_silent(vault):
    """
    == S.md
    ---
    category: synthese_globale
    scope: X
    ---
    # Synthèse
    [[Accès]]
    == Accès.md
    ---
    category: domaine
    scope: X
    ---
    # Accès
    [[S]]
    priorite:: hautte
    """
    assert vault.run("check").code == 1
    assert ("VK204", "Accès.md", 7, 12) in diagnostics(vault)
