"""The frontmatter of a note held against the JSON Schema of its category."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from vaultkit.audit.extract import plain_key
from vaultkit.audit.mission import linkpath_of, scope_of
from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit
from vaultkit.markdown.note import Note, PropertyValue
from vaultkit.schema.adds import Scalar, added_properties, replaced_value
from vaultkit.schema.beyond import Surroundings
from vaultkit.schema.model import Breach, Schema, Violation
from vaultkit.schema.sentences import missing, sentence
from vaultkit.schema.source import Places, Step
from vaultkit.schema.validator import Broken
from vaultkit.schema.words import HINTS, maybe, named, nearest, shown
from vaultkit.text import Message, Span, fold, one_line, unaccented
from vaultkit.vault.links import resolve_linkpath

#: Properties that the audit knows under this very spelling alone.
_AS_WRITTEN = ("category", "scope")
#: Properties with this lead are vaultkit's own: no schema has to name them.
_OURS = "vaultkit_"


def properties(schema: Schema, note: Note, around: Surroundings) -> Iterator[Violation]:
    """Yield in what the frontmatter of a note breaks the JSON Schema of its category."""
    if schema.validator is None:
        return
    said = spoken(schema, note)
    broken = list(schema.validator.errors(said.values))
    if broken:
        yield from _Held(schema, note, around, said).violations(broken)


@dataclass(frozen=True, slots=True)
class Spoken:
    """The properties of a note as a schema means them; `keys` gives the spelling in the note of each key."""

    values: Mapping[str, Any]
    keys: Mapping[str, str]


def spoken(schema: Schema, note: Note) -> Spoken:
    """Return what a note says in the words of its schema.

    A key may be spelled with accents, capitals and blanks (`Priorité`), a value be a synonym; a property
    without a value is not there, unless the schema allows just that. The category by which a schema is known,
    and vaultkit's own properties, need not be named in it.
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
                name = plain if plain not in _AS_WRITTEN and plain not in note.properties else key
            elif key.startswith(_OURS) or (key == "category" and schema.categories):
                continue
        if (value is None or (isinstance(value, str) and not value.strip())) and not _may_be_empty(
            asked.get(name)
        ):
            continue
        if name in values:
            continue
        words = schema.synonyms.get(name)
        values[name] = _meant(value, words) if words else value
        keys[name] = key
    return Spoken(values, keys)


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


@dataclass
class _Held:
    """A note that breaks its schema."""

    schema: Schema
    note: Note
    around: Surroundings
    said: Spoken
    hints: int = field(default=HINTS)

    def violations(self, broken: Sequence[Broken]) -> Iterator[Violation]:
        """Yield a violation for each broken keyword, in words and with its place."""
        gone = [str(one.value) for one in broken if one.keyword == "required" and not one.path]
        for key in dict.fromkeys(gone):
            yield self.missing(key)
        for one in broken:
            if one.keyword == "required" and not one.path:
                continue
            if one.keyword in ("additionalProperties", "unevaluatedProperties"):
                yield from self.unknown(one)
            else:
                yield self.other(one)

    # ---------------------------------------------------------------------------------- places

    @cached_property
    def places(self) -> Places | None:
        """The places of the note's properties."""
        return Places(self.note.text, self.note.frontmatter) if self.note.frontmatter else None

    def place(self, path: Sequence[Step], key: bool = False) -> Span:
        """Return where a value stands; a note without properties has it at its beginning."""
        if self.places is None:
            return Span(0, 0)
        if not path:
            return self.places.of(("category",), True)
        entry = self.places.front.properties[self.spelled(path[0])]
        if len(path) == 2 and isinstance(path[1], int) and path[1] < len(entry.entries):
            return entry.entries[path[1]]
        return self.places.of((entry.key, *path[1:]), key)

    def spelled(self, step: Step) -> str:
        """Return a key as the note spells it."""
        return self.said.keys.get(str(step), str(step))

    def value(self, path: Sequence[Step]) -> Any:
        """Return the value at a path, as the note says it."""
        value: Any = self.note.properties.get(self.spelled(path[0])) if path else self.note.properties
        for step in path[1:]:
            value = value[step]
        return value

    # -------------------------------------------------------------------------------- sentences

    def other(self, one: Broken) -> Violation:
        """Return the violation of a keyword that speaks of a value."""
        value = self.value(one.path)
        spelled = one
        if one.path and self.spelled(one.path[0]) != one.path[0]:
            spelled = Broken(
                one.keyword, (self.spelled(one.path[0]), *one.path[1:]), one.rule, one.value, one.either
            )
        if one.keyword == "required":
            message, hint = missing(named((*one.path, str(one.value))), ())
            return Violation(Breach.REQUIRED, Finding(self.place(one.path), message, hint))
        breach, message, told = sentence(spelled, value)
        fix: tuple[Edit, ...] = ()
        if breach is Breach.ENUM:
            told, fix = self.enum_help(one, value, told)
        if one.keyword == "propertyNames":
            return Violation(breach, Finding(self.place((*one.path, str(one.value)), True), message, told))
        return Violation(breach, Finding(self.place(one.path), message, told, fix))

    def enum_help(
        self, one: Broken, value: Any, told: Message | None
    ) -> tuple[Message | None, tuple[Edit, ...]]:
        """Return the hint for a value that is none of those listed, and the fix where only its accents differ."""
        options = one.value if one.keyword == "enum" else [one.value] if one.keyword == "const" else []
        if self.hints <= 0 or not isinstance(value, str):
            return told, ()
        self.hints -= 1
        if near := maybe(nearest(value, options)):
            told = Message(f"{near.fr} {told.fr}", f"{near.en} {told.en}") if told else near
        same = [o for o in options if isinstance(o, str) and _bare(o) == _bare(value)]
        if len(same) != 1 or len(one.path) > 2:
            return told, ()
        key = self.spelled(one.path[0])
        return told, replaced_value(self.note, key, self.place(one.path), same[0], len(one.path) > 1)

    def unknown(self, one: Broken) -> Iterator[Violation]:
        """Yield a violation for each property that the schema does not have."""
        inner: Any = self.schema.frontmatter
        for step in one.rule[:-1]:
            inner = inner[step] if isinstance(inner, dict) else inner[int(step)]
        known = [key for key in inner.get("properties", ()) if isinstance(key, str)]
        for name in one.value or ():
            path = (*one.path, name)
            breach, message, hint = sentence(
                Broken("additionalProperties", (*one.path, self.spelled(name)), one.rule), None
            )
            if self.hints > 0:
                self.hints -= 1
                hint = maybe(nearest(name, known))
            yield Violation(breach, Finding(self.place(path, True), message, hint))

    # ---------------------------------------------------------------------------------- missing

    def missing(self, key: str) -> Violation:
        """Return the violation of a property that is not there."""
        asked = self.asked(key)
        default = asked.get("default")
        examples = asked.get("examples")
        like = (default,) if default is not None else tuple(examples) if isinstance(examples, list) else ()
        message, hint = missing(key, like, str(asked.get("description") or ""))
        if key in self.known and self.adds:
            value = one_line(shown(self.known[key]))
            hint = Message(
                f"vaultkit check --add-missing écrit {key}: {value}",
                f"vaultkit check --add-missing writes {key}: {value}",
            )
        return Violation(Breach.REQUIRED, Finding(self.place(()), message, hint, (), self.adds))

    def asked(self, key: str) -> Mapping[str, Any]:
        """Return what the schema says of a property."""
        asked = (self.schema.frontmatter.get("properties") or {}).get(key)
        return asked if isinstance(asked, dict) else {}

    @cached_property
    def known(self) -> Mapping[str, Scalar]:
        """The values of the missing properties that follow from something."""
        values: dict[str, Scalar] = {}
        for key in self.schema.frontmatter.get("required") or ():
            if key in self.said.values:
                continue
            default = self.asked(key).get("default")
            if isinstance(default, str | int | float):
                values[key] = default
            elif key == "scope" and (scope := derived_scope(self.note, self.around)):
                values[key] = scope
        return values

    @cached_property
    def adds(self) -> tuple[Edit, ...]:
        """The one edit that puts in all missing properties whose value is known."""
        return added_properties(self.note, self.known) if self.known else ()


def derived_scope(note: Note, around: Surroundings) -> str | None:
    """Return the scope of the synthesis that a note points to, else the only one of the notes in its folder."""
    said = note.properties.get("synthese")
    if isinstance(said, str) and said.strip():
        found = resolve_linkpath(around.index, linkpath_of(said), note.path)
        target = around.index.notes.get(found) if found else None
        return str(target.properties["scope"]) if target is not None and scope_of(target) else None
    return around.scopes.get(note.path.rpartition("/")[0])


def _bare(text: str) -> str:
    return unaccented(one_line(text))
