"""What the rules about a mission mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation, Files
from vaultkit.text import Message

_SYNTHESIS = "---\ncategory: synthese_globale\nscope: Étude Dufour\n---\n# Synthèse\n"
#: Two syntheses that name the same child.
_TWO = {
    f"Synthèse {one}.md": f'---\ncategory: synthese_globale\nscope: Étude {one}\nbacklinks:\n  - "[[Accès]]"\n---\n'
    for one in "AB"
}


def _domain(body: str, front: str = "") -> Files:
    """Return a mission of one domain note with this body, and a synthesis that links to it."""
    return {
        "Synthèse.md": f"{_SYNTHESIS}## Liens\n- [[Accès]]\n",
        "Accès.md": f"---\ncategory: domaine\nscope: Étude Dufour\n{front}---\n# Accès\n[[Synthèse]]\n{body}",
    }


EXPLANATIONS: Mapping[str, Explanation] = {
    "VK701": Explanation(
        Message(
            "Une personne porte deux noms dans la même mission, avec et sans accent. Le client le remarque, et une "
            "recherche ou un lien n’en trouve qu’un.",
            "A person has two names in one mission, with and without an accent. The client notices, and a search or a "
            "link finds only one of them.",
        ),
        Message(
            "Choisir l’écriture de la personne elle-même et corriger l’autre.",
            "Choose the spelling that the person uses and correct the other.",
        ),
        _domain("Vu avec Mélissa. Le classement dépend de Melissa seule.\n"),
        _domain("Vu avec Mélissa. Le classement dépend de Mélissa seule.\n"),
    ),
    "VK702": Explanation(
        Message(
            "Une note fille alimente deux synthèses ouvertes\u00a0: la même constatation est livrée deux fois, et "
            "une correction change les deux documents.",
            "A child note feeds two open syntheses: the same finding is delivered twice, and one correction changes "
            "both documents.",
        ),
        Message(
            'Écrire dans la note la synthèse voulue, synthese: "[[…]]", ou clore l’ancienne avec statut: livrée.',
            'Write in the note which synthesis is meant, synthese: "[[…]]", or close the old one with statut: livrée.',
        ),
        {**_TWO, "Accès.md": "---\ncategory: domaine\n---\n# Accès\n[[Synthèse A]] [[Synthèse B]]\n"},
        {
            **_TWO,
            "Accès.md": '---\ncategory: domaine\nscope: Étude A\nsynthese: "[[Synthèse A]]"\n---\n# Accès\n',
        },
    ),
    "VK703": Explanation(
        Message(
            "Une recommandation sans constat ni risque derrière elle a l’air sortie d’un catalogue, et le client "
            "demande pourquoi il devrait payer. Sans lien, ce sont les mots qui décident, et seulement là où aucun "
            "constat ni risque du domaine n’attend encore d’action.",
            "A recommendation with no finding or risk behind it looks as if it came from a catalogue, and the client "
            "asks why to pay for it. Without a link words decide, and only where no finding or risk of the domain "
            "still waits for an action.",
        ),
        Message(
            "Écrire dans Constats ce qui a été vu. Ou donner au constat un repère, ^cles, et relier l’action\u00a0: "
            "[constat:: [[#^cles]]].",
            "Write down what was seen in the findings. Or give the finding an id, ^keys, and link the action: "
            "[constat:: [[#^keys]]].",
        ),
        _domain("## Actions\n- **Court terme** : **badges** – un badge par personne\n"),
        _domain(
            "## Constats\n- Clés prêtées sans registre ❌\n## Actions\n"
            "- **Court terme** : **badges** – remplacer les clés par un badge chacun\n"
        ),
    ),
    "VK704": Explanation(
        Message(
            "Un constat ❌ dit que quelque chose ne va pas\u00a0; si aucune action n’y répond, le client "
            "lit un reproche "
            "sans remède. Sans lien, ce sont les mots qui décident, et seulement là où aucune action du domaine ne "
            "reste libre pour y répondre.",
            "A ❌ finding says that something is wrong; where no action answers it, the client reads a "
            "reproach without "
            "a remedy. Without a link words decide, and only where no action of the domain is free to answer it.",
        ),
        Message(
            "Ajouter une action, même «\u00a0(hors feuille de route)\u00a0», ou passer le constat à ⚠️. Ou donner à "
            "l’action un repère, ^badges, et y mener depuis le constat\u00a0: [mesure:: [[#^badges]]].",
            "Add an action, were it '(not on roadmap)', or make the finding ⚠️. Or give the action an id, ^badges, and "
            "lead to it from the finding: [mesure:: [[#^badges]]].",
        ),
        _domain("## Constats\n- Clés prêtées sans registre ❌\n- Serveur dans le couloir ❌\n"),
        _domain(
            "## Constats\n- Clés prêtées sans registre ❌\n- Serveur dans le couloir ❌\n## Actions\n"
            "- **Court terme** : tenir un registre des clés\n- **Structurant** : un local fermé pour le serveur\n"
        ),
    ),
    "VK705": Explanation(
        Message(
            "Un risque vaut par ce qui a été vu. Un domaine qui n’a que des risques ne montre pas d’où ils "
            "viennent, et "
            "le client peut les croire génériques.",
            "A risk is worth what was seen. A domain that holds only risks does not show where they come from, and the "
            "client may take them for generic ones.",
        ),
        Message(
            "Écrire dans Constats ce qui rend le risque possible ici.",
            "Write down in the findings what makes the risk possible here.",
        ),
        _domain("## Risques\n> [!danger]\n> - Intrusion de nuit\n"),
        _domain(
            "## Constats\n- Porte de service sans serrure ⚠️\n## Risques\n> [!danger]\n> - Intrusion de nuit\n"
        ),
    ),
    "VK706": Explanation(
        Message(
            "Sans horizon, aucune ligne de la feuille de route ne peut recevoir l’action\u00a0: elle est écrite, mais "
            "le client ne la verra pas.",
            "Without a horizon no line of the roadmap can take the action: it is written, but the client "
            "will not see it.",
        ),
        Message(
            "La commencer par **Court terme**, **Intermédiaire** ou **Structurant** et deux-points, ou la ranger sous "
            "un titre de ce nom\u00a0; sinon la finir par (hors feuille de route).",
            "Begin it with **Short term**, **Medium term** or **Long term** and a colon, or put it below a heading of "
            "that name; else end it with (not on roadmap).",
        ),
        _domain("## Constats\n- Clés prêtées ❌\n## Actions\n- Tenir un registre des clés\n"),
        _domain(
            "## Constats\n- Clés prêtées ❌\n## Actions\n- **Court terme** : tenir un registre des clés\n"
        ),
    ),
    "VK707": Explanation(
        Message(
            "Le délai d’une action est passé et elle n’est pas cochée. Avant un rendez-vous de suivi, "
            "c’est la première "
            "chose à savoir\u00a0: elle est faite et personne ne l’a noté, ou il faut en reparler. Une synthèse livrée "
            "ne dit plus rien.",
            "The day on which an action was due has passed and it is not ticked. Before a follow-up this is the first "
            "thing to know: it is done and nobody noted it, or it has to be talked about. A delivered "
            "synthesis is silent.",
        ),
        Message(
            "Faite\u00a0: l’écrire «\u00a0- [x]\u00a0». Sinon convenir d’un nouveau délai et le corriger.",
            "Done: write it as '- [x]'. Else agree on a new date and correct it.",
        ),
        _domain(
            "## Constats\n- Clés prêtées ❌\n## Actions\n"
            "- **Court terme** : tenir un registre des clés (resp. Luc, délai 15.01.2021)\n"
        ),
        _domain(
            "## Constats\n- Clés prêtées ❌\n## Actions\n"
            "- [x] **Court terme** : tenir un registre des clés (resp. Luc, délai 15.01.2021)\n"
        ),
    ),
    "VK708": Explanation(
        Message(
            "La priorité du tableau et les constats se contredisent\u00a0: basse malgré des ❌ et des "
            "risques, ou haute "
            "alors que tout est ✅. Le client lit d’abord le tableau et décide d’après lui.",
            "The priority in the table and the findings contradict each other: low in spite of ❌ and risks, or high "
            "while all is ✅. The client reads the table first and decides by it.",
        ),
        Message(
            "Corriger priorite, ou les ❌ ⚠️ ✅ des constats s’ils ne sont plus à jour.",
            "Correct priorite, or the ❌ ⚠️ ✅ of the findings where they are out of date.",
        ),
        _domain(
            "## Constats\n- Clés prêtées ❌\n## Risques\n- Vol de dossiers\n"
            "## Actions\n- **Court terme** : registre des clés\n",
            "priorite: basse\n",
        ),
        _domain(
            "## Constats\n- Clés prêtées ❌\n## Risques\n- Vol de dossiers\n"
            "## Actions\n- **Court terme** : registre des clés\n",
            "priorite: haute\n",
        ),
    ),
    "VK709": Explanation(
        Message(
            "Un domaine a sa note, mais la synthèse ne le montre pas\u00a0: ni dans son tableau, ni comme section. "
            "Le travail est fait et le client n’en saura rien. Une zone recap ne peut pas l’oublier.",
            "A domain has its note, but the synthesis does not show it: neither in its table nor as a "
            "section. The work "
            "is done and the client will not know. A region recap cannot forget it.",
        ),
        Message(
            "Ajouter la ligne à la main, ou préparer la synthèse\u00a0: vaultkit adopt, puis vaultkit rebuild.",
            "Add the row by hand, or adopt the synthesis: vaultkit adopt, then vaultkit rebuild.",
        ),
        {
            **_domain("## Constats\n- Clés prêtées ⚠️\n"),
            "Synthèse.md": f"{_SYNTHESIS}## Tableau récapitulatif\n\n| Domaine | Priorité |\n|---|---|\n"
            "| Courriel | Haute |\n",
        },
        {
            **_domain("## Constats\n- Clés prêtées ⚠️\n"),
            "Synthèse.md": f"{_SYNTHESIS}## Tableau récapitulatif\n\n| Domaine | Priorité |\n|---|---|\n"
            "| Courriel | Haute |\n| Accès | à définir |\n",
        },
    ),
    "VK710": Explanation(
        Message(
            "Aucune synthèse ne reprend cette note de domaine ou cet entretien, le plus souvent parce que son "
            "scope est écrit autrement que celui de la synthèse. Ce que la note dit n’arrive alors nulle part.",
            "No synthesis gathers this domain note or interview, most often because its scope is spelled otherwise "
            "than that of the synthesis. Then what the note says arrives nowhere.",
        ),
        Message(
            'Écrire le scope de la synthèse, ou nommer la synthèse dans la note\u00a0: synthese: "[[…]]".',
            'Write the scope of the synthesis, or name the synthesis in the note: synthese: "[[…]]".',
        ),
        {
            "Synthèse.md": _SYNTHESIS,
            "Accès.md": "---\ncategory: domaine\nscope: Étude Dufor\n---\n# Accès\n",
        },
        {
            "Synthèse.md": f"{_SYNTHESIS}## Liens\n- [[Accès]]\n",
            "Accès.md": "---\ncategory: domaine\nscope: Étude Dufour\n---\n# Accès\n[[Synthèse]]\n",
        },
    ),
}
