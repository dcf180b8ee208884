"""The functions of the Dataview Query Language: how each is called, and what it gives."""

from __future__ import annotations

from collections.abc import Mapping

from vaultkit.text import Message

M = Message

#: How each function is called, and what it gives.
FUNCTIONS: Mapping[str, tuple[str, Message]] = {
    "object": ("object(key, value, …)", M("un objet de ces champs", "an object of these fields")),
    "list": ("list(value, …)", M("une liste de ces valeurs", "a list of these values")),
    "array": ("array(value, …)", M("une liste de ces valeurs", "a list of these values")),
    "date": (
        "date(text[, format])",
        M("la date que dit un texte ou un lien", "the date that a text or link tells"),
    ),
    "dur": (
        "dur(text)",
        M("la durée que dit un texte\u00a0: dur(3 days)", "the duration that a text tells: dur(3 days)"),
    ),
    "number": ("number(text)", M("le premier nombre d’un texte", "the first number in a text")),
    "string": ("string(value)", M("la valeur comme texte", "the value as text")),
    "link": ("link(path[, display])", M("un lien vers une note", "a link to a note")),
    "embed": ("embed(link[, on])", M("le lien comme inclusion", "the link as an embed")),
    "elink": ("elink(url[, display])", M("un lien vers le web", "a link to the web")),
    "typeof": ("typeof(value)", M("le nom du type", "the name of the type")),
    "round": ("round(number[, digits])", M("le nombre arrondi", "the number rounded")),
    "trunc": ("trunc(number)", M("le nombre sans décimales", "the number without its decimals")),
    "floor": ("floor(number)", M("l’entier juste en dessous", "the whole number below")),
    "ceil": ("ceil(number)", M("l’entier juste au-dessus", "the whole number above")),
    "min": ("min(value, …)", M("la plus petite valeur", "the smallest value")),
    "max": ("max(value, …)", M("la plus grande valeur", "the biggest value")),
    "sum": ("sum(list)", M("la somme", "the sum")),
    "product": ("product(list)", M("le produit", "the product")),
    "average": ("average(list)", M("la moyenne", "the average")),
    "minby": (
        "minby(list, (x) => …)",
        M("l’élément pour lequel la fonction est la plus petite", "the element with the smallest value"),
    ),
    "maxby": (
        "maxby(list, (x) => …)",
        M("l’élément pour lequel la fonction est la plus grande", "the element with the biggest value"),
    ),
    "reduce": (
        "reduce(list, (all, x) => …)",
        M("les éléments réunis en une valeur", "the elements joined to one value"),
    ),
    "contains": (
        "contains(list, value)",
        M(
            "si une liste, un texte ou un objet contient la valeur",
            "whether a list, text or object holds the value",
        ),
    ),
    "icontains": (
        "icontains(list, value)",
        M("comme contains, sans tenir compte des majuscules", "as contains, whatever the case"),
    ),
    "econtains": (
        "econtains(list, value)",
        M("comme contains, l’élément entier", "as contains, the whole element"),
    ),
    "containsword": (
        "containsword(text, word)",
        M("si le texte contient ce mot entier", "whether the text holds this whole word"),
    ),
    "extract": (
        "extract(object, key, …)",
        M("l’objet réduit à ces champs", "the object with these fields only"),
    ),
    "sort": ("sort(list[, (x) => …])", M("la liste triée", "the list sorted")),
    "reverse": ("reverse(list)", M("la liste à l’envers", "the list turned around")),
    "length": ("length(list)", M("combien d’éléments", "how many elements")),
    "nonnull": ("nonnull(list)", M("la liste sans ce qui est vide", "the list without nulls")),
    "firstvalue": (
        "firstvalue(list)",
        M("la première valeur qui n’est pas vide", "the first value that is not null"),
    ),
    "all": ("all(list[, (x) => …])", M("si la condition est vraie partout", "whether all are true")),
    "any": ("any(list[, (x) => …])", M("si la condition est vraie quelque part", "whether any is true")),
    "none": ("none(list[, (x) => …])", M("si la condition n’est vraie nulle part", "whether none is true")),
    "join": ("join(list[, separator])", M("les éléments en un seul texte", "the elements as one text")),
    "filter": (
        "filter(list, (x) => …)",
        M("les éléments qui remplissent la condition", "the elements that meet the condition"),
    ),
    "map": (
        "map(list, (x) => …)",
        M("la fonction appliquée à chaque élément", "the function of each element"),
    ),
    "flat": (
        "flat(list[, depth])",
        M("les listes dans la liste, déroulées", "the list with its inner lists laid open"),
    ),
    "slice": ("slice(list[, start[, end]])", M("une partie de la liste", "a part of the list")),
    "unique": ("unique(list)", M("chaque valeur une fois, triées", "each value once, sorted")),
    "regextest": (
        "regextest(pattern, text)",
        M("si l’expression se trouve dans le texte", "whether the pattern is in the text"),
    ),
    "regexmatch": (
        "regexmatch(pattern, text)",
        M("si l’expression est tout le texte", "whether the pattern is the whole text"),
    ),
    "regexreplace": (
        "regexreplace(text, pattern, with)",
        M("ce que l’expression trouve, remplacé", "what the pattern finds, replaced"),
    ),
    "replace": (
        "replace(text, what, with)",
        M("un texte par un autre, partout", "one text by another, everywhere"),
    ),
    "lower": ("lower(text)", M("en minuscules", "in lower case")),
    "upper": ("upper(text)", M("en majuscules", "in upper case")),
    "split": (
        "split(text, pattern[, limit])",
        M("le texte coupé à chaque séparateur", "the text parted at each separator"),
    ),
    "startswith": ("startswith(text, start)", M("si le texte commence ainsi", "whether the text begins so")),
    "endswith": ("endswith(text, end)", M("si le texte finit ainsi", "whether the text ends so")),
    "padleft": ("padleft(text, length[, sign])", M("complété à gauche", "filled on the left")),
    "padright": ("padright(text, length[, sign])", M("complété à droite", "filled on the right")),
    "substring": ("substring(text, start[, end])", M("une partie du texte", "a part of the text")),
    "truncate": (
        "truncate(text, length[, suffix])",
        M("le texte coupé à une longueur", "the text cut to a length"),
    ),
    "default": (
        "default(value, other)",
        M("l’autre valeur où la première est vide", "the other value where the first is null"),
    ),
    "ldefault": (
        "ldefault(value, other)",
        M("comme default, pour la liste entière", "as default, for a list as a whole"),
    ),
    "display": (
        "display(value)",
        M("la valeur comme texte, sans Markdown", "the value as text, without Markdown"),
    ),
    "choice": (
        "choice(condition, yes, no)",
        M("l’une de deux valeurs, selon la condition", "one of two values, by a condition"),
    ),
    "striptime": ("striptime(date)", M("la date sans l’heure", "the date without its time")),
    "dateformat": (
        "dateformat(date, format)",
        M('la date écrite ainsi\u00a0: "dd/MM/yyyy"', 'the date written so: "dd/MM/yyyy"'),
    ),
    "durationformat": (
        "durationformat(duration, format)",
        M("la durée écrite ainsi", "the duration written so"),
    ),
    "currencyformat": (
        "currencyformat(number[, code])",
        M("le montant dans une monnaie", "the amount in a currency"),
    ),
    "localtime": ("localtime(date)", M("la date dans le fuseau d’ici", "the date in the zone of this place")),
    "hash": ("hash(text[, more][, seed])", M("un nombre tiré d’un texte", "a number made of a text")),
    "meta": (
        "meta(link)",
        M("ce qu’un lien dit\u00a0: path, display, subpath…", "what a link says: path, display, subpath…"),
    ),
    "section": (
        "section(link, heading)",
        M("les éléments sous un titre (vaultkit)", "the list items below a heading (vaultkit)"),
    ),
}
