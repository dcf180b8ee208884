"""What the real Dataview answers: every recorded question, with its rows, text, Markdown and error."""

from __future__ import annotations

import importlib.util
import json
from functools import cache

import pytest

from tests.conftest import needs_shared
from tests.dql.recorded import CASES
from vaultkit.dql.batch import answer
from vaultkit.dql.engine import Engine
from vaultkit.shell.asking import clock_at, engine_of, read_times
from vaultkit.shell.session import Session

pytestmark = needs_shared

TOLD = (
    "ok",
    "type",
    "headers",
    "rows",
    "idMeaning",
    "value",
    "text",
    "textError",
    "paths",
    "fields",
    "fullLine",
)
ALSO = ("markdown", "markdownError", "error", "stage", "thrown")


def recorded(queries: str, expected: str) -> list[tuple[dict, dict]]:
    if not CASES.is_dir():
        return []
    answers = {entry["id"]: entry for entry in json.loads((CASES / expected).read_text(encoding="utf-8"))}
    asked = json.loads((CASES / queries).read_text(encoding="utf-8"))
    return [(entry, answers[entry["id"]]) for entry in asked if entry["id"] in answers]


@cache
def engine(times: bool = False) -> Engine:
    session = Session.open(CASES / "vault")
    known = read_times(CASES / "times.json") if times else {}
    return engine_of(session.files, session.index, clock_at("2025-03-14T09:26:53", "Europe/Zurich"), known)


@cache
def comparison():
    """Return the deep comparison of `compare.py`, which comes with the recorded cases."""
    spec = importlib.util.spec_from_file_location("compare", CASES / "compare.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.same


def agrees(entry: dict, expected: dict, locale: str = "en-US", times: bool = False) -> None:
    told = answer(engine(times), entry, locale)
    for key in (*TOLD, *ALSO):
        if key in expected:
            assert comparison()(expected[key], told.get(key), False), (key, expected[key], told.get(key))


def ids(pair: object) -> str:
    return pair["id"] if isinstance(pair, dict) and "area" in pair else ""


@pytest.mark.parametrize(("entry", "expected"), recorded("queries.json", "expected.json"), ids=ids)
def test_in_english(entry: dict, expected: dict) -> None:
    agrees(entry, expected)


@pytest.mark.parametrize(("entry", "expected"), recorded("queries.json", "expected_fr.json"), ids=ids)
def test_in_french(entry: dict, expected: dict) -> None:
    agrees(entry, expected, "fr-FR")


@pytest.mark.parametrize(
    ("entry", "expected"), recorded("queries_times.json", "expected_times.json"), ids=ids
)
def test_with_file_times(entry: dict, expected: dict) -> None:
    agrees(entry, expected, times=True)
