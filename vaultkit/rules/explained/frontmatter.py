"""What the rules about frontmatter mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation, Files
from vaultkit.text import Message

_SCHEMA = "vaultkit/schemas/devis.yaml"
_SYNTHESIS = "---\ncategory: synthese_globale\nscope: {}\n---\n# Synthèse\n"


def _quote(said: str, asked: str, more: Files | None = None) -> Files:
    """Return a vault with one quotation that says this, and a schema that asks that of it."""
    return {
        _SCHEMA: f"category: devis\n{asked}",
        "Devis 12.md": f"---\ncategory: devis\nscope: Étude Favre\n{said}---\nPare-feu et pose.\n",
        **(more or {}),
    }


def _asked(name: str, said: str) -> str:
    return f"frontmatter:\n  properties:\n    {name}: {{{said}}}\n"


_AMOUNT = _asked("montant", "type: number")
_DAY = _asked("echeance", "type: string, format: date")
_LINK = "links:\n  synthese: {category: synthese_globale}\n"
_ALONE = "frontmatter:\n  additionalProperties: false\n  properties: {category: {}, scope: {}, montant: {}}\n"

EXPLANATIONS: Mapping[str, Explanation] = {
    "VK201": Explanation(
        Message(
            "Le bloc YAML en tête de la note a une faute, et Obsidian n’en lit alors plus aucune "
            "propriété\u00a0: ni catégorie, ni scope, ni étiquettes. La note sort sans bruit de sa mission.",
            "The YAML block at the head of the note has a fault, and then Obsidian reads none of its "
            "properties: no category, no scope, no tags. The note silently drops out of its mission.",
        ),
        Message(
            "Corriger la ligne indiquée\u00a0; le plus souvent, des guillemets autour de la valeur suffisent.",
            "Correct the line that is named; most often quotes around the value will do.",
        ),
        {"Réseau.md": "---\ncategory: domaine\nscope: Étude Favre: Nyon\n---\n# Réseau\n"},
        {"Réseau.md": '---\ncategory: domaine\nscope: "Étude Favre: Nyon"\n---\n# Réseau\n'},
    ),
    "VK202": Explanation(
        Message(
            "Une valeur a la forme d’une date, mais aucun calendrier n’a ce jour. Un tri ou un délai calculé "
            "sur elle serait faux.",
            "A value has the form of a date, but no calendar has that day. An order or a deadline computed from it "
            "would be wrong.",
        ),
        Message("Écrire un jour qui existe, AAAA-MM-JJ.", "Write a day that exists, YYYY-MM-DD."),
        {"Visite.md": "---\ndate: 2026-02-30\n---\nSerrures et badges.\n"},
        {"Visite.md": "---\ndate: 2026-02-28\n---\nSerrures et badges.\n"},
    ),
    "VK203": Explanation(
        Message(
            "Il manque une propriété que le schéma de la catégorie demande, ou elle n’a pas de valeur. Sans "
            "scope, par exemple, personne ne sait à quelle mission la note appartient, et ses constats "
            "n’arrivent nulle part.",
            "A property that the schema of the category asks for is not there, or has no value. Without scope, for "
            "example, nobody knows which mission the note belongs to, and its findings arrive nowhere.",
        ),
        Message(
            "L’ajouter. vaultkit check --add-missing le fait là où la valeur se déduit\u00a0: celle de la "
            "synthèse, ou du dossier, ou la valeur default du schéma.",
            "Add it. vaultkit check --add-missing does so where the value follows from something: the "
            "synthesis, the folder, or the schema's default.",
        ),
        {"Réseau.md": "---\ncategory: domaine\n---\n# Réseau\n"},
        {"Réseau.md": "---\ncategory: domaine\nscope: Étude Favre\n---\n# Réseau\n"},
    ),
    "VK204": Explanation(
        Message(
            "La valeur n’est aucune de celles que le schéma admet. Une priorité inconnue donne une case fausse "
            "dans le tableau, et c’est le tableau que le client lit.",
            "The value is none of those that the schema admits. An unknown priority makes a wrong cell in the "
            "table, and the table is what the client reads.",
        ),
        Message(
            "Prendre l’une des valeurs citées. Pour priorite, les mots voisins vont aussi\u00a0: élevée, High, "
            "hoch.",
            "Take one of the values that are named. For priorite related words will do too: élevée, High, hoch.",
        ),
        {"Réseau.md": "---\ncategory: domaine\nscope: Étude Favre\npriorite: hautte\n---\n# Réseau\n"},
        {"Réseau.md": "---\ncategory: domaine\nscope: Étude Favre\npriorite: Élevée\n---\n# Réseau\n"},
    ),
    "VK205": Explanation(
        Message(
            "Obsidian garde un type par nom de propriété (.obsidian/types.json), et cette valeur n’en est pas. "
            "Il la montre alors avec un avertissement, et Dataview la trie autrement que les autres.",
            "Obsidian keeps one type for each name of a property (.obsidian/types.json), and this value is not "
            "of it. It then shows it with a warning, and Dataview sorts it apart from the others.",
        ),
        Message(
            "Écrire une valeur du type, ou changer le type dans Obsidian.",
            "Write a value of the type, or change the type in Obsidian.",
        ),
        {
            ".obsidian/types.json": '{"types": {"rang": "number"}}',
            "Réseau.md": "---\nrang: deuxième\n---\nLe switch du premier.\n",
        },
        {
            ".obsidian/types.json": '{"types": {"rang": "number"}}',
            "Réseau.md": "---\nrang: 2\n---\nLe switch du premier.\n",
        },
    ),
    "VK206": Explanation(
        Message(
            "La valeur est d’une autre nature que celle que le schéma demande\u00a0: un texte pour un nombre, "
            "une seule valeur pour une liste. Une somme ou un filtre passe à côté.",
            "The value is of another nature than the schema asks for: a text for a number, one value for a list. A "
            "sum or a filter misses it.",
        ),
        Message(
            "Écrire la valeur sous la forme demandée\u00a0: 1200 et non «\u00a01200 francs\u00a0», [a] et non a.",
            "Write the value in the form that is asked for: 1200, not '1200 francs'; [a], not a.",
        ),
        _quote("montant: 1200 francs\n", _AMOUNT),
        _quote("montant: 1200\n", _AMOUNT),
    ),
    "VK207": Explanation(
        Message(
            "La valeur est du bon type mais pas de la forme que le schéma demande\u00a0: une date écrite "
            "autrement, un nombre hors des bornes, un texte trop court, une entrée en double.",
            "The value is of the right type but not of the form that the schema asks for: a date written "
            "otherwise, a number out of bounds, a text that is too short, an item that stands twice.",
        ),
        Message(
            "Corriger la valeur, ou la règle dans le schéma.", "Correct the value, or the rule in the schema."
        ),
        _quote("echeance: 15 mars\n", _DAY),
        _quote("echeance: 2027-03-15\n", _DAY),
    ),
    "VK208": Explanation(
        Message(
            "La propriété doit mener à une note d’une certaine catégorie. Ici elle n’est pas un lien, ou elle "
            "mène à une autre sorte de note, et le graphe de la mission est faux à cet endroit.",
            "The property has to lead to a note of a certain category. Here it is no link, or it leads to "
            "another sort of note, and the graph of the mission is wrong at this point.",
        ),
        Message(
            'Écrire "[[…]]" vers la bonne note\u00a0; vaultkit check --fix fait un lien d’un nom qui existe.',
            'Write "[[…]]" to the right note; vaultkit check --fix makes a link of a name that exists.',
        ),
        _quote("synthese: Synthèse Favre\n", _LINK, {"Synthèse Favre.md": _SYNTHESIS.format("Étude Favre")}),
        _quote(
            'synthese: "[[Synthèse Favre]]"\n', _LINK, {"Synthèse Favre.md": _SYNTHESIS.format("Étude Favre")}
        ),
    ),
    "VK209": Explanation(
        Message(
            "L’étiquette n’est pas de la liste du schéma, ou aucune autre note ne la porte. Deux orthographes "
            "d’une même étiquette coupent en deux toutes les recherches.",
            "The tag is not in the schema's list, or no other note has it. Two spellings of one tag cut every "
            "search in two.",
        ),
        Message(
            "Prendre une étiquette de la liste\u00a0; une étiquette en dessous va aussi (reseau/wifi sous reseau).",
            "Take a tag of the list; one below it will do too (reseau/wifi below reseau).",
        ),
        _quote("tags: [reseaux]\n", "tags: [reseau, postes]\n"),
        _quote("tags: [reseau/wifi]\n", "tags: [reseau, postes]\n"),
    ),
    "VK210": Explanation(
        Message(
            "Deux notes d’une même mission ont la même valeur là où le schéma veut qu’elle soit unique. Un "
            "renvoi à ce numéro peut alors désigner l’une ou l’autre.",
            "Two notes of one mission have the same value where the schema wants it to be unique. A reference "
            "to that number may then mean either of them.",
        ),
        Message("Donner à l’une des deux une autre valeur.", "Give one of the two another value."),
        _quote(
            "numero: D-7\n",
            "unique: [numero]\n",
            {"Devis 13.md": "---\ncategory: devis\nscope: Étude Favre\nnumero: D-7\n---\nBorne wifi.\n"},
        ),
        _quote(
            "numero: D-7\n",
            "unique: [numero]\n",
            {"Devis 13.md": "---\ncategory: devis\nscope: Étude Favre\nnumero: D-8\n---\nBorne wifi.\n"},
        ),
    ),
    "VK211": Explanation(
        Message(
            "Une date vient avant celle qu’elle devrait suivre\u00a0: la fin d’un chantier avant son début. "
            "L’une des deux est presque toujours une faute de frappe.",
            "A date comes before the one that it should follow: the end of a job before its beginning. One of "
            "the two is nearly always a slip of the finger.",
        ),
        Message(
            "Corriger celle des deux dates qui est fausse.", "Correct the date of the two that is wrong."
        ),
        _quote("debut: 2027-03-01\nfin: 2026-03-05\n", "before: [[debut, fin]]\n"),
        _quote("debut: 2027-03-01\nfin: 2027-03-05\n", "before: [[debut, fin]]\n"),
    ),
    "VK212": Explanation(
        Message(
            "La note mène à une synthèse d’une autre mission que la sienne. Les constats d’un client pourraient "
            "ainsi se trouver dans le document d’un autre.",
            "The note leads to a synthesis of another mission than its own. The findings about one client could "
            "thus get into the document of another.",
        ),
        Message(
            "Corriger le lien, ou le scope de la note si c’est lui qui est faux.",
            "Correct the link, or the note's scope if that is what is wrong.",
        ),
        _quote(
            'synthese: "[[Synthèse Morel]]"\n',
            "same_scope: [synthese]\n",
            {"Synthèse Morel.md": _SYNTHESIS.format("Garage Morel")},
        ),
        _quote(
            'synthese: "[[Synthèse Favre]]"\n',
            "same_scope: [synthese]\n",
            {"Synthèse Favre.md": _SYNTHESIS.format("Étude Favre")},
        ),
    ),
    "VK213": Explanation(
        Message(
            "Le schéma dit qu’il n’y a pas d’autres propriétés que les siennes (additionalProperties: false), "
            "et la note en a une de plus. C’est souvent un nom mal écrit, dont la valeur n’est donc lue par "
            "personne.",
            "The schema says that there are no properties but its own (additionalProperties: false), and the "
            "note has one more. Often that is a misspelled name, whose value therefore nobody reads.",
        ),
        Message(
            "Corriger le nom, ou l’ajouter au schéma\u00a0; vaultkit schema migrate --rename ANCIEN=NOUVEAU le "
            "change partout.",
            "Correct the name, or add it to the schema; vaultkit schema migrate --rename OLD=NEW changes it "
            "everywhere.",
        ),
        _quote("montent: 1200\n", _ALONE),
        _quote("montant: 1200\n", _ALONE),
    ),
    "VK214": Explanation(
        Message(
            "vaultkit_ignore de la note nomme une remarque qui n’existe pas. Elle ne fait donc rien taire, et "
            "une vraie exception est peut-être restée sans effet.",
            "vaultkit_ignore of the note names a remark that does not exist. So it silences nothing, and a real "
            "exception may have stayed without effect.",
        ),
        Message(
            "Écrire le code (VK203) ou le nom (schema-required) tel que check l’affiche.",
            "Write the code (VK203) or the name (schema-required) just as check shows it.",
        ),
        {"Réseau.md": "---\nvaultkit_ignore: [VK2003]\n---\nLe switch du premier.\n"},
        {"Réseau.md": "---\nvaultkit_ignore: [VK203]\n---\nLe switch du premier.\n"},
    ),
    "VK215": Explanation(
        Message(
            "Ce qui dit la catégorie ou le scope de la note est écrit de façon que personne ne le lit\u00a0: "
            "Category, catégorie, domaines, [domaine], ou category:: dans le texte. Pour vaultkit la note n’est "
            "alors d’aucune mission.",
            "What says the category or the scope of the note is written in a way that nobody reads: Category, "
            "catégorie, domaines, [domaine], or category:: in the text. For vaultkit the note then belongs to no "
            "mission.",
        ),
        Message(
            "L’écrire dans les propriétés, sous le nom et avec le mot que la remarque propose.",
            "Write it in the properties, under the name and with the word that the remark proposes.",
        ),
        {"Réseau.md": "---\ncatégorie: domaine\nscope: Étude Favre\n---\n# Réseau\n"},
        {"Réseau.md": "---\ncategory: domaine\nscope: Étude Favre\n---\n# Réseau\n"},
    ),
}
