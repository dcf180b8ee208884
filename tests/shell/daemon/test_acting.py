"""What a client asks the engine to do: into the files, or through the client that writes (DESIGN §5.5)."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.conftest import notes_of
from tests.shell.acts.mission import KEEP, TEXTS
from tests.shell.acts.mission import SYNTHESIS as TOOTH
from tests.shell.daemon.engine_desk import Desk
from vaultkit.errors import Refused, VaultkitError
from vaultkit.shell.daemon.answering import Answers
from vaultkit.shell.ports import Answer, AppState

CHILD = "Accès.md"


class Asked:
    """A desk whose engine is asked as a client asks it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._answers = Answers(desk.engine, "en", desk.clock)

    def __call__(self, method: str, **params: object) -> Any:
        """Return the answer to a method."""
        return self._answers.answer(method, params)

    def act(self, act: str, path: str = TOOTH, **more: object) -> Any:
        """Return the answer to an act."""
        return self("act", act=act, path=path, **more)

    def id(self, wording: str) -> str:
        """Return the id of what is kept and says this."""
        regions = self("regions", path=TOOTH)["regions"]
        [id] = [unit["id"] for region in regions for unit in region["kept"] if unit["wording"] == wording]
        return str(id)

    def write_by_hand(self, old: str, new: str, path: str = TOOTH) -> None:
        """Write over a stretch of a note, and let it be kept."""
        text = self.desk.read(path)
        assert text.count(old) == 1
        self.desk.save(path, text.replace(old, new))
        self.desk.settle()


@pytest.fixture
def asked(empty_desk: Desk) -> Asked:
    """A mission in which a cell is kept, on a desk without a writer."""
    for path, text in notes_of(TEXTS).items():
        empty_desk.put(path, text, age=3600)
    asked = Asked(empty_desk.begin())
    empty_desk.settle()
    asked.write_by_hand("Sessions partagées", "Comptes partagés")
    return asked


@pytest.fixture
def served(asked: Asked) -> Asked:
    """The same with a client that writes."""
    asked.desk.engine.claimed(asked.desk)
    return asked


def answer(asked: Asked, said: Answer = Answer.APPLIED) -> None:
    """Answer the last edit; one that is made is saved."""
    request = asked.desk.asked[-1]
    if said is Answer.APPLIED:
        asked.desk.make(request)
    asked.desk.engine.answered(request.id, said)
    asked.desk.wait()


# ---------------------------------------------------------------------------- without a writer


def test_a_release_is_written_at_once_and_the_engine_has_nothing_left_to_do(asked: Asked) -> None:
    said = asked.act("release", id=asked.id("Comptes partagés"))
    assert (said["written"], said["handed"], said["refused"]) == ([TOOTH], [], [])
    assert "Sessions partagées" in asked.desk.read(TOOTH)
    asked.desk.settle()
    assert asked.desk.is_rebuilt()
    assert asked.desk.journal()[0].command == "release"


def test_a_push_is_written_into_both_notes_and_read_at_once(asked: Asked) -> None:
    said = asked.act("push", id=asked.id("Comptes partagés"))
    assert said["written"] == [CHILD, TOOTH]
    asked.desk.settle()
    assert "Comptes partagés |" in asked.desk.read(TOOTH)
    assert KEEP not in asked.desk.read(TOOTH)
    assert asked.desk.is_rebuilt()


def test_an_undo_takes_the_act_back_and_the_engine_does_not_make_it_again(asked: Asked) -> None:
    before = asked.desk.read(TOOTH)
    asked.act("release", id=asked.id("Comptes partagés"))
    said = asked("act", act="undo")
    assert said["told"]["en"] == f"↶ {TOOTH} as it was before"
    asked.desk.wait(600)
    assert asked.desk.read(TOOTH) == before


def test_a_note_is_read_at_once_when_an_act_speaks_of_it(asked: Asked) -> None:
    text = asked.desk.read(TOOTH).replace("Données exposées", "Données volées")
    asked.desk.save(TOOTH, text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    said = asked.act("release", id=asked.id("Données volées"), textDigest=digest)
    assert said["written"] == [TOOTH]
    assert "Données exposées" in asked.desk.read(TOOTH)


def test_an_act_on_another_text_is_refused(asked: Asked) -> None:
    digest = hashlib.sha256(asked.desk.read(TOOTH).encode()).hexdigest()
    id = asked.id("Comptes partagés")
    asked.desk.put(TOOTH, asked.desk.read(TOOTH) + "tapé\n")  # no event has told of it yet
    with pytest.raises(Refused) as refused:
        asked.act("release", id=id, textDigest=digest)
    assert refused.value.message.en == "the note was just changed: save it, then ask again"
    assert refused.value.exit_code == 3


def test_half_a_sentence_that_an_act_has_read_goes_nowhere(asked: Asked) -> None:
    text = asked.desk.read(CHILD).replace("données exposées", "données ex")
    asked.desk.save(CHILD, text)
    with pytest.raises(Refused):
        asked.act("fix", CHILD, code="VK101", line=1, column=1)
    asked.desk.wait(10)
    assert "Données exposées" in asked.desk.read(TOOTH)
    asked.desk.wait(60)
    assert "Données ex |" in asked.desk.read(TOOTH)


def test_regions_are_those_of_the_file_as_it_is_now_and_nothing_follows_from_that(asked: Asked) -> None:
    text = asked.desk.read(TOOTH).replace("Données exposées", "Données volées")
    asked.desk.put(TOOTH, text)
    said = asked("regions", path=TOOTH)
    assert said["textDigest"] == hashlib.sha256(text.encode()).hexdigest()
    assert [unit["wording"] for unit in said["regions"][0]["kept"]] == ["Comptes partagés", "Données volées"]
    assert "Données volées" not in asked.desk.engine.session.index.notes[TOOTH].text


@pytest.mark.parametrize("shape", ["\ufeff{}", "{}"], ids=["BOM", "plain"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_places_are_those_of_the_editor(asked: Asked, shape: str, newline: str) -> None:
    editor = asked.desk.read(TOOTH)
    asked.desk.put(TOOTH, shape.format(editor.replace("\n", newline)))
    said = asked("regions", path=TOOTH)
    assert said["textDigest"] == hashlib.sha256(editor.encode()).hexdigest()
    units = editor.encode("utf-16-le")

    def of(place: dict[str, int]) -> str:
        return units[2 * place["start"] : 2 * place["end"]].decode("utf-16-le")

    recap = said["regions"][0]
    assert of(recap).startswith("<!-- vaultkit:begin recap -->\n")
    assert of(recap).endswith("-->\n")
    assert of({"start": recap["bodyStart"], "end": recap["bodyEnd"]}).strip().startswith("| Domaine |")
    assert [of(mark) for mark in recap["marks"]] == [KEEP]
    assert [of(unit) for unit in recap["kept"]] == [f"Comptes partagés {KEEP}"]


def test_who_has_the_note_open_and_saved_it_just_now_is_waited_for(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("vaultkit.shell.courtesy.time.sleep", slept.append)
    asked.desk.shown = AppState(True, frozenset({TOOTH}), frozenset({TOOTH}))
    asked.desk.put(TOOTH, asked.desk.read(TOOTH) + "\n")
    asked.act("release", id=asked.id("Comptes partagés"))
    assert len(slept) <= 1


@pytest.mark.parametrize(
    ("act", "more"),
    [("release", {"id": "0.0-00000000"}), ("push", {"id": "x"}), ("adopt", {"path": CHILD})],
)
def test_what_cannot_be_done_is_refused_and_nothing_is_written(
    asked: Asked, act: str, more: dict[str, object]
) -> None:
    before = asked.desk.read(TOOTH)
    with pytest.raises(VaultkitError):
        asked.act(act, **{"path": TOOTH, **more})
    assert asked.desk.read(TOOTH) == before


# ------------------------------------------------------------------------------- with a writer


def test_a_release_is_handed_to_the_writer_and_is_in_the_journal(served: Asked) -> None:
    before = served.desk.read(TOOTH)
    said = served.act("release", id=served.id("Comptes partagés"))
    assert (said["written"], said["handed"]) == ([], [TOOTH])
    assert served.desk.read(TOOTH) == before
    answer(served)
    assert "Sessions partagées" in served.desk.read(TOOTH)
    assert (served.desk.journal()[0].command, served.desk.journal()[0].pending) == ("release", False)
    served.desk.settle()
    assert served.desk.is_rebuilt()
    assert len(served.desk.asked) == 1


@pytest.mark.parametrize("said", [Answer.REFUSED, Answer.LATER])
def test_an_act_that_the_writer_does_not_make_is_not_asked_again(served: Asked, said: Answer) -> None:
    before, entries = served.desk.read(TOOTH), len(served.desk.journal())
    served.act("release", id=served.id("Comptes partagés"))
    answer(served, said)
    served.desk.wait(3600)
    assert len(served.desk.asked) == 1
    assert served.desk.read(TOOTH) == before
    assert len(served.desk.journal()) == entries


def test_a_push_goes_into_its_note_first_and_the_mark_goes_once_that_is_saved(served: Asked) -> None:
    said = served.act("push", id=served.id("Comptes partagés"))
    assert said["handed"] == [CHILD, TOOTH]
    assert [request.path for request in served.desk.asked] == [CHILD]
    answer(served)
    assert [request.path for request in served.desk.asked] == [CHILD, TOOTH]
    answer(served)
    assert "Comptes partagés |" in served.desk.read(TOOTH)
    last, first, *_ = served.desk.journal()
    assert (last.path, first.path) == (TOOTH, CHILD)
    assert last.batch == first.batch, "one undo takes both back"
    served.desk.settle()
    assert len(served.desk.asked) == 2


def test_no_wording_is_lost_on_the_way_of_a_push(served: Asked) -> None:
    served.act("push", id=served.id("Comptes partagés"))
    request = served.desk.asked[-1]
    served.desk.engine.answered(request.id, Answer.APPLIED)  # made in the app, and not saved for a while
    for _ in range(12):
        served.desk.wait(5)
        assert "Comptes partagés" in served.desk.read(TOOTH)
    served.desk.make(request)
    served.desk.wait()
    answer(served)
    served.desk.settle()
    assert "Comptes partagés |" in served.desk.read(TOOTH)


def test_where_the_note_is_not_written_the_mark_stays(served: Asked) -> None:
    served.act("push", id=served.id("Comptes partagés"))
    answer(served, Answer.REFUSED)
    served.desk.wait(3600)
    assert f"Comptes partagés {KEEP}" in served.desk.read(TOOTH)
    assert len(served.desk.asked) == 1


def test_a_writer_that_goes_in_the_middle_of_a_push_leaves_the_wording_in_both(served: Asked) -> None:
    served.act("push", id=served.id("Comptes partagés"))
    request = served.desk.asked[-1]
    served.desk.make(request)
    served.desk.engine.released(served.desk)
    served.desk.settle()
    assert "Comptes partagés" in served.desk.read(CHILD)
    assert "Comptes partagés" in served.desk.read(TOOTH)


def test_while_an_edit_is_under_way_no_act_is_made_on_the_same_note(served: Asked) -> None:
    served.act("release", id=served.id("Comptes partagés"))
    with pytest.raises(Refused, match="just writing"):
        served.act("release", id=served.id("Comptes partagés"))


def test_two_acts_in_a_row_are_both_made(served: Asked) -> None:
    served.desk.engine.released(served.desk)
    served.write_by_hand("Données exposées", "Données volées")
    served.desk.engine.claimed(served.desk)
    for wording in ("Comptes partagés", "Données volées"):
        served.act("release", id=served.id(wording))
        answer(served)
    assert KEEP not in served.desk.read(TOOTH)


def test_an_undo_is_handed_as_the_edit_that_goes_back(served: Asked) -> None:
    before = served.desk.read(TOOTH)
    served.act("release", id=served.id("Comptes partagés"))
    answer(served)
    said = served("act", act="undo")
    assert said["handed"] == [TOOTH]
    answer(served)
    served.desk.wait(600)
    assert served.desk.read(TOOTH) == before
    assert len(served.desk.asked) == 2
    last, undone, *_ = served.desk.journal()
    assert (last.command, undone.undone) == ("undo", True)


def test_an_undo_that_the_writer_refuses_leaves_the_journal_as_it_was(served: Asked) -> None:
    served.act("release", id=served.id("Comptes partagés"))
    answer(served)
    entries = served.desk.journal()
    served("act", act="undo")
    answer(served, Answer.REFUSED)
    assert served.desk.journal() == entries


def test_an_undo_is_refused_where_the_note_has_changed_since(served: Asked) -> None:
    served.act("release", id=served.id("Comptes partagés"))
    answer(served)
    served.desk.save(TOOTH, served.desk.read(TOOTH) + "tapé\n")
    said = served("act", act="undo")
    assert [each["path"] for each in said["refused"]] == [TOOTH]
    assert said["handed"] == []


# --------------------------------------------------------------------------------- explaining


def test_a_code_and_a_note_are_explained_by_lines(asked: Asked) -> None:
    assert asked("explain", code="VK503")["lines"][0]["en"].startswith("VK503 kept-item")
    lines = asked("explain", path=TOOTH)["lines"]
    assert lines[0] == {"fr": TOOTH, "en": TOOTH}
    assert "  Region table: up to date, 1 kept by hand" in [line["en"] for line in lines]
