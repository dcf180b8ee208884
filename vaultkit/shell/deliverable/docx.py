"""A report as a Word document: cover, first page, contents, text; with tracked changes against an earlier one.

pandoc writes the text in the styles of `docx_styles`; `docx_finish` makes of it what pandoc has no word for.
"""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.render.deliverable.model import Format, Report
from vaultkit.shell.deliverable import docx_finish, docx_styles, pandoc, tracked
from vaultkit.shell.deliverable.blocks import blocks_of, front_of, inline_pictures
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.callouts import TYPES
from vaultkit.shell.deliverable.images import Drawn
from vaultkit.shell.deliverable.pandoc import Document
from vaultkit.shell.deliverable.tree import (
    Node,
    Nodes,
    attr,
    classes_of,
    div,
    mapped,
    node,
    para,
    raw,
    span,
    walk,
    words,
)

#: The width between the margins, in CSS pixels (16.5 cm), and that of a picture in a callout.
_WIDEST = 623.0
#: How many levels of headings the contents hold.
_LEVELS = 2


def docx(report: Report, drawn: Mapping[str, Drawn], brand: Brand, before: Report | None = None) -> bytes:
    """Return the report as a Word document, the same bytes for the same report; raises NoPandoc, Unwritten.

    With `before` the text of the earlier report stands in it too, as changes that Word shows, accepts and rejects; the
    author of these is the consultant, their day that of the report.
    """
    document = blocks_of(report, Format.DOCX)
    front = front_of(report, Format.DOCX)
    if before is not None:
        earlier = _without_lost_links(blocks_of(before, Format.DOCX)["blocks"], document["blocks"])
        who = report.cover.consultant or report.cover.firm or brand.firm or "–"
        change = tracked.Change(pandoc.clean(who), report.cover.day)
        document["blocks"] = tracked.tracked(earlier, document["blocks"], change)
    inline_pictures(document["blocks"], report, drawn, vectors=False, widest=_WIDEST)
    entries = _numbered(document)
    listed = raw(
        "openxml", docx_finish.contents(entries, report.language) or docx_finish.NEW_PAGE * bool(front)
    )
    styled = [*_styled(front), listed, *_styled(document["blocks"])]
    written = pandoc.write(
        {**document, "meta": _meta(report.language), "blocks": styled}, "docx", "--reference-doc={reference.docx}",
        files={"reference.docx": docx_styles.reference(brand, report.language)},
    )  # fmt: skip
    return docx_finish.finished(written, report, brand)


def _meta(language: str) -> Node:
    """Return what pandoc is told of the document: in which language Word checks it."""
    return {"lang": node("MetaString", docx_styles.LANGUAGES.get(language, language))}


def _numbered(document: Document) -> list[docx_finish.Entry]:
    """Give headings bookmarks that Word takes for its own; return the entries of the contents."""
    names: dict[str, str] = {}
    entries: list[docx_finish.Entry] = []
    for count, one in enumerate((each for each in walk(document["blocks"]) if each["t"] == "Header"), 1):
        level, attributes, inlines = one["c"]
        names[attributes[0]] = name = f"chapter{count}"
        one["c"][1] = attr(identifier=name)
        text = tracked.now(inlines)
        if level <= _LEVELS and text:
            entries.append(docx_finish.Entry(level, name, text))
    for one in walk(document["blocks"]):
        if one["t"] == "Link" and one["c"][2][0].startswith("#"):
            one["c"][2][0] = "#" + names.get(one["c"][2][0][1:], "")
    return entries


def _without_lost_links(earlier: Nodes, blocks: Nodes) -> Nodes:
    """Return the earlier blocks with links to headings that are no longer there as their words."""
    there = {"#" + one["c"][1][0] for one in walk(blocks) if one["t"] == "Header"}

    def change(one: Node) -> Nodes | None:
        lost = one["t"] == "Link" and one["c"][2][0].startswith("#") and one["c"][2][0] not in there
        return one["c"][1] if lost else None

    return mapped(earlier, change)


def _styled(blocks: Nodes) -> Nodes:
    """Return blocks with the names of the styles that they have in Word."""
    return mapped(blocks, _change)


def _change(one: Node) -> Nodes | None:
    kind, classes = one["t"], classes_of(one)
    if kind == "Span" and classes and classes[0] in ("number", "label"):
        return [span(_styled(one["c"][1]), custom_style=classes[0].capitalize())]
    if kind == "Header" and one["c"][1][0].startswith("p1-") and one["c"][0] > 1:
        return [div([para(one["c"][2])], custom_style="Front Heading")]
    if kind != "Div" or not classes:
        return None
    return _division(one, classes)


def _division(one: Node, classes: list[str]) -> Nodes | None:
    inside: Nodes = one["c"][1]
    if classes[0] == "callout":
        look = next((name for name in classes if name in TYPES), "note")
        title = div([para(inside[0]["c"][1][0]["c"])], custom_style=f"Callout {look}")
        return [_box([[[title, *_styled(inside[1:])]]], f"Box {look}", [1.0])]
    if classes[0] == "table-remark":
        return [div(inside, custom_style="Table Remark")]
    if classes[0] == "front":
        return _front(inside)
    return None


def _front(inside: Nodes) -> Nodes:
    """Return the first page: the urgent things as rows, the good and the totals side by side, the legend below."""
    parts = {classes_of(one)[0]: one["c"][1] for one in inside if one["t"] == "Div"}
    done = [one for one in inside if one["t"] == "Header"]
    if cards := parts.get("urgent"):
        rows = [_card(one["c"][1], at) for at, one in enumerate(cards[1:], 1)]
        done += [*_styled(cards[:1]), _box(rows, "Urgent", [0.07, 0.57, 0.36])]
    sides = [_styled(parts[name]) for name in ("good",) if name in parts]
    if totals := parts.get("totals"):
        sides.append([*_styled(totals[:1]), div(totals[1:], custom_style="Totals")])
    if sides:
        done.append(_box([sides], "Sides", [0.64, 0.36][: len(sides)] if len(sides) > 1 else [1.0]))
    if legend := parts.get("legend"):
        signs: list[Nodes] = [one["c"][1] for one in legend[1]["c"] if one["t"] == "Span"]
        said = [piece for at, sign in enumerate(signs) for piece in _gap(at) + sign]
        done.append(_box([[[*_styled(legend[:1]), para(said)]]], "Legend", [1.0]))
    return done


def _gap(at: int) -> Nodes:
    return [node("Str", "\u2003"), node("Space")] if at else []


def _card(inside: Nodes, count: int) -> list[Nodes]:
    """Return the cells of one urgent thing: its place, what and why, the facts."""
    number = [div([para([node("Strong", words(str(count)))])], custom_style="Front Heading")]
    return [number, _styled(inside[:-1]), _styled(inside[-1:])]


def _box(rows: list[list[Nodes]], style: str, widths: list[float]) -> Node:
    """Return a table without a head that holds blocks: what Word has for boxes."""
    default = node("AlignDefault")
    cells = [[attr(), [[attr(), default, 1, 1, cell] for cell in row]] for row in rows]
    specs = [[default, node("ColWidth", width)] for width in widths]
    head, foot = [attr(), []], [attr(), []]
    body = [attr(), 0, [], cells]
    return node("Table", [attr(custom_style=style), [None, []], specs, head, [body], foot])
