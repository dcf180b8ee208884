"""What one editor sees: the vault, and over it the texts that are open in the editor and not saved yet."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol.types import (
    AnnotatedTextEdit,
    CreateFile,
    DeleteFile,
    OptionalVersionedTextDocumentIdentifier,
    Position,
    Range,
    RenameFile,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)
from msgspec import Struct

from vaultkit.edits import Changes, Write
from vaultkit.errors import Overtaken
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.shell.daemon.offsets import editor_text, edits_for_writer
from vaultkit.shell.session import Session
from vaultkit.shell.walk import FileEntry
from vaultkit.text import LineIndex, Span, newline_of, nfc
from vaultkit.vault.index import name_key

_WINDOWS = sys.platform == "win32"
_BOM = "\ufeff"

#: What an edit of the protocol does to one file.
Step = TextDocumentEdit | CreateFile | RenameFile | DeleteFile


class Buffer(Struct, frozen=True):
    """A text that is open in the editor: the note as it would be read if it were saved now."""

    uri: str
    version: int
    note: Note


class _Saved(Struct, frozen=True):
    """A note that was saved, and what was known of its file then."""

    note: Note
    before: Note | None

    def is_unread(self, base: Session, path: str) -> bool:
        """Whether the file was not read since."""
        return base.index.notes.get(path) is self.before


class Workspace:
    """The vault at `root` as one editor sees it; `base` returns the session without its open texts.

    Places are those of the Language Server Protocol: lines and UTF-16 units from 0. A file outside the vault,
    or one that is no note, is none of ours: `path_of` is None for it, and so is every answer.
    """

    def __init__(self, root: Path, base: Callable[[], Session], language: str) -> None:
        self.root = root
        self.language = language
        #: The open texts by the vault paths of their notes.
        self.buffers: dict[str, Buffer] = {}
        self._base = base
        self._under: Session | None = None
        self._over: Session
        self._changed: set[str] = set()
        self._saved: dict[str, _Saved] = {}
        self._left: dict[str, _Saved] = {}
        self._roots = tuple(dict.fromkeys((os.path.abspath(root), os.path.realpath(root))))  # noqa: PTH100 - text
        self._entries: tuple[Sequence[FileEntry], dict[str, FileEntry]] = ((), {})

    @property
    def base(self) -> Session:
        """The session of what is saved."""
        return self._base()

    @property
    def session(self) -> Session:
        """The session in which the open texts are what the notes say; worked out once for each text."""
        base = self._base()
        if self._under is not base:
            self._left = {path: left for path, left in self._left.items() if left.is_unread(base, path)}
        if not (self.buffers or self._left):
            self._under = None
            return base
        if self._under is not base:
            _ = base.hidden.said  # kept up from there on
            self._over = self._laid_over(base, {*self.buffers, *self._left})
            self._under = base
        elif self._changed:
            self._over = self._laid_over(self._over, self._changed)
        self._changed.clear()
        return self._over

    def path_of(self, uri: str) -> str | None:
        """Return the vault path of a file of the vault, None for any other."""
        path = self._place_of(uri)
        if path is None or not path.lower().endswith(".md") or self.base.settings.is_internal(path):
            return None
        return path

    def uri_of(self, path: str) -> str:
        """Return the URI of a file of the vault, as the editor spelled it where it is open."""
        if path in self.buffers:
            return self.buffers[path].uri
        entry = None if path.isascii() else self._entry(self.base, path)  # a disk may spell accents otherwise
        real = entry.real.removeprefix("\\\\?\\") if entry else os.path.join(self._roots[0], path)  # noqa: PTH118
        return Path(real).as_uri()

    def note(self, uri: str) -> Note | None:
        """Return the note as the editor has it, None if it is none of the vault's."""
        path = self.path_of(uri)
        if path is None:
            return None
        return self.buffers[path].note if path in self.buffers else self.session.index.notes.get(path)

    def opened(self, uri: str, version: int, text: str) -> None:
        """Take a text that was opened, or the whole text after a change."""
        path = self.path_of(uri)
        if path is None:
            return
        known = self.buffers.get(path)
        if known is not None and known.note.text == text:
            self.buffers[path] = Buffer(uri, version, known.note)
            return
        saved = self.base.index.notes.get(path)
        if saved is not None and not saved.readonly and saved.text == text:
            note = saved
        else:
            note = parse_note(path, text, hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest())
        self.buffers[path] = Buffer(uri, version, note)
        self._changed.add(path)

    def saved(self, uri: str) -> None:
        """Note that an open text was saved as it is now: who follows the files may read it later."""
        path = self._place_of(uri)
        if path is not None and path in self.buffers:
            self._saved[path] = _Saved(self.buffers[path].note, self.base.index.notes.get(path))

    def closed(self, uri: str) -> None:
        """Forget an open text: what is saved counts again, even where it is still to be read."""
        path = self._place_of(uri)
        buffer = None if path is None else self.buffers.pop(path, None)
        if path is None or buffer is None:
            return
        saved = self._saved.pop(path, None)
        if saved is not None and saved.note is buffer.note:
            self._left[path] = saved
        self._changed.discard(path)
        self._under = None

    # ------------------------------------------------------------------------------ inside

    def _laid_over(self, under: Session, paths: Iterable[str]) -> Session:
        """Return a session in which the notes at these paths say what is open; what it knows is kept."""
        notes = {p: self.buffers[p].note if p in self.buffers else self._left[p].note for p in paths}
        entries, files = under.entries, {}
        for path, note in notes.items():
            entry = self._entry(under, path)
            if entry is None:
                entry = files[path] = _unsaved(self._roots[0], path, note)
                entries = [*entries, entry]
            files[path] = entry
        if "graph" in vars(getattr(self, "_over", under)):
            _ = under.graph  # it was asked for: made once below, it goes on from change to change
        return under.follow(files, entries, notes)

    def _entry(self, session: Session, path: str) -> FileEntry | None:
        if self._entries[0] is not session.entries:
            self._entries = session.entries, {entry.path: entry for entry in session.entries}
        return self._entries[1].get(path)

    def _place_of(self, uri: str) -> str | None:
        """Return the path of a file of the vault, or where it would be, as the vault spells it."""
        file = file_of(uri)
        if file is None:
            return None
        path = _below(self._roots, file)
        if path is None:
            path = _below(self._roots, os.path.realpath(file))
        return None if path is None else self._spelled(path)

    def _spelled(self, path: str) -> str:
        """Return the path as the vault has it, where the system takes capitals for small letters."""
        if sys.platform in ("win32", "darwin") and path not in self.base.index:
            key = name_key(path)
            for known in self.base.index.named(path.rsplit("/", 1)[-1]):
                if name_key(known) == key:
                    return known
        return path


def offset_of(lines: LineIndex, position: Position) -> int:
    """Return the offset of a position in the text of `lines`; one past the end of a line is that end."""
    return lines.offset(position.line, position.character)


def position_of(lines: LineIndex, offset: int) -> Position:
    """Return an offset as the protocol gives it; between the two signs of a newline is before them."""
    if lines.text.startswith("\r\n", offset - 1) and offset:
        offset -= 1
    loc = lines.loc(offset)
    return Position(loc.line, loc.col)


def range_of(lines: LineIndex, span: Span) -> Range:
    """Return a span as the protocol gives it."""
    return Range(position_of(lines, span.start), position_of(lines, span.end))


def workspace_edit(workspace: Workspace, changes: Changes) -> WorkspaceEdit:
    """Return the writes of a plan as one edit of the protocol, small and against the versions that are open.

    Raises Overtaken where a note no longer says what the plan was made from.
    """
    steps: list[Step] = []
    for write in changes.writes:
        steps += _steps(workspace, write)
    return WorkspaceEdit(document_changes=steps)


def text_edits(before: str, after: str, is_open: bool) -> list[TextEdit]:
    """Return the small edits that make one text the other, in places of the text before.

    Editors show no BOM: a text that is not open has its first line begin behind it. New lines end as those of `after`.
    """
    shift = int(is_open and before.startswith(_BOM))
    lines = LineIndex(editor_text(before))
    newline = newline_of(after)

    def at(units: int) -> Position:
        loc = lines.loc(lines.after(0, units))
        return Position(loc.line, loc.col + (0 if loc.line else shift))

    return [
        TextEdit(Range(at(edit.start), at(edit.end)), edit.text.replace("\n", newline))
        for edit in edits_for_writer(before, after)[1]
    ]


def _steps(workspace: Workspace, write: Write) -> list[Step]:
    """Return what one write does to its file."""
    buffer = workspace.buffers.get(write.path)
    session = workspace.session
    known = session.index.notes.get(write.path) or session.index.canvases.get(write.path)
    uri = workspace.uri_of(write.path)
    if (known.digest if known else None) != write.digest:
        raise Overtaken(write.path)
    document = OptionalVersionedTextDocumentIdentifier(uri, buffer.version if buffer else None)
    edits: list[TextEdit | AnnotatedTextEdit] = [
        *text_edits(known.text if known else "", write.text, buffer is not None)
    ]
    made: list[Step] = [] if known else [CreateFile(uri)]
    return [*made, TextDocumentEdit(document, edits)] if edits else made


def _unsaved(root: str, path: str, note: Note) -> FileEntry:
    """Return the entry that a note has which is open and was never saved."""
    now = time.time_ns()
    return FileEntry(path, os.path.join(root, path), note.size, now, now, True, False)  # noqa: PTH118 - text


@lru_cache(maxsize=1 << 10)
def file_of(uri: str) -> str | None:
    """Return the path that a `file` URI names, None for any other URI."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path, errors="surrogateescape")
    if parts.netloc not in ("", "localhost"):
        path = f"//{parts.netloc}{path}"
    if _WINDOWS and path[:1] == "/" and path[2:3] == ":":
        path = path[1:]
    return None if "\0" in path else os.path.normpath(path)


def _below(roots: Sequence[str], file: str) -> str | None:
    """Return the path of a file below one of the folders, with `/` and composed; None if it is in none, or hidden."""
    for root in roots:
        start = root.rstrip(os.sep) + os.sep
        if os.path.normcase(nfc(file)).startswith(os.path.normcase(nfc(start))):
            path = nfc(file)[len(nfc(start)) :].replace(os.sep, "/")
            return None if any(name.startswith(".") for name in path.split("/")) else path
    return None
