"""A note as Obsidian caches it: the JSON shape of `CachedMetadata`, with UTF-16 columns and offsets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vaultkit.markdown.note import ListItem, Note, PropertyValue, Reference, SectionType
from vaultkit.text import LineIndex, Span

_Json = dict[str, object]


def cached_metadata(note: Note) -> _Json:
    """Return what the app would cache for `note`; what there is none of is absent.

    Only `frontmatterLinks` is there, empty, wherever there are properties: so the app has it.
    """
    place = _Places(note).position
    properties = _properties(note)
    whole: dict[str, object] = {
        "links": [_reference(link) | place(link.span) for link in note.links],
        "embeds": [_reference(embed) | place(embed.span) for embed in note.embeds],
        "tags": [{"tag": tag.tag} | place(tag.span) for tag in note.tags],
        "headings": [
            {"heading": heading.text, "level": heading.level}
            | place(_with_indentation(note.text, heading.span))
            for heading in note.headings
        ],
        "footnotes": [{"id": footnote.id} | place(footnote.span) for footnote in note.footnotes],
        "footnoteRefs": [{"id": footnote.id} | place(footnote.span) for footnote in note.footnote_references],
        "referenceLinks": [
            {"id": definition.id, "link": definition.link} | place(definition.span)
            for definition in note.reference_links
        ],
        "sections": _sections(note, place),
        "listItems": _list_items(note, place),
        "frontmatter": properties,
        "frontmatterLinks": [{"key": link.key} | _reference(link.reference) for link in note.property_links],
        "blocks": {block.id: {"id": block.id} | place(block.span) for block in note.blocks},
    }
    if properties and note.frontmatter:
        whole |= {"frontmatterPosition": place(_trimmed(note, note.frontmatter.span))["position"]}
    return {key: value for key, value in whole.items() if value or (properties and key == "frontmatterLinks")}


class _Places:
    """Turns spans into the app's positions; the app takes a BOM away before it counts."""

    def __init__(self, note: Note) -> None:
        self.bom = int(note.text.startswith("\ufeff"))
        self.lines = LineIndex(note.text[1:]) if self.bom else note.lines

    def position(self, span: Span) -> _Json:
        return {"position": {"start": self._loc(span.start), "end": self._loc(span.end)}}

    def _loc(self, offset: int) -> dict[str, int]:
        loc = self.lines.loc(max(offset - self.bom, 0))
        return {"line": loc.line, "col": loc.col, "offset": loc.offset}


def _reference(reference: Reference) -> _Json:
    return {"link": reference.link, "original": reference.original, "displayText": reference.display_text}


def _sections(note: Note, place: Callable[[Span], _Json]) -> list[_Json]:
    sections = []
    for section in note.sections:
        span = _trimmed(note, section.span) if section.type is SectionType.YAML else section.span
        entry: _Json = {"type": section.type.value} | place(span)
        sections.append(entry | {"id": section.id} if section.id else entry)
    return sections


def _trimmed(note: Note, span: Span) -> Span:
    """Return the YAML block's span without the line end of its closing line."""
    return Span(span.start, span.start + len(span.of(note.text).rstrip()))


def _with_indentation(text: str, span: Span) -> Span:
    """Return a heading's span with the blanks before it, if nothing else stands there."""
    line = text.rfind("\n", 0, span.start) + 1
    return Span(line, span.end) if text[line : span.start].isspace() else span


def _list_items(note: Note, place: Callable[[Span], _Json]) -> list[_Json]:
    lines = note.lines
    return [_list_item(item, note.list_items, lines) | place(_with_edge(item)) for item in note.list_items]


def _with_edge(item: ListItem) -> Span:
    return Span(item.span.start - item.indent, item.span.end)


def _list_item(item: ListItem, items: Sequence[ListItem], lines: LineIndex) -> _Json:
    """Return an item's `parent`: the parent's line, or minus the line of its list (line 0: -1)."""
    root = -item.list_line or -1
    entry: _Json = {"parent": root if item.parent is None else lines.line(items[item.parent].span.start)}
    if item.task is not None:
        entry["task"] = item.task
    return entry | {"id": item.id} if item.id else entry


def _properties(note: Note) -> dict[str, object]:
    return {key: _as_json(value) for key, value in note.properties.items()}


def _as_json(value: PropertyValue) -> object:
    """Return a property's value with numbers as JavaScript prints them: 1.0 is 1, infinity is null."""
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return None
        return int(value) if value.is_integer() and abs(value) < 1e21 else value
    if isinstance(value, list):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    return value
