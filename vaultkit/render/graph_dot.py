"""The graph in Graphviz's language, DOT (https://graphviz.org/doc/info/lang.html)."""

from __future__ import annotations

from math import log2

from vaultkit.audit.mission import DOMAIN, INTERVIEW, SYNTHESIS
from vaultkit.render.graph_json import unresolved_pairs
from vaultkit.text import fold
from vaultkit.vault.view import GraphNode, GraphView

_HEAD = (
    "digraph vault {",
    '\tgraph [rankdir=LR, ranksep=1.2, nodesep=0.25, bgcolor="transparent"];',
    '\tnode [shape=box, style="rounded,filled", fontname="Helvetica", fillcolor="#f1f5f9", color="#64748b"];',
    '\tedge [color="#64748b", fontname="Helvetica", fontsize=10];',
)
_FILLS = {SYNTHESIS: "#ddd6fe", DOMAIN: "#bfdbfe", INTERVIEW: "#99f6e4"}
_MISSING = 'style="rounded,dashed", fillcolor="transparent", fontcolor="#64748b"'
#: A control character as the picture that Unicode has for it; DOT cannot say NUL, SVG none of them.
_CONTROLS = {code: 0x2400 + code for code in range(0x20)} | {0x7F: 0x2421, 0x85: 0x2424}
_LONE_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)


def dot(view: GraphView) -> str:
    """Return the view as a digraph: a node for each file, one arrow from each file to each that it leads to.

    An arrow that stands for several links says how many. Targets that do not exist are dashed.
    """
    lines = [*_HEAD, *(_node(node) for node in view.nodes)]
    missing = unresolved_pairs(view)
    for target in dict.fromkeys(target for _, target in missing):
        lines.append(f"\t{_id(_missing(target))} [label={_label(target)}, {_MISSING}];")
    for (source, target), edges in view.pairs.items():
        lines.append(f"\t{_id(source)} -> {_id(target)}{_arrow(len(edges), dashed=False)};")
    for (source, target), count in missing.items():
        lines.append(f"\t{_id(source)} -> {_id(_missing(target))}{_arrow(count, dashed=True)};")
    return "\n".join([*lines, "}", ""])


def _node(node: GraphNode) -> str:
    fill = _FILLS.get(fold(node.category))
    color = f', fillcolor="{fill}"' if fill else ""
    return f"\t{_id(node.path)} [label={_label(node.title)}, tooltip={_label(node.path)}{color}];"


def _arrow(count: int, dashed: bool) -> str:
    said = ["style=dashed"] if dashed else []
    if count > 1:
        said += [f"label={count}", f"penwidth={min(1 + log2(count) / 2, 4):.2f}"]
    return f" [{', '.join(said)}]" if said else ""


def _missing(target: str) -> str:
    return f"[[{target}]]"


def _id(text: str) -> str:
    r"""Return a name as a quoted string: `\"` is a quote in it, and `\\` both of its characters.

    Doubled backslashes keep two names apart, and a last one from hiding the closing quote.
    """
    plain = text.translate(_CONTROLS).translate(_LONE_SURROGATES)
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _label(text: str) -> str:
    """Return a text as a label: there entities such as `&amp;` are read too, and a backslash commands."""
    return _id(text.replace("&", "&amp;"))
