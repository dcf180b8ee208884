"""What all values have in common: type names, truth, and Dataview's one order over values of any type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from vaultkit.dql.dates import DateTime
from vaultkit.dql.durations import Duration
from vaultkit.dql.intl import collate, collation_key
from vaultkit.dql.javascript import utf16_key
from vaultkit.dql.values import ExternalLink, Link, ListPair, Value

#: Leads a path as written in a link to the path of its file; paths that lead nowhere stay.
Resolve: TypeAlias = Callable[[str], str]
SortKey: TypeAlias = tuple[object, ...]

_NAMES: Mapping[type, str] = {
    type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", DateTime: "date",
    Duration: "duration", Link: "link", list: "array", tuple: "array", dict: "object", ListPair: "widget",
    ExternalLink: "widget",
}  # fmt: skip
_NULL_KEY: SortKey = ("",)


def type_name(value: Value) -> str:
    """Return the name of a value's type, as `typeof(…)` gives it."""
    return _NAMES.get(type(value)) or _other_name(value)


def _other_name(value: Value) -> str:
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, Sequence):
        return "array"
    return "function" if callable(value) else "number"


def is_truthy(value: Value) -> bool:
    """Whether a value counts as true: null, 0, what is empty, durations of 0 s, and 1970-01-01T00:00Z do not."""
    if value is True or value is False or value is None:
        return value is True
    match value:
        case DateTime():
            return value.ts != 0
        case Duration():
            return value.as_unit("seconds") != 0
        case Link():
            return value.path != ""
        case ListPair() | ExternalLink():
            return True
    return True if callable(value) else bool(value)


def compare(left: Value, right: Value, resolve: Resolve | None = None) -> int:
    """Return what Dataview's `compareValue` does: below 0, 0 or above 0 as `left` is below, equal or above.

    It is no order for NaN, for one moment in two zones, and for durations of one length in different units:
    there both ways round come out as above.
    """
    if left is None or right is None:
        return (left is not None) - (right is not None)
    kind, other = type_name(left), type_name(right)
    if kind != other:
        return -1 if kind < other else 1
    return _COMPARED[kind](left, right, resolve)


def equal(left: Value, right: Value, resolve: Resolve | None = None) -> bool:
    """Whether two values are equal in DQL."""
    return compare(left, right, resolve) == 0


def _plainly(left: Value, right: Value, _: Resolve | None) -> int:
    assert isinstance(left, int | float)
    assert isinstance(right, int | float)
    return -1 if left < right else left != right


def _strings(left: Value, right: Value, _: Resolve | None) -> int:
    assert isinstance(left, str)
    assert isinstance(right, str)
    return 0 if left == right else collate(left, right)


def _dates(left: Value, right: Value, _: Resolve | None) -> int:
    assert isinstance(left, DateTime)
    assert isinstance(right, DateTime)
    return -1 if left.ts < right.ts else left != right


def _durations(left: Value, right: Value, _: Resolve | None) -> int:
    assert isinstance(left, Duration)
    assert isinstance(right, Duration)
    return -1 if left.millis < right.millis else not left.equals(right)


def _links(left: Value, right: Value, resolve: Resolve | None) -> int:
    """By path after resolution, then type, then subpath; display and embed do not matter."""
    assert isinstance(left, Link)
    assert isinstance(right, Link)
    path, other = (left.path, right.path) if resolve is None else (resolve(left.path), resolve(right.path))
    if path != other and (order := collate(path, other)):
        return order
    if left.type is not right.type:
        return -1 if left.type < right.type else 1
    return (
        collate(left.subpath or "", right.subpath or "")
        if bool(left.subpath) == bool(right.subpath)
        else (1 if left.subpath else -1)
    )


def _arrays(left: Value, right: Value, _: Resolve | None) -> int:
    assert isinstance(left, Sequence)
    assert isinstance(right, Sequence)
    for mine, theirs in zip(left, right, strict=False):
        if order := compare(mine, theirs):
            return order
    return len(left) - len(right)


def _objects(left: Value, right: Value, _: Resolve | None) -> int:
    assert isinstance(left, Mapping)
    assert isinstance(right, Mapping)
    names: list[str] = sorted(left, key=utf16_key)
    others: list[str] = sorted(right, key=utf16_key)
    if order := compare(names, others):
        return order
    for name in names:
        if order := compare(left[name], right.get(name)):
            return order
    return 0


def _never(left: Value, right: Value, _: Resolve | None) -> int:
    return 0


_COMPARED: Mapping[str, Callable[[Value, Value, Resolve | None], int]] = {
    "boolean": _plainly, "number": _plainly, "string": _strings, "date": _dates, "duration": _durations,
    "link": _links, "array": _arrays, "object": _objects, "function": _never, "widget": _never,
}  # fmt: skip


def sort_key(value: Value, resolve: Resolve | None = None) -> SortKey:
    """Return a key that is below another just where `compare` says so of the values.

    Where `compare` is no order (see there) keys are equal, those of NaN are neither below nor above.
    """
    if value is None:
        return _NULL_KEY
    kind = type_name(value)
    match value:
        case str():
            return (kind, collation_key(value))
        case DateTime():
            return (kind, value.ts)
        case Duration():
            return (kind, value.millis)
        case Link():
            path = value.path if resolve is None else resolve(value.path)
            return (
                kind,
                collation_key(path),
                value.type,
                collation_key(value.subpath) if value.subpath else b"",
            )
        case Mapping():
            names = sorted(value, key=utf16_key)
            return (kind, tuple(map(sort_key, names)), tuple(sort_key(value[name]) for name in names))
        case Sequence():
            return (kind, tuple(map(sort_key, value)))
        case bool() | int() | float():
            return (kind, value)
    return (kind,)
