"""How much a value asks of whoever writes it out: told before it is written, so that no result fills the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from vaultkit.dql.context import Budget, QueryTooLarge
from vaultkit.dql.values import ListPair, Value

#: How deep lists and objects may lie in one another; Dataview itself ends where JavaScript's stack does.
DEEPEST = 100


def weigh(value: Value, budget: Budget, told: Callable[[Mapping[str, Value]], Iterable[str]] = iter) -> None:
    """Take the elements and characters of a value off the budget, as often as each is written.

    `told` gives the names of an object's fields that are written: all of them unless it says otherwise. Raises
    QueryTooLarge where the budget ends, and for values nested too deeply.
    """
    waiting = [(value, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, str):
            budget.spend(len(value) + 1)
            continue
        budget.spend(1)
        inner: Sequence[Value] = ()
        match value:
            case ListPair(key, other):
                inner = (key, other)
            case Mapping():
                names = list(told(value))
                budget.spend(sum(map(len, names)))
                inner = [value[name] for name in names]
            case Sequence():
                inner = value
        budget.spend(len(inner))
        check_depth(depth)
        waiting += [(entry, depth + 1) for entry in inner]


def check_depth(depth: int) -> None:
    """Raise QueryTooLarge where something is nested too deeply to be written."""
    if depth > DEEPEST:
        raise QueryTooLarge("a value is nested too deeply")
