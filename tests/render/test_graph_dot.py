"""The graph in DOT, read back by Graphviz itself."""

from __future__ import annotations

import shutil
import subprocess
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render.test_graph_canvas import SMALL, read
from tests.render.test_graph_mermaid import HOSTILE, link
from tests.render.test_merge_laws import law
from vaultkit.render.graph_dot import dot
from vaultkit.vault.view import GraphNode, GraphView

needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz (`dot`) is not installed")
SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> ElementTree.Element:
    """Return what `dot -Tsvg` draws; it must not complain."""
    done = subprocess.run(["dot", "-Tsvg"], input=text.encode(), capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    assert b"syntax" not in done.stderr
    return ElementTree.fromstring(done.stdout)


def of_class(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [group for group in svg.iter(f"{SVG}g") if group.get("class") == kind]


def label(group: ElementTree.Element) -> str:
    return "".join(text.text or "" for text in group.iter(f"{SVG}text"))


def test_one_arrow_says_how_many_links_it_stands_for():
    text = dot(read(SMALL, ("plan.png",))[0])
    assert '\t"Synthèse.md" -> "Accès.md";\n' in text
    assert '\t"Accès.md" -> "Visite.md" [label=2, penwidth=1.50];\n' in text
    assert '\t"Synthèse.md" -> "[[Pas encore]]" [style=dashed];\n' in text


def test_quotes_backslashes_and_entities_are_escaped():
    text = dot(GraphView((GraphNode('a"\\.md', "R&amp;D \\N"),), ()))
    assert '\t"a\\"\\\\.md" [label="R&amp;amp;D \\\\N", tooltip="a\\"\\\\.md"];\n' in text


@needs_dot
def test_graphviz_draws_every_file_and_pair():
    view, _ = read(SMALL, ("plan.png",))
    svg = drawn(dot(view))
    assert len(of_class(svg, "node")) == len(view.nodes) + 2
    assert len(of_class(svg, "edge")) == len(view.pairs) + 2


@needs_dot
def test_graphviz_shows_hostile_names_as_they_stand():
    names = (*HOSTILE, "a\\", "\\G \\l", "a:n", "strict digraph {", "<i>html</i>", "tab\tlf\n\x01\x00")
    nodes = tuple(GraphNode(name, name, category=name) for name in names)
    svg = drawn(dot(GraphView(nodes, tuple(link(names[0], name, False) for name in names))))
    shown = [label(group) for group in of_class(svg, "node")]
    expected = [name.translate({9: "␉", 10: "␊", 1: "␁", 0: "␀"}) for name in names]
    assert sorted(one.replace("\xa0", " ") for one in shown) == sorted(expected * 2)


@needs_dot
@law(15)
@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=12, unique=True))
def test_graphviz_reads_any_name(names):
    nodes = tuple(GraphNode(name, name, category=name) for name in names)
    svg = drawn(dot(GraphView(nodes, tuple(link(names[0], name) for name in names))))
    assert len(of_class(svg, "edge")) == len(set(names)) - 1
