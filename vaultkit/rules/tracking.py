"""Rules about the follow-up of findings, risks and actions: what is overdue, forgotten, or said in vain."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from vaultkit.audit.cleaning import inside
from vaultkit.audit.follow_up import state_in
from vaultkit.audit.model import Action, Item
from vaultkit.audit.remarks import is_state_field
from vaultkit.audit.tracking import State
from vaultkit.audit.wording import STATES, printed_id, standing, states_by_word
from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note
from vaultkit.rules.kinds import (
    DUPLICATE_ID,
    OVERDUE_FINDING,
    RISK_WITHOUT_OWNER,
    STALE_FINDING,
    UNKNOWN_STATE,
)
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.text import Message, fold, note_name
from vaultkit.values import printed_date

#: So many items are named in one message, each with so many characters.
_NAMED, _LONG = 4, 60
_STILL = (State.OPEN, State.UNDER_WAY)


def overdue_finding(note: Note, look: Look) -> Iterator[Finding]:
    """The day on which a finding or risk was to be settled has passed, and nothing says that it is."""
    today = look.today
    for item in _items(note, look) if today else ():
        if (
            today
            and item.due
            and item.due < today
            and not isinstance(item, Action)
            and standing(item) in _STILL
        ):
            who = item.owner
            yield Finding(
                item.span,
                Message(
                    f"«\u00a0{_short(item)}\u00a0» devait être réglé le {printed_date(item.due, 'fr')}"
                    + (f", responsable\u00a0: {who}" if who else ""),
                    f"'{_short(item)}' was to be settled by {item.due.isoformat()}"
                    + (f", owner: {who}" if who else ""),
                ),
                Message(
                    "réglé\u00a0: écrire (corrigé le …)\u00a0; sinon convenir d’une nouvelle échéance",
                    "settled: write (fixed on …); else agree on a new date",
                ),
            )


def stale_finding(note: Note, look: Look) -> Iterator[Finding]:
    """Open findings or risks that say when they were last looked at (`vu le …`), and that was long ago."""
    if look.today is None:
        return
    limit = look.today - timedelta(days=look.stale_days)
    stale = [
        item
        for item in _items(note, look)
        if item.tracking.seen and item.tracking.seen < limit and standing(item) in _STILL
    ]
    if stale:
        names = [(f"«\u00a0{_short(item)}\u00a0»", f"'{_short(item)}'") for item in stale[:_NAMED]]
        more = f", … ({len(stale)})" if len(stale) > _NAMED else ""
        days = look.stale_days
        yield Finding(
            stale[0].span,
            Message(
                f"pas revu depuis plus de {days} jours\u00a0: {', '.join(fr for fr, _ in names)}{more}",
                f"not looked at for more than {days} days: {', '.join(en for _, en in names)}{more}",
            ),
            Message(
                "vérifier sur place et noter (vu le …), ou (corrigé le …)",
                "check on site and note (seen on …), or (fixed on …)",
            ),
        )


def unknown_state(note: Note, look: Look) -> Iterator[Finding]:
    """An inline field gives a state that is none, so the finding counts as open."""
    for item in _items(note, look) if note.fields else ():
        for field in inside(note.fields, item.span):
            if not field.value or not is_state_field(field.key) or state_in(field.value):
                continue
            from difflib import get_close_matches

            near = get_close_matches(fold(field.value[:_LONG]), states_by_word(), n=1)
            state = states_by_word()[near[0]] if near else None
            fr = ", ".join(words["fr"][0] for words in STATES.values())
            en = ", ".join(words["en"][0] for words in STATES.values())
            yield Finding(
                field.value_span,
                Message(
                    f"«\u00a0{field.value}\u00a0» n’est pas un état" + _near(state, "fr"),
                    f"'{field.value}' is no state" + _near(state, "en"),
                ),
                Message(f"les états\u00a0: {fr}", f"the states: {en}"),
            )


def _near(state: State | None, language: str) -> str:
    if state is None:
        return ""
    word = STATES[state][language][0]
    return f" (peut-être «\u00a0{word}\u00a0»\u00a0?)" if language == "fr" else f" (did you mean '{word}'?)"


def accepted_by_nobody(note: Note, look: Look) -> Iterator[Finding]:
    """A risk is said to be accepted, and not by whom, or not when: nobody answers for it."""
    for item in _items(note, look):
        said = item.tracking
        if (
            said.state is not State.ACCEPTED
            or isinstance(item, Action)
            or (said.accepted_by and said.accepted_on)
        ):
            continue
        missing = [
            pair
            for pair, there in (
                (("par qui", "by whom"), said.accepted_by),
                (("quand", "when"), said.accepted_on),
            )
            if not there
        ]
        fr, en = (" ni ".join(one) for one in zip(*missing, strict=True))
        yield Finding(
            item.span,
            Message(
                f"risque accepté, sans dire {fr}\u00a0: «\u00a0{_short(item)}\u00a0»",
                f"a risk is accepted without saying {en.replace(' ni ', ' or ')}: '{_short(item)}'",
            ),
            Message(
                "écrire (risque accepté par Dr X le JJ.MM.AAAA)",
                "write (risk accepted by Dr X on YYYY-MM-DD)",
            ),
        )


def duplicate_id(note: Note, look: Look) -> Iterator[Finding]:
    """Two items of one mission bear one id: a report could not tell them apart."""
    for item, other in look.namesakes.get(note.path, ()):
        where = note_name(other.path)
        fr = f" dans {where}" if other.path != note.path else ""
        en = f" in {where}" if other.path != note.path else ""
        yield Finding(
            item.span,
            Message(
                f"l’identifiant {printed_id(item)} est déjà pris{fr}, par «\u00a0{_short(other)}\u00a0»",
                f"the id {printed_id(item)} is taken{en}, by '{_short(other)}'",
            ),
            Message("donner un autre identifiant à l’un des deux", "give one of the two another id"),
        )


def _items(note: Note, look: Look) -> Iterator[Item]:
    for said in look.said.get(note.path, ()):
        yield from said.note.items


def _short(item: Item) -> str:
    said = item.label if isinstance(item, Action) and item.label else item.text
    return said if len(said) <= _LONG else f"{said[:_LONG].rsplit(' ', 1)[0]}…"


FAMILIES = (
    Family(
        (
            Rule(OVERDUE_FINDING, overdue_finding),
            Rule(STALE_FINDING, stale_finding),
            Rule(UNKNOWN_STATE, unknown_state),
            Rule(RISK_WITHOUT_OWNER, accepted_by_nobody),
        ),
        paths=lambda look: look.said,
    ),
    Family((Rule(DUPLICATE_ID, duplicate_id),), paths=lambda look: look.namesakes),
)
RULES = tuple(rule for family in FAMILIES for rule in family.rules)
