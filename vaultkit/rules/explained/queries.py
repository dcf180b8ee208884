"""What the rules about queries in notes mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation
from vaultkit.text import Message

EXPLANATIONS: Mapping[str, Explanation] = {
    "VK601": Explanation(
        Message(
            "Un bloc dataview ne peut pas être lu. Dans Obsidian une erreur en anglais remplace la liste attendue, et "
            "elle se voit seulement quand quelqu’un ouvre la note.",
            "A dataview block cannot be read. In Obsidian an error stands where the list should be, and it shows only "
            "when somebody opens the note.",
        ),
        Message(
            "Le message dit le signe où la lecture s’arrête et ce qui pouvait suivre. vaultkit query essaie une "
            "requête sans ouvrir Obsidian.",
            "The message says the sign at which reading stops, and what could have followed. vaultkit query tries a "
            "query without opening Obsidian.",
        ),
        {"Accueil.md": "# Accueil\n```dataview\nTABLE priorite,\nFROM #audit\nSORT priorite\n```\n"},
        {"Accueil.md": "# Accueil\n```dataview\nTABLE priorite\nFROM #audit\nSORT priorite\n```\n"},
    ),
    "VK602": Explanation(
        Message(
            "Une requête dans une ligne, entre accents graves et ouverte par «\u00a0=\u00a0», ne peut pas "
            "être lue\u00a0: "
            "Obsidian montre une erreur au milieu de la phrase. Les formules de tableur et les flèches ne sont pas "
            "concernées.",
            "A query in a line, in backticks and opened by '=', cannot be read: Obsidian shows an error in "
            "the middle of "
            "the sentence. Spreadsheet formulas and arrows are not meant.",
        ),
        Message(
            "Corriger l’expression à l’endroit dit, le plus souvent une parenthèse ou un opérateur en trop "
            "ou en moins.",
            "Correct the expression at the place that is told, most often a bracket or an operator too "
            "many or too few.",
        ),
        {"Visite.md": '---\ndate: 2025-09-05\n---\nVisite du `= dateformat(this.date, "dd.MM.yyyy"`.\n'},
        {"Visite.md": '---\ndate: 2025-09-05\n---\nVisite du `= dateformat(this.date, "dd.MM.yyyy")`.\n'},
    ),
}
