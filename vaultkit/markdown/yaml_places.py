"""Where each value of a block stands, however deep: a second reading, for the few notes that need it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from vaultkit.text import Span

#: The place of a value: of a scalar its span, quotes included; of a list or map the places of its values.
Place: TypeAlias = "Span | list[Place]"


def read_places(next_event: Callable[[], Any], source: str, shift: int) -> list[Place]:
    """Return the places of the properties' values, in order, from the events of a block that can be read.

    An alias stands where the value stands that it repeats. `source` is the block's text, `shift` its
    place in the note.
    """
    top: list[Place] = []
    values, holders = top, []
    anchors: dict[str, Place] = {}
    while (event := next_event()) is not None:
        kind = type(event).__name__
        if kind == "ScalarEvent":
            start, end = event.start_mark.index, event.end_mark.index
            if event.style in ("|", ">"):
                end = start + len(source[start:end].rstrip())
            place: Place = Span(shift + start, shift + end)
            if event.anchor is not None:
                anchors[event.anchor] = place
            values.append(place)
        elif kind == "AliasEvent":
            values.append(anchors[event.anchor])
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            holders.append((values, event.anchor))
            values = []
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            place = values[1::2] if kind == "MappingEndEvent" else values
            values, anchor = holders.pop()
            if anchor is not None:
                anchors[anchor] = place
            values.append(place)
    return top[0] if top and isinstance(top[0], list) else []
