"""What one note's text means, row by row: `specs/obsidian.md` §10, and the examples of its §2 to §5.

The id of a case is its row, or its section where the spec gives the example in the text. `ELSEWHERE` names the
rows that are about a vault: names (1–5, 9–17), resolution (51–61, 75, 76, 80, 81, 86) and the canvas (90) are in
`tests/vault`. Rows that the spec marks as uncertain alone are asserted as the parser reads them today.
"""

import re

import pytest

from tests.conftest import SHARED, needs_shared
from vaultkit.markdown.cached_metadata import cached_metadata
from vaultkit.markdown.tags import aliases, all_tags, frontmatter_tags

ELSEWHERE = {*range(1, 6), *range(9, 18), *range(51, 62), 75, 76, 80, 81, 86, 90}


def said(references):
    return [(r.linkpath, r.subpath, r.display) for r in references]


#: What can be asked of a note, in one word.
VIEWS = {
    "aliases": lambda note: list(aliases(note)),
    "all tags": lambda note: list(all_tags(note)),
    "blocks": lambda note: {block.id: block.span.of(note.text) for block in note.blocks},
    "body": lambda note: note.text[note.body_start :],
    "callouts": lambda note: [(c.type, c.metadata, c.fold, c.title) for c in note.callouts],
    "code": lambda note: [span.of(note.text) for span in note.code],
    "columns": lambda note: [note.lines.loc(link.span.start).col for link in note.links],
    "comments": lambda note: [span.of(note.text) for span in note.comments],
    "content": lambda note: [item.content.of(note.text) for item in note.list_items],
    "embeds": lambda note: said(note.embeds),
    "footnote references": lambda note: [f.id for f in note.footnote_references],
    "footnotes": lambda note: [f.id for f in note.footnotes],
    "headings": lambda note: [(h.level, h.text) for h in note.headings],
    "keys": lambda note: sorted(cached_metadata(note)),
    "links": lambda note: said(note.links),
    "math": lambda note: [span.of(note.text) for span in note.math],
    "parents": lambda note: [item["parent"] for item in cached_metadata(note).get("listItems", ())],
    "properties": lambda note: dict(note.properties) if note.frontmatter else None,
    "property links": lambda note: [
        (p.key, p.reference.linkpath, p.reference.display) for p in note.property_links
    ],
    "property tags": lambda note: list(frontmatter_tags(note) or ()),
    "readable": lambda note: note.frontmatter.error is None,
    "reference links": lambda note: [(r.id, r.link, r.span.of(note.text)) for r in note.reference_links],
    "sections": lambda note: [section.type.value for section in note.sections],
    "shown": lambda note: [link["displayText"] for link in cached_metadata(note).get("links", ())],
    "shown titles": lambda note: [(c.shown_title, c.style) for c in note.callouts],
    "sizes": lambda note: [embed.size for embed in note.embeds],
    "tags": lambda note: [tag.tag for tag in note.tags],
    "targets": lambda note: [reference.link for reference in note.links + note.embeds],
    "tasks": lambda note: [item.task for item in note.list_items],
}


def row(id, text, **expected):
    """A case of the table; the views are written with `_` for a blank."""
    return pytest.param(text, {view.replace("_", " "): value for view, value in expected.items()}, id=str(id))


def yaml(id, block, **expected):
    """A case whose text is a YAML block."""
    return row(id, f"---\n{block}\n---\n", **expected)


def no_tags(id, *texts):
    return [row(f"{id} {text!r}", text, tags=[]) for text in texts]


def nothing(id, text):
    """A case in which nothing is a link."""
    return row(id, text, links=[], embeds=[])


def one_link(id, text, path, subpath="", display=None):
    return row(id, text, links=[(path, subpath, display)], embeds=[])


NAMES = [
    row(6, "\ufeff---\ntags: [a]\n---\n", property_tags=["#a"], body=""),
    row(7, "---\r\na: 1\r\n---\r\ntext ^id\r\n", properties={"a": 1}, blocks={"id": "text ^id"}),
    one_link(8, "[[C# notes]]", "C", "# notes"),
]

PROPERTIES = [
    row(18, "\n---\na: 1\n---", properties=None),
    row(19, "---\n---\nx", properties={}, body="x"),
    row(20, "---\na: 1\n---   \n", properties={"a": 1}, body=""),
    row(21, "---\na: 1", properties=None),
    row(22, "---\na: 1\n...\nx", properties=None),
    row(23, "----\na: 1\n----", properties=None),
    yaml(24, "a: 1\na: 2", properties={}, readable=False),
    yaml(25, "a: x: y", properties={}, readable=False),
    yaml(26, "\ta: 1", properties={}, readable=False),
    yaml(27, "up: [[N]]", properties={"up": [["N"]]}, property_links=[], links=[]),
    yaml(28, 'up: "[[N]]"', property_links=[("up", "N", None)], links=[]),
    yaml(29, 'ups:\n  - "[[A]]"\n  - "[[B|b]]"', property_links=[("ups.0", "A", None), ("ups.1", "B", "b")]),
    yaml(
        30, 'md: "[t](N.md)"', property_links=[("md", "N.md", "t")], properties={"md": "[t](N.md)"}, links=[]
    ),
    yaml(31, "done: yes", properties={"done": "yes"}),
    yaml(32, "d: 2024-01-05", properties={"d": "2024-01-05"}),
    yaml(33, "t: 10:30", properties={"t": "10:30"}),
    yaml(34, "n: 017", properties={"n": 17}),
    yaml(35, "a: 0o17\nb: 0x1F\nc: 1_000", properties={"a": 15, "b": 31, "c": "1_000"}),
    yaml(36, "tags: #a", properties={"tags": None}, all_tags=[]),
    yaml(37, "ok: 1\ntags: [#a, #b]", properties={}, readable=False, all_tags=[]),
    yaml("38 quoted", 'tags: "#a"', all_tags=["#a"]),
    yaml("38 plain", "tags: a", all_tags=["#a"]),
    yaml(39, "tags: a, b", all_tags=[], properties={"tags": "a, b"}, readable=True),
    yaml("40 tag", "tag: a", all_tags=[], properties={"tag": "a"}),
    yaml("40 alias", "alias: x", aliases=[], properties={"alias": "x"}),
    yaml(41, "Tags: [a]", all_tags=["#a"]),
    yaml(42, "tags:\n- a", all_tags=["#a"]),
    yaml(43, "tags: [2024, y2024]", all_tags=["#y2024"]),
    yaml(44, "title: {{title}}", properties={"title": {"{ title }": None}}),
    yaml("45 escape", r'p: "C:\new"', properties={"p": "C:\new"}),
    yaml("45 no escape", r'p: "C:\path"', properties={}, readable=False),
    yaml(46, '{"tags":["a"]}', all_tags=["#a"]),
    yaml(47, "note: see #todo", properties={"note": "see"}),
    yaml(48, 'note: "see #todo"', properties={"note": "see #todo"}, all_tags=[]),
    yaml(49, "a: 'x'\n# comment\nb: 2", properties={"a": "x", "b": 2}),
    yaml(50, "last:", properties={"last": None}),
    yaml("2.1.6 a block scalar", "a: |\n  x\n---\nb: 1", properties={"a": "x\n"}, body="b: 1\n---\n"),
    row("2.1.8", "x\n\n---\n\nTitle\n---", sections=["paragraph", "thematicBreak", "heading"]),
    row("2.2.1 body", "---\na: x: y\n---\n[[N]] #a", properties={}, targets=["N"], all_tags=["#a"]),
    yaml("2.2.2", "just text", properties={}, readable=False),
    yaml("2.2.4", "Status: 1\nstatus: 2", properties={"Status": 1, "status": 2}),
    yaml("2.3.7", "a: 2024-01-05T10:30:00\nb: 2024-01-05T10:30\nc:", properties={"a": "2024-01-05T10:30:00", "b": "2024-01-05T10:30", "c": None}),
    yaml("2.3.9", "a: {b: {c: 1}}", properties={"a": {"b": {"c": 1}}}),
    yaml("2.4 number sign", 'tags: ["#a", b/c, "my tag", "x, y", "#"]', all_tags=["#a", "#b/c"]),
    yaml("2.4 aliases", 'aliases: [JS, "a, b"]', aliases=["JS", "a, b"]),
    yaml("2.4 one alias", "aliases: Java, Script", aliases=["Java, Script"]),
    yaml("2.4 empty", "tags: []\naliases:", all_tags=[], aliases=[]),
    yaml("2.5.2", 'cast:\n  - x\n  - "[[A#B|b]]"', property_links=[("cast.1", "A", "b")]),
]  # fmt: skip

LINKS = [
    one_link(62, "[[#H]]", "", "#H"),
    one_link(63, "[[N#A#B|t]]", "N", "#A#B", "t"),
    one_link(64, "[[Sq]uare]]", "Sq]uare"),
    one_link(65, "[[Nested [[Inner]] x]]", "Inner"),
    nothing(66, "[[a\nb]]"),
    nothing("67 empty", "[[]]"),
    nothing("67 blank", "[[ ]]"),
    one_link(68, "| a |\n|---|\n| [[N\\|n]] |", "N", "", "n"),
    nothing("69 code", "`[[N]]`"),
    nothing("69 fence", "```\n[[N]]\n```"),
    nothing("69 math", "$[[N]]$"),
    one_link(70, "%%[[N]]%%", "N"),
    nothing(71, "<!-- [[N]] -->"),
    nothing(72, "<div>\n[[N]]\n</div>"),
    one_link(73, "[t](N.md)", "N.md", "", "t"),
    nothing(74, "[t](My Note.md)"),
    one_link(75, "[t](<My Note.md>)", "My Note.md", "", "t"),
    one_link(76, "[t](a%26b.md)", "a%26b.md", "", "t"),
    nothing(77, "[t](https://x.y/N.md)"),
    one_link(78, "[[https://example.com]]", "https://example.com"),
    row(79, "# See [[N]]", headings=[(1, "See [[N]]")], links=[("N", "", None)]),
    row("82 a blank before it", "text ^abc", blocks={"abc": "text ^abc"}),
    row("82 none before it", "text^abc", blocks={}),
    row("82 underscore", "text ^a_b", blocks={}),
    row(83, "| a |\n|---|\n| b |\n\n^t1\n\nx", blocks={"t1": "| a |\n|---|\n| b |"}),
    row(84, "text ^ID\n\n[[N#^id]]", blocks={"id": "text ^ID"}, targets=["N#^id"]),
    row(85, "![[img.png|100x50]]", embeds=[("img.png", "", "100x50")], sizes=[(100, 50)], links=[]),
    nothing("87 headings", "[[##x]]"),
    nothing("87 blocks", "[[^^x]]"),
    nothing(88, r"\[[N]]"),
    row(89, "[r][1]\n\n[1]: N.md", links=[], reference_links=[("1", "N.md", "[1]: N.md")]),
    row("3.1.1", "[[t]] [[t|d]] [[t#h]] [[t#^b]] ![[t]]", targets=["t", "t", "t#h", "t#^b", "t"]),
    one_link("3.1.5", "[[Sp ace]]", "Sp ace"),
    one_link("3.1.6", "[[A#B|C]]", "A", "#B", "C"),
    one_link("3.1.6 blanks", "[[Other#Section | Pipe]]", "Other", "#Section", "Pipe"),
    one_link("3.1.7", "[[A|b|c]]", "A", "", "b|c"),
    one_link("3.1.8", "[[Figure 1.png]]", "Figure 1.png"),
    one_link("3.1.9", "[[#^id]]", "", "#^id"),
    row("3.1.12", "| a |\n|---|\n| ![[img.png\\|100]] |", embeds=[("img.png", "", "100")], sizes=[(100, None)]),
    row("3.1.13", "[[Other#Section]] [[a/b]] [[#H]]", shown=["Other > Section", "a/b", "H"]),
    row("3.1 a blank before #", "[[N #H]]", targets=["N #H"], shown=["N  > H"], links=[("N", "#H", None)]),
    one_link("3.2.1", "[x](Three%20laws)", "Three laws", "", "x"),
    one_link("3.2.3", "[x](a%20b%26c%2Cd%231.md)", "a b%26c%2Cd%231.md", "", "x"),
    one_link("3.2.4", "[x](../Other.md)", "../Other.md", "", "x"),
    one_link("3.2.5", "[x](#My%20heading)", "", "#My heading", "x"),
    nothing("3.2.6", "[a](http://x) [b](mailto:a@b.c) [c](obsidian://open) ![](https://x/i.png)"),
    row("3.2.7", '[x][a] [a]\n\n[a]: <A B.md#h> "t"\n[b]:\n  B%20b.md\n[c]: https://x.y',
        links=[], reference_links=[("a", "A B.md#h", '[a]: <A B.md#h> "t"'), ("b", "B b.md", "[b]:\n  B%20b.md")]),
    row("3.2.7 in a quote", "> [a]: A.md\n> [b]: B.md", reference_links=[("a", "A.md", "[a]: A.md"), ("b", "B.md", "[b]: B.md")]),
    row("3.2.7 no definition", "x\n[a]: A.md\n\n# [b]: B.md\n\n[c]: see [[N]]\n\n[^d]: D", reference_links=[], targets=["N"]),
    nothing("3.2.8", "<A.md> A.md"),
    row("3.2.9", "![alt](img.png) ![alt|100](img.png)", links=[], targets=["img.png"] * 2, sizes=[None, (100, None)]),
    one_link("3.2.10", '[x](A.md "t")', "A.md", "", "x"),
    row("3.4.4", "# See [[Other]] and **b**", headings=[(1, "See [[Other]] and **b**")]),
    row("3.4.7", "text ^Quote-1", blocks={"quote-1": "text ^Quote-1"}),
    row("3.4.8 a list", "- a\n- b\n\n^l\n\nx", blocks={"l": "- a\n- b"}),
    row("3.4.8 a quote", "> a\n\n^q\n\nx", blocks={"q": "> a"}),
    row("3.4.8 a callout", "> [!note]\n> a\n\n^c", blocks={"c": "> [!note]\n> a"}),
    row("3.4.8 an item", "- a\n  ^i\n- b", blocks={"i": "- a\n  ^i"}),
    row("3.4.12", "[[doc.pdf#page=3]] [[x.base#View]]", links=[("doc.pdf", "#page=3", None), ("x.base", "#View", None)]),
    nothing("3.5 indented code", "x\n\n    [[N]]"),
    nothing("3.5 math block", "$$\n[[N]]\n$$"),
    one_link("3.5 dollars", "[[a $1]] and $2", "a $1"),
    nothing("3.5 HTML comment over lines", "<!--\n[[x]]\n-->"),
    row("3.5 everywhere", "# [[a]]\n- [[b]]\n> [[c]]\n\n| t |\n|---|\n| [[d]] |\n\n[^1]: [[e]]\n\n> [!note] [[f]]\n> [[g]]", targets=list("abcdefg")),
    nothing("3.5 a block of code with a name", "```base\n[[x]]\n```\n```query\n[[x]]\n```\n```mermaid\nclass X internal-link\n```"),
    nothing("3.5 escapes", r"\[\[A]]"),
]  # fmt: skip

TAGS = [
    *no_tags(91, "#1984"),
    row("91 a letter", "#y1984 #1984-x #2024/01", tags=["#y1984", "#1984-x", "#2024/01"]),
    *no_tags(92, "(#a)", '"#a"', ".#a", "x—#a", "a#b"),
    row("93 another tag", "#a#b", tags=["#a", "#b"]),
    row("93 a slash", "#a/#b", tags=["#a", "#b"]),
    row(94, "#a/b/", tags=["#a/b"]),
    row(95, "#a.b #c++ #it's", tags=["#a", "#c", "#it"]),
    row(96, "#日本語 #🎉 #naïve", tags=["#日本語", "#🎉", "#naïve"]),
    row(97, "#👨‍👩‍👧", tags=["#👨"]),
    row(98, "#Tag #TAG", tags=["#Tag", "#TAG"]),
    *no_tags(99, "# x", "#", "##x", "##"),
    row(100, "\u3000#a \u00a0#b \t#c", tags=["#a", "#b", "#c"]),
    row(101, "| a |\n|---|\n|#uo|", tags=["#uo"]),
    row(102, "[Discord #tf](u)", tags=["#tf"]),
    *no_tags(103, "https://x/#a", "[t](u#a)", "[[N#a]]"),
    row(104, "%%#c%%", tags=["#c"]),
    *no_tags(105, "<!-- #c -->", "<!-- a\n#c\n-->"),
    *no_tags(106, "<p>x #tr</p>"),
    *no_tags(107, "```\n#a\n```x\n#b"),
    *no_tags(108, "````\n```\n#a\n````"),
    row("4.5", "#x\n# y", tags=["#x"], headings=[(1, "y")]),
    row("4.6 emphasis", "_#uc_ snake_case_#wc", tags=["#uc", "#wc"]),
    row("4.6 tags in a row", "#tl#tm #tn/#to", tags=["#tl", "#tm", "#tn", "#to"]),
    row("4.6 brackets", "[x #ph]", tags=["#ph"]),
    *no_tags("4.6", "x—#pe", "(#pa)", '"#pc"', ".#pd", "`#x`", "```\n#x\n```", "$#x$", "$$\n#x\n$$", r"\#x"),
    row("4.6 comment", "%%#x%%", tags=["#x"]),
    *no_tags("4.7", "[[N#tag]]", "[x](u#frag)"),
    row("4.8", "---\ntags: [a, b]\nother: '#no'\n---\n#c", all_tags=["#a", "#b", "#c"], tags=["#c"]),
    row("4.10", "# h #a\n- #b\n- [ ] #c\n\n> #d\n\n> [!x] #e\n> #f\n\n[^1]: #g", tags=[f"#{c}" for c in "abcdefg"]),
    yaml("4.11", "tags:\n  - my tag\n  - ok", all_tags=["#ok"]),
]  # fmt: skip

STRUCTURE = [
    row(109, "- [/] x\n\n1. [-] y\n\n+ [?] z", tasks=["/", "-", "?"]),
    row(110, "- []\n- [xx] a", tasks=[None, None]),
    row(111, "\n\n\n\n\n- a\n- b", parents=[-5, -5]),
    row(112, "- a\n- b\n  - c", parents=[-1, -1, 1]),
    row(113, "> [!WARNING]- T", callouts=[("warning", "", "-", "T")]),
    row(114, "> [!foo]", callouts=[("foo", "", "", "")], shown_titles=[("Foo", "note")]),
    row(115, "> [!note|x] T", callouts=[("note", "x", "", "T")]),
    row(116, "> > [!todo] a", callouts=[("todo", "", "", "a")], sections=["blockquote"]),
    row(117, "%%%% then [[N]]", comments=[], targets=["N"]),
    row(118, "a %%b\nc%% d", comments=[], sections=["paragraph"]),
    row(119, "x[^A]\n\n[^a]: t", footnote_references=["A"], footnotes=["a"]),
    row(120, "---\na: 1\n---\nTitle\n---", headings=[(2, "Title")]),
    row(121, "## H ##", headings=[(2, "H")]),
    row(122, "😀 [[N]]", columns=[3]),
    row(123, "$5 and $6", math=[]),
    row(124, "# H\n| a |\n|---|\n| b |", sections=["heading", "table"]),
    row(125, "==#a [[N]]== ~~[[M]]~~ ^[inline [[O]]]", tags=["#a"], targets=["N", "M", "O"], footnote_references=[]),
    row("5.1 nothing", "", keys=[]),
    row("5.1 setext", "One\n===\nTwo\n---", headings=[(1, "One"), (2, "Two")]),
    row("5.1 root level only", "> # H\n> - a\n\n- b\n\n  c", sections=["blockquote", "list"]),
    row("5.2.1", "x\n\n- a\n  - b\n- c", parents=[-2, 2, -2]),
    row("5.2.2", "- [ ] a\n* [x] b\n+ [X] c\n1. [>] d\n1) [/] e", tasks=[" ", "x", "X", ">", "/"]),
    row("5.2.2 one character", "- [] a\n- [xx] b\n- [x](u)", tasks=[None] * 3),
    row("5.2.4", "> [!todo]\n> - [ ] a", tasks=[" "], content=["a"]),
    row("5.3.1", "> [!faq]- Are they foldable?\n> yes\n\n> [!tip]+\n\n> [!note] T",
        callouts=[("faq", "", "-", "Are they foldable?"), ("tip", "", "+", ""), ("note", "", "", "T")]),
    row("5.3.1 first line only", "> x\n> [!note]", callouts=[]),
    row("5.3.1 title", "> [!tip]\n\n> [!info] Titre", shown_titles=[("Tip", "tip"), ("Titre", "info")]),
    row("5.3.5", "> [!a] [[x]]\n> > [!todo] b\n> > ![[c]]", targets=["x", "c"], callouts=[("a", "", "", "[[x]]"), ("todo", "", "", "b")]),
    row("5.4 comment", "a %%b%% c", comments=["%%b%%"]),
    row("5.4 comment block", "%%\n[[N]] #a\n\nmore\n%%\nx", sections=["comment", "paragraph"], targets=["N"], tags=["#a"]),
    row("5.4 four signs", "%%%%\n[[N]]\n%%%%", comments=[]),
    row("5.4 math", "$x$ and $$y$$\n\n$$\nz\n$$", math=["$x$", "$$y$$", "$$\nz\n$$"]),
    row("5.4 table", "a | b\n-- | --\n1 | 2", sections=["table"]),
    row("5.4 table pipe", "| a |\n|---|\n| [[N\\|x]] \\| y |", sections=["table"], links=[("N", "", "x")]),
    row("5.4 HTML", "<div>\n[[x]]\n\n[[y]]", sections=["html", "paragraph"], targets=["y"]),
    row("5.4 code", "~~~\na\n~~~\n\n\tb\n\n````\n```\nc\n````", code=["~~~\na\n~~~", "b", "````\n```\nc\n````"]),
    row("5.4 embeds", "![[N]] ![[N#H]] ![[N#^id]]", embeds=[("N", "", None), ("N", "#H", None), ("N", "#^id", None)]),
    row("5.4 embed size", "![[i.png|640]] ![[i.png|640x480]] ![250](a.png)", sizes=[(640, None), (640, 480), (250, None)]),
    row("5.4 pdf", "![[d.pdf#page=3]] ![[d.pdf#height=400]]", targets=["d.pdf#page=3", "d.pdf#height=400"]),
    row("5.4 rules", "---\n\n***\n\n___", sections=["thematicBreak"] * 3),
    row("5.4 escapes", "\\# a\n\n1\\. b\n\n\\- c \\#d", sections=["paragraph"] * 3, tags=[]),
]  # fmt: skip

CALLOUT_TYPES = {
    "note": "",
    "abstract": "summary tldr",
    "info": "",
    "todo": "",
    "tip": "hint important",
    "success": "check done",
    "question": "help faq",
    "warning": "caution attention",
    "failure": "fail missing",
    "danger": "error",
    "bug": "",
    "example": "",
    "quote": "cite",
}

CASES = [*NAMES, *PROPERTIES, *LINKS, *TAGS, *STRUCTURE]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_row(note, text, expected):
    parsed = note(text)
    assert {view: VIEWS[view](parsed) for view in expected} == expected


@pytest.mark.parametrize("type", CALLOUT_TYPES)
def test_a_callout_looks_like_its_type(note, type):
    """§5.3.4: each type, in any case, and each of its other names."""
    for name in (type, type.upper(), *CALLOUT_TYPES[type].split()):
        assert [callout.style for callout in note(f"> [!{name}]").callouts] == [type]


@needs_shared
def test_no_row_is_missing():
    """Each row from 1 to 125 of §10 is here or in `ELSEWHERE`."""
    spec = (SHARED / "specs" / "obsidian.md").read_text(encoding="utf-8").partition("# 10. Nasty")[2]
    rows = {int(number) for number in re.findall(r"^\| (\d+) \|", spec, re.M)} & set(range(1, 126))
    here = {int(case.id.split()[0]) for case in CASES if case.id.split()[0].isdecimal()}
    assert rows == set(range(1, 126))
    assert here | ELSEWHERE == rows
