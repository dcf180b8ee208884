"""Whether an arrow of a canvas passes a card, told exactly.

`choose_sides` looks at points of an arrow that are some 40 pixels apart, and so can miss a corner that
the arrow cuts. That is enough to choose by, not to promise that no arrow passes a card.
"""

from __future__ import annotations

from vaultkit.render.graph_layout import Box, Curve, Point

#: A piece of an arrow so short, in pixels, is not cut further: it passes a box that its surroundings meet.
_SHORTEST = 0.5


def passes(points: Curve, box: Box) -> bool:
    """Whether a Bézier curve passes through a box: it lies in the rectangle around its points, as do its halves."""
    pieces = [points]
    while pieces:
        piece = pieces.pop()
        xs, ys = [x for x, _ in piece], [y for _, y in piece]
        left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
        if left >= box.right or right <= box.x or top >= box.bottom or bottom <= box.y:
            continue
        if max(right - left, bottom - top) < _SHORTEST or box.contains(piece[0]) or box.contains(piece[3]):
            return True
        pieces += _halves(piece)
    return False


def _halves(points: Curve) -> tuple[Curve, Curve]:
    """Return the two curves that a curve is made of (de Casteljau)."""
    a, b, c, d = points
    ab, bc, cd = _between(a, b), _between(b, c), _between(c, d)
    abc, bcd = _between(ab, bc), _between(bc, cd)
    middle = _between(abc, bcd)
    return (a, ab, abc, middle), (middle, bcd, cd, d)


def _between(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2
