"""What became of a mission between any two of twelve commits, or deliveries, of which the truth is known."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.shell.deliverable.history import SESSION, STEPS, commits, git, put, take
from vaultkit.audit.deliveries import numbered
from vaultkit.audit.evolution import Evolution, Tally, evolution, tallies
from vaultkit.audit.model import Mission
from vaultkit.audit.public import public
from vaultkit.errors import VaultkitError
from vaultkit.render.deliverable.model import Cover, Report
from vaultkit.shell.deliverable.delivering import deliver
from vaultkit.shell.deliverable.earlier import Earlier, earlier
from vaultkit.shell.git import repository as repositories
from vaultkit.shell.session import Session

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")

#: A folder whose name has an accent, as git on a Mac may spell it: decomposed.
FOLDER = "Études"

KEYS = "Clés partagées entre collègues"
DOOR = "La porte du local technique reste ouverte la nuit"
BADGES = "badges – un par personne"
BOTH = f"{SESSION} et sans verrouillage automatique"
LOCK = "Verrouillage automatique absent"
SAVED = "Sauvegarde des messages jamais testée"
PHONES = "Combinés sans code"

Told = dict[str, set[str]]


class Repository:
    """The repository of the history: its folder, and the ids of its commits (from 1)."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.oids = ["", *commits(top, FOLDER)]
        self.session = Session.open(top / FOLDER)
        self.mission = active(self.session)

    def at(self, said: str) -> Earlier:
        return earlier(self.session, self.mission, said)


def active(session: Session) -> Mission:
    [mission] = [mission for mission in session.missions if mission.active]
    return mission


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("history") / "dépôt")


def told(found: Evolution) -> Told:
    return {one.entry.text: {str(move) for move in one.moves} for one in found.moved}


# ---------------------------------------------------------------------------- what has changed

#: What has become of each item from a step to the last one.
SINCE: dict[int, Told] = {
    1: {
        DOOR: {"reworded"}, BADGES: {"slipped"}, SESSION: {"opened"}, LOCK: {"opened"}, SAVED: {"moved"},
        PHONES: {"gone"},
    },
    2: {
        DOOR: {"reworded"}, BADGES: {"slipped"}, SESSION: {"reworded"}, LOCK: {"opened"}, SAVED: {"moved"},
        PHONES: {"gone"},
    },
    3: {
        KEYS: {"reopened"}, DOOR: {"reworded"}, BADGES: {"slipped"}, SESSION: {"reworded"}, LOCK: {"opened"},
        SAVED: {"moved"}, PHONES: {"gone"},
    },
    4: {
        KEYS: {"reopened"}, DOOR: {"reworded"}, SESSION: {"reworded"}, LOCK: {"opened"}, SAVED: {"moved"},
        PHONES: {"gone"},
    },
    5: {KEYS: {"reopened"}, SESSION: {"reworded"}, LOCK: {"opened"}, SAVED: {"moved"}, PHONES: {"gone"}},
    6: {KEYS: {"reopened"}, SESSION: {"reworded"}, LOCK: {"opened"}, SAVED: {"moved"}, PHONES: {"gone"}},
    7: {KEYS: {"reopened"}, SESSION: {"reworded"}, LOCK: {"opened"}, SAVED: {"moved"}, PHONES: {"gone"}},
    8: {KEYS: {"reopened"}, SESSION: {"reworded"}, LOCK: {"opened"}, PHONES: {"gone"}},
    9: {SESSION: {"reworded"}, LOCK: {"opened"}, PHONES: {"gone"}},
    10: {PHONES: {"gone"}},
    11: {},
    12: {},
}  # fmt: skip


@pytest.mark.parametrize("number", SINCE)
def test_since_each_commit(history: Repository, number: int) -> None:
    then = history.at(history.oids[number])
    now = numbered(history.mission, date(2026, 2, 3), then.record)
    assert told(evolution(then.record, now)) == SINCE[number]
    assert then.day == date.fromisoformat(STEPS[number - 1].day)
    assert then.mission is not None
    assert then.note.name == ("Bilan – Étude Dufour" if number == 12 else "Synthèse – Étude Dufour")


@pytest.mark.parametrize(
    ("one", "other", "moves"),
    [
        (1, 2, {BOTH: {"opened"}}),
        (2, 3, {KEYS: {"closed"}}),
        (1, 3, {BOTH: {"opened"}, KEYS: {"closed"}}),
        (3, 4, {BADGES: {"slipped"}}),
        (4, 5, {DOOR: {"reworded"}}),
        (5, 6, {}),
        (6, 7, {}),
        (7, 8, {SAVED: {"moved"}}),
        (6, 8, {SAVED: {"moved"}}),
        (8, 9, {KEYS: {"reopened"}}),
        (9, 10, {SESSION: {"reworded"}, LOCK: {"opened"}}),
        (4, 3, {BADGES: {"moved"}}),
        (8, 7, {SAVED: {"moved"}}),
        (11, 10, {PHONES: {"opened"}}),
    ],
)
def test_between_two_commits(history: Repository, one: int, other: int, moves: Told) -> None:
    before, after = history.at(history.oids[one]), history.at(history.oids[other])
    assert told(evolution(before.record, after.record)) == moves


def test_the_totals_by_domain(history: Repository) -> None:
    then = history.at("v1")
    found = evolution(then.record, numbered(history.mission, None, then.record))
    assert tallies(found) == (
        Tally("Accès", opened=2, slipped=1),
        Tally("Sauvegardes", moved=1),
        Tally("Téléphone"),
    )
    assert found.same == 2
    [reworded] = [one for one in found.moved if one.entry.text == DOOR]
    assert reworded.before is not None
    assert reworded.before.text == "Porte du local technique ouverte"


def test_numbers_stay_from_the_earlier_state_on(history: Repository) -> None:
    then = history.at("v1")
    numbers = {entry.text: entry.number for entry in numbered(history.mission, None, then.record).entries}
    assert numbers == {
        KEYS: "A-1", DOOR: "A-2", BADGES: "A-3", SESSION: "A-4", LOCK: "A-5",
        "Adresse privée pour les clients": "C-1", SAVED: "C-2",
    }  # fmt: skip


# ---------------------------------------------------------------------------- what can be said


@pytest.mark.parametrize(
    ("said", "number", "words"),
    [
        ("v1", 1, "v1 (03.03.2025)"),
        ("revue-été", 6, "revue-été (20.08.2025)"),
        ("main~3", 9, "main~3 (03.11.2025)"),
        ("HEAD", 12, "HEAD (02.02.2026)"),
        ("2025-08-20", 6, None),
        ("2025-08-19", 5, None),
        ("20.08.2025", 6, None),
        ("20 août 2025", 6, None),
        (" 2025-12-31 ", 10, None),
        ("2031-01-01", 12, None),
    ],
)
def test_a_tag_a_commit_or_a_date(history: Repository, said: str, number: int, words: str | None) -> None:
    then = history.at(said)
    day = date.fromisoformat(STEPS[number - 1].day)
    assert (then.day, then.record.day) == (day, day)
    assert then.words.fr == (words or f"{history.oids[number][:8]} ({day:%d.%m.%Y})")
    assert then.record == history.at(history.oids[number]).record


def test_the_beginning_of_an_id_will_do(history: Repository) -> None:
    oid = history.oids[4]
    assert history.at(oid[:10]).record == history.at(oid.upper()).record == history.at(oid).record


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("v9", "ce n’est ni une date"),
        ("2025-02-30", "ce n’est ni une date"),
        ("version-2025-08-20", "ce n’est ni une date"),
        ("deadbeef99", "ce commit n’est pas, ou plus, dans ce dépôt"),
        ("2025-03-02", "le premier commit connu est du 03.03.2025"),
        ("livraison", "rien n’a encore été livré"),
        ("", "ce n’est ni une date"),
        ("--all", "ce n’est ni une date"),
        ("-h", "ce n’est ni une date"),
        ("^HEAD", "ce n’est ni une date"),
        ("v1..v2", "ce n’est ni une date"),
        ("HEAD:Lisez-moi.md", "ce n’est ni une date"),
        ("v1\0", "ce n’est ni une date"),
        ("v1\n--all", "ce n’est ni une date"),
        ("$(touch x)", "ce n’est ni une date"),
    ],
)
def test_what_is_not_there_is_said_with_what_there_is(history: Repository, said: str, why: str) -> None:
    with pytest.raises(VaultkitError) as caught:
        history.at(said)
    assert caught.value.exit_code == 2
    assert why in caught.value.message.fr
    assert caught.value.message.fr.replace("\u00a0", " ").isprintable()
    assert caught.value.message.fr.endswith("Tags\u00a0: revue-été, v1, v2")


def test_nothing_that_the_repository_names_is_run(history: Repository, tmp_path: Path) -> None:
    top = tmp_path / "copie"
    git(tmp_path, "clone", "-q", str(history.top), str(top))
    program = tmp_path / "programme"
    put(program, f"#!/bin/sh\ntouch {tmp_path}/lancé\n")
    program.chmod(0o755)
    for key in ("gpg.program", "core.fsmonitor", "diff.external", "core.pager", "filter.x.smudge"):
        git(top, "config", key, str(program))
    git(top, "config", "log.showSignature", "true")
    session = Session.open(top / FOLDER)
    for said in ("v1", "2025-08-20", "v9"):
        try:
            earlier(session, active(session), said)
        except VaultkitError:
            assert said == "v9"
    assert not (tmp_path / "lancé").exists()


# ------------------------------------------------------------------------ where history is not whole


def clone(history: Repository, to: Path, *options: str) -> Session:
    git(to.parent, "clone", "-q", *options, f"file://{history.top}", str(to))
    return Session.open(to / FOLDER)


def test_a_shallow_clone_says_so(history: Repository, tmp_path: Path) -> None:
    session = clone(history, tmp_path / "c", "--depth=4")
    then = earlier(session, active(session), "2025-11-30")
    assert then.day == date(2025, 11, 3)
    for said, why in (
        ("2025-10-31", "le premier commit connu est du 03.11.2025"),
        ("v1", "ni le nom d’un tag"),
    ):
        with pytest.raises(VaultkitError) as caught:
            earlier(session, active(session), said)
        assert why in caught.value.message.fr
        assert "git fetch --unshallow --tags" in caught.value.message.fr


def test_a_commit_that_rewritten_history_has_lost(history: Repository, tmp_path: Path) -> None:
    session = clone(history, tmp_path / "c", "--no-tags")
    git(tmp_path / "c", "reset", "-q", "--soft", "HEAD~3")
    git(tmp_path / "c", "commit", "-q", "-m", "tout", when="2026-02-02T10:00:00+01:00")
    git(tmp_path / "c", "update-ref", "-d", "refs/remotes/origin/main")
    git(tmp_path / "c", "symbolic-ref", "-d", "refs/remotes/origin/HEAD")
    git(tmp_path / "c", "reflog", "expire", "--expire=now", "--all")
    git(tmp_path / "c", "gc", "-q", "--prune=now")
    with pytest.raises(VaultkitError, match="history rewritten") as caught:
        earlier(session, active(session), history.oids[11])
    assert "Aucune livraison ni tag\u00a0; vaultkit report NOTE --livrer" in caught.value.message.fr


def test_a_commit_before_there_was_a_synthesis(history: Repository, tmp_path: Path) -> None:
    session = clone(history, tmp_path / "c")
    git(tmp_path / "c", "checkout", "-q", "--orphan", "autre")
    git(tmp_path / "c", "rm", "-q", "-r", "--cached", ".")
    git(tmp_path / "c", "commit", "-q", "--allow-empty", "-m", "vide", when="2024-01-01T10:00:00+01:00")
    with pytest.raises(VaultkitError) as caught:
        earlier(session, active(session), "autre")
    assert caught.value.message.fr.startswith(
        "à autre (01.01.2024), ce coffre n’avait pas encore de synthèse pour «\u00a0Étude Dufour\u00a0»."
    )


def test_a_folder_that_git_spells_otherwise(tmp_path: Path) -> None:
    """Git on an old Mac keeps names decomposed; the vault is the same."""
    made = commits(tmp_path / "d", "E\u0301tudes")
    (tmp_path / "d" / "E\u0301tudes").rename(tmp_path / "d" / FOLDER)
    session = Session.open(tmp_path / "d" / FOLDER)
    then = earlier(session, active(session), made[0])
    assert told(evolution(then.record, numbered(active(session), None, then.record))) == SINCE[1]


@pytest.mark.parametrize("folder", ["Clients/Coffre", "Autre"])
def test_a_vault_that_stood_in_another_folder(history: Repository, tmp_path: Path, folder: str) -> None:
    clone(history, tmp_path / "c")
    (tmp_path / "c" / folder).parent.mkdir(exist_ok=True)
    (tmp_path / "c" / FOLDER).rename(tmp_path / "c" / folder)
    session = Session.open(tmp_path / "c" / folder)
    then = earlier(session, active(session), "v2")
    assert then.record.entries == history.at("v2").record.entries
    assert then.note.path == active(session).path


def test_a_vault_that_was_all_of_the_repository(tmp_path: Path) -> None:
    commits(tmp_path / "d", ".")
    git(tmp_path / "d", "tag", "tout")
    for path in (
        "Sauvegardes.md",
        "Accès.md",
        "Messagerie.md",
        "Bilan – Étude Dufour.md",
        "Journal",
        ".obsidian",
    ):
        (tmp_path / "d" / "v").mkdir(exist_ok=True)
        (tmp_path / "d" / path).rename(tmp_path / "d" / "v" / path)
    session = Session.open(tmp_path / "d" / "v")
    then = earlier(session, active(session), "tout")
    assert evolution(then.record, numbered(active(session), None, then.record)).moved == ()


def test_what_stays_inside_is_in_no_record(tmp_path: Path) -> None:
    take(tmp_path / "v", 1)
    text = (tmp_path / "v" / "Accès.md").read_text(encoding="utf-8")
    inside = "## Constats (interne)\n- Le patron oublie ses clés ❌\n"
    put(tmp_path / "v" / "Accès.md", text.replace("## Actions", f"{inside}## Actions"))
    git(tmp_path / "v", "init", "-q")
    git(tmp_path / "v", "add", "-A")
    git(tmp_path / "v", "commit", "-q", "-m", "un")
    session = Session.open(tmp_path / "v")
    mission = active(session)
    assert "Le patron oublie ses clés" in {item.text for item in mission.domains[0].notes[0].findings}
    record = earlier(session, mission, "HEAD").record
    assert record == numbered(public(mission, session.index), record.day)
    assert [entry.text for entry in record.entries][:3] == [KEYS, "Porte du local technique ouverte", BADGES]


def test_without_a_repository_or_without_git_the_deliveries_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(tmp_path / "v", 1)
    session = Session.open(tmp_path / "v")
    with pytest.raises(VaultkitError, match="in no git repository") as caught:
        earlier(session, active(session), "2025-08-25")
    assert "--livrer" in caught.value.message.fr
    monkeypatch.setattr(repositories, "USUAL", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("GIT_EXEC_PATH", raising=False)
    with pytest.raises(VaultkitError, match="git was not found") as caught:
        earlier(session, active(session), "v1")
    assert caught.value.exit_code == 2


def test_a_repository_without_a_commit(tmp_path: Path) -> None:
    take(tmp_path / "v", 1)
    git(tmp_path / "v", "init", "-q")
    session = Session.open(tmp_path / "v")
    for said in ("2025-08-25", "HEAD"):
        with pytest.raises(VaultkitError, match="has no commit yet"):
            earlier(session, active(session), said)


# ------------------------------------------------------------------------------ without git

REPORT = Report("fr", Cover("Synthèse"), None, "## Constats\n\nTout va bien.\n")


def delivered(session: Session, day: date) -> Session:
    """Deliver the mission as of a day, and open the vault again."""
    mission = active(session)
    done = deliver(session, mission, REPORT, numbered(mission, day), day)
    assert done.done.refused == []
    return Session.open(session.root)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """The vault after the twelve steps, delivered after each of them, without git."""
    with pytest.MonkeyPatch.context() as patch:
        root = tmp_path_factory.mktemp("kept")
        patch.setenv("XDG_STATE_HOME", str(root / "state"))
        for number, step in enumerate(STEPS, 1):
            take(root / "v", number)
            session = delivered(Session.open(root / "v"), date.fromisoformat(step.day))
    return session


@pytest.mark.parametrize("number", SINCE)
def test_since_each_delivery(kept: Session, number: int) -> None:
    mission, day = active(kept), date.fromisoformat(STEPS[number - 1].day)
    then = earlier(kept, mission, STEPS[number - 1].day)
    assert (then.day, then.words.fr, then.session) == (day, f"la livraison du {day:%d.%m.%Y}", None)
    found = evolution(then.record, numbered(mission, date(2026, 2, 3)))
    assert told(found) == SINCE[number]
    assert all(one.before.number == one.after.number for one in found.moved if one.before and one.after)


def test_the_last_delivery_is_the_last_since_which_anything_has_changed(kept: Session) -> None:
    mission = active(kept)
    for said in ("livraison", "dernière livraison", "delivery", "last"):
        assert earlier(kept, mission, said).day == date.fromisoformat(STEPS[9].day)
    assert earlier(kept, mission, "2025-12-31").day == date.fromisoformat(STEPS[9].day)
    name = "Synthèse – Étude Dufour (2025-08-20)"
    assert earlier(kept, mission, name).note.path == f"Livraisons/{name}.md"


def test_a_date_before_all_deliveries_names_them(kept: Session) -> None:
    with pytest.raises(VaultkitError) as caught:
        earlier(kept, active(kept), "2024-01-01")
    days = ", ".join(step.day for step in STEPS[-8:])
    assert caught.value.message.fr.endswith(f"Livraisons\u00a0: … {days}")


def test_of_a_damaged_delivery_the_rest_is_compared_and_it_is_said(kept: Session, tmp_path: Path) -> None:
    shutil.copytree(kept.root, tmp_path / "v")
    path = f"Livraisons/Synthèse – Étude Dufour ({STEPS[9].day}).md"
    text = (tmp_path / "v" / path).read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if PHONES in line)
    put(tmp_path / "v" / path, text.replace(line, line[:20]))
    session = Session.open(tmp_path / "v")
    then = earlier(session, active(session), STEPS[9].day)
    assert [remark.fr for remark in then.remarks] == [
        f"{path}\u00a0: 1 ligne de ses données est illisible, le reste est comparé"
    ]
    assert told(evolution(then.record, numbered(active(session)))) == {}
