"""Properties in the form in which they mostly stand, plain lines, read without a YAML parser.

What is read here `yaml_values` would read to the same end; None is said of all other blocks.
"""

from __future__ import annotations

import re
from typing import TypeAlias

from msgspec import Struct, field

from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Property, PropertyValue
from vaultkit.markdown.yaml_scalars import (
    OPENS_A_NUMBER,
    OPENS_A_WORD,
    WORDS,
    is_impossible_date,
    plain_value,
)
from vaultkit.text import Span, pattern

#: Characters that PyYAML refuses or takes for line ends; YAML 1.2 as the app reads it takes them as they are.
REFUSED = pattern("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")

# What a scalar may be made of, and what then fills a line
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
            from vaultkit.markdown.yaml_faults import impossible_date

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
