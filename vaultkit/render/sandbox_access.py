"""What a template may see of a value: the listed methods and fields, items, and how a method is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from enum import Enum

from msgspec import Struct

from vaultkit.render.sandbox import TemplateFunction, fits, not_allowed, paid, too_large, walk
from vaultkit.render.sandbox_values import joined, replaced

#: `strip` takes no more characters.
STRIPPED = 64

_PADDING = ("center", "ljust", "rjust", "zfill")
_STRIPPING = ("lstrip", "rstrip", "strip")

#: The methods a template may call. Left out on purpose: `format` and `format_map` (attributes inside the
#: text), `expandtabs`, `translate` and `encode` (growth, bytes), `rfind`, `rsplit` and the like (quadratic),
#: `strftime` (padding), and whatever changes its object.
METHODS: dict[type, str] = {
    str: "capitalize casefold center count endswith find isalnum isalpha isdigit islower isspace isupper join "
    "ljust lower lstrip partition removeprefix removesuffix replace rjust rstrip split splitlines startswith "
    "strip swapcase title upper zfill",
    list: "count index",
    tuple: "count index",
    Mapping: "get items keys values",
    date: "isoformat isoweekday weekday",
    time: "isoformat",
}
#: The attributes a template may read, besides those of structs and named tuples.
FIELDS: dict[type, str] = {
    Enum: "name value",
    datetime: "hour minute second",
    date: "year month day",
    time: "hour minute second",
    timedelta: "days seconds",
}
#: What `read` and `item` return where there is nothing.
MISSING = object()


def owners(table: Mapping[type, str]) -> dict[str, tuple[type, ...]]:
    """Return by each name in the table the types that have it."""
    names = {name for listed in table.values() for name in listed.split()}
    return {name: tuple(kind for kind, listed in table.items() if name in listed.split()) for name in names}


_METHOD_OWNERS, _FIELD_OWNERS = owners(METHODS), owners(FIELDS)


class Method(Struct, frozen=True):
    """A listed method of a value; templates never hold a Python method."""

    owner: object
    name: str


def read(value: object, name: str) -> object:
    """Return an attribute of `value` that templates may see, or `MISSING`; stop at any other."""
    if name.startswith("_"):
        raise not_allowed(name)
    if isinstance(value, Mapping) and name in value:
        return value[name]  # before the methods: `line.items` of a row with such a key is its own
    if isinstance(value, _METHOD_OWNERS.get(name, ())):
        return Method(value, name)
    if isinstance(value, _FIELD_OWNERS.get(name, ())):
        return getattr(value, name)
    if isinstance(value, tuple) and name in getattr(type(value), "_fields", ()):
        return getattr(value, name)
    if isinstance(value, Struct) and not isinstance(value, type | TemplateFunction | Method):
        found = getattr(value, name, MISSING)
        if callable(found) and not isinstance(found, TemplateFunction):
            raise not_allowed(name)
        return found
    if isinstance(value, type) or callable(value) or hasattr(type(value), name):
        raise not_allowed(name)
    return MISSING


def item(value: object, key: object) -> object:
    """Return `value[key]` of a list, a text or a mapping, or `MISSING`."""
    try:
        if isinstance(value, Mapping):
            return value[key] if key in value else MISSING  # noqa: SIM401 (a default dict must not grow)
        if isinstance(value, list | tuple | str | range) and isinstance(key, int):
            return value[key]
    except (TypeError, LookupError):
        pass
    return MISSING


def call_method(method: Method, args: tuple[object, ...], kwargs: Mapping[str, object]) -> object:
    """Call a listed method, within bounds."""
    owner, name = method.owner, method.name
    for value in (*args, *kwargs.values()):
        paid(value)
    if isinstance(owner, str):
        fits(len(owner))
        if name == "replace":
            return replaced(owner, *args, **kwargs)  # type: ignore[arg-type]
        if name == "join":
            return joined(owner, walk(*args))  # type: ignore[arg-type]
        if name in _PADDING and args and isinstance(args[0], int):
            fits(args[0])
        if name in _STRIPPING and args and isinstance(args[0], str) and len(args[0]) > STRIPPED:
            raise too_large()
        return paid(getattr(owner, name)(*args, **kwargs))
    if isinstance(owner, list | tuple):
        paid(owner)
    return getattr(owner, name)(*args, **kwargs)
