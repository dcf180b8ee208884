"""`hook install` where somebody planted a link, changed our hook, filled the disk or took vaultkit away."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import sys

import pytest

from tests.shell.git.test_hook_install import hook_of, snapshot, spoil
from vaultkit.shell import swap
from vaultkit.shell.git.hooks import script


@pytest.fixture
def hooked(repo):
    done = repo.vaultkit("hook", "install")
    assert done.code == 0, done
    return repo


@pytest.fixture
def here(repo, monkeypatch):
    """The environment of the scratch repository in this process."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    for name, value in repo.env.items():
        if name.startswith(("GIT_", "XDG_")) or name == "HOME":
            monkeypatch.setenv(name, value)
    monkeypatch.chdir(repo.top)
    return repo


def executable(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


# --------------------------------------------------------------------------------------------- links


def test_a_link_of_any_name_in_the_folder_of_hooks_is_not_written_through(repo, tmp_path):
    outside = tmp_path / "dehors.txt"
    outside.write_text("à moi")
    (repo.top / ".hk").mkdir()
    for name in (".pre-commit.vaultkit", ".pre-merge-commit.vaultkit"):
        (repo.top / ".hk" / name).symlink_to(outside)
    repo.git("config", "core.hooksPath", ".hk")
    assert repo.vaultkit("hook", "install").code == 0
    assert outside.read_text() == "à moi"
    assert stat.S_IMODE(outside.stat().st_mode) & 0o111 == 0


def test_attributes_that_are_a_link_out_of_the_repository_are_refused(repo, tmp_path):
    outside = tmp_path / "dehors.txt"
    outside.write_text("à moi\n")
    (repo.top / ".git/info").mkdir(exist_ok=True)
    (repo.top / ".git/info/attributes").symlink_to(outside)
    done = repo.vaultkit("hook", "install", "--merge-driver")
    assert done.code == 3
    assert "mène hors de ce dépôt" in done.err
    assert outside.read_text() == "à moi\n"
    assert repo.try_git("config", "merge.vaultkit.driver").code == 1, "half a registration is none"


def test_attributes_that_are_a_link_in_the_repository_stay_one(repo):
    """So are those that lead nowhere, and in a circle."""
    path = repo.top / ".git/info/attributes"
    path.parent.mkdir(exist_ok=True)
    repo.write("attributs", "*.txt text\n")
    path.symlink_to("../../attributs")
    assert repo.vaultkit("hook", "install", "--merge-driver").code == 0
    assert repo.vaultkit("hook", "uninstall").code == 0
    assert path.is_symlink()
    assert repo.read("attributs") == "*.txt text\n"
    path.unlink()
    path.symlink_to("attributes")
    done = repo.vaultkit("hook", "install", "--merge-driver")
    assert (done.code, "Traceback" in done.err) == (3, False)


def test_a_folder_of_hooks_that_is_a_link_is_called_one_and_the_remedy_works(repo, tmp_path):
    shared = tmp_path / "partagés"
    shared.mkdir()
    hooks = repo.top / ".git/hooks"
    if hooks.exists():
        repo.run("rm", "-r", str(hooks))
    hooks.symlink_to(shared)
    done = repo.vaultkit("hook", "install")
    assert done.code == 3
    assert "core.hooksPath" not in done.err
    assert list(shared.iterdir()) == []
    remedy = done.err.rpartition("\u00a0: ")[2].strip()
    assert repo.run("sh", "-c", remedy).code == 0, remedy
    assert repo.vaultkit("hook", "install").code == 0


def test_the_remedy_for_a_shared_folder_works_in_a_worktree(repo, tmp_path):
    (tmp_path / "partagés").mkdir()
    repo.git("config", "--global", "core.hooksPath", str(tmp_path / "partagés"))
    repo.git("worktree", "add", "-q", str(tmp_path / "autre"), "-b", "autre")
    other = repo.at(tmp_path / "autre")
    done = other.vaultkit("hook", "install")
    assert done.code == 3
    assert other.run("sh", "-c", done.err.rpartition("\u00a0: ")[2].strip()).code == 0
    assert other.vaultkit("hook", "install").code == 0
    spoil(other)
    assert other.try_git("commit", "-m", "x").code == 1


# ---------------------------------------------------------------------------------------- our own text


def test_our_hook_with_another_first_line_is_ours_and_edited(hooked):
    hook_of(hooked).write_bytes(hook_of(hooked).read_bytes().replace(b"#!/bin/sh", b"#!/usr/bin/env bash", 1))
    before = snapshot(hooked)
    assert hooked.vaultkit("hook", "install").code == 3
    assert hooked.vaultkit("hook", "uninstall").code == 3
    assert "modifié à la main" in hooked.vaultkit("hook").out
    assert snapshot(hooked) == before


def test_a_former_hook_that_is_ours_does_not_start_itself_for_ever(hooked):
    former = hook_of(hooked).with_name("pre-commit.before-vaultkit")
    executable(former, hook_of(hooked).read_text(encoding="utf-8"))
    hooked.write("Journal.md", "Rien.\n")
    hooked.stage()
    assert hooked.run("timeout", "60", "git", "commit", "-m", "x").code == 0


def test_a_circle_of_two_hooks_ends(hooked):
    former = hook_of(hooked).with_name("pre-commit.before-vaultkit")
    executable(former, f'#!/bin/sh\necho x >> "{hooked.home}/tours"\nexec "{hook_of(hooked)}"\n')
    hooked.write("Journal.md", "Rien.\n")
    hooked.stage()
    assert hooked.run("timeout", "60", "git", "commit", "-m", "x").code == 0
    assert len((hooked.home / "tours").read_text().split()) <= 2


# ------------------------------------------------------------------------------------------- the disk


@pytest.mark.parametrize("fails", ["write", "rename"])
def test_a_disk_that_fails_leaves_the_persons_own_hook(here, monkeypatch, capsys, fails):
    from pathlib import Path

    from vaultkit.shell.cli import run

    executable(hook_of(here), "#!/bin/sh\nexit 0\n")
    before = snapshot(here)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if fails == "write":
        monkeypatch.setattr(swap.os, "write", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    assert run(["hook", "install"]) == 3
    assert "disque plein" in capsys.readouterr().err
    monkeypatch.undo()
    assert snapshot(here) == before


def test_uninstall_puts_a_lone_former_hook_back(repo):
    executable(hook_of(repo), "#!/bin/sh\nexit 0\n")
    before = snapshot(repo)
    hook_of(repo).rename(hook_of(repo).with_name("pre-commit.before-vaultkit"))
    assert repo.vaultkit("hook", "uninstall").code == 0
    assert snapshot(repo) == before


def test_a_folder_in_the_place_of_the_hook_is_refused(repo):
    hook_of(repo).mkdir(parents=True)
    done = repo.vaultkit("hook", "install")
    assert done.code == 3
    assert "est un dossier" in done.err
    assert hook_of(repo).is_dir()


def test_a_file_in_the_place_of_the_folder_of_hooks_is_refused(repo, tmp_path):
    repo.git("worktree", "add", "-q", str(tmp_path / "autre"), "-b", "autre")
    repo.git("config", "core.hooksPath", ".git/hooks")
    done = repo.at(tmp_path / "autre").vaultkit("hook", "install")
    assert done.code == 3, done
    assert "dossier" in done.err
    assert "Traceback" not in done.err


def test_a_configuration_that_cannot_be_written_registers_nothing(repo):
    (repo.top / ".git/config.lock").write_text("")
    done = repo.vaultkit("hook", "install", "--merge-driver")
    assert done.code == 2
    assert not (repo.top / ".git/info/attributes").exists()
    (repo.top / ".git/config.lock").unlink()
    assert "pilote" not in repo.vaultkit("hook").out


# ------------------------------------------------------------------------------------- what is not there


def test_an_interpreter_without_vaultkit_says_so_and_lets_the_commit_through(hooked, tmp_path):
    """As after `pip uninstall`: the environment is there, vaultkit is not."""
    bare = tmp_path / "nu"
    (bare / "bin").mkdir(parents=True)
    (bare / "pyvenv.cfg").write_text("home = /nowhere\n")
    fake = executable(
        bare / "bin/python",
        f'#!/bin/sh\nexec {shlex.quote(os.path.realpath(sys.executable))} -I -S "$@"\n',
    )
    hook_of(hooked).write_bytes(script([], python=str(fake)))
    spoil(hooked)
    done = hooked.try_git("commit", "-m", "x")
    assert done.code == 0, done
    assert "n’a plus vaultkit, ce commit n’est pas vérifié" in done.err
    assert "n’a plus vaultkit" in hooked.vaultkit("hook").out


def test_a_hook_that_git_skips_is_told(hooked):
    hook_of(hooked).chmod(0o644)
    assert "pas exécutable" in hooked.vaultkit("hook").out
    assert hooked.vaultkit("hook", "install").code == 0
    assert "pas exécutable" not in hooked.vaultkit("hook").out


def test_where_git_starts_no_hooks_none_is_installed(hooked):
    hooked.git("config", "core.hooksPath", "")
    assert hooked.vaultkit("hook", "install").code == 3
    hooked.git("config", "--unset", "core.hooksPath")
    assert "✔ hook installé" in hooked.vaultkit("hook").out


@pytest.mark.parametrize("aside", ["pre-commit.legacy", "pre-commit.old"])
def test_our_hook_that_another_tool_put_aside_is_found(hooked, aside):
    hook_of(hooked).rename(hook_of(hooked).with_name(aside))
    executable(hook_of(hooked), "#!/bin/sh\nexit 0\n")
    assert aside in hooked.vaultkit("hook").out
    assert hooked.vaultkit("hook", "uninstall").code == 0
    assert not hook_of(hooked).with_name(aside).exists()
    assert hook_of(hooked).read_text() == "#!/bin/sh\nexit 0\n"


# -------------------------------------------------------------------------------------------- the vault


def test_a_second_vault_does_not_take_the_place_of_the_first(subfolder):
    (subfolder.vault / "vaultkit.toml").unlink()
    (subfolder.top / "Autre").mkdir()
    (subfolder.top / "Autre/A.md").write_text("x")
    subfolder.commit()
    assert subfolder.vaultkit("hook", "install", "--vault", "Mon coffre").code == 0
    before = hook_of(subfolder).read_bytes()
    done = subfolder.vaultkit("hook", "install", "--vault", "Autre")
    assert done.code == 3
    assert "Mon coffre" in done.err
    assert hook_of(subfolder).read_bytes() == before


def test_a_vault_that_only_this_disk_knows_is_named_in_the_hook(subfolder, tmp_path):
    """`.obsidian` is often ignored, so a worktree does not have it."""
    repo = subfolder
    repo.git("rm", "-q", "--cached", "Mon coffre/vaultkit.toml")
    (repo.vault / "vaultkit.toml").unlink()
    (repo.vault / ".obsidian").mkdir(exist_ok=True)
    repo.git("commit", "-qm", "x")
    assert repo.vaultkit("hook", "install", cwd=repo.vault).code == 0
    repo.git("worktree", "add", "-q", str(tmp_path / "autre"), "-b", "autre")
    other = repo.at(tmp_path / "autre", "Mon coffre")
    (other.top / "README.md").write_text("---\na: [\n---\n", encoding="utf-8")
    other.git("add", "README.md")
    assert other.try_git("commit", "-m", "no note").code == 0
    spoil(other)
    assert other.try_git("commit", "-m", "x").code == 1


def test_a_branch_without_the_vault_is_not_stopped(subfolder):
    repo = subfolder
    (repo.vault / "vaultkit.toml").unlink()
    repo.commit()
    assert repo.vaultkit("hook", "install", "--vault", "Mon coffre").code == 0
    repo.git("checkout", "-q", "--orphan", "pages")
    repo.git("rm", "-rfq", ".")
    repo.run("rm", "-rf", str(repo.vault))
    (repo.top / "index.md").write_text("x")
    repo.git("add", "index.md")
    assert repo.try_git("commit", "-m", "x").code == 0


def test_a_repository_inside_a_vault(repo, tmp_path):
    """The repository holds one folder of the vault; what lies around it is read from the disk."""
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "Ailleurs.md").write_text("Un voisin.\n", encoding="utf-8")
    (repo.vault / "vaultkit.toml").unlink()
    repo.run("rm", "-rf", str(repo.vault / ".obsidian"))
    repo.commit()
    assert repo.vaultkit("hook", "install").code == 0
    repo.write("Journal.md", "Voir [[Ailleurs]], [[depot/Accès]] et [[Accès]].\n")
    repo.stage()
    assert repo.try_git("commit", "-m", "x").code == 0
    repo.write("Journal.md", "---\na: [\n---\n")
    repo.stage()
    assert repo.try_git("commit", "-m", "x").code == 1
    assert "dans aucun dépôt" not in repo.vaultkit("hook").err
    assert repo.vaultkit("hook", "uninstall").code == 0


def test_a_refusal_is_said_in_the_language_of_the_vault(hooked):
    hooked.write("vaultkit.toml", '[vault]\nlanguage = "en"\n')
    hook_of(hooked).write_bytes(hook_of(hooked).read_bytes() + b"#\n")
    done = hooked.vaultkit("hook", "install", LC_ALL="C")
    assert done.code == 3
    assert "was changed since" in done.err


def test_names_are_shown_and_not_obeyed(repo):
    repo.git("config", "core.hooksPath", "outils\x1b[31m")
    done = repo.vaultkit("hook", "install")
    assert done.code == 0
    assert "\x1b" not in done.out + repo.vaultkit("hook").out


@pytest.mark.parametrize("utf8", ["0", ""])
def test_a_locale_of_ascii_is_no_fault(hooked, utf8):
    hooked.write("Été à l’étude.md", "Voir [[Accès]].\n")
    hooked.stage()
    more = {"PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"} | ({"PYTHONUTF8": utf8} if utf8 else {})
    assert hooked.run("git", "commit", "-m", "x", **more).code == 0
    spoil(hooked)
    done = hooked.run("git", "commit", "-m", "x", **more)
    assert (done.code, "Traceback" in done.err) == (1, False)


# ----------------------------------------------------------------------------------------------- merges


def test_a_merge_without_a_conflict_is_judged_and_what_the_sides_had_is_not(hooked):
    hooked.git("checkout", "-q", "-b", "autre")
    hooked.write("De lui.md", "---\na: [\n---\n")
    hooked.git("rm", "-q", "Journal.md")
    hooked.commit()
    hooked.git("checkout", "-q", "main")
    hooked.write("Bon.md", "Rien.\n")
    hooked.commit()
    assert hooked.try_git("merge", "autre").code == 0, "an old fault of the other side is old"
    hooked.git("checkout", "-q", "autre")
    hooked.replace("Accès.md", "priorite: haute", "priorite: basse")
    hooked.commit()
    hooked.git("checkout", "-q", "main")
    hooked.write("Bon.md", "Rien de plus.\n")
    hooked.commit()
    done = hooked.try_git("merge", "autre")
    assert done.code != 0
    assert "Synthèse.md:9:1: VK502" in done.err
    assert "De lui.md" not in done.err
    assert "Synthèse mise à jour" in hooked.vaultkit("rebuild").out
    hooked.stage()
    assert hooked.try_git("commit", "--no-edit").code == 0


def test_obsidians_git_plugin_is_not_stopped_by_merges(repo):
    assert repo.vaultkit("hook", "install").code == 0
    assert (hook_of(repo).with_name("pre-merge-commit")).exists()
    (repo.vault / ".obsidian/plugins/obsidian-git").mkdir(parents=True)
    assert repo.vaultkit("hook", "install").code == 0
    assert not (hook_of(repo).with_name("pre-merge-commit")).exists()
    assert hook_of(repo).exists()


# ---------------------------------------------------------------------------------------- no permission


@pytest.fixture
def barred(repo):
    """A way to run vaultkit that keeps to permissions, also where the tests run as root."""
    if os.geteuid() != 0:
        return repo.vaultkit
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("root passes by every permission")
    without = (setpriv, "--bounding-set=-dac_override,-dac_read_search", "--")
    return lambda *words: repo.run(*without, sys.executable, "-P", "-m", "vaultkit", *words)


def test_a_hook_that_may_be_run_and_not_be_read_is_kept(repo, barred):
    executable(hook_of(repo), "#!/bin/sh\nexit 0\n").chmod(0o111)
    assert barred("hook", "install").code == 0
    assert barred("hook", "uninstall").code == 0
    assert stat.S_IMODE(hook_of(repo).stat().st_mode) == 0o111


@pytest.mark.parametrize("folder", [".obsidian", ".git/info", ".git/hooks", ".git"])
def test_a_folder_that_may_not_be_read_is_a_fault_in_one_line(repo, barred, folder):
    (repo.top / folder).mkdir(exist_ok=True)
    repo.write("Journal.md", "Rien.\n")
    repo.stage()
    (repo.top / folder).chmod(0)
    try:
        for words in (["hook"], ["hook", "install", "--merge-driver"], ["check", "--index"]):
            done = barred(*words)
            assert done.code in (0, 2, 3), (words, done)
            assert "Traceback" not in done.err
    finally:
        (repo.top / folder).chmod(0o755)


def test_a_repository_that_may_not_be_written_registers_nothing(repo, barred):
    (repo.top / ".git/hooks").mkdir(exist_ok=True)
    before = snapshot(repo)
    for folder in (".git/hooks", ".git"):
        (repo.top / folder).chmod(0o555)
    try:
        done = barred("hook", "install", "--merge-driver")
    finally:
        for folder in (".git", ".git/hooks"):
            (repo.top / folder).chmod(0o755)
    assert done.code == 3
    assert "accès refusé" in done.err
    assert snapshot(repo) == before
