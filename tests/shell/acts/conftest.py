"""A mission on a real disk, just rebuilt: what a person then writes into its regions is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import notes_of
from tests.shell.acts.mission import KEEP, SYNTHESIS, TEXTS, Mission

__all__ = ["KEEP", "SYNTHESIS"]


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mission:
    """A folder without notes."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "coffre"
    root.mkdir()
    return Mission(root)


@pytest.fixture
def mission(bare: Mission) -> Mission:
    """A mission of two domains, up to date."""
    for path, text in notes_of(TEXTS).items():
        bare.write(path, text)
    bare.rebuild()
    return bare
