"""What is being typed in the properties of a note: a key, a value, an entry of a list, a tag, a link."""

from __future__ import annotations

import re

from msgspec.structs import replace

from vaultkit.markdown.note import Note
from vaultkit.shell.language.completing.places import KeyPlace, LinkPlace, Place, TagPlace, ValuePlace
from vaultkit.shell.language.completing.typed_link import wikilink_at
from vaultkit.text import Span

_KEY = re.compile(r"[^\s:#\-\[\]{}\"'][^:#]*$|$")
_VALUE = re.compile(r"(?P<quote>[\"']?)(?P<key>[^\s:#\-\"'][^:]*?)(?P=quote)[ \t]*:[ \t]+(?P<value>.*)$")
_ENTRY = re.compile(r"[ \t]*-[ \t]+(?P<value>.*)$")
_OWNER = re.compile(r"(?P<quote>[\"']?)(?P<key>[^\s:#\-\"'][^:]*?)(?P=quote)[ \t]*:[ \t]*(?:#.*)?$")
#: What may stand between an entry of a list and its key: other entries, blank lines, comments.
_BETWEEN = re.compile(r"[ \t]*(?:-|#|$)")
_TAGS = ("tags", "tag")
#: Properties that hold words of the author's own.
_FREE = ("aliases", "alias")


def property_place(note: Note, at: int) -> Place | None:
    """Return what is being typed at a place between the delimiters of the properties."""
    text = note.text
    start = text.rfind("\n", 0, at) + 1
    start += text.startswith("\ufeff", start)
    end = text.find("\n", at)
    end = len(text) if end < 0 else end - text.startswith("\r", end - 1)
    line, end = text[start:at], max(end, at)
    if found := _VALUE.match(line):
        return _value(text, start, found["key"], start + found.start("value"), at, end, False)
    if found := _ENTRY.match(line):
        owner = _owner(note, start)
        return _value(text, start, owner, start + found.start("value"), at, end, True) if owner else None
    return _key(text, start, at, end) if _KEY.match(line) else None


def _key(text: str, start: int, at: int, end: int) -> KeyPlace:
    colon = text.find(":", at, end)
    stop = colon if colon >= 0 else at + len(text[at:end].rstrip())
    return KeyPlace(text[start:at], Span(start, stop), colon >= 0)


def _owner(note: Note, start: int) -> str:
    """Return the key whose list has an entry on the line that begins at `start`, empty if none has."""
    for line in reversed(note.text[:start].splitlines()):
        if found := _OWNER.match(line):
            return found["key"]
        if not _BETWEEN.match(line):
            break
    return ""


def _value(text: str, line: int, key: str, start: int, at: int, end: int, entry: bool) -> Place | None:
    """Return what is typed at `at` in a value that runs from `start` to `end`."""
    if text.startswith("[", start) and not text.startswith("[[", start):
        start, end, entry = *_in_flow(text, start + 1, at, end), True
    quote = text[start] if start < at and text[start] in "\"'" else ""
    if link := wikilink_at(text, start, at, end):
        return _link(link, text, start, quote, end)
    if key.lower() in _FREE or text.startswith(("|", ">"), start):
        return None
    inner = start + len(quote)
    if key.lower() in _TAGS:
        inner += text.startswith("#", inner)
        stop = at + len(text[at:end].rstrip(" \t\"'"))
        return TagPlace(text[inner:at], Span(inner, stop)) if at >= inner else None
    return ValuePlace(key, text[inner:at], Span(start, at + len(text[at:end].rstrip())), entry)


def _in_flow(text: str, start: int, at: int, end: int) -> tuple[int, int]:
    """Return where the entry of a list in brackets begins and ends in which the cursor stands."""
    begin = max(text.rfind(",", start, at) + 1, start)
    begin += len(text[begin:at]) - len(text[begin:at].lstrip())
    stops = [stop for sign in ",]" if (stop := text.find(sign, at, end)) >= 0]
    return begin, min(stops, default=end)


def _link(link: LinkPlace, text: str, start: int, quote: str, end: int) -> LinkPlace:
    """Return a link with what YAML needs around it: a bare `[[` would open a list in a list."""
    if quote:
        closed = text.find(quote, link.span.end, end) >= 0
        return replace(link, wiki_only=True, quote="" if closed else quote)
    return replace(link, wiki_only=True, bare=link.opening == start)
