"""The files of the vault as git has them agree with those of the disk; what a commit breaks, with a check from scratch."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from vaultkit.shell.files import DiskFiles
from vaultkit.shell.git.commit import Commit
from vaultkit.shell.git.difference import changed_paths, differences
from vaultkit.shell.git.repository import Repository
from vaultkit.shell.git.staged import StagedFiles
from vaultkit.shell.session import Session


@pytest.fixture
def bare_environment(repo, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", repo.env["XDG_STATE_HOME"])
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name, value in repo.env.items():
        if name.startswith("GIT_") or name == "HOME":
            monkeypatch.setenv(name, value)


@pytest.fixture
def staged(repo, bare_environment):
    def made(scratch=repo):
        repository = Repository.open(scratch.vault)
        return StagedFiles(repository, scratch.vault, repository.entries)

    return made


def both(repo, staged):
    """Return what index and disk say when everything is staged."""
    repo.stage()
    one, other = staged(), DiskFiles(repo.vault)
    return [
        ([(f.path, f.is_note, f.outside) for f in found.files], files.read_all(found.files)[0])
        for files in (one, other)
        for found in [files.scan()]
    ]


def texts(sources):
    return {path: (source.text, source.digest, source.readonly) for path, source in sources.items()}


def test_what_is_staged_reads_as_it_does_on_the_disk(repo, staged):
    for name in (
        "a.md",
        "a b.md",
        "a/b.md",
        "a/.x.md",
        ".caché/n.md",
        "É.md",
        "é/ü.MD",
        "Z",
        "a.b/c.canvas",
        "🦷.md",
    ):
        repo.write(name, f"# {name}\n")
    (repo.vault / "binaire.md").write_bytes(b"\xff\xfe\x00")
    index, disk = both(repo, staged)
    assert index[0] == disk[0]
    assert texts(index[1]) == texts(disk[1])


def test_a_decomposed_name_is_composed(repo, staged):
    repo.write("Note e\u0301.md", "x")
    index, disk = both(repo, staged)
    assert "Note é.md" in index[1]
    assert index[0] == disk[0]


def test_two_spellings_of_one_name_are_told(repo, staged):
    repo.write("e\u0301.md", "x")
    repo.write("é.md", "y")
    repo.stage()
    assert [path for path, _ in staged().scan().problems] == ["é.md"]


def test_a_link_is_read_where_git_has_what_it_leads_to(repo, staged):
    repo.write("Dossier/Vraie.md", "ici")
    (repo.vault / "Lien.md").symlink_to("Dossier/Vraie.md")
    (repo.vault / "Deux.md").symlink_to("Lien.md")
    (repo.vault / "Mort.md").symlink_to("Nulle part.md")
    (repo.vault / "Boucle.md").symlink_to("Boucle.md")
    (repo.vault / "Autre dossier").symlink_to("Dossier")
    index, disk = both(repo, staged)
    assert index[0] == disk[0]
    assert texts(index[1]) == texts(disk[1])
    assert index[1]["Deux.md"].text == "ici"


def test_a_link_out_of_the_repository_is_a_name_and_is_not_followed(repo, staged, tmp_path):
    (tmp_path / "secret.md").write_text("privé", encoding="utf-8")
    (repo.vault / "Dehors.md").symlink_to(tmp_path / "secret.md")
    repo.stage()
    files = staged()
    [entry] = [f for f in files.scan().files if f.path == "Dehors.md"]
    assert entry.outside
    assert "Dehors.md" not in files.read_all([entry])[0]
    repo.write("Journal.md", "Voir [[Dehors]].\n")
    repo.stage("Journal.md")
    assert "VK401" not in repo.check("--format", "json").out


def test_a_folder_beside_the_vault_is_read_through_a_link(subfolder, staged):
    (subfolder.top / "commun").mkdir()
    (subfolder.top / "commun/Partagée.md").write_text("ici", encoding="utf-8")
    (subfolder.vault / "Commun").symlink_to("../commun")
    subfolder.stage()
    files = staged(subfolder)
    [entry] = [f for f in files.scan().files if f.path == "Commun/Partagée.md"]
    assert entry.outside
    assert files.read_all([entry])[0]["Commun/Partagée.md"].text == "ici"


def test_settings_of_the_app_come_from_the_index_else_from_the_disk(repo, staged):
    repo.write(".obsidian/app.json", '{"a": 1}')
    assert staged().slurp(".obsidian/app.json") == b'{"a": 1}'
    repo.stage()
    repo.write(".obsidian/app.json", '{"a": 2}')
    files = staged()
    files.scan()
    assert files.slurp(".obsidian/app.json") == b'{"a": 1}'
    assert files.slurp("vaultkit.toml") is not None
    repo.write("vaultkit.md", "pas ajouté")
    assert files.slurp("vaultkit.md") is None


def test_a_repository_with_sha256(empty, monkeypatch):
    empty.run("rm", "-rf", ".git")
    empty.git("init", "-q", "-b", "main", "--object-format=sha256")
    empty.write("Vide.md", "")
    empty.write("Lien.md", "[[Vide]] [[Nulle part]]")
    empty.stage()
    assert empty.check().out.count("VK401") == 1
    empty.commit()
    empty.git("add", "-N", str(empty.write("Annoncée.md", "")))
    empty.write("Lien.md", "[[Vide]] [[Annoncée]]")
    empty.stage("Lien.md")
    assert empty.check().out.count("VK401") == 1


# ---------------------------------------------------------------------------------------- the law

NAMES = ("A", "B", "Dossier/A", "Dossier/C", "Autre/D", "Autre/B", "E f")


def scribble(rng: random.Random, repo) -> None:
    """Write, rewrite, rename or delete some notes; seldom a schema that asks what other notes say."""
    if rng.random() < 0.4:
        asks = rng.choice(("tags: known", "unique: [numero]", "unique: [numero]\ntags: known"))
        repo.write("vaultkit/schemas/x.yaml", f"category: {rng.choice(('x', 'entretien'))}\n{asks}\n")
    for name in rng.sample(NAMES, rng.randint(1, 3)):
        path = repo.vault / f"{name}.md"
        if path.exists() and rng.random() < 0.3:
            path.unlink()
            continue
        links = " ".join(
            f"[[{rng.choice((*NAMES, 'A#Un', 'C#Deux', 'rien'))}]]" for _ in range(rng.randint(0, 4))
        )
        category = rng.choice(("domaine", "entretien", "synthese_globale", "x"))
        scope = rng.choice(("Un", "Deux", "[[A]]", "", ""))
        head = rng.choice(("# Un", "# Deux", "# Un\n## Constats\n- Clé ❌"))
        if category == "synthese_globale":
            head += "\n<!-- vaultkit:begin recap -->\n<!-- vaultkit:end recap -->"
            head += "\n<!-- vaultkit:begin liens -->\n<!-- vaultkit:end liens -->"
        said = f"numero: {rng.randint(1, 3)}\ntags: [{rng.choice(('un', 'deux/trois', 'deux', 'Deux/x'))}]"
        repo.write(
            f"{name}.md", f'---\ncategory: {category}\nscope: "{scope}"\n{said}\n---\n{head}\n{links}\n'
        )


def scribble_devis(rng: random.Random, repo) -> None:
    """Write notes without links or mission, that a schema holds against each other alone."""
    if not (repo.vault / "vaultkit/schemas").exists():
        repo.write("vaultkit/schemas/x.yaml", "category: x\nunique: [numero]\ntags: known\n")
    for name in rng.sample(NAMES, 2):
        tags = ", ".join(rng.sample(("un", "deux/trois", "deux", "Trois/x", "trois"), rng.randint(0, 2)))
        body = rng.choice(("", "#un", "#trois/y"))
        number = rng.choice(("1", "2", "[1, 2]", "' 1'"))
        repo.write(
            f"{name}.md",
            f"---\ncategory: x\nNuméro: {number}\ntags: [{tags}]\n---\n{body}\n",
        )


def said(diagnostics):
    return Counter((d.kind.code, d.path, d.finding.message.en) for d in diagnostics if d.kind.code < "VK8")


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("scribble", [scribble, scribble_devis])
def test_what_a_commit_breaks_is_what_two_checks_from_scratch_differ_by(
    repo, bare_environment, seed, scribble
):
    rng = random.Random(seed)
    for _ in range(4):
        scribble(rng, repo)
    if rng.random() < 0.7:
        Session.open(repo.vault).rebuild()
    repo.commit()
    before = Session.open(repo.vault)
    old = said(before.check(before.plan()))
    scribble(rng, repo)
    repo.stage()
    repository = Repository.open(repo.vault)
    deltas = changed_paths(repository, repo.vault, differences(repository))
    commit = Commit(repository, repo.vault, deltas)
    after = Session.open(repo.vault)
    new = said(after.check(after.plan()))
    touched = Counter({key: n for key, n in new.items() if key[1] in commit.changed})
    elsewhere = Counter({key: n for key, n in (new - old).items() if key[1] not in commit.changed})
    assert said(commit.found()) == touched + elsewhere
    now = {write.path for write in after.plan().changes.writes}
    stale = {one.path for one in commit.stale()}
    assert now - {write.path for write in before.plan().changes.writes} <= stale <= now


def test_links_to_many_folders_beside_the_vault_are_each_looked_up_once(subfolder, staged):
    """Not links times entries: each folder is found among the sorted names."""
    from vaultkit.shell.git.repository import Staged

    entries = [Staged(f"dehors {n}/note.md".encode(), "100644", "0" * 40) for n in range(300)]
    links = [Staged(f"Mon coffre/lien {n}".encode(), "120000", f"{n:040d}") for n in range(300)]
    repository = Repository.open(subfolder.vault)
    files = StagedFiles(repository, subfolder.vault, [*entries, *links])
    repository.blobs = lambda oids: {oid: f"../dehors {int(oid)}".encode() for oid in oids}
    looked = 0

    class Counted(str):
        __slots__ = ()

        def startswith(self, *arguments):
            nonlocal looked
            looked += 1
            return super().startswith(*arguments)

    from vaultkit.shell.git import staged as module

    decoded = module._decoded
    module._decoded = lambda raw: Counted(decoded(raw))
    try:
        found = files.scan().files
    finally:
        module._decoded = decoded
    assert len(found) == 300
    assert looked < 300 * 20
