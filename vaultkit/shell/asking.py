"""What queries need of the world: the clock and its zone, file times, CSV files, the plugin's settings, bookmarks."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path

from msgspec import Struct

from vaultkit.diagnostics import Finding
from vaultkit.dql import extensions
from vaultkit.dql.context import QueryError, QuerySettings
from vaultkit.dql.date_format import ENGLISH
from vaultkit.dql.dates import Clock
from vaultkit.dql.engine import Engine
from vaultkit.dql.errors import DqlSyntaxError
from vaultkit.dql.export_markdown import to_markdown
from vaultkit.dql.functions import FUNCTIONS
from vaultkit.dql.inline_text import inline_text
from vaultkit.dql.pages import FileTimes, Pages
from vaultkit.dql.raw_pages import RawPages
from vaultkit.dql.results import Result
from vaultkit.dql.zones import Zone
from vaultkit.errors import VaultkitError
from vaultkit.markdown.marks import IS_WRITTEN_INTO
from vaultkit.markdown.regions import Region
from vaultkit.shell import disk
from vaultkit.shell.cache.pages import KeptPages
from vaultkit.shell.collector import without_collector
from vaultkit.shell.files import Files
from vaultkit.shell.obsidian import FOLDER, read_json
from vaultkit.shell.walk import cannot_read
from vaultkit.text import Message, Span
from vaultkit.vault.graph import LinkGraph
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.sources import follow_sources, without_generated

#: Where Linux and macOS have a link to the rules of the zone of this place.
_LOCAL_TIME = "/etc/localtime"
#: The locale of results by the language of the vault.
LOCALES = {"fr": "fr-FR", "de": "de-DE", "en": ENGLISH}


def clock_at(now: str | None, timezone: str | None) -> Clock:
    """Return the clock of this machine, or one that stands still at an ISO time in a zone of the IANA's names.

    Raises VaultkitError (2) for a time or zone that is none.
    """
    zone = _zone(timezone or _zone_here())
    if now is None:
        return Clock(time.time() * 1000, zone)
    try:
        moment = datetime.fromisoformat(now)
    except ValueError as fault:
        raise VaultkitError(
            Message(
                f"--now attend une date\u00a0: 2026-11-22T14:30, pas «\u00a0{now}\u00a0»",
                f"--now expects a time: 2026-11-22T14:30, not '{now}'",
            )
        ) from fault
    if moment.tzinfo is None:
        from zoneinfo import ZoneInfo

        moment = moment.replace(tzinfo=ZoneInfo(zone.name))
    return Clock(moment.timestamp() * 1000, zone)


def _zone(name: str) -> Zone:
    try:
        return Zone.local(name)
    except (ValueError, OSError, LookupError) as fault:
        raise VaultkitError(
            Message(f"fuseau horaire inconnu\u00a0: {name}", f"unknown time zone: {name}")
        ) from fault


def _zone_here() -> str:
    """Return the name of the zone of this machine: where a link says it, nobody else has to be asked."""
    if "TZ" not in os.environ:
        _, zones, name = os.path.realpath(_LOCAL_TIME).partition("/zoneinfo/")
        if zones:
            return name
    from tzlocal import get_localzone_name

    return get_localzone_name() or "UTC"


def engine_of(
    files: Files,
    vault: VaultIndex | LinkGraph,
    clock: Clock,
    times: Mapping[str, FileTimes],
    strict: bool = False,
    raw: RawPages | None = None,
) -> Engine:
    """Return what answers queries on an opened vault; `strict` leaves out what Dataview does not have.

    Of a vault whose graph is not made yet its index is enough; `raw` knows what its notes say, if anyone does.
    """
    fields = {} if strict else extensions.FIELDS
    graph = vault if isinstance(vault, LinkGraph) else None
    index = vault.index if isinstance(vault, LinkGraph) else vault
    pages = Pages(
        index, clock, _bookmarks(files), times, fields, raw or KeptPages(index.notes.values()), graph
    )

    def read_file(path: str) -> str | None:
        try:
            data = files.slurp(path) if path in index else None
        except OSError as error:
            raise disk.Unreadable(cannot_read(error)) from error
        return None if data is None else disk.source_of(data).text

    return Engine(pages, read_file, FUNCTIONS if strict else {**FUNCTIONS, **extensions.FUNCTIONS})


def ask(engine: Engine, text: str, origin: str, settings: QuerySettings | None = None) -> Result:
    """Run a query with the collector held back. Raises DqlSyntaxError or QueryError."""
    with without_collector():
        try:
            return engine.query(text, origin, settings)
        except RecursionError:
            raise QueryError("the query is nested too deeply") from None


def file_times(made: Mapping[str, tuple[int, int]]) -> dict[str, FileTimes]:
    """Return the times of files from pairs of when each was made and last changed, in milliseconds since 1970."""
    return {path: FileTimes(*times) for path, times in made.items()}


class Oracle(Struct, frozen=True, dict=True):
    """Who answers the queries in the notes of a vault, as Markdown or as a piece of a line.

    `made` gives when each file was made and last changed, as `file_times` takes it. What tools have written is
    no source, nor is the time of a note into which they write: an answer that fed itself would never come to rest.
    """

    files: Files
    vault: VaultIndex | LinkGraph
    made: Callable[[], Mapping[str, tuple[int, int]]]
    language: str

    @property
    def index(self) -> VaultIndex:
        """The notes and files of the vault."""
        return self.vault.index if isinstance(self.vault, LinkGraph) else self.vault

    @cached_property
    def settings(self) -> QuerySettings:
        """The plugin's settings, in the language of the vault."""
        return QuerySettings.of(dataview_settings(self.files), LOCALES[self.language])

    @cached_property
    def _pure(self) -> Engine:
        notes = self.index.notes
        times = {
            path: made
            for path, made in file_times(self.made()).items()
            if path not in notes or not notes[path].marks & IS_WRITTEN_INTO
        }
        return engine_of(self.files, self._pure_index, clock_at(None, None), times)

    @cached_property
    def _pure_index(self) -> VaultIndex:
        return without_generated(self.index)

    def follow(self, before: Oracle, changed: Collection[str]) -> None:
        """Take over what `before` knew of the notes, of which those at these paths have changed."""
        if "_pure_index" in before.__dict__:
            followed, _ = follow_sources(before._pure_index, before.index, self.index, changed)
            self.__dict__["_pure_index"] = followed

    def markdown(self, text: str, origin: str) -> str:
        """Answer the query of a region, a template or Dataview Serializer."""
        return to_markdown(ask(self._pure, text, origin, self.settings), self.settings)

    def inline(self, text: str, origin: str) -> str:
        """Answer an inline query of Dataview Serializer."""
        return inline_text(self._pure.expression(text, origin, self.settings), self.settings)

    def is_unique(self, name: str) -> bool:
        """Whether at most one file has this base name."""
        return len(self.index.named(name)) <= 1


def serialized_fault(span: Span, error: Exception) -> Finding:
    """Return what is wrong with a query of Dataview Serializer, at its marker."""
    said = getattr(error, "message", None) or Message(str(error), str(error))
    return Finding(
        span,
        Message(f"la requête échoue\u00a0: {said.fr}", f"the query fails: {said.en}"),
        Message("le résultat reste tel quel", "the result stands as it stood"),
    )


def query_fault(error: Exception, region: Region) -> Finding | None:
    """Return what is wrong with the query of a region, at its place in the note; None for other errors."""
    if isinstance(error, DqlSyntaxError):
        start = region.query_start + len(region.query) - len(region.query.lstrip()) + error.span.start
        place = Span(start, start + len(error.text[error.span.start : error.span.end]))
        message = Message(
            f"requête illisible\u00a0: {error.message.fr}", f"the query cannot be read: {error.message.en}"
        )
    elif isinstance(error, QueryError):
        place = region.begin
        said = " ".join(str(error).split())
        message = Message(f"la requête échoue\u00a0: {said}", f"the query fails: {said}")
    else:
        return None
    return Finding(place, message, Message("la zone reste telle quelle", "the region stands as it stood"))


def dataview_settings(files: Files) -> Mapping[str, object]:
    """Return the settings of the Dataview plugin in this vault; empty where it has none."""
    data = read_json(files, f"{FOLDER}/plugins/dataview/data.json")
    return data if isinstance(data, dict) else {}


def read_times(file: Path) -> dict[str, FileTimes]:
    """Read file times from JSON: `{path: {"ctime", "mtime"}}` in milliseconds since 1970.

    Raises VaultkitError (2) for a file that does not say so.
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        return {path: FileTimes(float(said["ctime"]), float(said["mtime"])) for path, said in data.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
        raise VaultkitError(
            Message(
                f"--times\u00a0: {file} ne dit pas les dates des fichiers ({fault})",
                f"--times: {file} does not say the times of files ({fault})",
            )
        ) from fault


def _bookmarks(files: Files) -> frozenset[str]:
    """Return the paths that are bookmarked as files, in groups too."""
    data = read_json(files, f"{FOLDER}/bookmarks.json")
    return frozenset(_bookmarked(data.get("items") if isinstance(data, dict) else None))


def _bookmarked(items: object) -> Iterator[str]:
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        if item.get("type") == "file" and isinstance(item.get("path"), str) and not item.get("subpath"):
            yield item["path"]
        yield from _bookmarked(item.get("items"))
