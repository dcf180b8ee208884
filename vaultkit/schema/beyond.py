"""What JSON Schema cannot say: where links lead, which tags there are, what is unique, earlier, in one scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vaultkit.audit.extract import plain_key, property_key
from vaultkit.audit.mission import category_of, is_link, linkpath_of, scope_of
from vaultkit.diagnostics import Finding
from vaultkit.edits import Edit
from vaultkit.markdown.leaves import TAG_NAME
from vaultkit.markdown.note import Note
from vaultkit.schema.adds import replaced_field, replaced_value
from vaultkit.schema.model import Breach, Schema, Violation
from vaultkit.schema.spoken import inline_fields
from vaultkit.schema.surroundings import Surroundings, above, entries, same
from vaultkit.schema.words import HINTS, listed, maybe, nearest, shown
from vaultkit.text import Message, Span, nfc, note_name
from vaultkit.values import parse_date
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath


def beyond(schema: Schema, note: Note, around: Surroundings) -> Iterator[Violation]:
    """Yield in what a note breaks the part of its schema that is no JSON Schema."""
    yield from _links(schema, note, around.index)
    yield from _tags(schema, note, around)
    yield from _unique(schema, note, around)
    yield from _before(schema, note)
    yield from _same_scope(schema, note, around.index)


def _links(schema: Schema, note: Note, index: VaultIndex) -> Iterator[Violation]:
    for key, categories in schema.links.items():
        targets = {
            link.reference.original: link.reference.linkpath
            for link in note.property_links
            if link.key.split(".")[0] == property_key(note, key)
        }
        for said, place in entries(note, key):
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
    for said, place in entries(note, "tags"):
        tag = said.strip().removeprefix("#").rstrip("/")
        if not TAG_NAME.fullmatch(tag):
            continue
        if schema.tag_list is not None and not any(name in allowed for name in above(tag)):
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
        for value, place in entries(note, key):
            first = around.values.get((schema.path, key, scope_of(note), same(value)), note.path)
            if first != note.path:
                message = Message(
                    f"«\u00a0{key}\u00a0»\u00a0: «\u00a0{note_name(first)}\u00a0» a déjà «\u00a0{shown(value)}\u00a0»",
                    f"'{key}': '{note_name(first)}' has '{shown(value)}' already",
                )
                yield Violation(Breach.UNIQUE, Finding(place, message))


def _before(schema: Schema, note: Note) -> Iterator[Violation]:
    for earlier, later in schema.before:
        one = next(entries(note, earlier), None)
        other = next(entries(note, later), None)
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
        for said, place in entries(note, key):
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
