"""What of a vault never goes to a client, and the marks by which a person says so.

A whole note: an interview (`category: entretien`), a draft (`statut: brouillon`), `vaultkit_interne: true`.

A section: its heading says `vaultkit_interne`, ends in « (interne) » or carries the tag `#interne`; or the comment
`<!-- vaultkit_interne -->` (or `%% vaultkit_interne %%`) stands somewhere in it: then all of the section goes, to the
next heading of its level. A comment before the first heading takes what stands before that heading.

A callout `> [!interne]`; a list item with what is below it, a paragraph or a table row with the tag `#interne`.
« internal », « intern », `vaultkit_internal` say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from vaultkit.audit.cleaning import comments_at
from vaultkit.audit.mission import INTERVIEW, category_of, is_draft
from vaultkit.audit.sections import section_ends
from vaultkit.markdown.note import Callout, Heading, ListItem, Note, Section, SectionType
from vaultkit.markdown.tags import frontmatter_tags
from vaultkit.text import Span, fold, pattern, unaccented

_WORDS = ("interne", "internal", "intern")
_KEYS = tuple(f"vaultkit_{word}" for word in _WORDS)
#: A mark of ours inside a comment, and at the end of a heading.
_COMMENT = pattern(r"(?:<!--|%%)\s*vaultkit[_:]\s*(?:interne?|internal)\s*(?:-->|%%)")
_TITLE = pattern(
    r"vaultkit_(?:interne?|internal)\b|\((?:usage |note |strictement )?(?:interne?|internal)s?\)\W*$"
)
#: Tags and the id at the end of a title are none of its words.
_FINAL = pattern(r"(?:\s+[#^]\S+)+\s*$")
_YES = ("oui", "yes", "ja", "true", "vrai")


def is_internal(note: Note) -> bool:
    """Whether no word of a note goes to a client: an interview, a draft, or said to be internal."""
    return category_of(note) == INTERVIEW or is_draft(note) or is_said_internal(note)


def is_said_internal(note: Note) -> bool:
    """Whether a note says itself that it is internal, by a property or a tag."""
    said = (note.properties.get(key) for key in _KEYS)
    if any(value is True or (isinstance(value, str) and fold(value) in _YES) for value in said):
        return True
    return any(is_internal_tag(tag) for tag in frontmatter_tags(note) or ())


def is_internal_tag(tag: str) -> bool:
    """Whether a tag (with its `#`) says internal."""
    return unaccented(tag.lstrip("#").split("/")[0]) in (*_WORDS, *_KEYS)


def internal_spans(note: Note) -> tuple[Span, ...]:
    """Return the stretches of a note that stay inside, none in another, in text order."""
    if not _may_have(note):
        return ()
    spans = outermost((*_sections(note), *_callouts(note), *_tagged(note)))
    return tuple(_without_footnotes(note, spans)) if note.footnotes else spans


def _without_footnotes(note: Note, spans: tuple[Span, ...]) -> Iterator[Span]:
    """Yield the stretches without the footnotes in them that the text outside refers to: they stand where they fall."""
    used = {
        reference.id.lower()
        for reference in note.footnote_references
        if not any(span.holds(reference.span) for span in spans)
    }
    kept = [footnote.span for footnote in note.footnotes if footnote.id.lower() in used]
    for span in spans:
        at = span.start
        for footnote in kept:
            if span.holds(footnote):
                if at < footnote.start:
                    yield Span(at, footnote.start)
                at = footnote.end
        if at < span.end:
            yield Span(at, span.end)


def _may_have(note: Note) -> bool:
    return "intern" in note.text.lower()


def _sections(note: Note) -> Iterator[Span]:
    headings, size = note.headings, len(note.text)
    ends = section_ends(headings, size)
    marked = {_above(headings, comment.start) for comment in note.comments if is_mark(comment.of(note.text))}
    tagged = {_heading_at(headings, tag.span.start) for tag in note.tags if is_internal_tag(tag.tag)}
    for at, heading in enumerate(headings):
        if at in marked or at in tagged or _says_internal(heading.text):
            yield Span(heading.span.start, ends[at])
    if -1 in marked:
        yield Span(note.body_start, headings[0].span.start if headings else size)


def is_mark(comment: str) -> bool:
    """Whether a comment says that its section is internal."""
    return _COMMENT.fullmatch(comment.strip().lower()) is not None


def _says_internal(title: str) -> bool:
    return _TITLE.search(unaccented(_FINAL.sub("", title))) is not None


def _above(headings: Iterable[Heading], at: int) -> int:
    """Return the position of the last heading before a place, -1 if there is none."""
    return max((n for n, heading in enumerate(headings) if heading.span.start <= at), default=-1)


def _heading_at(headings: Iterable[Heading], at: int) -> int:
    """Return the position of the heading in which a place lies, -2 if it lies in none."""
    return next((n for n, h in enumerate(headings) if h.span.start <= at < h.span.end), -2)


def _callouts(note: Note) -> Iterator[Span]:
    for box in note.callouts:
        if _is_internal_box(box):
            yield box.span


def _is_internal_box(box: Callout) -> bool:
    said = (unaccented(box.type), *unaccented(box.metadata).split())
    return any(word in (*_WORDS, *_KEYS) for word in said) or _says_internal(box.title)


def _tagged(note: Note) -> Iterator[Span]:
    """Yield the item, paragraph or table row around each tag that says internal."""
    for tag in note.tags:
        if not is_internal_tag(tag.tag) or any(True for _ in comments_at(note, tag.span)):
            continue
        item = next((n for n, i in reversed([*enumerate(note.list_items)]) if i.span.holds(tag.span)), None)
        if item is not None:
            yield with_children(note.list_items, item)
            continue
        section = next((s for s in note.sections if s.span.holds(tag.span)), None)
        if section is not None and section.type is not SectionType.HEADING:
            yield _part_of(note, section, tag.span)


def _part_of(note: Note, section: Section, tag: Span) -> Span:
    """Return the row of a table, the paragraph of a quote around a tag; of anything else all of it."""
    if section.type is SectionType.TABLE:
        start = note.text.rfind("\n", 0, tag.start) + 1
        end = note.text.find("\n", tag.start)
        return Span(
            max(start, section.span.start), section.span.end if end < 0 else min(end, section.span.end)
        )
    if section.type in (SectionType.CALLOUT, SectionType.BLOCKQUOTE):
        boxes = [box.span for box in note.callouts if box.span.holds(tag)]
        return max(boxes, default=section.span)
    return section.span


def with_children(items: tuple[ListItem, ...], at: int) -> Span:
    """Return the span of a list item with what is nested in it."""
    span, inner = items[at].span, {at}
    for n in range(at + 1, len(items)):
        if items[n].parent in inner:
            inner.add(n)
            span = Span(span.start, max(span.end, items[n].span.end))
        elif items[n].parent is None:
            break
    return span


def outermost(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch or lie in one another as one."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)
