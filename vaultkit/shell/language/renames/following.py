"""A place of a note gets another name, and every link in the vault that says it follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct, field

from vaultkit.edits import Changes, Edit, Write, apply_edits
from vaultkit.markdown.canvas import Canvas, json_string
from vaultkit.markdown.note import Note
from vaultkit.markdown.properties import NotEditable
from vaultkit.markdown.regions import find_regions, foreign_regions
from vaultkit.markdown.relink import property_edits, shifted
from vaultkit.shell.language.subpaths import card_subpaths, note_of_card, subpath_edits
from vaultkit.shell.session import Session
from vaultkit.shell.stamping import STALE, is_stale, refreshed_texts
from vaultkit.text import Message, Span
from vaultkit.vault.graph import Edge, EdgeKind, edges_of

#: The subpaths that a link may say from now on, the best first; None where it stays as it is, empty where none can.
Subpaths = Callable[[str], tuple[str, ...] | None]
#: The display text that shows the old name, and what shows the new one.
Shown = tuple[str, str]


class Edits(Struct):
    """What has to be written in notes and canvases, by path, and the files in which something cannot be."""

    notes: dict[str, list[Edit]] = field(default_factory=dict)
    canvases: dict[str, list[Edit]] = field(default_factory=dict)
    refused: list[tuple[str, Message]] = field(default_factory=list)

    def add(self, path: str, edits: Iterable[Edit]) -> None:
        """Add edits to a note."""
        self.notes.setdefault(path, []).extend(edits)


def follow_links(session: Session, path: str, subpaths: Subpaths, shown: Shown) -> Edits:
    """Return the edits that give the links to places in the note at `path` their new subpaths."""
    found = Edits()
    for source in session.graph.inlinks(path):
        note = session.index.notes.get(source)
        if note is None:
            continue
        edges = [edge for edge in session.graph.outlinks[source] if edge.resolved and edge.target == path]
        edits, lost = _of_links(note, edges, subpaths, shown)
        if edits:
            found.add(source, edits)
        found.refused += [(source, _cannot_say(note, edge)) for edge in lost[:1]]
    for canvas in session.index.canvases.values():
        _follow_canvas(session, canvas, path, subpaths, shown, found)
    return found


def _of_links(
    note: Note, edges: Iterable[Edge], subpaths: Subpaths, shown: Shown
) -> tuple[list[Edit], list[Edge]]:
    """Return the edits to the links of one note, and the links that cannot follow."""
    edits: list[Edit] = []
    lost: list[Edge] = []
    closed = foreign_regions(note.text)
    seen: set[Span] = set()
    for edge in edges:
        reference = edge.reference
        wanted = subpaths(reference.subpath) if reference.subpath else None
        if wanted is None or reference.span in seen or any(one.holds(reference.span) for one in closed):
            continue
        seen.add(reference.span)
        display = shown[1] if reference.display == shown[0] else None
        forms = (subpath_edits(reference, said, display) for said in wanted)
        try:
            own = next((form for form in forms if form is not None), None)
            if own is None:
                raise NotEditable(reference.original)
            if edge.kind is EdgeKind.PROPERTY:
                edits += property_edits(note, reference, own)
            else:
                edits += shifted(own, reference.span.start)
        except NotEditable:
            lost.append(edge)
    return edits, lost


def _follow_canvas(
    session: Session, canvas: Canvas, path: str, subpaths: Subpaths, shown: Shown, found: Edits
) -> None:
    """Add the edits to a canvas: the parts that its file cards show, and the links in its text cards."""
    edits: list[Edit] = []
    for card, span in card_subpaths(canvas):
        wanted = subpaths(card.subpath) if card.linkpath == path else None
        if wanted:
            edits.append(Edit(span, json_string(wanted[0])))
    for text in canvas.texts:
        note = note_of_card(canvas, text.text)
        reached = [
            edge
            for edge in edges_of(session.index.with_notes([note]), canvas.path)
            if edge.resolved and edge.target == path
        ]
        inside, _ = _of_links(note, reached, subpaths, shown)
        if inside:
            edits.append(Edit(text.span, json_string(apply_edits(text.text, inside))))
    if edits:
        found.canvases[canvas.path] = edits


# ------------------------------------------------------------------------------------ as a plan


def changes_of(session: Session, edits: Edits) -> Changes:
    """Return the edits as writes; regions in which something changes say what a rebuild then makes of them."""
    refused = dict(edits.refused)
    index = session.index
    texts: dict[str, str] = {}
    regions: list[str] = []
    for path, wanted in edits.notes.items():
        note = index.notes[path]
        if blocked := session.blocked(note):
            refused.setdefault(path, blocked)
            continue
        texts[path] = apply_edits(note.text, dict.fromkeys(wanted))
        if in_regions(note, wanted):
            regions.append(path)
    stale = [path for path in regions if _would_change(session, path)]
    refused |= dict.fromkeys(stale, STALE)
    if regions and not refused:
        texts |= refreshed_texts(session, texts, regions)
    writes = [Write(path, text, index.notes[path].digest, reason="rename") for path, text in texts.items()]
    for path, wanted in edits.canvases.items():
        canvas = index.canvases[path]
        writes.append(Write(path, apply_edits(canvas.text, wanted), canvas.digest, reason="rename"))
    return Changes(tuple(writes), refused=tuple(refused.items()))


def in_regions(note: Note, edits: Iterable[Edit]) -> bool:
    """Whether an edit falls into a region of ours."""
    regions = [Span(one.begin.start, one.end.end) for one in find_regions(note).regions]
    return any(region.holds(edit.span) for region in regions for edit in edits)


def _would_change(session: Session, path: str) -> bool:
    mission = session.target(path)
    return mission is not None and is_stale(session.refresh(mission))


def _cannot_say(note: Note, edge: Edge) -> Message:
    line = note.lines.line(edge.reference.span.start) + 1
    return Message(
        f"ligne {line}\u00a0: ce lien ne peut pas dire le nouveau nom\u00a0: {edge.reference.original}",
        f"line {line}: this link cannot say the new name: {edge.reference.original}",
    )
