"""Parts of notes are fetched a block at a time, in whatever order they are asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaultkit.shell.cache.shelf import _BLOCK, _Blocks


class Kept:
    """Parts under their numbers, and how often any were fetched."""

    def __init__(self, numbers):
        self.parts = {number: str(number).encode() for number in numbers}
        self.fetched = []

    def fetch(self, first, last):
        self.fetched.append((first, last))
        return {number: part for number, part in self.parts.items() if first <= number <= last}


def test_numbers_dealt_to_two_processes_in_turn_come_with_a_few_fetches():
    kept = Kept(range(1, 1025))
    blocks = _Blocks(kept.fetch)
    dealt = [number for pair in zip(range(1, 513), range(513, 1025), strict=True) for number in pair]
    assert [blocks.take(number) for number in dealt] == [str(number).encode() for number in dealt]
    assert len(kept.fetched) <= 2 * (1024 // _BLOCK + 1)


def test_a_few_notes_of_many_come_alone():
    kept = Kept(range(10_000))
    blocks = _Blocks(kept.fetch)
    for number in (17, 2_000, 9_000):
        blocks.take(number)
    assert kept.fetched == [(17, 17), (2_000, 2_000), (9_000, 9_000)]


@given(st.sets(st.integers(0, 40 * _BLOCK), max_size=60), st.lists(st.integers(0, 40 * _BLOCK), max_size=80))
def test_each_part_is_the_one_that_is_kept_also_when_asked_for_again(numbers, asked):
    kept = Kept(numbers)
    blocks = _Blocks(kept.fetch)
    for number in [*numbers, *asked, *numbers]:
        assert blocks.take(number) == kept.parts.get(number)
