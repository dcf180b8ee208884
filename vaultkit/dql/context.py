"""What an expression is worked out against: the pages, the clock, the settings, and a budget."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field

from vaultkit.dql.date_format import ENGLISH
from vaultkit.dql.dates import Clock
from vaultkit.dql.pages import Page, Pages
from vaultkit.dql.values import Link, Value

#: A function of DQL: called with the context and its arguments, worked out.
Function = Callable[["Context", tuple[Value, ...]], Value]


class QueryError(Exception):
    """A row, a clause or a query fails; the words are Dataview's."""


class QueryTooLarge(QueryError):
    """A query asks for more steps than its budget; unlike other errors it ends the whole query."""


class QuerySettings(Struct, frozen=True):
    """The settings of the plugin that change results or their text, with its defaults; and the app's locale."""

    render_null_as: str = "\\-"
    default_date_format: str = "MMMM dd, yyyy"
    default_date_time_format: str = "h:mm a - MMMM dd, yyyy"
    locale: str = ENGLISH
    table_id_column_name: str = "File"
    allow_html: bool = True

    @classmethod
    def of(cls, data: Mapping[str, object], locale: str = ENGLISH) -> QuerySettings:
        """Return the settings that the plugin's `data.json` says; what is odd there has its default."""
        known = {
            mine: data[theirs]
            for theirs, mine in _SETTINGS.items()
            if type(data.get(theirs)) is (bool if mine == "allow_html" else str)
        }
        return cls(**known, locale=locale)  # type: ignore[arg-type]  # each was looked at above


_SETTINGS = {
    "renderNullAs": "render_null_as",
    "defaultDateFormat": "default_date_format",
    "defaultDateTimeFormat": "default_date_time_format",
    "tableIdColumnName": "table_id_column_name",
    "allowHtml": "allow_html",
}


class Budget(Struct, eq=False):
    """How many more steps a query may take: rows looked at, elements and characters made."""

    left: int = 50_000_000

    def spend(self, steps: int) -> None:
        """Take steps off. Raises QueryTooLarge when there are none left."""
        self.left -= steps
        if self.left < 0:
            raise QueryTooLarge("the query takes too many steps")


class Context(Struct, frozen=True, eq=False, dict=True):
    """Where a query stands: its note, the vault's pages, the clock, the settings.

    `origin` is the path of the note that holds the query. `functions` are those that can be called by name.
    `read_file` gives the text of a file of the vault, None where there is none.
    """

    pages: Pages
    origin: str
    clock: Clock
    settings: QuerySettings = field(default_factory=QuerySettings)
    functions: Mapping[str, Function] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    read_file: Callable[[str], str | None] = lambda path: None

    def destination(self, linkpath: str) -> str | None:
        """Return the path that a linkpath leads to from the query's note, None if there is none."""
        if linkpath in self.pages.index.notes:
            return linkpath  # an exact path is found first
        return self.pages.destinations.of(linkpath.strip(), self.origin)

    def resolved(self, linkpath: str) -> str:
        """Return the path that a linkpath leads to from the query's note, as it is if there is none."""
        return self.destination(linkpath) or linkpath

    def page(self, link: Link) -> Page | None:
        """Return the page that a link leads to from the query's note, None if there is none."""
        return self.pages.page(self.resolved(link.path))
