"""A body that already says what would be generated, and is as vaultkit wrote it: nothing is left to merge.

Most regions of most rebuilds are of that kind. What is asked here is narrow, so that the answer is the one
that the whole merge would give: equal units in equal blocks, no mark anywhere, and a stamp that remembers
just these units.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vaultkit.markdown.regions import Stamp
from vaultkit.render.body import Block, Body, Items, Line, Lines, Table, Text, Unit, digest, plain
from vaultkit.render.merge_base import MOST_PAIRS, Policy, Trace, stamp_of
from vaultkit.render.merge_table import column_names, head_of, traces_as_written


def stamp_if_unchanged(mine: Body, theirs: Body, stamp: Stamp | None, policy: Policy) -> Stamp | None:
    """Return the stamp of `mine` where the merge would leave it as it stands; None where that is to be seen."""
    if stamp is None or stamp.kept or stamp.gone or len(mine.blocks) != len(theirs.blocks):
        return None
    if any(isinstance(one, Items) and isinstance(other, Items) for one, other in pairwise(mine.blocks)):
        return None
    if not all(_same(own, new, policy) for own, new in zip(mine.blocks, theirs.blocks, strict=True)):
        return None
    groups = _groups(mine.blocks, policy)
    filled = [group for group in groups if group]
    found = stamp_of(mine.digest(), filled, head_of(theirs) if groups[0] else "")
    if len(groups) * len(filled) > MOST_PAIRS or (found.units, found.rows) != (stamp.units, stamp.rows):
        return None
    return found


def _same(own: Block, new: Block, policy: Policy) -> bool:
    """Whether two blocks hold the same units at the same places, so that each can only stand for the other."""
    match own, new:
        case Text(), Text():
            return _equal([own.unit], [new.unit])
        case Items(), Items():
            whole = bool(own.items) and not own.items[0].above
            return whole and _equal([item.unit for item in own.items], [item.unit for item in new.items])
        case Lines(), Lines():
            return _same_lines(own.lines, new.lines, policy)
        case Table(), Table():
            return _same_table(own, new, policy)
        case _:
            return False


def _same_lines(own: Sequence[Line], new: Sequence[Line], policy: Policy) -> bool:
    keys = [line.key for line in own]
    names = {policy.identity(key) for key in keys if key}
    return (
        keys == [line.key for line in new]
        and len(names - {None}) == len(keys)
        and not any(line.held for line in own)
        and all(_equal(one.entries, other.entries) for one, other in zip(own, new, strict=True))
    )


def _same_table(own: Table, new: Table, policy: Policy) -> bool:
    names = column_names(own)
    return (
        len(own.rows) == len(new.rows)
        and 0 < len(names) == len(set(names))
        and all(len(row.cells) == len(names) for row in own.rows)
        and _equal(own.header.cells, new.header.cells)
        and all(_equal(one.cells, other.cells) for one, other in zip(own.rows, new.rows, strict=True))
        and all(policy.identity(plain(row.cells[0].text)) is not None for row in own.rows)
    )


def _equal(own: Sequence[Unit], new: Sequence[Unit]) -> bool:
    return len(own) == len(new) and all(
        one.text == other.text and not one.marked and not other.marked
        for one, other in zip(own, new, strict=True)
    )


def _groups(blocks: Sequence[Block], policy: Policy) -> list[list[Trace]]:
    """Return what is remembered of these blocks: all cells, each list and line, all texts; some may be empty."""
    cells: list[Trace] = []
    groups: list[list[Trace]] = []
    texts: list[Trace] = []
    for block in blocks:
        match block:
            case Table():
                cells += traces_as_written(block)
            case Items(items):
                groups.append(_traces("item", [item.unit for item in items]))
            case Lines(lines):
                groups += [
                    _traces(f"entry {policy.identity(line.key) or line.key}", line.entries) for line in lines
                ]
            case Text(text):
                texts += _traces("text", [text])
    return [cells, *groups, texts]


def _traces(scope: str, units: Sequence[Unit]) -> list[Trace]:
    return [Trace(digest(scope, unit.text)) for unit in units]
