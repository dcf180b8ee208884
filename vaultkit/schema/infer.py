"""A schema that a vault's own notes of a category keep already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import isfinite
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from vaultkit.audit.mission import category_of
from vaultkit.audit.words import priority_of
from vaultkit.markdown.note import Note, PropertyValue
from vaultkit.markdown.properties import NotEditable, scalar
from vaultkit.schema.check import held
from vaultkit.schema.model import SchemaSet
from vaultkit.schema.read import read_schemas
from vaultkit.schema.sections import heading_keys
from vaultkit.schema.spoken import inline_fields
from vaultkit.schema.surroundings import Surroundings
from vaultkit.text import Message, fold, one_line
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath

#: How many different values a property has at most where they look like a list to choose from, and how
#: often each stands there on average at least.
_MOST_VALUES, _LEAST_USES = 6, 2
#: From how many notes on what all of them have looks like what each has to have.
_SEVERAL = 2
#: The names that JSON Schema gives to the types of values.
_TYPES: Mapping[type, str] = {
    bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"
}  # fmt: skip


class Inferred(Struct, frozen=True):
    """A schema made from `notes` notes of a category: the name of its file, and its text."""

    category: str
    name: str
    text: str
    notes: int


class _Column(Struct, dict=True):
    """What is known of one property: the values that are not empty, and the links among them."""

    values: list[PropertyValue] = field(default_factory=list)
    targets: list[Note | None] = field(default_factory=list)
    count: int = 0
    loose: bool = False


def inferred(index: VaultIndex, language: str, wanted: Iterable[str] = ()) -> list[Inferred]:
    """Return a schema for each category, or each that is wanted, in the order of their names.

    Each accepts every note that it was made from. Comments, with the counts, are in `language`.
    """
    asked = frozenset(map(fold, wanted))
    groups: dict[str, list[Note]] = {}
    for note in index:
        category = category_of(note)
        if category and (not asked or category in asked):
            groups.setdefault(category, []).append(note)
    return [_inferred(index, groups[category], language) for category in sorted(groups)]


def _inferred(index: VaultIndex, notes: Sequence[Note], language: str) -> Inferred:
    spelled = Counter(one_line(str(note.properties["category"])) for note in notes)
    category = spelled.most_common(1)[0][0]
    name = "_".join("".join(c if c.isalnum() else " " for c in fold(category)).split()) or "schema"
    columns = _columns(index, notes)
    sections = _sections(notes)
    text = _Writer(category, notes, language).text(columns, sections)
    if faulty := _faulty(index, text, notes):
        for key in faulty & columns.keys():
            columns[key].loose = True
        text = _Writer(category, notes, language).text(columns, sections)
        if _faulty(index, text, notes):
            loose = {key: replace(one, loose=True) for key, one in columns.items()}
            text = _Writer(category, notes, language).text(loose, ())
    return Inferred(category, f"{name}.yaml", text, len(notes))


def _faulty(index: VaultIndex, text: str, notes: Sequence[Note]) -> set[str]:
    """Return the properties for which notes break the schema that was made from them; it then asks less."""
    schemas = read_schemas((), [("inferred.yaml", text)])
    if schemas.faults or not schemas.schemas:
        return {""}
    around, found = Surroundings(SchemaSet(schemas.schemas), index), set()
    for note in notes:
        for one in held(around, note):
            keys = [
                key
                for key, entry in (note.frontmatter.properties.items() if note.frontmatter else ())
                if entry.value_span.holds(one.finding.span) or entry.key_span.holds(one.finding.span)
            ]
            keys += [key for key, said in inline_fields(note).items() if said.span.holds(one.finding.span)]
            found |= set(keys) or {""}
    return found


def _columns(index: VaultIndex, notes: Sequence[Note]) -> dict[str, _Column]:
    """Return what the notes say, by property, in the order in which they come up."""
    columns: dict[str, _Column] = {}
    for note in notes:
        links: dict[str, list[Note | None]] = {}
        for link in note.property_links:
            found = resolve_linkpath(index, link.reference.linkpath, note.path)
            target = index.notes.get(found) if found else None
            links.setdefault(link.key.split(".")[0], []).append(target)
        for key, value in note.properties.items():
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            column = columns.setdefault(key, _Column())
            column.values.append(value)
            column.count += 1
            several = len(value) if isinstance(value, list) else 1
            targets = links.get(key, [])
            column.targets += targets + [None] * (several - len(targets))
    return columns


def _sections(notes: Sequence[Note]) -> list[str]:
    """Return the headings that all notes have, in their order where it is the same in all."""
    if len(notes) < _SEVERAL:
        return []
    orders = []
    spelled: dict[str, Counter[str]] = {}
    for note in notes:
        keys: dict[str, None] = {}
        for heading in note.headings:
            key = heading_keys(heading.text)[0]
            if key and key != "\0":
                keys.setdefault(key)
                spelled.setdefault(key, Counter())[one_line(heading.text)] += 1
        orders.append(list(keys))
    common = set(orders[0]).intersection(*orders[1:])
    first = [key for key in orders[0] if key in common]
    return [spelled[key].most_common(1)[0][0] for key in first]


def _same_order(notes: Sequence[Note], sections: Sequence[str]) -> bool:
    keys = [heading_keys(section)[0] for section in sections]
    for note in notes:
        seen = dict.fromkeys(key for h in note.headings if (key := heading_keys(h.text)[0]) in keys)
        if list(seen) != keys:
            return False
    return len(keys) > 1


class _Writer:
    """Writes a schema as YAML."""

    def __init__(self, category: str, notes: Sequence[Note], language: str) -> None:
        self.category, self.notes, self.language = category, notes, language

    def text(self, columns: Mapping[str, _Column], sections: Sequence[str]) -> str:
        """Return the file's text."""
        required = [key for key, column in columns.items() if self.is_required(key, column)]
        lines = [
            f"# {self.words(len(self.notes))}",
            f"category: {_yaml(self.category)}",
            "frontmatter:",
        ]
        if required:
            lines.append(f"  required: [{', '.join(map(_flow, required))}]")
        lines.append("  properties:" if columns else "  properties: {}")
        for key, column in columns.items():
            asked = ", ".join(f"{word}: {said}" for word, said in _asked(key, column))
            lines.append(f"    {_yaml(key)}: {{{asked}}} # {column.count}")
        if synonyms := [key for key, column in columns.items() if _is_priority(key, column)]:
            lines += ["synonyms:", *(f"  {_yaml(key)}: priority" for key in synonyms)]
        if links := [(key, category) for key, one in columns.items() if (category := _leads_to(one))]:
            lines += ["links:", *(f"  {_yaml(key)}: {{category: {_flow(said)}}}" for key, said in links)]
        if sections:
            lines += ["ordered: true"] if _same_order(self.notes, sections) else []
            lines += ["sections:", *(f"  - heading: {_yaml(section)}" for section in sections)]
        return "\n".join(lines) + "\n"

    def words(self, count: int) -> str:
        """Return the comment that says what the schema was made from."""
        fr = (
            f"Déduit de {count} note{'s' if count > 1 else ''} ; après chaque propriété\u00a0: combien l’ont."
        )
        en = f"Inferred from {count} note{'' if count == 1 else 's'}; behind each property: how many have it."
        return Message(fr, en).of(self.language)

    def is_required(self, key: str, column: _Column) -> bool:
        """Whether notes have to have a property: all have it, and not only by chance."""
        if column.loose:
            return False
        return column.count == len(self.notes) and (key == "category" or len(self.notes) >= _SEVERAL)


def _asked(key: str, column: _Column) -> Iterator[tuple[str, str]]:
    """Yield the keywords of a property, with their values as YAML in braces."""
    if column.loose:
        return
    if _is_priority(key, column):
        yield "enum", "[haute, moyenne, basse]"
        return
    yield from _typed(column.values)
    if key not in ("category", "scope") and (options := _options(column.values)):
        yield "enum", f"[{', '.join(map(_flow, options))}]"


def _typed(values: Sequence[PropertyValue], deep: bool = True) -> Iterator[tuple[str, str]]:
    """Yield the type that values have, and what texts and entries have in common."""
    names = {_TYPES.get(type(value), "") for value in values}
    if not names or "" in names or any(isinstance(v, float) and not isfinite(v) for v in values):
        return
    if names == {"integer", "number"}:
        names = {"number"}
    yield "type", next(iter(names)) if len(names) == 1 else f"[{', '.join(sorted(names))}]"
    if names == {"string"} and all(isinstance(value, str) and _is_date(value) for value in values):
        yield "format", "date"
    if names == {"array"} and deep:
        entries = [entry for value in values if isinstance(value, list) for entry in value]
        if inner := ", ".join(f"{word}: {said}" for word, said in _typed(entries, deep=False)):
            yield "items", f"{{{inner}}}"


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _options(values: Sequence[PropertyValue]) -> list[str]:
    """Return the few texts of which each value is one; none where they do not come again and again."""
    texts = [value for value in values if isinstance(value, str)]
    different = list(dict.fromkeys(texts))
    if len(texts) < len(values) or not 1 < len(different) <= _MOST_VALUES:
        return []
    if len(texts) < _LEAST_USES * len(different) or any("\n" in one or "[[" in one for one in different):
        return []
    return [] if all(map(_is_date, different)) else sorted(different)


def _is_priority(key: str, column: _Column) -> bool:
    return not column.loose and bool(column.values) and all(priority_of(value) for value in column.values)


def _leads_to(column: _Column) -> str | None:
    """Return the category of the notes that all values of a property lead to, as they spell it."""
    targets = [target for target in column.targets if target is not None]
    if column.loose or not targets or len(targets) < len(column.targets):
        return None
    categories = {category_of(target) for target in targets}
    said: Any = targets[0].properties.get("category")
    return one_line(str(said)) if len(categories) == 1 and "" not in categories else None


def _yaml(text: str) -> str:
    try:
        return scalar(text)
    except NotEditable:
        return scalar(one_line(text))


def _flow(text: str) -> str:
    try:
        return scalar(text, flow=True)
    except NotEditable:
        return scalar(one_line(text), flow=True)
