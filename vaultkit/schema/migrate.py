"""Keys renamed and values mapped through a note, as edits: every other byte stays."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from vaultkit.audit.extract import plain_key
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.note import FieldForm, InlineField, Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.properties import NotEditable, scalar, set_entry, set_property
from vaultkit.markdown.regions import generated_spans
from vaultkit.markdown.yaml_scalars import plain_value
from vaultkit.text import Message, Span, nfc, one_line, unaccented


class Migration(Struct, frozen=True):
    """What is to be changed: old keys to new ones, and for a key (the old or the new one) old values to new ones."""

    renames: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class NotMigrated(Exception):
    """A note is left as it stands; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.en)
        self.message = message


def migrated(note: Note, migration: Migration) -> str:
    """Return the text of a note with the keys renamed and the values mapped, in properties and inline fields.

    A renamed key keeps its place. What a tool generated is left alone. Raises NotMigrated where the new key
    stands there already, or where the note cannot be written.
    """
    edits = list(_field_edits(note, migration))
    front = note.frontmatter
    said = () if front is None else front.properties
    touched = [key for key in said if key in migration.renames or key in migration.values]
    if front is not None and front.error is not None:
        if any(
            re.search(rf"(?m)^[\"']?{re.escape(k)}[\"']?\s*:", front.body.of(note.text))
            for k in _keys(migration)
        ):
            raise NotMigrated(
                Message("ses propriétés ne peuvent pas être lues", "its properties cannot be read")
            )
        touched = []
    for old, new in migration.renames.items():
        others = [key for key in said if key != old and key not in migration.renames] if old in said else []
        there = next((key for key in others if plain_key(key) == plain_key(new)), None)
        if there is not None:
            raise NotMigrated(
                Message(
                    f"«\u00a0{there}\u00a0» y est déjà, à côté de «\u00a0{old}\u00a0»",
                    f"'{there}' stands there beside '{old}'",
                )
            )
    if not touched:
        return apply_edits(note.text, edits)
    head = _renamed(_mapped(note, migration), migration)
    assert front is not None
    assert head.frontmatter is not None
    body = apply_edits(note.text[front.span.end :], [_moved(edit, -front.span.end) for edit in edits])
    return head.text[: head.frontmatter.span.end] + body


def left_alone(note: Note, migration: Migration) -> Iterator[str]:
    """Yield the keys and values of a note that differ from old ones only in case, accents or blanks.

    They are not changed: `Prio` where `prio` is renamed, `priorite: Urgent` where `urgent` is mapped.
    """
    near_keys = {plain_key(old): new for old, new in migration.renames.items()}
    near_mapping: dict[str, dict[str, str]] = {}
    for key in (*migration.values, *migration.renames):
        pairs = ((_loose(old), new) for old, new in _values_of(migration, key).items())
        near_mapping.setdefault(plain_key(key), {}).update(pairs)
    said = [(key, value) for key, value in note.properties.items()]
    said += [(nfc(one.key), one.value) for one in note.fields]
    for key, value in said:
        new = near_keys.get(plain_key(key))
        if new is not None and key not in (*migration.renames, new):
            yield key
        near_values, own = near_mapping.get(plain_key(key), {}), _values_of(migration, key)
        for entry in value if isinstance(value, list) and near_values else [value]:
            text = _text(entry) if near_values and _is_single(entry) else ""
            mapped = near_values.get(_loose(text))
            if mapped is not None and text not in own and text != mapped:
                yield f"{key}: {text}"


def _loose(text: str) -> str:
    return unaccented(one_line(text))


def _keys(migration: Migration) -> tuple[str, ...]:
    return (*migration.renames, *migration.values)


def _moved(edit: Edit, by: int) -> Edit:
    return Edit(Span(edit.span.start + by, edit.span.end + by), edit.text)


def _values_of(migration: Migration, key: str) -> Mapping[str, str]:
    """Return the values to map of a key, under its old name or its new one."""
    return {**migration.values.get(migration.renames.get(key, key), {}), **migration.values.get(key, {})}


def _mapped(note: Note, migration: Migration) -> Note:
    """Return the note with the values of its properties mapped."""
    keys = list(note.frontmatter.properties) if note.frontmatter else []
    for key in keys:
        mapping = _values_of(migration, key)
        if not mapping or note.frontmatter is None:
            continue
        value = note.frontmatter.properties[key].value
        entries = value if isinstance(value, list) else [value]
        for at, entry in enumerate(entries):
            new = mapping.get(_text(entry)) if _is_single(entry) else None
            if new is None:
                continue
            try:
                edits = (
                    set_entry(note, key, at, new)
                    if isinstance(value, list)
                    else set_property(note, key, _typed(new))
                )
            except NotEditable as fault:
                raise NotMigrated(
                    Message(
                        f"la valeur de «\u00a0{key}\u00a0» a une forme qui n’est pas changée sur place",
                        f"the value of '{key}' has a form that is not changed in place",
                    )
                ) from fault
            note = _read_again(note, apply_edits(note.text, edits))
    return note


def _renamed(note: Note, migration: Migration) -> Note:
    """Return the note with its properties renamed, each at its place."""
    front = note.frontmatter
    assert front is not None
    pairs = [
        (front.properties[old], new) for old, new in migration.renames.items() if old in front.properties
    ]
    if not pairs:
        return note
    edits = [Edit(entry.key_span, scalar(new)) for entry, new in pairs]
    after = _read_again(note, apply_edits(note.text, edits))
    names = {entry.key: new for entry, new in pairs}
    wanted = {names.get(key, key): repr(entry.value) for key, entry in front.properties.items()}
    found = after.frontmatter.properties if after.frontmatter and not after.frontmatter.error else {}
    if {key: repr(entry.value) for key, entry in found.items()} != wanted:
        raise NotMigrated(
            Message(
                "une clé a une forme qui n’est pas changée sur place",
                "a key has a form that is not changed in place",
            )
        )
    return after


def _read_again(note: Note, text: str) -> Note:
    return parse_note(note.path, text, note.digest, note.readonly)


def _is_single(value: object) -> bool:
    return isinstance(value, str | int | float)


def _text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else nfc(str(value)).strip()


def _typed(said: str) -> str | int | float | bool:
    """Return a new value as it would be read in YAML: a number where it looks like one."""
    value = plain_value(said) if said.strip() == said and said else said
    return value if isinstance(value, str | int | float) else said


# ------------------------------------------------------------------------------- inline fields


def _field_edits(note: Note, migration: Migration) -> Iterator[Edit]:
    closed = generated_spans(note) if note.fields else ()
    for one in note.fields:
        key = nfc(one.key)
        new, mapping = migration.renames.get(key), _values_of(migration, key)
        if (new is None and not mapping) or any(span.holds(one.span) for span in closed):
            continue
        place = note.text.find(one.key, one.span.start, one.value_span.start)
        if new is not None and place >= 0:
            yield Edit(Span(place, place + len(one.key)), new)
        if (value := mapping.get(nfc(one.value).strip())) is not None and _fits(one, value):
            start = note.text.find(one.value, one.value_span.start, one.value_span.end)
            if start >= 0:
                yield Edit(Span(start, start + len(one.value)), value)


def _fits(one: InlineField, value: str) -> bool:
    """Whether a value can stand in a field of this form: a bracket would end early."""
    return "\n" not in value and (one.form is FieldForm.LINE or not set(value) & set("[]()"))


def pairs_of(said: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what `OLD=NEW` says, blanks aside; both sides are empty where it is none."""
    for one in said:
        old, sign, new = one.partition("=")
        yield (nfc(old.strip()), nfc(new.strip())) if sign else ("", "")
