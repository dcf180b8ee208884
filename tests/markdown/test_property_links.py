"""Each link in the properties has its own exact place, however deep it stands."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from vaultkit.markdown import frontmatter, yaml_handler
from vaultkit.markdown.parse import parse_note


@pytest.fixture(params=["libyaml", "pure Python"])
def parser(request, monkeypatch):
    if request.param == "pure Python":
        monkeypatch.setattr(yaml_handler, "_PARSER", yaml_handler.yaml.SafeLoader)


def placed(source: str, newline: str = "\n") -> list[tuple[str, str]]:
    """Return the key of each link, and its line up to the link with a `^` at the link's two ends."""
    text = f"---\n{source}\n---\n[[body]]\n".replace("\n", newline)
    note = parse_note("N.md", text)
    assert note.frontmatter is not None
    assert note.frontmatter.error is None, note.frontmatter.error
    found = []
    for link in note.property_links:
        span = link.reference.span
        line = text.rfind("\n", 0, span.start) + 1
        found.append((link.key, f"{text[line : span.start]}^{span.of(text)}^"))
    return found


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("source", "links"),
    [
        pytest.param(
            'fm:\n  k: "[[A]] is not the link"\n  j: "[[A]]"',
            [("fm.j", '  j: "^[[A]]^')],
            id="a sentence that says it before",
        ),
        pytest.param(
            'fm:\n  a: "[[A]]"\n  b: "[[A]]"',
            [("fm.a", '  a: "^[[A]]^'), ("fm.b", '  b: "^[[A]]^')],
            id="two equal links in a map",
        ),
        pytest.param(
            "l:\n- [\"[[A]]\", '[[A]]']\n- '[[A]]'",
            [("l.0.0", '- ["^[[A]]^'), ("l.0.1", '- ["[[A]]", \'^[[A]]^'), ("l.1", "- '^[[A]]^")],
            id="equal links in lists of lists",
        ),
        pytest.param(
            'm: {"[[A]]": "[[A]]", b: [{c: "[A](A.md)"}]}',
            [("m.[[A]]", 'm: {"[[A]]": "^[[A]]^'), ("m.b.0.c", 'm: {"[[A]]": "[[A]]", b: [{c: "^[A](A.md)^')],
            id="a key that looks like the link",
        ),
        pytest.param(
            'm:\n  # "[[A]]"\n  a: "[[A]]" # [[A]]',
            [("m.a", '  a: "^[[A]]^')],
            id="comments",
        ),
        pytest.param(
            "m:\n  a: |- # [[A]]\n    [[A]]\n\n  b: >-\n     [[A]]\n  c: x",
            [("m.a", "    ^[[A]]^"), ("m.b", "     ^[[A]]^")],
            id="block scalars",
        ),
        pytest.param(
            'a.b: "[[A]]"\na: {b: "[[A]]"}',
            [("a.b", 'a.b: "^[[A]]^'), ("a.b", 'a: {b: "^[[A]]^')],
            id="keys that coincide",
        ),
        pytest.param(
            'a: {b: "[[A]]"}\na.b: "[[A]]"',
            [("a.b", 'a: {b: "^[[A]]^'), ("a.b", 'a.b: "^[[A]]^')],
            id="keys that coincide, turned round",
        ),
        pytest.param(
            'up: &x "[[A]]"\ndown: *x',
            [("up", 'up: &x "^[[A]]^'), ("down", 'up: &x "^[[A]]^')],
            id="an alias",
        ),
        pytest.param(
            'l: &l ["[[B]]", &x "[[A]]"]\nm: [*x, "[[A]]"]\nn: *l\no: {p: *l}',
            [
                ("l.0", 'l: &l ["^[[B]]^'),
                ("l.1", 'l: &l ["[[B]]", &x "^[[A]]^'),
                ("m.0", 'l: &l ["[[B]]", &x "^[[A]]^'),
                ("m.1", 'm: [*x, "^[[A]]^'),
                ("n.0", 'l: &l ["^[[B]]^'),
                ("n.1", 'l: &l ["[[B]]", &x "^[[A]]^'),
                ("o.p.0", 'l: &l ["^[[B]]^'),
                ("o.p.1", 'l: &l ["[[B]]", &x "^[[A]]^'),
            ],
            id="aliases of lists and of entries",
        ),
        pytest.param(
            'a: &x "[[A]]"\nb: &x "[[B]]"\nc: *x',
            [("a", 'a: &x "^[[A]]^'), ("b", 'b: &x "^[[B]]^'), ("c", 'b: &x "^[[B]]^')],
            id="an anchor set anew",
        ),
        pytest.param(
            'm:\n  a: "[[\\x41]]"\n  b: "[[A]]"\n  c: ["[[\\x41]]"]',
            [("m.a", '  a: ^"[[\\x41]]"^'), ("m.b", '  b: "^[[A]]^'), ("m.c.0", '  c: [^"[[\\x41]]"^')],
            id="escapes: the whole value",
        ),
        pytest.param(
            "m: ['[[L''été]]', !!str \"[[A]]\"]\nn: !<tag:[[A]]> \"[[\\x41]]\"",
            [
                ("m.0", "m: [^'[[L''été]]'^"),
                ("m.1", "m: ['[[L''été]]', !!str \"^[[A]]^"),
                ("n", 'n: ^!<tag:[[A]]> "[[\\x41]]"^'),
            ],
            id="quotes doubled, tags",
        ),
        pytest.param("k: !!str |-\n  [[A]]\n\nl: x", [("k", "  ^[[A]]^")], id="a tag before a block scalar"),
        pytest.param(
            'm:\n  k: "\u0085📌[[A]]"\n  j: ["📌", "[[A\u0085]]"]\n  i: "[[A]]"',
            [("m.j.1", '  j: ["📌", "^[[A\u0085]]^'), ("m.i", '  i: "^[[A]]^')],
            id="characters that libyaml refuses",
        ),
        pytest.param(
            "l: [[A]]\nm: {k: '[[A]]'}\nn: [[[A]], x]", [("m.k", "m: {k: '^[[A]]^")], id="no quotes"
        ),
        pytest.param('? ["[[A]]"]\n: {k: "[[A]]"}', [("[ [[A]] ].k", ': {k: "^[[A]]^')], id="a list as key"),
    ],
)
def test_the_place_of_a_nested_link(source, links, newline):
    assert placed(source, newline) == links


links = st.sampled_from(["[[A]]", "[[B#C|d]]", "[e](F.md)", "[[A]] is no link", "x", "é📌"])
trees = st.recursive(
    links,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["k", "j", "[[A]]", "été"]), inner, max_size=3),
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["a", "b", "[[A]]", "a.k"]), trees, min_size=1),
    st.sampled_from([None, True, False]),
    st.sampled_from(["", "'", '"', "|"]),
)
def test_links_stand_one_after_the_other(properties, flow, style):
    source = yaml.dump(
        properties,
        default_flow_style=flow,
        default_style=style or None,
        allow_unicode=True,
        sort_keys=False,
        width=10_000,
        Dumper=type("NoAliases", (yaml.SafeDumper,), {"ignore_aliases": lambda *_: True}),
    )
    text = f"---\n{source}---\n"
    note = parse_note("N.md", text)
    spans = [link.reference.span for link in note.property_links]
    assert len(set(spans)) == len(spans)
    assert spans == sorted(spans)
    assert [span.of(text) for span in spans] == [link.reference.original for link in note.property_links]
    assert note.properties == properties


def test_no_second_reading_without_nested_links(monkeypatch):
    monkeypatch.setattr(frontmatter, "value_places", None)
    assert placed('a: "[[A]]"\nb: ["[[A]]", x]\nc: {d: e}\nf: [[G]]\n"h i": {}') == [
        ("a", 'a: "^[[A]]^'),
        ("b.0", 'b: ["^[[A]]^'),
    ]


def test_many_nested_links_take_linear_time():
    source = "m:\n" + "".join(f'  k{i}: {{a: ["[[A]]"]}}\n' for i in range(20_000))
    began = time.perf_counter()
    note = parse_note("N.md", f"---\n{source}---\n")
    assert len({link.reference.span for link in note.property_links}) == 20_000
    assert time.perf_counter() - began < 10


@pytest.mark.usefixtures("parser")
def test_lists_that_aliases_nest_too_deeply_are_refused(note):
    deeper = "".join(f"a{i}: &a{i} {'[' * 50}*a{i - 1}{']' * 50}\n" for i in range(1, 40))
    parsed = note(f'---\na0: &a0 ["[[A]]"]\n{deeper}---\n')
    assert parsed.property_links == ()
    assert "deeply" in parsed.frontmatter.error.message.en
    shallow = note(f'---\na0: &a0 ["[[A]]"]\na1: {"[" * 90}*a0{"]" * 90}\n---\n')
    assert [link.reference.span.of(shallow.text) for link in shallow.property_links] == ["[[A]]"] * 2
