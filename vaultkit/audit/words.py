"""The words of an audit in French, English and German: headings, labels, horizons, priorities.

Everything compares folded (`vaultkit.text.fold`); the first spelling of each language is the one that
vaultkit writes.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache, lru_cache
from typing import TypeVar

from vaultkit.text import fold, leading_emoji, pattern, unaccented

_T = TypeVar("_T", bound=StrEnum)


class Topic(StrEnum):
    """What a section of a note holds."""

    BRIEF = "brief"
    FINDINGS = "findings"
    RISKS = "risks"
    OPPORTUNITIES = "opportunities"
    ACTIONS = "actions"
    RECAP = "recap"
    ROADMAP = "roadmap"
    LINKS = "liens"
    DIAGNOSTIC = "diagnostic"


class Horizon(StrEnum):
    """When an action is due, in the order of a roadmap."""

    SHORT = "court"
    MEDIUM = "moyen"
    LONG = "long"


class Priority(StrEnum):
    """The priority of a domain, highest first."""

    HIGH = "haute"
    MEDIUM = "moyenne"
    LOW = "basse"


class Status(StrEnum):
    """What an emoji says of a finding."""

    BAD = "❌"
    WARNING = "⚠️"
    GOOD = "✅"
    NONE = ""


LANGUAGES = ("fr", "en", "de")

#: The headings of each topic, by language.
HEADINGS: dict[Topic, dict[str, tuple[str, ...]]] = {
    Topic.BRIEF: {
        "fr": ("En bref", "En résumé", "L’essentiel"),
        "en": ("In brief", "In short", "At a glance"),
        "de": ("Kurz gefasst", "In Kürze", "Auf einen Blick"),
    },
    Topic.FINDINGS: {
        "fr": ("Constats", "Constat", "Constatations", "Observations", "État des lieux"),
        "en": ("Findings", "Finding", "Observations"),
        "de": ("Feststellungen", "Feststellung", "Befunde", "Befund", "Beobachtungen"),
    },
    Topic.RISKS: {
        "fr": ("Risques", "Risque", "Risques identifiés", "Menaces"),
        "en": ("Risks", "Risk", "Threats"),
        "de": ("Risiken", "Risiko"),
    },
    Topic.OPPORTUNITIES: {
        "fr": ("Opportunités", "Opportunité", "Opportunités d’amélioration", "Points forts", "Leviers"),
        "en": ("Opportunities", "Opportunity", "Strengths"),
        "de": ("Chancen", "Chance", "Stärken"),
    },
    Topic.ACTIONS: {
        "fr": (
            *("Actions", "Action", "Actions recommandées", "Actions proposées", "Actions à mener", "Mesures"),
            *("Recommandations", "Recommandation", "Plan d’action", "Plan d’actions"),
        ),
        "en": (
            *("Actions", "Action", "Recommended actions", "Measures"),
            *("Recommendations", "Recommendation", "Action plan"),
        ),
        "de": ("Maßnahmen", "Massnahmen", "Maßnahme", "Massnahme", "Empfehlungen", "Empfehlung"),
    },
    Topic.RECAP: {
        "fr": (
            "Tableau récapitulatif global",
            "Tableau récapitulatif",
            "Récapitulatif",
            "Tableau de synthèse",
        ),
        "en": ("Recap table", "Recap", "Summary table", "Overview table"),
        "de": ("Übersichtstabelle", "Zusammenfassung der Bereiche", "Übersicht"),
    },
    Topic.ROADMAP: {
        "fr": ("Feuille de route globale", "Feuille de route"),
        "en": ("Roadmap", "Global roadmap"),
        "de": ("Fahrplan", "Roadmap", "Umsetzungsplan"),
    },
    Topic.LINKS: {
        "fr": ("Liens", "Notes liées", "Sources"),
        "en": ("Links", "Related notes", "Linked notes"),
        "de": ("Verknüpfungen", "Verknüpfte Notizen"),
    },
    Topic.DIAGNOSTIC: {
        "fr": ("Diagnostic global", "Diagnostic"),
        "en": ("Overall diagnosis", "Diagnosis"),
        "de": ("Gesamtdiagnose", "Diagnose"),
    },
}

#: The labels of a roadmap, and what else people call these horizons.
HORIZONS: dict[Horizon, dict[str, tuple[str, ...]]] = {
    Horizon.SHORT: {
        "fr": ("Court terme", "À court terme", "Court", "Immédiat", "Urgent"),
        "en": ("Short term", "Short-term", "Immediate", "Quick wins"),
        "de": ("Kurzfristig", "Sofort"),
    },
    Horizon.MEDIUM: {
        "fr": ("Intermédiaire", "Moyen terme", "À moyen terme", "Moyen"),
        "en": ("Medium term", "Medium-term", "Mid term", "Intermediate"),
        "de": ("Mittelfristig",),
    },
    Horizon.LONG: {
        "fr": ("Structurant", "Long terme", "À long terme", "Long"),
        "en": ("Long term", "Long-term", "Structural", "Strategic"),
        "de": ("Langfristig", "Strukturell", "Strategisch"),
    },
}

PRIORITIES: dict[Priority, dict[str, tuple[str, ...]]] = {
    Priority.HIGH: {
        "fr": ("Haute", "Haut", "Élevée", "Élevé", "Forte", "Fort"),
        "en": ("High",),
        "de": ("Hoch", "Hohe"),
    },
    Priority.MEDIUM: {"fr": ("Moyenne", "Moyen"), "en": ("Medium",), "de": ("Mittel", "Mittlere")},
    Priority.LOW: {"fr": ("Basse", "Bas", "Faible"), "en": ("Low",), "de": ("Niedrig", "Niedrige")},
}

PRIORITY_EMOJI = {Priority.HIGH: "🚨", Priority.MEDIUM: "⚠️", Priority.LOW: "🟢"}

UNDEFINED = {"fr": "à définir", "en": "to be defined", "de": "zu bestimmen"}

#: What a generated table or list says around what comes from the notes.
LABELS: dict[str, dict[str, str]] = {
    "fr": {
        "domain": "Domaine",
        "findings": "Constats clés",
        "risks": "Risques",
        "opportunities": "Opportunités",
        "priority": "Priorité",
        "but": "mais",
        "control": "Contrôle",
        "coverage": "État",
        "measure": "Constat, mesure",
    },
    "en": {
        "domain": "Domain",
        "findings": "Key findings",
        "risks": "Risks",
        "opportunities": "Opportunities",
        "priority": "Priority",
        "but": "but",
        "control": "Control",
        "coverage": "State",
        "measure": "Finding, measure",
    },
    "de": {
        "domain": "Bereich",
        "findings": "Wichtigste Feststellungen",
        "risks": "Risiken",
        "opportunities": "Chancen",
        "priority": "Priorität",
        "but": "aber",
        "control": "Anforderung",
        "coverage": "Stand",
        "measure": "Feststellung, Maßnahme",
    },
}

_STATUS = {
    "❌": Status.BAD, "✖": Status.BAD, "⛔": Status.BAD, "🔴": Status.BAD,
    "⚠": Status.WARNING, "🟠": Status.WARNING, "🟡": Status.WARNING,
    "✅": Status.GOOD, "✔": Status.GOOD, "☑": Status.GOOD, "🟢": Status.GOOD,
}  # fmt: skip

STATUS_EMOJI = "".join(_STATUS)
_STATUS_SIGN = pattern(f"[{STATUS_EMOJI}]")


def _reverse(table: dict[_T, dict[str, tuple[str, ...]]]) -> dict[str, _T]:
    return {fold(word): key for key, by in table.items() for language in LANGUAGES for word in by[language]}


@cache
def _topics() -> dict[str, Topic]:
    return _reverse(HEADINGS)


@cache
def _horizons() -> dict[str, Horizon]:
    return _reverse(HORIZONS)


@cache
def _priorities() -> dict[str, Priority]:
    return _reverse(PRIORITIES)


@cache
def _languages() -> dict[str, list[str]]:
    """Return in which languages each heading is said."""
    found: dict[str, list[str]] = {}
    for table in HEADINGS.values():
        for language, spellings in table.items():
            for spelling in spellings:
                found.setdefault(fold(spelling), []).append(language)
    return found


@lru_cache(maxsize=1 << 12)
def heard(text: str) -> str:
    """Return `text` as words are sought in it, unaccented; several questions are asked of one text."""
    return unaccented(text)


_KEY = pattern(r"^(?:key|main|wichtigste|wesentliche) | (?:cles?|principa(?:le|ux|les))$")
_PARENTHESES = pattern(r"\([^()]*\)")


def topic_of(heading: str) -> Topic | None:
    """Return what a section with this heading holds, None if it is none of ours.

    What stands in parentheses, and « clés », « key » and the like, do not count: `Constats clés (25.08)`.
    """
    topics = _topics()
    return topics.get(fold(heading)) or topics.get(_KEY.sub("", fold(_PARENTHESES.sub(" ", heading))))


def brief_topic_of(label: str) -> Topic | None:
    """Return which recap cell a bold label of the En bref list fills: findings, risks or opportunities."""
    topic = topic_of(label)
    return topic if topic in (Topic.FINDINGS, Topic.RISKS, Topic.OPPORTUNITIES) else None


def horizon_of(label: str) -> Horizon | None:
    """Return the horizon that a label names, None if it names none; `Court terme (0–3 mois)` names one."""
    horizons = _horizons()
    return horizons.get(fold(label)) or horizons.get(fold(_PARENTHESES.sub(" ", label)))


def priority_of(value: object) -> Priority | None:
    """Return the priority that a property value names, None if it names none."""
    return _priorities().get(fold(value)) if isinstance(value, str) else None


def priority_label(priority: Priority | None, said: str, language: str) -> str:
    """Return a priority as a recap prints it: `🚨 Haute`; what was `said` if it is no priority we know."""
    if priority is not None:
        return f"{PRIORITY_EMOJI[priority]} {PRIORITIES[priority][language][0]}"
    return said or UNDEFINED[language]


def status_of(text: str) -> Status:
    """Return the status that the emoji in `text` say; the worst one if there are several."""
    signs = _STATUS_SIGN.findall(text)
    if not signs:
        return Status.NONE
    found = {_STATUS[sign] for sign in signs}
    return next((s for s in (Status.BAD, Status.WARNING, Status.GOOD) if s in found), Status.NONE)


def language_of(headings: list[str]) -> str | None:
    """Return the language that most of these headings are written in, None if they say nothing."""
    counts = dict.fromkeys(LANGUAGES, 0)
    for heading in headings:
        known = _languages().get(fold(heading), ())
        for language in known:
            counts[language] += 2 if len(known) == 1 else 1
    best = max(LANGUAGES, key=lambda language: counts[language])
    return best if counts[best] else None


def short_label(label: str) -> str:
    """Return the short form of a domain's label: what stands before « & » or « et »."""
    words = label.split()
    for at, word in enumerate(words):
        if at and unaccented(word) in ("&", "et", "and", "und") and (at > 1 or not leading_emoji(words[0])):
            return " ".join(words[:at])
    return label
