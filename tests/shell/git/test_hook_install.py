"""`hook install` puts a hook where git looks for it, beside what stands there, and takes it out again."""

from __future__ import annotations

import ast
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import vaultkit
from vaultkit.shell.git import hooks
from vaultkit.shell.git.hooks import SNIPPETS


@pytest.fixture
def hooked(repo):
    done = repo.vaultkit("hook", "install")
    assert done.code == 0, done
    return repo


def hook_of(repo):
    return repo.top / ".git/hooks/pre-commit"


def spoil(repo):
    """Stage a note that the hook must refuse."""
    repo.write("Faux.md", "---\na: [\n---\n")
    repo.stage()


def snapshot(repo):
    """Return every file of the repository with its mode, and those of the work tree."""
    return {
        path.relative_to(repo.top).as_posix(): (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
        for path in sorted(repo.top.rglob("*"))
        if path.is_file()
        and "/objects/" not in path.as_posix()
        and not path.name.endswith((".sample", "index"))
    }


def test_a_commit_with_an_error_is_refused_and_a_sound_one_is_made(hooked):
    spoil(hooked)
    done = hooked.try_git("commit", "-m", "faux")
    assert done.code == 1
    assert "Faux.md:2:5: VK201" in done.err or "VK201" in done.err
    assert "commit refusé" in done.err
    hooked.write("Faux.md", "Juste.\n")
    hooked.stage()
    assert hooked.try_git("commit", "-m", "juste").code == 0


def test_the_hook_is_an_executable_and_says_who_wrote_it(hooked):
    assert os.access(hook_of(hooked), os.X_OK)
    text = hook_of(hooked).read_text(encoding="utf-8")
    assert text.startswith("#!/bin/sh\n# vaultkit hook ")
    assert sys.executable in text


def test_installing_twice_is_installing_once(hooked):
    before = snapshot(hooked)
    done = hooked.vaultkit("hook", "install")
    assert done.code == 0
    assert "déjà en place" in done.out
    assert snapshot(hooked) == before


def test_another_policy_takes_the_place_of_the_first(hooked):
    assert hooked.vaultkit("hook", "install", "--stale", "warn").code == 0
    assert "--stale warn" in hook_of(hooked).read_text(encoding="utf-8")
    assert "--stale warn" in hooked.vaultkit("hook").out
    hooked.replace("Accès.md", "priorite: haute", "priorite: basse")
    hooked.stage()
    assert hooked.try_git("commit", "-m", "x").code == 0


def test_nothing_else_in_the_repository_is_touched(repo):
    before = snapshot(repo)
    assert repo.vaultkit("hook", "install").code == 0
    after = snapshot(repo)
    assert set(after) - set(before) == {".git/hooks/pre-commit", ".git/hooks/pre-merge-commit"}
    assert {path: after[path] for path in before} == before
    assert repo.vaultkit("hook", "uninstall").code == 0
    assert snapshot(repo) == before


@pytest.mark.parametrize("mode", [0o755, 0o644])
def test_uninstall_gives_the_former_hook_back_byte_for_byte(repo, mode):
    hook_of(repo).parent.mkdir(exist_ok=True)
    hook_of(repo).write_bytes(b"#!/bin/sh\r\nexit 0 # \xff\n")
    hook_of(repo).chmod(mode)
    before = snapshot(repo)
    assert repo.vaultkit("hook", "install").code == 0
    assert repo.vaultkit("hook", "install", "--stale", "warn").code == 0
    assert snapshot(repo) != before
    assert repo.vaultkit("hook", "uninstall").code == 0
    assert snapshot(repo) == before


def test_the_former_hook_is_started_first_and_its_refusal_counts(repo, tmp_path):
    mark = tmp_path / "former"
    hook_of(repo).parent.mkdir(exist_ok=True)
    hook_of(repo).write_text(f"#!/bin/sh\npwd > '{mark}'\ncat >> '{mark}'\nexit $(cat '{tmp_path}/code')\n")
    hook_of(repo).chmod(0o755)
    assert "ancien hook" in repo.vaultkit("hook", "install").out
    repo.write("Journal.md", "Rien.\n")
    repo.stage()
    (tmp_path / "code").write_text("7")
    assert repo.try_git("commit", "-m", "x").code != 0
    assert mark.read_text().strip() == str(repo.top)
    (tmp_path / "code").write_text("0")
    assert repo.try_git("commit", "-m", "x").code == 0
    spoil(repo)
    assert repo.try_git("commit", "-m", "x").code != 0


def test_a_hook_that_is_a_link_stays_one(repo):
    script = repo.top / "scripts"
    script.mkdir()
    (script / "hook").write_text("#!/bin/sh\nexit 0\n")
    (script / "hook").chmod(0o755)
    hook_of(repo).parent.mkdir(exist_ok=True)
    hook_of(repo).symlink_to("../../scripts/hook")
    assert repo.vaultkit("hook", "install").code == 0
    assert (script / "hook").read_text() == "#!/bin/sh\nexit 0\n"
    assert repo.vaultkit("hook", "uninstall").code == 0
    assert os.readlink(hook_of(repo)) == "../../scripts/hook"  # noqa: PTH115 - as it was written


def test_a_hook_that_was_edited_is_not_thrown_away(hooked):
    edited = hook_of(hooked).read_bytes() + b"echo mine\n"
    hook_of(hooked).write_bytes(edited)
    assert hooked.vaultkit("hook", "uninstall").code == 3
    assert hooked.vaultkit("hook", "install", "--stale", "warn").code == 3
    assert hook_of(hooked).read_bytes() == edited


def test_status_says_what_stands_there(repo):
    assert "aucun hook" in repo.vaultkit("hook").out
    repo.vaultkit("hook", "install")
    assert "✔ hook installé" in repo.vaultkit("hook").out
    repo.vaultkit("hook", "uninstall")
    assert "aucun hook" in repo.vaultkit("hook", "uninstall").out


def test_a_bare_path_will_do(hooked):
    spoil(hooked)
    git = shutil.which("git")
    done = subprocess.run(
        ["/usr/bin/env", "-i", git, "-c", "user.name=Luc", "-c", "user.email=l@example.org", "commit", "-m", "x"],
        cwd=hooked.top, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "VK201" in done.stderr.decode()
    hooked.write("Faux.md", "Juste.\n")
    hooked.stage()
    done = subprocess.run(
        ["/usr/bin/env", "-i", "PATH=", git, "-c", "user.name=Luc", "-c", "user.email=l@example.org", "commit", "-m", "x"],
        cwd=hooked.top, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_an_interpreter_that_is_gone_says_so_and_lets_the_commit_through(hooked):
    from vaultkit.shell.git.hooks import script

    hook_of(hooked).write_bytes(script([], python="/nowhere/l'ancien/python"))
    spoil(hooked)
    done = hooked.try_git("commit", "-m", "x")
    assert done.code == 0
    assert "/nowhere/l'ancien/python n’est plus là" in done.err
    assert "n’est plus là" in hooked.vaultkit("hook").out


@pytest.mark.skipif(os.name == "nt", reason="there the interpreter finds its packages itself")
def test_the_hook_is_told_of_no_folder_that_only_this_start_was(repo, tmp_path):
    there = [folder for folder in repo.env.get("PYTHONPATH", "").split(os.pathsep) if folder]
    done = repo.run(
        sys.executable,
        "-m",
        "vaultkit",
        "hook",
        "install",
        PYTHONPATH=os.pathsep.join([*there, str(tmp_path)]),
    )
    assert done.code == 0, done
    folders = [Path(folder) for folder in told_folders(hook_of(repo).read_text(encoding="utf-8"))]
    assert Path(vaultkit.__file__).resolve().parent.parent in folders
    assert tmp_path not in folders
    assert not any(folder.samefile(repo.top) for folder in folders)


@pytest.mark.skipif(os.name == "nt", reason="there the interpreter finds its packages itself")
@pytest.mark.parametrize("name", ["🔐 coffre", 'l\'"été" $HOME', "a`b\\n"])
def test_folders_of_any_name_can_be_told(name, tmp_path, monkeypatch):
    (tmp_path / name).mkdir()
    monkeypatch.setattr(hooks, "_folders", lambda: [str(tmp_path / name)])
    text = hooks.script([]).decode()
    assert told_folders(text) == {str(tmp_path / name): 0}
    assert all(line.isascii() for line in text.splitlines() if line.startswith("told = "))


def told_folders(text):
    """Return the folders that a hook tells its interpreter, with when each last changed."""
    told = re.search(r"^told = (\{.*\})$", text.replace("'\"'\"'", "'"), re.M)
    assert told is not None
    return ast.literal_eval(told[1])


@pytest.mark.skipif(os.name == "nt", reason="there the interpreter finds its packages itself")
@pytest.mark.parametrize(
    "changed",
    [
        (r"told = \{.*\}", 'told = {"/nowhere": 0}'),
        (r"told = \{.*\}", "told = {}"),
        (r"hexversion == \d+", "hexversion == 1"),
        (r"-packages\": \d+", '-packages": 1'),
    ],
)
def test_where_anything_has_changed_the_interpreter_finds_packages_itself(hooked, changed):
    text = hook_of(hooked).read_text(encoding="utf-8")
    assert all(Path(folder).is_dir() for folder in told_folders(text))
    elsewhere = re.sub(*changed, text)
    assert elsewhere != text
    hook_of(hooked).write_text(elsewhere, encoding="utf-8")
    spoil(hooked)
    done = hooked.try_git("commit", "-m", "x")
    assert done.code == 1
    assert "VK201" in done.err
    hook_of(hooked).write_text(elsewhere.replace("site.main()", "pass"), encoding="utf-8")
    done = hooked.run("git", "commit", "-m", "x", PYTHONPATH="")
    assert done.code == 0
    assert "n’a plus vaultkit" in done.err


def test_commit_with_all_or_only_judges_its_own_index(hooked):
    hooked.write("Journal.md", "---\na: [\n---\n")
    assert hooked.try_git("commit", "-a", "-m", "x").code == 1
    hooked.write("Bon.md", "Rien.\n")
    hooked.stage("Bon.md")
    assert hooked.try_git("commit", "-m", "x", "--only", "Journal.md").code == 1
    assert hooked.try_git("commit", "-m", "x", "--only", "Bon.md").code == 0


def test_a_commit_from_a_subfolder(hooked):
    hooked.write("Dossier/Faux.md", "---\na: [\n---\n")
    hooked.stage()
    assert hooked.try_git("commit", "-m", "x", cwd=hooked.vault / "Dossier").code == 1


def test_amend(hooked):
    assert hooked.try_git("commit", "--amend", "-m", "rien de neuf").code == 0
    spoil(hooked)
    assert hooked.try_git("commit", "--amend", "--no-edit").code == 1


def test_the_first_commit_of_a_repository(empty):
    assert empty.vaultkit("hook", "install").code == 0
    spoil(empty)
    assert empty.try_git("commit", "-m", "x").code == 1
    empty.write("Faux.md", "Juste.\n")
    empty.stage()
    assert empty.try_git("commit", "-m", "x").code == 0


def test_a_merge_with_a_conflict_is_judged_when_it_is_committed(hooked):
    hooked.git("checkout", "-q", "-b", "autre")
    hooked.write("Journal.md", "eux\n")
    hooked.commit()
    hooked.git("checkout", "-q", "main")
    hooked.write("Journal.md", "nous\n")
    hooked.commit()
    assert hooked.try_git("merge", "autre").code == 1
    hooked.write("Journal.md", "---\na: [\n---\n")
    hooked.stage()
    assert hooked.try_git("commit", "--no-edit").code == 1
    hooked.write("Journal.md", "ensemble\n")
    hooked.stage()
    assert hooked.try_git("commit", "--no-edit").code == 0


def test_a_rebase_with_a_conflict_goes_on(hooked):
    hooked.git("checkout", "-q", "-b", "autre")
    hooked.write("Journal.md", "eux\n")
    hooked.commit()
    hooked.git("checkout", "-q", "main")
    hooked.write("Journal.md", "nous\n")
    hooked.commit()
    hooked.git("checkout", "-q", "autre")
    assert hooked.try_git("rebase", "main").code == 1
    hooked.write("Journal.md", "ensemble\n")
    hooked.stage()
    assert hooked.try_git("rebase", "--continue").code == 0
    assert hooked.git("status", "--porcelain") == ""
    assert hooked.git("log", "--format=%s", "main..autre") == "…\n"


def test_a_worktree_shares_the_hook(hooked, tmp_path):
    hooked.git("worktree", "add", "-q", str(tmp_path / "autre"), "-b", "autre")
    other = hooked.at(tmp_path / "autre")
    assert "✔ hook installé" in other.vaultkit("hook").out
    spoil(other)
    assert other.try_git("commit", "-m", "x").code == 1
    assert hooked.try_git("commit", "-m", "x", "--allow-empty").code == 0


def test_a_hook_in_a_submodule(repo, tmp_path):
    outer = repo.at(tmp_path / "grand", "notes")
    outer.top.mkdir()
    outer.git("init", "-q", "-b", "main")
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(repo.top), "notes")
    inner = repo.at(outer.vault)
    assert inner.vaultkit("hook", "install").code == 0
    assert (outer.top / ".git/modules/notes/hooks/pre-commit").is_file()
    spoil(inner)
    assert inner.try_git("commit", "-m", "x").code == 1
    inner.write("Faux.md", "Juste.\n")
    inner.stage()
    assert inner.try_git("commit", "-m", "x").code == 0
    assert "déjà en place" in outer.vaultkit("hook", "install", "--vault", "notes").out
    assert "✔ hook installé" in outer.vaultkit("hook", "--vault", "notes").out
    assert not hook_of(outer).exists()


def test_a_vault_in_a_subfolder_finds_itself(subfolder):
    assert subfolder.vaultkit("hook", "install", cwd=subfolder.vault).code == 0
    spoil(subfolder)
    assert subfolder.try_git("commit", "-m", "x").code == 1


def test_a_subfolder_of_notes_without_obsidian_is_named_in_the_hook(subfolder):
    shutil.rmtree(subfolder.vault / ".obsidian", ignore_errors=True)
    subfolder.git("rm", "-q", "--cached", "Mon coffre/vaultkit.toml")
    (subfolder.vault / "vaultkit.toml").unlink()
    assert subfolder.vaultkit("hook", "install", cwd=subfolder.vault).code == 0
    assert "--vault 'Mon coffre'" in hook_of(subfolder).read_text(encoding="utf-8")
    spoil(subfolder)
    assert subfolder.try_git("commit", "-m", "x").code == 1


def test_obsidians_git_plugin_is_told(repo):
    (repo.vault / ".obsidian/plugins/obsidian-git").mkdir(parents=True)
    assert "avertit seulement" in repo.vaultkit("hook", "install").out
    assert "avertit seulement" in repo.vaultkit("hook").out
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    done = repo.try_git("commit", "-m", "vault backup")
    assert done.code == 0
    assert "VK502 avertissement" in done.err


def test_the_index_is_never_written_by_the_hook(hooked):
    hooked.vaultkit("hook", "install", "--stale", "rebuild")
    hooked.replace("Accès.md", "priorite: haute", "priorite: basse")
    hooked.stage()
    before = hooked.git("ls-files", "--stage", "-z")
    assert hooked.try_git("commit", "-m", "x").code == 1
    assert hooked.git("ls-files", "--stage", "-z") == before
    hooked.stage()
    assert hooked.try_git("commit", "-m", "x").code == 0


# ----------------------------------------------------------------------------- others' hooks folders


def test_a_folder_of_hooks_in_the_repository_is_respected(repo):
    repo.git("config", "core.hooksPath", "outils/hooks")
    assert repo.vaultkit("hook", "install").code == 0
    assert (repo.top / "outils/hooks/pre-commit").is_file()
    assert not hook_of(repo).exists()
    spoil(repo)
    assert repo.try_git("commit", "-m", "x").code == 1


def test_a_folder_that_all_repositories_share_is_left_alone(repo, tmp_path):
    shared = tmp_path / "partagés"
    shared.mkdir()
    repo.git("config", "--global", "core.hooksPath", str(shared))
    done = repo.vaultkit("hook", "install")
    assert done.code == 3
    assert "core.hooksPath" in done.err
    assert "vaultkit check --index --brief" in done.err
    assert list(shared.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "tool"),
    [(".pre-commit-config.yaml", "pre-commit"), ("prek.toml", "prek"), ("lefthook.yml", "lefthook")],
)
def test_where_another_tool_keeps_the_hooks_it_is_said_what_to_add(repo, name, tool):
    (repo.top / name).write_text("", encoding="utf-8")
    done = repo.vaultkit("hook", "install", "--stale", "warn")
    assert done.code == 3
    assert tool in done.err
    assert "vaultkit check --index --brief --stale warn" in done.err
    assert not hook_of(repo).exists()


def test_husky_is_told_what_to_add(repo):
    repo.git("config", "core.hooksPath", ".husky/_")
    done = repo.vaultkit("hook", "install")
    assert done.code == 3
    assert ".husky/pre-commit" in done.err
    assert not (repo.top / ".husky").exists()


def test_what_husky_is_told_works(repo):
    """husky starts `.husky/pre-commit` with sh from a wrapper in `.husky/_`."""
    folder = repo.top / ".husky/_"
    folder.mkdir(parents=True)
    (folder / "pre-commit").write_text('#!/usr/bin/env sh\nsh -e "${0%/*}/../pre-commit"\n', encoding="utf-8")
    (folder / "pre-commit").chmod(0o755)
    line = f"{sys.executable} -P -m {SNIPPETS['husky'].format(stale='')}\n"
    (repo.top / ".husky/pre-commit").write_text(line, encoding="utf-8")
    repo.git("config", "core.hooksPath", ".husky/_")
    spoil(repo)
    assert repo.try_git("commit", "-m", "x").code != 0
    repo.write("Faux.md", "Juste.\n")
    repo.stage()
    assert repo.try_git("commit", "-m", "x").code == 0


# -------------------------------------------------------------------------------------- merge driver


def test_the_merge_driver_is_registered_for_this_clone_alone(repo):
    before = snapshot(repo)
    assert repo.vaultkit("hook", "install", "--merge-driver").code == 0
    assert repo.git("status", "--porcelain") == ""
    assert "merge-driver" in repo.git("config", "merge.vaultkit.driver")
    assert repo.git("check-attr", "merge", "Dossier/A.md") == "Dossier/A.md: merge: vaultkit\n"
    assert repo.git("check-attr", "merge", "A.py") == "A.py: merge: unspecified\n"
    once = snapshot(repo)
    assert repo.vaultkit("hook", "install", "--merge-driver").code == 0
    assert snapshot(repo) == once
    assert "pilote de fusion" in repo.vaultkit("hook").out
    assert repo.vaultkit("hook", "uninstall").code == 0
    assert snapshot(repo) == before


@pytest.mark.parametrize("attributes", [b"*.txt text\n", b"*.txt text", b"*.md -diff\r\n"])
def test_uninstall_gives_the_attributes_back_byte_for_byte(repo, attributes):
    path = repo.top / ".git/info/attributes"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(attributes)
    assert repo.vaultkit("hook", "install", "--merge-driver").code == 0
    assert repo.git("check-attr", "merge", "A.md") == "A.md: merge: vaultkit\n"
    assert repo.vaultkit("hook", "uninstall").code == 0
    assert path.read_bytes() == attributes


def test_the_merge_driver_is_for_the_notes_of_the_vault_alone(subfolder):
    assert subfolder.vaultkit("hook", "install", "--merge-driver", cwd=subfolder.vault).code == 0
    said = subfolder.git("check-attr", "merge", "README.md", "Mon coffre/A.md", "Mon coffre/x/B.md")
    assert [line.rpartition(": ")[2] for line in said.splitlines()] == ["unspecified", "vaultkit", "vaultkit"]
