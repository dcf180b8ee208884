"""What a synthesis repeats of its domain notes: the cells of the recap and the lines of the roadmap."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from vaultkit.audit.model import Action, Domain, Item, Mission
from vaultkit.audit.words import HORIZONS, Horizon, Status, Topic, priority_label
from vaultkit.text import fold, nfc, one_line, parting_commas, pattern

#: How long a cell is that nobody worded, in characters.
CELL_WIDTH = 60

#: What is not cut in two.
_WHOLE = pattern(
    r"!?\[\[[^\]\n]*\]\]|!?\[[^\]\n]*\]\([^)\n]*\)|`[^`\n]*`|(?P<mark>\*\*|==|~~|__)(?:(?!(?P=mark)).)+(?P=mark)"
)
_PIPE = pattern(r"\\?\|")
_RANK = {Status.BAD: 0, Status.WARNING: 1, Status.NONE: 2}


class RecapRow(Struct, frozen=True):
    """One row of the recap, as it is printed (pipes escaped)."""

    label: str
    findings: str
    risks: str
    opportunities: str
    priority: str
    domain: Domain


class RoadmapLine(Struct, frozen=True):
    """One line of the roadmap: the labels of the actions of one horizon, in the order of the domains."""

    horizon: Horizon
    label: str
    items: tuple[str, ...]


def recap_rows(mission: Mission) -> tuple[RecapRow, ...]:
    """Return the recap of a mission: one row for each domain."""
    return tuple(
        RecapRow(
            cell(domain.short),
            cell_text(domain, Topic.FINDINGS),
            cell_text(domain, Topic.RISKS),
            cell_text(domain, Topic.OPPORTUNITIES),
            cell(priority_label(domain.priority, domain.priority_said, mission.language)),
            domain,
        )
        for domain in mission.domains
    )


def cell_text(domain: Domain, topic: Topic) -> str:
    """Return one recap cell: as the notes word it, else made of their first two items."""
    worded = [note.wordings[topic].text for note in domain.notes if topic in note.wordings]
    if worded:
        return cell(raised(" ; ".join(dict.fromkeys(worded))))
    items = domain.items(topic)
    if topic is Topic.FINDINGS:
        items = tuple(sorted((i for i in items if i.status in _RANK), key=lambda i: _RANK[i.status]))
    return cell(raised(shortened(", ".join(item.text for item in first_two(items)))))


def first_two(items: Iterable[Item]) -> list[Item]:
    """Return the first two items that say different things."""
    distinct = {fold(item.text) or item.text: item for item in reversed(list(items))}
    return list(reversed(distinct.values()))[:2]


def shortened(text: str, width: int = CELL_WIDTH) -> str:
    """Return `text` cut at a word, with `…`, if it has more than `width` characters.

    Never inside a link, code or emphasis: those stand before the cut or behind it, as a whole.
    """
    if len(text) <= width:
        return text
    at = width - 1
    if not text[at].isspace() and " " in text[:at]:
        at = text.rindex(" ", 0, at)
    for whole in _WHOLE.finditer(text):
        if whole.start() < at < whole.end():
            at = whole.start() if text[: whole.start()].strip() else whole.end()
    head = text[:at].rstrip(" ,;:.–—-(")
    return head + "…" if text[at:].strip() else text


def raised(text: str) -> str:
    """Return `text` with its first letter raised; a text that opens with markup or an emoji stays."""
    return text[:1].upper() + text[1:] if text[:1].islower() and len(text[:1].upper()) == 1 else text


def cell(text: str) -> str:
    """Return `text` as it stands in a table cell: one line, pipes escaped, no HTML comment."""
    bare = _bare(text)
    return _PIPE.sub(r"\\|", bare) if "|" in bare else bare


def _bare(text: str) -> str:
    """Return `text` composed, on one line, and unable to open or close a comment."""
    return one_line(nfc(text).replace("<!--", " ").replace("-->", " "))


# ------------------------------------------------------------------------------------- roadmap


def roadmap_lines(mission: Mission) -> tuple[RoadmapLine, ...]:
    """Return the roadmap of a mission: one line for each horizon that has an action."""
    lines = []
    for horizon in Horizon:
        entries = dict.fromkeys(entry(action) for _, action in roadmap_actions(mission, horizon))
        if items := tuple(filter(None, entries)):
            lines.append(RoadmapLine(horizon, HORIZONS[horizon][mission.language][0], items))
    return tuple(lines)


def roadmap_actions(mission: Mission, horizon: Horizon) -> list[tuple[Domain, Action]]:
    """Return the actions of one horizon that belong on the roadmap, each with its domain."""
    return [
        (domain, action)
        for domain in mission.domains
        for action in domain.actions
        if action.horizon is horizon and action.in_roadmap
    ]


def entry(action: Action) -> str:
    """Return an action's label as a roadmap item: commas that would part it are written ` ·`.

    A line is parted at comma and blank outside brackets and code (DESIGN §5.2); the others stay.
    """
    label = _bare(action.label).rstrip(".").rstrip()
    if "," not in label:
        return label
    commas = set(parting_commas(label))
    return "".join(" ·" if at in commas else char for at, char in enumerate(label))
