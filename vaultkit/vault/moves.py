"""Files get other paths, and every link still leads where it led: what has to be written for that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.canvas import Canvas, json_string
from vaultkit.markdown.note import Note, Reference
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.properties import NotEditable
from vaultkit.markdown.regions import foreign_regions
from vaultkit.markdown.relink import as_written, property_edits, relink_edits, shifted
from vaultkit.text import Span, note_name
from vaultkit.vault.app import AppSettings, NewLinkFormat
from vaultkit.vault.graph import Edge, EdgeKind, LinkGraph, edges_of
from vaultkit.vault.index import VaultIndex, file_key
from vaultkit.vault.links import equal_destinations, linktext, relative, resolve_linkpath, without_md

#: Old path to new path.
Moves = Mapping[str, str]


class Relinked(Struct, frozen=True):
    """A file whose links have to be rewritten: `path` is its old path, `text` what it then says.

    `count` is the number of links rewritten, `lost` those that could not be: they will lead elsewhere.
    """

    path: str
    text: str
    count: int
    lost: tuple[Edge, ...] = ()


def moved(index: VaultIndex, moves: Moves) -> VaultIndex:
    """Return the index of the vault in which the files stand at their new paths."""
    notes = [index.notes[old].at(new) for old, new in moves.items() if old in index.notes]
    canvases = dict(index.canvases)
    canvases |= {new: replace(canvases[old], path=new) for old, new in moves.items() if old in canvases}
    others = (new for old, new in moves.items() if old not in index.notes)
    after = index.without(moves).with_notes(notes).with_files(others)
    return replace(after, canvases={path: canvas for path, canvas in canvases.items() if path not in moves})


def relink(
    graph: LinkGraph, moves: Moves, app: AppSettings, also: Mapping[str, Sequence[Edit]] | None = None
) -> Iterator[Relinked]:
    """Yield each note and canvas in which a link would no longer lead where it leads now.

    As the app: a link to a moved file says its new name or path (in the form of the settings; a relative
    link stays one), a display text that was the old name is the new one, a short link that has become
    ambiguous is lengthened. Links that still lead there are not touched, nor are regions of other tools.
    `also` are edits that a note needs besides.
    """
    after = moved(graph.index, moves)
    others = {path: edits for path, edits in (also or {}).items() if edits}
    for path in sorted(_touched(graph, moves) | others.keys()):
        note = graph.index.notes.get(path)
        if note is not None:
            found = _Rewriter(graph.index, after, moves, app).note(note, others.get(path, ()))
        else:
            found = _canvas(graph.index, after, moves, app, graph.index.canvases[path])
        if found.count or found.lost:
            yield found


def _touched(graph: LinkGraph, moves: Moves) -> set[str]:
    """Return the files that could hold a link to rewrite: those moved, and those that say one of the names."""
    found = {path for path in moves if path in graph.outlinks}
    for path in (*moves, *moves.values()):
        found |= graph.mentions.get(file_key(path), frozenset()) | graph.sources.get(path, frozenset())
    return found | graph.index.canvases.keys()


class _Rewriter(Struct, frozen=True):
    before: VaultIndex
    after: VaultIndex
    moves: Moves
    app: AppSettings

    def note(self, note: Note, also: Sequence[Edit] = ()) -> Relinked:
        """Return what a note says after the moves; a link that cannot be rewritten stays, and is told."""
        edits = list(also)
        lost: list[Edge] = []
        count = len(edits)
        closed = foreign_regions(note.text)
        seen: set[Span] = set()
        for edge in edges_of(self.before, note.path):
            span = edge.reference.span
            if span in seen or not self._is_off(edge) or any(one.holds(span) for one in closed):
                continue
            seen.add(span)  # an alias of YAML has the place of what it stands for
            try:
                edits += self._edits(note, edge)
                count += 1
            except NotEditable:
                lost.append(edge)
        return Relinked(note.path, apply_edits(note.text, edits), count, tuple(lost))

    def _is_off(self, edge: Edge) -> bool:
        """Whether a link would lead elsewhere than now, or no longer clearly there."""
        if not edge.resolved:
            return False
        source, linkpath = self.moves.get(edge.source, edge.source), edge.reference.linkpath
        found = equal_destinations(self.after, linkpath, source)
        if found[:1] != (self.moves.get(edge.target, edge.target),):
            return True
        return len(found) > 1 and len(equal_destinations(self.before, linkpath, edge.source)) == 1

    def _edits(self, note: Note, edge: Edge) -> list[Edit]:
        """Return what gives a link its new path. Raises NotEditable if no form of it leads there."""
        reference = edge.reference
        source = self.moves.get(edge.source, edge.source)
        target = self.moves.get(edge.target, edge.target)
        wanted = as_written(reference, self._linkpath(edge, source, target))
        if resolve_linkpath(self.after, wanted, source) != target or (reference.wiki and _ends(wanted)):
            raise NotEditable(wanted)
        edits = relink_edits(reference, wanted, self._display(reference, edge.target, target))
        if edge.kind is EdgeKind.PROPERTY:
            return property_edits(note, reference, edits)
        return shifted(edits, reference.span.start)

    def _linkpath(self, edge: Edge, source: str, target: str) -> str:
        """Return the path that the link says: relative where it was, else in the form of the settings."""
        if edge.reference.linkpath.startswith(("./", "../")):
            way = relative(target if not edge.reference.wiki else without_md(target), source)
            return way if way.startswith("../") else f"./{way}"
        generated = edge.kind is EdgeKind.GENERATED
        if generated and edge.reference.linkpath == edge.target:
            return target  # as queries write links
        form = NewLinkFormat.SHORTEST if generated else self.app.new_link_format
        return linktext(self.after, target, source, form)

    def _display(self, reference: Reference, old: str, new: str) -> str | None:
        """Return the new display text if the old one is the file's name, else None."""
        for name in (note_name, _base_name):
            if reference.display is not None and reference.display == name(old):
                return name(new)
        return None


def _canvas(
    before: VaultIndex, after: VaultIndex, moves: Moves, app: AppSettings, canvas: Canvas
) -> Relinked:
    """Return what a canvas says after the moves: its file cards, and the links in its text cards."""
    edits: list[Edit] = []
    lost: list[Edge] = []
    count = 0
    for card in canvas.files:
        if card.linkpath in moves:
            edits.append(Edit(card.span, json_string(moves[card.linkpath])))
            count += 1
    for text in canvas.texts:
        note = parse_note(canvas.path, text.text)
        rewriter = _Rewriter(before.with_notes([note]), after, moves, app)
        found = rewriter.note(note)
        lost += found.lost
        if found.count:
            edits.append(Edit(text.span, json_string(found.text)))
            count += found.count
    return Relinked(canvas.path, apply_edits(canvas.text, edits), count, tuple(lost))


def _ends(linkpath: str) -> bool:
    """Whether a wikilink would end or break at a character of this path."""
    return any(sign in linkpath for sign in ("#", "|", "[[", "]]", "^", "%%", "\n"))


def _base_name(path: str) -> str:
    return path.rsplit("/", 1)[-1]
