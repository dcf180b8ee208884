"""Pages: notes as the Dataview Query Language sees them, with the implicit fields `file.*`.

A page holds its note and its surroundings only; each field is worked out when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from enum import Enum, auto
from itertools import chain

from msgspec import Struct, field

from vaultkit.dql.dates import Clock, DateTime, without_time
from vaultkit.dql.field_values import (
    INHERITED,
    GatheredFields,
    ReadValues,
    day_of,
    resolved,
    squashed,
    with_canonical_names,
)
from vaultkit.dql.items import ItemTree, ListItem, Task
from vaultkit.dql.lazy import lazy
from vaultkit.dql.link_table import Destinations, Links, LinkTable
from vaultkit.dql.names import canonical_name
from vaultkit.dql.properties import in_object_order, plain_object, property_aliases, tag_levels
from vaultkit.dql.raw_items import RawItems
from vaultkit.dql.raw_pages import RawPage, RawPages, ReadPages
from vaultkit.dql.references import link_of
from vaultkit.dql.values import Fields, Link, Reader, Value, readers
from vaultkit.markdown.note import Note, PropertyValue
from vaultkit.vault.index import VaultIndex

#: What can be a link, or hold some.
_WITH_LINKS = (Link, list, dict)


class FileTimes(Struct, frozen=True):
    """When a file was made and last changed, in milliseconds since 1970."""

    created: float
    modified: float


class Pages(Struct, frozen=True, eq=False, dict=True):
    """The pages of a vault at one moment.

    `clock` gives the zone in which dates without one are read; `starred` holds the paths that are bookmarked
    as files; `times` knows when files were made and changed, where anyone does; `extra` are fields beyond
    Dataview's, of pages that have none of that name; `raw` says what stands in notes, `graph`
    where links lead, if anyone knows already.
    """

    index: VaultIndex
    clock: Clock
    starred: Container[str] = frozenset()
    times: Mapping[str, FileTimes] = field(default_factory=dict)
    extra: Mapping[str, Callable[[Page], Value]] = field(default_factory=dict)
    raw: RawPages = field(default_factory=ReadPages)
    graph: Links | None = None
    _made: dict[str, Page] = field(default_factory=dict)

    def page(self, path: str) -> Page | None:
        """Return the page of the note at `path`, always the same one; None if there is no such note."""
        page = self._made.get(path)
        if page is None and (note := self.index.notes.get(path)):
            page = self._made[path] = Page(note, self)
        return page

    @lazy
    def values(self) -> ReadValues:
        """The values that texts have been read as."""
        return ReadValues(self.clock)

    @lazy
    def paths(self) -> tuple[str, ...]:
        """Every note, in the order of the vault: depth first, in each folder by name."""
        return tuple(sorted(self.index.notes, key=lambda path: path.replace("/", "\0")))

    @lazy
    def canonical(self) -> Mapping[str, str]:
        """The canonical names of fields, made when first asked for."""
        return _CanonicalNames()

    @lazy
    def file_links(self) -> Mapping[str, Link | None]:
        """The links to notes by their paths, made when first asked for; None for what is no note."""
        return _FileLinks(self.index.notes)

    @lazy
    def destinations(self) -> Destinations:
        """Where links lead."""
        return Destinations(self.index)

    @lazy
    def links(self) -> Links:
        """Who links to whom."""
        return self.graph or LinkTable(self.paths, self._linkpaths, self.destinations)

    def _linkpaths(self, path: str) -> Sequence[str]:
        return self.raw.linkpaths(self.index.notes[path])


class _FileLinks(dict[str, Link | None]):
    def __init__(self, notes: Container[str]) -> None:
        super().__init__()
        self._notes = notes

    def __missing__(self, path: str) -> Link | None:
        made = self[path] = Link(path) if path in self._notes else None
        return made


class _CanonicalNames(dict[str, str]):
    def __missing__(self, name: str) -> str:
        found = self[name] = canonical_name(name)
        return found


class Page(Struct, frozen=True, eq=False, dict=True):
    """A note with what Dataview says of it."""

    note: Note
    pages: Pages

    @property
    def path(self) -> str:
        """The path in the vault."""
        return self.note.path

    @property
    def folder(self) -> str:
        """The path of the folder, empty at the root."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The base name, without a `.md` in lower case."""
        return self.path.rpartition("/")[2].removesuffix(".md")

    @property
    def ext(self) -> str:
        """What follows the last dot of the path, empty without a dot."""
        return self.path.rpartition(".")[2] if "." in self.path else ""

    @lazy
    def raw(self) -> RawPage:
        """What stands in the note."""
        return self.pages.raw.page(self.note)

    @lazy
    def link(self) -> Link:
        """The link to the note, without a display text."""
        return Link.file(self.path)

    def resolved(self, link: Link) -> Link:
        """Return the link with the path of the file that it leads to from here, as it is if there is none."""
        path = self.pages.destinations.of(link.path.strip(), self.path)
        return link if path is None else link.with_path(path)

    @lazy
    def outlinks(self) -> tuple[Link, ...]:
        """The links in properties, then those of the body, then the embeds; one that stands twice is there twice."""
        in_properties = (link.reference for link in self.note.property_links)
        references = (*in_properties, *self.note.links, *self.note.embeds)
        return tuple(self.resolved(link_of(reference)) for reference in references)

    @lazy
    def inlinks(self) -> tuple[Link, ...]:
        """One link to each note that links here, this one included; other files are no pages."""
        links = map(self.pages.file_links.__getitem__, self.pages.links.inlinks(self.path))
        return tuple(filter(None, links))

    @lazy
    def properties(self) -> Mapping[str, PropertyValue]:
        """The properties as YAML gives them."""
        return self.raw.properties(self.note)

    @property
    def etags(self) -> tuple[str, ...]:
        """The tags as written, those of the body first; of equal spelling only the first."""
        said = self.raw.tags
        return tuple(said.split(" ")) if said else ()

    @lazy
    def tags(self) -> tuple[str, ...]:
        """The tags, each followed by those above it: `#a/b/c`, `#a/b`, `#a`."""
        return tuple(dict.fromkeys(chain.from_iterable(map(tag_levels, self.etags))))

    @lazy
    def aliases(self) -> tuple[str, ...]:
        """The aliases in properties, each once."""
        return tuple(dict.fromkeys(property_aliases(self.properties)))

    @lazy
    def raw_items(self) -> RawItems:
        """The list items that stand in the note."""
        return self.pages.raw.items(self.note)

    @lazy
    def tree(self) -> ItemTree:
        """The list items, and what they share."""
        return ItemTree(self.note, self.raw_items, self._read, lambda: self._outside_lists)

    @property
    def lists(self) -> tuple[ListItem, ...]:
        """All list items in line order, nested ones and those in quotes and callouts too."""
        return self.tree.items

    @property
    def tasks(self) -> tuple[Task, ...]:
        """The list items with a task box."""
        return self.tree.tasks

    @property
    def size(self) -> int:
        """The bytes of the text; of a note that is no UTF-8 the file may have fewer."""
        return self.note.size

    @property
    def starred(self) -> bool:
        """Whether the note is bookmarked."""
        return self.path in self.pages.starred

    @lazy
    def frontmatter(self) -> Mapping[str, Value]:
        """The properties as YAML gives them to JavaScript, less one called `position`."""
        properties = self.properties
        if "position" in properties:
            properties = {key: value for key, value in properties.items() if key != "position"}
        return plain_object(properties)

    @property
    def ctime(self) -> DateTime | None:
        """When the file was made, None if nobody knows."""
        times = self.pages.times.get(self.path)
        return self.pages.clock.local(times.created) if times else None

    @property
    def mtime(self) -> DateTime | None:
        """When the file was last changed, None if nobody knows."""
        times = self.pages.times.get(self.path)
        return self.pages.clock.local(times.modified) if times else None

    def _day(self, time: DateTime | None) -> DateTime | None:
        return time and without_time(time, self.pages.clock)

    @property
    def cday(self) -> DateTime | None:
        """The day on which the file was made."""
        return self._day(self.ctime)

    @property
    def mday(self) -> DateTime | None:
        """The day on which the file was last changed."""
        return self._day(self.mtime)

    @property
    def day(self) -> DateTime | None:
        """The day of a field `date` or `day`, else of the name; None if there is none."""
        return day_of(self.name, self._days, self.pages.clock)

    @property
    def _days(self) -> Iterator[list[Value]]:
        """The values of each field that could tell the day."""
        return (self._values(name) for name in self._names if name.lower() in ("date", "day"))

    def _read(self, text: str) -> Value:
        """Return what the text of an inline field is, its links resolved."""
        return self._placed(self.pages.values.inline(text))

    def _placed(self, value: Value) -> Value:
        """Return the value with its links led to their files from here."""
        return resolved(value, self.resolved) if isinstance(value, _WITH_LINKS) else value

    @lazy
    def _outside_lists(self) -> Mapping[str, list[Value]]:
        """The values of the inline fields on all lines that belong to no list, code and comments too."""
        gathered = GatheredFields()
        for each in self.raw.fields[self.raw.outside :]:
            gathered.add(each.key, self._read(each.value))
        return gathered

    @lazy
    def _names(self) -> Mapping[str, None]:
        """The names of all fields as written, in order: of properties, then of plain list items, then the others."""
        properties = (name for name, _ in in_object_order(self.properties) if name != "position")
        return dict.fromkeys((*properties, *(each.key for each in self.raw.fields)))

    def _values(self, name: str) -> list[Value]:
        """Return all values of a field, by its name as written."""
        values: list[Value] = []
        if name in self.properties and name != "position":
            values.append(self._placed(self.pages.values.of_property(self.properties[name])))
        for each in self.raw.fields:
            if each.key == name:
                values.append(self._read(each.value))
        return values

    @lazy
    def _gathered(self) -> GatheredFields:
        """All fields by their names as written."""
        return GatheredFields({name: self._values(name) for name in self._names})

    @lazy
    def fields(self) -> Mapping[str, Value]:
        """The page's own fields, under their names as written and under their canonical names."""
        return with_canonical_names(self._gathered)

    def value(self, name: str) -> Value | Absent:
        """Return the field of this name, written so or canonical; `ABSENT` if there is none. No other is read."""
        elsewhere = [each.key for each in self.raw.fields]
        if name in self.properties and name != "position" and name not in elsewhere:
            only = self.pages.values.of_property(self.properties[name])
            return self._placed(only) if isinstance(only, _WITH_LINKS) else only
        values = self._values(name) or self._canonical_values(name)
        return squashed(values) if values else ABSENT

    def _canonical_values(self, name: str) -> list[Value]:
        """Return all values of the fields whose canonical name this is."""
        spelled = self.pages.canonical
        if name not in map(spelled.__getitem__, self.properties) and not any(
            [spelled[each.key] == name for each in self.raw.fields]
        ):
            return []
        return [
            value for other in self._names if name and spelled[other] == name for value in self._values(other)
        ]

    @lazy
    def row(self) -> PageFields:
        """The page as an object of DQL: `file` and its own fields."""
        return PageFields(self)

    @lazy
    def file(self) -> Mapping[str, Value]:
        """The implicit fields as an object of DQL."""
        return Fields(self, FILE_FIELDS)


class Absent(Enum):
    """Stands for no value, as null is one."""

    ABSENT = auto()


ABSENT = Absent.ABSENT


class PageFields(Mapping[str, Value]):
    """A page as an object of DQL; a field called `file` does not show."""

    __slots__ = ("_known", "page")

    def __init__(self, page: Page) -> None:
        self.page = page
        self._known: dict[str, Value | Absent] = {}

    def __getitem__(self, name: str) -> Value:
        """Return `file`, or a field of the page."""
        value = self._known[name] if name in self._known else self._read(name)
        if value is ABSENT:
            raise KeyError(name)
        return value

    def get(self, name: str, default: Value = None) -> Value:  # type: ignore[override]  # Mapping.get has overloads
        """Return `file`, or a field of the page, else the default."""
        value = self._known[name] if name in self._known else self._read(name)
        return default if value is ABSENT else value

    def _read(self, name: str) -> Value | Absent:
        page = self.page
        value: Value | Absent
        if name == "file":
            value = page.file
        else:
            value = ABSENT if name in INHERITED else page.value(name)
            if value is ABSENT and name in page.pages.extra:
                value = page.pages.extra[name](page)
        self._known[name] = value
        return value

    def __iter__(self) -> Iterator[str]:
        """Yield the names, in Dataview's order."""
        shown = {"file": None} | {name: None for name in self.page.fields if name not in INHERITED}
        return (name for name, _ in in_object_order(shown))

    def __len__(self) -> int:
        """Return how many fields there are."""
        return sum(1 for _ in self)


#: The fields of `file`, in Dataview's order.
FILE_FIELDS: Mapping[str, Reader[Page]] = readers(
    Reader("path", lambda page: page.path),
    Reader("folder", lambda page: page.folder),
    Reader("name", lambda page: page.name),
    Reader("link", lambda page: page.link),
    Reader("outlinks", lambda page: page.outlinks),
    Reader("inlinks", lambda page: page.inlinks),
    Reader("etags", lambda page: page.etags),
    Reader("tags", lambda page: page.tags),
    Reader("aliases", lambda page: page.aliases),
    Reader("lists", lambda page: [item.fields for item in page.lists]),
    Reader("tasks", lambda page: [task.fields for task in page.tasks]),
    Reader("ctime", lambda page: page.ctime, optional=True),
    Reader("cday", lambda page: page.cday, optional=True),
    Reader("mtime", lambda page: page.mtime, optional=True),
    Reader("mday", lambda page: page.mday, optional=True),
    Reader("size", lambda page: page.size),
    Reader("starred", lambda page: page.starred),
    Reader("frontmatter", lambda page: page.frontmatter),
    Reader("ext", lambda page: page.ext),
    Reader("day", lambda page: page.day, optional=True),
)
