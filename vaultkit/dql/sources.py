"""What FROM gives: pages, and rows of CSV files, in the order of the vault."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from vaultkit.dql.context import Context, QueryError
from vaultkit.dql.pages import Pages
from vaultkit.dql.rows import QueryRow, TaskRow
from vaultkit.dql.syntax import (
    BinarySource,
    CsvSource,
    Direction,
    FolderSource,
    LinkSource,
    NegatedSource,
    Operator,
    Source,
    TagSource,
)
from vaultkit.vault.graph import EdgeKind, edges_of

#: What a source gives: the paths of files, each once, in order.
Found = dict[str, None]


class SourceIndex(Struct, frozen=True, eq=False, dict=True):
    """The pages of a vault in order, by folder and by tag; made when first asked for, for many queries."""

    pages: Pages

    @property
    def paths(self) -> tuple[str, ...]:
        """Every note: depth first, in each folder by name."""
        return self.pages.paths

    @cached_property
    def by_tag(self) -> Mapping[str, list[str]]:
        """The notes with a tag or one below it, by the tag in lower case."""
        found: dict[str, list[str]] = {}
        for path in self.paths:
            page = self.pages.page(path)
            for tag in dict.fromkeys(tag.lower() for tag in page.tags) if page else ():
                found.setdefault(tag, []).append(path)
        return found

    @cached_property
    def _tasks(self) -> dict[str, tuple[QueryRow, ...]]:
        return {}

    def tasks(self, path: str) -> tuple[QueryRow, ...]:
        """Return the tasks of a note as rows; where a name is free a task has the page's fields too."""
        rows = self._tasks.get(path)
        if rows is None:
            page = self.pages.page(path)
            raw = page.raw_items.tasks if page else ()
            rows = tuple([QueryRow(None, TaskRow(page.row, task)) for task in raw]) if page else ()
            self._tasks[path] = rows
        return rows

    def folder(self, folder: str) -> list[str]:
        """Return the notes in a folder and below it."""
        return [path for path in self.paths if path.startswith(f"{folder}/")]


def resolve_source(source: Source, context: Context, index: SourceIndex) -> Found:
    """Return what a source gives. Raises QueryError for a file that cannot be read or is no note."""
    match source:
        case FolderSource(path=path):
            return _folder(path, context, index)
        case TagSource(tag=tag):
            return _files(index.by_tag.get(tag.lower(), ()))
        case CsvSource(path=path):
            return _files([_csv_path(path, context)])
        case LinkSource(path=path, direction=direction):
            return _linked(path, direction, context)
        case NegatedSource(child=child):
            without = resolve_source(child, context, index)
            return _files(path for path in index.paths if path not in without)
        case BinarySource(first=first, rest=rest):
            found = resolve_source(first, context, index)
            for operator, operand in rest:
                other = resolve_source(operand, context, index)
                if operator is Operator.AND:
                    found = _files(path for path in other if path in found)
                else:
                    found |= other
            return found


def _files(paths: Iterable[str]) -> Found:
    return dict.fromkeys(paths)


def _folder(path: str, context: Context, index: SourceIndex) -> Found:
    """Return a folder's notes, else the note of that name, else a CSV file; the names' case counts."""
    if path in ("", "/"):
        return _files(index.paths)
    if found := index.folder(path):
        return _files(found)
    notes = index.pages.index.notes
    for name in (path, f"{path}.md"):
        if name in notes:
            return _files([name])
    return _files([path]) if path.endswith(".csv") and path in index.pages.index else {}


def _linked(path: str, direction: Direction, context: Context) -> Found:
    """Return the pages that link to a note, or the files that it links to; of a missing note always the former."""
    target = context.destination(path) if path else context.origin
    if target is None:
        return _files(context.pages.links.unresolved_inlinks(path))
    notes = context.pages.index.notes
    if direction is Direction.INCOMING:
        return _files(source for source in context.pages.links.inlinks(target) if source in notes)
    if target not in notes:
        raise QueryError(f'Could not find file "{target}" during link lookup - does it exist?')
    edges = edges_of(context.pages.index, target)
    body_first = sorted(edges, key=lambda edge: (edge.kind is EdgeKind.PROPERTY, edge.reference.embed))
    return _files(edge.target for edge in body_first if edge.resolved)


def _csv_path(path: str, context: Context) -> str:
    """Return where a CSV file stands: beside the query's note, else from the root; `/x` is from the root."""
    folder = context.origin.rpartition("/")[0]
    near = f"{folder}/{path}"
    return near if folder and not path.startswith("/") and near in context.pages.index else path.strip("/")


def rows_of(found: Found, context: Context) -> Iterator[QueryRow]:
    """Yield each row of the files with its id: a page with its link, a CSV file's rows as `path#n`.

    Files of other kinds have no rows. Raises QueryError for a CSV file that cannot be read.
    """
    for path in found:
        page = context.pages.page(path)
        if page is not None:
            yield QueryRow(page.link, page.row)
        elif path.endswith(".csv"):
            text = context.read_file(path)
            if text is None:
                raise QueryError(f"Failed to load data from path '{path}'.")
            from vaultkit.dql.csv_source import csv_rows

            for number, row in enumerate(csv_rows(text, context)):
                yield QueryRow(f"{path}#{number}", row)
