"""A note that we write again and again: left alone for good, or for a while where a person has a part in it."""

from __future__ import annotations

from vaultkit.edits import Write
from vaultkit.markdown.parse import parse_note
from vaultkit.shell.daemon.targets import FIRST_RETRY, ROUNDS, Target
from vaultkit.shell.ports import Because

PATH = "Synthèse.md"
WRITE = Write(PATH, "", None, ("recap",))


def said(number: int) -> str:
    return f"<!-- vaultkit:begin recap -->\n\n{number}\n\n<!-- vaultkit:end recap -->\n"


def written(target: Target, times: int, typed_between: bool = False) -> float:
    """Let a client make so many edits, one every ten seconds; return the time of the last."""
    for number in range(times):
        now = 10.0 * number
        before, after = parse_note(PATH, said(number)), parse_note(PATH, said(number + 1))
        target.handed_over(before, after, now, ("recap",))
        if typed_between:
            target.changed(parse_note(PATH, f"{said(number + 1)}\nUn mot de plus.\n"), now + 1)
    return now


def test_one_that_only_we_change_is_left_alone_for_good():
    target = Target(PATH, 0.0)
    last = written(target, ROUNDS)
    held = target.holding(last + 24 * 3600, WRITE)
    assert held is not None
    assert (held.because, held.until) == (Because.UNSETTLED, None)


def test_one_that_a_person_types_in_after_each_edit_waits_a_while_and_is_written_then():
    target = Target(PATH, 0.0)
    last = written(target, ROUNDS, typed_between=True)
    held = target.holding(last + 2, WRITE)
    assert held is not None
    assert held.because is Because.UNSETTLED
    assert target.holding(last + FIRST_RETRY + 1, WRITE) is None


def test_one_that_has_nothing_left_to_be_written_begins_anew():
    target = Target(PATH, 0.0)
    written(target, ROUNDS - 1, typed_between=True)
    target.settled()
    last = written(target, 1)
    held = target.holding(last + 60, WRITE)
    assert held is None
