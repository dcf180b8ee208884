"""What networkx tells about a graph: its parts, its bridges, its GraphML. Nothing else imports networkx."""

from __future__ import annotations

import networkx as nx

from vaultkit.text import pattern
from vaultkit.vault.graph import vault_order
from vaultkit.vault.view import GraphView

_NOT_XML = pattern("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def components(view: GraphView) -> tuple[tuple[str, ...], ...]:
    """Return the parts that hang together by links of either direction, the biggest first."""
    parts = [tuple(sorted(part, key=vault_order)) for part in nx.connected_components(_simple(view))]
    return tuple(sorted(parts, key=lambda part: (-len(part), vault_order(part[0]))))


def bridges(view: GraphView) -> tuple[tuple[str, str], ...]:
    """Return the pairs of files whose one connection holds two parts of more than one file together."""
    graph = _simple(view)
    found = (
        tuple(sorted(pair, key=vault_order))
        for pair in nx.bridges(graph)
        if min(graph.degree(pair[0]), graph.degree(pair[1])) > 1
    )
    return tuple((one, other) for one, other in sorted(found, key=lambda p: [vault_order(x) for x in p]))


def graphml(view: GraphView) -> str:
    """Return the view as GraphML, with one edge for each link; lists are joined by `, `.

    An unresolved target is a node with `resolved` false.
    """
    graph = nx.MultiDiGraph()
    for node in view.nodes:
        graph.add_node(
            _xml(node.path),
            label=_xml(node.title),
            aliases=_xml(", ".join(node.aliases)),
            tags=_xml(", ".join(node.tags)),
            category=_xml(node.category),
            resolved=True,
        )
    for edge in view.edges:
        target = _xml(edge.target if edge.resolved else f"[[{edge.target}]]")
        if target not in graph:
            graph.add_node(target, label=_xml(edge.target), aliases="", tags="", category="", resolved=False)
        graph.add_edge(
            _xml(edge.source),
            target,
            kind=edge.kind.value,
            line=edge.line,
            linktext=_xml(edge.linktext),
            resolved=edge.resolved,
        )
    return "\n".join(nx.generate_graphml(graph, named_key_ids=True)) + "\n"


def _simple(view: GraphView) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(node.path for node in view.nodes)
    graph.add_edges_from(view.pairs)
    return graph


def _xml(text: str) -> str:
    """Return `text` without what XML 1.0 does not allow: control characters, surrogates, non-characters."""
    return _NOT_XML.sub("", text)
