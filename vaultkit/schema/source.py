"""A schema file as values with their places, from YAML or TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from msgspec import Struct

from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Frontmatter, PropertyValue
from vaultkit.markdown.yaml_places import Place
from vaultkit.text import LineIndex, Message, Span, pattern

#: A step into a value: the key of a map, or the position in a list from 0.
Step = str | int
_TOML_PLACE = pattern(r"\(at line (\d+), column (\d+)\)|\(at end of document\)")
#: How deep lists and maps may stand in each other in a TOML file; YAML has the bound of properties.
_MAX_DEPTH = 100


class Unreadable(Exception):
    """The file is no YAML or TOML; `finding` says where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message.en)
        self.finding = finding


class Source(Struct, frozen=True, dict=True):
    """What a schema file says; `front` holds the places where it is YAML."""

    text: str
    data: Mapping[str, Any]
    front: Frontmatter | None = None

    def place(self, path: Sequence[Step], key: bool = False) -> Span:
        """Return where the value at `path` stands, or the key that it stands under."""
        path = self._standing(path)
        if self._places is None or (len(path) > 1 and not self._places.has(path)):
            return _searched(self.text, path)
        return self._places.of(path, key)

    def _standing(self, path: Sequence[Step]) -> Sequence[Step]:
        """Return as much of a path as leads to something."""
        value: Any = self.data
        for at, step in enumerate(path):
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return path[:at]
        return path

    @cached_property
    def _places(self) -> Places | None:
        return Places(self.text, self.front) if self.front else None


def read_source(path: str, text: str) -> Source:
    """Return what a schema file says; raises Unreadable with its line for one that is no YAML or TOML."""
    from vaultkit.markdown.frontmatter import read_yaml

    if path.lower().endswith(".toml"):
        return Source(text, _toml(text))
    front = read_yaml(text)
    if front.error:
        said = front.error.message
        lead = Message("propriétés illisibles", "properties cannot be read")
        words = Message(
            f"schéma illisible{said.fr.removeprefix(lead.fr)}",
            f"the schema cannot be read{said.en.removeprefix(lead.en)}",
        )
        raise Unreadable(Finding(front.error.span, words, front.error.hint))
    return Source(text, {key: entry.value for key, entry in front.properties.items()}, front)


class Places:
    """Where the values of a block of YAML stand, however deep; read when first asked for, then kept."""

    def __init__(self, text: str, front: Frontmatter) -> None:
        self.text, self.front = text, front
        self._order: dict[int, dict[str, int]] = {}

    @cached_property
    def _places(self) -> Mapping[str, Place]:
        from vaultkit.markdown.frontmatter import value_places

        return dict(zip(self.front.properties, value_places(self.text, self.front), strict=False))

    def of(self, path: Sequence[Step], key: bool = False) -> Span:
        """Return where the value at `path` stands, its first value where it holds several.

        `key` asks for the key instead, of a property at the top. A path that leads nowhere gives the
        nearest thing above it.
        """
        front = self.front
        if not path or path[0] not in front.properties:
            first = next(iter(front.properties.values()), None)
            return first.key_span if first else Span(front.body.start, front.body.start)
        entry = front.properties[str(path[0])]
        if len(path) == 1:
            return entry.key_span if key or not entry.value_span.of(self.text) else entry.value_span
        return _first(self._inside(path)[0]) or entry.value_span

    def has(self, path: Sequence[Step]) -> bool:
        """Whether a path leads to a single value, or to one that holds some."""
        place, whole = self._inside(path)
        return whole and _first(place) is not None

    def _inside(self, path: Sequence[Step]) -> tuple[Place, bool]:
        """Return the place that a path leads to, or as far as it leads, and whether it was followed to its end."""
        entry = self.front.properties.get(str(path[0]))
        if entry is None or entry.key not in self._places:
            return [], False
        place, value = self._places[entry.key], entry.value
        for step in path[1:]:
            at = None if isinstance(place, Span) else self._position(value, step)
            if at is None or isinstance(place, Span) or at >= len(place):
                return place, False
            place, value = place[at], value[step]  # type: ignore[index]  # _position found it
        return place, True

    def _position(self, value: PropertyValue, step: Step) -> int | None:
        """Return the position of what a step leads to, None where it leads nowhere."""
        if isinstance(value, list):
            return step if isinstance(step, int) and 0 <= step < len(value) else None
        if not isinstance(value, dict):
            return None
        if id(value) not in self._order:
            self._order[id(value)] = {inner: at for at, inner in enumerate(value)}
        return self._order[id(value)].get(str(step))


def _first(place: Place) -> Span | None:
    """Return the first single value of a place; None if it holds none."""
    waiting = [iter([place])]
    while waiting:
        one = next(waiting[-1], None)
        if isinstance(one, Span):
            return one
        if one is None:
            waiting.pop()
        else:
            waiting.append(iter(one))
    return None


# ---------------------------------------------------------------------------------------- TOML


def _toml(text: str) -> Mapping[str, Any]:
    from tomllib import TOMLDecodeError, loads

    bare = text.removeprefix("\ufeff")
    try:
        return {key: _plain(value) for key, value in loads(bare).items()}
    except (TOMLDecodeError, RecursionError, ValueError) as fault:
        found = _TOML_PLACE.search(str(fault))
        lines = LineIndex(text)
        line = int(found[1]) if found and found[1] else lines.line(len(text)) + 1
        at = min(len(text), _line_start(text, line) + (int(found[2]) - 1 if found and found[2] else 0))
        words = Message(
            f"schéma illisible, ligne {line}\u00a0: ce n’est pas du TOML",
            f"the schema cannot be read, line {line}: this is no TOML",
        )
        raise Unreadable(Finding(Span(at, at), words)) from None


def _line_start(text: str, line: int) -> int:
    at = 0
    for _ in range(line - 1):
        at = text.find("\n", at) + 1
        if at == 0:
            return len(text)
    return at


def _plain(value: Any, depth: int = 0) -> Any:
    """Return a value of TOML as JSON has it; dates and times are text."""
    if depth > _MAX_DEPTH:
        raise ValueError("too deep")
    if isinstance(value, dict):
        return {key: _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, depth + 1) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _searched(text: str, path: Sequence[Step]) -> Span:
    """Return where the innermost key of a path that can be found stands: TOML gives no places, nor does `{}`."""
    at = int(text.startswith("\ufeff"))
    place = Span(at, at)
    for step in path:
        if isinstance(step, str):
            found = re.compile(rf"(?<![\w-])[\"']?({re.escape(step)})[\"']?\s*[=.:\]]").search(
                text, place.start
            )
            if found is None:
                break
            place = Span(*found.span(1))
    return place
