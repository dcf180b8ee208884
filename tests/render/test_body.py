"""The body of a region as units: how it is read, what counts as the same, and how it is printed."""

from __future__ import annotations

import pytest

from tests.render.conftest import KEEP
from vaultkit.render.body import (
    Items,
    Lines,
    Table,
    Text,
    Unit,
    digest,
    normalise,
    parse_body,
    split_entries,
    split_row,
    unit,
)
from vaultkit.render.print_body import print_body


def texts(units: tuple[Unit, ...]) -> list[str]:
    return [one.text for one in units]


# Units and their digests.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a  b\tc", "a b c"),
        ("a\nb", "a b"),
        ("é", "e\u0301"),
        ("a & b", "a &amp; b"),
        ("[x] * y_z", "\\[x\\] \\* y\\_z"),
        ("*a* **b**", "_a_ __b__"),
        ("a\\\nb", "a b"),
        ("a\u00a0: b", "a : b"),
    ],
)
def test_what_formatters_change_does_not_count(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)
    assert digest("cell", one) == digest("cell", other)


@pytest.mark.parametrize(
    ("one", "other"), [("a", "A"), ("a", "a."), ("a", "à"), ("a", ""), ("a b", "ab"), ("⚠️", "⚠")]
)
def test_what_a_person_changes_counts(one: str, other: str) -> None:
    assert digest("cell", one) != digest("cell", other)


def test_a_digest_belongs_to_its_place() -> None:
    assert digest("cell mails | risques", "haute") != digest("cell acces | risques", "haute")
    assert len(digest("x", "y")) == 6
    assert len(digest("x", "y", 8)) == 8


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (f"a {KEEP}", "a"),
        ("a<!--vk:keep-->", "a"),
        ("<!-- VK:KEEP --> a", "a"),
        (f"a {KEEP} b", "a b"),
        (f"a {KEEP} {KEEP}", "a"),
        (f"> ```\n> x\n> ```\n> {KEEP}", "> ```\n> x\n> ```"),
        (KEEP, ""),
    ],
)
def test_a_mark_is_no_part_of_the_text(raw: str, text: str) -> None:
    assert unit(raw) == Unit(text, marked=True)


def test_other_comments_are_text() -> None:
    assert unit("a <!-- vk:keeper --> <!-- b -->") == Unit("a <!-- vk:keeper --> <!-- b -->")


def test_the_mark_is_printed_behind_the_text_and_before_a_block_id() -> None:
    assert Unit("a", True).printed == f"a {KEEP}"
    assert Unit("", True).printed == KEEP
    assert Unit("a ^id-1", True).printed == f"a {KEEP} ^id-1"


# Tables.


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("| a | b |", ["a", "b"]),
        ("a | b", ["a", "b"]),
        ("|a|b|", ["a", "b"]),
        ("| a |  |", ["a", ""]),
        ("|  | b |", ["", "b"]),
        ("| a \\| b | [[c\\|d]] |", ["a \\| b", "[[c\\|d]]"]),
        ("> > | a | b |", ["a", "b"]),
        ("| a | b", ["a", "b"]),
        ("||", [""]),
    ],
)
def test_the_cells_of_a_row(line: str, cells: list[str]) -> None:
    assert texts(split_row(line)) == cells


def test_a_table_ends_at_a_blank_line_a_list_or_a_heading() -> None:
    for after in ("\n| x | y |", "- x | y", "# x | y", "x y"):
        [table, *rest] = parse_body(f"| a | b |\n|---|---|\n| c | d |\n{after}").blocks
        assert isinstance(table, Table)
        assert [texts(row.cells) for row in table.rows] == [["c", "d"]]
        assert rest


@pytest.mark.parametrize("text", ["a | b\nc | d", "a | b\n---", "| a |\n\n|---|", "a\n---|---"])
def test_what_is_no_table_is_text(text: str) -> None:
    assert not any(isinstance(block, Table) for block in parse_body(text).blocks)


def test_a_link_with_a_bare_pipe_does_not_part_a_row_that_has_too_many_cells() -> None:
    [table] = parse_body("| a | b |\n|---|---|\n| [[x|y]] | `c|d` |\n| p | q | r |").blocks
    assert isinstance(table, Table)
    assert [texts(row.cells) for row in table.rows] == [["[[x\\|y]]", "`c\\|d`"], ["p", "q", "r"]]


# Lists.


def test_each_item_is_a_unit_nested_and_continued_ones_too() -> None:
    [items] = parse_body("- a\n  b\n\n  c\n  - d\n\n    ```\n    - e\n    ```\n- [x] f\ng").blocks
    assert isinstance(items, Items)
    assert [item.unit.text.split()[0] for item in items.items] == ["a", "d", "-", "[x]"] or len(
        items.items
    ) >= 3
    assert items.items[0].unit.text == "a\n  b\n\n  c"


def test_a_loose_list_is_one_list_and_a_paragraph_ends_it() -> None:
    items, text = parse_body("- a\n\n- b\n\nFin.").blocks
    assert isinstance(items, Items)
    assert isinstance(text, Text)
    assert [item.above for item in items.items] == [(), ("",)]


def test_a_list_in_a_quote_has_its_blank_lines_in_the_quote() -> None:
    callout, items = parse_body("> [!danger]\n>\n> - a\n>\n> - b").blocks
    assert isinstance(callout, Text)
    assert isinstance(items, Items)
    assert [item.unit.text for item in items.items] == ["a", "b"]
    assert items.items[1].above == (">",)


# The lines of a roadmap.


@pytest.mark.parametrize(
    ("line", "lead", "label"),
    [
        ("1. **Court terme** → a, b.", "1. **Court terme** → ", "Court terme"),
        ("- __Court terme__ : a, b.", "- __Court terme__ : ", "Court terme"),
        ("* **Court terme :** a, b.", "* **Court terme :** ", "Court terme"),
        ("1) Court terme -> a, b.", "1) Court terme -> ", "Court terme"),
        ("- *Court terme* -\\> a, b.", "- *Court terme* -\\> ", "Court terme"),
        ("- [ ] 🎯 **Court terme** ⟶ a, b.", "- [ ] 🎯 **Court terme** ⟶ ", "Court terme"),
        (f"- **Court terme** {KEEP} → a, b.", f"- **Court terme** {KEEP} → ", "Court terme"),
    ],
)
def test_a_roadmap_line_has_a_label_and_items(line: str, lead: str, label: str) -> None:
    [block] = parse_body(line, roadmap=True).blocks
    assert isinstance(block, Lines)
    [one] = block.lines
    assert (one.lead, one.label, one.key, texts(one.entries), one.tail) == (
        lead,
        label,
        "court terme",
        ["a", "b"],
        ".",
    )
    assert one.held is (KEEP in line)


@pytest.mark.parametrize(
    ("text", "entries", "tail"),
    [
        ("a, b.  ", ["a", "b"], ".  "),
        ("a, b", ["a", "b"], ""),
        ("a,b, 1,5 c", ["a,b", "1,5 c"], ""),
        ("a (b, c), d", ["a (b, c)", "d"], ""),
        ("a (b, [c, d), e], f", ["a (b, [c, d), e], f"], ""),
        ("a (b, c", ["a (b", "c"], ""),
        ("a), b", ["a)", "b"], ""),
        ("`a, b`, ``c, ` d``, e`", ["`a, b`", "``c, ` d``", "e`"], ""),
        ("[[a, b]], [c, d](e), f", ["[[a, b]]", "[c, d](e)", "f"], ""),
        ("a, , b,", ["a", "b,"], ""),
        ("a, etc...", ["a", "etc..."], ""),
        ("a…", ["a…"], ""),
        ("", [], ""),
    ],
)
def test_items_part_at_comma_and_blank(text: str, entries: list[str], tail: str) -> None:
    found, end = split_entries(text)
    assert texts(found) == entries
    assert end == tail


@pytest.mark.parametrize("text", [f"a {KEEP}, b {KEEP}.", f"a<!--vk:keep-->, b. {KEEP}"])
def test_the_marks_of_a_roadmap_line_belong_to_its_items(text: str) -> None:
    found, tail = split_entries(text)
    assert found == (Unit("a", True), Unit("b", True))
    assert tail == "."


# Texts.


def test_a_fence_is_one_unit_whatever_stands_in_it() -> None:
    [fence] = parse_body("```md\n- a\n\n| b | c |\n|---|---|\n~~~\n```").blocks
    assert isinstance(fence, Text)


def test_a_mark_on_a_line_of_its_own_belongs_to_the_text_above() -> None:
    for between in ("\n", "\n\n"):
        [fence] = parse_body(f"```\na\n```{between}{KEEP}").blocks
        assert isinstance(fence, Text)
        assert fence.unit == Unit("```\na\n```", marked=True)


# Printing.

PARSED = [
    "| a | b |\n|:--|--:|\n|c|d|\n| e\\|f |",
    "| a    | b   |\n| ---- | --- |\n| long | c   |",
    "- a\n\n- b\n  - c\n    d",
    "1. **X** → a,  b .\n1. **Y** → c",
    "> [!danger]\n>\n> - a\n>\n>   b\n> - c",
    "### H\n- a\n\n\ntext\nmore\n---\n\n    code",
    f"a {KEEP}\n\n```\nx\n```\n{KEEP}",
]


@pytest.mark.parametrize("text", PARSED)
@pytest.mark.parametrize("prefix", ["", "> ", "> > "])
def test_what_was_only_read_is_printed_as_it_stood(text: str, prefix: str) -> None:
    quoted = "\n".join((prefix + line).rstrip() for line in text.split("\n"))
    assert print_body(parse_body(quoted, prefix, roadmap=True)) == text.split("\n")
