"""The graph as it is shown: nodes that say who they are, and edges with their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

from msgspec import Struct

from vaultkit.markdown.tags import aliases, all_tags
from vaultkit.text import note_name
from vaultkit.vault.graph import Edge, EdgeKind, LinkGraph, vault_order
from vaultkit.vault.index import VaultIndex


class GraphNode(Struct, frozen=True):
    """A file: `title` is its property `title`, else its name; `category` is empty where it has none.

    `tags` have their `#`, each once (case aside), as first written.
    """

    path: str
    title: str
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    category: str = ""

    @property
    def is_note(self) -> bool:
        """Whether the file is a note, and no attachment or canvas."""
        return self.path[-3:].lower() == ".md"


class GraphEdge(Struct, frozen=True):
    """A link: `line` from 1, `linktext` with its `subpath`; see `Edge` for the rest."""

    source: str
    target: str
    kind: EdgeKind
    line: int
    linktext: str
    subpath: str
    resolved: bool


class GraphView(Struct, frozen=True, dict=True):
    """What a drawing or an export shows, in the order of the vault.

    Nodes are the notes and canvases that are not ignored, and all other files that a shown edge leads
    to; an edge to nowhere has no node.
    """

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]

    @cached_property
    def pairs(self) -> Mapping[tuple[str, str], tuple[GraphEdge, ...]]:
        """The resolved edges between two different nodes, gathered by source and target."""
        found: dict[tuple[str, str], list[GraphEdge]] = {}
        for edge in self.edges:
            if edge.resolved and edge.source != edge.target:
                found.setdefault((edge.source, edge.target), []).append(edge)
        return {pair: tuple(edges) for pair, edges in found.items()}

    @property
    def orphans(self) -> tuple[str, ...]:
        """The notes that lead to no other file and that no other file leads to."""
        linked = {path for pair in self.pairs for path in pair}
        return tuple(node.path for node in self.nodes if node.is_note and node.path not in linked)

    def around(self, path: str, depth: int = 1) -> GraphView:
        """Return the view of what is at most `depth` links away from `path`, whatever their direction."""
        neighbours: dict[str, set[str]] = {}
        for source, target in self.pairs:
            neighbours.setdefault(source, set()).add(target)
            neighbours.setdefault(target, set()).add(source)
        near = edge_of_near = {path}
        for _ in range(depth):
            edge_of_near = {n for one in edge_of_near for n in neighbours.get(one, ())} - near
            near = near | edge_of_near
        return GraphView(
            tuple(node for node in self.nodes if node.path in near),
            tuple(e for e in self.edges if e.source in near and (e.target in near or not e.resolved)),
        )


def view_of(graph: LinkGraph, ignores: Callable[[str], bool] = lambda path: False) -> GraphView:
    """Return the view of a vault's graph without the ignored files (the app's "excluded files")."""
    edges = [edge for edge in graph if not ignores(edge.source)]
    shown = {path for path in (*graph.index.notes, *graph.index.canvases) if not ignores(path)}
    shown |= {edge.target for edge in edges if edge.resolved}
    return GraphView(
        tuple(_node(graph.index, path) for path in sorted(shown, key=vault_order)),
        tuple(_edge(graph, edge) for edge in edges),
    )


def _node(index: VaultIndex, path: str) -> GraphNode:
    note = index.notes.get(path)
    if note is None:
        return GraphNode(path, note_name(path))
    title, category = note.properties.get("title"), note.properties.get("category")
    return GraphNode(
        path,
        title.strip() if isinstance(title, str) and title.strip() else note.name,
        aliases(note),
        _once(all_tags(note)),
        category if isinstance(category, str) else "",
    )


def _once(tags: Iterable[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for tag in tags:
        first.setdefault(tag.lower(), tag)
    return tuple(first.values())


def _edge(graph: LinkGraph, edge: Edge) -> GraphEdge:
    reference = edge.reference
    return GraphEdge(
        edge.source,
        edge.target,
        edge.kind,
        graph.line(edge),
        reference.link,
        reference.subpath,
        edge.resolved,
    )
