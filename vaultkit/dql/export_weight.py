"""How much a value asks of whoever writes it out: told before it is written, so that no result fills the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from vaultkit.dql.context import Budget, QueryTooLarge
from vaultkit.dql.dates import DateTime
from vaultkit.dql.durations import Duration
from vaultkit.dql.values import ExternalLink, Link, ListPair, Value

#: How deep lists and objects may lie in one another; Dataview itself ends where JavaScript's stack does.
DEEPEST = 100
#: What holds no other values.
_PLAIN = frozenset((type(None), bool, int, float, DateTime, Duration, Link, ExternalLink))


def weigh(value: Value, budget: Budget, told: Callable[[Mapping[str, Value]], Iterable[str]] = iter) -> None:
    """Take the elements and characters of a value off the budget, as often as each is written.

    `told` gives the names of an object's fields that are written: all of them unless it says otherwise. Raises
    QueryTooLarge where the budget ends, and for values nested too deeply.
    """
    if type(value) is list and _weighed_flat(value, budget):
        return
    waiting = [(value, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            budget.spend(len(value) + 1)
            continue
        budget.spend(1)
        check_depth(depth)
        if type(value) not in _PLAIN:
            inner = value if type(value) is list else _inner(value, budget, told)
            budget.spend(len(inner))
            waiting += [(entry, depth + 1) for entry in inner]


def _weighed_flat(values: Sequence[Value], budget: Budget) -> bool:
    """Take a list off the budget if it holds neither lists nor objects."""
    steps = 1 + len(values)
    for value in values:
        if type(value) is str:
            steps += len(value) + 1
        elif type(value) in _PLAIN:
            steps += 1
        else:
            return False
    budget.spend(steps)
    return True


def _inner(
    value: Value, budget: Budget, told: Callable[[Mapping[str, Value]], Iterable[str]]
) -> Sequence[Value]:
    match value:
        case ListPair(key, other):
            return (key, other)
        case Mapping():
            names = list(told(value))
            budget.spend(sum(map(len, names)))
            return [value[name] for name in names]
        case Sequence():
            return value
    return ()


def check_depth(depth: int) -> None:
    """Raise QueryTooLarge where something is nested too deeply to be written."""
    if depth > DEEPEST:
        raise QueryTooLarge("a value is nested too deeply")
