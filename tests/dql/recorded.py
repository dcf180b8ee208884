"""What Dataview 0.5.68 answered on the recorded vault, and its values read back from JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from tests.conftest import SHARED
from vaultkit.dql.dates import INVALID, Clock, DateTime
from vaultkit.dql.durations import UNITS, Duration
from vaultkit.dql.values import ExternalLink, Link, LinkType, Value
from vaultkit.dql.zones import Zone, zone_named

CASES = SHARED / "dataview_cases"
ZURICH = Zone.local("Europe/Zurich")
#: The recording's now, 2025-03-14T09:26:53, and its zone.
CLOCK = Clock(1741940813000, ZURICH)


@cache
def read(name: str) -> Any:
    """Read a recorded file, an empty list if it is not there."""
    file = CASES / name
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []


def answers(kind: str, expected: str = "expected.json") -> Iterator[tuple[Any, Any]]:
    """Yield the questions of a kind, `inlineValue`, with their answers."""
    answered = {answer["id"]: answer for answer in read(expected)}
    for question in read("queries.json"):
        if kind in question and question["id"] in answered:
            yield question, answered[question["id"]]


def ordered(value: object) -> str:
    """Return JSON as text, so that the order of names counts; all numbers are doubles."""
    return json.dumps(json.loads(json.dumps(value), parse_int=float), ensure_ascii=False, indent=1)


def decoded(value: Any) -> Value:
    """Return the value that JSON stands for."""
    if isinstance(value, list):
        return [decoded(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"$number": text}:
            return float(text)
        case {"$date": text}:
            return date(text, value.get("zone"))
        case {"$duration": units}:
            return Duration(tuple(decoded(units.get(unit)) for unit in UNITS))
        case {"$link": link}:
            return Link(**link | {"type": LinkType(link["type"])})
        case {"$elink": link}:
            return ExternalLink(**link)
        case {"$function": True}:
            return decoded
    return {name: decoded(entry) for name, entry in value.items()}


def date(text: str | None, zone: str | None = None) -> DateTime:
    """Return the date that ISO text with an offset stands for."""
    if text is None:
        return INVALID
    known = zone_named(zone, ZURICH) if zone else ZURICH
    assert known
    return DateTime.at(round(datetime.fromisoformat(text).timestamp() * 1000), known)
