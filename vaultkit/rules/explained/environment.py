"""What the rules about what stands around the notes mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation
from vaultkit.text import Message

_SCHEMA = "category: fournisseur\nfrontmatter:\n  required: [contact]\n"
_CLIENT_SCHEMA, _CLIENT = "category: client\n", "---\ncategory: client\n---\n# Étude Dufour\n"
_SUPPLIER = "---\ncategory: fournisseur\ncontact: Mme Roch\n---\n# Informatique Roch\n"

EXPLANATIONS: Mapping[str, Explanation] = {
    "VK801": Explanation(
        Message(
            "Un schéma du coffre contient une faute, donc il n’est pas appliqué\u00a0: les notes dont il parle ne sont "
            "pas vérifiées. Les autres schémas valent toujours.",
            "A schema of the vault has a fault, so it is not applied: the notes it speaks of are not checked. The "
            "other schemas stand.",
        ),
        Message(
            "Corriger le fichier à la ligne dite. vaultkit schema infer montre à quoi ressemble un schéma.",
            "Mend the file at the line that is named. vaultkit schema infer shows what a schema looks like.",
        ),
        {"vaultkit/schemas/fournisseur.yaml": "category: [fournisseur\n", "Roch.md": _SUPPLIER},
        {"vaultkit/schemas/fournisseur.yaml": _SCHEMA, "Roch.md": _SUPPLIER},
    ),
    "VK802": Explanation(
        Message(
            "Aucune note ne relève de ce schéma du coffre. C’est souvent une faute de frappe dans la catégorie, "
            "le dossier ou l’étiquette qu’il nomme\u00a0: on croit vérifier, et rien ne l’est.",
            "No note falls under this schema of the vault. Often that is a slip in the category, folder or tag that "
            "it names: one believes the notes are checked, and nothing is.",
        ),
        Message(
            "Corriger ce que le schéma nomme, ou supprimer le fichier.",
            "Correct what the schema names, or delete the file.",
        ),
        {
            "vaultkit/schemas/fournisseur.yaml": _SCHEMA.replace("fournisseur", "fourniseur"),
            "Roch.md": "Informatique Roch.\n",
        },
        {"vaultkit/schemas/fournisseur.yaml": _SCHEMA, "Roch.md": _SUPPLIER},
    ),
    "VK803": Explanation(
        Message(
            "Le coffre a ses propres schémas, mais aucun ne parle de certaines catégories\u00a0: les propriétés et les "
            "sections de ces notes ne sont pas vérifiées. C’est dit une fois pour tout le coffre, pas par note.",
            "The vault has schemas of its own, but none speaks of some categories: properties and sections of these "
            "notes are not checked. It is said once for the whole vault, not for each note.",
        ),
        Message(
            "vaultkit schema infer CATÉGORIE --write écrit un schéma d’après les notes qui existent\u00a0; si la "
            "catégorie est mal écrite, la corriger.",
            "vaultkit schema infer CATEGORY --write writes a schema from the notes that are there; if the category is "
            "misspelled, correct it.",
        ),
        {"vaultkit/schemas/client.yaml": _CLIENT_SCHEMA, "Dufour.md": _CLIENT, "Roch.md": _SUPPLIER},
        {
            "vaultkit/schemas/client.yaml": _CLIENT_SCHEMA,
            "vaultkit/schemas/fournisseur.yaml": _SCHEMA,
            "Dufour.md": _CLIENT,
            "Roch.md": _SUPPLIER,
        },
    ),
}
