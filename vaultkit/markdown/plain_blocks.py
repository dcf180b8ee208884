"""Blocks in the forms in which they mostly stand, each taken by one pattern.

What is taken here `blocks` would read line by line to the same end: a pattern holds only what cannot mean
anything else, and the state of the tree is the same afterwards. A text with returns is never read here.
"""

from __future__ import annotations

import re

from vaultkit.markdown import leaves
from vaultkit.markdown.block_tree import BlockTree, Leaf
from vaultkit.markdown.drafts import Container, DraftItem, Run
from vaultkit.markdown.note import Heading, ListItem, Section, SectionType
from vaultkit.text import Span, pattern

# Names for members that every block asks for: a member of an enum takes ten times as long to find.
_NONE, _PARAGRAPH = Leaf.NONE, Leaf.PARAGRAPH
_TEXT_RUN, _TABLE_RUN, _TASK_RUN, _TITLE_RUN = Run.TEXT, Run.TABLE, Run.TASK, Run.TITLE
_HEADING_TYPE, _PARAGRAPH_TYPE, _LIST_TYPE = SectionType.HEADING, SectionType.PARAGRAPH, SectionType.LIST

#: How deep quotes and lists may stand in each other; further signs are text.
MAX_DEPTH = 400
#: How deep items may stand in each other in a list that is taken as a whole.
_MAX_PLAIN_DEPTH = 50

_SPECIAL = re.escape("".join(sorted(leaves.SPECIAL)))
#: How a line may begin that goes on with a paragraph or opens one, and nothing else.
_TEXT = (
    rf"(?:[^\n{_SPECIAL}]|\[(?!\^)|\*{{1,2}}[^\s*]|_{{1,2}}[^\s_]|`{{1,2}}+[^`\n]|~{{1,2}}+[^~\n]"
    r"|#[^\s#]|[0-9]++(?![.)])|\$(?!\$)|%(?!%))"
)
_BLANK_LINE = r"[ \t]*+\n"
#: What ends a paragraph below it: a blank line, a heading, an item with a bullet, the end.
_AFTER_TEXT = rf"(?=\n(?:{_BLANK_LINE}|[ \t]*+\Z|\#{{1,6}}[ \t]|[-*+] {_TEXT})|\Z)"
_FENCE_END = r"[ ]{0,3}\6(?:(?<=`)`*+|(?<=~)~*+)[ \t]*+(?=\n|\Z)"
#: What often stands at the root: blank lines, then a heading (its signs and its title), a paragraph, an HTML
#: comment, code in a fence, or a table.
_AT_ROOT = pattern(
    rf"(?:{_BLANK_LINE})*+(?:(#{{1,6}})[ \t]++(.*[^\s#])[ \t]*+(?=\n|\Z)"
    rf"|({_TEXT}.*+(?:\n{_TEXT}.*+)*+){_AFTER_TEXT}"
    r"|(<!--[^>\n]*-->)[ \t]*+(?=\n|\Z)"
    rf"|((`{{3,}}+|~{{3,}}+)(?:(?<=`)[^`\n]*+|(?<=~).*+)\n(?:(?!{_FENCE_END}).*+\n)*+{_FENCE_END})"
    rf"|(\|.*+\n\|[|: \t-]*+(?:\n\|.*+)*+)(?=\n{_BLANK_LINE}|\n?[ \t]*+\Z))?+"
)
_TITLE, _PARAGRAPHS, _COMMENT, _FENCED = 2, 3, 4, 5
#: An item that holds text from its first line on: marker, blanks, the character in the task box, and the text.
_ITEM = (
    r"([-+*]|[0-9]{1,9}[.)])([ ]{1,4}+)"
    rf"(?:\[(.)\](?:[ \t]++|(?=\n|\Z))|(?={_TEXT}))(.*\S|)[^\S\n]*+"
)
_ITEM_LINE = pattern(rf"(?:{_BLANK_LINE})*+([ \t]*+){_ITEM}")
_QUOTED_LINE = pattern(rf">[ ](?:([ ]*+){_ITEM}|(?={_TEXT}).*+)")
_CALLOUT_LINE = pattern(rf">[ ]{leaves.CALLOUT.pattern}", re.MULTILINE)
#: The lines that are taken one by one, outside and inside a quote, and what ends a list or quote for sure.
_BLANK_LINES = pattern(rf"(?:{_BLANK_LINE})++")
_LINES = (_ITEM_LINE, _QUOTED_LINE)
_ENDS = (
    pattern(rf"(?:{_BLANK_LINE})++(?=[^ \t\n])|(?:{_BLANK_LINE})*+[ \t]*+\Z"),
    pattern(rf"(?:{_BLANK_LINE})++|[ \t]*+\Z"),
)


class PlainBlocks(BlockTree):
    """The part of the scanner that takes blocks in their common form.

    Of the list that is being read `edges` are the columns where the text of each open item begins and `numbers`
    their numbers, both behind those of what holds the list. Before `looked_to` nothing is in a common form.
    """

    __slots__ = ("edges", "looked_to", "numbers")

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.edges: list[int] = []
        self.numbers: list[int] = []
        self.looked_to = 0

    def take_plain(self, offset: int) -> int:
        """Take what stands here in a common form, one after the other; return where that ends."""
        while self.looked_to <= offset < len(self.text):
            if not self.stack and self.leaf is _NONE:
                offset = self._take_callout(self._at_root(offset))
            quoted = bool(self.quote_depths)
            if quoted and (len(self.quote_depths) > 1 or self.quote_depths[0]):
                return offset
            if len(self.stack) == quoted:
                offset = self._take_list(offset, quoted)
            offset = self._take_lines(offset, quoted)
            ends = _ENDS[quoted].match(self.text, offset)
            if ends is None:
                blanks = _BLANK_LINES.match(self.text, offset)
                self.looked_to = blanks.end() + 1 if blanks else 0
                return offset
            self.close_to(0)
            offset = ends.end()
        return offset

    def _at_root(self, offset: int) -> int:
        """Take the blank lines and plain blocks that stand here; return where that ends."""
        text, blocks, match = self.text, self.blocks, _AT_ROOT.match
        found = match(text, offset)
        if found and found.lastindex:
            self.end_section()
            self.section_type = None
            self.root.list_mark = ""
        sections, runs = blocks.sections, blocks.runs
        while found and (group := found.lastindex):
            start, end = found.start(group), found.end()
            if group == _PARAGRAPHS:
                runs.append((start, end, _TEXT_RUN))
                name = self._id_at_root(start, end) if self.caret < end else None
                sections.append(Section(_PARAGRAPH_TYPE, Span(start, end), name))
            elif group == _TITLE:
                runs.append((start, end, _TITLE_RUN))
                signs_at, signs_end = found.span(1)
                span = Span(signs_at, end)
                sections.append(Section(_HEADING_TYPE, span))
                blocks.headings.append(Heading(signs_end - signs_at, found[2], span))
            elif not self._take_other(group, start, end, found.end(group)):
                return start
            self.last_end = end
            found = match(text, end)
        return found.end() if found else offset

    def _id_at_root(self, start: int, end: int) -> str | None:
        """Return the block id that a paragraph at the root names itself by."""
        self.section_id = None
        if self.holds_caret(start, end):
            self.block_id(start, end)
        return self.section_id

    def _take_other(self, group: int, start: int, end: int, inner_end: int) -> bool:
        """Take a comment, a block of code or a table; False if what looked like a table is none."""
        blocks, span = self.blocks, Span(start, end)
        if group == _COMMENT:
            blocks.sections.append(Section(SectionType.HTML, span))
            blocks.comments.append(span if end == inner_end else Span(start, inner_end))
        elif group == _FENCED:
            blocks.sections.append(Section(SectionType.CODE, span))
            blocks.code.append(span)
        else:
            if not leaves.is_table(self.text, start, end):
                return False
            blocks.sections.append(Section(SectionType.TABLE, span))
            blocks.runs.append((start, end, _TABLE_RUN))
        return True

    def _take_callout(self, offset: int) -> int:
        """Take the first line of a callout at the root, if it stands here; return where that ends."""
        found = _CALLOUT_LINE.match(self.text, offset)
        if found is None:
            return offset
        self.offset = offset
        self.open_callout(self.push_quote(), offset, found, 0)
        self.last_end = found.end()
        self.close_leaf()
        return self.last_end + 1

    def _take_lines(self, offset: int, quoted: bool) -> int:
        """Take the lines that each begin an item or, in a quote, hold text; return where that ends."""
        text, match = self.text, _LINES[quoted].match
        while found := match(text, offset):
            if found.lastindex is None:
                self._take_text(found.start())
            elif not self._take_item(found, quoted):
                break
            self.last_end = found.end()
            offset = self.last_end + 1
        return offset

    def _take_text(self, offset: int) -> None:
        """Take a quoted line of text."""
        if self.leaf is _PARAGRAPH:
            self.leaf_lines += 1
        else:
            self.close_to(1)
            self.offset = offset
            self.open(_PARAGRAPH_TYPE, _PARAGRAPH, 2)

    def _take_list(self, offset: int, quoted: bool) -> int:
        """Take items that stand one a line, and the blank lines between them; return where that ends.

        They are finished here, but for those that are still open where something else follows.
        """
        text, match = self.text, _LINES[quoted].match
        holder = self.stack[-1] if quoted else self.root
        self.edges, self.numbers = [0], []
        taken, found = None, match(text, offset)
        while found is not None and found.lastindex and self._finish_item(found, holder, taken is not None):
            taken, found = found, match(text, self.last_end + 1)
        if taken is None:
            return offset
        offset = self.last_end + 1
        if not _ENDS[quoted].match(text, offset):
            self._reopen(taken, quoted)
        return offset

    def _finish_item(self, found: re.Match[str], holder: Container, follows: bool) -> bool:
        """Add the item of one line; False if it has to be looked at more closely."""
        blanks, marker, gap, task, _ = found.groups()
        edges, numbers, blocks = self.edges, self.numbers, self.blocks
        column, end = len(blanks), found.end()
        if "\t" in blanks:
            column = len(blanks.expandtabs(4))
        depth = innermost = len(edges) - 1
        while column < edges[depth]:
            depth -= 1
        indent = column - edges[depth]
        if indent >= 4 or depth >= _MAX_PLAIN_DEPTH:
            return False
        if len(marker) > 1 and depth == innermost and not self._may_begin(found, marker, follows):
            return False
        if self.caret < end and self.text.find("^", found.start(1), end) >= 0:
            return False
        if not depth and (marker[-1] != holder.list_mark or not follows):
            self._begin_list(holder, marker[-1], found)
        if depth < innermost:
            del edges[depth + 1 :], numbers[depth:]
        if indent and depth:
            indent = self.blanks_before(blanks, len(blanks), indent)
        parent = numbers[-1] if numbers else None
        edges.append(column + len(marker) + len(gap))
        numbers.append(len(blocks.items))
        content, said_end = found.span(5)
        span, said, line = Span(found.start(2), end), Span(content, said_end), holder.list_line
        item = ListItem(span, said, marker, task, parent, line, holder.quotes, holder.callout, None, indent)
        blocks.items.append(item)
        blocks.runs.append((content, end, _TEXT_RUN if task is None else _TASK_RUN))
        self.last_end = end
        return True

    def _begin_list(self, holder: Container, mark: str, found: re.Match[str]) -> None:
        """End what stands before the first item of a list; it may go on with the list before it."""
        if self.leaf is _PARAGRAPH:
            self.close_leaf()
        if holder.list_mark == mark:
            return
        if holder is self.root:
            self.offset = found.start(1)
            self.section(_LIST_TYPE)
        else:
            self.offset = found.start()
        holder.list_mark = mark
        holder.list_line = self._line_number()

    def _reopen(self, last: re.Match[str], quoted: bool) -> None:
        """Open the items again that are open behind the last line."""
        items, edges = self.blocks.items, self.edges
        items.pop()
        self.blocks.runs.pop()
        for depth, number in enumerate(self.numbers[:-1], 1):
            item = items[number]
            if isinstance(item, DraftItem):
                continue
            items[number] = draft = DraftItem(
                edges[depth] - edges[depth - 1], item.span.start, item.quotes, number, item.callout,
                item.list_line, "", -1, False, None, item.marker, item.task, item.parent, item.span.start,
                item.content.start, item.indent, item.span.end,
            )  # fmt: skip
            self.stack.append(draft)
        self._take_item(last, quoted)

    def _take_item(self, found: re.Match[str], quoted: bool) -> bool:
        """Take the line of an item; False if it has to be looked at more closely."""
        stack = self.stack
        if stack and (stack[-1].empty or len(stack) >= MAX_DEPTH):
            return False
        blanks, marker, gap, task, _ = found.groups()
        column = len(blanks.expandtabs(4)) if "\t" in blanks else len(blanks)
        base = 0
        depth = int(quoted)
        for container in stack[1:] if quoted else stack:
            width = container.width
            if column - base < width:
                break
            base += width
            depth += 1
        indent = column - base
        if indent >= 4 or (
            len(marker) > 1 and depth == len(stack) and not self._may_begin(found, marker, False)
        ):
            return False
        self.close_to(depth)
        line_start = found.start(1)
        self.offset = found.start() if quoted else line_start
        if indent and base:
            indent = self.blanks_before(blanks, len(blanks), indent)
        content = found.start(5)
        width = column - base + len(marker) + len(gap)
        self.push_item(width, marker, task, found.start(2), content, indent)
        self.leaf, self.leaf_start, self.leaf_lines = _PARAGRAPH, content, 1
        self.leaf_run = _TEXT_RUN if task is None else _TASK_RUN
        return True

    def _may_begin(self, found: re.Match[str], marker: str, follows: bool) -> bool:
        """Whether a numbered item may begin on this line: in a paragraph only one with the number 1.

        `follows` is set if it follows the text of an item.
        """
        if marker[:-1] == "1" or "\n" in found[0]:
            return True
        return not follows and self.leaf is not _PARAGRAPH
