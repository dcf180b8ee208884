"""Rows on their way through a query: fields that lie over others, and are never copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from vaultkit.dql.items import TASK_FIELDS, Task
from vaultkit.dql.values import Value

#: The fields of a row by name.
Row: TypeAlias = Mapping[str, Value]
#: Stands for no value, as null is one.
_ABSENT: Any = object()
_NOTHING: Mapping[str, Value] = {}


class Overlay(Mapping[str, Value]):
    """An object with some fields over another's, which is not copied; a new field stands behind the old ones."""

    __slots__ = ("base", "over")

    def __init__(self, base: Row, over: Mapping[str, Value]) -> None:
        self.base = base
        self.over = over

    def __getitem__(self, name: str) -> Value:
        """Return the field that lies on top."""
        return self.over[name] if name in self.over else self.base[name]

    def get(self, name: str, default: Value = None) -> Value:  # type: ignore[override]  # Mapping.get has overloads
        """Return the field that lies on top, the default if there is none."""
        return self.over[name] if name in self.over else self.base.get(name, default)

    def __iter__(self) -> Iterator[str]:
        """Yield the names, those below first."""
        yield from self.base
        yield from (name for name in self.over if name not in self.base)

    def __len__(self) -> int:
        """Return how many fields there are."""
        return sum(1 for _ in self)


class QueryRow(Struct, frozen=True):
    """One row on its way through the clauses: what it is known by, and its fields."""

    id: Value
    fields: Row


class TaskRow(Mapping[str, Value]):
    """A task whose fields hide those of its page; what is shown of it are its own names alone."""

    __slots__ = ("_fields", "item", "over", "page")

    def __init__(self, page: Row, item: Task, over: Mapping[str, Value] = _NOTHING) -> None:
        self.page = page
        self.item = item
        self.over = over
        self._fields: Row | None = None

    @property
    def task(self) -> Row:
        """The task's own fields."""
        if self._fields is None:
            self._fields = self.item.fields
        return self._fields

    def __getitem__(self, name: str) -> Value:
        """Return a field that FLATTEN has made, else the task's, else the page's."""
        if name in self.over:
            return self.over[name]
        try:
            return self.task[name]
        except KeyError:
            return self.page[name]

    def get(self, name: str, default: Value = None) -> Value:  # type: ignore[override]  # Mapping.get has overloads
        """Return the field that `[]` gives, the default if there is none."""
        if name in self.over:
            return self.over[name]
        reader = TASK_FIELDS.get(name)
        if reader is not None and not reader.optional:
            return reader.read(self.item)  # no inline field hides it
        if reader is None and not self.item.raw.fields:
            return self.page.get(name, default)
        found = self.task.get(name, _ABSENT)
        return self.page.get(name, default) if found is _ABSENT else found

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the task's own fields."""
        return iter(self.task)

    def __len__(self) -> int:
        """Return how many fields the task itself has."""
        return len(self.task)


def with_field(fields: Row, name: str, value: Value) -> Row:
    """Return the fields with one more, or with another value for it."""
    if type(fields) is TaskRow:
        return TaskRow(fields.page, fields.item, {**fields.over, name: value})
    if type(fields) is Overlay:
        return Overlay(fields.base, {**fields.over, name: value})
    return Overlay(fields, {name: value})
