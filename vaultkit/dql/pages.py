"""Pages: notes as the Dataview Query Language sees them, with the implicit fields `file.*`.

A page holds its note and its surroundings only; each field is worked out when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct, field

from vaultkit.dql.dates import Clock, DateTime, without_time
from vaultkit.dql.field_values import (
    INHERITED,
    GatheredFields,
    day_of,
    inline_value,
    property_value,
    resolved,
    with_canonical_names,
)
from vaultkit.dql.inline_fields import bracketed_fields, full_line_field
from vaultkit.dql.items import ItemTree, ListItem, Task, lines_outside_lists
from vaultkit.dql.properties import in_object_order, plain_object, property_aliases, property_tags, tag_levels
from vaultkit.dql.references import link_of
from vaultkit.dql.values import Fields, Link, Reader, Value, readers
from vaultkit.markdown.note import Note
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath


class FileTimes(Struct, frozen=True):
    """When a file was made and last changed, in milliseconds since 1970."""

    created: float
    modified: float


class Pages(Struct, frozen=True, eq=False, dict=True):
    """The pages of a vault at one moment.

    `inlinks` gives the paths of the notes that link to a path, in Dataview's order, which is that of its
    index; `clock` the zone in which dates without one are read; `starred` holds the paths that are bookmarked
    as files; `times` knows when files were made and changed, where anyone does; `extra` are fields beyond
    Dataview's, of pages that have none of that name.
    """

    index: VaultIndex
    inlinks: Callable[[str], Iterable[str]]
    clock: Clock
    starred: Container[str] = frozenset()
    times: Mapping[str, FileTimes] = field(default_factory=dict)
    extra: Mapping[str, Callable[[Page], Value]] = field(default_factory=dict)
    _made: dict[str, Page] = field(default_factory=dict)

    def page(self, path: str) -> Page | None:
        """Return the page of the note at `path`, always the same one; None if there is no such note."""
        page = self._made.get(path)
        if page is None and (note := self.index.notes.get(path)):
            page = self._made[path] = Page(note, self)
        return page


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

    @cached_property
    def link(self) -> Link:
        """The link to the note, without a display text."""
        return Link.file(self.path)

    def resolved(self, link: Link) -> Link:
        """Return the link with the path of the file that it leads to from here, as it is if there is none."""
        path = resolve_linkpath(self.pages.index, link.path.strip(), self.path)
        return link if path is None else link.with_path(path)

    @cached_property
    def outlinks(self) -> tuple[Link, ...]:
        """The links in properties, then those of the body, then the embeds; one that stands twice is there twice."""
        in_properties = (link.reference for link in self.note.property_links)
        references = (*in_properties, *self.note.links, *self.note.embeds)
        return tuple(self.resolved(link_of(reference)) for reference in references)

    @cached_property
    def inlinks(self) -> tuple[Link, ...]:
        """One link to each note that links here, this one included; other files are no pages."""
        notes = self.pages.index.notes
        return tuple(Link.file(source) for source in self.pages.inlinks(self.path) if source in notes)

    @cached_property
    def etags(self) -> tuple[str, ...]:
        """The tags as written, those of the body first; of equal spelling only the first."""
        tags = (tag.tag for tag in self.note.tags)
        return tuple(dict.fromkeys((*tags, *property_tags(self.note.properties))))

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The tags, each followed by those above it: `#a/b/c`, `#a/b`, `#a`."""
        return tuple(dict.fromkeys(level for tag in self.etags for level in tag_levels(tag)))

    @cached_property
    def aliases(self) -> tuple[str, ...]:
        """The aliases in properties, each once."""
        return tuple(dict.fromkeys(property_aliases(self.note.properties)))

    @cached_property
    def lists(self) -> tuple[ListItem, ...]:
        """All list items in line order, nested ones and those in quotes and callouts too."""
        if not self.note.list_items:
            return ()
        return ItemTree(self.note, self._read, lambda: self._outside_lists).items

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """The list items with a task box."""
        return tuple(item for item in self.lists if isinstance(item, Task))

    @cached_property
    def size(self) -> int:
        """The bytes of the text; of a note that is no UTF-8 the file may have fewer."""
        text = self.note.text
        return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))

    @property
    def starred(self) -> bool:
        """Whether the note is bookmarked."""
        return self.path in self.pages.starred

    @cached_property
    def frontmatter(self) -> Mapping[str, Value]:
        """The properties as YAML gives them to JavaScript, less one called `position`."""
        properties = self.note.properties
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
        return day_of(self.name, self._gathered.items(), self.pages.clock)

    def _read(self, text: str) -> Value:
        """Return what the text of an inline field is, its links resolved."""
        value = inline_value(text, self.pages.clock)
        return resolved(value, self.resolved) if isinstance(value, Link | list) else value

    @cached_property
    def _outside_lists(self) -> Mapping[str, list[Value]]:
        """The values of the inline fields on all lines that belong to no list, code and comments too."""
        gathered = GatheredFields()
        if "::" in self.note.text:
            for line in lines_outside_lists(self.note, self.lists):
                for field in bracketed_fields(line) or filter(None, [full_line_field(line)]):
                    gathered.add(field.key, self._read(field.value))
        return gathered

    @cached_property
    def _gathered(self) -> GatheredFields:
        """All fields by their names as written: properties, then those of plain list items, then the others."""
        gathered = GatheredFields()
        for name, value in in_object_order(self.note.properties):
            if name != "position":
                gathered.add(name, resolved(property_value(value, self.pages.clock), self.resolved))
        for item in self.lists:
            if not item.task:
                for name, values in item.own_values.items():
                    gathered.add(name, *values)
        for name, values in self._outside_lists.items():
            gathered.add(name, *values)
        return gathered

    @cached_property
    def fields(self) -> Mapping[str, Value]:
        """The page's own fields, under their names as written and under their canonical names."""
        return with_canonical_names(self._gathered)

    @cached_property
    def _extra(self) -> dict[str, Value]:
        return {}

    def extra(self, name: str) -> Value:
        """Return one of the fields beyond Dataview's, worked out once."""
        if name not in self._extra:
            self._extra[name] = self.pages.extra[name](self)
        return self._extra[name]

    @cached_property
    def row(self) -> PageFields:
        """The page as an object of DQL: `file` and its own fields."""
        return PageFields(self)

    @cached_property
    def file(self) -> Mapping[str, Value]:
        """The implicit fields as an object of DQL."""
        return Fields(self, FILE_FIELDS)


class PageFields(Mapping[str, Value]):
    """A page as an object of DQL; a field called `file` does not show."""

    __slots__ = ("page",)

    def __init__(self, page: Page) -> None:
        self.page = page

    def __getitem__(self, name: str) -> Value:
        """Return `file`, or a field of the page."""
        if name == "file":
            return self.page.file
        if name in INHERITED:
            raise KeyError(name)
        fields = self.page.fields
        return self.page.extra(name) if name in self.page.pages.extra and name not in fields else fields[name]

    def get(self, name: str, default: Value = None) -> Value:  # type: ignore[override]  # Mapping.get has overloads
        """Return `file`, or a field of the page, else the default."""
        if name == "file":
            return self.page.file
        if name in self.page.pages.extra and name not in self.page.fields:
            return self.page.extra(name)
        return default if name in INHERITED else self.page.fields.get(name, default)

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
