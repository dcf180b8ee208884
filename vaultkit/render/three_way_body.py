"""The body of a region from three versions, block by block, with the stamp that remembers what it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
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
    Lines,
    Table,
    Text,
    bullet_of,
    digest,
    normalise,
)
from vaultkit.render.merge_base import Memory, Trace, stamp_of
from vaultkit.render.merge_blocks import same_blocks, solids_of
from vaultkit.render.three_way import (
    Job,
    Side,
    Slot,
    Three,
    Who,
    chosen,
    decide_slot,
    merged_order,
    slots_of,
    traces_of,
    without_ghosts,
    woven,
)
from vaultkit.render.three_way_lines import NUMBER, line_scope, line_triples, merge_lines
from vaultkit.render.three_way_table import by_hand as cells_by_hand
from vaultkit.render.three_way_table import merge_tables


class Version(Struct, frozen=True):
    """The body of a region in one version of the note, and what its end marker remembers."""

    body: Body
    stamp: Stamp | None


class MergedBody(Struct, frozen=True):
    """The merged body as each version would have it (they differ in clashes alone), and its stamp."""

    body: Three[Body]
    stamp: Stamp

    @property
    def clashes(self) -> bool:
        """Whether only a person can tell what stands there."""
        return self.body.ours != self.body.theirs


def merge_bodies(versions: Sequence[Version]) -> MergedBody:
    """Return what base, ours and theirs make; one that has no such region has an empty body.

    Raises Unmergeable where they do not lie on each other.
    """
    work = _Work.of(versions)
    solids: dict[Slot, Three[Block]] = {}
    cells: dict[Slot, Sequence[Trace]] = {}
    head = ""
    for slot in work.slots:
        blocks = work.blocks(slot)
        if any(isinstance(block, Table) for block in blocks):
            solids[slot], cells[slot], found = _merge_table(blocks, versions)
            head = head or found
        elif any(isinstance(block, Items) for block in blocks):
            solids[slot] = _merge_items(blocks, work, slot)
        else:
            solids[slot], work.groups[slot] = merge_lines(blocks, work.jobs[slot], work.remembered)
    texts = _merge_texts(work)
    order, close = _block_order(work)
    order = _without_rivals(work, _what_stands(work, order, solids, texts))
    bodies = [_body(order, close, solids, texts, who) for who in Who]
    places = [slot for is_text, slot in order if not is_text and slot in solids]
    all_cells = [trace for slot in places for trace in cells.get(slot, ())]
    groups = [all_cells, *_groups(work, order, solids, texts), work.text_group]
    stamp = stamp_of(bodies[Who.OURS].digest(), [group for group in groups if group], head)
    notes = {note for version in versions[1:] if version.stamp for note in version.stamp.notes}
    return MergedBody(Three(*bodies), replace(stamp, notes=tuple(sorted(notes))))


# -------------------------------------------------------------------------------------- reading


class _Work(Struct):
    """A merge in progress: which blocks are one, what each stamp remembers of them, what is to be remembered."""

    versions: Sequence[Version]
    solids: list[list[Block]]
    slots: list[Slot]
    jobs: dict[Slot, list[Job]] = field(default_factory=dict)
    texts: Job = field(default_factory=lambda: Job("text", ((), (), ())))
    groups: dict[Slot, list[list[Trace]]] = field(default_factory=dict)
    text_group: list[Trace] = field(default_factory=list)
    text_slots: list[Slot] = field(default_factory=list)

    @classmethod
    def of(cls, versions: Sequence[Version]) -> _Work:
        solids: list[list[Block]] = [
            [block for block in v.body.blocks if not isinstance(block, Text)] for v in versions
        ]
        work = cls(versions, solids, _block_slots(versions))
        for slot in work.slots:
            work.jobs[slot] = _jobs(work.blocks(slot))
        texts = [[b.unit for b in v.body.blocks if isinstance(b, Text)] for v in versions]
        work.texts = Job("text", tuple(texts))
        for who in Who:
            work._deal(who)
        return work

    @property
    def remembered(self) -> bool:
        """Whether the base has ever been rebuilt."""
        return self.versions[Who.BASE].stamp is not None

    def blocks(self, slot: Slot) -> list[Block | None]:
        """Return the block of each version that a slot stands for."""
        return [
            solids[place] if (place := slot[who]) is not None else None
            for solids, who in zip(self.solids, Who, strict=True)
        ]

    def _deal(self, who: Who) -> None:
        """Give each sequence of one version its group of the stamp, in the order in which they stand there."""
        own = sorted((slot for slot in self.slots if slot[who] is not None), key=lambda slot: slot[who] or 0)
        jobs = [job for slot in own for job in self.jobs[slot] if job.units[who]]
        cells = [one for block in self.solids[who] if isinstance(block, Table) for one in _cells(block)]
        known = [
            [digest(job.scope, unit.text) for units in job.units for unit in units]
            for job in (*jobs, self.texts)
        ]
        groups = Memory(self.versions[who].stamp).deal([cells, *known])
        for job, group in zip((*jobs, self.texts), groups[1:], strict=True):
            job.groups[who] = group


def _cells(table: Table) -> list[str]:
    from vaultkit.render.merge_table import cell_digests

    return cell_digests(table)


def _block_slots(versions: Sequence[Version]) -> list[Slot]:
    """Return which tables and lists of the three versions are one: as a rebuild tells."""
    base, ours, theirs = (solids_of(version.body) for version in versions)
    in_ours, in_theirs = same_blocks(base, ours), same_blocks(base, theirs)
    own, new = frozenset(in_ours.values()), frozenset(in_theirs.values())
    rest = [at for at in range(len(ours)) if at not in own]
    left = [at for at in range(len(theirs)) if at not in new]
    both = same_blocks([ours[at] for at in rest], [theirs[at] for at in left])
    added = {rest[one]: left[other] for one, other in both.items()}
    return merged_order(in_ours, in_theirs, len(base), len(ours), len(theirs), added)


# --------------------------------------------------------------------------------------- blocks


def _merge_table(
    blocks: Sequence[Block | None], versions: Sequence[Version]
) -> tuple[Three[Block], Sequence[Trace], str]:
    tables = [block if isinstance(block, Table) else None for block in blocks]
    stamps = [version.stamp for version in versions]
    if tables[Who.OURS] is None or tables[Who.THEIRS] is None:
        gone = tables[Who.BASE]
        lone = tables[Who.OURS] or tables[Who.THEIRS]
        who = Who.OURS if tables[Who.OURS] else Who.THEIRS
        if lone is None or (gone and _by_hand(lone, versions[who]) <= _by_hand(gone, versions[Who.BASE])):
            return Three.same(None), (), ""
        tables, stamps = [None, lone, lone], [None, stamps[who], stamps[who]]
    merged = merge_tables(tables, stamps, first=versions[Who.BASE].stamp is None)
    table = merged.table
    return Three(table.base, table.ours, table.theirs), merged.traces, merged.head


def _by_hand(table: Table, version: Version) -> frozenset[str]:
    """Return what a person has written into a table of a version, normalised."""
    first = next((block for block in version.body.blocks if isinstance(block, Table)), None)
    return frozenset(map(normalise, cells_by_hand(table, version.stamp, table is first)))


def _jobs(blocks: Sequence[Block | None]) -> list[Job]:
    """Return the sequences of units of a block: the items of a list, the entries of each line of a roadmap."""
    if any(isinstance(block, Items) for block in blocks):
        units = tuple(
            [item.unit for item in block.items] if isinstance(block, Items) else [] for block in blocks
        )
        return [Job("item", units)]
    return [
        Job(line_scope(lines), tuple(line.entries if line else () for line in lines))
        for lines in line_triples(blocks)
    ]


def _merge_items(blocks: Sequence[Block | None], work: _Work, slot: Slot) -> Three[Block]:
    [job] = work.jobs[slot]
    items = [block.items if isinstance(block, Items) else () for block in blocks]
    sides = job.sides()
    decisions = [(one, decide_slot(sides, one)) for one in slots_of(sides, job.scope)]
    decisions = without_ghosts(decisions, blocks, work.remembered)
    work.groups[slot] = [traces_of(job.scope, decisions)]
    model = next((item.lead for who in (Who.OURS, Who.THEIRS) for item in items[who][:1]), "- ")
    results: list[Block | None] = []
    for who in Who:
        found = [
            _in_list(items[side.who][place], model)
            for one, decision in decisions
            if (side := chosen(decision, who)) and (place := one[side.who]) is not None
        ]
        results.append(_list_of(found, blocks))
    return Three(*results)


def _in_list(item: Item, model: str) -> Item:
    """Return an item with the bullet of the list that it comes into."""
    wanted = bullet_of(model)
    if NUMBER.sub("", bullet_of(item.lead)) == NUMBER.sub("", wanted) or "\n" in item.raw:
        return item
    return replace(item, lead=wanted, raw="")


def _list_of(items: Sequence[Item], blocks: Sequence[Block | None]) -> Items | None:
    if not items:
        return None
    above = next((block.above for block in (*blocks[1:], blocks[0]) if block), BLANK)
    return Items((replace(items[0], above=()), *items[1:]), above)


# ---------------------------------------------------------------------------------------- texts


def _merge_texts(work: _Work) -> dict[Slot, Three[Block]]:
    """Return what becomes of the paragraphs and headings, which are one sequence."""
    job = work.texts
    texts = [[block for block in v.body.blocks if isinstance(block, Text)] for v in work.versions]
    sides = job.sides()
    work.text_slots = slots_of(sides, job.scope)
    decisions = [(slot, decide_slot(sides, slot)) for slot in work.text_slots]
    work.text_group = traces_of(job.scope, decisions)

    def text_of(slot: Slot, side: Side | None) -> Block | None:
        place = slot[side.who] if side else None
        return texts[side.who][place] if side and place is not None else None

    return {
        slot: Three(*(text_of(slot, chosen(decision, who)) for who in Who)) for slot, decision in decisions
    }


# ------------------------------------------------------------------------------------ the whole


_Place: TypeAlias = "tuple[bool, Slot]"


def _block_order(work: _Work) -> tuple[list[_Place], frozenset[tuple[_Place, _Place]]]:
    """Return the blocks of all versions in merged order, each with whether it is a text.

    A table or list stays behind the text that it stands under. Beside them the pairs that stand without
    a blank line between them in one version.
    """
    orders: list[dict[_Place | None, list[_Place]]] = []
    close: set[tuple[_Place, _Place]] = set()
    for who in Who:
        solids = {slot[who]: slot for slot in work.slots}
        texts = {slot[who]: slot for slot in work.text_slots}
        under: dict[_Place | None, list[_Place]] = {None: []}
        above: _Place | None = None
        last: _Place | None = None
        for at, block in enumerate(work.versions[who].body.blocks):
            is_text = isinstance(block, Text)
            number = len(under) - 1 if is_text else at - len(under) + 1
            slot = texts.get(number) if is_text else solids.get(number)
            here = (is_text, slot or Slot(at, None, None))
            if is_text:
                above = here
                under[above] = []
            elif slot:
                under[above].append(here)
            if last and not block.above:
                close.add((last, here))
            last = here
        orders.append(under)
    result: dict[_Place, None] = {}
    for text in woven(*(list(under) for under in orders)):
        result |= {text: None} if text else {}
        result |= dict.fromkeys(woven(*(under.get(text, []) for under in orders)))
    return list(result), frozenset(close)


def _what_stands(
    work: _Work, order: Sequence[_Place], solids: dict[Slot, Three[Block]], texts: dict[Slot, Three[Block]]
) -> list[_Place]:
    """Leave out blocks of which nothing is left in the merged body.

    A list that one side has generated goes with the text that it stands under, or it would come to stand
    under another; a rebuild brings back both.
    """
    result: list[_Place] = []
    headed = True
    for place in order:
        is_text, slot = place
        three = (texts if is_text else solids).get(slot)
        stands = three is not None and any(three[who] is not None for who in Who)
        if is_text:
            headed = stands
        elif not headed and slot.base is None and (slot.ours is None or slot.theirs is None):
            who = Who.OURS if slot.theirs is None else Who.THEIRS
            stands = stands and _any_by_hand(work, [place], who)
        result += [place] if stands else []
    return result


def _without_rivals(work: _Work, order: Sequence[_Place]) -> list[_Place]:
    """Leave out sections that one side has generated where the other has put sections of its own.

    In which order they belong, only a rebuild can tell, and it brings them back; a list at the wrong
    place would be taken for one that a person has put there.
    """
    result: list[_Place] = []
    for is_new, run in groupby(order, key=lambda place: place[1].base is None):
        places = list(run)
        only = {
            Who.OURS: [one for one in places if is_new and one[1].theirs is None],
            Who.THEIRS: [one for one in places if is_new and one[1].ours is None],
        }
        if all(any(not is_text for is_text, _ in rivals) for rivals in only.values()):
            who = next(
                (who for who in (Who.THEIRS, Who.OURS) if not _any_by_hand(work, only[who], who)), None
            )
            places = [one for one in places if who is None or one not in only[who]]
        result += places
    return result


def _any_by_hand(work: _Work, places: Sequence[_Place], who: Who) -> bool:
    """Whether a person has written into one of these blocks of a version."""
    texts = work.texts.sides()[who]
    for is_text, slot in places:
        place = slot[who]
        if place is None:
            continue
        block = None if is_text else work.solids[who][place]
        if isinstance(block, Table):
            written = any(_by_hand(block, work.versions[who]))
        elif isinstance(block, Lines) and any(line.held for line in block.lines):
            written = True
        else:
            sides = (
                [texts[place]] if is_text else [one for job in work.jobs[slot] for one in job.sides()[who]]
            )
            written = any(side.by_hand for side in sides)
        if written:
            return True
    return False


def _groups(
    work: _Work, order: Sequence[_Place], solids: dict[Slot, Three[Block]], texts: dict[Slot, Three[Block]]
) -> Iterator[list[Trace]]:
    """Yield what is remembered of the lists, in the order of the body; two that stand side by side are one."""
    last: list[Trace] | None = None
    for is_text, slot in order:
        three = (texts if is_text else solids).get(slot)
        block = three.ours if three else None
        if block is None:
            continue
        groups = [] if is_text else work.groups.get(slot, [])
        if not isinstance(block, Items):
            if last is not None:
                yield last
            last = None
            yield from groups
            continue
        last = [*(last or ()), *(trace for group in groups for trace in group)]
    if last is not None:
        yield last


def _body(
    order: Sequence[_Place],
    close: frozenset[tuple[_Place, _Place]],
    solids: dict[Slot, Three[Block]],
    texts: dict[Slot, Three[Block]],
    who: Who,
) -> Body:
    """Return the merged body as one version would have it, its blocks as far apart as they stood."""
    blocks: list[Block] = []
    last: _Place | None = None
    for one in order:
        block = three[who] if (three := (texts if one[0] else solids).get(one[1])) else None
        if block is None:
            continue
        apart = last is not None and (last, one) not in close and not block.above
        block = replace(block, above=BLANK) if apart else block
        before = blocks[-1] if blocks else None
        if isinstance(before, Items) and isinstance(block, Items):
            first, *rest = block.items
            items = (*before.items, replace(first, above=block.above or BLANK), *rest)
            blocks[-1] = replace(before, items=items)
        else:
            blocks.append(block)
        last = one
    return Body(tuple(blocks))


def words_by_hand(version: Version) -> list[str]:
    """Return what a person has written into a body, normalised."""
    work = _Work.of([Version(Body(()), None), version, Version(Body(()), None)])
    found: list[str] = []
    for slot in work.slots:
        block = work.solids[Who.OURS][slot.ours or 0]
        if isinstance(block, Table):
            found += _by_hand(block, version)
        if isinstance(block, Lines):
            found += [line.raw for line in block.lines if line.held]
    jobs: list[Job] = [job for of_slot in work.jobs.values() for job in of_slot]
    for job in (*jobs, work.texts):
        found += [side.unit.text for side in job.sides()[Who.OURS] if side.by_hand]
    return [normalise(text) for text in found if text]
