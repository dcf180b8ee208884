"""What one editor sees: the vault, and over it the texts that are open in the editor and not saved yet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsprotocol.types import Position, Range
from msgspec import Struct

from vaultkit.edits import Changes
from vaultkit.markdown.note import Note
from vaultkit.shell.session import Session
from vaultkit.text import LineIndex, Span


class Buffer(Struct, frozen=True):
    """A text that is open in the editor: the note as it would be read if it were saved now."""

    uri: str
    version: int
    note: Note


class Workspace:
    """The vault at `root` as one editor sees it; `base` returns the session without its open texts.

    Places are those of the Language Server Protocol: lines and UTF-16 units from 0. A file outside the vault,
    or one that is no note, is none of ours: `path_of` is None for it, and so is every answer.
    """

    def __init__(self, root: Path, base: Callable[[], Session], language: str) -> None:
        self.root = root
        self.language = language
        self.buffers: dict[str, Buffer] = {}
        self._base = base

    @property
    def session(self) -> Session:
        """The session in which the open texts are what the notes say; worked out once for each text."""
        raise NotImplementedError

    def path_of(self, uri: str) -> str | None:
        """Return the vault path of a file of the vault, None for any other."""
        raise NotImplementedError

    def uri_of(self, path: str) -> str:
        """Return the URI of a file of the vault, as the editor spelled it where it is open."""
        raise NotImplementedError

    def note(self, uri: str) -> Note | None:
        """Return the note as the editor has it, None if it is none of the vault's."""
        raise NotImplementedError

    def opened(self, uri: str, version: int, text: str) -> None:
        """Take a text that was opened, or the whole text after a change."""
        raise NotImplementedError

    def closed(self, uri: str) -> None:
        """Forget an open text: what is saved counts again."""
        raise NotImplementedError


def offset_of(lines: LineIndex, position: Position) -> int:
    """Return the offset of a position in the text of `lines`; one past the end of a line is that end."""
    raise NotImplementedError


def range_of(lines: LineIndex, span: Span) -> Range:
    """Return a span as the protocol gives it."""
    raise NotImplementedError


def workspace_edit(workspace: Workspace, changes: Changes) -> dict[str, object]:
    """Return the writes of a plan as one edit of the protocol, small and against the versions that are open."""
    raise NotImplementedError
