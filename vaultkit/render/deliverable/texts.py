"""All that a report says, piece by piece: to look through it, and to say it otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from msgspec.structs import replace

from vaultkit.render.deliverable.model import Cover, FrontPage, Picture, Report, Sheet

#: Texts of a chart that are no words: what draws it.
_NOT_WORDS = (
    "$schema",
    "type",
    "mark",
    "field",
    "format",
    "timeUnit",
    "expr",
    "calculate",
    "scale",
    "config",
)


def texts_of(report: Report) -> Iterator[str]:
    """Yield every text that a report says: body, cover, front page, pictures, tables."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    told_otherwise(report, note)
    yield from (text for text in found if text)


def told_otherwise(report: Report, say: Callable[[str], str]) -> Report:
    """Return the report with each of its texts said by `say`; names of pictures and paths are none."""
    return replace(
        report,
        body=say(report.body),
        cover=_cover(report.cover, say),
        front=_front(report.front, say) if report.front else None,
        pictures=tuple(_picture(picture, say) for picture in report.pictures),
        sheets=tuple(_sheet(sheet, say) for sheet in report.sheets),
    )


def _cover(cover: Cover, say: Callable[[str], str]) -> Cover:
    return replace(
        cover,
        title=say(cover.title),
        subtitle=say(cover.subtitle),
        client=say(cover.client),
        confidentiality=say(cover.confidentiality),
        tags=tuple(map(say, cover.tags)),
    )


def _front(front: FrontPage, say: Callable[[str], str]) -> FrontPage:
    return replace(
        front,
        urgent=tuple(
            replace(
                one,
                what=say(one.what),
                why=say(one.why),
                domain=say(one.domain),
                owner=say(one.owner),
                due=say(one.due),
                cost=say(one.cost),
            )
            for one in front.urgent
        ),
        good=tuple(map(say, front.good)),
        totals=tuple(map(say, front.totals)),
    )


def _picture(picture: Picture, say: Callable[[str], str]) -> Picture:
    chart = (
        {key: _chart(key, value, say) for key, value in picture.chart.items()}
        if picture.chart
        else picture.chart
    )
    return replace(picture, alt=say(picture.alt), chart=chart)


def _chart(key: str, value: object, say: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return value if key in _NOT_WORDS else say(value)
    if isinstance(value, Mapping):
        return {k: _chart(str(k), v, say) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_chart(key, one, say) for one in value]
    return value


def _sheet(sheet: Sheet, say: Callable[[str], str]) -> Sheet:
    return replace(
        sheet,
        name=say(sheet.name),
        header=tuple(map(say, sheet.header)),
        rows=tuple(tuple(say(cell) if isinstance(cell, str) else cell for cell in row) for row in sheet.rows),
    )
