"""Where a note's YAML block begins and ends; nothing about what it says."""

from __future__ import annotations

from msgspec import Struct

from vaultkit.text import Span, pattern

_OPENING = pattern(r"\ufeff?---[ \t]*\r?\n")
_CLOSING = pattern(r"\n---[ \t]*\r?(?:\n|\Z)")


class Delimited(Struct, frozen=True):
    """The YAML block: `span` with its two delimiter lines, `body` what stands between them."""

    span: Span
    body: Span


def find_frontmatter(text: str) -> Delimited | None:
    """Return the place of the YAML block, None if the first line is not `---` or no later line is."""
    opening = _OPENING.match(text)
    if opening is None:
        return None
    closing = _CLOSING.search(text, opening.end() - 1)
    if closing is None:
        return None
    start = int(text.startswith("\ufeff"))
    return Delimited(Span(start, closing.end()), Span(opening.end(), closing.start() + 1))
