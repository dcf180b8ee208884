"""What is worked out when first asked for, and then stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

_Owner = TypeVar("_Owner")
_Made = TypeVar("_Made")


class lazy(Generic[_Owner, _Made]):
    """As `functools.cached_property`, without the lock that this takes before Python 3.12: tables ask too often."""

    def __init__(self, make: Callable[[_Owner], _Made]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, owner: None, kind: Any) -> lazy[_Owner, _Made]: ...
    @overload
    def __get__(self, owner: _Owner, kind: Any) -> _Made: ...
    def __get__(self, owner: Any, kind: Any) -> Any:
        """Return what was made, or make it."""
        if owner is None:
            return self
        made = owner.__dict__[self._name] = self._make(owner)
        return made
