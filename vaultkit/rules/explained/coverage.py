"""What the rules about controls mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation, Files
from vaultkit.text import Message


def _mission(findings: str, retained: str = "HN-1.1") -> Files:
    """Return a mission that retains a control, and whose domain note has these findings."""
    return {
        "Synthèse.md": "---\ncategory: synthese_globale\nscope: Étude Dufour\ncontroles:\n"
        f'  - "[[{retained}]]"\n---\n# Synthèse\n- [[Postes]]\n',
        "Postes.md": f"---\ncategory: domaine\nscope: Étude Dufour\n---\n# Postes\n[[Synthèse]]\n\n{findings}",
        "HN-1.1.md": "---\ncategory: controle\nid: HN-1.1\ndomaine: Postes\n"
        "enonce: Le poste navigue avec Firefox\n---\n# HN-1.1\n",
    }


EXPLANATIONS: Mapping[str, Explanation] = {
    "VK720": Explanation(
        Message(
            "La mission retient un contrôle que personne n’a encore jugé\u00a0: dans la couverture il reste «\u00a0à "
            "voir\u00a0», et le client demande ce qu’il en est. Un seul message les nomme tous.",
            "The mission retains a control that nobody has judged yet: its coverage says «\u00a0à voir\u00a0» (to be "
            "checked), and the client asks what came of it. One message names them all.",
        ),
        Message(
            "Écrire ce qui a été vu dans la note du domaine, avec ✅, ⚠️ ou ❌ et [controle:: [[HN-1.1]]]. vaultkit "
            "check --add-missing y pose un constat «\u00a0à voir\u00a0» par contrôle, qui n’entre dans aucun tableau "
            "ni rapport. Un contrôle sans objet se dit avec sa raison dans controles_sans_objet de la synthèse.",
            "Write what was seen into the note of the domain, with ✅, ⚠️ or ❌ and [controle:: [[HN-1.1]]]. vaultkit "
            "check --add-missing puts a finding «\u00a0à voir\u00a0» for each control there, which is in no table or "
            "report. What does not apply is said with its reason in controles_sans_objet of the synthesis.",
        ),
        _mission("## Constats\n- Postes récents ✅\n"),
        _mission("## Constats\n- Firefox sur chaque poste ✅ [controle:: [[HN-1.1]]]\n"),
    ),
    "VK721": Explanation(
        Message(
            "Un constat, un risque ou une action cite un contrôle qui n’existe pas, ou une note qui n’en est pas un, "
            "donc il ne compte pour aucun. De même pour la propriété controles d’une synthèse.",
            "A finding, risk or action cites a control that does not exist, or a note that is none, so it counts for "
            "no control. The same goes for the property controles of a synthesis.",
        ),
        Message(
            "Corriger l’identifiant, ou mettre category: controle dans la note citée.",
            "Correct the id, or put category: controle into the note that is cited.",
        ),
        _mission("## Constats\n- Firefox sur chaque poste ✅ [controle:: [[HN-1.I]]]\n"),
        _mission("## Constats\n- Firefox sur chaque poste ✅ [controle:: [[HN-1.1]]]\n"),
    ),
    "VK722": Explanation(
        Message(
            "Un contrôle n’est pas rempli, ou en partie seulement, et aucune action à faire n’y répond. Un risque "
            "accepté ne demande rien.",
            "A control is not met, or only in part, and no action that is still to be done answers it. A risk that "
            "was accepted asks for nothing.",
        ),
        Message(
            "Citer le contrôle dans l’action, [controle:: [[HN-1.1]]], relier l’action au constat, "
            "[constat:: [[#^id]]], ou noter au constat qui a accepté le risque.",
            "Cite the control in the action, [controle:: [[HN-1.1]]], link the action to the finding, "
            "[constat:: [[#^id]]], or write at the finding who accepted the risk.",
        ),
        _mission("## Constats\n- Chrome partout ❌ [controle:: [[HN-1.1]]]\n"),
        _mission(
            "## Constats\n- Chrome partout ❌ [controle:: [[HN-1.1]]]\n## Actions\n"
            "- **Court terme** : **Firefox** – installer sur chaque poste [controle:: [[HN-1.1]]]\n"
        ),
    ),
}
