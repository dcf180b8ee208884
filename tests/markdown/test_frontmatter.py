"""Where the YAML block is, where each thing in it stands, what is said of a fault (obsidian.md §2, §10.2)."""

import pytest


@pytest.mark.parametrize(
    ("text", "properties"),
    [
        pytest.param("\n---\na: 1\n---", None, id="18: not on the first line"),
        pytest.param("---\n---\nx", {}, id="19: empty block"),
        pytest.param("---\na: 1\n---   \n", {"a": 1}, id="20: blanks after the closing line"),
        pytest.param("\ufeff---\ntags: [a]\n---\n", {"tags": ["a"]}, id="6: BOM"),
        pytest.param("---\r\ntags: [a]\r\n---\r\n", {"tags": ["a"]}, id="7: CRLF"),
        pytest.param("---\na: |\n  x\n---\n  y\n---\n", {"a": "x\n"}, id="2.1.6: the next --- ends it"),
        pytest.param("---\n# only a comment\n---\n", {}, id="a comment"),
        pytest.param("---\na: 'x'\n# comment\nb: 2\n---", {"a": "x", "b": 2}, id="49: comment between"),
        pytest.param("---\nlast:\n---", {"last": None}, id="50: no value"),
        pytest.param("---\na:\tb\n---", {"a": "b"}, id="a tab after the colon"),
        pytest.param('---\n{\n\t"tags": ["a"]\n}\n---\n', {"tags": ["a"]}, id="46: JSON, with tabs"),
        pytest.param("", None, id="empty note"),
        pytest.param("# H", None, id="no block"),
    ],
)
def test_a_block_is_found(note, text, properties):
    parsed = note(text)
    assert (None if parsed.frontmatter is None else parsed.properties) == properties


def test_span_and_body_of_the_block(note):
    parsed = note("\ufeff---\r\na: 1\r\n---\r\nText")
    assert parsed.frontmatter.span.of(parsed.text) == "---\r\na: 1\r\n---\r\n"
    assert parsed.frontmatter.body.of(parsed.text) == "a: 1\r\n"
    assert parsed.text[parsed.body_start :] == "Text"


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_each_thing_has_its_place(note, newline, bom):
    lines = [
        "---",
        "é😀: 'Été'",
        "liens:",
        '  - "[[A]]" # première',
        "  - [[B]]",
        "texte: |",
        "  un",
        "  deux",
        "",
        "fin: {a: 1}",
        "vide:",
        "---",
    ]
    parsed = note(bom + newline.join(lines) + newline)
    places = {
        key: (p.key_span.of(parsed.text), p.value_span.of(parsed.text))
        for key, p in parsed.frontmatter.properties.items()
    }
    assert places == {
        "é😀": ("é😀", "'Été'"),
        "liens": ("liens", newline.join(['- "[[A]]" # première', "  - [[B]]"])),
        "texte": ("texte", newline.join(["|", "  un", "  deux"])),
        "fin": ("fin", "{a: 1}"),
        "vide": ("vide", ""),
    }
    entries = parsed.frontmatter.properties["liens"].entries
    assert [entry.of(parsed.text) for entry in entries] == ['"[[A]]"', "[[B]]"]


@pytest.mark.parametrize(
    ("yaml", "place"),
    [
        ("a: 1\na: 2", (3, 1)),
        ("ok: 1\na: x: y", (3, 5)),
        ("tags: [#a, #b]\nb: 1", (2, 8)),
        ("\ta: 1", (2, 1)),
        ("a: 'open\nb: 1", (2, 4)),
        ("a: 1\nb: @x", (3, 4)),
        ("été: 😀\na: *nul", (3, 4)),
    ],
)
def test_a_fault_says_line_and_column(note, yaml, place):
    parsed = note(f"---\n{yaml}\n---\n")
    error = parsed.frontmatter.error
    assert parsed.lines.place(error.span.start) == place
    assert f"ligne {place[0]}\u00a0:" in error.message.fr
    assert f"line {place[0]}:" in error.message.en


def test_a_fault_says_what_helps(note):
    def hint(yaml):
        return note(f"---\n{yaml}\n---\n").frontmatter.error.hint.fr

    assert "deux espaces" in hint("a:\n\t- b")
    assert "sans #" in hint("tags: [#a, #b]")
    assert "guillemets" in hint("title: Audit: suite")
    assert '"{{…}}"' in hint("title: {{title}} du jour")
    assert "guillemets simples" in hint(r'chemin: "C:\path"')


@pytest.mark.parametrize(
    ("yaml", "links"),
    [
        pytest.param("up: [[N]]", [], id="27"),
        pytest.param('up: "[[N]]"', [("up", "N", None)], id="28"),
        pytest.param(
            'ups:\n  - "[[A]]"\n  - "[[B|b]]"', [("ups.0", "A", None), ("ups.1", "B", "b")], id="29"
        ),
        pytest.param('md: "[t](N.md)"', [("md", "N.md", "t")], id="30"),
        pytest.param('md: "[t](https://x.y)"', [], id="external"),
        pytest.param('a: "see [[N]]"', [], id="no whole value"),
        pytest.param('a: {b: "[[N]]"}', [("a.b", "N", None)], id="in a map"),
        pytest.param("a: '[[N]]'\nb: >-\n  [[M]]", [("a", "N", None), ("b", "M", None)], id="other styles"),
    ],
)
def test_links_that_are_whole_values(note, yaml, links):
    parsed = note(f"---\n{yaml}\n---\n")
    found = [(link.key, link.reference.linkpath, link.reference.display) for link in parsed.property_links]
    assert found == links
    for link in parsed.property_links:
        assert link.reference.span.of(parsed.text) == link.reference.original
    assert parsed.links == ()
