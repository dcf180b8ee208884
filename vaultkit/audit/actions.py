"""One action as a consultant writes it.

`**Horizon** : **label** – description (resp. X, délai 01.10.2025, CHF 1'200) (hors feuille de route)`;
inline fields and the dates of the Tasks plugin are the second spelling (DESIGN §5.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from vaultkit.audit.cleaning import clean, cleaned, inside
from vaultkit.audit.follow_up import tracking_of
from vaultkit.audit.model import Action
from vaultkit.audit.progress import Progress, progress_of, speaks_of_progress
from vaultkit.audit.remarks import FINAL_PAREN, field_name, is_follow_up
from vaultkit.audit.tracking import State, Tracking
from vaultkit.audit.words import Horizon, Topic, heard, horizon_of, status_of
from vaultkit.markdown.note import InlineField, Note
from vaultkit.text import EMOJI, Span, pattern, unaccented
from vaultkit.values import parse_money

#: Bold or plain words that open a text, and what parts them from the rest.
BOLD_LEAD = pattern(r"(?P<mark>\*\*|__)(?P<words>(?:(?!(?P=mark)).)+)(?P=mark)")
_ITALIC_LEAD = pattern(r"(?P<mark>[*_])(?P<words>[^*_\n]+)(?P=mark)")
PLAIN_LEAD = pattern(r"(?P<words>[^\W\d_][^:*\[\]]{2,40}?)\s*:\s+")
AFTER_LABEL = pattern(r"(?:\s*\([^()\n]*\))?\s*(?:(?:[:–—-]|→|->)\s+|:\s*$)|\s*")

_SEPARATOR = pattern(r"\s*(?:[:–—-]\s|:?\s*$)")
_OPENING = pattern(f"[\\s{EMOJI}]*")
_LEFT_OUT = pattern(r"hors (?:de la )?feuille de route|not on (?:the )?roadmap|off roadmap|nicht im fahrplan")
_OWNER = pattern(
    r"\b(?:resp(?:onsable)?|owner|verantw(?:ortlich)?)\b\.?\s*:?\s*(?P<who>[^,;()]+)", re.IGNORECASE
)
_REMARK = pattern(
    r"\b(?:resp|responsable|owner|verantw|verantwortlich|delais?|echeances?|due|deadline|frist|termin|chf|eur|usd)\b|€|"
    + _LEFT_OUT.pattern
)
_NO = ("non", "no", "nein", "false", "0")

#: What people write where there is nothing to do.
_NOTHING = ("", "neant", "aucun", "aucune", "aucune action", "rien", "ras", "n/a", "none", "nothing", "keine")

#: The inline fields that only an action has; each has its first spelling as name.
_FIELDS = {
    "libelle": ("libelle", "label"),
    "horizon": ("horizon", "horizont"),
    "roadmap": ("roadmap", "feuille_de_route", "fahrplan"),
}


class _Label(Struct, frozen=True):
    """What the roadmap calls an action, the place of these words (None: made from the text), the rest."""

    text: str
    span: Span | None
    description: str


def read_action(note: Note, place: Span, horizon: Horizon | None, task: str | None) -> Action | None:
    """Read the action at `place`, `horizon` being that of its surroundings; None where it says nothing."""
    text = place.of(note.text)
    offset, named = horizon_lead(text)
    fields = _fields(note, place)
    if said := fields.get("horizon"):
        named = horizon_of(said.value) or named
    body = clean(note, Span(place.start + offset, place.end))[0]
    words, remarks = _without_remarks(body)
    if heard(words).strip(" .–-") in _NOTHING and "libelle" not in fields:
        return None
    label = _label(text, offset, place.start, words, fields)
    notes = " ; ".join(remarks)
    tracking = _tracking(note, place, text, remarks, task)
    progress = progress_of(task or "", text, words, remarks, tracking.state)
    return Action(
        topic=Topic.ACTIONS,
        text=words,
        shown=clean(note, place)[1],
        status=status_of(text),
        path=note.path,
        span=place,
        tracking=_with_progress(tracking, progress),
        horizon=named or _horizon_in(remarks) or horizon,
        label=label.text,
        description=label.description,
        in_roadmap=progress is not Progress.CANCELLED
        and not _left_out(fields["roadmap"].value if "roadmap" in fields else "", notes),
        done=progress is not Progress.OPEN,
        cancelled=progress is Progress.CANCELLED,
        label_span=label.span,
        text_span=Span(place.start + offset, place.end),
    )


def horizon_lead(text: str) -> tuple[int, Horizon | None]:
    """Return where the words begin, behind emoji and a leading horizon label, and that horizon."""
    start = opening(text)
    for lead in (BOLD_LEAD, _ITALIC_LEAD, PLAIN_LEAD):
        found = lead.match(text, start)
        if found and (horizon := horizon_of(found["words"].strip(" :*_"))):
            after = AFTER_LABEL.match(text, found.end("words") if lead is PLAIN_LEAD else found.end())
            end = after.end() if after else found.end()
            return end + len(text[end:]) - len(text[end:].lstrip()), horizon
    return start, None


def opening(text: str) -> int:
    """Return where the words of a text begin, behind blanks and emoji."""
    found = _OPENING.match(text)
    return found.end() if found else 0


def _fields(note: Note, place: Span) -> Mapping[str, InlineField]:
    """Return the inline fields of an action by their first spelling; accents and case do not count."""
    if not note.fields:
        return {}
    standing = {field_name(f.key): f for f in inside(note.fields, place)}
    return {
        name: standing[spelling]
        for name, spellings in _FIELDS.items()
        for spelling in reversed(spellings)
        if spelling in standing
    }


def _label(text: str, offset: int, start: int, words: str, fields: Mapping[str, InlineField]) -> _Label:
    """Return the label: `[libelle:: …]`, bold words that open the text, the text up to a final parenthesis."""
    field = fields.get("libelle")
    bold = BOLD_LEAD.match(text, offset + opening(text[offset:]))
    said = cleaned(bold["words"]).strip(" :–-*_") if bold else ""
    lead = BOLD_LEAD.match(words) if said else None
    description = (words[lead.end() :].lstrip(" :–—-") if lead else "") or words
    if field and (given := cleaned(field.value)):
        return _Label(given, field.value_span, description)
    if bold and said:
        span = Span(start + bold.start("words"), start + bold.end("words"))
        parted = _SEPARATOR.match(text, bold.end()) or bold["words"].rstrip().endswith(":")
        return _Label(said, span if parted else None, description)
    return _Label(_up_to_parenthesis(words), field.value_span if field else None, words)


def _up_to_parenthesis(words: str) -> str:
    found = FINAL_PAREN.search(words)
    return (words[: found.start()] if found and found.start() else words).strip().rstrip(".").rstrip()


def _without_remarks(text: str) -> tuple[str, list[str]]:
    """Part an action's text from the parentheses at its end that speak of owner, date, cost or roadmap."""
    remarks: list[str] = []
    while text.rstrip(" .;").endswith(")") and (found := FINAL_PAREN.search(text)):
        inside = found["inside"]
        known = (
            _REMARK.search(heard(inside))
            or _horizon_in([inside])
            or speaks_of_progress(inside)
            or is_follow_up(inside)
        )
        if not known:
            break
        remarks.insert(0, inside)
        text = text[: found.start()]
    return text, remarks


def _horizon_in(remarks: list[str]) -> Horizon | None:
    """Return the horizon that a remark of two words or more names: « (court terme, resp. X) »."""
    pieces = [piece.strip() for remark in remarks for piece in re.split("[,;]", remark)]
    return next((named for piece in pieces if " " in piece and (named := horizon_of(piece))), None)


def _tracking(note: Note, place: Span, text: str, remarks: Sequence[str], task: str | None) -> Tracking:
    """Return how an action is followed up; its owner and cost may stand anywhere in its remarks."""
    tracking = tracking_of(note, place, text, remarks, task)
    if not remarks or (tracking.owner and tracking.cost):
        return tracking
    notes = " ; ".join(remarks)
    owner = _OWNER.search(notes)
    return replace(
        tracking,
        owner=tracking.owner or cleaned(owner["who"] if owner else ""),
        cost=tracking.cost or parse_money(notes),
    )


def _with_progress(tracking: Tracking, progress: Progress) -> Tracking:
    """Return the follow-up of an action with the state that its words give it: « – fait », ✅ at its end."""
    match progress, tracking.state:
        case Progress.DONE, None | State.OPEN | State.UNDER_WAY | State.TO_SEE | State.CANCELLED:
            return replace(tracking, state=State.FIXED)
        case Progress.CANCELLED, None | State.OPEN | State.UNDER_WAY | State.TO_SEE:
            return replace(tracking, state=State.CANCELLED)
    return tracking


def _left_out(field: str, remarks: str) -> bool:
    return unaccented(field.strip()) in _NO or bool(_LEFT_OUT.search(heard(remarks)))
