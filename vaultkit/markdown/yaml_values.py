"""YAML becomes properties with their places, without recursion and within a budget.

A block of plain lines is read as it stands; all others come as events from a YAML parser. Both say the
same of every block that the first can read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec import Struct, field

from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Property, PropertyValue
from vaultkit.markdown.yaml_faults import BlockFault, Fault, impossible_date
from vaultkit.markdown.yaml_scalars import (
    OPENS_A_NUMBER,
    OPENS_A_WORD,
    WORDS,
    is_impossible_date,
    key_text,
    plain_value,
    tagged_value,
)
from vaultkit.text import Span, pattern

#: Characters that PyYAML refuses or takes for line ends; YAML 1.2 as the app reads it takes them as they are.
REFUSED = pattern("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
#: How many values aliases may add to a block, each counted as often as it is used: a block that is written
#: out holds fewer values than characters.
MAX_ALIASED_VALUES = 100_000
#: How deep lists and maps may stand in each other.
MAX_DEPTH = 100

# A block of plain lines: what a scalar may be made of, and what then fills a line
_OPENS = r"""(?:[^ \t\n\r?:,\[\]{}#&*!|>'"%@`-]|-(?=\w))"""
_PLAIN = rf"({_OPENS}[^ \t\n\r:]*+(?:(?:[ ]++(?=[^ \t\n\r#])|:(?=[^ \t\n\r]))[^ \t\n\r:]*+)*+)"
_WORD = r"[^ \t\n\r:,?#\[\]{}]"
_QUOTED = r"""("[^"\\\n\r]*+"|'[^'\n\r]*+(?:''[^'\n\r]*+)*+')"""
_FLOW = r"""(\[(?:[^\[\]{}'"\n\r]++|"[^"\\\n\r]*+"|'[^'\n\r]*+')*+\])"""
_LINE_END = r"[ ]*+\r?(?:\n|\Z)(?:[ ]*+\r?\n)*+"
_VALUE = rf"{_PLAIN}|{_QUOTED}|{_FLOW}|([>|]-?)(?=[ ]*+\r?\n[ ]++[^ \t\n\r])"
_PROPERTY = pattern(rf"([^\W\d][\w-]{{0,99}}+):(?:[ ]++(?:{_VALUE}))?+{_LINE_END}")
_BLOCK_ENTRY = pattern(rf"([ ]*+)-[ ]++(?:{_PLAIN}|{_QUOTED}){_LINE_END}")
_TEXT_LINE = pattern(r"([ ]++)([^ \t\n\r](?:[^\n\r]*[^ \t\n\r])?)\r?\n((?:\r?\n)*+)")
_FLOW_ENTRY = pattern(rf"[ ]*+(?:({_OPENS}{_WORD}*+(?:[ ]++{_WORD}++)*+)|{_QUOTED})[ ]*+[,\]]")
#: What the groups of `_PROPERTY` hold.
_SCALAR_FORMS, _FLOW_FORM, _TEXT_FORM = (2, 3), 4, 5
#: A value, its place, and those of its entries.
_Value: TypeAlias = "tuple[PropertyValue, Span, tuple[Span, ...]]"


class Contents(Struct):
    """What the block says: its top-level properties and lesser faults."""

    properties: dict[str, Property] = field(default_factory=dict)
    remarks: list[Finding] = field(default_factory=list)


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


def plain_contents(text: str, body: Span) -> Contents | None:
    """Return what `body` says if its lines are `key: value` and `- entry`; None if any is less plain."""
    return _PlainBlock(text, body).read()


class _PlainBlock:
    """A block of plain lines; `at` is where the next line begins."""

    def __init__(self, text: str, body: Span) -> None:
        self.text, self.at, self.end = text, body.start, body.end
        self.contents = Contents()

    def read(self) -> Contents | None:
        properties, text, end = self.contents.properties, self.text, self.end
        while self.at < end:
            found = _PROPERTY.match(text, self.at, end)
            if found is None or (key := found[1]) in properties or key in WORDS:
                return None
            self.at, form = found.end(), found.lastindex
            start, key_end = found.span(1)
            if form in _SCALAR_FORMS:
                value, place = self._scalar(found, form)
                properties[key] = Property(key, value, Span(start, key_end), place)
                continue
            read = self._list_or_text(found)
            if read is None:
                return None
            properties[key] = Property(key, read[0], Span(start, key_end), read[1], read[2])
        return self.contents

    def _list_or_text(self, found: re.Match[str]) -> _Value | None:
        form = found.lastindex or 0
        if form == _FLOW_FORM:
            return self._flow_list(*found.span(form))
        if form == _TEXT_FORM:
            return self._block_text(*found.span(form))
        if self.text.startswith((" ", "-"), self.at, self.end):
            return self._block_list()
        nothing = found.end(1) + 1
        return None, Span(nothing, nothing), ()

    def _scalar(self, found: re.Match[str], group: int) -> tuple[PropertyValue, Span]:
        written = found[group]
        start, end = found.span(group)
        place, first = Span(start, end), written[0]
        if first == '"':
            return written[1:-1], place
        if first == "'":
            return written[1:-1].replace("''", "'"), place
        if first in OPENS_A_WORD:
            return WORDS.get(written, written), place
        if first not in OPENS_A_NUMBER:
            return written, place
        value = plain_value(written)
        if isinstance(value, str) and is_impossible_date(value):
            self.contents.remarks.append(impossible_date(place, value))
        return value, place

    def _flow_list(self, start: int, end: int) -> _Value | None:
        """Read the list `[a, "b"]` that stands there."""
        values: list[PropertyValue] = []
        spans: list[Span] = []
        text, match = self.text, _FLOW_ENTRY.match
        at = end if not text[start + 1 : end - 1].strip(" ") else start + 1
        while at < end:
            found = match(text, at, end)
            if found is None:
                return None
            at = found.end()
            if at < end and text[at - 1] == "]":
                return None
            value, span = self._scalar(found, found.lastindex or 0)
            values.append(value)
            spans.append(span)
        return values, Span(start, end), tuple(spans)

    def _block_list(self) -> _Value | None:
        """Read the lines `- entry` that stand next."""
        values: list[PropertyValue] = []
        spans: list[Span] = []
        text, at, end, match = self.text, self.at, self.end, _BLOCK_ENTRY.match
        first = text.find("-", at, end)
        indent = first - at
        while found := match(text, at, end):
            if found.end(1) - at != indent:
                return None
            value, span = self._scalar(found, found.lastindex or 0)
            values.append(value)
            spans.append(span)
            at = found.end()
        self.at = at
        return (values, Span(first, spans[-1].end), tuple(spans)) if spans else None

    def _block_text(self, start: int, end: int) -> _Value | None:
        """Read the lines of text that stand below `>` or `|`, all with the same indent."""
        lines: list[str] = []
        indent = None
        while found := _TEXT_LINE.match(self.text, self.at, self.end):
            if indent not in (None, found[1]):
                return None
            indent = found[1]
            lines.append(found[2])
            self.at = found.end()
            if found[3]:
                break
        sign = self.text[start:end]
        value = (" " if sign[0] == ">" else "\n").join(lines) + ("" if sign[1:] else "\n")
        return value, Span(start, start + len(self.text[start : self.at].rstrip())), ()
