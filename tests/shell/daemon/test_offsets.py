"""Edits for a writer: few, small, in UTF-16 units, and always the whole truth."""

import hashlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.shell.daemon.offsets import edits_for_writer
from vaultkit.shell.ports import TextEdit


def held(text):
    """The text of a file as the app's editor holds it."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def applied(text, edits):
    """Apply edits as an editor does that counts UTF-16 units, from the last to the first."""
    units = text.encode("utf-16-le")
    for edit in reversed(edits):
        units = units[: 2 * edit.start] + edit.text.encode("utf-16-le") + units[2 * edit.end :]
    return units.decode("utf-16-le")


def edits_of(before, after):
    return edits_for_writer(before, after)[1]


LINE = st.text(st.sampled_from("ab |é🔐👩\u200d\u0301\r\u2028\x0b\x85"), max_size=6)
TEXT = st.builds(
    lambda bom, lines, newline, end: bom + newline.join(lines) + end * newline,
    st.sampled_from(["", "\ufeff"]),
    st.lists(LINE, max_size=12),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(0, 2),
)


@given(before=TEXT, after=TEXT)
def test_the_edits_make_the_text_after_of_the_text_before(before, after):
    _, edits = edits_for_writer(before, after)
    assert applied(held(before), edits) == held(after)


@given(before=TEXT, after=TEXT)
def test_edits_rise_never_touch_and_each_changes_something(before, after):
    edits = edits_of(before, after)
    units = held(before).encode("utf-16-le")
    for one, next_one in pairwise(edits):
        assert one.end < next_one.start
    for edit in edits:
        assert 0 <= edit.start <= edit.end <= len(units) // 2
        assert units[2 * edit.start : 2 * edit.end] != edit.text.encode("utf-16-le")


@given(before=TEXT, after=TEXT)
def test_no_edit_splits_a_surrogate_pair(before, after):
    units = held(before).encode("utf-16-le")
    for edit in edits_of(before, after):
        for at in (edit.start, edit.end):
            assert not 0xDC00 <= int.from_bytes(units[2 * at : 2 * at + 2], "little") <= 0xDFFF
        edit.text.encode()


@given(lines=st.lists(LINE.map(lambda line: line.replace("\r", "")), max_size=12))
def test_a_change_of_line_ends_or_of_the_bom_alone_is_no_edit(lines):
    text = "\n".join(lines)
    for other in (text.replace("\n", "\r\n"), "\ufeff" + text):
        assert edits_of(text, other) == edits_of(other, text) == ()


@given(before=TEXT)
def test_the_digest_is_that_of_the_text_that_the_app_holds(before):
    digest, _ = edits_for_writer(before, "x")
    assert digest == hashlib.sha256(held(before).encode()).hexdigest()


@pytest.mark.parametrize(
    ("before", "after", "edits"),
    [
        pytest.param("a\nb\nc\n", "a\nx\nc\n", [(2, 3, "x")], id="one line"),
        pytest.param("a\nb\nc\nd\ne", "x\nb\nc\nd\ny", [(0, 1, "x"), (8, 9, "y")], id="first and last"),
        pytest.param("🔐 one\n🔐 two\n", "🔐 one\n🔐 2\n", [(10, 13, "2")], id="after emoji"),
        pytest.param("👩🏽", "👩🏿", [(2, 4, "🏿")], id="of an emoji only whole code points"),
        pytest.param("a\n", "a\nb\n", [(2, 2, "b\n")], id="a line more"),
        pytest.param("a", "a\nb", [(1, 1, "\nb")], id="a line more without a line feed at the end"),
        pytest.param("a\nb", "a", [(1, 3, "")], id="a line less at the end"),
        pytest.param("a\nb\n", "b\n", [(0, 2, "")], id="a line less at the beginning"),
        pytest.param("a", "a\n", [(1, 1, "\n")], id="the line feed at the end"),
        pytest.param("a\rb\n", "a\rc\n", [(2, 3, "c")], id="a lone CR counts and stays"),
        pytest.param("\ufeffa\r\nb\r\n", "\ufeffa\r\nc\r\n", [(2, 3, "c")], id="BOM and CRLF do not count"),
        pytest.param("", "a", [(0, 0, "a")], id="from nothing"),
        pytest.param("a\nb", "", [(0, 3, "")], id="to nothing"),
    ],
)
def test_edits_are_as_small_as_a_reader_would_make_them(before, after, edits):
    assert edits_of(before, after) == tuple(TextEdit(*edit) for edit in edits)


def test_rows_that_change_in_a_long_table_leave_all_others_alone():
    rows = [f"| [[Constat {i}]] | 🔴 | à faire | {i} |" for i in range(3000)]
    changed = list(rows)
    changed[10] = changed[10].replace("à faire", "fait")
    changed[2000] = changed[2000].replace("🔴", "🟢")
    del changed[1500]
    changed.insert(700, "| [[Nouveau]] | 🔴 | à faire | 0 |")
    edits = edits_of("\n".join(rows), "\n".join(changed))
    assert [(edit.end - edit.start, edit.text) for edit in edits] == [
        (len("à faire"), "fait"),
        (0, "| [[Nouveau]] | 🔴 | à faire | 0 |\n"),
        (len(rows[1500]) + 2, ""),
        (2, "🟢"),
    ]


def test_a_moved_section_is_not_the_whole_note():
    head, one, two, tail = "# Titre\n\nEn bref\n", "## Un\n\n- a\n- b\n", "## Deux\n\n- c\n", "\n## Fin\n"
    before, after = head + one + two + tail, head + two + one + tail
    edits = edits_of(before, after)
    assert applied(before, edits) == after
    assert sum(edit.end - edit.start + len(edit.text) for edit in edits) <= 2 * len(one)


def test_a_kept_cell_between_two_that_change_stays_and_so_does_the_cursor_in_it():
    kept = "Risque zq19 <!-- vk:keep -->"
    before = f"| A | Constat aaa2 | {kept} | to be defined |\n"
    edits = edits_of(before, f"| A | Constat zq9 | {kept} | 🟢 Low |\n")
    at = before.index(kept)
    assert edits
    assert all(edit.end < at or edit.start > at + len(kept) for edit in edits)


def test_a_row_that_comes_beside_one_that_changes_leaves_the_kept_cell_of_that_alone():
    kept = "Risque zq19 <!-- vk:keep -->"
    before = f"| A | Constat un | {kept} | 🟢 Basse |\n"
    edits = edits_of(
        before, f"| Neuf | Constat zq7 | | 🚨 Haute |\n| A | Constat deux | {kept} | ⚠️ Moyenne |\n"
    )
    at = before.index(kept)
    assert all(edit.end <= at or edit.start >= at + len(kept) for edit in edits)
