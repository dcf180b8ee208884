"""What the rules about a note's bytes and text mean."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.rules.explained.explanation import Explanation
from vaultkit.text import Message

_SAFE = Message(
    "Ranger la valeur dans un gestionnaire de mots de passe et l’effacer de la note. L’historique de git et les "
    "sauvegardes la gardent\u00a0: un mot de passe qui y a été écrit est à changer.",
    "Put the value into a password manager and delete it from the note. The history of git and the backups keep it: "
    "a password that was written there has to be changed.",
)
_SHORTENED = Message(
    "Effacer le numéro, ou n’en garder que les derniers chiffres s’il faut le reconnaître. L’historique de git et les "
    "sauvegardes le gardent.",
    "Delete the number, or keep only its last digits where it must be recognised. The history of git and the backups "
    "keep it.",
)

EXPLANATIONS: Mapping[str, Explanation] = {
    "VK101": Explanation(
        Message(
            "Le fichier n’est pas en UTF-8, ou contient des octets nuls\u00a0: un vieil éditeur, un export de Windows. "
            "Ses accents sont lus au mieux, et vaultkit n’y écrit jamais, car il pourrait en perdre.",
            "The file is not UTF-8, or holds NUL bytes: an old editor, an export from Windows. Its accents are read "
            "as well as can be, and vaultkit never writes into it, as it could lose some.",
        ),
        Message(
            "Ouvrir le fichier dans un éditeur de texte et l’enregistrer en UTF-8.",
            "Open the file in a text editor and save it as UTF-8.",
        ),
        {"Réception.md": "# Réception\nMélissa relève le courrier.\n".encode("latin-1")},
        {"Réception.md": "# Réception\nMélissa relève le courrier.\n"},
    ),
    "VK102": Explanation(
        Message(
            "Un fichier du coffre n’a pas pu être lu\u00a0: droits manquants, nom que les systèmes écrivent autrement, "
            "réglage d’Obsidian abîmé. Ce qu’il contient manque dans la synthèse sans que rien d’autre le montre.",
            "A file of the vault could not be read: missing rights, a name that systems spell differently, a broken "
            "setting of Obsidian. What it holds is missing in the synthesis, and nothing else shows it.",
        ),
        Message(
            "La raison est dite avec le fichier\u00a0: rendre les droits de lecture, renommer le fichier, ou rouvrir "
            "les réglages dans Obsidian, qui les réécrit.",
            "The reason is said with the file: give back the right to read, rename the file, or open the settings in "
            "Obsidian, which writes them anew.",
        ),
        {"Accueil.md": "# Accueil\n", ".obsidian/types.json": '{"types": {"date": '},
        {"Accueil.md": "# Accueil\n", ".obsidian/types.json": '{"types": {"date": "date"}}'},
    ),
    "VK103": Explanation(
        Message(
            "Une fusion de git n’a pas su choisir et a laissé les deux versions dans la note, entre des lignes de "
            "chevrons. Tant qu’elles y sont, vaultkit n’écrit pas dans la note\u00a0; le client, lui, les lirait.",
            "A merge of git could not choose and left both versions in the note, between lines of angle brackets. "
            "While they stand there vaultkit writes nothing into the note; the client would read them.",
        ),
        Message(
            "Garder la bonne version (ou un mélange des deux) et effacer les trois lignes de marques, puis "
            "enregistrer.",
            "Keep the right version (or a blend of the two), delete the three lines of marks, and save.",
        ),
        {
            "Courriel.md": "# Courriel\n<<<<<<< HEAD\n- Boîte privée\n=======\n- Boîte Bluewin\n"
            ">>>>>>> portable\n"
        },
        {"Courriel.md": "# Courriel\n- Boîte Bluewin privée\n"},
    ),
    "VK104": Explanation(
        Message(
            "Deux appareils ont changé la même note, et l’outil de synchronisation a posé la seconde version à côté. "
            "Elle n’alimente aucune synthèse\u00a0: ce qui n’est écrit que là est perdu de vue.",
            "Two devices changed one note, and the sync tool put the second version beside it. It feeds no synthesis: "
            "what is written only there is lost from sight.",
        ),
        Message(
            "Reprendre dans la note d’origine ce qui lui manque, puis effacer la copie.",
            "Take what is missing over into the original note, then delete the copy.",
        ),
        {
            "Accès.md": "# Accès\n- Clés prêtées sans registre\n- Porte de service ouverte\n",
            "Accès (Conflicted copy Portable 202509051412).md": "# Accès\n- Clés prêtées sans registre\n"
            "- Porte de service ouverte le matin\n",
        },
        {"Accès.md": "# Accès\n- Clés prêtées sans registre\n- Porte de service ouverte le matin\n"},
    ),
    "VK110": Explanation(
        Message(
            "Un mot de passe ou un code du client est écrit en clair. Les notes d’audit passent par la "
            "synchronisation, "
            "git, les sauvegardes et parfois le client lui-même\u00a0: chacun qui les lit peut alors entrer. La valeur "
            "n’est jamais affichée, seulement sa place.",
            "A password or code of the client stands in clear. Notes of an audit travel through sync, git, backups and "
            "sometimes to the client: whoever reads them can get in. The value is never shown, only its place.",
        ),
        _SAFE,
        {"Postes.md": "# Postes\n- Session de la réception, mot de passe : Sourire-2024!\n"},
        {"Postes.md": "# Postes\n- Session de la réception, mot de passe : voir le coffre-fort\n"},
    ),
    "VK111": Explanation(
        Message(
            "Un numéro AVS identifie une personne pour toute sa vie. Dans les notes d’un consultant il n’est "
            "presque jamais nécessaire, et la loi sur la protection des données demande de s’en passer. Seuls les "
            "numéros dont le chiffre de contrôle est juste sont signalés.",
            "A Swiss AVS number identifies a person for life. A consultant’s notes hardly ever need it, and data "
            "protection law asks to do without. Only numbers whose check digit is right are told.",
        ),
        _SHORTENED,
        {"Dossiers.md": "# Dossiers\nFiche de test : AVS 756.9217.0769.85, imprimée en double.\n"},
        {"Dossiers.md": "# Dossiers\nFiche de test : AVS …69.85, imprimée en double.\n"},
    ),
    "VK112": Explanation(
        Message(
            "Un numéro de compte bancaire est écrit dans la note. Avec un nom et une facture, il suffit à préparer une "
            "fausse facture crédible. Sa longueur et sa clé de contrôle sont vérifiées, un numéro inventé ne dit rien.",
            "The number of a bank account stands in the note. With a name and an invoice it is enough for a convincing "
            "false invoice. Its length and check digits are verified; a made-up number says nothing.",
        ),
        _SHORTENED,
        {"Facturation.md": "# Facturation\nQR-factures vers CH93 0076 2011 6238 5295 7.\n"},
        {"Facturation.md": "# Facturation\nQR-factures vers le compte qui finit par 5295 7.\n"},
    ),
    "VK113": Explanation(
        Message(
            "Un numéro de carte de paiement est écrit dans la note. Les règles des émetteurs interdisent "
            "de le garder en "
            "clair, et un coffre synchronisé en fait vite plusieurs copies.",
            "The number of a payment card stands in the note. The rules of the issuers forbid keeping it in clear, and "
            "a synced vault soon makes several copies of it.",
        ),
        _SHORTENED,
        {"Abonnements.md": "# Abonnements\nHébergement payé avec la carte 4111 1111 1111 1111.\n"},
        {"Abonnements.md": "# Abonnements\nHébergement payé avec la carte qui finit par 1111.\n"},
    ),
}
