"""List items as Dataview makes them from Obsidian's `listItems` and the lines themselves: source text only."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from msgspec import Raw, Struct, msgpack
from msgspec.structs import force_setattr

from vaultkit.dql.inline_fields import RawField, bracketed_fields, full_line_field, may_hold_fields
from vaultkit.dql.javascript import BLANKS, LINE_ENDS, trim, utf16_length
from vaultkit.dql.names import canonical_name
from vaultkit.markdown.note import ListItem as NoteItem
from vaultkit.markdown.note import Note, SectionType
from vaultkit.text import Span, pattern

#: Bullet, box and text of an item's first line. A box is any one sign or none in brackets, so `- [a](b)` has one.
_FIRST_LINE = pattern(
    rf"[{BLANKS}>]*([0-9]+\.|[0-9]+\)|\*|-|\+)[{BLANKS}]*"
    rf"(?:\[[^{LINE_ENDS}]?\])?[{BLANKS}]*([^{LINE_ENDS}]*)"
)
_LONGEST_LINE = 32_768
#: The fields that change how a task is shown; where the task has none of the name, that of its page counts.
NESTING = frozenset(("visual", "parent"))


class RawItem(Struct, frozen=True, array_like=True, gc=False):
    """A list item; `source` is its place in `Note.list_items`, `task` the sign in its box, None without a box.

    `line`, from 0, is where it begins, `line_count` the number of its lines without those of nested items, `text`
    these lines trimmed, the first without bullet and box. `parent` is the line of the parent item, None for a root
    item and for one that begins on its parent's line; `list` the line on which the root-level list begins that
    holds it, -1 for lists in quotes and callouts. `headings` counts the headings above it, or on its line.
    """

    source: int
    line: int
    line_count: int
    symbol: str
    task: str | None
    text: str
    parent: int | None
    list: int
    headings: int
    id: str | None
    fields: tuple[RawField, ...]


class RawOthers(Struct, frozen=True, array_like=True):
    """What is seldom asked for: the list items without a box in line order, and the texts of the headings."""

    items: tuple[RawItem, ...] = ()
    headings: tuple[str, ...] = ()


_OTHERS = msgpack.Decoder(RawOthers)
#: The bytes of no others.
_NOTHING = Raw(b"\x90")


class RawItems(Struct, frozen=True, array_like=True):
    """The list items of a note; what comes from bytes keeps its `others` as such until someone asks.

    As Dataview finds items by their line, of several that begin on one line (`- - a`) the last is taken for all;
    those whose line does not begin with a bullet are not there. `tasks` are those with a box, in line order;
    `mixed` tells that one without a box stands below a task, `shaped` that the page may have a field of `NESTING`.
    """

    tasks: tuple[RawItem, ...] = ()
    mixed: bool = False
    shaped: bool = False
    packed: Raw = _NOTHING

    @classmethod
    def of(cls, items: Sequence[RawItem], headings: Sequence[str], names: Iterable[str]) -> "RawItems":
        """Return items that are known, in line order; `names` are those of the page's fields, as written."""
        tasks = {item.line: item for item in items if item.task is not None}
        others = tuple([item for item in items if item.task is None])
        mixed = any(item.parent in tasks for item in others)
        shaped = bool(tasks) and any(name in NESTING or canonical_name(name) in NESTING for name in names)
        made = cls(tuple(tasks.values()), mixed, shaped)
        force_setattr(made, "packed", RawOthers(others, tuple(headings)))
        return made

    @property
    def others(self) -> RawOthers:
        """What is seldom asked for; its bytes are read once, and then it stands in their place."""
        known: object = self.packed
        if not isinstance(known, RawOthers):
            known = _OTHERS.decode(self.packed)
            force_setattr(self, "packed", known)
        return known

    @property
    def items(self) -> Sequence[RawItem]:
        """All items in line order."""
        return sorted((*self.tasks, *self.others.items), key=attrgetter("line"))

    def nesting(self) -> tuple[Mapping[int, Sequence[RawItem]], Mapping[int, int]]:
        """Return what stands directly below each task, and below what items there, and the line of each one's parent.

        Items are known by the lines on which they begin.
        """
        below: dict[int, list[RawItem]] = {}
        parents: dict[int, int] = {}
        for item in self.items if self.mixed else self.tasks:
            if item.parent is not None:
                below.setdefault(item.parent, []).append(item)
                parents[item.line] = item.parent
        return below, parents


def raw_items(note: Note, listed: Sequence[RawItem] | None = None) -> RawItems:
    """Read the list items of a note; `listed` are these where they are known."""
    if not note.list_items:
        return RawItems()
    listed = list_items(note) if listed is None else listed
    lifted, outside = page_fields(note, listed)
    names = (*note.properties, *(field.key for field in lifted), *(field.key for field in outside))
    return RawItems.of(listed, [heading.text for heading in note.headings], names)


def list_items(note: Note) -> Sequence[RawItem]:
    """Read the list items of a note, in line order."""
    found = {item.line: item for item in _all_items(note)}
    return [item for _, item in sorted(found.items())]


def page_fields(note: Note, listed: Sequence[RawItem]) -> tuple[Sequence[RawField], Sequence[RawField]]:
    """Return the fields of plain list items, then those of the lines outside of lists: code and comments too."""
    if not may_hold_fields(note.text):
        return (), ()
    lifted = [field for item in listed if item.task is None for field in item.fields]
    outside = [
        field
        for line in lines_outside_lists(note, listed)
        for field in bracketed_fields(line) or filter(None, [full_line_field(line)])
    ]
    return lifted, outside


def _all_items(note: Note) -> Iterator[RawItem]:
    line_of, sources = note.lines.line, note.list_items
    heading_lines = [line_of(heading.span.start) for heading in note.headings]
    lists = [
        (line_of(each.span.start), line_of(each.span.end))
        for each in note.sections
        if each.type is SectionType.LIST
    ]
    for at, source in enumerate(sources):
        line_start, line_end = _line_around(note.text, source.span.start)
        first = _FIRST_LINE.match(note.text, line_start, line_end)
        if not first:
            continue
        line, span = line_of(source.span.start), item_span(note, at)
        text = _text(note.text, span)
        parent = None if source.parent is None else line_of(sources[source.parent].span.start)
        yield RawItem(
            at,
            line,
            line_of(span.end) - line + 1,
            first[1],
            source.task,
            text,
            None if parent == line else parent,
            _list_at(lists, line),
            bisect_right(heading_lines, line),
            source.id,
            _fields(text, source),
        )


def item_span(note: Note, at: int) -> Span:
    """Return the place of an item of `Note.list_items`: from the blanks before its bullet, to its end.

    Where a blank line parts it from the next item of its list it ends on that line (as recorded; no real
    cache is at hand that shows it).
    """
    item = note.list_items[at]
    text, start, end = note.text, item.span.start - item.indent, item.span.end
    follower = note.list_items[at + 1] if at + 1 < len(note.list_items) else None
    if (
        follower is not None
        and (follower.parent, follower.marker[-1]) == (item.parent, item.marker[-1])
        and follower.list_line == item.list_line
        and (gap := text[end : follower.span.start]).isspace()
        and gap.count("\n") > 1
    ):
        end = text.index("\n", end) + 1
    return Span(start, end)


def _line_around(text: str, at: int) -> tuple[int, int]:
    """Return where the line begins and ends that holds a place."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text)


def _text(text: str, span: Span) -> str:
    """Return the trimmed lines of an item, the first without bullet and box; a quote's `>` stays in the others."""
    lines = text[_line_around(text, span.start)[0] : _line_around(text, span.end)[1]]
    first, *others = lines.split("\n")
    found = _FIRST_LINE.match(first)
    return "\n".join(map(trim, (found[2] if found else "", *others)))


def _list_at(lists: Sequence[tuple[int, int]], line: int) -> int:
    at = bisect_left(lists, line, key=lambda lines: lines[1])
    return lists[at][0] if at < len(lists) and lists[at][0] <= line else -1


def _fields(text: str, source: NoteItem) -> tuple[RawField, ...]:
    """Return the fields in brackets and emoji shorthands, else that of the whole text if it is no task."""
    text = text.replace("\n", " ")
    fields = bracketed_fields(text, shorthands=True)
    if fields or source.task is not None:
        return fields
    whole = full_line_field(text)
    return (whole,) if whole else ()


def lines_outside_lists(note: Note, items: Iterable[RawItem]) -> Iterator[str]:
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
