"""Tables and lists of a report as report Markdown: for paper, so with few columns, none of them empty."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from vaultkit.audit.recap import cell
from vaultkit.text import one_line, pattern

#: What makes something else of the line that it opens: a heading, a quote, a list, a table.
_OPENS = pattern(r"(?=[#>+\-=|:~*_](?:\s|$|[-=|:~]))|(?P<number>\d+)(?=[.)](?:\s|$))")


class Column(Struct, frozen=True):
    """A column: its heading, its width as a share, whether it stands at the right, whether it may go if empty."""

    name: str
    share: int
    right: bool = False
    lasting: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> str:
    """Return a pipe table without the columns that are empty in every row; empty if there is no row.

    The lengths of its alignment row are the widths that the columns should have.
    """
    if not rows:
        return ""
    kept = [at for at, column in enumerate(columns) if column.lasting or any(row[at].strip() for row in rows)]
    dashes = ("-" * max(3, columns[at].share) for at in kept)
    marks = [f"{line[:-1]}:" if columns[at].right else line for at, line in zip(kept, dashes, strict=True)]
    lines = [[columns[at].name for at in kept], marks, *([cell(row[at]) for at in kept] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def callout(kind: str, title: str, items: Sequence[str]) -> str:
    """Return a callout that lists items."""
    return "\n".join([f"> [!{kind}] {title}", *(f"> - {inline(item)}" for item in items)])


def inline(text: str) -> str:
    """Return a text as it can open a line or list item: it begins no heading, list or table of its own."""
    line = one_line(text)
    found = _OPENS.match(line)
    if found is None:
        return line
    at = len(found["number"] or "")
    return f"{line[:at]}\\{line[at:]}"


def paragraphs(*pieces: str) -> str:
    """Return pieces of Markdown with a blank line between them, the empty ones left out."""
    return "\n\n".join(piece for piece in pieces if piece)
