"""GraphML as Gephi reads it: one typed key for each attribute, a label on each node, well-formed XML."""

from __future__ import annotations

import shutil
import subprocess
from xml.etree import ElementTree

import networkx as nx
import pytest

from tests.render.test_graph_canvas import SMALL, read
from tests.render.test_graph_mermaid import HOSTILE, link
from vaultkit.vault.network import graphml
from vaultkit.vault.view import GraphNode, GraphView

XML = "{http://graphml.graphdrawing.org/xmlns}"


def test_networkx_reads_every_file_and_link_back():
    view, _ = read(SMALL, ("plan.png",))
    graph = nx.parse_graphml(graphml(view))
    assert graph.is_directed()
    assert graph.is_multigraph()
    assert {node for node, data in graph.nodes(data=True) if data["resolved"]} == {n.path for n in view.nodes}
    assert graph.nodes["Accès.md"]["label"] == "Accès"
    assert graph.nodes["Accès.md"]["category"] == "domaine"
    assert graph.nodes["[[Pas encore]]"] == {
        "label": "Pas encore", "aliases": "", "tags": "", "category": "", "resolved": False,
    }  # fmt: skip
    assert graph.number_of_edges("Accès.md", "Visite.md") == 2
    assert {data["line"] for _, _, data in graph.edges("Visite.md", data=True)} == {5}


def test_gephi_finds_each_attribute_by_its_name_and_type():
    root = ElementTree.fromstring(graphml(read(SMALL)[0]))
    keys = {(k.get("for"), k.get("attr.name")): k.get("attr.type") for k in root.iter(f"{XML}key")}
    assert keys == {
        ("node", "label"): "string",
        ("node", "aliases"): "string",
        ("node", "tags"): "string",
        ("node", "category"): "string",
        ("node", "resolved"): "boolean",
        ("edge", "kind"): "string",
        ("edge", "line"): "long",
        ("edge", "linktext"): "string",
        ("edge", "resolved"): "boolean",
    }
    assert root.find(f"{XML}graph").get("edgedefault") == "directed"
    ids = [edge.get("id") for edge in root.iter(f"{XML}edge")]
    assert ids
    assert all(ids)


@pytest.mark.skipif(shutil.which("xmllint") is None, reason="xmllint is not installed")
def test_xmllint_accepts_hostile_names():
    names = (*HOSTILE, "\x00\x1b]]>", "<!-- x -->")
    nodes = tuple(GraphNode(name, name, (name,), (name,), name) for name in names)
    text = graphml(GraphView(nodes, tuple(link(names[0], name, False) for name in names)))
    done = subprocess.run(["xmllint", "--noout", "-"], input=text.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
