"""On a terminal vaultkit asks; the questions are numbered and a no leaves the wording kept."""

from __future__ import annotations

import os
import pty
import select
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a thing of POSIX")


def converse(vault, arguments, answer):
    """Run vaultkit on a pseudo-terminal and answer each question; return its exit code and all it printed."""
    env = os.environ | {"XDG_STATE_HOME": str(vault.state), "LC_ALL": "fr_CH.UTF-8", "NO_COLOR": "1"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(vault.root)
        os.execve(sys.executable, [sys.executable, "-m", "vaultkit", *arguments], env)
    said, asked, end = b"", 0, time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        said += piece
        questions = said.decode(errors="replace").split("[o/n]")
        if len(questions) - 1 > asked:
            asked += 1
            os.write(terminal, (answer(questions[asked - 1].splitlines()[-1]) + "\n").encode())
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), said.decode(errors="replace")


def test_push_asks_for_each_wording_and_writes_what_was_taken(seed_vault):
    seed_vault.run("adopt", "pestalozzi", "--create-children")
    code, said = converse(
        seed_vault,
        ["push", "pestalozzi"],
        lambda question: "o" if "Données patients exposées" in question else "n",
    )
    assert code == 0
    assert "1. « " in said.replace("\u00a0", " ")
    assert "1 formulation reportée dans 1 note" in said
    assert "- **Risque** : Données patients exposées" in seed_vault.read("Acces_IT_CDP.md")
    assert "Session admin protégée" not in seed_vault.read("Acces_IT_CDP.md")


def test_adopt_creates_only_the_notes_that_were_agreed_to(seed_vault):
    code, said = converse(
        seed_vault,
        ["adopt", "pestalozzi", "--create-children"],
        lambda q: "o" if "Facturation_1" in q else "n",
    )
    assert code == 0, said
    assert (seed_vault.root / "Facturation_1.md").exists()
    assert not (seed_vault.root / "Acces_IT_CDP.md").exists()


def test_without_a_terminal_nothing_is_asked_and_unsure_matches_stay_kept(seed_vault):
    done = seed_vault.run("adopt", "pestalozzi", "--create-children", "--push")
    assert done.code == 0
    assert "left to decide (--yes): 'suivi factures'" in done.out.replace("\u00a0", " ")
    assert "**sécurité PC**" in seed_vault.read("Acces_IT_CDP.md")
    assert "suivi factures" not in seed_vault.read("Facturation_1.md")
    assert "hors feuille de route" not in seed_vault.read("Facturation_1.md")
