"""`--livrer`: a frozen copy that is kept in the vault, read back, and disturbs nothing in it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from msgspec.structs import replace

from tests.conftest import Vault
from vaultkit.audit.deliveries import deliveries_of, numbered
from vaultkit.audit.kept_records import record_of_delivery
from vaultkit.audit.mission import is_frozen
from vaultkit.audit.model import Mission
from vaultkit.render.deliverable.model import Cover, Picture, Report
from vaultkit.shell.deliverable.delivering import Delivered, deliver
from vaultkit.shell.names import find_note
from vaultkit.shell.session import Session

DAY = date(2026, 11, 22)
COPY = "Étude/Livraisons/Synthèse – Étude Dufour (2026-11-22).md"

BODY = """\
## Constats par domaine {#constats}

Voir les [actions](#actions) et <https://example.org>.

![Matrice des risques : 1 élevé](matrice)

> [!danger] Risque
> ![Le local](photo){width=300}

| Domaine | Priorité |
|:--|:--|
| 🔐 Accès | haute |

```text
# pas un titre {#reste}
```

### Actions {#actions}

- **A-3** badges
"""

PICTURES = (
    Picture("matrice", "Matrice", chart={"mark": "rect"}),
    Picture("photo", "Le local", path="Étude/photo.png"),
)
REPORT = Report("fr", Cover("🔎 Synthèse Dufour", consultant="Ana: conseil"), None, BODY, PICTURES)

NOTES = """
== Étude/Synthèse – Étude Dufour.md
---
category: synthese_globale
scope: Étude Dufour
backlinks:
  - "[[Accès]]"
  - "[[Entretien – Luc]]"
---
# Synthèse

## Constats

<!-- vaultkit:begin recap -->

<!-- vaultkit:end recap -->

## Évolution

<!-- vaultkit:begin evolution -->

<!-- vaultkit:end evolution -->

## Liens

<!-- vaultkit:begin liens -->

<!-- vaultkit:end liens -->
== Étude/Accès.md
---
category: domaine
scope: Étude Dufour
priorite: haute
synthese: "[[Synthèse – Étude Dufour]]"
---
# 🔐 Accès
D’après [[Entretien – Luc]], pour [[Synthèse – Étude Dufour]].
## Constats
- Clés partagées, d’après [[Entretien – Luc]] ❌
- ✅ Alarme en place
## Actions
- **Court terme** : **badges** – un par personne (resp. Luc, délai 01.10.2027)
== Étude/Entretien – Luc.md
---
category: entretien
scope: Étude Dufour
synthese: "[[Synthèse – Étude Dufour]]"
---
# Entretien
Pour [[Synthèse – Étude Dufour]].
== Étude/photo.png
"""


@pytest.fixture
def mission_vault(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """A vault with one mission, rebuilt."""
    from tests.conftest import notes_of

    monkeypatch.setenv("XDG_STATE_HOME", str(vault.state))
    for path, text in notes_of(NOTES).items():
        vault.write(path, text)
    Session.open(vault.root).rebuild()
    return vault


def opened(vault: Vault) -> tuple[Session, Mission]:
    session = Session.open(vault.root)
    [mission] = [mission for mission in session.missions if mission.active]
    return session, mission


def delivered(vault: Vault, report: Report = REPORT, day: date = DAY) -> Delivered:
    session, mission = opened(vault)
    return deliver(session, mission, report, numbered(mission, day), day)


def test_the_copy_is_frozen_dated_and_says_what_was_delivered(mission_vault: Vault) -> None:
    done = delivered(mission_vault)
    assert (done.path, done.known, [write.path for write in done.done.written]) == (COPY, False, [COPY])
    assert done.words.fr == f"Copie figée\u00a0: {COPY}"
    text, _, data = mission_vault.read(COPY).partition("```vaultkit-livraison\n")
    assert (
        text
        == """\
---
category: synthese_globale
scope: Étude Dufour
consultant: 'Ana: conseil'
date: 2026-11-22
livraison: 2026-11-22
vaultkit_frozen: true
---

# 🔎 Synthèse Dufour

## Constats par domaine

Voir les actions et <https://example.org>.

*Matrice des risques : 1 élevé* <!-- vk:chart -->

> [!danger] Risque
> ![[Étude/photo.png]]

| Domaine | Priorité |
|:--|:--|
| 🔐 Accès | haute |

```text
# pas un titre {#reste}
```

### Actions

- **A-3** badges

## Données de cette livraison (interne)

vaultkit y lit l’état de chaque élément à cette date, pour dire plus tard ce qui a changé. Ne pas modifier.

"""
    )
    assert [json.loads(line) for line in data.splitlines()[1:-1]] == [
        {"number": "A-1", "topic": "findings", "domain": "Accès", "text": "Clés partagées", "state": "ouvert",
         "status": "❌", "path": "Étude/Accès.md"},
        {"number": "A-2", "topic": "findings", "domain": "Accès", "text": "Alarme en place", "state": "corrigé",
         "status": "✅", "path": "Étude/Accès.md"},
        {"number": "A-3", "topic": "actions", "domain": "Accès", "text": "badges – un par personne",
         "state": "ouvert", "horizon": "court", "owner": "Luc", "due": "2027-10-01", "path": "Étude/Accès.md"},
    ]  # fmt: skip


def test_it_is_read_back_as_it_was(mission_vault: Vault) -> None:
    _, before = opened(mission_vault)
    record = numbered(before, DAY)
    delivered(mission_vault)
    session, mission = opened(mission_vault)
    note = session.index.notes[COPY]
    assert is_frozen(note)
    assert record_of_delivery(note) == record
    assert [one.note.path for one in deliveries_of(mission)] == [COPY]


def test_it_disturbs_nothing(mission_vault: Vault) -> None:
    def facts() -> tuple[object, ...]:
        diagnostics = json.loads(mission_vault.run("check", "--format", "json").out)["diagnostics"]
        links = mission_vault.run("graph", "--backlinks", "Accès").out
        edges = json.loads(mission_vault.run("graph", "--format", "json").out)["edges"]
        return diagnostics, links, [edge for edge in edges if edge["source"] != COPY]

    before, files = facts(), mission_vault.snapshot()
    delivered(mission_vault)
    assert facts() == before
    assert mission_vault.run("rebuild", "--check").code == 0
    assert mission_vault.run("rebuild").code == 0
    after = mission_vault.snapshot()
    assert after.keys() - files.keys() == {COPY}
    assert {path: after[path] for path in files} == files
    _, mission = opened(mission_vault)
    assert mission.path == "Étude/Synthèse – Étude Dufour.md"
    assert [domain.bare_label for domain in mission.domains] == ["Accès"]


def test_part_of_the_name_still_means_the_synthesis(mission_vault: Vault) -> None:
    delivered(mission_vault)
    session, mission = opened(mission_vault)
    assert find_note(session.index, session.root, "dufour") == mission.path
    assert find_note(session.index, session.root, "dufour 2026 11 22") == COPY


def test_twice_is_once_and_other_words_on_the_same_day_come_beside(mission_vault: Vault) -> None:
    delivered(mission_vault)
    files = mission_vault.snapshot()
    again = delivered(mission_vault)
    assert (again.path, again.known, again.done.written) == (COPY, True, [])
    assert again.words.en == f"Delivered as it is today already: {COPY}"
    other = replace(REPORT, body=BODY.replace("badges", "badges et clés"))
    second = COPY.replace(".md", " (2).md")
    assert delivered(mission_vault, other).path == second
    assert delivered(mission_vault, other).known
    assert delivered(mission_vault).path == COPY
    after = mission_vault.snapshot()
    assert after.keys() - files.keys() == {second}
    assert {path: after[path] for path in files} == files
    assert "livraison_numero: 2" in mission_vault.read(second)
    assert mission_vault.run("check").code == 0
    _, mission = opened(mission_vault)
    assert [one.note.path for one in deliveries_of(mission)] == [COPY, second]


def test_what_a_formatter_did_to_the_copy_is_no_other_content(mission_vault: Vault) -> None:
    delivered(mission_vault)
    mission_vault.replace(
        COPY, "| Domaine | Priorité |\n|:--|:--|", "| Domaine  | Priorité |\n| :------- | :--- |"
    )
    assert delivered(mission_vault).known


def test_an_item_that_changed_since_makes_another_copy_on_the_same_day(mission_vault: Vault) -> None:
    delivered(mission_vault)
    mission_vault.replace("Étude/Accès.md", "01.10.2027", "01.12.2027")
    assert delivered(mission_vault).path == COPY.replace(".md", " (2).md")


def test_undo_takes_it_back(mission_vault: Vault) -> None:
    files = mission_vault.snapshot()
    delivered(mission_vault)
    assert mission_vault.run("undo").code == 0
    assert mission_vault.snapshot() == files


def test_the_folder_is_that_of_the_settings_beside_the_synthesis(mission_vault: Vault) -> None:
    mission_vault.write("vaultkit.toml", '[report]\ndeliveries = "Archives/Rapports"\n')
    done = delivered(mission_vault)
    assert done.path == COPY.replace("Livraisons", "Archives/Rapports")
    assert mission_vault.read(done.path).startswith("---\n")


def test_a_file_that_is_no_note_of_the_vault_is_not_written_over(mission_vault: Vault) -> None:
    (mission_vault.root / COPY).mkdir(parents=True)
    assert delivered(mission_vault).path == COPY.replace(".md", " (2).md")
