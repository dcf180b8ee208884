"""What an editor offers to do at the cursor, and what comes of it: fixes, regions, kept wordings, commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lsprotocol.types import (
    CodeActionContext,
    CodeActionParams,
    ExecuteCommandParams,
    Position,
    Range,
    TextDocumentIdentifier,
)

from tests.conftest import Vault
from tests.shell.language.editing import SmallEditor
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell.language.actions import FIX, FIX_ALL, REWRITE, code_actions
from vaultkit.shell.language.commands import COMMANDS, execute
from vaultkit.shell.language.diagnosing import as_typed, found_in

FOLDER = "Cabinet Pestalozzi"
SYNTHESIS = f"{FOLDER}/Synthèse IT – Cabinet Pestalozzi.md"
CHILD = f"{FOLDER}/Sécurité & accès.md"
CELL = "Compte commun, écrans toujours ouverts"
PLAIN = '  - "[[Sécurité & accès]]"'


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallEditor:
    """An editor on a copy of the sample vault, in English."""
    made = Vault(tmp_path / "coffre", tmp_path / "state")
    shutil.copytree(Path(__file__).resolve().parents[3] / "sample_vault", made.root)
    monkeypatch.setenv("XDG_STATE_HOME", str(made.state))
    return SmallEditor(made)


def written(editor, path, old, new):
    """Have a person write `new` over `old`, unsaved."""
    text = editor.text(path)
    assert text.count(old) == 1, old
    editor.type(path, text.replace(old, new))


def offered(editor, path, at, only=None, shown=()):
    """Return the actions that are offered at the cursor, by title."""
    place = editor.cursor(path, at)
    document = TextDocumentIdentifier(editor.uri(path))
    context = CodeActionContext(list(shown), only=only)
    actions = code_actions(editor.workspace, CodeActionParams(document, Range(place, place), context))
    return {action.title: action for action in actions}


def chosen(editor, action):
    """Do what an editor does with an action that was chosen; return what is told."""
    if action.edit:
        editor.apply(action.edit)
    return command(editor, action.command.command, *action.command.arguments) if action.command else None


def command(editor, name, *arguments):
    done = execute(editor.workspace, ExecuteCommandParams(name, arguments=list(arguments)))
    if done.edit:
        editor.apply(done.edit)
    return done.message


# -------------------------------------------------------------------------------------------- fixes


def test_a_fix_is_offered_where_the_remark_stands_and_mends_it(editor):
    before = editor.text(SYNTHESIS)
    written(editor, SYNTHESIS, PLAIN, "  - Sécurité & accès")
    found = offered(editor, SYNTHESIS, "- Séc‸urité & accès", only=[FIX])
    [fix] = [action for title, action in found.items() if title.startswith("Fix: ")]
    assert (fix.kind, fix.is_preferred, len(fix.diagnostics)) == (FIX, True, 1)
    assert editor.text(SYNTHESIS) != before
    chosen(editor, fix)
    assert editor.text(SYNTHESIS) == before


def test_elsewhere_nothing_is_offered_unless_the_editor_names_the_remark(editor):
    written(editor, SYNTHESIS, PLAIN, "  - Sécurité & accès")
    assert offered(editor, SYNTHESIS, "Ce docu‸ment", only=[FIX]) == {}
    session = editor.workspace.session
    shown = as_typed(found_in(session, SYNTHESIS), session.index.notes[SYNTHESIS].lines, "en")
    assert "Explain VK403 (plain-backlink)" in offered(
        editor, SYNTHESIS, "Ce docu‸ment", only=[FIX], shown=shown
    )


def test_titles_are_in_the_language_of_the_workspace(editor):
    editor.workspace.language = "fr"
    written(editor, SYNTHESIS, PLAIN, "  - Sécurité & accès")
    assert any(
        title.startswith("Corriger\u00a0: ") for title in offered(editor, SYNTHESIS, "- Séc‸urité & accès")
    )


def test_all_safe_fixes_are_one_action_where_it_is_asked_for(editor):
    before = editor.text(SYNTHESIS)
    written(editor, SYNTHESIS, PLAIN, "  - Sécurité & accès")
    written(editor, SYNTHESIS, '  - "[[Organisation & archivage]]"', "  - Organisation & archivage")
    assert FIX_ALL not in {action.kind for action in offered(editor, SYNTHESIS, "Ce docu‸ment").values()}
    [fix_all] = offered(editor, SYNTHESIS, "Ce docu‸ment", only=["source.fixAll"]).values()
    assert fix_all.kind == FIX_ALL
    chosen(editor, fix_all)
    assert editor.text(SYNTHESIS) == before


def test_what_is_missing_is_put_in(editor):
    written(editor, CHILD, "[[Synthèse IT – Cabinet Pestalozzi]]", "synthèse")
    found = offered(editor, CHILD, "# 🔐 Sécu‸rité & accès")
    [adds] = [action for title, action in found.items() if title.startswith("Put in what is missing: ")]
    chosen(editor, adds)
    assert '\nsynthese: "[[Synthèse IT – Cabinet Pestalozzi]]"\n---\n' in editor.text(CHILD)
    assert not any(title.startswith("Put in") for title in offered(editor, CHILD, "# 🔐 Sécu‸rité & accès"))


def test_a_note_in_a_conflict_is_not_edited(editor):
    text = editor.text(SYNTHESIS).replace(PLAIN, "  - Sécurité & accès")
    editor.type(SYNTHESIS, f"{text}\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n")
    found = offered(editor, SYNTHESIS, "- Séc‸urité & accès")
    assert not any(action.edit for action in found.values())
    written(editor, CHILD, "compte commun, écrans", "serveur sans copie, écrans")
    with pytest.raises(Refused, match="merge conflict markers"):
        command(editor, "vaultkit.rebuild", editor.uri(SYNTHESIS))


def test_an_explanation_is_a_command_that_tells(editor):
    written(editor, SYNTHESIS, PLAIN, "  - Sécurité & accès")
    action = offered(editor, SYNTHESIS, "- Séc‸urité & accès")["Explain VK403 (plain-backlink)"]
    assert chosen(editor, action).startswith("VK403")
    assert "Sécurité & accès" in command(editor, "vaultkit.explain", editor.uri(SYNTHESIS))


# ------------------------------------------------------------------------------------------ regions


def test_regions_are_brought_up_to_date_by_action_and_by_command_alike(editor):
    assert "Bring the regions of this note up to date" not in offered(editor, SYNTHESIS, "Ce docu‸ment")
    written(editor, CHILD, "compte commun, écrans", "serveur sans copie, écrans")
    written(editor, SYNTHESIS, "Ce document", "Une phrase tapée 🦷. Ce document")
    stale = editor.text(SYNTHESIS)
    chosen(editor, offered(editor, SYNTHESIS, "Ce docu‸ment")["Bring the regions of this note up to date"])
    by_action = editor.text(SYNTHESIS)
    assert "| Serveur sans copie, écrans toujours ouverts |" in by_action
    assert "Une phrase tapée 🦷. Ce document" in by_action
    editor.type(SYNTHESIS, stale)
    assert command(editor, "vaultkit.rebuild", editor.uri(SYNTHESIS)) == "1 note brought up to date"
    assert editor.text(SYNTHESIS) == by_action
    assert command(editor, "vaultkit.rebuild") == "Everything is up to date."


def test_broken_markers_are_told_and_nothing_is_edited(editor):
    text = editor.text(SYNTHESIS)
    at = text.index("<!-- vaultkit:end recap")
    editor.type(SYNTHESIS, text[:at] + text[text.index("\n", at) + 1 :])
    with pytest.raises(Refused, match=r"line \d+: "):
        command(editor, "vaultkit.rebuild", editor.uri(SYNTHESIS))
    assert all(
        not action.edit for action in offered(editor, SYNTHESIS, "begin re‸cap", only=[REWRITE]).values()
    )


def test_a_kept_wording_is_pushed_from_where_it_stands(editor):
    written(editor, SYNTHESIS, CELL, "Un seul compte pour tous")
    found = offered(editor, SYNTHESIS, "Un seul co‸mpte")
    told = chosen(editor, found["Push into 'Sécurité & accès'"])
    assert "Sécurité & accès" in told
    assert "un seul compte pour tous" in editor.text(CHILD).lower()
    assert command(editor, "vaultkit.rebuild") in ("Everything is up to date.", "1 note brought up to date")
    assert "Un seul compte pour tous |" in editor.text(SYNTHESIS)


def test_a_kept_wording_is_released_to_what_is_generated(editor):
    written(editor, SYNTHESIS, CELL, "Un seul compte pour tous")
    found = offered(editor, SYNTHESIS, "Un seul co‸mpte")
    [release] = [action for title, action in found.items() if title.startswith("Release")]
    chosen(editor, release)
    assert CELL in editor.text(SYNTHESIS)
    with pytest.raises(Refused):  # it is kept no more
        chosen(editor, release)


def test_away_from_a_kept_wording_it_is_not_offered(editor):
    written(editor, SYNTHESIS, CELL, "Un seul compte pour tous")
    found = offered(editor, SYNTHESIS, "Ce docu‸ment")
    assert not any(title.startswith(("Push", "Release")) for title in found)


def test_all_kept_wordings_of_a_synthesis_are_pushed(editor):
    written(editor, SYNTHESIS, CELL, "Un seul compte pour tous")
    assert "1 wording" in command(editor, "vaultkit.push", editor.uri(SYNTHESIS))


def test_a_synthesis_without_markers_is_adopted(editor):
    text = editor.text(SYNTHESIS)
    bare = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("<!-- vaultkit:"))
    editor.type(SYNTHESIS, bare)
    found = offered(editor, SYNTHESIS, "Ce docu‸ment")
    told = chosen(editor, found["Adopt this synthesis: markers around its regions"])
    assert "markers around" in told
    assert editor.text(SYNTHESIS).count("<!-- vaultkit:begin") == 3
    assert "Adopt this synthesis: markers around its regions" not in offered(
        editor, SYNTHESIS, "Ce docu‸ment"
    )


def test_in_a_note_that_is_no_synthesis_nothing_of_that_is_offered(editor):
    assert offered(editor, "Accueil.md", "‸#", only=[REWRITE]) == {}


# ----------------------------------------------------------------------------------------- commands


def test_the_last_write_is_taken_back_unless_the_note_is_not_saved(editor, tmp_path):
    vault = Vault(editor.root, tmp_path / "state")
    before = vault.read(SYNTHESIS)
    vault.replace(CHILD, "compte commun, écrans", "serveur sans copie, écrans")
    assert vault.run("rebuild").code == 0
    assert vault.read(SYNTHESIS) != before
    editor.type(SYNTHESIS, vault.read(SYNTHESIS) + "typed\n")
    with pytest.raises(Refused, match="save it first"):
        command(editor, "vaultkit.undo")
    editor.type(SYNTHESIS, vault.read(SYNTHESIS))
    assert command(editor, "vaultkit.undo", editor.uri(SYNTHESIS)) == f"↶ {SYNTHESIS} as it was before"
    assert vault.read(SYNTHESIS) == before
    assert command(editor, "vaultkit.undo") == "Nothing to undo."


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("vaultkit.other", (), "this command is not known: vaultkit.other"),
        ("vaultkit.push", (), "needs a note of the vault"),
        ("vaultkit.adopt", ("file:///elsewhere/x.md",), "needs a note of the vault"),
        ("vaultkit.rebuild", (12,), "this command is not known"),
        ("vaultkit.explain", ("VK9999",), "VK9999"),
        ("vaultkit.explain", (), "needs a note of the vault"),
    ],
)
def test_a_command_that_cannot_be_carried_out_says_why(editor, name, arguments, told):
    with pytest.raises(VaultkitError, match=told):
        command(editor, name, *arguments)


def test_release_says_what_is_missing(editor):
    with pytest.raises(VaultkitError, match="what to release is missing"):
        command(editor, "vaultkit.release", editor.uri(SYNTHESIS))


def test_the_commands_are_those_that_are_announced():
    from vaultkit.shell.language.serving import options

    assert set(COMMANDS) == {
        f"vaultkit.{name}" for name in ("rebuild", "adopt", "explain", "push", "release", "undo")
    }
    assert options.KINDS == (FIX, REWRITE, FIX_ALL)


def test_outside_the_vault_nothing_is_offered(editor, tmp_path):
    document = TextDocumentIdentifier((tmp_path / "x.md").as_uri())
    here = Range(Position(0, 0), Position(0, 0))
    assert code_actions(editor.workspace, CodeActionParams(document, here, CodeActionContext([]))) == []
