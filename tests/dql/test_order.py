"""Truth, and the one order over values of any type: as recorded for strings, and the laws that it keeps."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NO_SHARED
from tests.dql.recorded import CLOCK, date, read
from vaultkit.dql.dates import INVALID, DateTime
from vaultkit.dql.durations import UNITS, Duration
from vaultkit.dql.intl import collate, collation_key
from vaultkit.dql.literals import link_inside
from vaultkit.dql.order import compare, equal, is_truthy, sort_key, type_name
from vaultkit.dql.values import ExternalLink, Link, ListPair
from vaultkit.dql.zones import UTC


def test_strings_stand_in_the_order_that_was_recorded():
    if not (recorded := read("collation.json")):
        pytest.skip(NO_SHARED)
    groups = recorded["sorted"]
    assert sum(map(len, groups)) == 446
    keys = [[collation_key(text) for text in group] for group in groups]
    assert all(len(set(group)) == 1 for group in keys)
    assert all(below[0] < above[0] for below, above in pairwise(keys))
    assert all(
        collate(a[0], b[0]) == (i > j) - (i < j) for i, a in enumerate(groups) for j, b in enumerate(groups)
    )


ASCENDING = [
    [], [0], [0, None], [1], False, True, date("2025-01-01T00:00:00+01:00"), date("2025-01-01T00:00:00Z", "utc"),
    Duration.of(days=-1), Duration.of(hours=23), Duration.of(days=1), compare, link_inside("a"), link_inside("A"),
    link_inside("b#^x"), link_inside("b"), link_inside("b#"), link_inside("b#t"), link_inside("c#^"), -math.inf, -0.0,
    1, 1.5, 2**53, math.inf, {}, {"a": 1}, {"a": 2}, {"a": 0, "b": 1}, {"b": 0}, "", "_", "10", "9", "a", "A", "é", "f",
    ListPair(1, 2),
]  # fmt: skip


def test_values_of_all_types_have_one_order():
    ascending = [None, *ASCENDING]
    assert all(a is b for a, b in zip(sorted(reversed(ascending), key=sort_key), ascending, strict=True))
    for i, a in enumerate(ascending):
        for j, b in enumerate(ascending):
            assert (compare(a, b) > 0) - (compare(a, b) < 0) == (i > j) - (i < j), (a, b)


def test_a_header_link_without_a_header_is_below_one_with():
    assert [link.type.value for link in map(link_inside, ("b#^x", "b", "b#"))] == ["block", "file", "header"]


def test_display_and_embed_of_links_do_not_matter_and_paths_are_resolved_if_asked():
    assert equal(link_inside("a|x"), link_inside("a", embed=True))
    files = {"Accueil": "Accueil.md", "accueil": "Accueil.md"}
    resolve = lambda path: files.get(path, path)  # noqa: E731
    assert not equal(Link("Accueil"), Link("accueil"))
    assert equal(Link("Accueil"), Link("accueil"), resolve)
    assert sort_key(Link("Accueil"), resolve) == sort_key(Link("accueil"), resolve)
    assert not equal([Link("Accueil")], [Link("accueil")], resolve)


def test_one_moment_in_two_zones_is_above_itself_both_ways():
    here, there = date("2025-01-01T13:00:00+01:00"), date("2025-01-01T12:00:00Z", "utc")
    assert (compare(here, there), compare(there, here)) == (1, 1)
    day, hours = Duration.of(days=1), Duration.of(hours=24)
    assert (compare(day, hours), compare(hours, day)) == (1, 1)
    assert equal(day.normalized(), hours.normalized())
    assert (compare(math.nan, 1), compare(1, math.nan)) == (1, 1)


def test_names_of_objects_are_sorted_as_javascript_sorts():
    """By UTF-16 units an emoji is below U+FF5E; by code points it is above."""
    assert equal({"～": 1, "🔥": 2}, {"🔥": 2, "～": 1})
    assert equal({"a": 1, "b": 2}, {"b": 2, "a": 1})


def test_a_composed_and_a_decomposed_letter_are_equal():
    assert equal("é", "e\u0301")
    assert sort_key("é") == sort_key("e\u0301")
    assert not equal("é", "e")


@pytest.mark.parametrize(
    "value",
    [None, 0, -0.0, "", False, [], (), {}, Duration.of(), Duration.of(days=0), DateTime.at(0, UTC), Link(""),
     Duration((math.nan,) * 8)],
)  # fmt: skip
def test_what_counts_as_false(value):
    assert not is_truthy(value)


@pytest.mark.parametrize(
    "value",
    [1, math.nan, " ", True, [None], {"a": None}, Duration.of(seconds=0.001), CLOCK.local(1), INVALID, Link("a"), len,
     ListPair(None, None), ExternalLink("")],
)  # fmt: skip
def test_what_counts_as_true(value):
    assert is_truthy(value)


def test_names_of_types():
    values = [
        None,
        True,
        1,
        1.5,
        "",
        CLOCK.local(0),
        Duration.of(),
        Link(""),
        [],
        (),
        {},
        len,
        ListPair(1, 2),
    ]
    names = "null boolean number number string date duration link array array object function widget"
    assert [type_name(value) for value in values] == names.split()


TEXTS = st.text("aAbéE\u0301 _-🔥0é#", max_size=4)
LINKS = st.builds(link_inside, TEXTS.map(lambda text: text or "x"))
LEAVES = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | TEXTS | LINKS
    | st.integers(-2, 2).map(CLOCK.local)
    | st.builds(lambda unit, n: Duration.of(**{unit: n}).normalized(), st.sampled_from(UNITS), st.integers(-9, 9))
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda of: st.lists(of, max_size=3) | st.dictionaries(TEXTS, of, max_size=2), max_leaves=5
)


def sign(number):
    return (number > 0) - (number < 0)


@given(VALUES, VALUES)
def test_keys_say_what_compare_says(a, b):
    key, other = sort_key(a), sort_key(b)
    assert sign(compare(a, b)) == (key > other) - (key < other)


@given(VALUES, VALUES, VALUES)
def test_the_order_is_one(a, b, c):
    assert equal(a, a)
    assert sign(compare(a, b)) == -sign(compare(b, a))
    if compare(a, b) <= 0 and compare(b, c) <= 0:
        assert compare(a, c) <= 0
