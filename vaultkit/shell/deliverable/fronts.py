"""The short texts of a report's first page, set for Typst: data by name, and the contents that the names stand for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from vaultkit.render.deliverable.model import Format, FrontPage, Report, Urgent
from vaultkit.shell.deliverable import pandoc
from vaultkit.shell.deliverable.blocks import texts_of
from vaultkit.shell.deliverable.glyphs import replaced
from vaultkit.shell.deliverable.tree import Nodes, node, raw
from vaultkit.shell.deliverable.typeset import typeset

#: The texts of an urgent thing that are set by name.
_TEXTS = ("what", "why", "domain", "owner", "due", "cost")


def front_data(report: Report, missing: Collection[str]) -> tuple[Mapping[str, Any] | None, str]:
    """Return the first page as data in which texts are names, and the Typst code that says the texts by name."""
    front = report.front
    if front is None or front == FrontPage():
        return None, "#let texts = (:)"
    said: list[str] = []

    def name(text: str) -> str | None:
        if not text.strip():
            return None
        said.append(text)
        return f"t{len(said) - 1}"

    def urgent(one: Urgent) -> Mapping[str, Any]:
        return {**{key: name(getattr(one, key)) for key in _TEXTS}, "number": one.number}

    data = {
        "urgent": [urgent(one) for one in front.urgent],
        "good": [name(text) for text in front.good if text.strip()],
        "totals": [name(text) for text in front.totals if text.strip()],
        "legend": [
            (replaced(sign, missing), name(meaning)) for sign, meaning in front.legend if meaning.strip()
        ],
    }
    return data, _contents(texts_of(said, report, Format.PDF), missing)


def front_texts(front: FrontPage) -> Iterable[str]:
    """Yield every text of a first page."""
    for one in front.urgent:
        yield from (one.what, one.why, one.domain, one.owner, one.due, one.cost, one.number)
    yield from (*front.good, *front.totals)
    for sign, meaning in front.legend:
        yield from (sign, meaning)


def _contents(texts: list[Nodes], missing: Collection[str]) -> str:
    """Return Typst code that holds each text as content, under `t0`, `t1` …"""
    pieces = [raw("typst", "#let texts = (", inline=True)]
    for at, inlines in enumerate(texts):
        # an empty piece first: so a text that begins with a dash is no list
        pieces += [raw("typst", f'"t{at}": [#[];', inline=True), *inlines, raw("typst", "],", inline=True)]
    pieces.append(raw("typst", ")", inline=True))
    blocks = typeset([node("Plain", pieces)], {}, missing)
    document = {**pandoc.read(""), "blocks": blocks}
    return pandoc.write(document, "typst-smart", "--wrap=none").decode()
