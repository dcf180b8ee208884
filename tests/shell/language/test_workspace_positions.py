"""Places of the protocol (lines, UTF-16 units) and offsets in a text: one is the other, in every text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import (
    Position,
    Range,
    TextDocumentContentChangePartial,
    TextDocumentContentChangeWholeDocument,
)

from tests.shell.language.editing import position
from vaultkit.shell.daemon.offsets import editor_text
from vaultkit.shell.language.serving.documents import Document
from vaultkit.shell.language.workspace import offset_of, position_of, range_of, text_edits
from vaultkit.text import LineIndex, Span

#: What makes places hard: two units, none seen, a tab, line ends of all sorts, and what only looks like one.
SIGNS = "aé😀𝄞\t\ufeff\u200d\u2028\x0b\x0c\x85"
LINE_ENDS = ("\n", "\r\n", "\r")
TEXTS = st.lists(st.sampled_from([*SIGNS, *LINE_ENDS]), max_size=30).map("".join)


@given(TEXTS)
def test_every_offset_has_a_place_that_leads_back_to_it(text: str) -> None:
    lines = LineIndex(text)
    for offset in range(len(text) + 1):
        within_newline = text[offset - 1 : offset + 1] == "\r\n" and offset > 0
        assert offset_of(lines, position_of(lines, offset)) == offset - within_newline


@given(TEXTS)
def test_places_count_line_feeds_and_utf_16_units(text: str) -> None:
    lines = LineIndex(text)
    for offset in range(len(text) + 1):
        if text[max(0, offset - 1) : offset + 1] != "\r\n":
            assert position_of(lines, offset) == position(text, offset)


@given(TEXTS, st.integers(0, 40), st.integers(0, 40))
def test_a_place_out_of_the_text_is_the_nearest_one_in_it(text: str, line: int, character: int) -> None:
    lines = LineIndex(text)
    found = offset_of(lines, Position(line, character))
    assert 0 <= found <= len(text)
    if line > text.count("\n"):
        assert found == len(text)
    else:
        assert text.count("\n", 0, found) == line
        assert position_of(lines, found).character <= character


def test_the_middle_of_a_character_is_its_beginning() -> None:
    assert offset_of(LineIndex("a😀b"), Position(0, 2)) == 1


def test_a_place_behind_the_end_of_a_line_is_before_its_newline() -> None:
    assert offset_of(LineIndex("un\r\ndeux"), Position(0, 99)) == 2


def test_a_byte_order_mark_counts_where_the_editor_has_it() -> None:
    assert range_of(LineIndex("\ufeff# T"), Span(1, 4)) == Range(Position(0, 1), Position(0, 4))


@given(TEXTS, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), TEXTS), max_size=5))
def test_changes_of_an_open_text_are_made_one_after_the_other(
    text: str, edits: list[tuple[int, int, str]]
) -> None:
    document = Document("file:///n.md", 1, text)
    model = text
    for number, (one, other, new) in enumerate(edits, 2):
        start, end = sorted((min(one, len(model)), min(other, len(model))))
        if "\r\n" in (model[max(0, at - 1) : at + 1] for at in (start, end)):
            continue  # no editor has a cursor there
        change = TextDocumentContentChangePartial(Range(position(model, start), position(model, end)), new)
        document.change(number, [change])
        model = model[:start] + new + model[end:]
    assert document.text == model


def test_a_change_without_a_range_is_the_whole_text() -> None:
    document = Document("file:///n.md", 1, "avant")
    document.change(2, [TextDocumentContentChangeWholeDocument("après")])
    assert (document.version, document.text) == (2, "après")


def test_half_a_character_is_replaced_and_moves_nothing() -> None:
    document = Document("file:///n.md", 1, "a\ud83db")
    assert document.text == "a\ufffdb"


#: Files as programs write them: one BOM at most, and no lone CR, which before an LF would be half of a line end.
FILES = st.builds(
    lambda bom, text, newline: bom + text.replace("\ufeff", "").replace("\r", "").replace("\n", newline),
    st.sampled_from(["", "\ufeff"]),
    TEXTS,
    st.sampled_from(["\n", "\r\n"]),
)


@given(FILES, FILES, st.booleans())
def test_edits_make_the_editors_text_what_was_meant(before: str, after: str, is_open: bool) -> None:
    """Where an editor opens a file for us, it has no BOM in its text; what it has open is as it said."""
    shown = before if is_open else before.removeprefix("\ufeff")
    document = Document("file:///n.md", 1, shown)
    changes = [
        TextDocumentContentChangePartial(edit.range, edit.new_text)
        for edit in reversed(text_edits(before, after, is_open))
    ]
    document.change(2, changes)
    assert editor_text(document.text) == editor_text(after)


def test_edits_are_as_small_as_what_differs() -> None:
    edits = text_edits("\ufeffun 😀\r\ndeux\r\n", "\ufeffun 😀 et\r\ndeux\r\ntrois\r\n", is_open=True)
    assert [(edit.range.start, edit.range.end, edit.new_text) for edit in edits] == [
        (Position(0, 6), Position(0, 6), " et"),
        (Position(2, 0), Position(2, 0), "trois\r\n"),
    ]
