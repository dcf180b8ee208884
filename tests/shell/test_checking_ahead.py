"""What is wrong is the same whether one process looks, or several, or some have begun before anything was planned."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from vaultkit.errors import Overtaken, Refused
from vaultkit.shell import checking, forks
from vaultkit.shell.later import finish
from vaultkit.shell.planning import Plan
from vaultkit.shell.session import Session
from vaultkit.text import Message

SAMPLE = Path(__file__).resolve().parents[2] / "sample_vault"
STRAY = "---\ncategory: notes\n---\n# N{0}\n[[Nulle part {0}]] [[Accueil#Absent]] {1}\n"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks are made on Linux alone")


@pytest.fixture
def root(tmp_path, monkeypatch):
    """The sample vault, and notes with something to say of each; what one says twice is a secret of another."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    shutil.copytree(SAMPLE, tmp_path / "vault")
    for number in range(40):
        more = "mot de passe : Xk-93!bleuet" if number == 7 else "[[Xk-93!bleuet]]" if number == 30 else ""
        (tmp_path / "vault" / f"N{number}.md").write_text(STRAY.format(number, more), encoding="utf-8")
    return tmp_path / "vault"


def in_forks(monkeypatch, count):
    monkeypatch.setattr(checking, "forks", lambda items: count if items else 1)


@pytest.mark.parametrize("hints", [0, 3, 500])
def test_several_processes_say_what_one_says(root, monkeypatch, hints):
    in_forks(monkeypatch, 1)
    session = Session.open(root)
    expected = session.check(session.plan(), hints=hints)
    assert len(expected) > 80
    in_forks(monkeypatch, 3)
    assert session.check(session.plan(), hints=hints) == expected
    for _ in range(2):  # from the parsed notes, and from the cache
        finish()
        session = Session.open(root)
        with session.check_ahead():
            assert session.check(session.plan(), hints=hints) == expected


def test_who_has_begun_ahead_and_is_killed_leaves_the_work_to_us(root, monkeypatch):
    in_forks(monkeypatch, 1)
    session = Session.open(root)
    expected = session.check(session.plan())
    in_forks(monkeypatch, 2)
    monkeypatch.setattr(forks._Outgoing, "send", lambda self, data: os.kill(os.getpid(), 9))
    with session.check_ahead():
        assert session.check(session.plan()) == expected


def test_a_rebuild_writes_while_the_rest_is_checked(root, tmp_path, monkeypatch):
    shutil.copytree(root, tmp_path / "other" / "vault", symlinks=True)
    in_forks(monkeypatch, 1)
    alone = Session.open(tmp_path / "other" / "vault")
    _, after, plan = alone.rebuild()
    expected = after.check(plan)
    in_forks(monkeypatch, 2)
    session = Session.open(root)
    with session.check_ahead():
        _, after, plan = session.rebuild()
        assert after.check(plan) == expected
    assert {one.path for one in expected} >= {f"N{number}.md" for number in range(40)}


def children() -> list[str]:
    me = os.getpid()
    return Path(f"/proc/{me}/task/{me}/children").read_text().split()


@pytest.mark.parametrize("command", ["check", "rebuild", "refused"])
def test_no_fork_outlives_a_command_that_fails(root, monkeypatch, command):
    before = children()
    in_forks(monkeypatch, 2)
    monkeypatch.setattr(checking, "_said", lambda *_: time.sleep(600))
    session = Session.open(root)

    def fails(*_: object, **__: object) -> Plan:
        assert len(children()) == len(before) + 2
        raise Refused(Message("non", "no"))

    if command != "refused":
        monkeypatch.setattr(session, "plan", fails)
    with pytest.raises(Refused), session.check_ahead():
        _ = session.check(session.plan()) if command == "check" else session.rebuild(expect=999)
    assert children() == before


def test_forks_end_before_a_rebuild_reads_the_vault_again(root, monkeypatch):
    before = children()
    in_forks(monkeypatch, 2)
    session = Session.open(root)
    opened = Session.open.__func__

    def reopened(cls: type[Session], *said: object, **more: object) -> Session:
        assert children() == before
        in_forks(monkeypatch, 1)
        return opened(cls, *said, **more)

    def overtaken(*said: object) -> Plan:
        raise Overtaken("N1.md")

    monkeypatch.setattr(session, "plan", overtaken)
    monkeypatch.setattr(checking, "_said", lambda *_: time.sleep(600))
    monkeypatch.setattr(Session, "open", classmethod(reopened))
    with session.check_ahead():
        _, after, _ = session.rebuild()
    assert after is not session
