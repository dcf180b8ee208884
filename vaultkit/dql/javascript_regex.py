"""JavaScript's regular expressions, as `new RegExp(pattern)` takes them without flags; the only importer of `regex`.

That package can be told to give up, which Python's own cannot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from vaultkit.dql.context import Budget, QueryTooLarge
from vaultkit.dql.javascript_regex_syntax import InvalidRegexError, from_units, to_units, translated
from vaultkit.text import pattern

if TYPE_CHECKING:
    import regex

__all__ = ["InvalidRegexError", "JavaScriptRegex", "from_units", "javascript_regex", "to_units"]

#: Seconds of work that a search is given, and what it costs in steps to be given the next; then it is given up.
_PATIENCE = ((0.005, 400_000), (0.05, 4_000_000), (0.5, 0))
_TOO_SLOW = "the regular expression takes too long"
#: A search costs a step for so many units of the text.
_UNITS_A_STEP = 256
#: So does a text that is made, for so many.
_UNITS_MADE_A_STEP = 16
_TEMPLATE = pattern(r"\$(?:([$&`'])|([0-9]{1,2}))")
_NAMED_TEMPLATE = pattern(r"\$(?:([$&`'])|([0-9]{1,2})|<([^>]*)>)")


class Match(Struct, frozen=True):
    """Where a pattern was found; `groups` holds the span of each group, None where it caught nothing."""

    start: int
    end: int
    groups: tuple[tuple[int, int] | None, ...]


class JavaScriptRegex(Struct, frozen=True, eq=False):
    """A pattern that can be searched for. Searches spend of a budget, and end the query if they take too long."""

    _pattern: regex.Pattern[str]
    _names: Mapping[str, int]
    _groups: int
    _loops: Mapping[str, int]
    _around: Mapping[str, str]

    def test(self, text: str, budget: Budget) -> bool:
        """Whether it is found in a text."""
        return self._found(to_units(text), 0, budget) is not None

    def replace(self, text: str, template: str, budget: Budget) -> str:
        """Return the text with all that is found replaced: `$1`, `$&`, `$<name>` and the like have their meaning."""
        units, new = to_units(text), to_units(template)
        made: list[str] = []
        end = 0
        for found in self._all(units, budget):
            made += (units[end : found.start], self._expanded(new, units, found))
            end = found.end
            budget.spend(len(made[-1]) // _UNITS_MADE_A_STEP)
        if made:
            budget.spend(len(units) // _UNITS_MADE_A_STEP)
        return from_units("".join((*made, units[end:])))

    def split(self, text: str, limit: int, budget: Budget) -> list[str]:
        """Return the parts of a text around what is found, and what its groups caught, so many at most."""
        units = to_units(text)
        if not units:
            return [] if not limit or self._search(units, 0, budget) else [text]
        budget.spend(len(units) // _UNITS_MADE_A_STEP)
        parts: list[str] = []
        start = at = 0
        while at < len(units) and (found := self._search(units, at, budget)) and found.start < len(units):
            at = found.start + 1 if found.end == start else found.end
            if found.end != start:
                parts.append(units[start : found.start])
                parts.extend(_caught(units, group) for group in found.groups)
                start = found.end
            if len(parts) >= limit:
                break
        parts.append(units[start:])
        return [from_units(part) for part in parts[:limit]]

    def _all(self, units: str, budget: Budget) -> Iterator[Match]:
        at = 0
        while at <= len(units) and (found := self._search(units, at, budget)):
            yield found
            at = found.end + (found.end == found.start)

    def _search(self, units: str, at: int, budget: Budget) -> Match | None:
        found = self._found(units, at, budget)
        return found and self._match(found)

    def _found(self, units: str, at: int, budget: Budget) -> regex.Match[str] | None:
        budget.spend(1 + (len(units) - at) // _UNITS_A_STEP)
        for seconds, price in _PATIENCE:
            try:
                return self._pattern.search(units, at, timeout=seconds)
            except TimeoutError:
                budget.spend(price)
        raise QueryTooLarge(_TOO_SLOW)

    def _match(self, found: regex.Match[str]) -> Match:
        spans = (self._last_span(found, f"g{number}") for number in range(1, self._groups + 1))
        return Match(*found.span(), tuple(spans))

    def _last_span(self, found: regex.Match[str], name: str) -> tuple[int, int] | None:
        """Return what a group caught last, in the last round of the loop around it; empty rounds do not count."""
        spans = found.spans(name)
        if loop := self._around.get(name):
            round_ = self._last_span(found, loop)
            spans = [span for span in spans if round_ and round_[0] <= span[0] <= round_[1]]
        least = self._loops.get(name)
        if least is not None:
            spans = [span for place, span in enumerate(spans) if place < least or span[0] < span[1]]
        return spans[-1] if spans else None

    def _expanded(self, template: str, units: str, found: Match) -> str:
        """Return what a template stands for at a place."""
        if "$" not in template:
            return template

        def meaning(token: re.Match[str]) -> str:
            sign, digits, *name = token.groups()
            match sign:
                case "$":
                    return "$"
                case "&":
                    return units[found.start : found.end]
                case "`":
                    return units[: found.start]
                case "'":
                    return units[found.end :]
            if name and name[0] is not None:
                number = self._names.get(name[0])
                return _caught(units, found.groups[number - 1]) if number else ""
            for length in (2, 1):
                number = int(digits[:length])
                if len(digits) >= length and 0 < number <= self._groups:
                    return _caught(units, found.groups[number - 1]) + digits[length:]
            return token[0]

        return (_NAMED_TEMPLATE if self._names else _TEMPLATE).sub(meaning, template)


def _caught(units: str, span: tuple[int, int] | None) -> str:
    return units[span[0] : span[1]] if span else ""


@lru_cache(maxsize=512)
def javascript_regex(source: str, multiline: bool = False) -> JavaScriptRegex:
    """Return the pattern that JavaScript reads, with the flag `m` where it is `multiline`. Raises InvalidRegexError."""
    import regex

    translation = translated(source, multiline)
    pattern = regex.compile(translation.text, regex.VERSION0 | regex.ASCII)
    return JavaScriptRegex(
        pattern, translation.names, translation.groups, translation.loops, translation.around
    )
