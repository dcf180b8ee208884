"""One property is changed, or a list gets entries: every other byte of the note stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.edits import apply_edits
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.properties import NotEditable, change_entries, scalar, set_entry, set_property


def with_property(text: str, key: str, value: str | int) -> str:
    note = parse_note("N.md", text)
    return apply_edits(text, set_property(note, key, value))


def with_entries(text: str, key: str, *added: str, removed: tuple[int, ...] = ()) -> str:
    note = parse_note("N.md", text)
    return apply_edits(text, change_entries(note, key, added, removed))


# ------------------------------------------------------------------------------- single values


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\npriorite: basse\n---\n", "---\npriorite: haute\n---\n"),
        (
            "---\npriorite:   basse   # revu le 3\nb: 1\n---\n",
            "---\npriorite:   haute   # revu le 3\nb: 1\n---\n",
        ),
        ("---\npriorite:\nb: 1\n---\n", "---\npriorite: haute\nb: 1\n---\n"),
        ("---\npriorite: # à voir\n---\n", "---\npriorite: haute # à voir\n---\n"),
        ("---\npriorite: 'basse'\n---\n", "---\npriorite: haute\n---\n"),
        ('---\n"priorite" : "basse"\n---\n', '---\n"priorite" : haute\n---\n'),
        ("---\npriorite: >-\n  assez\n  basse\nb: 1\n---\n", "---\npriorite: haute\nb: 1\n---\n"),
        ("---\npriorite: |\n  basse\n\n# suite\nb: 1\n---\n", "---\npriorite: haute\n\n# suite\nb: 1\n---\n"),
        ("---\npriorite: assez\n  basse\nb: 1\n---\n", "---\npriorite: haute\nb: 1\n---\n"),
        ("---\r\npriorite: basse\r\nb: 1\r\n---\r\n", "---\r\npriorite: haute\r\nb: 1\r\n---\r\n"),
        ("\ufeff---\npriorite: basse\n---\n", "\ufeff---\npriorite: haute\n---\n"),
    ],
)
def test_a_value_changes_and_nothing_else(before: str, after: str) -> None:
    assert with_property(before, "priorite", "haute") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\na: 1\n---\nx", "---\na: 1\npriorite: haute\n---\nx"),
        ("---\r\na: 1\r\n---\r\nx", "---\r\na: 1\r\npriorite: haute\r\n---\r\nx"),
        ("---\n---\nx", "---\npriorite: haute\n---\nx"),
        ("---\n  a: 1\n  b: 2\n---\n", "---\n  a: 1\n  b: 2\n  priorite: haute\n---\n"),
        ("---\n# rien encore\n---\n", "---\n# rien encore\npriorite: haute\n---\n"),
        ("# Accès\n", "---\npriorite: haute\n---\n# Accès\n"),
        ("\ufeff# Accès\r\n", "\ufeff---\r\npriorite: haute\r\n---\r\n# Accès\r\n"),
        ("", "---\npriorite: haute\n---\n"),
    ],
)
def test_a_new_property_goes_to_the_end_of_the_block(before: str, after: str) -> None:
    assert with_property(before, "priorite", "haute") == after


@pytest.mark.parametrize(
    "text",
    [
        "---\npriorite: [haute]\n---\n",
        "---\npriorite:\n  niveau: haute\n---\n",
        "---\nb: &p basse\npriorite: *p\n---\n",
        "---\npriorite: &p basse\nb: *p\n---\n",
        "---\na: 1\na: 2\n---\n",
        "---\na: x: y\n---\n",
        "---\n{a: 1}\n---\n",
        "---\n- a\n---\n",
    ],
)
def test_what_cannot_be_changed_in_place_is_refused(text: str) -> None:
    with pytest.raises(NotEditable):
        with_property(text, "priorite", "haute")


AWKWARD = [
    "oui",
    "no",
    "null",
    "~",
    "",
    "1e3",
    "0o17",
    "0x1F",
    ".5",
    "1_000",
    "017",
    "2025-10-01",
    "10:30",
    " a ",
    "a: b",
    "a #b",
    "#tag",
    "@x",
    "`x`",
    "%x",
    "*x",
    "&x",
    "- a",
    "[a]",
    "[[Accès]]",
    "[[Accès|x]]",
    "{{x}}",
    "'",
    '"',
    "a'b",
    "C:\\x",
    "true",
    "True",
    "é🔐",
    "« à définir »",
    "a\tb",
    "?",
    "! x",
    "|",
    ">",
    "---",
    "x---",
    "\u00a0x",
    "<<",
]


@pytest.mark.parametrize("value", AWKWARD)
def test_a_value_reads_back_as_it_was_meant(value: str) -> None:
    text = with_property("---\nk: 1\n---\n", "k", value)
    assert parse_note("N.md", text).properties == {"k": value}


def test_a_link_is_double_quoted_as_obsidian_does() -> None:
    assert scalar("[[Accès]]") == '"[[Accès]]"'


# --------------------------------------------------------------------------------------- lists


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("backlinks:\n  - a\nb: 1\n", 'backlinks:\n  - a\n  - "[[x]]"\nb: 1\n'),
        ("backlinks:\n- a # note\nb: 1\n", 'backlinks:\n- a # note\n- "[[x]]"\nb: 1\n'),
        ("backlinks:\n    - -5\n", 'backlinks:\n    - -5\n    - "[[x]]"\n'),
        ("backlinks:\n  - a\n  -\nb: 1\n", 'backlinks:\n  - a\n  -\n  - "[[x]]"\nb: 1\n'),
        ("backlinks:\n  - >-\n    a\n    b\nc: 1\n", 'backlinks:\n  - >-\n    a\n    b\n  - "[[x]]"\nc: 1\n'),
        ("backlinks: [a, b]\n", 'backlinks: [a, b, "[[x]]"]\n'),
        ("backlinks: [a, b,]\n", 'backlinks: [a, b, "[[x]]",]\n'),
        ("backlinks: [\n  a,\n  b\n]\n", 'backlinks: [\n  a,\n  b, "[[x]]"\n]\n'),
        ("backlinks: [] # rien\n", 'backlinks: ["[[x]]"] # rien\n'),
        ("backlinks:\nb: 1\n", 'backlinks:\n  - "[[x]]"\nb: 1\n'),
        ("backlinks: # rien\nb: 1\n", 'backlinks: # rien\n  - "[[x]]"\nb: 1\n'),
        ("backlinks: ~ # rien\nb: 1\n", 'backlinks: # rien\n  - "[[x]]"\nb: 1\n'),
        ('backlinks: "[[a]]" # un\nb: 1\n', 'backlinks:\n  - "[[a]]" # un\n  - "[[x]]"\nb: 1\n'),
    ],
)
def test_an_entry_is_added_at_the_end_in_the_form_that_stands_there(before: str, after: str) -> None:
    assert with_entries(f"---\n{before}---\n", "backlinks", "[[x]]") == f"---\n{after}---\n"
    crlf = f"---\n{before}---\n".replace("\n", "\r\n")
    assert with_entries(crlf, "backlinks", "[[x]]") == f"---\n{after}---\n".replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("before", "removed", "after"),
    [
        ("backlinks:\n  - a\n  # à part\n  - b\n  - c\n", (1,), "backlinks:\n  - a\n  # à part\n  - c\n"),
        ("backlinks:\n  - a\n", (0,), "backlinks:\n"),
        ("backlinks:\n  - >-\n    a\n    b\n  - c\n", (0,), "backlinks:\n  - c\n"),
        ("backlinks: [a, b, c]\n", (0,), "backlinks: [b, c]\n"),
        ("backlinks: [a, b, c]\n", (1,), "backlinks: [a, c]\n"),
        ("backlinks: [a, b, c]\n", (1, 2), "backlinks: [a]\n"),
        ("backlinks: [a, b, c, d]\n", (0, 3), "backlinks: [b, c]\n"),
        ("backlinks: [a]\n", (0,), "backlinks: []\n"),
    ],
)
def test_entries_are_taken_out_by_position(before: str, removed: tuple[int, ...], after: str) -> None:
    assert with_entries(f"---\n{before}---\n", "backlinks", removed=removed) == f"---\n{after}---\n"


def test_the_last_entry_gives_way_to_a_new_one() -> None:
    assert with_entries("---\nb: [a]\n---\n", "b", "x", removed=(0,)) == "---\nb: [x]\n---\n"
    assert with_entries("---\nb:\n  - a\n---\n", "b", "x", removed=(0,)) == "---\nb:\n  - x\n---\n"


@pytest.mark.parametrize("value", ["*l", "&l [a]", "{a: 1}", "|\n  a"])
def test_a_list_of_another_form_is_refused(value: str) -> None:
    with pytest.raises(NotEditable):
        with_entries(
            f"---\nl: &l [b]\nbacklinks: {value}\n---\n".replace("l: &l [b]", "l: &l [b]"), "backlinks", "x"
        )


def test_a_plain_name_becomes_a_link_in_its_place() -> None:
    text = "---\nbacklinks:\n  - Accès # un\n  - 'b'\n---\n"
    note = parse_note("N.md", text)
    assert apply_edits(text, set_entry(note, "backlinks", 0, "[[Accès]]")) == text.replace(
        "Accès", '"[[Accès]]"'
    )


# ---------------------------------------------------------------------------------------- laws

VALUES = st.one_of(
    st.sampled_from(
        [
            "",
            " 1",
            " true",
            " haute # c",
            " 'x'",
            ' "y: z"',
            " >-\n  a\n  b",
            " |+\n  a\n\n",
            "\t7",
            " [a, 'b, c']",
            " [\n  a,\n  b # c\n  ]",
            "\n  - a\n  - 'b' # c",
            "\n- a\n# c\n- b\n",
            "\n  k: v\n  l: [1]",
            " é🔐",
            " {a: 1}",
        ]
    ),
)
KEYS = st.lists(
    st.sampled_from(["a", "Priorité", "'c d'", '"e"', "🔐", "list", "k-1"]), unique=True, max_size=5
)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[str, str]:
    """A note with frontmatter in the forms that people and tools write, and one of its keys."""
    keys = draw(KEYS)
    lines = []
    for key in keys:
        lines += draw(st.sampled_from([[], ["# remarque"], [""]]))
        lines.append(f"{key}:{draw(VALUES)}")
    text = "\n".join(["---", *lines, "---", "texte", ""])
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    return draw(st.sampled_from(["", "\ufeff"])) + text, draw(st.sampled_from([*keys, "neuf"])).strip("'\"")


def untouched_lines(before: str, after: str) -> bool:
    """Whether one stretch of lines was replaced by another, at most."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return len(old) - head - tail <= 3


@settings(max_examples=300, deadline=None)
@given(blocks(), st.one_of(st.sampled_from(AWKWARD), st.text(max_size=12), st.integers()))
def test_law_a_set_value_reads_back_and_all_others_stay(block: tuple[str, str], value: str | int) -> None:
    text, key = block
    note = parse_note("N.md", text)
    before = dict(note.properties)
    try:
        after_text = apply_edits(text, set_property(note, key, value))
    except NotEditable:
        return
    assert parse_note("N.md", after_text).properties == before | {key: value}
    assert untouched_lines(text, after_text)


@settings(max_examples=300, deadline=None)
@given(blocks(), st.lists(st.sampled_from(["[[x]]", "a, b", "c]", "é", "# d"]), max_size=2), st.data())
def test_law_added_entries_read_back_and_all_others_stay(
    block: tuple[str, str], added: list[str], data: st.DataObject
) -> None:
    text, key = block
    note = parse_note("N.md", text)
    before = dict(note.properties)
    standing = before.get(key)
    entries = standing if isinstance(standing, list) else [] if standing is None else [standing]
    removed = (
        data.draw(st.sets(st.integers(0, len(entries) - 1)))
        if isinstance(standing, list) and entries
        else set()
    )
    try:
        after_text = apply_edits(text, change_entries(note, key, added, tuple(removed)))
    except NotEditable:
        return
    kept = [entry for at, entry in enumerate(entries) if at not in removed]
    after = dict(parse_note("N.md", after_text).properties)
    if added or removed:
        assert (after.pop(key) or []) == kept + added
        before.pop(key)
    assert after == before
