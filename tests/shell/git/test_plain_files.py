"""What is read of a repository without git is what git says, and nothing where git has to be asked."""

from __future__ import annotations

import pytest

from vaultkit.shell.git.plain_files import PlainFiles


def files_of(repo, **environ):
    return PlainFiles(str(repo.top), environ)


def test_what_was_committed_lately(repo):
    files = files_of(repo)
    oid = repo.git("rev-parse", "HEAD:Journal.md").strip()
    assert files.head() == repo.git("rev-parse", "HEAD").strip()
    assert files.blob(oid) == repo.read("Journal.md").encode()


def test_what_git_has_packed(repo):
    oid = repo.git("rev-parse", "HEAD:Journal.md").strip()
    repo.git("gc", "-q")
    files = files_of(repo)
    assert files.head() == repo.git("rev-parse", "HEAD").strip()
    assert files.blob(oid) is None


def test_what_is_no_file_or_no_file_any_more(repo):
    files = files_of(repo)
    assert files.blob(repo.git("rev-parse", "HEAD^{tree}").strip()) is None
    assert files.blob("0" * 40) is None
    oid = repo.git("rev-parse", "HEAD:Journal.md").strip()
    file = repo.top / ".git" / "objects" / oid[:2] / oid[2:]
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-9])
    assert files.blob(oid) is None


@pytest.mark.parametrize("unusual", ["replaced", "packed", "elsewhere", "detached", "first"])
def test_where_anything_is_unusual_git_is_asked(repo, unusual):
    oid = repo.git("rev-parse", "HEAD:Journal.md").strip()
    environ = {}
    if unusual == "first":
        repo.git("checkout", "-q", "--orphan", "neuve")
    elif unusual == "detached":
        repo.git("checkout", "-q", "--detach")
    elif unusual == "elsewhere":
        environ = {"GIT_OBJECT_DIRECTORY": str(repo.home)}
    else:
        repo.git("replace", oid, repo.git("rev-parse", "HEAD:Accès.md").strip())
        if unusual == "packed":
            repo.git("pack-refs", "--all")
    files = files_of(repo, **environ)
    assert files.head() is None
    if unusual in ("replaced", "packed", "elsewhere"):
        assert files.blob(oid) is None
