"""What tests of the daemon start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shell.daemon.engine_desk import SYNTHESIS, Desk, domain, synthesis


@pytest.fixture
def empty_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk with an empty vault, and no engine yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "coffre"
    (root / ".obsidian").mkdir(parents=True)
    return Desk(root)


@pytest.fixture
def desk(empty_desk: Desk) -> Desk:
    """A desk with a synthesis and two notes about domains, which nobody has touched for an hour: all is written."""
    empty_desk.put(SYNTHESIS, synthesis(), age=9000)
    empty_desk.put("Accès.md", domain("accès un"), age=9000)
    empty_desk.put("Facturation.md", domain("facture une", title="Facturation"), age=9000)
    return empty_desk.begin().settle()
