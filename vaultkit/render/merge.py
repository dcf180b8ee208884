"""What a person wrote in a region and what would be generated become one body.

Three sides meet, as in a three-way merge: *mine* (the body as it stands), *theirs* (the body that a
template gave) and *base*, of which the end marker remembers only digests. A unit of mine is edited if
its digest is not in the base. Nothing but the note is consulted, so any laptop gives the same result.

Tables meet in `merge_table`, lists of units in `merge_sequence`; here bodies, block by block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from vaultkit.markdown.regions import Stamp
from vaultkit.render.body import (
    BLANK,
    Block,
    Body,
    Item,
    Items,
    Line,
    Lines,
    Table,
    Text,
    Unit,
    bullet_of,
    digest,
    plain,
)
from vaultkit.render.merge_base import (
    NO_SOURCE,
    Fate,
    Meeting,
    Memory,
    Policy,
    Report,
    Trace,
    in_order,
    stamp_of,
)
from vaultkit.render.merge_blocks import same_blocks, solids_of
from vaultkit.render.merge_marks import BARRIER, Place, Spot, parted, spots_of
from vaultkit.render.merge_sequence import Placed, digests_of, merge_sequence
from vaultkit.render.merge_table import cell_digests, head_of, merge_table, table_spots
from vaultkit.render.merge_unchanged import stamp_if_unchanged
from vaultkit.text import pattern

__all__ = ["Fate", "Merge", "Policy", "merge", "merge_whole"]


class Merge(Struct, frozen=True):
    """The result of a merge: the body, its stamp, what changed, and what is kept or has no source.

    `kept` says of all that is kept what it met.
    """

    body: Body
    stamp: Stamp
    changed: tuple[Fate, ...] = ()
    held: tuple[Fate, ...] = ()
    pruned: tuple[Fate, ...] = ()
    kept: tuple[Meeting, ...] = ()


def merge(mine: Body, theirs: Body, stamp: Stamp | None, policy: Policy) -> Merge:
    """Return what the region is to say; the short way where nothing is left to merge."""
    same = stamp_if_unchanged(mine, theirs, stamp, policy)
    return Merge(mine, same) if same is not None else merge_whole(mine, theirs, stamp, policy)


def merge_whole(mine: Body, theirs: Body, stamp: Stamp | None, policy: Policy) -> Merge:
    """Return what the region is to say, all its units weighed."""
    work = _Work(policy, Memory(stamp))
    pairs = _paired_blocks(mine, theirs, work.memory)
    jobs = [_jobs(own, new, policy) for own, new in pairs]
    text_job = _Job("text", [text.unit for text in _texts(mine)], [text.unit for text in _texts(theirs)])
    cells = [one for own, _ in pairs if isinstance(own, Table) for one in cell_digests(own)]
    work.deal(cells, [*_in_own_order(mine, pairs, jobs), text_job])
    work.parted = _parted(mine, pairs, jobs, text_job, work)
    joined = [*_merge_texts(mine, theirs, text_job, work)]
    for (own, new), of_block in zip(pairs, jobs, strict=True):
        joined.append(_Joined(own, new, _merge_block(own, new, of_block, work), groups=work.taken()))
    joined = _run_together(_in_body_order(mine, theirs, joined))
    body = Body(tuple(_spaced(mine, theirs, joined)))
    groups = [
        work.cells,
        *(group for one in joined for group in one.groups),
        [one.trace for one in joined if one.result and one.trace],
    ]
    report = work.report
    return Merge(
        body,
        stamp_of(body.digest(), [group for group in groups if group], head_of(theirs) if work.cells else ""),
        tuple(report.changed),
        tuple(report.held),
        tuple(report.pruned),
        tuple(report.kept),
    )


def _texts(body: Body) -> list[Text]:
    return [block for block in body.blocks if isinstance(block, Text)]


class _Job(Struct, eq=False):
    """Two sequences to be merged, and the group of the base that belongs to them; `line` is that of mine."""

    scope: str
    mine: Sequence[Unit]
    theirs: Sequence[Unit]
    base: Sequence[Trace] | None = None
    line: Line | None = None


class _Work(Struct):
    """A merge in progress: its policy, what is remembered, what is to be remembered, and what is to be said."""

    policy: Policy
    memory: Memory
    report: Report = field(default_factory=Report)
    cells: list[Trace] = field(default_factory=list)
    groups: list[list[Trace]] = field(default_factory=list)
    parted: frozenset[Place] = frozenset()

    def deal(self, cells: Sequence[str], jobs: Sequence[_Job]) -> None:
        """Give each job its group of the base, if there is one; the first group is that of the tables, if any."""
        if self.memory.stamp is None:
            return
        groups = self.memory.deal([cells, *(digests_of(job.scope, job.mine, job.theirs) for job in jobs)])
        for job, group in zip(jobs, groups[1:], strict=True):
            job.base = group

    def merge(self, job: _Job, by_identity: bool = False) -> list[Placed]:
        """Merge two sequences, and remember what becomes of them."""
        placed = merge_sequence(
            self.with_marks(job), job.theirs, job.scope, job.base, self.policy, by_identity
        )
        self.groups.append([one.trace for one in placed if one.unit is not None])
        return placed

    def with_marks(self, job: _Job) -> Sequence[Unit]:
        """Return the units of mine, those whose marks have moved with their marks."""
        if not self.parted:
            return job.mine
        return [
            Unit(unit.text, unit.marked or (id(job), at) in self.parted) for at, unit in enumerate(job.mine)
        ]

    def waits(self, text: str) -> bool:
        """Whether a unit stands without a mark although its source is still to come."""
        return self.policy.pending(plain(text))

    def taken(self) -> list[list[Trace]]:
        """Return the groups that are to be remembered of the block just merged: they stand in its place."""
        groups, self.groups = self.groups, []
        return groups

    def note(self, place: str, job: _Job, one: Placed) -> None:
        """Write down what became of one unit."""
        mine = job.mine[one.mine] if one.mine is not None else None
        self.report.note(place, mine, job.theirs[one.theirs] if one.theirs is not None else None, one.unit)


# ------------------------------------------------------------------------------------ blocks

_Pair: TypeAlias = "tuple[Block | None, Block | None]"


def _paired_blocks(mine: Body, theirs: Body, memory: Memory) -> list[_Pair]:
    """Pair the tables and lists that are one, in the order of theirs; texts are merged apart."""

    def by_hand(text: Text) -> bool:
        own_words = text.unit.marked or not memory.knows(digest("text", text.unit.text))
        return memory.stamp is not None and own_words

    own, new = solids_of(mine, by_hand), solids_of(theirs)
    there = frozenset(at for at, one in enumerate(own) if not _was_absent(one.block, memory))
    partner = same_blocks(own, new, by_place=there)
    taken = frozenset(partner.values())
    added = [at for at in range(len(new)) if at not in taken]
    return [
        (own[at].block if at is not None else None, new[other].block if other is not None else None)
        for at, other in in_order([partner.get(at) for at in range(len(own))], added)
    ]


def _was_absent(block: Block, memory: Memory) -> bool:
    """Whether nothing that a list says had a source when it was last written: then no other came in its place."""
    if not isinstance(block, Items):
        return False
    traces = [memory.trace(digest("item", item.unit.text)) for item in block.items]
    return all(trace is not None and trace.gone for trace in traces)


def _in_own_order(mine: Body, pairs: Sequence[_Pair], jobs: Sequence[Sequence[_Job]]) -> Iterator[_Job]:
    """Yield all jobs in the order of mine, in which the base remembers them; new ones behind the last before them."""
    places = {id(block): at for at, block in enumerate(mine.blocks)}
    last = -1
    order: list[tuple[int, bool, Sequence[_Job]]] = []
    for (own, _), of_block in zip(pairs, jobs, strict=True):
        here = places.get(id(own), last)
        last = max(last, here)
        order.append((here, own is None, of_block))
    for _, _, of_block in sorted(order, key=lambda one: one[:2]):
        yield from of_block


def _jobs(own: Block | None, new: Block | None, policy: Policy) -> list[_Job]:
    """Return the sequences that two blocks have to merge, in the order in which `_merge_block` takes them."""
    if isinstance(own or new, Items):
        mine = own.items if isinstance(own, Items) else ()
        theirs = new.items if isinstance(new, Items) else ()
        return [_Job("item", [item.unit for item in mine], [item.unit for item in theirs])]
    if isinstance(own or new, Lines):
        return [_line_job(one, other, policy) for one, other in _paired_lines(own, new, policy)]
    return []


def _merge_block(own: Block | None, new: Block | None, jobs: Sequence[_Job], work: _Work) -> Block | None:
    match own or new:
        case Table():
            mine, theirs = (block if isinstance(block, Table) else None for block in (own, new))
            table, cells = merge_table(mine, theirs, work.memory, work.policy, work.report, work.parted)
            work.cells += cells
            return table
        case Items():
            return _merge_items(own, new, jobs[0], work)
        case Lines():
            return _merge_lines(own, new, jobs, work)
        case _:
            return None


# ------------------------------------------------------------------------------------- marks


def _parted(
    mine: Body, pairs: Sequence[_Pair], jobs: Sequence[Sequence[_Job]], text_job: _Job, work: _Work
) -> frozenset[Place]:
    """Return the units whose keep marks have moved away from them; where there is no mark, none has."""
    if work.memory.stamp is None or not any(map(_has_mark, mine.blocks)):
        return frozenset()
    found = {id(own): (new, of_block) for (own, new), of_block in zip(pairs, jobs, strict=True) if own}
    missing: dict[int, int] = {}

    def of_job(job: _Job) -> list[Spot]:
        digests = [digest(job.scope, unit.text) for unit in job.mine]
        spots, missing[id(job)] = spots_of(id(job), job.mine, digests, job.base or (), work.waits)
        return spots

    texts = iter(of_job(text_job))
    spots: list[Spot] = []
    for block in mine.blocks:
        if isinstance(block, Text):
            spots.append(next(texts))
            continue
        new, of_block = found[id(block)]
        if isinstance(block, Table):
            spots += table_spots(block, new if isinstance(new, Table) else None, work.memory, work.policy)
        elif isinstance(block, Items):
            spots += of_job(of_block[0])
        else:
            for job in of_block:
                if job.line:
                    spots += [BARRIER] if job.line.held else of_job(job)
    return parted(spots, missing)


def _has_mark(block: Block) -> bool:
    match block:
        case Table(_, _, rows):
            return any(cell.marked for row in rows for cell in row.cells)
        case Items(items):
            return any(item.unit.marked for item in items)
        case Lines(lines):
            return any(entry.marked for line in lines for entry in line.entries)
        case Text(text):
            return text.marked


# ------------------------------------------------------------------------------------- lists


def _merge_items(own: Block | None, new: Block | None, job: _Job, work: _Work) -> Items | None:
    mine = own.items if isinstance(own, Items) else ()
    theirs = new.items if isinstance(new, Items) else ()
    items: list[Item] = []
    for one in work.merge(job, by_identity=True):
        old = mine[one.mine] if one.mine is not None else None
        waits = (
            old is not None
            and one.theirs is None
            and not old.unit.marked
            and work.policy.pending(old.unit.text)
        )
        if not waits or one.unit is None:
            work.note("", job, one)
        if one.unit is None:
            continue
        if old:
            items.append(old if old.unit == one.unit else replace(old, unit=one.unit, raw=""))
        elif one.theirs is not None:
            model = mine[0] if mine else theirs[one.theirs]
            items.append(
                Item(_counted(bullet_of(model.lead), len(items)), one.unit, "", (mine or theirs)[-1].above)
            )
    if not items:
        return None
    return Items((replace(items[0], above=()), *items[1:]), (own or new or Items(())).above)


_NUMBER = pattern(r"\d+(?=[.)])")


def _counted(lead: str, before: int) -> str:
    """Return the lead of a list item with the number it has after `before` others."""
    return _NUMBER.sub(str(before + 1), lead, count=1)


# ----------------------------------------------------------------------------------- roadmap


def _paired_lines(
    own: Block | None, new: Block | None, policy: Policy
) -> list[tuple[Line | None, Line | None]]:
    """Pair the lines that name one horizon: mine in their order, new ones behind those that come before them."""
    mine = own.lines if isinstance(own, Lines) else ()
    theirs = list(new.lines) if isinstance(new, Lines) else []
    order = [policy.identity(line.key) for line in theirs]
    pairs: list[tuple[Line | None, Line | None]] = []
    for line in mine:
        name = policy.identity(line.key) if line.key else None
        source = next((one for one in theirs if name is not None and policy.identity(one.key) == name), None)
        if source:
            theirs.remove(source)
        pairs.append((line, source))
    for line in theirs:
        before = order[: order.index(policy.identity(line.key))]
        names = [policy.identity((one or other or line).key) for one, other in pairs]
        place = max((at + 1 for at, name in enumerate(names) if name in before), default=0)
        pairs.insert(place, (None, line))
    return pairs


def _line_job(own: Line | None, new: Line | None, policy: Policy) -> _Job:
    key = (own or new or Line("", "", (), "")).key
    scope = f"entry {policy.identity(key) or key}" if key else "item"
    return _Job(scope, own.entries if own else (), new.entries if new else (), line=own)


def _merge_lines(own: Block | None, new: Block | None, jobs: Sequence[_Job], work: _Work) -> Lines | None:
    pairs = _paired_lines(own, new, work.policy)
    model = next((line for line, _ in pairs if line and line.key), None)
    lines = []
    for (mine, theirs), job in zip(pairs, jobs, strict=True):
        line = _merge_line(mine, theirs, model, job, work)
        lines += [line] if line else []
    numbers = [found[0] for line in lines if (found := _NUMBER.search(line.lead))]
    stood = [found[0] for line, _ in pairs if line and (found := _NUMBER.search(line.lead))]
    all_ones = len(stood) > 1 and set(stood) == {"1"}
    if any(mine is None for mine, _ in pairs) and len(set(numbers)) < len(numbers) and not all_ones:
        lines = _renumbered(lines)
    return Lines(tuple(lines), (own or new or Lines(())).above) if lines else None


def _merge_line(
    own: Line | None, new: Line | None, model: Line | None, job: _Job, work: _Work
) -> Line | None:
    """Merge one line; None where all that it said was pruned."""
    if own and own.held:
        units = [(digest(job.scope, entry.text), NO_SOURCE if entry.marked else "") for entry in own.entries]
        work.groups.append([Trace(one, source) for one, source in units])
        work.report.kept.append(Meeting(own.label, own, new.entries if new else (), new is not None))
        return own
    line = own or _in_style(new, model)
    placed = work.merge(job)
    for one in placed:
        work.note(line.label, job, one)
    entries = tuple(one.unit for one in placed if one.unit is not None)
    if own and own.entries and not entries:
        return None
    return line if own and entries == own.entries else replace(line, entries=entries, raw="")


def _in_style(line: Line | None, model: Line | None) -> Line:
    """Return a new line with the bullet and the arrow of a line that stands beside it."""
    assert line is not None
    if model is None or not model.label or model.lead.count(model.label) != 1:
        return line
    return replace(line, lead=model.lead.replace(model.label, line.label), tail=model.tail)


def _renumbered(lines: Sequence[Line]) -> list[Line]:
    """Count the lines anew after one came between them."""
    return [
        line
        if _counted(line.lead, at) == line.lead
        else replace(line, lead=_counted(line.lead, at), raw=_NUMBER.sub(str(at + 1), line.raw, count=1))
        for at, line in enumerate(lines)
    ]


# ------------------------------------------------------------------------------------- texts


def _merge_texts(mine: Body, theirs: Body, job: _Job, work: _Work) -> Iterator[_Joined]:
    own, new = _texts(mine), _texts(theirs)
    for one in merge_sequence(work.with_marks(job), job.theirs, job.scope, job.base, work.policy):
        work.note("", job, one)
        old = own[one.mine] if one.mine is not None else None
        source = new[one.theirs] if one.theirs is not None else None
        text = None
        if one.unit and old and old.unit.text == one.unit.text:
            text = old if old.unit == one.unit else replace(old, unit=one.unit, raw="")
        elif one.unit and source:
            text = replace(source, unit=one.unit, raw="", above=old.above if old else source.above)
        yield _Joined(old, source, text, one.trace)


# --------------------------------------------------------------------------------- the whole


class _Joined(Struct, frozen=True):
    """A block of mine and one of theirs, and what they became: None where all of it was pruned.

    `trace` is what is remembered of a text, `groups` what is remembered of any other block.
    """

    own: Block | None
    new: Block | None
    result: Block | None
    trace: Trace | None = None
    groups: Sequence[Sequence[Trace]] = ()


def _in_body_order(mine: Body, theirs: Body, joined: Sequence[_Joined]) -> list[_Joined]:
    """Order blocks as units are ordered: as theirs, what only mine has behind its former predecessor."""
    own = {id(one.own): one for one in joined if one.own}
    new = {id(one.new): one for one in joined if one.new}
    place = {id(block): at for at, block in enumerate(theirs.blocks)}
    partner = [place.get(id(own[id(block)].new)) for block in mine.blocks]
    added = [at for at, block in enumerate(theirs.blocks) if new[id(block)].own is None]
    order = [
        own[id(mine.blocks[at])] if at is not None else new[id(theirs.blocks[other or 0])]
        for at, other in in_order(partner, added)
    ]
    return list(_under_their_headings(order))


def _under_their_headings(order: Sequence[_Joined]) -> Iterator[_Joined]:
    """Yield the blocks, a new list before the sections without source that would part it from its heading."""
    waiting: list[_Joined] = []
    for one in order:
        if one.new is None and (waiting or (one.trace is not None and one.trace.gone)):
            waiting.append(one)
            continue
        if isinstance(one.new, Text) or one.own is not None:
            yield from waiting
            waiting = []
        yield one
    yield from waiting


def _run_together(joined: Iterable[_Joined]) -> list[_Joined]:
    """Make one list of two that came to stand beside each other: that is what they are when they are read again."""
    result: list[_Joined] = []
    for one in joined:
        if one.result is None:
            continue
        last = result[-1] if result else None
        if last and isinstance(last.result, Items) and isinstance(one.result, Items):
            first, *rest = one.result.items
            items = (*last.result.items, replace(first, above=one.result.above or BLANK), *rest)
            units = [trace for group in (*last.groups, *one.groups) for trace in group]
            result[-1] = replace(last, result=replace(last.result, items=items), groups=[units])
        else:
            result.append(one)
    return result


def _spaced(mine: Body, theirs: Body, joined: Sequence[_Joined]) -> Iterator[Block]:
    """Yield the blocks of the result; two that did not stand close before get a blank line between them."""
    close = {(id(a), id(b)) for body in (mine, theirs) for a, b in pairwise(body.blocks) if not b.above}
    last: _Joined | None = None
    for one in joined:
        if one.result is None:
            continue
        beside = last is None or (id(last.own), id(one.own)) in close or (id(last.new), id(one.new)) in close
        yield one.result if one.result.above or beside else replace(one.result, above=BLANK)
        last = one
