"""What changed between two trees as tracked changes: accepting all gives the new text, rejecting all the old one.

Blocks are aligned first, then the words of those that are alike. A change is a Span `.insertion` or `.deletion` with
author and day, as pandoc's Word writer knows it. For paragraph marks and rows of tables, which pandoc cannot mark,
an element `smartTag` with `MARK_URI` stands in the paragraph; `docx_finish` makes the marks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from vaultkit.shell.deliverable.tree import (
    INLINES_IN,
    Node,
    Nodes,
    attr,
    cells_of,
    children,
    classes_of,
    node,
    plain,
    raw,
    rows_of,
)

MARK_URI = "urn:vaultkit:change"
INSERTION, DELETION = "insertion", "deletion"
#: How alike two blocks are, of 100, that one is said to have become the other.
_ALIKE = 45.0
#: Up to how many pairs of changed blocks the best pairs are sought among; beyond, they go two by two.
_MOST_PAIRS = 40_000
_BLANK = ("Space", "SoftBreak", "LineBreak")
_NO_DAY = date(2020, 1, 1)
_Any = TypeVar("_Any")
#: An inline without others in it, and the formats around it, from the outside in.
_Token = tuple[tuple[Node, ...], Node]


class Change(Struct, frozen=True):
    """Whose changes these are, and of which day."""

    author: str
    day: date | None = None


def tracked(before: Nodes, after: Nodes, change: Change) -> Nodes:
    """Return the blocks of `after` in which what `before` said otherwise stands as tracked changes."""
    return _Tracker(change).blocks(before, after)


def now(inlines: Nodes) -> str:
    """Return what inlines say without what is deleted in them."""
    return plain([one for one in inlines if DELETION not in classes_of(one)]).strip()


class _Tracker:
    def __init__(self, change: Change) -> None:
        day = (change.day or _NO_DAY).isoformat()
        self._said = {"author": change.author, "date": f"{day}T00:00:00Z"}

    def blocks(self, before: Nodes, after: Nodes) -> Nodes:
        """Return one list of blocks of two."""
        done: Nodes = []
        for old, new in _aligned(before, after, _key, _alike):
            if old is None and new is not None:
                done += self._whole(new, INSERTION)
            elif new is None and old is not None:
                done += self._whole(old, DELETION)
            elif old is not None and new is not None:
                done += [new] if _key(old) == _key(new) else self._merged(old, new)
        return done

    def _merged(self, old: Node, new: Node) -> Nodes:
        kind, content = new["t"], new["c"]
        if kind in ("Para", "Plain"):
            return [node(kind, self.inlines(old["c"], content))]
        if kind == "Header":
            return [node(kind, [*content[:2], self.inlines(old["c"][2], content[2])])]
        if kind == "BlockQuote":
            return [node(kind, self.blocks(old["c"], content))]
        if kind == "Div":
            return [node(kind, [content[0], self.blocks(old["c"][1], content[1])])]
        if kind == "BulletList":
            return [node(kind, self._items(old["c"], content))]
        if kind == "OrderedList":
            return [node(kind, [content[0], self._items(old["c"][1], content[1])])]
        if kind == "Table":
            return [self._table(old, new)]
        return [*self._whole(old, DELETION), *self._whole(new, INSERTION)]

    def _items(self, before: list[Nodes], after: list[Nodes]) -> list[Nodes]:
        done: list[Nodes] = []
        for old, new in _aligned(before, after, _key, _alike_lists):
            if old is None and new is not None:
                done.append([each for one in new for each in self._whole(one, INSERTION)])
            elif new is None and old is not None:
                done.append([each for one in old for each in self._whole(one, DELETION)])
            elif old is not None and new is not None:
                done.append(self.blocks(old, new))
        return done

    def _table(self, old: Node, new: Node) -> Node:
        attributes, caption, specs, head, bodies, foot = new["c"]
        heads = len(head[1])
        olds, news = rows_of(old), rows_of(new)
        pairs = _aligned(olds[heads:], news[heads:], _row_key, _alike_rows)
        first = [self._row(one, other) for one, other in zip(olds[:heads], news[:heads], strict=False)]
        rows = [self._row(one, other) for one, other in pairs]
        body = [bodies[0][0] if bodies else attr(), 0, [], rows]
        return node("Table", [attributes, caption, specs, [head[0], first or head[1]], [body], [foot[0], []]])

    def _row(self, old: list[Any] | None, new: list[Any] | None) -> list[Any]:
        if old is not None and new is not None:
            cells = zip(cells_of(old), new[1], strict=True)
            return [new[0], [[*cell[:4], self.blocks(was, cell[4])] for was, cell in cells]]
        row, what = (new, INSERTION) if new is not None else (old, DELETION)
        assert row is not None
        return self._whole_row(row, what)

    def _whole_row(self, row: list[Any], what: str) -> list[Any]:
        cells = [[*cell[:4], [each for one in cell[4] for each in self._whole(one, what)]] for cell in row[1]]
        if cells:
            cells[0][4] = _with_mark(cells[0][4] or [node("Plain", [])], self._mark(f"row-{what}"))
        return [row[0], cells]

    def _whole(self, one: Node, what: str) -> Nodes:
        """Return a block with all that is in it inserted or deleted."""
        kind: str = one["t"]
        content: Any = one.get("c")
        if kind in ("Para", "Plain"):
            return [node(kind, [*self._span(_tokens(content), what), self._mark(what)])]
        if kind == "Header":
            level, attributes, inlines = content
            attributes = attributes if what == INSERTION else attr()
            return [node(kind, [level, attributes, [*self._span(_tokens(inlines), what), self._mark(what)]])]
        if kind == "CodeBlock":
            return self._code(one, what)
        if kind == "Table":
            attributes, caption, specs, head, _, foot = content
            first = [self._whole_row(row, what) for row in head[1]]
            rows = [self._whole_row(row, what) for row in rows_of(one)[len(first) :]]
            return [node(kind, [attributes, caption, specs, [head[0], first], [[attr(), 0, [], rows]], foot])]
        if kind == "HorizontalRule":
            return [one] if what == INSERTION else []
        return [self._within(one, what)]

    def _within(self, one: Node, what: str) -> Node:
        kind: str = one["t"]
        content: Any = one.get("c")
        if kind == "BulletList":
            return node(kind, [self._all(item, what) for item in content])
        if kind == "OrderedList":
            return node(kind, [content[0], [self._all(item, what) for item in content[1]]])
        if kind == "BlockQuote":
            return node(kind, self._all(content, what))
        if kind == "Div":
            inside = self._all(content[1], what)
            title = "callout-title" in classes_of(one)
            return node(
                kind, [content[0], _with_mark(inside, self._mark(f"row-{what}")) if title else inside]
            )
        return one

    def _all(self, blocks: Nodes, what: str) -> Nodes:
        return [each for one in blocks for each in self._whole(one, what)]

    def _code(self, one: Node, what: str) -> Nodes:
        lines: Nodes = []
        for at, line in enumerate(one["c"][1].split("\n")):
            lines += [node("LineBreak")] if at else []
            lines += [node("Code", [attr(), line])] if line else []
        inside = [node("Para", [*self._span(_tokens(lines), what), self._mark(what)])]
        return [node("Div", [attr(custom_style="Source Code"), inside])]

    def inlines(self, before: Nodes, after: Nodes) -> Nodes:
        """Return one list of inlines of two, word by word."""
        old, new = _tokens(before), _tokens(after)
        done: Nodes = []
        for is_same, gone, come in _runs(old, new):
            if is_same:
                done += _rebuilt(come, None)
            else:
                done += [*self._span(gone, DELETION), *self._span(come, INSERTION)]
        return done

    def _span(self, tokens: Sequence[_Token], what: str) -> Nodes:
        return _rebuilt(tokens, attr((what,), **self._said))

    def _mark(self, what: str) -> Node:
        """Return the mark of a paragraph or row; who changed it and when is in its name."""
        said = f"{what}|{self._said['date']}|{self._said['author']}"
        quoted = said.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        return raw("openxml", f'<w:smartTag w:uri="{MARK_URI}" w:element="{quoted}"/>', inline=True)


def _with_mark(blocks: Nodes, mark: Node) -> Nodes:
    """Return blocks with a mark in the first of their paragraphs."""
    for at, one in enumerate(blocks):
        if one["t"] in ("Para", "Plain"):
            return [*blocks[:at], node(one["t"], [*one["c"], mark]), *blocks[at + 1 :]]
    return [node("Plain", [mark]), *blocks]


def _aligned(
    before: Sequence[_Any],
    after: Sequence[_Any],
    key: Callable[[_Any], Hashable],
    alike: Callable[[_Any, _Any], float],
) -> list[tuple[_Any | None, _Any | None]]:
    """Return which of `before` became which of `after`, in order; None where there is no other."""
    done: list[tuple[_Any | None, _Any | None]] = []
    gone: list[_Any] = []
    come: list[_Any] = []
    for tag, start, end, first, last in _opcodes([key(one) for one in before], [key(one) for one in after]):
        if tag == "equal":
            between = _paired(gone, come, alike)
            done += between
            gone, come = [], []
            done += zip(before[start:end], after[first:last], strict=True)
        else:
            gone += before[start:end]
            come += after[first:last]
    rest = _paired(gone, come, alike)
    return done + rest


def _opcodes(before: Sequence[Hashable], after: Sequence[Hashable]) -> list[tuple[str, int, int, int, int]]:
    """Return which stretch became which, as difflib names them."""
    from rapidfuzz.distance import LCSseq

    return [
        (one.tag, one.src_start, one.src_end, one.dest_start, one.dest_end)
        for one in LCSseq.opcodes(before, after)
    ]


def _paired(
    gone: Sequence[_Any], come: Sequence[_Any], alike: Callable[[_Any, _Any], float]
) -> list[tuple[_Any | None, _Any | None]]:
    """Return pairs of what is alike, in order, so that as much as can be is; what is left stands alone."""
    if not gone or not come:
        return [*((one, None) for one in gone), *((None, one) for one in come)]
    if len(gone) * len(come) > _MOST_PAIRS:
        return _one_by_one(gone, come, alike)
    likeness = [[alike(one, other) for other in come] for one in gone]
    best = [[0.0] * (len(come) + 1) for _ in range(len(gone) + 1)]
    for i in reversed(range(len(gone))):
        for j in reversed(range(len(come))):
            pair = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= _ALIKE else -1.0
            best[i][j] = max(pair, best[i + 1][j], best[i][j + 1])
    done: list[tuple[_Any | None, _Any | None]] = []
    i = j = 0
    while i < len(gone) and j < len(come):
        if likeness[i][j] >= _ALIKE and best[i][j] == likeness[i][j] + best[i + 1][j + 1]:
            done.append((gone[i], come[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            done.append((gone[i], None))
            i += 1
        else:
            done.append((None, come[j]))
            j += 1
    return [*done, *((one, None) for one in gone[i:]), *((None, one) for one in come[j:])]


def _one_by_one(
    gone: Sequence[_Any], come: Sequence[_Any], alike: Callable[[_Any, _Any], float]
) -> list[tuple[_Any | None, _Any | None]]:
    done: list[tuple[_Any | None, _Any | None]] = []
    shared = min(len(gone), len(come))
    for one, other in zip(gone, come, strict=False):
        done += [(one, other)] if alike(one, other) >= _ALIKE else [(one, None), (None, other)]
    return [*done, *((one, None) for one in gone[shared:]), *((None, one) for one in come[shared:])]


def _key(one: Any) -> Hashable:
    """Return what is equal for equal pieces; the ids of headings, which may move, do not count."""
    if isinstance(one, dict) and one["t"] == "Header":
        one = {"t": "Header", "c": [one["c"][0], one["c"][2]]}
    return msgspec.json.encode(one)


def _row_key(row: list[Any]) -> Hashable:
    return msgspec.json.encode(cells_of(row))


def _alike(one: Node, other: Node) -> float:
    """Return how alike two blocks are, 0 to 100; blocks of another kind, level or shape are not."""
    if one["t"] != other["t"] or classes_of(one) != classes_of(other):
        return 0.0
    if one["t"] == "Header" and one["c"][0] != other["c"][0]:
        return 0.0
    if one["t"] == "OrderedList" and one["c"][0][1:] != other["c"][0][1:]:
        return 0.0
    if one["t"] == "Table":
        return _alike_tables(one, other)
    return _alike_texts(plain([one]), plain([other]))


def _alike_tables(one: Node, other: Node) -> float:
    heads = len(one["c"][3][1]), len(other["c"][3][1])
    if heads[0] != heads[1] or len(one["c"][2]) != len(other["c"][2]):
        return 0.0
    return max(_ALIKE, _alike_texts(plain([one]), plain([other]))) if heads[0] else 0.0


def _alike_lists(one: Nodes, other: Nodes) -> float:
    return _alike_texts(plain(one), plain(other))


def _alike_rows(one: list[Any], other: list[Any]) -> float:
    """Return how alike two rows are: by their words, and by the first cell, which says what a row is about."""
    olds, news = [[plain(cell) for cell in cells_of(row)] for row in (one, other)]
    first, new_first = ("".join(cells[:1]).strip() for cells in (olds, news))
    if first and new_first and _alike_texts(first, new_first) < _ALIKE:
        return 0.0
    same_first = bool(first) and first == new_first
    return max(90.0 * same_first, _alike_texts(" ".join(olds), " ".join(news)))


def _alike_texts(one: str, other: str) -> float:
    from rapidfuzz import fuzz

    return fuzz.ratio(one[:4000], other[:4000])


def _tokens(inlines: Nodes, around: tuple[Node, ...] = ()) -> list[_Token]:
    """Return inlines as a flat list: each piece without inlines in it, with its formats."""
    done: list[_Token] = []
    for one in inlines:
        kind = one["t"]
        if kind in INLINES_IN and kind != "Image":
            at = INLINES_IN[kind]
            shell = node(kind, [] if at is None else [*one["c"][:at], [], *one["c"][at + 1 :]])
            done += _tokens(next(children(one)), (*around, shell))
        else:
            done.append((around, one))
    return done


def _runs(old: list[_Token], new: list[_Token]) -> list[tuple[bool, list[_Token], list[_Token]]]:
    """Return runs of tokens, the same or not; a blank alone between two changes is part of them."""
    keys = [[msgspec.json.encode(token) for token in tokens] for tokens in (old, new)]
    runs: list[tuple[bool, list[_Token], list[_Token]]] = []
    for tag, start, end, first, last in _opcodes(*keys):
        is_same = tag == "equal"
        if (
            is_same
            and runs
            and start
            and end < len(old)
            and all(one["t"] in _BLANK for _, one in old[start:end])
        ):
            is_same = False
        if runs and runs[-1][0] == is_same:
            runs[-1][1].extend(old[start:end])
            runs[-1][2].extend(new[first:last])
        else:
            runs.append((is_same, old[start:end], new[first:last]))
    return runs


def _rebuilt(tokens: Sequence[_Token], changed: list[Any] | None) -> Nodes:
    """Return tokens as inlines again; a change stands inside a link, where Word has it, and around all else."""
    done: Nodes = []
    at = 0
    while at < len(tokens):
        formats = tokens[at][0]
        end = at
        while end < len(tokens) and tokens[end][0] == formats:
            end += 1
        inside: Nodes = [one for _, one in tokens[at:end]]
        for shell in reversed([one for one in formats if one["t"] != "Link"]):
            inside = [_filled(shell, inside)]
        if changed is not None:
            inside = [node("Span", [changed, inside])]
        for shell in [one for one in formats if one["t"] == "Link"]:
            inside = [_filled(shell, inside)]
        done += inside
        at = end
    return done


def _filled(shell: Node, inside: Nodes) -> Node:
    at = INLINES_IN[shell["t"]]
    content = inside if at is None else [*shell["c"][:at], inside, *shell["c"][at + 1 :]]
    return node(shell["t"], content)
