"""Keys and values of properties: what the schema of the note has, then what the vault says elsewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from vaultkit.audit.mission import category_of
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.properties import scalar
from vaultkit.markdown.yaml_scalars import plain_value
from vaultkit.schema.model import OBSIDIANS, Schema
from vaultkit.shell.language.completing.linking import QUOTE, escaped
from vaultkit.shell.language.completing.matching import ranked
from vaultkit.shell.language.completing.offers import MOST, Offer, Sort
from vaultkit.shell.language.completing.places import KeyPlace, ValuePlace
from vaultkit.shell.language.tables import tables_of, value_text
from vaultkit.shell.language.workspace import Workspace
from vaultkit.text import Message, fold
from vaultkit.vault.links import linktext

_REQUIRED, _SCHEMA = Message("obligatoire", "required"), Message("schéma", "schema")
#: So many values of a property are looked through, the most frequent.
_MOST_VALUES = 1_000
_LISTS = ("multitext", "tags", "aliases")
_DATES = ("date", "datetime")
#: A text without signs that mean something in YAML.
_PLAIN = re.compile(
    r"\w(?:[^:#,\[\]{}\"'\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]*[^\s:#,\[\]{}\"'\x00-\x1f\x7f-\x9f])?"
)


def key_offers(workspace: Workspace, note: Note, place: KeyPlace) -> Iterator[Offer]:
    """Yield the keys that a note could have and has not: those of its schema first, then the most frequent."""
    language = workspace.language
    has = {key.lower() for key in note.properties}
    counts = tables_of(workspace).keys.counts
    known: dict[str, str] = {}
    for schema in workspace.session.schemas.of(note):
        required = schema.frontmatter.get("required") or ()
        asked = schema.frontmatter.get("properties") or {}
        for key in dict.fromkeys((*required, *asked)):
            known.setdefault(key, (_REQUIRED if key in required else _SCHEMA).of(language))
    for key in (*(key for key, _ in counts.most_common()), "category", *OBSIDIANS):
        known.setdefault(key, notes_said(counts[key]))
    keys = [key for key in known if key.lower() not in has]
    for key in _that_fit(place.said, keys):
        text = key if place.colon else f"{key}:\n  - " if _is_list(workspace, note, key) else f"{key}: "
        yield Offer(key, text, place.span, Sort.PROPERTY, known[key], {"property": key, "of": note.path})


def without_line(note: Note, at: int) -> Note:
    """Return the properties of a note as they are without the line at a place: half of it is often no YAML."""
    start, end = note.text.rfind("\n", 0, at) + 1, note.text.find("\n", at) + 1
    head = note.text[: note.body_start]
    return parse_note(note.path, head[:start] + head[end:])


def _that_fit(said: str, words: list[str]) -> Iterator[str]:
    """Yield the words that fit what was typed; where nothing is, all in their order."""
    yield from (words[at] for at in ranked(said, [fold(word) for word in words], MOST))


def notes_said(count: int) -> str:
    """Return how many notes there are, in the words of both languages; empty for none."""
    many = "s" if count > 1 else ""
    return f"{count} note{many}" if count else ""


def value_offers(workspace: Workspace, note: Note, place: ValuePlace) -> Iterator[Offer]:
    """Yield the values that a property could have: those its schema lists, then those that other notes have."""
    asked, schema = list(asked_of(workspace, note, place.key)), _SCHEMA.of(workspace.language)
    known = {said: schema for _, one in asked for said in _said_by(one)}
    if place.key == "category":
        known |= dict.fromkeys(_categories(workspace.session.schemas.schemas), schema)
    known |= dict.fromkeys(_of_type(workspace, place.key, [one for _, one in asked]), "")
    links = _links(workspace, note, place, (one for one, _ in asked))
    used = tables_of(workspace).values.counts.get(place.key, Counter())
    for said, count in used.most_common(_MOST_VALUES):
        known.setdefault(said, notes_said(count))
    for said in _that_fit(place.said, list(known)):
        if fold(said) != fold(place.said) or known[said] == schema:
            yield Offer(
                said,
                spelled(said, place.entry),
                place.span,
                Sort.VALUE,
                known[said],
                {"property": place.key, "of": note.path},
            )
    yield from links


def asked_of(workspace: Workspace, note: Note, key: str) -> Iterator[tuple[Schema, Mapping[str, Any]]]:
    """Yield what the schemas of a note say of a property."""
    for schema in workspace.session.schemas.of(note):
        properties = schema.frontmatter.get("properties") or {}
        asked = properties.get(key)
        if asked is None:
            asked = next((one for name, one in properties.items() if fold(name) == fold(key)), None)
        if asked is not None or key in schema.links:
            yield schema, asked if isinstance(asked, dict) else {}


def _said_by(asked: Mapping[str, Any]) -> Iterator[str]:
    """Yield the values that a schema of a property names: to choose from, by default, as examples."""
    const = [asked["const"]] if "const" in asked else []
    default = [asked["default"]] if "default" in asked else []
    examples = asked.get("examples")
    listed = asked.get("enum")
    for one in (*const, *(listed if isinstance(listed, list) else ()), *default):
        if said := value_text(one):
            yield said
    yield from (said for one in (examples if isinstance(examples, list) else ()) if (said := value_text(one)))
    if asked.get("type") == "boolean":
        yield from ("true", "false")
    inner = [asked.get("items"), *(asked.get("anyOf") or ()), *(asked.get("oneOf") or ())]
    for one in inner:
        if isinstance(one, dict):
            yield from _said_by(one)


def _categories(schemas: Iterable[Schema]) -> Iterator[str]:
    """Yield the categories that schemas speak of, spelled as their files are where these have their names."""
    for schema in schemas:
        stem = schema.path.rsplit("/", 1)[-1].rpartition(".")[0]
        for category in schema.categories:
            yield stem if fold(stem) == category else category.replace(" ", "_")


def _of_type(workspace: Workspace, key: str, asked: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what the type of a property has: both values of a checkbox, the day of today."""
    kind = workspace.session.app.property_types.get(key.lower())
    if kind == "checkbox":
        yield from ("true", "false")
    if kind in _DATES or any(one.get("format") == "date" for one in asked):
        yield datetime.now().astimezone().date().isoformat()


def _links(workspace: Workspace, note: Note, place: ValuePlace, schemas: Iterable[Schema]) -> Iterator[Offer]:
    """Yield links to the notes that a property may lead to, by its schema or as it does in most notes."""
    wanted = [schema.links[place.key] for schema in schemas if place.key in schema.links]
    if not wanted and not _links_mostly(workspace, place.key):
        return
    categories = {category for each in wanted for category in each}
    session, names = workspace.session, tables_of(workspace).names
    notes, found = session.index.notes, 0
    for at in ranked(place.said.lstrip("["), names.keys, len(names.keys)):
        entry = names.entries[at]
        if entry.at >= 0 or entry.path not in notes or entry.path == note.path:
            continue
        if categories and category_of(notes[entry.path]) not in categories:
            continue
        said = linktext(session.index, entry.path, note.path, session.app.new_link_format)
        text = f'"[[{escaped(said, QUOTE)}]]"'
        yield Offer(entry.shown, text, place.span, Sort.NOTE, "", {"note": entry.path})
        found += 1
        if found == MOST:
            return


def _links_mostly(workspace: Workspace, key: str) -> bool:
    """Whether a property holds a link in half of the notes that have it, or more."""
    tables = tables_of(workspace)
    count = tables.linking_keys.counts[key]
    return count > 0 and count * 2 >= tables.keys.counts[key]


@lru_cache(maxsize=1 << 12)
def spelled(said: str, entry: bool) -> str:
    """Return a value as YAML has it; what looks like another type is meant as that."""
    if said.removeprefix("-").replace(".", "", 1).isdecimal() or said in ("true", "false"):
        return said
    if _PLAIN.fullmatch(said) and plain_value(said) == said:
        return said
    return scalar(said, flow=entry)


def _is_list(workspace: Workspace, note: Note, key: str) -> bool:
    """Whether a property holds a list, for the app or for the schema of the note."""
    if key in OBSIDIANS or workspace.session.app.property_types.get(key.lower()) in _LISTS:
        return True
    return any(one.get("type") == "array" for _, one in asked_of(workspace, note, key))
