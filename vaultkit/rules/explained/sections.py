"""What the rules about sections mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation
from vaultkit.text import Message

_DOMAIN = "---\ncategory: domaine\nscope: Étude Favre\n---\n"
_SYNTHESIS = "---\ncategory: synthese_globale\nscope: Étude Favre\n---\n# Synthèse\n"
_SCHEMA = "vaultkit/schemas/domaine.yaml"
_HEAD = "category: domaine\nsections:\n"

EXPLANATIONS: Mapping[str, Explanation] = {
    "VK301": Explanation(
        Message(
            "Une section de la synthèse et la note de domaine qui la porte ne disent plus la même chose. L’une des "
            "deux a été corrigée sans l’autre, et le client lit celle de la synthèse.",
            "A section of the synthesis and the domain note behind it no longer say the same. One of them was "
            "corrected without the other, and the client reads the one in the synthesis.",
        ),
        Message(
            "Corriger la note ou la section\u00a0; vaultkit adopt --sections fait suivre la section à chaque "
            "mise à jour.",
            "Correct the note or the section; vaultkit adopt --sections makes the section follow at each rebuild.",
        ),
        {
            "Synthèse.md": f"{_SYNTHESIS}## Archives\n### Constats\n- Cartons non datés ❌\n",
            "Archives.md": f"{_DOMAIN}# Archives\n[[Synthèse]]\n## Constats\n- Cartons datés depuis mai ✅\n",
        },
        {
            "Synthèse.md": f"{_SYNTHESIS}## Archives\n### Constats\n- Cartons datés depuis mai ✅\n",
            "Archives.md": f"{_DOMAIN}# Archives\n[[Synthèse]]\n## Constats\n- Cartons datés depuis mai ✅\n",
        },
    ),
    "VK302": Explanation(
        Message(
            "Le schéma de la catégorie demande une section que la note n’a pas. Une note de domaine sans "
            "«\u00a0Actions\u00a0», par exemple, ne donne rien à la feuille de route.",
            "The schema of the category asks for a section that the note lacks. A domain note without "
            "'Actions', for example, gives nothing to the roadmap.",
        ),
        Message(
            "Écrire la section, sous ce titre ou l’un de ses synonymes\u00a0; vaultkit check --add-missing pose "
            "le titre à sa place.",
            "Write the section, under this heading or one of its synonyms; vaultkit check --add-missing puts the "
            "heading in its place.",
        ),
        {
            _SCHEMA: f"{_HEAD}  - Constats\n  - Actions\n",
            "Archives.md": f"{_DOMAIN}# Archives\n## Constats\n- Cartons non datés ❌\n",
        },
        {
            _SCHEMA: f"{_HEAD}  - Constats\n  - Actions\n",
            "Archives.md": f"{_DOMAIN}# Archives\n## Constats\n- Cartons non datés ❌\n"
            "## Recommandations\n- **Court terme** : **étiquettes** – dater les cartons\n",
        },
    ),
    "VK303": Explanation(
        Message(
            "Le schéma veut ses sections dans un ordre (ordered: true) et la note en suit un autre. Rien n’est "
            "perdu\u00a0: les notes d’une mission se lisent seulement moins vite l’une après l’autre.",
            "The schema wants its sections in an order (ordered: true) and the note follows another. Nothing is "
            "lost: the notes of a mission just read less easily one after the other.",
        ),
        Message("Déplacer la section, avec ce qu’elle contient.", "Move the section, with what it holds."),
        {
            _SCHEMA: f"{_HEAD}  - Constats\n  - Risques\nordered: true\n",
            "Archives.md": f"{_DOMAIN}# Archives\n## Risques\n- Perte de pièces\n## Constats\n- Cave humide ❌\n",
        },
        {
            _SCHEMA: f"{_HEAD}  - Constats\n  - Risques\nordered: true\n",
            "Archives.md": f"{_DOMAIN}# Archives\n## Constats\n- Cave humide ❌\n## Risques\n- Perte de pièces\n",
        },
    ),
    "VK304": Explanation(
        Message(
            "Une section contient autre chose que ce que le schéma attend d’elle\u00a0: un texte suivi au lieu "
            "d’une liste, une liste au lieu d’un tableau. Ce qui la relit plus loin n’y trouve alors rien.",
            "A section holds something else than the schema expects of it: running text instead of a list, a list "
            "instead of a table. Whatever reads it further on then finds nothing there.",
        ),
        Message(
            "Donner au contenu la forme demandée\u00a0: list, callout, table ou text.",
            "Give the content the form that is asked for: list, callout, table or text.",
        ),
        {
            _SCHEMA: f"{_HEAD}  - heading: Constats\n    content: list\n",
            "Archives.md": f"{_DOMAIN}# Archives\n## Constats\nLa cave est humide et les cartons s’abîment.\n",
        },
        {
            _SCHEMA: f"{_HEAD}  - heading: Constats\n    content: list\n",
            "Archives.md": f"{_DOMAIN}# Archives\n## Constats\n- Cave humide, cartons abîmés ❌\n",
        },
    ),
    "VK305": Explanation(
        Message(
            "Une section contient moins d’éléments que le schéma n’en demande. Un titre laissé vide, ou les seules "
            "étiquettes d’un modèle, laissent croire que le point a été regardé.",
            "A section holds fewer items than the schema asks for. A heading left empty, or nothing but the "
            "labels of a template, suggests that the matter was looked at.",
        ),
        Message(
            "Compléter la section\u00a0; s’il n’y a rien à dire, l’écrire\u00a0: «\u00a0- rien à signaler "
            "✅\u00a0».",
            "Complete the section; where there is nothing to say, write that: '- nothing to report ✅'.",
        ),
        {
            _SCHEMA: f"{_HEAD}  - heading: Constats\n    min: 1\n",
            "Archives.md": f"{_DOMAIN}# Archives\n## Constats\n-\n",
        },
        {
            _SCHEMA: f"{_HEAD}  - heading: Constats\n    min: 1\n",
            "Archives.md": f"{_DOMAIN}# Archives\n## Constats\n- rien à signaler ✅\n",
        },
    ),
}
