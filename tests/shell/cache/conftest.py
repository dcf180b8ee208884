"""What the tests of the cache begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.shell.cache.cache_desk import make, warm


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A vault that the cache knows."""
    root = make(tmp_path / "coffre")
    warm(root).store.close()
    return root
