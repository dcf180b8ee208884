"""Which names fit what was typed, the best first: case, accents, emoji and punctuation do not count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vaultkit.text import fold

#: How like what was typed a name has to be, in percent, and from how many letters on that says anything.
_LIKE, _LEAST = 80, 3


def ranked(said: str, keys: Sequence[str], limit: int, shortest: bool = False) -> list[int]:
    """Return the positions of the folded names that fit, at most so many.

    First those that begin with it, then those with a word that does, those that hold it, those that hold all of
    its words; where there are none those that are like it. Equals stay in their order, or the shortest comes first.
    """
    wanted = fold(said)
    if not wanted:
        return list(range(min(limit, len(keys))))
    found: list[int] = []
    for tier in _tiers(wanted, keys):
        found += sorted(tier, key=lambda at: (len(keys[at]), keys[at])) if shortest else tier
        if len(found) >= limit:
            return found[:limit]
    if not found and len(wanted) >= _LEAST:
        return _alike(wanted, keys, limit)
    return found


def _tiers(wanted: str, keys: Sequence[str]) -> Iterator[list[int]]:
    """Yield the positions of the names that fit, those that fit equally well at once."""
    holding = [at for at, key in enumerate(keys) if wanted in key]
    yield [at for at in holding if keys[at].startswith(wanted)]
    later = [at for at in holding if not keys[at].startswith(wanted)]
    yield [at for at in later if f" {wanted}" in keys[at]]
    yield [at for at in later if f" {wanted}" not in keys[at]]
    if " " in wanted:
        known = set(holding)
        left: Sequence[int] = range(len(keys))
        for word in sorted(wanted.split(), key=len, reverse=True):
            left = [at for at in left if word in keys[at]]
        yield [at for at in left if at not in known]


def _alike(wanted: str, keys: Sequence[str], limit: int) -> list[int]:
    """Return the positions of the names that are like what was typed: a slip of the finger."""
    from rapidfuzz import fuzz, process

    near = process.extract(wanted, keys, scorer=fuzz.partial_ratio, score_cutoff=_LIKE, limit=limit)
    return [at for key, _, at in near if len(key) + 1 >= len(wanted)]
