"""The texts that an editor has open, kept up from its changes."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types

from vaultkit.text import LineIndex

_HALVES = {code: "\ufffd" for code in range(0xD800, 0xE000)}


class Document:
    """One open text. A line ends at a line feed; what else looks like the end of one is part of it.

    `sent` is the host that has the text as it is now, None if none has.
    """

    def __init__(self, uri: str, version: int, text: str) -> None:
        self.uri = uri
        self.version = version
        self.text = sound(text)
        self.sent: object = None

    def change(self, version: int, changes: Iterable[types.TextDocumentContentChangeEvent]) -> None:
        """Make the changes, each in the text that the one before has left; a place out of the text is its nearest."""
        self.version = version
        self.sent = None
        for change in changes:
            if not isinstance(change, types.TextDocumentContentChangePartial):
                self.text = sound(change.text)
                continue
            lines, span = LineIndex(self.text), change.range
            start = lines.offset(span.start.line, span.start.character)
            end = max(start, lines.offset(span.end.line, span.end.character))
            self.text = f"{self.text[:start]}{sound(change.text)}{self.text[end:]}"


def sound(text: str) -> str:
    """Return a text in which no half of a surrogate pair stands alone; every place in it stays what it was."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.translate(_HALVES)
    return text
