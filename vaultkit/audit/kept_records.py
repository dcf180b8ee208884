"""A record as it stands in a note: a fenced block of JSON lines, which formatters leave alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date

from msgspec import DecodeError, Struct, ValidationError, json

from vaultkit.audit.entries import Entry, Record
from vaultkit.audit.extract import own_sections
from vaultkit.audit.mission import day_of, language_of_note
from vaultkit.audit.model import Domain, Mission
from vaultkit.audit.records import record_of
from vaultkit.markdown.note import Note
from vaultkit.text import pattern
from vaultkit.values import parse_date

#: What the fence of the block says.
FENCE = "vaultkit-livraison"

#: What stands behind the words that a delivered copy has for a chart.
CHART = "<!-- vk:chart -->"
_BLOCK = pattern(
    rf"^[ \t>]*(?P<fence>`{{3,}}|~{{3,}})[ \t]*{FENCE}[^\n]*\n(?P<lines>.*?)(?:^[ \t>]*(?P=fence)|\Z)",
    re.DOTALL | re.MULTILINE,
)
_ENTRY = json.Decoder(Entry)


class _Head(Struct, frozen=True, omit_defaults=True):
    """The first line of the block: the record without its entries, and how many there are."""

    format: int
    scope: str
    items: int = 0
    day: date | None = None
    taken: tuple[str, ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    ancestors: tuple[str, ...] = ()


_HEAD = json.Decoder(_Head)


class Kept(Struct, frozen=True):
    """A record as a note keeps it; `lost` is how many lines of it cannot be read, or are no longer there."""

    record: Record
    lost: int = 0


def printed(record: Record) -> str:
    """Return the block of a record, with its fences and a final newline."""
    head = _Head(
        1, record.scope, len(record.entries), record.day, record.taken, record.letters, record.ancestors
    )
    lines = [json.encode(head), *map(json.encode, record.entries)]
    return "\n".join((f"```{FENCE}", *(line.decode() for line in lines), "```", ""))


def kept_record(note: Note) -> Kept | None:
    """Return the record of a delivered synthesis; None where it has none and no domain sections of its own.

    One that was delivered before vaultkit speaks by its sections. Lines that a program has broken are left out.
    """
    found = _BLOCK.search(note.text, note.body_start)
    if found is None:
        sections = _of_sections(note)
        return Kept(sections) if sections.entries else None
    lines = [line.strip(" \t>\r") for line in found["lines"].splitlines()]
    read = [one for line in lines if line for one in _read(line)]
    head = next((one for one in read if isinstance(one, _Head)), None)
    entries = tuple(one for one in read if isinstance(one, Entry))
    written = max(head.items + 1 if head else 0, sum(map(bool, lines)))
    scope = head.scope if head else str(note.properties.get("scope") or "")
    day = (head.day if head else None) or delivered_on(note)
    more = (head.taken, head.letters, head.ancestors) if head else ((), (), ())
    return Kept(Record(scope, day, entries, *more), written - len(read))


def record_of_delivery(note: Note) -> Record | None:
    """Return what `kept_record` finds, as far as it can be read."""
    kept = kept_record(note)
    return kept.record if kept else None


def delivered_on(note: Note) -> date | None:
    """Return the day of a delivered synthesis: its `livraison`, else its `date`, else the one in its name."""
    said = day_of(note, delivered=True)
    return parse_date(note.name) if said == date.min else said


def in_order(deliveries: Iterable[Note]) -> list[Note]:
    """Return delivered syntheses that have a record, oldest first; of one day « (2) » is later."""
    dated = [(delivered_on(note) or date.min, note.name, note) for note in deliveries if kept_record(note)]
    return [note for _, _, note in sorted(dated, key=lambda one: one[:2])]


def without_record(text: str) -> str:
    """Return the text of a delivered synthesis without the block."""
    return _BLOCK.sub("", text)


def without_charts(text: str) -> str:
    """Return the text of a delivered synthesis without the words that stand for its charts (`CHART` after them)."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.rstrip().endswith(CHART))


def _read(line: str) -> Iterator[_Head | Entry]:
    data = line.encode("utf-8", "replace")
    for decoder in (_ENTRY, _HEAD):
        with suppress(DecodeError, ValidationError, ValueError):
            yield decoder.decode(data)
            return


def _of_sections(note: Note) -> Record:
    sections = own_sections(note)
    domains = tuple(Domain(one.label, one.short, (one,), one) for one in sections if one.items)
    scope = str(note.properties.get("scope") or "")
    mission = Mission(note, scope, language_of_note(note), active=False, domains=domains, sections=sections)
    return record_of(mission, day=delivered_on(note))
