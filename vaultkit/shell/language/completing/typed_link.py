"""A link that is being typed: which part of it stands before the cursor, and what an insertion replaces."""

from __future__ import annotations

import re

from vaultkit.markdown.references import decoded
from vaultkit.shell.language.completing.places import LinkPlace, Part
from vaultkit.text import Span

#: Where a part of a wikilink ends.
_PART_END = re.compile(r"\\?\||[#^]|\]\]")
#: The destination of a link that is being typed: `[words](dest`; in angle brackets blanks may stand in it.
_DESTINATION = re.compile(r"\[[^\[\]\n]*\]\((?:<(?P<angled>[^<>]*)|(?P<bare>[^()<>\s]*))$")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
#: A line of a table, in a quote or not.
_TABLE_LINE = re.compile(r"[ \t>]*\|")


def wikilink_at(text: str, start: int, at: int, end: int) -> LinkPlace | None:
    """Return the wikilink whose brackets are open at `at`, in a line from `start` to `end`."""
    opened = text.rfind("[[", start, at)
    if opened < 0 or text.find("]]", opened, at) >= 0 or text.find("|", opened + 3, at) >= 0:
        return None
    if opened + 2 > at:
        return None
    inside = text[opened + 2 : at]
    path, sign, subpath = inside.partition("#")
    part, begin, short = Part.NAME, opened + 2, False
    if sign:
        last = subpath.rpartition("#")[2]
        is_block = last.startswith("^")
        part, begin = (Part.BLOCK if is_block else Part.HEADING), at - len(last) + is_block
    elif "^" in inside:
        path, _, last = inside.rpartition("^")
        part, begin, short = Part.BLOCK, at - len(last) - 1, True
    stop, tail = _rest(text, at, end)
    return LinkPlace(
        part,
        text[begin + short : at],
        Span(begin, stop),
        opened,
        text[opened + 2 : begin],
        path.strip() if part is not Part.NAME else "",
        short,
        tail,
        in_table=_TABLE_LINE.match(text, start, end) is not None,
    )


def _rest(text: str, at: int, end: int) -> tuple[int, str]:
    """Return where the part ends in which the cursor stands, and what follows it in the link, if that is closed."""
    close = text.find("]]", at, end)
    again = text.find("[[", at, end)
    if close < 0 or 0 <= again < close:
        return at, ""
    found = _PART_END.search(text, at, close + 2)
    stop = found.start() if found else close
    return stop, text[stop : close + 2]


def markdown_link_at(text: str, start: int, at: int, end: int) -> LinkPlace | None:
    """Return the link `[words](destination` whose parenthesis is open at `at`, in a line from `start` to `end`."""
    typed = _DESTINATION.search(text[start:at])
    if typed is None:
        return None
    said = typed["bare"] if typed["angled"] is None else typed["angled"]
    if _SCHEME.match(said):
        return None
    path, sign, subpath = said.partition("#")
    part, begin = Part.NAME, at - len(said)
    if sign:
        is_block = subpath.startswith("^")
        part, begin = (Part.BLOCK if is_block else Part.HEADING), at - len(subpath) + is_block
    angled = typed["angled"] is not None
    following = re.compile(r"[^<>\n]*(?=>\))" if angled else r"[^()<>\s]*(?=\))").match(text, at, end)
    stop = following.end() if following else at
    return LinkPlace(
        part,
        decoded(text[begin:at]),
        Span(begin, stop),
        start + typed.start(),
        target=decoded(path) if part is not Part.NAME else "",
        wiki=False,
        angled=angled,
    )
