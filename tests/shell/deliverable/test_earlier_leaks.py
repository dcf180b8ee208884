"""A Word document with tracked changes holds the earlier text too: what must not get out of that is a leak as well."""

from __future__ import annotations

import subprocess

from tests.conftest import Vault, notes_of

NOTES = """
== Synthèse Dufour.md
---
category: synthese_globale
scope: Étude Dufour
---
# Synthèse
## Contexte
{text}
== Visite matinale.md
---
category: entretien
scope: Étude Dufour
---
== Accès.md
---
category: domaine
scope: Étude Dufour
---
# Accès
## Constats
- Clés partagées ❌
"""


def commit(vault: Vault, said: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b.ch")
    for command in (("init", "-q"), ("add", "-A"), (*who, "commit", "-qm", said), ("tag", said)):
        subprocess.run(["git", *command], cwd=vault.root, check=True, capture_output=True)


def test_the_text_of_an_earlier_commit_is_looked_through_where_it_gets_out(vault: Vault) -> None:
    for path, text in notes_of(NOTES.replace("{text}", "Vu dans Visite matinale.")).items():
        vault.write(path, text)
    commit(vault, "avant")
    vault.replace("Synthèse Dufour.md", "Vu dans Visite matinale.", "Vu sur place.")
    done = vault.run("report", "dufour", "--to", "docx", "--since", "avant", "--output", "r.docx")
    assert done.code == 1, (done.out, done.err)
    assert "the name of an interview would get out: 'Visite matinale'" in done.out
    assert "start from a later state, or write another format" in done.out
    assert not (vault.root / "r.docx").exists()
    done = vault.run("report", "dufour", "--to", "md", "--since", "avant", "--output", "r.md")
    assert done.code == 0, (done.out, done.err)
    assert "Visite matinale" not in vault.read("r.md")
