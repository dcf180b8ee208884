"""The follow-up on a real disk: settings reach the regions and the rules, and all of it is Dataview data."""

from __future__ import annotations

from tests.conftest import Vault
from vaultkit.shell.session import Session

SYNTHESIS = """\
---
category: synthese_globale
scope: S
---
# Synthèse
<!-- vaultkit:begin matrice -->
<!-- vaultkit:end matrice -->
"""
ACCESS = """\
---
category: domaine
scope: S
---
# Accès
[[S]]
## Constats
- Porte ouverte ❌ (resp. Luc, délai 01.10.2020, P2 × I3, vu le 01.10.2020) [id:: S-1] [controle:: [[HN-2.1]]]
## Actions
- **Court terme** : serrure (effort 4 h, CHF 120, en cours)
"""


def test_the_settings_reach_the_matrix_and_the_rules(vault: Vault) -> None:
    vault.write("S.md", SYNTHESIS)
    vault.write("D.md", ACCESS)
    assert vault.run("rebuild").code == 0
    assert "4 – très élevé" in vault.read("S.md")
    assert "5 – très élevé" not in vault.read("S.md")
    out = vault.run("check", "D.md").out
    assert "VK711" in out
    assert "VK712" in out
    vault.write("vaultkit.toml", "[tracking]\nmatrix = 5\nstale_days = 3650\n")
    assert vault.run("rebuild").code == 0
    assert "| 5 – très élevé" in vault.read("S.md")
    session = Session.open(vault.root)
    assert session.look(session.plan()).stale_days == 3650
    vault.write("vaultkit.toml", "[tracking]\nmatrix = 9\n")
    refused = vault.run("check")
    assert (refused.code, "tracking.matrix" in refused.err) == (2, True)


def test_the_follow_up_is_plain_data_for_queries(vault: Vault) -> None:
    vault.write("S.md", SYNTHESIS)
    vault.write("D.md", ACCESS)
    vault.write("HN-2.1.md", "# HN-2.1\n")
    asked = (
        "TABLE WITHOUT ID f.id, f.state, f.owner, f.due, f.probability * f.impact, f.controls, f.seen "
        'FROM "D" FLATTEN findings AS f'
    )
    cells = [cell.strip() for cell in vault.run("query", asked).out.splitlines()[2].strip("|").split(" | ")]
    assert cells[:5] == ["S-1", "ouvert", "Luc", "October 01, 2020", "6"]
    assert "HN-2.1" in cells[5]
    asked = 'TABLE WITHOUT ID a.state, a.effort, a.cost, a.currency FROM "D" FLATTEN actions AS a'
    assert vault.run("query", asked).out.splitlines()[2].replace(" ", "") == "|encours|0.5|120|CHF|"
