"""A link said anew: another path in it, all else as its author wrote it."""

from __future__ import annotations

import re

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note, PropertyLink, Reference
from vaultkit.markdown.properties import NotEditable, set_entry, set_property
from vaultkit.markdown.references import destination, markdown_destination
from vaultkit.text import Span

_NOT_ANGLED = re.compile(r"[<>\\]")
_HEX = re.compile(r"%(?=[0-9A-Fa-f]{2})")


def relink_edits(reference: Reference, linkpath: str, display: str | None = None) -> list[Edit]:
    """Return the edits to `reference.original` that give it another path, and another display if one is given.

    Subpath, embed sign, size, title and the form of a Markdown destination stay. A Markdown link that
    wrote `.md` still does.
    """
    return (_wikilink if reference.wiki else _markdown)(reference, linkpath, display)


def _wikilink(reference: Reference, linkpath: str, display: str | None) -> list[Edit]:
    written = reference.original
    start, end = written.index("[[") + 2, len(written) - 2
    pipe = written.find("|", start + 1, end)
    stop = end if pipe < 0 else pipe - (written[pipe - 1] == "\\")
    sign = written.find("#", start, stop)
    edits = [Edit(Span(start, stop if sign < 0 else sign), linkpath)]
    if display is not None and pipe >= 0:
        edits.append(Edit(Span(pipe + 1, end), display))
    return edits


def _markdown(reference: Reference, linkpath: str, display: str | None) -> list[Edit]:
    written = reference.original
    label = written.index("[") + 1
    paren = label + len(reference.display or "") + 1
    said = destination(written, paren, len(written))
    old = said[0].partition("#")[0] if said else ""
    start = written.index(old, paren + 1)
    if old.lower().endswith(".md") and not linkpath.lower().endswith(".md"):
        linkpath += ".md"
    angled = written[start - 1] == "<"
    new = Edit(Span(start, start + len(old)), _angled(linkpath) if angled else markdown_destination(linkpath))
    if display is None or not reference.display:
        return [new]
    return [Edit(Span(label, paren - 1), display), new]


def _angled(path: str) -> str:
    return _NOT_ANGLED.sub(lambda char: "\\" + char[0], _HEX.sub("%25", path))


def property_edits(note: Note, link: PropertyLink, edits: list[Edit]) -> list[Edit]:
    """Return the edits to the note that make these edits to a link in a property.

    Where the new text would end the quotes around it, or the link is written with escapes, the value is
    set anew. Raises NotEditable for a value that is not changed in place.
    """
    reference = link.reference
    quote = note.text[reference.span.start - 1]
    if reference.span.of(note.text) == reference.original and all(_fits(e.text, quote) for e in edits):
        return shifted(edits, reference.span.start)
    written = apply_edits(reference.original, edits)
    known = note.frontmatter.properties if note.frontmatter else {}
    key, _, position = link.key.rpartition(".")
    if link.key in known:
        return set_property(note, link.key, written)
    if key in known and position.isdecimal():
        return set_entry(note, key, int(position), written)
    raise NotEditable(link.key)


def shifted(edits: list[Edit], start: int) -> list[Edit]:
    """Return the edits to a stretch of a text as edits to the text, where the stretch begins at `start`."""
    return [Edit(Span(e.span.start + start, e.span.end + start), e.text) for e in edits]


def _fits(written: str, quote: str) -> bool:
    """Whether a text can stand as it is inside a scalar that opens with `quote`."""
    if quote == '"':
        return '"' not in written and "\\" not in written
    return quote != "'" or "'" not in written
