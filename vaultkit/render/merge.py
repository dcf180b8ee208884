"""What a person wrote in a region and what would be generated become one body.

Three sides meet, as in a three-way merge: *mine* (the body as it stands), *theirs* (the body that a
template gave) and *base*, of which the end marker remembers only digests. A unit of mine is edited if
its digest is not in the base. Nothing but the note is consulted, so any laptop gives the same result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import StrEnum

from vaultkit.audit.match import assign, similarity
from vaultkit.markdown.regions import Stamp
from vaultkit.render.body import Block, Body, Item, Items, Line, Lines, Row, Table, Text, Unit, digest, normalise
from vaultkit.text import fold

#: Above this many units a table remembers one digest a row, a roadmap one a line.
UNITS_EACH = 200

#: Above this many pairs to weigh, units are told apart by what they say alone.
MOST_PAIRS = 40_000

NO_SOURCE = "-"


class State(StrEnum):
    """What the base says of a unit of mine."""

    OURS = "ours"  # as vaultkit last wrote it
    RELEASED = "released"  # was kept, and its mark has been deleted since
    EDITED = "edited"  # a person wrote it since
    KEPT = "kept"  # carries the mark
    ADOPTED = "adopted"  # nothing is remembered: just adopted


@dataclass(frozen=True, slots=True)
class Policy:
    """How a region merges.

    `identity` names what a row, an item or a line stands for (two labels of one domain give one name),
    None where the words name nothing; `about` gives the words that a generated item stands for beside
    its own; `keep_order` leaves the order of mine; `follow` lets an item that names nothing any more
    give way to one that is new (a renamed note); `pending` tells an item whose source is still to come
    (a link to a note that nobody has written yet), which stands unmarked and is no worry; `prune` takes
    away what has no source any more.
    """

    identity: Callable[[str], str | None] = lambda text: fold(text) or None
    about: Callable[[str], str] = lambda text: text
    keep_order: bool = False
    follow: bool = False
    pending: Callable[[str], bool] = lambda text: False
    prune: bool = False


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one unit, where it is worth a word: `place` is its row or line, with its column."""

    place: str
    before: str
    after: str
    kept: bool = False
    sourceless: bool = False


@dataclass(slots=True)
class Merge:
    """The result of a merge: the body, its stamp, what changed, and what is kept or has no source."""

    body: Body
    stamp: Stamp
    changed: list[Fate] = field(default_factory=list)
    held: list[Fate] = field(default_factory=list)
    pruned: list[Fate] = field(default_factory=list)


def merge(mine: Body, theirs: Body, stamp: Stamp | None, policy: Policy) -> Merge:
    """Return what the region is to say."""
    memory = _Memory(stamp)
    report = Merge(mine, Stamp("", ()))
    pairs = _paired_blocks(mine, theirs)
    texts = _merge_texts(mine, theirs, memory, policy, report)
    blocks = [_merge_block(own, new, memory, policy, report) for own, new in pairs]
    report.body = Body(tuple(_with_texts(mine, theirs, blocks, pairs, texts)))
    report.stamp = _stamp_of(report.body, theirs)
    return report


# --------------------------------------------------------------------------------- the base


class _Memory:
    """What a stamp remembers, ready to be asked."""

    def __init__(self, stamp: Stamp | None) -> None:
        self.stamp = stamp
        self.units = frozenset(stamp.units) if stamp else frozenset()
        self.released = {stamp.units[at]: source for at, source in stamp.kept.items()} if stamp else {}
        self.groups = self._sequences(stamp) if stamp else []

    @staticmethod
    def _sequences(stamp: Stamp) -> list[list[tuple[str, str]]]:
        """Return the groups of the stamp: per unit its digest, and the source it stood for if it was kept."""
        units = [(unit, stamp.kept.get(at, "")) for at, unit in enumerate(stamp.units)]
        if not stamp.rows:
            return [units]
        groups, at = [], 0
        for size in stamp.rows:
            groups.append(units[at : at + size])
            at += size
        return groups

    def state(self, unit: Unit, *digests: str) -> State:
        """Return the state of a unit whose digest may be any of `digests`."""
        if unit.marked:
            return State.KEPT
        if self.stamp is None:
            return State.ADOPTED
        if any(one in self.released for one in digests):
            return State.RELEASED
        return State.OURS if any(one in self.units for one in digests) else State.EDITED

    def take_group(self, digests: Sequence[str]) -> list[tuple[str, str]] | None:
        """Return the remembered group that shares most units with `digests`, and forget it."""
        if self.stamp is None:
            return None
        own = set(digests)
        best = max(self.groups, key=lambda group: sum(unit in own for unit, _ in group), default=None)
        if best is None or not (any(unit in own for unit, _ in best) or len(self.groups) == 1):
            return []
        self.groups.remove(best)
        return best


# --------------------------------------------------------------------------------- sequences


@dataclass(frozen=True, slots=True)
class _Pair:
    """One unit of the result: mine, theirs, or both; `unit` is what will stand there."""

    mine: int | None
    theirs: int | None
    unit: Unit | None


def _merge_units(
    mine: Sequence[Unit],
    theirs: Sequence[Unit],
    scope: str,
    memory: _Memory,
    policy: Policy,
    by_identity: bool = False,
) -> list[_Pair]:
    """Merge two lists of units (items, roadmap entries, texts); pairs in the order of the result."""
    digests = [digest(scope, unit.text) for unit in mine]
    base = memory.take_group(digests)
    partner = _partners(mine, theirs, digests, scope, base, policy, by_identity)
    remembered = dict(base or ())
    pairs = []
    for index, unit in enumerate(mine):
        state = memory.state(unit, digests[index])
        other = partner.get(index)
        source = theirs[other] if other is not None else None
        was = remembered.get(digests[index], "") or NO_SOURCE
        pairs.append(_Pair(index, other, _decide(unit, state, source, scope, was, policy)))
    added = [_Pair(None, at, unit) for at, unit in enumerate(theirs) if at not in partner.values()]
    return _ordered(pairs, added, policy.keep_order)


def _decide(mine: Unit, state: State, theirs: Unit | None, scope: str, was: str, policy: Policy) -> Unit | None:
    """Return the unit that will stand there, None where it is pruned."""
    if theirs is not None:
        same = normalise(mine.text) == normalise(theirs.text)
        if state in (State.OURS, State.RELEASED) or (same and state is not State.KEPT):
            return Unit(mine.text) if same else theirs
        return Unit(mine.text, True, digest(scope, theirs.text))
    if state is State.OURS or (state is not State.KEPT and policy.pending(mine.text)):
        return None if policy.prune else Unit(mine.text)
    return Unit(mine.text, True, was)


def _partners(
    mine: Sequence[Unit],
    theirs: Sequence[Unit],
    digests: Sequence[str],
    scope: str,
    base: Sequence[tuple[str, str]] | None,
    policy: Policy,
    by_identity: bool,
) -> dict[int, int]:
    """Return which unit of theirs each unit of mine stands for."""
    partner: dict[int, int] = {}
    free = dict.fromkeys(range(len(theirs)))

    def take(index: int, other: int) -> None:
        if index not in partner and other in free:
            partner[index] = other
            del free[other]

    said: dict[str, list[int]] = {}
    for at, unit in enumerate(theirs):
        said.setdefault(normalise(unit.text), []).append(at)
    for index, unit in enumerate(mine):
        if same := said.get(normalise(unit.text)):
            take(index, same.pop(0))
    if by_identity:
        named = {policy.identity(theirs[at].text): at for at in reversed(list(free))}
        for index, unit in enumerate(mine):
            name = policy.identity(unit.text)
            if name is not None and name in named:
                take(index, named[name])
    if base is not None and policy.follow:
        _pair_renamed(mine, theirs, digests, partner, list(free), base, policy, take)
    if base is None:
        _pair_alike(mine, theirs, partner, list(free), policy, take)
    elif not policy.follow:
        _pair_by_base(mine, theirs, digests, [digest(scope, unit.text) for unit in theirs], base, partner, take)
    return partner


def _pair_alike(
    mine: Sequence[Unit],
    theirs: Sequence[Unit],
    partner: Mapping[int, int],
    free: Sequence[int],
    policy: Policy,
    take: Callable[[int, int], None],
) -> None:
    """Pair what just was adopted with what shares most of its words, in order; a tie is no match."""
    left = [index for index in range(len(mine)) if index not in partner]
    if len(left) * len(free) > MOST_PAIRS:
        return
    scores = [[similarity(mine[index].text, policy.about(theirs[at].text)) for at in free] for index in left]
    for row, column in assign(scores).items():
        take(left[row], free[column])


def _pair_renamed(
    mine: Sequence[Unit],
    theirs: Sequence[Unit],
    digests: Sequence[str],
    partner: Mapping[int, int],
    free: Sequence[int],
    base: Sequence[tuple[str, str]],
    policy: Policy,
    take: Callable[[int, int], None],
) -> None:
    """Pair generated items that name nothing any more with new ones: one to one, else the likest."""
    known = {unit for unit, source in base if not source}
    lost = [
        index
        for index, unit in enumerate(mine)
        if index not in partner and digests[index] in known and policy.identity(unit.text) is None
    ]
    if len(lost) == len(free):
        for index, at in zip(lost, free, strict=True):
            take(index, at)
        return
    for index in lost:
        scores = [(similarity(mine[index].text, theirs[at].text), at) for at in free if at not in partner.values()]
        best = max(scores, default=(0.0, -1))
        if best[0] >= 0.5:
            take(index, best[1])


def _pair_by_base(
    mine: Sequence[Unit],
    theirs: Sequence[Unit],
    own: Sequence[str],
    new: Sequence[str],
    base: Sequence[tuple[str, str]],
    partner: Mapping[int, int],
    take: Callable[[int, int], None],
) -> None:
    """Pair an edited or outdated unit of mine with the unit of theirs that has the same place in the base."""
    sources = [source or unit for unit, source in base]
    mine_of = _aligned([unit for unit, _ in base], own, lambda at, index: 0.0)
    theirs_of = _aligned(
        sources,
        new,
        lambda at, other: similarity(mine[mine_of[at]].text, theirs[other].text) if at in mine_of else 0.0,
        skip=frozenset(at for at, source in enumerate(sources) if source == NO_SOURCE),
    )
    for at, index in mine_of.items():
        if at in theirs_of and index not in partner:
            take(index, theirs_of[at])


def _aligned(
    base: Sequence[str],
    side: Sequence[str],
    likeness: Callable[[int, int], float],
    skip: frozenset[int] = frozenset(),
) -> dict[int, int]:
    """Return which unit of `side` stands at the place of each unit of `base`.

    Equal digests are anchors; between two anchors what is left on both sides is paired in order,
    the likest first.
    """
    kept = [at for at in range(len(base)) if at not in skip]
    blocks = SequenceMatcher(None, [base[at] for at in kept], side, autojunk=False).get_matching_blocks()
    found: dict[int, int] = {}
    before_base = before_side = 0
    for block in blocks:
        left = kept[before_base : block.a]
        right = range(before_side, block.b)
        if len(left) * len(right) > MOST_PAIRS:
            left, right = left[:0], right[:0]
        scores = [[0.01 + likeness(at, other) for other in right] for at in left]
        found |= {left[row]: right[column] for row, column in assign(scores, ties=True).items()}
        found |= {kept[block.a + n]: block.b + n for n in range(block.size)}
        before_base, before_side = block.a + block.size, block.b + block.size
    return found


def _ordered(pairs: list[_Pair], added: list[_Pair], keep_order: bool) -> list[_Pair]:
    """Order the result as theirs; what only mine has stands behind its former predecessor, else first."""
    if keep_order:
        return pairs + added
    result: list[_Pair] = sorted(
        [pair for pair in pairs if pair.theirs is not None] + added, key=lambda pair: pair.theirs or 0
    )
    for at, pair in enumerate(pairs):
        if pair.theirs is None:
            place = result.index(pairs[at - 1]) + 1 if at else 0
            result.insert(place, pair)
    return result


# ------------------------------------------------------------------------------------ blocks


def _paired_blocks(mine: Body, theirs: Body) -> list[tuple[Block | None, Block | None]]:
    """Pair tables with tables and lists with lists, by their order; texts are merged apart."""
    pairs: list[tuple[Block | None, Block | None]] = []
    left: list[Block] = [block for block in mine.blocks if not isinstance(block, Text)]
    for new in theirs.blocks:
        if isinstance(new, Text):
            continue
        own = next((block for block in left if type(block) is type(new)), None)
        while own is not None and left and left[0] is not own and not isinstance(left[0], type(new)):
            pairs.append((left.pop(0), None))
        if own is not None:
            left.remove(own)
        pairs.append((own, new))
    return pairs + [(block, None) for block in left]


def _merge_block(
    own: Block | None, new: Block | None, memory: _Memory, policy: Policy, report: Merge
) -> Block | None:
    match own or new:
        case Table():
            assert own is None or isinstance(own, Table)
            assert new is None or isinstance(new, Table)
            return _merge_table(own, new, memory, policy, report)
        case Items():
            assert own is None or isinstance(own, Items)
            assert new is None or isinstance(new, Items)
            return _merge_items(own, new, memory, policy, report)
        case Lines():
            assert own is None or isinstance(own, Lines)
            assert new is None or isinstance(new, Lines)
            return _merge_lines(own, new, memory, policy, report)
        case _:
            return None


def _note_fate(report: Merge, place: str, mine: Unit | None, theirs: Unit | None, unit: Unit | None) -> None:
    """Write down what became of a unit, where there is something to say."""
    before = mine.text if mine else ""
    if unit is None:
        report.pruned.append(Fate(place, before, "", sourceless=True))
        return
    fate = Fate(place, before, unit.text, unit.marked, theirs is None)
    if unit.marked or (theirs is None and mine is not None):
        report.held.append(fate)
    if mine is None or normalise(mine.text) != normalise(unit.text) or mine.marked != unit.marked:
        report.changed.append(fate)


def _merge_items(own: Items | None, new: Items | None, memory: _Memory, policy: Policy, report: Merge) -> Items | None:
    mine = own.items if own else ()
    theirs = new.items if new else ()
    pairs = _merge_units([i.unit for i in mine], [i.unit for i in theirs], "item", memory, policy, True)
    items: list[Item] = []
    for pair in pairs:
        old = mine[pair.mine] if pair.mine is not None else None
        source = theirs[pair.theirs] if pair.theirs is not None else None
        waits = old is not None and source is None and policy.pending(old.unit.text) and not old.unit.marked
        if not waits or pair.unit is None:
            _note_fate(report, "", old.unit if old else None, source.unit if source else None, pair.unit)
        if pair.unit is None:
            continue
        if old and old.unit.marked == pair.unit.marked and old.unit.text == pair.unit.text:
            items.append(replace(old, unit=pair.unit))
        elif old:
            items.append(replace(old, unit=pair.unit, raw=""))
        elif source:
            lead, gap = (mine[0].lead, mine[-1].gap) if mine else (source.lead, source.gap)
            items.append(Item(_counted(lead, len(items)), pair.unit, "", gap))
    if items:
        items[0] = replace(items[0], gap=0)
    return replace(own or new or Items(()), items=tuple(items)) if items else None


_NUMBER = re.compile(r"\d+(?=[.)])")


def _counted(lead: str, before: int) -> str:
    """Return the lead of a list item with the number it has after `before` others."""
    return _NUMBER.sub(str(before + 1), lead, count=1)


def _merge_lines(own: Lines | None, new: Lines | None, memory: _Memory, policy: Policy, report: Merge) -> Lines | None:
    mine = own.lines if own else ()
    theirs = list(new.lines if new else ())
    merged: list[tuple[Line, bool]] = []
    for line in mine:
        name = policy.identity(line.key)
        source = next((one for one in theirs if policy.identity(one.key) == name), None)
        if source:
            theirs.remove(source)
        result = _merge_line(line, source, memory, policy, report)
        if result.entries or line.key == "":
            merged.append((result, source is not None))
    order = [policy.identity(line.key) for line in (new.lines if new else ())]
    for line in theirs:
        before = order[: order.index(policy.identity(line.key))]
        place = max((at + 1 for at, (one, _) in enumerate(merged) if policy.identity(one.key) in before), default=0)
        merged.insert(place, (_merge_line(None, line, memory, policy, report), True))
    lines = [line for line, _ in merged]
    if theirs and len({n[0] for line in lines if (n := _NUMBER.search(line.lead))}) < len(lines) > 1:
        lines = _renumbered(lines)
    return replace(own or new or Lines(()), lines=tuple(lines)) if lines else None


def _renumbered(lines: Sequence[Line]) -> list[Line]:
    """Count the lines anew after one came between them; a list of all `1.` stays one."""
    return [
        line
        if _counted(line.lead, at) == line.lead
        else replace(line, lead=_counted(line.lead, at), raw=_NUMBER.sub(str(at + 1), line.raw, count=1))
        for at, line in enumerate(lines)
    ]


def _merge_line(own: Line | None, new: Line | None, memory: _Memory, policy: Policy, report: Merge) -> Line:
    if own and own.key == "":
        return own
    line = own or new
    assert line is not None
    mine = own.entries if own else ()
    theirs = new.entries if new else ()
    pairs = _merge_units(mine, theirs, f"entry {line.key}", memory, policy)
    for pair in pairs:
        old = mine[pair.mine] if pair.mine is not None else None
        source = theirs[pair.theirs] if pair.theirs is not None else None
        _note_fate(report, _label_of(line), old, source, pair.unit)
    entries = tuple(pair.unit for pair in pairs if pair.unit is not None)
    same = own is not None and [(e.text, e.marked) for e in entries] == [(e.text, e.marked) for e in mine]
    return replace(line, entries=entries, raw=line.raw if same else "")


def _label_of(line: Line) -> str:
    return re.sub(r"^\s*(?:>\s*)*(?:[-*+]|\d+[.)])\s+", "", line.lead).strip(" *_→:=>-\t")


def _merge_texts(mine: Body, theirs: Body, memory: _Memory, policy: Policy, report: Merge) -> list[tuple[_Pair, Text | None]]:
    own = [block for block in mine.blocks if isinstance(block, Text)]
    new = [block for block in theirs.blocks if isinstance(block, Text)]
    if not own and not new:
        return []
    result: list[tuple[_Pair, Text | None]] = []
    for pair in _merge_units([t.unit for t in own], [t.unit for t in new], "text", memory, policy):
        old = own[pair.mine] if pair.mine is not None else None
        source = new[pair.theirs] if pair.theirs is not None else None
        _note_fate(report, "", old.unit if old else None, source.unit if source else None, pair.unit)
        if pair.unit is None:
            result.append((pair, None))
        elif old and (old.unit.text, old.unit.marked) == (pair.unit.text, pair.unit.marked):
            result.append((pair, replace(old, unit=pair.unit)))
        else:
            result.append((pair, replace(old or source or Text(pair.unit), unit=pair.unit, raw="")))
    return result


def _with_texts(
    mine: Body,
    theirs: Body,
    solids: Sequence[Block | None],
    pairs: Sequence[tuple[Block | None, Block | None]],
    texts: Sequence[tuple[_Pair, Text | None]],
) -> list[Block]:
    """Put the texts back between the tables and lists: at their place in theirs, else in mine."""
    slots: dict[int, list[Block]] = {}
    slots_of_mine = _slots(mine, [own for own, _ in pairs])
    slots_of_theirs = _slots(theirs, [new for _, new in pairs])
    for pair, text in texts:
        if text is not None:
            slot = slots_of_mine[pair.mine or 0] if pair.theirs is None else slots_of_theirs[pair.theirs]
            slots.setdefault(slot, []).append(text)
    result: list[Block] = slots.get(0, [])
    for number, block in enumerate(solids, 1):
        result = result + ([block] if block else []) + slots.get(number, [])
    return result


def _slots(body: Body, solids: Sequence[Block | None]) -> list[int]:
    """Return behind which of `solids` (from 1; 0 is before all) each text of the body stands."""
    number = {id(block): at for at, block in enumerate(solids, 1)}
    slots, last = [], 0
    for block in body.blocks:
        if isinstance(block, Text):
            slots.append(last)
        else:
            last = number[id(block)]
    return slots


# ------------------------------------------------------------------------------------ tables


def _merge_table(own: Table | None, new: Table | None, memory: _Memory, policy: Policy, report: Merge) -> Table | None:
    if own is None:
        assert new is not None
        for row in new.rows:
            report.changed.append(Fate(row.cells[0].text if row.cells else "", "", _row_text(row)))
        return replace(new, header=replace(new.header, fresh=True), rows=tuple(replace(r, fresh=True) for r in new.rows))
    columns = _columns(own, new)
    header = _merge_header(own, new, columns, memory)
    partner = _row_partners(own, new, columns, memory, policy)
    pairs: list[_Pair] = []
    rows: dict[int, Row] = {}
    for at, row in enumerate(own.rows):
        other = partner.get(at)
        source = new.rows[other] if new and other is not None else None
        merged = _merge_row(row, source, columns, header, memory, policy, report)
        if merged is None:
            report.pruned.append(Fate(row.cells[0].text if row.cells else "", _row_text(row), "", sourceless=True))
        else:
            rows[at] = merged
        pairs.append(_Pair(at, other, None))
    fresh = [_Pair(None, at, None) for at in range(len(new.rows) if new else 0) if at not in partner.values()]
    result: list[Row] = []
    for pair in _ordered(pairs, fresh, policy.keep_order):
        if pair.mine is not None:
            result += [rows[pair.mine]] if pair.mine in rows else []
        elif new and pair.theirs is not None:
            source = new.rows[pair.theirs]
            cells = tuple(source.cells[c.theirs] if c.theirs is not None else Unit("") for c in columns)
            result.append(Row(cells, "", True))
            report.changed.append(Fate(source.cells[0].text, "", _row_text(source)))
    return replace(own, header=header, rows=tuple(result))


def _row_text(row: Row) -> str:
    return " | ".join(cell.text for cell in row.cells)


@dataclass(frozen=True, slots=True)
class _Column:
    mine: int | None
    theirs: int | None


def _columns(own: Table, new: Table | None) -> list[_Column]:
    """Return the columns of the result: mine in their order, with those that only theirs has at their place."""
    heads = [fold(cell.text) for cell in own.header.cells]
    width = max([len(heads), *(len(row.cells) for row in own.rows)])
    wanted = [fold(cell.text) for cell in new.header.cells] if new else []
    found: dict[int, int] = {0: 0} if heads and wanted else {}
    for other, name in enumerate(wanted):
        for index, head in enumerate(heads):
            if name == head and index not in found and other not in found.values():
                found[index] = other
                break
    left = [index for index in range(len(heads)) if index not in found]
    missing = [other for other in range(len(wanted)) if other not in found.values()]
    if len(left) == len(missing):
        found |= dict(zip(left, missing, strict=True))
        missing = []
    columns = [_Column(index, found.get(index)) for index in range(width)]
    for other in missing:
        place = next((at + 1 for at, c in enumerate(columns) if c.theirs == other - 1), len(columns))
        columns.insert(place, _Column(None, other))
    return columns


def _head_digest(cells: Sequence[Unit]) -> str:
    return digest("head", "|".join(cell.text for cell in cells))


def _merge_header(own: Table, new: Table | None, columns: Sequence[_Column], memory: _Memory) -> Row:
    """Return the header: mine as it stands if a person wrote it, else as it is generated now."""
    ours = memory.stamp is not None and memory.stamp.head == _head_digest(own.header.cells)
    cells = []
    for column in columns:
        mine = own.header.cells[column.mine] if column.mine is not None and column.mine < len(own.header.cells) else None
        theirs = new.header.cells[column.theirs] if new and column.theirs is not None else None
        cells.append((theirs if ours or mine is None else mine) or mine or Unit(""))
    same = [cell.text for cell in cells] == [cell.text for cell in own.header.cells]
    return own.header if same else Row(tuple(cells), own.header.raw, True)


def _cell_digests(row: Row, column: _Column, text: str) -> tuple[str, ...]:
    places = {place for place in (column.mine, column.theirs) if place is not None}
    return tuple(digest(f"cell {row.key} {place}", text) for place in sorted(places))


def _row_digest(row: Row) -> str:
    return digest(f"row {row.key}", "|".join(cell.text for cell in row.cells))


def _cell_states(row: Row, columns: Sequence[_Column], memory: _Memory) -> list[State]:
    """Return the state of each cell of a row, in the order of the columns."""
    states = []
    whole = _row_digest(row)
    kept = bool(row.cells) and row.cells[0].marked
    for column in columns:
        unit = _cell(row, column)
        state = memory.state(unit, whole, *_cell_digests(row, column, unit.text))
        states.append(State.KEPT if kept else state)
    return states


def _cell(row: Row, column: _Column) -> Unit:
    return row.cells[column.mine] if column.mine is not None and column.mine < len(row.cells) else Unit("")


def _row_partners(
    own: Table, new: Table | None, columns: Sequence[_Column], memory: _Memory, policy: Policy
) -> dict[int, int]:
    """Return which row of theirs each row of mine stands for: by name, then by what it says.

    A row that vaultkit wrote, whose name is gone while a new name says the same, is followed.
    """
    if new is None:
        return {}
    named: dict[str, int] = {}
    for at, row in enumerate(new.rows):
        if (name := policy.identity(row.cells[0].text if row.cells else "")) is not None:
            named.setdefault(name, at)
    partner: dict[int, int] = {}
    for at, row in enumerate(own.rows):
        name = policy.identity(row.cells[0].text if row.cells else "")
        if name is not None and name in named and named[name] not in partner.values():
            partner[at] = named[name]
    free = [at for at in range(len(new.rows)) if at not in partner.values()]
    for at, row in enumerate(own.rows):
        if at in partner or memory.state(row.cells[0], *_cell_digests(row, columns[0], row.cells[0].text)) is not State.OURS:
            continue
        same = next((other for other in free if _says_the_same(row, new.rows[other], columns)), None)
        if same is not None:
            partner[at] = same
            free.remove(same)
    return partner


def _says_the_same(mine: Row, theirs: Row, columns: Sequence[_Column]) -> bool:
    """Whether a row with another name is the same row: at least two of its other cells agree, or all do."""
    both = [
        (normalise(_cell(mine, column).text), normalise(theirs.cells[column.theirs].text))
        for column in columns[1:]
        if column.theirs is not None and column.theirs < len(theirs.cells)
    ]
    agree = sum(one == other != "" for one, other in both)
    return agree >= min(2, len(both)) and agree > 0


def _merge_row(
    mine: Row,
    theirs: Row | None,
    columns: Sequence[_Column],
    header: Row,
    memory: _Memory,
    policy: Policy,
    report: Merge,
) -> Row | None:
    """Merge one row; None where it is pruned."""
    states = _cell_states(mine, columns, memory)
    if theirs is None and policy.prune and not any(s in (State.KEPT, State.EDITED, State.RELEASED) for s in states):
        return None
    cells = [
        _merge_cell(mine, column, theirs, state, memory, policy)
        for column, state in zip(columns, states, strict=True)
    ]
    label = mine.cells[0].text if mine.cells else ""
    held = [at for at, cell in enumerate(cells) if cell.marked]
    whole = held and (
        0 in held or (memory.stamp is None and len(held) > 1 and not any(c.marked for c in mine.cells)) or theirs is None
    )
    if whole:
        cells = [
            Unit(_cell(mine, column).text, at == 0 or _cell(mine, column).marked, cells[at].source)
            for at, column in enumerate(columns)
        ]
    for at, cell in enumerate(cells):
        old = _cell(mine, columns[at])
        title = header.cells[at].text if at < len(header.cells) else ""
        if normalise(old.text) != normalise(cell.text) or old.marked != cell.marked:
            report.changed.append(Fate(f"{label} | {title}" if at else label, old.text, cell.text, cell.marked))
    if theirs is None or any(cell.marked for cell in cells):
        report.held += _row_fates(label, cells, header, theirs is None, bool(whole))
    same = len(cells) == len(mine.cells) and all(
        normalise(c.text) == normalise(m.text) and c.marked == m.marked for c, m in zip(cells, mine.cells, strict=True)
    )
    return Row(tuple(cells), mine.raw, not same)


def _row_fates(label: str, cells: Sequence[Unit], header: Row, sourceless: bool, whole: bool) -> list[Fate]:
    if sourceless or whole:
        return [Fate(label, "", " | ".join(cell.text for cell in cells), any(c.marked for c in cells), sourceless)]
    return [
        Fate(f"{label} | {header.cells[at].text if at < len(header.cells) else ''}", "", cell.text, True, False)
        for at, cell in enumerate(cells)
        if cell.marked
    ]


def _merge_cell(
    row: Row, column: _Column, theirs: Row | None, state: State, memory: _Memory, policy: Policy
) -> Unit:
    mine = _cell(row, column)
    scope = f"cell {row.key} {column.mine if column.mine is not None else column.theirs}"
    has_source = theirs is not None and column.theirs is not None and column.theirs < len(theirs.cells)
    source = theirs.cells[column.theirs] if has_source and theirs and column.theirs is not None else None
    if column.mine is None:
        return source or Unit("")
    if source is None and not mine.text and not mine.marked:
        return mine
    was = next((memory.released[d] for d in _cell_digests(row, column, mine.text) if d in memory.released), NO_SOURCE)
    return _decide(mine, state, source, scope, was, replace(policy, prune=False)) or mine


# -------------------------------------------------------------------------------------- stamp


def _stamp_of(body: Body, theirs: Body) -> Stamp:
    """Return the stamp of a merged body: digests of its units in order, tables first, texts last."""
    tables = [block for block in body.blocks if isinstance(block, Table)]
    cells = sum(len(row.cells) for table in tables for row in table.rows)
    units: list[tuple[str, Unit]] = []
    for table in tables:
        for row in table.rows:
            if cells > UNITS_EACH:
                units.append((_row_digest(row), replace(row.cells[0], source=NO_SOURCE)))
            else:
                units += [
                    (digest(f"cell {row.key} {at}", cell.text), replace(cell, source=NO_SOURCE))
                    for at, cell in enumerate(row.cells)
                ]
    rows: list[int] = []
    for block in body.blocks:
        for group in _groups(block):
            rows.append(len(group))
            units += group
    if texts := [block.unit for block in body.blocks if isinstance(block, Text)]:
        rows.append(len(texts))
        units += [(digest("text", text.text), text) for text in texts]
    kept = {at: unit.source or NO_SOURCE for at, (_, unit) in enumerate(units) if unit.marked}
    if tables and rows:
        rows.insert(0, len(units) - sum(rows))
    head = next((block for block in theirs.blocks if isinstance(block, Table)), None)
    return Stamp(
        body.digest(),
        tuple(one for one, _ in units),
        tuple(rows) if len(rows) > 1 else (),
        kept,
        _head_digest(head.header.cells) if head and tables else "",
    )


def _groups(block: Block) -> list[list[tuple[str, Unit]]]:
    match block:
        case Items(items):
            return [[(digest("item", item.unit.text), item.unit) for item in items]]
        case Lines(lines):
            return [
                [(digest(f"entry {line.key}", entry.text), entry) for entry in line.entries] for line in lines
            ]
        case _:
            return []

