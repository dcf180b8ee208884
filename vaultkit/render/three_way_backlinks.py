"""`backlinks` from three versions of a note, entry by entry."""

from __future__ import annotations

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.properties import NotEditable, change_entries
from vaultkit.render.three_way import Who
from vaultkit.text import Span, pattern

_COMMENT = pattern(r"(?m)(?:^|(?<=[ \t]))#.*$")


def with_one_backlinks(texts: tuple[str, str, str]) -> tuple[str, str, str]:
    """Return the versions with the same `backlinks`, merged entry by entry, where both sides changed them."""
    if not all("backlinks" in text for text in texts[1:]):
        return texts
    notes = tuple(parse_note("", text) for text in texts)
    lists = [_entries(note) for note in notes]
    base, ours, theirs = lists[Who.BASE] or [], lists[Who.OURS], lists[Who.THEIRS]
    if ours is None or theirs is None or base in (ours, theirs) or ours == theirs:
        return texts
    before, here, there = frozenset(base), frozenset(ours), frozenset(theirs)
    removed = [at for at, entry in enumerate(ours) if entry in before and entry not in there]
    added = list(dict.fromkeys(entry for entry in theirs if entry not in before and entry not in here))
    mine = notes[Who.OURS]
    try:
        merged = apply_edits(mine.text, change_entries(mine, "backlinks", added, removed))
    except NotEditable:
        return texts
    wanted = _block_of(parse_note("", merged))
    if wanted is None:
        return texts
    if _comments(notes[Who.THEIRS]) - _comments(mine):
        return texts
    said = wanted.of(merged)
    return tuple(  # type: ignore[return-value]  # three notes
        apply_edits(note.text, [Edit(place, said)]) if (place := _block_of(note)) else note.text
        for note in notes
    )


def _entries(note: Note) -> list[str] | None:
    """Return the entries of `backlinks`; None if there are none that can be merged."""
    entry = note.frontmatter.properties.get("backlinks") if note.frontmatter else None
    if entry is None or (note.frontmatter and note.frontmatter.error):
        return None
    values = entry.value if isinstance(entry.value, list) else [] if entry.value is None else [entry.value]
    return (
        [value for value in values if isinstance(value, str)]
        if all(isinstance(v, str) for v in values)
        else None
    )


def _comments(note: Note) -> frozenset[str]:
    """Return the comments among the lines of `backlinks`."""
    place = _block_of(note)
    return frozenset(_COMMENT.findall(place.of(note.text))) if place else frozenset()


def _block_of(note: Note) -> Span | None:
    """Return the lines of `backlinks`, None without it."""
    entry = note.frontmatter.properties.get("backlinks") if note.frontmatter else None
    if entry is None:
        return None
    start = note.text.rfind("\n", 0, entry.key_span.start) + 1
    last = max(entry.key_span.end, entry.key_span.start, len(note.text[: entry.value_span.end].rstrip()))
    end = note.text.find("\n", last)
    return Span(start, len(note.text) if end < 0 else end + 1)
