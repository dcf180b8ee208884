"""The Mermaid flowchart. What it says was tried with Mermaid 11: each label below is drawn as it stands here."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.test_graph_canvas import SMALL, read
from tests.render.test_merge_laws import law
from vaultkit.render.graph_mermaid import MAX_ARROWS, MAX_LENGTH, GraphTooLarge, mermaid
from vaultkit.vault.graph import EdgeKind
from vaultkit.vault.view import GraphEdge, GraphNode, GraphView

#: Names that Mermaid, Markdown, HTML or a directive could read as something else.
HOSTILE = (
    "end", "1. liste", "- puce", "# titre", 'a "b" c', "<b>gras</b>", "`code`", "**gras**", "_it_ a_b",
    "[x](y) [[z]]", "{a}|b|", "a;b", "%% comm", "%%{init: {}}%%", "style a:#fff;x", "classDef a:#fff;",
    "#35; #quot;", "&amp; &lt;", "---", "subgraph", "🔐 É’ à", 'a\\nb \\"q', "x---o", "$$x^2$$", "fa:fa-car",
    "@{ shape: x }", "a::b:::c", "~~~", "1) p", "> citation", "http://a.b/c", "x - y", "==x==", "<script>",
)  # fmt: skip


def link(source: str, target: str, resolved: bool = True) -> GraphEdge:
    return GraphEdge(source, target, EdgeKind.LINK, 1, target, "", resolved)


def labels(chart: str) -> list[str]:
    """Return the labels of the nodes as Mermaid decodes them: `#35;` is an entity."""
    said = re.findall(r'^\t+[nu]\d+\["(.*)"\]$', chart, re.M)
    return [html.unescape(re.sub(r"#(\w+);", r"&#\1;", label)) for label in said]


def test_a_mission_is_a_subgraph_and_two_files_share_one_arrow():
    chart = mermaid(*read(SMALL))
    assert chart.startswith('flowchart LR\n\tsubgraph m1["Cabinet"]\n\t\tdirection LR\n')
    names = dict(re.findall(r'([nu]\d+)\["(.*)"\]', chart))
    arrows = re.findall(r"^\t([nu]\d+) (\S+) ([nu]\d+)$", chart, re.M)
    assert {(names[a], arrow, names[b]) for a, arrow, b in arrows} == {
        ("Synthèse", "<-->", "Accès"),
        ("Synthèse", "-->", "Courriel"),
        ("Synthèse", "-->", "Visite"),
        ("Synthèse", "-.->", "Pas encore"),
        ("Accès", "<-->", "Visite"),
        ("Lundi", "-->", "Visite"),
        ("Lundi", "-->", "Synthèse"),
        ("Lundi", "-.->", "Introuvable"),
        ("Accès", "-.->", "plan#46;png"),
    }
    inside = chart.split("subgraph")[1].split("\tend")[0]
    assert sorted(re.findall(r'\["(.*)"\]', inside)) == ["Accès", "Cabinet", "Courriel", "Synthèse", "Visite"]


def test_each_category_has_its_class_and_a_name_that_is_a_link_can_be_clicked():
    view = GraphView(
        (
            GraphNode("a.md", "a", category="Domaine"),
            GraphNode("b.md", "Un titre", category="domaine"),
            GraphNode("c/d.md", "d", category="recette"),
            GraphNode("e/d.md", "d"),
        ),
        (),
    )
    chart = mermaid(view, ())
    assert "\tclassDef c2 fill:#2563eb" in chart
    assert "\tclass n1,n2 c2\n" in chart
    assert "\tclass n3 c3\n" in chart
    assert chart.endswith("\tclass n1 internal-link\n")


def test_hostile_names_are_said_in_codes():
    nodes = tuple(GraphNode(f"{at}.md", name, category=name) for at, name in enumerate(HOSTILE))
    chart = mermaid(GraphView(nodes, tuple(link("0.md", name, False) for name in HOSTILE)), ())
    assert labels(chart) == [*HOSTILE, *HOSTILE]


@law(100)
@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_no_name_can_be_read_as_anything_but_a_label(names):
    nodes = tuple(GraphNode(name, name, category=name) for name in names)
    chart = mermaid(GraphView(nodes, tuple(link(names[0], name, False) for name in names)), ())
    for line in chart.splitlines():
        assert re.fullmatch(
            r"flowchart LR"
            r'|\t[nu]\d+\["(?:#\d+;|[^\x00-\x1f"#<>&;:%`\[\]{}|\\\ud800-\udfff\u2028\u2029])+"\]'
            r"|\t[nu]\d+ (?:-->|<-->|-\.->) [nu]\d+"
            r"|\tclassDef [a-z]+\d* [\w:#,. -]+|\tclass [nmu\d,]+ [a-z-]+\d*",
            line,
        ), line


def many(arrows: int, title: str = "n") -> GraphView:
    nodes = tuple(GraphNode(f"{at}.md", title) for at in range(arrows + 1))
    return GraphView(nodes, tuple(link(f"{at}.md", f"{at + 1}.md") for at in range(arrows)))


def test_more_than_mermaid_draws_is_refused_with_the_count_and_a_way_out():
    assert mermaid(many(MAX_ARROWS)).count(" --> ") == MAX_ARROWS
    with pytest.raises(GraphTooLarge) as refused:
        mermaid(many(MAX_ARROWS + 1))
    assert refused.value.exit_code == 2
    for said in (refused.value.message.fr, refused.value.message.en):
        assert "501" in said
        assert "500" in said
        assert "--around NOTE" in said


def test_length_counts_in_the_units_of_javascript():
    size = len(mermaid(many(0, "🔐" * 100)).encode("utf-16-le")) // 2
    free = MAX_LENGTH - size
    assert mermaid(many(0, "🔐" * (100 + free // 2)))
    with pytest.raises(GraphTooLarge, match=r"5000[12]"):
        mermaid(many(0, "🔐" * (101 + free // 2)))
