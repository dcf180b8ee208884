"""The tree of open blocks: what opens and closes, and where what is closed ends."""

from __future__ import annotations

import re
from enum import IntEnum

from vaultkit.markdown import leaves
from vaultkit.markdown.drafts import BlockId, Blocks, Container, DraftSection, Run
from vaultkit.markdown.line_cursor import LineCursor
from vaultkit.markdown.note import SectionType
from vaultkit.text import Span

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


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


_NONE, _PARAGRAPH, _TABLE = Leaf.NONE, Leaf.PARAGRAPH, Leaf.TABLE


class BlockTree(LineCursor):
    """The open containers and the open leaf.

    `last_end` is the end of the last line before this one that is not blank: where whatever closes
    now ends. `ends_here` is set if the leaf ends with this line; `quote_depths` tells where in the
    stack the quotes are.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.blocks = Blocks()
        self.root = Container()
        self.quote_depths: list[int] = []
        self.leaf = _NONE
        self.leaf_start = self.leaf_lines = 0
        self.leaf_run = Run.TEXT
        self.leaf_ends = leaves.AT_BLANK
        self.ends_here = False
        self.last_end = 0

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
        self.leaf, self.leaf_start, self.leaf_lines, self.leaf_run = leaf, self.offset + at, 1, Run.TEXT

    def section(self, type: SectionType) -> None:
        """Begin a root-level block; the one before it ends."""
        self.end_section()
        self.root.list_mark = ""
        self.blocks.sections.append(DraftSection(type, self.offset))

    def end_section(self) -> None:
        """End the last root-level block with the last line that is not blank."""
        if self.blocks.sections:
            self.blocks.sections[-1].end = self.last_end

    def push(self, type: SectionType, width: int) -> Container:
        """Open a container; what the line does not belong to is closed first."""
        outer = self.stack[-1] if self.stack else self.root
        if not self.stack:
            self.section(type)
        elif type is not SectionType.LIST:
            outer.list_mark = ""
        container = Container(outer, width, self.number)
        self.stack.append(container)
        self.depth = len(self.stack)
        return container

    def close_to(self, depth: int) -> None:
        """Close the open leaf and all containers but the first `depth`."""
        if self.leaf is not _NONE:
            self.close_leaf()
        stack, end = self.stack, self.last_end
        while len(stack) > depth:
            container = stack.pop()
            if container.opens is not None:
                container.opens.end = max(end, container.opens.start)
            if container.is_item and container.item is not None:
                item = self.blocks.items[container.item]
                if not item.has_items:
                    item.end = max(end, item.content)
            elif not container.width:
                self.quote_depths.pop()

    def close_leaf(self) -> None:
        """Close the open leaf and keep what it is: running text, code, math or a comment."""
        leaf, start, end = self.leaf, self.leaf_start, self.last_end
        self.leaf, self.ends_here = _NONE, False
        if leaf is _PARAGRAPH:
            if start < end:
                self.blocks.runs.append((start, end, self.leaf_run))
                if self.text.find("^", start, end) >= 0:
                    self._block_id(start, end)
        elif leaf is _TABLE:
            self.blocks.runs.append((start, end, Run.TABLE))
        elif leaf is Leaf.FENCE or leaf is Leaf.INDENTED:
            self.blocks.code.append(Span(start, end))
        elif leaf is Leaf.HTML:
            found = _COMMENT.finditer(self.text, start, end)
            self.blocks.comments += [Span(*comment.span()) for comment in found]
        elif leaf is Leaf.MATH:
            self.blocks.math.append(Span(start, end))
        elif leaf is Leaf.COMMENT:
            self.blocks.comments.append(Span(start, end))
            self.blocks.runs.append((start, end, Run.TEXT))

    def _block_id(self, start: int, end: int) -> None:
        """Note the block id at the end of a paragraph; alone at the root it names the block before."""
        text, blocks = self.text, self.blocks
        caret = text.rfind("^", start, end)
        found = leaves.BLOCK_ID.fullmatch(text, caret, end)
        if not found or (caret > start and text[caret - 1] not in " \t\n"):
            return
        named = BlockId(found[1].lower(), start, end)
        inner = self.stack[-1] if self.stack else None
        if inner is not None:
            if inner.item is not None:
                named.item = inner.item
                blocks.items[inner.item].id = named.id
        else:
            named.section = len(blocks.sections) - 1
            if caret == start and named.section:
                named.section -= 1
            blocks.sections[named.section].id = named.id
        blocks.ids.append(named)

    def push_item(self, mark: str, width: int) -> Container:
        """Open a list item's container; it goes on with the list before it if that has the same mark."""
        holder = self.stack[-1] if self.stack else self.root
        list_line = self.number
        if holder.item is not None:
            parent = self.blocks.items[holder.item]
            list_line = parent.list_line
            if not parent.has_items:
                parent.has_items, parent.end = True, max(self.last_end, parent.content)
        goes_on = holder.list_mark == mark
        if goes_on and not self.stack:
            container = Container(holder, width, self.number)
            self.stack.append(container)
            self.depth = 1
        else:
            container = self.push(SectionType.LIST, width)
        if not goes_on:
            holder.list_mark, holder.list_line = mark, list_line
        container.is_item = True
        return container
