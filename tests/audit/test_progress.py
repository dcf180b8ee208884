"""When an action is due, and whether it is done or given up: each line is one that a consultant writes."""

from __future__ import annotations

from datetime import date

import pytest

from vaultkit.audit.gathering import missions
from vaultkit.audit.model import Action
from vaultkit.audit.recap import roadmap_lines
from vaultkit.markdown.parse import parse_note
from vaultkit.vault.index import VaultIndex

SYNTHESIS = "---\ncategory: synthese_globale\nscope: S\n---\n# Synthèse\n"


def read(line: str) -> tuple[Action, bool]:
    """Return the action of a line, and whether the roadmap shows it."""
    text = f"---\ncategory: domaine\nscope: S\n---\n# Accès\n## Actions\n{line}\n"
    index = VaultIndex.of([parse_note("S.md", SYNTHESIS), parse_note("A.md", text)])
    [mission] = missions(index)
    [action] = mission.domains[0].actions
    return action, bool(roadmap_lines(mission))


@pytest.mark.parametrize(
    ("remark", "due"),
    [
        ("(resp. Luc, délai 01.10.2025, CHF 1'200)", date(2025, 10, 1)),
        ("(délai : 31/12/2025)", date(2025, 12, 31)),
        ("(délais 31.12.25)", date(2025, 12, 31)),
        ("(échéance 2025-12-31)", date(2025, 12, 31)),
        ("(due 2025-12-31)", date(2025, 12, 31)),
        ("(Frist: 31.12.2025)", date(2025, 12, 31)),
        ("(bis 31.12.2025)", date(2025, 12, 31)),
        ("(d’ici au 31.12.2025)", date(2025, 12, 31)),
        ("(avant le 31.12.2025)", date(2025, 12, 31)),
        ("(resp. Luc, pour le 31.12.2025)", date(2025, 12, 31)),
        ("(resp. Luc, 31.12.2025)", date(2025, 12, 31)),
        ("(resp. Luc) (31.12.2025)", None),
        ("(resp. Luc, offre du 03.04.2025)", None),
        ("(resp. Luc, offre pour 3 postes du 03.04.2025)", None),
        ("(validé le 01.02.2025, délai 31.12.2027)", date(2027, 12, 31)),
        ("(fait le 12.11.2025, délai 31/12/2025)", date(2025, 12, 31)),
        ("(délai 01.10.2025 → reporté au 01.10.2027)", date(2027, 10, 1)),
        ("(délai 01.10.2025, reporté au 01.10.2026, reporté au 01.10.2027)", date(2027, 10, 1)),
        ("(due 2025-10-01, postponed to 2027-10-01)", date(2027, 10, 1)),
        ("(Frist 01.10.2025, verschoben auf 01.10.2027)", date(2027, 10, 1)),
        ("(délai fin 2025)", None),
        ("📅 2025-12-31", date(2025, 12, 31)),
        ("[échéance:: 31.12.2025]", date(2025, 12, 31)),
        ("[délai:: 01.10.2025 → reporté au 01.10.2027]", date(2027, 10, 1)),
    ],
)
def test_due_is_what_stands_behind_its_word(remark: str, due: date | None) -> None:
    action, _ = read(f"- **Court terme** : **PBX** – remplacer {remark}")
    assert (action.due, action.label) == (due, "PBX")


@pytest.mark.parametrize(
    "line",
    [
        "- [x] **Court terme** : PBX",
        "- **Court terme** : **PBX** : ✅ terminée",
        "- **Court terme** : PBX – fait ✅",
        "- **Court terme** : PBX – fait le 12.11.2025 (CHF 200)",
        "- **Court terme** : PBX → erledigt",
        "- **Court terme** : PBX (fait, CHF 200)",
        "- **Court terme** : PBX (déjà fait)",
        "- **Court terme** : PBX (réalisé en mars 2025)",
        "- **Court terme** : PBX (resp. Luc) (done)",
        "- **Court terme** : PBX [statut:: fait]",
        "- **Court terme** : PBX [status:: Done]",
        "- **Court terme** : PBX ✅ 2025-11-12",
        "- **Court terme** : PBX ✅",
    ],
)
def test_a_done_action_stays_in_the_roadmap(line: str) -> None:
    action, shown = read(line)
    assert (action.done, action.cancelled, shown) == (True, False, True)


@pytest.mark.parametrize(
    "line",
    [
        "- [-] **Court terme** : PBX",
        "- **Court terme** : PBX [statut:: annulé]",
        "- **Court terme** : PBX (abandonné le 12.11.2025)",
        "- **Court terme** : PBX – annulée",
        "- **Court terme** : PBX ❌ 2025-11-12",
    ],
)
def test_a_cancelled_action_is_on_no_roadmap(line: str) -> None:
    action, shown = read(line)
    assert (action.done, action.cancelled, shown) == (True, True, False)


@pytest.mark.parametrize(
    "line",
    [
        "- **Court terme** : PBX",
        "- [ ] **Court terme** : PBX (à faire, pas fait, non réalisé)",
        "- [/] **Court terme** : PBX",
        "- **Court terme** : PBX (réalisé par Luc, délai 01.10.2027)",
        "- **Court terme** : PBX (fait partie du lot 2)",
        "- **Court terme** : dire ce qui est fait",
        "- **Court terme** : PBX ❌ en panne ✅",
        "- **Court terme** : PBX [statut:: en cours]",
    ],
)
def test_an_open_action_stays_open(line: str) -> None:
    action, shown = read(line)
    assert (action.done, action.cancelled, shown) == (False, False, True)
