"""Marked regions: the stretches of a note that vaultkit writes, and those that other tools write.

A region stands between two HTML comments, each alone on its line but for `>` and blanks:

    <!-- vaultkit:begin NAME key=value … | words for a person -->
    <!-- vaultkit:end NAME sum=… units=… -->

Reading is tolerant about blanks and case; what vaultkit writes is always canonical.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, field

from vaultkit.diagnostics import Finding
from vaultkit.markdown.marks import MAY_BE_GENERATED, MAY_HAVE_REGIONS
from vaultkit.markdown.note import Note
from vaultkit.text import Message, Span, pattern

#: The grammar of markers that this version writes and understands (`v=` in a marker).
FORMAT = 1

#: Regions that may stand several times in a note, told apart by `id=`, else by their order.
REPEATABLE = frozenset({"query", "template", "domaine"})

_MARKER = pattern(
    r"(?P<prefix>[ \t>]*)<!--\s*vaultkit\s*:\s*(?P<side>begin|end)\b(?P<rest>.*?)(?P<close>-->)?[ \t]*\r?$",
    re.IGNORECASE,
)
_REST = pattern(
    r"\s+(?P<name>[a-z][a-z0-9-]*)"
    r"(?P<options>(?:\s+[a-z][a-z0-9-]*=(?:\"(?:[^\"\\]|\\.)*\"|[^\s\"|]*))*)\s*(?:\|(?P<words>.*))?$",
    re.IGNORECASE | re.ASCII,
)
_OPTION = pattern(r"([a-z][a-z0-9-]*)=(?:\"((?:[^\"\\]|\\.)*)\"|([^\s\"|]*))", re.IGNORECASE | re.ASCII)
_ESCAPED = pattern(r"\\(.)")
_HEX8, _HEX6 = pattern(r"[0-9a-f]{8}"), pattern(r"[0-9a-f]{6}")
_COUNTS = pattern(r"(?:[0-9]{1,6}(?:,[0-9]{1,6})*)?")
_KEPT = pattern(r"([0-9]{1,6}):([0-9a-f]{6}|-)")
#: The name in any case, letter by letter: that is searched for much faster than with the flag.
_NAME = pattern("[vV][aA][uU][lL][tT][kK][iI][tT]")


class Stamp(Struct, frozen=True):
    """What an end marker remembers of the body as vaultkit last wrote it.

    `sum` is the digest of the whole body (8 hex digits), `units` those of its units in order (6 hex
    digits each); `rows` says how many units each group of them has, where there are several; `kept`
    maps the position of each kept unit to the digest of the source it stands for, `-` for none; `gone`
    holds the positions of those whose source was not there; `head` is the digest of the table header
    that was generated; `notes` are the digests of the domain sections of the synthesis that a child
    note covers or has covered.
    """

    sum: str
    units: tuple[str, ...]
    rows: tuple[int, ...] = ()
    kept: Mapping[int, str] = field(default_factory=dict)
    head: str = ""
    gone: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def options(self) -> str:
        """Return the stamp as it is written into an end marker."""
        parts = [f"sum={self.sum}", f"units={','.join(self.units)}"]
        if self.rows:
            parts.append(f"rows={','.join(map(str, self.rows))}")
        if self.kept:
            parts.append("kept=" + ",".join(f"{at}:{source}" for at, source in sorted(self.kept.items())))
        if self.gone:
            parts.append(f"gone={','.join(map(str, self.gone))}")
        if self.head:
            parts.append(f"head={self.head}")
        if self.notes:
            parts.append(f"notes={','.join(self.notes)}")
        return " ".join(parts)


class Region(Struct, frozen=True):
    """A region of a note.

    `begin` and `end` are the spans of the marker lines with their newlines, `body` what stands between
    them. `prefix` is what stands before the markers (`> ` in a quote). `query` is the source of a query
    region, at `query_start`. `stamp` is None where the end marker has none that can be read.
    """

    name: str
    options: Mapping[str, str]
    prefix: str
    begin: Span
    body: Span
    end: Span
    stamp: Stamp | None = None
    query: str = ""
    query_start: int = 0

    @property
    def key(self) -> str:
        """The name, with the `id` where the region has one: `domaine:acces`."""
        name_id = self.options.get("id")
        return f"{self.name}:{name_id}" if name_id else self.name


class Regions(Struct, frozen=True):
    """The regions of one note in text order; if there are `faults`, the note must not be written."""

    regions: tuple[Region, ...] = ()
    faults: tuple[Finding, ...] = ()


class _Marker(Struct, frozen=True):
    begins: bool
    name: str
    options: Mapping[str, str]
    prefix: str
    span: Span
    query: str = ""
    query_start: int = 0


def find_regions(note: Note) -> Regions:
    """Pair the markers of `note`; a marker that has no pair, or stands inside another region, is a fault."""
    if not note.marks & MAY_HAVE_REGIONS:
        return Regions()
    regions: list[Region] = []
    faults: list[Finding] = []
    opened: _Marker | None = None
    for marker in _markers(note, faults):
        if marker.options.get("v", str(FORMAT)) != str(FORMAT):
            faults.append(_newer(marker))
        if marker.begins:
            if opened:
                faults.append(_unclosed(note, opened))
            opened = marker
        elif opened is None:
            faults.append(_lone_end(marker))
        elif marker.name not in ("", opened.name) or marker.prefix.count(">") != opened.prefix.count(">"):
            faults.append(_crossed(note, opened, marker))
            opened = None
        else:
            regions.append(_region(opened, marker))
            opened = None
    if opened:
        faults.append(_unclosed(note, opened))
    faults += _doubles(note, regions)
    faults += _overlapping(note, regions)
    return Regions(tuple(regions), tuple(faults))


def _markers(note: Note, faults: list[Finding]) -> Iterator[_Marker]:
    """Yield the marker lines outside code; a line that is meant as one but cannot be read is a fault."""
    text, end, stop = note.text, len(note.text), note.body_start
    last_close = text.rfind("-->")
    while named := _NAME.search(text, stop):
        start = text.rfind("\n", 0, named.start()) + 1
        start += text.startswith("\ufeff", start)
        stop = text.find("\n", named.start())
        stop = end if stop < 0 else stop + 1
        found = _MARKER.match(text[start:stop].rstrip("\n"))
        if found and not _covers(note.code, named.start()):
            marker, stop = _read_marker(text, start, stop, found, last_close)
            if marker is None:
                faults.append(_unreadable(Span(start, stop)))
            else:
                yield marker


def _covers(stretches: Sequence[Span], at: int) -> bool:
    """Whether one of the stretches, which stand in order, holds the character at `at`."""
    before = bisect_right(stretches, at, key=lambda span: span.start)
    return before > 0 and at < stretches[before - 1].end


def _read_marker(
    text: str, start: int, stop: int, found: re.Match[str], last_close: int
) -> tuple[_Marker | None, int]:
    """Return the marker that begins at `start`, None if it cannot be read, and where it ends.

    `last_close` is where the last `-->` of the note stands.
    """
    rest, query, query_start = found["rest"], "", 0
    begins = found["side"].lower() == "begin"
    if not found["close"]:
        if not begins or last_close < stop:
            return None, stop
        close = text.find("-->", stop)
        query, query_start = _unquoted(text[stop:close], found["prefix"]).replace("--\\>", "-->"), stop
        stop = text.find("\n", close)
        stop = len(text) if stop < 0 else stop + 1
        if text[close + 3 : stop].strip():
            return None, stop
    if not begins and not rest.strip():
        return _Marker(False, "", {}, found["prefix"], Span(start, stop)), stop
    parts = _REST.match(rest.rstrip())
    name = parts["name"].lower() if parts else ""
    if parts is None or (query and name != "query"):
        return None, stop
    options = {
        key.lower(): _ESCAPED.sub(r"\1", quoted) if quoted else bare
        for key, quoted, bare in _OPTION.findall(parts["options"])
    }
    return _Marker(begins, name, options, found["prefix"], Span(start, stop), query, query_start), stop


def _unquoted(text: str, prefix: str) -> str:
    """Return the lines of a query without the quote signs that stand before its marker."""
    if ">" not in prefix:
        return text
    bare = prefix.rstrip()
    return "\n".join(line.removeprefix(prefix).removeprefix(bare) for line in text.split("\n"))


def _region(begin: _Marker, end: _Marker) -> Region:
    return Region(
        begin.name,
        begin.options,
        begin.prefix,
        begin.span,
        Span(begin.span.end, end.span.start),
        end.span,
        _stamp(end.options),
        begin.query,
        begin.query_start,
    )


def _stamp(options: Mapping[str, str]) -> Stamp | None:
    """Read a stamp; one that a merge or a hand has garbled counts as absent."""
    units = tuple(options["units"].split(",")) if options.get("units") else ()
    if not _HEX8.fullmatch(options.get("sum", "")) or not all(map(_HEX6.fullmatch, units)):
        return None
    rows, gone = _counts(options.get("rows", "")), _counts(options.get("gone", ""))
    kept = [_KEPT.fullmatch(entry) for entry in options["kept"].split(",")] if options.get("kept") else []
    head = options.get("head", "")
    notes = tuple(options["notes"].split(",")) if options.get("notes") else ()
    if not all(map(_HEX6.fullmatch, notes)):
        return None
    if rows is None or gone is None or not all(kept) or not (head == "" or _HEX6.fullmatch(head)):
        return None
    by_position = {int(entry[1]): entry[2] for entry in kept if entry}
    if (rows and sum(rows) != len(units)) or any(at >= len(units) for at in (*by_position, *gone)):
        return None
    return Stamp(options["sum"], units, rows, by_position, head, gone, notes)


def _counts(text: str) -> tuple[int, ...] | None:
    return tuple(int(n) for n in text.split(",") if n) if _COUNTS.fullmatch(text) else None


# ------------------------------------------------------------------------------------- faults


def _line(note: Note, span: Span) -> int:
    return note.lines.line(span.start) + 1


_MEND = Message(
    "réécrire la ligne manquante, ou effacer celle-ci\u00a0; en attendant, rien n’est écrit dans cette note",
    "write the missing line again, or delete this one; until then nothing is written in this note",
)


def _unclosed(note: Note, begin: _Marker) -> Finding:
    line = _line(note, begin.span)
    return Finding(
        begin.span,
        Message(
            f"repère cassé\u00a0: la zone «\u00a0{begin.name}\u00a0» ouverte ligne {line} n’est pas fermée",
            f"broken marker: the region '{begin.name}' opened on line {line} is never closed",
        ),
        _MEND,
    )


def _lone_end(end: _Marker) -> Finding:
    name = end.name or "?"
    return Finding(
        end.span,
        Message(
            f"repère cassé\u00a0: fin de la zone «\u00a0{name}\u00a0» sans début",
            f"broken marker: end of the region '{name}' without a beginning",
        ),
        _MEND,
    )


def _crossed(note: Note, begin: _Marker, end: _Marker) -> Finding:
    return Finding(
        end.span,
        Message(
            f"repère cassé\u00a0: fin de «\u00a0{end.name}\u00a0» alors que «\u00a0{begin.name}\u00a0» "
            f"(ligne {_line(note, begin.span)}) est ouverte",
            f"broken marker: end of '{end.name}' while '{begin.name}' (line {_line(note, begin.span)}) is open",
        ),
        _MEND,
    )


def _unreadable(span: Span) -> Finding:
    return Finding(
        span,
        Message(
            "repère cassé\u00a0: cette ligne ressemble à un repère mais ne peut pas être lue",
            "broken marker: this line looks like a marker but cannot be read",
        ),
        Message(
            "forme attendue\u00a0: <!-- vaultkit:begin recap --> … <!-- vaultkit:end recap -->",
            "expected: <!-- vaultkit:begin recap --> … <!-- vaultkit:end recap -->",
        ),
    )


def _newer(marker: _Marker) -> Finding:
    version = marker.options["v"]
    return Finding(
        marker.span,
        Message(
            f"repère écrit par une version plus récente de vaultkit (v={version})\u00a0: rien n’est écrit ici",
            f"marker of a newer vaultkit (v={version}): nothing is written here",
        ),
        Message("mettre vaultkit à jour", "update vaultkit"),
    )


def _doubles(note: Note, regions: Sequence[Region]) -> Iterator[Finding]:
    """Yield a fault for each second region of one kind (or of one kind and id)."""
    seen: dict[str, Region] = {}
    for region in regions:
        first = seen.setdefault(region.key, region)
        if first is not region and (region.name not in REPEATABLE or "id" in region.options):
            yield Finding(
                region.begin,
                Message(
                    f"repère cassé\u00a0: deuxième zone «\u00a0{region.key}\u00a0», la première est ligne "
                    f"{_line(note, first.begin)}",
                    f"broken marker: second region '{region.key}', the first is on line {_line(note, first.begin)}",
                ),
                Message("effacer l’une des deux paires de repères", "delete one of the two pairs of markers"),
            )


def _overlapping(note: Note, regions: Sequence[Region]) -> Iterator[Finding]:
    """Yield a fault for each region that crosses or lies in a stretch that another tool writes."""
    for span in foreign_regions(note.text) if regions else ():
        first = bisect_right(regions, span.start, key=lambda region: region.end.end)
        touched = bisect_left(regions, span.end, first, key=lambda region: region.begin.start)
        for region in regions[first:touched]:
            yield Finding(
                region.begin,
                Message(
                    f"repère cassé\u00a0: la zone «\u00a0{region.name}\u00a0» touche une zone d’un autre outil "
                    f"(ligne {_line(note, span)})",
                    f"broken marker: the region '{region.name}' touches a region of another tool "
                    f"(line {_line(note, span)})",
                ),
            )


# ------------------------------------------------------------------------ regions of other tools

#: Begin and end of the regions that other tools write: Waypoint, doctoc, cog, Dataview Publisher, Foam
#: and Dataview Serializer (both of its spellings). vaultkit neither writes into them nor reads from them.
FOREIGN: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (pattern(begin, re.IGNORECASE), pattern(end, re.IGNORECASE))
    for begin, end in (
        (r"%%\s*Begin (?:Waypoint|Landmark)\s*%%", r"%%\s*End (?:Waypoint|Landmark)\s*%%"),
        (r"<!--\s*START doctoc\b", r"<!--\s*END doctoc\b[^\n]*"),
        (r"\[\[\[cog\b", r"\[\[\[end\]\]\][^\n]*"),
        (r"%%\s*DATAVIEW_PUBLISHER:\s*start", r"%%\s*DATAVIEW_PUBLISHER:\s*end\s*%%"),
        (r"\[//begin\]:", r"\[//end\]:[^\n]*"),
        (r"<!--\s*SerializedQuery:", r"<!--\s*SerializedQuery END\s*-->"),
        (
            r"<!--\s*dataview-serializer-result(?!-end)",
            r"<!--\s*(?:dataview-serializer-result-end|/dataview-serializer-result)\s*-->",
        ),
        (r"<!--\s*SerializedDataviewJS\s*-->", r"<!--\s*SerializedDataviewJS END\s*-->"),
        (r"<!--\s*dataview-serializer-js-result\s*-->", r"<!--\s*dataview-serializer-js-result-end\s*-->"),
        (r"<!--\s*IQ\w*:", r"<!--\s*/IQ\s*-->"),
        (r"<!--\s*dataview-serializer-iq[\w-]*:", r"<!--\s*/dataview-serializer-iq\s*-->"),
    )
)
#: One search for the beginning of any of them.
_FOREIGN_BEGIN = pattern("|".join(begin.pattern for begin, _ in FOREIGN), re.IGNORECASE)


def foreign_regions(text: str) -> tuple[Span, ...]:
    """Return the stretches that other tools write, markers included, in text order."""
    if not _FOREIGN_BEGIN.search(text):
        return ()
    spans = []
    for begin, end in FOREIGN:
        at = 0
        while opened := begin.search(text, at):
            closed = end.search(text, opened.end())
            if closed is None:
                break
            spans.append(Span(opened.start(), closed.end()))
            at = closed.end()
    return tuple(sorted(spans))


def generated_spans(note: Note) -> tuple[Span, ...]:
    """Return the stretches that a tool writes, markers included: our regions and those of other tools.

    They are never a source, and what links from them is generated.
    """
    if not note.marks & MAY_BE_GENERATED:
        return ()
    return (
        *(Span(region.begin.start, region.end.end) for region in find_regions(note).regions),
        *foreign_regions(note.text),
    )
