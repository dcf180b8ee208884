"""`purge` throws away what stands outside the vault, and never a word of a note."""

from __future__ import annotations

import pytest

from tests.conftest import Vault

NOTE = "---\ncategory: synthese_globale\nscope: X\n---\n# S\n\n## Liens\n\n<!-- vaultkit:begin liens -->\n\n<!-- vaultkit:end liens -->\n"
CHILD = "---\ncategory: domaine\nscope: X\n---\n# Accès\n\n## Constats\n\n- Trop ouvert ❌\n"


@pytest.fixture
def used(vault: Vault) -> Vault:
    """A vault that was rebuilt once, so that there is a journal and a cache of it."""
    vault.write("S.md", NOTE)
    vault.write("Accès.md", CHILD)
    assert vault.run("rebuild").code == 0
    return vault


def test_the_cache_goes_and_the_notes_and_the_way_back_stay(used):
    before = used.snapshot()
    done = used.run("purge")
    assert done.code == 0
    assert "No note was touched" in done.out
    assert used.snapshot() == before
    assert used.run("undo").code == 0
    assert "[[Accès]]" not in used.read("S.md")


def test_a_second_time_there_is_nothing_left(used):
    used.run("purge")
    assert "0 files" in used.run("purge").out


def test_with_no_days_the_journal_is_emptied(used):
    assert "1 write" in used.run("purge", "--days", "0").out
    assert "Nothing written" in used.run("history").out


def test_all_of_it_goes_only_when_somebody_says_yes(used):
    assert used.run("purge", "--all").code == 2
    assert "rebuild" in used.run("history").out
    before = used.snapshot()
    assert used.run("purge", "--all", "--yes").code == 0
    assert used.snapshot() == before
    assert "Nothing written" in used.run("history").out


def test_a_number_of_days_is_none_of_its_words(used):
    assert used.run("purge", "--days", "-3").code == 2
