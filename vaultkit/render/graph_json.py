"""The graph as JSON, for other programs (DESIGN §5.1)."""

from __future__ import annotations

from collections import Counter

from vaultkit.vault.index import name_key
from vaultkit.vault.view import GraphView

SCHEMA_VERSION = 1


def graph_json(view: GraphView) -> dict[str, object]:
    """Return the view as JSON values; `line` counts from 1, an unresolved `target` is the raw linkpath."""
    return {
        "schema_version": SCHEMA_VERSION,
        "nodes": [
            {
                "path": node.path,
                "title": node.title,
                "aliases": list(node.aliases),
                "tags": list(node.tags),
                "category": node.category,
            }
            for node in view.nodes
        ],
        "edges": [
            {
                "source": edge.source,
                "target": edge.target,
                "kind": edge.kind.value,
                "line": edge.line,
                "linktext": edge.linktext,
                "subpath": edge.subpath,
                "resolved": edge.resolved,
            }
            for edge in view.edges
        ],
    }


def unresolved_pairs(view: GraphView) -> dict[tuple[str, str], int]:
    """Return how often each file names each target that does not exist.

    Two spellings of one name (case, Unicode form) are one target: the spelling that sorts first.
    """
    missing = [edge for edge in view.edges if not edge.resolved and edge.target.strip()]
    said: dict[str, str] = {}
    for edge in missing:
        key = name_key(edge.target)
        said[key] = min(said.get(key, edge.target), edge.target)
    return dict(Counter((edge.source, said[name_key(edge.target)]) for edge in missing))
