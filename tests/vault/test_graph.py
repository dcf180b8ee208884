"""The graph: who leads where, kept up note by note."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import notes_of
from vaultkit.markdown.canvas import parse_canvas
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.graph import EdgeKind, LinkGraph
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.network import bridges, components
from vaultkit.vault.view import view_of


def graph_of(text: str, *attachments: str, canvas: object = None) -> LinkGraph:
    notes = [parse_note(path, said) for path, said in notes_of(text).items()]
    canvases = [parse_canvas("B.canvas", json.dumps(canvas))] if canvas else []
    return LinkGraph.of(VaultIndex.of(notes, attachments, canvases))


VAULT = """
    == Synthèse.md
    ---
    backlinks:
      - "[[Accès]]"
      - "[[Courriel]]"
    ---
    <!-- vaultkit:begin liens -->

    - [[Accès]]

    <!-- vaultkit:end liens -->
    Voir [[Accès#Constats|là]], [le courriel](Courriel.md), ![[plan.png]] et [[Accès]].
    == Accès.md
    [[Synthèse]] `[[Courriel]]` [[#Constats]]
    == Courriel.md
    [[Nulle part]] %%[[Accès]]%%
    == Seule.md
    Rien.
    """


def test_edges_say_where_they_lead_how_and_on_which_line() -> None:
    graph = graph_of(VAULT, "plan.png")
    said = [
        (graph.line(e), e.kind.value, e.reference.link, e.target, e.resolved)
        for e in graph.outlinks["Synthèse.md"]
    ]
    assert said == [
        (3, "property", "Accès", "Accès.md", True),
        (4, "property", "Courriel", "Courriel.md", True),
        (8, "generated", "Accès", "Accès.md", True),
        (11, "link", "Accès#Constats", "Accès.md", True),
        (11, "link", "Courriel.md", "Courriel.md", True),
        (11, "embed", "plan.png", "plan.png", True),
        (11, "link", "Accès", "Accès.md", True),
    ]


def test_resolved_and_unresolved_links_are_counted_as_in_the_app() -> None:
    graph = graph_of(VAULT, "plan.png")
    assert graph.resolved_links == {
        "Synthèse.md": {"Accès.md": 4, "Courriel.md": 2, "plan.png": 1},
        "Accès.md": {"Synthèse.md": 1, "Accès.md": 1},
        "Courriel.md": {"Accès.md": 1},
    }
    assert graph.unresolved_links == {"Courriel.md": {"Nulle part": 1}}
    assert graph.inlinks("Accès.md") == ("Accès.md", "Courriel.md", "Synthèse.md")


def test_what_hangs_together_and_what_holds_it() -> None:
    view = view_of(graph_of(VAULT, "plan.png", "autre.png"))
    assert view.orphans == ("Seule.md",)
    assert [node.path for node in view.nodes] == [
        "Accès.md", "Courriel.md", "Seule.md", "Synthèse.md", "plan.png",
    ]  # fmt: skip
    assert components(view) == (("Accès.md", "Courriel.md", "Synthèse.md", "plan.png"), ("Seule.md",))


def test_a_bridge_is_the_only_link_between_two_parts() -> None:
    view = view_of(
        graph_of("""
        == A.md
        [[B]] [[C]]
        == B.md
        [[C]]
        == C.md
        [[D]]
        == D.md
        [[E]] [[F]]
        == E.md
        [[F]]
        == F.md
        """)
    )
    assert bridges(view) == (("C.md", "D.md"),)


def test_excluded_files_are_left_out_but_led_to() -> None:
    graph = graph_of("""
        == Accueil.md
        [[Modèle]]
        == Modèles/Modèle.md
        [[Accueil]] [[{{title}}]]
        == Modèles/Autre.md
        """)
    view = view_of(graph, lambda path: path.startswith("Modèles/"))
    assert [(edge.source, edge.target) for edge in view.edges] == [("Accueil.md", "Modèles/Modèle.md")]
    assert [node.path for node in view.nodes] == ["Accueil.md", "Modèles/Modèle.md"]


def test_a_node_says_who_it_is() -> None:
    [node] = view_of(
        graph_of("""
        == a/Note.md
        ---
        title: Un titre
        aliases: [Autre, 12]
        tags: [x, Y]
        category: domaine
        ---
        #y #z
        """)
    ).nodes
    assert (node.title, node.aliases, node.tags, node.category) == (
        "Un titre", ("Autre", "12"), ("#x", "#Y", "#z"), "domaine",
    )  # fmt: skip


def test_file_cards_of_a_canvas_are_links_and_its_text_cards_are_not() -> None:
    board = {
        "nodes": [
            {"id": "1", "type": "file", "file": "d/N.md", "subpath": "#H", "x": 0, "y": 0},
            {"id": "2", "type": "file", "file": "absent.md"},
            {"id": "3", "type": "text", "text": "[[N]]", "file": "d/N.md"},
        ],
        "edges": [{"id": "e", "fromNode": "1", "toNode": "3", "file": "d/N.md"}],
    }
    graph = graph_of("== d/N.md\n", canvas=board)
    assert [(e.source, e.reference.subpath) for e in graph.backlinks("d/N.md")] == [("B.canvas", "#H")]
    assert graph.unresolved_links == {"B.canvas": {"absent.md": 1}}


def test_the_neighbourhood_of_a_note() -> None:
    view = view_of(
        graph_of("""
        == A.md
        [[B]]
        == B.md
        [[C]]
        == C.md
        [[D]]
        == D.md
        """)
    )
    assert [node.path for node in view.around("A.md").nodes] == ["A.md", "B.md"]
    assert [node.path for node in view.around("C.md", 2).nodes] == ["A.md", "B.md", "C.md", "D.md"]


PATHS = ["N.md", "d/N.md", "d/n.md", "e/N.md", "N.md.md", "img.png", "d/img.png", "M.md"]
LINKS = [
    "[[N]]",
    "[[d/N]]",
    "[[./N]]",
    "[[N.md]]",
    "![[img.png]]",
    "[[M#H]]",
    "[x](../N.md)",
    "[[#H]]",
    "[[o]]",
]
note_texts = st.lists(st.sampled_from(LINKS), max_size=4).map(" ".join)
steps = st.lists(st.tuples(st.sampled_from(PATHS), st.none() | note_texts), max_size=8)


@given(steps)
def test_law_the_graph_kept_up_file_by_file_equals_one_made_from_scratch(changes) -> None:
    graph = LinkGraph.of(VaultIndex.of([]))
    for path, text in changes:
        if text is None:
            graph = graph.without(path)
        elif path.endswith(".md"):
            graph = graph.with_note(parse_note(path, text))
        else:
            graph = graph.follow(graph.index.with_files([path]), [path])
        fresh = LinkGraph.of(graph.index)
        assert (graph.outlinks, graph.sources, graph.mentions) == (
            fresh.outlinks,
            fresh.sources,
            fresh.mentions,
        )
        assert list(graph) == list(fresh)


def test_kinds_are_those_of_the_contract() -> None:
    assert set(EdgeKind) == {"link", "embed", "property", "generated"}
