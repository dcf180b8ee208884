"""The canvas: what is on it, and the laws of its layout. Look at one with `python -m tests.drawing`."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import notes_of
from tests.drawing import box_of, drawn
from tests.render.test_merge_laws import law
from vaultkit.audit.gathering import missions
from vaultkit.audit.model import Mission
from vaultkit.markdown.canvas import parse_canvas
from vaultkit.markdown.parse import parse_note
from vaultkit.render.graph_canvas import MOST_LOOSE_ARROWS, canvas
from vaultkit.render.graph_canvas_arrows import passes
from vaultkit.render.graph_layout import Side, choose_sides, curve
from vaultkit.vault.graph import LinkGraph
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.view import GraphView, view_of

SMALL = """
    == Synthèse.md
    ---
    category: synthese_globale
    scope: Cabinet
    ---
    [[Accès]] [[Courriel]] [[Visite]] [[Pas encore]]
    == Accès.md
    ---
    category: domaine
    scope: Cabinet
    domaine: 🔐 Sécurité & accès
    priorite: haute
    ---
    [[Synthèse]] [[Visite]] [[visite]] ![[plan.png]]
    == Courriel.md
    ---
    category: domaine
    scope: Cabinet
    priorite: basse
    ---
    Rien vu.
    == Visite.md
    ---
    category: entretien
    scope: Cabinet
    ---
    [[Accès]]
    == Journal/Lundi.md
    [[Visite]] [[Synthèse]] [[Introuvable]]
    """


def read(text: str, files: tuple[str, ...] = ()) -> tuple[GraphView, tuple[Mission, ...]]:
    """Return the view and the missions of a vault that is one text."""
    index = VaultIndex.of([parse_note(path, note) for path, note in notes_of(text).items()], files)
    return view_of(LinkGraph.of(index)), missions(index)


@dataclass(frozen=True)
class Board:
    """A canvas that was parsed back."""

    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]]

    @classmethod
    def of(cls, text: str) -> Board:
        return cls(**json.loads(text))

    def __getitem__(self, said: str) -> dict[str, Any]:
        """Return the one node that shows this file, this text, or has this label."""
        [found] = [n for n in self.nodes if said in (n.get("file"), n.get("text"), n.get("label"))]
        return found

    def groups_of(self, said: str) -> list[str]:
        """Return the labels of the groups around a node, the outermost first."""
        inner = self[said]
        groups = [n for n in self.nodes if n["type"] == "group" and n is not inner]
        return [g.get("label", "") for g in groups if box_of(g).holds(box_of(inner))]

    def arrows(self) -> set[str]:
        """Return the edges as `A -> B`, `A <-> B`, or `A -- B` where there is no head."""
        says = {n["id"]: n.get("file") or n.get("text") or n.get("label", "") for n in self.nodes}
        heads = {(False, True): "->", (True, True): "<->", (True, False): "<-", (False, False): "--"}
        return {
            f"{says[e['fromNode']]} {heads['fromEnd' in e, 'toEnd' not in e]} {says[e['toNode']]}"
            for e in self.edges
        }


def board(text: str, files: tuple[str, ...] = ()) -> Board:
    return Board.of(canvas(*read(text, files)))


# ---------------------------------------------------------------------------------- what is on it


def test_a_mission_is_a_group_with_its_domains_interviews_and_what_is_missing():
    found = board(SMALL, ("plan.png",))
    assert found.groups_of("Synthèse.md") == ["Cabinet"]
    assert found.groups_of("Accès.md") == ["Cabinet", "🔐 Sécurité & accès"]
    assert found.groups_of("Visite.md") == ["Cabinet", "Entretiens"]
    assert found.groups_of("[[Pas encore]]") == ["Cabinet", "Notes à écrire"]
    assert found.groups_of("plan.png") == ["Cabinet", "Pièces jointes"]
    assert found.groups_of("Journal/Lundi.md") == ["Journal"]
    assert "[[Introuvable]]" not in {node.get("text") for node in found.nodes}


def test_two_files_share_one_arrow_and_the_synthesis_leads_to_groups():
    assert board(SMALL, ("plan.png",)).arrows() == {
        "Synthèse.md <-> 🔐 Sécurité & accès",
        "Synthèse.md -> Courriel",
        "Synthèse.md -> Entretiens",
        "Synthèse.md -> Notes à écrire",
        "Accès.md <-> Visite.md",
        "Accès.md -> plan.png",
        "Journal/Lundi.md -> Cabinet",
    }


def test_a_domain_has_the_colour_of_its_priority():
    found = board(SMALL)
    assert found["🔐 Sécurité & accès"]["color"] == "1"
    assert found["Courriel"]["color"] == "4"
    assert "color" not in found["Cabinet"]


def test_a_domain_that_nobody_wrote_a_note_on_shows_its_section_of_the_synthesis():
    found = board("""
        == S.md
        ---
        category: synthese_globale
        scope: Cabinet
        ---
        ## 1. 🔐 Accès : portes #1
        ### Constats
        - Ouvert ❌
        """)
    [section] = [node for node in found.nodes if node.get("subpath")]
    assert section["file"] == "S.md"
    assert section["subpath"] == "#1. 🔐 Accès portes 1"
    assert "S.md -- 🔐 Accès : portes #1" in found.arrows()


def test_a_delivered_synthesis_has_its_own_name_and_its_successor_the_notes():
    found = board("""
        == A 2024.md
        ---
        category: synthese_globale
        scope: Cabinet
        statut: livré
        ---
        == B 2025.md
        ---
        category: synthese_globale
        scope: Cabinet
        ---
        == D.md
        ---
        category: domaine
        scope: Cabinet
        ---
        Rien vu.
        """)
    assert found.groups_of("A 2024.md") == ["A 2024"]
    assert found.groups_of("D.md") == ["Cabinet", "D"]


def test_a_canvas_saved_into_the_vault_does_not_change_the_next():
    notes = [parse_note(path, note) for path, note in notes_of(SMALL).items()]
    index = VaultIndex.of(notes, ["plan.png", "autre.pdf"])
    before = canvas(view_of(LinkGraph.of(index)), missions(index))
    saved = parse_canvas("Carte.canvas", before.replace('"plan.png"', '"autre.pdf"'))
    index = VaultIndex.of(notes, ["plan.png", "autre.pdf"], [saved])
    assert canvas(view_of(LinkGraph.of(index)), missions(index)) == before


def test_what_is_around_one_note_is_drawn_alone():
    view, found = read(SMALL)
    around = Board.of(canvas(view.around("Courriel.md"), found))
    assert {node["file"] for node in around.nodes if "file" in node} == {"Courriel.md", "Synthèse.md"}


def test_too_many_links_outside_the_missions_are_left_out():
    def ring(length: int) -> str:
        return "".join(f"== n{at}.md\n[[n{(at + 1) % length}]]\n" for at in range(length))

    assert len(board(ring(MOST_LOOSE_ARROWS)).edges) == MOST_LOOSE_ARROWS
    assert board(ring(MOST_LOOSE_ARROWS + 1)).edges == []


def test_a_folder_that_holds_only_a_folder_lends_it_its_name():
    found = board("== a/b/c.md\n== a/b/d/e.md\n== f.md\n")
    assert found.groups_of("a/b/c.md") == ["a/b"]
    assert found.groups_of("a/b/d/e.md") == ["a/b", "d"]
    assert found.groups_of("f.md") == [""]


def test_it_is_written_as_obsidian_writes_it():
    assert canvas(GraphView((), ()), ()) == '{\n\t"nodes":[],\n\t"edges":[]\n}'
    lines = canvas(*read("== É « a ».md\n")).split("\n")
    assert lines[:2] == ["{", '\t"nodes":[']
    assert re.fullmatch(
        r'\t\t\{"id":"[0-9a-f]{16}","type":"file","file":"É « a ».md","x":\d+,"y":\d+,"width":320,"height":200\}',
        lines[3],
    )


def test_an_id_stays_when_other_notes_come():
    before, after = board(SMALL), board(SMALL.rstrip() + "\n    == Abc.md\n    [[Accès]]\n")
    assert {node["id"] for node in before.nodes} <= {node["id"] for node in after.nodes}


def test_a_folder_as_deep_as_a_path_can_be_is_drawn():
    assert len(board(f"== {'d/' * 1500}n.md\n== {'d/' * 1400}m.md\n").nodes) == 4


# ------------------------------------------------------------------------------------------- laws

PRIORITIES = ("haute", "moyenne", "basse", "inconnue")
#: A link to `x` leads nowhere; `p.png` and `q.png` are files.
TARGETS = st.sampled_from([*(f"n{at}" for at in range(24)), "x", "X", "p.png", "q.png", "S0", "S1"])


@st.composite
def vaults(draw: st.DrawFn) -> Mapping[str, str]:
    """Up to two missions of one or two scopes with sections of their own, and notes of all kinds and folders."""
    texts: dict[str, str] = {}

    def links() -> str:
        return " ".join(f"[[{target}]]" for target in draw(st.lists(TARGETS, max_size=5)))

    for at in range(draw(st.integers(0, 2))):
        scope = draw(st.sampled_from("AB"))
        own = "".join(
            f"## {name}\n### Constats\n- c ❌\n"
            for name in draw(st.lists(st.sampled_from(["🔐 D0", "D7", "1. D7"]), max_size=3))
        )
        texts[f"S{at}.md"] = f"---\ncategory: synthese_globale\nscope: {scope}\n---\n{links()}\n\n{own}"
    kinds = st.sampled_from(["domaine"] * 4 + ["entretien"] * 2 + ["autre"])
    for at in range(draw(st.integers(0, 24))):
        kind, folder = draw(kinds), draw(st.sampled_from(["", "a/", "a/b/", "c/d/"]))
        properties = f"category: {kind}\nscope: {draw(st.sampled_from('AABC'))}\n"
        if kind == "domaine":
            properties += (
                f"domaine: D{draw(st.integers(0, 6))}\npriorite: {draw(st.sampled_from(PRIORITIES))}\n"
            )
            properties += draw(st.sampled_from(["", "", "", "statut: brouillon\n"]))
        texts[f"{folder}n{at}.md"] = f"---\n{properties}---\n{links()}\n"
    return texts


def drawn_of(texts: Mapping[str, str]) -> tuple[str, GraphView, tuple[Mission, ...]]:
    index = VaultIndex.of([parse_note(*one) for one in texts.items()], ["p.png", "files/q.png"])
    view, found = view_of(LinkGraph.of(index)), missions(index)
    return canvas(view, found), view, found


@law(60)
@given(vaults())
def test_nothing_overlaps_and_every_card_lies_in_its_groups(texts):
    found = Board.of(drawn_of(texts)[0])
    for one, other in combinations(found.nodes, 2):
        a, b = box_of(one), box_of(other)
        nested = (one["type"] == "group" and a.holds(b)) or (other["type"] == "group" and b.holds(a))
        assert nested or not a.meets(b), (one, other)
    loose = [n for n in found.nodes if n["type"] != "group" and not _groups_around(found, n)]
    assert loose == []
    assert all(n[key] % 20 == 0 for n in found.nodes for key in ("x", "y", "width", "height"))


def _groups_around(found: Board, node: dict[str, Any]) -> list[dict[str, Any]]:
    return [n for n in found.nodes if n["type"] == "group" and box_of(n).holds(box_of(node))]


@law(60)
@given(vaults())
def test_every_file_is_shown_once_and_every_edge_has_its_two_nodes(texts):
    text, view, _ = drawn_of(texts)
    found = Board.of(text)
    whole = [n["file"] for n in found.nodes if n["type"] == "file" and "subpath" not in n]
    assert sorted(whole) == sorted(node.path for node in view.nodes)
    ids = [thing["id"] for thing in (*found.nodes, *found.edges)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch("[0-9a-f]{16}", id) for id in ids)
    nodes = {node["id"] for node in found.nodes}
    assert all({edge["fromNode"], edge["toNode"]} <= nodes for edge in found.edges)
    pairs = [frozenset((edge["fromNode"], edge["toNode"])) for edge in found.edges]
    assert len(pairs) == len(set(pairs))


@law(40)
@given(vaults())
def test_no_arrow_inside_a_mission_passes_a_card(texts):
    found = Board.of(drawn_of(texts)[0])
    boxes = {node["id"]: box_of(node) for node in found.nodes}
    cards = [box_of(node) for node in found.nodes if node["type"] != "group"]
    syntheses = {path for path in texts if path.startswith("S")}
    missions_ids = {
        around[0]["id"]
        for node in found.nodes
        if node.get("file") in syntheses and (around := _groups_around(found, node))
    }
    for edge in found.edges:
        start, end = boxes[edge["fromNode"]], boxes[edge["toNode"]]
        inside = not {edge["fromNode"], edge["toNode"]} & missions_ids
        if inside and any(boxes[id].holds(start) and boxes[id].holds(end) for id in missions_ids):
            line = points_of(curve(start, end, (Side(edge["fromSide"]), Side(edge["toSide"]))))
            others = [box for box in cards if not start.holds(box) and not end.holds(box)]
            assert not [box for box in others for point in line if box.contains(point)], edge


def points_of(bezier: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points of a curve by halving it (de Casteljau), independently of the layout's own."""

    def at(points: Sequence[tuple[float, float]], t: float) -> tuple[float, float]:
        if len(points) == 1:
            return points[0]
        pairs = pairwise(points)
        return at([(ax + (bx - ax) * t, ay + (by - ay) * t) for (ax, ay), (bx, by) in pairs], t)

    return [at(bezier, step / 40) for step in range(1, 40)]


@law(30)
@given(vaults(), st.randoms(use_true_random=False))
def test_the_order_of_notes_does_not_matter(texts, chance: random.Random):
    text, view, found = drawn_of(texts)
    nodes, edges, shuffled = list(view.nodes), list(view.edges), list(found)
    for one in (nodes, edges, shuffled):
        chance.shuffle(one)
    assert canvas(GraphView(tuple(nodes), tuple(edges)), shuffled) == text
    order = list(texts)
    chance.shuffle(order)
    assert drawn_of({path: texts[path] for path in order})[0] == text


@law(20)
@given(vaults())
def test_the_text_is_json_a_node_a_line_and_can_be_drawn(texts):
    text, _, _ = drawn_of(texts)
    values = json.loads(text)
    assert text.count("\n\t\t{") == len(values["nodes"]) + len(values["edges"])
    assert drawn(values).count("<rect") >= len(values["nodes"])


def test_an_arrow_goes_around_what_stands_between():
    top, between, below = (box_of({"x": 0, "y": y, "width": 200, "height": 100}) for y in (0, 200, 400))
    assert choose_sides(top, below, []) == ((Side.BOTTOM, Side.TOP), 0)
    assert choose_sides(top, below, [between]) == ((Side.LEFT, Side.LEFT), 0)
    assert choose_sides(top, below, [between], Side.RIGHT) == ((Side.RIGHT, Side.RIGHT), 0)


#: Two sections and two domains, so that one domain stands lower than the one across that it links to.
ACROSS = """
    == Synthèse.md
    ---
    category: synthese_globale
    scope: Cabinet
    ---
    ## Locaux
    ### Constats
    - Ouvert ❌
    ## Postes
    ### Constats
    - Anciens ❌
    == Accès.md
    ---
    category: domaine
    scope: Cabinet
    ---
    [[Pas 1]]
    == Portes.md
    ---
    category: domaine
    scope: Cabinet
    domaine: Accès
    ---
    [[Pas 2]] [[Pas 3]] [[Pas 4]]
    == Badges.md
    ---
    category: domaine
    scope: Cabinet
    ---
    [[Accès]]
    """
VISITS = "".join(
    f"""
    == Visite {at}.md
    ---
    category: entretien
    scope: Cabinet
    ---
    """
    for at in range(1, 5)
)


def test_an_arrow_that_would_cut_the_corners_of_cards_is_left_out():
    assert "Badges.md -> Accès.md" in board(ACROSS).arrows()
    found = board(ACROSS + VISITS)
    assert "Badges.md -> Accès.md" not in found.arrows()
    start, end = box_of(found["Badges.md"]), box_of(found["Accès.md"])
    line = curve(start, end, (Side.TOP, Side.TOP))
    cards = {f"Visite {at}.md": box_of(found[f"Visite {at}.md"]) for at in range(1, 5)}
    assert {name for name, box in cards.items() if passes(line, box)} == {"Visite 1.md", "Visite 2.md"}


def test_an_arrow_passes_a_card_whose_corner_it_cuts_and_not_one_that_it_touches():
    line = ((0.0, 0.0), (100.0, 100.0), (200.0, 200.0), (300.0, 300.0))
    assert passes(line, box_of({"x": 102, "y": 0, "width": 200, "height": 104}))
    assert not passes(line, box_of({"x": 104, "y": 0, "width": 200, "height": 100}))
    edge = ((0.0, 0.0), (0.0, 100.0), (0.0, 200.0), (0.0, 300.0))
    assert not passes(edge, box_of({"x": 0, "y": 0, "width": 200, "height": 300}))
    assert passes(edge, box_of({"x": -1, "y": 0, "width": 200, "height": 300}))
