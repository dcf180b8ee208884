"""Results as Markdown, each peculiarity of Dataview's export by itself; all was tried on Dataview 0.5.68's own code."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.dql.context import Budget, QueryError, QuerySettings, QueryTooLarge
from vaultkit.dql.durations import Duration
from vaultkit.dql.export_markdown import to_markdown
from vaultkit.dql.results import CalendarResult, Group, IdMeaning, ListResult, Result, TableResult, TaskResult
from vaultkit.dql.values import Link, ListPair, Value

OTHER = QuerySettings.of({"renderNullAs": "–", "allowHtml": False})


def table(*rows: list[Value], headers: tuple[str, ...] = ("a", "b")) -> TableResult:
    return TableResult(headers, rows, IdMeaning())


def of_list(*rows: Value) -> ListResult:
    return ListResult(rows, IdMeaning())


def task(line: int, text: str, *children: dict[str, Value], **fields: Value) -> dict[str, Value]:
    below: list[Value] = [{**child, "parent": line} for child in children]
    return {
        "path": "N.md",
        "line": line,
        "text": text,
        "children": below,
        "task": True,
        "status": " ",
    } | fields


def tasks(*rows: Value | Group) -> TaskResult:
    return TaskResult(rows)


def markdown(result: Result, settings: QuerySettings | None = None) -> str:
    return to_markdown(result, settings or QuerySettings.of({}))


def lines(text: str) -> str:
    return dedent(text).removeprefix("\n")


def test_cells_are_padded_in_utf_16_units():
    assert markdown(table(["😀", 1], ["é", True])) == lines(
        """
        | a  | b    |
        | -- | ---- |
        | 😀 | 1    |
        | é  | true |
        """
    )


def test_a_bar_is_escaped_once_and_once_more_for_each_list_or_object_around_it():
    [_, _, row] = markdown(table(["|", [["|"]]])).splitlines()
    assert row == r"| \| | <ul><li><ul><li>\\\|</li></ul></li></ul> |"
    assert markdown(table(headers=("|",))).startswith("| \\| |\n| -- |\n")


def test_lists_and_objects_in_cells_are_html_unless_the_settings_forbid_it():
    result = table([[1, [2]], {"k": None}])
    assert (
        r"| <ul><li>1</li><li><ul><li>2</li></ul></li></ul> | <ul><li><b>k</b>: \-</li></ul> |"
        in markdown(result)
    )
    assert "| 1, [2] | { k: – } |" in markdown(result, OTHER)


def test_a_line_break_in_a_cell_stays():
    assert markdown(table(["x\ny"], headers=("a",))) == "| a   |\n| --- |\n| x\ny |\n"


def test_without_rows_a_table_has_its_heading_and_others_have_nothing():
    assert markdown(table()) == "| a | b |\n| - | - |\n"
    assert markdown(table(headers=())) == "|  |\n|  |\n"
    assert markdown(of_list()) == markdown(tasks()) == ""


def test_lists_and_keys_of_groups_go_by_the_default_settings():
    assert markdown(of_list(None, ListPair(Link("A.md"), None)), OTHER) == "- \\-\n- [[A.md|A]]: \\-\n"
    assert markdown(tasks(Group(None, (task(0, "a"),))), OTHER) == "# \\-\n\n    - [ ] a\n"


def test_a_list_as_a_value_follows_its_bullet_at_the_same_indent_and_a_blank_line_follows():
    assert markdown(of_list([1, 2], 3)) == "- - 1\n- 2\n\n- 3\n"
    assert markdown(of_list(ListPair("k", [1, [2]]))) == "- k: \n    - 1\n    - \n    - 2\n\n\n"
    assert markdown(of_list({"a": 1})) == "- - a: 1\n\n"


def test_a_task_whose_parent_is_a_result_is_shown_below_it_alone():
    child = task(1, "child")
    parent = task(0, "parent", child, status="x")
    assert markdown(tasks({**child, "parent": 0}, parent)) == "- [x] parent\n    - [ ] child\n"


def test_all_children_of_a_task_are_shown_and_those_without_a_box_have_none():
    item = task(1, "item", task(2, "below\nand more"), task=False)
    assert markdown(tasks(task(0, "parent", item))) == lines(
        """
        - [ ] parent
            - item
                - [ ] below and more
        """
    )


def test_groups_have_headings_and_indent_their_tasks_by_their_depth():
    inner = Group("in", (task(0, "a", task(1, "b")),))
    assert markdown(tasks(Group("out", (inner,)))) == lines(
        """
        # out

        ## in

                - [ ] a
                    - [ ] b
        """
    )


def test_a_field_called_visual_stands_in_place_of_the_text():
    assert markdown(tasks(task(0, "a", visual="b\nc"), task(1, "d", visual=None))) == "- [ ] b c\n- [ ] d\n"
    assert markdown(tasks(task(0, "a", visual=3))) == "- [ ] 3\n"


def test_of_a_task_that_flatten_made_several_of_the_last_is_shown_each_time():
    assert markdown(tasks(task(0, "a"), task(0, "a", visual="b"))) == "- [ ] b\n- [ ] b\n"


def test_what_flatten_changed_shows_in_children_but_not_in_children_of_these():
    grandchild = task(2, "c")
    child = task(1, "b", grandchild)
    rows = (
        task(0, "a", child, visual="A"),
        {**child, "parent": 0, "visual": "B"},
        {**grandchild, "parent": 1, "visual": "C"},
    )
    assert markdown(tasks(*rows)) == "- [ ] A\n    - [ ] B\n        - [ ] c\n"


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (CalendarResult(()), "Cannot render calendar queries to markdown."),
        (of_list(Duration((float("nan"),) * 8)), "Invalid unit value NaN"),
        (tasks({"key": 1, "rows": []}), "only tasks can be shown as tasks"),
    ],
)
def test_what_cannot_be_shown_is_an_error(result, words):
    with pytest.raises(QueryError, match=words):
        markdown(result)


def test_no_result_fills_the_memory():
    """A value that holds itself twice, forty times over, or one wide cell above many rows, would."""
    doubled: Value = "x"
    for _ in range(40):
        doubled = [doubled, doubled]
    deep: Value = "x"
    for _ in range(2000):
        deep = [deep]
    wide = table(["x" * 100_000, 1], *([["", ""]] * 1000))
    for result in (table([doubled, 1]), of_list(doubled), tasks(Group(doubled, ())), of_list(deep), wide):
        with pytest.raises(QueryTooLarge):
            to_markdown(result, QuerySettings.of({}), Budget(1_000_000))


@given(st.lists(st.lists(st.text("a|é😀\\", max_size=9), min_size=2, max_size=2)))
def test_every_line_of_a_table_is_equally_wide_and_has_as_many_columns(rows):
    made = markdown(table(*rows)).splitlines()
    assert len({len(line.encode("utf-16-le")) for line in made}) == 1
    assert len(made) == len(rows) + 2
    assert all(line.count(" | ") == 1 for line in made)
