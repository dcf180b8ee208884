"""Two tables become one: each cell a unit, known by its row's label and its column's header."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.render.body import Body, Row, Table, Unit, digest, normalise, plain, split_row
from vaultkit.render.merge_base import (
    NO_SOURCE,
    Fate,
    Meeting,
    Memory,
    Policy,
    Report,
    State,
    Trace,
    in_order,
)
from vaultkit.render.merge_marks import BARRIER, Place, Spot
from vaultkit.render.merge_sequence import decide
from vaultkit.text import fold

#: Above this many units a table is remembered by one digest a row.
UNITS_EACH = 200


class Column(Struct, frozen=True):
    """A column of the result: its place in mine and in theirs, and the names its cells are known by."""

    mine: int | None
    theirs: int | None
    names: tuple[str, ...]


class _Grid(Struct, frozen=True):
    """How two tables lie on each other; `label` is the column by whose cell a row is known.

    `parted` are the cells of mine whose keep marks have moved.
    """

    columns: tuple[Column, ...]
    label: int
    memory: Memory
    policy: Policy
    parted: frozenset[Place] = frozenset()

    def cell(self, row: Row, column: Column) -> Unit:
        """Return the cell of a row of mine; a row may be short."""
        return (
            row.cells[column.mine] if column.mine is not None and column.mine < len(row.cells) else Unit("")
        )

    def source(self, row: Row | None, column: Column) -> Unit | None:
        """Return the cell of a row of theirs, None where there is none."""
        if row is None or column.theirs is None or column.theirs >= len(row.cells):
            return None
        return row.cells[column.theirs]

    def label_of(self, row: Row) -> str:
        """Return what the label cell of a row of mine says."""
        return self.cell(row, self.columns[self.label]).text if self.columns else ""

    def spots(self, row: Row, broken: bool) -> Iterator[Spot]:
        """Yield the cells of a row of mine with what the base says of them.

        Of a row that is remembered as one, only the last words can have lost a mark: if it is `broken` there.
        """
        key = row_key(self.label_of(row))
        cells = [self.cell(row, column) for column in self.columns]
        whole = self.memory.knows(row_digest(key, self.columns, cells))
        last = max((at for at, cell in enumerate(row.cells) if cell.text), default=-1)
        for column, cell, state in zip(self.columns, cells, self.states(row), strict=True):
            if column.mine is None or column.mine >= len(row.cells):
                continue
            known = [
                trace
                for name in column.names
                if (trace := self.memory.trace(cell_digest(key, name, cell.text)))
            ]
            yield Spot(
                (id(row), column.mine),
                cell,
                known=whole or bool(known),
                bare=(whole and broken and column.mine == last)
                or (state is State.RELEASED and bool(cell.text) and not cell.marked),
                stray=cell.marked and not whole and not any(trace.source for trace in known),
            )

    def states(self, row: Row) -> list[State]:
        """Return the state of each cell of a row; a mark at the label keeps the whole row."""
        key = row_key(self.label_of(row))
        cells = [self.cell(row, column) for column in self.columns]
        if self.parted:
            places = [(id(row), column.mine) for column in self.columns]
            cells = [
                replace(cell, marked=cell.marked or place in self.parted)
                for cell, place in zip(cells, places, strict=True)
            ]
        if cells and cells[self.label].marked:
            return [State.KEPT] * len(cells)
        whole = row_digest(key, self.columns, cells)
        return [
            self.memory.state(cell, (whole, *(cell_digest(key, name, cell.text) for name in column.names)))
            for column, cell in zip(self.columns, cells, strict=True)
        ]


def row_key(label: str) -> str:
    """Return what a row is known by: its label folded, as it stands where nothing is left of it."""
    return fold(plain(label)) or normalise(label)


def cell_digest(key: str, name: str, text: str) -> str:
    """Return the digest of a cell by its row, its column and what it says."""
    return digest(f"cell {key} | {name}", text)


def row_digest(key: str, columns: Sequence[Column], cells: Sequence[Unit]) -> str:
    """Return the digest of a whole row, whatever the order of its columns."""
    named = sorted((column.names[0], cell.text) for column, cell in zip(columns, cells, strict=True))
    return digest(f"row {key}", "|".join(f"{name}={text}" for name, text in named))


# ------------------------------------------------------------------------------------- merging


def merge_table(
    own: Table | None,
    new: Table | None,
    memory: Memory,
    policy: Policy,
    report: Report,
    parted: frozenset[Place] = frozenset(),
) -> tuple[Table | None, list[Trace]]:
    """Return the table that will stand there, with what is remembered of it; None where all of it was pruned.

    `parted` are the cells of mine whose keep marks have moved, by the identity of their row.
    """
    grid = _grid(own, new, memory, policy, parted)
    columns = grid.columns
    partner = _row_partners(own, new, grid) if own and new else {}
    header = _header(own, new, grid)
    rows: dict[int, Row] = {}
    for at, row in enumerate(own.rows if own else ()):
        source = new.rows[partner[at]] if new and at in partner else None
        if merged := _merge_row(row, source, header, grid, report):
            rows[at] = merged
    added = [at for at in range(len(new.rows) if new else 0) if at not in partner.values()]
    result = []
    for mine, theirs in in_order([partner.get(at) for at in range(len(own.rows) if own else 0)], added):
        if mine is not None:
            result += [rows[mine]] if mine in rows else []
        elif new and theirs is not None:
            result.append(_new_row(new.rows[theirs], grid, report))
    if own and own.rows and new is None and not result:
        return None, []
    table = replace(own or new or Table(header, "", ()), header=header, rows=tuple(result))
    if own and any(column.mine is None for column in columns):
        table = replace(table, align=_align(own, columns))
    return table, list(_traces(table, grid))


def _grid(
    own: Table | None,
    new: Table | None,
    memory: Memory,
    policy: Policy,
    parted: frozenset[Place] = frozenset(),
) -> _Grid:
    columns = _columns(own, new, memory)
    label = next((at for at, column in enumerate(columns) if column.theirs == 0), 0)
    return _Grid(columns, label, memory, policy, parted)


def table_spots(own: Table, new: Table | None, memory: Memory, policy: Policy) -> Iterator[Spot]:
    """Yield the cells of a table of mine, row by row, with what the base says of them."""
    grid = _grid(own, new, memory, policy)
    yield BARRIER
    following = [*own.rows[1:], None]
    for row, below in zip(own.rows, following, strict=False):
        yield from grid.spots(row, below is not None and len(below.cells) < len(own.header.cells))


def _new_row(source: Row, grid: _Grid, report: Report) -> Row:
    cells = tuple(grid.source(source, column) or Unit("") for column in grid.columns)
    report.changed.append(Fate(cells[grid.label].text if cells else "", "", _said(cells)))
    return Row(cells, "", True)


def _said(cells: Sequence[Unit]) -> str:
    return " | ".join(cell.text for cell in cells)


def _merge_row(mine: Row, theirs: Row | None, header: Row, grid: _Grid, report: Report) -> Row | None:
    """Merge one row; None where it goes: pruned, or a row of the person's own that he has emptied."""
    states = grid.states(mine)
    stood = tuple(grid.cell(mine, column) for column in grid.columns)
    label = grid.label_of(mine)
    if theirs is None and not any(cell.text for cell in stood) and any(cell.marked for cell in stood):
        return None
    ours = all(state is State.OURS or not cell.text for state, cell in zip(states, stood, strict=True))
    if theirs is None and grid.policy.prune and ours:
        report.pruned.append(Fate(label, _said(stood), "", sourceless=True))
        return None
    merged = [
        _merge_cell(cell, state, grid.source(theirs, column), column)
        for cell, state, column in zip(stood, states, grid.columns, strict=True)
    ]
    if whole := _is_whole(stood, merged, states, theirs, grid):
        merged = [
            Unit(cell.text, at == grid.label or cell.marked) if column.mine is not None else Unit("")
            for at, (cell, column) in enumerate(zip(stood, grid.columns, strict=True))
        ]
    _note_cells(label, header, stood, merged, theirs is None, whole, grid.label, report)
    report.kept += _meetings(label, header, mine, theirs, merged, whole, grid)
    while len(merged) > len(header.cells) and merged[-1] == Unit(""):
        merged.pop()
    same = all(column.mine is not None for column in grid.columns) and all(
        normalise(cell.text) == normalise(old.text) and cell.marked == old.marked
        for cell, old in zip(merged, stood, strict=False)
    )
    return Row(tuple(merged), mine.raw, not same)


def _merge_cell(mine: Unit, state: State, theirs: Unit | None, column: Column) -> Unit:
    if column.mine is None:
        return theirs or Unit("")
    if theirs is not None:
        return decide(mine, state, theirs)
    return Unit(mine.text, state is not State.OURS and (bool(mine.text) or mine.marked))


def _is_whole(
    stood: Sequence[Unit], merged: Sequence[Unit], states: Sequence[State], theirs: Row | None, grid: _Grid
) -> bool:
    """Whether a row is kept as a whole, by one mark at its label.

    It is if its label is kept; if it is the person's own; or if it was just adopted with several cells
    of his, so that one mark a row is enough.
    """
    held = [at for at, cell in enumerate(merged) if cell.marked]
    if not held or grid.label in held:
        return bool(held)
    if any(cell.marked for cell in stood) or grid.columns[grid.label].mine is None:
        return False
    adopted = states[grid.label] is State.ADOPTED
    return (theirs is None and states[grid.label] is not State.OURS) or (adopted and len(held) > 1)


def _note_cells(
    label: str,
    header: Row,
    stood: Sequence[Unit],
    merged: Sequence[Unit],
    sourceless: bool,
    whole: bool,
    label_at: int,
    report: Report,
) -> None:
    """Write down what became of the cells of a row; a row without source, or kept as one, is one word."""
    kept = [at for at, cell in enumerate(merged) if cell.marked]
    for at, (old, cell) in enumerate(zip(stood, merged, strict=True)):
        title = header.cells[at].text if at < len(header.cells) else ""
        place = label if at == label_at else f"{label} | {title}"
        if normalise(old.text) != normalise(cell.text) or old.marked != cell.marked:
            report.changed.append(Fate(place, old.text, cell.text, cell.marked))
        if cell.marked and not sourceless and not whole:
            report.held.append(Fate(place, "", cell.text, True))
    if sourceless or whole:
        report.held.append(Fate(label, "", _said(merged), bool(kept), sourceless))


def _meetings(
    label: str, header: Row, mine: Row, theirs: Row | None, merged: Sequence[Unit], whole: bool, grid: _Grid
) -> Iterator[Meeting]:
    """Yield what the kept cells of a row met, or the row that is kept as one."""
    sources = {column.mine: grid.source(theirs, column) for column in grid.columns}
    if whole:
        yield Meeting(label, mine, tuple(map(sources.get, range(len(mine.cells)))), theirs is not None)
        return
    for column, cell in zip(grid.columns, merged, strict=False):
        if cell.marked and column.mine is not None and column.mine < len(mine.cells):
            title = header.cells[column.mine].text if column.mine < len(header.cells) else ""
            source = sources[column.mine]
            yield Meeting(f"{label} | {title}", mine.cells[column.mine], (source,), source is not None)


# ------------------------------------------------------------------------------------- columns


def column_names(table: Table | None) -> list[str]:
    """Return the name of each column: its header, folded, with a number where it stands twice."""
    names: list[str] = []
    for cell in table.header.cells if table else ():
        bare = row_key(cell.text)
        count = sum(name.partition("\0")[0] == bare for name in names)
        names.append(f"{bare}\0{count}" if count else bare)
    return names


def _columns(own: Table | None, new: Table | None, memory: Memory) -> tuple[Column, ...]:
    """Return the columns of the result: mine in their order, with those that only theirs has at their place."""
    mine, theirs = column_names(own), column_names(new)
    found = {mine.index(name): other for other, name in enumerate(theirs) if name in mine}
    missing = [other for other in range(len(theirs)) if other not in found.values()]
    if own:
        left = [at for at in range(len(mine)) if at not in found]
        label = next((at for at, other in found.items() if other == 0), None)
        found |= _renamed(own, left, missing, theirs, label, memory)
    width = max([len(mine), *(len(row.cells) for row in own.rows)]) if own else 0
    columns = []
    for at in range(width):
        names = [theirs[found[at]]] if at in found else []
        names += [mine[at]] if at < len(mine) else [f"\0{at}"]
        columns.append(Column(at, found.get(at), tuple(dict.fromkeys(names))))
    for other in (other for other in range(len(theirs)) if other not in found.values()):
        last = len(mine) if other else 0
        place = next((at + 1 for at, column in enumerate(columns) if column.theirs == other - 1), last)
        columns.insert(place, Column(None, other, (theirs[other],)))
    return tuple(columns)


def _renamed(
    own: Table,
    left: Sequence[int],
    missing: Sequence[int],
    theirs: Sequence[str],
    label: int | None,
    memory: Memory,
) -> dict[int, int]:
    """Pair the columns that share no header: by the cells that are remembered.

    Where no person has touched the headers, a template has renamed them: then in order, if none is over.
    """
    found: dict[int, int] = {}
    for other in missing:
        hits = {
            at: _remembered(own, at, at if other == 0 else label or 0, theirs[other], memory)
            for at in left
            if at not in found
        }
        best = max(hits, key=hits.__getitem__, default=None)
        if best is not None and (hits[best] or best == other == 0):
            found[best] = other
            label = best if other == 0 else label
    over = [at for at in left if at not in found]
    still = [other for other in missing if other not in found.values()]
    stamp = memory.stamp
    untouched = stamp is None or stamp.head == head_digest([cell.text for cell in own.header.cells])
    return found | dict(zip(over, still, strict=True)) if untouched and len(over) == len(still) else found


def _remembered(own: Table, at: int, label: int, name: str, memory: Memory) -> int:
    """Return how many cells of a column vaultkit wrote into the column called `name`."""
    rows = [row.cells for row in own.rows if max(at, label) < len(row.cells)]
    return sum(memory.knows(cell_digest(row_key(cells[label].text), name, cells[at].text)) for cells in rows)


def head_of(body: Body) -> str:
    """Return the digest of the first table's header, empty without a table."""
    head = next((block.header for block in body.blocks if isinstance(block, Table)), None)
    return head_digest([cell.text for cell in head.cells]) if head else ""


def head_digest(texts: Sequence[str]) -> str:
    """Return the digest of the headers that were generated."""
    return digest("head", "|".join(texts))


def _header(own: Table | None, new: Table | None, grid: _Grid) -> Row:
    """Return the header: mine as it stands if a person wrote it, else as it is generated now."""
    if own is None:
        return replace(new.header, fresh=True) if new else Row(())
    stamp = grid.memory.stamp
    paired = sorted(
        (c for c in grid.columns if c.mine is not None and c.theirs is not None), key=_place_in_theirs
    )
    ours = stamp is not None and stamp.head == head_digest([grid.cell(own.header, c).text for c in paired])
    cells = []
    for column in grid.columns:
        theirs = grid.source(new.header, column) if new else None
        if column.mine is not None and column.mine >= len(own.header.cells):
            continue
        mine = grid.cell(own.header, column)
        cells.append(theirs if theirs and (ours or column.mine is None) else mine)
    same = [cell.text for cell in cells] == [cell.text for cell in own.header.cells]
    return own.header if same else Row(tuple(cells), own.header.raw, True)


def _place_in_theirs(column: Column) -> int:
    return column.theirs or 0


def _align(own: Table, columns: Sequence[Column]) -> str:
    """Return the line below the header for columns of which some are new."""
    marks = [cell.text for cell in split_row(own.align)]
    lead = own.align[: len(own.align) - len(own.align.lstrip(" \t>"))]
    cells = [marks[c.mine] if c.mine is not None and c.mine < len(marks) else "---" for c in columns]
    return lead + "|" + "".join(f"{cell}|" for cell in cells)


# ---------------------------------------------------------------------------------------- rows


def _row_partners(own: Table, new: Table, grid: _Grid) -> dict[int, int]:
    """Return which row of theirs each row of mine stands for: by name, then by what it says.

    Of two rows of one name the one counts that vaultkit knows better. A row that vaultkit wrote, whose
    name is gone while a new name says the same, is followed.
    """
    identity = grid.policy.identity
    named: dict[str, list[int]] = {}
    for at, row in enumerate(own.rows):
        if (name := identity(plain(grid.label_of(row)))) is not None:
            named.setdefault(name, []).append(at)
    known = [
        sum(state not in (State.EDITED, State.ADOPTED) for state in grid.states(row)) for row in own.rows
    ]
    partner: dict[int, int] = {}
    for other, row in enumerate(new.rows):
        same = named.get(identity(plain(row.cells[0].text if row.cells else "")) or "", [])
        if same:
            best = max(same, key=lambda at: (known[at], -at))
            same.remove(best)
            partner[best] = other
    free = [other for other in range(len(new.rows)) if other not in partner.values()]
    for at, row in enumerate(own.rows):
        states = grid.states(row)
        if at in partner or not states or states[grid.label] is not State.OURS:
            continue
        alike = next((other for other in free if _says_the_same(row, states, new.rows[other], grid)), None)
        if alike is not None:
            partner[at] = alike
            free.remove(alike)
    return partner


def _says_the_same(mine: Row, states: Sequence[State], theirs: Row, grid: _Grid) -> bool:
    """Whether a row with another name is the same row: most of the cells that are not kept agree, two at least."""
    both = []
    for at, (column, state) in enumerate(zip(grid.columns, states, strict=True)):
        source = grid.source(theirs, column)
        if at != grid.label and state is State.OURS and source is not None:
            both.append((normalise(grid.cell(mine, column).text), normalise(source.text)))
    agree = sum(one == other != "" for one, other in both)
    return agree >= 2 and agree * 2 > sum(one != "" or other != "" for one, other in both)


# --------------------------------------------------------------------------------------- traces


def _traces(table: Table, grid: _Grid) -> Iterator[Trace]:
    """Yield what is remembered of a table: each cell, or each row where they are many."""
    each = sum(len(row.cells) for row in table.rows) <= UNITS_EACH
    for row in table.rows:
        label = row.cells[grid.label] if grid.label < len(row.cells) else Unit("")
        key = row_key(label.text)
        if each:
            for column, cell in zip(grid.columns, row.cells, strict=False):
                yield Trace(cell_digest(key, column.names[0], cell.text), NO_SOURCE if cell.marked else "")
        else:
            yield Trace(row_digest(key, grid.columns, _filled(row, grid)), NO_SOURCE if label.marked else "")


def traces_as_written(table: Table) -> Iterator[Trace]:
    """Return what is remembered of a table that is as it was generated, each row as wide as its header."""
    columns = tuple(Column(at, at, (name,)) for at, name in enumerate(column_names(table)))
    return _traces(table, _Grid(columns, 0, Memory(None), Policy()))


def _filled(row: Row, grid: _Grid) -> list[Unit]:
    return [*row.cells, *[Unit("")] * (len(grid.columns) - len(row.cells))]


def cell_digests(table: Table) -> list[str]:
    """Return digests by which the base of the tables can be told from that of the lists."""
    names = column_names(table)
    return [
        cell_digest(row_key(row.cells[0].text if row.cells else ""), name, cell.text)
        for row in table.rows
        for name, cell in zip(names, row.cells, strict=False)
    ]
