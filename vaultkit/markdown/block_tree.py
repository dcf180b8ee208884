"""The tree of open blocks: what opens and closes, and where what is closed ends."""

from __future__ import annotations

import re
from enum import IntEnum

from msgspec.structs import replace

from vaultkit.markdown import leaves
from vaultkit.markdown.drafts import BlockId, Blocks, Container, DraftCallout, DraftItem, Run
from vaultkit.markdown.line_cursor import LineCursor
from vaultkit.markdown.note import Section, SectionType
from vaultkit.text import Span, pattern

_COMMENT = pattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)


class Leaf(IntEnum):
    """The kind of block that lines are being added to; from `FENCE` on they are taken as they are."""

    NONE = 0
    PARAGRAPH = 1
    TABLE = 2
    FENCE = 3
    INDENTED = 4
    HTML = 5
    MATH = 6
    COMMENT = 7


# Names for members that every block asks for: a member of an enum takes ten times as long to find.
_NONE, _PARAGRAPH, _TABLE, _FENCE = Leaf.NONE, Leaf.PARAGRAPH, Leaf.TABLE, Leaf.FENCE
_TEXT_RUN, _LIST_TYPE = Run.TEXT, SectionType.LIST


class BlockTree(LineCursor):
    """The open containers, the open leaf, and the root-level block they stand in.

    `last_end` is the end of the last line before this one that is not blank: where whatever closes
    now ends. `ends_here` is set if the leaf ends with this line; `quote_depths` tells where in the
    stack the quotes are. `caret` is where the next `^` stands, as far as that is known.
    """

    __slots__ = (
        "blocks", "caret", "counted_to", "ends_here", "last_end", "leaf", "leaf_ends", "leaf_lines", "leaf_run",
        "leaf_start", "lines_before", "quote_depths", "root", "section_id", "section_start", "section_type", "text",
    )  # fmt: skip

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.blocks = Blocks()
        self.root = Container()
        self.section_type: SectionType | None = None
        self.section_start = 0
        self.section_id: str | None = None
        self.quote_depths: list[int] = []
        self.leaf = _NONE
        self.leaf_start = self.leaf_lines = 0
        self.leaf_run = _TEXT_RUN
        self.leaf_ends = leaves.AT_BLANK
        self.ends_here = False
        self.last_end = self.lines_before = self.counted_to = 0
        self.caret = -1

    @property
    def in_paragraph(self) -> bool:
        """Whether the line goes on with a paragraph in the containers it belongs to."""
        return self.leaf is _PARAGRAPH and self.depth == len(self.stack)

    def open(self, type: SectionType, leaf: Leaf, at: int) -> None:
        """Open a leaf at index `at` of the line, and a section if it stands at the root."""
        if self.stack:
            self.stack[-1].list_mark = ""
        else:
            self.section(type)
        self.leaf, self.leaf_start, self.leaf_lines, self.leaf_run = leaf, self.offset + at, 1, _TEXT_RUN

    def section(self, type: SectionType) -> None:
        """Begin a root-level block; the one before it ends."""
        self.end_section()
        self.root.list_mark = ""
        self.section_type, self.section_start, self.section_id = type, self.offset, None

    def end_section(self) -> None:
        """End the last root-level block with the last line that is not blank."""
        if self.section_type is not None:
            span = Span(self.section_start, max(self.section_start, self.last_end))
            self.blocks.sections.append(Section(self.section_type, span, self.section_id))

    def push(self, type: SectionType, width: int) -> Container:
        """Open a quote or footnote; what the line does not belong to is closed first."""
        outer = self.stack[-1] if self.stack else self.root
        if self.stack:
            outer.list_mark = ""
        else:
            self.section(type)
        container = Container(width, self.offset, outer.quotes, outer.item, outer.callout, outer.first_line)
        self.stack.append(container)
        self.depth = len(self.stack)
        return container

    def push_quote(self) -> Container:
        """Open a quote."""
        self.quote_depths.append(len(self.stack))
        container = self.push(SectionType.BLOCKQUOTE, 0)
        container.quotes += 1
        return container

    def open_callout(self, container: Container, sign: int, found: re.Match[str], origin: int) -> None:
        """Make the quote a callout and open its title; `origin` is the place of what `CALLOUT` was found in."""
        line_end = origin + found.end()
        body = self.text.find("\n", line_end) + 1 or len(self.text)
        title = (found[4] or "").rstrip()
        kind = found[1].strip().lower()
        draft = DraftCallout(kind, found[2] or "", found[3], title, sign, body, container.callout)
        container.opens, container.callout = draft, len(self.blocks.callouts)
        self.blocks.callouts.append(draft)
        if len(self.stack) == 1:
            self.section_type = SectionType.CALLOUT
        at = origin + found.start(4) if found[4] else line_end
        self.open(SectionType.PARAGRAPH, _PARAGRAPH, at - self.offset)
        self.leaf_run = Run.TITLE

    def push_item(
        self, width: int, marker: str, task: str | None, start: int, content: int, indent: int
    ) -> DraftItem:
        """Open a list item; it goes on with the list before it if that has the same mark."""
        items, holder, mark = self.blocks.items, self.root, marker[-1]
        if self.stack:
            holder = self.stack[-1]
        elif holder.list_mark != mark:
            self.section(_LIST_TYPE)
        parent = items[holder.item] if holder.item is not None else None
        if isinstance(parent, DraftItem) and parent.end < 0:
            parent.end = max(self.last_end, parent.content)
        if holder.list_mark != mark:
            holder.list_mark = mark
            holder.list_line = holder.first_line if holder.first_line >= 0 else self._line_number()
        item = DraftItem(
            width, self.offset, holder.quotes, len(items), holder.callout, holder.list_line, "", -1, False, None,
            marker, task, holder.item, start, content, indent,
        )  # fmt: skip
        items.append(item)
        self.stack.append(item)
        self.depth = len(self.stack)
        return item

    def _line_number(self) -> int:
        """Return the number of the line, counted on from where it was last asked for."""
        self.lines_before += self.text.count("\n", self.counted_to, self.offset)
        self.counted_to = self.offset
        return self.lines_before

    def close_to(self, depth: int) -> None:
        """Close the open leaf and all containers but the first `depth`."""
        if self.leaf is not _NONE:
            self.close_leaf()
        stack, end = self.stack, self.last_end
        while len(stack) > depth:
            container = stack.pop()
            if container.opens is not None:
                container.opens.end = max(end, container.opens.start)
            if isinstance(container, DraftItem):
                if container.end < 0:
                    container.end = max(end, container.content)
            elif not container.width:
                self.quote_depths.pop()

    def close_leaf(self) -> None:
        """Close the open leaf and keep what it is: running text, code, math or a comment."""
        leaf, start, end = self.leaf, self.leaf_start, self.last_end
        self.leaf, self.ends_here = _NONE, False
        if leaf is _PARAGRAPH:
            if start < end:
                self.blocks.runs.append((start, end, self.leaf_run))
                if self.holds_caret(start, end):
                    self.block_id(start, end)
        elif leaf is _TABLE:
            self.blocks.runs.append((start, end, Run.TABLE))
        elif leaf is _FENCE or leaf is Leaf.INDENTED:
            self.blocks.code.append(Span(start, end))
        elif leaf is Leaf.HTML:
            found = _COMMENT.finditer(self.text, start, end)
            self.blocks.comments += [Span(*comment.span()) for comment in found]
        elif leaf is Leaf.MATH:
            self.blocks.math.append(Span(start, end))
        elif leaf is Leaf.COMMENT:
            self.blocks.comments.append(Span(start, end))
            self.blocks.runs.append((start, end, _TEXT_RUN))

    def holds_caret(self, start: int, end: int) -> bool:
        """Whether a `^` stands in the stretch; each is asked for behind the last one."""
        if self.caret < start:
            caret = self.text.find("^", start)
            self.caret = caret if caret >= 0 else len(self.text)
        return self.caret < end

    def block_id(self, start: int, end: int) -> None:
        """Note the block id at the end of a paragraph; alone at the root it names the block before."""
        text, blocks = self.text, self.blocks
        caret = text.rfind("^", start, end)
        found = leaves.BLOCK_ID.fullmatch(text, caret, end)
        if not found or (caret > start and text[caret - 1] not in " \t\n"):
            return
        named = BlockId(found[1].lower(), start, end)
        inner = self.stack[-1] if self.stack else None
        if inner is not None:
            item = blocks.items[inner.item] if inner.item is not None else None
            if isinstance(item, DraftItem):
                named.item, item.id = inner.item, named.id
        else:
            named.section = len(blocks.sections)
            if caret == start and blocks.sections:
                named.section -= 1
                blocks.sections[-1] = replace(blocks.sections[-1], id=named.id)
            else:
                self.section_id = named.id
        blocks.ids.append(named)
