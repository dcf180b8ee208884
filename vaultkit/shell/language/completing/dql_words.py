"""The words of the Dataview Query Language with what each means, as an editor offers and explains them."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.text import Message

M = Message

#: What a query begins with.
HEADERS: Mapping[str, Message] = {
    "TABLE": M("un tableau, une colonne par expression", "a table, one column for each expression"),
    "LIST": M("une liste de notes, avec une valeur au plus", "a list of notes, with one value at most"),
    "TASK": M("les tâches des notes, à cocher", "the tasks of the notes, to be checked"),
    "CALENDAR": M("un calendrier, un point par date", "a calendar, a dot for each date"),
}
WITHOUT_ID: Mapping[str, Message] = {
    "WITHOUT ID": M("sans la colonne des notes", "without the column of the notes"),
}
FROM: Mapping[str, Message] = {
    "FROM": M(
        'd’où viennent les notes\u00a0: #étiquette, "dossier", [[note]], outgoing([[note]])',
        'where the notes come from: #tag, "folder", [[note]], outgoing([[note]])',
    ),
}
#: The steps of a query, in any order and as often as wanted.
STEPS: Mapping[str, Message] = {
    "WHERE": M("ne garde que ce qui remplit la condition", "keeps only what meets the condition"),
    "SORT": M("trie, ASC ou DESC", "sorts, ASC or DESC"),
    "GROUP BY": M("réunit les lignes de même valeur dans rows", "gathers the rows of one value in rows"),
    "FLATTEN": M("une ligne par élément d’une liste", "a row for each element of a list"),
    "LIMIT": M("garde les premières lignes", "keeps the first rows"),
}
#: What can follow a value.
OPERATORS: Mapping[str, Message] = {
    "AND": M("les deux conditions", "both conditions"),
    "OR": M("l’une des conditions", "one of the conditions"),
}
AS: Mapping[str, Message] = {"AS": M("le nom de la colonne", "the name of the column")}
ORDERS: Mapping[str, Message] = {
    "ASC": M("du plus petit au plus grand", "the smallest first"),
    "DESC": M("du plus grand au plus petit", "the biggest first"),
}
#: What can stand in a source beside tags, folders and links.
SOURCES: Mapping[str, Message] = {
    "outgoing([[]])": M("les notes vers lesquelles une note mène", "the notes that a note links to"),
    'csv("")': M("les lignes d’un fichier CSV", "the rows of a CSV file"),
}
#: Values that are words.
VALUES: Mapping[str, Message] = {
    "this": M("la note où se trouve la requête", "the note that holds the query"),
    "true": M("vrai", "true"),
    "false": M("faux", "false"),
    "null": M("rien", "nothing"),
    "date(today)": M("aujourd’hui", "today"),
    "date(now)": M("maintenant", "now"),
    "date(tomorrow)": M("demain", "tomorrow"),
    "date(yesterday)": M("hier", "yesterday"),
}

#: The implicit fields of a page, below `file`.
FILE_FIELDS: Mapping[str, Message] = {
    "name": M("le nom, sans dossier ni extension", "the name, without folder and extension"),
    "link": M("le lien vers la note", "the link to the note"),
    "path": M("le chemin dans le coffre", "the path in the vault"),
    "folder": M("le dossier", "the folder"),
    "ext": M("l’extension", "the extension"),
    "tags": M("les étiquettes, avec celles au-dessus", "the tags, with those above them"),
    "etags": M("les étiquettes telles qu’elles sont écrites", "the tags as they are written"),
    "aliases": M("les autres noms de la note", "the other names of the note"),
    "inlinks": M("les notes qui mènent ici", "the notes that link here"),
    "outlinks": M("les liens de la note", "the links of the note"),
    "tasks": M("les tâches de la note", "the tasks of the note"),
    "lists": M("les éléments des listes, tâches comprises", "the items of the lists, tasks too"),
    "ctime": M("quand le fichier a été créé", "when the file was made"),
    "cday": M("le jour où le fichier a été créé", "the day on which the file was made"),
    "mtime": M("quand le fichier a changé", "when the file was last changed"),
    "mday": M("le jour où le fichier a changé", "the day on which the file was last changed"),
    "day": M("le jour que dit le nom ou le champ date", "the day that the name or the field date tells"),
    "size": M("la taille en octets", "the size in bytes"),
    "starred": M("si la note est dans les signets", "whether the note is bookmarked"),
    "frontmatter": M("les propriétés telles qu’elles sont écrites", "the properties as they are written"),
}
#: The fields of tasks and list items that are asked for most.
TASK_FIELDS: Mapping[str, Message] = {
    "text": M("le texte de la tâche", "the text of the task"),
    "status": M("le signe dans la case", "the sign in the box"),
    "completed": M("si la case est cochée d’un x", "whether the box holds an x"),
    "checked": M("si la case n’est pas vide", "whether the box is not empty"),
    "fullyCompleted": M("si elle est faite avec ses sous-tâches", "whether it is done with its subtasks"),
    "due": M("l’échéance", "when it is due"),
    "completion": M("quand elle a été faite", "when it was done"),
    "created": M("quand elle a été notée", "when it was noted"),
    "start": M("quand elle commence", "when it begins"),
    "scheduled": M("quand elle est prévue", "when it is planned"),
    "section": M("le titre au-dessus, comme lien", "the heading above, as a link"),
    "line": M("la ligne dans la note", "the line in the note"),
    "children": M("les éléments en dessous", "the items below"),
    "annotated": M("si elle porte des champs", "whether it has fields"),
}
#: Fields that vaultkit adds to pages.
EXTRA_FIELDS: Mapping[str, Message] = {
    "findings": M("les constats de la note (vaultkit)", "the findings of the note (vaultkit)"),
    "risks": M("les risques de la note (vaultkit)", "the risks of the note (vaultkit)"),
    "opportunities": M("les opportunités de la note (vaultkit)", "the opportunities of the note (vaultkit)"),
    "actions": M("les actions de la note (vaultkit)", "the actions of the note (vaultkit)"),
}

#: What each keyword and field means, by the words that say it.
MEANINGS: Mapping[str, Message] = {
    **HEADERS,
    **WITHOUT_ID,
    **FROM,
    **STEPS,
    **OPERATORS,
    **AS,
    **ORDERS,
    **SOURCES,
    **VALUES,
    **TASK_FIELDS,
    **EXTRA_FIELDS,
    **{f"file.{name}": meaning for name, meaning in FILE_FIELDS.items()},
}
