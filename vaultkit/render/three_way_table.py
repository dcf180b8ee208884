"""A table of a region from three versions: row by row, known by its label, cell by cell, known by its column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.markdown.regions import Stamp
from vaultkit.render.body import Row, Table, Unit, normalise
from vaultkit.render.merge_base import NO_SOURCE, Memory, State, Trace, aligned
from vaultkit.render.merge_table import (
    UNITS_EACH,
    cell_digest,
    column_names,
    head_digest,
    row_digest,
    row_key,
)
from vaultkit.render.three_way import (
    Clash,
    Decision,
    Side,
    Slot,
    Three,
    Unmergeable,
    Who,
    chosen,
    decide,
    merged_order,
    woven,
)

#: The share of its cells that a row with another label must have in common to be the same row.
ALIKE = 0.5

#: How many rows tell by which column rows are known, and by which name a column.
SAMPLE = 50


_OWN = (Who.OURS, Who.THEIRS)


class MergedTable(Struct, frozen=True):
    """A merged table, what is remembered of its cells, and the digest of its generated header."""

    table: Three[Table]
    traces: tuple[Trace, ...]
    head: str


class _Column(Struct, frozen=True):
    """A column: its place in each version, the names that its cells may be remembered by, and the one they are."""

    places: tuple[int | None, int | None, int | None]
    names: tuple[str, ...]
    name: str = ""


class _Row(Struct, frozen=True):
    """A row of one version, its cells in the order of the merged columns."""

    row: Row
    key: str
    cells: tuple[Side | None, ...]
    whole: bool

    def side(self, at: int) -> Side | None:
        """Return one cell."""
        return self.cells[at]


class _Grid(Struct, frozen=True):
    """How three tables lie on each other; `straight` says which of them has just the merged columns."""

    tables: tuple[Table | None, ...]
    memories: tuple[Memory, ...]
    columns: tuple[_Column, ...]
    label: int
    straight: tuple[bool, ...] = ()


def merge_tables(
    tables: Sequence[Table | None], stamps: Sequence[Stamp | None], first: bool = False
) -> MergedTable:
    """Return the table that two versions make; ours and theirs must be there.

    `first` says that the base has never been rebuilt. Raises Unmergeable where columns were changed in two ways.
    """
    memories = tuple(map(Memory, stamps))
    bare = _Grid(tuple(tables), memories, _columns(tables), 0)
    titles = _titles(bare, stamps)
    grid = _named(bare, titles)
    rows = [_read_rows(grid, who) for who in Who]
    _no_cell_left_behind(grid)
    headers, head = _header(grid, titles, stamps)
    slots = _row_slots(grid, rows)
    if first and tables[Who.BASE] is None:
        slots = [
            slot for slot in slots if slot.ours is not None or _is_written(rows[Who.THEIRS], slot.theirs)
        ]
    merged = [row for slot in slots if (row := _merge_row(grid, rows, slot))]
    count = sum(len(grid.columns) for _ in merged)
    traces = [trace for row in merged for trace in _traces(grid, row, count <= UNITS_EACH)]
    ours = tables[Who.OURS] or tables[Who.THEIRS]
    if ours is None:
        raise Unmergeable
    model = replace(ours, align=_align(grid))
    bodies = [
        replace(
            model,
            header=headers[who] or ours.header,
            rows=tuple(line for one in merged if (line := _printed(grid, rows, one, who))),
        )
        for who in Who
    ]
    return MergedTable(Three(*bodies), tuple(traces), head)


def _is_written(rows: Sequence[_Row], place: int | None) -> bool:
    """Whether a person has written into a row."""
    return place is None or any(side.by_hand for side in rows[place].cells if side)


# ------------------------------------------------------------------------------------- columns


def _columns(tables: Sequence[Table | None]) -> tuple[_Column, ...]:
    """Return the merged columns: by place where all versions have as many, else by name."""
    names = [_all_names(table) for table in tables]
    there = [own for own, table in zip(names, tables, strict=True) if table]
    if len({len(own) for own in there}) == 1 and not (
        len({frozenset(own) for own in there}) == 1 < len(set(there))
    ):
        return tuple(
            _Column(
                tuple(at if table else None for table in tables),  # type: ignore[arg-type]  # three versions
                tuple(dict.fromkeys(own[at] for own in reversed(there))),
            )
            for at in range(len(there[0]))
        )
    base = names[Who.BASE] if tables[Who.BASE] else ()
    ours, theirs = names[Who.OURS], names[Who.THEIRS]
    stays = [
        name for name in woven(base, ours, theirs) if name not in base or (name in ours and name in theirs)
    ]
    if not stays:
        raise Unmergeable
    return tuple(
        _Column(
            tuple(own.index(name) if name in own else None for own in names),  # type: ignore[arg-type]  # three versions
            (name,),
        )
        for name in stays
    )


def _all_names(table: Table | None) -> tuple[str, ...]:
    """Return the names of all columns, those included that only a row has."""
    if table is None:
        return ()
    names = column_names(table)
    width = max([len(names), *(len(row.cells) for row in table.rows)])
    return (*names, *(f"\0{at}" for at in range(len(names), width)))


def _no_cell_left_behind(grid: _Grid) -> None:
    """Refuse to drop a column into which the version that still has it has written since the base."""
    for who in (Who.OURS, Who.THEIRS):
        table, base = grid.tables[who], grid.tables[Who.BASE]
        kept = {column.places[who] for column in grid.columns}
        lost = [at for at in range(len(_all_names(table))) if at not in kept]
        if table and lost:
            said = {cell.text for row in base.rows for cell in row.cells} if base else set()
            if any(
                row.cells[at].text not in said for row in table.rows for at in lost if at < len(row.cells)
            ):
                raise Unmergeable


def _named(grid: _Grid, titles: Sequence[Decision]) -> _Grid:
    """Return the grid with the label column, and for each column the name that its cells are remembered by.

    That is the name in the version whose header stands there now: the next rebuild knows no other.
    """
    best = max(range(len(grid.columns)), key=lambda at: (_hits(grid, at), at == 0, -at), default=0)
    label = best if _hits(grid, best) > _hits(grid, 0) else 0
    columns = tuple(
        replace(column, name=_remembered(grid, column, label, chosen(title, Who.OURS)))
        for column, title in zip(grid.columns, titles, strict=True)
    )
    straight = tuple(_in_order(grid, who) for who in Who)
    return replace(grid, columns=columns, label=label, straight=straight)


def _hits(grid: _Grid, label: int) -> int:
    """Return how many cells are remembered if the rows are known by this column."""
    return sum(_known(grid, label, column, name) for column in grid.columns[:6] for name in column.names)


def _remembered(grid: _Grid, column: _Column, label: int, title: Side | None) -> str:
    versions = (title.who,) if title else tuple(Who)
    return max(
        column.names,
        key=lambda name: (_known(grid, label, column, name, versions), _known(grid, label, column, name)),
    )


def _known(grid: _Grid, label: int, column: _Column, name: str, versions: Sequence[Who] = tuple(Who)) -> int:
    count = 0
    for who in versions:
        table, memory = grid.tables[who], grid.memories[who]
        at, place = grid.columns[label].places[who], column.places[who]
        if table is None or at is None or place is None:
            continue
        for row in table.rows[:SAMPLE]:
            if max(at, place) < len(row.cells):
                count += memory.knows(cell_digest(row_key(row.cells[at].text), name, row.cells[place].text))
    return count


def _align(grid: _Grid) -> str:
    base, ours, theirs = (table.align if table else "" for table in grid.tables)
    same = len({tuple(column.places) for column in grid.columns if None in column.places[1:]}) == 0
    return theirs if same and ours == base and theirs else ours


def _titles(grid: _Grid, stamps: Sequence[Stamp | None]) -> list[Decision]:
    """Return which version's header each column has; None where no version has one."""
    states = [_header_state(table, stamp) for table, stamp in zip(grid.tables, stamps, strict=True)]
    decisions: list[Decision] = []
    for column in grid.columns:
        sides = [
            Side(who, table.header.cells[place], state)
            if table and place is not None and place < len(table.header.cells)
            else None
            for who, table, place, state in zip(Who, grid.tables, column.places, states, strict=True)
        ]
        mine, new = sides[Who.OURS], sides[Who.THEIRS]
        decisions.append(decide(sides[Who.BASE], mine, new) if mine and new else mine or new)
    return decisions


def _header(
    grid: _Grid, titles: Sequence[Decision], stamps: Sequence[Stamp | None]
) -> tuple[Three[Row], str]:
    """Return the merged header as each version would have it, and the digest of the one that was generated."""
    there = [title for title in titles if title]
    sides = [chosen(title, who) for who in (Who.OURS, Who.THEIRS) for title in there]
    cells = [tuple(side.unit if (side := chosen(title, who)) else Unit("") for title in there) for who in Who]
    rows = Three(*(_header_row(grid, one) for one in cells))
    said = [cell.text for cell in cells[Who.OURS]]
    if not any(side.by_hand for side in sides if side):
        return rows, head_digest(said)
    taken = next((side.who for side in sides if side and side.who is Who.THEIRS), Who.OURS)
    whole = [who for who in _OWN if _texts(grid.tables[who]) == said]
    order = (*whole, taken, *_OWN)
    return rows, next((stamp.head for who in order if (stamp := stamps[who]) and stamp.head), "")


def _header_row(grid: _Grid, cells: tuple[Unit, ...]) -> Row:
    for who in _OWN:
        table = grid.tables[who]
        if table and table.header.cells == cells:
            return table.header
    ours = grid.tables[Who.OURS]
    return Row(cells, ours.header.raw if ours else "", True)


def _texts(table: Table | None) -> list[str]:
    return [cell.text for cell in table.header.cells] if table else []


def _header_state(table: Table | None, stamp: Stamp | None) -> State:
    if stamp is None or table is None:
        return State.ADOPTED
    said = head_digest(_texts(table))
    return State.OURS if said == stamp.head else State.EDITED


# ---------------------------------------------------------------------------------------- rows


def _read_rows(grid: _Grid, who: Who) -> list[_Row]:
    """Return the rows of one version; a second row of one label is known by its number too."""
    table, memory = grid.tables[who], grid.memories[who]
    seen: dict[str, int] = {}
    rows = []
    for row in table.rows if table else ():
        units = [_unit(row, column.places[who]) for column in grid.columns]
        label = units[grid.label] or Unit("")
        key = row_key(label.text)
        states = _states(grid, memory, key, units)
        cells = tuple(
            Side(who, unit, state) if unit is not None else None
            for unit, state in zip(units, states, strict=True)
        )
        seen[key] = seen.get(key, 0) + 1
        rows.append(_Row(row, f"{key}\0{seen[key]}", cells, label.marked))
    return rows


def _unit(row: Row, place: int | None) -> Unit | None:
    if place is None:
        return None
    return row.cells[place] if place < len(row.cells) else Unit("")


def _states(grid: _Grid, memory: Memory, key: str, units: Sequence[Unit | None]) -> list[State]:
    """Return the state of each cell of a row; a mark at the label keeps the whole row."""
    label = units[grid.label]
    if label and label.marked:
        return [State.KEPT] * len(units)
    whole = _whole(grid, key, [unit.text if unit else "" for unit in units])
    return [
        memory.state(unit, (whole, *(cell_digest(key, name, unit.text) for name in column.names)))
        if unit is not None
        else State.OURS
        for column, unit in zip(grid.columns, units, strict=True)
    ]


def _whole(grid: _Grid, key: str, texts: Sequence[str]) -> str:
    named = [replace(column, names=(column.name,)) for column in grid.columns]
    return row_digest(key, named, [Unit(text) for text in texts])  # type: ignore[arg-type]  # names are all it asks for


def _row_slots(grid: _Grid, rows: Sequence[Sequence[_Row]]) -> list[Slot]:
    """Return which rows are one, in merged order: by label, else by most of what they say."""
    base, ours, theirs = rows
    in_ours, in_theirs = _partners(grid, base, ours), _partners(grid, base, theirs)
    free = {row.key: at for at, row in enumerate(theirs) if at not in frozenset(in_theirs.values())}
    own = frozenset(in_ours.values())
    added = {at: free[row.key] for at, row in enumerate(ours) if at not in own and row.key in free}
    return merged_order(in_ours, in_theirs, len(base), len(ours), len(theirs), added)


def _partners(grid: _Grid, base: Sequence[_Row], side: Sequence[_Row]) -> dict[int, int]:
    keys = {row.key: at for at, row in enumerate(side)}
    names = frozenset(row.key for row in base)

    def likeness(at: int, other: int) -> float:
        if base[at].key in keys or side[other].key in names:
            return -1.0
        share = _shared(grid, base[at], side[other])
        return share if share >= ALIKE else -1.0

    return aligned([row.key for row in base], [row.key for row in side], likeness)


def _shared(grid: _Grid, one: _Row, other: _Row) -> float:
    """Return the share of equal cells of two rows with different labels; 0 if fewer than two are."""
    pairs = [
        (normalise(mine.unit.text), normalise(theirs.unit.text))
        for at, (mine, theirs) in enumerate(zip(one.cells, other.cells, strict=True))
        if at != grid.label and mine and theirs
    ]
    said = [pair for pair in pairs if pair != ("", "")]
    equal = sum(mine == theirs for mine, theirs in said)
    return equal / len(said) if equal >= 2 else 0.0


class _MergedRow(Struct, frozen=True):
    """What became of the cells of one row; `lone` is the version that alone has it."""

    slot: Slot
    cells: tuple[Decision, ...]


def _merge_row(grid: _Grid, rows: Sequence[Sequence[_Row]], slot: Slot) -> _MergedRow | None:
    """Merge one row; None where it goes."""
    there = [
        version[place] if (place := slot[who]) is not None else None
        for version, who in zip(rows, Who, strict=True)
    ]
    base, ours, theirs = there
    if ours is None or theirs is None:
        lone = ours or theirs
        if lone is None or (base and not any(_stays(base, lone, at) for at in range(len(grid.columns)))):
            return None
        return _MergedRow(slot, lone.cells)
    cells = []
    for at in range(len(grid.columns)):
        mine, new = ours.side(at), theirs.side(at)
        cells.append(decide(base.side(at) if base else None, mine, new) if mine and new else mine or new)
    return _MergedRow(slot, tuple(cells))


def _stays(base: _Row, lone: _Row, at: int) -> bool:
    """Whether a person has written a cell since the base, so that its row stays."""
    side = lone.side(at)
    return side is not None and side.by_hand and decide(base.side(at), side, None) is not None


# ------------------------------------------------------------------------------------ printing


def _printed(grid: _Grid, rows: Sequence[Sequence[_Row]], merged: _MergedRow, who: Who) -> Row | None:
    """Return a merged row as one version would have it; None for a clash of rows that the base does not hold."""
    clashes = [cell for cell in merged.cells if isinstance(cell, Clash)]
    if clashes and who is Who.BASE and merged.slot.base is None:
        return None
    sides = [chosen(cell, who) for cell in merged.cells]
    label = sides[grid.label]
    whole = bool(label and label.unit.marked)
    units = tuple(_cell(side, whole, rows, merged.slot) for side in sides)
    for one in (Who.OURS, Who.THEIRS):
        place, table, ours = merged.slot[one], grid.tables[one], grid.tables[Who.OURS]
        if place is None or table is None or ours is None:
            continue
        row = rows[one][place].row
        in_style = one is Who.OURS or table.header.raw == ours.header.raw
        if in_style and _bare(row.cells) == _bare(units) and grid.straight[one]:
            return row
    place = merged.slot[Who.OURS]
    return Row(units, rows[Who.OURS][place].row.raw if place is not None else "", True)


def _cell(side: Side | None, whole: bool, rows: Sequence[Sequence[_Row]], slot: Slot) -> Unit:
    """Return a cell as it is printed; one that its row's mark has kept, and keeps no more, gets its own."""
    if side is None:
        return Unit("")
    place = slot[side.who]
    was_whole = place is not None and rows[side.who][place].whole
    return Unit(side.unit.text, True) if was_whole and not whole else side.unit


def _bare(cells: Sequence[Unit]) -> tuple[Unit, ...]:
    said = list(cells)
    while said and said[-1] == Unit(""):
        said.pop()
    return tuple(said)


def _in_order(grid: _Grid, who: Who) -> bool:
    """Whether the merged columns are those of one version."""
    width = len(_all_names(grid.tables[who]))
    return [column.places[who] for column in grid.columns] == list(range(width))


# ------------------------------------------------------------------------------------- traces


def _traces(grid: _Grid, merged: _MergedRow, each: bool) -> Iterator[Trace]:
    """Yield what is remembered of a row; what a person wrote and vaultkit has not seen yet is not."""
    sides = [chosen(cell, Who.OURS) for cell in merged.cells]
    label = sides[grid.label]
    key = row_key(label.unit.text if label else "")
    if not each:
        texts = [side.unit.text if side else "" for side in sides]
        states = {side.state for side in sides if side}
        if not states & {State.EDITED, State.ADOPTED}:
            held = State.RELEASED in states or bool(label and label.unit.marked)
            yield Trace(_whole(grid, key, texts), NO_SOURCE if held else "")
        return
    for column, side in zip(grid.columns, sides, strict=True):
        if side is not None and side.state not in (State.EDITED, State.ADOPTED):
            held = side.state is State.RELEASED or side.unit.marked
            yield Trace(cell_digest(key, column.name, side.unit.text), NO_SOURCE if held else "")


def by_hand(table: Table, stamp: Stamp | None, first: bool = True) -> Iterator[str]:
    """Yield what a person has written into a table; `first` says that it is the first one of its body."""
    tables, stamps = (None, table, table), (None, stamp, stamp)
    bare = _Grid(tables, tuple(map(Memory, stamps)), _columns(tables), 0)
    titles = _titles(bare, stamps)
    grid = _named(bare, titles)
    rows = _read_rows(grid, Who.OURS)
    yield from _titles_by_hand(titles, rows, stamp, first)
    for row in rows:
        yield from (side.unit.text for side in row.cells if side and side.by_hand)


def _titles_by_hand(
    titles: Sequence[Decision], rows: Sequence[_Row], stamp: Stamp | None, first: bool
) -> Iterator[str]:
    """Yield the headers that a person has written.

    The stamp has the digest of the first table's header alone; elsewhere one under which cells are
    remembered is a generated one.
    """
    told = first and stamp is not None and stamp.head
    for at, title in enumerate(titles):
        side = chosen(title, Who.OURS)
        cells = () if told else (cell for row in rows if (cell := row.side(at)))
        if side and side.by_hand and all(cell.by_hand for cell in cells):
            yield side.unit.text
