"""What a refused commit tells a person to type works where it is typed."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.fixture
def stale(repo):
    """A commit that changes a domain note and leaves its synthesis as it was."""
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    return repo


def typed(repo, said, cwd=None):
    """Type the commands of the last remedy: one line with «, puis », or a block of indented lines."""
    lines = said.splitlines()
    block = [line.strip() for line in lines if line.startswith("    ") and "→" not in line]
    if "rebuild" not in " ".join(block):
        [remedy] = {line.partition("→ ")[2] for line in lines if "→ " in line and "puis git add" in line}
        block = [one for part in remedy.split(", puis ") for one in part.split(", ")]
    script = 'vaultkit() { "$PY" -P -m vaultkit "$@"; }\n' + "\n".join(block)
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=cwd or repo.top, env=repo.env | {"PY": sys.executable},
        capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, (block, done)
    return block


def test_commit_a_and_only_say_what_else_to_add(repo):
    assert repo.vaultkit("hook", "install").code == 0
    for more in (["-a"], ["--only", "Accès.md"]):
        repo.git("reset", "-q", "--hard")
        repo.replace("Accès.md", "priorite: haute", "priorite: basse")
        done = repo.try_git("commit", "-m", "x", *more)
        assert done.code == 1
        typed(repo, done.err)
        assert (
            repo.git("-c", "core.quotePath=false", "diff", "--cached", "--name-only")
            == "Accès.md\nSynthèse.md\n"
        )
    assert repo.try_git("commit", "-m", "x").code == 0


@pytest.mark.parametrize("policy", ["block", "rebuild"])
def test_a_commit_typed_in_a_subfolder(repo, policy):
    assert repo.vaultkit("hook", "install", "--stale", policy).code == 0
    repo.write("Dossier/Sous/Note.md", "x")
    repo.commit()
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    below = repo.vault / "Dossier/Sous"
    done = repo.try_git("commit", "-m", "x", cwd=below)
    assert done.code == 1
    assert "../../Synthèse.md" in done.err
    if policy == "block":
        typed(repo, done.err, cwd=below)
    else:
        [add] = [line.strip() for line in done.err.splitlines() if line.strip().startswith("git add")]
        assert repo.run("bash", "-c", add, cwd=below).code == 0
    assert repo.try_git("commit", "-m", "x", cwd=below).code == 0


def test_a_prefix_that_leads_nowhere_is_not_followed(stale):
    for prefix in ("../..", "/", "Nulle part/", "\x1b/"):
        done = stale.vaultkit("check", "--index", GIT_PREFIX=prefix)
        assert "git add 'Synthèse.md'" in done.out


def test_a_vault_in_a_subfolder_is_named_from_where_one_stands(subfolder):
    subfolder.replace("Accès.md", "priorite: haute", "priorite: basse")
    (subfolder.top / "code").mkdir()
    subfolder.stage()
    done = subfolder.vaultkit("check", "--index", GIT_PREFIX="code/")
    assert "vaultkit rebuild '../Mon coffre', puis git add '../Mon coffre/Synthèse.md'" in done.out


def test_a_decomposed_name_is_added_as_the_index_spells_it(repo):
    repo.git("mv", "Synthèse.md", "Synthe\u0300se.md")
    repo.commit()
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    typed(repo, repo.check().out)
    assert "Synthe\u0300se.md" in repo.git("-c", "core.quotePath=false", "diff", "--cached", "--name-only")
    assert repo.check().code == 0


def test_a_name_that_would_be_obeyed_is_quoted_so_that_it_can_be_typed(repo):
    odd = "Syn\n\x1b[31m thèse l’'an'.md"
    repo.git("mv", "Synthèse.md", odd)
    for path in ("Accès.md", "Courriel.md"):
        repo.write(path, repo.read(path).replace("Pour [[Synthèse]].", ""))
    assert repo.vaultkit("rebuild").code == 0
    repo.commit()
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    done = repo.check("--stale", "rebuild")
    assert done.code == 1
    assert "\x1b" not in done.out + done.err
    [add] = [line.strip() for line in done.err.splitlines() if "git add" in line]
    assert repo.run("bash", "-c", add).code == 0
    assert repo.check().code == 0


@pytest.mark.parametrize("policy", ["block", "rebuild"])
def test_a_note_that_only_the_disk_has_lost_comes_back_and_is_not_staged_as_gone(stale, policy):
    (stale.vault / "Courriel.md").unlink()
    done = stale.check("--stale", policy)
    assert done.code == 1
    assert policy == "block" or "pas sur le disque\u00a0: Courriel.md" in done.err
    block = typed(stale, done.err if policy == "rebuild" else done.out)
    assert any(line.startswith("git restore -- ") for line in block)
    assert (stale.vault / "Courriel.md").exists()
    assert stale.git("diff", "--cached", "--name-only", "--diff-filter=D") == ""
    assert stale.check().code == 0


@pytest.mark.parametrize("policy", ["block", "rebuild"])
def test_a_source_that_a_sparse_checkout_keeps_away(repo, policy):
    repo.git("mv", "Courriel.md", "Loin.md")
    repo.commit()
    repo.git("sparse-checkout", "set", "--no-cone", "/*", "!/Loin.md")
    assert not (repo.vault / "Loin.md").exists()
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage("Accès.md")
    done = repo.check("--stale", policy)
    block = typed(repo, done.err if policy == "rebuild" else done.out)
    assert block[0] == "git sparse-checkout disable"
    assert repo.check().code == 0


def test_many_stale_syntheses_are_told_in_a_few_lines(repo):
    for number in range(60):
        for path in ("Synthèse.md", "Accès.md"):
            text = repo.read(path).replace("Étude Dufour", f"Étude {number}")
            text = text.replace("Synthèse]]", f"Synthèse {number}]]").replace("Accès", f"Accès {number}")
            repo.write(f"{path[:-3]} {number}.md", text)
    assert repo.vaultkit("rebuild").code == 0
    repo.commit()
    for number in range(60):
        repo.replace(f"Accès {number}.md", "priorite: haute", "priorite: basse")
    repo.stage()
    for number in range(10, 60):
        (repo.vault / f"Accès {number}.md").unlink()
    done = repo.check("--brief", "--stale", "rebuild")
    assert done.code == 1
    assert len(done.err.splitlines()) < 35
    assert "… et 6 autres" in done.err
    assert "… et 46 autres" in done.err
