"""The rows of a CSV file as `FROM csv(…)` gives them: what papaparse 5.4.1 reads, as Dataview asks it to.

Python's own `csv` goes other ways with quotes inside of fields, blanks after them and line ends, so it is not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum, auto
from itertools import islice, pairwise

from msgspec import Struct

from vaultkit.dql.context import Context
from vaultkit.dql.dates import INVALID, Clock, DateTime, Parts
from vaultkit.dql.field_values import property_value
from vaultkit.dql.javascript import BLANKS, utf16_slice
from vaultkit.dql.literals import number_of
from vaultkit.dql.names import canonical_name
from vaultkit.dql.properties import in_object_order
from vaultkit.dql.values import Value
from vaultkit.text import pattern

_COMMENT = "#"
_QUOTE = '"'
#: In this order: of those that split equally well the first is taken.
_DELIMITERS = (",", "\t", "|", ";", "\x1e", "\x1f")
#: So many rows, and units of text, tell the delimiter and the line ends.
_SAMPLE_ROWS = 10
_SAMPLE_UNITS = 1024 * 1024
#: What the cells are called that stand to the right of the last header.
_MORE_CELLS = "__parsed_extra"
_MAX_NUMBER = 2**53

_IN_QUOTES = pattern('"[^"]*"')
_BLANK_RUN = pattern(f"[{BLANKS}]*")
_NUMBER = pattern(rf"[{BLANKS}]*(-?(?:[0-9]+\.?|\.[0-9]+|[0-9]+\.[0-9]+)(?:[eE][-+]?[0-9]+)?)[{BLANKS}]*")
_INSTANT = pattern(
    r"([0-9]{4})-([01][0-9])-([0-3][0-9])T([0-2][0-9]):([0-5][0-9])"
    r"(?::([0-5][0-9])(?:\.([0-9]+))?)?(?:([+-])([0-2][0-9]):([0-5][0-9])|Z)"
)
_WORDS: Mapping[str, Value] = {"true": True, "TRUE": True, "false": False, "FALSE": False, "": None}


def csv_rows(text: str, context: Context) -> list[Mapping[str, Value]]:
    """Return the rows of a CSV file, each cell under its header and under that's canonical name.

    The first row that is neither empty nor a comment holds the headers. A cell that a short row lacks is absent;
    cells beyond the last header are a list called `__parsed_extra`. A canonical name does not spare a column of
    that name which stands before it.
    """
    context.budget.spend(len(text) + 1)
    rows = (row for row in _records(text.removeprefix("\ufeff")) if row != [""])
    headers = next(rows, [])
    return [_object(headers, row, context.clock) for row in rows]


def _object(headers: Sequence[str], row: Sequence[str], clock: Clock) -> Mapping[str, Value]:
    cells: dict[str, Value] = {}
    more: list[Value] = []
    for place, text in enumerate(row):
        name = headers[place] if place < len(headers) else _MORE_CELLS
        value = _cell(text, clock)
        if name == _MORE_CELLS:
            more.append(value)
            value = more
        cells[name] = value
    named: dict[str, Value] = {}
    for name, value in in_object_order(cells):
        named[name] = value
        named[canonical_name(name)] = value
    named.pop("__proto__", None)
    return dict(in_object_order(named))


def _cell(text: str, clock: Clock) -> Value:
    """Return what a cell holds: a truth value, number, moment, null if empty, else what a property would be."""
    if text in _WORDS:
        return _WORDS[text]
    if (number := _NUMBER.fullmatch(text)) and abs(float(number[1])) < _MAX_NUMBER:
        return number_of(number[1])
    if instant := _INSTANT.fullmatch(text):
        return _moment(instant, clock)
    return property_value(text, clock)


def _moment(found: re.Match[str], clock: Clock) -> DateTime:
    """Return a moment with a zone as JavaScript's `Date` reads it, as the clocks of this place show it.

    Days beyond a month's end are carried, to the 31st; 24:00 is the next day.
    """
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    milliseconds = int(f"{found[7] or '':0<3}"[:3])
    ahead = 0 if found[8] is None else (int(found[9]) * 60 + int(found[10])) * (-1 if found[8] == "-" else 1)
    past_midnight = (hour, minute, second, milliseconds) > (24, 0, 0, 0)
    if not (1 <= month <= 12 and 1 <= day <= 31) or past_midnight or int(found[9] or 0) > 23:
        return INVALID
    local = Parts(year, month, day, hour, minute, second, milliseconds).local
    return clock.local(local - ahead * 60_000)


# Lines and fields


def _records(text: str) -> Iterator[list[str]]:
    """Yield the rows of a text, empty ones too, comments left out; delimiter and line ends are those it suggests."""
    if not text:
        return
    newline = _line_end(text)
    delimiter = _delimiter(text, newline)
    named = _with_headers_apart(text, newline, delimiter)
    if _QUOTE in named:
        yield from _Reader(named, newline, delimiter, _units_off_end(named, len(named) - len(text))).rows()
        return
    for line in named.split(newline):
        if not line.startswith(_COMMENT):
            yield line.split(delimiter)


def _line_end(text: str) -> str:
    """Return what ends the lines: the kind that ends the first, CR alone only if LF mostly does not follow it."""
    text = _IN_QUOTES.sub("", utf16_slice(text, 0, _SAMPLE_UNITS))
    returns = text.count("\r")
    if not returns or -1 < text.find("\n") < text.find("\r"):
        return "\n"
    return "\r\n" if text.count("\r\n") >= (returns + 1) / 2 else "\r"


def _delimiter(text: str, newline: str) -> str:
    """Return the sign that parts the first rows into most fields, as evenly as any; a comma if none does."""
    best, best_unevenness, most = ",", float("inf"), 1.99
    for delimiter in _DELIMITERS:
        counts = [len(row) for row in _sample(text, newline, delimiter) if row != [""]]
        unevenness = sum(abs(one - other) for one, other in pairwise(counts))
        average = sum(counts) / len(counts) if counts else 0
        if unevenness <= best_unevenness and average > most:
            best, best_unevenness, most = delimiter, unevenness, average
    return best


def _sample(text: str, newline: str, delimiter: str) -> list[list[str]]:
    """Return the rows that tell the delimiter; without quotes no more lines are read than so many and one."""
    if _QUOTE in text:
        return list(islice(_Reader(text, newline, delimiter, len(text)).rows(), _SAMPLE_ROWS))
    rows: list[list[str]] = []
    for number, line in enumerate(text.split(newline)):
        if not line.startswith(_COMMENT):
            rows.append(line.split(delimiter))
            if number >= _SAMPLE_ROWS:
                break
    return rows[:_SAMPLE_ROWS]


def _with_headers_apart(text: str, newline: str, delimiter: str) -> str:
    """Return the text with equal headers numbered: `a,a` is `a,a_1`; quotes and comments are not heeded."""
    line, end, rest = text.partition(newline)
    headers = line.split(delimiter)
    if len(set(headers)) == len(headers):
        return text
    seen: dict[str, int] = {}
    names: dict[str, None] = {}
    for header in headers:
        count = seen.get(header, 0)
        seen[header] = count + 1
        name = f"{header}_{count}" if count else header
        while name in names:
            name = f"{name}_{count}"
        names[name] = None
    return f"{delimiter.join(names)}{end}{rest}"


def _units_off_end(text: str, units: int) -> int:
    """Return the place so many UTF-16 units before the end, -1 if that is inside of a sign."""
    end = len(text)
    while units > 0:
        end -= 1
        units -= 2 if text[end] > "\uffff" else 1
    return end if units == 0 else -1


class _End(Enum):
    """What a field is the last of."""

    FIELD = auto()
    ROW = auto()
    TEXT = auto()


class _Reader(Struct):
    """Reads fields that may be in quotes, each in time proportional to its length.

    `end` is where a quote closes for want of anything behind it. It is the end of the text unless headers were
    numbered: papaparse goes by the length that the text had before, so a quote at the very end stays there then.
    """

    text: str
    newline: str
    delimiter: str
    end: int
    at: int = 0
    _newline_at: int = -2
    _delimiter_at: int = -2

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows, comments left out."""
        row: list[str] = []
        while True:
            if not row and self.text.startswith(_COMMENT, self.at):
                if (end := self._next_newline(self.at)) < 0:
                    return
                self.at = end + len(self.newline)
                continue
            field, end_of = self._quoted() if self.text.startswith(_QUOTE, self.at) else self._plain()
            row.append(field)
            if end_of is _End.FIELD:
                continue
            yield row
            if end_of is _End.TEXT:
                return
            row = []

    def _plain(self) -> tuple[str, _End]:
        start, delimiter, newline = self.at, self._next_delimiter(self.at), self._next_newline(self.at)
        if delimiter >= 0 and (newline < 0 or delimiter < newline):
            self.at = delimiter + 1
            return self.text[start:delimiter], _End.FIELD
        if newline >= 0:
            self.at = newline + len(self.newline)
            return self.text[start:newline], _End.ROW
        return self.text[start:], _End.TEXT

    def _quoted(self) -> tuple[str, _End]:
        """Read up to the closing quote: one before a delimiter, a line end or the end; blanks may come between.

        Any other single quote belongs to the field. Where none closes, the rest of the text does, as it stands.
        """
        start = quote = self.at + 1
        while (quote := self.text.find(_QUOTE, quote)) >= 0:
            after = quote + 1
            if after != self.end and self.text.startswith(_QUOTE, after):
                quote += 2
                continue
            if end_of := self._closed(after):
                return self.text[start:quote].replace('""', '"'), end_of
            quote += 1
        return self.text[start:], _End.TEXT

    def _closed(self, after: int) -> _End | None:
        """Return what a quote ends that stands before `after`, moved on behind it; None if it ends nothing."""
        if after == self.end:
            return _End.TEXT
        delimiter, newline = self._next_delimiter(after), self._next_newline(after)
        blanks = _BLANK_RUN.match(self.text, after)
        behind = blanks.end() if blanks else after
        nearest = delimiter if newline < 0 else min(delimiter, newline)
        if delimiter >= 0 and delimiter in (after, nearest) and behind >= delimiter:
            self.at = delimiter + 1
            return _End.FIELD
        if newline >= 0 and behind >= newline:
            self.at = newline + len(self.newline)
            return _End.ROW
        return None

    def _next_newline(self, at: int) -> int:
        """Return where the next line end stands, -1 if there is none."""
        if self._newline_at != -1 and self._newline_at < at:
            self._newline_at = self.text.find(self.newline, at)
        return self._newline_at

    def _next_delimiter(self, at: int) -> int:
        """Return where the next delimiter stands, -1 if there is none."""
        if self._delimiter_at != -1 and self._delimiter_at < at:
            self._delimiter_at = self.text.find(self.delimiter, at)
        return self._delimiter_at
