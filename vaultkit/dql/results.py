"""What a query gives: a table, a list, tasks or a calendar, as values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeAlias

from msgspec import Struct

from vaultkit.dql.syntax import QueryType
from vaultkit.dql.values import Link, Value


class IdMeaning(Struct, frozen=True):
    """What the ids of rows are: paths, or the keys of groups, by their `name`, made `on` rows with such ids."""

    name: str | None = None
    on: IdMeaning | None = None


class TableResult(Struct, frozen=True):
    """The rows of a table, each as long as `headers`."""

    type: ClassVar[QueryType] = QueryType.TABLE
    headers: tuple[str, ...]
    rows: Sequence[Sequence[Value]]
    id_meaning: IdMeaning


class ListResult(Struct, frozen=True):
    """The entries of a list; with an expression and an id each is a `ListPair`."""

    type: ClassVar[QueryType] = QueryType.LIST
    rows: Sequence[Value]
    id_meaning: IdMeaning


class Group(Struct, frozen=True):
    """Tasks with one key, or groups of them."""

    key: Value
    rows: Sequence[Value | Group]


class TaskResult(Struct, frozen=True):
    """Tasks as objects of DQL, or groups of them."""

    type: ClassVar[QueryType] = QueryType.TASK
    rows: Sequence[Value | Group]


class CalendarEntry(Struct, frozen=True):
    """A dot of a calendar: mostly a date, and the file that it stands for."""

    date: Value
    link: Link


class CalendarResult(Struct, frozen=True):
    """The dots of a calendar."""

    type: ClassVar[QueryType] = QueryType.CALENDAR
    rows: Sequence[CalendarEntry]


Result: TypeAlias = TableResult | ListResult | TaskResult | CalendarResult
