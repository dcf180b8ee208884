"""`vaultkit graph`: what a person reads, and what other programs get."""

from __future__ import annotations

import json


def test_the_summary_and_the_lists(vault):
    """
    == A.md
    [[Bureau]] [[Bureaux]]
    == Bureau.md
    [[A#Ici]]
    == Seule.md
    == Modèles/M.md
    [[{{title}}]]
    == .obsidian/app.json
    {"userIgnoreFilters": ["Modèles/"]}
    """
    ran = vault.run("graph", LC_ALL="fr_CH.UTF-8")
    assert (ran.code, ran.err) == (0, "")
    assert "3 fichiers, 2 liens." in ran.out
    assert "1 note isolée" in ran.out
    assert vault.run("graph", "--orphans").out == "Seule.md\n"
    assert vault.run("graph", "--unresolved").out == "[[Bureaux]]  (did you mean [[Bureau]]?)\n    A.md:1\n"
    assert vault.run("graph", "--backlinks", "a").out == "Bureau.md:1: link A#Ici\n"
    as_json = json.loads(vault.run("graph", "--unresolved", "--format", "json").out)
    assert as_json == {
        "schema_version": 1,
        "unresolved": [{"target": "Bureaux", "nearest": "Bureau", "places": [{"path": "A.md", "line": 1}]}],
    }


def test_the_json_of_the_contract(vault):
    """
    == A.md
    ---
    title: Accueil
    aliases: [Début]
    category: entretien
    up: "[[B]]"
    ---
    #x ![[plan.png]] [[B#^id|là]]
    == B.md
    == plan.png
    """
    said = json.loads(vault.run("graph", "--format", "json").out)
    assert said["schema_version"] == 1
    assert said["nodes"][0] == {
        "path": "A.md", "title": "Accueil", "aliases": ["Début"], "tags": ["#x"], "category": "entretien",
    }  # fmt: skip
    assert [node["path"] for node in said["nodes"]] == ["A.md", "B.md", "plan.png"]
    assert said["edges"] == [
        {"source": "A.md", "target": "B.md", "kind": "property", "line": 5, "linktext": "B", "subpath": "", "resolved": True},
        {"source": "A.md", "target": "plan.png", "kind": "embed", "line": 7, "linktext": "plan.png", "subpath": "", "resolved": True},
        {"source": "A.md", "target": "B.md", "kind": "link", "line": 7, "linktext": "B#^id", "subpath": "#^id", "resolved": True},
    ]  # fmt: skip


def test_every_format_is_written_and_stays_the_same(vault):
    """
    == A.md
    [[B]] [[Absente]] "A" <b> & `x`
    == d/B.md
    [[A]]
    """
    for form, opening in {
        "json": "{",
        "graphml": "<graphml",
        "dot": "digraph",
        "mermaid": "flowchart",
        "canvas": "{",
    }.items():
        ran = vault.run("graph", "--format", form)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith(opening), (form, ran.out)
        assert ran.out.endswith("\n")
        assert vault.run("graph", "--format", form, PYTHONHASHSEED="1").out == ran.out


def test_obsidians_settings_are_read_and_never_written(vault):
    """
    == A.md
    ---
    due: demain
    done: true
    ---
    [[2026-11-22]] [[Absente]]
    == T/M.md
    [[Absente aussi]]
    == .obsidian/app.json
    {"userIgnoreFilters": ["T/"]}
    == .obsidian/types.json
    {"types": {"due": "date", "done": "checkbox"}}
    == .obsidian/daily-notes.json
    {"folder": ""}
    """
    before = vault.snapshot()
    out = vault.run("check").out
    assert "A.md:2:6: VK205 warning 'due' is of type date (YYYY-MM-DD) in Obsidian, this value is none" in out
    assert "no note is named 'Absente'" in out
    assert "2026-11-22" not in out
    assert "T/M.md" not in out
    assert vault.snapshot() == before
    vault.write(".obsidian/app.json", "{broken")
    out = vault.run("check").out
    assert ".obsidian/app.json:1:1: VK102 warning this file is not JSON: Obsidian's defaults hold" in out
    assert "T/M.md" in out


def test_names_that_are_hard_to_tell_apart_are_reported(vault):
    """
    == S.md
    [[N]] [[aa/N#Titre]] [[aa/N#Absent]] ![[aa/N#^non]]
    == aa/N.md
    # Titre
    == bb/N.md
    == bb/n.md
    """
    out = vault.run("check", "S").out
    assert "S.md:1:1: VK406 warning 'N' could mean several notes: aa/N.md, bb/N.md" in out
    assert "VK407 warning 'N' has no heading 'Absent'" in out
    assert "VK407 warning 'N' has no block '^non'" in out
    assert "'Titre'" not in out
    out = vault.run("check").out
    assert "aa/N.md:1:1: VK408 remark other notes have the same name: bb/N.md, bb/n.md" in out
    assert "bb/N.md:1:1: VK409 warning differs only in case from bb/n.md" in out


def test_new_notes_link_as_obsidians_settings_say(vault):
    """
    == .obsidian/app.json
    {"useMarkdownLinks": true, "newLinkFormat": "absolute"}
    """
    assert vault.run("new", "mission", "Cabinet (X)").code == 0
    note = vault.read("Cabinet (X)/Entretien – Cabinet (X).md")
    assert "[Synthèse – Cabinet (X)](Cabinet%20%28X%29/Synthèse%20–%20Cabinet%20%28X%29.md)" in note
    assert vault.run("graph", "--unresolved").out == ""


def test_a_card_of_a_canvas_that_shows_no_file_is_reported(vault):
    """
    == N.md
    == B.canvas
    {"nodes": [
    {"id": "1", "type": "file", "file": "N.md"},
    {"id": "2", "type": "file", "file": "Absente.md"}]}
    """
    assert "B.canvas:3:37: VK401 warning no note is named 'Absente.md'" in vault.run("check").out
