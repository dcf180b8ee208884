"""What the coverage of controls is called in French, English and German."""

from __future__ import annotations

from collections.abc import Sequence

from vaultkit.audit.coverage import Coverage, Covered

#: The sign before a state, so that a table is read at a glance.
SIGNS = {
    Coverage.COMPLIANT: "✅",
    Coverage.PARTIAL: "⚠️",
    Coverage.NON_COMPLIANT: "❌",
    Coverage.PLANNED: "📅",
    Coverage.TO_SEE: "🔍",
    Coverage.NOT_APPLICABLE: "➖",
}

#: The states by language: of one control, and of several.
STATES: dict[Coverage, dict[str, tuple[str, str]]] = {
    Coverage.COMPLIANT: {
        "fr": ("conforme", "conformes"),
        "en": ("met", "met"),
        "de": ("erfüllt", "erfüllt"),
    },
    Coverage.PARTIAL: {
        "fr": ("partiel", "partiels"),
        "en": ("partly met", "partly met"),
        "de": ("teilweise erfüllt", "teilweise erfüllt"),
    },
    Coverage.NON_COMPLIANT: {
        "fr": ("non conforme", "non conformes"),
        "en": ("not met", "not met"),
        "de": ("nicht erfüllt", "nicht erfüllt"),
    },
    Coverage.PLANNED: {
        "fr": ("prévu", "prévus"),
        "en": ("planned", "planned"),
        "de": ("geplant", "geplant"),
    },
    Coverage.TO_SEE: {
        "fr": ("à voir", "à voir"),
        "en": ("to be checked", "to be checked"),
        "de": ("zu prüfen", "zu prüfen"),
    },
    Coverage.NOT_APPLICABLE: {
        "fr": ("sans objet", "sans objet"),
        "en": ("not applicable", "not applicable"),
        "de": ("nicht zutreffend", "nicht zutreffend"),
    },
}

_RETAINED: dict[str, tuple[str, str]] = {
    "fr": ("contrôle retenu\u00a0: ", "contrôles retenus\u00a0: "),
    "en": ("control retained: ", "controls retained: "),
    "de": ("berücksichtigte Anforderung: ", "berücksichtigte Anforderungen: "),
}


def state_text(coverage: Coverage, language: str) -> str:
    """Return a state as a table prints it: `⚠️ partiel`."""
    return f"{SIGNS[coverage]} {STATES[coverage][language][0]}"


def totals_text(covered: Sequence[Covered], language: str) -> str:
    """Return how many controls are in which state: `4 contrôles retenus : 2 conformes, 1 partiel, 1 à voir.`."""
    counts = {state: sum(one.coverage is state for one in covered) for state in Coverage}
    said = (f"{n} {STATES[state][language][n > 1]}" for state, n in counts.items() if n)
    return f"{len(covered)} {_RETAINED[language][len(covered) > 1]}{', '.join(said)}."
