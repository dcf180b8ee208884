"""What is wrong in a note as it is typed is what `check` would say of it, were it saved."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from lsprotocol.types import (
    DiagnosticSeverity,
    DocumentDiagnosticParams,
    Position,
    Range,
    TextDocumentIdentifier,
)

from tests.conftest import Vault
from tests.shell.daemon.engine_desk import SYNTHESIS, domain, synthesis
from tests.shell.language.editing import SmallEditor, position
from vaultkit.shell.language.diagnosing import diagnose

SAMPLE = Path(__file__).resolve().parents[3] / "sample_vault"


def said_of(editor: SmallEditor, path: str) -> list[Any]:
    params = DocumentDiagnosticParams(TextDocumentIdentifier(editor.uri(path)))
    return list(diagnose(editor.workspace, params).items)


def codes(editor: SmallEditor, path: str) -> list[str]:
    return [str(each.code) for each in said_of(editor, path)]


@pytest.fixture
def editor(vault: Vault) -> SmallEditor:
    return SmallEditor(vault)


def test_an_unsaved_text_is_judged_in_its_own_places(editor: SmallEditor) -> None:
    """
    == A.md
    saved
    """
    editor.type("A.md", "😀 [[Nulle part]]\n")
    (said,) = said_of(editor, "A.md")
    assert (said.code, said.source, said.severity) == ("VK401", "vaultkit", DiagnosticSeverity.Warning)
    assert said.range == Range(Position(0, 3), Position(0, 17))
    editor.type("A.md", "rien\n")
    assert said_of(editor, "A.md") == []


def test_messages_are_in_the_language_of_the_vault(vault: Vault) -> None:
    french, english = SmallEditor(vault, "fr"), SmallEditor(vault, "en")
    for editor in (french, english):
        editor.type("A.md", "[[Nulle part]]\n")
    assert said_of(french, "A.md")[0].message.startswith("aucune note")
    assert said_of(english, "A.md")[0].message.startswith("no note")


def test_a_link_to_a_note_that_is_open_and_not_saved_yet_is_sound(editor: SmallEditor) -> None:
    """
    == A.md
    [[Neuf]]
    """
    assert codes(editor, "A.md") == ["VK401"]
    editor.type("Neuf.md", "# Neuf\n")
    assert codes(editor, "A.md") == []


def test_a_region_that_no_longer_says_what_the_open_notes_say_is_stale(vault: Vault) -> None:
    vault.write(SYNTHESIS, synthesis())
    vault.write("Accès.md", domain("accès un"))
    vault.write("Facturation.md", domain("facture une", title="Facturation"))
    assert vault.run("rebuild").code == 0
    editor = SmallEditor(vault)
    before = codes(editor, SYNTHESIS)
    editor.type("Accès.md", domain("accès deux"))
    assert [code for code in codes(editor, SYNTHESIS) if code not in before] == ["VK502"]
    editor.type("Accès.md", domain("accès un"))
    assert codes(editor, SYNTHESIS) == before


def test_what_a_note_waives_and_the_baseline_accepts_is_not_said(vault: Vault) -> None:
    """
    == A.md
    [[Nulle part]]
    == B.md
    ---
    vaultkit_ignore: [VK401]
    ---
    [[Nulle part]]
    """
    assert vault.run("check", "--write-baseline").code == 0
    editor = SmallEditor(vault)
    assert codes(editor, "A.md") == codes(editor, "B.md") == []
    editor.type("A.md", "[[Nulle part]] [[Ailleurs]]\n")
    assert [each.range.start.character for each in said_of(editor, "A.md")] == [15]


def test_no_message_holds_a_secret_of_the_vault(vault: Vault) -> None:
    """
    == Accès.md
    Mot de passe : Kp9!xvT2qZ
    """
    editor = SmallEditor(vault)
    editor.type("A.md", "[[Kp9!xvT2qZ]]\n")
    (said,) = said_of(editor, "A.md")
    assert "Kp9" not in said.message
    editor.type("Accès.md", "rien\n")
    (said,) = said_of(editor, "A.md")
    assert "Kp9!xvT2qZ" in said.message


def test_a_file_that_is_none_of_ours_is_sound(editor: SmallEditor) -> None:
    params = DocumentDiagnosticParams(TextDocumentIdentifier("file:///ailleurs/A.md"))
    assert diagnose(editor.workspace, params).items == []


def test_the_notes_of_the_sample_vault_are_said_what_check_says(vault: Vault) -> None:
    shutil.copytree(SAMPLE, vault.root, dirs_exist_ok=True)
    checked = json.loads(vault.run("check", "--format", "json").out)["diagnostics"]
    editor = SmallEditor(vault)
    notes = list(editor.workspace.base.index.notes)
    for path in notes:
        editor.type(path, editor.text(path))
    for path in notes:
        expected = [(each["code"], each["line"] - 1) for each in checked if each["path"] == path]
        said = [(each.code, each.range.start.line) for each in said_of(editor, path)]
        assert [each for each in said if each[0] != "VK502"] == expected


def test_five_thousand_diagnostics_are_all_said(editor: SmallEditor) -> None:
    text = "".join(f"[[Nulle part {number}]]\n" for number in range(5000))
    editor.type("A.md", text)
    said = said_of(editor, "A.md")
    assert len(said) == 5000
    assert said[-1].range.start == position(text, text.rindex("[["))
