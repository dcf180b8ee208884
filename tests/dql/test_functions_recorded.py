"""Every recorded expression of Dataview 0.5.68, worked out on the recorded vault: value, type, text and error are its."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import needs_shared
from tests.dql.recorded import CLOCK, answers, ordered
from tests.dql.test_pages import recorded
from vaultkit.dql.context import Context, QueryError, QuerySettings
from vaultkit.dql.encode import encode
from vaultkit.dql.errors import DqlSyntaxError
from vaultkit.dql.evaluate import compiled
from vaultkit.dql.functions import FUNCTIONS
from vaultkit.dql.order import type_name
from vaultkit.dql.parser import parse_expression
from vaultkit.dql.render_text import to_text
from vaultkit.dql.zones import zone_named

AREAS = (
    "fn-core", "fn-list", "fn-number", "fn-string", "nulls", "dates", "durations", "gotchas", "operator", "literal",
    "this", "settings",
)  # fmt: skip
RECORDINGS = [("expected.json", "en-US"), ("expected_fr.json", "fr-FR")]


def worked_out(text: str, origin: str, settings: QuerySettings) -> dict[str, Any]:
    """Answer an expression as the README of the cases says."""
    context = Context(recorded(), origin, CLOCK, settings, functions=FUNCTIONS)
    try:
        tree = parse_expression(text, lambda name: zone_named(name, CLOCK.zone) is not None)
        value = compiled(tree, context)({})
    except DqlSyntaxError as error:
        return {"ok": False, "stage": "parse", "error": error.report}
    except QueryError as error:
        return {"ok": False, "stage": "evaluate", "error": str(error)}
    told = {"ok": True, "type": type_name(value), "value": encode(value)}
    try:
        return told | {"text": to_text(value, settings)}
    except ValueError as error:
        return told | {"textError": str(error)}


def cases(area: str, expected: str) -> list[tuple[Any, Any]]:
    return [(question, answer) for question, answer in answers("expr", expected) if question["area"] == area]


@needs_shared
@pytest.mark.parametrize(("expected", "locale"), RECORDINGS)
@pytest.mark.parametrize("area", AREAS)
def test_expressions_give_what_was_recorded(area, expected, locale):
    differing = {}
    for question, answer in cases(area, expected):
        settings = QuerySettings.of(question.get("settings", {}), locale)
        got = worked_out(question["expr"], question["origin"], settings)
        wanted = {name: told for name, told in answer.items() if name != "id"}
        if "times" in question.get("depends_on", ()):
            got.pop("text", None)
        if ordered(dict(sorted(got.items()))) != ordered(dict(sorted(wanted.items()))):
            differing[question["expr"]] = (got, wanted)
    assert differing == {}


@needs_shared
def test_no_recorded_area_is_passed_over():
    assert {question["area"] for question, _ in answers("expr")} == set(AREAS)
    assert sum(len(cases(area, "expected.json")) for area in AREAS) == 757
