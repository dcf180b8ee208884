"""What the cursor stands on that has a name: a note, a heading, a block, a tag."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from msgspec import Struct

from vaultkit.markdown.note import Block, Note, Reference, Tag
from vaultkit.markdown.outline import strip_heading
from vaultkit.markdown.tags import frontmatter_tags
from vaultkit.shell.language.subpaths import parts_of
from vaultkit.shell.session import Session
from vaultkit.text import Span, note_name
from vaultkit.vault.links import resolve_linkpath
from vaultkit.vault.subpath import SubpathType, resolve_subpath

_BLOCK_ID = re.compile(r"(?<![^ \t\n])\^([A-Za-z0-9-]+)(?=[ \t]*\r?$)", re.MULTILINE)
_QUOTES = "\"'"


class NamedFile(Struct, frozen=True):
    """A file of the vault that a link leads to; `span` is what the link says of it, `said` the file's name."""

    span: Span
    said: str
    path: str


class NamedHeading(Struct, frozen=True):
    """A heading of the note at `path`, by its position among the headings; `said` is its source."""

    span: Span
    said: str
    path: str
    position: int


class NamedBlock(Struct, frozen=True):
    """A block of the note at `path`; `said` is its id as it is written there."""

    span: Span
    said: str
    path: str


class NamedTag(Struct, frozen=True):
    """A tag, wherever it stands; `said` is without its `#`."""

    span: Span
    said: str


Named = NamedFile | NamedHeading | NamedBlock | NamedTag


def named_at(session: Session, note: Note, offset: int) -> Named | None:
    """Return what stands at this place of a note, None where nothing with a name does.

    On a link that is what the link leads to: behind its `#` the heading or block, else the file.
    """
    for reference in references_of(note):
        if _touches(reference.span, offset):
            return _linked(session, note, reference, offset)
    return _tag(note, offset) or _block_at(note, offset) or _heading_at(note, offset)


def references_of(note: Note) -> Iterator[Reference]:
    """Yield the links and embeds of a note, those in its properties first."""
    yield from (link.reference for link in note.property_links)
    yield from note.links
    yield from note.embeds


# --------------------------------------------------------------------------------------- links


def _linked(session: Session, note: Note, reference: Reference, offset: int) -> Named | None:
    path = resolve_linkpath(session.index, reference.linkpath, note.path)
    if path is None:
        return None
    if reference.span.of(note.text) != reference.original:  # written with escapes: no place in it is known
        return NamedFile(reference.span, file_name(path), path)
    start = reference.span.start
    parts = parts_of(reference)
    said = Span(start + parts.path.start, start + parts.path.end)
    target = session.index.notes.get(path)
    behind = _touches(parts.subpath, offset - start) and parts.subpath.start < parts.subpath.end
    if target is not None and (not reference.linkpath or (behind and offset > said.end)):
        return _place(target, reference, offset - start, start)
    return NamedFile(said, file_name(path), path)


def _place(target: Note, reference: Reference, at: int, start: int) -> Named | None:
    """Return what the subpath of a link names: of a chain of headings the one at `at`."""
    found = resolve_subpath(target, reference.subpath)
    parts = parts_of(reference).subpath
    whole = Span(start + parts.start + 1, start + parts.end)
    if found is None or found.type is SubpathType.FOOTNOTE:
        return None
    if found.type is SubpathType.BLOCK:
        span = block_id(target, reference.subpath.strip()[2:])
        said = None if span is None else span.of(target.text)
        return None if said is None else NamedBlock(Span(whole.start + 1, whole.end), said, target.path)
    chain = positions_of(target, reference.subpath)
    pieces = list(_pieces(reference.original, parts))
    if len(pieces) != len(chain):
        position = chain[-1]
        return NamedHeading(whole, target.headings[position].text, target.path, position)
    here = next((number for number, piece in enumerate(pieces) if at <= piece.end), len(pieces) - 1)
    span = Span(start + pieces[here].start, start + pieces[here].end)
    return NamedHeading(span, target.headings[chain[here]].text, target.path, chain[here])


def _pieces(written: str, subpath: Span) -> Iterator[Span]:
    """Yield the places of the headings in a chain, those that say nothing left out."""
    for found in re.finditer(r"[^#]+", subpath.of(written)):
        if strip_heading(found[0]):
            yield Span(subpath.start + found.start(), subpath.start + found.end())


def positions_of(note: Note, subpath: str) -> tuple[int, ...]:
    """Return which heading each part of a chain of headings names, none where it leads nowhere."""
    wanted = tuple(part for part in map(strip_heading, subpath.split("#")) if part)
    last = note.outline.find(wanted)
    if last is None:
        return ()
    parents = above(note, last)
    for chosen in combinations(parents, len(wanted) - 1):
        if tuple(strip_heading(note.headings[at].text) for at in chosen) == wanted[:-1]:
            return (*chosen, last)
    return ()


def above(note: Note, position: int) -> tuple[int, ...]:
    """Return the headings in whose section a heading stands, the widest first."""
    found: list[int] = []
    level = note.headings[position].level
    for at in range(position - 1, -1, -1):
        if note.headings[at].level < level:
            level = note.headings[at].level
            found.append(at)
    return tuple(reversed(found))


# ------------------------------------------------------------------------------ in the note itself


def heading_text(note: Note, position: int) -> Span:
    """Return where the words of a heading stand, without its signs."""
    heading = note.headings[position]
    start = heading.span.start + heading.span.of(note.text).index(heading.text)
    return Span(start, start + len(heading.text))


def _heading_at(note: Note, offset: int) -> NamedHeading | None:
    for position, heading in enumerate(note.headings):
        if _touches(heading.span, offset) and heading.text:
            return NamedHeading(heading_text(note, position), heading.text, note.path, position)
    return None


def block_id(note: Note, name: str) -> Span | None:
    """Return where the id of a block is written, without its `^`: at its end, or alone behind it."""
    block = note.blocks_by_id.get(name.strip().lower())
    return None if block is None else _id_place(note, block)


def _id_place(note: Note, block: Block) -> Span | None:
    found = [one for one in _BLOCK_ID.finditer(note.text, block.span.start) if one[1].lower() == block.id]
    inside = [one for one in found if one.end() <= block.span.end]
    chosen = inside[-1:] or found[:1]
    return Span(*chosen[0].span(1)) if chosen else None


def _block_at(note: Note, offset: int) -> NamedBlock | None:
    start = note.text.rfind("\n", 0, offset) + 1
    end = note.text.find("\n", offset)
    found = _BLOCK_ID.search(note.text, start, len(note.text) if end < 0 else end)
    if found is None or not _touches(Span(*found.span()), offset):
        return None
    span = block_id(note, found[1])
    return NamedBlock(span, found[1], note.path) if span == Span(*found.span(1)) else None


def _tag(note: Note, offset: int) -> NamedTag | None:
    for tag in note.tags:
        if _touches(tag.span, offset):
            return NamedTag(Span(tag.span.start + 1, tag.span.end), tag.tag[1:])
    for tag in property_tags(note):
        if _touches(tag.span, offset):
            return NamedTag(tag.span, tag.tag[1:])
    return None


def property_tags(note: Note) -> Iterator[Tag]:
    """Yield the tags in the property `tags` that stand there as they are, with the place of the name alone."""
    properties = note.frontmatter.properties if note.frontmatter else {}
    entry = properties.get("tags") or next(
        (one for key, one in properties.items() if key.lower() == "tags"), None
    )
    if entry is None:
        return
    places: Sequence[Span] = entry.entries if isinstance(entry.value, list) else (entry.value_span,)
    known = set(frontmatter_tags(note) or ())
    for place in places:
        written = place.of(note.text)
        name = written.strip().strip(_QUOTES).strip().removeprefix("#").rstrip("/")
        if f"#{name}" in known:
            start = place.start + written.index(name)
            yield Tag(f"#{name}", Span(start, start + len(name)))


def file_name(path: str) -> str:
    """Return the name of a file as a person says it: of a note without its extension."""
    return note_name(path)


def _touches(span: Span, offset: int) -> bool:
    """Whether the cursor stands in a stretch, or right behind it."""
    return span.start <= offset <= span.end
