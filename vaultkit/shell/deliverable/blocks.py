"""A report as pandoc's tree: its body, its first page and its pictures, ready for a writer.

What stands in the tree beside what pandoc reads, for the writers to give a look to:

- `Div .callout .TYPE [Div .callout-title [Plain title], body…]`, TYPE one of `callouts.TYPES`;
- `Span .mark` for ==highlight==; `Div dir=rtl` around a paragraph that is written from the right;
- `Div .table-remark [Para]` before each part of a table that paper could not hold;
- `Image` whose address is the name of a picture of the report; `inline_pictures` puts the pictures in;
- every Header has an id of its own, no level is skipped, and `##` is level 2 for HTML and Markdown, else level 1;
- tasks begin with ☐, ☑, ◐ or ☒.
No raw HTML, no attribute from a note and no address but http, https, mailto, tel and `#id` is in it.
"""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from vaultkit.render.deliverable.model import Format, Report, Urgent
from vaultkit.render.deliverable.wording import words_of
from vaultkit.shell.deliverable import pandoc
from vaultkit.shell.deliverable.callouts import callout
from vaultkit.shell.deliverable.html_in import blocks_of_html, inlines_without_html
from vaultkit.shell.deliverable.images import Drawn
from vaultkit.shell.deliverable.marks import marked
from vaultkit.shell.deliverable.pandoc import Document
from vaultkit.shell.deliverable.tables import parted
from vaultkit.shell.deliverable.tree import (
    INLINES_IN,
    Node,
    Nodes,
    attr,
    children,
    div,
    node,
    para,
    plain,
    span,
    walk,
    words,
)
from vaultkit.shell.deliverable.typography import french
from vaultkit.text import fold, pattern

#: Formats whose pages cannot be scrolled.
PAPER = (Format.DOCX, Format.PDF, Format.PPTX)
_ANCHOR = pattern(r"^(.*?)\{#([^\s{}#]+)\}$")
_TASKS = {"☐": "☐", "☒": "☑", "[/]": "◐", "[-]": "☒", "[>]": "☐", "[?]": "☐", "[!]": "☐"}
_SAFE = pattern(r"(?i)^(?:https?://|mailto:|tel:)")
_PARTING = "vk-next-text"


def blocks_of(report: Report, to: Format) -> Document:
    """Return the body of a report as a tree for a format; raises NoPandoc, Unwritten."""
    return _guarded(pandoc.read(report.body), report.language, to)


def texts_of(texts: Sequence[str], report: Report, to: Format) -> list[Nodes]:
    """Return one-line texts of report Markdown as inlines each, in one call of pandoc; raises NoPandoc, Unwritten."""
    if not texts:
        return []
    lines = [" ".join(text.split()) for text in texts]
    joined = f"\n\n# {_PARTING}\n\n".join(lines)
    found: list[Nodes] = [[]]
    for block in _guarded(pandoc.read(joined), report.language, to, anchors=False)["blocks"]:
        if block["t"] == "Header" and plain([block]) == _PARTING:
            found.append([])
        else:
            found[-1] += ([node("Space")] if found[-1] else []) + _inlines_of(block)
    return found


def front_of(report: Report, to: Format) -> Nodes:
    """Return the first page as blocks, none where the report has none; raises NoPandoc, Unwritten.

    `Div .front [Header, Div .urgent [Header, Div .card […]…], Div .good […], Div .totals […], Div .legend […]]`; a
    card is `[Para .number + what] [Para why] [Para .facts of Span .fact]`.
    """
    front = report.front
    if front is None:
        return []
    say = words_of(report.language)
    texts = [text for one in front.urgent for text in (one.what, one.why, one.domain, one.owner)]
    texts += [*front.good, *front.totals, *(meaning for _, meaning in front.legend)]
    read = iter(texts_of(texts, report, to))
    cards = [_card(one, [next(read) for _ in range(4)], say) for one in front.urgent]
    good = [[node("Plain", next(read))] for _ in front.good]
    totals = [span(next(read), "total") for _ in front.totals]
    legend = [span([*words(sign), node("Str", "\u00a0"), *next(read)], "sign") for sign, _ in front.legend]
    level = _top(to)
    parts = (
        ("urgent", cards),
        ("good", [node("BulletList", good)] if good else []),
        ("totals", [para(_joined(totals))] if totals else []),
        ("legend", [para(_joined(legend))] if legend else []),
    )
    shown = [
        div([_heading(say[name], level + 1, f"p1-{name}"), *inside], name) for name, inside in parts if inside
    ]
    return [div([_heading(say["front"], level, "p1-front"), *shown], "front")] if shown else []


def _card(one: Urgent, read: Sequence[Nodes], say: Mapping[str, str]) -> Node:
    """Return one urgent thing; `read` is what is to be done, why, the domain and the owner as inlines."""
    what, why, domain, owner = read
    number = [span(words(one.number), "number"), node("Space")] if one.number else []
    facts = {
        "domain": domain, "who": owner, "by_when": _together(one.due), "how_much": _together(one.cost)
    }  # fmt: skip
    colon = say["colon"].rstrip(" ")
    said = [
        span([span([node("Str", say[key] + colon)], "label"), node("Space"), *value], "fact", f"fact-{key}")
        for key, value in facts.items()
        if value
    ]
    parts = (("what", [*number, node("Strong", what)]), ("why", why), ("facts", _joined(said)))
    return div([div([para(inlines)], name) for name, inlines in parts if inlines or name == "facts"], "card")


def inline_pictures(
    blocks: Nodes, report: Report, drawn: Mapping[str, Drawn], *, vectors: bool, widest: float
) -> None:
    """Put the pictures into their images as data; one that is missing is told in words, in its place.

    With `vectors` SVG where there is one, else pixels. None is wider than `widest` CSS pixels.
    """
    say = words_of(report.language)
    alts = {picture.name: picture.alt for picture in report.pictures}

    def change(inlines: Nodes) -> None:
        for at, one in enumerate(inlines):
            if one["t"] == "Image":
                name = one["c"][2][0]
                alt = plain(one["c"][1]) or alts.get(name, "")
                inlines[at] = (
                    _image(drawn[name], alt, vectors, widest) if name in drawn else _missing(alt, say)
                )

    for one in [div(blocks), *walk(blocks)]:
        for part in children(one):
            change(part)


def _image(drawn: Drawn, alt: str, vectors: bool, widest: float) -> Node:
    data, kind = drawn.best if vectors else drawn.raster
    media = {"svg": "image/svg+xml", "jpg": "image/jpeg"}.get(kind, f"image/{kind}")
    width = min(drawn.width, widest)
    height = drawn.height * width / drawn.width if drawn.width else drawn.height
    address = f"data:{media};base64,{base64.b64encode(data).decode()}"
    return node("Image", [attr(width=f"{width:.0f}px", height=f"{height:.0f}px"), words(alt), [address, ""]])


def _missing(alt: str, say: Mapping[str, str]) -> Node:
    told = say["no_picture"] + (say["colon"] + alt if alt else "")
    return span([node("Emph", words(f"[{told}]"))], "missing")


def _guarded(document: Document, language: str, to: Format, *, anchors: bool = True) -> Document:
    try:
        blocks = _Pass(language, to).blocks(document["blocks"])
        if anchors:
            _anchored(blocks, _top(to))
    except RecursionError:
        raise pandoc.Unwritten("trop de niveaux imbriqués", "nested too deep") from None
    return {**document, "meta": {}, "blocks": blocks}


def _top(to: Format) -> int:
    return 1 if to in PAPER else 2


class _Pass:
    """What is done to each list of blocks and of inlines of a tree that pandoc has read."""

    def __init__(self, language: str, to: Format) -> None:
        self._say = words_of(language)
        self._language = language
        self._french = language == "fr"
        self._paper = to in PAPER

    def blocks(self, blocks: Nodes) -> Nodes:
        """Return blocks with everything done to them and to what is in them."""
        done: Nodes = []
        for one in blocks:
            if one["t"] == "RawBlock":
                done += self.blocks(blocks_of_html(one["c"][1])) if one["c"][0] == "html" else []
            else:
                _add(done, self._block(callout(one, self._say) if one["t"] == "BlockQuote" else one))
        return done

    def _block(self, one: Node) -> Nodes:
        kind = one["t"]
        if kind in ("Para", "Plain", "Header"):
            return self._line(one)
        if kind == "CodeBlock":
            return [node("CodeBlock", [attr(), one["c"][1]])]
        if kind in ("BulletList", "OrderedList"):
            for item in children(one):
                _task(item)
        for part in children(one):
            part[:] = self.blocks(part)
        return parted(one, self._language) if kind == "Table" and self._paper else [one]

    def _line(self, one: Node) -> Nodes:
        kind = one["t"]
        inlines = self.inlines(one["c"] if kind != "Header" else one["c"][2])
        if kind == "Header":
            return [node("Header", [one["c"][0], attr(), inlines])]
        if not inlines:
            return []
        block = node(kind, inlines)
        return [div([block], dir="rtl")] if _from_the_right(inlines) else [block]

    def inlines(self, inlines: Nodes) -> Nodes:
        """Return inlines with everything done to them and to what is in them."""
        inlines = marked(inlines_without_html(inlines))
        done: Nodes = []
        for one in french(inlines) if self._french else inlines:
            done += self._inline(one)
        return done

    def _inline(self, one: Node) -> Nodes:
        kind = one["t"]
        if kind == "Note":
            return [node("Note", self.blocks(one["c"]))]
        if kind == "RawInline":
            return []
        if kind == "Code":
            return [node("Code", [attr(), one["c"][1]])]
        if kind not in INLINES_IN:
            return [one]
        at = INLINES_IN[kind]
        inside = self.inlines(one["c"] if at is None else one["c"][at])
        if kind == "Link":
            address = one["c"][2][0]
            safe = _SAFE.match(address) or address.startswith("#")
            return [node("Link", [attr(), inside, [address, ""]])] if safe else inside
        if kind == "Image":
            return [node("Image", [attr(), inside, [one["c"][2][0], ""]])]
        return [node(kind, inside if at is None else [*one["c"][:at], inside])]


def _add(done: Nodes, blocks: Nodes) -> None:
    """Add blocks; a list that goes on after a task of another kind is one list."""
    if done and blocks and done[-1]["t"] == blocks[0]["t"] == "BulletList":
        done[-1]["c"].extend(blocks[0]["c"])
        blocks = blocks[1:]
    done += blocks


def _task(item: Nodes) -> None:
    """Give the task of a list's item, if it is one, the box of its state."""
    if item and item[0]["t"] in ("Para", "Plain") and len(item[0]["c"]) > 1:
        first, second = item[0]["c"][:2]
        if first["t"] == "Str" and first["c"] in _TASKS and second["t"] == "Space":
            item[0]["c"][0] = node("Str", _TASKS[first["c"]])


def _from_the_right(inlines: Nodes) -> bool:
    """Whether the first letter that has a direction is one that is written from the right."""
    for char in plain(inlines):
        direction = unicodedata.bidirectional(char)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def _anchored(blocks: Nodes, top: int) -> None:
    """Give headings their ids and levels, and take links away that lead to none."""
    taken: set[str] = set()
    aliases: dict[str, str] = {}
    level = top - 1
    for one in _headings(blocks):
        content = one["c"]
        level = content[0] = max(top, min(content[0] - 2 + top, level + 1, 6))
        asked = _asked_id(content)
        wanted = asked or fold(plain(content[2])).replace(" ", "-") or "section"
        content[1] = attr(identifier=_free(wanted, taken))
        aliases.setdefault(asked or wanted, content[1][0])
    for one in [div(blocks), *walk(blocks)]:
        for part in children(one):
            if any(each["t"] == "Link" for each in part):
                part[:] = _linked(part, aliases)


def _headings(blocks: Nodes) -> Iterable[Node]:
    return (one for one in walk(blocks) if one["t"] == "Header")


def _asked_id(header: list[object]) -> str:
    """Return the id at the end of a heading, and take it out of its words."""
    inlines: Nodes = header[2]  # type: ignore[assignment]
    if not inlines or inlines[-1]["t"] != "Str" or not (found := _ANCHOR.match(inlines[-1]["c"])):
        return ""
    inlines[-1:] = [node("Str", found[1])] if found[1] else []
    while inlines and inlines[-1]["t"] == "Space":
        inlines.pop()
    return found[2]


def _free(wanted: str, taken: set[str]) -> str:
    name, count = wanted, 1
    while name in taken:
        count += 1
        name = f"{wanted}-{count}"
    taken.add(name)
    return name


def _linked(inlines: Nodes, aliases: Mapping[str, str]) -> Nodes:
    done: Nodes = []
    for one in inlines:
        if one["t"] == "Link" and one["c"][2][0].startswith("#"):
            target = aliases.get(one["c"][2][0][1:])
            done += [node("Link", [attr(), one["c"][1], [f"#{target}", ""]])] if target else one["c"][1]
        else:
            done.append(one)
    return done


def _heading(text: str, level: int, identifier: str) -> Node:
    return node("Header", [level, attr(identifier=identifier), words(text)])


def _together(text: str) -> Nodes:
    """Return a short text as one word that no line breaks."""
    return [node("Str", text.replace(" ", "\u00a0"))] if text else []


def _joined(parts: Sequence[Node]) -> Nodes:
    """Return inlines one after the other with breaks between."""
    return [piece for at, part in enumerate(parts) for piece in ([node("LineBreak")] if at else []) + [part]]


def _inlines_of(block: Node) -> Nodes:
    """Return the inlines of a block, one blank between those of two blocks in it."""
    if block["t"] in ("Para", "Plain"):
        return list(block["c"])
    if block["t"] == "Header":
        return list(block["c"][2])
    found: Nodes = []
    for part in children(block):
        for one in part:
            found += ([node("Space")] if found else []) + _inlines_of(one)
    return found
