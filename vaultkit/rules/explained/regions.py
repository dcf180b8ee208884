"""What the rules about regions mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation, Files
from vaultkit.text import Message

_DOMAIN = (
    "---\ncategory: domaine\nscope: Étude Dufour\n---\n# Accès\n[[Synthèse]]\n## Constats\n- Clés prêtées ❌\n"
    "## Actions\n- **Court terme** : **badges** – remplacer les clés\n"
)
_BEGIN, _END = "<!-- vaultkit:begin roadmap -->\n\n", "\n<!-- vaultkit:end roadmap -->\n"
#: The region as a rebuild writes it.
_FRESH = (
    "<!-- vaultkit:begin roadmap -->\n\n1. **Court terme** → badges.\n\n"
    "<!-- vaultkit:end roadmap sum=316c7727 units=6c54dc -->\n"
)


def _mission(roadmap: str) -> Files:
    """Return a mission of one domain, whose synthesis holds this roadmap."""
    return {
        "Synthèse.md": '---\ncategory: synthese_globale\nscope: Étude Dufour\nbacklinks:\n  - "[[Accès]]"\n---\n'
        f"# Synthèse\n## Feuille de route\n{roadmap}",
        "Accès.md": _DOMAIN,
    }


def _query(dql: str) -> Files:
    """Return a vault of one note with the region of a query."""
    return {
        "Accueil.md": f"# Accueil\n<!-- vaultkit:begin query\n{dql}\n-->\n\n<!-- vaultkit:end query -->\n",
    }


EXPLANATIONS: Mapping[str, Explanation] = {
    "VK501": Explanation(
        Message(
            "Une zone est comprise entre deux repères\u00a0; il en manque un, ou ils se croisent. vaultkit "
            "ne sait plus "
            "ce qui lui appartient et n’écrit rien dans cette note.",
            "A region stands between two markers; one is missing, or they cross. vaultkit cannot tell what "
            "belongs to it "
            "and writes nothing into this note.",
        ),
        Message(
            "Remettre le repère manquant à la ligne dite, ou enlever aussi l’autre\u00a0: le texte est alors à vous. "
            "vaultkit undo rend l’état d’avant la dernière écriture.",
            "Put the missing marker back at the line that is told, or take the other one out too: the text "
            "is yours then. "
            "vaultkit undo gives back what stood before the last write.",
        ),
        _mission(f"{_BEGIN}1. **Court terme** → badges.\n"),
        _mission(_FRESH),
    ),
    "VK502": Explanation(
        Message(
            "Une note fille a changé et la synthèse dit encore l’ancien état. Le client lirait une ligne "
            "qui n’est plus "
            "vraie.",
            "A child note has changed and the synthesis still says how it was. The client would read a line that is no "
            "longer true.",
        ),
        Message(
            "vaultkit rebuild met la zone à jour\u00a0; vaultkit rebuild --diff montre d’abord ce qui changerait.",
            "vaultkit rebuild brings the region up to date; vaultkit rebuild --diff first shows what would change.",
        ),
        _mission(_FRESH.replace("badges", "registre").replace("sum=316c7727 units=6c54dc ", "")),
        _mission(_FRESH),
    ),
    "VK503": Explanation(
        Message(
            "Une partie d’une zone a été récrite à la main. Elle est gardée à chaque mise à jour, ce qui "
            "est voulu\u00a0; "
            "mais la note fille dit encore autre chose.",
            "A part of a region was rewritten by hand. It is kept at each rebuild, as it should be; but the child note "
            "still says something else.",
        ),
        Message(
            "vaultkit push écrit dans la note fille la formule d’un tableau récapitulatif ou d’une feuille de route. "
            "Pour revenir à la note, effacer <!-- vk:keep -->. Il n’y a rien à faire si l’écart est voulu.",
            "vaultkit push writes the wording of a recap or roadmap into the child note. To go back to the note, "
            "delete <!-- vk:keep -->. Nothing is to be done where the difference is wanted.",
        ),
        _mission(f"{_BEGIN}1. **Court terme** → cartes d’accès <!-- vk:keep -->.\n{_END}"),
        _mission(_FRESH),
    ),
    "VK504": Explanation(
        Message(
            "Une ligne ou un élément d’une zone ne vient d’aucune note fille. Il reste tant que vous ne l’enlevez pas, "
            "mais rien n’explique au client d’où il sort.",
            "A row or item of a region comes from no child note. It stays until you take it out, but nothing tells the "
            "client where it comes from.",
        ),
        Message(
            "L’écrire dans une note fille, l’effacer, ou le laisser s’il est voulu. Quand une note a disparu, "
            "vaultkit rebuild --prune enlève ce qui en venait.",
            "Write it into a child note, delete it, or leave it where it is wanted. Where a note is gone, "
            "vaultkit rebuild --prune takes away what came from it.",
        ),
        _mission(f"{_BEGIN}1. **Court terme** → badges, audit du serveur.\n{_END}"),
        _mission(_FRESH),
    ),
    "VK505": Explanation(
        Message(
            "Une zone porte un nom que vaultkit ne connaît pas, une faute de frappe le plus souvent. Son contenu n’est "
            "jamais touché, donc jamais mis à jour.",
            "A region has a name that vaultkit does not know, most often a slip of the finger. Its body is "
            "never touched, "
            "so it is never brought up to date.",
        ),
        Message(
            "Corriger le nom dans les deux repères (recap, roadmap, liens, domaine, diagnostic, query, template), ou "
            "enlever les repères.",
            "Correct the name in both markers (recap, roadmap, liens, domaine, diagnostic, query, template), or take "
            "the markers out.",
        ),
        _mission(_FRESH.replace("roadmap", "roadmapp")),
        _mission(_FRESH),
    ),
    "VK506": Explanation(
        Message(
            "Le modèle ou la requête d’une zone échoue. La zone reste telle quelle plutôt que de perdre "
            "son contenu, et "
            "peut donc être dépassée.",
            "The template or query of a region fails. The region stands as it stood rather than lose its body, and may "
            "thus be out of date.",
        ),
        Message(
            "Corriger la requête à la place dite, ou le modèle dont le nom et la ligne sont donnés, puis "
            "vaultkit rebuild.",
            "Correct the query at the place that is told, or the template whose name and line are given, then "
            "vaultkit rebuild.",
        ),
        _query("TABLE priorite,\nFROM #audit"),
        _query("TABLE priorite\nFROM #audit"),
    ),
}
