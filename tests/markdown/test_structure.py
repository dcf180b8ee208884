"""Blocks: sections, headings, lists, callouts, comments, code, block ids (obsidian.md §5, §10.5)."""

import pytest


def types(parsed):
    return [section.type.value for section in parsed.sections]


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("a\nb\n\nc", ["paragraph", "paragraph"]),
        ("# H\na\n***", ["heading", "paragraph", "thematicBreak"]),
        ("---\na: 1\n---\nTitle\n---", ["yaml", "heading"]),
        ("- a\n- b\n\n- c", ["list"]),
        ("- a\n* b\n1. c\n2) d", ["list", "list", "list", "list"]),
        ("> a\nlazy\n\n> [!note]\n> b", ["blockquote", "callout"]),
        ("# H\n| a | b |\n|---|:-:|\n| 1 | 2 |\n\nx", ["heading", "table", "paragraph"]),
        ("a | b\n- | -\n1 | 2", ["table"]),
        ("a | b\n---\n", ["heading"]),
        ("a\n%%\nb\n%%\nc", ["paragraph", "comment", "paragraph"]),
        ("%% a %%\n\n%%%% b", ["comment", "paragraph"]),
        ("a %%b\nc%% d", ["paragraph"]),
        ("$$\nx\n$$\n$$y$$\n", ["math", "math"]),
        ("$$ never closed\n# H", ["paragraph", "heading"]),
        ("~~~\n```\n~~~\nx", ["code", "paragraph"]),
        ("```js\nunclosed\n\n# no heading", ["code"]),
        ("    code\n\n    more\nx", ["code", "paragraph"]),
        ("<div>\na\n\n<!-- x\n\ny -->\nz", ["html", "html", "paragraph"]),
        ("<b>\ninline</b>", ["html"]),
        ("a\n<b>\n", ["paragraph"]),
        ("[^a]: note\n    more\n\nx", ["footnoteDefinition", "paragraph"]),
        ("1. a\n\n2) b\n\n10. c", ["list", "list", "list"]),
        ("a\n2. no list\n1. list", ["paragraph", "list"]),
    ],
)
def test_sections(note, text, sections):
    assert types(note(text)) == sections


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# A\n###### B\n####### c", [(1, "A"), (6, "B")]),
        ("Title\n===\nTwo\n---", [(1, "Title"), (2, "Two")]),
        ("#no\n#\tyes", [(1, "yes")]),
        ("# See [[Other]] and **b**", [(1, "See [[Other]] and **b**")]),
        ("> # In a quote\n- # In a list", [(1, "In a quote"), (1, "In a list")]),
        ("```\n# no\n```\n<!--\n# no\n-->\n%%\n# no\n%%", []),
        ("# 1. 🔐 Sécurité & Accès  \r\n", [(1, "1. 🔐 Sécurité & Accès")]),
        ("  ## Indented", [(2, "Indented")]),
    ],
)
def test_headings(note, text, headings):
    assert [(heading.level, heading.text) for heading in note(text).headings] == headings


@pytest.mark.parametrize(
    ("text", "tasks"),
    [
        ("- [/] x\n\n1. [-] y\n\n+ [?] z\n* [X]\tw\n2) [>] v", ["/", "-", "?", "X", ">"]),
        ("- []\n- [xx] a\n- [x](u)\n- x [ ] y", [None, None, None, None]),
        ("- [ ] \n- [é] a", [" ", "é"]),
    ],
)
def test_tasks(note, text, tasks):
    assert [item.task for item in note(text).list_items] == tasks


def test_parents_and_lists(note):
    parsed = note("text\n\n- a\n  - b\n    more of b\n\n    1. c\n- d\n\nend\n\n- e")
    told = [(i.content.of(parsed.text), i.marker, i.parent, i.list_line) for i in parsed.list_items]
    assert told == [
        ("a", "-", None, 2),
        ("b\n    more of b", "-", 0, 2),
        ("c", "1.", 1, 2),
        ("d", "-", None, 2),
        ("e", "-", None, 11),
    ]


def test_the_text_of_an_item_ends_where_the_next_item_begins(note):
    parsed = note("- [ ] parent  \r\n  goes on ^id\r\n\t- child\r\n\r\n  not its text\r\n")
    parent, child = parsed.list_items
    assert parent.span.of(parsed.text) == "- [ ] parent  \r\n  goes on ^id"
    assert parent.content.of(parsed.text) == "parent  \r\n  goes on ^id"
    assert (parent.id, child.content.of(parsed.text)) == ("id", "child")


def test_items_inside_quotes_and_callouts(note):
    parsed = note("> [!todo] T\n> - a\n>   > [!tip]\n>   > - b\n\n> - c\n\n- d")
    told = [(i.content.of(parsed.text), i.quotes, i.callout, i.parent) for i in parsed.list_items]
    assert told == [
        ("a\n>   > [!tip]", 1, 0, None),
        ("b", 2, 1, 0),
        ("c", 1, None, None),
        ("d", 0, None, None),
    ]


@pytest.mark.parametrize(
    ("text", "callout"),
    [
        ("> [!WARNING]- T", ("warning", "", "-", "T")),
        ("> [!foo]", ("foo", "", "", "")),
        ("> [!note|x] T", ("note", "x", "", "T")),
        ("> > [!todo] a", ("todo", "", "", "a")),
        (">[!faq]+ Are they  \r\n> b", ("faq", "", "+", "Are they")),
    ],
)
def test_a_callout(note, text, callout):
    [found] = note(text).callouts
    assert (found.type, found.metadata, found.fold, found.title) == callout


def test_callouts_nest_and_have_bodies(note):
    text = "> [!danger] D\n> - a\n>> [!info]\n>> b\n\nx"
    outer, inner = note(text).callouts
    assert outer.span.of(text) == text[:-3]
    assert outer.body.of(text) == "> - a\n>> [!info]\n>> b"
    assert inner.span.of(text) == "> [!info]\n>> b"
    assert (outer.parent, inner.parent) == (None, 0)


@pytest.mark.parametrize("text", ["> x\n> [!note]", "> note", "> [ !note]", "[!note]", "> [!] a"])
def test_no_callout(note, text):
    assert note(text).callouts == ()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param("text ^abc", {"abc": "text ^abc"}, id="82"),
        pytest.param("text^abc", {}, id="82 no blank"),
        pytest.param("text ^a_b", {}, id="82 underscore"),
        pytest.param("| a |\n|---|\n\n^t1\n\n", {"t1": "| a |\n|---|"}, id="83"),
        pytest.param("> a\n> b\n\n^Quote", {"quote": "> a\n> b"}, id="84 a quote, any case"),
        pytest.param("- a ^x\n- b\n  ^y", {"x": "- a ^x", "y": "- b\n  ^y"}, id="3.4.8 items"),
        pytest.param("text ^id\r\nmore\r\n\r\nend ^id2\r\n", {"id2": "end ^id2"}, id="7 CRLF"),
        pytest.param("`code ^abc`", {}, id="in code"),
    ],
)
def test_block_ids(note, text, named):
    assert {block.id: block.span.of(text) for block in note(text).blocks} == named


def test_a_section_carries_its_id(note):
    parsed = note("- a\n- b\n\n^list1\n\nText ^p1")
    assert [(s.type.value, s.id) for s in parsed.sections] == [
        ("list", "list1"),
        ("paragraph", None),
        ("paragraph", "p1"),
    ]


@pytest.mark.parametrize(
    ("text", "comments"),
    [
        ("a %%b%% c <!-- d --> e", ["%%b%%", "<!-- d -->"]),
        ("%%%%\ntext", []),
        ("a %%b\nc%% d", []),
        ("%%\na\n%%\nb", ["%%\na\n%%"]),
        ("<!-- vaultkit:begin recap -->\n\n| a |", ["<!-- vaultkit:begin recap -->"]),
        ("> <!-- a\n> b -->", ["<!-- a\n> b -->"]),
        ("`<!-- a -->` `%%b%%`", []),
        ("```\n<!-- a -->\n```", []),
    ],
)
def test_comments(note, text, comments):
    assert [span.of(text) for span in note(text).comments] == comments


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a `b` ``c`d``", ["`b`", "``c`d``"]),
        ("`a\n\nb`", []),
        ("- x\n\n      y\n- ~~~\n  z\n  ~~~", ["y", "~~~\n  z\n  ~~~"]),
        ("```\na\n```x\n```", ["```\na\n```x\n```"]),
        ("> ```\nnot code", ["```"]),
    ],
)
def test_code(note, text, code):
    assert [span.of(text) for span in note(text).code] == code


def test_footnotes(note):
    parsed = note("a[^A] b\n\n[^a]: t\n    u")
    assert [(f.id, f.span.of(parsed.text)) for f in parsed.footnote_references] == [("A", "[^A]")]
    assert [(f.id, f.span.of(parsed.text)) for f in parsed.footnotes] == [("a", "[^a]: t\n    u")]


def test_columns_count_as_the_app_counts_them(note):
    parsed = note("😀 [[N]]")
    assert parsed.lines.loc(parsed.links[0].span.start).col == 3
