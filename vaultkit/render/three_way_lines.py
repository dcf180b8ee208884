"""The list of a roadmap from three versions: line by line, known by its horizon, entry by entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from msgspec.structs import replace

from vaultkit.audit.words import horizon_of
from vaultkit.render.body import BLANK, Block, Line, Lines, digest, normalise
from vaultkit.render.merge_base import NO_SOURCE, Trace
from vaultkit.render.three_way import (
    Job,
    Three,
    Who,
    chosen,
    decide_slot,
    slots_of,
    traces_of,
    without_ghosts,
    woven,
)
from vaultkit.text import pattern

#: The number of a list item, in what stands before its text.
NUMBER = pattern(r"\d+(?=[.)])")


#: What a line is known by, and how many of that name stand before it.
_Name: TypeAlias = "tuple[str, int]"


def line_triples(blocks: Sequence[Block | None]) -> list[tuple[Line | None, ...]]:
    """Return the lines of a roadmap that name one horizon, in merged order."""
    named: list[dict[_Name, Line]] = []
    for block in blocks:
        own: dict[_Name, Line] = {}
        count: Counter[str] = Counter()
        for line in block.lines if isinstance(block, Lines) else ():
            name = _name_of(line)
            own[name, count[name]] = line
            count[name] += 1
        named.append(own)
    base, ours, theirs = (list(own) for own in named)
    return [tuple(own.get(name) for own in named) for name in woven(base, ours, theirs)]


def _name_of(line: Line) -> str:
    if line.key:
        return horizon_of(line.key) or line.key
    return "\0" + " ".join(normalise(entry.text) for entry in line.entries)


def line_scope(lines: Sequence[Line | None]) -> str:
    """Return the scope of the digests of a line's entries."""
    line = next(line for line in (*lines[1:], lines[0]) if line)
    return f"entry {horizon_of(line.key) or line.key}" if line.key else "item"


def merge_lines(
    blocks: Sequence[Block | None], jobs: Sequence[Job], remembered: bool = True
) -> tuple[Three[Block], list[list[Trace]]]:
    """Return the list of a roadmap that two versions make, and what is remembered of each line.

    `remembered` says whether the base has ever been rebuilt.
    """
    merged: list[Three[Line]] = []
    groups: list[list[Trace]] = []
    for lines, job in zip(line_triples(blocks), jobs, strict=True):
        three, group = _merge_held(lines, job) or _merge_line(lines, job, blocks, remembered)
        merged.append(three)
        groups.append(group)
    above = next((block.above for block in (*blocks[1:], blocks[0]) if block), BLANK)
    results: list[Block | None] = []
    for who in Who:
        found = [line for one in merged if (line := one[who]) is not None]
        results.append(Lines(tuple(_renumbered(found)), above) if found else None)
    return Three(*results), groups


_MergedLine: TypeAlias = "tuple[Three[Line], list[Trace]]"


def _merge_held(lines: Sequence[Line | None], job: Job) -> _MergedLine | None:
    """Merge a line that is the person's own as a whole in one version; None if it is not."""
    base, ours, theirs = lines
    held = [line if line and line.held else None for line in lines]
    if held[Who.OURS] is None and held[Who.THEIRS] is None:
        return None
    raws = [line.raw if line else None for line in lines]
    if raws[Who.OURS] == raws[Who.THEIRS] or raws[Who.THEIRS] == raws[Who.BASE] or held[Who.THEIRS] is None:
        given_back = held[Who.BASE] and raws[Who.OURS] == raws[Who.BASE]
        line = theirs if given_back else ours
    elif raws[Who.OURS] == raws[Who.BASE] or held[Who.OURS] is None:
        line = ours if held[Who.BASE] and raws[Who.THEIRS] == raws[Who.BASE] else theirs
    else:
        return Three(base, ours, theirs), []
    traces = [
        Trace(digest(job.scope, e.text), NO_SOURCE if e.marked else "")
        for e in (line.entries if line else ())
    ]
    return Three.same(line), traces


def _merge_line(
    lines: Sequence[Line | None], job: Job, blocks: Sequence[Block | None], remembered: bool
) -> _MergedLine:
    """Merge one line, entry by entry; it goes where all that it said goes."""
    base, ours, theirs = lines
    sides = job.sides()
    first = not remembered and all(blocks[1:])
    there = lines if base is not None or not first else (None, *blocks[1:])
    decisions = without_ghosts(
        [(one, decide_slot(sides, one)) for one in slots_of(sides, job.scope)], there, remembered
    )
    traces = traces_of(job.scope, decisions)
    lone = ours is None or theirs is None
    line = ours or theirs
    gone = base is not None or (first and ours is None)
    if line is None or (lone and gone and not any(decision for _, decision in decisions)):
        return Three.same(None), []
    if base and ours and theirs and (ours.lead, ours.tail) == (base.lead, base.tail):
        line = replace(line, lead=theirs.lead, tail=theirs.tail, label=theirs.label)
    results: list[Line | None] = []
    for who in Who:
        entries = tuple(side.unit for _, decision in decisions if (side := chosen(decision, who)))
        found = replace(line, entries=entries, raw="")
        alike = (one for one in (ours, theirs) if one and replace(one, raw="", above=line.above) == found)
        results.append(next(alike, found))
    return Three(*results), traces


def _renumbered(lines: Sequence[Line]) -> list[Line]:
    """Count the lines anew where a line from the other version doubles a number."""
    numbers = [found[0] for line in lines if (found := NUMBER.search(line.lead))]
    if len(set(numbers)) in (1, len(numbers)):
        return list(lines)
    result = []
    for at, line in enumerate(lines):
        lead, raw = (NUMBER.sub(str(at + 1), text, count=1) for text in (line.lead, line.raw))
        result.append(line if lead == line.lead else replace(line, lead=lead, raw=raw))
    return result
