"""What a hook knows of a vault from before says the same as the vault read in full."""

from __future__ import annotations

import os
import random

import pytest
from msgspec import msgpack
from msgspec.structs import replace

from vaultkit.shell.cli import run
from vaultkit.shell.git import memory as room
from vaultkit.shell.git import naming
from vaultkit.shell.git.commit import Commit
from vaultkit.shell.git.difference import changed_paths, differences
from vaultkit.shell.git.memory import Recollection, changes_since, remembered
from vaultkit.shell.git.repository import Repository
from vaultkit.shell.later import finish
from vaultkit.text import fold


@pytest.fixture
def standing(repo, monkeypatch):
    """Stand at the top of the repository, whose vault is known by now."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name, value in repo.env.items():
        if name.startswith(("GIT_", "HOME")):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(repo.home / "cache"))
    monkeypatch.chdir(repo.top)
    repo.write("Journal.md", "Vu [[Accès]] et [[Courriel]].\n")
    repo.stage()
    learn(repo)
    return repo


def learn(repo):
    commit_of(repo).found()
    finish()


def commit_of(repo, recall=False):
    """Return what is staged, read in full; or recalled, None where it has to be read in full."""
    repository = Repository.open(repo.top)
    found = differences(repository)
    deltas = changed_paths(repository, repo.vault, found)
    if not recall:
        return Commit(repository, repo.vault, deltas)
    kept = remembered(repo.vault)
    if kept is None:
        return None
    changed = changes_since(kept[0], repository, repo.vault, next(iter(found.values())))
    if changed is None:
        return None
    commit = Commit(repository, repo.vault, deltas, Recollection(kept[0], changed, kept[1]))
    return commit if commit.files._is_recalled else None


def told(commit):
    """Return all that is said of a commit, and what that rests on."""
    session = commit.session
    index = session.index
    return {
        "notes": {path: (note.digest, note.category, note.marks & 255, note.size) for path, note in index.notes.items()},
        "texts": {path: note.text for path, note in index.notes.items()},
        "files": {key: sorted(paths) for key, paths in index.files.items()},
        "canvases": sorted(index.canvases),
        "entries": [(entry.path, entry.real, entry.is_note) for entry in session.entries],
        "missions": [
            (each.path, each.active, each.scope, [child.path for child in each.children]) for each in session.missions
        ],
        "copies": dict(session.gathering.copies),
        "problems": session.problems,
        "names": {path: commit.files.raw(path) for path in index.notes},
        "found": commit.found(),
        "stale": commit.stale(),
    }  # fmt: skip


def assert_same(repo, monkeypatch):
    short = commit_of(repo, recall=True)
    assert short is not None
    recalled = told(short)
    finish()
    with monkeypatch.context() as patch:
        patch.setenv("VAULTKIT_NO_CACHE", "1")
        assert recalled == told(commit_of(repo))


def test_what_was_staged_when_it_was_learnt(standing, monkeypatch):
    assert_same(standing, monkeypatch)


def test_after_the_commit_and_with_other_notes_staged(standing, monkeypatch):
    standing.commit()
    standing.replace("Accès.md", "Clés partagées", "Clés perdues")
    standing.write("Neuve.md", "Voir [[Accès]] et [[nulle part]].\n")
    standing.stage()
    assert_same(standing, monkeypatch)
    standing.git("reset", "-q")
    standing.git("add", "Neuve.md")
    assert_same(standing, monkeypatch)


def test_a_note_that_goes_breaks_the_links_to_it(standing, monkeypatch):
    standing.git("rm", "-q", "-f", "Courriel.md")
    assert_same(standing, monkeypatch)


def test_no_note_is_made_that_nobody_asks_for(standing):
    commit = commit_of(standing, recall=True)
    notes = commit.session.index.notes
    assert set(notes._made) <= {"Synthèse.md"}


def test_names_like_a_lost_one_are_known_without_any_note(standing, monkeypatch):
    standing.write("🔐 Réseau & Wifi.md", "\n")
    standing.commit()
    learn(standing)
    standing.write("Neuve.md", "Voir [[Courrielle]], [[Neuf]], [[reseaux et wifi]], [[Tout autre chose]].\n")
    standing.stage()
    folded = []
    with monkeypatch.context() as patch:
        patch.setattr("vaultkit.vault.index.fold", lambda name: folded.append(name) or fold(name))
        found = commit_of(standing, recall=True).found()
    hints = [one.finding.hint and one.finding.hint.en for one in found]
    assert hints == ["did you mean [[Courriel]]?", None, "did you mean [[🔐 Réseau & Wifi]]?", None]
    assert folded == ["Neuve"]
    finish()
    assert_same(standing, monkeypatch)


@pytest.mark.parametrize("seed", range(4))
def test_random_histories(standing, monkeypatch, seed):
    chance = random.Random(seed)
    for number in range(9):
        notes = sorted(path.name for path in standing.vault.glob("*.md"))
        path = chance.choice(notes)
        match chance.randrange(7):
            case 0:
                standing.write(
                    path,
                    standing.read(path)
                    + f"\nUne phrase de plus, {number} : [[{chance.choice(notes)[:-3]}]].\n",
                )
            case 1:
                standing.write(
                    f"Note {number}.md",
                    f"---\ncategory: domaine\nscope: Étude Dufour\n---\n# Réseau {number}\nPour [[Synthèse]].\n",
                )
            case 2 if len(notes) > 3:
                standing.git("rm", "-q", "-f", path) if standing.try_git(
                    "ls-files", "--error-unmatch", path
                ).code == 0 else (standing.vault / path).unlink()
            case 3:
                standing.write(f"Image {number}.png", "x")
            case 4:
                (standing.vault / path).rename(standing.vault / f"Autre {number}.md")
            case 5:
                standing.commit()
                standing.write("Journal.md", f"Vu [[{path[:-3]}]], {number}.\n")
            case _:
                standing.write(path, f'---\nsynthese: "[[Synthèse]]"\ncategory: entretien\n---\n# {number}\n')
        standing.stage()
        if standing.git("diff", "--cached", "--name-only"):
            assert_same(standing, monkeypatch)


@pytest.mark.parametrize("change", ["settings", "app", "link", "many", "template", "name", "conflict"])
def test_what_is_out_of_the_ordinary_is_read_in_full(standing, change):
    if change == "settings":
        standing.write("vaultkit.toml", '[vault]\nlanguage = "en"\n')
    elif change == "app":
        standing.write(".obsidian/app.json", '{"userIgnoreFilters": ["Journal"]}')
    elif change == "link":
        (standing.vault / "Lien.md").symlink_to("Journal.md")
    elif change == "many":
        for number in range(room._MOST + 1):
            standing.write(f"Masse/{number}.md", f"{number}\n")
    elif change == "template":
        standing.write("_templates/regions/recap.md", "rien\n")
        standing.write("vaultkit.md", "---\nlanguage: fr\n---\n")
    elif change == "name":
        standing.write("E\u0301crit.md", "en deux signes\n")
    else:
        standing.commit()
        standing.git("checkout", "-q", "-b", "autre", "HEAD~1")
        standing.write("Journal.md", "autrement\n")
        standing.commit()
        standing.try_git("merge", "main")
        repository = Repository.open(standing.top)
        assert (
            changes_since(
                remembered(standing.vault)[0], repository, standing.vault, repository.deltas("HEAD")
            )
            is None
        )
        return
    standing.stage()
    assert commit_of(standing, recall=True) is None


def test_what_was_kept_may_be_damaged_or_gone(standing, monkeypatch):
    [file] = (standing.home / "cache").rglob("*-memory")
    whole = file.read_bytes()
    for data in (b"", b"x", whole[:-1], whole[:100] + b"\0" + whole[101:], whole + b"\0"):
        file.write_bytes(data)
        assert remembered(standing.vault) is None
    file.write_bytes(whole)
    assert_same(standing, monkeypatch)
    file.unlink()
    assert remembered(standing.vault) is None


def test_the_notes_of_the_cache_may_be_gone(standing, monkeypatch):
    [memory] = (standing.home / "cache").rglob("*-memory")
    whole, database = memory.read_bytes(), memory.with_name(memory.name.removesuffix("-memory"))
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    memory.write_bytes(whole)
    assert_same(standing, monkeypatch)


def test_the_commit_that_it_is_told_of_may_be_gone(standing):
    memory, _ = remembered(standing.vault)
    standing.commit()
    monster = "0" * 39 + "1"
    other = type(memory)(monster, *[getattr(memory, name) for name in memory.__struct_fields__[1:]])
    assert changes_since(other, Repository.open(standing.top), standing.vault, []) is None


def test_the_command_says_the_same_twice(standing, capfd):
    standing.replace("Accès.md", "Clés partagées", "Clés perdues")
    standing.stage()
    said = []
    for _ in range(2):
        code = run(["check", "--index", "--brief"])
        said.append((code, capfd.readouterr()))
    assert said[0] == said[1]
    assert said[0][0] == 1


def nothing_is_rendered(*_):
    raise AssertionError("a region was rendered")


def test_a_synthesis_that_was_up_to_date_is_not_worked_out_again(standing, monkeypatch):
    standing.vaultkit("rebuild")
    standing.commit()
    standing.write("Accès.md", standing.read("Accès.md") + "\nVu le matin.\n")
    standing.stage()
    assert commit_of(standing, recall=True).stale() == []
    finish()
    with monkeypatch.context() as patch:
        patch.setattr("vaultkit.render.refresh.refresh", nothing_is_rendered)
        for text in ("Vu le soir.", "Vu deux fois."):
            standing.replace("Accès.md", "Vu le matin.", text)
            standing.stage()
            commit = commit_of(standing, recall=True)
            assert (commit.found(), commit.stale()) == ([], [])
            standing.replace("Accès.md", text, "Vu le matin.")
    assert_same(standing, monkeypatch)
    standing.replace("Accès.md", "Clés partagées", "Clés perdues")
    standing.stage()
    assert [one.path for one in commit_of(standing, recall=True).stale()] == ["Synthèse.md"]
    assert_same(standing, monkeypatch)


def test_a_synthesis_that_was_stale_stays_so(standing, monkeypatch):
    standing.replace("Accès.md", "Clés partagées", "Clés perdues")
    standing.commit()
    standing.write("Accès.md", standing.read("Accès.md") + "\nVu le matin.\n")
    standing.stage()
    for _ in range(2):
        assert [one.path for one in commit_of(standing, recall=True).stale()] == ["Synthèse.md"]
        finish()
    assert_same(standing, monkeypatch)


def test_schemas_are_known_and_so_is_what_they_find_sound(standing, monkeypatch):
    standing.write(
        "vaultkit/schemas/devis.yaml", "category: devis\nfrontmatter: {properties: {total: {type: number}}}\n"
    )
    standing.write("Devis.md", "---\ncategory: devis\ntotal: 7\n---\n")
    standing.commit()
    learn(standing)
    with monkeypatch.context() as patch:
        patch.setattr("vaultkit.shell.session.vault_schemas", nothing_is_rendered)
        for total, count in (("8", 0), ("8", 0), ("huit", 1), ("huit", 1)):
            standing.write("Devis.md", f"---\ncategory: devis\ntotal: {total}\n---\n")
            standing.stage()
            assert len(commit_of(standing, recall=True).found()) == count
            finish()
    assert_same(standing, monkeypatch)
    monkeypatch.setattr("vaultkit.shell.git.kept_schemas.brought", lambda: b"0" * 32)
    assert_same(standing, monkeypatch)


def test_a_secret_in_prose_is_told_though_the_note_was_judged_just_before(standing, monkeypatch):
    standing.write(
        "Divers.md", "# Divers\n\n- le mot de passe du wifi change souvent\n\n# Suite\n\nVu le poste.\n"
    )
    standing.commit()
    learn(standing)
    said = []
    for text in ("Vu le poste, hier.", "Le PIN est 4711.", "Vu le poste, demain."):
        standing.write("Divers.md", standing.read("Divers.md").rpartition("\n\n")[0] + f"\n\n{text}\n")
        standing.stage()
        said.append([one.kind.code for one in commit_of(standing, recall=True).found()])
        finish()
        assert_same(standing, monkeypatch)
    assert said == [[], ["VK110"], []]


# ------------------------------------------------------------------------------------- who names what

LINKS = (
    "[[Accès]]", "[[accès]]", "![[Dossier/Plan.png]]", "[texte](Courriel.md)", "[[Courriel#Constats|la note]]",
    "[[Acce\u0300s]]", "[[nulle part]]", "[[#ici]]",
)  # fmt: skip
KEYS = ("accès", "accès.md", "plan.png", "courriel", "courriel.md", "nulle part", "neuf", "", "absent")


def test_who_names_a_file_is_looked_up_as_if_all_notes_were_asked(standing, monkeypatch):
    chance = random.Random(5)
    for at in range(12):
        said = " ".join(chance.sample(LINKS, chance.randrange(4)))
        standing.write(f"Suite/N{at}.md", f'---\nvu: "{chance.choice(LINKS)}"\n---\n{said}\n')
    standing.stage()
    learn(standing)
    for turn in range(8):
        name = f"Suite/N{chance.randrange(14)}.md"
        standing.write(name, f"Voir {chance.choice(LINKS)} et [[Neuf]].\n")
        if turn % 3 == 2:
            standing.git("rm", "-q", "-f", "--cached", name)
            (standing.vault / name).unlink()
        standing.stage()
        commit = commit_of(standing, recall=True)
        index = commit.session.index
        for key in KEYS:
            everyone = {note.path for note in index if naming.leads(note, {key})}
            assert naming.naming(commit._known, index, {key}) == everyone, key
        assert naming.naming(commit._known, index, KEYS) == {n.path for n in index if naming.leads(n, KEYS)}
        assert naming.naming(commit._known, index, ()) == set()
        finish()


def test_it_is_worked_out_once(standing, monkeypatch):
    first = commit_of(standing, recall=True)
    assert naming.naming(first._known, first.session.index, {"accès"}) == {"Synthèse.md", "Journal.md"}
    finish()
    with monkeypatch.context() as patch:
        patch.setattr(naming, "_said", None)
        again = commit_of(standing, recall=True)
        assert naming.naming(again._known, again.session.index, {"accès"}) == {"Synthèse.md", "Journal.md"}


@pytest.mark.parametrize("harm", [b"", b"\x91\x01", msgpack.encode([0, b"", b"", b"", []])])
def test_what_was_kept_of_it_and_is_no_such_thing_is_worked_out_anew(standing, harm):
    commit = commit_of(standing, recall=True)
    known = commit._known
    known.store.keep((), lambda _: {naming._NAME: harm})
    assert naming.naming(known, commit.session.index, {"accès"}) == {"Synthèse.md", "Journal.md"}
    cut = naming._kept(known.store, known.memory.made)
    assert cut is None
    finish()
    whole = naming._kept(known.store, known.memory.made)
    assert whole is not None
    for short in (replace(whole, numbers=whole.numbers[4:]), replace(whole, ends=whole.ends[:-1])):
        assert not short.is_whole
