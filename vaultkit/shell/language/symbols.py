"""The headings, regions and blocks of a note as a tree, and the names by which something in the vault is found."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol.types import (
    DocumentSymbol,
    DocumentSymbolParams,
    Location,
    Position,
    Range,
    SymbolKind,
    WorkspaceSymbol,
    WorkspaceSymbolParams,
)
from msgspec import Struct

from vaultkit.markdown.note import Note
from vaultkit.markdown.regions import find_regions
from vaultkit.rules.kinds import REGION_WORDS
from vaultkit.shell.language.completing.matching import ranked
from vaultkit.shell.language.completing.offers import MOST
from vaultkit.shell.language.naming import heading_text
from vaultkit.shell.language.tables import Entry, Register, tables_of
from vaultkit.shell.language.workspace import Workspace, range_of
from vaultkit.text import Message, Span, note_name

#: As many things as the tree of one note shows.
_MOST_OF_A_NOTE = 5_000
_REGION = Message("zone", "region")


class _Mark(Struct, frozen=True):
    """Something in a note that a tree of it shows: `whole` is all of it, `own` the words that name it."""

    name: str
    detail: str
    kind: SymbolKind
    whole: Span
    own: Span


def document_symbols(workspace: Workspace, params: DocumentSymbolParams) -> list[DocumentSymbol] | None:
    """Return the headings of a note as a tree, with its regions and its named blocks where they stand."""
    note = workspace.note(params.text_document.uri)
    if note is None:
        return None
    marks = sorted(
        (*_headings(note), *_regions(note, workspace.language), *_blocks(note)),
        key=lambda mark: (mark.whole.start, -mark.whole.end),
    )[:_MOST_OF_A_NOTE]
    tree: list[DocumentSymbol] = []
    above: list[tuple[int, list[DocumentSymbol]]] = [(len(note.text), tree)]
    for mark in marks:
        while len(above) > 1 and above[-1][0] <= mark.whole.start:
            above.pop()
        end, siblings = min(mark.whole.end, above[-1][0]), above[-1][1]
        children: list[DocumentSymbol] = []
        siblings.append(_symbol(note, mark, end, children))
        if mark.kind is not SymbolKind.Key:
            above.append((end, children))
    return tree


def _symbol(note: Note, mark: _Mark, end: int, children: list[DocumentSymbol]) -> DocumentSymbol:
    whole, own = Span(mark.whole.start, end), Span(mark.own.start, min(mark.own.end, end))
    return DocumentSymbol(
        mark.name,
        mark.kind,
        range_of(note.lines, whole),
        range_of(note.lines, own),
        mark.detail or None,
        children=children,
    )


def _headings(note: Note) -> Iterator[_Mark]:
    for at, heading in enumerate(note.headings[:_MOST_OF_A_NOTE]):
        end = note.outline.ends[at]
        stop = note.headings[end].span.start if end < len(note.headings) else len(note.text)
        name, own = heading.text or "#" * heading.level, heading_text(note, at)
        yield _Mark(name, "", SymbolKind.String, Span(heading.span.start, stop), own)


def _regions(note: Note, language: str) -> Iterator[_Mark]:
    for region in find_regions(note).regions:
        words = REGION_WORDS.get(region.name)
        name = f"{_REGION.of(language)} {region.key}"
        whole = Span(region.begin.start, region.end.end)
        begin = Span(region.begin.start, region.begin.start + len(region.begin.of(note.text).rstrip()))
        yield _Mark(name, words.of(language) if words else "", SymbolKind.Namespace, whole, begin)


def _blocks(note: Note) -> Iterator[_Mark]:
    return (_Mark(f"^{block.id}", "", SymbolKind.Key, block.span, block.span) for block in note.blocks)


# ------------------------------------------------------------------------------------ the vault


def workspace_symbols(workspace: Workspace, params: WorkspaceSymbolParams) -> list[WorkspaceSymbol]:
    """Return the notes, aliases and headings of the vault that fit a query, the best first; so many at most."""
    tables = tables_of(workspace)
    named = list(_that_fit(tables.names, params.query, MOST))
    if not params.query.strip():
        return [_named(workspace, entry) for entry in named]
    headings = _that_fit(tables.headings, params.query, MOST // 2)  # each takes a look into its note
    return [
        *(_named(workspace, entry) for entry in named),
        *(_heading(workspace, entry) for entry in headings),
    ]


def _that_fit(register: Register, query: str, most: int) -> Iterator[Entry]:
    entries = register.entries
    return (entries[at] for at in ranked(query, register.keys, most, shortest=True))


def _named(workspace: Workspace, entry: Entry) -> WorkspaceSymbol:
    top = Range(Position(0, 0), Position(0, 0))
    beside = f"→ {note_name(entry.path)}" if entry.at >= 0 else entry.path.rpartition("/")[0]
    place = Location(workspace.uri_of(entry.path), top)
    return WorkspaceSymbol(place, entry.shown, SymbolKind.File, container_name=beside or None)


def _heading(workspace: Workspace, entry: Entry) -> WorkspaceSymbol:
    note = workspace.session.index.notes[entry.path].for_once()
    place = Location(workspace.uri_of(entry.path), range_of(note.lines, note.headings[entry.at].span))
    return WorkspaceSymbol(place, entry.shown, SymbolKind.String, container_name=note.name)
