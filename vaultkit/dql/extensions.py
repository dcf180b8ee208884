"""What vaultkit adds to Dataview's language: sections as fields, and the audit model. `--strict` leaves it out.

All of it stands here: the function `section(link, heading)`, and on every page that has no field of that
name `findings`, `risks`, `opportunities` and `actions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from vaultkit.dql.context import Context, Function
from vaultkit.dql.dates import Clock
from vaultkit.dql.functions_variants import function
from vaultkit.dql.pages import Page
from vaultkit.dql.values import Link, Value
from vaultkit.text import fold

if TYPE_CHECKING:
    from vaultkit.audit.model import Item

#: A field of pages that Dataview does not know.
Extra = Callable[[Page], Value]


def _section(context: Context, link: Link, heading: str) -> Value:
    """Return the list items below the first heading of these words, down to the next of its level; null for no page.

    The words compare as vaultkit compares headings: emoji, numbers, case and accents do not count.
    """
    from vaultkit.audit.sections import section_ends

    page = context.page(link)
    if page is None:
        return None
    headings, wanted = page.note.headings, fold(heading)
    ends = section_ends(headings, len(page.note.text))
    for one, end in zip(headings, ends, strict=True):
        if fold(one.text) == wanted:
            start = one.span.end
            return [item.fields for item in page.lists if start <= item.source.span.start < end]
    return []


def _missing(context: Context, *arguments: Value) -> Value:
    return None


FUNCTIONS: Mapping[str, Function] = {
    "section": function("section", {"link, string": _section, "null, string": _missing}, vectorized={2: [0]}),
}


def _items(topic: str) -> Extra:
    """Return the field that holds what a note says under a topic, as objects."""

    def items(page: Page) -> Value:
        from vaultkit.audit.extract import domain_note
        from vaultkit.audit.words import Topic

        return [_object(item, page) for item in domain_note(page.note).of(Topic(topic))]

    return items


def _object(item: Item, page: Page) -> Value:
    """Return an item as Dataview sees it; what nobody wrote is null, a state is told wherever there is one."""
    from vaultkit.audit.model import Action
    from vaultkit.audit.wording import standing

    clock, followed = page.pages.clock, item.tracking
    controls: list[Value] = [_link(page, item.path, control) for control in followed.controls]
    said: dict[str, Value] = {
        "text": item.text,
        "status": item.status.value,
        "link": Link.file(item.path),
        "id": followed.id or None,
        "state": standing(item).value,
        "owner": item.owner or None,
        "due": _day(clock, item.due),
        "cost": float(item.cost.amount) if item.cost else None,
        "currency": item.cost.currency if item.cost else None,
        "effort": float(followed.effort) if followed.effort is not None else None,
        "evidence": followed.evidence or None,
        "probability": followed.probability,
        "impact": followed.impact,
        "controls": controls,
        "acceptedBy": followed.accepted_by or None,
        "acceptedOn": _day(clock, followed.accepted_on),
        "reason": followed.reason or None,
        "seen": _day(clock, followed.seen),
    }
    if isinstance(item, Action):
        said |= {
            "horizon": item.horizon.value if item.horizon else None,
            "label": item.label,
            "done": item.done,
            "roadmap": item.in_roadmap,
        }
    return said


def _day(clock: Clock, day: date | None) -> Value:
    return clock.date(day.year, day.month, day.day) if day else None


def _link(page: Page, source: str, linkpath: str) -> Value:
    """Return a link to a note, resolved where it leads somewhere."""
    from vaultkit.vault.links import resolve_linkpath

    return Link.file(resolve_linkpath(page.pages.index, linkpath, source) or linkpath)


FIELDS: Mapping[str, Extra] = {
    "findings": _items("findings"),
    "risks": _items("risks"),
    "opportunities": _items("opportunities"),
    "actions": _items("actions"),
}
