"""A client that writes instead of the engine: it is asked, answers, or does not (DESIGN §5.5)."""

from __future__ import annotations

import pytest

from tests.shell.daemon.engine_desk import SYNTHESIS, Desk, domain
from vaultkit.shell.ports import Answer, AppState, Because

SHOWN = AppState(True, frozenset({SYNTHESIS}), frozenset({SYNTHESIS}))


@pytest.fixture
def served(desk: Desk) -> Desk:
    """A desk whose client has claimed to write, while the synthesis is typed in; one source has changed."""
    desk.shown = SHOWN
    desk.engine.claimed(desk)
    desk.save("Accès.md", domain("accès deux"))
    desk.wait(30.1)
    return desk


def test_a_client_is_asked_even_for_the_active_note(served: Desk):
    [request] = served.asked
    assert request.path == SYNTHESIS
    assert served.because() is Because.WRITER
    assert "accès deux" not in served.read()
    assert served.engine.standing().writer == "client"


def test_an_edit_that_was_made_is_in_the_journal_like_any_write(served: Desk):
    before = served.read()
    served.make(served.asked[0])
    served.engine.answered(served.asked[0].id, Answer.APPLIED)
    served.wait(3600)
    assert "Constat accès deux" in served.read()
    assert len(served.asked) == 1
    assert not served.waits
    last = served.journal()[0]
    assert (last.path, last.pending, last.reason) == (SYNTHESIS, False, "client")
    assert last.before == before.encode()
    assert last.after == served.read().encode()
    assert served.is_rebuilt()


def test_an_edit_that_was_made_and_is_saved_a_while_later_is_not_asked_twice(served: Desk):
    served.engine.answered(served.asked[0].id, Answer.APPLIED)
    served.wait(2)  # the app saves two seconds after an edit
    served.make(served.asked[0])
    served.wait(3600)
    assert len(served.asked) == 1
    assert "Constat accès deux" in served.read()


def test_an_edit_that_was_made_and_never_saved_is_asked_again(served: Desk):
    served.engine.answered(served.asked[0].id, Answer.APPLIED)
    served.wait(60)
    assert len(served.asked) > 1
    assert served.wait(3600) < 800


def test_a_refused_edit_is_asked_again_and_leaves_no_entry(served: Desk):
    entries = len(served.journal())
    served.engine.answered(served.asked[0].id, Answer.REFUSED)
    served.wait(0)
    assert len(served.journal()) == entries - 1
    served.wait(5)
    assert len(served.asked) == 2


def test_an_edit_refused_because_the_note_has_changed_is_made_anew(served: Desk):
    served.save(SYNTHESIS, served.read().replace("La fin", "La toute fin"))
    served.engine.answered(served.asked[0].id, Answer.REFUSED)
    served.wait(10)
    again = served.asked[-1]
    assert again.text_digest != served.asked[0].text_digest
    served.make(again)
    served.engine.answered(again.id, Answer.APPLIED)
    served.wait(60)
    assert "La toute fin" in served.read()
    assert "Constat accès deux" in served.read()


def test_a_client_that_says_later_is_asked_again_soon_and_then_less_often(served: Desk):
    pauses = []
    for _ in range(6):
        served.engine.answered(served.asked[-1].id, Answer.LATER)
        asked, before = len(served.asked), served.clock.now
        while len(served.asked) == asked:
            served.wait(0.5)
        pauses.append(served.clock.now - before)
    assert pauses == sorted(pauses)
    assert pauses[0] <= 2.5
    assert pauses[-1] >= 10
    assert served.because() is Because.WRITER


def test_a_person_who_types_while_the_client_says_later_is_no_other_program(served: Desk):
    """The regions say what they said because the edit was not made: nobody has put the old text back."""
    served.engine.answered(served.asked[0].id, Answer.LATER)
    for number in range(10):
        served.save(SYNTHESIS, served.read().replace("La fin", f"La fin {number}", 1))
        served.wait(2)
        assert served.because() is not Because.REVERTED
        if len(served.asked) > 1:
            served.engine.answered(served.asked[-1].id, Answer.LATER)
    served.wait(20)
    assert served.because() is Because.WRITER
    served.make(served.asked[-1])
    served.engine.answered(served.asked[-1].id, Answer.APPLIED)
    served.wait(60)
    assert "Constat accès deux" in served.read()


def test_a_client_that_never_answers_is_asked_again_at_a_measured_pace(served: Desk):
    assert served.wait(3600) < 800
    assert 1 < len(served.asked) <= 3600 / 15 + 1
    assert not served.written
    assert len({request.id for request in served.asked}) == len(served.asked)


def test_what_a_client_never_answered_stays_pending_in_the_journal(served: Desk):
    served.wait(60)
    assert served.journal()[0].pending
    assert len(served.journal()) < 5  # and not once more for each time that it was asked


def test_once_the_client_is_gone_notes_are_written_again(served: Desk):
    served.shown = AppState()
    served.engine.released(served)
    served.wait(20)
    assert "Constat accès deux" in served.read()
    assert served.engine.standing().writer is None
    assert served.journal()[0].reason == "watch"


def test_once_the_client_is_gone_the_active_note_waits_again(served: Desk):
    served.engine.released(served)
    served.wait(3600)
    assert not served.written
    assert served.because() is Because.ACTIVE


def test_another_client_that_goes_changes_nothing(served: Desk):
    served.engine.released(Desk(served.root))
    assert served.engine.standing().writer == "client"


def test_an_answer_that_nobody_waits_for_is_ignored(served: Desk):
    served.engine.answered(4711, Answer.APPLIED)
    served.engine.answered(served.asked[0].id, Answer.APPLIED)
    served.engine.answered(served.asked[0].id, Answer.REFUSED)
    served.make(served.asked[0])
    served.wait(60)
    assert "Constat accès deux" in served.read()
    assert served.journal()[0].after == served.read().encode()


def test_an_answer_after_the_client_was_released_is_ignored(served: Desk):
    [request] = served.asked
    served.make(request)
    served.engine.released(served)
    served.engine.answered(request.id, Answer.APPLIED)
    served.wait(3600)
    assert served.read().count("Constat accès deux") == 1
    assert not served.waits


def test_a_client_changes_properties_while_obsidian_runs(desk: Desk):
    desk.shown = SHOWN
    desk.engine.claimed(desk)
    with_backlinks(desk)
    for _ in range(2):  # the regions, then the properties
        desk.wait(31)
        desk.make(desk.asked[-1])
        desk.engine.answered(desk.asked[-1].id, Answer.APPLIED)
    assert desk.read().index("[[Accès]]") < desk.read().index("# Synthèse")


def with_backlinks(desk: Desk) -> None:
    """Give the synthesis properties, and a list of links, that both have to be brought up to date."""
    liens = "\n<!-- vaultkit:begin liens -->\n\n<!-- vaultkit:end liens -->\n"
    desk.save(SYNTHESIS, desk.read().replace("scope: A\n", "scope: A\nbacklinks:\n") + liens)


def test_a_client_is_asked_for_the_regions_first_and_for_the_properties_apart(served: Desk):
    served.make(served.asked[0])
    served.engine.answered(served.asked[0].id, Answer.APPLIED)
    served.wait(60)
    with_backlinks(served)
    served.wait(31)
    served.make(served.asked[-1])
    assert "- [[Accès]]" in served.read()
    assert "[[" not in served.read().split("---")[1]
    served.engine.answered(served.asked[-1].id, Answer.APPLIED)
    served.wait(31)
    served.make(served.asked[-1])
    assert "[[Accès]]" in served.read().split("---")[1]


def test_properties_that_a_client_puts_off_hold_nothing_else_back(served: Desk):
    served.make(served.asked[0])
    served.engine.answered(served.asked[0].id, Answer.APPLIED)
    served.wait(60)
    with_backlinks(served)
    served.wait(31)
    served.make(served.asked[-1])
    served.engine.answered(served.asked[-1].id, Answer.APPLIED)
    for _ in range(600):  # the note is in front for hours
        asked = len(served.asked)
        served.wait(10)
        if len(served.asked) > asked:
            served.engine.answered(served.asked[-1].id, Answer.LATER)
    before = len(served.asked)
    assert before < 40
    served.save("Accès.md", domain("accès zq9"))
    served.wait(32)
    assert len(served.asked) == before + 1
    served.make(served.asked[-1])
    assert "Constat accès zq9" in served.read()


def test_a_hurried_rebuild_asks_the_client_once(served: Desk):
    for _ in range(5):
        served.engine.overlooked(None)
        served.engine.step(hurry=True)
    assert len(served.asked) == 1
    served.engine.answered(served.asked[0].id, Answer.APPLIED)
    for _ in range(5):
        served.engine.overlooked(None)
        served.engine.step(hurry=True)
    assert len(served.asked) == 1
