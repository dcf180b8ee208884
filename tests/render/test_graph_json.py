"""The graph as JSON (DESIGN §5.1)."""

from __future__ import annotations

import json

from tests.render.test_graph_canvas import read
from vaultkit.render.graph_json import graph_json, unresolved_pairs


def test_it_has_exactly_the_promised_shape():
    view, _ = read("""
        == a.md
        ---
        title: Premier
        aliases: [un]
        category: domaine
        voir: "[[b]]"
        ---
        #Tag [[b#Titre|là]] ![[nulle part]]
        == b.md
        """)
    values = graph_json(view)
    assert json.loads(json.dumps(values)) == values
    assert values == {
        "schema_version": 1,
        "nodes": [
            {"path": "a.md", "title": "Premier", "aliases": ["un"], "tags": ["#Tag"], "category": "domaine"},
            {"path": "b.md", "title": "b", "aliases": [], "tags": [], "category": ""},
        ],
        "edges": [
            {"source": "a.md", "target": "b.md", "kind": "property", "line": 5,
             "linktext": "b", "subpath": "", "resolved": True},
            {"source": "a.md", "target": "b.md", "kind": "link", "line": 7,
             "linktext": "b#Titre", "subpath": "#Titre", "resolved": True},
            {"source": "a.md", "target": "nulle part", "kind": "embed", "line": 7,
             "linktext": "nulle part", "subpath": "", "resolved": False},
        ],
    }  # fmt: skip


def test_two_spellings_of_a_missing_name_are_one_target():
    view, _ = read("== a.md\n[[Été]] [[E\u0301te\u0301]]\n== b.md\n[[ÉTÉ]]\n")
    assert unresolved_pairs(view) == {
        ("a.md", "E\u0301te\u0301"): 2,
        ("b.md", "E\u0301te\u0301"): 1,
    }
