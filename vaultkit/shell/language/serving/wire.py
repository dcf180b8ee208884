"""Requests and results of the Language Server Protocol between what is typed and JSON."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar

from cattrs import Converter
from lsprotocol import converters, types
from msgspec import Struct

T = TypeVar("T")


@cache
def converter() -> Converter:
    """Return what turns JSON into types and back; made once."""
    return converters.get_converter()


def params_of(method: str, said: object) -> Any:
    """Return the parameters of a request as lsprotocol types them; raises an error of cattrs for wrong ones."""
    kind: Any = types.METHOD_TO_TYPES[method][2]
    return converter().structure(said, kind)


def typed(said: object, kind: type[T]) -> T:
    """Return JSON as a type of lsprotocol."""
    return converter().structure(said, kind)


def plain(value: object) -> Any:
    """Return parameters or a result as JSON."""
    if isinstance(value, Struct):
        return {name: plain(getattr(value, name)) for name in value.__struct_fields__}
    return converter().unstructure(value)
