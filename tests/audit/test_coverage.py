"""How far a mission meets its controls: each state by a small vault."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import notes_of
from vaultkit.audit.controls import controls_of
from vaultkit.audit.coverage import Coverage, Covered, coverage_of, gaps
from vaultkit.audit.drafts import domain_for, drafts_of
from vaultkit.audit.gathering import missions
from vaultkit.audit.model import Mission
from vaultkit.audit.recap import recap_rows, roadmap_lines
from vaultkit.audit.words import Topic
from vaultkit.edits import apply_edits
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.index import VaultIndex

VAULT = """
== S.md
---
category: synthese_globale
scope: X
{retained}
---
# Synthèse
== A.md
---
category: domaine
scope: X
---
# 🔐 Sécurité & Accès
{body}
== HN-1.md
---
category: controle
domaine: Sécurité
enonce: Chacun ouvre sa propre session
---
"""

CITED = "[controle:: [[HN-1]]]"


def index_of(texts: dict[str, str]) -> VaultIndex:
    return VaultIndex.of(parse_note(path, text) for path, text in texts.items())


def mission_in(index: VaultIndex, path: str = "S.md") -> Mission:
    return next(mission for mission in missions(index) if mission.path == path)


def covered_in(texts: dict[str, str]) -> dict[str, Covered]:
    """Return the coverage of the mission `S.md` by the ids of its controls, in its order."""
    index = index_of(texts)
    mission = mission_in(index)
    found = coverage_of(mission, index, controls_of(index.notes.values()))
    return {one.control.id: one for one in found}


def one(body: str, retained: str = 'controles: ["[[HN-1]]"]') -> Covered:
    [(name, covered)] = covered_in(notes_of(VAULT.format(body=body, retained=retained))).items()
    assert name == "HN-1"
    return covered


def states(texts: dict[str, str]) -> dict[str, str]:
    return {name: str(covered.coverage) for name, covered in covered_in(texts).items()}


# -------------------------------------------------------------------------------- what findings say

FINDINGS = {
    "nothing is said": ("", Coverage.TO_SEE),
    "a finding that cites no control": ("- Écran ❌", Coverage.TO_SEE),
    "a finding without a sign": (f"- Écran {CITED}", Coverage.TO_SEE),
    "a draft": (f"- Écran ❌ {CITED} [statut:: à voir]", Coverage.TO_SEE),
    "a cancelled finding": (f"- Écran ❌ {CITED} [statut:: annulé]", Coverage.TO_SEE),
    "good": (f"- Écran ✅ {CITED}", Coverage.COMPLIANT),
    "good twice": (f"- Écran ✅ {CITED}\n- Mot ✅ {CITED}", Coverage.COMPLIANT),
    "good beside one without a sign": (f"- Écran ✅ {CITED}\n- Mot {CITED}", Coverage.COMPLIANT),
    "a warning": (f"- Écran ⚠️ {CITED}", Coverage.PARTIAL),
    "good and a warning": (f"- Écran ✅ {CITED}\n- Mot ⚠️ {CITED}", Coverage.PARTIAL),
    "good and bad": (f"- Écran ✅ {CITED}\n- Mot ❌ {CITED}", Coverage.PARTIAL),
    "bad": (f"- Écran ❌ {CITED}", Coverage.NON_COMPLIANT),
    "bad and a warning": (f"- Écran ⚠️ {CITED}\n- Mot ❌ {CITED}", Coverage.NON_COMPLIANT),
    "bad, fixed since": (f"- Écran ❌ {CITED} [statut:: corrigé]", Coverage.COMPLIANT),
    "bad, fixed since, in words": (f"- Écran ❌ {CITED} (corrigé le 03.10.2025)", Coverage.COMPLIANT),
    "bad, under way": (f"- Écran ❌ {CITED} [statut:: en cours]", Coverage.NON_COMPLIANT),
    "bad, and accepted": (f"- Écran ❌ {CITED} [statut:: risque accepté]", Coverage.PARTIAL),
    "the name of the field has an accent": ("- Écran ❌ [contrôle:: [[HN-1]]]", Coverage.NON_COMPLIANT),
    "in English": ("- Écran ❌ [control:: [[HN-1]]]", Coverage.NON_COMPLIANT),
    "by its plain name": ("- Écran ❌ [controle:: HN-1]", Coverage.NON_COMPLIANT),
    "by another name": ("- Écran ❌ [controle:: [[HN-1|les sessions]]]", Coverage.NON_COMPLIANT),
    "beside others": ("- Écran ❌ [controle:: [[HN-7]], [[HN-1]]]", Coverage.NON_COMPLIANT),
    "out of question, with the reason": (
        f"- Écran {CITED} [statut:: sans objet] [raison:: un seul poste]",
        Coverage.NOT_APPLICABLE,
    ),
    "out of question, without a reason": (f"- Écran {CITED} [statut:: sans objet]", Coverage.TO_SEE),
    "out of question wins": (
        f"- Écran {CITED} [statut:: sans objet] [raison:: un seul poste]\n- Mot ❌ {CITED}",
        Coverage.NOT_APPLICABLE,
    ),
}


@pytest.mark.parametrize(("said", "expected"), FINDINGS.values(), ids=FINDINGS)
def test_what_findings_say_of_a_control(said: str, expected: Coverage) -> None:
    assert one(f"## Constats\n{said}\n").coverage is expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"> [!danger]\n> - Fuite de données {CITED}", Coverage.PARTIAL),
        (f"> [!danger]\n> Fuite de données {CITED}", Coverage.PARTIAL),
        (f"> [!danger]\n> - Fuite de données ❌ {CITED}", Coverage.NON_COMPLIANT),
        (f"## Risques\n- Fuite {CITED}\n## Constats\n- Écran ✅ {CITED}", Coverage.PARTIAL),
        (f"## Risques\n- Fuite {CITED}\n## Constats\n- Écran ❌ {CITED}", Coverage.NON_COMPLIANT),
        (f"## Risques\n- Fuite {CITED} [statut:: corrigé]", Coverage.COMPLIANT),
        (f"> [!success]\n> - Session de secours {CITED}", Coverage.TO_SEE),
    ],
)
def test_a_risk_says_that_something_is_lacking_and_an_opportunity_nothing(
    body: str, expected: Coverage
) -> None:
    assert one(body).coverage is expected


def test_an_accepted_risk_is_no_gap() -> None:
    accepted = one(f"## Constats\n- Écran ❌ {CITED} (risque accepté par Dr Favre le 02.09.2025)\n")
    assert (accepted.coverage, accepted.accepted) == (Coverage.PARTIAL, True)
    assert gaps([accepted]) == []
    mixed = one(f"## Constats\n- Écran ❌ {CITED} (risque accepté)\n- Mot ⚠️ {CITED}\n")
    assert gaps([mixed]) == [mixed]


# -------------------------------------------------------------------------------- what is planned

BAD = f"## Constats\n- Session partagée ❌ {CITED} ^session\n"

PLANNED = {
    "the action cites the control": (f"{BAD}## Actions\n- **pc** – à chacun la sienne {CITED}", "pc"),
    "the action names the finding": (
        f"{BAD}## Actions\n- **pc** – une par personne [constat:: [[#^session]]]",
        "pc",
    ),
    "the finding names the action": (
        BAD.replace(" ^session", " [mesure:: [[#^pc]]]") + "## Actions\n- **pc** – une par personne ^pc",
        "pc",
    ),
    "nothing but the action is there": (f"## Actions\n- **pc** – une par personne {CITED}", "pc"),
    "beside what is good": (f"{BAD}- Mot ✅ {CITED}\n## Actions\n- **pc** – une par personne {CITED}", "pc"),
    "the first that is due": (
        f"{BAD}## Actions\n- **tard** – x {CITED} (délai 01.12.2025)\n- **tôt** – y {CITED} (délai 01.10.2025)"
        f"\n- **sans jour** – z {CITED}",
        "tôt",
    ),
    "the first horizon": (
        f"{BAD}## Actions\n- **Structurant** : **loin** – x {CITED}\n- **Court terme** : **près** – y {CITED}",
        "près",
    ),
}


@pytest.mark.parametrize(("body", "label"), PLANNED.values(), ids=PLANNED)
def test_an_action_that_is_still_to_be_done_makes_it_planned(body: str, label: str) -> None:
    found = one(body)
    assert found.coverage is Coverage.PLANNED
    assert found.planned is not None
    assert found.planned.label == label


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (f"- [x] **pc** – une par personne {CITED}", Coverage.NON_COMPLIANT),
        (f"- **pc** – une par personne {CITED} (annulé)", Coverage.NON_COMPLIANT),
        (f"- **pc** – une par personne {CITED} [statut:: à voir]", Coverage.NON_COMPLIANT),
        ("- **session** – une session par personne", Coverage.NON_COMPLIANT),
    ],
    ids=["done", "cancelled", "a draft", "shared words alone"],
)
def test_other_actions_do_not(action: str, expected: Coverage) -> None:
    found = one(f"{BAD}## Actions\n{action}\n")
    assert (found.coverage, found.planned) == (expected, None)


def test_the_day_of_what_is_planned_is_known() -> None:
    found = one(f"{BAD}## Actions\n- **pc** – une par personne {CITED} (délai 01.10.2025)\n")
    assert found.due == date(2025, 10, 1)


def test_what_is_met_is_met_whatever_is_planned() -> None:
    found = one(f"## Constats\n- Écran ✅ {CITED}\n## Actions\n- **encore mieux** – x {CITED}\n")
    assert (found.coverage, found.planned) == (Coverage.COMPLIANT, None)


def test_an_action_of_another_domain_can_answer_a_finding() -> None:
    texts = notes_of(VAULT.format(body=BAD, retained="")) | {
        "B.md": "---\ncategory: domaine\nscope: X\n---\n# Postes\n## Actions\n- **badges** – x [constat:: [[A#^session]]]\n"
    }
    found = covered_in(texts)["HN-1"]
    assert (found.coverage, found.planned and found.planned.label) == (Coverage.PLANNED, "badges")


# ------------------------------------------------------------------------------- what is retained

STEPS = """
== S.md
---
category: synthese_globale
scope: X
{retained}
---
# Synthèse
== Guide.md
# Guide
Voir [[A]].
## Étape 1
- [[HN-1.1]]
- [[HN-1.2]]
## Étape 2
[[HN-2.1]] [[HN-2.10]] [[HN-2.9]]
== A.md
---
category: domaine
scope: X
---
# Sécurité
== ref/HN-1.1.md
---
category: controle
---
== ref/HN-1.2.md
---
category: Contrôle
---
== ref/HN-2.1.md
---
category: controle
---
== ref/HN-2.9.md
---
category: controle
---
== ref/HN-2.10.md
---
category: controle
---
"""


@pytest.mark.parametrize(
    ("retained", "expected"),
    [
        ("", []),
        ("controles:", []),
        ('controles: "[[HN-2.1]]"', ["HN-2.1"]),
        ("controles: HN-2.1", ["HN-2.1"]),
        ("controles: HN-2.1, HN-1.1", ["HN-1.1", "HN-2.1"]),
        ("controles: [[[HN-2.1]]]", ["HN-2.1"]),
        ("Contrôles:\n  - HN-2.1\n  - '[[ref/HN-1.2|Firefox]]'", ["HN-1.2", "HN-2.1"]),
        ("controles:\n  - HN-9\n  - 12\n  - true\n  -\n  - '[[A]]'", []),
        ('controles: ["[[Guide#Étape 2]]"]', ["HN-2.1", "HN-2.9", "HN-2.10"]),
        ('controles: ["[[Guide]]"]', ["HN-1.1", "HN-1.2", "HN-2.1", "HN-2.9", "HN-2.10"]),
        ('controles: ["[[Guide#Étape 3]]"]', []),
        ('controles_sans_objet: ["[[HN-1.1]] : aucun"]', ["HN-1.1"]),
    ],
)
def test_the_synthesis_says_which_controls_it_retains(retained: str, expected: list[str]) -> None:
    assert list(covered_in(notes_of(STEPS.format(retained=retained)))) == expected


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ('"[[HN-1.1]] : aucun agenda"', "aucun agenda"),
        ("'[[HN-1.1]] – aucun agenda'", "aucun agenda"),
        ("'[[HN-1.1]] (aucun agenda)'", "aucun agenda"),
        ("'[[HN-1.1]], aucun agenda'", "aucun agenda"),
        ("HN-1.1 - aucun agenda", "aucun agenda"),
        ("'HN-1.1 : aucun agenda'", "aucun agenda"),
        ("HN-1.1: aucun agenda", "aucun agenda"),
        ("HN-1.1", ""),
        ("'[[HN-1.1]]'", ""),
    ],
)
def test_a_control_is_out_of_question_for_a_reason_only(entry: str, reason: str) -> None:
    found = covered_in(notes_of(STEPS.format(retained=f"controles_sans_objet:\n  - {entry}")))["HN-1.1"]
    expected = Coverage.NOT_APPLICABLE if reason else Coverage.TO_SEE
    assert (found.coverage, found.reason, found.unexplained) == (expected, reason, not reason)


def test_a_whole_step_can_be_out_of_question() -> None:
    texts = notes_of(STEPS.format(retained="controles_sans_objet:\n  - '[[Guide#Étape 1]] : un seul poste'"))
    assert states(texts) == {"HN-1.1": "sans objet", "HN-1.2": "sans objet"}


def test_drafts_of_domain_notes_retain_nothing() -> None:
    texts = notes_of(VAULT.format(body=BAD, retained=""))
    texts["A.md"] = texts["A.md"].replace("scope: X\n", "scope: X\nstatut: brouillon\n")
    assert covered_in(texts) == {}


# --------------------------------------------------------------------------------------- drafts


def test_a_draft_finding_is_in_no_table_and_no_roadmap() -> None:
    body = f"## Constats\n- Écran ❌ {CITED} [statut:: à voir]\n## Actions\n- **Court terme** : **pc** – x (à voir)\n"
    mission = mission_in(index_of(notes_of(VAULT.format(body=body, retained=""))))
    [domain] = mission.domains
    assert [item.text for item in domain.notes[0].items if item.topic is Topic.FINDINGS] == ["Écran"]
    assert domain.items(Topic.FINDINGS) == ()
    assert recap_rows(mission)[0].findings == ""
    assert "pc" not in str([line.items for line in roadmap_lines(mission)])


DRAFT = "HN-1 – Chacun ouvre sa propre session [controle:: [[HN-1]]] [statut:: à voir]"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("## Constats\n- Écran ❌\n", f"## Constats\n- Écran ❌\n- {DRAFT}\n"),
        ("## Constats\n* Écran ❌\n\n## Risques\n", f"## Constats\n* Écran ❌\n* {DRAFT}\n\n## Risques\n"),
        ("## Constats\n", f"## Constats\n\n- {DRAFT}\n"),
        ("## Constats\n\n## Risques\n- x\n", f"## Constats\n\n- {DRAFT}\n\n## Risques\n- x\n"),
        ("## Constats\nUn mot.\n\n---\n", f"## Constats\nUn mot.\n\n- {DRAFT}\n\n---\n"),
        ("## Constats\n1. Écran ❌\n", f"## Constats\n1. Écran ❌\n\n- {DRAFT}\n"),
        (
            "## Constats\n### Postes\n- a\n  - b\n### Réseau\n- c",
            f"## Constats\n### Postes\n- a\n  - b\n### Réseau\n- c\n- {DRAFT}",
        ),
        ("## Risques\n- x\n", f"## Risques\n- x\n\n## Constats\n\n- {DRAFT}\n"),
        ("Un mot.", f"Un mot.\n\n## Constats\n\n- {DRAFT}"),
        ("## Constats\r\n- Écran ❌\r\n", f"## Constats\r\n- Écran ❌\r\n- {DRAFT}\r\n"),
    ],
)
def test_a_draft_stands_at_the_end_of_the_findings(before: str, after: str) -> None:
    texts = notes_of(VAULT.format(body="", retained="controles: HN-1"))
    head = texts["A.md"].rstrip("\n") + "\n"
    texts["A.md"] = head.replace("\n", "\r\n") + before if "\r" in before else head + before
    index = index_of(texts)
    mission = mission_in(index)
    [(path, edits)] = drafts_of(mission, index, covered_in(texts).values()).edits
    done = apply_edits(texts[path], edits)
    assert done == texts[path][: -len(before)] + after
    again = texts | {path: done}
    assert drafts_of(mission_in(index_of(again)), index_of(again), covered_in(again).values()).edits == ()
    assert states(again) == {"HN-1": "à voir"}


def test_a_control_whose_domain_has_no_note_is_named() -> None:
    texts = notes_of(VAULT.format(body="", retained="controles: HN-1"))
    texts["HN-1.md"] = texts["HN-1.md"].replace("domaine: Sécurité", "domaine: Organisation")
    index = index_of(texts)
    drafts = drafts_of(mission_in(index), index, covered_in(texts).values())
    assert (drafts.edits, [control.id for control in drafts.homeless]) == ((), ["HN-1"])


@pytest.mark.parametrize(
    "label", ["Sécurité & Accès", "🔐 sécurité et acces", "Sécurité", "Sécurités & réseau"]
)
def test_a_control_belongs_to_a_domain_by_either_label(label: str) -> None:
    mission = mission_in(index_of(notes_of(VAULT.format(body="", retained=""))))
    found = domain_for(mission, label)
    assert found is not None
    assert found.short == "🔐 Sécurité"
