"""When an action is due and whether it is done, as people say it in the words at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum

from vaultkit.audit.tracking import State
from vaultkit.audit.words import Status, heard, status_of
from vaultkit.text import pattern
from vaultkit.values import NAMED_DATE, parse_date


class Progress(StrEnum):
    """How far an action is."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


_PIECES = pattern(r"[,;]\s|[,;]$|\n")
_DATE = rf"\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./](?:\d{{4}}|\d{{2}})|{NAMED_DATE}"
_A_DATE = pattern(_DATE)
_BARE_DATE = pattern(rf"\s*(?:{_DATE})\s*\.?\s*")
#: Words of a due date that say so alone, and those that do so only right before a date.
_DUE = pattern(r"\b(?:delais?|echeances?|due|deadline|frist|termin)\b")
_DUE_BEFORE = pattern(
    r"(?:\b(?:bis|until|by|au plus tard|spatestens|jusqu['’]au|d['’]ici|avant|pour)\b)(?:\s+(?:le|au|la|the|zum|am))?"
    rf"\s*:?\s*(?={_DATE})"
)
_POSTPONED = pattern(
    r"\b(?:reporte|repousse|decale|prolonge)e?s?\s+(?:au|a|jusqu['’]au)\b"
    r"|\b(?:postponed|moved|extended)\s+(?:to|until)\b|\b(?:verschoben|verlangert)\s+(?:auf|bis)\b"
)
_DONE_WORDS = (
    r"(?:faite?s?|realisee?s?|terminee?s?|achevee?s?|finie?s?|effectuee?s?|done|finished|completed|erledigt"
    r"|abgeschlossen)"
)
_CANCELLED_WORDS = r"(?:annulee?s?|abandonnee?s?|cancell?ed|dropped|abgesagt|storniert|gestrichen)"
#: The end of a remark, or the day on which it came about.
_WHEN = rf"(?=\s*$|\s+(?:(?:le|on|am|en|in|im|au|depuis|since|seit)\s+)?(?:[a-z]+\s+)?(?:{_DATE}|\d{{4}}\b))"
_BEGINS = pattern(
    rf"\s*(?:deja |already |bereits )?(?:(?P<done>{_DONE_WORDS})|(?P<gone>{_CANCELLED_WORDS})){_WHEN}"
)
_ENDS = pattern(
    rf"(?::|\s[–—-]|→|->)\s*[*_]*(?:deja |already |bereits )?(?:(?P<done>{_DONE_WORDS})|(?P<gone>{_CANCELLED_WORDS}))"
    rf"(?:\s+(?:le |on |am )?(?:{_DATE}))?\s*[*_]*[.!]?\s*$"
)
#: What the Tasks plugin writes behind a task that was ticked or given up on.
_TASKS_DONE, _TASKS_GONE = (
    pattern(r"✅\ufe0f?\s*\d{4}-\d{2}-\d{2}"),
    pattern(r"❌\ufe0f?\s*\d{4}-\d{2}-\d{2}"),
)
_END = 100


def due_in(remarks: Sequence[str]) -> date | None:
    """Return the day that remarks say something is due on: the last it was put off to, else behind its word.

    A date without such a word counts where it is a whole remark: « (resp. Luc, 01.10.2025) ».
    """
    said = [heard(remark) for remark in remarks]
    for remark in said:
        if (put_off := _put_off(remark)) is not None:
            return put_off
    pieces = list(_pieces(said))
    for piece in pieces:
        if (found := _DUE.search(piece) or _DUE_BEFORE.search(piece)) and (
            day := parse_date(piece[found.end() :])
        ):
            return day
    return next((parse_date(piece) for piece in pieces if _BARE_DATE.fullmatch(piece)), None)


def latest(said: str) -> date | None:
    """Return the day that the value of a field names: the last it was put off to, else the first."""
    return _put_off(heard(said)) or parse_date(said)


def _put_off(said: str) -> date | None:
    """Return the last day behind a word that puts something off."""
    last = None
    for found in _POSTPONED.finditer(said):
        last = found
    if last is None:
        return None
    day = _A_DATE.search(said, last.end())
    return parse_date(day[0]) if day else None


def _pieces(remarks: Sequence[str]) -> Iterator[str]:
    return (piece for remark in remarks for piece in _PIECES.split(remark))


def speaks_of_progress(remark: str) -> bool:
    """Whether what stands in parentheses says that an action is done, given up, put off, or until when."""
    said = heard(remark)
    known = _DUE_BEFORE.search(said) or _POSTPONED.search(said)
    return bool(known) or any(_BEGINS.match(piece) for piece in _pieces([said]))


def progress_of(task: str, text: str, words: str, remarks: Sequence[str], state: State | None) -> Progress:
    """Return how far an action is.

    `task` is the sign in its box, `text` as it stands, `words` cleaned and without remarks, `state` what its inline
    field, a remark or the box says.
    """
    gone, done = task == "-", task in ("x", "X")
    gone = gone or state in (State.CANCELLED, State.NOT_APPLICABLE)
    done = done or state is State.FIXED
    found = _ENDS.search(heard(words[-_END:]))
    for piece in _pieces([heard(remark) for remark in remarks]):
        found = found or _BEGINS.match(piece)
    gone = gone or bool(_TASKS_GONE.search(text)) or bool(found and found["gone"])
    if gone and not done:
        return Progress.CANCELLED
    done = done or bool(found) or bool(_TASKS_DONE.search(text)) or _is_marked(text)
    return Progress.DONE if done else Progress.OPEN


def _is_marked(text: str) -> bool:
    """Whether ✅ opens or ends an action, or a stroke goes through all of it."""
    said = text.strip()
    struck = said.startswith("~~") and said.endswith("~~") and len(said) > len("~~~~")
    ticked = said.startswith(Status.GOOD) or said.endswith(Status.GOOD)
    return struck or (ticked and status_of(said) is Status.GOOD)
