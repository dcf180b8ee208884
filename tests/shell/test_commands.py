"""What a person sees and gets: exit codes, words, safety of every command, as real processes."""

from __future__ import annotations

import json

import pytest

MISSION = """
== Synthèse.md
---
category: synthese_globale
scope: Étude Dufour
---
# Synthèse

## Tableau récapitulatif

<!-- vaultkit:begin recap -->

<!-- vaultkit:end recap -->

## Feuille de route

<!-- vaultkit:begin roadmap -->

<!-- vaultkit:end roadmap -->

== Accès.md
---
category: domaine
scope: Étude Dufour
priorite: haute
---
# 🔐 Accès
Pour [[Synthèse]].
## Constats
- Clés partagées ❌
## Actions
- **Court terme** : **badges** – un badge par personne
"""


@pytest.fixture
def mission(vault):
    from tests.conftest import notes_of

    for path, text in notes_of(MISSION).items():
        vault.write(path, text)
    return vault


# ------------------------------------------------------------------------- the first five minutes


def test_bare_vaultkit_says_what_it_sees_and_changes_nothing(seed_vault):
    before = seed_vault.snapshot()
    done = seed_vault.run(LC_ALL="C")
    assert done.code == 0
    assert "1 synthèse" in done.out
    assert "Rien n’a été changé." in done.out
    assert "vaultkit adopt pestalozzi" in done.out
    assert seed_vault.snapshot() == before


def test_the_advice_of_bare_vaultkit_can_be_typed_as_it_stands(seed_vault):
    advice = next(line for line in seed_vault.run().out.splitlines() if "vaultkit adopt" in line)
    words = advice.partition("vaultkit ")[2].partition("  (")[0].split()
    assert seed_vault.run(*words).code == 0


def test_the_text_is_utf8_on_a_narrow_console(seed_vault):
    done = seed_vault.run(PYTHONIOENCODING="cp1252", LC_ALL="fr_CH.UTF-8")
    assert "Synthèse IT – Cabinet Pestalozzi" in done.out
    assert done.code == 0


def test_no_vault_here(vault):
    (vault.root / ".obsidian").rmdir()
    done = vault.run("rebuild")
    assert done.code == 2
    assert "no Obsidian vault here" in done.err


def test_an_empty_vault_is_fine(vault):
    assert vault.run("rebuild").code == 0
    assert vault.run("check").code == 0
    assert "vaultkit new mission" in vault.run().out


def test_the_vault_is_found_from_a_folder_inside(mission):
    (mission.root / "Sous" / "Dossier").mkdir(parents=True)
    here = type(mission)(mission.root / "Sous" / "Dossier", mission.state)
    assert here.run("rebuild").code == 0
    assert "badges" in mission.read("Synthèse.md")


@pytest.mark.parametrize(
    "arguments", [("--vault", "nowhere", "check"), ("adopt", "nobody"), ("rebuild", "nowhere")]
)
def test_wrong_use_is_one_line_and_exit_2(mission, arguments):
    done = mission.run(*arguments)
    assert done.code == 2
    assert len(done.err.strip().splitlines()) == 1


def test_a_name_that_means_several_notes_lists_them(mission):
    mission.write("Synthèse bis.md", "---\ncategory: synthese_globale\nscope: B\n---\n")
    done = mission.run("adopt", "ynth")
    assert done.code == 2
    assert "Synthèse.md" in done.err
    assert "Synthèse bis.md" in done.err


# ----------------------------------------------------------------------------------- rebuild


def test_a_rebuild_says_what_changed_and_how_to_undo_it(mission):
    assert mission.run("rebuild").code == 0
    mission.replace("Accès.md", "priorite: haute", "priorite: moyenne")
    done = mission.run("rebuild", LC_ALL="fr_CH.UTF-8")
    assert "1 ligne du tableau (🔐 Accès, Priorité : 🚨 Haute → ⚠️ Moyenne)" in done.out.replace("\u00a0", " ")
    assert "Annuler : vaultkit undo" in done.out.replace("\u00a0", " ")


def test_a_rebuild_tells_what_it_adds_to_backlinks(mission):
    text = mission.read("Synthèse.md").replace(
        "scope: Étude Dufour\n", "scope: Étude Dufour\nbacklinks: []\n"
    )
    mission.write("Synthèse.md", text + "\n<!-- vaultkit:begin liens -->\n\n<!-- vaultkit:end liens -->\n")
    done = mission.run("rebuild")
    assert "backlinks: + [[Accès]]" in done.out
    assert 'backlinks: ["[[Accès]]"]' in mission.read("Synthèse.md")


@pytest.mark.parametrize("way", ["--check", "--diff", "--dry-run"])
def test_the_ways_to_look_write_nothing(mission, way):
    before = mission.snapshot()
    done = mission.run("rebuild", way)
    assert done.code == (1 if way == "--check" else 0)
    assert "Synthèse.md" in done.out
    assert mission.snapshot() == before
    assert mission.run("rebuild").code == 0
    assert mission.run("rebuild", "--check").code == 0


def test_expect_writes_only_what_was_expected(mission):
    before = mission.snapshot()
    assert mission.run("rebuild", "--expect", "2").code == 3
    assert mission.snapshot() == before
    assert mission.run("rebuild", "--expect", "1").code == 0
    assert mission.run("rebuild", "--expect", "0").code == 0


def test_the_json_of_a_rebuild(mission):
    said = json.loads(mission.run("rebuild", "--json").out)
    assert said["schema_version"] == 1
    assert said["written"] == [{"path": "Synthèse.md", "regions": ["recap", "roadmap"]}]
    assert said["unchanged"] == 1
    assert said["pending"] == []
    assert said["diagnostics"] == []
    assert json.loads(mission.run("rebuild", "--json").out)["written"] == []


def test_an_error_anywhere_is_exit_1_and_the_rest_is_written(mission):
    mission.write("Autre.md", "---\na: 1\na: 2\n---\n")
    assert mission.run("rebuild").code == 1
    assert "badges" in mission.read("Synthèse.md")


def test_a_missing_end_marker_is_exit_3_with_its_line_and_nothing_is_written(mission):
    mission.run("rebuild")
    text = mission.read("Synthèse.md")
    line = next(line for line in text.splitlines() if line.startswith("<!-- vaultkit:end recap"))
    mission.write("Synthèse.md", text.replace(line + "\n", ""))
    mission.replace("Accès.md", "priorite: haute", "priorite: basse")
    before = mission.snapshot()
    done = mission.run("rebuild")
    assert done.code == 3
    begin = text.splitlines().index("<!-- vaultkit:begin recap -->") + 1
    assert f"line {begin}" in done.err
    assert mission.snapshot() == before
    assert mission.run("check").code == 1


def test_one_refused_note_does_not_stop_the_others(mission):
    mission.write("B.md", "---\ncategory: synthese_globale\nscope: B\n---\n<!-- vaultkit:begin recap -->\n")
    assert mission.run("rebuild").code == 3
    assert "badges" in mission.read("Synthèse.md")


def test_a_child_that_holds_a_marker_as_text_does_not_break_the_synthesis(mission):
    mission.replace("Accès.md", "- Clés partagées ❌", "- Clés <!-- vaultkit:end recap --> partagées ❌")
    mission.run("rebuild")
    assert "| Clés partagées |" in mission.read("Synthèse.md")
    assert mission.run("rebuild", "--check").code == 0


# ------------------------------------------------------------------------------- check and fix


def test_check_gives_places_in_text_and_json(mission):
    mission.replace("Accès.md", "Pour [[Synthèse]].", "Pour [[Synthèze]].")
    line = next(line for line in mission.run("check").out.splitlines() if "VK401" in line)
    assert line.startswith("Accès.md:7:6: VK401 warning ")
    [found] = [
        d
        for d in json.loads(mission.run("check", "--format", "json").out)["diagnostics"]
        if d["code"] == "VK401"
    ]
    assert (found["name"], found["severity"], found["path"]) == ("unresolved-link", "warning", "Accès.md")
    assert (found["line"], found["column"], found["end_line"], found["end_column"]) == (7, 6, 7, 18)
    assert "Synthèse" in found["hint"]


def test_check_of_some_paths_speaks_of_those_only(mission):
    mission.write("Ailleurs/A.md", "[[rien]]\n")
    mission.write("Ici/B.md", "[[rien]]\n")
    out = mission.run("check", "Ici").out
    assert "Ici/B.md" in out
    assert "Ailleurs" not in out


def test_plain_backlinks_become_links_on_request_only(seed_vault):
    name = next(iter(seed_vault.snapshot()))
    seed_vault.run("rebuild")
    assert "  - Acces_IT_CDP\n" in seed_vault.read(name)
    assert seed_vault.run("check", "--fix").code == 0
    text = seed_vault.read(name)
    assert '  - "[[Acces_IT_CDP]]"\n' in text
    assert "VK403" not in seed_vault.run("check").out
    assert seed_vault.run("undo").code == 0
    assert "  - Acces_IT_CDP\n" in seed_vault.read(name)


# ----------------------------------------------------------------------------- undo and history


def test_undo_gives_the_bytes_back_and_refuses_what_changed_since(mission):
    before = mission.snapshot()
    mission.run("rebuild")
    after = mission.read("Synthèse.md")
    assert mission.run("undo").code == 0
    assert mission.snapshot() == before
    mission.run("rebuild")
    assert mission.read("Synthèse.md") == after
    mission.write("Synthèse.md", after + "Un mot de plus.\n")
    done = mission.run("undo")
    assert done.code == 3
    assert mission.read("Synthèse.md") == after + "Un mot de plus.\n"


def test_history_lists_the_writes(mission):
    mission.run("rebuild")
    out = mission.run("history").out
    assert "rebuild" in out
    assert "Synthèse.md" in out


# --------------------------------------------------------------------------------- init and new


def test_a_new_mission_passes_validation_and_is_up_to_date(vault):
    assert vault.run("new", "mission", "Étude Dufour").code == 0
    assert vault.run("check").out == "✔ Nothing to report.\n"
    assert vault.run("rebuild", "--check").code == 0
    synthesis = vault.read("Étude Dufour/Synthèse – Étude Dufour.md")
    assert "| 🔐 Sécurité |" in synthesis


def test_what_is_generated_does_not_depend_on_the_locale(vault):
    vault.run("new", "mission", "Étude Dufour", LC_ALL="en_US.UTF-8")
    english = vault.snapshot()
    vault.run("undo")
    vault.run("new", "mission", "Étude Dufour", LC_ALL="fr_CH.UTF-8")
    assert vault.snapshot() == english


def test_a_new_domain_note_joins_the_only_mission(mission):
    mission.run("rebuild")
    assert mission.run("new", "domaine", "Réseau").code == 0
    assert "scope: Étude Dufour" in mission.read("Réseau.md")
    assert mission.run("rebuild").code == 0
    assert "| Réseau |" in mission.read("Synthèse.md")


def test_a_new_note_never_overwrites_one(mission):
    before = mission.snapshot()
    assert mission.run("new", "domaine", "Accès").code == 2
    assert mission.snapshot() == before


def test_init_writes_settings_and_templates_once(mission):
    assert mission.run("init").code == 0
    assert 'language = "fr"' in mission.read("vaultkit.toml")
    assert mission.run("rebuild").code == 0
    before = mission.snapshot()
    assert mission.run("init").code == 0
    assert mission.snapshot() == before
    assert mission.run("check").code == 0


def test_a_mission_is_made_from_the_templates_that_init_wrote(vault):
    assert vault.run("init", ".").code == 0
    assert vault.run("new", "mission", "Étude Favre").code == 0
    assert vault.run("check").out == "✔ Rien à signaler.\n"
    assert vault.run("rebuild", "--check").code == 0


# -------------------------------------------------------------------------- settings, templates


def test_wrong_settings_are_exit_2_with_the_nearest_key(mission):
    mission.write("vaultkit.toml", '[vault]\nlangage = "fr"\n')
    done = mission.run("rebuild")
    assert done.code == 2
    assert "vault.language" in done.err


def test_settings_may_stand_in_a_note(mission):
    mission.write("vaultkit.md", "---\nvault:\n  language: en\n---\nSettings.\n")
    assert mission.run("rebuild").code == 0
    assert "| Domain |" in mission.read("Synthèse.md")


def test_a_vault_may_override_a_region_template(mission):
    mission.write(
        "vaultkit/templates/roadmap.md",
        "{% for line in lines %}\n- **{{ line.label }}** → {{ line.items | join(', ') }}\n{% endfor %}\n",
    )
    assert mission.run("rebuild").code == 0
    assert "\n- **Court terme** → badges\n" in mission.read("Synthèse.md")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("a\n{% for x in lines %}\n{{ x.nothing }}\n{% endfor %}\n", "recap.md:3"),
        ("a\n{% if %}\n", "recap.md:2"),
        ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "recap.md:1"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "recap.md:1"),
        ("{% include '/etc/passwd' %}", "recap.md:1"),
    ],
)
def test_a_wrong_template_is_a_diagnostic_with_its_line_and_the_region_stands(mission, template, said):
    mission.run("rebuild")
    before = mission.read("Synthèse.md")
    mission.write("vaultkit/templates/recap.md", template)
    mission.replace("Accès.md", "badge par personne", "badge pour chacun")
    done = mission.run("rebuild")
    assert done.code == 1
    assert mission.read("Synthèse.md") == before
    assert said in mission.run("check").out


def test_a_template_region_renders_any_template_of_the_vault(mission):
    mission.write(
        "vaultkit/templates/hautes.md",
        "{% for domain in domains %}\n- {{ domain.label }} ({{ domain.priority }})\n{% endfor %}\n",
    )
    text = mission.read("Synthèse.md")
    mission.write(
        "Synthèse.md",
        text + '\n<!-- vaultkit:begin template src="hautes.md" -->\n\n<!-- vaultkit:end template -->\n',
    )
    assert mission.run("rebuild").code == 0
    assert "\n- 🔐 Accès (🚨 Haute)\n" in mission.read("Synthèse.md")


# ----------------------------------------------------------------------------------- bad input


def test_bytes_that_are_no_utf8_are_a_diagnostic_and_never_written(mission):
    (mission.root / "Synthèse.md").write_bytes(mission.read("Synthèse.md").encode() + b"caf\xe9\n")
    before = mission.snapshot()
    assert mission.run("rebuild").code == 3
    assert mission.snapshot() == before
    assert "VK101" in mission.run("check").out


def test_merge_conflict_markers_stop_writes_to_the_note(mission):
    text = mission.read("Synthèse.md")
    mission.write("Synthèse.md", text + "\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n")
    before = mission.snapshot()
    assert mission.run("rebuild").code == 3
    assert mission.snapshot() == before


def test_no_command_writes_into_a_note_with_merge_conflict_markers(seed_vault):
    [name] = seed_vault.snapshot()
    text = seed_vault.read(name) + "\n<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n"
    seed_vault.write(name, text)
    assert seed_vault.run("adopt", "pestalozzi").code == 3
    assert seed_vault.run("check", "--fix").code == 3
    assert seed_vault.read(name) == text


def test_a_note_of_twenty_megabytes(mission):
    mission.write("Gros.md", "- mot [[Synthèse]] #tag **gras** `code`\n" * 500_000)
    assert mission.run("rebuild").code == 0


def test_cyclic_links_and_a_child_of_two_syntheses(mission):
    mission.write("A.md", "[[B]]\n![[B]]\n")
    mission.write("B.md", "[[A]]\n![[A]]\n")
    mission.write(
        "Deux.md", '---\ncategory: synthese_globale\nscope: Autre\nbacklinks:\n  - "[[Commun]]"\n---\n'
    )
    mission.replace(
        "Synthèse.md", "scope: Étude Dufour\n", 'scope: Étude Dufour\nbacklinks:\n  - "[[Commun]]"\n'
    )
    mission.write("Commun.md", "---\ncategory: entretien\n---\n[[Deux]] [[Synthèse]]\n")
    assert mission.run("rebuild").code == 1
    out = mission.run("check").out
    assert "VK702" in out
    assert "VK203" in out


def test_of_two_syntheses_of_one_scope_the_newest_open_one_is_active(mission):
    old = mission.read("Synthèse.md").replace("scope:", "date: 2024-01-01\nscope:")
    mission.write("Ancienne.md", old)
    mission.replace("Synthèse.md", "scope:", "date: 2025-01-01\nscope:")
    assert mission.run("rebuild").code == 0
    assert "badges" in mission.read("Synthèse.md")
    assert mission.read("Ancienne.md") == old


def test_a_symlink_out_of_the_vault_is_read_and_never_written(mission, tmp_path):
    outside = tmp_path / "ailleurs"
    outside.mkdir()
    text = mission.read("Synthèse.md")
    (outside / "Synthèse.md").write_text(text, encoding="utf-8")
    (mission.root / "Synthèse.md").unlink()
    (mission.root / "lien").symlink_to(outside)
    done = mission.run("rebuild")
    assert done.code == 3
    assert (outside / "Synthèse.md").read_text(encoding="utf-8") == text


def test_metadata_is_what_obsidian_caches(mission):
    said = json.loads(mission.run("metadata", "Accès").out)
    assert list(said) == ["Accès.md"]
    assert said["Accès.md"]["headings"][0] == {
        "heading": "🔐 Accès",
        "level": 1,
        "position": {
            "start": {"line": 5, "col": 0, "offset": 62},
            "end": {"line": 5, "col": 10, "offset": 72},
        },
    }


def test_every_command_says_what_it_does_in_both_languages(vault):
    from vaultkit.shell.arguments import COMMANDS

    for name, about in COMMANDS.items():
        done = vault.run(name, "--help")
        assert done.code == 0
        assert all(sentence in done.out for sentence in about), name
