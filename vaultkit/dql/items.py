"""List items and tasks of a page as objects of DQL; what they say stands in `raw_items`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from vaultkit.dql.field_values import INHERITED, SPECIAL, GatheredFields, special_task_fields
from vaultkit.dql.inline_fields import RawField
from vaultkit.dql.javascript import BLANKS
from vaultkit.dql.lazy import lazy
from vaultkit.dql.properties import in_object_order
from vaultkit.dql.raw_items import RawItem, RawItems, item_span
from vaultkit.dql.references import link_of
from vaultkit.dql.values import Fields, Link, Reader, Value, readers
from vaultkit.markdown.note import ListItem as NoteItem
from vaultkit.markdown.note import Note
from vaultkit.text import Span, pattern

_Item = TypeVar("_Item", bound="ListItem")

_TAG_CANDIDATE = pattern(rf"#[^{BLANKS},;.:!?'\"`()\[\]{{}}]+")
_TAG = pattern(rf"#[^{BLANKS}\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{{|}}~\[\]\\]*")


class ListItem(Struct, frozen=True, eq=False, dict=True):
    """A list item of a page.

    Dataview goes by whole lines: `text`, `symbol` and the inline fields come from these as they stand, whatever
    Markdown says of them.
    """

    raw: RawItem
    tree: ItemTree

    @property
    def source(self) -> NoteItem:
        """The item in its note."""
        return self.tree.note.list_items[self.raw.source]

    @property
    def line(self) -> int:
        """The line, from 0, on which it begins."""
        return self.raw.line

    @property
    def line_count(self) -> int:
        """The number of lines, without those of nested items."""
        return self.raw.line_count

    @property
    def symbol(self) -> str:
        """The bullet, or the number with its sign."""
        return self.raw.symbol

    @property
    def id(self) -> str | None:
        """The block id, None if it has none."""
        return self.raw.id

    @property
    def section(self) -> Link:
        """The link to the nearest heading above, or on the same line, else to the file."""
        return self.tree.sections[self.raw.headings]

    @property
    def link(self) -> Link:
        """The link to the item's own block id, else `section`."""
        return Link.block(self.path, self.id) if self.id else self.section

    @property
    def path(self) -> str:
        """The path of the page."""
        return self.tree.note.path

    @property
    def text(self) -> str:
        """The lines without those of nested items, joined by line feeds."""
        return self.raw.text

    @lazy
    def tags(self) -> tuple[str, ...]:
        """What looks like a tag in the text, each once: also numbers, and the heading in `[[Note#Heading]]`."""
        candidates = _TAG_CANDIDATE.findall(self.text.replace("\n", " "))
        return tuple(dict.fromkeys(tag for tag in candidates if _TAG.fullmatch(tag)))

    @property
    def list(self) -> int:
        """The line on which the root-level list begins that holds the item, -1 for lists in quotes and callouts."""
        return self.raw.list

    @lazy
    def outlinks(self) -> tuple[Link, ...]:
        """The links, then the embeds, of each of its lines in turn; paths as written, not resolved."""
        lines = range(self.line, self.line + self.line_count)
        return tuple(link for line in lines for link in self.tree.links_by_line.get(line, ()))

    @property
    def parent(self) -> int | None:
        """The line of the parent item, None for a root item and for one that begins on its parent's line."""
        return self.raw.parent

    @property
    def children(self) -> tuple[ListItem, ...]:
        """The items directly below, in line order."""
        return self.tree.children.get(self.raw.line, ())

    @property
    def task(self) -> bool:
        """Whether it has a task box."""
        return self.raw.task is not None

    @property
    def inline_fields(self) -> tuple[RawField, ...]:
        """The fields in brackets and emoji shorthands, else that of the whole text if it is no task."""
        return self.raw.fields

    @property
    def keys(self) -> Sequence[str]:
        """The names of the inline fields as written."""
        return [field.key for field in self.raw.fields]

    @lazy
    def own_values(self) -> Mapping[str, Sequence[Value]]:
        """The values of the inline fields, by name as written."""
        gathered = GatheredFields()
        for field in self.inline_fields:
            gathered.add(field.key, self.tree.read(field.value))
        return gathered

    @lazy
    def shown_values(self) -> Mapping[str, Sequence[Value]]:
        """The values that DQL shows: of a plain item those of the page's other lines may follow.

        Upstream lets both share one list, where no other plain item has a field of that name.
        """
        if self.task or not self.own_values:
            return self.own_values
        return {
            name: [*values, *self.tree.outside().get(name, ())] if self.tree.holders[name] == 1 else values
            for name, values in self.own_values.items()
        }

    @property
    def annotated(self) -> bool:
        """Whether it has an inline field."""
        return bool(self.inline_fields)

    @property
    def position(self) -> Mapping[str, Value]:
        """Where Obsidian's cache says that the item stands."""
        return self.tree.position(item_span(self.tree.note, self.raw.source))

    @property
    def fields(self) -> Mapping[str, Value]:
        """The item as an object of DQL."""
        return AnnotatedFields(self, ITEM_FIELDS) if self.raw.fields else Fields(self, ITEM_FIELDS)


def _status(raw: RawItem) -> str:
    return raw.task or " "


def _is_completed(raw: RawItem) -> bool:
    return raw.task in ("x", "X")


class Task(ListItem, frozen=True, eq=False, dict=True):
    """A list item with a task box."""

    @property
    def status(self) -> str:
        """The sign in the box."""
        return _status(self.raw)

    @property
    def checked(self) -> bool:
        """Whether the box holds anything but a space."""
        return self.status != " "

    @property
    def completed(self) -> bool:
        """Whether the box holds an `x` or `X`."""
        return _is_completed(self.raw)

    @lazy
    def fully_completed(self) -> bool:
        """Whether it and all tasks below it are completed, those below items without a box too."""
        waiting: list[ListItem] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, Task) and not item.completed:
                return False
            waiting += item.children
        return True

    @property
    def fields(self) -> Mapping[str, Value]:
        """The task as an object of DQL."""
        return AnnotatedFields(self, TASK_FIELDS) if self.raw.fields else Fields(self, TASK_FIELDS)


class ItemTree(Struct, frozen=True, eq=False, dict=True):
    """The list items of a note, and what they share.

    `read` gives the value that the text of an inline field is, `outside` those of the page's other lines.
    """

    note: Note
    raw: RawItems
    read: Callable[[str], Value]
    outside: Callable[[], Mapping[str, Sequence[Value]]]

    @lazy
    def holders(self) -> Mapping[str, int]:
        """How many plain items have a field of each name."""
        return Counter(name for item in self.items if not item.task for name in item.own_values)

    @lazy
    def items(self) -> tuple[ListItem, ...]:
        """The items in line order."""
        if not self.raw.others.items:
            return self.tasks
        tasks = {task.raw.line: task for task in self.tasks}
        return tuple([tasks.get(raw.line) or ListItem(raw, self) for raw in self.raw.items])

    @lazy
    def tasks(self) -> tuple[Task, ...]:
        """Those with a task box."""
        return tuple([Task(raw, self) for raw in self.raw.tasks])

    @lazy
    def by_line(self) -> Mapping[int, ListItem]:
        """Each item by the line on which it begins."""
        return {item.raw.line: item for item in self.items}

    @lazy
    def children(self) -> Mapping[int, tuple[ListItem, ...]]:
        """The items directly below the item that begins on a line."""
        children: dict[int, list[ListItem]] = {}
        for item in self.items:
            parent = item.raw.parent
            if parent is not None:
                children.setdefault(parent, []).append(item)
        return {line: tuple(items) for line, items in children.items()}

    @lazy
    def links_by_line(self) -> Mapping[int, Sequence[Link]]:
        """The links, then the embeds, that begin on a line; none are resolved."""
        links: dict[int, list[Link]] = {}
        for reference in (*self.note.links, *self.note.embeds):
            links.setdefault(self.note.lines.line(reference.span.start), []).append(link_of(reference))
        return links

    @lazy
    def sections(self) -> Sequence[Link]:
        """The link to the file, then those to its headings."""
        path = self.note.path
        return (Link.file(path), *(Link.header(path, heading) for heading in self.raw.others.headings))

    def position(self, span: Span) -> Mapping[str, Value]:
        """Return a stretch in Obsidian's words; a byte order mark is not counted."""
        mark = self.note.text.startswith("\ufeff")
        places = {"start": self.note.lines.loc(span.start), "end": self.note.lines.loc(span.end)}
        return {
            name: {"line": loc.line, "col": loc.col - (mark and loc.line == 0), "offset": loc.offset - mark}
            for name, loc in places.items()
        }


#: The fields of list items, in Dataview's order; the inline fields follow.
ITEM_FIELDS: Mapping[str, Reader[ListItem]] = readers(
    Reader("symbol", lambda item: item.symbol),
    Reader("link", lambda item: item.link),
    Reader("section", lambda item: item.section),
    Reader("text", lambda item: item.text),
    Reader("tags", lambda item: item.tags),
    Reader("line", lambda item: item.line),
    Reader("lineCount", lambda item: item.line_count),
    Reader("list", lambda item: item.list),
    Reader("outlinks", lambda item: item.outlinks),
    Reader("path", lambda item: item.path),
    Reader("children", lambda item: [child.fields for child in item.children]),
    Reader("task", lambda item: item.task),
    Reader("annotated", lambda item: item.annotated),
    Reader("position", lambda item: item.position),
    Reader("subtasks", lambda item: [child.fields for child in item.children]),
    Reader("real", lambda item: item.task),
    Reader("header", lambda item: item.section),
    Reader("parent", lambda item: item.parent, optional=True),
    Reader("blockId", lambda item: item.id, optional=True),
)

_OF_TASKS: Mapping[str, Reader[Task]] = readers(
    Reader("status", lambda task: task.status),
    Reader("checked", lambda task: task.checked),
    Reader("completed", lambda task: task.completed),
    Reader("fullyCompleted", lambda task: task.fully_completed),
)
#: The fields of tasks: those of list items, then those that only tasks have.
TASK_FIELDS: Mapping[str, Reader[Task]] = {**ITEM_FIELDS, **_OF_TASKS}
#: Those of them that are told without a `Task`; no inline field hides one of these.
RAW_TASK_FIELDS: Mapping[str, Callable[[RawItem], Value]] = {
    "symbol": lambda raw: raw.symbol,
    "text": lambda raw: raw.text,
    "line": lambda raw: raw.line,
    "status": _status,
    "checked": lambda raw: _status(raw) != " ",
    "completed": _is_completed,
}


def _is_free(name: str, item: _Item, readers: Mapping[str, Reader[_Item]]) -> bool:
    reader = readers.get(name)
    return reader is None or (reader.optional and reader.read(item) is None)


class AnnotatedFields(Fields[_Item]):
    """A list item with inline fields as an object of DQL; these hide no field that is there."""

    __slots__ = ("_values",)

    def __init__(self, item: _Item, readers: Mapping[str, Reader[_Item]]) -> None:
        self._owner, self._readers = item, readers
        self._values: Mapping[str, Value] | None = None

    @property
    def _added(self) -> Mapping[str, Value]:
        """What the inline fields add, read when first asked for."""
        if self._values is None:
            item, readers = self._owner, self._readers
            added = {
                name: values[0] if len(values) == 1 else values
                for name, values in item.shown_values.items()
                if name not in INHERITED and _is_free(name, item, readers)
            }
            self._values = {**added, **special_task_fields(item.own_values)} if item.task else added
        return self._values

    def __getitem__(self, name: str) -> Value:
        """Return an inline field, else a field of the item."""
        if self._may_add(name) and name in self._added:
            return self._added[name]
        return super().__getitem__(name)

    def get(self, name: str, default: Value = None) -> Value:  # type: ignore[override]  # Mapping.get has overloads
        """Return an inline field, else a field of the item, else the default."""
        reader = self._readers.get(name)
        if reader is not None and not reader.optional and name not in SPECIAL:
            return reader.read(self._owner)  # no inline field hides it
        if self._may_add(name) and name in self._added:
            return self._added[name]
        return super().get(name, default)

    def _may_add(self, name: str) -> bool:
        """Whether an inline field could give this one; tells it without reading any."""
        return name in SPECIAL or name in self._owner.keys

    def __iter__(self) -> Iterator[str]:
        """Yield the names in Dataview's order: what all items have, inline fields, what tasks have."""
        known = dict.fromkeys(super().__iter__())
        common = {name: None for name in known if name in ITEM_FIELDS}
        written = {name: None for name in self.owner.shown_values if name in self._added or name in _OF_TASKS}
        shown = common | {name: None for name in written if name in self} | known | dict.fromkeys(self._added)
        return (name for name, _ in in_object_order(shown))
