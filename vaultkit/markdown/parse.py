"""One note's text becomes a `Note`; this never fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from vaultkit.markdown.blocks import scan_blocks
from vaultkit.markdown.drafts import Blocks, DraftItem
from vaultkit.markdown.inline import scan_inline
from vaultkit.markdown.note import (
    Block,
    Body,
    Callout,
    Footnote,
    Front,
    Frontmatter,
    ListItem,
    Note,
    Property,
    PropertyLink,
    PropertyValue,
    Section,
    SectionType,
)
from vaultkit.markdown.references import whole_link
from vaultkit.text import Span

if TYPE_CHECKING:
    from vaultkit.markdown.yaml_places import Place


def parse_note(path: str, text: str, digest: str = "", readonly: bool = False) -> Note:
    """Return what `text` says; `path`, `digest` and `readonly` are kept as `Note` describes them."""
    properties = _frontmatter(text)
    start = properties.span.end if properties else int(text.startswith("\ufeff"))
    blocks = scan_blocks(text, start)
    inline = scan_inline(text, blocks.runs)
    opening = (Section(SectionType.YAML, properties.span),) if properties else ()
    items = tuple([item if isinstance(item, ListItem) else _item(text, item) for item in blocks.items])
    front = Front(
        frontmatter=properties,
        headings=tuple(blocks.headings),
        links=tuple(inline.links),
        embeds=tuple(inline.embeds),
        property_links=tuple(_property_links(text, properties)) if properties else (),
        tags=tuple(inline.tags),
        fields=tuple(inline.fields),
    )
    body = Body(
        sections=(*opening, *blocks.sections),
        list_items=items,
        callouts=tuple(_callouts(blocks)) if blocks.callouts else (),
        blocks=tuple(_named_blocks(blocks, items)) if blocks.ids else (),
        code=_merged(blocks.code, inline.code),
        math=_merged(blocks.math, inline.math),
        footnotes=tuple([Footnote(note.id, Span(note.start, note.end)) for note in blocks.footnotes]),
        footnote_references=tuple(inline.footnotes),
        reference_links=tuple(inline.reference_links),
        comments=_merged(blocks.comments, inline.comments),
    )
    return Note(path, text, digest, readonly, front, body)


def _frontmatter(text: str) -> Frontmatter | None:
    """Return the YAML block; what reads YAML is loaded by the first note that has one."""
    if not text.startswith(("---", "\ufeff---")):
        return None
    from vaultkit.markdown.frontmatter import read_frontmatter

    return read_frontmatter(text)


def _item(text: str, draft: DraftItem) -> ListItem:
    start, content, end = draft.start, draft.content, draft.end
    span = Span(start, end)
    if content < end and text[end - 1].isspace():
        end = content + len(text[content:end].rstrip())
    return ListItem(
        span,
        Span(content, end),
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


def _named_blocks(blocks: Blocks, items: Sequence[ListItem]) -> Iterator[Block]:
    for named in blocks.ids:
        if named.item is not None:
            yield Block(named.id, items[named.item].span)
        elif named.section is not None:
            yield Block(named.id, blocks.sections[named.section].span)
        else:
            yield Block(named.id, Span(named.start, named.end))


def _property_links(text: str, properties: Frontmatter) -> list[PropertyLink]:
    """Return the links that are whole property values, those in lists and maps too."""
    links: list[PropertyLink] = []
    places: list[Place] = []
    for at, (key, entry) in enumerate(properties.properties.items()):
        value = entry.value
        if _holds_link(value):
            place = _known_place(text, entry)
            if place is None:
                places = places or _value_places(text, properties)
                place = places[at]
            _add_links(links, text, key, value, place)
    return links


def _holds_link(value: PropertyValue) -> bool:
    """Whether a text in `value` could be a link."""
    if isinstance(value, str):
        return value[:1] == "["
    if isinstance(value, list | dict):
        return any(map(_holds_link, value if isinstance(value, list) else value.values()))
    return False


def _known_place(text: str, entry: Property) -> Place | None:
    """Return the place of a value without others in its entries, None if that takes a second reading."""
    if isinstance(entry.value, str):
        return None if text.startswith("*", entry.value_span.start) else entry.value_span
    if not isinstance(entry.value, list) or len(entry.entries) != len(entry.value):
        return None
    for item, span in zip(entry.value, entry.entries, strict=True):
        if isinstance(item, list | dict) or text.startswith("*", span.start):
            return None
    return [*entry.entries]


def _value_places(text: str, properties: Frontmatter) -> list[Place]:
    from vaultkit.markdown.frontmatter import value_places

    return value_places(text, properties)


def _add_links(links: list[PropertyLink], text: str, key: str, value: PropertyValue, place: Place) -> None:
    if isinstance(place, Span):
        if isinstance(value, str) and value[:1] == "[":
            link = whole_link(value, _content(text, value, place))
            if link:
                links.append(PropertyLink(key, link))
    elif isinstance(value, list):
        for index, (item, where) in enumerate(zip(value, place, strict=True)):
            _add_links(links, text, f"{key}.{index}", item, where)
    elif isinstance(value, dict):
        for (name, item), where in zip(value.items(), place, strict=True):
            _add_links(links, text, f"{key}.{name}", item, where)


def _content(text: str, value: str, span: Span) -> Span:
    """Return the stretch of a scalar that says `value`, without quotes; all of it where it has escapes."""
    end = span.end - (text[span.end - 1] in "\"'")
    return Span(end - len(value), end) if text.endswith(value, span.start, end) else span


def _merged(first: list[Span], second: Iterable[Span]) -> tuple[Span, ...]:
    """Return the stretches of both in text order."""
    return tuple(sorted([*first, *second])) if first and second else tuple(first or second)
