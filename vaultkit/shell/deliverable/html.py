"""A report as one HTML page that needs nothing beside it: no script, no address to fetch, readable on a phone."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path

from vaultkit.render.deliverable.model import Format, Report
from vaultkit.render.deliverable.wording import words_of
from vaultkit.shell.deliverable import pandoc
from vaultkit.shell.deliverable.blocks import blocks_of, front_of, inline_pictures
from vaultkit.shell.deliverable.brand import Brand, contrast, mixed
from vaultkit.shell.deliverable.docx_styles import CALLOUTS
from vaultkit.shell.deliverable.images import Drawn
from vaultkit.shell.deliverable.pandoc import clean
from vaultkit.shell.deliverable.tree import Node, Nodes, attr, children, classes_of, div, node, plain, walk
from vaultkit.text import pattern
from vaultkit.values import printed_date

#: The widest picture, in CSS pixels: that of the text on a wide screen.
_WIDEST = 736.0
_DARK = "#15181c"
#: How many levels of headings the contents hold.
_LEVELS = 2
_ALIGNED = pattern(r'<(t[hd])((?: [^<>]*?)?) style="text-align: (left|right|center);"')
_HEAD = pattern(r"<th(?=[ >])")
_BOXES = {"☐": "task_open", "☑": "task_done", "◐": "task_begun", "☒": "task_cancelled"}
_SIGNS = {
    "❌": "sign_bad", "⚠️": "sign_warning", "⚠": "sign_warning", "✅": "sign_good", "🚨": "sign_high"
}  # fmt: skip
_FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif'


def html(report: Report, drawn: Mapping[str, Drawn], brand: Brand) -> bytes:
    """Return the report as a page in UTF-8; raises NoPandoc, Unwritten."""
    document = blocks_of(report, Format.HTML)
    blocks = [*front_of(report, Format.HTML), *document["blocks"]]
    inline_pictures(blocks, report, drawn, vectors=True, widest=_WIDEST)
    headings = [
        (one["c"][0], one["c"][1][0], plain(one["c"][2]))
        for one in walk(blocks)
        if one["t"] == "Header" and 2 <= one["c"][0] < 2 + _LEVELS and not one["c"][1][0].startswith("p1-")
    ]
    shown = _Shown(report).blocks(blocks)
    body = pandoc.write({**document, "blocks": shown}, "html5", "--mathml", "--wrap=none").decode()
    return _page(report, brand, _tidied(body), headings).encode()


class _Shown:
    """Gives blocks what a browser and a screen reader want to know of them."""

    def __init__(self, report: Report) -> None:
        self._say = words_of(report.language)
        self._signs = {sign: self._say[key] for sign, key in _SIGNS.items()}
        self._signs |= dict(report.front.legend if report.front else ())
        self._signs |= {box: self._say[key] for box, key in _BOXES.items()}
        longest_first = sorted(filter(None, self._signs), key=len, reverse=True)
        self._split = re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")
        self._heading = ""
        self._tables = 0

    def blocks(self, blocks: Nodes) -> Nodes:
        """Return blocks, each with all that is in it."""
        return [self._block(one) for one in blocks]

    def _block(self, one: Node) -> Node:
        kind = one["t"]
        if kind == "Header":
            self._heading = plain(one["c"][2])
        for part in children(one):
            part[:] = self.blocks(part) if _holds_blocks(part) else self._inlines(part)
        if kind == "Table":
            return self._region(one)
        if kind == "Div" and "callout" in classes_of(one):
            title = plain(one["c"][1][:1])
            return div(one["c"][1], *classes_of(one), role="note", aria_label=title)
        if kind in ("Para", "Plain") and [each["t"] for each in one["c"]] == ["Image"]:
            return div([one], "picture")
        return one

    def _region(self, table: Node) -> Node:
        self._tables += 1
        name = f"{self._say['table']}\u00a0{self._tables}"
        label = name + (self._say["colon"] + self._heading if self._heading else "")
        return div([table], "table", role="region", aria_label=label, tabindex="0")

    def _inlines(self, inlines: Nodes) -> Nodes:
        done: Nodes = []
        for one in inlines:
            if one["t"] == "Str":
                done += self._signed(one["c"])
                continue
            for part in children(one):
                part[:] = self.blocks(part) if one["t"] == "Note" else self._inlines(part)
            done.append(one)
        return done

    def _signed(self, text: str) -> Nodes:
        """Return a word with what its signs mean, for those who hear it."""
        done: Nodes = []
        for piece in filter(None, self._split.split(text)):
            if meaning := self._signs.get(piece):
                box = ("box",) if piece in _BOXES else ()
                done.append(node("Span", [_image_role(meaning, box), [node("Str", piece)]]))
            else:
                done.append(node("Str", piece))
        return done


def _image_role(meaning: str, classes: tuple[str, ...]) -> list[object]:
    return attr(classes, role="img", aria_label=meaning)


def _holds_blocks(part: Nodes) -> bool:
    return bool(part) and part[0]["t"] in (
        "Para", "Plain", "Header", "Div", "BulletList", "OrderedList", "Table", "CodeBlock", "BlockQuote",
        "HorizontalRule", "LineBlock", "DefinitionList", "Figure", "RawBlock",
    )  # fmt: skip


def _tidied(body: str) -> str:
    """Return pandoc's HTML without styles of its own, its table heads with their scope."""
    return _HEAD.sub('<th scope="col"', _ALIGNED.sub(r'<\1\2 class="\3"', body))


def _page(report: Report, brand: Brand, body: str, headings: list[tuple[int, str, str]]) -> str:
    say, cover = words_of(report.language), report.cover
    style = _style(brand)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    title = escape(clean(cover.title))
    listed = _contents(headings)
    foot = escape(clean(brand.footer or brand.firm or cover.firm))
    contents = escape(say["contents"])
    menu = f'<details class="menu"><summary>{contents}</summary><nav aria-label="{contents}">{listed}</nav></details>'
    side = f'<nav class="side" aria-label="{contents}"><p class="title">{contents}</p>{listed}</nav>'
    return f"""<!DOCTYPE html>
<html lang="{escape(report.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="author" content="{escape(clean(cover.consultant or cover.firm or brand.firm))}">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#main">{escape(say["skip"])}</a>
<div class="page">
<header class="cover">
{_cover(report, brand)}
</header>
{menu if listed else ""}
{side if listed else "<div></div>"}
<main id="main" tabindex="-1">
{body}</main>
<footer class="foot">{foot}</footer>
</div>
</body>
</html>
"""


def _cover(report: Report, brand: Brand) -> str:
    cover, say = report.cover, words_of(report.language)
    facts = (
        ("client", cover.client), ("consultant", cover.consultant), ("firm", cover.firm or brand.firm),
        ("date", printed_date(cover.day, report.language) if cover.day else ""),
        ("version", cover.version), ("confidentiality", cover.confidentiality),
    )  # fmt: skip
    listed = "".join(
        f"<div><dt>{escape(say[key])}</dt><dd>{escape(clean(value))}</dd></div>"
        for key, value in facts
        if value
    )
    subtitle = f'<p class="subtitle">{escape(clean(cover.subtitle))}</p>' if cover.subtitle else ""
    return f"{_logo(brand)}<h1>{escape(clean(cover.title))}</h1>{subtitle}{f'<dl>{listed}</dl>' if listed else ''}"


def _logo(brand: Brand) -> str:
    if brand.logo is None:
        return ""
    data, kind = brand.logo.best
    media = {"svg": "image/svg+xml", "jpg": "image/jpeg"}.get(kind, "image/png")
    source = f"data:{media};base64,{base64.b64encode(data).decode()}"
    size = f'width="{brand.logo.width:.0f}" height="{brand.logo.height:.0f}"'
    return f'<img class="logo" src="{source}" {size} alt="{escape(clean(brand.firm))}">'


def _contents(headings: Iterable[tuple[int, str, str]]) -> str:
    """Return the contents as nested lists."""
    chapters: list[tuple[str, list[str]]] = []
    for level, identifier, text in headings:
        link = f'<a href="#{escape(identifier)}">{escape(text)}</a>'
        if level == 2 or not chapters:
            chapters.append((link, []))
        else:
            chapters[-1][1].append(f"<li>{link}</li>")
    below = ["<ol>" + "".join(inside) + "</ol>" if inside else "" for _, inside in chapters]
    lines = "".join(f"<li>{link}{inside}</li>" for (link, _), inside in zip(chapters, below, strict=True))
    return f"<ol>{lines}</ol>" if lines else ""


def _style(brand: Brand) -> str:
    """Return the style sheet in the colours and the font of the brand."""
    font = (
        f'"{brand.font}", {_FONTS}'
        if brand.font and '"' not in brand.font and "<" not in brand.font
        else _FONTS
    )
    named = {
        "ink": readable_on_tint(brand.ink, brand.tint), "tint": brand.tint, "font": font, "accent": brand.accent_ink,
        "dark_ink": _lightened(brand.color), "dark_accent": _lightened(brand.accent),
    }  # fmt: skip
    sheet = (Path(__file__).parent / "assets" / "report.css").read_text(encoding="utf-8")
    for name, value in named.items():
        sheet = sheet.replace(f"@{name}@", value)
    light = [f".{kind} {{ --own: #{ink}; --shade: #{ground}; }}" for kind, (ink, ground) in CALLOUTS.items()]
    dark = [
        f".{kind} {{ --own: {_lightened(f'#{ink}')}; --shade: {mixed(f'#{ink}', _DARK, 0.78)}; }}"
        for kind, (ink, _) in CALLOUTS.items()
    ]
    good = f":root {{ --good: #{CALLOUTS['success'][0]}; }}"
    dark_good = f":root {{ --good: {_lightened('#' + CALLOUTS['success'][0])}; }}"
    screen = "@media (prefers-color-scheme: dark) {\n" + "\n".join([dark_good, *dark]) + "\n}"
    return "\n".join([sheet, good, *light, screen])


def readable_on_tint(color: str, ground: str) -> str:
    """Return the colour, darkened until a text in it can be read on this ground (4.5:1)."""
    found = color
    while contrast(found, ground) < 4.6 and found != "#000000":
        found = mixed(found, "#000000", 0.08)
    return found


def _lightened(color: str) -> str:
    """Return the colour, lightened until a text in it can be read on the dark page and its boxes."""
    found = color
    while contrast(found, "#20262d") < 5.6 and found != "#ffffff":
        found = mixed(found, "#ffffff", 0.08)
    return found
