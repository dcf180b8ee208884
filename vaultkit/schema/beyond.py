"""What JSON Schema cannot say: where links lead, which tags there are, what is unique, earlier, in one scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from vaultkit.audit.cleaning import inside
from vaultkit.audit.extract import plain_key, property_key
from vaultkit.audit.mission import category_of, is_link, linkpath_of, scope_of
from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit
from vaultkit.markdown.leaves import TAG_NAME
from vaultkit.markdown.note import Note, Property
from vaultkit.markdown.tags import all_tags
from vaultkit.schema.adds import replaced_field, replaced_value
from vaultkit.schema.model import Breach, Schema, SchemaSet, Violation
from vaultkit.schema.spoken import AS_WRITTEN, inline_fields, is_empty, words_of
from vaultkit.schema.words import HINTS, listed, maybe, nearest, shown
from vaultkit.text import Message, Span, nfc, note_name
from vaultkit.values import parse_date
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath


class Surroundings(Struct, frozen=True, dict=True):
    """What a note is held against beside its schema: the other notes, looked through when first needed."""

    schemas: SchemaSet
    index: VaultIndex

    def prepare(self) -> None:
        """Look through the notes for what the schemas are sure to ask."""
        if any(schema.unique for schema in self.schemas.schemas):
            _ = self.values
        if any(schema.known_tags for schema in self.schemas.schemas):
            _ = self.tags

    @cached_property
    def tags(self) -> Mapping[str, int]:
        """How many notes have a tag or one below it, by the tag in lower case, without `#`."""
        count: dict[str, int] = {}
        for note in self.index.notes.values():
            for tag in {above for said in all_tags(note) for above in _above(said)}:
                count[tag] = count.get(tag, 0) + 1
        return count

    @cached_property
    def common_tags(self) -> tuple[str, ...]:
        """The tags that several notes have, the most used first."""
        common = (tag for tag, count in self.tags.items() if count > 1)
        return tuple(sorted(common, key=lambda tag: (-self.tags[tag], tag)))

    @cached_property
    def scopes(self) -> Mapping[str, str]:
        """The scope of the notes of each folder that speaks of one mission only."""
        found: dict[str, dict[str, str]] = {}
        for note in self.index:
            if scope := scope_of(note):
                folder = note.path.rpartition("/")[0]
                found.setdefault(folder, {}).setdefault(scope, str(note.properties["scope"]))
        return {folder: next(iter(said.values())) for folder, said in found.items() if len(said) == 1}

    @cached_property
    def values(self) -> Mapping[tuple[str, str, str, str], str]:
        """The first note that has a value: by schema, property, scope and the value as it compares."""
        first: dict[tuple[str, str, str, str], str] = {}
        for note in self.index if any(schema.unique for schema in self.schemas.schemas) else ():
            for schema in self.schemas.of(note):
                for key in schema.unique:
                    for value, _ in _entries(note, key):
                        first.setdefault((schema.path, key, scope_of(note), _same(value)), note.path)
        return first


def beyond(schema: Schema, note: Note, around: Surroundings) -> Iterator[Violation]:
    """Yield in what a note breaks the part of its schema that is no JSON Schema."""
    yield from _links(schema, note, around.index)
    yield from _tags(schema, note, around)
    yield from _unique(schema, note, around)
    yield from _before(schema, note)
    yield from _same_scope(schema, note, around.index)


def _above(tag: str) -> Iterator[str]:
    """Yield a tag and those it stands below: `a/b` and `a`."""
    name = tag.removeprefix("#").lower()
    while name:
        yield name
        name = name.rpartition("/")[0]


def _property(note: Note, key: str) -> Property | None:
    return note.frontmatter.properties.get(property_key(note, key)) if note.frontmatter else None


def _entries(note: Note, key: str) -> Iterator[tuple[str, Span]]:
    """Yield the texts and numbers of a property, one or a list, with their places; else those of an inline field."""
    entry = _property(note, key)
    if entry is None or is_empty(entry.value):
        yield from _said_inline(note, key)
        return
    values = entry.value if isinstance(entry.value, list) else [entry.value]
    places: Sequence[Span] = entry.entries if isinstance(entry.value, list) else (entry.value_span,)
    for at, value in enumerate(values):
        if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
            yield str(value), places[at] if at < len(places) else entry.value_span


def _said_inline(note: Note, key: str) -> Iterator[tuple[str, Span]]:
    """Yield what an inline field says: each of its links, or all of it."""
    one = None if key in (*AS_WRITTEN, "tags") else inline_fields(note).get(plain_key(key))
    if one is None:
        return
    links = [link for link in inside(note.links, one.value_span) if link.original.startswith("[[")]
    yield from ((link.original, link.span) for link in links)
    if not links:
        place = words_of(note, one)
        yield place.of(note.text), place


def _same(value: str) -> str:
    return " ".join(nfc(value).split()).casefold()


def _links(schema: Schema, note: Note, index: VaultIndex) -> Iterator[Violation]:
    for key, categories in schema.links.items():
        targets = {
            link.reference.original: link.reference.linkpath
            for link in note.property_links
            if link.key.split(".")[0] == property_key(note, key)
        }
        for said, place in _entries(note, key):
            linkpath = targets.get(said.strip())
            if linkpath is None and is_link(said):
                linkpath = linkpath_of(said)
            found = resolve_linkpath(index, linkpath or linkpath_of(said), note.path)
            target = index.notes.get(found) if found else None
            if linkpath is None:
                yield Violation(Breach.LINK, _no_link(note, key, said, place, target, categories))
            elif target is not None and categories and category_of(target) not in categories:
                yield Violation(Breach.LINK, _other_category(key, place, target, categories))


def _no_link(
    note: Note, key: str, said: str, place: Span, target: Note | None, categories: Sequence[str]
) -> Finding:
    """Return the finding of a value that is no link; the fix makes one of the name of such a note."""
    words = shown(said)
    message = Message(
        f"«\u00a0{key}\u00a0»\u00a0: «\u00a0{words}\u00a0» n’est pas un lien",
        f"'{key}': '{words}' is no link",
    )
    hint = Message(f'écrire "[[{words}]]"', f'write "[[{words}]]"')
    fits = target is not None and (not categories or category_of(target) in categories)
    link = f"[[{nfc(said.strip())}]]"
    fix = _made_link(note, key, place, link) if fits else ()
    return Finding(place, message, hint, fix)


def _made_link(note: Note, key: str, place: Span, link: str) -> tuple[Edit, ...]:
    """Return the edit that puts a link in the place of a name, in a property or an inline field."""
    if place.start >= note.body_start:
        one = inline_fields(note).get(plain_key(key))
        return replaced_field(note, one, place, link) if one else ()
    key = property_key(note, key)
    return replaced_value(note, key, place, link, isinstance(note.properties.get(key), list))


def _other_category(key: str, place: Span, target: Note, categories: Sequence[str]) -> Finding:
    wanted, said = listed(categories), shown(target.properties.get("category"))
    fr = f"de catégorie «\u00a0{said}\u00a0»" if said else "sans catégorie"
    en = f"of category '{said}'" if said else "without a category"
    return Finding(
        place,
        Message(
            f"«\u00a0{key}\u00a0» mène à «\u00a0{target.name}\u00a0», une note {fr}",
            f"'{key}' leads to '{target.name}', a note {en}",
        ),
        Message(f"catégorie attendue\u00a0: {wanted}", f"expected category: {wanted}"),
    )


def _tags(schema: Schema, note: Note, around: Surroundings) -> Iterator[Violation]:
    if schema.tag_list is None and not schema.known_tags:
        return
    allowed = {tag.lower(): tag for tag in schema.tag_list or ()}
    options = listed(allowed.values())
    hints = HINTS
    for said, place in _entries(note, "tags"):
        tag = said.strip().removeprefix("#").rstrip("/")
        if not TAG_NAME.fullmatch(tag):
            continue
        if schema.tag_list is not None and not any(above in allowed for above in _above(tag)):
            message = Message(
                f"l’étiquette «\u00a0{tag}\u00a0» n’est pas de la liste",
                f"the tag '{tag}' is not in the list",
            )
            near = nearest(tag, allowed.values()) if hints > 0 else None
            hint = maybe(near) or Message(
                f"étiquettes possibles\u00a0: {options}", f"possible tags: {options}"
            )
            yield Violation(Breach.TAG, Finding(place, message, hint))
        elif schema.known_tags and around.tags.get(tag.lower(), 0) < 2:
            message = Message(
                f"aucune autre note n’a l’étiquette «\u00a0{tag}\u00a0»", f"no other note has the tag '{tag}'"
            )
            near = nearest(tag, around.common_tags) if hints > 0 else None
            yield Violation(Breach.TAG, Finding(place, message, maybe(near)))
        else:
            continue
        hints -= 1


def _unique(schema: Schema, note: Note, around: Surroundings) -> Iterator[Violation]:
    for key in schema.unique:
        for value, place in _entries(note, key):
            first = around.values.get((schema.path, key, scope_of(note), _same(value)), note.path)
            if first != note.path:
                message = Message(
                    f"«\u00a0{key}\u00a0»\u00a0: «\u00a0{note_name(first)}\u00a0» a déjà «\u00a0{shown(value)}\u00a0»",
                    f"'{key}': '{note_name(first)}' has '{shown(value)}' already",
                )
                yield Violation(Breach.UNIQUE, Finding(place, message))


def _before(schema: Schema, note: Note) -> Iterator[Violation]:
    for earlier, later in schema.before:
        one = next(_entries(note, earlier), None)
        other = next(_entries(note, later), None)
        if one is None or other is None:
            continue
        start, end = parse_date(one[0]), parse_date(other[0])
        if start and end and end < start:
            message = Message(
                f"«\u00a0{later}\u00a0» ({shown(other[0])}) est avant «\u00a0{earlier}\u00a0» ({shown(one[0])})",
                f"'{later}' ({shown(other[0])}) is before '{earlier}' ({shown(one[0])})",
            )
            yield Violation(Breach.ORDER, Finding(other[1], message))


def _same_scope(schema: Schema, note: Note, index: VaultIndex) -> Iterator[Violation]:
    own = scope_of(note)
    for key in schema.same_scope if own else ():
        for said, place in _entries(note, key):
            found = resolve_linkpath(index, linkpath_of(said), note.path)
            target = index.notes.get(found) if found else None
            if target is not None and scope_of(target) not in ("", own):
                here, there = shown(note.properties["scope"]), shown(target.properties["scope"])
                message = Message(
                    f"«\u00a0{target.name}\u00a0» est d’une autre mission\u00a0: scope «\u00a0{there}\u00a0», "
                    f"ici «\u00a0{here}\u00a0»",
                    f"'{target.name}' belongs to another mission: scope '{there}', here '{here}'",
                )
                yield Violation(Breach.SCOPE, Finding(place, message))
