"""The calendar of a report: the actions that have a day, by domain, as a Vega-Lite specification.

Days are counted as numbers and their marks are words made here, so that neither a time zone nor the language of the
machine that draws has a say in it.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from vaultkit.audit.recap import shortened
from vaultkit.audit.words import HORIZONS, Horizon
from vaultkit.render.deliverable.charts import (
    GROUND,
    INK,
    LINE,
    MUTED,
    SMALL,
    TEXT,
    WIDTH,
    Spec,
    described,
    label_of,
    some,
)
from vaultkit.render.deliverable.model import Picture
from vaultkit.render.deliverable.selected import Line, Part, Shown, unmarked
from vaultkit.values import printed_date

#: Where the days begin and end, in pixels; the names of the actions stand before them.
_LEFT, _RIGHT = 268, WIDTH - 14
_ROW, _HEAD = 25, 30
#: How much room there is for words behind a day, and before one that lies in the second half.
_ROOM_RIGHT, _ROOM_LEFT = 150, 185
#: How many rows one picture holds: what fits on a page with its heading.
_ROWS_A_PICTURE = 28
#: A day this near to the days that are due stands in the picture, if it is today.
_NEAR = timedelta(days=100)
_MONTHS = {
    "fr": (
        "janv.",
        "févr.",
        "mars",
        "avril",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "de": ("Jan.", "Feb.", "März", "April", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
}
#: Horizons by colour and by shape, so that either tells.
_COLORS = {Horizon.SHORT: "#a63a32", Horizon.MEDIUM: "#d98a2b", Horizon.LONG: "#3b6ea5", None: "#6d7880"}
_SHAPES = {Horizon.SHORT: "diamond", Horizon.MEDIUM: "circle", Horizon.LONG: "square", None: "triangle-up"}
_DONE = "#9aa4ab"


class _Row(Struct, frozen=True):
    """One row of the picture: the name of a domain (no line), or an action."""

    title: str
    line: Line | None = None


class _Days(Struct, frozen=True):
    """The days that a picture spans."""

    first: date
    last: date

    def scale(self) -> Spec:
        return {
            "domain": [self.first.toordinal(), self.last.toordinal()],
            "range": [_LEFT, _RIGHT],
            "zero": False,
            "nice": False,
        }

    def share(self, day: date) -> float:
        """Return how far along a day is, from 0 to 1."""
        return (day - self.first).days / max(1, (self.last - self.first).days)


def dated(shown: Shown) -> tuple[Line, ...]:
    """Return the actions that have a day, by domain, the earliest first."""
    return tuple(line for part in shown.parts for line in _dated(part))


def _dated(part: Part) -> list[Line]:
    return sorted((line for line in part.plan if line.due), key=lambda line: line.due or date.max)


def schedule(shown: Shown) -> tuple[Picture, ...]:
    """Return the calendar of the actions, in as many pictures as it takes; nothing where no action has a day."""
    lines = dated(shown)
    if not lines:
        return ()
    days = _days(lines, shown.today)
    return tuple(_schedule(shown, rows, days, at) for at, rows in enumerate(_pages(shown)))


def _pages(shown: Shown) -> list[list[_Row]]:
    pages: list[list[_Row]] = [[]]
    for part in shown.parts:
        lines = _dated(part)
        head = _Row(label_of(part.label, 60))
        if lines and len(pages[-1]) + 2 > _ROWS_A_PICTURE:
            pages.append([])
        if lines:
            pages[-1].append(head)
        for line in lines:
            if len(pages[-1]) >= _ROWS_A_PICTURE:
                pages.append([head])
            pages[-1].append(_Row(label_of(f"{line.number} {line.text}", 120), line))
    return pages


def _days(lines: Sequence[Line], today: date) -> _Days:
    """Return the days to show: whole months, with today if it is near."""
    due = [line.due for line in lines if line.due]
    first, last = min(due), max(due)
    if first - _NEAR <= today <= last + _NEAR:
        first, last = min(first, today), max(last, today)
    first = first.replace(day=1)
    last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    return _Days(first, min(last, date.max - timedelta(days=1)) + timedelta(days=1))


# ----------------------------------------------------------------------------------------- drawing


def _schedule(shown: Shown, rows: Sequence[_Row], days: _Days, at: int) -> Picture:
    height = _HEAD + _ROW * len(rows) + 6
    spec: Spec = {
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "pad", "contains": "padding"},
        "layer": [
            *_ground(rows, days, height, shown.language),
            *_today(shown, days, height),
            *_names(rows),
            _points(rows, days, shown),
        ],
        "resolve": {"scale": {"color": "independent", "shape": "independent"}},
    }
    told = (
        f"{printed_date(row.line.due, shown.language)} {row.title}"
        for row in rows
        if row.line and row.line.due
    )
    name = "calendrier" if not at else f"calendrier-{at + 1}"
    return described(name, shown.words["calendar_alt"].format(list=some(told, shown)), spec)


def _pixel(field: str) -> Spec:
    """Return a channel whose values are pixels."""
    return {"field": field, "type": "quantitative", "scale": None, "axis": None}


def _day(days: _Days, field: str = "day") -> Spec:
    return {"field": field, "type": "quantitative", "scale": days.scale(), "axis": None}


def _words(values: list[Spec], x: Spec, mark: Spec, color: str = INK) -> Spec:
    return {"data": {"values": values}, **_text(x, mark, color)}


def _text(x: Spec, mark: Spec, color: str) -> Spec:
    return {
        "mark": {"type": "text", "baseline": "middle", "align": "left", "fontSize": TEXT, **mark},
        "encoding": {
            "x": x,
            "y": _pixel("y"),
            "text": {"field": "words", "type": "nominal"},
            "color": {"value": color},
        },
    }


def _ground(rows: Sequence[_Row], days: _Days, height: int, language: str) -> list[Spec]:
    """Return the names of the months, their lines, and the stripes of the domains."""
    tops = [_HEAD + _ROW * at for at, row in enumerate(rows) if row.line is None]
    heads = [{"y": top + 1, "y2": top + _ROW - 1} for top in tops]
    months = [{"day": day.toordinal(), "words": words, "y": 12} for day, words in _months(days, language)]
    stripes = {
        "data": {"values": heads},
        "mark": {"type": "rect", "color": GROUND, "cornerRadius": 3},
        "encoding": {"x": {"value": 0}, "x2": {"value": WIDTH}, "y": _pixel("y"), "y2": {"field": "y2"}},
    }
    rules = {
        "data": {"values": months},
        "mark": {"type": "rule", "color": LINE, "strokeWidth": 1},
        "encoding": {"x": _day(days), "y": {"value": 4}, "y2": {"value": height}},
    }
    return [rules, stripes, _words(months, _day(days), {"dx": 4, "fontSize": SMALL}, MUTED)]


def _months(days: _Days, language: str) -> list[tuple[date, str]]:
    """Return the months to mark with their names: as many as have room, the first and each January with its year."""
    total = (days.last.year - days.first.year) * 12 + days.last.month - days.first.month
    every = next((step for step in (1, 2, 3, 6, 12) if total / step <= 6), max(12, -(-total // 72) * 12))
    found, year = [], 0
    for month in range(0, total, every):
        at = days.first.month - 1 + month
        if days.first.year + at // 12 > date.max.year:
            break
        day = date(days.first.year + at // 12, at % 12 + 1, 1)
        name = _MONTHS[language][day.month - 1]
        found.append((day, name if day.year == year else f"{name} {day.year}"))
        year = day.year
    return found


def _today(shown: Shown, days: _Days, height: int) -> list[Spec]:
    """Return the line of the day of the report, if it lies in the days shown."""
    if not days.first <= shown.today < days.last:
        return []
    values: list[Spec] = [
        {"day": shown.today.toordinal(), "y": height + 8, "words": printed_date(shown.today, shown.language)}
    ]
    line = {
        "data": {"values": values},
        "mark": {"type": "rule", "color": "@accent", "strokeWidth": 1.5, "strokeDash": [5, 3]},
        "encoding": {"x": _day(days), "y": {"value": _HEAD - 4}, "y2": {"value": height}},
    }
    side = {"align": "right", "dx": 4} if days.share(shown.today) > 0.85 else {"align": "center"}
    return [line, _words(values, _day(days), {**side, "fontSize": SMALL, "fontWeight": "bold"}, INK)]


def _names(rows: Sequence[_Row]) -> list[Spec]:
    """Return the names of domains (bold) and actions, each in its row."""

    def values(actions: bool) -> list[Spec]:
        return [
            {"y": _middle(at), "words": row.title}
            for at, row in enumerate(rows)
            if (row.line is not None) is actions
        ]

    start: Spec = {"value": 8}
    return [
        _words(values(False), start, {"fontWeight": "bold", "limit": _LEFT - 16}),
        _words(values(True), start, {"limit": _LEFT - 20}),
    ]


def _middle(row: int) -> float:
    return _HEAD + _ROW * (row + 0.5)


def _points(rows: Sequence[_Row], days: _Days, shown: Shown) -> Spec:
    """Return the day of each action: its work before it as a bar, a sign of its horizon, who sees to it."""
    values = [
        _point(row.line, row.line.due, _middle(at), days, shown)
        for at, row in enumerate(rows)
        if row.line is not None and row.line.due is not None
    ]
    scales = _scales(shown, [row.line for row in rows if row.line])
    legend = {"orient": "bottom", "title": None, "direction": "horizontal", "offset": 20, "symbolSize": 110}
    by_sign = {"field": "sign", "type": "nominal"}
    work = {
        "mark": {"type": "rule", "strokeWidth": 7, "opacity": 0.35, "strokeCap": "round"},
        "encoding": {
            "x": _day(days, "from"), "x2": {"field": "day"}, "y": _pixel("y"),
            "color": {**by_sign, "scale": scales["color"], "legend": None},
        },
    }  # fmt: skip
    points = {
        "mark": {"type": "point", "filled": True, "size": 120, "opacity": 1, "stroke": "#ffffff", "strokeWidth": 1},
        "encoding": {
            "x": _day(days), "y": _pixel("y"),
            "color": {**by_sign, "scale": scales["color"], "legend": legend},
            "shape": {**by_sign, "scale": scales["shape"], "legend": legend},
        },
    }  # fmt: skip
    right = _haloed("!datum.left", _day(days), {"dx": 11, "limit": _ROOM_RIGHT})
    left = _haloed("datum.left", _day(days, "from"), {"dx": -11, "align": "right", "limit": _ROOM_LEFT})
    apart = {"scale": {"color": "independent", "shape": "independent"}}
    return {"data": {"values": values}, "layer": [work, points, *right, *left], "resolve": apart}


def _haloed(where: str, x: Spec, mark: Spec) -> list[Spec]:
    """Return the words of some rows with white around them, so that lines behind them do not cross them."""
    halo = {"stroke": "#ffffff", "strokeWidth": 7, "strokeJoin": "round"}
    small: Spec = {**mark, "fontSize": SMALL}
    layers = (_text(x, {**small, **halo}, "#ffffff"), _text(x, small, MUTED))
    return [{"transform": [{"filter": where}], **layer} for layer in layers]


def _point(line: Line, due: date, y: float, days: _Days, shown: Shown) -> Spec:
    effort = line.item.tracking.effort
    work = min(int(effort * 7 / 5), 3650) if effort else 0
    who = unmarked(line.owner)
    day = printed_date(due, shown.language).rsplit(" " if shown.language == "en" else ".", 1)[0]
    day += "" if shown.language == "en" else "."
    late = f" ({shown.words['overdue']})" if line.overdue(shown.today) else ""
    return {
        "day": due.toordinal(),
        "from": max(days.first.toordinal(), due.toordinal() - work),
        "y": y,
        "sign": _sign(line, shown),
        "words": " · ".join(filter(None, (f"{day}{late}", shortened(who, 24)))),
        "left": days.share(due) > 0.55,
    }


def _sign(line: Line, shown: Shown) -> str:
    if not line.to_do:
        return shown.words["settled_action"]
    return HORIZONS[line.horizon][shown.language][0] if line.horizon else shown.words["no_horizon"]


def _scales(shown: Shown, lines: Sequence[Line]) -> dict[str, Spec]:
    """Return the colours and shapes of the signs that are used, in the order of the horizons."""
    used = {_sign(line, shown) for line in lines}
    named = {h: HORIZONS[h][shown.language][0] if h else shown.words["no_horizon"] for h in (*Horizon, None)}
    signs = [(named[h], _COLORS[h], _SHAPES[h]) for h in (*Horizon, None) if named[h] in used]
    if (done := shown.words["settled_action"]) in used:
        signs.append((done, _DONE, "circle"))
    domain = [sign for sign, _, _ in signs]
    return {
        "color": {"domain": domain, "range": [color for _, color, _ in signs]},
        "shape": {"domain": domain, "range": [shape for _, _, shape in signs]},
    }
