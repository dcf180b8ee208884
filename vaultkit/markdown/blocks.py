"""The blocks of a note: containers (quotes, callouts, lists, footnotes) and what stands in them.

One pass over the lines, as CommonMark describes it, with Obsidian's `%%` and `$$` blocks. A line is
looked at more closely only if it can begin, end or indent something.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vaultkit.markdown import leaves
from vaultkit.markdown.block_tree import Leaf
from vaultkit.markdown.drafts import Blocks, DraftFootnote, Run
from vaultkit.markdown.note import Heading, SectionType
from vaultkit.markdown.plain_blocks import MAX_DEPTH, PlainBlocks
from vaultkit.text import Span

#: What may follow `- ` in a rule, an underline or the second row of a table; anything else is an item.
_OF_RULES_AND_ROWS = ("", "-", " ", "\t", "|", ":")

_NONE, _PARAGRAPH, _TABLE, _FENCE, _INDENTED = (
    Leaf.NONE,
    Leaf.PARAGRAPH,
    Leaf.TABLE,
    Leaf.FENCE,
    Leaf.INDENTED,
)


def scan_blocks(text: str, start: int) -> Blocks:
    """Return the blocks of `text` from `start` on."""
    scanner = _Scanner(text)
    scanner.scan(start)
    return scanner.blocks


class _Scanner(PlainBlocks):
    """The pass over the lines: what each line goes on with, and what begins on it."""

    __slots__ = ("fence", "may_hold_math")

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.fence = ""
        self.may_hold_math = True

    def scan(self, start: int) -> None:
        """Read all lines from `start` on."""
        text, size, special = self.text, len(self.text), leaves.SPECIAL
        self.last_end = offset = start
        has_returns, begins = "\r" in text, leaves.MAY_BEGIN_ITEM
        while offset < size:
            if not has_returns and (
                self.leaf is _NONE or (self.leaf is _PARAGRAPH and text[offset] in begins)
            ):
                offset = self.take_plain(offset)
            end = text.find("\n", offset)
            if end < 0:
                end = size
            line = text[offset:end]
            if has_returns:
                line = line.removesuffix("\r")
            if not line or (line[0] in " \t" and not line.strip(" \t")):
                if self.stack:
                    self._blank(offset)
                elif self.leaf is not _NONE:
                    self._blank_in(0)
            else:
                if line[0] in special or not self._add_plain(line, offset):
                    self._read(line, offset)
                self.last_end = offset + len(line)
                if self.ends_here:
                    self.close_leaf()
            offset = end + 1
        self.close_to(0)
        self.end_section()

    def _add_plain(self, line: str, offset: int) -> bool:
        """Take a line that begins nothing, where that is simple; False if it needs a closer look."""
        leaf = self.leaf
        if leaf is _PARAGRAPH:
            self.leaf_lines += 1
            return True
        if self.stack:
            return False
        if leaf is _NONE:
            self.offset = offset
            self.open(SectionType.PARAGRAPH, _PARAGRAPH, 0)
            return True
        return leaf is _FENCE and self.fence not in line

    def _blank(self, offset: int) -> None:
        """Take a blank line inside containers: it ends paragraphs and quotes, but no list."""
        depth = self.quote_depths[0] if self.quote_depths else len(self.stack)
        if depth == len(self.stack):
            innermost = self.stack[-1]
            if innermost.empty and innermost.line_start < offset:
                depth -= 1
        self._blank_in(depth)

    def _blank_in(self, depth: int) -> None:
        if depth < len(self.stack):
            self.close_to(depth)
        elif (
            self.leaf is _PARAGRAPH
            or self.leaf is _TABLE
            or (self.leaf is Leaf.HTML and self.leaf_ends is leaves.AT_BLANK)
        ):
            self.close_leaf()

    def _read(self, line: str, offset: int) -> None:
        """Take a line that is not blank."""
        self.line, self.offset = line, offset
        self.at = self.column = self.base = 0
        if line[0] in " \t":
            self.skip_blanks()
        if self.stack:
            self.match_containers()
            if self.at >= len(line):
                self._blank_in(self.depth)
                return
        else:
            self.depth = 0
        if self.depth < len(self.stack):
            if self.leaf is not _PARAGRAPH:
                self.close_to(self.depth)
        elif self.leaf >= _FENCE and self._continue_leaf():
            return
        self._begin_blocks()

    def _begin_blocks(self) -> None:
        """Open what begins on the line, one in the other; what is left is running text."""
        line = self.line
        while self.at < len(line):
            if self.column - self.base >= 4:
                self._indented()
                return
            begin = _BEGINNINGS.get(line[self.at])
            if begin is None or not begin(self):
                self._plain()
                return
            if self.leaf is not _NONE or self.ends_here:
                return

    def _continue_leaf(self) -> bool:
        """Add the line to a leaf that takes lines as they are; False if it ended before this line."""
        leaf, line, at = self.leaf, self.line, self.at
        if leaf is _FENCE:
            if line.startswith(self.fence, at) and self.column - self.base < 4:
                self.ends_here = not line[at:].strip(" \t").strip(self.fence[0])
        elif leaf is _INDENTED:
            if self.column - self.base < 4:
                self.close_leaf()
                return False
        else:
            self.ends_here = self.leaf_ends.search(line, at) is not None
        return True

    def _plain(self) -> None:
        """Add the rest of the line as running text."""
        if self.leaf is _PARAGRAPH:
            self.leaf_lines += 1
        elif self.leaf is _NONE:
            self.close_to(self.depth)
            self.open(SectionType.PARAGRAPH, _PARAGRAPH, self.at)

    def _indented(self) -> None:
        """Add a line that stands in by four columns or more: text of a paragraph, else code."""
        if self.leaf is _PARAGRAPH:
            self.leaf_lines += 1
        else:
            self.close_to(self.depth)
            self.open(SectionType.CODE, _INDENTED, self.at)

    # What may begin at the next character; each returns False if it does not begin here

    def _quote(self) -> bool:
        if len(self.stack) >= MAX_DEPTH:
            return False
        self.close_to(self.depth)
        sign = self.offset + self.at
        self.pass_quote_sign()
        container = self.push_quote()
        found = leaves.CALLOUT.match(self.line, self.at) if self.column - self.base < 4 else None
        if found:
            self.open_callout(container, sign, found, self.offset)
            self.ends_here = True
        return True

    def _footnote(self) -> bool:
        found = leaves.FOOTNOTE.match(self.line, self.at)
        if not found or len(self.stack) >= MAX_DEPTH:
            return False
        self.close_to(self.depth)
        container = self.push(SectionType.FOOTNOTE_DEFINITION, 4)
        container.opens = DraftFootnote(found[1], self.offset + self.at)
        self.blocks.footnotes.append(container.opens)
        self.at = found.end()
        self.base = self.column
        return True

    def _list_item(self) -> bool:
        line, bullet = self.line, self.at
        found = leaves.LIST_ITEM.match(line, bullet)
        if not found or len(self.stack) >= MAX_DEPTH:
            return False
        marker, blanks, task = found.groups()
        empty = blanks is None or found.end(2) == len(line)
        if self.in_paragraph and (empty or (len(marker) > 1 and marker[:-1] != "1")):
            return False
        self.close_to(self.depth)
        indent = self.column - self.base
        self.at = found.end(1)
        self.column += len(marker)
        content = self.column + 1
        if blanks == " ":
            self.at, self.column = self.at + 1, content
        else:
            self.skip_blanks()
        if not empty and self.column - content < 4:
            content = self.column
        boxed = task is not None and self.column == content
        start = self.offset + (found.end() if boxed else self.at)
        if indent:
            indent = self.blanks_before(line, bullet, indent)
        mark = task if boxed else None
        item = self.push_item(content - self.base, marker, mark, self.offset + bullet, start, indent)
        item.empty = empty
        self.base = content
        if boxed:
            self.open(SectionType.PARAGRAPH, _PARAGRAPH, found.end())
            self.leaf_run = Run.TASK
        elif self.column == content and not empty and line[self.at] not in _BEGINNINGS:
            self.open(SectionType.PARAGRAPH, _PARAGRAPH, self.at)
        return True

    def _dash(self) -> bool:
        line, at = self.line, self.at
        if line.startswith(" ", at + 1) and line[at + 2 : at + 3] not in _OF_RULES_AND_ROWS:
            return self._list_item()
        return self._underline() or self._thematic_break() or self._table() or self._list_item()

    def _star(self) -> bool:
        return self._thematic_break() or self._list_item()

    def _underline(self) -> bool:
        """Make the paragraph above a heading, if this line underlines it."""
        if not self.in_paragraph or not leaves.SETEXT_UNDERLINE.match(self.line, self.at):
            return False
        title = self.text[self.leaf_start : self.last_end].strip()
        level = 1 if self.line[self.at] == "=" else 2
        end = self.offset + len(self.line)
        self.blocks.headings.append(Heading(level, title, Span(self.leaf_start, end)))
        if not self.stack:
            self.section_type = SectionType.HEADING
        self.close_leaf()
        self.ends_here = True
        return True

    def _thematic_break(self) -> bool:
        if not leaves.THEMATIC_BREAK.match(self.line, self.at):
            return False
        self.close_to(self.depth)
        self.open(SectionType.THEMATIC_BREAK, _NONE, self.at)
        self.ends_here = True
        return True

    def _heading(self) -> bool:
        found = leaves.ATX_HEADING.match(self.line, self.at)
        if not found:
            return False
        self.close_to(self.depth)
        title = self.line[found.end() :].rstrip(" \t")
        if title.endswith("#"):
            title = leaves.CLOSING_SIGNS.sub("", title).rstrip(" \t")
        span = Span(self.offset + self.at, self.offset + len(self.line))
        self.blocks.headings.append(Heading(len(found[1]), title, span))
        self.open(SectionType.HEADING, _NONE, found.end())
        self.ends_here = True
        if title:
            self.blocks.runs.append((self.leaf_start, span.end, Run.TITLE))
        return True

    def _fenced(self) -> bool:
        found = leaves.FENCE.match(self.line, self.at)
        if not found:
            return False
        self.close_to(self.depth)
        self.fence = found[1] or found[2]
        self.open(SectionType.CODE, _FENCE, self.at)
        return True

    def _html(self) -> bool:
        ends = leaves.html_end(self.line, self.at, self.leaf is _PARAGRAPH)
        if ends is None:
            return False
        self._verbatim(SectionType.HTML, Leaf.HTML, ends)
        return True

    def _math(self) -> bool:
        if not self.may_hold_math or not self.line.startswith("$$", self.at):
            return False
        close = self.line.find("$$", self.at + 2)
        if close >= 0:
            if not leaves.SPACES.fullmatch(self.line, close + 2):
                return False
        elif self.text.find("$$", self.offset + self.at + 2) < 0:
            self.may_hold_math = False
            return False
        self._verbatim(SectionType.MATH, Leaf.MATH, leaves.DOLLARS)
        return True

    def _comment(self) -> bool:
        if not leaves.PERCENTS.match(self.line, self.at):
            return False
        close = leaves.PERCENTS.search(self.line, self.at + 2)
        if close is None:
            self._verbatim(SectionType.COMMENT, Leaf.COMMENT, leaves.PERCENTS)
        elif leaves.SPACES.fullmatch(self.line, close.end()):
            self.close_to(self.depth)
            self.open(SectionType.COMMENT, _PARAGRAPH, self.at)
            self.ends_here = True
        else:
            return False
        return True

    def _verbatim(self, type: SectionType, leaf: Leaf, ends: re.Pattern[str]) -> None:
        """Open a leaf that takes lines as they are, up to one in which `ends` is found."""
        self.close_to(self.depth)
        self.open(type, leaf, self.at)
        self.leaf_ends = ends
        self.ends_here = ends.search(self.line, self.at + 2) is not None

    def _table(self) -> bool:
        """Make the one line of the paragraph above a table's head, if this is the row below it."""
        if not self.in_paragraph or self.leaf_lines != 1:
            return False
        if not leaves.is_delimiter_row(self.line, self.at):
            return False
        head = self.text[self.leaf_start : self.last_end]
        if leaves.count_cells(head) != leaves.count_cells(self.line[self.at :]):
            return False
        self.leaf = _TABLE
        if not self.stack:
            self.section_type = SectionType.TABLE
        return True


_BEGINNINGS: dict[str, Callable[[_Scanner], bool]] = {
    **dict.fromkeys("0123456789+", _Scanner._list_item),
    ">": _Scanner._quote,
    "#": _Scanner._heading,
    "`": _Scanner._fenced,
    "~": _Scanner._fenced,
    "<": _Scanner._html,
    "$": _Scanner._math,
    "%": _Scanner._comment,
    "[": _Scanner._footnote,
    "-": _Scanner._dash,
    "*": _Scanner._star,
    "_": _Scanner._thematic_break,
    "=": _Scanner._underline,
    "|": _Scanner._table,
    ":": _Scanner._table,
}
