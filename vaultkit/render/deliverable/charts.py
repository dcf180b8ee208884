"""The charts of a report: a risk matrix and the progress of each domain, as Vega-Lite specifications.

They are as wide as the text of an A4 page (640 CSS pixels) and have no letter below 11. "@color", "@accent", "@ink"
and "@tint" stand for colours of the brand; what must be told apart differs in lightness too, so that it can be read
in grey and by those who do not see red from green. All words are data, none is an expression. The calendar has a
module of its own (`chart_calendar`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from vaultkit.audit.recap import shortened
from vaultkit.audit.tracking import State
from vaultkit.audit.wording import risk_level, state_label, step_label
from vaultkit.render.deliverable.model import Picture
from vaultkit.render.deliverable.selected import Line, Part, Shown, unmarked
from vaultkit.render.deliverable.wording import listed

Spec = dict[str, object]

SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
#: How wide a chart is, in CSS pixels.
WIDTH = 640
#: The size of letters: what stands in a chart, and what stands around it.
TEXT, SMALL = 12, 11
#: Colours that no brand changes: text, lines, and the ground of rows.
INK, MUTED, LINE, GROUND = "#26323c", "#5b6770", "#d5dade", "#f4f6f7"
#: How grave a cell of the matrix is, from calm to dark, and what is written on it.
_GRAVITY = ("#eef4f2", "#f3d58f", "#e0924f", "#a63a32")
_ON_GRAVITY = (INK, INK, INK, "#ffffff")
#: States as segments of a bar, from done to not begun, with their colours.
STATE_COLORS: dict[State, str] = {
    State.FIXED: "#2f6f5e",
    State.UNDER_WAY: "#e3ab47",
    State.ACCEPTED: "#8a86a0",
    State.OPEN: "#dfe4e7",
}
_ON_STATE = {State.FIXED: "#ffffff", State.UNDER_WAY: INK, State.ACCEPTED: "#ffffff", State.OPEN: INK}
#: How many domains one picture of the progress holds.
_DOMAINS_A_PICTURE = 20
#: How wide the cells of the matrix are together, how wide a letter in them is, how many lines one holds.
_MATRIX, _LETTER, _IN_CELL = 490, 9, 3
#: How wide the labels of the bars may be, and about how wide a letter of them is.
_LABELS, _LABEL_LETTER = 165, 6.4
#: How long what is told of one item is in the words of a picture.
_TOLD = 80


def label_of(text: str, longest: int) -> str:
    """Return a text as a label: bare words, cut, and none that could be taken for a colour of the brand."""
    said = shortened(unmarked(text), longest) or "–"
    return f"\u00a0{said}" if said.startswith("@") else said


def described(name: str, alt: str, chart: Spec) -> Picture:
    """Return a chart as a picture of the report."""
    return Picture(name, alt, {"$schema": SCHEMA, "background": "#ffffff", **chart, "config": _config()})


def _config() -> Spec:
    axis = {"labelFontSize": TEXT, "titleFontSize": TEXT, "labelColor": INK, "titleColor": MUTED}
    legend = {"labelFontSize": TEXT, "titleFontSize": TEXT, "labelColor": INK, "titleColor": MUTED}
    return {
        "view": {"stroke": None},
        "axis": {
            **axis,
            "titleFontWeight": "normal",
            "domainColor": LINE,
            "tickColor": LINE,
            "gridColor": LINE,
        },
        "legend": {**legend, "titleFontWeight": "normal", "symbolType": "square", "symbolSize": 140},
        "text": {"fontSize": TEXT, "color": INK},
    }


# ---------------------------------------------------------------------------------- risk matrix


def on_matrix(shown: Shown) -> tuple[Line, ...]:
    """Return the findings and risks that have a probability and an impact and are not settled, gravest first."""
    rated = [line for line in (*shown.risks, *shown.findings) if line.score and line.state is not State.FIXED]
    return tuple(sorted(rated, key=lambda line: -line.score))


def matrix(shown: Shown, size: int) -> Picture | None:
    """Return the risk matrix with `size` steps, 3 to 5; None where nothing is rated."""
    lines = on_matrix(shown)
    if not lines:
        return None
    words = shown.words
    cells: dict[tuple[int, int], list[str]] = {}
    for line in lines:
        cells.setdefault(line.rating or (0, 0), []).append(line.number or "●")
    names = [step_label(step, size, shown.language) for step in range(1, size + 1)]
    values: list[Spec] = []
    for p, i in product(range(1, size + 1), repeat=2):
        level = risk_level(p, i, size)
        values.append({"p": names[p - 1], "i": names[i - 1], "gravity": level, "ink": _ON_GRAVITY[level]})
        values[-1].update(_filled(cells.get((p, i), []), _MATRIX // size // _LETTER))
    side: Spec = {"labelAngle": 0, "ticks": False, "domain": False, "labelPadding": 8, "titlePadding": 10}
    upright = {
        **side,
        "titleAngle": 0,
        "titleAlign": "left",
        "titleAnchor": "end",
        "titleX": -96,
        "titleY": -16,
    }
    across: Spec = {"field": "i", "title": f"{words['impact']} →", "sort": names, "axis": side}
    up: Spec = {"field": "p", "title": f"{words['probability']} ↑", "sort": names[::-1], "axis": upright}
    spec: Spec = {
        "width": _MATRIX,
        "height": 64 * size,
        "data": {"values": values},
        "encoding": {"x": {"type": "ordinal", **across}, "y": {"type": "ordinal", **up}},
        "layer": [_squares(), _in_squares()],
    }
    told = (f"{line.number} {unmarked(line.text)}".strip() + f" ({line.score})" for line in lines)
    return described("matrice", words["matrix_alt"].format(list=some(told, shown)), spec)


def _filled(numbers: Sequence[str], width: int) -> Spec:
    """Return what is written in a cell of so many characters a line, and how many lines more than one that is."""
    rows = _rows(numbers, width)
    at = len(numbers)
    while len(rows) > _IN_CELL:
        at -= 1
        rows = _rows([*numbers[:at], f"+{len(numbers) - at}"], width)
    return {"numbers": "\n".join(rows), "lines": max(0, len(rows) - 1)}


def _rows(numbers: Sequence[str], width: int) -> list[str]:
    """Return numbers in lines of at most so many characters; one that is longer has a line of its own."""
    rows: list[str] = []
    for number in numbers:
        if rows and len(rows[-1]) + len(number) + 2 <= width:
            rows[-1] += f", {number}"
        else:
            rows.append(shortened(number, width))
    return rows


def _squares() -> Spec:
    scale = {"domain": list(range(len(_GRAVITY))), "range": list(_GRAVITY)}
    return {
        "mark": {"type": "rect", "stroke": "#ffffff", "strokeWidth": 3, "cornerRadius": 4},
        "encoding": {"color": {"field": "gravity", "type": "ordinal", "scale": scale, "legend": None}},
    }


def _in_squares() -> Spec:
    mark = {"type": "text", "fontSize": 14, "fontWeight": "bold", "lineBreak": "\n", "lineHeight": 19}
    return {
        "mark": {**mark, "baseline": "middle", "dy": {"expr": "-9.5 * datum.lines"}},
        "encoding": {
            "text": {"field": "numbers", "type": "nominal"},
            "color": {"field": "ink", "type": "nominal", "scale": None},
        },
    }


# ------------------------------------------------------------------------------------- progress


def counts_of(lines: Iterable[Line]) -> dict[State, int]:
    """Return how many of these are in which state, in the order of the segments."""
    found = Counter(line.state for line in lines)
    return {state: found[state] for state in STATE_COLORS}


def progress(shown: Shown) -> tuple[Picture, ...]:
    """Return how far findings and actions of each domain are, one bar a domain; nothing where nothing has begun."""
    parts = [part for part in shown.parts if tracked(part)]
    begun = any(line.state is not State.OPEN for part in parts for line in tracked(part))
    if not begun:
        return ()
    return tuple(
        _progress_of(shown, parts[at : at + _DOMAINS_A_PICTURE], at // _DOMAINS_A_PICTURE)
        for at in range(0, len(parts), _DOMAINS_A_PICTURE)
    )


def tracked(part: Part) -> tuple[Line, ...]:
    """Return what of a domain is followed up: its findings and its actions."""
    return (*followed(part), *part.actions)


def followed(part: Part) -> tuple[Line, ...]:
    """Return the findings of a domain that count: no good points, and risks whose state somebody said."""
    risks = (line for line in part.risks if line.item.tracking.state is not None)
    return (*(line for line in part.findings if not line.good), *risks)


def _progress_of(shown: Shown, parts: Sequence[Part], at: int) -> Picture:
    words, language = shown.words, shown.language
    names = {id(part): name for part, name in zip(parts, _distinct(parts), strict=True)}
    order = list(names.values())
    labels = {state: state_label(state, language) for state in STATE_COLORS} | {State.FIXED: words["settled"]}
    used = [state for state in STATE_COLORS if any(counts_of(tracked(part))[state] for part in parts)]
    kinds = {"findings": [followed(part) for part in parts], "actions": [part.actions for part in parts]}
    panels = [
        (words[kind], values)
        for kind, lines in kinds.items()
        if (
            values := [
                segment for at, name in enumerate(order) for segment in _segments(name, lines[at], labels)
            ]
        )
    ]
    colors: Spec = {"domain": [labels[s] for s in used], "range": [STATE_COLORS[s] for s in used]}
    names_wide = min(_LABELS, round(max(map(len, order)) * _LABEL_LETTER))
    wide = (WIDTH - names_wide - 24 - 16 * (len(panels) - 1)) // len(panels)
    most = max(int(str(value["to"])) for _, values in panels for value in values)
    spec: Spec = {
        "spacing": 16,
        "hconcat": [
            _bars(title, values, order, colors, wide, most, first=not index)
            for index, (title, values) in enumerate(panels)
        ],
    }
    told = (f"{names[id(part)]} ({_said(counts_of(tracked(part)), labels, language)})" for part in parts)
    name = "avancement" if not at else f"avancement-{at + 1}"
    return described(name, words["progress_alt"].format(list=some(told, shown, 2 * _TOLD)), spec)


def _segments(name: str, lines: Iterable[Line], labels: Mapping[State, str]) -> list[Spec]:
    """Return the segments of one bar: how many are in which state, each after the one before it."""
    segments: list[Spec] = []
    start = 0
    for state, count in counts_of(lines).items():
        if count:
            place = {"domain": name, "state": labels[state], "from": start, "to": start + count}
            segments.append({**place, "count": count, "ink": _ON_STATE[state]})
        start += count
    return segments


def _said(counts: Mapping[State, int], labels: Mapping[State, str], language: str) -> str:
    return listed([f"{labels[state]} {count}" for state, count in counts.items() if count], language)


def _distinct(parts: Sequence[Part]) -> list[str]:
    """Return short labels for the axis; two domains of one name stay two."""
    found: list[str] = []
    for part in parts:
        name = label_of(part.short, 28)
        while name in found:
            name += "\u00a0·"
        found.append(name)
    return found


def _bars(
    title: str, values: list[Spec], order: list[str], colors: Spec, wide: int, most: int, first: bool
) -> Spec:
    y = {
        "field": "domain", "type": "ordinal", "sort": order, "title": None,
        "scale": {"domain": order, "paddingInner": 0.35, "paddingOuter": 0.2},
        "axis": {"labelLimit": _LABELS, "ticks": False, "domain": False, "labelPadding": 8} if first else None,
    }  # fmt: skip
    x = {"field": "from", "type": "quantitative", "scale": {"domain": [0, most]}, "title": None, "axis": None}
    legend = {"orient": "bottom", "title": None, "direction": "horizontal", "offset": 10}
    return {
        "title": {
            "text": title,
            "anchor": "start",
            "frame": "group",
            "fontSize": 13,
            "fontWeight": "bold",
            "color": INK,
            "offset": 6,
        },
        "width": wide,
        "height": {"step": 32},
        "data": {"values": values},
        "encoding": {"y": y},
        "layer": [
            {
                "mark": {"type": "bar", "stroke": "#ffffff", "strokeWidth": 1.5, "cornerRadius": 2},
                "encoding": {
                    "x": x,
                    "x2": {"field": "to"},
                    "color": {"field": "state", "type": "nominal", "scale": colors, "legend": legend},
                },
            },
            {
                "transform": [{"calculate": "(datum.from + datum.to) / 2", "as": "middle"}],
                "mark": {"type": "text", "fontSize": TEXT, "fontWeight": "bold", "baseline": "middle"},
                "encoding": {
                    "x": {**x, "field": "middle"},
                    "text": {"field": "count", "type": "quantitative"},
                    "color": {"field": "ink", "type": "nominal", "scale": None, "legend": None},
                },
            },
        ],
    }


def some(told: Iterable[str], shown: Shown, longest: int = _TOLD, most: int = 12) -> str:
    """Return a list for the words of a picture: the first of them, and how many more there are."""
    items = list(told)
    rest = [shown.words["and_more"].format(count=len(items) - most)] if len(items) > most else []
    return shown.words["semicolon"].join([*(shortened(item, longest) for item in items[:most]), *rest])
