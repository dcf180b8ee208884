"""Recorded results of Dataview 0.5.68, read back into values: the Markdown and JSON made of them are those recorded."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

import pytest

from tests.conftest import SHARED, needs_shared
from tests.dql.test_pages import CLOCK, recorded
from vaultkit.dql.context import QueryError, QuerySettings
from vaultkit.dql.dates import DateTime
from vaultkit.dql.durations import Duration
from vaultkit.dql.export_markdown import to_markdown
from vaultkit.dql.result_json import to_json
from vaultkit.dql.results import (
    CalendarEntry,
    CalendarResult,
    Group,
    IdMeaning,
    ListResult,
    Result,
    TableResult,
    TaskResult,
)
from vaultkit.dql.values import ExternalLink, Link, LinkType, ListPair, Value
from vaultkit.dql.zones import zone_named

CASES = SHARED / "dataview_cases"
RECORDINGS = [("expected.json", "en-US"), ("expected_fr.json", "fr-FR")]


def decoded(value: Any) -> Any:
    """Read a value that is written as the README of the cases says; items are those of the recorded vault."""
    if isinstance(value, list):
        return [decoded(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    tag = next((name for name in DECODERS if name in value), None)
    return DECODERS[tag](value, value[tag]) if tag else {name: decoded(value[name]) for name in value}


def _date(value: dict[str, str], iso: str) -> DateTime:
    zone = zone_named(value.get("zone", "local"), CLOCK.zone)
    assert zone
    return DateTime.at(datetime.fromisoformat(iso).timestamp() * 1000, zone)


def _item(_: object, fields: dict[str, Any]) -> Value:
    page = recorded().page(fields["path"])
    assert page
    return next(item.fields for item in page.lists if item.line == fields["line"])


def _page(_: object, path: str) -> Value:
    page = recorded().page(path)
    assert page
    return page.row


DECODERS: dict[str, Any] = {
    "$number": lambda _, name: float(name.replace("Infinity", "inf")),
    "$date": _date,
    "$duration": lambda _, units: Duration.of(**units),
    "$link": lambda _, link: Link(**link | {"type": LinkType(link["type"])}),
    "$page": _page,
    "$item": _item,
    "$task": _item,
    "$group": lambda _, group: Group(decoded(group["key"]), decoded(group["rows"])),
    "$pair": lambda _, pair: ListPair(decoded(pair["key"]), decoded(pair["value"])),
    "$elink": lambda _, link: ExternalLink(**link),
}


def _meaning(told: dict[str, Any]) -> IdMeaning:
    return IdMeaning(told["name"], _meaning(told["on"])) if told["type"] == "group" else IdMeaning()


def _result(told: dict[str, Any]) -> Result:
    rows = decoded(told["rows"])
    match told["type"]:
        case "table":
            return TableResult(tuple(told["headers"]), rows, _meaning(told["idMeaning"]))
        case "list":
            return ListResult(rows, _meaning(told["idMeaning"]))
        case "task":
            return TaskResult(rows)
    return CalendarResult([CalendarEntry(**row) for row in rows])


def _read(name: str) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in json.loads((CASES / name).read_text(encoding="utf-8"))}


@cache
def _results(recording: str) -> dict[str, tuple[dict[str, Any], Result, dict[str, Any]]]:
    """Return by id what was recorded of each query that succeeds, the same as a result, and its settings."""
    queries = _read("queries.json")
    return {
        name: (told, _result(told), queries[name].get("settings", {}))
        for name, told in _read(recording).items()
        if told["ok"] and "query" in queries[name]
    }


def _markdown(result: Result, settings: QuerySettings) -> dict[str, str | None]:
    """Return what a recording says of a result's Markdown."""
    try:
        return {"markdown": to_markdown(result, settings)}
    except QueryError as error:
        return {"markdown": None, "markdownError": str(error)}


@needs_shared
@pytest.mark.parametrize(("recording", "locale"), RECORDINGS)
def test_every_result_is_the_recorded_markdown_and_calendars_are_none(recording, locale):
    told = {name: entry for name, entry in _results(recording).items() if "markdown" in entry[0]}
    assert len(told) == {"en-US": 369, "fr-FR": 17}[locale]
    different = [
        name
        for name, (recorded_as, result, settings) in told.items()
        if not _markdown(result, QuerySettings.of(settings, locale)).items() <= recorded_as.items()
    ]
    assert different == []


@needs_shared
@pytest.mark.parametrize(("recording", "locale"), RECORDINGS)
def test_every_result_is_the_recorded_json(recording, locale):
    different = [
        name
        for name, (told, result, _) in _results(recording).items()
        if list(to_json(result).items())
        != [(key, told[key]) for key in ("type", "headers", "rows", "idMeaning") if key in told]
    ]
    assert different == []
