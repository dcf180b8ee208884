"""What is answered before anything heavy is imported says the same as the whole command."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from vaultkit.shell.cli import of_hook, parsed
from vaultkit.shell.git.difference import difference_from_head, differences
from vaultkit.shell.git.nothing import nothing_staged, take
from vaultkit.shell.git.repository import Repository

pytestmark = pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="there the whole command answers")


@pytest.fixture
def standing(repo, monkeypatch):
    """Stand at the top of the repository, in an environment that says nothing of git."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name in ("HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, repo.env[name])
    monkeypatch.chdir(repo.top)
    repo.commit()
    return repo


def test_nothing_is_staged_after_a_commit(standing):
    assert nothing_staged([])
    assert nothing_staged(["--brief", "--stale", "warn"])
    standing.write("Journal.md", "pas encore ajouté\n")
    assert nothing_staged(["--brief"])


def test_something_is_staged(standing):
    standing.write("Journal.md", "ajouté\n")
    standing.stage()
    assert not nothing_staged([])


def test_what_is_only_announced_is_not_staged(standing):
    standing.write("Neuf.md", "plus tard\n")
    standing.git("add", "-N", ".")
    assert nothing_staged([])


@pytest.mark.parametrize(
    "options",
    [["Journal.md"], ["--stale"], ["--stale", "jamais"], ["--format", "json"], ["--vault", "."], ["--help"]],
    ids=" ".join,
)
def test_the_whole_command_answers_for_other_options(standing, options):
    assert not nothing_staged(options)


@pytest.mark.parametrize(
    "words", ["", "--brief", "--stale warn", "--brief --stale rebuild", "--stale block --brief --stale warn"]
)
def test_what_a_hook_says_means_what_the_parser_makes_of_it(words):
    arguments = ["check", "--index", *words.split()]
    said = of_hook(arguments)
    assert said is not None
    assert vars(said) == vars(parsed(arguments))


@pytest.mark.parametrize(
    "words",
    ["check", "check --brief", "check --index --bri", "check --index --stale", "check --index --stale=warn",
     "check --index --stale never", "check --index block", "check --index --brief A.md", "rebuild --index",
     "check --brief --index", "check --index --only frontmatter", "check --index --vault x", ""],
)  # fmt: skip
def test_other_words_are_for_the_parser(words):
    assert of_hook(words.split()) is None


def test_the_first_commit_is_looked_at_in_full(standing):
    standing.git("checkout", "-q", "--orphan", "autre")
    assert not nothing_staged([])
    standing.git("rm", "-rq", "--cached", ".")
    assert not nothing_staged([])


def test_a_merge_is_looked_at_in_full(standing, monkeypatch):
    head = standing.git("rev-parse", "HEAD").strip()
    monkeypatch.setenv(f"GITHEAD_{head}", "autre")
    assert not nothing_staged([])
    monkeypatch.delenv(f"GITHEAD_{head}")
    Path(standing.top, ".git", "MERGE_HEAD").write_text(f"{head}\n", encoding="ascii")
    assert not nothing_staged([])


def test_another_repository_or_index_is_none_of_its_business(standing, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    assert nothing_staged([])
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert not nothing_staged([])
    monkeypatch.delenv("GIT_INDEX_FILE")
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    assert not nothing_staged([])


def test_a_work_tree_elsewhere_is_left_to_the_whole_command(standing, tmp_path):
    standing.git("config", "core.worktree", str(tmp_path))
    assert not nothing_staged([])


def test_a_git_of_the_repository_is_never_started(standing, monkeypatch):
    trap = standing.top / "git"
    trap.write_text("#!/bin/sh\ntouch piège\nexit 0\n", encoding="utf-8")
    trap.chmod(0o755)
    standing.write("Journal.md", "ajouté\n")
    standing.stage("Journal.md")
    monkeypatch.setenv("PATH", os.pathsep.join((".", "", os.environ["PATH"])))
    assert not nothing_staged([])
    assert not (standing.top / "piège").exists()


def test_the_command_says_nothing_and_imports_nothing_heavy(standing):
    seen = "import sys, os; os._exit = lambda code: print(code, 'msgspec' in sys.modules) or sys.exit(); "
    program = f"{seen}sys.argv = ['vaultkit', 'check', '--index', '--brief']; from vaultkit.__main__ import main; main()"
    done = standing.run(sys.executable, "-P", "-c", program)
    assert (done.code, done.out, done.err) == (0, "0 False\n", "")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is imported meanwhile")
@pytest.mark.parametrize("processors", [1, 2])
def test_what_comes_next_is_imported_while_git_is_at_work(standing, tmp_path, monkeypatch, processors):
    slow = tmp_path / "git"
    slow.write_text(
        f'#!/bin/sh\n{shutil.which("sleep")} 0.7\nexec "{shutil.which("git")}" "$@"\n', encoding="utf-8"
    )
    slow.chmod(0o755)
    standing.write("Journal.md", "ajouté\n")
    standing.stage("Journal.md")
    program = (
        f"import os, sys; sys.path[:] = {sys.path!r}; os.environ['PATH'] = {str(tmp_path)!r}; "
        f"os.sched_getaffinity = lambda _: range({processors}); "
        "from vaultkit.shell.git.nothing import nothing_staged, take; "
        "print(nothing_staged([]), sorted({'pathlib', 'sqlite3', 'msgspec'} & sys.modules.keys()), take()[3][-11:])"
    )
    done = standing.run(sys.executable, "-I", "-S", "-c", program)
    imported = ["pathlib", "sqlite3"] if processors > 1 else []
    assert (done.code, done.out, done.err) == (0, f"False {imported} b'Journal.md\\x00'\n", "")


def test_the_version_imports_nothing_heavy(standing):
    program = (
        "import sys; sys.argv = ['vaultkit', '--version']; from vaultkit.__main__ import main; main(); "
        "print({'msgspec', 'argparse', 're'} & sys.modules.keys())"
    )
    done = standing.run(
        sys.executable,
        "-I",
        "-S",
        "-c",
        f"sys_path = {sys.path!r}; import sys; sys.path += sys_path; {program}",
    )
    assert (done.code, done.out.splitlines()[1:], done.err) == (0, ["set()"], "")


def test_objects_are_read_one_by_one_by_one_git(standing):
    repository = Repository.open(standing.top)
    oids = {entry.path: entry.oid for entry in repository.entries}
    for path, oid in oids.items():
        assert repository.blobs([oid]) == {oid: Path(os.fsdecode(path)).read_bytes()}
    gone = "1" * 40
    assert repository.blobs([gone]) == {gone: None}
    assert repository.blobs([gone, *oids.values()]) == {gone: None} | repository.blobs(oids.values())
    assert repository.blobs([]) == {}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks there")
def test_a_fork_asks_a_git_of_its_own(standing):
    repository = Repository.open(standing.top)
    first, *others = (entry.oid for entry in repository.entries)
    known = repository.blobs([first])
    if (child := os.fork()) == 0:
        os._exit(0 if all(repository.blobs([oid])[oid] is not None for oid in others) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert repository.blobs([first]) == known


def test_what_was_seen_is_what_git_says_when_it_is_asked_for_all(standing):
    standing.write("Journal.md", "ajouté\n")
    standing.write("Neuf.md", "ajouté\n")
    standing.stage()
    assert not nothing_staged([])
    seen = take()
    assert seen is not None
    short, whole = Repository.seen(*seen[:3]), Repository.open(Path.cwd())
    assert (short.top, short.git, short.has_own_index) == (whole.top, whole.git, whole.has_own_index)
    assert difference_from_head(short, seen[3]) == differences(whole)
    assert take() is None, "it is seen once"


@pytest.mark.parametrize(
    "said", ["[core]\nbare = true\n", "[include]\npath = autre\n", "[core]\nworktree = ..\n"]
)
def test_nothing_is_taken_from_a_repository_with_settings_that_can_move_it(standing, said):
    standing.write("Journal.md", "ajouté\n")
    standing.stage()
    with (standing.top / ".git" / "config").open("a") as config:
        config.write(said)
    nothing_staged([])
    assert take() is None


def test_nothing_is_taken_where_head_stands_on_a_commit(standing):
    standing.git("checkout", "-q", "--detach")
    standing.write("Journal.md", "ajouté\n")
    standing.stage()
    assert not nothing_staged([])
    assert take() is None
