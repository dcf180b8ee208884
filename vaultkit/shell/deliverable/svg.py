"""An SVG of a vault made harmless: it can run nothing, fetch nothing, and stand for no more than it says.

Only what draws is let through: no title or description either, its text alternative is that of the report. Whoever
made the file may mean ill: it comes from a client, a web page, an archive.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from vaultkit.text import pattern

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_HREFS = ("href", f"{{{_XLINK}}}href")
_DRAWS = frozenset(
    (
        "svg",
        "g",
        "a",
        "defs",
        "symbol",
        "use",
        "path",
        "rect",
        "circle",
        "ellipse",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "textPath",
        "image",
        "linearGradient",
        "radialGradient",
        "stop",
        "pattern",
        "clipPath",
        "mask",
        "marker",
        "style",
        "filter",
        "feBlend",
        "feColorMatrix",
        "feComponentTransfer",
        "feComposite",
        "feDropShadow",
        "feFlood",
        "feFuncA",
        "feFuncB",
        "feFuncG",
        "feFuncR",
        "feGaussianBlur",
        "feMerge",
        "feMergeNode",
        "feOffset",
        "switch",
    )
)
#: How large a drawing may be: bytes, elements, and elements once each `use` is carried out.
_MOST_BYTES = 4_000_000
_MOST_ELEMENTS = 50_000
_DOCTYPE = pattern(r"<!DOCTYPE[^\[>]*>", re.IGNORECASE)
_PIXELS_INSIDE = pattern(r"\s*data:image/(?:png|jpe?g|gif|webp);base64,[\w+/=\s]+", re.IGNORECASE)
_FETCHES = pattern(r"url\(\s*(?!['\"]?#)|@import|expression\s*\(|\\", re.IGNORECASE)
_LENGTH = pattern(
    r"\s*([+]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,2})?)\s*(px|pt|pc|mm|cm|in|em|ex)?\s*", re.IGNORECASE
)
_PER_UNIT = {
    "px": 1.0,
    "pt": 96 / 72,
    "pc": 16.0,
    "mm": 96 / 25.4,
    "cm": 96 / 2.54,
    "in": 96.0,
    "em": 16.0,
    "ex": 8.0,
}
_LEAST, _MOST = 1.0, 20_000.0


def harmless(data: bytes) -> str | None:
    """Return a drawing of which only what draws is left, None for one that is no SVG or too much of one."""
    if len(data) > _MOST_BYTES:
        return None
    try:
        text = _DOCTYPE.sub("", data.decode("utf-8-sig"), count=1)
        if "<!doctype" in text.lower() or "<!entity" in text.lower():
            return None
        root = ElementTree.fromstring(text)
    except (UnicodeDecodeError, ElementTree.ParseError, ValueError, RecursionError):
        return None
    if root.tag != f"{{{_SVG}}}svg" or sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        return None
    try:
        _clean(root)
        if _carried_out(root) > _MOST_ELEMENTS:
            return None
        return _printed(root)
    except RecursionError:
        return None


def size_of(text: str) -> tuple[float, float] | None:
    """Return width and height of a drawing in CSS pixels: its own, else those of its view box; None without either."""
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return None
    sides = [_length(root.get(name, "")) for name in ("width", "height")]
    box = [_length(part) for part in root.get("viewBox", "").replace(",", " ").split()[2:]]
    ratio = box[0] / box[1] if len(box) == 2 and box[0] and box[1] else None
    width, height = sides
    if ratio and not (width and height):
        width = width or (height * ratio if height else box[0])
        height = height or (width / ratio if width else None)
    if not width or not height or min(width, height) < _LEAST or max(width, height) > _MOST:
        return None
    return width, height


def _clean(element: Element) -> None:
    for name, value in list(element.attrib.items()):
        if not _may_say(name, value, element.tag):
            del element.attrib[name]
    if element.tag == f"{{{_SVG}}}style" and _FETCHES.search(element.text or ""):
        element.text = ""
    for child in list(element):
        if isinstance(child.tag, str) and child.tag.removeprefix(f"{{{_SVG}}}") in _DRAWS:
            _clean(child)
        else:
            element.remove(child)


def _may_say(name: str, value: str, tag: str) -> bool:
    """Whether an attribute is let through.

    No event, no address but of a part of the drawing or pixels in it, and nothing that drawing programs note for
    themselves (names of files, of persons).
    """
    if name in _HREFS:
        inside = tag == f"{{{_SVG}}}image" and _PIXELS_INSIDE.fullmatch(value)
        return bool(inside) or value.strip().startswith("#")
    if name.startswith("{"):
        return name == "{http://www.w3.org/XML/1998/namespace}space"
    return not name.lower().startswith(("on", "data-", "aria-")) and not _FETCHES.search(value)


def _carried_out(root: Element) -> int:
    """Return how many elements are drawn once each `use` is; more than the limit where one leads to itself."""
    named = {name: element for element in root.iter() if (name := element.get("id"))}
    known: dict[str, int] = {}
    return _count(root, named, known, set())


def _count(element: Element, named: Mapping[str, Element], known: dict[str, int], within: set[str]) -> int:
    total = 1
    for child in element:
        total += _count(child, named, known, within)
    target = next((element.get(name, "") for name in _HREFS if element.get(name)), "").strip()[1:]
    if target not in named or element.tag == f"{{{_SVG}}}image":
        return total
    if target in within:
        return _MOST_ELEMENTS + 1
    if target not in known:
        known[target] = _count(named[target], named, known, within | {target})
    return total + known[target]


def _printed(root: Element) -> str:
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    return ElementTree.tostring(root, encoding="unicode")


def _length(said: str) -> float | None:
    found = _LENGTH.fullmatch(said)
    return float(found[1]) * _PER_UNIT[(found[2] or "px").lower()] if found else None
