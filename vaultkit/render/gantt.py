"""A plan as a Mermaid gantt, which Obsidian draws in a code block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from math import ceil

from vaultkit.audit.plan import Planned
from vaultkit.audit.records import plain
from vaultkit.audit.tracking import State
from vaultkit.audit.wording import printed_id
from vaultkit.text import pattern, without_emoji

#: The sign by which days are parted on the axis: Mermaid's own codes, by language.
_AXIS = {"fr": "%d.%m.%Y", "en": "%-d %b %Y", "de": "%d.%m.%Y"}
#: What ends a label, a statement or a line for Mermaid, or begins markup: written as the code of the sign.
_SPECIAL = pattern(r"[:;#<>\\]|%(?=[%{])|\$(?=\$)|^-")
#: Words that begin a statement of a gantt; a label that opens with one would be read as such.
_STATEMENT = pattern(
    r"(?i)(?:gantt|section|title|dateformat|axisformat|tickinterval|inclusiveenddates|topaxis|excludes|includes"
    r"|todaymarker|weekday|weekend|click|call|href|acctitle|accdescr|callback)\b"
)
#: A working day or more takes so many days at most: a plan is no history.
_LONGEST = 400
#: What a label may have, in characters: Mermaid does not wrap them.
_WIDTH = 60


def gantt(plan: Sequence[Planned], language: str) -> str:
    """Return the actions that have a day as a gantt, a section for each domain, without its fence; empty without one.

    A task ends on its day and takes as many working days as its effort; one without effort is a milestone.
    """
    dated = [one for one in plan if one.action.due]
    if not dated:
        return ""
    lines = [
        "gantt",
        "    dateFormat YYYY-MM-DD",
        f"    axisFormat {_AXIS[language]}",
        "    inclusiveEndDates",
    ]
    sections: dict[str, list[Planned]] = {}
    for one in dated:
        sections.setdefault(one.domain.bare_label, []).append(one)
    for label, actions in sections.items():
        lines.append(f"    section {_label(label)}")
        lines += (f"    {line}" for line in _tasks(actions))
    return "\n".join(lines)


def _tasks(actions: Sequence[Planned]) -> Iterator[str]:
    for one in sorted(actions, key=lambda one: one.action.due or date.max):
        due, said = one.action.due, printed_id(one.action)
        assert due is not None
        label = _label(f"{said} {plain(one.label)}".strip())
        tags = {State.FIXED: "done, ", State.UNDER_WAY: "active, "}.get(one.state, "")
        days = one.action.tracking.effort
        if days:
            yield f"{label} :{tags}{_start(due, min(ceil(days), _LONGEST)).isoformat()}, {due.isoformat()}"
        else:
            yield f"{label} :milestone, {tags}{due.isoformat()}, 0d"


def _start(due: date, days: int) -> date:
    """Return the working day on which a work of so many days begins that is to end on `due`."""
    start = due
    for _ in range(days - 1):
        if start.toordinal() <= 3:
            break
        start -= timedelta(days=3 if start.weekday() == 0 else 2 if start.weekday() == 6 else 1)
    return start


def _label(text: str) -> str:
    """Return words as Mermaid shows them: signs that mean something to it as their codes."""
    words = without_emoji(text)
    if len(words) > _WIDTH:
        words = words[: _WIDTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"
    coded = _SPECIAL.sub(lambda found: "".join(f"#{ord(sign)};" for sign in found[0]), words) or "–"
    return f"#{ord(coded[0])};{coded[1:]}" if _STATEMENT.match(coded) else coded
