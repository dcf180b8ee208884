"""A link said anew: another path in it, all else as its author wrote it."""

from __future__ import annotations

from vaultkit.edits import Edit
from vaultkit.markdown.note import Note, Reference
from vaultkit.markdown.properties import NotEditable
from vaultkit.markdown.references import destination, markdown_destination
from vaultkit.text import Span, pattern

_NOT_ANGLED = pattern(r"[<>\\]")
_HEX = pattern(r"%(?=[0-9A-Fa-f]{2})")


def relink_edits(reference: Reference, linkpath: str, display: str | None = None) -> list[Edit]:
    """Return the edits to `reference.original` that give it another path, and another display if one is given.

    Subpath, embed sign, size, title and the form of a Markdown destination stay.
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
    angled = written[start - 1] == "<"
    new = Edit(Span(start, start + len(old)), _angled(linkpath) if angled else markdown_destination(linkpath))
    if display is None or not reference.display:
        return [new]
    return [Edit(Span(label, paren - 1), display), new]


def _angled(path: str) -> str:
    return _NOT_ANGLED.sub(lambda char: "\\" + char[0], _HEX.sub("%25", path))


def as_written(reference: Reference, linkpath: str) -> str:
    """Return the path with `.md` behind it, where a Markdown link wrote that before."""
    wrote = not reference.wiki and reference.linkpath.lower().endswith(".md")
    return f"{linkpath}.md" if wrote and not linkpath.lower().endswith(".md") else linkpath


def property_edits(note: Note, reference: Reference, edits: list[Edit]) -> list[Edit]:
    """Return the edits to the note that make these edits to a link in a property, quoted as it is.

    Raises NotEditable for a link that is written with escapes, or in a form that cannot hold the new text.
    """
    start = reference.span.start
    if reference.span.of(note.text) != reference.original:
        raise NotEditable(reference.original)
    quote = note.text[start - 1]
    return shifted([Edit(edit.span, _quoted(edit.text, quote)) for edit in edits], start)


def shifted(edits: list[Edit], start: int) -> list[Edit]:
    """Return the edits to a stretch of a text as edits to the text, where the stretch begins at `start`."""
    return [Edit(Span(e.span.start + start, e.span.end + start), e.text) for e in edits]


def _quoted(text: str, quote: str) -> str:
    """Return a text as YAML says it inside quotes of this kind; a plain or block scalar says it as it is."""
    if quote == "'":
        return text.replace("'", "''")
    return text.replace("\\", "\\\\").replace('"', '\\"') if quote == '"' else text
