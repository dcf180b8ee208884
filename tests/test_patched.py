"""A mapping with changes beside it says what a dict after the same changes says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaultkit.patched import Patched, differing, patched

KEYS = st.integers(0, 30)
STEPS = st.lists(
    st.tuples(st.dictionaries(KEYS, st.text(max_size=2), max_size=4), st.sets(KEYS, max_size=3)), max_size=60
)


@given(first=st.dictionaries(KEYS, st.text(max_size=2)), steps=STEPS)
def test_it_says_what_a_dict_says_after_each_change_and_the_former_ones_stay(first, steps):
    plain, mapping, before = dict(first), first, []
    for changes, gone in steps:
        before.append((mapping, dict(plain)))
        plain = {key: value for key, value in plain.items() if key not in gone} | changes
        mapping = patched(mapping, changes, gone)
    for one, wanted in [*before, (mapping, plain)]:
        assert dict(one.items()) == wanted
        assert len(one) == len(wanted)
        assert set(one) == wanted.keys()
        assert all((key in one) == (key in wanted) and one.get(key) == wanted.get(key) for key in range(31))


def test_few_changes_are_kept_beside_the_rest_and_many_make_it_anew():
    rest = dict.fromkeys(range(10_000))
    assert isinstance(patched(rest, {1: None}), Patched)
    assert isinstance(patched(rest, dict.fromkeys(range(700))), dict)


@given(first=st.dictionaries(KEYS, st.text(max_size=2)), steps=STEPS)
def test_it_tells_under_which_keys_two_of_them_differ(first, steps):
    mappings = [first]
    for changes, gone in steps:
        mappings.append(patched(mappings[-1], changes, gone))
    for before, after in zip(mappings, [*mappings[1:], first], strict=True):
        wanted = {key for key in range(31) if before.get(key, KEYS) is not after.get(key, KEYS)}
        assert differing(before, after) == wanted
