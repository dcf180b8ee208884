"""Many questions on one vault, each a JSON object, as the recorded answers of Dataview are asked and told."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vaultkit.dql.completion import CompletionSettings, set_completion
from vaultkit.dql.context import QueryError, QuerySettings
from vaultkit.dql.encode import encode
from vaultkit.dql.engine import Engine
from vaultkit.dql.errors import DqlSyntaxError
from vaultkit.dql.export_markdown import to_markdown
from vaultkit.dql.field_values import inline_value, property_value
from vaultkit.dql.inline_fields import RawField, found_fields, full_line_field
from vaultkit.dql.javascript import utf16_length
from vaultkit.dql.names import canonical_name
from vaultkit.dql.order import type_name
from vaultkit.dql.render_text import to_text
from vaultkit.dql.result_json import to_json
from vaultkit.markdown.note import PropertyValue

Json = dict[str, object]


def answer(engine: Engine, entry: Mapping[str, object], locale: str) -> Json:
    """Return the answer to one entry: `id`, `ok`, and what its kind of question gives.

    The kinds are `query`, `expr`, `source`, `inlineFields`, `inlineValue`, `frontmatterValue` and
    `taskCompletion`; an entry of none of them is answered with an error.
    """
    known = entry.get("settings")
    settings = QuerySettings.of(known if isinstance(known, Mapping) else {}, locale)
    kind = next((kind for kind in _ANSWERS if kind in entry), None)
    head: Json = {"id": entry.get("id")}
    if kind is None:
        return head | {"ok": False, "error": "no known kind of question"}
    try:
        return head | _ANSWERS[kind](engine, entry, settings)
    except RecursionError:
        return head | {"ok": False, "error": "nested too deeply"}


def _query(engine: Engine, entry: Mapping[str, object], settings: QuerySettings) -> Json:
    try:
        result = engine.query(str(entry["query"]), _origin(entry), settings)
    except DqlSyntaxError as error:
        return {"ok": False, "error": error.report}
    except QueryError as error:
        return {"ok": False, "error": str(error)}
    told: Json = {"ok": True, **to_json(result)}
    try:
        return told | {"markdown": to_markdown(result, settings)}
    except QueryError as error:
        return told | {"markdownError": str(error)}


def _expression(engine: Engine, entry: Mapping[str, object], settings: QuerySettings) -> Json:
    try:
        value = engine.expression(str(entry["expr"]), _origin(entry), settings)
    except DqlSyntaxError as error:
        return {"ok": False, "stage": "parse", "error": error.report}
    except QueryError as error:
        return {"ok": False, "stage": "evaluate", "error": str(error)}
    told: Json = {"ok": True, "type": type_name(value), "value": encode(value)}
    try:
        return told | {"text": to_text(value, settings)}
    except ValueError as error:
        return told | {"textError": str(error)}


def _source(engine: Engine, entry: Mapping[str, object], settings: QuerySettings) -> Json:
    try:
        text = str(entry["source"])
        return {"ok": True, "paths": engine.source(text or '""', _origin(entry))}
    except DqlSyntaxError as error:
        return {"ok": False, "thrown": True, "error": f"Failed to parse query in 'pagePaths': {error.report}"}
    except QueryError as error:
        return {"ok": False, "error": str(error)}


def _inline_fields(engine: Engine, entry: Mapping[str, object], settings: QuerySettings) -> Json:
    def told(field: RawField) -> Json:
        return {
            "key": field.key,
            "canonical": canonical_name(field.key),
            "raw": field.value,
            "value": encode(inline_value(field.value, engine.pages.clock)),
        }

    line = str(entry["inlineFields"])
    whole = full_line_field(line)
    found = [
        told(one.field)
        | {
            "wrapping": "emoji-shorthand" if one.shorthand else line[one.start],
            "start": utf16_length(line[: one.start]),
            "end": utf16_length(line[: one.end]),
        }
        for one in found_fields(line, shorthands=bool(entry.get("task")))
    ]
    return {"ok": True, "fields": found, "fullLine": told(whole) if whole else None}


def _inline_value(engine: Engine, entry: Mapping[str, object], settings: QuerySettings) -> Json:
    value = inline_value(str(entry["inlineValue"]), engine.pages.clock)
    return {"ok": True, "type": type_name(value), "value": encode(value)}


def _frontmatter_value(engine: Engine, entry: Mapping[str, object], settings: QuerySettings) -> Json:
    said: PropertyValue = entry["frontmatterValue"]  # type: ignore[assignment]  # JSON's values are YAML's
    value = property_value(said, engine.pages.clock)
    return {"ok": True, "type": type_name(value), "value": encode(value)}


def _task_completion(engine: Engine, entry: Mapping[str, object], settings: QuerySettings) -> Json:
    asked = entry["taskCompletion"]
    told = asked if isinstance(asked, Mapping) else {}
    clock = engine.pages.clock
    completion = CompletionSettings(
        str(told.get("key", CompletionSettings().text)),
        str(told.get("format", CompletionSettings().date_format)),
        bool(told.get("emoji", False)),
    )
    now = clock.local(clock.now) if told.get("complete") else None
    return {"ok": True, "value": set_completion(str(told.get("text", "")), now, completion)}


def _origin(entry: Mapping[str, object]) -> str:
    return str(entry.get("origin") or "")


_ANSWERS: Mapping[str, Callable[[Engine, Mapping[str, object], QuerySettings], Json]] = {
    "query": _query,
    "expr": _expression,
    "source": _source,
    "inlineFields": _inline_fields,
    "inlineValue": _inline_value,
    "frontmatterValue": _frontmatter_value,
    "taskCompletion": _task_completion,
}
