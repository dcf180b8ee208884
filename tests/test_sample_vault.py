"""The sample vault is what a stranger opens first: it must be true, whole and up to date."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import SEED, Vault, needs_shared

SAMPLE = Path(__file__).resolve().parents[1] / "sample_vault"
SYNTHESIS = "Cabinet Pestalozzi/Synthèse IT – Cabinet Pestalozzi.md"


@pytest.fixture
def sample(tmp_path: Path) -> Vault:
    shutil.copytree(SAMPLE, tmp_path / "coffre")
    return Vault(tmp_path / "coffre", tmp_path / "state")


def test_it_passes_check_and_is_rebuilt_already(sample):
    before = sample.snapshot()
    said = json.loads(sample.run("check", "--format", "json").out)["diagnostics"]
    assert {one["name"] for one in said} <= {"overdue-action"}  # the days of its story pass
    assert sample.run("rebuild", "--check").code == 0
    assert sample.run("rebuild").code == 0
    assert sample.snapshot() == before


@pytest.mark.parametrize("locale", ["C", "fr_CH.UTF-8", "en_US.UTF-8"])
def test_the_same_bytes_under_every_locale(sample, locale):
    expected = sample.read(SYNTHESIS)
    emptied = expected
    for kind in ("recap", "roadmap", "liens"):
        begin, end = f"<!-- vaultkit:begin {kind} -->", f"<!-- vaultkit:end {kind} "
        head, _, rest = emptied.partition(begin)
        emptied = (
            head
            + begin
            + "\n\n"
            + f"<!-- vaultkit:end {kind} -->"
            + rest.partition(end)[2].partition("-->")[2]
        )
    sample.write(SYNTHESIS, emptied)
    assert sample.run("rebuild", LC_ALL=locale).code == 0
    assert sample.read(SYNTHESIS) == expected


@needs_shared
def test_its_sentences_are_its_own():
    """No run of six words of the user's synthesis stands on a line of the sample or of the templates."""

    def runs(text: str) -> set[tuple[str, ...]]:
        labels = "| Domaine |"  # the column labels that the user gave are the contract, no sentence
        lines = [re.findall(r"\w+", line.casefold()) for line in text.splitlines() if labels not in line]
        return {tuple(words[at : at + 6]) for words in lines for at in range(len(words) - 5)}

    seed = runs(SEED.read_text(encoding="utf-8").partition("\n---\n")[2])
    assert seed
    for folder in (SAMPLE, SAMPLE.parent / "note_templates"):
        for path in folder.rglob("*.md"):
            assert not runs(path.read_text(encoding="utf-8").partition("\n---\n")[2]) & seed, path


def test_the_delivered_copy_is_frozen_and_not_among_what_is_kept_up_to_date(sample):
    said = sample.run(LC_ALL="fr_CH.UTF-8").out
    assert "2 synthèses, dont 1 figée" in said
    assert "(2026-11-13)" not in said + sample.run("rebuild").out
