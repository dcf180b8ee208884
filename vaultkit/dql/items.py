"""List items and tasks of a page, as Dataview makes them from Obsidian's `listItems` and the lines themselves."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import TypeVar

from msgspec import Struct

from vaultkit.dql.field_values import INHERITED, GatheredFields, special_task_fields
from vaultkit.dql.inline_fields import RawField, bracketed_fields, full_line_field
from vaultkit.dql.javascript import BLANKS, LINE_ENDS, trim, utf16_length
from vaultkit.dql.properties import in_object_order
from vaultkit.dql.references import link_of
from vaultkit.dql.values import Fields, Link, Reader, Value, readers
from vaultkit.markdown.note import ListItem as NoteItem
from vaultkit.markdown.note import Note, SectionType
from vaultkit.text import Span

_Item = TypeVar("_Item", bound="ListItem")

#: Bullet, box and text of an item's first line. A box is any one sign or none in brackets, so `- [a](b)` has one.
_FIRST_LINE = re.compile(
    rf"[{BLANKS}>]*([0-9]+\.|[0-9]+\)|\*|-|\+)[{BLANKS}]*"
    rf"(?:\[[^{LINE_ENDS}]?\])?[{BLANKS}]*([^{LINE_ENDS}]*)"
)
_LONGEST_LINE = 32_768
_TAG_CANDIDATE = re.compile(rf"#[^{BLANKS},;.:!?'\"`()\[\]{{}}]+")
_TAG = re.compile(rf"#[^{BLANKS}\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{{|}}~\[\]\\]*")


class ListItem(Struct, frozen=True, eq=False, dict=True):
    """A list item of a page.

    `line`, from 0, is where it begins, `span` its place in Obsidian's cache. Dataview goes by whole lines:
    `text`, `symbol` and the inline fields come from these as they stand, whatever Markdown says of them.
    """

    source: NoteItem
    span: Span
    line: int
    symbol: str
    tree: ItemTree

    @cached_property
    def line_count(self) -> int:
        """The number of lines, without those of nested items."""
        return self.tree.note.lines.line(self.span.end) - self.line + 1

    @cached_property
    def section(self) -> Link:
        """The link to the nearest heading above, or on the same line, else to the file."""
        return self.tree.section_at(self.line)

    @property
    def link(self) -> Link:
        """The link to the item's own block id, else `section`."""
        return Link.block(self.path, self.source.id) if self.source.id else self.section

    @property
    def path(self) -> str:
        """The path of the page."""
        return self.tree.note.path

    @cached_property
    def _parts(self) -> tuple[str, ...]:
        """The trimmed lines, the first without bullet and box; a quote's `>` stays in the others."""
        first, *others = self.tree.lines_of(self.span)
        found = _FIRST_LINE.match(first)
        return tuple(trim(part) for part in (found[2] if found else "", *others))

    @property
    def text(self) -> str:
        """The lines without those of nested items, joined by line feeds."""
        return "\n".join(self._parts)

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """What looks like a tag in the text, each once: also numbers, and the heading in `[[Note#Heading]]`."""
        candidates = _TAG_CANDIDATE.findall(" ".join(self._parts))
        return tuple(dict.fromkeys(tag for tag in candidates if _TAG.fullmatch(tag)))

    @property
    def list(self) -> int:
        """The line on which the root-level list begins that holds the item, -1 for lists in quotes and callouts."""
        return self.tree.list_at(self.line)

    @cached_property
    def outlinks(self) -> tuple[Link, ...]:
        """The links, then the embeds, of each of its lines in turn; paths as written, not resolved."""
        lines = range(self.line, self.line + self.line_count)
        return tuple(link for line in lines for link in self.tree.links_by_line.get(line, ()))

    @property
    def parent(self) -> int | None:
        """The line of the parent item, None for a root item and for one that begins on its parent's line."""
        return self.tree.parent_line(self)

    @property
    def children(self) -> tuple[ListItem, ...]:
        """The items directly below, in line order."""
        return self.tree.children.get(self.line, ())

    @property
    def task(self) -> bool:
        """Whether it has a task box."""
        return self.source.task is not None

    @cached_property
    def inline_fields(self) -> tuple[RawField, ...]:
        """The fields in brackets and emoji shorthands, else that of the whole text if it is no task."""
        text = " ".join(self._parts)
        fields = bracketed_fields(text, shorthands=True)
        if fields or self.task:
            return fields
        whole = full_line_field(text)
        return (whole,) if whole else ()

    @cached_property
    def own_values(self) -> Mapping[str, Sequence[Value]]:
        """The values of the inline fields, by name as written."""
        gathered = GatheredFields()
        for field in self.inline_fields:
            gathered.add(field.key, self.tree.read(field.value))
        return gathered

    @cached_property
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
        return self.tree.position(self.span)

    @property
    def fields(self) -> Mapping[str, Value]:
        """The item as an object of DQL."""
        return self._fields

    @cached_property
    def _fields(self) -> Mapping[str, Value]:
        return AnnotatedFields(self, ITEM_FIELDS) if self.inline_fields else Fields(self, ITEM_FIELDS)


class Task(ListItem, frozen=True, eq=False, dict=True):
    """A list item with a task box."""

    @property
    def status(self) -> str:
        """The sign in the box."""
        return self.source.task or " "

    @property
    def checked(self) -> bool:
        """Whether the box holds anything but a space."""
        return self.status != " "

    @property
    def completed(self) -> bool:
        """Whether the box holds an `x` or `X`."""
        return self.status in ("x", "X")

    @cached_property
    def fully_completed(self) -> bool:
        """Whether it and all tasks below it are completed, those below items without a box too."""
        waiting: list[ListItem] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, Task) and not item.completed:
                return False
            waiting += item.children
        return True

    @cached_property
    def _fields(self) -> Mapping[str, Value]:
        return AnnotatedFields(self, TASK_FIELDS) if self.inline_fields else Fields(self, TASK_FIELDS)


class ItemTree(Struct, frozen=True, eq=False, dict=True):
    """The list items of a note by line, and what they share.

    As Dataview finds items by their line, of several that begin on one line (`- - a`) the last is taken for all.
    `read` gives the value that the text of an inline field is, `outside` those of the page's other lines.
    """

    note: Note
    read: Callable[[str], Value]
    outside: Callable[[], Mapping[str, Sequence[Value]]]

    @cached_property
    def holders(self) -> Mapping[str, int]:
        """How many plain items have a field of each name."""
        return Counter(name for item in self.items if not item.task for name in item.own_values)

    @cached_property
    def items(self) -> tuple[ListItem, ...]:
        """The items in line order; those whose line does not begin with a bullet are not there."""
        return tuple(item for _, item in sorted(self._by_line.items()))

    @cached_property
    def _by_line(self) -> Mapping[int, ListItem]:
        return {item.line: item for item in self._all_items()}

    def _all_items(self) -> Iterator[ListItem]:
        sources = self.note.list_items
        for source, follower in zip_longest(sources, sources[1:]):
            line_start, line_end = self._line_around(source.span.start)
            found = _FIRST_LINE.match(self.note.text, line_start, line_end)
            if found:
                line = self.note.lines.line(source.span.start)
                kind = ListItem if source.task is None else Task
                yield kind(source, self._span(source, follower), line, found[1], self)

    def _span(self, item: NoteItem, follower: NoteItem | None) -> Span:
        """Return the item's place: from the blanks before its bullet, to its end.

        Where a blank line parts it from the next item of its list it ends on that line (as recorded; no real
        cache is at hand that shows it).
        """
        text, start, end = self.note.text, item.span.start - item.indent, item.span.end
        if (
            follower is not None
            and (follower.parent, follower.marker[-1]) == (item.parent, item.marker[-1])
            and follower.list_line == item.list_line
            and (gap := text[end : follower.span.start]).isspace()
            and gap.count("\n") > 1
        ):
            end = text.index("\n", end) + 1
        return Span(start, end)

    def _line_around(self, at: int) -> tuple[int, int]:
        """Return where the line begins and ends that holds a place."""
        end = self.note.text.find("\n", at)
        return self.note.text.rfind("\n", 0, at) + 1, end if end >= 0 else len(self.note.text)

    def lines_of(self, span: Span) -> list[str]:
        """Return the whole lines on which a stretch stands."""
        start, end = self._line_around(span.start)[0], self._line_around(span.end)[1]
        return self.note.text[start:end].split("\n")

    def parent_line(self, item: ListItem) -> int | None:
        """Return the line of the parent item, None if there is none or it is the item's own."""
        if item.source.parent is None:
            return None
        line = self.note.lines.line(self.note.list_items[item.source.parent].span.start)
        return None if line == item.line else line

    @cached_property
    def children(self) -> Mapping[int, tuple[ListItem, ...]]:
        """The items directly below the item that begins on a line."""
        children: dict[int, list[ListItem]] = {}
        for item in self.items:
            parent = item.parent
            if parent is not None:
                children.setdefault(parent, []).append(item)
        return {line: tuple(items) for line, items in children.items()}

    @cached_property
    def links_by_line(self) -> Mapping[int, Sequence[Link]]:
        """The links, then the embeds, that begin on a line; none are resolved."""
        links: dict[int, list[Link]] = {}
        for reference in (*self.note.links, *self.note.embeds):
            links.setdefault(self.note.lines.line(reference.span.start), []).append(link_of(reference))
        return links

    @cached_property
    def _heading_lines(self) -> Sequence[int]:
        return [self.note.lines.line(heading.span.start) for heading in self.note.headings]

    def section_at(self, line: int) -> Link:
        """Return the link to the last heading that begins on or before a line, else to the file."""
        above = bisect_right(self._heading_lines, line)
        if not above:
            return Link.file(self.note.path)
        return Link.header(self.note.path, self.note.headings[above - 1].text)

    @cached_property
    def _lists(self) -> Sequence[tuple[int, int]]:
        """The first and last line of each root-level list."""
        line = self.note.lines.line
        lists = (section.span for section in self.note.sections if section.type is SectionType.LIST)
        return [(line(span.start), line(span.end)) for span in lists]

    def list_at(self, line: int) -> int:
        """Return the first line of the root-level list that a line belongs to, -1 if there is none."""
        at = bisect_left(self._lists, line, key=lambda lines: lines[1])
        if at < len(self._lists) and self._lists[at][0] <= line:
            return self._lists[at][0]
        return -1

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
    Reader("blockId", lambda item: item.source.id, optional=True),
)

_OF_TASKS: Mapping[str, Reader[Task]] = readers(
    Reader("status", lambda task: task.status),
    Reader("checked", lambda task: task.checked),
    Reader("completed", lambda task: task.completed),
    Reader("fullyCompleted", lambda task: task.fully_completed),
)
#: The fields of tasks: those of list items, then those that only tasks have.
TASK_FIELDS: Mapping[str, Reader[Task]] = {**ITEM_FIELDS, **_OF_TASKS}


def _is_free(name: str, item: _Item, readers: Mapping[str, Reader[_Item]]) -> bool:
    reader = readers.get(name)
    return reader is None or (reader.optional and reader.read(item) is None)


class AnnotatedFields(Fields[_Item]):
    """A list item with inline fields as an object of DQL; these hide no field that is there."""

    __slots__ = ("_added",)

    def __init__(self, item: _Item, readers: Mapping[str, Reader[_Item]]) -> None:
        super().__init__(item, readers)
        added = {
            name: values[0] if len(values) == 1 else values
            for name, values in item.shown_values.items()
            if name not in INHERITED and _is_free(name, item, readers)
        }
        self._added = {**added, **special_task_fields(item.own_values)} if item.task else added

    def __getitem__(self, name: str) -> Value:
        """Return an inline field, else a field of the item."""
        return self._added[name] if name in self._added else super().__getitem__(name)

    def get(self, name: str, default: Value = None) -> Value:  # type: ignore[override]  # Mapping.get has overloads
        """Return an inline field, else a field of the item, else the default."""
        return self._added[name] if name in self._added else super().get(name, default)

    def __iter__(self) -> Iterator[str]:
        """Yield the names in Dataview's order: what all items have, inline fields, what tasks have."""
        known = dict.fromkeys(super().__iter__())
        common = {name: None for name in known if name in ITEM_FIELDS}
        written = {name: None for name in self.owner.shown_values if name in self._added or name in _OF_TASKS}
        shown = common | {name: None for name in written if name in self} | known | dict.fromkeys(self._added)
        return (name for name, _ in in_object_order(shown))


def lines_outside_lists(note: Note, items: Iterable[ListItem]) -> Iterator[str]:
    """Yield the trimmed lines of a note that may hold inline fields of the page: those with `::`, not in a list.

    These are the lines of all sections but lists, whatever stands there, and of lists in quotes those that
    belong to no item. A line of more than 32,768 UTF-16 units is passed over.
    """
    taken = {line for item in items for line in range(item.line, item.line + item.line_count)}
    candidates = _lines_with(note, "::")
    for section in note.sections:
        if section.type is SectionType.LIST:
            continue
        first, last = note.lines.line(section.span.start), note.lines.line(section.span.end)
        if section.type is SectionType.YAML and note.text.endswith("\n", 0, section.span.end):
            last -= 1
        for line, text in candidates[
            bisect_left(candidates, (first,)) : bisect_right(candidates, (last + 1,))
        ]:
            if line <= last and line not in taken and utf16_length(text) <= _LONGEST_LINE:
                yield trim(text)


def _lines_with(note: Note, sign: str) -> Sequence[tuple[int, str]]:
    """Return the lines that hold a sign, with their numbers."""
    text = note.text
    found = []
    at = text.find(sign)
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        end = end if end >= 0 else len(text)
        found.append((note.lines.line(start), text[start:end]))
        at = text.find(sign, end)
    return found
