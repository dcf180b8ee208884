"""Links and embeds: what is one, and what it says (obsidian.md §3.1, 3.2, 3.5, 10.3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.references import markdown_destination


def said(reference):
    return reference.linkpath, reference.subpath, reference.display


@pytest.mark.parametrize(
    ("text", "link"),
    [
        pytest.param("[[N]]", ("N", "", None), id="51"),
        pytest.param("[[../N]]", ("../N", "", None), id="53"),
        pytest.param("[[#H]]", ("", "#H", None), id="62"),
        pytest.param("[[N#A#B|t]]", ("N", "#A#B", "t"), id="63"),
        pytest.param("[[Sq]uare]]", ("Sq]uare", "", None), id="64"),
        pytest.param("[[Nested [[Inner]] x]]", ("Inner", "", None), id="65"),
        pytest.param("| a |\n|---|\n| [[N\\|n]] |", ("N", "", "n"), id="68"),
        pytest.param("%%[[N]]%%", ("N", "", None), id="70"),
        pytest.param("%%\n[[N]]\n%%", ("N", "", None), id="70 over lines"),
        pytest.param("[t](N.md)", ("N.md", "", "t"), id="73"),
        pytest.param("[t](<My Note.md>)", ("My Note.md", "", "t"), id="75"),
        pytest.param("[t](a%26b.md)", ("a%26b.md", "", "t"), id="76"),
        pytest.param("[[https://example.com]]", ("https://example.com", "", None), id="78"),
        pytest.param("# See [[N]]", ("N", "", None), id="79"),
        pytest.param("[[N#^ID]]", ("N", "#^ID", None), id="84"),
        pytest.param("[[C# notes]]", ("C", "# notes", None), id="8"),
        pytest.param("[[A|b|c]]", ("A", "", "b|c"), id="3.1.7"),
        pytest.param("[[Other#Section | Pipe]]", ("Other", "#Section", "Pipe"), id="3.1.6"),
        pytest.param("[[ A ]]", ("A", "", None), id="trimmed"),
        pytest.param("[[a `b]] c`", ("a `b", "", None), id="first come, first served"),
        pytest.param("[x](Three%20laws)", ("Three laws", "", "x"), id="3.2.1"),
        pytest.param("[x](#Titre%20un)", ("", "#Titre un", "x"), id="3.2.5"),
        pytest.param('[x](A.md "titre")', ("A.md", "", "x"), id="3.2.10"),
        pytest.param("[x](A_(b).md)", ("A_(b).md", "", "x"), id="parentheses"),
        pytest.param("[x](%C3%A9t%C3%A9.md)", ("été.md", "", "x"), id="UTF-8 in percents"),
        pytest.param("[x](%ff.md)", ("%ff.md", "", "x"), id="percents that are no UTF-8"),
        pytest.param("[x](Synthèse\u00a0x.md)", ("Synthèse\u00a0x.md", "", "x"), id="a no-break blank"),
        pytest.param(
            "[x](a\u202fb\u3000c\u2028d\x85e)", ("a\u202fb\u3000c\u2028d\x85e", "", "x"), id="other blanks"
        ),
        pytest.param('[x](a\u00a0"b")', ('a\u00a0"b"', "", "x"), id="no title after a no-break blank"),
        pytest.param("[x](a\\b.md)", ("a\\b.md", "", "x"), id="a backslash that escapes nothing"),
        pytest.param("[x](a\\(b.md)", ("a(b.md", "", "x"), id="an escaped parenthesis"),
        pytest.param("[](A.md)", ("A.md", "", None), id="no label"),
        pytest.param("[**a** `]` b](A.md)", ("A.md", "", "**a** `]` b"), id="code in a label"),
        pytest.param("<b>[[N]]</b> x", ("N", "", None), id="inline HTML"),
        pytest.param("[[d $1]] and $5", ("d $1", "", None), id="3.5 dollars"),
        pytest.param("$5 and [[N]] $6", ("N", "", None), id="123"),
        pytest.param("> - [ ] > [[N]]", ("N", "", None), id="deep inside"),
        pytest.param("[^1]: see [[N]]", ("N", "", None), id="footnote"),
        pytest.param("> [!note] on [[N]]\n> x", ("N", "", None), id="callout title"),
        pytest.param("%% `[[code]]` [[N]]", ("N", "", None), id="unclosed comment"),
        pytest.param("<!-- a -->[[N]]<!-- b -->"[10:], ("N", "", None), id="beside a comment"),
        pytest.param("a <!-- open [[N]]", ("N", "", None), id="HTML comment never closed"),
        pytest.param("`` `[[code]]` `` [[N]] `", ("N", "", None), id="backticks"),
    ],
)
def test_one_link(note, text, link):
    parsed = note(text)
    assert [said(reference) for reference in parsed.links] == [link]
    assert parsed.embeds == ()
    [reference] = parsed.links
    assert reference.span.of(text) == reference.original


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[[a\nb]]", id="66"),
        pytest.param("`[[N]]`", id="69 code"),
        pytest.param("```\n[[N]]\n```", id="69 fence"),
        pytest.param("- a\n  ```\n  [[N]]\n  ```", id="fence in a list"),
        pytest.param("> ```\n> [[N]]\n> ```", id="fence in a quote"),
        pytest.param("    [[N]]", id="indented code"),
        pytest.param("a `b\nc [[N]]` d", id="code over lines"),
        pytest.param("$[[N]]$", id="69 math"),
        pytest.param("$$\n[[N]]\n$$", id="math block"),
        pytest.param("a $$[[N]]$$", id="math in a line"),
        pytest.param("<!-- [[N]] -->", id="71"),
        pytest.param("x <!-- [[N]]\n[[M]] --> y", id="71 over lines"),
        pytest.param("<!--\n\n[[N]]\n\n-->", id="71 block"),
        pytest.param("<div>\n[[N]]\n</div>", id="72"),
        pytest.param("[t](My Note.md)", id="74"),
        pytest.param("[t](My\\ Note.md)", id="74 no escape of a blank"),
        pytest.param("[t](a\tb)", id="74 a tab"),
        pytest.param("[t](a\x01b)", id="a control character"),
        pytest.param("[t](a\x7fb)", id="the last control character"),
        pytest.param("[t](a.md\u00a0 x)", id="a no-break blank and a word"),
        pytest.param("[t](https://x.y/N.md)", id="77"),
        pytest.param("[t](mailto:a@b.c)", id="mail"),
        pytest.param("[[##x]]", id="87"),
        pytest.param("[[^^x]]", id="87 blocks"),
        pytest.param(r"\[\[A]]", id="3.5 escaped"),
        pytest.param("[r][1]\n\n[1]: N.md", id="89"),
        pytest.param("[[]] [](  ) [a]()", id="nothing named"),
        pytest.param("<https://x.y/[[N]]>", id="autolink"),
        pytest.param("---\na: '[[N]]'\n---", id="frontmatter"),
        pytest.param("[ ](", id="cut short"),
    ],
)
def test_no_link(note, text):
    assert note(text).links == note(text).embeds == ()


@pytest.mark.parametrize(
    ("text", "embed"),
    [
        pytest.param("![[N#H]]", ("N", "#H", None), id="86"),
        pytest.param("![[img.png|100x50]]", ("img.png", "", "100x50"), id="85"),
        pytest.param("![alt|100](img.png)", ("img.png", "", "alt|100"), id="3.2.9"),
        pytest.param("| a |\n|---|\n| ![[i.png\\|100]] |", ("i.png", "", "100"), id="in a table"),
    ],
)
def test_one_embed(note, text, embed):
    parsed = note(text)
    assert [said(reference) for reference in parsed.embeds] == [embed]
    assert parsed.links == ()
    assert parsed.embeds[0].span.of(text) == parsed.embeds[0].original


def test_an_image_from_outside_is_no_embed(note):
    assert note("![](https://x.y/i.png)").embeds == ()


def test_an_image_can_be_a_link(note):
    parsed = note("[![alt](i.png)](N.md)")
    assert [r.original for r in parsed.links + parsed.embeds] == ["[![alt](i.png)](N.md)", "![alt](i.png)"]


def test_an_escaped_exclamation_mark_embeds_nothing(note):
    assert [r.original for r in note(r"\![[N]]").links] == ["[[N]]"]


def test_text_order_and_wiki(note):
    parsed = note("[[A]] [b](B.md) [[C]]\n\n- [d](D)")
    assert [(r.linkpath, r.wiki) for r in parsed.links] == [
        ("A", True),
        ("B.md", False),
        ("C", True),
        ("D", False),
    ]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[1]: a\u00a0b.md", "a\u00a0b.md"),
        ("[1]: \u00a0b.md", "\u00a0b.md"),
        ("[\u00a0]: b.md", "b.md"),
        ("[1]: b.md\n'title'", "b.md"),
        ("[1]: a\x7fb.md", None),
        ("[ \t]: b.md", None),
    ],
)
def test_only_ascii_blanks_end_a_definition(note, text, link):
    assert [one.link for one in note(text).reference_links] == ([link] if link else [])


def test_a_destination_says_blanks_of_all_kinds_in_percents():
    assert markdown_destination("Synthèse\u00a0: a\u202fb c.md") == "Synthèse%C2%A0:%20a%E2%80%AFb%20c.md"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_destination_reads_back_as_its_path(path):
    destination = markdown_destination("d/" + path.replace("#", ""))
    assert not any(char.isspace() for char in destination)
    [link] = parse_note("N.md", f"[x]({destination})").links
    assert link.linkpath == "d/" + path.replace("#", "")
