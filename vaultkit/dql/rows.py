"""Rows on their way through a query: fields that lie over others, and are never copied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from vaultkit.dql.field_values import SPECIAL
from vaultkit.dql.items import RAW_TASK_FIELDS, TASK_FIELDS
from vaultkit.dql.pages import PageFields
from vaultkit.dql.raw_items import RawItem
from vaultkit.dql.values import Value

#: The fields of a row by name.
Row: TypeAlias = Mapping[str, Value]
#: Stands for no value, as null is one.
_ABSENT: Any = object()
_NOTHING: Mapping[str, Value] = {}


class Overlay(Mapping[str, Value]):
    """An object with a field over another's, which is not copied; a new field stands behind the old ones."""

    __slots__ = ("base", "name", "value")

    def __init__(self, base: Row, name: str, value: Value) -> None:
        self.base = base
        self.name = name
        self.value = value

    def __getitem__(self, name: str) -> Value:
        """Return the field that lies on top."""
        row: Row = self
        while type(row) is Overlay:
            if name == row.name:
                return row.value
            row = row.base
        return row[name]

    def get(self, name: str, default: Value = None) -> Value:  # type: ignore[override]  # Mapping.get has overloads
        """Return the field that lies on top, the default if there is none."""
        row: Row = self
        while type(row) is Overlay:
            if name == row.name:
                return row.value
            row = row.base
        return row.get(name, default)

    def __iter__(self) -> Iterator[str]:
        """Yield the names, those below first."""
        row: Row = self
        over: list[str] = []
        while type(row) is Overlay:
            over.append(row.name)
            row = row.base
        yield from row
        yield from (name for name in dict.fromkeys(reversed(over)) if name not in row)

    def __len__(self) -> int:
        """Return how many fields there are."""
        return sum(1 for _ in self)


class QueryRow(Struct, frozen=True):
    """One row on its way through the clauses: what it is known by, and its fields."""

    id: Value
    fields: Row


class TaskRow(Mapping[str, Value]):
    """A task whose fields hide those of its page; what is shown of it are its own names alone."""

    __slots__ = ("_fields", "over", "page", "raw")

    def __init__(self, page: PageFields, raw: RawItem, over: Mapping[str, Value] = _NOTHING) -> None:
        self.page = page
        self.raw = raw
        self.over = over
        self._fields: Row | None = None

    @property
    def task(self) -> Row:
        """The task's own fields."""
        if self._fields is None:
            self._fields = self.page.page.tree.by_line[self.raw.line].fields
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
        if self.over and name in self.over:
            return self.over[name]
        read = RAW_TASK_FIELDS.get(name)
        if read is not None:
            return read(self.raw)
        if name not in TASK_FIELDS and not self.may_say(name):
            return self.page.get(name, default)
        found = self.task.get(name, _ABSENT)
        return self.page.get(name, default) if found is _ABSENT else found

    def may_say(self, name: str) -> bool:
        """Whether FLATTEN or an inline field of the task could give a field that no task has from birth."""
        if self.over and name in self.over:
            return True
        fields = self.raw.fields
        return bool(fields) and (name in SPECIAL or name in [field.key for field in fields])

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the task's own fields."""
        return iter(self.task)

    def __len__(self) -> int:
        """Return how many fields the task itself has."""
        return len(self.task)


def with_field(fields: Row, name: str, value: Value) -> Row:
    """Return the fields with one more, or with another value for it."""
    if type(fields) is TaskRow:
        return TaskRow(fields.page, fields.raw, {**fields.over, name: value})
    return Overlay(fields, name, value)
