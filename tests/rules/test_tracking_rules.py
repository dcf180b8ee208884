"""What the rules about the follow-up say of small missions, and that they stay silent elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.rules.growth import assert_linear
from vaultkit.audit.gathering import missions
from vaultkit.markdown.parse import parse_note
from vaultkit.rules.rule import Look
from vaultkit.rules.tracking import RULES
from vaultkit.vault.index import VaultIndex

SYNTHESIS = "---\ncategory: synthese_globale\nscope: S\n---\n# Synthèse\n[[Accès]]\n"
HEAD = "---\ncategory: domaine\nscope: S\n---\n"
TODAY = date(2026, 3, 1)


def mission(findings: str, **others: str) -> dict[str, str]:
    notes = {f"{name}.md": f"{HEAD}# {name}\n## Constats\n{text}" for name, text in others.items()}
    return {"S.md": SYNTHESIS, "Accès.md": f"{HEAD}# Accès\n## Constats\n{findings}", **notes}


def said(
    texts: Mapping[str, str], today: date | None = TODAY, stale_days: int = 180
) -> list[tuple[str, str]]:
    """Return what the rules say: code and French message."""
    index = VaultIndex.of(parse_note(path, text) for path, text in texts.items())
    look = Look(index, missions(index), today=today, stale_days=stale_days)
    return [
        (rule.kind.code, finding.message.fr.replace("\u00a0", " "))
        for note in index
        for rule in RULES
        for finding in rule.check(note, look)
    ]


def test_a_finding_is_overdue_on_the_day_after() -> None:
    late = "- Porte ouverte (resp. Luc, délai 28.02.2026)\n"
    assert said(mission(late)) == [
        ("VK711", "« Porte ouverte » devait être réglé le 28.02.2026, responsable : Luc")
    ]
    assert said(mission(late), today=date(2026, 2, 28)) == []
    assert said(mission(late), today=None) == []


def test_what_is_settled_or_only_to_be_looked_at_is_not_overdue() -> None:
    for state in ("corrigé", "risque accepté par X le 01.01.2026", "sans objet : vendu", "à voir"):
        assert said(mission(f"- Porte ouverte (délai 28.02.2025, {state})\n")) == []
    assert said(mission("- [x] Porte ouverte (délai 28.02.2025)\n- ✅ Coffre (délai 28.02.2025)\n")) == []


def test_stale_findings_are_one_message_and_the_setting_counts() -> None:
    old = "- Porte (vu le 01.08.2025)\n- Fenêtre (vu le 01.07.2025, en cours)\n- Mur (vu le 01.02.2026)\n- Toit\n"
    assert said(mission(old)) == [("VK712", "pas revu depuis plus de 180 jours : « Porte », « Fenêtre »")]
    assert said(mission(old), stale_days=365) == []


def test_a_word_that_is_no_state_gets_its_likeness() -> None:
    [(code, message)] = said(mission("- Porte [statut:: coriger] [etat:: en cours]\n"))
    assert (code, message) == ("VK713", "« coriger » n’est pas un état (peut-être « corrigé » ?)")
    assert said(mission("- Porte [statut:: xyz]\n")) == [("VK713", "« xyz » n’est pas un état")]
    assert said(mission("- Porte [statut:: Corrigée le 3.10.2025]\n\n## Notes\n[statut:: brouillon]\n")) == []


def test_a_risk_is_accepted_by_somebody_on_a_day() -> None:
    by = "risque accepté, sans dire"
    assert said(mission("- Porte (risque accepté)\n")) == [("VK714", f"{by} par qui ni quand : « Porte »")]
    assert said(mission("- Porte (risque accepté par X)\n")) == [("VK714", f"{by} quand : « Porte »")]
    assert said(mission("- Porte [statut:: accepté] [accepte_le:: 01.10.2025]\n")) == [
        ("VK714", f"{by} par qui : « Porte »")
    ]


def test_an_id_is_borne_by_one_item_of_a_mission() -> None:
    both = mission(
        "- Porte [id:: S-1]\n- Mur [id:: S-2] ^a\n", Courriel="- Relais [ID:: s-1]\n- Filtre ^a\n- Tri ^b\n"
    )
    assert said(both) == [("VK715", "l’identifiant s-1 est déjà pris dans Accès, par « Porte »")]
    assert said(mission("- Porte ^b\n", Courriel="- Relais ^b\n")) == [], "a block id is one of its note"
    other = {
        path.replace("Accès", "B"): text.replace("scope: S", "scope: T")
        for path, text in mission("- P [id:: S-1]\n").items()
    }
    other["T.md"] = other.pop("S.md")
    assert said(mission("- Porte [id:: S-1]\n") | other) == [], "another mission"


def test_the_rules_take_time_by_the_number_of_items() -> None:
    def look_at(size: int) -> None:
        lines = (f"- Porte {n} (vu le 01.08.2025) [id:: S-{n}] [statut:: ouvert]\n" for n in range(size))
        index = VaultIndex.of(parse_note(path, text) for path, text in mission("".join(lines)).items())
        look = Look(index, missions(index), today=TODAY)
        assert sum(len(list(rule.check(note, look))) for note in index for rule in RULES) == 1

    assert_linear(look_at, 100)
