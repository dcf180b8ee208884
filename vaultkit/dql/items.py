"""List items and tasks of a page, as Dataview makes them from Obsidian's `listItems` and the lines themselves."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from vaultkit.dql.inline_fields import RawField, bracketed_fields, full_line_field
from vaultkit.dql.javascript import BLANKS, LINE_ENDS, trim
from vaultkit.dql.references import link_of
from vaultkit.dql.values import Fields, Link, Reader, Value, readers
from vaultkit.markdown.note import ListItem as NoteItem
from vaultkit.markdown.note import Note, SectionType
from vaultkit.text import Span

#: Bullet, box and text of an item's first line. A box is any one sign or none in brackets, so `- [a](b)` has one.
_FIRST_LINE = re.compile(
    rf"[{BLANKS}>]*([0-9]+\.|[0-9]+\)|\*|-|\+)[{BLANKS}]*"
    rf"(?:\[[^{LINE_ENDS}]?\])?[{BLANKS}]*([^{LINE_ENDS}]*)"
)
_TAG_CANDIDATE = re.compile(rf"#[^{BLANKS},;.:!?'\"`()\[\]{{}}]+")
_TAG = re.compile(rf"#[^{BLANKS}\u2000-\u206f\u2e00-\u2e7f'!\"#$%&()*+,.:;<=>?@^`{{|}}~\[\]\\]*")


@dataclass(frozen=True, eq=False)
class ListItem:
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
        return Fields(self, ITEM_FIELDS)


@dataclass(frozen=True, eq=False)
class Task(ListItem):
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

    @property
    def fields(self) -> Mapping[str, Value]:
        """The task as an object of DQL."""
        return Fields(self, TASK_FIELDS)


@dataclass(frozen=True, eq=False)
class ItemTree:
    """The list items of a note by line, and what they share.

    As Dataview finds items by their line, of several that begin on one line (`- - a`) the last is taken for all.
    """

    note: Note

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

#: The fields of tasks: those of list items, then those that only tasks have.
TASK_FIELDS: Mapping[str, Reader[Task]] = {
    **ITEM_FIELDS,
    **readers(
        Reader("status", lambda task: task.status),
        Reader("checked", lambda task: task.checked),
        Reader("completed", lambda task: task.completed),
        Reader("fullyCompleted", lambda task: task.fully_completed),
    ),
}
