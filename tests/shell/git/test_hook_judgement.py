"""What a hook says again without looking at the vault is what it says after reading all of it."""

from __future__ import annotations

import os
import random

import pytest

from vaultkit.shell.cache.place import cache_file
from vaultkit.shell.cli import run
from vaultkit.shell.git import judgement as room
from vaultkit.shell.git.nothing import nothing_staged, take
from vaultkit.vault.app import FILES

WORDS = (
    "sauvegarde", "Mélissa", "Melissa", "melissa", "Bernard", "accès", "vu avec Mélissa,", "le 12 mars", "serveur",
    "mot de passe", "mot de passe :", "Azerty12!x", "code PIN : 4711", "756.1234.5678.97", "rien", "poste,", "Luc",
)  # fmt: skip
NOTES = ("Accès.md", "Courriel.md", "Journal.md", "Visite.md")


@pytest.fixture
def standing(repo, monkeypatch):
    """Stand at the top of a repository in which the syntheses are up to date."""
    for name in list(os.environ):
        if name.startswith("GIT_"):
            monkeypatch.delenv(name)
    for name, value in repo.env.items():
        if name.startswith(("GIT_", "HOME", "LC_ALL", "NO_COLOR")):
            monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(repo.home / "cache"))
    monkeypatch.chdir(repo.top)
    repo.write(
        "Journal.md",
        "Vu [[Accès]], [[nulle part]] et [[Courriel]].\n\nVu Bernard, sur place.\n\n- un point\n",
    )
    repo.write(
        "Visite.md",
        "---\ndate: 2026-02-30\n---\n# Visite\n\nVu avec Mélissa, le matin.\n\n## Suite\n- rien\n",
    )
    repo.vaultkit("rebuild")
    repo.commit()
    return repo


def said(capfd):
    """Return what a hook says, whether it said it again, and its exit code."""
    take()
    if nothing_staged(["--brief"]):
        return "", 0
    code = run(["check", "--index", "--brief"])
    out, err = capfd.readouterr()
    assert err == ""
    return out, code


def assert_same(repo, monkeypatch, capfd):
    """Judge twice, then without a cache; return whether the second time was an answer from before."""
    answers = []
    judge = room.judged_before
    with monkeypatch.context() as patch:
        patch.setattr(
            "vaultkit.shell.commands.staged.judged_before",
            lambda seen: answers.append(judge(seen)) or answers[-1],
        )
        found = [said(capfd), said(capfd)]
        patch.setenv("VAULTKIT_NO_CACHE", "1")
        whole = said(capfd)
    assert found == [whole, whole]
    return [answer is not None for answer in answers[:2]]


def test_prose_is_judged_again_in_no_time(standing, monkeypatch, capfd):
    standing.replace("Journal.md", "sur place.", "sur place, sans rendez-vous.")
    standing.stage()
    assert assert_same(standing, monkeypatch, capfd) == [False, True]
    standing.replace("Journal.md", "sans rendez-vous.", "avec rendez-vous.\nEt plus tard encore.")
    standing.stage()
    assert assert_same(standing, monkeypatch, capfd) == [True, True]
    standing.commit()
    standing.replace("Journal.md", "Et plus tard encore.", "Et plus tard, encore.\n\nEncore un paragraphe.")
    standing.stage()
    assert assert_same(standing, monkeypatch, capfd) == [True, True]


def test_prose_may_change_in_several_places(standing, monkeypatch, capfd):
    standing.write(
        "Visite.md", standing.read("Visite.md") + "\n# Fin\n\nPuis [[nulle part]].\n\nDe la prose.\n"
    )
    standing.commit()
    standing.replace("Visite.md", "De la prose.", "De la prose, un peu.")
    standing.stage()
    assert_same(standing, monkeypatch, capfd)
    standing.replace("Visite.md", "le matin.", "le soir.\n\nEt la nuit.")
    standing.replace("Visite.md", "un peu.", "beaucoup.")
    standing.stage()
    assert assert_same(standing, monkeypatch, capfd) == [True, True]


def test_two_notes_judged_one_after_the_other_are_known_together(standing, monkeypatch, capfd):
    standing.replace("Journal.md", "sur place.", "sur place, deux fois.")
    standing.stage()
    assert_same(standing, monkeypatch, capfd)
    standing.commit()
    standing.replace("Visite.md", "le matin.", "le soir.")
    standing.stage()
    assert assert_same(standing, monkeypatch, capfd) == [False, True]
    standing.replace("Journal.md", "deux fois.", "trois fois.")
    standing.stage()
    assert assert_same(standing, monkeypatch, capfd) == [True, True]


@pytest.mark.parametrize(
    "after",
    [
        "sur place.\n- encore un point",
        "sur place, #urgent.",
        "sur place, [[Accès]].",
        "sur place : `x`.",
        "sur place.\n===",
        "sur place.\n\n# Titre",
        "sur place.\n\n> cité",
        "sur place.\n\n    décalé",
        "sur place, mot de passe : Azerty12!x",
        "sur place, mot de passe est Azerty12x",
        "sur place, 756.1234.5678.97",
        "sur place, clé:: valeur",
        "sur place. ^bloc",
        "sur place.\r\nEncore.",
        "sur place %% caché %%",
        "sur place\u2028ici",
        "",
    ],
)
def test_anything_but_words_is_judged_in_full(standing, monkeypatch, capfd, after):
    standing.replace("Journal.md", "sur place.", "sur place, une fois.")
    standing.stage()
    assert_same(standing, monkeypatch, capfd)
    standing.replace(
        "Journal.md", "Vu Bernard, sur place, une fois.", f"Vu Bernard, {after}" if after else ""
    )
    standing.stage()
    assert assert_same(standing, monkeypatch, capfd)[0] is False


@pytest.mark.parametrize("change", ["day", "language", "app", "other note", "vault", "file", "damage"])
def test_what_it_rests_on_may_change(standing, monkeypatch, capfd, change):
    standing.replace("Journal.md", "sur place.", "sur place, une fois.")
    standing.stage()
    assert assert_same(standing, monkeypatch, capfd) == [False, True]
    if change == "day":
        monkeypatch.setattr("vaultkit.shell.git.judgement.time.strftime", lambda form: "2030-01-01")
    elif change == "language":
        monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    elif change == "app":
        standing.write(".obsidian/types.json", '{"types": {"date": "number"}}')
        (standing.vault / ".git/info/exclude").write_text(".obsidian\n")
    elif change == "other note":
        standing.replace("Accès.md", "Clés partagées", "Clés perdues")
        standing.stage()
    elif change == "vault":
        standing.write("vaultkit.toml", '[vault]\nlanguage = "en"\n')
        standing.stage()
    elif change == "file":
        standing.write("nulle part.md", "Trouvé.\n")
        standing.stage()
    else:
        [file] = (standing.home / "cache").rglob("*-hook")
        whole = file.read_bytes()
        for data in (b"", whole[:-1], whole[:50] + b"\0" + whole[51:]):
            file.write_bytes(data)
            assert room.kept(cache_file(standing.top), str(standing.top)) is None
    assert assert_same(standing, monkeypatch, capfd)[0] is False


def test_the_files_of_the_app_are_those_that_are_read():
    assert room._APP == FILES


def edited(chance, text):
    """Return a text with one edit, most often to its prose."""
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    phrase = " ".join(chance.choice(WORDS) for _ in range(chance.randrange(1, 5)))
    match chance.randrange(12):
        case 0 | 1 | 2:
            return f"{text.rstrip()}\n\nUne phrase {phrase}.\n"
        case 3 | 4:
            lines[at] = lines[at].replace("e", "é", 1) if lines[at][:1].isalpha() else lines[at]
        case 5:
            lines.insert(at, f"Vu {phrase}")
        case 6:
            lines[at:at] = ["", f"Vu {phrase}.", ""]
        case 7:
            del lines[at]
        case 8:
            lines[at] += f" {phrase}"
        case 9:
            lines.insert(
                at,
                chance.choice(["- [ ] à faire", "## Risques", "> cité", "---", "", "| a | b |", "%%", "```"]),
            )
        case 10:
            return text.replace("\n\n", "\n", 1)
        case _:
            return text.replace("Mélissa", "Melissa", 1)
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(6))
def test_random_histories_of_words(standing, monkeypatch, capfd, seed):
    chance = random.Random(seed)
    for _ in range(12):
        for name in chance.sample(NOTES, chance.randrange(1, 3)):
            text = edited(chance, standing.read(name))
            standing.write(name, text)
        match chance.randrange(6):
            case 0:
                standing.git("reset", "-q")
                standing.stage(chance.choice(NOTES))
            case 1:
                standing.vaultkit("rebuild")
                standing.stage()
                assert_same(standing, monkeypatch, capfd)
                standing.commit()
                continue
            case _:
                standing.stage()
        assert_same(standing, monkeypatch, capfd)
