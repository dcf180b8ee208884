"""A small mission, and what a test does with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vaultkit.shell.acts.act import Act, Kept
from vaultkit.shell.acts.keeping import kept
from vaultkit.shell.session import Session

KEEP = "<!-- vk:keep -->"
SYNTHESIS = "🦷 Synthèse.md"

TEXTS = """
== 🦷 Synthèse.md
---
category: synthese_globale
scope: Étude Dufour
---
# 🦷 Synthèse

## Tableau récapitulatif

<!-- vaultkit:begin recap -->

<!-- vaultkit:end recap -->

## Feuille de route

<!-- vaultkit:begin roadmap -->

<!-- vaultkit:end roadmap -->

## Liens

<!-- vaultkit:begin liens -->

<!-- vaultkit:end liens -->

La fin.
== Accès.md
---
category: domaine
scope: Étude Dufour
ordre: 1
priorite: haute
---
# 🔐 Sécurité & Accès
## En bref
- **Constat** : sessions partagées
- **Risque** : données exposées
- **Opportunité** : session admin
## Actions
- **Court terme** : **sécurité PC** – sessions individuelles
- **Structurant** : badges
== Mails.md
---
category: domaine
scope: Étude Dufour
ordre: 2
---
# 📧 Mails & Courrier
## En bref
- **Constat** : Bluewin
- **Risque** : secret violable
- **Opportunité** : info@ implanté
## Actions
- **Court terme** : chiffrer les résultats
"""


@dataclass(frozen=True)
class Mission:
    """A vault on a real disk, asked through a session that reads it anew each time."""

    root: Path

    @property
    def session(self) -> Session:
        """The vault as it stands now."""
        return Session.open(self.root)

    def write(self, path: str, text: str) -> None:
        """Write a note."""
        (self.root / path).write_bytes(text.encode())

    def read(self, path: str = SYNTHESIS) -> str:
        """Return what a note says."""
        return (self.root / path).read_bytes().decode()

    def all(self) -> dict[str, str]:
        """Return what all notes say."""
        return {file.name: self.read(file.name) for file in self.root.glob("*.md")}

    def replace(self, old: str, new: str, path: str = SYNTHESIS) -> None:
        """Rewrite a stretch of a note by hand; it must be there exactly once."""
        text = self.read(path)
        assert text.count(old) == 1, (old, text)
        self.write(path, text.replace(old, new))

    def rebuild(self) -> list[str]:
        """Bring the vault up to date; return what was written."""
        done, _, _ = self.session.rebuild()
        assert not done.refused
        return [write.path for write in done.written]

    def keep(self, old: str, new: str) -> None:
        """Write over something that was generated: from the next rebuild on it is kept."""
        self.replace(old, new)
        self.rebuild()

    def kept(self) -> tuple[Kept, ...]:
        """Return what is kept in the synthesis."""
        return kept(self.session, SYNTHESIS)

    def one(self, wording: str) -> Kept:
        """Return what is kept and says this."""
        [found] = [each for each in self.kept() if each.wording == wording]
        return found

    def make(self, act: Act) -> None:
        """Make an act, as a command does."""
        done = self.session.apply(act.changes, "act")
        assert not done.refused
