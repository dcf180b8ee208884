"""How far one line is read: columns with tabs expanded, and which open containers it belongs to."""

from __future__ import annotations

from vaultkit.markdown import leaves
from vaultkit.markdown.drafts import Container


class LineCursor:
    """Where in a line the scanner stands.

    `at` is the index in `line` of the next character that is no blank, `column` its column with tabs
    expanded; `base` is the column where the content of the innermost matched container begins and
    `depth` the number of open containers that the line belongs to. `offset` is where the line begins
    in the text.
    """

    __slots__ = ("at", "base", "column", "depth", "line", "offset", "stack")

    def __init__(self) -> None:
        self.stack: list[Container] = []
        self.line = ""
        self.offset = self.at = self.column = self.base = self.depth = 0

    def skip_blanks(self) -> None:
        """Move to the next character that is no blank."""
        found = leaves.SPACES.match(self.line, self.at)
        end = found.end() if found else self.at
        if end == self.at:
            return
        blanks = self.line[self.at : end]
        if "\t" in blanks:
            self.column = len((" " * (self.column % 4) + blanks).expandtabs(4)) + self.column // 4 * 4
        else:
            self.column += end - self.at
        self.at = end

    def match_containers(self) -> None:
        """Find how many of the open containers the line belongs to."""
        depth, line, size = 0, self.line, len(self.line)
        for container in self.stack:
            if container.width:
                if self.at >= size:
                    if container.empty and container.line_start < self.offset:
                        break
                elif self.column - self.base >= container.width:
                    self.base += container.width
                    container.empty = False
                else:
                    break
            elif self.at < size and line[self.at] == ">" and self.column - self.base < 4:
                self.pass_quote_sign()
            else:
                break
            depth += 1
        self.depth = depth

    def pass_quote_sign(self) -> None:
        """Move behind a `>` and the blank that belongs to it."""
        self.at += 1
        self.column += 1
        self.base = self.column
        if self.at < len(self.line) and self.line[self.at] in " \t":
            self.base += 1
            self.skip_blanks()

    def blanks_before(self, line: str, bullet: int, columns: int) -> int:
        """Return how many characters of indentation before the bullet lie inside the container."""
        at = bullet
        while columns > 0 and at > 0:
            columns -= 4 if line[at - 1] == "\t" else 1
            if columns < 0:
                break
            at -= 1
        return bullet - at
