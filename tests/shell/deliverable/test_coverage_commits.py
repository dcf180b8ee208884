"""How far the controls of a mission are met at each of twelve commits, of which the truth is known."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import Vault
from tests.shell.deliverable.history import Step, commits
from vaultkit.audit.controls import controls_of
from vaultkit.audit.coverage import Covered, coverage_of
from vaultkit.shell.git.repository import Repository
from vaultkit.shell.git.staged import StagedFiles
from vaultkit.shell.session import Session

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")

#: The folder of the vault in its repository.
FOLDER = "Études/Dufour"

START = """
== Synthèse – Étude Dufour.md
---
category: synthese_globale
scope: Étude Dufour
controles: ["[[HN-1]]", HN-2, "[[HN-3]]"]
---
# Synthèse

## Couverture

<!-- vaultkit:begin couverture -->

<!-- vaultkit:end couverture -->
== Accès.md
---
category: domaine
scope: Étude Dufour
ordre: 1
---
# 🔐 Accès
## Constats
- Un seul compte pour tout le secrétariat ❌
- Chaque porte a sa serrure ✅
## Actions
- **Court terme** : **comptes** – un par personne
== Courriel.md
---
category: domaine
scope: Étude Dufour
ordre: 2
---
# 📧 Courriel
## Constats
- Adresse privée pour les clients ⚠️
== Référentiel/HN-1.md
---
category: controle
id: HN-1
domaine: Accès
enonce: Chacun ouvre sa propre session
---
== Référentiel/HN-2.md
---
category: controle
id: HN-2
domaine: Accès
enonce: Les locaux ferment
---
== Référentiel/HN-3.md
---
category: controle
id: HN-3
domaine: Accès
enonce: Un agenda se partage avec des droits
---
== Référentiel/HN-4.md
---
category: controle
id: HN-4
domaine: Courriel
enonce: L’adresse est à son propre domaine
---
"""

SYNTHESIS = "Synthèse – Étude Dufour.md"
ACCOUNTS = "- Un seul compte pour tout le secrétariat ❌"
CITED = f"{ACCOUNTS} [controle:: [[HN-1]]] ^comptes"
LOCKS = "- Chaque porte a sa serrure ✅"
PLANNED = "un par personne [constat:: [[#^comptes]]] (délai 01.10.2025)"
RETAINED = 'controles: ["[[HN-1 Sessions]]", HN-2, "[[HN-3]]"]'
WITHOUT_REASON = 'controles_sans_objet: ["[[HN-3]]"]'
WITH_REASON = 'controles_sans_objet: ["[[HN-3]] : un seul agenda, sur papier"]'

STEPS = (
    Step("2025-03-03T10:00:00+01:00"),
    # findings cite two of the controls
    Step(
        "2025-04-01T10:00:00+02:00",
        (("Accès.md", ACCOUNTS, CITED), ("Accès.md", LOCKS, f"{LOCKS} [controle:: [[HN-2]]]")),
    ),
    # the action answers the finding, by a day
    Step("2025-05-05T10:00:00+02:00", (("Accès.md", "un par personne", PLANNED),)),
    # a control gets another file name and folder; Obsidian rewrites the links
    Step(
        "2025-06-02T10:00:00+02:00",
        (("Accès.md", "[[HN-1]]", "[[HN-1 Sessions]]"), (SYNTHESIS, '"[[HN-1]]"', '"[[HN-1 Sessions]]"')),
        (("Référentiel/HN-1.md", "Normes/Accès/HN-1 Sessions.md"),),
    ),
    # the note of a domain is renamed, and called otherwise
    Step(
        "2025-07-01T10:00:00+02:00",
        (("Accès.md", "# 🔐 Accès", "# 🔑 Accès & locaux"),),
        (("Accès.md", "Locaux.md"),),
    ),
    # out of question, but why?
    Step("2025-08-20T23:30:00-05:00", ((SYNTHESIS, RETAINED, f"{RETAINED}\n{WITHOUT_REASON}"),)),
    # that is why
    Step("2025-09-10T10:00:00+02:00", ((SYNTHESIS, WITHOUT_REASON, WITH_REASON),)),
    # a control that nobody has retained is cited
    Step("2025-10-06T10:00:00+02:00", (("Courriel.md", "clients ⚠️", "clients ⚠️ [controle:: [[HN-4]]]"),)),
    # the action is done, but nobody has looked again
    Step("2025-11-03T10:00:00+01:00", (("Locaux.md", "- **Court", "- [x] **Court"),)),
    # somebody has; and a control changes its folder, to which no link is sensitive
    Step(
        "2025-12-01T10:00:00+01:00",
        (("Locaux.md", " ^comptes", " (corrigé le 01.12.2025) ^comptes"),),
        (("Référentiel/HN-2.md", "Normes/HN-2.md"),),
    ),
    # a control is dropped
    Step(
        "2026-01-12T10:00:00+01:00",
        ((SYNTHESIS, f'{WITH_REASON}\n', ""), (SYNTHESIS, ', "[[HN-3]]"', "")),
    ),
    # a risk is accepted, another finding contradicts, and the synthesis is renamed
    Step(
        "2026-02-02T10:00:00+01:00",
        (
            ("Courriel.md", "[controle::", "[statut:: risque accepté par Mme Dufour] [controle::"),
            ("Locaux.md", LOCKS, f"- Fenêtre de la cave ouverte ❌ [controle:: HN-2]\n{LOCKS}"),
        ),
        ((SYNTHESIS, "Bilan – Étude Dufour.md"),),
    ),
)  # fmt: skip

#: How far each retained control is met, in the order in which they are printed, at each commit.
TRUTH: dict[int, dict[str, str]] = {
    1: {"HN-1": "à voir", "HN-2": "à voir", "HN-3": "à voir"},
    2: {"HN-1": "non conforme", "HN-2": "conforme", "HN-3": "à voir"},
    3: {"HN-1": "prévu", "HN-2": "conforme", "HN-3": "à voir"},
    4: {"HN-1": "prévu", "HN-2": "conforme", "HN-3": "à voir"},
    5: {"HN-1": "prévu", "HN-2": "conforme", "HN-3": "à voir"},
    6: {"HN-1": "prévu", "HN-2": "conforme", "HN-3": "à voir"},
    7: {"HN-1": "prévu", "HN-2": "conforme", "HN-3": "sans objet"},
    8: {"HN-1": "prévu", "HN-2": "conforme", "HN-3": "sans objet", "HN-4": "partiel"},
    9: {"HN-1": "non conforme", "HN-2": "conforme", "HN-3": "sans objet", "HN-4": "partiel"},
    10: {"HN-1": "conforme", "HN-2": "conforme", "HN-3": "sans objet", "HN-4": "partiel"},
    11: {"HN-1": "conforme", "HN-2": "conforme", "HN-4": "partiel"},
    12: {"HN-1": "conforme", "HN-2": "partiel", "HN-4": "partiel"},
}

#: Where the notes of the controls stand, from a commit on.
PATHS = {
    1: ("Référentiel/HN-1.md", "Référentiel/HN-2.md"),
    4: ("Normes/Accès/HN-1 Sessions.md", "Référentiel/HN-2.md"),
    10: ("Normes/Accès/HN-1 Sessions.md", "Normes/HN-2.md"),
}

#: The region at the last commit; before, it was never made.
REGION = """\
<!-- vaultkit:begin couverture -->

| Contrôle | Domaine | État | Constat, mesure |
|---|---|---|---|
| [[HN-1 Sessions\\|HN-1]] Chacun ouvre sa propre session | 🔑 Accès | ✅ conforme \
| Un seul compte pour tout le secrétariat |
| [[HN-2]] Les locaux ferment | 🔑 Accès | ⚠️ partiel \
| ❌ Fenêtre de la cave ouverte ; ✅ Chaque porte a sa serrure |
| [[HN-4]] L’adresse est à son propre domaine | 📧 Courriel | ⚠️ partiel | Adresse privée pour les clients |

3 contrôles retenus\u00a0: 1 conforme, 2 partiels.

"""


class History:
    """The repository: its folder, and the ids of its commits (from 1)."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.oids = ["", *commits(top, FOLDER, STEPS, START)]

    def covered(self, number: int) -> list[Covered]:
        """Return the coverage at a commit, read from git alone."""
        root = self.top / FOLDER
        repository = Repository.open(root)
        session = Session.open(root, StagedFiles(repository, root, repository.tree(self.oids[number])))
        [mission] = [mission for mission in session.missions if mission.active]
        return list(coverage_of(mission, session.index, controls_of(mission.controls)))


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return History(tmp_path_factory.mktemp("coverage") / "dépôt")


@pytest.mark.parametrize("number", TRUTH)
def test_the_coverage_at_each_commit(history: History, number: int) -> None:
    covered = history.covered(number)
    assert [(one.control.id, str(one.coverage)) for one in covered] == list(TRUTH[number].items())
    paths = PATHS[max(since for since in PATHS if since <= number)]
    assert tuple(one.control.path for one in covered[:2]) == paths


def test_what_a_control_says_beside_its_state(history: History) -> None:
    planned = history.covered(3)[0]
    assert planned.planned is not None
    assert (planned.planned.label, planned.due) == ("comptes", date(2025, 10, 1))
    assert history.covered(5)[0].planned is not None, "the note of the domain is renamed, the link is in it"
    assert [(one.unexplained, one.reason) for one in (history.covered(n)[2] for n in (5, 6, 7))] == [
        (False, ""),
        (True, ""),
        (False, "un seul agenda, sur papier"),
    ]
    assert [one.accepted for one in history.covered(12)] == [False, False, True]


def test_the_region_at_head(history: History, tmp_path: Path) -> None:
    """What a rebuild of the last commit writes is the truth of that commit, and a second one writes nothing."""
    shutil.copytree(history.top / FOLDER, tmp_path / "vault")
    vault = Vault(tmp_path / "vault", tmp_path / "state")
    ran = vault.run("rebuild")
    assert (ran.code, ran.err) == (0, "")
    written = vault.read("Bilan – Étude Dufour.md")
    region = written.partition("## Couverture\n\n")[2].partition("<!-- vaultkit:end")[0]
    assert region.replace("\u202f", " ") == REGION
    assert "nothing was written" in vault.run("rebuild").out
    assert vault.read("Bilan – Étude Dufour.md") == written
