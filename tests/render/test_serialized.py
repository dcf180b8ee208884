"""Queries of Dataview Serializer are refreshed in that plugin's own spelling. The examples are of its docs and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.test_merge_laws import law
from vaultkit.edits import apply_edits
from vaultkit.markdown.parse import parse_note
from vaultkit.render.serialized import (
    HidesMarkersError,
    Mode,
    Serialized,
    Spelling,
    find_serialized,
    refresh_serialized,
    serialized_findings,
)

LIST = "- [[Note A]]\n- [[Note B]]\n"
TABLE = "| File |\n| ---- |\n| Note A |\n"
PROJECTS = "<!-- QueryToSerialize: LIST FROM #project -->\n"
BLOCK = f"""\
{PROJECTS}<!-- SerializedQuery: LIST FROM #project -->
- [[Note A]]
- [[Note B]]

<!-- SerializedQuery END -->
"""


@dataclass(frozen=True)
class Done:
    text: str
    serialized: Serialized
    asked: tuple[str, ...]


def refresh(
    text: str,
    said: str | Mapping[str, str] = LIST,
    value: str = "livré",
    manual: bool = False,
    **options: object,
) -> Done:
    """Refresh a note and check that doing so again changes nothing. A query that says nothing raises."""
    asked: list[str] = []

    def ask(query: str, path: str) -> str:
        assert path == "S.md"
        asked.append(query)
        return said if isinstance(said, str) else said[query]

    def ask_inline(query: str, path: str) -> str:
        asked.append(f"={query}")
        return value

    done = refresh_serialized(parse_note("S.md", text), ask, ask_inline, manual, **options)  # type: ignore[arg-type]
    after = apply_edits(text, done.edits)
    told = tuple(asked)
    again = refresh_serialized(parse_note("S.md", after), ask, ask_inline, manual, **options)  # type: ignore[arg-type]
    if again.edits and "AndEject" in text:
        # A marker that goes can be what kept two lines apart, and the text is another one then.
        after = apply_edits(after, again.edits)
        again = refresh_serialized(parse_note("S.md", after), ask, ask_inline, manual, **options)  # type: ignore[arg-type]
    assert again.edits == ()
    return Done(after, done, told)


def findings(text: str) -> list[str]:
    return [finding.message.en for finding in serialized_findings(parse_note("S.md", text))]


# ------------------------------------------------------------------------------------- what is found


@pytest.mark.parametrize(
    ("name", "spelling", "mode"),
    [
        ("QueryToSerialize", Spelling.LEGACY, Mode.AUTO),
        ("QueryToSerializeManual", Spelling.LEGACY, Mode.MANUAL),
        ("QueryToSerializeOnce", Spelling.LEGACY, Mode.ONCE),
        ("QueryToSerializeOnceAndEject", Spelling.LEGACY, Mode.EJECT),
        ("dataview-serializer-query", Spelling.ALTERNATIVE, Mode.AUTO),
        ("dataview-serializer-query-manual", Spelling.ALTERNATIVE, Mode.MANUAL),
        ("dataview-serializer-query-once", Spelling.ALTERNATIVE, Mode.ONCE),
        ("dataview-serializer-query-once-and-eject", Spelling.ALTERNATIVE, Mode.EJECT),
    ],
)
def test_a_query_has_one_of_two_spellings_and_four_modes(name, spelling, mode):
    [query] = find_serialized(parse_note("S.md", f"a\n<!-- {name}: LIST FROM #x -->\n"))
    assert (query.spelling, query.mode, query.query, query.inline) == (spelling, mode, "LIST FROM #x", False)
    assert (query.begin, query.result, query.end) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "close", "mode"),
    [
        ("IQ", "/IQ", Mode.AUTO),
        ("IQManual", "/IQ", Mode.MANUAL),
        ("IQOnce", "/IQ", Mode.ONCE),
        ("IQOnceAndEject", "/IQ", Mode.EJECT),
        ("dataview-serializer-iq", "/dataview-serializer-iq", Mode.AUTO),
        ("dataview-serializer-iq-manual", "/dataview-serializer-iq", Mode.MANUAL),
        ("dataview-serializer-iq-once", "/dataview-serializer-iq", Mode.ONCE),
        ("dataview-serializer-iq-once-and-eject", "/dataview-serializer-iq", Mode.EJECT),
    ],
)
def test_an_inline_query_too(name, close, mode):
    text = f"Nom : <!-- {name}: =this.name -->John<!-- {close} -->."
    [query] = find_serialized(parse_note("S.md", text))
    assert (query.mode, query.query, query.inline) == (mode, "this.name", True)
    assert query.result is not None
    assert query.result.of(text) == "John"


def test_a_result_is_the_block_right_below_its_query():
    [query] = find_serialized(parse_note("S.md", BLOCK))
    assert query.result is not None
    assert query.result.of(BLOCK) == "- [[Note A]]\n- [[Note B]]\n\n"


def test_a_query_of_several_lines_is_asked_on_one_and_without_the_quote():
    text = "> [!tip]- Résultat\n> <!-- QueryToSerialize:\n> TABLE  a\n> FROM b WHERE c > 1\n> -->\n"
    [query] = find_serialized(parse_note("S.md", text))
    assert (query.query, query.prefix) == ("TABLE a FROM b WHERE c > 1", "> ")
    assert find_serialized(parse_note("S.md", "<!-- QueryToSerialize:LIST-->\n"))[0].query == "LIST"


def test_markers_in_code_are_text():
    text = f"```\n{PROJECTS}```\nand `<!-- IQ: =1 -->2<!-- /IQ -->`\n"
    assert find_serialized(parse_note("S.md", text)) == ()
    assert findings(text) == []


def test_a_result_without_its_query_is_text():
    orphan = BLOCK.removeprefix(PROJECTS)
    assert findings(orphan) == []
    assert refresh(orphan).text == orphan
    below = f"<!-- QueryToSerialize: TASK -->\n\n{orphan}"
    assert refresh(below).text.endswith(f"END -->\n\n{orphan}")


@pytest.mark.parametrize(
    "text",
    [
        "<!-- QueryToSerialize: LIST\n",
        "<!-- QueryToSerialize: LIST <!-- a -->\n",
        f"{PROJECTS}<!-- SerializedQuery: LIST FROM #project -->\n- a\n",
        f"{PROJECTS}<!-- SerializedQuery: LIST -->\n- a\n{PROJECTS}<!-- SerializedQuery END -->\n",
        "- a\n<!-- SerializedQuery END -->\n",
        "<!-- IQ: =this.a -->b\n",
        "<!-- IQ: =this.a -->b<!-- /dataview-serializer-iq -->\n",
        "b<!-- /IQ -->\n",
    ],
)
def test_unclosed_and_crossed_markers_are_findings(text):
    assert "its begin or end is missing" in findings(text)[0]
    assert all(query.result is None for query in find_serialized(parse_note("S.md", text)))


def test_nothing_is_written_where_markers_are_broken_and_elsewhere_it_is():
    """The plugin's docs end an example with `SerializedQuery: END`, which its code does not take as an end."""
    broken = f"{PROJECTS}<!-- SerializedQuery: LIST -->\n- old\n<!-- SerializedQuery: END -->\n"
    done = refresh(f"{broken}\n<!-- QueryToSerialize: TASK -->\n")
    assert done.text.startswith(
        f"{broken}\n<!-- QueryToSerialize: TASK -->\n<!-- SerializedQuery: TASK -->\n"
    )
    assert done.asked == ("TASK",)
    assert len(done.serialized.findings) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Voir <!-- QueryToSerialize: LIST -->\n", "alone on its line"),
        ("<!-- QueryToSerialize: LIST --> voir\n", "alone on its line"),
        ("- [ ] <!-- QueryToSerialize: LIST -->\n", "alone on its line"),
        ("<!-- QueryToSerialize: CALENDAR file.ctime -->\n", "without a query"),
        ("<!-- IQ: this.name -->\n", "without a query"),
    ],
)
def test_what_the_plugin_would_not_ask_or_would_garble_is_left_alone(text, said):
    assert said in findings(text)[0]
    assert refresh(text).text == text


# ------------------------------------------------------------------------------------- what is written


def test_the_first_result_stands_below_the_query():
    assert refresh(f"a\n{PROJECTS}b\n").text == f"a\n{BLOCK}b\n"


def test_a_result_has_the_spelling_of_its_query():
    done = refresh("<!-- dataview-serializer-query: LIST FROM #project -->\n")
    assert done.text == (
        "<!-- dataview-serializer-query: LIST FROM #project -->\n"
        "<!-- dataview-serializer-result: LIST FROM #project -->\n"
        "- [[Note A]]\n- [[Note B]]\n\n"
        "<!-- dataview-serializer-result-end -->\n"
    )


def test_a_table_in_a_callout_stays_in_it():
    text = "> [!tip]- Résultat\n> <!-- QueryToSerialize: TABLE file.name -->\nAprès\n"
    assert refresh(text, TABLE).text == (
        "> [!tip]- Résultat\n"
        "> <!-- QueryToSerialize: TABLE file.name -->\n"
        "> <!-- SerializedQuery: TABLE file.name -->\n"
        ">\n> | File |\n> | ---- |\n> | Note A |\n>\n"
        "> <!-- SerializedQuery END -->\nAprès\n"
    )


def test_markers_that_an_older_version_of_the_plugin_left_outside_the_quote_are_drawn_into_it():
    text = (
        "> <!-- QueryToSerialize: LIST -->\n<!-- SerializedQuery: LIST -->\n"
        "> - [[Note A]]\n> - [[Note B]]\n\n<!-- SerializedQuery END -->\n"
    )
    assert refresh(text).text == (
        "> <!-- QueryToSerialize: LIST -->\n> <!-- SerializedQuery: LIST -->\n"
        "> - [[Note A]]\n> - [[Note B]]\n>\n> <!-- SerializedQuery END -->\n"
    )


def test_blanks_before_a_query_stand_before_its_lines_but_not_its_markers():
    assert refresh("- a\n  <!-- QueryToSerialize: LIST -->\n").text == (
        "- a\n  <!-- QueryToSerialize: LIST -->\n<!-- SerializedQuery: LIST -->\n"
        "  - [[Note A]]\n  - [[Note B]]\n  \n\n<!-- SerializedQuery END -->\n"
    )


def test_a_change_is_as_small_as_its_line():
    """The example of docs/usage.md stands without the blank line before the end marker, and stays so."""
    text = (
        "<!-- dataview-serializer-query: LIST FROM #project -->\n"
        "<!-- dataview-serializer-result: LIST FROM #project -->\n"
        "- [[Project A]]\n- [[Project B]]\n"
        "<!-- dataview-serializer-result-end -->\n"
    )
    assert refresh(text, "- [[Project A]]\n- [[Project B]]\n").text == text
    done = refresh(text, "- [[Project A]]\n- [[Project C]]\n")
    assert done.text == text.replace("Project B", "Project C")
    assert done.serialized.changed == ("- [[Project A]]\n- [[Project B]]\n",)
    assert [edit.text for edit in done.serialized.edits] == ["- [[Project A]]\n- [[Project C]]\n"]


def test_a_query_with_new_words_gets_them_into_its_result():
    text = BLOCK.replace("QueryToSerialize: LIST FROM #project", "QueryToSerialize: TABLE a")
    done = refresh(text, TABLE)
    assert done.text == (
        "<!-- QueryToSerialize: TABLE a -->\n<!-- SerializedQuery: TABLE a -->\n"
        f"\n{TABLE}\n<!-- SerializedQuery END -->\n"
    )
    assert refresh(text).text == text, "the same result stays, under its former words, as in the plugin"


def test_newlines_bom_and_a_missing_last_newline_stay():
    text = "\ufeff" + PROJECTS.replace("\n", "\r\n") + "fin\r\n" + PROJECTS.rstrip()
    block = BLOCK.replace("\n", "\r\n")
    assert refresh(text).text == f"\ufeff{block}fin\r\n{block.removesuffix(chr(13) + chr(10))}"


def test_a_list_that_gives_nothing_any_more_is_emptied_and_writes_no_first_block():
    done = refresh(BLOCK, "")
    assert (
        done.text == f"{PROJECTS}<!-- SerializedQuery: LIST FROM #project -->\n<!-- SerializedQuery END -->\n"
    )
    assert done.serialized.changed == ("- [[Note A]]\n- [[Note B]]\n\n",)
    assert refresh(PROJECTS, "").text == PROJECTS


def test_a_query_that_fails_keeps_its_result_and_the_others_are_refreshed():
    text = f"{BLOCK}\n<!-- QueryToSerialize: TASK -->\n"
    done = refresh(text, {"TASK": "- [ ] a\n"})
    assert done.text.startswith(BLOCK)
    assert "<!-- SerializedQuery: TASK -->\n- a\n" in done.text
    [(span, error)] = done.serialized.faults
    assert span.of(text) == PROJECTS.rstrip()
    assert isinstance(error, KeyError)


def test_tasks_lose_their_boxes_and_tables_their_doubled_backslashes():
    tasks = refresh("<!-- QueryToSerialize: TASK -->\n", "- [ ] a\n    - [x] b\n- [/] c\n").text
    assert "- a\n    - b\n- c\n" in tasks
    table = refresh("<!-- QueryToSerialize: TABLE a -->\n", "| a |\n| - |\n| [[x\\\\|y]] |\n").text
    assert "| [[x\\|y]] |" in table


@pytest.mark.parametrize(
    ("query", "said", "written"),
    [
        ("LIST", "- [[a/Accès.md|Accès]]\n", "- [[Accès]]"),
        ("LIST", "- [[a/Accès.md|autre]]\n", "- [[Accès|autre]]"),
        ("LIST", "- ![[a/Plan.png|Plan]]\n", "- ![[Plan]]"),
        ("LIST", "- ![[a/Plan.png|le plan]]\n", "- ![[Plan.png|le plan]]"),
        ("LIST", "- [[a/Deux.md|Deux]]\n", "- [[a/Deux.md|Deux]]"),
        ("TABLE x", "| [[a/Accès.md\\|autre]] |\n", "| [[Accès\\|autre]] |"),
    ],
)
def test_links_are_as_short_as_the_plugin_makes_them_where_a_name_is_unique(query, said, written):
    done = refresh(f"<!-- QueryToSerialize: {query} -->\n", said, unique=lambda name: name != "Deux.md")
    assert f"\n{written}\n" in done.text
    assert said in refresh(f"<!-- QueryToSerialize: {query} -->\n", said).text


# ------------------------------------------------------------------------------------- modes


def test_manual_queries_are_asked_when_a_person_says_so():
    text = BLOCK.replace("QueryToSerialize:", "QueryToSerializeManual:")
    assert refresh(text, "- new\n").asked == ()
    assert "- new\n" in refresh(text, "- new\n", manual=True).text


@pytest.mark.parametrize("manual", [False, True])
def test_a_query_of_mode_once_is_asked_while_it_has_no_result(manual):
    text = "<!-- QueryToSerializeOnce: LIST FROM #project --> \n<!-- IQOnce: =a --><!-- /IQ -->\n"
    done = refresh(text, manual=manual)
    assert done.asked == ("LIST FROM #project", "=a")
    assert refresh(done.text, "- new\n", "new", manual=manual).asked == ()


def test_once_and_eject_leaves_the_result_alone():
    eject = "<!-- QueryToSerializeOnceAndEject: LIST -->\n"
    assert refresh(f"a\n> {eject}b\n").text == "a\n> - [[Note A]]\n> - [[Note B]]\n>\nb\n"
    assert refresh(BLOCK.replace("QueryToSerialize:", "QueryToSerializeOnceAndEject:")).text == f"{LIST}\n"
    assert refresh("a <!-- IQOnceAndEject: =b --><!-- /IQ --> c").text == "a livré c"
    assert refresh(eject, "").text == eject


@pytest.mark.parametrize(
    ("yaml", "ignored"),
    [
        ("true", True),
        ("yes please", True),
        ("1", True),
        ("false", False),
        ("off", False),
        ("0", False),
        ("", False),
    ],
)
def test_a_note_that_the_plugin_ignores_is_left_alone(yaml, ignored):
    text = f"---\ndataview_serializer_ignore: {yaml}\n---\n{PROJECTS}"
    assert (refresh(text).text == text) is ignored


# ------------------------------------------------------------------------------------- inline queries


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("État : <!-- IQ: =x --><!-- /IQ -->.", "livré", "État : <!-- IQ: =x -->livré<!-- /IQ -->."),
        ("<!-- IQ: =x -->a<!-- /IQ -->", "", "<!-- IQ: =x -->-<!-- /IQ -->"),
        (
            "| a | <!-- IQ: =x --><!-- /IQ --> |",
            "[[a|b]]\nc",
            "| a | <!-- IQ: =x -->[[a\\|b]] c<!-- /IQ --> |",
        ),
        ("> <!-- IQ: =x --><!-- /IQ -->", "a\nb", "> <!-- IQ: =x -->a b<!-- /IQ -->"),
        ("<!-- IQ: =x --><!-- /IQ -->", "a|b|c", "<!-- IQ: =x -->a|b|c<!-- /IQ -->"),
        ("<!-- IQ: =x --> a <!-- /IQ -->", "a", "<!-- IQ: =x --> a <!-- /IQ -->"),
    ],
)
def test_the_value_of_an_inline_query_stands_between_its_markers(before, value, after):
    assert refresh(before, value=value).text == after


# ------------------------------------------------------------------------------------- safety


def test_a_result_cannot_end_itself_or_begin_another_region():
    said = "- <!-- SerializedQuery END --> <!-- vaultkit:begin recap --> a --> b\n"
    assert (
        "- <\\!-- SerializedQuery END --> <\\!-- vaultkit:begin recap --> a --> b\n"
        in refresh(PROJECTS, said).text
    )


def test_a_result_that_would_hide_the_markers_is_a_fault_of_its_query_alone():
    text = f"{PROJECTS}\n<!-- QueryToSerialize: TASK -->\n"
    done = refresh(text, {"LIST FROM #project": "- a\n```\n", "TASK": "- b\n"})
    [(span, error)] = done.serialized.faults
    assert span.of(text) == PROJECTS.rstrip()
    assert isinstance(error, HidesMarkersError)
    assert done.text == (
        f"{PROJECTS}\n<!-- QueryToSerialize: TASK -->\n<!-- SerializedQuery: TASK -->\n"
        "- b\n\n<!-- SerializedQuery END -->\n"
    )


LINES = (
    "", " ", "a", "> a", "> [!tip] b", "- c", "  d", "    e", "```", "| a | b |", "%%", "\ufeff", "`", "a|b|c",
    "<!-- QueryToSerialize: LIST -->", "<!-- QueryToSerialize: TABLE a", "FROM b -->", "> TASK -->",
    "> <!-- QueryToSerialize:", "> <!-- QueryToSerializeManual: LIST -->", "  <!-- QueryToSerialize: TASK -->",
    "- <!-- dataview-serializer-query: LIST FROM c -->", "<!-- dataview-serializer-query-once: TABLE a -->",
    "<!-- QueryToSerializeOnceAndEject: LIST -->", "> <!-- SerializedQuery: LIST -->", "<!-- SerializedQuery: LIST -->",
    "<!-- dataview-serializer-result: TASK -->", "<!-- SerializedQuery END -->", "> <!-- SerializedQuery END -->",
    "<!-- dataview-serializer-result-end -->", "<!-- IQ: =a -->", "<!-- /IQ -->", "b <!-- IQ: =a -->v<!-- /IQ --> c",
    "| <!-- IQ: =a --><!-- /IQ --> | `", "> <!-- dataview-serializer-iq: =a -->\n<!-- /dataview-serializer-iq -->",
    "<!-- IQOnceAndEject: =a -->x<!-- /IQ -->", "<!--", "-->", "<!-- vaultkit:begin recap -->",
)  # fmt: skip
noted = st.lists(st.sampled_from(LINES), max_size=12).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n"]).map(lambda newline: newline.join(lines))
)
said = st.one_of(
    st.lists(st.sampled_from(LINES), max_size=5).map("\n".join),
    st.sampled_from([LIST, TABLE, "- [ ] a\n", "a\r\nb", "\n\n", "<!", "!--", "~~~"]),
    st.text("-<>!`|\\\n\r $%~[]a", max_size=12),
)


def outside(text: str) -> str:
    """Return a note without the results, and the newline that a first one at its end brings."""
    pieces, at = [], 0
    for query in find_serialized(parse_note("S.md", text)):
        start = query.begin or query.result
        if start and query.end:
            pieces.append(text[at : start.start])
            at = query.end.start if query.inline else text.find("\n", query.end.end) + 1 or len(text)
    return "".join([*pieces, text[at:]]).rstrip("\r\n")


@law(600)
@given(noted, said, said, st.booleans())
def test_refreshing_twice_is_refreshing_once_and_the_outside_stays(text, block, value, manual):
    before = [query for query in find_serialized(parse_note("S.md", text)) if query.mode is not Mode.EJECT]
    done = refresh(text, block, value, manual)
    after = find_serialized(parse_note("S.md", done.text))
    assert [query.query for query in before] == [
        query.query for query in after if query.mode is not Mode.EJECT
    ]
    if "AndEject" not in text:
        assert outside(done.text) == outside(text)


@law(200)
@given(noted)
def test_what_fails_changes_nothing(text):
    def fail(query: str, path: str) -> str:
        raise RuntimeError(query)

    note = parse_note("S.md", text)
    done = refresh_serialized(note, fail, fail, True)
    assert (done.edits, done.changed) == ((), ())
    assert all(isinstance(error, RuntimeError) for _, error in done.faults)
