"""Laws of the functions and operators: on any values they answer or raise QueryError, in bounded time and space."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.dql.test_pages import CLOCK, pages_of
from vaultkit.dql.context import Budget, Context, QueryError
from vaultkit.dql.dates import INVALID, DateTime
from vaultkit.dql.durations import UNITS, Duration
from vaultkit.dql.functions import FUNCTIONS
from vaultkit.dql.operators import binary, index
from vaultkit.dql.order import type_name
from vaultkit.dql.syntax import Operator
from vaultkit.dql.values import ExternalLink, Link, LinkType, ListPair, Value
from vaultkit.dql.zones import UTC

PAGES = pages_of(
    {"A.md": "---\ndate: 2025-03-14\nn: 1\n---\n- [ ] t [due:: 2025-01-01]\n", "B/C.md": "[[A]]"}
)


def context(budget: int = 2_000_000) -> Context:
    return Context(PAGES, "A.md", CLOCK, functions=FUNCTIONS, budget=Budget(budget))


def failing(*values: Value) -> Value:
    raise QueryError("it fails")


PATTERNS = [
    "[",
    "(a)|b",
    "^a",
    "$&",
    "$1",
    "(?<n>a)",
    "a*",
    "{1}",
    "\\1",
    "\\",
    "yyyy-MM-dd",
    "X",
    "h:mm",
    "DDDD",
]
NUMBERS = st.one_of(
    st.integers(-3, 12),
    st.floats(),
    st.sampled_from([2**53, -(2**53), 1e21, 1e300, 5e-324, math.nan, math.inf, -math.inf, -0.0, 2**31, 4e9]),
)
TEXTS = st.one_of(
    st.text(max_size=8),
    st.text(alphabet="ab \ud83d\udd25\U0001f525é|[]*_#", max_size=8),
    st.sampled_from(
        [*PATTERNS, "2025-03-14", "today", "1 day", "2h, 30m", "USD", "+", "A", "A.md", "constructor"]
    ),
)
DATES = st.one_of(
    st.just(INVALID),
    st.builds(DateTime.at, st.floats(-8.64e15, 8.64e15).map(int), st.sampled_from([CLOCK.zone, UTC])),
)
UNIT_NUMBERS = st.one_of(st.none(), st.integers(-99, 99), st.floats(), st.just(math.nan))
DURATIONS = st.tuples(*[UNIT_NUMBERS] * len(UNITS)).map(Duration)
LINKS = st.builds(
    Link, st.one_of(st.sampled_from(["A", "A.md", "2025-03-12", ""]), TEXTS), st.none() | TEXTS, st.none() | TEXTS,
    st.booleans(), st.sampled_from(LinkType),
)  # fmt: skip
LAMBDAS = st.sampled_from([lambda *a: a[0], lambda *a: list(a), lambda *_: None, lambda *a: a[-1], failing])
PAGE = PAGES.page("A.md")
SCALARS = st.one_of(
    st.none(), st.booleans(), NUMBERS, TEXTS, DATES, DURATIONS, LINKS, LAMBDAS,
    st.builds(ListPair, NUMBERS, TEXTS), st.builds(ExternalLink, TEXTS, st.none() | TEXTS),
    st.sampled_from([PAGE.row, PAGE.file] if PAGE else []),
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.sampled_from(["a", "b", "1", "0", "é"]), inner, max_size=3),
    ),
    max_leaves=6,
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("name", FUNCTIONS)
@given(arguments=st.lists(VALUES, max_size=4))
def test_a_function_answers_with_a_value_or_raises_query_error(name, arguments):
    with suppress(QueryError):
        type_name(FUNCTIONS[name](context(), tuple(arguments)))


#: The types that the variants of the most exacting functions ask for.
SHAPES = {
    "date": [TEXTS, TEXTS],
    "dateformat": [DATES, TEXTS],
    "durationformat": [DURATIONS, TEXTS],
    "striptime": [DATES],
    "localtime": [DATES],
    "currencyformat": [NUMBERS, st.sampled_from(["USD", "chf", "XXX", "ééé", "12"])],
    "round": [NUMBERS, NUMBERS],
    "regextest": [TEXTS, TEXTS],
    "regexreplace": [TEXTS, TEXTS, TEXTS],
    "split": [TEXTS, TEXTS, NUMBERS],
    "padleft": [TEXTS, NUMBERS, TEXTS],
    "padright": [TEXTS, NUMBERS, TEXTS],
    "substring": [TEXTS, NUMBERS, NUMBERS],
    "truncate": [TEXTS, NUMBERS, TEXTS],
    "slice": [st.lists(SCALARS, max_size=4), NUMBERS, NUMBERS],
    "flat": [st.lists(VALUES, max_size=4), NUMBERS],
    "hash": [TEXTS, TEXTS, NUMBERS],
    "display": [TEXTS | LINKS],
    "sort": [st.lists(VALUES, max_size=6), LAMBDAS],
    "reduce": [st.lists(VALUES, max_size=4), st.sampled_from(["+", "-", "*", "/", "&", "|"])],
}


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("name", SHAPES)
@given(data=st.data())
def test_so_it_does_on_all_values_of_the_types_it_asks_for(name, data):
    arguments = tuple(data.draw(shape) for shape in SHAPES[name])
    with suppress(QueryError):
        type_name(FUNCTIONS[name](context(), arguments))


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.parametrize("operator", Operator)
@given(left=VALUES, right=VALUES)
def test_an_operator_answers_with_a_value_or_raises_query_error(operator, left, right):
    with suppress(QueryError):
        type_name(binary(context(), operator, left, right))


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(owner=VALUES, key=st.one_of(VALUES, st.sampled_from(["file", "n", "days", "year", "week", "months"])))
def test_indexing_answers_with_a_value_or_raises_query_error(owner, key):
    with suppress(QueryError):
        type_name(index(context(), owner, key))


@given(left=VALUES, right=VALUES)
def test_of_two_values_exactly_one_is_above_or_they_are_at_most_the_other(left, right):
    assert binary(context(), Operator.GREATER, left, right) is not binary(
        context(), Operator.AT_MOST, left, right
    )
    assert binary(context(), Operator.LESS, left, right) is not binary(
        context(), Operator.AT_LEAST, left, right
    )
    assert binary(context(), Operator.EQUAL, left, right) is not binary(
        context(), Operator.NOT_EQUAL, left, right
    )


def doubled(*values: Value) -> Value:
    return [values[0], values[0]]


MILLION = "x" * 1_000_000
NESTED: list[Value] = []
for _ in range(5000):
    NESTED = [NESTED]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("padleft", ("x", 500_000_000)),
        ("padright", ("x", 500_000_000, "ab")),
        ("replace", (MILLION, "x", MILLION)),
        ("replace", (MILLION, "", MILLION)),
        ("join", ([1] * 10_000, MILLION)),
        ("join", ([MILLION] * 100,)),
        ("string", ([MILLION] * 1000,)),
        ("display", ([MILLION] * 100,)),
        ("substring", ([MILLION] * 100, 1)),
        ("regexreplace", ([MILLION] * 100, "^x", "y")),
        ("split", (MILLION, "(?=x)")),
        ("regexreplace", (MILLION, "x", "$`")),
        ("string", (FUNCTIONS["reduce"](context(), ([0] * 60, doubled)),)),
        ("sort", ([FUNCTIONS["reduce"](context(), ([0] * 60, doubled))] * 2,)),
        ("flat", (FUNCTIONS["reduce"](context(), ([0] * 60, doubled)), 60)),
        ("sum", ([MILLION] * 100,)),
        ("lower", ([[MILLION] * 100] * 100,)),
        ("regextest", ("^(x|xx)+$", "x" * 3000 + "!")),
        ("display", ("[" * 50_000,)),
    ],
)
def test_what_would_take_too_much_fails_at_once(name, arguments):
    with pytest.raises(QueryError, match=r"too many steps|takes too long|Invalid string length"):
        FUNCTIONS[name](context(), arguments)


@pytest.mark.parametrize("name", ["string", "flat", "unique", "contains", "display", "sum", "length", "sort"])
def test_lists_in_lists_without_end_are_no_crash(name):
    arguments = (
        (NESTED, 1) if name == "contains" else (NESTED, math.inf) if name == "flat" else ([NESTED, NESTED],)
    )
    with suppress(QueryError):
        FUNCTIONS[name](context(), arguments)


@pytest.mark.parametrize("operator", [Operator.EQUAL, Operator.LESS, Operator.PLUS])
def test_nor_are_they_for_operators(operator):
    with suppress(QueryError):
        binary(context(), operator, NESTED, [NESTED])
        binary(context(), operator, NESTED, "")


def test_a_text_longer_than_javascript_makes_fails_in_its_words():
    with pytest.raises(QueryError, match="Invalid string length"):
        binary(context(), Operator.TIMES, "ab", 300_000_000)
    with pytest.raises(QueryError, match="Invalid count value: Infinity"):
        binary(context(), Operator.TIMES, "ab", math.inf)
