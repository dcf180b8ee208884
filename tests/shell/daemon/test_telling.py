"""What `vaultkit status` says, to people and to programs."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import force_setattr

from vaultkit.settings import Settings
from vaultkit.shell.commands import status
from vaultkit.shell.daemon import telling
from vaultkit.shell.daemon.telling import Daemon
from vaultkit.shell.ports import BatchDone, Because, Standing, Wait
from vaultkit.text import Message

NOON = datetime(2026, 11, 22, 12, 0, 0).timestamp()  # noqa: DTZ001 - a time of day here


@dataclass
class Time:
    passed: float = 100.0

    def monotonic(self) -> float:
        return self.passed

    def wall(self) -> float:
        return NOON


DAEMON = Daemon(4242, Path("/coffres/Étude Dufour"), "/state/s", "0.1.0", Path("/state"), Settings())
REFUSED = Message("disque plein", "the disk is full")


def document(**values):
    standing = Standing(notes=10420, watcher="inotify", since=NOON - 3600)
    if values.get("last") and values["last"].written:
        values["last_write"] = values["last"]
    for name, value in values.items():
        force_setattr(standing, name, value)
    return telling.document(DAEMON, standing, Time())


def text(language="fr", now=NOON, **values):
    return "\n".join(telling.lines(document(**values), language, now))


def test_all_is_well():
    last = BatchDone(NOON - 60, 2, (("Synthèse.md", ("recap", "roadmap")),), (), 0.05)
    assert text(last=last, counts={"error": 2, "warning": 1}) == (
        "✔ vaultkit surveille «\u00a0Étude Dufour\u00a0» depuis 11:00\u00a0: 10\u202f420 notes (processus 4242)\n"
        "  dernière mise à jour à 11:59\u00a0: Synthèse (tableau, feuille de route)\n"
        "  2 erreurs, 1 avertissement (vaultkit check)"
    )
    assert text("en", last=last, counts={}) == (
        "✔ vaultkit has been watching 'Étude Dufour' since 11:00: 10,420 notes (process 4242)\n"
        "  last update at 11:59: Synthèse (table, roadmap)\n"
        "  no remarks"
    )


def test_what_waits_says_why_and_how_long():
    wait = Wait("Synthèse.md", Because.OPEN, 123.0)
    assert (
        "  en attente\u00a0: Synthèse (ouverte dans Obsidian\u00a0: 60 s sans frappe, encore 23 s)"
        in text(waits=(wait,)).splitlines()
    )
    assert "d’un instant à l’autre" in text(waits=(wait,), now=NOON + 30)
    assert "encore 10 min" in text(waits=(Wait("a.md", Because.REFUSED, 700.0),))
    assert "encore 3 h" in text(waits=(Wait("a.md", Because.REFUSED, 100 + 10000.0),))


@pytest.mark.parametrize("because", Because)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_reason_is_a_sentence(because, language):
    said = text(language, waits=(Wait("Synthèse.md", because),))
    assert telling.REASONS[because].of(language)[:12] in said
    assert "{" not in said
    assert str(because) not in said or " " in telling.REASONS[because].of(language)


def test_the_systems_own_words_follow_the_reason():
    said = text(waits=(Wait("Synthèse.md", Because.REFUSED, None, REFUSED),))
    assert "n’a pas pu être écrite\u00a0– disque plein" in said


def test_the_reason_of_a_newer_daemon_is_told_in_its_words():
    said = document(waits=(Wait("Synthèse.md", Because.REFUSED, None, REFUSED),))
    said["waiting"][0]["because"] = "moonlight"
    assert "(the disk is full)" in "\n".join(telling.lines(said, "en", NOON))


def test_the_whole_vault_has_no_name_to_wait_under():
    assert "waiting: the vault is suddenly empty" in text("en", waits=(Wait("", Because.EMPTY),))


def test_many_waits_are_not_all_told():
    said = text("en", waits=tuple(Wait(f"{i}.md", Because.BATCH) for i in range(5000)))
    assert "… and 4,990 more waiting" in said
    assert len(said.splitlines()) == 12


def test_faults_and_degraded_modes_are_told():
    last = BatchDone(NOON - 86400, 0, (), (("Synthèse.md", REFUSED),), 0.05)
    said = text("en", last=last, degraded=(Message("par relevé", "by polling"),), writer="obsidian 1.9")
    assert "✖ not written: Synthèse (the disk is full)" in said
    assert "⚠ by polling" in said
    assert "obsidian 1.9" in said


def test_an_update_of_another_day_has_its_date():
    assert "2026-11-21 12:00" in text(last=BatchDone(NOON - 86400, 1, (), (), 0.1))


def test_a_name_cannot_forge_a_line():
    said = text(waits=(Wait("a\n✔ tout va bien\x1b[2J.md", Because.TYPED),))
    assert len(said.splitlines()) == 2
    assert "\x1b" not in said


def test_an_older_daemon_is_told():
    said = "\n".join(telling.lines(document(), "en", NOON, "0.2.0"))
    assert "it still runs vaultkit 0.1.0" in said


def test_the_document_is_json_with_all_keys():
    said = document(waits=(Wait("a.md", Because.TYPED, 110.0), Wait("b.md", Because.ACTIVE)))
    assert json.loads(json.dumps(said)) == said
    assert said["schema_version"] == 1
    none = telling.document_of_none(DAEMON.vault, DAEMON.state, "0.1.0")
    assert set(none) == set(said)
    first, second = said["waiting"]
    assert datetime.fromisoformat(first["until"]).timestamp() == NOON + 10
    assert datetime.fromisoformat(first["until"]).tzinfo is not None
    assert second["reason"]["en"].startswith("the note that you type in")
    assert second == {
        "path": "b.md",
        "because": "active",
        "reason": second["reason"],
        "until": None,
        "message": None,
    }


# ------------------------------------------------------------------------------- the command


class Fake:
    def call(self, method, /):
        assert method == "status"
        return document(counts={"error": 1})


def test_a_daemon_that_runs_is_told(vault, capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    assert status.tell(vault.root, Fake()) == 0
    assert "1 error" in capsys.readouterr().out
    assert status.tell(vault.root, Fake(), as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"error": 1}


def test_no_daemon_says_what_to_type(vault, capsys, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(vault.state))
    monkeypatch.setenv("LC_ALL", "fr_CH.UTF-8")
    arguments = Namespace(root=None, vault=str(vault.root), json=False)
    assert status.status(arguments) == 0
    said = capsys.readouterr().out
    assert "ne surveille pas «\u00a0coffre\u00a0»" in said
    assert "vaultkit watch" in said
    arguments.json = True
    assert status.status(arguments) == 0
    assert json.loads(capsys.readouterr().out)["running"] is False
    assert not vault.state.exists()


def test_the_language_is_the_vaults(vault, capsys, monkeypatch):
    """
    == vaultkit.toml
    [vault]
    language = "fr"
    """
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    status.tell(vault.root, None)
    assert "ne surveille pas" in capsys.readouterr().out
