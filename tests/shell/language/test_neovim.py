"""A real Neovim, headless, on a copy of the sample vault with the real server: what a person there sees and gets."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import Vault
from tests.shell.daemon.watching import Watching, environment

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parents[2] / "sample_vault"
FOLDER = "Cabinet Pestalozzi"
SYNTHESIS = f"{FOLDER}/Synthèse IT – Cabinet Pestalozzi.md"

pytestmark = pytest.mark.skipif(shutil.which("nvim") is None, reason="nvim is not installed")


@pytest.fixture
def sample(tmp_path: Path) -> Vault:
    """A copy of the sample vault, in a folder whose name has a blank and an emoji."""
    made = Vault(tmp_path / "coffre 🦷", tmp_path / "state")
    shutil.copytree(SAMPLE, made.root)
    return made


Play = Callable[..., dict[str, object]]


@pytest.fixture(params=["alone", "daemon"])
def play(request: pytest.FixtureRequest, sample: Vault) -> Iterator[Play]:
    """Plays a scenario in Neovim; its server is on its own, or asks the daemon that watches the vault."""
    if request.param == "alone":
        yield partial(played, sample, "--no-daemon")
        return
    with Watching(sample.root, sample.state):
        yield partial(played, sample, "")


def played(vault: Vault, option: str, scenario: str, **environ: str) -> dict[str, object]:
    """Play a scenario of the folder `nvim`; return what it saw. `option` is one of the server."""
    result = vault.state / "result.json"
    vault.state.mkdir(exist_ok=True)
    server = [sys.executable, "-m", "vaultkit", "lsp", "--vault", str(vault.root), *option.split()]
    env = environment(vault.state) | {
        "VAULTKIT_LSP": json.dumps(server),
        "VAULTKIT_VAULT": str(vault.root),
        "VAULTKIT_RESULT": str(result),
        "VAULTKIT_SCENARIOS": str(HERE / "nvim"),
        "LC_ALL": "C.UTF-8",
        **environ,
    }
    script = HERE / "nvim" / f"{scenario}.lua"
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {script}"],
        env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert result.is_file(), done.stdout + done.stderr
    said = json.loads(result.read_text(encoding="utf-8"))
    assert "failed" not in said, said["failed"]
    found: dict[str, object] = said["result"]
    return found


def test_a_broken_link_is_told_while_it_is_typed(play):
    seen = play("diagnostics")
    assert seen["before"] == []
    assert seen["place"] == "[[Personne ici]]"
    assert seen["modified"] is True
    assert seen["after"] == []


def test_a_link_is_completed_from_the_menu(play):
    seen = play("completion")
    assert seen["line"] == "🦷 Voir [[Courriels & correspondance]]"
    assert seen["codes"] == []


def test_a_note_is_renamed_with_its_links(sample, play):
    before = sample.snapshot()
    seen = play("rename")
    assert seen["moved"] == 1
    assert not (sample.root / FOLDER / "Courriels & correspondance.md").exists()
    assert (
        sample.read(f"{FOLDER}/Messagerie & chiffrement.md").encode()
        == (before[f"{FOLDER}/Courriels & correspondance.md"])
    )
    assert "Pas encore enregistré : [[Messagerie & chiffrement]]." in sample.read(
        f"{FOLDER}/Sécurité & accès.md"
    )
    synthesis = sample.read(SYNTHESIS)
    assert '  - "[[Messagerie & chiffrement]]"' in synthesis
    assert "- [[Messagerie & chiffrement]]\n" in synthesis
    assert not any("[[Courriels & corr" in data.decode() for data in sample.snapshot().values())
    assert sample.run("rebuild", "--check").code == 0  # the stamps of the regions have followed


def test_a_heading_is_renamed_with_its_links(sample, play):
    [(path, _)] = [
        (path, data) for path, data in sample.snapshot().items() if "Nadia#Le classement" in data.decode()
    ]
    seen = play("heading")
    assert "\n## 🗂️ Le rangement : ce qui va où\n" in str(seen["text"])
    assert "Nadia#🗂️ Le rangement ce qui va où" in sample.read(path)
    assert sample.run("check").code == 0


def test_a_name_that_cannot_be_is_refused_in_words(play):
    seen = play("refused")
    assert seen["same"] is True
    assert any("Obsidian n’accepte pas «\u00a0|\u00a0»" in told for told in seen["told"]), seen["told"]


def test_a_code_action_fixes_a_diagnostic(sample, play):
    before = sample.read(SYNTHESIS)
    seen = play("code_action", VAULTKIT_TITLE="Corriger\u00a0: ")
    assert seen["codes"] == ["VK403"]
    assert "Expliquer VK403 (plain-backlink)" in seen["titles"]
    assert seen["text"] == before
    assert sample.read(SYNTHESIS) == before  # the editor saves, nobody else


def test_a_link_shows_where_it_leads_and_goes_there(play):
    seen = play("hover")
    assert "Où en est l’informatique du cabinet" in str(seen["shown"])
    assert seen["there"] == "Synthèse IT – Cabinet Pestalozzi.md"


def test_regions_follow_in_the_buffer_and_typed_words_stay(sample, play):
    before = sample.read(SYNTHESIS)
    seen = play("rebuild")
    typed = "Une phrase 🦷 tapée, pas encore enregistrée.\n"
    text = str(seen["text"])
    assert typed in text
    assert "| 🔐 Sécurité | Serveur sans copie, écrans toujours ouverts |" in text
    assert seen["line"] == seen["line_after"]
    assert seen["modified"] is True
    assert typed in str(seen["undone"])
    assert "Serveur sans copie" not in str(seen["undone"])  # one undo takes the regions back, and only them
    assert sample.read(SYNTHESIS) == before
