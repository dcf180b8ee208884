"""What a note says in the words of its schema: its properties first, its inline fields where no property speaks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from vaultkit.audit.extract import plain_key
from vaultkit.markdown.note import InlineField, Note, PropertyValue
from vaultkit.markdown.regions import generated_spans
from vaultkit.markdown.yaml_scalars import plain_value
from vaultkit.schema.model import Schema
from vaultkit.text import Span, fold, nfc, one_line

#: Properties that the audit knows under this very spelling alone, and never as an inline field.
AS_WRITTEN = ("category", "scope")
#: Properties with this lead are vaultkit's own: no schema has to name them.
OURS = "vaultkit_"
#: What may stand around the words of a field without being part of them.
_MARKUP = "*_~`= \t"


class Spoken(Struct, frozen=True):
    """What a note says as a schema means it: `values` by key.

    `keys` gives the spelling in the note of each key, `fields` the inline field of those that no property holds.
    """

    values: Mapping[str, Any]
    keys: Mapping[str, str]
    fields: Mapping[str, InlineField] = field(default_factory=dict)


def spoken(schema: Schema, note: Note) -> Spoken:
    """Return what a note says in the words of its schema.

    A key may be spelled with accents, capitals and blanks (`Priorité`), a value be a synonym; a property
    without a value is not there, unless the schema allows just that. The category by which a schema is known,
    vaultkit's own properties and Obsidian's need not be named in it.
    """
    asked: Mapping[str, Any] = schema.frontmatter.get("properties") or {}
    required = schema.frontmatter.get("required") or ()
    values: dict[str, Any] = {}
    keys: dict[str, str] = {}
    for key, value in note.properties.items():
        name = key
        if key not in asked and key not in required:
            plain = plain_key(key)
            if plain in asked or plain in required:
                name = plain if plain not in AS_WRITTEN and plain not in note.properties else key
            elif key.startswith(OURS) or (key == "category" and schema.categories) or key in schema.unnamed:
                continue
        if is_empty(value) and not _may_be_empty(asked.get(name)):
            continue
        if name in values:
            continue
        words = schema.synonyms.get(name)
        values[name] = _meant(value, words) if words else value
        keys[name] = key
    if not note.fields:
        return Spoken(values, keys)
    inline = inline_fields(note)
    fields = {
        key: inline[plain_key(key)]
        for key in dict.fromkeys((*asked, *required))
        if key not in values and key not in AS_WRITTEN and plain_key(key) in inline
    }
    for key, one in fields.items():
        said, words = _value(one, asked.get(key)), schema.synonyms.get(key)
        values[key] = _meant(said, words) if words else said
        keys[key] = key
    return Spoken(values, keys, fields)


def is_empty(value: PropertyValue) -> bool:
    """Whether a property says nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def inline_fields(note: Note) -> Mapping[str, InlineField]:
    """Return the first inline field of each key that says something, outside what a tool generates."""
    if not note.fields:
        return {}
    found: dict[str, InlineField] = {}
    closed = sorted(generated_spans(note))
    for one in note.fields:
        at = bisect_right(closed, one.span.start, key=lambda span: span.start) - 1
        if (at < 0 or not closed[at].holds(one.span)) and words_of(note, one).of(note.text):
            found.setdefault(plain_key(nfc(one.key)), one)
    return found


def words_of(note: Note, one: InlineField) -> Span:
    """Return the place of what a field says, without emphasis around it."""
    said = one.value_span.of(note.text)
    left = len(said) - len(said.lstrip(_MARKUP))
    return Span(
        one.value_span.start + left,
        max(one.value_span.start + left, one.value_span.start + len(said.rstrip(_MARKUP))),
    )


def _value(one: InlineField, asked: Any) -> PropertyValue:
    """Return the value of a field: a text, but what the schema asks for where it can be read as that."""
    said = one_line(one.value.strip(_MARKUP))
    if len(said) > 1 and said[0] == said[-1] == '"':
        return said[1:-1]
    types = asked.get("type", ()) if isinstance(asked, dict) else ()
    types = (types,) if isinstance(types, str) else types
    if "array" in types and "string" not in types:
        return [part.strip() for part in said.split(",")]
    if isinstance(asked, dict) and "enum" in asked:
        return said if said in asked["enum"] or plain_value(said) not in asked["enum"] else plain_value(said)
    return said if "string" in types else plain_value(said)


def _may_be_empty(asked: Any) -> bool:
    """Whether a schema of a property names `null` or the empty text as a value."""
    if not isinstance(asked, dict):
        return False
    types, options = asked.get("type"), asked.get("enum")
    if types == "null" or (isinstance(types, list) and "null" in types):
        return True
    return isinstance(options, list) and (None in options or "" in options)


def _meant(value: PropertyValue, words: Mapping[str, str]) -> PropertyValue:
    if isinstance(value, str):
        return words.get(fold(value), value)
    return [_meant(one, words) for one in value] if isinstance(value, list) else value
