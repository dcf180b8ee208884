"""Real git merges, rebases and picks notes, with `vaultkit merge-driver` set up as `hook install` does."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.render.test_merge_histories import DOMAINS as ALL_DOMAINS
from tests.render.test_merge_histories import SECTIONS, SYNTHESIS, Branch, a_child, merged, words_of
from tests.render.test_merge_histories import Vault as InMemory
from vaultkit.shell.git.merge_setup import CONFLICT, command

KEEP = "<!-- vk:keep -->"
#: How many random histories real git replays.
HISTORIES = int(os.environ.get("VAULTKIT_GIT_HISTORIES", "30"))
NAME = 'Synthèse « d’été » "2026" 🦷.md'

VAULT = {
    NAME: SYNTHESIS,
    "A.md": a_child("A.md", "🔐 Accès", words_of("a", 1), random.Random(3)),
    "B.md": a_child("B.md", "📧 Mails", words_of("b", 1), random.Random(3)),
}


@dataclass(frozen=True)
class Repository:
    """A git repository that holds a vault."""

    root: Path

    def git(self, *arguments: str, ok: bool = True) -> subprocess.CompletedProcess[str]:
        env = os.environ | {
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_EDITOR": "true", "LC_ALL": "C",
            "GIT_AUTHOR_NAME": "n", "GIT_AUTHOR_EMAIL": "n@n", "GIT_COMMITTER_NAME": "n", "GIT_COMMITTER_EMAIL": "n@n",
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        }  # fmt: skip
        done = subprocess.run(
            ["git", "-c", "core.quotePath=false", *arguments],
            cwd=self.root, env=env, capture_output=True, encoding="utf-8", check=False, timeout=120,
        )  # fmt: skip
        assert not ok or done.returncode == 0, done.stdout + done.stderr
        assert "vaultkit merge-driver:" not in done.stderr
        return done

    def commit(self, texts: dict[str, str], message: str) -> str:
        for path in self.root.glob("*.md"):
            path.unlink()
        for path, text in texts.items():
            (self.root / path).write_bytes(text.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD").stdout.strip()

    def texts(self) -> dict[str, str]:
        return {path.name: path.read_bytes().decode() for path in self.root.glob("*.md")}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "dépôt")
    made.root.mkdir()
    made.git("init", "-q", "-b", "main")
    made.git("config", "merge.vaultkit.driver", command())
    (made.root / ".git" / "info" / "attributes").write_text("*.md merge=vaultkit\n")
    return made


def rebuilt(texts: dict[str, str]) -> dict[str, str]:
    vault = InMemory(
        {("S.md" if path == NAME else path): text for path, text in texts.items()}, {"t.md": SECTIONS}
    )
    vault.rebuild()
    return {(NAME if path == "S.md" else path): text for path, text in vault.texts.items()}


def two_branches(repository: Repository, ours: dict[str, str], theirs: dict[str, str]) -> dict[str, str]:
    """Commit a vault, then two branches of it in which words of its notes were rewritten; `main` is ours."""
    base = rebuilt(VAULT)
    repository.commit(base, "base")
    repository.git("branch", "theirs")
    repository.commit(rewritten(base, ours), "ours")
    repository.git("checkout", "-q", "theirs")
    repository.commit(rewritten(base, theirs), "theirs")
    repository.git("checkout", "-q", "main")
    return base


def rewritten(texts: dict[str, str], words: dict[str, str]) -> dict[str, str]:
    made = dict(texts)
    for path in made:
        for old, new in words.items():
            made[path] = made[path].replace(old, new)
    return rebuilt(made)


@pytest.mark.parametrize("verb", ["merge", "rebase", "cherry-pick"])
def test_two_branches_that_rebuilt_come_together_without_a_conflict(
    repository: Repository, verb: str
) -> None:
    two_branches(
        repository, {"A0002constat": "mot à moi", "Prose gauche": "Nous"}, {"B0002constat": "mot à eux"}
    )
    repository.git(verb, "theirs")
    text = repository.texts()[NAME]
    assert f"| mot à moi {KEEP} |" in text
    assert f"| mot à eux {KEEP} |" in text
    assert "Nous" in text
    assert rebuilt(repository.texts())[NAME] == text


@pytest.mark.parametrize("verb", ["merge", "rebase", "cherry-pick"])
def test_a_conflict_is_one_for_git(repository: Repository, verb: str) -> None:
    two_branches(repository, {"A0002constat": "mot à moi"}, {"A0002constat": "mot à eux"})
    assert repository.git(verb, "theirs", ok=False).returncode == 1
    assert repository.git("diff", "-z", "--name-only", "--diff-filter=U").stdout == f"{NAME}\0"
    text = repository.texts()[NAME]
    assert text.count("<<<<<<< ours\n") == text.count(">>>>>>> theirs\n") == 1
    assert f"mot à moi {KEEP}" in text
    assert f"mot à eux {KEEP}" in text
    repository.git(verb, "--abort")


def moved(driver: str) -> str:
    return driver.replace(sys.executable, "/nowhere/python")


def unknown_argument(driver: str) -> str:
    return driver.replace("merge-driver --", "merge-driver --not-known --")


def module_gone(driver: str) -> str:
    return driver.replace("-m vaultkit", "-m vaultkit_is_gone")


@pytest.mark.parametrize("spoilt", [moved, unknown_argument, module_gone])
def test_a_driver_that_does_not_start_leaves_a_conflict_that_shows_both(
    repository: Repository, spoilt: Callable[[str], str]
) -> None:
    assert spoilt(command()) != command()
    repository.git("config", "merge.vaultkit.driver", spoilt(command()))
    two_branches(repository, {"A0002constat": "mot à moi"}, {"A0002constat": "mot à eux"})
    assert repository.git("merge", "theirs", ok=False).returncode == 1
    text = repository.texts()[NAME]
    assert "<<<<<<< ours\n" in text
    assert "mot à moi" in text
    assert "mot à eux" in text


def test_a_criss_cross_of_two_wordings_is_a_conflict(repository: Repository) -> None:
    two_branches(repository, {"A0002constat": "mot à moi"}, {"A0002constat": "mot à eux"})
    ours = repository.texts()[NAME]
    repository.git("branch", "ours-before")
    repository.git("merge", "-q", "-X", "ours", "theirs", ok=False)
    repository.commit(repository.texts() | {NAME: ours}, "mine")
    repository.git("checkout", "-q", "theirs")
    theirs = repository.texts()[NAME]
    repository.git("merge", "-q", "ours-before", ok=False)
    repository.commit(repository.texts() | {NAME: theirs}, "theirs again")
    repository.git("checkout", "-q", "main")
    assert repository.git("merge", "theirs", ok=False).returncode == 1
    text = repository.texts()[NAME]
    assert "mot à moi" in text
    assert "mot à eux" in text


def test_a_conflict_looks_as_the_repository_says(repository: Repository) -> None:
    repository.git("config", "merge.conflictStyle", "diff3")
    two_branches(repository, {"A0002constat": "mot à moi"}, {"A0002constat": "mot à eux"})
    assert repository.git("merge", "theirs", ok=False).returncode == 1
    [hunk] = repository.texts()[NAME].split("<<<<<<< ours\n")[1:]
    assert "mot à moi" in hunk.split("||||||| base\n")[0]
    assert "A0002constat" in hunk.split("||||||| base\n")[1].split("=======\n")[0]


def test_branches_that_have_merged_each_other_merge_again(repository: Repository) -> None:
    """git makes the base of such a merge by merging the bases, with our driver."""
    two_branches(repository, {"A0002constat": "mot à moi"}, {"B0002constat": "mot à eux"})
    repository.git("branch", "ours-before")
    repository.git("merge", "-q", "--no-edit", "theirs")
    repository.commit(rewritten(repository.texts(), {"A0003risque": "risque à moi"}), "ours again")
    repository.git("checkout", "-q", "theirs")
    repository.git("merge", "-q", "--no-edit", "ours-before")
    repository.commit(rewritten(repository.texts(), {"B0003risque": "risque à eux"}), "theirs again")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-edit", "theirs")
    text = repository.texts()[NAME]
    for word in ("mot à moi", "mot à eux", "risque à moi", "risque à eux"):
        assert text.count(f"{word} {KEEP}") == 1, text
    assert rebuilt(repository.texts())[NAME] == text


def test_a_stash_and_a_revert_use_it_too(repository: Repository) -> None:
    two_branches(repository, {"A0002constat": "mot à moi"}, {"B0002constat": "mot à eux"})
    repository.git("merge", "-q", "--no-edit", "theirs")
    (repository.root / NAME).write_bytes(
        repository.texts()[NAME].replace("B0003risque", "mot en vol").encode()
    )
    repository.git("stash")
    repository.git("revert", "--no-edit", "-m", "1", "HEAD")
    assert "mot à eux" not in repository.texts()[NAME]
    repository.git("stash", "pop")
    assert "mot en vol" in repository.texts()[NAME]


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_real_git_makes_what_the_merge_makes(repository: Repository, seed: int) -> None:
    chance = random.Random(seed)
    vault = InMemory({"S.md": SYNTHESIS}, {"t.md": SECTIONS})
    words = {name: words_of(name, 1) for name in ALL_DOMAINS}
    for name, domains in ALL_DOMAINS.items():
        for path, label in domains.items():
            if chance.random() < 0.7:
                vault.texts[path] = a_child(path, label, words[name], chance)
    vault.rebuild()
    repository.commit(vault.texts, "fork")
    shas: list[list[str]] = []
    branches = [
        Branch(name, vault.copy(), random.Random(chance.random()), words[name]) for name in ALL_DOMAINS
    ]
    for branch in branches:
        branch.work(chance.randrange(1, 4))
        repository.git("checkout", "-q", "-b", branch.name, "main")
        shas.append([repository.commit(state.texts, "work") for state in branch.commits[1:]])
    ours, theirs = branches
    verb = chance.choice(["merge", "rebase", "cherry-pick"])
    if verb == "merge":
        repository.git("checkout", "-q", ours.name)
        repository.git("merge", "--no-edit", theirs.name)
        expected, conflicts = merged(ours.commits[0], ours.vault, theirs.vault)
        assert conflicts == 0
    else:
        if verb == "rebase":
            repository.git("rebase", "--empty=keep", ours.name)
        else:
            repository.git("checkout", "-q", ours.name)
            repository.git("cherry-pick", "--allow-empty", "--keep-redundant-commits", *shas[1])
        expected = ours.vault
        for before, after in zip(theirs.commits, theirs.commits[1:], strict=False):
            expected, conflicts = merged(before, expected, after)
            assert conflicts == 0
    assert repository.texts() == expected.texts, seed


def driver(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vaultkit", "merge-driver", *arguments],
        cwd=folder, capture_output=True, encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip


def test_the_exit_code_says_merged_conflict_or_failed(tmp_path: Path) -> None:
    for name, text in (("O", "a\nb\nc\n"), ("A", "a\nb\nd\n"), ("B", "z\nb\nc\n"), ("C", "a\nb\ne\n")):
        (tmp_path / name).write_bytes(text.encode())
    assert driver("O", "A", "B", "note.md", folder=tmp_path).returncode == 0
    assert (tmp_path / "A").read_text() == "z\nb\nd\n"
    assert driver("O", "A", "C", "note.md", "--marker-size", "9", folder=tmp_path).returncode == CONFLICT
    assert "<<<<<<<<< ours\n" in (tmp_path / "A").read_text()
    gone = driver("O", "A", "nowhere", "note.md", folder=tmp_path)
    assert gone.returncode > 128
    assert "note.md" in gone.stderr
