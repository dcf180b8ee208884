"""The follow-up of one item, gathered from its inline fields, the remarks at its end, its task box and its emoji."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vaultkit.audit.cleaning import cleaned, inside
from vaultkit.audit.progress import due_in, latest
from vaultkit.audit.remarks import (
    Said,
    controls_in,
    effort_of,
    fields_by_name,
    level_of,
    said_in,
    state_of,
    without_remarks,
)
from vaultkit.audit.tracking import UNTRACKED, State, Tracking
from vaultkit.markdown.note import InlineField, Note
from vaultkit.text import Span, pattern
from vaultkit.values import parse_date, parse_money

#: How a remark may end, by which a text without one is known at once.
_ENDS = (")", ").", ");")
_BLOCK_ID = pattern(r"(?:^|\s)\^(?P<id>[A-Za-z0-9-]+)\s*$")
_DUE_DATE = pattern(r"📅\ufe0f?\s*(\d{4}-\d{2}-\d{2})")
#: What the sign in a task box says.
_BOXES = {
    " ": State.OPEN,
    "/": State.UNDER_WAY,
    "x": State.FIXED,
    "X": State.FIXED,
    "-": State.CANCELLED,
}


def followed(
    note: Note, place: Span, raw: str, words: tuple[str, str], task: str | None
) -> tuple[str, str, Tracking]:
    """Return what a finding, risk or opportunity says without its remarks, the same with its emoji, its follow-up.

    `raw` is its text as it stands at `place`, `words` are what `clean` makes of it, `task` is the sign in its box.
    """
    text, shown = words
    remarks: list[str] = []
    if text.endswith(_ENDS):
        text, remarks = without_remarks(text)
        for remark in remarks:
            if f"({remark})" not in text:
                shown = _without(shown, f"({remark})")
    if not (
        remarks or task or (note.fields and any(inside(note.fields, place))) or "^" in raw or "📅" in raw
    ):
        return text, shown, UNTRACKED
    return text, shown, tracking_of(note, place, raw, remarks, task)


def tracking_of(
    note: Note, place: Span, raw: str, remarks: Sequence[str], task: str | None = None
) -> Tracking:
    """Return how the item at `place` is followed up; a field counts before a remark, a remark before the task box."""
    fields = fields_by_name(list(inside(note.fields, place))) if note.fields else {}
    said = _said_in_fields(fields)
    for name, value in said_in(remarks).items() if remarks else ():
        said.setdefault(name, value)
    if "due" not in said and (due := _due(raw, remarks)) and due != said.get("accepted_on"):
        said["due"] = due
    if "state" not in said and task in _BOXES:
        said["state"] = _BOXES[task]
    if "id" not in said and "^" in raw and (found := _BLOCK_ID.search(raw)):
        said["id"] = found["id"]
    return Tracking(**said) if said else UNTRACKED


def _due(raw: str, remarks: Sequence[str]) -> Any:
    if "📅" in raw and (found := _DUE_DATE.search(raw)):
        return parse_date(found[1])
    return due_in(remarks) if remarks else None


def _without(text: str, remark: str) -> str:
    """Return a text without the last place where a remark stands in it."""
    head, found, tail = text.rpartition(remark)
    return " ".join(filter(None, (head.rstrip(), tail.lstrip()))) if found else text


def _said_in_fields(fields: Mapping[str, Sequence[InlineField]]) -> Said:
    """Return what inline fields say; one whose value is not understood says nothing, of two alike the last counts."""
    said: Said = {}
    for name, standing in fields.items():
        if name == "controle":
            links = (link for field in standing for link in controls_in(field.value))
            said["controls"] = tuple(dict.fromkeys(links))
        else:
            said |= _READERS[name](standing[-1].value)
    return {key: value for key, value in said.items() if value or value == 0}


def _state(value: str) -> Said:
    """Return what `[statut:: …]` says: `risque accepté par Dr Pestalozzi le 12.11.2026` says three things."""
    found = said_in([f"statut : {value}"])
    state = found.pop("state", None) or state_of(value)
    known: Said = {name: found[name] for name in ("accepted_by", "accepted_on", "reason") if name in found}
    return known | {"state": state} if state else {}


def state_in(value: str) -> State | None:
    """Return the state that the value of `[statut:: …]` gives, None if it gives none."""
    state: State | None = _state(value).get("state")
    return state


def _level(name: str, value: str) -> Said:
    level = level_of(cleaned(value))
    return {name: level[0], f"{name}_in_words": level[1]} if level else {}


#: What the value of each field says.
_READERS: Mapping[str, Callable[[str], Said]] = {
    "statut": _state,
    "responsable": lambda value: {"owner": cleaned(value)},
    "echeance": lambda value: {"due": latest(value)},
    "cout": lambda value: {"cost": parse_money(value)},
    "effort": lambda value: {"effort": effort_of(value)},
    "preuve": lambda value: {"evidence": cleaned(value)},
    "probabilite": lambda value: _level("probability", value),
    "impact": lambda value: _level("impact", value),
    "id": lambda value: {"id": cleaned(value)},
    "accepte_par": lambda value: {"accepted_by": cleaned(value)},
    "accepte_le": lambda value: {"accepted_on": parse_date(value)},
    "raison": lambda value: {"reason": cleaned(value)},
    "vu": lambda value: {"seen": parse_date(value)},
}
