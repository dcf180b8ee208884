"""Where something is defined, and where it is used: links, headings, blocks, tags, rows of regions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lsprotocol.types import DefinitionParams, Location, Position, Range, ReferenceParams

from vaultkit.markdown.note import Note, Reference
from vaultkit.shell.language.naming import (
    Named,
    NamedBlock,
    NamedFile,
    NamedHeading,
    NamedTag,
    block_id,
    heading_text,
    named_at,
    property_tags,
    references_of,
)
from vaultkit.shell.language.region_rows import sources_at
from vaultkit.shell.language.tables import tables_of
from vaultkit.shell.language.workspace import Workspace, offset_of, range_of
from vaultkit.text import Span
from vaultkit.vault.graph import LinkGraph
from vaultkit.vault.links import resolve_linkpath
from vaultkit.vault.subpath import resolve_subpath

_TOP = Range(Position(0, 0), Position(0, 0))


def reference_at(note: Note, at: int) -> Reference | None:
    """Return the link or embed that stands at a place, in properties too."""
    return next((one for one in references_of(note) if one.span.start <= at <= one.span.end), None)


# ----------------------------------------------------------------------------------- definition


def definition(workspace: Workspace, params: DefinitionParams) -> list[Location] | None:
    """Return where a link leads, what a footnote says, or what a row of a region follows from."""
    note = workspace.note(params.text_document.uri)
    if note is None:
        return None
    at = offset_of(note.lines, params.position)
    if (reference := reference_at(note, at)) is not None:
        return _destination(workspace, note, reference)
    if (footnote := _footnote(note, at)) is not None:
        return [_location(workspace, note.path, footnote)]
    sources = sources_at(workspace.session, note, at)
    return [_location(workspace, path, span) for path, span in sources] or None


def _destination(workspace: Workspace, note: Note, reference: Reference) -> list[Location] | None:
    """Return the place that a link leads to: of a heading that is not there, the note."""
    index = workspace.session.index
    path = resolve_linkpath(index, reference.linkpath, note.path)
    if path is None:
        return None
    target = index.notes.get(path)
    found = resolve_subpath(target, reference.subpath) if target and reference.subpath else None
    return [_location(workspace, path, found.span if found else None)]


def _footnote(note: Note, at: int) -> Span | None:
    for one in note.footnote_references:
        if one.span.start <= at <= one.span.end and one.id.lower() in note.footnotes_by_id:
            return note.footnotes_by_id[one.id.lower()].span
    return None


def _location(workspace: Workspace, path: str, span: Span | None) -> Location:
    lines = workspace.session.lines(path) if span is not None else None
    return Location(workspace.uri_of(path), range_of(lines, span) if lines and span else _TOP)


# ----------------------------------------------------------------------------------- references


def references(workspace: Workspace, params: ReferenceParams) -> list[Location] | None:
    """Return what leads to the note, heading or block at a place, or where its tag is used; else what leads here."""
    note = workspace.note(params.text_document.uri)
    if note is None:
        return None
    named = named_at(workspace.session, note, offset_of(note.lines, params.position))
    named = named or NamedFile(Span(0, 0), note.name, note.path)
    found = list(_uses(workspace, named))
    if params.context.include_declaration and (own := _own_place(workspace, named)):
        found.insert(0, own)
    return found


def _uses(workspace: Workspace, named: Named) -> Iterator[Location]:
    match named:
        case NamedTag(said=said):
            yield from _tagged(workspace, said)
        case NamedFile(path=path):
            yield from _leading(workspace, path, None)
        case NamedHeading(path=path, position=position):
            yield from _leading(workspace, path, workspace.session.index.notes[path].headings[position].span)
        case NamedBlock(path=path, said=said):
            block = workspace.session.index.notes[path].blocks_by_id.get(said.lower())
            yield from _leading(workspace, path, block.span) if block else ()


def _leading(workspace: Workspace, path: str, place: Span | None) -> Iterator[Location]:
    """Yield the links that lead to a file, or to just this place of it."""
    graph = graph_of(workspace)
    target = workspace.session.index.notes.get(path)
    for edge in graph.backlinks(path):
        reference = edge.reference
        if place is not None:
            found = resolve_subpath(target, reference.subpath) if target and reference.subpath else None
            if found is None or found.span != place:
                continue
        yield _location(workspace, edge.source, reference.span)


def graph_of(workspace: Workspace) -> LinkGraph:
    """Return the links of the vault with its open texts; made once of what is saved, then followed."""
    session = workspace.session
    if "graph" not in vars(session):
        session.graph = workspace.base.graph.follow(session.index, list(workspace.buffers))
    return session.graph


def _tagged(workspace: Workspace, said: str) -> Iterator[Location]:
    """Yield each place of a tag and of those below it, in the order of the vault."""
    wanted = said.lower()
    table = tables_of(workspace).tags.paths
    paths = {path for tag, where in table.items() if _is_below(tag, wanted) for path in where}
    notes = workspace.session.index.notes
    for path in sorted(paths):
        note = notes[path]
        spans: Iterable[Span] = (
            tag.span for tag in (*property_tags(note), *note.tags) if _is_below(tag.tag, wanted)
        )
        for span in spans:
            yield _location(workspace, path, span)


def _is_below(tag: str, wanted: str) -> bool:
    return f"{tag.removeprefix('#').lower()}/".startswith(f"{wanted}/")


def _own_place(workspace: Workspace, named: Named) -> Location | None:
    """Return where a thing itself stands, None for a tag."""
    notes = workspace.session.index.notes
    match named:
        case NamedFile(path=path):
            return _location(workspace, path, None)
        case NamedHeading(path=path, position=position):
            return _location(workspace, path, heading_text(notes[path], position))
        case NamedBlock(path=path, said=said):
            return _location(workspace, path, block_id(notes[path], said))
    return None
