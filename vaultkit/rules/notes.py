"""Rules about one note alone: its bytes, its frontmatter, its markers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from vaultkit.diagnostics import Finding
from vaultkit.markdown.lost_block import lost_block
from vaultkit.markdown.note import Note, PropertyValue
from vaultkit.markdown.regions import find_regions
from vaultkit.rules.kinds import (
    BROKEN_MARKER,
    IMPOSSIBLE_DATE,
    INVALID_FRONTMATTER,
    NOT_UTF8,
    PROPERTY_TYPE,
)
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.rules.traits import BLOCK, REGION, SOUND_HEAD
from vaultkit.text import Message, Span, pattern
from vaultkit.values import parse_date


def not_utf8(note: Note, look: Look) -> Iterator[Finding]:
    """A note is not UTF-8, or holds NUL bytes: it is read as well as can be and never written."""
    if note.readonly:
        yield Finding(
            Span(0, 0),
            Message(
                "cette note n’est pas en UTF-8\u00a0: elle est lue au mieux et n’est jamais écrite",
                "this note is not UTF-8: it is read as well as can be and never written",
            ),
            Message("l’enregistrer en UTF-8", "save it as UTF-8"),
        )


def invalid_frontmatter(note: Note, look: Look) -> Iterator[Finding]:
    """The YAML block has an error, is not closed or does not open the file: Obsidian reads no property at all."""
    if note.frontmatter and note.frontmatter.error:
        yield note.frontmatter.error
    elif _may_have_lost_block(note, look) and (lost := lost_block(note.text)) is not None:
        yield replace(lost, fix=()) if note.readonly else lost


def _may_have_lost_block(note: Note, look: Look) -> bool:
    return note.frontmatter is None and look.traits(note) & BLOCK != 0


def impossible_date(note: Note, look: Look) -> Iterator[Finding]:
    """A value looks like a date that the calendar does not have."""
    if note.frontmatter:
        yield from note.frontmatter.remarks


def property_type(note: Note, look: Look) -> Iterator[Finding]:
    """A property's value does not fit the type that Obsidian has for its name (`types.json`)."""
    types = look.app.property_types
    if not types or note.frontmatter is None or look.ignores(note.path):
        return
    for key, entry in note.frontmatter.properties.items():
        kind = types.get(key.lower(), "")
        if kind in _FITS and entry.value not in (None, "") and not _FITS[kind](entry.value):
            name = _TYPE_NAMES[kind]
            yield Finding(
                entry.value_span,
                Message(
                    f"« {key} » est de type {name.fr} dans Obsidian, cette valeur n’en est pas",
                    f"'{key}' is of type {name.en} in Obsidian, this value is none",
                ),
            )


def _is_text(value: PropertyValue) -> bool:
    return isinstance(value, str | int | float)


def _is_list(value: PropertyValue) -> bool:
    return _is_text(value) or (isinstance(value, list) and all(v is None or _is_text(v) for v in value))


def _is_date(value: PropertyValue) -> bool:
    return (
        isinstance(value, str) and _DATE.fullmatch(value) is not None and parse_date(value[:10]) is not None
    )


_DATE = pattern(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?")

#: What fits a type of `types.json`, in the app's own ids (`specs/obsidian.md` §2.3).
_FITS: Mapping[str, Callable[[PropertyValue], bool]] = {
    "text": _is_text,
    "multitext": _is_list,
    "tags": _is_list,
    "aliases": _is_list,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "checkbox": lambda value: isinstance(value, bool),
    "date": _is_date,
    "datetime": _is_date,
}
_TYPE_NAMES = {
    "text": Message("texte", "text"),
    "multitext": Message("liste", "list"),
    "tags": Message("étiquettes", "tags"),
    "aliases": Message("alias", "aliases"),
    "number": Message("nombre", "number"),
    "checkbox": Message("case à cocher", "checkbox"),
    "date": Message("date (AAAA-MM-JJ)", "date (YYYY-MM-DD)"),
    "datetime": Message("date et heure (AAAA-MM-JJTHH:MM)", "date and time (YYYY-MM-DDTHH:MM)"),
}


def broken_marker(note: Note, look: Look) -> Iterator[Finding]:
    """The markers of a region are not a pair, so nothing is written in the note."""
    if look.traits(note) & REGION:
        yield from find_regions(note).faults


def _is_amiss(note: Note, look: Look) -> bool:
    """Whether a note cannot be read whole, or its properties say what they should not."""
    if look.traits(note) & SOUND_HEAD:
        return bool(look.app.property_types)
    front = note.frontmatter
    if front is None:
        return note.readonly or _may_have_lost_block(note, look)
    return bool(note.readonly or front.error or front.remarks or look.app.property_types)


FAMILIES = (
    Family(
        (
            Rule(NOT_UTF8, not_utf8),
            Rule(INVALID_FRONTMATTER, invalid_frontmatter),
            Rule(IMPOSSIBLE_DATE, impossible_date),
            Rule(PROPERTY_TYPE, property_type),
        ),
        is_about=_is_amiss,
    ),
    Family((Rule(BROKEN_MARKER, broken_marker),), traits=REGION),
)
