"""git in the middle of something, as real git leaves it."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from vaultkit.shell.git.unfinished import is_at_work


def git(folder: Path, *words: str) -> int:
    name = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgSign=false")
    return subprocess.run(
        ["git", "-C", str(folder), *name, *words], capture_output=True, check=False
    ).returncode


@pytest.fixture
def parted(tmp_path: Path) -> Path:
    """A repository with two branches that changed the same line; the vault is a folder in it."""
    git(tmp_path, "init", "-q", "-b", "main")
    vault = tmp_path / "Mes missions"
    vault.mkdir()
    for branch, text in (("main", "un"), ("autre", "deux"), ("main", "trois")):
        git(tmp_path, "checkout", "-q", *(["-b"] if branch == "autre" else []), branch)
        (vault / "Note.md").write_text(f"{text}\n", encoding="utf-8")
        git(tmp_path, "add", "-A")
        assert git(tmp_path, "commit", "-qm", text) == 0
    return vault


def test_a_rebase_that_waits_for_a_person_is_work_until_its_end(parted):
    assert not is_at_work(parted)
    assert git(parted, "rebase", "autre") != 0
    assert is_at_work(parted)
    assert git(parted, "rebase", "--abort") == 0
    assert not is_at_work(parted)


def test_so_is_a_bisection(parted):
    git(parted.parent, "bisect", "start")
    assert is_at_work(parted)
    git(parted.parent, "bisect", "reset")
    assert not is_at_work(parted)


def test_a_merge_that_waits_for_a_person_is_none_as_the_syntheses_should_follow_him(parted):
    assert git(parted, "merge", "autre") != 0
    assert not is_at_work(parted)


def test_git_s_lock_counts_while_it_is_young(parted):
    lock = parted.parent / ".git" / "index.lock"
    lock.touch()
    assert is_at_work(parted)
    old = time.time() - 3600
    os.utime(lock, (old, old))
    assert not is_at_work(parted)


def test_a_linked_work_tree_has_its_own(parted, tmp_path):
    linked = tmp_path / "linked"
    assert git(parted, "worktree", "add", "-q", str(linked), "autre") == 0
    assert git(linked, "rebase", "main") != 0
    assert is_at_work(linked / "Mes missions")
    assert not is_at_work(parted)


def test_without_git_nobody_is_at_work(tmp_path):
    assert not is_at_work(tmp_path)
