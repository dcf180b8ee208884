"""Tags, aliases and plain values in the frontmatter, as Dataview takes them out of Obsidian's cache."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeVar

from vaultkit.dql.javascript import BLANKS, MAX_EXACT, double, is_true, text_of, trim
from vaultkit.dql.values import Value
from vaultkit.markdown.note import PropertyValue
from vaultkit.text import pattern

_T = TypeVar("_T")

_BETWEEN_TAGS = pattern(f"[,{BLANKS}]+")
_BETWEEN_ALIASES = pattern(",")
_ARRAY_INDEX = pattern("0|[1-9][0-9]{0,9}")
_MAX_ARRAY_INDEX = 2**32 - 2


def property_tags(properties: Mapping[str, PropertyValue]) -> Iterator[str]:
    """Yield the tags of `tags` and `tag`, in any case: text is cut at commas and blanks, in lists too."""
    for value in _named(properties, "tags", "tag"):
        for tag in _parts(value, _BETWEEN_TAGS):
            yield tag if tag.startswith("#") else f"#{tag}"


def property_aliases(properties: Mapping[str, PropertyValue]) -> Iterator[str]:
    """Yield the aliases of `alias` and `aliases`, in any case: each entry of a list, else what commas part."""
    for value in _named(properties, "alias", "aliases"):
        if isinstance(value, list):
            yield from (trim(text_of(entry)) for entry in value)
        elif is_true(value):
            yield from _parts(value, _BETWEEN_ALIASES)


@lru_cache(maxsize=1 << 14)
def tag_levels(tag: str) -> tuple[str, ...]:
    """Return a tag and those above it, the nearest first."""
    levels = [tag]
    while "/" in tag:
        tag = tag.rpartition("/")[0]
        levels.append(tag)
    return tuple(levels)


def _named(properties: Mapping[str, PropertyValue], *names: str) -> list[PropertyValue]:
    return [value for key, value in properties.items() if key.lower() in names]


def _parts(value: PropertyValue, between: re.Pattern[str]) -> Sequence[str]:
    """Return the words that a value holds; entries of lists that are empty, null, 0 or false hold none."""
    if isinstance(value, str):
        return _words(value, between)
    if value is None:
        return ()
    if isinstance(value, list):
        return [part for entry in value if is_true(entry) for part in _parts(entry, between)]
    return _words(text_of(value), between)


@lru_cache(maxsize=1 << 14)
def _words(text: str, between: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(part for part in map(trim, between.split(text)) if part)


def plain_object(properties: Mapping[str, PropertyValue]) -> Mapping[str, Value]:
    """Return a map of YAML as a JavaScript object, the map itself where nothing differs.

    Whole numbers beyond 2^53 become doubles; keys that are array indexes stand first, by size.
    """
    values = {key: plain(value) for key, value in in_object_order(properties)}
    if list(values) == list(properties) and all(map(operator.is_, values.values(), properties.values())):
        return properties
    return values


def plain(value: PropertyValue) -> Value:
    """Return a value of YAML as JavaScript has it."""
    if isinstance(value, dict):
        return plain_object(value)
    if isinstance(value, list):
        values = [plain(item) for item in value]
        return value if all(map(operator.is_, values, value)) else values
    if isinstance(value, int) and abs(value) > MAX_EXACT:
        return double(value)
    return value


def in_object_order(fields: Mapping[str, _T]) -> list[tuple[str, _T]]:
    """Return the entries in the order of a JavaScript object: keys that are array indexes first, by size."""
    if not any(key[:1].isdigit() for key in fields):
        return list(fields.items())
    return sorted(fields.items(), key=lambda entry: _key_order(entry[0]))


def _key_order(key: str) -> tuple[bool, int]:
    if _ARRAY_INDEX.fullmatch(key) and int(key) <= _MAX_ARRAY_INDEX:
        return False, int(key)
    return True, 0
