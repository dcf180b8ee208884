"""Which syntheses are known to say what their notes give, told of a state of the vault that git had staged.

It is kept in the cache and told as of the memory of the vault (see `memory`): a synthesis that was up to date is so
still where nothing has changed since but what no other note reads (see `unseen`).
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from msgspec import DecodeError, Struct, msgpack

from vaultkit.shell.cache.store import Store
from vaultkit.shell.git.memory import Changed, KeptOids, Memory
from vaultkit.shell.later import later

_NAME = "upheld index"
#: So many states are remembered at most.
_STATES = 8

#: Whether others read the same of the file at a path as of what git knows by this name.
IsAlike = Callable[[str, str], bool]


class Upheld(Struct, frozen=True, array_like=True):
    """The syntheses at `paths` were up to date when git had staged `changed` since the memory made at `made`."""

    made: int
    changed: Changed
    paths: list[str]


_UPHELD = msgpack.Decoder(list[Upheld])


def learn(store: Store, made: int, changed: Changed, paths: Sequence[str]) -> None:
    """Keep, once there is time, that these syntheses are up to date."""
    if paths:
        fresh = Upheld(made, changed, list(paths))
        later(
            lambda: store.keep((), lambda _: {_NAME: msgpack.encode([fresh, *_known(store, made)][:_STATES])})
        )


def are_upheld(
    paths: Collection[str], store: Store, memory: Memory, changed: Changed, is_alike: IsAlike
) -> bool:
    """Whether these syntheses are known to be up to date where git has staged `changed` since the memory."""
    left = set(paths)
    for one in _known(store, memory.made):
        if not left.isdisjoint(one.paths) and all(
            is_alike(path, oid) for path, oid in _differing(memory, one.changed, changed)
        ):
            left.difference_update(one.paths)
        if not left:
            return True
    return not left


def _known(store: Store, made: int) -> list[Upheld]:
    data = store.state(_NAME)
    try:
        return [one for one in _UPHELD.decode(data) if one.made == made] if data else []
    except DecodeError:
        return []


def _differing(memory: Memory, before: Changed, now: Changed) -> Iterable[tuple[str, str]]:
    """Yield the paths that were staged otherwise, with git's name for what was, empty for none."""
    kept = KeptOids(memory)
    for path in {**before, **now}:
        was = before[path] if path in before else kept.get(path) or memory.hidden.get(path) or ""
        if was != (now[path] if path in now else kept.get(path) or memory.hidden.get(path) or ""):
            yield path, was
