"""The graph as a Mermaid flowchart, which Obsidian draws in a code block (Mermaid 11, `specs/obsidian.md` §8.1)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from vaultkit.audit.mission import DOMAIN, INTERVIEW, SYNTHESIS
from vaultkit.audit.model import Mission
from vaultkit.errors import VaultkitError
from vaultkit.render.graph_json import unresolved_pairs
from vaultkit.text import Message, fold, note_name, pattern
from vaultkit.vault.view import GraphNode, GraphView

#: What Mermaid draws unless its site configuration says otherwise (`maxEdges`, `maxTextSize`); it
#: counts UTF-16 units, and a diagram cannot raise either limit.
MAX_ARROWS = 500
MAX_LENGTH = 50_000

_ORDER = (SYNTHESIS, DOMAIN, INTERVIEW)
_WHITE = "color:#ffffff"
_KNOWN = {
    SYNTHESIS: f"fill:#7c3aed,stroke:#a78bfa,stroke-width:3px,{_WHITE}",
    DOMAIN: f"fill:#2563eb,stroke:#93c5fd,{_WHITE}",
    INTERVIEW: f"fill:#0f766e,stroke:#5eead4,{_WHITE}",
    "": f"fill:#64748b,stroke:#94a3b8,{_WHITE}",
}
_OTHERS = tuple(f"fill:{fill},{_WHITE}" for fill in ("#b45309", "#be185d", "#4d7c0f", "#0369a1", "#a21caf"))
_MISSING = "fill:transparent,stroke:#808080,color:#808080,stroke-dasharray:5 4"
_FRAME = "fill:transparent,stroke:#808080,color:#808080"
#: All but letters, digits, blanks and signs that mean nothing to Mermaid, Markdown or HTML.
_SPECIAL = pattern(r"[\x00-\x1f!-&(-,./:-@\[-`{-\x9f\u2028\u2029\ud800-\udfff]|^-|(?<= )-(?= )")


class GraphTooLarge(VaultkitError):
    """Mermaid would draw an error in place of this graph."""


def mermaid(view: GraphView, missions: Sequence[Mission] = ()) -> str:
    """Return the view as a flowchart, one arrow for each two files that lead to each other.

    A mission is a subgraph, with the notes that no mission before it holds; a class is a category. What
    a note's link names and is not there is a dashed node.
    """
    chart = _Chart.of(view, missions)
    if len(chart.arrows) > MAX_ARROWS:
        raise _too_large(len(chart.arrows), MAX_ARROWS, "flèches", "arrows")
    text = "\n".join([*chart.lines(), ""])
    if (length := len(text.encode("utf-16-le")) // 2) > MAX_LENGTH:
        raise _too_large(length, MAX_LENGTH, "caractères", "characters")
    return text


def _too_large(count: int, limit: int, fr: str, en: str) -> GraphTooLarge:
    return GraphTooLarge(
        Message(
            f"Ce graphe demande {count} {fr} et Mermaid n’en dessine que {limit}. "
            "Montrez une partie du coffre avec --around NOTE, ou prenez --format canvas.",
            f"This graph takes {count} {en} and Mermaid draws no more than {limit}. "
            "Show a part of the vault with --around NOTE, or take --format canvas.",
        )
    )


class _Chart(Struct, frozen=True):
    """What is drawn: the nodes by path, the missing targets, the arrows by their two ids, the missions."""

    nodes: Mapping[str, GraphNode]
    ids: Mapping[str, str]
    missing: Mapping[str, str]
    arrows: Mapping[tuple[str, str], str]
    missions: Sequence[tuple[str, Sequence[str]]]

    @classmethod
    def of(cls, view: GraphView, missions: Sequence[Mission]) -> _Chart:
        nodes = {node.path: node for node in view.nodes}
        ids = {path: f"n{number}" for number, path in enumerate(nodes, 1)}
        unresolved = unresolved_pairs(view)
        targets = dict.fromkeys(target for _, target in unresolved)
        missing = {target: f"u{number}" for number, target in enumerate(targets, 1)}
        arrows = {(ids[source], ids[target]): arrow for (source, target), arrow in _arrows(view, nodes)}
        arrows |= {(ids[source], missing[target]): "-.->" for source, target in unresolved}
        return cls(nodes, ids, missing, arrows, list(_members(missions, nodes)))

    def lines(self) -> Iterator[str]:
        yield "flowchart LR"
        inside: set[str] = set()
        for number, (label, paths) in enumerate(self.missions, 1):
            yield f'\tsubgraph m{number}["{_escaped(label)}"]'
            yield "\t\tdirection LR"
            yield from (f"\t\t{self._node(path)}" for path in paths)
            yield "\tend"
            inside.update(paths)
        yield from (f"\t{self._node(path)}" for path in self.nodes if path not in inside)
        yield from (f'\t{id}["{_escaped(target)}"]' for target, id in self.missing.items())
        yield from (f"\t{source} {arrow} {target}" for (source, target), arrow in self.arrows.items())
        yield from self._classes()

    def _node(self, path: str) -> str:
        return f'{self.ids[path]}["{_escaped(self.nodes[path].title)}"]'

    def _classes(self) -> Iterator[str]:
        by_category: dict[str, list[str]] = {}
        for path, node in self.nodes.items():
            by_category.setdefault(fold(node.category), []).append(self.ids[path])
        others = 0
        for number, (category, ids) in enumerate(sorted(by_category.items()), 1):
            style = _KNOWN.get(category) or _OTHERS[others % len(_OTHERS)]
            others += category not in _KNOWN
            yield from _class(f"c{number}", style, ids)
        yield from _class("missing", _MISSING, list(self.missing.values()))
        yield from _class("mission", _FRAME, [f"m{number}" for number in range(1, len(self.missions) + 1)])
        if links := self._clickable():
            yield f"\tclass {','.join(links)} internal-link"

    def _clickable(self) -> list[str]:
        """Return the nodes whose label is a link to their file; the app reads it as a linkpath."""
        names = Counter(fold(note_name(path)) for path in self.nodes)
        return [
            self.ids[path]
            for path, node in self.nodes.items()
            if node.title == note_name(path) and names[fold(node.title)] == 1
        ]


def _class(name: str, style: str, ids: Sequence[str]) -> Iterator[str]:
    if ids:
        yield f"\tclassDef {name} {style}"
        yield f"\tclass {','.join(ids)} {name}"


def _arrows(view: GraphView, nodes: Mapping[str, GraphNode]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield one arrow for each two files, with two heads where both lead to the other.

    Mermaid puts the first of the two further to the left: the synthesis, then its domains.
    """

    def place(path: str) -> tuple[int, str]:
        category = fold(nodes[path].category)
        return _ORDER.index(category) if category in _ORDER else len(_ORDER), path

    for source, target in view.pairs:
        if (target, source) not in view.pairs:
            yield (source, target), "-->"
        elif place(source) < place(target):
            yield (source, target), "<-->"


def _members(
    missions: Sequence[Mission], nodes: Mapping[str, GraphNode]
) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield the label of each mission and the shown notes that no mission before it holds, active ones first."""
    taken: set[str] = set()
    for mission in sorted(missions, key=lambda mission: (not mission.active, mission.path)):
        paths = dict.fromkeys([mission.path, *(child.path for child in mission.children)])
        free = [path for path in paths if path in nodes and path not in taken]
        taken.update(free)
        if free:
            yield (mission.active and mission.scope) or mission.synthesis.name, free


def _escaped(text: str) -> str:
    """Return a text for a quoted label, with Mermaid's own codes (`#35;` is `#`) for what it might read.

    A label that is blank would be drawn as no label at all.
    """
    return _SPECIAL.sub(_code, " ".join(text.split())) or "#8203;"


def _code(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"#{code};" if 0x20 < code < 0x7F else "#65533;"
