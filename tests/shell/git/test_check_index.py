"""`check --index` judges what git has staged, and reports what the commit touches or breaks."""

from __future__ import annotations

import json
import os

import pytest

from tests.conftest import Ran

ODD = 'Note "citée" 🦷 l’an\n2 \\ fin.md'


def codes(done):
    return {(d["code"], d["path"]) for d in json.loads(done.out)["diagnostics"]}


def judged(repo, *arguments, **more):
    return codes(repo.check("--format", "json", *arguments, **more))


# --------------------------------------------------------------------------------- what is judged


def test_nothing_staged_is_nothing_to_say(repo):
    repo.write("Accès.md", "---\ncategory: [\n---\n")
    done = repo.check()
    assert (done.code, done.out, done.err) == (0, "", "")
    assert judged(repo) == set(), "a program gets its document"


def test_the_index_is_judged_and_not_the_work_tree(repo):
    repo.write("Neuve.md", "Voir [[Nulle part]].\n")
    repo.stage("Neuve.md")
    repo.write("Neuve.md", "Voir [[Accès]].\n")
    assert judged(repo) == {("VK401", "Neuve.md")}
    repo.stage("Neuve.md")
    repo.write("Neuve.md", "Voir [[Nulle part]].\n")
    assert judged(repo) == set()


def test_a_note_that_only_the_work_tree_has_is_no_target(repo):
    repo.write("Pas ajoutée.md", "ici")
    repo.write("Journal.md", "Voir [[Pas ajoutée]].\n")
    repo.stage("Journal.md")
    assert judged(repo) == {("VK401", "Journal.md")}
    repo.git("add", "--intent-to-add", "Pas ajoutée.md")
    assert judged(repo) == {("VK401", "Journal.md")}, "an announced file is not in the commit"
    repo.stage("Pas ajoutée.md")
    assert judged(repo) == set()


def test_old_faults_in_other_notes_are_not_said_again(repo):
    repo.write("Vieux.md", "Voir [[Nulle part]].\n")
    repo.commit()
    repo.write("Journal.md", "Rien.\n")
    repo.stage()
    assert judged(repo) == set()
    repo.write("Vieux.md", "Voir [[Nulle part]] encore.\n")
    repo.stage()
    assert judged(repo) == {("VK401", "Vieux.md")}


def test_a_deleted_note_breaks_links_in_notes_that_nobody_touched(repo):
    repo.write("Plan.md", "Un plan.")
    repo.write("Journal.md", "Voir [[Plan]] et [[Nulle part]].\n")
    repo.commit()
    repo.git("rm", "-q", "Plan.md")
    done = repo.check("--format", "json")
    [said] = json.loads(done.out)["diagnostics"]
    assert (said["path"], said["code"]) == ("Journal.md", "VK401")
    assert "Plan" in said["message"]


def test_a_renamed_note_breaks_links_to_its_old_name(repo):
    repo.write("Plan.md", "Un plan assez long pour que git y voie un renommage.\n" * 5)
    repo.write("Journal.md", "Voir [[Plan]].\n")
    repo.commit()
    repo.git("mv", "Plan.md", "Projet.md")
    assert judged(repo) == {("VK401", "Journal.md")}


def test_a_heading_that_goes_breaks_links_to_it(repo):
    repo.write("Plan.md", "# Un\n# Deux\n")
    repo.write("Journal.md", "Voir [[Plan#Deux]].\n")
    repo.commit()
    repo.write("Plan.md", "# Un\n")
    repo.stage()
    assert judged(repo) == {("VK407", "Journal.md")}


def test_a_canvas_loses_its_card(repo):
    repo.write("Plan.md", "Un plan.")
    card = {"id": "1", "type": "file", "file": "Plan.md", "x": 0, "y": 0, "width": 1, "height": 1}
    repo.write("Carte.canvas", json.dumps({"nodes": [card], "edges": []}))
    repo.commit()
    repo.git("rm", "-q", "Plan.md")
    assert judged(repo) == {("VK401", "Carte.canvas")}


def test_what_was_wrong_before_is_new_where_the_settings_change(repo):
    repo.write("vaultkit.toml", '[check]\nignore = ["VK401", "VK803"]\n')
    repo.write("Vieux.md", "Voir [[Nulle part]].\n")
    repo.commit()
    repo.write("vaultkit.toml", '[check]\nignore = ["VK803"]\n')
    repo.stage()
    assert ("VK401", "Vieux.md") in judged(repo)


def test_names_with_emoji_quotes_and_newlines(repo):
    repo.write(ODD, "Voir [[Nulle part]].\n")
    repo.stage()
    assert judged(repo) == {("VK401", ODD)}
    repo.commit()
    repo.git("rm", "-q", "--", ODD)
    assert judged(repo) == set()


def test_a_name_that_is_not_utf8_is_said(repo):
    with open(os.fsencode(repo.vault) + b"/caf\xe9.md", "wb") as file:  # noqa: PTH123 - bytes
        file.write(b"x")
    repo.stage()
    assert judged(repo) == {("VK102", "caf\\xe9.md")}
    assert repo.check().code == 0


def test_an_invalid_note_refuses_the_commit_in_a_few_lines(repo):
    for number in range(30):
        repo.write(f"N{number}.md", "---\na: [\n---\n")
    repo.stage()
    done = repo.check("--brief")
    assert done.code == 1
    assert "… et 26 autres\u00a0: vaultkit check --index" in done.out
    assert "✖ commit refusé (30 erreurs)" in done.out
    assert len(done.out.splitlines()) <= 12


def test_brief_says_nothing_where_nothing_is_wrong(repo):
    repo.write("Journal.md", "Rien.\n")
    repo.stage()
    done = repo.check("--brief")
    assert (done.code, done.out, done.err) == (0, "", "")


def test_only_frontmatter(repo):
    repo.write("Neuve.md", "---\na: [\n---\nVoir [[Nulle part]].\n")
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    assert judged(repo, "--only", "frontmatter") == {("VK201", "Neuve.md")}


def test_paths_are_judged_in_full_though_nothing_is_staged(repo):
    repo.write("Vieux.md", "Voir [[Nulle part]].\n")
    repo.write("Dossier/Autre.md", "Voir [[Nulle part]].\n")
    repo.commit()
    assert judged(repo, "Vieux.md") == {("VK401", "Vieux.md")}
    assert judged(repo, "Dossier") == {("VK401", "Dossier/Autre.md")}
    assert len(judged(repo, ".")) == 2
    assert repo.check("Nulle part.md").code == 2


def test_options_that_write_do_not_go_with_the_index(repo):
    done = repo.check("--fix")
    assert done.code == 2
    assert "--fix" in done.err


def test_outside_a_repository(tmp_path, repo):
    (tmp_path / "nu").mkdir()
    done = repo.check(cwd=tmp_path / "nu")
    assert done.code == 2
    assert "aucun dépôt git" in done.err or "no git repository" in done.err


def test_without_git(repo, monkeypatch, tmp_path):
    from vaultkit.shell.git import repository as git

    monkeypatch.setattr(git, "USUAL", ())
    with pytest.raises(git.GitFault) as fault:
        git.find_git({"PATH": str(tmp_path)})
    assert fault.value.exit_code == 2
    assert "introuvable" in fault.value.message.fr


def test_git_is_found_without_a_path():
    from vaultkit.shell.git.repository import find_git

    assert os.access(find_git({}), os.X_OK)


# -------------------------------------------------------------------------------------- repositories


def test_the_first_commit(empty, mission_text):
    for path, text in mission_text().items():
        empty.write(path, text)
    empty.write("Journal.md", "Voir [[Nulle part]].\n")
    empty.stage()
    assert {("VK401", "Journal.md"), ("VK502", "Synthèse.md")} <= judged(empty)
    assert empty.vaultkit("rebuild").code == 0
    empty.stage()
    assert {code for code, _ in judged(empty)} & {"VK401", "VK502"} == {"VK401"}


def test_a_vault_in_a_subfolder(subfolder):
    repo = subfolder
    (repo.top / "README.md").write_text("Voir [[Toujours nulle part]].\n", encoding="utf-8")
    repo.stage()
    assert repo.check() == Ran(0, "", ""), "what lies in no vault is nobody's note"
    repo.write("Neuve.md", "Voir [[Nulle part]].\n")
    repo.stage()
    for more in ((), ("--vault", "Mon coffre")):
        assert judged(repo, *more) == {("VK401", "Neuve.md")}
    assert judged(repo, cwd=repo.vault) == {("VK401", "Neuve.md")}
    assert judged(repo, "Mon coffre/Journal.md", "README.md") == {("VK401", "Neuve.md")}


def test_a_stale_synthesis_in_a_subfolder_names_commands_that_work_there(subfolder):
    repo = subfolder
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    done = repo.check()
    assert "vaultkit rebuild 'Mon coffre', puis git add 'Mon coffre/Synthèse.md'" in done.out


def test_two_vaults_in_one_repository(subfolder):
    repo = subfolder
    other = repo.at(repo.top, "Autre")
    (other.vault / ".obsidian").mkdir(parents=True)
    other.write("A.md", "[[Rien]]")
    repo.write("B.md", "[[Rien]]")
    repo.stage()
    done = repo.check()
    assert "A.md:1:1: VK401" in done.out
    assert "B.md:1:1: VK401" in done.out
    assert repo.check("--format", "json").code == 2
    assert judged(repo, "--vault", "Autre") == {("VK401", "A.md")}


def test_a_merge_judges_what_the_merger_did(repo):
    repo.write("Conflit.md", "base\n")
    repo.commit()
    repo.git("checkout", "-q", "-b", "autre")
    repo.write("Conflit.md", "eux\n")
    repo.write("De lui.md", "Voir [[Nulle part]].\n")
    repo.git("rm", "-q", "Journal.md")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("Conflit.md", "nous\n")
    repo.write("Lien.md", "Voir [[Journal]].\n")
    repo.commit()
    assert repo.try_git("merge", "autre").code == 1
    unmerged = repo.check("--format", "json")
    assert ("VK102", "Conflit.md") in codes(unmerged)
    repo.write("Conflit.md", "ensemble\n[[Toujours nulle part]]\n")
    repo.stage()
    assert judged(repo) == {("VK401", "Conflit.md"), ("VK401", "Lien.md")}, (
        "what each side already had is old"
    )


def test_a_worktree_has_an_index_of_its_own(repo, tmp_path):
    repo.git("worktree", "add", "-q", str(tmp_path / "autre"), "-b", "autre")
    other = repo.at(tmp_path / "autre")
    other.write("Neuve.md", "Voir [[Nulle part]].\n")
    other.stage()
    assert judged(other) == {("VK401", "Neuve.md")}
    assert repo.check().out == ""


def test_a_vault_that_is_a_submodule(repo, tmp_path):
    outer = repo.at(tmp_path / "grand", "notes")
    outer.top.mkdir()
    outer.git("init", "-q", "-b", "main")
    outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(repo.top), "notes")
    outer.commit()
    outer.write("Neuve.md", "Voir [[Nulle part]].\n")
    outer.git("add", "Neuve.md", cwd=outer.vault)
    assert judged(outer, cwd=outer.vault) == {("VK401", "Neuve.md")}
    assert outer.check().out == "", "the outer repository records a commit, no notes"
    outer.git("commit", "-qm", "x", cwd=outer.vault)
    outer.stage()
    assert (outer.check().code, outer.check().out) == (0, "")


def test_the_repository_of_a_running_hook_counts_only_for_what_lies_in_it(repo, subfolder):
    subfolder.write("Neuve.md", "Voir [[Nulle part]].\n")
    subfolder.stage()
    running = {"GIT_DIR": str(repo.top / ".git"), "GIT_INDEX_FILE": ".git/index"}
    done = repo.vaultkit("check", "--index", "--format", "json", "--vault", str(subfolder.vault), **running)
    assert codes(done) == {("VK401", "Neuve.md")}
    assert codes(repo.vaultkit("check", "--index", "--format", "json", **running)) == set()


def test_a_work_tree_set_elsewhere_is_not_followed(repo, tmp_path):
    (tmp_path / "ailleurs").mkdir()
    repo.git("config", "core.worktree", str(tmp_path / "ailleurs"))
    done = repo.check()
    assert done.code == 2
    assert "core.worktree" in done.err


def test_a_cherry_pick_with_a_conflict(repo):
    repo.git("checkout", "-q", "-b", "autre")
    repo.write("Journal.md", "eux\n")
    repo.write("Vieux.md", "Voir [[Nulle part]].\n")
    repo.commit()
    repo.git("checkout", "-q", "main")
    repo.write("Journal.md", "nous\n")
    repo.commit()
    assert repo.try_git("cherry-pick", "autre").code == 1
    repo.write("Journal.md", "ensemble\n")
    repo.stage()
    assert judged(repo) == {("VK401", "Vieux.md")}


def test_a_sparse_checkout_knows_the_notes_that_are_not_on_the_disk(repo):
    repo.write("Loin/Là-bas.md", "ici")
    repo.commit()
    repo.git("sparse-checkout", "set", "--no-cone", "/*", "!/Loin/")
    assert not (repo.vault / "Loin").exists()
    repo.write("Journal.md", "Voir [[Là-bas]].\n")
    repo.stage("Journal.md")
    assert judged(repo) == set()


def test_a_sparse_index_is_read_whole(repo):
    repo.write("Loin/Là-bas.md", "ici")
    repo.commit()
    repo.git("sparse-checkout", "set", "--cone", "--sparse-index")
    assert not (repo.vault / "Loin").exists()
    repo.write("Journal.md", "Voir [[Là-bas]].\n")
    repo.stage("Journal.md")
    assert judged(repo) == set()


def test_a_shallow_clone(repo, tmp_path):
    repo.write("Journal.md", "deux\n")
    repo.commit()
    repo.git("clone", "-q", "--depth", "1", f"file://{repo.top}", str(tmp_path / "clone"))
    clone = repo.at(tmp_path / "clone")
    clone.write("Neuve.md", "Voir [[Nulle part]].\n")
    clone.stage()
    assert judged(clone) == {("VK401", "Neuve.md")}


def test_a_partial_clone_says_what_is_missing_and_fetches_nothing(repo, tmp_path):
    repo.write("Gros.md", "x" * 5000)
    repo.commit()
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git(
        "clone",
        "-q",
        "--no-checkout",
        "--filter=blob:limit=1k",
        f"file://{repo.top}",
        str(tmp_path / "clone"),
    )
    clone = repo.at(tmp_path / "clone")
    clone.git("read-tree", "HEAD")
    objects = sorted(path.name for path in (clone.top / ".git/objects").rglob("*"))
    clone.write("Neuve.md", "Voir [[Gros]].\n")
    clone.stage("Neuve.md")
    assert judged(clone) == set()
    assert ("VK102", "Gros.md") in judged(clone, "Gros.md")
    left = sorted(path.name for path in (clone.top / ".git/objects").rglob("*"))
    assert len(set(left) - set(objects)) <= 2, "nothing but the staged note came"


@pytest.mark.parametrize("lost", ["Synthèse.md", "Courriel.md"])
def test_a_note_of_the_mission_that_git_has_lost_is_said(repo, lost):
    """Whether the synthesis is up to date nobody can say then: that is no `nothing to report`."""
    oid = repo.git("rev-parse", f"HEAD:{lost}").strip()
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage("Accès.md")
    (repo.top / ".git/objects" / oid[:2] / oid[2:]).unlink()
    done = repo.check()
    assert f"{lost}:1:1: VK102" in done.out
    assert "partiel" not in done.out
    assert "git fsck" in done.out
    repo.git("config", "remote.origin.promisor", "true")
    assert "git fetch --refetch --no-filter" in repo.check().out


def test_a_note_whose_name_begins_with_a_dash_is_a_path(repo):
    for name in ("-x.md", "--fix.md", "-h.md"):
        repo.write(name, "Voir [[Nulle part]].\n")
    repo.stage()
    repo.git("commit", "-qm", "x")
    assert judged(repo, "-x.md", "--fix.md", "-h.md") == {
        ("VK401", name) for name in ("-x.md", "--fix.md", "-h.md")
    }
    assert repo.check("--nulle-part.md").code == 2


def test_a_file_named_like_an_option_changes_no_option(repo):
    for name in ("--brief", "--index"):
        repo.write(name, "x")
    repo.write("Neuve.md", "---\na: [\n---\n")
    repo.stage()
    assert repo.check("--brief").code == 1


def test_the_index_of_another_repository_is_not_ours(repo, subfolder):
    repo.write("Neuve.md", "Voir [[Nulle part]].\n")
    repo.stage()
    more = {"GIT_INDEX_FILE": str(subfolder.top / ".git/index")}
    done = repo.vaultkit("check", "--index", "--format", "json", **more)
    assert codes(done) == {("VK401", "Neuve.md")}


def test_an_index_elsewhere_is_taken_as_it_is_said(repo, tmp_path):
    repo.write("Neuve.md", "Voir [[Nulle part]].\n")
    repo.stage()
    other = tmp_path / "index"
    other.write_bytes(repo.index())
    repo.git("reset", "-q")
    done = repo.vaultkit("check", "--index", "--format", "json", GIT_INDEX_FILE=str(other))
    assert codes(done) == {("VK401", "Neuve.md")}


def test_settings_of_one_vault_do_not_hide_what_is_wrong_in_another(subfolder):
    repo = subfolder
    for name, text in (("Autre", "[vault\n"), ("Zoé", '[vault]\nlanguage = "fr"\n')):
        (repo.top / name).mkdir()
        (repo.top / name / "vaultkit.toml").write_text(text, encoding="utf-8")
        (repo.top / name / "A.md").write_text("---\na: [\n---\n", encoding="utf-8")
    repo.write("A.md", "---\na: [\n---\n")
    repo.stage()
    done = repo.check("--brief")
    assert done.code == 2
    assert "vaultkit: Autre: vaultkit.toml" in done.err
    lines = done.out.splitlines()
    places = [line for line in lines if line.startswith(("──", "A.md"))]
    assert [place.split(": VK")[0] for place in places] == ["── Mon coffre", "A.md:2:4", "── Zoé", "A.md:2:4"]


def test_a_name_that_no_disk_can_have(repo):
    oid = repo.git("hash-object", "-w", "Journal.md").strip()
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{'x' * 300}/A.md")
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},{'y' * 300}.md")
    for cwd in (None, repo.vault):
        done = repo.check(cwd=cwd)
        assert (done.code, done.err) == (0, "")


def test_a_refusal_is_said_in_the_language_of_the_settings(repo):
    repo.write("vaultkit.toml", '[vault]\nlanguage = "en"\n')
    repo.stage()
    done = repo.vaultkit("check", "--index", "Nulle part.md", LC_ALL="C")
    assert done.code == 2
    assert "no note matches" in done.err


def test_folders_in_folders_are_each_looked_at_once(monkeypatch, tmp_path):
    from types import SimpleNamespace

    from vaultkit.shell.commands import staged as command

    folders = ["/".join(["d"] * depth) for depth in range(1, 200)]
    entries = [SimpleNamespace(path=f"{folder}/n.md".encode()) for folder in folders]
    asked = []
    monkeypatch.setattr(command.Marks, "is_vault", lambda self, folder: asked.append(folder))
    marks = command.Marks(SimpleNamespace(top=tmp_path, entries=entries))
    assert not marks.anywhere()
    assert len(asked) == len({*folders, ""})


@pytest.mark.parametrize("schema", ["tags: known", "unique: [numero]"])
def test_what_a_commit_breaks_through_a_schema_in_a_note_that_nobody_touched(repo, schema):
    repo.write("vaultkit/schemas/devis.yaml", f"category: devis\n{schema}\n")
    repo.write("Z.md", "---\ncategory: devis\nnumero: 7\ntags: [rare]\n---\n")
    repo.write("B.md", "---\ncategory: devis\nnumero: 8\ntags: [rare]\n---\n")
    repo.commit()
    repo.write("B.md", "---\ncategory: devis\nnumero: 7\ntags: []\n---\n")
    repo.stage()
    assert "Z.md" in {path for _, path in judged(repo)}


def test_two_thousand_notes_in_one_commit(repo):
    for number in range(2000):
        repo.write(f"Lot/Note {number} – « essai ».md", f"Voir [[Note {number + 1} – « essai »]].\n")
    repo.stage()
    assert judged(repo) == {("VK401", "Lot/Note 1999 – « essai ».md")}


# ----------------------------------------------------------------------------------- stale synthesis


@pytest.fixture
def stale(repo):
    """A commit that changes a domain note and leaves its synthesis as it was."""
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    return repo


def test_a_stale_synthesis_refuses_the_commit_and_says_what_to_type(stale):
    done = stale.check("--brief")
    assert done.code == 1
    assert (
        "Synthèse.md:9:1: VK502 erreur pas à jour par rapport aux notes de ce commit\u00a0: tableau"
        in done.out
    )
    assert "→ vaultkit rebuild, puis git add Synthèse.md" in done.out.replace("'", "")


def test_a_synthesis_that_was_brought_up_to_date_is_fine_once_it_is_added(stale):
    assert stale.vaultkit("rebuild").code == 0
    assert stale.check().code == 1
    stale.stage()
    assert stale.check().code == 0


def test_a_child_that_goes_makes_its_synthesis_stale(repo):
    repo.write("Encore.md", repo.read("Courriel.md").replace("📨 Courriel", "Encore"))
    assert repo.vaultkit("rebuild").code == 0
    repo.commit()
    repo.git("rm", "-q", "Encore.md")
    assert ("VK502", "Synthèse.md") in judged(repo)


def test_a_synthesis_that_the_commit_has_nothing_to_do_with_is_left_alone(stale):
    stale.git("commit", "-q", "-m", "pas à jour")
    stale.write("Journal.md", "Rien.\n")
    stale.stage()
    assert judged(stale) == set()


def test_an_answer_in_another_note_goes_stale(repo):
    repo.write("Liste.md", "<!-- vaultkit:begin query\nLIST WHERE projet\n-->\n<!-- vaultkit:end query -->\n")
    repo.write("Un.md", "---\nprojet: oui\n---\n")
    assert repo.vaultkit("rebuild").code == 0
    repo.commit()
    repo.write("Deux.md", "---\nprojet: oui\n---\n")
    repo.stage()
    assert judged(repo) == {("VK502", "Liste.md")}
    repo.git("commit", "-qm", "pas à jour")
    repo.write("Journal.md", "Rien.\n")
    repo.stage()
    assert judged(repo) == set(), "it was stale before"


def test_warn_says_it_and_lets_the_commit_through(stale):
    done = stale.check("--stale", "warn")
    assert done.code == 0
    assert "VK502 avertissement" in done.out


def test_obsidians_git_plugin_makes_it_a_warning(stale):
    (stale.vault / ".obsidian/plugins/obsidian-git").mkdir(parents=True)
    assert stale.check().code == 0
    assert stale.check("--stale", "block").code == 1


def test_the_settings_decide_over_the_plugin(stale):
    (stale.vault / ".obsidian/plugins/obsidian-git").mkdir(parents=True)
    stale.write("vaultkit.toml", '[hook]\nstale = "block"\n')
    stale.stage("vaultkit.toml")
    assert stale.check().code == 1


def test_rebuild_brings_the_work_tree_up_to_date_and_adds_nothing(stale):
    index = stale.index()
    done = stale.check("--brief", "--stale", "rebuild")
    assert done.code == 1
    assert "git add" in done.err
    assert "Synthèse.md mise à jour" in done.err
    assert stale.index() == index
    assert "Basse" in stale.read("Synthèse.md") or "basse" in stale.read("Synthèse.md")
    again = stale.check("--brief", "--stale", "rebuild")
    assert again.code == 1
    assert "mise à jour" not in again.err
    stale.stage("Synthèse.md")
    assert stale.check("--brief", "--stale", "rebuild").code == 0
    assert stale.vaultkit("undo").code == 0


def test_a_partly_staged_synthesis_is_not_touched(stale):
    stale.write("Synthèse.md", stale.read("Synthèse.md") + "\nUne phrase pas encore ajoutée.\n")
    before, index = stale.read("Synthèse.md"), stale.index()
    done = stale.check("--stale", "rebuild")
    assert done.code == 1
    assert stale.read("Synthèse.md") == before
    assert stale.index() == index
    assert "rien n’a été touché" in done.err
    assert [line.strip().replace("'", "") for line in done.err.splitlines()[-2:]] == [
        "vaultkit rebuild",
        "git add Synthèse.md",
    ]


def test_a_partly_staged_source_is_named_and_nothing_is_touched(stale):
    stale.replace("Courriel.md", "priorite: moyenne", "priorite: haute")
    before = stale.read("Synthèse.md")
    done = stale.check("--stale", "rebuild")
    assert done.code == 1
    assert "ajouté en partie seulement\u00a0: Courriel.md" in done.err
    assert "git add Synthèse.md Courriel.md" in done.err.replace("'", "")
    assert stale.read("Synthèse.md") == before


def test_line_ends_that_git_changes_are_no_difference(repo):
    repo.git("config", "core.autocrlf", "true")
    for path in ("Synthèse.md", "Accès.md", "Courriel.md", "Journal.md"):
        repo.write(path, repo.read(path).replace("\n", "\r\n"))
    repo.replace("Accès.md", "priorite: haute", "priorite: basse")
    repo.stage()
    done = repo.check("--stale", "rebuild")
    assert "Synthèse.md mise à jour" in done.err
    assert "\n" not in repo.read("Synthèse.md").replace("\r\n", "")


# ------------------------------------------------------------------------------------------ safety


def test_nothing_that_the_repository_configures_is_started(stale, tmp_path):
    mark = tmp_path / "started"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho x >> '{mark}'\ncat\n", encoding="utf-8")
    program.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "filter.x.clean",
        "filter.x.smudge",
        "diff.x.textconv",
        "diff.external",
        "core.pager",
    ):
        stale.git("config", key, str(program))
    (stale.top / ".git/info").mkdir(exist_ok=True)
    (stale.top / ".git/info/attributes").write_text("*.md filter=x diff=x\n", encoding="utf-8")
    for name in ("post-index-change", "reference-transaction"):
        hook = stale.top / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_bytes(program.read_bytes())
        hook.chmod(0o755)
    mark.unlink(missing_ok=True)
    for policy in ("block", "rebuild"):
        assert stale.check("--stale", policy).code == 1
    assert not mark.exists()


def test_a_module_that_lies_in_the_vault_is_not_imported(repo):
    repo.write("json.py", "raise SystemExit('imported')\n")
    repo.write("vaultkit/__init__.py", "raise SystemExit('imported')\n")
    assert repo.vaultkit("hook", "install").code == 0
    repo.write("Journal.md", "Rien.\n")
    repo.stage()
    done = repo.try_git("commit", "-m", "x")
    assert (done.code, "imported" in done.err) == (0, False)


def test_the_index_is_byte_for_byte_as_it_was(stale):
    index = stale.index()
    for more in ((), ("--brief",), ("--stale", "rebuild"), ("--format", "json"), ("Accès.md",)):
        stale.check(*more)
    assert stale.index() == index
