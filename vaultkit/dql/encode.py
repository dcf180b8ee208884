"""Values as JSON, in the words of `shared/dataview_cases/README.md`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from vaultkit.dql.dates import DateTime
from vaultkit.dql.durations import Duration
from vaultkit.dql.items import ListItem, Task
from vaultkit.dql.javascript import MAX_EXACT, number_text
from vaultkit.dql.pages import PageFields
from vaultkit.dql.values import ExternalLink, Fields, Link, ListPair, Value
from vaultkit.dql.zones import ZoneKind

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

#: What is left out of list items: where they stand, and the names that Dataview has given up.
_UNTOLD = frozenset(("position", "subtasks", "real", "header"))


def encode(value: Value) -> Json:
    """Return a value as JSON; of a page only its path is told, of a list item its own fields."""
    match value:
        case None | bool() | str():
            return value
        case int() | float():
            return encode_number(value)
        case DateTime() | Duration() | Link() | ListPair() | ExternalLink():
            return _tagged(value)
        case Mapping():
            return _object(value)
        case Sequence():
            return [encode(entry) for entry in value]
    return {"$function": True}


def _tagged(value: DateTime | Duration | Link | ListPair | ExternalLink) -> Json:
    match value:
        case DateTime():
            foreign = value.is_valid and value.zone.kind is not ZoneKind.LOCAL
            return {"$date": value.iso(), **({"zone": value.zone.name} if foreign else {})}
        case Duration():
            return {"$duration": {unit: encode_number(number) for unit, number in value.units()}}
        case Link(path, display, subpath, embed, kind):
            fields: Json = {
                "path": path,
                "display": display,
                "subpath": subpath,
                "embed": embed,
                "type": kind.value,
            }
            return {"$link": fields}
        case ListPair(key, other):
            return {"$pair": {"key": encode(key), "value": encode(other)}}
    return {"$elink": {"url": value.url, "display": value.display}}


def _object(value: Mapping[str, Value]) -> Json:
    if isinstance(value, PageFields):
        return {"$page": value.page.path}
    if isinstance(value, Fields) and isinstance(value.owner, ListItem):
        told = {name: encode(value[name]) for name in value if name not in _UNTOLD}
        return {"$task" if isinstance(value.owner, Task) else "$item": told}
    return {name: encode(value[name]) for name in value}


def encode_number(number: float) -> Json:
    """Return a number as JSON: whole ones without a fraction, those that JSON knows not by name."""
    if isinstance(number, int) and abs(number) <= MAX_EXACT:
        return number
    if not math.isfinite(number):
        return {"$number": number_text(number)}
    return int(number) if float(number).is_integer() and abs(number) <= MAX_EXACT else float(number)
