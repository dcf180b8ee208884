"""Edits that put in what is missing, or mend one value: small, and looked at before they are handed out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import FieldForm, InlineField, Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.properties import NotEditable, scalar, set_property
from vaultkit.markdown.regions import generated_spans
from vaultkit.schema.model import SectionSchema
from vaultkit.text import Span, newline_of

Scalar = str | int | float | bool


def added_properties(note: Note, values: Mapping[str, Scalar]) -> tuple[Edit, ...]:
    """Return the edit that gives a note these properties; none where its block cannot be written."""
    now = note
    for key, value in values.items():
        try:
            text = apply_edits(now.text, set_property(now, key, value))
        except NotEditable:
            return ()
        now = parse_note(now.path, text, now.digest, now.readonly)
    return _difference(note.text, now.text)


def replaced_value(note: Note, key: str, place: Span, value: str, entry: bool = False) -> tuple[Edit, ...]:
    """Return the edit that puts a text in the place of one value of a property; none where that is not safe.

    `entry` says that the value is an entry of a list.
    """
    from vaultkit.markdown.frontmatter import read_frontmatter

    said = place.of(note.text)
    if not said or "\n" in said or note.readonly:
        return ()
    edit = Edit(place, scalar(value, flow=entry))
    before, after = note.frontmatter, read_frontmatter(apply_edits(note.text, [edit]))
    if before is None or after is None or after.error or list(after.properties) != list(before.properties):
        return ()
    others = [one for one in before.properties if one != key]
    same = all(repr(after.properties[one].value) == repr(before.properties[one].value) for one in others)
    return (edit,) if same else ()


def replaced_field(note: Note, inline: InlineField, place: Span, value: str) -> tuple[Edit, ...]:
    """Return the edit that puts a text in the place of the words of an inline field; none where it could end there."""
    ends_early = inline.form is not FieldForm.LINE and set(value) & set("[]()")
    if note.readonly or ends_early or "\n" in value or not place.of(note.text):
        return ()
    return (Edit(place, value),)


def added_sections(
    note: Note, schema: Sequence[SectionSchema], found: Mapping[int, Sequence[int]], ends: Sequence[int]
) -> tuple[Edit, ...]:
    """Return the edits that put the headings of missing sections at their places.

    `schema` are the sections in their order, `found` the headings (by position in the note) of those that
    are there, by position in `schema`; `ends` where the section of each heading ends. A new heading goes
    behind the section before it, else before the one after it, else to the end of the note.
    """
    if note.readonly:
        return ()
    levels = [note.headings[one].level for many in found.values() for one in many]
    marks = "#" * (min(levels) if levels else 2)
    places: dict[int, list[str]] = {}
    for at, section in enumerate(schema):
        if section.required and at not in found:
            place = _place(note, at, found, ends)
            places.setdefault(place, []).append(f"{marks} {section.headings[0]}")
    closed = generated_spans(note)
    return tuple(
        _insertion(note, place, lines)
        for place, lines in sorted(places.items())
        if not any(region.start < place < region.end for region in closed)
    )


def _place(note: Note, at: int, found: Mapping[int, Sequence[int]], ends: Sequence[int]) -> int:
    before = [one for one in found if one < at]
    after = [one for one in found if one > at]
    if before:
        return ends[found[max(before)][-1]]
    return note.headings[found[min(after)][0]].span.start if after else len(note.text)


def _insertion(note: Note, place: int, lines: Sequence[str]) -> Edit:
    """Return the insertion of headings before what stands at a place, each with a blank line around it."""
    newline, text = newline_of(note.text), note.text
    blank = newline + newline
    lead = ""
    if text[:place].strip("\ufeff \t\r\n"):
        before = text[max(0, place - 8) : place].replace("\r\n", "\n").rstrip(" \t")
        lead = "" if before.endswith("\n\n") else newline if before.endswith("\n") else blank
        if note.frontmatter and place == note.frontmatter.span.end and before.endswith("\n"):
            lead = ""
    tail = blank if text[place:].strip() else newline
    return Edit(Span(place, place), lead + blank.join(lines) + tail)


def _difference(before: str, after: str) -> tuple[Edit, ...]:
    """Return the one edit that leads from a text to another, as small as can be; none if they are equal."""
    if before == after:
        return ()
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    return (Edit(Span(start, len(before) - end), after[start : len(after) - end]),)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if one[:middle] == other[:middle] else (least, middle - 1)
    return least
