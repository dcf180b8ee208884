"""Vaults as people write them give their reports: nothing in them is called a leak."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import SEED, Vault, needs_shared

SAMPLE = Path(__file__).resolve().parents[3] / "sample_vault"


@pytest.mark.parametrize("asked", [(), ("--langue", "de", "--noms", "roles")])
def test_the_sample_vault(tmp_path: Path, asked: tuple[str, ...]) -> None:
    vault = Vault(tmp_path / "coffre", tmp_path / "state")
    shutil.copytree(SAMPLE, vault.root)
    done = vault.run("report", "Synthèse IT – Cabinet Pestalozzi", "--to", "md,xlsx", *asked)
    assert done.code == 0, (done.out, done.err)


@needs_shared
def test_the_synthesis_of_the_user(vault: Vault) -> None:
    vault.write(SEED.name, SEED.read_text(encoding="utf-8"))
    done = vault.run("report", SEED.stem, "--to", "md,xlsx")
    assert done.code == 0, (done.out, done.err)
