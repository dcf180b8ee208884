"""The part of a link behind `#`: where it stands, and how it is said anew."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.canvas import Canvas
from vaultkit.markdown.note import Note, Reference
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.references import destination, markdown_destination
from vaultkit.text import Span
from vaultkit.vault.subpath import strip_heading_for_link

#: What a heading may hold and a link need not say: headings compare without it.
_NOT_COMPARED = re.compile(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\r\n]")
_BLANKS = re.compile(r"\s+")
_ANGLE = re.compile(r"[<>\\]")
#: A string of JSON, with a colon if it is a key, or a bracket.
_TOKEN = re.compile(r'("[^"\\]*+(?:\\.[^"\\]*+)*+")([ \t\r\n]*+:)?+|[{}\[\]]')


class LinkParts(Struct, frozen=True):
    """Where path and subpath stand in the source of a link; the subpath has its `#`, or is empty."""

    path: Span
    subpath: Span


def parts_of(reference: Reference) -> LinkParts:
    """Return where in `reference.original` its path and its subpath stand."""
    written = reference.original
    if reference.wiki:
        start, end = written.index("[[") + 2, len(written) - 2
        pipe = written.find("|", start + 1, end)
        stop = end if pipe < 0 else pipe - (written[pipe - 1] == "\\")
    else:
        paren = written.index("[") + 1 + len(reference.display or "") + 1
        said = destination(written, paren, len(written))
        start = written.index(said[0], paren + 1) if said else paren + 1
        stop = start + (len(said[0]) if said else 0)
    sign = written.find("#", start, stop)
    middle = stop if sign < 0 else sign
    return LinkParts(Span(start, middle), Span(middle, stop))


def subpath_edits(reference: Reference, subpath: str, display: str | None = None) -> list[Edit] | None:
    """Return the edits to `reference.original` that make it say `subpath`, and another display if one is given.

    None where no link of this form can say it.
    """
    parts = parts_of(reference)
    edits = [Edit(parts.subpath, _spelled(reference, parts, subpath))]
    if display is not None and reference.display:
        edits.append(_display_edit(reference, display))
    said = apply_edits(reference.original, edits)
    note = parse_note("", said)
    found = [*note.links, *note.embeds]
    if len(found) != 1 or found[0].original != said or found[0].subpath.strip() != subpath:
        return None
    return edits


def _spelled(reference: Reference, parts: LinkParts, subpath: str) -> str:
    if reference.wiki:
        return subpath
    if reference.original[parts.path.start - 1] == "<":
        return _ANGLE.sub(lambda char: "\\" + char[0], subpath.replace("%", "%25"))
    return markdown_destination(subpath)


def _display_edit(reference: Reference, display: str) -> Edit:
    shown = reference.display or ""
    if reference.wiki:
        start = reference.original.index(shown, reference.original.index("|"))
    else:
        start = reference.original.index("[") + 1
    return Edit(Span(start, start + len(shown)), display)


def said_headings(text: str) -> tuple[str, ...]:
    """Return how a link may say a heading: as the app writes it, and without all that headings compare without."""
    plain = _BLANKS.sub(" ", _NOT_COMPARED.sub(" ", text)).strip()
    return tuple(dict.fromkeys((strip_heading_for_link(text), plain)))


def card_subpaths(canvas: Canvas) -> Iterator[tuple[Reference, Span]]:
    """Yield the file cards of a canvas that show a part of a note, each with the place of that JSON string."""
    cards = {card.span.start: card for card in canvas.files if card.subpath}
    if not cards:
        return
    opened: list[dict[str, Span]] = []
    key = ""
    for token in _TOKEN.finditer(canvas.text):
        if token[2] is not None:
            key = token[1]
            continue
        if token[1] is not None:
            if opened and key:
                opened[-1][key] = Span(*token.span(1))
        elif token[0] in "{[":
            opened.append({})
        elif opened:
            strings = opened.pop()
            file, subpath = strings.get('"file"'), strings.get('"subpath"')
            if file is not None and subpath is not None and file.start in cards:
                yield cards[file.start], subpath
        key = ""


def note_of_card(canvas: Canvas, text: str) -> Note:
    """Return a text card of a canvas read as a note that stands where the canvas does."""
    return parse_note(canvas.path, text)
