"""The pictures of a report, drawn: charts, and the images of the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from vaultkit.render.deliverable.model import Picture, Report
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.images import Drawn as Drawn
from vaultkit.shell.deliverable.images import Unusable, image_of, of_svg
from vaultkit.text import Message

#: What the letters of charts are set in: these are drawn everywhere, or something like them.
_CHART_FONTS = ("Liberation Sans", "Arial", "Helvetica", "sans-serif")
#: What makes a chart fetch something: none of ours has them.
_FETCHING = frozenset({"url", "href"})


def drawn(report: Report, root: Path, brand: Brand) -> tuple[Mapping[str, Drawn], list[Message]]:
    """Return the pictures of a report by name, and what to say of those that could not be drawn.

    `root` is the folder of the vault that image files are read from; the network is never asked.
    """
    done: dict[str, Drawn] = {}
    remarks: list[Message] = []
    without: list[str] = []
    for picture in report.pictures:
        try:
            done[picture.name] = _drawn(picture, root, brand)
        except Unusable as fault:
            remarks.append(_left_out(picture, fault.message))
        except ImportError:
            without.append(picture.name)
    return done, [*remarks, *_without_extra(without)]


def _drawn(picture: Picture, root: Path, brand: Brand) -> Drawn:
    if picture.chart is not None:
        return chart(picture.chart, brand)
    found = image_of(root, picture.path)
    if not picture.width or picture.width <= 0:
        return found
    scale = picture.width / found.width
    return Drawn(found.png, picture.width, found.height * scale, found.svg, found.jpeg)


def chart(spec: Mapping[str, object], brand: Brand) -> Drawn:
    """Return a Vega-Lite chart in the colours of the brand; raises Unusable for one that cannot be drawn."""
    from vl_convert import vegalite_to_svg

    colors = {"@color": brand.color, "@accent": brand.accent, "@ink": brand.ink, "@tint": brand.tint}
    coloured = _each(spec, lambda text: colors.get(text, text))
    if set(_keys(coloured)) & _FETCHING:
        raise Unusable("ce graphique irait chercher des données", "this chart would fetch data")
    families = [brand.font] if brand.font else []
    font = ", ".join([*families, *_CHART_FONTS])
    try:
        svg = vegalite_to_svg(coloured, allowed_base_urls=[], config={"font": font, "background": "white"})
    except ValueError as fault:
        raise Unusable("il ne peut pas être dessiné", "it cannot be drawn") from fault
    return of_svg(svg)


def _each(value: object, change: Callable[[str], str]) -> Any:
    """Return a specification with each of its texts changed; the data that it shows stays as it is."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {str(key): one if key == "values" else _each(one, change) for key, one in value.items()}
    if isinstance(value, Sequence):
        return list(map(partial(_each, change=change), value))
    return value


def _keys(value: object) -> Iterable[str]:
    if isinstance(value, Mapping):
        yield from value
        for key, one in value.items():
            if key != "values":
                yield from _keys(one)
    elif isinstance(value, list):
        for one in value:
            yield from _keys(one)


def _left_out(picture: Picture, why: Message) -> Message:
    said = picture.path or picture.alt or picture.name
    return Message(
        f"image «\u00a0{said}\u00a0»\u00a0: {why.fr}\u00a0; son texte de remplacement la remplace",
        f"picture '{said}': {why.en}; its alternative text stands in its place",
    )


def _without_extra(names: Sequence[str]) -> list[Message]:
    if not names:
        return []
    many = len(names)
    return [
        Message(
            f"images laissées de côté\u00a0: {many} (pour les dessiner\u00a0: "
            'pip install ".[report]" dans le dossier de vaultkit)',
            f'pictures left out: {many} (to draw them: pip install ".[report]" in the folder of vaultkit)',
        )
    ]
