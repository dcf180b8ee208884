"""An editor as small as can be: open texts over a vault on a disk, and what it does with an edit of the protocol."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol.types import CreateFile, Position, Range, RenameFile, TextDocumentEdit, WorkspaceEdit

from tests.conftest import Vault
from vaultkit.shell.language.workspace import Workspace
from vaultkit.shell.session import Session

CURSOR = "‸"


class SmallEditor:
    """Texts that are open, by URI; all others are files. Lines end at `\\n`, columns are UTF-16 units."""

    def __init__(self, vault: Vault, language: str = "en") -> None:
        self.root = vault.root
        self._session: Session | None = None
        self.workspace = Workspace(vault.root, self._saved, language)
        self.open: dict[str, tuple[int, str]] = {}

    def _saved(self) -> Session:
        if self._session is None:
            self._session = Session.open(self.root)
        return self._session

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def type(self, path: str, text: str) -> str:
        """Have the note say `text` in the editor, unsaved; return its URI."""
        uri = self.uri(path)
        version = self.open.get(uri, (0, ""))[0] + 1
        self.open[uri] = version, text
        self.workspace.opened(uri, version, text)
        return uri

    def text(self, path: str) -> str:
        uri = self.uri(path)
        return self.open[uri][1] if uri in self.open else (self.root / path).read_bytes().decode()

    def cursor(self, path: str, at: str) -> Position:
        """Return the place of the cursor sign in `at`, whose other characters stand in the note."""
        text = self.text(path)
        before, _, after = at.partition(CURSOR)
        assert text.count(before + after) >= 1, (before + after, text)
        return position(text, text.index(before + after) + len(before))

    def apply(self, edit: WorkspaceEdit) -> None:
        """Do what an edit says, in its order; refuse what is against another version than the open one."""
        for step in edit.document_changes or ():
            if isinstance(step, RenameFile):
                self._rename(step)
            elif isinstance(step, CreateFile):
                _file(step.uri).write_bytes(b"")
            else:
                assert isinstance(step, TextDocumentEdit)
                self._change(step)
        self._session = None

    def _change(self, step: TextDocumentEdit) -> None:
        uri = step.text_document.uri
        known = self.open.get(uri)
        assert step.text_document.version == (known[0] if known else None)
        text = known[1] if known else _file(uri).read_bytes().decode()
        for one in sorted(step.edits, key=lambda e: offset(text, e.range.start), reverse=True):
            text = text[: offset(text, one.range.start)] + one.new_text + text[offset(text, one.range.end) :]
        if known:
            self.open[uri] = known[0] + 1, text
            self.workspace.opened(uri, known[0] + 1, text)
        else:
            _file(uri).write_bytes(text.encode())

    def _rename(self, step: RenameFile) -> None:
        old, new = _file(step.old_uri), _file(step.new_uri)
        assert old.exists()
        assert not new.exists()
        new.parent.mkdir(parents=True, exist_ok=True)
        old.rename(new)
        if step.old_uri in self.open:
            _, text = self.open.pop(step.old_uri)
            self.workspace.closed(step.old_uri)
            self._session = None
            self.open[step.new_uri] = 1, text
            self.workspace.opened(step.new_uri, 1, text)


def position(text: str, at: int) -> Position:
    """Return an offset as the protocol gives it."""
    line = text.count("\n", 0, at)
    return Position(line, len(text[text.rfind("\n", 0, at) + 1 : at].encode("utf-16-le")) // 2)


def offset(text: str, place: Position) -> int:
    """Return a place of the protocol as an offset."""
    start = 0
    for _ in range(place.line):
        start = text.index("\n", start) + 1
    units = at = 0
    while units < place.character:
        units += 2 if text[start + at] > "\uffff" else 1
        at += 1
    return start + at


def covered(text: str, place: Range) -> str:
    """Return what a range of the protocol covers."""
    return text[offset(text, place.start) : offset(text, place.end)]


def _file(uri: str) -> Path:
    return Path(unquote(urlsplit(uri).path))
