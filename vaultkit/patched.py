"""A large mapping with a few changes: what changed is kept beside it, so that no copy of all the rest is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar, cast

K = TypeVar("K")
V = TypeVar("V")

#: With more changes than this, and than a sixteenth of the rest, a mapping is made anew.
_MOST = 64
_GONE = object()


class Patched(Mapping[K, V], Generic[K, V]):
    """A mapping as `base` but for `changes`; it is never changed itself.

    What is replaced, or went and came back, keeps its place; what is new stands at the end.
    """

    __slots__ = ("_base", "_changes", "_length")

    def __init__(self, base: Mapping[K, V], changes: dict[K, object], length: int) -> None:
        self._base, self._changes, self._length = base, changes, length

    def __getitem__(self, key: K) -> V:
        """Return what stands under a key; raises KeyError."""
        value = self._changes.get(key, self)
        if value is self:
            return self._base[key]
        if value is _GONE:
            raise KeyError(key)
        return cast("V", value)

    def __contains__(self, key: object) -> bool:
        """Whether anything stands under a key."""
        value = self._changes.get(cast("K", key), self)
        return key in self._base if value is self else value is not _GONE

    def __iter__(self) -> Iterator[K]:
        """Yield the keys."""
        changes, base = self._changes, self._base
        for key in base:
            if changes.get(key) is not _GONE:
                yield key
        for key, value in changes.items():
            if value is not _GONE and key not in base:
                yield key

    def __len__(self) -> int:
        """Return how many keys there are."""
        return self._length


def patched(whole: Mapping[K, V], changes: Mapping[K, V], gone: Iterable[K] = ()) -> Mapping[K, V]:
    """Return `whole` with other values under some keys, and without the keys `gone`, which need not be there."""
    base, known = (whole._base, whole._changes) if isinstance(whole, Patched) else (whole, {})
    after: dict[K, object] = dict(known)
    length = len(whole)
    for key in gone:
        if key in whole:
            length -= 1
            after[key] = _GONE
            if key not in base:
                del after[key]
    for key, value in changes.items():
        before = after.get(key, base if key in base else _GONE)
        if before is _GONE:
            length += 1
        after[key] = value
    if len(after) > max(_MOST, len(base) // 16):
        return dict(Patched(base, after, length).items())
    return Patched(base, after, length) if after else base


def differing(before: Mapping[K, V], after: Mapping[K, V]) -> set[K]:
    """Return the keys under which two mappings do not hold the very same object.

    Quick where both were made from one whole: only what changed since is looked at.
    """
    if before is after:
        return set()
    (one, changed), (other, changes) = _parts(before), _parts(after)
    keys = changed.keys() | changes.keys() if one is other else before.keys() | after.keys()
    return {key for key in keys if before.get(key, _GONE) is not after.get(key, _GONE)}


def _parts(whole: Mapping[K, V]) -> tuple[Mapping[K, V], Mapping[K, object]]:
    return (whole._base, whole._changes) if isinstance(whole, Patched) else (whole, {})


def unpatched(whole: Mapping[K, V]) -> tuple[Mapping[K, V], Mapping[K, V | None]]:
    """Return what a mapping was made from, and what stands otherwise in it: None under a key that is gone."""
    base, changes = _parts(whole)
    return base, {key: None if value is _GONE else cast("V", value) for key, value in changes.items()}
