"""Pages: notes as the Dataview Query Language sees them, with the implicit fields `file.*`.

A page holds its note and its surroundings only; each field is worked out when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from vaultkit.dql.items import ItemTree, ListItem, Task
from vaultkit.dql.properties import plain_object, property_aliases, property_tags, tag_levels
from vaultkit.dql.references import link_of
from vaultkit.dql.values import Fields, Link, Reader, Value, readers
from vaultkit.markdown.note import Note
from vaultkit.vault.index import VaultIndex
from vaultkit.vault.links import resolve_linkpath


@dataclass(frozen=True, eq=False)
class Pages:
    """The pages of a vault at one moment.

    `inlinks` gives the paths of the notes that link to a path, in Dataview's order, which is that of its
    index; `starred` holds the paths that are bookmarked as files.
    """

    index: VaultIndex
    inlinks: Callable[[str], Iterable[str]]
    starred: Container[str] = frozenset()
    _made: dict[str, Page] = field(default_factory=dict, init=False, repr=False)

    def page(self, path: str) -> Page | None:
        """Return the page of the note at `path`, always the same one; None if there is no such note."""
        page = self._made.get(path)
        if page is None and (note := self.index.notes.get(path)):
            page = self._made[path] = Page(note, self)
        return page


@dataclass(frozen=True, eq=False)
class Page:
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

    @property
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

    @property
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
        return ItemTree(self.note).items if self.note.list_items else ()

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
    def file(self) -> Mapping[str, Value]:
        """The implicit fields as an object of DQL."""
        return Fields(self, FILE_FIELDS)


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
    Reader("size", lambda page: page.size),
    Reader("starred", lambda page: page.starred),
    Reader("frontmatter", lambda page: page.frontmatter),
    Reader("ext", lambda page: page.ext),
)
