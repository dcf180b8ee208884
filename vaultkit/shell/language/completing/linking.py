"""Links that are being typed: the notes, headings and blocks they can lead to, written as the app writes them."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import nlargest

from vaultkit.markdown.note import Note
from vaultkit.markdown.references import markdown_destination
from vaultkit.shell.language.completing.matching import ranked
from vaultkit.shell.language.completing.offers import MOST, Offer, Sort
from vaultkit.shell.language.completing.places import LinkPlace, Part
from vaultkit.shell.language.naming import above
from vaultkit.shell.language.tables import Entry, tables_of
from vaultkit.shell.language.workspace import Workspace
from vaultkit.text import Message, Span, fold, note_name
from vaultkit.vault.links import linktext, resolve_linkpath
from vaultkit.vault.subpath import resolve_subpath, strip_heading_for_link

_UNWRITTEN = Message("pas encore écrite", "not written yet")
QUOTE = '"'
#: So many characters of a block are shown.
_SHOWN = 80


def link_offers(workspace: Workspace, note: Note, place: LinkPlace) -> Iterator[Offer]:
    """Yield what a link that is being typed in a note could say, the best first."""
    if place.part is Part.NAME:
        yield from _names(workspace, note, place)
        return
    index = workspace.session.index
    path = resolve_linkpath(index, place.target, note.path)
    target = note if path == note.path else index.notes.get(path) if path else None
    if target is not None and place.part is Part.HEADING:
        yield from _headings(target, place)
    elif target is not None:
        yield from _blocks(target, place)


# ---------------------------------------------------------------------------------------- notes


def _names(workspace: Workspace, note: Note, place: LinkPlace) -> Iterator[Offer]:
    writer = _Writer(workspace, note, place)
    entries = list(_entries_that_fit(workspace, note, place.said))
    for entry in entries:
        folder = entry.path.rpartition("/")[0]
        if entry.at >= 0:
            detail, sort = f"→ {note_name(entry.path)}", Sort.ALIAS
        else:
            detail, sort = folder, Sort.NOTE if entry.path in workspace.session.index.notes else Sort.FILE
        yield Offer(entry.shown, *writer.link(entry), sort, detail, {"note": entry.path})
    if len(entries) < MOST and place.said.strip():
        gone = tables_of(workspace).unresolved
        for at in ranked(place.said, [entry.key for entry in gone], MOST - len(entries)):
            said = gone[at].shown
            if fold(said) != fold(place.said) or not place.tail.startswith("]]"):
                yield Offer(said, *writer.unwritten(said), Sort.UNRESOLVED, _UNWRITTEN.of(workspace.language))


def _entries_that_fit(workspace: Workspace, note: Note, said: str) -> Iterator[Entry]:
    """Yield the names and aliases that fit; where nothing is typed yet, the other files, last changed first."""
    session, names = workspace.session, tables_of(workspace).names
    if not said.strip():
        last = nlargest(MOST, session.entries, key=lambda entry: entry.mtime_ns)
        for path in (entry.path for entry in last if entry.path != note.path):
            yield from names.of(path)[:1]
        return
    if "/" in said:
        files, keys = tables_of(workspace).paths
        yield from (files[at] for at in ranked(said, keys, MOST, shortest=True))
        return
    entries = names.entries
    if not fold(said):  # an emoji, a sign
        yield from [entry for entry in entries if said.strip() in entry.shown][:MOST]
        return
    yield from (entries[at] for at in ranked(said, names.keys, MOST, shortest=True))


class _Writer:
    """Writes links to files into the note in which one is being typed."""

    def __init__(self, workspace: Workspace, note: Note, place: LinkPlace) -> None:
        self._index, self._app = workspace.session.index, workspace.session.app
        self._note, self._place = note, place

    def link(self, entry: Entry) -> tuple[str, Span]:
        """Return what is written for a name or alias, and in the place of what."""
        said = linktext(self._index, entry.path, self._note.path, self._app.new_link_format)
        place = self._place
        if not place.wiki:
            return written(place, _with_extension(said, entry.path))
        if self._app.use_markdown_links and not place.wiki_only and not _goes_on(place):
            target = markdown_destination(_with_extension(said, entry.path))
            return f"[{entry.shown}]({target})", _to_brackets(place, place.opening)
        if entry.at >= 0 and not _goes_on(place):
            said += f"\\|{entry.shown}" if place.in_table else f"|{entry.shown}"
        return written(place, said)

    def unwritten(self, said: str) -> tuple[str, Span]:
        """Return what is written for a note that is not there yet."""
        return written(self._place, said if self._place.wiki else _with_extension(said, ".md"))


def _with_extension(said: str, path: str) -> str:
    is_note = path[-3:].lower() == ".md"
    return f"{said}.md" if is_note and not said.lower().endswith(".md") else said


def written(place: LinkPlace, said: str) -> tuple[str, Span]:
    """Return what is written for a part of a link, brackets and quotes closed, and in the place of what."""
    if not place.wiki:
        return (said if place.angled else markdown_destination(said)), place.span
    said = f"#^{said}" if place.short else said
    if place.bare and not _goes_on(place):
        return f'"[[{escaped(place.lead + said, QUOTE)}]]"', _to_brackets(place, place.opening)
    said = escaped(said, place.quote)
    if _goes_on(place):
        return said, place.span
    return f"{said}]]{place.quote}", _to_brackets(place, place.span.start)


def _goes_on(place: LinkPlace) -> bool:
    """Whether more of the link follows than its brackets."""
    return place.tail.startswith(("|", "\\|", "#", "^"))


def _to_brackets(place: LinkPlace, start: int) -> Span:
    """Return the stretch from `start` to the brackets that close the link, these too where they are there."""
    return Span(start, place.span.end + (2 if place.tail.startswith("]]") else 0))


def escaped(said: str, quote: str) -> str:
    """Return what is said as it stands between quote signs of YAML."""
    if quote == QUOTE:
        return said.replace("\\", "\\\\").replace('"', '\\"')
    return said.replace("'", "''") if quote == "'" else said


# ------------------------------------------------------------------------------ headings, blocks


def _headings(target: Note, place: LinkPlace) -> Iterator[Offer]:
    for at in ranked(place.said, [fold(heading.text) for heading in target.headings], MOST):
        subpath = subpath_of(target, at)
        if subpath is not None:
            heading = target.headings[at]
            data = {"note": target.path, "subpath": f"#{subpath}"}
            yield Offer(heading.text, *written(place, subpath), Sort.HEADING, "#" * heading.level, data)


def subpath_of(target: Note, at: int) -> str | None:
    """Return how a link says a heading: by its words, with those above it where others say the same."""
    span = target.headings[at].span
    chain = [strip_heading_for_link(target.headings[one].text) for one in (*above(target, at), at)]
    for length in range(1, len(chain) + 1):
        said = "#".join(chain[-length:])
        found = resolve_subpath(target, f"#{said}") if chain[-1] else None
        if found is not None and found.span == span:
            return said
    return None


def _blocks(target: Note, place: LinkPlace) -> Iterator[Offer]:
    keys = [f"{fold(block.id)} {fold(_words(target, block.span))}" for block in target.blocks]
    for at in ranked(place.said, keys, MOST):
        block = target.blocks[at]
        data = {"note": target.path, "subpath": f"#^{block.id}"}
        words = _words(target, block.span)
        yield Offer(block.id, *written(place, block.id), Sort.BLOCK, words, data)


def _words(target: Note, span: Span) -> str:
    return " ".join(span.of(target.text).split())[:_SHOWN]
