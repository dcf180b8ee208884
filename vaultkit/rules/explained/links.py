"""What the rules about links and the graph mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation
from vaultkit.text import Message

_SYNTHESIS = "---\ncategory: synthese_globale\nscope: Étude Dufour\n---\n# Synthèse\n"
_DOMAIN = "---\ncategory: domaine\nscope: Étude Dufour\n---\n# Accès\n"
_FINDINGS = (
    "## Constats\n- Clés partagées ❌\n## Actions\n- **Court terme** : **badges** – un badge par personne\n"
)

EXPLANATIONS: Mapping[str, Explanation] = {
    "VK401": Explanation(
        Message(
            "Un lien du texte ne mène à aucun fichier. Un clic dans Obsidian crée alors une note vide de ce nom, "
            "et le client tombe sur une page blanche.",
            "A link in the text leads to no file. A click in Obsidian then makes an empty note of that name, and "
            "the client lands on a blank page.",
        ),
        Message(
            "Corriger le nom (le plus proche est proposé), ou écrire la note. Les liens d’une synthèse vers des "
            "notes filles pas encore écrites sont dits à part (VK405).",
            "Correct the name (the nearest one is suggested), or write the note. Links of a synthesis to child "
            "notes that are not written yet are told apart (VK405).",
        ),
        {"Accès.md": "Vu avec [[Melisa]].\n", "Mélissa.md": "Assistante.\n"},
        {"Accès.md": "Vu avec [[Mélissa]].\n", "Mélissa.md": "Assistante.\n"},
    ),
    "VK402": Explanation(
        Message(
            "Un lien dans une propriété ne mène à aucun fichier. Les propriétés relient les notes entre elles "
            "(synthese, backlinks)\u00a0: un tel lien perdu sort la note de sa mission.",
            "A link in a property leads to no file. Properties tie notes together (synthese, backlinks): with such "
            "a link lost, the note falls out of its mission.",
        ),
        Message(
            "Corriger le nom entre les crochets, ou vider la propriété.",
            "Correct the name between the brackets, or empty the property.",
        ),
        {"Client.md": '---\nréférent: "[[Melisa]]"\n---\nCabinet dentaire.\n', "Mélissa.md": "Assistante.\n"},
        {
            "Client.md": '---\nréférent: "[[Mélissa]]"\n---\nCabinet dentaire.\n',
            "Mélissa.md": "Assistante.\n",
        },
    ),
    "VK403": Explanation(
        Message(
            "La liste backlinks d’une synthèse contient des noms en texte simple. Pour Obsidian ce ne sont pas des "
            "liens\u00a0: ils manquent au graphe et ne suivent pas quand une note change de nom.",
            "The list backlinks of a synthesis holds names as plain text. To Obsidian these are no links: they are "
            "missing in the graph and do not follow when a note is renamed.",
        ),
        Message(
            'vaultkit check --fix en fait des liens, "[[…]]"\u00a0; rien d’autre ne change.',
            'vaultkit check --fix makes them links, "[[…]]"; nothing else changes.',
        ),
        {
            "Synthèse.md": _SYNTHESIS.replace("---\n#", "backlinks:\n  - Accès\n---\n#"),
            "Accès.md": f"{_DOMAIN}Pour [[Synthèse]].\n{_FINDINGS}",
        },
        {
            "Synthèse.md": _SYNTHESIS.replace("---\n#", 'backlinks:\n  - "[[Accès]]"\n---\n#'),
            "Accès.md": f"{_DOMAIN}Pour [[Synthèse]].\n{_FINDINGS}",
        },
    ),
    "VK404": Explanation(
        Message(
            "Une note fille ne renvoie pas à la synthèse qui la reprend. Qui l’ouvre ne voit pas à quelle mission "
            "elle sert, et le graphe ne montre le lien que d’un côté.",
            "A child note does not link back to the synthesis that gathers it. Whoever opens it cannot see which "
            "mission it serves, and the graph shows the link from one side only.",
        ),
        Message(
            "Ajouter dans la note un lien vers la synthèse, dans le texte ou dans une propriété.",
            "Add a link to the synthesis in the note, in its text or in a property.",
        ),
        {"Synthèse.md": _SYNTHESIS, "Accès.md": f"{_DOMAIN}{_FINDINGS}"},
        {"Synthèse.md": _SYNTHESIS, "Accès.md": f"{_DOMAIN}Pour [[Synthèse]].\n{_FINDINGS}"},
    ),
    "VK405": Explanation(
        Message(
            "Une synthèse cite des notes qui ne sont pas encore écrites. C’est l’état normal d’une synthèse faite "
            "à la main\u00a0; tant qu’elles manquent, ses propres sections font le tableau.",
            "A synthesis lists notes that are not written yet. That is how a synthesis made by hand begins; while "
            "they are missing, its own sections make the table.",
        ),
        Message(
            "vaultkit adopt --create-children NOTE les crée à partir de ses sections\u00a0; ou retirer les noms.",
            "vaultkit adopt --create-children NOTE makes them out of its sections; or take the names out.",
        ),
        {"Synthèse.md": f"{_SYNTHESIS}## Liens\n- [[Accès]]\n- [[Courriel]]\n"},
        {
            "Synthèse.md": f"{_SYNTHESIS}## Liens\n- [[Accès]]\n",
            "Accès.md": f"{_DOMAIN}Pour [[Synthèse]].\n{_FINDINGS}",
        },
    ),
    "VK406": Explanation(
        Message(
            "Plusieurs notes ont ce nom, et aucune n’est plus proche que l’autre. Obsidian ne dit pas laquelle il "
            "ouvre\u00a0: sur un autre ordinateur ce peut être l’autre.",
            "Several notes have this name, and none is nearer than the other. Obsidian does not define which one it "
            "opens: on another computer it may be the other.",
        ),
        Message(
            "Écrire le chemin dans le lien, ou donner à l’une des notes un autre nom (vaultkit mv).",
            "Write the path in the link, or give one of the notes another name (vaultkit mv).",
        ),
        {"Dupont/Notes.md": "Un.\n", "Martin/Notes.md": "Deux.\n", "Accueil.md": "Voir [[Notes]].\n"},
        {"Dupont/Notes.md": "Un.\n", "Martin/Notes.md": "Deux.\n", "Accueil.md": "Voir [[Dupont/Notes]].\n"},
    ),
    "VK407": Explanation(
        Message(
            "Le lien mène à une note qui existe, mais pas au titre ou au bloc qu’il nomme. La note s’ouvre en haut, "
            "et ce qui devait être montré reste à chercher.",
            "The link leads to a note that is there, but not to the heading or block that it names. The note opens at "
            "its top, and what was to be shown remains to be found.",
        ),
        Message(
            "Reprendre le titre tel qu’il est écrit dans la note, ou retirer ce qui suit le «\u00a0#\u00a0».",
            "Take the heading as it is written in the note, or drop what follows the '#'.",
        ),
        {"Accès.md": "# Accès\n## Constats\n- Clés\n", "Accueil.md": "Voir [[Accès#Constat]].\n"},
        {"Accès.md": "# Accès\n## Constats\n- Clés\n", "Accueil.md": "Voir [[Accès#Constats]].\n"},
    ),
    "VK408": Explanation(
        Message(
            "Plusieurs notes ont le même nom dans des dossiers différents. Obsidian l’admet, mais leurs liens ont "
            "besoin du chemin, et une recherche par nom les confond.",
            "Several notes have one name in different folders. Obsidian allows it, but links to them need their path, "
            "and a search by name confuses them.",
        ),
        Message(
            "Donner à chacune un nom à elle\u00a0: vaultkit mv réécrit les liens. Sinon ignorer la remarque.",
            "Give each a name of its own: vaultkit mv rewrites the links. Else ignore the remark.",
        ),
        {"Dupont/Notes.md": "Un.\n", "Martin/Notes.md": "Deux.\n"},
        {"Dupont/Notes Dupont.md": "Un.\n", "Martin/Notes Martin.md": "Deux.\n"},
    ),
    "VK409": Explanation(
        Message(
            "Deux chemins ne diffèrent que par la casse. Linux garde les deux\u00a0; Windows et macOS n’en gardent "
            "qu’un, et l’autre note se perd à la première synchronisation.",
            "Two paths differ only in case. Linux keeps both; Windows and macOS keep one of them, and the other note "
            "is lost with the first synchronisation.",
        ),
        Message(
            "Renommer l’une des deux avec vaultkit mv, ou les réunir.",
            "Rename one of them with vaultkit mv, or bring them together.",
        ),
        {"Accès.md": "Un.\n", "accès.md": "Deux.\n"},
        {"Accès.md": "Un.\n", "Accès à distance.md": "Deux.\n"},
    ),
}
