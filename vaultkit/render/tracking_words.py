"""What the regions of the follow-up say around what comes from the notes, by language."""

from __future__ import annotations

from collections.abc import Mapping

_ROWS = {
    "measure": ("Mesure", "Measure", "Maßnahme"),
    "horizon": ("Horizon", "Horizon", "Horizont"),
    "domain": ("Domaine", "Domain", "Bereich"),
    "owner": ("Responsable", "Owner", "Verantwortlich"),
    "due": ("Échéance", "Due", "Frist"),
    "cost": ("Coût", "Cost", "Kosten"),
    "state": ("État", "State", "Stand"),
    "total": ("Total", "Total", "Gesamt"),
    "total_line": ("**Total**\u00a0: {}", "**Total**: {}", "**Gesamt**: {}"),
    "corner": ("Probabilité ↓ Impact →", "Probability ↓ Impact →", "Wahrscheinlichkeit ↓ Auswirkung →"),
    "unrated": (
        "Sans probabilité ni impact\u00a0: {}.",
        "Without probability or impact: {}.",
        "Ohne Wahrscheinlichkeit oder Auswirkung: {}.",
    ),
    "undated": ("Sans échéance\u00a0: {}.", "Without a due date: {}.", "Ohne Frist: {}."),
    "open": ("Ouverts", "Open", "Offen"),
    "under_way": ("En cours", "In progress", "In Arbeit"),
    "fixed": ("Corrigés", "Fixed", "Behoben"),
    "accepted": ("Acceptés", "Accepted", "Akzeptiert"),
    "progress": ("Avancement", "Progress", "Fortschritt"),
    "measures": ("Mesures faites", "Measures done", "Maßnahmen erledigt"),
}

#: The words of each language, by what they name.
TRACKING_WORDS: Mapping[str, Mapping[str, str]] = {
    language: {name: words[at] for name, words in _ROWS.items()}
    for at, language in enumerate(("fr", "en", "de"))
}

_COUNTED = {
    "fr": {
        "measure": ("mesure", "mesures"),
        "done": ("faite", "faites"),
        "finding": ("constat", "constats"),
        "risk": ("risque", "risques"),
    },
    "en": {
        "measure": ("measure", "measures"),
        "done": ("done", "done"),
        "finding": ("finding", "findings"),
        "risk": ("risk", "risks"),
    },
    "de": {
        "measure": ("Maßnahme", "Maßnahmen"),
        "done": ("erledigt", "erledigt"),
        "finding": ("Feststellung", "Feststellungen"),
        "risk": ("Risiko", "Risiken"),
    },
}


def counted(count: int, what: str, language: str) -> str:
    """Return a number with its word: `1 mesure`, `2 mesures`; in French nought is singular."""
    one, many = _COUNTED[language][what]
    return f"{count}\u00a0{one if count == 1 or (count == 0 and language == 'fr') else many}"
