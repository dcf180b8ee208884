"""A vault in an editor, for tests of what the editor asks: the cursor is where `¦` stands in the text."""

from __future__ import annotations

from pathlib import Path

from lsprotocol.types import (
    CompletionContext,
    CompletionItem,
    CompletionList,
    CompletionParams,
    CompletionTriggerKind,
    DefinitionParams,
    DocumentSymbol,
    DocumentSymbolParams,
    HoverParams,
    Location,
    MarkupContent,
    Position,
    Range,
    ReferenceContext,
    ReferenceParams,
    TextDocumentIdentifier,
    TextEdit,
    WorkspaceSymbolParams,
)

from vaultkit.shell.language.completing.completion import complete, resolve
from vaultkit.shell.language.finding import definition, references
from vaultkit.shell.language.hovering import hover
from vaultkit.shell.language.symbols import document_symbols, workspace_symbols
from vaultkit.shell.language.workspace import Workspace, offset_of, position_of
from vaultkit.shell.session import Session
from vaultkit.text import LineIndex

CURSOR = "¦"


class Editor:
    """An editor with the vault at `root` open in it."""

    def __init__(self, root: Path, language: str = "en") -> None:
        self.session = Session.open(root)
        self.workspace = Workspace(root, lambda: self.session, language)
        self.root = root
        self.version = 0

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def type(self, path: str, text: str) -> tuple[TextDocumentIdentifier, Position]:
        """Open a text with a cursor in it, and return where that stands."""
        at = text.index(CURSOR)
        text = text.replace(CURSOR, "")
        self.version += 1
        self.workspace.opened(self.uri(path), self.version, text)
        return TextDocumentIdentifier(self.uri(path)), position_of(LineIndex(text), at)

    def complete(self, path: str, text: str) -> CompletionList | None:
        document, position = self.type(path, text)
        context = CompletionContext(CompletionTriggerKind.Invoked)
        return complete(self.workspace, CompletionParams(document, position, context=context))

    def offered(self, path: str, text: str) -> list[str]:
        """Return the labels of what is offered at the cursor."""
        found = self.complete(path, text)
        return [item.label for item in found.items] if found else []

    def accepted(self, path: str, text: str, label: str | None = None) -> str:
        """Return the text after the item of this label was taken, the first if none is named; the cursor is shown."""
        found = self.complete(path, text)
        assert found is not None
        item = next(item for item in found.items if label in (None, item.label))
        return taken(text.replace(CURSOR, ""), item)

    def explained(self, path: str, text: str, label: str) -> str:
        """Return what is said of an item once someone looks at it."""
        found = self.complete(path, text)
        assert found is not None
        item = resolve(self.workspace, next(item for item in found.items if item.label == label))
        assert isinstance(item.documentation, MarkupContent)
        return item.documentation.value

    def hover(self, path: str, text: str) -> str | None:
        """Return what is said of what stands at the cursor."""
        document, position = self.type(path, text)
        found = hover(self.workspace, HoverParams(document, position))
        assert found is None or isinstance(found.contents, MarkupContent)
        return found.contents.value if found else None

    def definition(self, path: str, text: str) -> list[str] | None:
        """Return where the thing at the cursor is defined: the note and the line there, or the note alone."""
        document, position = self.type(path, text)
        found = definition(self.workspace, DefinitionParams(document, position))
        return None if found is None else [self.shown(place) for place in found]

    def references(self, path: str, text: str, declaration: bool = False) -> list[str] | None:
        """Return where the thing at the cursor is used: the note and the words there."""
        document, position = self.type(path, text)
        context = ReferenceContext(declaration)
        found = references(self.workspace, ReferenceParams(context, document, position))
        return None if found is None else [self.shown(place) for place in found]

    def outline(self, path: str, text: str) -> list[object]:
        """Return the names of the symbols of a text as nested lists."""
        document, _ = self.type(path, text + CURSOR)
        return [nested(one) for one in document_symbols(self.workspace, DocumentSymbolParams(document)) or ()]

    def symbols(self, query: str) -> list[tuple[str, str | None]]:
        """Return name and container of the symbols of the vault that fit."""
        found = workspace_symbols(self.workspace, WorkspaceSymbolParams(query))
        return [(one.name, one.container_name) for one in found]

    def shown(self, place: Location) -> str:
        """Return a location as `path: words`, without words for the top of a file."""
        path = next(p for p in self.paths if self.workspace.uri_of(p) == place.uri)
        if place.range == Range(Position(0, 0), Position(0, 0)):
            return path
        lines = self.workspace.session.lines(path)
        assert lines is not None
        start, end = offset_of(lines, place.range.start), offset_of(lines, place.range.end)
        return f"{path}: {lines.text[start:end]}"

    @property
    def paths(self) -> list[str]:
        """Every file of the vault."""
        return [path for paths in self.workspace.session.index.files.values() for path in paths]


def nested(symbol: DocumentSymbol) -> object:
    """Return a symbol as its name, with a list of what is in it where there is anything."""
    return [symbol.name, *map(nested, symbol.children)] if symbol.children else symbol.name


def taken(text: str, item: CompletionItem) -> str:
    """Return the text after an item of completion was taken."""
    assert isinstance(item.text_edit, TextEdit)
    lines, place = LineIndex(text), item.text_edit.range
    start, end = offset_of(lines, place.start), offset_of(lines, place.end)
    return text[:start] + item.text_edit.new_text + text[end:]
