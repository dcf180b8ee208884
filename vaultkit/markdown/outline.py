"""The headings of a note as a tree: where each section ends, and which heading a link names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from vaultkit.text import nfc, pattern

_NOT_COMPARED = pattern(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\r\n]")
_BLANKS = pattern(r"\s+")
#: Levels of headings: no chain is longer.
_DEEPEST = 6


@lru_cache(maxsize=1 << 14)
def strip_heading(text: str) -> str:
    """Return a heading as headings compare: no punctuation, single blanks, no case (the app's `stripHeading`)."""
    return _BLANKS.sub(" ", _NOT_COMPARED.sub(" ", nfc(text))).strip().casefold()


class Outline:
    """The headings of a note by what they say; each question costs the same, however many there are.

    `ends` gives for each heading the position of the one that ends its section: the next of its level or a
    higher one, else how many there are.
    """

    def __init__(self, headings: Iterable[tuple[int, str]]) -> None:
        self._keys: list[str] = []
        self._above: list[tuple[int, ...]] = []
        self.ends: list[int] = []
        levels: list[int] = []
        open_ones: list[int] = []
        for at, (level, text) in enumerate(headings):
            while open_ones and levels[open_ones[-1]] >= level:
                self.ends[open_ones.pop()] = at
            self._keys.append(strip_heading(text))
            self._above.append(tuple(open_ones))
            self.ends.append(0)
            levels.append(level)
            open_ones.append(at)
        for at in open_ones:
            self.ends[at] = len(levels)
        self._by_length: dict[int, Mapping[tuple[str, ...], int]] = {}

    def find(self, chain: Iterable[str]) -> int | None:
        """Return the position of the first heading that ends a chain of stripped headings, None if none does.

        Each stands somewhere below the one before it; a chain of one is any heading that says so.
        """
        wanted = tuple(chain)
        if not wanted or len(wanted) > _DEEPEST:
            return None
        if len(wanted) not in self._by_length:
            self._by_length[len(wanted)] = self._chains(len(wanted))
        return self._by_length[len(wanted)].get(wanted)

    def _chains(self, length: int) -> Mapping[tuple[str, ...], int]:
        found: dict[tuple[str, ...], int] = {}
        for at, above in enumerate(self._above):
            for parents in combinations(above, length - 1):
                found.setdefault((*self._said(parents), self._keys[at]), at)
        return found

    def _said(self, positions: Sequence[int]) -> tuple[str, ...]:
        return tuple(self._keys[at] for at in positions)
