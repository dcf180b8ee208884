"""What fields hold: the text of an inline field, a property of YAML, and how a page gathers both under names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from vaultkit.dql.dates import Clock, DateTime
from vaultkit.dql.javascript import BLANKS, is_true, trim
from vaultkit.dql.literals import (
    Matched,
    match_date,
    match_duration,
    match_embed,
    match_number,
    match_string,
    match_tag,
    whole,
)
from vaultkit.dql.names import canonical_name
from vaultkit.dql.properties import in_object_order, plain
from vaultkit.dql.values import Link, Value
from vaultkit.markdown.note import PropertyValue
from vaultkit.text import pattern

_COMMA = pattern(rf"[{BLANKS}]*,[{BLANKS}]*")
_WORDS: Mapping[str, Value] = {"true": True, "True": True, "false": False, "False": False, "null": "null"}
_WORD = pattern("|".join(_WORDS))
#: With these signs an inline value that is not plain text begins; `t`, `f` and `n` are words.
_TELLING = frozenset('0123456789-"#[!tfTFn')
_LONG_DATE = pattern("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SHORT_DATE = pattern("([0-9]{4})([0-9]{2})([0-9]{2})")

#: What every JavaScript object has from birth: fields of these names never come to be seen.
INHERITED = frozenset(
    (
        "constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString",
        "valueOf", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__",
    )
)  # fmt: skip
#: The fields of tasks that stand for one another; of each the first that is there gives its first value.
SPECIAL = {
    "created": ("created", "ctime", "cday"),
    "due": ("due", "duetime", "dueday"),
    "completion": ("completed", "completion", "comptime", "compday"),
    "start": ("start",),
    "scheduled": ("scheduled",),
}


def inline_value(text: str, clock: Clock) -> Value:
    """Return what the text after `::` is, as Dataview's `parseInlineValue`.

    Null if blank; else a date, duration, quoted string, tag, link, boolean or number, or a list of these parted
    by commas; else the text itself. `null` is a string.
    """
    if not text or text[0] not in _TELLING:
        return text if trim(text) else None
    found = _match_atom(text, 0, clock)
    if not found:
        return text
    value, at = found
    comma = _COMMA.match(text, at)
    if not comma:
        return value if at == len(text) else text
    values = [value]
    at = comma.end()
    while found := _match_atom(text, at, clock):
        values.append(found[0])
        at = found[1]
        comma = _COMMA.match(text, at)
        if not comma:
            break
        at = comma.end()
    return values if at == len(text) and (found or len(values) == 1) else text


def _match_atom(text: str, at: int, clock: Clock) -> Matched[Value]:
    """Return the value that stands in a text: the first kind that fits counts, whatever follows."""
    sign = text[at : at + 1]
    if sign.isdigit() or sign == "-":
        if date := match_date(text, at, clock):
            return date
        if duration := match_duration(text, at):
            return duration[0].normalized(), duration[1]
        return match_number(text, at)
    if sign == '"':
        return match_string(text, at)
    if sign == "#":
        return match_tag(text, at)
    if sign and sign in "[!":
        return match_embed(text, at)
    word = _WORD.match(text, at)
    return (_WORDS[word[0]], word.end()) if word else None


def property_value(value: PropertyValue, clock: Clock) -> Value:
    """Return what a value of YAML is, as Dataview's `parseFrontmatter`: text may be a date, duration or link.

    Text counts whole and untrimmed; durations keep their units.
    """
    if isinstance(value, str):
        return _text_value(value, clock)
    if isinstance(value, list):
        return [property_value(entry, clock) for entry in value]
    if isinstance(value, dict):
        return {key: property_value(entry, clock) for key, entry in in_object_order(value)}
    return plain(value)


def _text_value(text: str, clock: Clock) -> Value:
    sign = text[:1]
    if sign.isdigit() or sign == "-":
        date = whole(text, match_date(text, 0, clock))
        return date or whole(text, match_duration(text, 0)) or text
    if sign and sign in "[!":
        return whole(text, match_embed(text, 0)) or text
    return text


class ReadValues:
    """Reads the texts of fields and properties at the clock of this place, each text once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._inline: dict[str, Value] = {}
        self._properties: dict[str, Value] = {}

    def inline(self, text: str) -> Value:
        """Return what `inline_value` does."""
        if text not in self._inline:
            self._inline[text] = inline_value(text, self._clock)
        return self._inline[text]

    def of_property(self, value: PropertyValue) -> Value:
        """Return what `property_value` does."""
        if not isinstance(value, str):
            return property_value(value, self._clock)
        try:
            return self._properties[value]
        except KeyError:
            made = self._properties[value] = property_value(value, self._clock)
            return made


def map_leaves(value: Value, change: Callable[[Value], Value]) -> Value:
    """Return the value with all that is in its lists and objects changed; itself if nothing is."""
    if isinstance(value, Mapping):
        return {key: map_leaves(entry, change) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [map_leaves(entry, change) for entry in value]
    return change(value)


def resolved(value: Value, resolve: Callable[[Link], Link]) -> Value:
    """Return the value with its links led to their files."""
    return map_leaves(value, lambda leaf: resolve(leaf) if isinstance(leaf, Link) else leaf)


class GatheredFields(dict[str, list[Value]]):
    """Fields under the names as written, each with all its values, in order."""

    def add(self, name: str, *values: Value) -> None:
        """Add values under a name."""
        self.setdefault(name, []).extend(values)

    def values_by_name(self) -> Mapping[str, Value]:
        """Return each field: its value if there is one only, else the list of them."""
        return {name: squashed(values) for name, values in self.items()}


def squashed(values: list[Value]) -> Value:
    """Return the only value, else all of them."""
    return values[0] if len(values) == 1 else values


def with_canonical_names(fields: GatheredFields) -> Mapping[str, Value]:
    """Return the fields, then each under its canonical name too if none is written so; names in common join lists."""
    canonical = GatheredFields()
    for name, values in fields.items():
        other = canonical_name(name)
        if other and other not in fields:
            canonical.add(other, *values)
    return {**fields.values_by_name(), **canonical.values_by_name()}


def special_task_fields(fields: Mapping[str, Sequence[Value]]) -> Mapping[str, Value]:
    """Return `created`, `due`, `completion`, `start` and `scheduled` of a task: of several values the first."""
    special: dict[str, Value] = {}
    for name, sources in SPECIAL.items():
        for source in sources:
            if values := fields.get(source):
                if isinstance(values[0], DateTime) or is_true(values[0]):
                    special[name] = values[0]
                break
    return special


def day_of(path_name: str, days: Iterable[Sequence[Value]], clock: Clock) -> DateTime | None:
    """Return the day of a page: of its fields `date` and `day`, in any case, else of the name of its file.

    Only the first value of a field counts, and only if it is a date: upstream means to read links too.
    """
    for values in days:
        if isinstance(values[0], DateTime):
            return values[0]
    return date_in(path_name, clock)


def date_in(text: str, clock: Clock) -> DateTime | None:
    """Return the first `YYYY-MM-DD`, else `YYYYMMDD`, in a text; invalid if there is no such day."""
    found = _LONG_DATE.search(text) or _SHORT_DATE.search(text)
    return clock.date(*map(int, found.groups())) if found else None
