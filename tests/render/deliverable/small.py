"""The material of a report, made from a vault that is one text."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from tests.conftest import notes_of
from vaultkit.audit.evolution import record_of
from vaultkit.audit.gathering import missions
from vaultkit.markdown.parse import parse_note
from vaultkit.render.deliverable.model import Material, Selection
from vaultkit.render.deliverable.selected import Shown, shown_of
from vaultkit.vault.index import VaultIndex

TODAY = date(2026, 11, 22)

SYNTHESIS = """
== S.md
---
category: synthese_globale
scope: C
---
# Synthèse
"""

#: Two domains with all that a report says of an item.
PRACTICE = (
    SYNTHESIS
    + """
== Securite.md
---
category: domaine
scope: C
priorite: haute
ordre: 1
---
# 🔐 Sécurité & accès
## Constats
- Mot de passe partagé entre tous ❌ [probabilite:: 4] [impact:: 4] [responsable:: Mélissa]
- Accès physique large ⚠️ [probabilite:: 2] [impact:: 3]
- Antivirus absent ❌ (corrigé)
- ✅ Session administrateur protégée
- Pare-feu ancien ❌ (à voir)
## Risques
- Fuite de données patients [probabilite:: 3] [impact:: 4]
## Opportunités
- Une équipe volontaire
## Actions
- **Court terme** : sessions au mot de passe individuel (resp. Mélissa, délai 01.10.2026, CHF 1’200, 2 j)
- **Intermédiaire** : inventaire des identifiants (resp. Nadia, délai 15.12.2026, 3 j, en cours)
- [x] **Court terme** : installer l’antivirus (délai 01.09.2026)
- **Structurant** : revoir les serrures (annulé)
== Courriel.md
---
category: domaine
scope: C
priorite: moyenne
ordre: 2
---
# 📧 Courriel
## Constats
- Adresses Gmail personnelles ❌
- ✅ Signature uniforme
## Actions
- **Court terme** : boîtes au nom du cabinet (resp. Nadia, délai 15.01.2027, EUR 240)
- **Structurant** : remplacer les adresses Gmail (hors feuille de route)
- former l’équipe
"""
)


def index_of(vault: str) -> VaultIndex:
    """Return the notes of a text."""
    return VaultIndex.of([parse_note(path, text) for path, text in notes_of(vault).items()])


def material_of(vault: str, matrix: int = 4, **more: object) -> Material:
    """Return the material of the report on `S.md`, with numbers."""
    mission = next(mission for mission in missions(index_of(vault)) if mission.path == "S.md")
    return replace(Material(mission, TODAY, record_of(mission), matrix=matrix), **more)


def shown(vault: str, language: str = "fr", matrix: int = 4, domain: str = "", owner: str = "") -> Shown:
    """Return what the report on `S.md` shows."""
    return shown_of(
        material_of(vault, matrix), Selection(language, domain=domain, owner=owner), index_of(vault)
    )


def domain(*lines: str, name: str = "Accès", priority: str = "haute") -> str:
    """Return a vault with one domain note of these lines."""
    head = f"---\ncategory: domaine\nscope: C\npriorite: {priority}\n---\n# {name}\n"
    return SYNTHESIS + f"== {name}.md\n" + head + "\n".join(lines) + "\n"
