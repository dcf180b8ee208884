"""Functions on objects and on any value: `extract`, `default`, `choice`, `display`, `hash`."""

from __future__ import annotations

from collections.abc import Sequence

from vaultkit.dql.context import Context, QueryError
from vaultkit.dql.functions_markdown import last_display, without_markdown
from vaultkit.dql.functions_variants import function
from vaultkit.dql.javascript_regex import from_units, to_units
from vaultkit.dql.operators import index, is_truthy, spend_text, text_of
from vaultkit.dql.properties import in_object_order
from vaultkit.dql.values import Link, Value

_MASK = 0xFFFFFFFF


def extract(context: Context, arguments: tuple[Value, ...]) -> Value:
    """`extract(object, key, …)`: the object of these keys only; of a list, of each element."""
    if not arguments:
        return "extract(object, key1, ...) requires at least 1 argument"
    owner, *keys = arguments
    if isinstance(owner, list | tuple):
        context.budget.spend(len(owner) * len(arguments))
        return [extract(context, (element, *keys)) for element in owner]
    made: dict[str, Value] = {}
    for key in keys:
        if not isinstance(key, str):
            raise QueryError("extract(object, key1, ...) must be called with string keys")
        made[key] = index(context, owner, key)
    return dict(in_object_order(made))


def _or_else(_: Context, value: Value, instead: Value) -> Value:
    return instead if value is None else value


DEFAULT = function("default", {"*, *": _or_else}, vectorized={2: [0, 1]})
LDEFAULT = function("ldefault", {"*, *": _or_else})

CHOICE = function(
    "choice",
    {"*, *, *": lambda _, condition, yes, no: yes if is_truthy(condition) else no},
    vectorized={3: [0]},
)


def _shown_list(context: Context, values: Sequence[Value]) -> Value:
    context.budget.spend(len(values))
    shown = [str(DISPLAY(context, (value,))) for value in values]
    spend_text(context, sum(map(len, shown)) + 2 * len(shown))
    return from_units(", ".join(shown))


def _shown_link(context: Context, link: Link) -> Value:
    if link.display:
        return without_markdown(link.display, context.budget)
    return last_display(text_of(context, link), context.budget)


DISPLAY = function(
    "display",
    {
        "null": lambda *_: "",
        "array": _shown_list,
        "string": lambda context, text: without_markdown(text, context.budget),
        "link": _shown_link,
        "*": text_of,
    },
)


def _hash(context: Context, text: str, seed: float = 0) -> Value:
    """Return a number of 53 bits made of a text, by the algorithm cyrb53."""
    spend_text(context, 16 * len(text))
    number = int(seed) & _MASK if abs(seed) < float("inf") else 0
    first, second = 0xDEADBEEF ^ number, 0x41C6CE57 ^ number
    for unit in to_units(text):
        first = (first ^ ord(unit)) * 2654435761 & _MASK
        second = (second ^ ord(unit)) * 1597334677 & _MASK
    first = (first ^ first >> 16) * 2246822507 & _MASK
    first ^= (second ^ second >> 13) * 3266489909 & _MASK
    second = (second ^ second >> 16) * 2246822507 & _MASK
    second ^= (first ^ first >> 13) * 3266489909 & _MASK
    return (second & 0x1FFFFF) << 32 | first


HASH = function(
    "hash",
    {
        "string, number": _hash,
        "string, string": lambda context, text, more: _hash(context, text + more),
        "string, string, number": lambda context, text, more, seed: _hash(context, text + more, seed),
    },
)
