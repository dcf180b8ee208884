"""The hooks under pre-commit and prek, as they come from PyPI."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent
HOOKS = ROOT / ".pre-commit-hooks.yaml"
IDS = ("vaultkit-check", "vaultkit-rebuild", "vaultkit-frontmatter")


def declared() -> list[dict[str, object]]:
    import yaml

    return yaml.safe_load(HOOKS.read_text(encoding="utf-8"))


def config(*ids: str, args: tuple[str, ...] = ()) -> str:
    """Return a configuration with our hooks as they are declared, started with this interpreter."""
    import json

    hooks = [
        hook
        | {
            "language": "system",
            "entry": str(hook["entry"]).replace("vaultkit", f"{sys.executable} -P -m vaultkit", 1),
        }
        | ({"args": list(args)} if args else {})
        for hook in declared()
        if hook["id"] in ids
    ]
    return json.dumps({"repos": [{"repo": "local", "hooks": hooks}]})


@pytest.fixture(params=["pre-commit", "prek"])
def tool(request):
    found = BIN / request.param
    if not found.exists():
        pytest.skip(f"{request.param} is not installed")
    return str(found)


def installed(repo, tool, text):
    (repo.top / ".pre-commit-config.yaml").write_text(text, encoding="utf-8")
    repo.commit("hooks")
    done = repo.run(tool, "install")
    assert done.code == 0, done
    return repo


def test_the_declared_hooks():
    assert tuple(hook["id"] for hook in declared()) == IDS
    for hook in declared():
        assert hook["language"] == "python"
        assert hook["always_run"] is True, "a commit that only deletes passes no names"
        assert hook["require_serial"] is True, "one reading of the vault"


def test_a_commit_is_refused_and_then_made(repo, tool):
    installed(repo, tool, config("vaultkit-check"))
    repo.write("Faux « cité » 🦷.md", "---\na: [\n---\n")
    repo.stage()
    done = repo.try_git("commit", "-m", "x")
    assert done.code == 1
    assert "VK201" in done.out + done.err
    repo.write("Faux « cité » 🦷.md", "Juste.\n")
    repo.stage()
    assert repo.try_git("commit", "-m", "x").code == 0


def test_a_commit_that_only_deletes_is_judged(repo, tool):
    installed(repo, tool, config("vaultkit-check"))
    repo.write("vaultkit.toml", '[check]\nerror = ["VK401"]\n')
    repo.write("Plan.md", "Un plan.")
    repo.write("Journal.md", "Voir [[Plan]].\n")
    repo.commit()
    repo.git("rm", "-q", "Plan.md")
    done = repo.try_git("commit", "-m", "x")
    assert done.code == 1
    assert "Journal.md:1:6: VK401" in done.out + done.err


def test_all_files_judges_the_notes_in_full(repo, tool):
    installed(repo, tool, config("vaultkit-check"))
    repo.write("Faux.md", "---\na: [\n---\n")
    repo.commit()
    done = repo.run(tool, "run", "--all-files")
    assert done.code == 1
    assert "Faux.md:2:" in done.out


def test_a_note_whose_name_begins_with_a_dash(repo, tool):
    """Names are passed as they are, without anything before them."""
    installed(repo, tool, config("vaultkit-check"))
    repo.write("-h.md", "Juste.\n")
    repo.stage()
    done = repo.try_git("commit", "-m", "x")
    assert done.code == 0, done


def test_a_merge_without_a_conflict_where_its_hook_is_installed(repo, tool):
    installed(repo, tool, config("vaultkit-check"))
    assert repo.run(tool, "install", "--hook-type", "pre-merge-commit").code == 0
    repo.git("checkout", "-q", "-b", "autre")
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("Bon.md", "Rien.\n")
    repo.commit()
    done = repo.try_git("merge", "autre")
    assert done.code != 0
    assert "VK502" in done.out + done.err


def test_the_vault_can_be_named(subfolder, tool):
    installed(subfolder, tool, config("vaultkit-check", args=("--vault", "Mon coffre")))
    subfolder.write("Faux.md", "---\na: [\n---\n")
    subfolder.stage()
    assert subfolder.try_git("commit", "-m", "x").code == 1
    subfolder.write("Faux.md", "Juste.\n")
    (subfolder.top / "README.md").write_text("[[Rien]]\n", encoding="utf-8")
    subfolder.stage()
    assert subfolder.try_git("commit", "-m", "x").code == 0


def test_unstaged_changes_come_back(repo, tool):
    installed(repo, tool, config("vaultkit-check"))
    repo.write("Neuve.md", "Juste.\n")
    repo.stage("Neuve.md")
    repo.write("Neuve.md", "---\na: [\n---\n")
    repo.write("Journal.md", "Pas encore ajouté.\n")
    assert repo.try_git("commit", "-m", "x").code == 0
    assert repo.read("Neuve.md").startswith("---")
    assert repo.read("Journal.md") == "Pas encore ajouté.\n"


def test_rebuild_stops_the_commit_until_the_synthesis_is_added(repo, tool):
    installed(repo, tool, config("vaultkit-rebuild"))
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    done = repo.try_git("commit", "-m", "x")
    assert done.code == 1
    assert "git add" in done.out + done.err
    assert repo.git("status", "--porcelain", "-z").split("\0")[:2] == ["M  Accès.md", " M Synthèse.md"]
    repo.stage()
    assert repo.try_git("commit", "-m", "x").code == 0


def test_frontmatter_alone(repo, tool):
    installed(repo, tool, config("vaultkit-frontmatter"))
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    assert repo.try_git("commit", "-m", "x").code == 0, "a stale synthesis is none of its business"
    repo.write("Faux.md", "---\na: [\n---\n")
    repo.stage()
    assert repo.try_git("commit", "-m", "x").code == 1


def test_a_rebase_under_the_tool(repo, tool):
    installed(repo, tool, config("vaultkit-check"))
    repo.git("checkout", "-q", "-b", "autre")
    repo.write("Journal.md", "eux\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("Journal.md", "nous\n")
    repo.commit()
    repo.git("checkout", "-q", "autre")
    assert repo.try_git("rebase", "main").code == 1
    repo.write("Journal.md", "ensemble\n")
    repo.stage()
    assert repo.try_git("rebase", "--continue").code == 0


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout as a repository of its own, as somebody else would name it in a configuration."""
    import subprocess

    top = tmp_path_factory.mktemp("published") / "vaultkit"
    skipped = shutil.ignore_patterns(
        ".*_cache", ".git", ".hypothesis", "__pycache__", "tests", "sample_vault", ".ci"
    )
    shutil.copytree(ROOT, top, ignore=skipped)
    identity = ("-c", "user.name=Luc", "-c", "user.email=luc@example.org")
    for command in (("init", "-q"), ("add", "-A"), (*identity, "commit", "-q", "-m", "x")):
        subprocess.run(["git", *command], cwd=top, check=True, capture_output=True)
    return top


@pytest.mark.parametrize("tool", ["pre-commit"])
def test_the_published_hooks_build_and_run(repo, published, tool):
    """The real thing: the tool clones this repository and builds its environment, for which pip needs an index."""
    if not (BIN / tool).exists():
        pytest.skip(f"{tool} is not installed")
    repo.write("Faux.md", "---\na: [\n---\n")
    repo.stage()
    command = (str(BIN / tool), "try-repo", str(published), "vaultkit-check", "--verbose")
    done = repo.run(*command, PIP_RETRIES="1", PIP_DEFAULT_TIMEOUT="20")
    if "CalledProcessError" in done.out and "pip" in done.out:
        pytest.skip("pip cannot install the package here: no index within reach")
    assert done.code == 1, done
    assert "Faux.md:2:" in done.out
    assert "commit refus" in done.out
