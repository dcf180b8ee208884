"""Asking a vault: queries, single expressions and sources, against pages that are made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from msgspec import Struct, field

from vaultkit.dql.context import Budget, Context, Function, QuerySettings
from vaultkit.dql.evaluate import compiled
from vaultkit.dql.execute import execute
from vaultkit.dql.functions import FUNCTIONS
from vaultkit.dql.pages import Pages
from vaultkit.dql.parser import parse_expression, parse_query, parse_source
from vaultkit.dql.results import Result
from vaultkit.dql.sources import SourceIndex, resolve_source
from vaultkit.dql.values import Value
from vaultkit.dql.zones import zone_named


class Engine(Struct, frozen=True, eq=False, dict=True):
    """Everything that queries on one state of a vault have in common.

    `read_file` gives the text of a CSV file by its vault path, None where there is none.
    """

    pages: Pages
    read_file: Callable[[str], str | None] = lambda path: None
    functions: Mapping[str, Function] = field(default_factory=lambda: FUNCTIONS)

    @cached_property
    def _sources(self) -> SourceIndex:
        return SourceIndex(self.pages)

    def query(self, text: str, origin: str, settings: QuerySettings | None = None) -> Result:
        """Run a query that stands in the note `origin`. Raises DqlSyntaxError or QueryError."""
        return execute(parse_query(text, self._is_zone), self.context(origin, settings), self._sources)

    def expression(self, text: str, origin: str, settings: QuerySettings | None = None) -> Value:
        """Work an inline query out, which sees no fields but those of `this`; raises as `query`."""
        return compiled(parse_expression(text, self._is_zone), self.context(origin, settings))({})

    def source(self, text: str, origin: str) -> list[str]:
        """Return the paths that a source gives; raises as `query`."""
        return list(resolve_source(parse_source(text), self.context(origin), self._sources))

    def context(self, origin: str, settings: QuerySettings | None = None) -> Context:
        """Return what an expression in the note `origin` is worked out against."""
        return Context(
            self.pages,
            origin,
            self.pages.clock,
            settings or QuerySettings(),
            self.functions,
            Budget(),
            self.read_file,
        )

    def _is_zone(self, name: str) -> bool:
        return zone_named(name, self.pages.clock.zone) is not None
