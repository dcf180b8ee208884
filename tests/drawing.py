"""Draws a JSON Canvas as SVG, to look at a layout: `python -m tests.drawing FILE.canvas OUT.svg [VAULT]`.

With the vault's folder each card shows the first lines of its note, about as Obsidian does.
"""

from __future__ import annotations

import json
import re
import sys
from html import escape
from pathlib import Path
from typing import Any

from vaultkit.render.graph_layout import Box, Side, curve

#: Obsidian's default theme, light: `--color-red` and its like.
COLORS = {"1": "#e93147", "2": "#ec7500", "3": "#e0ac00", "4": "#08b94e", "5": "#00bfbc", "6": "#7852ee"}
GREY = "#b3b3b3"
MARGIN = 120
LINE = 26


def color_of(thing: dict[str, Any]) -> str:
    return COLORS.get(thing.get("color", ""), thing.get("color") or GREY)


def box_of(node: dict[str, Any]) -> Box:
    return Box(node["x"], node["y"], node["width"], node["height"])


def words(node: dict[str, Any], vault: Path | None) -> list[str]:
    """Return the lines that a card shows: those of its note without properties, from its subpath on."""
    if node["type"] == "text":
        return str(node["text"]).splitlines()
    file = vault / node["file"] if vault else None
    if not file or file.suffix.lower() != ".md" or not file.is_file():
        return []
    text = re.sub(r"\A---\n.*?\n---\n", "", file.read_text(encoding="utf-8", errors="replace"), flags=re.S)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    if subpath := node.get("subpath", "").lstrip("#"):
        text = text[max(0, text.find(subpath[:20])) :]
    return [line for line in text.splitlines() if line.strip()]


def group(node: dict[str, Any]) -> list[str]:
    box, color = box_of(node), color_of(node)
    label = escape(node.get("label", ""))
    return [
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="12" '
        f'fill="{color}" fill-opacity="0.07" stroke="{color}" stroke-width="4"/>',
        f'<text x="{box.x + 4}" y="{box.y - 14}" font-size="36" fill="#444">{label}</text>',
    ]


def card(node: dict[str, Any], vault: Path | None) -> list[str]:
    box, color = box_of(node), color_of(node)
    name = node.get("file", "").rsplit("/", 1)[-1].removesuffix(".md") + node.get("subpath", "")
    clip = f"c{node['id']}"
    out = [
        f'<clipPath id="{clip}"><rect x="{box.x}" y="{box.y}" width="{box.width - 16}" height="{box.height - 8}"/></clipPath>',
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="10" fill="#fff" '
        f'stroke="{color}" stroke-width="4"/>',
        f'<clipPath id="n{clip}"><rect x="{box.x}" y="{box.y - 40}" width="{box.width}" height="40"/></clipPath>',
        f'<text clip-path="url(#n{clip})" x="{box.x + 4}" y="{box.y - 10}" font-size="22" fill="#777">{escape(name)}</text>',
    ]
    y = box.y + 40
    for line in words(node, vault):
        heading = line.startswith("#")
        if y > box.bottom - 8:
            break
        style = 'font-size="28" font-weight="700"' if heading else 'font-size="18"'
        said = escape(re.sub(r"^#+ |\*\*|\[\[|\]\]", "", line))
        out.append(
            f'<text clip-path="url(#{clip})" x="{box.x + 24}" y="{y}" {style} fill="#222">{said}</text>'
        )
        y += LINE + 12 * heading
    return out


def arrow(edge: dict[str, Any], boxes: dict[str, Box]) -> str:
    sides = Side(edge["fromSide"]), Side(edge["toSide"])
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = curve(boxes[edge["fromNode"]], boxes[edge["toNode"]], sides)
    color = color_of(edge)
    heads = ' marker-end="url(#head)"' if edge.get("toEnd", "arrow") == "arrow" else ""
    heads += ' marker-start="url(#head)"' if edge.get("fromEnd", "none") == "arrow" else ""
    return (
        f'<path d="M{ax:g},{ay:g} C{bx:g},{by:g} {cx:g},{cy:g} {dx:g},{dy:g}" fill="none" '
        f'stroke="{color}" stroke-width="5"{heads}/>'
    )


def drawn(canvas: dict[str, Any], vault: Path | None = None) -> str:
    """Return a canvas as SVG: groups, then arrows, then cards, as Obsidian layers them."""
    nodes, edges = canvas.get("nodes", []), canvas.get("edges", [])
    boxes = {node["id"]: box_of(node) for node in nodes}
    left = min((box.x for box in boxes.values()), default=0) - MARGIN
    top = min((box.y for box in boxes.values()), default=0) - MARGIN
    width = max((box.right for box in boxes.values()), default=0) + MARGIN - left
    height = max((box.bottom for box in boxes.values()), default=0) + MARGIN - top
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}" '
        f'width="{width}" height="{height}" font-family="Inter, DejaVu Sans, sans-serif">',
        '<defs><marker id="head" orient="auto-start-reverse" markerWidth="6" markerHeight="6" refX="5" refY="3">'
        '<path d="M0,0 L6,3 L0,6 z" fill="context-stroke"/></marker></defs>',
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="#fafafa"/>',
    ]
    for node in nodes:
        if node["type"] == "group":
            out += group(node)
    out += [arrow(edge, boxes) for edge in edges]
    for node in nodes:
        if node["type"] != "group":
            out += card(node, vault)
    return "\n".join([*out, "</svg>", ""])


def main(source: str, target: str, vault: str = "") -> None:
    """Draw the canvas at `source` into `target`."""
    canvas = json.loads(Path(source).read_text(encoding="utf-8"))
    Path(target).write_text(drawn(canvas, Path(vault) if vault else None), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
