"""`rebuild --wait`: a one-shot command that waits as the daemon does (DESIGN §6.1)."""

import shutil
import time
from pathlib import Path

import pytest

from vaultkit.shell.daemon.patience import wait_for_quiet
from vaultkit.shell.ports import AppState, Because
from vaultkit.shell.session import Session

SYNTHESIS = "Synthèse.md"
RECAP = "<!-- vaultkit:begin recap -->\n\n<!-- vaultkit:end recap -->\n"


class Hands:
    """A clock that goes on while somebody sleeps, and the app in front of the person."""

    def __init__(self) -> None:
        self.slept = 0.0
        self.shown = AppState()

    def monotonic(self) -> float:
        return 1000.0 + self.slept

    def wall(self) -> float:
        return time.time() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds

    def state(self) -> AppState:
        return self.shown


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    root = tmp_path / "coffre"
    root.mkdir()
    (root / SYNTHESIS).write_text(f"---\ncategory: synthese_globale\nscope: A\n---\n# S\n\n{RECAP}", "utf-8")
    (root / "Accès.md").write_text(
        "---\ncategory: domaine\nscope: A\npriorite: haute\n---\n# Accès\n", "utf-8"
    )
    return root


def waited(root: Path, hands: Hands) -> tuple[Session, list[tuple[str, Because]]]:
    said: list[tuple[str, Because]] = []
    session = wait_for_quiet(
        Session.open(root),
        lambda wait: said.append((wait.path, wait.because)),
        app=hands,
        clock=hands,
        sleep=hands.sleep,
    )
    return session, said


def test_what_was_typed_a_moment_ago_is_waited_for_and_then_written(vault):
    hands = Hands()
    session, said = waited(vault, hands)
    assert 29 < hands.slept < 40
    assert {because for _, because in said} <= {Because.TYPED, Because.JUST_SAVED}
    assert [write.path for write in session.plan().changes.writes] == [SYNTHESIS]
    assert session.rebuild()[0].written


def test_an_active_note_is_waited_for_until_another_one_is(vault):
    hands = Hands()
    hands.shown = AppState(True, frozenset({SYNTHESIS}), frozenset({SYNTHESIS}))
    sleep = hands.sleep

    def nap(seconds: float) -> None:
        sleep(seconds)
        if hands.slept > 100:
            hands.shown = AppState(True, frozenset({"Accès.md"}), frozenset({"Accès.md", SYNTHESIS}))

    hands.sleep = nap
    _, said = waited(vault, hands)
    assert (SYNTHESIS, Because.ACTIVE) in said
    assert 100 < hands.slept < 140


def test_nothing_is_waited_for_where_all_is_up_to_date(vault):
    Session.open(vault).rebuild()
    hands = Hands()
    _, said = waited(vault, hands)
    assert (hands.slept, said) == (0, [])


def test_what_waits_for_good_is_not_waited_for(vault):
    shutil.copy(vault / SYNTHESIS, vault / "autre.txt")
    text = (vault / SYNTHESIS).read_text("utf-8")
    (vault / SYNTHESIS).write_text(text.replace("<!-- vaultkit:end recap -->\n", ""), "utf-8")
    hands = Hands()
    session, _ = waited(vault, hands)
    assert hands.slept == 0
    assert session.plan().changes.refused
