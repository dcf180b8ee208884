"""Which findings and risks an action answers: by a link, by a control that both cite, by words."""

from __future__ import annotations

from tests.conftest import notes_of
from vaultkit.audit.gathering import missions
from vaultkit.audit.reasons import reasons_of
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.index import VaultIndex

HEAD = """
== S.md
---
category: synthese_globale
scope: C
---
== A.md
---
category: domaine
scope: C
---
# Accès
"""


def behind(*lines: str, linked: bool = True) -> dict[str, list[str]]:
    """Return what is behind each action of a domain note of these lines, in words."""
    notes = [parse_note(path, text) for path, text in notes_of(HEAD + "\n".join(lines) + "\n").items()]
    index = VaultIndex.of(notes)
    [mission] = missions(index)
    found = reasons_of(mission.domains[0], index if linked else None)
    return {action.text: [reason.text for reason in reasons] for action, reasons in found.items()}


def test_words_lead_from_an_action_to_its_finding_the_closest_first() -> None:
    assert behind(
        *("## Constats", "- Armoire ouverte ❌", "- Mot de passe partagé ❌", "- Mot trop long ⚠️"),
        *("## Actions", "- changer le mot de passe"),
    ) == {"changer le mot de passe": ["Mot de passe partagé", "Mot trop long"]}


def test_a_link_decides_where_there_is_one() -> None:
    found = behind(
        *("## Constats", "- Wifi ouvert ❌ ^w", "- Mot de passe partagé ❌"),
        *("## Actions", "- changer le mot de passe, voir [[A#^w]]"),
    )

    assert list(found.values()) == [["Wifi ouvert"]]


def test_a_control_that_both_cite_joins_them_before_words_do() -> None:
    found = behind(
        *("## Constats", "- Wifi ouvert ❌ [controle:: [[HN-1]]]", "- Mot de passe partagé ❌"),
        *("## Actions", "- changer le mot de passe [controle:: [[HN-1]]]"),
    )

    assert list(found.values()) == [["Wifi ouvert"]]


def test_what_is_good_or_says_nothing_is_behind_no_action() -> None:
    assert (
        behind(
            "## Constats", "- ✅ Mot de passe fort", "## Risques", "- Aucun", "## Actions", "- mot de passe"
        )
        == {}
    )


def test_without_a_vault_words_alone_decide() -> None:
    found = behind(
        *("## Constats", "- Wifi ouvert ❌ ^w", "- Mot de passe partagé ❌"),
        *("## Actions", "- changer le mot de passe, voir [[A#^w]]"),
        linked=False,
    )

    assert next(iter(found.values()))[0] == "Mot de passe partagé"
