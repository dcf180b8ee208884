"""Missions of a year in twelve steps, of which the truth is known; as git commits, or as states of a folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from tests.conftest import notes_of

START = """
== Synthèse – Étude Dufour.md
---
category: synthese_globale
scope: Étude Dufour
---
# Synthèse

## Constats

<!-- vaultkit:begin recap -->

<!-- vaultkit:end recap -->
== Accès.md
---
category: domaine
scope: Étude Dufour
ordre: 1
---
# 🔐 Accès
## Constats
- Clés partagées entre collègues ❌
- Porte du local technique ouverte ⚠️
## Actions
- **Court terme** : **badges** – un par personne (resp. Luc, délai 01.10.2025)
== Courriel.md
---
category: domaine
scope: Étude Dufour
ordre: 2
---
# 📧 Courriel
## Constats
- Adresse privée pour les clients ❌
- Sauvegarde des messages jamais testée ❌
== Téléphone.md
---
category: domaine
scope: Étude Dufour
ordre: 3
---
# Téléphone
## Constats
- Combinés sans code ⚠️
== Entretien – Luc.md
---
category: entretien
scope: Étude Dufour
---
# Entretien
== Journal/Divers.md
Rien.
"""

SAVED = """\
---
category: domaine
scope: Étude Dufour
ordre: 4
---
# Sauvegardes
## Constats
- Sauvegarde des messages jamais testée ❌
"""


class Step(Struct, frozen=True):
    """One step: when its author made it, what it is tagged with, and what it does to which note.

    `edits` are (path, old, new); an `old` that is empty writes the whole note, a `new` that is None takes it away.
    `moves` are (old path, new path).
    """

    when: str
    edits: tuple[tuple[str, str, str | None], ...] = ()
    moves: tuple[tuple[str, str], ...] = ()
    tag: str = ""

    @property
    def day(self) -> str:
        """The day on which its author made it."""
        return self.when[:10]


SESSION = "Session du secrétariat sans mot de passe"
STEPS = (
    Step("2025-03-03T10:00:00+01:00", tag="v1"),
    # a finding is opened
    Step(
        "2025-04-01T10:00:00+02:00",
        (("Accès.md", "## Actions", f"- {SESSION} et sans verrouillage automatique ❌\n## Actions"),),
    ),
    # one is fixed
    Step("2025-05-05T10:00:00+02:00", (("Accès.md", "entre collègues ❌", "entre collègues ✅"),)),
    # a date slips
    Step("2025-06-02T10:00:00+02:00", (("Accès.md", "01.10.2025", "15.12.2025"),)),
    # a sentence is worded otherwise
    Step(
        "2025-07-01T10:00:00+02:00",
        (
            (
                "Accès.md",
                "Porte du local technique ouverte",
                "La porte du local technique reste ouverte la nuit",
            ),
        ),
    ),
    # a note is renamed; late in the evening of its author, which is the next day in Greenwich
    Step("2025-08-20T23:30:00-05:00", moves=(("Courriel.md", "Messagerie.md"),), tag="revue-été"),
    # a domain is called otherwise
    Step("2025-09-10T10:00:00+02:00", (("Messagerie.md", "# 📧 Courriel", "# 📨 Messagerie & échanges"),)),
    # a finding goes to another domain
    Step(
        "2025-10-06T10:00:00+02:00",
        (
            ("Messagerie.md", "- Sauvegarde des messages jamais testée ❌\n", ""),
            ("Sauvegardes.md", "", SAVED),
        ),
    ),
    # what was fixed is open again
    Step("2025-11-03T10:00:00+01:00", (("Accès.md", "entre collègues ✅", "entre collègues ❌"),)),
    # one finding becomes two
    Step(
        "2025-12-01T10:00:00+01:00",
        (
            (
                "Accès.md",
                f"{SESSION} et sans verrouillage automatique ❌",
                f"{SESSION} ❌\n- Verrouillage automatique absent ❌",
            ),
        ),
    ),
    # a note is deleted
    Step("2026-01-12T10:00:00+01:00", (("Téléphone.md", "", None),)),
    # the synthesis is renamed
    Step(
        "2026-02-02T10:00:00+01:00",
        moves=(("Synthèse – Étude Dufour.md", "Bilan – Étude Dufour.md"),),
        tag="v2",
    ),
)


def take(root: Path, number: int, steps: Sequence[Step] = STEPS, start: str = START) -> None:
    """Take one step (from 1) in the folder of the vault; the first writes it."""
    if number == 1:
        for path, text in notes_of(start).items():
            put(root / path, text)
        (root / ".obsidian").mkdir(parents=True, exist_ok=True)
        put(root / ".obsidian" / "app.json", "{}")
    for path, old, new in steps[number - 1].edits:
        file = root / path
        if new is None:
            file.unlink()
        elif not old:
            put(file, new)
        else:
            text = file.read_text(encoding="utf-8")
            assert text.count(old) == 1, (path, old)
            put(file, text.replace(old, new))
    for path, to in steps[number - 1].moves:
        (root / to).parent.mkdir(parents=True, exist_ok=True)
        (root / path).rename(root / to)


def put(file: Path, text: str) -> None:
    """Write a file, with its folder."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())


def git(top: Path, *arguments: str, when: str = "2026-06-01T10:00:00+00:00") -> str:
    """Run git as nobody in particular; return what it prints."""
    program = shutil.which("git")
    assert program is not None
    named = {f"GIT_{who}_{what}": "Test" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    dated = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": "2026-06-01T10:00:00+00:00"}
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(
        [program, *arguments], cwd=top, env=os.environ | named | dated | quiet, capture_output=True, check=True
    )  # fmt: skip
    return done.stdout.decode().strip()


def commits(top: Path, vault: str, steps: Sequence[Step] = STEPS, start: str = START) -> list[str]:
    """Make the repository with all steps in a folder of it; return the ids of the commits."""
    top.mkdir(parents=True)
    git(top, "init", "-q", "-b", "main")
    put(top / "Lisez-moi.md", "À côté du coffre.\n")
    made = []
    for number, step in enumerate(steps, 1):
        take(top / vault, number, steps, start)
        git(top, "add", "-A")
        git(top, "commit", "-q", "-m", f"pas {number}", when=step.when)
        made.append(git(top, "rev-parse", "HEAD"))
        if step.tag:
            git(top, "tag", step.tag)
    return made
