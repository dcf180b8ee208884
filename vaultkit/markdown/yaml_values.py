"""YAML becomes properties with their places, from the events of a parser, without recursion and within a budget."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vaultkit.markdown.note import Property, PropertyValue
from vaultkit.markdown.yaml_faults import BlockFault, Fault, impossible_date
from vaultkit.markdown.yaml_plain import Contents
from vaultkit.markdown.yaml_scalars import is_impossible_date, key_text, plain_value, tagged_value
from vaultkit.text import Span

#: How many values aliases may add to a block, each counted as often as it is used: a block that is written
#: out holds fewer values than characters.
MAX_ALIASED_VALUES = 100_000
#: How deep lists and maps may stand in each other.
MAX_DEPTH = 100


class _Collection:
    """A list or a map that is being read; offsets as libyaml gives them."""

    __slots__ = ("anchor", "before", "end", "entries", "flow", "height", "key", "key_span", "start", "value")

    def __init__(
        self, event: Any, value: list[PropertyValue] | dict[str, PropertyValue], before: int
    ) -> None:
        self.value = value
        self.anchor: str | None = event.anchor
        self.flow: bool = bool(event.flow_style)
        self.start: int = event.start_mark.index
        self.end: int = event.end_mark.index
        self.before = before
        self.height = 1  # how deep lists and maps stand in it, itself counted
        self.key: str | None = None
        self.key_span = Span(0, 0)
        self.entries: list[Span] = []


class Builder:
    """Takes the events of one YAML document, in order; `source` is its text, `shift` where it stands.

    `restore` gives back characters that libyaml does not take.
    """

    def __init__(self, source: str, shift: int, restore: Callable[[str], str] | None = None) -> None:
        self.contents = Contents()
        self._source, self._shift, self._restore = source, shift, restore
        self._open: list[_Collection] = []
        self._anchors: dict[str, tuple[PropertyValue, int, int] | None] = {}
        self._count, self._most = 0, len(source) + MAX_ALIASED_VALUES
        self._documents = 0
        self._takes = {
            "ScalarEvent": self._scalar,
            "AliasEvent": self._alias,
            "MappingStartEvent": self._start_map,
            "SequenceStartEvent": self._start_list,
            "MappingEndEvent": self._end,
            "SequenceEndEvent": self._end,
            "DocumentStartEvent": self._document,
        }

    def feed(self, next_event: Callable[[], Any]) -> None:
        """Read events until the stream ends."""
        takes = self._takes
        while (event := next_event()) is not None:
            take = takes.get(type(event).__name__)
            if take is not None:
                take(event)

    def _fault(self, fault: Fault, start: int, end: int, detail: str = "") -> BlockFault:
        return BlockFault(fault, Span(self._shift + start, self._shift + end), detail)

    def _document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise self._fault(Fault.SECOND_DOCUMENT, event.start_mark.index, event.end_mark.index)

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        start: int = event.start_mark.index
        end: int = event.end_mark.index
        style = event.style
        if self._restore is not None:
            text = self._restore(text)
        value: PropertyValue = text
        if event.tag is not None:
            value = tagged_value(text, event.tag)
        elif not style:
            value = plain_value(text)
            if value is text and is_impossible_date(text):
                self.contents.remarks.append(impossible_date(self._span(start, end), text))
        if style in ("|", ">"):
            end = start + len(self._source[start:end].rstrip())
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, 1, 0)
        self._add(value, start, end)

    def _alias(self, event: Any) -> None:
        name, start, end = event.anchor, event.start_mark.index, event.end_mark.index
        known = self._anchors.get(name)
        if known is None:
            fault = Fault.ALIAS_INSIDE_ITSELF if name in self._anchors else Fault.UNKNOWN_ALIAS
            raise self._fault(fault, start, end, name)
        value, weight, height = known
        if len(self._open) + height > MAX_DEPTH:
            raise self._fault(Fault.TOO_DEEP, start, end)
        if self._open:
            self._open[-1].height = max(self._open[-1].height, height + 1)
        self._count += weight - 1
        self._add(value, start, end)

    def _start_map(self, event: Any) -> None:
        self._start(event, {})

    def _start_list(self, event: Any) -> None:
        self._start(event, [])

    def _start(self, event: Any, value: list[PropertyValue] | dict[str, PropertyValue]) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise self._fault(Fault.TOO_DEEP, event.start_mark.index, event.end_mark.index)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._open.append(_Collection(event, value, self._count))

    def _end(self, event: Any) -> None:
        collection = self._open.pop()
        if collection.anchor is not None:
            weight = self._count - collection.before + 1
            self._anchors[collection.anchor] = (collection.value, weight, collection.height)
        if self._open:
            self._open[-1].height = max(self._open[-1].height, collection.height + 1)
        end = event.end_mark.index if collection.flow else collection.end
        if self._open:
            self._add(collection.value, collection.start, end, collection.entries)
        elif not isinstance(collection.value, dict):
            raise self._fault(Fault.NOT_A_MAP, collection.start, end)

    def _add(self, value: PropertyValue, start: int, end: int, entries: list[Span] | None = None) -> None:
        """Put a finished value where it belongs: a key, the value of the last key, a list's entry."""
        self._count += 1
        if self._count > self._most:
            raise self._fault(Fault.TOO_MANY_VALUES, start, end)
        if not self._open:
            if value is None:
                return
            raise self._fault(Fault.NOT_A_MAP, start, end)
        holder = self._open[-1]
        holder.end = end
        target = holder.value
        if isinstance(target, list):
            target.append(value)
            if len(self._open) == 2:
                holder.entries.append(self._span(start, end))
        elif holder.key is None:
            key = key_text(value)
            if key in target:
                raise self._fault(Fault.DUPLICATE_KEY, start, end, key)
            holder.key = key
            if len(self._open) == 1:
                holder.key_span = self._span(start, end)
        else:
            target[holder.key] = value
            if len(self._open) == 1:
                places = tuple(entries) if entries and isinstance(value, list) else ()
                self.contents.properties[holder.key] = Property(
                    holder.key, value, holder.key_span, self._span(start, end), places
                )
            holder.key = None

    def _span(self, start: int, end: int) -> Span:
        """Return the place in the note; only top-level keys, their values and entries need one."""
        return Span(self._shift + start, self._shift + end)
