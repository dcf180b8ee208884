"""The markers of regions: how they are read, how they are paired, and what is wrong with them."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import Region, Stamp, find_regions, foreign_regions


def note_of(text: str) -> Note:
    return parse_note("S.md", dedent(text).lstrip("\n"))


def regions(text: str) -> tuple[Region, ...]:
    found = find_regions(note_of(text))
    assert found.faults == ()
    return found.regions


def only(text: str) -> Region:
    [region] = regions(text)
    return region


def faults(text: str) -> list[tuple[int, str]]:
    """Return line and English message of each fault."""
    note = note_of(text)
    return [(note.lines.line(f.span.start) + 1, f.message.en) for f in find_regions(note).faults]


# Reading.


@pytest.mark.parametrize(
    "begin",
    [
        "<!-- vaultkit:begin recap -->",
        "<!--vaultkit:begin recap-->",
        "<!--  vaultkit : begin   recap  -->  ",
        "<!-- VaultKit:Begin Recap -->",
        "  <!-- vaultkit:begin recap -->",
        "<!-- vaultkit:begin recap | tenu à jour par vaultkit, a=b -->",
    ],
)
def test_a_marker_is_read_with_tolerance(begin: str) -> None:
    region = only(f"a\n{begin}\nx\n<!-- vaultkit:end recap -->\nb\n")
    assert region.name == "recap"
    assert region.options == {}


def test_an_end_without_a_name_ends_what_is_open() -> None:
    assert only("<!-- vaultkit:begin recap -->\nx\n<!-- vaultkit:end -->\n").name == "recap"


def test_options_are_bare_or_quoted() -> None:
    region = only(
        '<!-- vaultkit:begin template src=a/b.md title="Un \\"mot\\" | \\\\ fin" mode=once | des mots -->\n'
        "<!-- vaultkit:end template -->\n"
    )
    assert region.options == {"src": "a/b.md", "title": 'Un "mot" | \\ fin', "mode": "once"}


def test_the_spans_of_a_region_cover_its_lines() -> None:
    note = note_of("a\n<!-- vaultkit:begin recap -->\nx\ny\n<!-- vaultkit:end recap -->\nb\n")
    [region] = find_regions(note).regions
    assert region.begin.of(note.text) == "<!-- vaultkit:begin recap -->\n"
    assert region.body.of(note.text) == "x\ny\n"
    assert region.end.of(note.text) == "<!-- vaultkit:end recap -->\n"


def test_a_region_in_a_quote_has_a_prefix() -> None:
    assert (
        only("> [!note]\n> > <!-- vaultkit:begin recap -->\n> > <!-- vaultkit:end recap -->\n").prefix
        == "> > "
    )


def test_crlf_and_a_missing_final_newline_are_read() -> None:
    region = only("a\r\n<!-- vaultkit:begin recap -->\r\nx\r\n<!-- vaultkit:end recap sum=01234567 -->")
    assert region.stamp == Stamp("01234567", ())


@pytest.mark.parametrize(
    "text",
    [
        "```\n<!-- vaultkit:begin recap -->\n```\n",
        "~~~~\n<!-- vaultkit:end recap -->\n~~~\n~~~~\n",
        "> ```\n> <!-- vaultkit:begin recap -->\n> ```\n",
        "- a\n  ```\n  <!-- vaultkit:begin recap -->\n  ```\n",
        "a\n\n    <!-- vaultkit:begin recap -->\n\nb\n",
        "dans `<!-- vaultkit:begin recap -->` le texte\n",
        "au milieu <!-- vaultkit:begin recap --> d’une ligne\n",
        "---\nx: '<!-- vaultkit:begin recap -->'\n---\n",
        "le mot vaultkit:begin recap\n",
    ],
)
def test_markers_in_code_or_in_the_middle_of_a_line_are_text(text: str) -> None:
    assert find_regions(parse_note("S.md", text)).faults == ()
    assert find_regions(parse_note("S.md", text)).regions == ()


def test_a_fence_inside_a_region_may_explain_markers() -> None:
    text = (
        "<!-- vaultkit:begin recap -->\n```\n<!-- vaultkit:end recap -->\n```\n<!-- vaultkit:end recap -->\n"
    )
    assert "```" in only(text).body.of(text)


def test_a_query_holds_its_source() -> None:
    region = only(
        "<!-- vaultkit:begin query id=a\nLIST\nWHERE a --\\> b\n-->\nx\n<!-- vaultkit:end query -->\n"
    )
    assert region.query == "LIST\nWHERE a --> b\n"
    assert region.key == "query:a"


# Stamps.


@pytest.mark.parametrize(
    "stamp",
    [
        Stamp("3f9a1c02", ("a1f03b", "33c29e")),
        Stamp("3f9a1c02", ()),
        Stamp("3f9a1c02", ("a1f03b", "33c29e", "90be17"), (1, 2), {1: "-", 2: "7d4102"}, "0c55aa", (0, 2)),
    ],
)
def test_a_stamp_is_read_as_it_was_written(stamp: Stamp) -> None:
    region = only(f"<!-- vaultkit:begin recap -->\n<!-- vaultkit:end recap {stamp.options()} -->\n")
    assert region.stamp == stamp


@pytest.mark.parametrize(
    "garbled",
    [
        "",
        "sum=",
        "sum=3f9a1c0",
        "sum=3F9A1C02",
        "units=a1f03b",
        "sum=3f9a1c02 units=a1f03b,",
        "sum=3f9a1c02 units=a1f03",
        "sum=3f9a1c02 units=a1f03b rows=2",
        "sum=3f9a1c02 units=a1f03b rows=2,-1",
        "sum=3f9a1c02 units=a1f03b rows=x",
        "sum=3f9a1c02 units=a1f03b kept=1:-",
        "sum=3f9a1c02 units=a1f03b kept=-1:-",
        "sum=3f9a1c02 units=a1f03b kept=0",
        "sum=3f9a1c02 units=a1f03b kept=0:zz",
        "sum=3f9a1c02 units=a1f03b gone=1",
        "sum=3f9a1c02 units=a1f03b gone=²",
        "sum=3f9a1c02 units=a1f03b head=x",
    ],
)
def test_a_stamp_that_cannot_be_read_counts_as_absent(garbled: str) -> None:
    assert only(f"<!-- vaultkit:begin recap -->\n<!-- vaultkit:end recap {garbled} -->\n").stamp is None


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet='abcdef0123456789=:,- suminrowkeptgh\u00b2"\\|', max_size=60))
def test_no_options_make_finding_regions_fail(options: str) -> None:
    find_regions(note_of(f"<!-- vaultkit:begin recap -->\n<!-- vaultkit:end recap {options} -->\n"))
    find_regions(note_of(f"<!-- vaultkit:begin recap {options} -->\n<!-- vaultkit:end recap -->\n"))


# Faults.


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n<!-- vaultkit:begin recap -->\n", 2, "the region 'recap' opened on line 2 is never closed"),
        ("a\n<!-- vaultkit:end recap -->\n", 2, "end of the region 'recap' without a beginning"),
        (
            "<!-- vaultkit:begin recap -->\n<!-- vaultkit:begin liens -->\n<!-- vaultkit:end liens -->\n",
            1,
            "the region 'recap' opened on line 1 is never closed",
        ),
        (
            "<!-- vaultkit:begin recap -->\n<!-- vaultkit:end liens -->\n",
            2,
            "end of 'liens' while 'recap' (line 1) is open",
        ),
        (
            "> <!-- vaultkit:begin recap -->\n> a\n\n<!-- vaultkit:end recap -->\n",
            4,
            "end of 'recap' while 'recap' (line 1) is open",
        ),
        (
            "<!-- vaultkit:begin recap -->\n<!-- vaultkit:end recap -->\n" * 2,
            3,
            "second region 'recap', the first is on line 1",
        ),
        (
            "<!-- vaultkit:begin query id=a\nLIST\n-->\n<!-- vaultkit:end query -->\n" * 2,
            5,
            "second region 'query:a', the first is on line 1",
        ),
        ("<!-- vaultkit:begin -->\n", 1, "this line looks like a marker but cannot be read"),
        ("<!-- vaultkit:begin 1recap -->\n", 1, "this line looks like a marker but cannot be read"),
        ("<!-- vaultkit:begin recap a b -->\n", 1, "this line looks like a marker but cannot be read"),
        ("<!-- vaultkit:begin recap\n", 1, "this line looks like a marker but cannot be read"),
    ],
)
def test_broken_markers_are_told_with_their_line(text: str, line: int, message: str) -> None:
    assert faults(text)[0] == (line, f"broken marker: {message}")


@pytest.mark.parametrize("kind", ["query", "template"])
def test_queries_and_templates_may_stand_many_times(kind: str) -> None:
    assert len(regions(f"<!-- vaultkit:begin {kind} -->\n<!-- vaultkit:end {kind} -->\n" * 3)) == 3


@pytest.mark.parametrize("version", ["2", "0", "10", "x", "²", '"2"'])
def test_a_marker_of_another_format_is_refused(version: str) -> None:
    for text in (
        f"<!-- vaultkit:begin recap v={version} -->\n<!-- vaultkit:end recap -->\n",
        f"<!-- vaultkit:begin recap -->\n<!-- vaultkit:end recap v={version} sum=01234567 -->\n",
    ):
        [(_, message)] = faults(text)
        assert message.startswith("marker of a newer vaultkit")


def test_the_format_of_this_version_may_be_named() -> None:
    assert only("<!-- vaultkit:begin recap v=1 -->\n<!-- vaultkit:end recap -->\n").name == "recap"


# Other tools.


def test_the_stretches_of_other_tools_are_found_with_their_markers() -> None:
    text = dedent(
        """
        %% Begin Waypoint %%
        - [[a]]
        %% End Waypoint %%
        <!-- START doctoc generated -->
        <!-- END doctoc generated -->
        <!-- [[[cog print(1) ]]] -->
        1
        <!-- [[[end]]] (checksum: x) -->
        [//begin]: # "links"
        [//end]: # "links"
        """
    )
    found = [re.sub(r"\W+", " ", span.of(text).split("\n")[0]).split()[:2] for span in foreign_regions(text)]
    assert found == [["Begin", "Waypoint"], ["START", "doctoc"], ["cog", "print"], ["begin", "links"]]


def test_a_region_inside_that_of_another_tool_is_refused() -> None:
    text = "%% Begin Waypoint %%\n<!-- vaultkit:begin recap -->\n<!-- vaultkit:end recap -->\n%% End Waypoint %%\n"
    [(line, message)] = faults(text)
    assert line == 2
    assert "touches a region of another tool (line 1)" in message
