"""In what the frontmatter of a note breaks the JSON Schema of its category, in words and with the places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from vaultkit.audit.mission import linkpath_of, scope_of
from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit
from vaultkit.markdown.note import Note
from vaultkit.markdown.properties import scalar
from vaultkit.schema.adds import Scalar, added_properties, replaced_field, replaced_value
from vaultkit.schema.model import Breach, Schema, Violation
from vaultkit.schema.sentences import missing, sentence
from vaultkit.schema.source import Places, Step
from vaultkit.schema.spoken import Spoken, words_of
from vaultkit.schema.surroundings import Surroundings
from vaultkit.schema.validator import Broken
from vaultkit.schema.words import HINTS, maybe, named, nearest, shown
from vaultkit.text import Message, Span, one_line, pattern, unaccented
from vaultkit.values import parse_date
from vaultkit.vault.links import resolve_linkpath

#: A day and nothing else, in a form that is not ISO 8601.
_OTHER_DAY = pattern(r"\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d{2})")


def broken_properties(
    schema: Schema, note: Note, around: Surroundings, said: Spoken, broken: Sequence[Broken]
) -> Iterator[Violation]:
    """Yield a violation for each keyword of the JSON Schema that a note breaks with what it has `said`."""
    yield from _Held(schema, note, around, said).violations(broken)


class _Held(Struct, dict=True):
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
        if path and (one := self.said.fields.get(str(path[0]))) is not None:
            return words_of(self.note, one)
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
        if path and path[0] in self.said.fields:
            value: Any = self.said.values[str(path[0])]
        else:
            value = self.note.properties.get(self.spelled(path[0])) if path else self.note.properties
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
        elif one.keyword == "format" and one.value == "date" and (day := _day(value)):
            told, fix = Message(f"écrire {day}", f"write {day}"), self.replaced(one, day)
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
        return told, self.replaced(one, same[0]) if len(same) == 1 else ()

    def replaced(self, one: Broken, value: str) -> tuple[Edit, ...]:
        """Return the edit that puts another value in the place of the one that breaks a keyword, where that is safe."""
        if not one.path or len(one.path) > 2:
            return ()
        if one.path[0] in self.said.fields:
            inline = self.said.fields[str(one.path[0])]
            return (
                replaced_field(self.note, inline, self.place(one.path), value) if len(one.path) == 1 else ()
            )
        key = self.spelled(one.path[0])
        return replaced_value(self.note, key, self.place(one.path), value, len(one.path) > 1)

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
            value = one_line(shown(scalar(self.known[key])))
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


def _day(value: Any) -> str:
    """Return the day that a value says in another form, as ISO 8601 has it; empty if it says anything else."""
    if not isinstance(value, str) or not _OTHER_DAY.fullmatch(value.strip()):
        return ""
    day = parse_date(value)
    return day.isoformat() if day else ""


def _bare(text: str) -> str:
    return unaccented(one_line(text))
