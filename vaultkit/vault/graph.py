"""Which file leads where, as the app's `resolvedLinks` and `unresolvedLinks`; kept up note by note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from msgspec import Struct

from vaultkit.markdown.note import Note, Reference
from vaultkit.markdown.regions import generated_spans
from vaultkit.patched import patched
from vaultkit.vault.index import VaultIndex, file_key
from vaultkit.vault.links import meant_keys, resolve_linkpath, spelled_keys

#: How the name of a canvas ends.
_CANVAS = ".canvas"


class EdgeKind(StrEnum):
    """How a file leads to another; `GENERATED` are the links and embeds in what a tool writes."""

    LINK = "link"
    EMBED = "embed"
    PROPERTY = "property"
    GENERATED = "generated"


class Edge(Struct, frozen=True, gc=False):
    """One link: `target` is the path that it leads to, the raw linkpath where it leads nowhere.

    `key` names the property that holds it, with a dot before a list's entry (`backlinks.0`).
    """

    source: str
    target: str
    resolved: bool
    kind: EdgeKind
    reference: Reference
    key: str = ""


Edges = tuple[Edge, ...]


def vault_order(path: str) -> list[str]:
    """Return the key of the order of a vault: depth first, in each folder files and folders by name."""
    return path.split("/")


class LinkGraph(Struct, frozen=True, dict=True):
    """The links between the files of a vault.

    `outlinks` are the edges of each file that has any, in the order of its text, properties first.
    `sources` are the files that lead to a path. `mentions` are the files with a link that says a name,
    by the key of the file name it could mean: they alone can change where a file comes or goes.
    """

    index: VaultIndex
    outlinks: Mapping[str, Edges]
    sources: Mapping[str, frozenset[str]]
    mentions: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, index: VaultIndex) -> LinkGraph:
        """Return the graph of all notes and canvases."""
        outlinks: dict[str, Edges] = {}
        sources: dict[str, set[str]] = {}
        mentions: dict[str, set[str]] = {}
        for path in (*index.notes, *index.canvases):
            if edges := tuple(edges_of(index, path)):
                outlinks[path] = edges
                for target in _targets(edges):
                    sources.setdefault(target, set()).add(path)
                for name in _names(edges):
                    mentions.setdefault(name, set()).add(path)
        return cls(index, outlinks, _frozen(sources), _frozen(mentions))

    def with_note(self, note: Note) -> LinkGraph:
        """Return the graph of the vault with this note added or replaced."""
        return self.follow(self.index.with_notes([note]), [note.path])

    def without(self, path: str) -> LinkGraph:
        """Return the graph of the vault without this file."""
        return self.follow(self.index.without([path]), [path])

    def follow(self, index: VaultIndex, changed: Iterable[str]) -> LinkGraph:
        """Return the graph of `index`, which is this graph's but for the files at the paths `changed`.

        Read anew are these files, and those with a link that says the name of a file that came or went.
        """
        paths = set(changed)
        touched = set(paths)
        for path in paths:
            if (path in index) != (path in self.index):
                touched |= self.mentions.get(file_key(path), frozenset())
        outlinks: dict[str, Edges] = {}
        sources, mentions = _Swaps(self.sources), _Swaps(self.mentions)
        for path in touched:
            before, edges = self.outlinks.get(path, ()), tuple(edges_of(index, path))
            outlinks[path] = edges
            sources.swap(path, _targets(before), _targets(edges))
            mentions.swap(path, _names(before), _names(edges))
        linking = {path: edges for path, edges in outlinks.items() if edges}
        silent = [path for path, edges in outlinks.items() if not edges]
        return LinkGraph(index, patched(self.outlinks, linking, silent), sources.done(), mentions.done())

    # ------------------------------------------------------------------------------ asking

    def __iter__(self) -> Iterator[Edge]:
        """Yield every edge, in the order of the vault and of each text."""
        for path in sorted(self.outlinks, key=vault_order):
            yield from self.outlinks[path]

    def inlinks(self, path: str) -> tuple[str, ...]:
        """Return the files that lead to `path`, in the order of the vault."""
        return tuple(sorted(self.sources.get(path, ()), key=vault_order))

    def unresolved_inlinks(self, linkpath: str) -> tuple[str, ...]:
        """Return the files with a link that says just this path and leads nowhere, in the order of the vault."""
        candidates: set[str] = set()
        for name in spelled_keys(linkpath):
            candidates |= self.mentions.get(name, frozenset())
        return tuple(
            path
            for path in sorted(candidates, key=vault_order)
            if any(edge.target == linkpath and not edge.resolved for edge in self.outlinks[path])
        )

    def backlinks(self, path: str) -> Iterator[Edge]:
        """Yield the edges that lead to `path`, in the order of the vault and of each text."""
        for source in self.inlinks(path):
            yield from (edge for edge in self.outlinks[source] if edge.resolved and edge.target == path)

    @property
    def resolved_links(self) -> dict[str, dict[str, int]]:
        """How often each file leads to each other, as the app's `resolvedLinks`."""
        return self._counts(resolved=True)

    @property
    def unresolved_links(self) -> dict[str, dict[str, int]]:
        """How often each file says each linkpath that leads nowhere, as the app's `unresolvedLinks`."""
        return self._counts(resolved=False)

    def _counts(self, resolved: bool) -> dict[str, dict[str, int]]:
        counted = {
            path: dict(Counter(edge.target for edge in edges if edge.resolved is resolved))
            for path, edges in self.outlinks.items()
        }
        return {path: targets for path, targets in counted.items() if targets}

    def line(self, edge: Edge) -> int:
        """Return the line of an edge, from 1; in a canvas that of its card."""
        file = self.index.notes.get(edge.source) or self.index.canvases[edge.source]
        return file.lines.line(edge.reference.span.start) + 1


def edges_of(index: VaultIndex, path: str) -> Iterator[Edge]:
    """Yield the links of one note or canvas, the properties first, then in the order of the text."""
    note = index.notes.get(path)
    if note is None:
        canvas = index.canvases.get(path)
        for card in canvas.files if canvas else ():
            target = card.linkpath if card.linkpath in index else None
            yield Edge(path, target or card.linkpath, target is not None, EdgeKind.EMBED, card)
        return
    for link in note.property_links:
        yield _edge(index, note, link.reference, EdgeKind.PROPERTY, link.key)
    generated = generated_spans(note)
    for reference in sorted((*note.links, *note.embeds), key=lambda link: link.span):
        if any(region.holds(reference.span) for region in generated):
            kind = EdgeKind.GENERATED
        else:
            kind = EdgeKind.EMBED if reference.embed else EdgeKind.LINK
        yield _edge(index, note, reference, kind)


def _edge(index: VaultIndex, note: Note, reference: Reference, kind: EdgeKind, key: str = "") -> Edge:
    target = resolve_linkpath(index, reference.linkpath, note.path)
    return Edge(note.path, target or reference.linkpath, target is not None, kind, reference, key)


def _targets(edges: Edges) -> set[str]:
    return {edge.target for edge in edges if edge.resolved}


def _names(edges: Edges) -> set[str]:
    """Return the keys of the file names that the links could mean; a card of a canvas means a path as it stands."""
    names = {name for edge in edges for name in meant_keys(edge.reference.linkpath, edge.source)}
    cards = (edge for edge in edges if edge.source[-len(_CANVAS) :].lower() == _CANVAS)
    return names | {file_key(edge.reference.linkpath) for edge in cards}


class _Swaps:
    """Changes to a table of which files stand under a key."""

    def __init__(self, table: Mapping[str, frozenset[str]]) -> None:
        self._table = table
        self._changed: dict[str, frozenset[str]] = {}

    def swap(self, path: str, before: set[str], after: set[str]) -> None:
        """Take `path` out under the keys `before` and put it in under `after`."""
        for key in before - after:
            self._changed[key] = self._at(key) - {path}
        for key in after - before:
            self._changed[key] = self._at(key) | {path}

    def done(self) -> Mapping[str, frozenset[str]]:
        """Return the table after the changes."""
        left = {key: paths for key, paths in self._changed.items() if paths}
        return patched(self._table, left, [key for key, paths in self._changed.items() if not paths])

    def _at(self, key: str) -> frozenset[str]:
        return self._changed.get(key, self._table.get(key, frozenset()))


def _frozen(table: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(paths) for key, paths in table.items()}
