"""A report as one plain Markdown file, with its pictures in a folder beside it. Needs no other package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from vaultkit.render.deliverable.model import FrontPage, Report, Urgent
from vaultkit.render.deliverable.wording import words_of
from vaultkit.shell.deliverable.brand import Brand
from vaultkit.shell.deliverable.images import Drawn
from vaultkit.shell.deliverable.naming import safe_name
from vaultkit.text import one_line, pattern
from vaultkit.values import printed_date

_PICTURE = pattern(r"^(\s*(?:>\s*)*)!\[((?:[^\]\\]|\\.)*)\]\(([^()\s]+)\)(?:\{[^}\n]*\})?[ \t]*$")
_ANCHOR = pattern(r"^(\s*(?:>\s*)*#{1,6} .*?)[ \t]*\{#([^}\s]+)\}[ \t]*$")
_FENCE = pattern(r"^\s*(?:>\s*)*(`{3,}|~{3,})")
_LINKED = pattern(r"\]\(#([^()\s]+)\)")


def markdown(
    report: Report, drawn: Mapping[str, Drawn], brand: Brand, folder: str
) -> tuple[str, dict[str, bytes]]:
    """Return a report as Markdown that any program reads, and the files of the folder of that name beside it."""
    files: dict[str, bytes] = {}
    addresses: dict[str, str] = {}
    for name, picture in drawn.items():
        data, ending = picture.best
        file = f"{safe_name(name, 60)}.{ending}"
        files[file] = data
        addresses[name] = f"{quote(folder)}/{quote(file)}"
    body = "\n".join(_lines(report.body, addresses))
    parts = [*_cover(report, brand), *_front(report), body.strip("\n")]
    return "\n\n".join(part for part in parts if part) + "\n", files


def _cover(report: Report, brand: Brand) -> Iterator[str]:
    cover, words = report.cover, words_of(report.language)
    yield f"# {one_line(cover.title)}"
    if cover.subtitle:
        yield f"*{one_line(cover.subtitle)}*"
    facts = (
        ("client", cover.client),
        ("prepared_by", cover.consultant),
        ("firm", cover.firm or brand.firm),
        ("date", printed_date(cover.day, report.language) if cover.day else ""),
        ("version", cover.version),
        ("confidentiality", cover.confidentiality),
    )
    yield "\n".join(f"- {words[key]}{words['colon']}{one_line(said)}" for key, said in facts if said)


def _front(report: Report) -> Iterator[str]:
    front, words = report.front, words_of(report.language)
    if front is None or front == FrontPage():
        return
    yield f"## {words['front']}"
    yield "\n".join(f"- {one_line(total)}" for total in front.totals)
    if front.urgent:
        yield f"### {words['urgent']}"
        yield "\n".join(_urgent(at, one, words) for at, one in enumerate(front.urgent, 1))
    if front.good:
        yield f"### {words['good']}"
        yield "\n".join(f"- ✅ {one_line(good)}" for good in front.good)
    if front.legend:
        yield f"### {words['legend']}"
        yield "\n".join(f"- {sign} {one_line(meaning)}" for sign, meaning in front.legend)


def _urgent(at: int, one: Urgent, words: Mapping[str, str]) -> str:
    place = " · ".join(part for part in (one.domain, one.number) if part)
    lines = [f"{at}. **{one_line(one.what).replace('**', '')}**" + (f" ({place})" if place else "")]
    if one.why:
        lines.append(f"   {one_line(one.why)}")
    said = ((words["who"], one.owner), (words["by_when"], one.due), (words["how_much"], one.cost))
    facts = " · ".join(f"{name}{words['colon']}{one_line(value)}" for name, value in said if value)
    return "\n".join([f"{line}  " for line in lines] + [f"   {facts}"]) if facts else "  \n".join(lines)


def _lines(body: str, addresses: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of a body with pictures at their files, and anchors as every program knows them."""
    linked = set(_LINKED.findall(body))
    fence = ""
    for line in body.split("\n"):
        opened = _FENCE.match(line)
        if opened:
            mark = opened[1]
            fence = "" if fence and mark.startswith(fence) else fence or mark
        if fence or opened:
            yield line
            continue
        if found := _ANCHOR.match(line):
            lead = line[: len(line) - len(line.lstrip("> \t"))]
            if found[2] in linked:
                yield f'{lead}<a id="{found[2]}"></a>'
                yield lead.rstrip()
            yield found[1]
        elif found := _PICTURE.match(line):
            yield _picture(found[1], found[2], addresses.get(found[3]))
        else:
            yield line


def _picture(lead: str, alt: str, address: str | None) -> str:
    return f"{lead}*{alt}*" if address is None else f"{lead}![{alt}]({address})"
