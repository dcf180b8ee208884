"""The graph as a JSON Canvas 1.0 (`specs/obsidian.md` §7): each mission as a picture that a client can be shown.

A mission has three columns: the synthesis in the middle, with the interviews and what else belongs to
it below, and its domains to the left and to the right. So no arrow between a domain and the middle
passes a card. All other files stand beside the missions, a group for each folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from math import ceil, sqrt

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.audit.mission import INTERVIEW, category_of
from vaultkit.audit.model import Domain, Mission
from vaultkit.audit.words import Priority
from vaultkit.markdown.canvas import json_string
from vaultkit.render.graph_canvas_arrows import passes
from vaultkit.render.graph_json import unresolved_pairs
from vaultkit.render.graph_layout import (
    EMPTY,
    GRID,
    Block,
    Box,
    Padding,
    Shape,
    ShapeType,
    Side,
    card,
    choose_sides,
    curve,
    framed,
    packed,
    row,
    stack,
    table,
)
from vaultkit.vault.graph import vault_order
from vaultkit.vault.index import name_key
from vaultkit.vault.subpath import strip_heading_for_link
from vaultkit.vault.view import GraphView

_Json = dict[str, str | int]

#: Beyond so many arrows between files outside the missions none of these is drawn: nobody could follow them.
MOST_LOOSE_ARROWS = 60

_PRIORITY_COLORS = {Priority.HIGH: "1", Priority.MEDIUM: "2", Priority.LOW: "4"}
_SYNTHESIS_COLOR, _INTERVIEW_COLOR = "6", "5"

_SYNTHESIS_SIZE = (640, 720)
_CARD_WIDTH, _DOMAIN_HEIGHTS = 480, (260, 480)
_LOOSE_SIZE = (320, 200)
#: So few files beside the missions stand below each other: their arrows to a mission pass no card.
_FEW = 8
_GROUP_PADDING = Padding(80, 40, 40)
_MISSION_PADDING = Padding(100, 120, 100)
_CARD_GAP, _GROUP_GAP, _MISSION_GAP = 60, 120, 240
#: The room for the arrows between two columns: wider than an arrow bends.
_GUTTER = 360


class _Words(Struct, frozen=True):
    interviews: str
    drafts: str
    missing: str
    files: str


_WORDS = {
    "fr": _Words("Entretiens", "Brouillons", "Notes à écrire", "Pièces jointes"),
    "de": _Words("Gespräche", "Entwürfe", "Noch zu schreiben", "Anhänge"),
    "en": _Words("Interviews", "Drafts", "Notes to write", "Attachments"),
}


class _Part(Struct, frozen=True):
    """A group in a mission; `holds` are its cards by what links to them: a path, or a missing name."""

    group: Shape
    holds: Mapping[str, Shape]
    height: int = 220
    gap: int = _CARD_GAP
    is_domain: bool = False

    def block(self, height: int | None = None) -> Block:
        cards = [card(shape, _CARD_WIDTH, height or self.height) for shape in self.holds.values()]
        return framed(self.group, stack(cards, self.gap), _GROUP_PADDING) if cards else EMPTY


class _Plan(Struct, frozen=True):
    """What a mission shows."""

    frame: Shape
    path: str
    core: Shape
    domains: tuple[_Part, ...]
    others: tuple[_Part, ...]

    @property
    def parts(self) -> tuple[_Part, ...]:
        return (*self.domains, *self.others)

    @property
    def holds(self) -> dict[str, str]:
        """The id of each card by what links to it."""
        return {self.path: self.core.id} | {
            said: shape.id for part in self.parts for said, shape in part.holds.items()
        }


class _Arrow(Struct, frozen=True):
    """An arrow between two nodes by their ids, with a head at its end if `forth`, at its start if `back`."""

    start: str
    end: str
    forth: bool
    back: bool
    color: str = ""


def canvas(view: GraphView, missions: Sequence[Mission] = ()) -> str:
    """Return the view as the text of a canvas, as Obsidian writes it: tabs, a node a line, no last line break.

    Left out are canvases (a canvas that was saved into the vault would show itself) and what only they
    lead to, links to nowhere outside the missions, links between two domains on either side of a
    synthesis whose arrow would pass behind a card, and beyond `MOST_LOOSE_ARROWS` all links of files
    outside the missions. Ids come from paths, and the result from the view alone.
    """
    links = _Links.of(view)
    plans = _plans(links, missions)
    inside = {said for plan in plans for said in plan.holds}
    loose = [path for path in links.paths if path not in inside]
    drawn = [_mission_block(plan) for plan in plans]
    shapes = _placed(plans, drawn, loose)
    boxes = {shape.id: shape.box for shape in shapes}
    edges = [edge for plan in plans for edge in _mission_edges(plan, links, boxes)]
    edges += _loose_edges(plans, loose, links, boxes, shapes)
    shapes = sorted(shapes, key=lambda shape: shape.type is not ShapeType.GROUP)
    return _printed([_node(shape) for shape in shapes], edges)


# ----------------------------------------------------------------------------------- what is shown


class _Links(Struct, frozen=True):
    """The files to show in the order of the vault, the links between them, and those to nowhere."""

    paths: tuple[str, ...]
    pairs: frozenset[tuple[str, str]]
    missing: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, view: GraphView) -> _Links:
        notes = {node.path for node in view.nodes if _is_note(node.path)}
        pairs = {pair for pair in view.pairs if pair[0] in notes and not _is_canvas(pair[1])}
        shown = {node.path for node in view.nodes} & (notes | {target for _, target in pairs})
        return cls(
            tuple(sorted(shown, key=vault_order)),
            frozenset(pair for pair in pairs if pair[1] in shown),
            frozenset(pair for pair in unresolved_pairs(view) if pair[0] in notes),
        )


def _is_note(path: str) -> bool:
    return path.lower().endswith(".md")


def _is_canvas(path: str) -> bool:
    return path.lower().endswith(".canvas")


def _id(*what: str) -> str:
    """Return the id of what these words name: 16 hex digits, as the app's own ids."""
    return sha256("\0".join(what).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _file(path: str, color: str = "") -> Shape:
    return Shape(_id(path), ShapeType.FILE, path, color=color)


def _group(label: str, color: str, *what: str) -> Shape:
    return Shape(_id("group", *what), ShapeType.GROUP, label, color=color)


def _plans(links: _Links, missions: Sequence[Mission]) -> list[_Plan]:
    """Return what each mission shows, active ones first; a note stands in the first that has it."""
    free = set(links.paths)
    plans: list[_Plan] = []
    for mission in sorted(missions, key=lambda mission: (not mission.active, mission.path)):
        if mission.path in free:
            plan = _plan(mission, links, free)
            free.difference_update(plan.holds)
            plans.append(plan)
    return plans


def _plan(mission: Mission, links: _Links, free: set[str]) -> _Plan:
    words, path = _WORDS.get(mission.language, _WORDS["en"]), mission.path
    domains = tuple(_domain_parts(mission, free))
    taken = {path, *(said for part in domains for said in part.holds)}
    rest = [child for child in mission.children if child.path in free and child.path not in taken]
    interviews = _beside(domains, [child.path for child in rest if category_of(child) == INTERVIEW], links)
    drafts = [child.path for child in rest if category_of(child) != INTERVIEW]
    notes = {said for said in (*taken, *interviews, *drafts) if said in free}
    return _Plan(
        _group((mission.active and mission.scope) or mission.synthesis.name, "", path),
        path,
        _file(path, _SYNTHESIS_COLOR),
        domains,
        (
            _files_part(_group(words.interviews, _INTERVIEW_COLOR, path, "interviews"), interviews),
            _files_part(_group(words.drafts, "", path, "drafts"), drafts),
            _missing_part(_group(words.missing, "", path, "missing"), notes, links),
            _files_part(_group(words.files, "", path, "files"), _attachments(notes, links)),
        ),
    )


def _beside(domains: Sequence[_Part], interviews: Sequence[str], links: _Links) -> list[str]:
    """Return the interviews at the height of the domains that they are linked with, so that arrows cross less."""
    line = {said: at // 2 for at, part in enumerate(domains) for said in part.holds}
    pairs = links.pairs | {(target, source) for source, target in links.pairs}

    def height(path: str) -> float:
        linked = [line[other] for one, other in pairs if one == path and other in line]
        return sum(linked) / len(linked) if linked else len(domains)

    return sorted(interviews, key=height)


def _domain_parts(mission: Mission, free: set[str]) -> Iterator[_Part]:
    """Yield a group for each domain: the cards of its notes, or of the synthesis's own section."""
    taken: set[str] = set()
    for domain in mission.domains:
        holds = _section(mission, domain)
        if domain.covered:
            paths = dict.fromkeys(note.path for note in domain.notes)
            holds = {path: _file(path) for path in paths if path in free and path not in taken}
        taken.update(holds)
        if holds:
            color = _PRIORITY_COLORS[domain.priority] if domain.priority else ""
            group = _group(domain.label, color, mission.path, "domain", *list(holds)[:1])
            yield _Part(group, holds, is_domain=True)


def _section(mission: Mission, domain: Domain) -> dict[str, Shape]:
    """Return the card that shows a section of the synthesis: what the app finds by its heading."""
    place = domain.notes[0].heading
    headings = [heading for heading in mission.synthesis.headings if heading.span == place]
    if not headings:
        return {}
    subpath = f"#{strip_heading_for_link(headings[0].text)}"
    same = [h for h in mission.synthesis.headings if h.text == headings[0].text].index(headings[0])
    said = "\0".join((mission.path, subpath, str(same)))
    return {said: replace(_file(mission.path), id=_id(said), subpath=subpath)}


def _files_part(group: Shape, paths: Iterable[str]) -> _Part:
    return _Part(group, {path: _file(path) for path in paths})


def _missing_part(group: Shape, notes: set[str], links: _Links) -> _Part:
    """Return the group of the notes that a mission names and nobody has written yet."""
    names = {_missing(target): target for source, target in sorted(links.missing) if source in notes}
    holds = {said: Shape(_id(group.id, said), ShapeType.TEXT, f"[[{names[said]}]]") for said in sorted(names)}
    return _Part(group, holds, height=60, gap=GRID)


def _missing(target: str) -> str:
    """Return the key of the card of a name that leads nowhere; no path has a NUL."""
    return f"\0{name_key(target)}"


def _attachments(notes: set[str], links: _Links) -> list[str]:
    """Return the files that only the notes of one mission lead to."""
    sources: dict[str, set[str]] = {}
    for source, target in links.pairs:
        sources.setdefault(target, set()).add(source)
    return [path for path in links.paths if not _is_note(path) and sources[path] <= notes]


# -------------------------------------------------------------------------------------- where it is


def _mission_block(plan: _Plan) -> Block:
    centre = stack(
        [card(plan.core, *_SYNTHESIS_SIZE), *(part.block() for part in plan.others)], _GROUP_GAP, centred=True
    )
    sides = plan.domains[::2], plan.domains[1::2]
    height = _card_height(max(sides, key=lambda parts: sum(len(part.holds) for part in parts)), centre.height)
    left, right = (stack([part.block(height) for part in parts], _GROUP_GAP) for parts in sides)
    return framed(plan.frame, row([left, centre, right], _GUTTER, centred=True), _MISSION_PADDING)


def _card_height(parts: Sequence[_Part], room: int) -> int:
    """Return the height at which the cards of a column fill the room, within what can be read."""
    cards = sum(len(part.holds) for part in parts)
    gaps = sum(_GROUP_PADDING.top + _GROUP_PADDING.bottom + _GROUP_GAP for _ in parts) - _GROUP_GAP
    gaps += _CARD_GAP * (cards - len(parts))
    least, most = _DOMAIN_HEIGHTS
    return min(max((room - gaps) // max(1, cards) // GRID * GRID, least), most)


def _placed(plans: Sequence[_Plan], drawn: Sequence[Block], loose: Sequence[str]) -> list[Shape]:
    """Return all shapes; the first synthesis stands in the middle of what the app shows first."""
    missions = packed(drawn, _MISSION_GAP)
    shapes = row([missions, packed(_folder_blocks(loose), _GROUP_GAP, missions)], _MISSION_GAP).shapes
    anchor = next((s.box for s in shapes if plans and s.id == plans[0].core.id), Box(0, 0, 0, 0))
    x, y = anchor.x + anchor.width // 2, anchor.y + anchor.height // 2
    return [replace(shape, box=shape.box.moved(-x, -y)) for shape in shapes]


def _folder_blocks(paths: Sequence[str]) -> list[Block]:
    """Return a group for each folder, with its cards and the groups of its folders; first the vault's root.

    A folder that holds one folder and no file is not shown on its own: its name goes before the other's.
    """
    files: dict[str, list[str]] = {}
    for path in paths:
        files.setdefault(path.rpartition("/")[0], []).append(path)
    held: dict[str, list[tuple[str, str, Block]]] = {}
    one_column = len(paths) <= _FEW
    for folder in sorted(_with_parents(files), key=lambda path: (-path.count("/"), vault_order(path))):
        above, _, name = folder.rpartition("/")
        below = held.pop(folder, [])
        if len(below) == 1 and folder not in files:
            [(inner, label, content)] = below
            held.setdefault(above, []).append((inner, f"{name}/{label}", content))
        else:
            groups = [_folder_group(*one) for one in below]
            content = packed([_cards(files.get(folder, []), one_column), *groups], _GROUP_GAP)
            held.setdefault(above, []).append((folder, name, content))
    own = [("", "", _cards(files[""], one_column))] if "" in files else []
    return [_folder_group(*one) for one in (*own, *held.get("", []))]


def _with_parents(folders: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for folder in folders:
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _cards(paths: Sequence[str], one_column: bool) -> Block:
    columns = 1 if one_column else ceil(sqrt(len(paths)))
    return table([card(_file(path), *_LOOSE_SIZE) for path in paths], columns, _CARD_GAP)


def _folder_group(folder: str, label: str, content: Block) -> Block:
    return framed(_group(label, "", "folder", folder), content, _GROUP_PADDING)


# ------------------------------------------------------------------------------------------ arrows


def _mission_edges(plan: _Plan, links: _Links, boxes: Mapping[str, Box]) -> Iterator[_Json]:
    holds = plan.holds
    middle = boxes[plan.core.id]
    found = {pair for pair in links.pairs if pair[0] in holds and pair[1] in holds}
    found |= {(s, _missing(t)) for s, t in links.missing if s in holds and _missing(t) in holds}
    for arrow in (*_spokes(plan, found), *_cross_links(plan, found)):
        start, end = boxes[arrow.start], boxes[arrow.end]
        ends = (start, end)
        others = [
            box
            for box in map(boxes.__getitem__, holds.values())
            if box not in ends and not any(one.holds(box) for one in ends)
        ]
        bend = Side.RIGHT if start.x > middle.right else Side.LEFT
        sides, crossed = choose_sides(start, end, others, bend)
        line = curve(start, end, sides)
        if not crossed and not any(passes(line, box) for box in others):
            yield _edge(arrow, *sides)


def _spokes(plan: _Plan, found: set[tuple[str, str]]) -> Iterator[_Arrow]:
    """Yield the arrows between the synthesis and each group: to every domain, to others that it links with."""
    for part in plan.parts:
        forth = any((plan.path, said) in found for said in part.holds)
        back = any((said, plan.path) in found for said in part.holds)
        if part.is_domain or forth or back:
            yield _Arrow(plan.core.id, part.group.id, forth, back, part.group.color)


def _cross_links(plan: _Plan, found: set[tuple[str, str]]) -> Iterator[_Arrow]:
    """Yield the arrows between the cards around a synthesis."""
    holds = plan.holds
    place = {said: at for at, said in enumerate(holds)}
    for one, other in sorted(found, key=lambda pair: sorted((place[pair[0]], place[pair[1]]))):
        if plan.path not in (one, other) and not ((other, one) in found and place[other] < place[one]):
            yield _Arrow(holds[one], holds[other], True, (other, one) in found)


def _loose_edges(
    plans: Sequence[_Plan],
    loose: Sequence[str],
    links: _Links,
    boxes: Mapping[str, Box],
    shapes: Sequence[Shape],
) -> list[_Json]:
    """Return the arrows between files outside the missions, and between them and a mission as a whole."""
    ends = {path: _id(path) for path in loose}
    ends |= {said: plan.frame.id for plan in plans for said in plan.holds if said in links.paths}
    found = {
        (ends[source], ends[target]): None
        for source, target in sorted(links.pairs)
        if ends[source] != ends[target]
    }
    arrows = [
        _Arrow(start, end, True, (end, start) in found)
        for start, end in found
        if not ((end, start) in found and end < start)
    ]
    if len(arrows) > MOST_LOOSE_ARROWS:
        frames = {plan.frame.id for plan in plans}
        arrows = [arrow for arrow in arrows if arrow.start in frames and arrow.end in frames]
    cards = [shape.box for shape in shapes if shape.type is not ShapeType.GROUP]
    return [_loose_edge(arrow, boxes[arrow.start], boxes[arrow.end], cards) for arrow in arrows]


def _loose_edge(arrow: _Arrow, start: Box, end: Box, cards: Sequence[Box]) -> _Json:
    others = [box for box in cards if not start.holds(box) and not end.holds(box)]
    return _edge(arrow, *choose_sides(start, end, others)[0])


# -------------------------------------------------------------------------------------------- JSON


def _edge(arrow: _Arrow, start: Side, end: Side) -> _Json:
    """Return an edge; an arrow has one head, at its end, unless it says otherwise."""
    edge: _Json = {
        "id": _id("edge", arrow.start, arrow.end),
        "fromNode": arrow.start,
        "fromSide": start.value,
    }
    if arrow.back:
        edge["fromEnd"] = "arrow"
    edge |= {"toNode": arrow.end, "toSide": end.value}
    if not arrow.forth:
        edge["toEnd"] = "none"
    return edge | ({"color": arrow.color} if arrow.color else {})


def _node(shape: Shape) -> _Json:
    node: _Json = {"id": shape.id, "type": shape.type.value}
    if shape.type is not ShapeType.GROUP:
        node[shape.type.value] = shape.says
    if shape.subpath:
        node["subpath"] = shape.subpath
    box = shape.box
    node |= {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    if shape.color:
        node["color"] = shape.color
    return node | ({"label": shape.says} if shape.type is ShapeType.GROUP and shape.says else {})


def _printed(nodes: Sequence[_Json], edges: Sequence[_Json]) -> str:
    return "{\n" + ",\n".join((_list("nodes", nodes), _list("edges", edges))) + "\n}"


def _list(name: str, objects: Sequence[_Json]) -> str:
    if not objects:
        return f'\t"{name}":[]'
    lines = ",\n".join(f"\t\t{_object(one)}" for one in objects)
    return f'\t"{name}":[\n{lines}\n\t]'


def _object(values: _Json) -> str:
    said = (
        f'"{key}":{value if isinstance(value, int) else json_string(value)}' for key, value in values.items()
    )
    return "{" + ",".join(said) + "}"
