"""First step to the client's text: what stays inside is cut out of a note, whole lines where nothing else is on them.

Frontmatter, internal stretches, comments of both kinds (markers and keep marks too, with the query that a marker
holds) go; « à définir » that vaultkit wrote is « – ». What only looks like any of that in code stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from vaultkit.audit.internal import internal_spans, outermost
from vaultkit.audit.words import UNDEFINED
from vaultkit.edits import Edit, apply_edits
from vaultkit.markdown.leaves import PERCENTS
from vaultkit.markdown.note import Note
from vaultkit.markdown.parse import parse_note
from vaultkit.markdown.regions import find_regions
from vaultkit.text import Span, fold, pattern

#: Characters that no text holds (Unicode: not for interchange); they set off our tokens until the text is finished.
OPEN, CLOSE = "\ufdd0", "\ufdd1"
_NO_TEXT = str.maketrans("", "", f"{OPEN}{CLOSE}\x00")
#: What may stand before a line's own words: quote signs, and then a bullet with its task box.
_PREFIX = pattern(r"[ \t>]*")
_BULLET = pattern(r"(?:[-+*]|[0-9]{1,9}[.)])(?:[ \t]+\[.\])?(?:[ \t]+|$)")
_HEADING_SIGNS = pattern(r"#{1,6}[ \t]*")
_GENERATED_CELL = pattern(r"(?<=\|)[ \t]*([^|\n]+?)[ \t]*(?=\|)")
_NO_SOURCE = pattern(r"[ \t]*[(\[](?:sans source|no source|ohne quelle)[)\]]", 2)
_UNKNOWN = frozenset(fold(word) for word in UNDEFINED.values())
#: A comment can show another one when it goes; so often the text is looked through.
_ROUNDS = 12


def plain(note: Note) -> Note:
    """Return the note with line feeds, without BOM and without the characters that our tokens are made of."""
    text = note.text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").translate(_NO_TEXT)
    return note if text == note.text else parse_note(note.path, text)


def cut(note: Note, left_out: Iterable[Edit] = ()) -> Note:
    """Return a plain note without what stays inside; `left_out` are more edits, which an internal stretch outdoes."""
    whole = [
        *([note.frontmatter.span] if note.frontmatter else []),
        *internal_spans(note),
        *(edit.span for edit in left_out if not edit.text),
    ]
    text = note.text
    edits = [
        *removals(text, [*whole, *note.comments]),
        *(edit for edit in left_out if edit.text),
        *_unknown_cells(note),
    ]
    return without_internal(without_comments(parse_note(note.path, apply_edits(text, settled(edits)))))


def without_internal(note: Note) -> Note:
    """Return a note without internal stretches; one that goes can show another: a callout below a comment."""
    for _ in range(_ROUNDS):
        if not (spans := internal_spans(note)):
            break
        note = parse_note(note.path, apply_edits(note.text, settled(removals(note.text, spans))))
    return note


def without_comments(note: Note) -> Note:
    """Return a note without comments, those that begin in one line of a paragraph and end in another included."""
    for _ in range(_ROUNDS):
        spans = [*note.comments, *_percents(note), *_unclosed(note)]
        if not spans:
            break
        note = parse_note(note.path, apply_edits(note.text, settled(removals(note.text, spans))))
    return note


def _percents(note: Note) -> Iterator[Span]:
    """Yield what stands between two `%%` of one block of the note, on different lines."""
    if "%%" not in note.text:
        return
    hidden = outermost((*note.code, *note.math, *note.comments))
    signs = [
        found.start()
        for found in PERCENTS.finditer(note.text)
        if not any(span.start <= found.start() < span.end for span in hidden)
    ]
    for section in note.sections:
        inner = [at for at in signs if section.span.start <= at < section.span.end]
        yield from (Span(first, second + 2) for first, second in list(pairwise(inner))[::2])


def _unclosed(note: Note) -> Iterator[Span]:
    """Yield an HTML comment that is never closed: browsers hide all that follows."""
    at = note.text.find("<!--")
    while at >= 0:
        if not any(span.start <= at < span.end for span in (*note.code, *note.math)):
            blank = note.text.find("\n\n", at)
            yield Span(at, len(note.text) if blank < 0 or note.text[:at].endswith("\n") or not at else blank)
            return
        at = note.text.find("<!--", at + 4)


def _unknown_cells(note: Note) -> Iterator[Edit]:
    """Yield « – » for each generated cell that says that nobody knows yet; « (sans source) » goes."""
    for region in find_regions(note).regions:
        for found in _GENERATED_CELL.finditer(note.text, region.body.start, region.body.end):
            if fold(found[1]) in _UNKNOWN:
                yield Edit(Span(*found.span(1)), "–")
        for found in _NO_SOURCE.finditer(note.text, region.body.start, region.body.end):
            yield Edit(Span(*found.span()), "")


def settled(edits: Iterable[Edit]) -> list[Edit]:
    """Return edits that do not overlap: of two that do the one that begins first, of these the longest, stays."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.span.start, -e.span.end)):
        if not kept or edit.span.start >= kept[-1].span.end:
            kept.append(edit)
    return kept


def removals(text: str, spans: Iterable[Span]) -> list[Edit]:
    """Return the edits that take stretches out of a text.

    A line of which nothing is left but quote signs, a bullet or a heading's signs goes as a whole; where it parted
    two paragraphs a blank one stays.
    """
    return list(_removals(text, outermost(spans)))


def _removals(text: str, spans: Sequence[Span]) -> Iterator[Edit]:
    at = 0
    while at < len(spans):
        last = at
        while last + 1 < len(spans) and text.find("\n", spans[last].end, spans[last + 1].start) < 0:
            last += 1
        first, end = spans[at].start, spans[last].end
        line = text.rfind("\n", 0, first) + 1
        stop = text.find("\n", end)
        stop = len(text) if stop < 0 else stop
        bounds = [line, *(p for span in spans[at : last + 1] for p in (span.start, span.end)), stop]
        left = "".join(text[low:high] for low, high in zip(bounds[::2], bounds[1::2], strict=True))
        if is_bare(left) and not (_bulleted(left) and _goes_on(text, stop, line)):
            yield _whole_lines(text, line, stop, left)
        else:
            yield from (Edit(_with_blank(text, span), "") for span in spans[at : last + 1])
        at = last + 1


def is_bare(line: str) -> bool:
    """Whether a line says nothing: blanks, quote signs, a bullet, the signs of a heading."""
    rest = line[_prefix_end(line) :]
    if bullet := _BULLET.match(rest):
        rest = rest[bullet.end() :]
    if signs := _HEADING_SIGNS.match(rest):
        rest = rest[signs.end() :]
    return not rest.strip()


def _prefix_end(line: str) -> int:
    found = _PREFIX.match(line)
    return found.end() if found else 0


def _bulleted(line: str) -> bool:
    return _BULLET.match(line, _prefix_end(line)) is not None


def _goes_on(text: str, stop: int, line: int) -> bool:
    """Whether what stands below a list item belongs to it: it is further in."""
    following = text[stop + 1 : text.find("\n", stop + 1) if text.find("\n", stop + 1) >= 0 else len(text)]
    return bool(following.strip(" \t>")) and _prefix_end(following) > _prefix_end(text[line:stop])


def _whole_lines(text: str, line: int, stop: int, left: str) -> Edit:
    end = min(stop + 1, len(text))
    before = text[text.rfind("\n", 0, max(line - 1, 0)) + 1 : max(line - 1, 0)]
    after = text[end : text.find("\n", end) if text.find("\n", end) >= 0 else len(text)]
    parts = is_running(before) and is_running(after)
    quote = left[: _prefix_end(left)].rstrip()
    return Edit(Span(line, end), f"{quote}\n" if parts else "")


def is_running(line: str) -> bool:
    """Whether a line is running text, with which the next one would flow together."""
    rest = line[_prefix_end(line) :]
    return (
        bool(rest.strip()) and rest[0] not in "|#" and not rest.startswith("[!") and not _BULLET.match(rest)
    )


def _with_blank(text: str, span: Span) -> Span:
    """Return a stretch with the blanks before it, where behind it a blank, a sign or the line's end follows."""
    start = span.start
    if span.end >= len(text) or text[span.end] in " \t\n,.;:)|]":
        while start > 0 and text[start - 1] in " \t":
            start -= 1
    if start < span.start and (start == 0 or text[start - 1] in "\n>" or _opens(text, start)):
        return span  # the blanks before it indent the line, or belong to its bullet
    if start < span.start and text[span.end : span.end + 1] == "|":
        return Span(start + 1, span.end)
    return Span(start, span.end)


def _opens(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    rest = line[_prefix_end(line) :]
    bullet = _BULLET.match(f"{rest} ")
    return not rest or bool(bullet and bullet.end() >= len(rest)) or bool(_HEADING_SIGNS.fullmatch(rest))
