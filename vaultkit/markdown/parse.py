"""One note's text becomes a `Note`; this never fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vaultkit.markdown.blocks import scan_blocks
from vaultkit.markdown.drafts import Blocks, DraftItem
from vaultkit.markdown.inline import scan_inline
from vaultkit.markdown.note import (
    Block,
    Callout,
    Footnote,
    Frontmatter,
    ListItem,
    Note,
    PropertyLink,
    PropertyValue,
    Section,
    SectionType,
)
from vaultkit.markdown.references import whole_link
from vaultkit.text import Span


def parse_note(path: str, text: str, digest: str = "", readonly: bool = False) -> Note:
    """Return what `text` says; `path`, `digest` and `readonly` are kept as `Note` describes them."""
    properties = _frontmatter(text)
    start = properties.span.end if properties else int(text.startswith("\ufeff"))
    blocks = scan_blocks(text, start)
    inline = scan_inline(text, blocks.runs)
    opening = (Section(SectionType.YAML, properties.span),) if properties else ()
    return Note(
        path=path,
        text=text,
        digest=digest,
        readonly=readonly,
        frontmatter=properties,
        sections=(*opening, *blocks.sections),
        headings=tuple(blocks.headings),
        list_items=tuple([_item(text, draft) for draft in blocks.items]),
        callouts=tuple(_callouts(blocks)),
        links=tuple(inline.links),
        embeds=tuple(inline.embeds),
        property_links=tuple(_property_links(text, properties)) if properties else (),
        tags=tuple(inline.tags),
        blocks=tuple(_named_blocks(blocks)),
        fields=tuple(inline.fields),
        code=_merged(blocks.code, inline.code),
        math=_merged(blocks.math, inline.math),
        footnotes=tuple(Footnote(note.id, Span(note.start, note.end)) for note in blocks.footnotes),
        footnote_references=tuple(inline.footnotes),
        reference_links=tuple(inline.reference_links),
        comments=_merged(blocks.comments, inline.comments),
    )


def _frontmatter(text: str) -> Frontmatter | None:
    """Return the YAML block; what reads YAML is loaded by the first note that has one."""
    if not text.startswith(("---", "\ufeff---")):
        return None
    from vaultkit.markdown.frontmatter import read_frontmatter

    return read_frontmatter(text)


def _item(text: str, draft: DraftItem) -> ListItem:
    end = draft.content + len(text[draft.content : draft.end].rstrip())
    return ListItem(
        Span(draft.start, draft.end),
        Span(draft.content, end),
        draft.marker,
        draft.task,
        draft.parent,
        draft.first_line,
        draft.quotes,
        draft.callout,
        draft.id,
        draft.indent,
    )


def _callouts(blocks: Blocks) -> Iterator[Callout]:
    for draft in blocks.callouts:
        span, body = Span(draft.start, draft.end), Span(min(draft.body, draft.end), draft.end)
        yield Callout(draft.type, draft.metadata, draft.fold, draft.title, span, body, draft.parent)


def _named_blocks(blocks: Blocks) -> Iterator[Block]:
    for named in blocks.ids:
        start, end = named.start, named.end
        if named.item is not None:
            start, end = blocks.items[named.item].start, blocks.items[named.item].end
        elif named.section is not None:
            yield Block(named.id, blocks.sections[named.section].span)
            continue
        yield Block(named.id, Span(start, end))


def _property_links(text: str, properties: Frontmatter) -> Iterator[PropertyLink]:
    """Yield the links that are whole property values, those in lists and maps too."""
    for key, entry in properties.properties.items():
        value = entry.value
        if isinstance(value, str):
            if value.startswith("["):
                yield from _links_in(text, key, value, entry.value_span)
        elif isinstance(value, list) and len(entry.entries) == len(value):
            for index, (item, span) in enumerate(zip(value, entry.entries, strict=True)):
                if not isinstance(item, str) or item.startswith("["):
                    yield from _links_in(text, f"{key}.{index}", item, span)
        elif isinstance(value, dict | list):
            yield from _links_in(text, key, value, entry.value_span)


def _links_in(text: str, key: str, value: PropertyValue, span: Span) -> Iterator[PropertyLink]:
    if isinstance(value, str):
        if value.startswith("["):
            start = text.find(value, span.start, span.end)
            link = whole_link(value, start) if start >= 0 else None
            if start < 0 and (written := whole_link(value, span.start)):
                link = replace(written, span=span)
            if link is not None:
                yield PropertyLink(key, link)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _links_in(text, f"{key}.{index}", item, span)
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _links_in(text, f"{key}.{name}", item, span)


def _merged(first: list[Span], second: Iterable[Span]) -> tuple[Span, ...]:
    """Return the stretches of both in text order."""
    return tuple(sorted([*first, *second])) if first and second else tuple(first or second)
