"""Rules about the queries in notes: Dataview blocks and inline queries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note
from vaultkit.rules.kinds import INVALID_INLINE_QUERY, INVALID_QUERY
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.rules.traits import INLINE_QUERY, QUERY
from vaultkit.text import Message, Span, pattern

if TYPE_CHECKING:
    from vaultkit.dql.errors import DqlSyntaxError

#: The line that opens a Dataview block; what stands before it on its line is its container.
FENCE = pattern(r"(?P<fence>`{3,}|~{3,})[ \t]*dataview[ \t]*\r?(?:\n|$)")
#: An inline query looks like one: a field of this note, a link, or a function in lower case (no spreadsheet formula).
_QUERY_LIKE = pattern(r"\bthis\b|\[\[|(?<![\w.])[a-z][a-z0-9]*\(")


def invalid_query(note: Note, look: Look) -> Iterator[Finding]:
    """A Dataview block cannot be read, so the app shows an error in its place."""
    if not look.traits(note) & QUERY or "dataview" not in note.text:
        return
    from vaultkit.dql.parser import parse_query

    for span in note.code:
        opened = FENCE.match(note.text, span.start, span.end)
        if opened and not _is_sound(note.text[note.text.rfind("\n", 0, span.start) + 1 : span.end]):
            lines = block_lines(note.text, opened, span.end)
            text = "\n".join(line.of(note.text) for line in lines)
            if text.strip() and (error := _fault(parse_query, text)):
                yield _finding(error, _place(lines, error.span))


@lru_cache(maxsize=512)
def _is_sound(block: str) -> bool:
    """Whether the query of a block, given with all of its lines, can be read or says nothing."""
    from vaultkit.dql.parser import parse_query

    opened = FENCE.search(block)
    text = "\n".join(line.of(block) for line in block_lines(block, opened, len(block))) if opened else ""
    return not text.strip() or _fault(parse_query, text) is None


def invalid_inline_query(note: Note, look: Look) -> Iterator[Finding]:
    """An inline query (`= this.field` in backticks) cannot be read, so the app shows an error in its place."""
    if not look.traits(note) & INLINE_QUERY or "`=" not in note.text:
        return
    from vaultkit.dql.parser import parse_expression

    for span in note.code:
        if (place := expression_span(note.text, span)) and (
            error := _fault(parse_expression, place.of(note.text))
        ):
            yield _finding(error, Span(place.start + error.span.start, place.start + error.span.end))


def expression_span(text: str, code: Span) -> Span | None:
    """Return the place of the expression in an inline query, None where the code is none: `=>`, `=SUM(A1;A2)`."""
    said = code.of(text)
    ticks = len(said) - len(said.lstrip("`"))
    inner = said[ticks : len(said) - ticks].rstrip()
    query = inner.lstrip()
    expression = query[1:].lstrip()
    if not query.startswith("=") or query[1:2] in ("=", ">", "~") or "\n" in inner:
        return None
    if not _QUERY_LIKE.search(expression):
        return None
    start = code.start + ticks + len(inner) - len(expression)
    return Span(start, start + len(expression))


@lru_cache(maxsize=512)
def _fault(parse: Callable[[str], object], text: str) -> DqlSyntaxError | None:
    """Return why a text cannot be read, None if it can; notes from one template say the same query."""
    from vaultkit.dql.errors import DqlSyntaxError

    try:
        parse(text)
    except DqlSyntaxError as error:
        return error.with_traceback(None)
    return None


def _finding(error: DqlSyntaxError, place: Span) -> Finding:
    return Finding(
        place,
        Message(
            f"requête Dataview illisible\u00a0: {error.message.fr}",
            f"this Dataview query cannot be read: {error.message.en}",
        ),
    )


def block_lines(text: str, opened: re.Match[str], end: int) -> list[Span]:
    """Return the lines of a block without what its container puts before them: `>` of quotes, blanks of a list."""
    start = text.rfind("\n", 0, opened.start()) + 1
    before = text[start : opened.start()]
    quotes, indent = before.count(">"), len(before.rpartition(">")[2])
    prefix = re.compile(rf"(?:[ \t]*>){{0,{quotes}}}[ \t]{{0,{indent}}}")
    lines: list[Span] = []
    at = opened.end()
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        found = prefix.match(text, at, stop)
        lines.append(Span(found.end() if found else at, max(at, stop - text.startswith("\r", stop - 1))))
        at = stop + 1
    closing = re.compile(rf"[ \t]*{re.escape(opened['fence'])}{re.escape(opened['fence'][0])}*[ \t]*")
    if lines and closing.fullmatch(text, lines[-1].start, lines[-1].end):
        lines.pop()
    return lines


def _place(lines: list[Span], span: Span) -> Span:
    """Return where a stretch of the lines, joined by line feeds, stands in the note."""
    starts = [0, *accumulate(line.end - line.start + 1 for line in lines)]
    number = max(at for at, start in enumerate(starts[:-1]) if start <= span.start)
    line = lines[number]
    start = min(line.start + span.start - starts[number], line.end)
    return Span(start, min(start + span.end - span.start, line.end))


FAMILIES = (
    Family((Rule(INVALID_QUERY, invalid_query),), traits=QUERY),
    Family((Rule(INVALID_INLINE_QUERY, invalid_inline_query),), traits=INLINE_QUERY),
)
