"""The geometry of a canvas: blocks that cannot overlap, and arrows that go around them.

Lengths are canvas pixels; Obsidian's grid has steps of 20. Obsidian draws the label of a group above
its upper left corner and the name of a file above its card, so gaps and paddings leave room there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from math import dist, inf

from msgspec import Struct
from msgspec.structs import replace

GRID = 20


class Side(StrEnum):
    """The side of a card where an arrow begins or ends, as JSON Canvas names it."""

    TOP = "top"
    RIGHT = "right"
    BOTTOM = "bottom"
    LEFT = "left"

    @property
    def outwards(self) -> tuple[int, int]:
        """The direction in which an arrow leaves this side."""
        return {Side.TOP: (0, -1), Side.RIGHT: (1, 0), Side.BOTTOM: (0, 1), Side.LEFT: (-1, 0)}[self]


Point = tuple[float, float]
Sides = tuple[Side, Side]
Curve = tuple[Point, Point, Point, Point]


class Box(Struct, frozen=True):
    """A rectangle; `y` grows downwards."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The y of the lower edge."""
        return self.y + self.height

    def moved(self, x: int, y: int) -> Box:
        """Return the box moved by `x` and `y`."""
        return Box(self.x + x, self.y + y, self.width, self.height)

    def holds(self, other: Box) -> bool:
        """Whether `other` lies inside this box."""
        return (
            self.x <= other.x
            and self.y <= other.y
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom
        )

    def contains(self, point: Point) -> bool:
        """Whether a point lies inside, not on an edge."""
        return self.x < point[0] < self.right and self.y < point[1] < self.bottom

    def middle(self, side: Side) -> Point:
        """Return the middle of a side, where the app attaches arrows."""
        x, y = side.outwards
        return self.x + self.width * (1 + x) / 2, self.y + self.height * (1 + y) / 2


class ShapeType(StrEnum):
    """The node types of JSON Canvas that are drawn."""

    GROUP = "group"
    FILE = "file"
    TEXT = "text"


class Shape(Struct, frozen=True):
    """A node of a canvas; `says` is the path of its file, its text, or the label of a group."""

    id: str
    type: ShapeType
    says: str
    box: Box = Box(0, 0, 0, 0)
    color: str = ""
    subpath: str = ""

    def sized(self, width: int, height: int) -> Shape:
        """Return the shape with these lengths."""
        return replace(self, box=Box(self.box.x, self.box.y, width, height))


class Padding(Struct, frozen=True):
    """The room between a group and what it holds."""

    top: int
    side: int
    bottom: int


class Block(Struct, frozen=True, gc=False):
    """Shapes that were laid out together, in a rectangle that begins at 0, 0; each group before what it holds."""

    width: int
    height: int
    shapes: tuple[Shape, ...] = ()

    def at(self, x: int, y: int) -> tuple[Shape, ...]:
        """Return the shapes moved by `x` and `y`."""
        return tuple(replace(shape, box=shape.box.moved(x, y)) for shape in self.shapes)


EMPTY = Block(0, 0)


def card(shape: Shape, width: int, height: int) -> Block:
    """Return a block of one shape."""
    return Block(width, height, (shape.sized(width, height),))


def row(blocks: Sequence[Block], gap: int, centred: bool = False) -> Block:
    """Return the blocks side by side, their tops (or middles) on one line; empty ones take no room."""
    blocks = [block for block in blocks if block.shapes]
    height = max((block.height for block in blocks), default=0)
    shapes: list[Shape] = []
    x = 0
    for block in blocks:
        shapes += block.at(x, _half(height - block.height) if centred else 0)
        x += block.width + gap
    return Block(max(0, x - gap), height, tuple(shapes))


def stack(blocks: Sequence[Block], gap: int, centred: bool = False) -> Block:
    """Return the blocks below each other, their left edges (or middles) on one line."""
    blocks = [block for block in blocks if block.shapes]
    width = max((block.width for block in blocks), default=0)
    shapes: list[Shape] = []
    y = 0
    for block in blocks:
        shapes += block.at(_half(width - block.width) if centred else 0, y)
        y += block.height + gap
    return Block(width, max(0, y - gap), tuple(shapes))


def table(blocks: Sequence[Block], columns: int, gap: int) -> Block:
    """Return the blocks line by line, `columns` to a line."""
    lines = [row(blocks[at : at + columns], gap) for at in range(0, len(blocks), max(1, columns))]
    return stack(lines, gap)


def packed(blocks: Sequence[Block], gap: int, beside: Block = EMPTY) -> Block:
    """Return the blocks, in about their order, so that they show biggest on a screen, to the right of `beside`."""
    blocks = [block for block in blocks if block.shapes]
    if not blocks:
        return EMPTY
    most = min(len(blocks), _MOST_LINES)
    whole = sum(block.width + gap for block in blocks)
    wide = max(block.width for block in blocks)
    tries = [_piles(blocks, columns, gap) for columns in range(1, most + 1)]
    tries += [_lines(blocks, max(wide, whole // lines), gap) for lines in range(1, most + 1)]

    def cost(places: _Places) -> tuple[float, int]:
        width, height = _bounds(blocks, places)
        shown = beside.width + (gap if beside.shapes else 0) + width
        return max(shown, _SCREEN * max(beside.height, height)), width

    best = min(tries, key=cost)
    shapes = [s for block, place in zip(blocks, best, strict=True) for s in block.at(*place)]
    return Block(*_bounds(blocks, best), tuple(shapes))


_Places = list[tuple[int, int]]
#: How much wider than high a screen is.
_SCREEN = 1.5
_MOST_LINES = 40


def _piles(blocks: Sequence[Block], columns: int, gap: int) -> _Places:
    """Return the places in columns, each block in the one that is shortest so far."""
    heights, widths = [0] * columns, [0] * columns
    found: list[tuple[int, int]] = []
    for block in blocks:
        pile = heights.index(min(heights))
        found.append((pile, heights[pile]))
        heights[pile] += block.height + gap
        widths[pile] = max(widths[pile], block.width + gap)
    return [(sum(widths[:pile]), y) for pile, y in found]


def _lines(blocks: Sequence[Block], width: int, gap: int) -> _Places:
    """Return the places in lines of at most this width."""
    found: _Places = []
    x = y = height = 0
    for block in blocks:
        if x and x + block.width > width:
            x, y, height = 0, y + height + gap, 0
        found.append((x, y))
        x, height = x + block.width + gap, max(height, block.height)
    return found


def _bounds(blocks: Sequence[Block], places: _Places) -> tuple[int, int]:
    placed = list(zip(blocks, places, strict=True))
    return max(x + block.width for block, (x, _) in placed), max(y + block.height for block, (_, y) in placed)


def framed(group: Shape, inner: Block, padding: Padding) -> Block:
    """Return the block inside a group."""
    width = inner.width + 2 * padding.side
    height = inner.height + padding.top + padding.bottom
    return Block(width, height, (group.sized(width, height), *inner.at(padding.side, padding.top)))


def _half(length: int) -> int:
    """Return half of a length on the grid."""
    return length // (2 * GRID) * GRID


# --------------------------------------------------------------------------------------- arrows

#: How far an arrow goes straight out of a card before it bends, at least and at most.
_REACH = (70, 150)
#: How far apart the points of an arrow are that are looked at; no card is that small.
_STEP = 40


def curve(start: Box, end: Box, sides: Sides) -> Curve:
    """Return the four points of the Bézier curve of an arrow, drawn after what Obsidian shows.

    How far its inner points lie out is not documented; with the gaps of our layout it does not matter.
    """
    first, last = start.middle(sides[0]), end.middle(sides[1])
    reach = min(max(dist(first, last) / 2, _REACH[0]), _REACH[1])
    (ax, ay), (bx, by) = sides[0].outwards, sides[1].outwards
    return (
        first,
        (first[0] + ax * reach, first[1] + ay * reach),
        (last[0] + bx * reach, last[1] + by * reach),
        last,
    )


def choose_sides(start: Box, end: Box, others: Sequence[Box], bend: Side = Side.LEFT) -> tuple[Sides, int]:
    """Return the sides of the arrow that crosses the fewest boxes, and how many these are.

    `bend` is the side to which an arrow goes around what stands between two boxes of one column.
    """
    tried: list[tuple[Sides, int]] = []
    for sides in _candidates(start, end, bend):
        tried.append((sides, _crossed(curve(start, end, sides), start, end, others)))
        if not tried[-1][1]:
            break
    return min(tried, key=lambda one: one[1])


def _candidates(start: Box, end: Box, bend: Side) -> Iterator[Sides]:
    """Yield the sides to try: those that face each other, then the same side of both.

    Of two boxes that lie apart both ways the left and right sides face each other if an arrow bends between.
    """
    across = max(end.x - start.right, start.x - end.right)
    along = max(end.y - start.bottom, start.y - end.bottom)
    facing: list[tuple[float, Sides]] = []
    if across >= 0:
        room = inf if across >= 2 * _REACH[1] else across
        facing.append((room, (Side.RIGHT, Side.LEFT) if end.x > start.x else (Side.LEFT, Side.RIGHT)))
    if along >= 0:
        facing.append((along, (Side.BOTTOM, Side.TOP) if end.y > start.y else (Side.TOP, Side.BOTTOM)))
    yield from (sides for _, sides in sorted(facing, reverse=True))
    yield from ((side, side) for side in (bend, *(side for side in Side if side is not bend)))


def _crossed(points: Curve, start: Box, end: Box, others: Sequence[Box]) -> int:
    """Return how many boxes a curve passes through, its own two ends included."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    hull = Box(int(min(xs)) - 1, int(min(ys)) - 1, int(max(xs) - min(xs)) + 3, int(max(ys) - min(ys)) + 3)
    near = [box for box in (start, end, *others) if box.meets(hull)]
    if not near:
        return 0
    steps = max(16, (hull.width + hull.height) // _STEP)
    line = [_on_curve(points, step / steps) for step in range(1, steps)]
    return sum(_passes(line, box) for box in near)


def _passes(line: Sequence[Point], box: Box) -> bool:
    left, top, right, bottom = box.x, box.y, box.right, box.bottom
    return any(left < x < right and top < y < bottom for x, y in line)


def _on_curve(points: Curve, t: float) -> Point:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = points
    s = 1 - t
    a, b, c, d = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
    return a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy
