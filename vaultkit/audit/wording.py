"""What the follow-up of an item is called: its states and levels, as people write them and as they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from vaultkit.audit.tracking import State
from vaultkit.audit.words import LANGUAGES, Status, Topic
from vaultkit.text import fold, pattern

if TYPE_CHECKING:
    from vaultkit.audit.model import Item
_T = TypeVar("_T")


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(" | "))


#: The sign before a state, so that a table is read at a glance.
STATE_SIGNS = {
    State.TO_SEE: "🔍",
    State.OPEN: "⬜",
    State.UNDER_WAY: "🔄",
    State.FIXED: "✔️",
    State.ACCEPTED: "🤝",
    State.CANCELLED: "🚫",
    State.NOT_APPLICABLE: "➖",
}

#: The states as people write them, by language; the first spelling is the one that is printed.
STATES: dict[State, dict[str, tuple[str, ...]]] = {
    State.TO_SEE: {
        "fr": _words("à voir | à vérifier | à confirmer | à examiner | à évaluer"),
        "en": _words("to be checked | to check | to see | to confirm | to review"),
        "de": _words("zu prüfen | zu klären"),
    },
    State.OPEN: {
        "fr": _words("ouvert | à faire | à traiter | non traité | non corrigé | prévu | planifié"),
        "en": _words("open | to do | todo | planned | not fixed | not started"),
        "de": _words("offen | geplant | zu tun | nicht behoben"),
    },
    State.UNDER_WAY: {
        "fr": _words("en cours | en traitement | commencé | démarré | entamé"),
        "en": _words("in progress | under way | underway | ongoing | started | wip | doing"),
        "de": _words("in Arbeit | in Bearbeitung | läuft | laufend | begonnen"),
    },
    State.FIXED: {
        "fr": _words(
            "corrigé | résolu | réglé | traité | fait | terminé | réalisé | achevé | fini | effectué | clos | clôturé"
        ),
        "en": _words("fixed | resolved | solved | done | finished | completed | closed"),
        "de": _words("behoben | erledigt | gelöst | abgeschlossen | geschlossen"),
    },
    State.ACCEPTED: {
        "fr": _words("risque accepté | accepté | risque assumé"),
        "en": _words("risk accepted | accepted | accepted risk"),
        "de": _words("Risiko akzeptiert | akzeptiert | Risiko getragen"),
    },
    State.CANCELLED: {
        "fr": _words("annulé | abandonné | refusé"),
        "en": _words("cancelled | canceled | dropped | rejected"),
        "de": _words("abgesagt | storniert | gestrichen | abgelehnt"),
    },
    State.NOT_APPLICABLE: {
        "fr": _words("sans objet | non applicable | n/a | s.o."),
        "en": _words("not applicable | n/a | irrelevant"),
        "de": _words("nicht zutreffend | gegenstandslos | entfällt"),
    },
}

#: What a state of an action is called where it is not that of a finding.
_OF_ACTIONS = {
    State.OPEN: {"fr": "à faire", "en": "to do", "de": "zu tun"},
    State.FIXED: {"fr": "fait", "en": "done", "de": "erledigt"},
}

#: Levels of probability and impact in words, lowest first: on the scale of four that a matrix has by default.
LEVELS: tuple[dict[str, tuple[str, ...]], ...] = (
    {
        "fr": _words("faible | basse | bas | rare | improbable | mineur | très faible | négligeable"),
        "en": _words("low | rare | unlikely | minor | very low | negligible"),
        "de": _words("gering | niedrig | tief | klein | selten | unwahrscheinlich | sehr gering"),
    },
    {
        "fr": _words("moyen | moyenne | modéré | possible"),
        "en": _words("medium | moderate | possible"),
        "de": _words("mittel | mässig | mäßig | möglich"),
    },
    {
        "fr": _words("élevé | fort | haut | probable | grave | important | majeur"),
        "en": _words("high | likely | major | severe"),
        "de": _words("hoch | gross | groß | wahrscheinlich | schwer | erheblich"),
    },
    {
        "fr": _words(
            "très élevé | très fort | critique | maximal | certain | quasi certain | catastrophique"
        ),
        "en": _words("very high | critical | certain | almost certain | catastrophic"),
        "de": _words("sehr hoch | kritisch | sehr gross | sehr groß | katastrophal | fast sicher"),
    },
)


@cache
def states_by_word() -> dict[str, State]:
    """Return the states by each folded word for them."""
    return {
        fold(word): state
        for state, by in reversed(STATES.items())
        for language in LANGUAGES
        for word in by[language]
    }


@cache
def levels_by_word() -> dict[str, int]:
    """Return the levels, from 1 to 4, by each folded word for them."""
    return {
        fold(word): at
        for at, by in reversed(list(enumerate(LEVELS, 1)))
        for language in LANGUAGES
        for word in by[language]
    }


def state_named(words: str) -> State | None:
    """Return the state that these words are, in any gender and number; None if they are none."""
    return _named(states_by_word(), words)


def level_named(words: str) -> int | None:
    """Return the level, 1 to 4, that these words are; None if they are none."""
    return _named(levels_by_word(), words)


def _named(known: Mapping[str, _T], words: str) -> _T | None:
    key = fold(words)
    forms = (key, *(key.removesuffix(ending) for ending in ("s", "e", "es") if key.endswith(ending)))
    return next((known[form] for form in forms if form in known), None)


def state_label(state: State, language: str, topic: Topic | None = None) -> str:
    """Return what a state is called; of an action, open is « à faire » and fixed « fait »."""
    if topic is Topic.ACTIONS and state in _OF_ACTIONS:
        return _OF_ACTIONS[state][language]
    return STATES[state][language][0]


def standing(item: Item) -> State:
    """Return what has become of an item: what is said, else fixed for what is ✅ or done, else open."""
    from vaultkit.audit.model import Action

    if item.tracking.state is not None:
        return item.tracking.state
    if isinstance(item, Action):
        return State.CANCELLED if item.cancelled else State.FIXED if item.done else State.OPEN
    return State.FIXED if item.status is Status.GOOD else State.OPEN


def is_draft(item: Item) -> bool:
    """Whether nobody has looked at an item yet: « à voir »; it is in no recap, roadmap or report."""
    return item.tracking.state is State.TO_SEE


# ------------------------------------------------------------------------------------- a matrix

#: How grave a cell of the risk matrix is, from the least.
RISK_SIGNS = ("🟢", "🟡", "🟠", "🔴")

#: What the lowest of five steps is called.
_LOWEST = {"fr": "très faible", "en": "very low", "de": "sehr gering"}


def risk_level(probability: int, impact: int, size: int) -> int:
    """Return how grave a cell of a matrix of `size` steps is, 0 to 3: the place of its sign in `RISK_SIGNS`.

    It is what probability × impact is of the highest product: below a fifth, two fifths, three fifths, above.
    """
    share = 5 * probability * impact
    return next((level for level in range(3) if share < (level + 1) * size * size), 3)


def step_label(step: int, size: int, language: str) -> str:
    """Return what a step of a matrix is called, `3 – élevé`; on a scale of five the lowest is « très faible »."""
    if size == 5:
        name = _LOWEST[language] if step == 1 else LEVELS[step - 2][language][0]
    else:
        name = LEVELS[step - 1][language][0]
    return f"{step} – {name}"


#: A block id that the app made up is no name to print.
_MADE_UP = pattern(r"[0-9a-f]{6}")
_NAME = pattern(r"[^\W_][\w.\- ]{0,19}")


def printed_id(item: Item) -> str:
    """Return the id that a person gave an item, as it is printed before its words; empty for one of the app's own."""
    said = item.tracking.id
    return said if _NAME.fullmatch(said) and not _MADE_UP.fullmatch(said) else ""
