"""What a broken keyword of JSON Schema is called, in a consultant's words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from vaultkit.schema.model import Breach
from vaultkit.schema.validator import Broken
from vaultkit.schema.words import TYPES, either, listed, named, shown
from vaultkit.text import Message

_Said = tuple[Breach, Message, Message | None]


def sentence(broken: Broken, value: Any) -> _Said:
    """Return the kind of breach, what is wrong, and what helps; `value` is what stands there."""
    merged = _merged(broken)
    tell = _SENTENCES.get(merged.keyword, _other)
    if not merged.path and merged.keyword in ("type", "enum", "const"):
        tell = _other
    return tell(merged, named(merged.path), value)


def missing(key: str, examples: tuple[Any, ...], note: str = "") -> tuple[Message, Message]:
    """Return what is said of a property that is not there, and what helps; `note` explains the property."""
    more_fr, more_en = (f"\u00a0: {note}", f": {note}") if note else ("", "")
    example = shown(examples[0]) if examples and not isinstance(examples[0], list | dict) else "…"
    return (
        Message(
            f"la propriété «\u00a0{key}\u00a0» manque{more_fr}", f"the property '{key}' is missing{more_en}"
        ),
        Message(f"ajouter par exemple {key}: {example}", f"add for example {key}: {example}")
        if example != "…"
        else Message(f"ajouter {key}: …", f"add {key}: …"),
    )


def _merged(broken: Broken) -> Broken:
    """Return alternatives that all ask for a type, or all for a value, as one question."""
    ways = broken.either
    if not ways or any(len(way) != 1 or way[0].path != broken.path for way in ways):
        return broken
    firsts = [way[0] for way in ways]
    if all(one.keyword == "type" for one in firsts):
        types = [name for one in firsts for name in one.value]
        return Broken("type", broken.path, broken.rule, types)
    if all(one.keyword in ("enum", "const") for one in firsts):
        values = [v for one in firsts for v in (one.value if one.keyword == "enum" else [one.value])]
        return Broken("enum", broken.path, broken.rule, values)
    return broken


def type_of(value: Any) -> Message:
    """Return what a value is, in a person's words."""
    if isinstance(value, bool):
        return Message("une case à cocher", "a checkbox")
    if isinstance(value, str):
        return Message("un texte", "a text")
    if isinstance(value, int | float):
        return Message("un nombre", "a number")
    return TYPES["array"] if isinstance(value, list) else TYPES["object"] if value else TYPES["null"]


def _type(broken: Broken, name: str, value: Any) -> _Said:
    wanted = either([TYPES[str(one)] for one in broken.value or () if str(one) in TYPES])
    found, words = type_of(value), shown(value)
    fr, en = (f"{found.fr} («\u00a0{words}\u00a0»)", f"{found.en} ('{words}')")
    if isinstance(value, list | dict) or value is None:
        fr, en = found.fr, found.en
    hint = None
    if "array" in broken.value and isinstance(value, str):
        hint = Message(f"écrire [{words}]", f"write [{words}]")
    elif "string" in broken.value and isinstance(value, int | float):
        hint = Message(f'mettre des guillemets\u00a0: "{words}"', f'put it in quotes: "{words}"')
    elif isinstance(value, str) and {"integer", "number"} & set(broken.value) and re.search(r"\d", value):
        hint = Message(
            "enlever les guillemets ou les mots autour", "take the quotes or the words around it away"
        )
    elif isinstance(value, str) and "boolean" in broken.value:
        hint = Message("écrire true ou false, sans guillemets", "write true or false, without quotes")
    return (
        Breach.TYPE,
        Message(
            f"«\u00a0{name}\u00a0» doit être {wanted.fr}, c’est {fr}",
            f"'{name}' must be {wanted.en}, it is {en}",
        ),
        hint,
    )


def _enum(broken: Broken, name: str, value: Any) -> _Said:
    options = listed(broken.value or ())
    if isinstance(value, list | dict):
        what = type_of(value)
        message = Message(
            f"«\u00a0{name}\u00a0» est {what.fr}, pas une seule valeur",
            f"'{name}' is {what.en}, no single value",
        )
        return (
            Breach.ENUM,
            message,
            Message(f"valeurs possibles\u00a0: {options}", f"possible values: {options}"),
        )
    said = shown(value)
    message = (
        Message(
            f"valeur «\u00a0{said}\u00a0» inconnue pour «\u00a0{name}\u00a0»",
            f"unknown value '{said}' for '{name}'",
        )
        if said
        else Message(f"«\u00a0{name}\u00a0» n’a pas de valeur", f"'{name}' has no value")
    )
    return Breach.ENUM, message, Message(f"valeurs possibles\u00a0: {options}", f"possible values: {options}")


def _const(broken: Broken, name: str, value: Any) -> _Said:
    wanted, said = shown(broken.value), shown(value)
    message = Message(
        f"«\u00a0{name}\u00a0» doit être «\u00a0{wanted}\u00a0», pas «\u00a0{said}\u00a0»",
        f"'{name}' must be '{wanted}', not '{said}'",
    )
    return Breach.ENUM, message, None


def _limit(french: str, english: str) -> Callable[[Broken, str, Any], _Said]:
    """Return a sentence about a limit: `{}` is the limit, `[s]` a plural that follows it."""

    def tell(broken: Broken, name: str, value: Any) -> _Said:
        many = "s" if isinstance(broken.value, int | float) and abs(broken.value) > 1 else ""
        limit = shown(broken.value)
        decimal = limit.replace(".", ",") if isinstance(broken.value, float) else limit
        fr = french.replace("{}", decimal).replace("[s]", many)
        en = english.replace("{}", limit).replace("[s]", "" if broken.value == 1 else "s")
        if not name:
            return Breach.FORMAT, _of_all(fr, en), None
        return Breach.FORMAT, Message(f"«\u00a0{name}\u00a0» {fr}", f"'{name}' {en}"), None

    return tell


#: The verbs that open a sentence about one value, and as they stand after `les propriétés`, `the properties`.
_PLURALS = (
    *(("doit ", "doivent "), ("n’a ", "n’ont "), ("a ", "ont ")),
    *(("has ", "have "), ("lacks ", "lack ")),
)


def _of_all(french: str, english: str) -> Message:
    """Return what is said of one value as said of all properties of a note."""
    fr, en = (
        next((plural + said.removeprefix(one) for one, plural in _PLURALS if said.startswith(one)), said)
        for said in (french, english)
    )
    return Message(f"les propriétés {fr}", f"the properties {en}")


_FORMATS: Mapping[str, Message] = {
    "date": Message("une date (AAAA-MM-JJ)", "a date (YYYY-MM-DD)"),
    "date-time": Message("une date avec heure et fuseau", "a date with time and zone"),
    "time": Message("une heure avec fuseau", "a time with zone"),
    "duration": Message("une durée (P3D, PT45M)", "a duration (P3D, PT45M)"),
    "email": Message("une adresse de courriel", "a mail address"),
    "idn-email": Message("une adresse de courriel", "a mail address"),
    "uri": Message("une adresse web complète (https://…)", "a whole web address (https://…)"),
    "iri": Message("une adresse web complète (https://…)", "a whole web address (https://…)"),
    "hostname": Message("un nom de machine", "a host name"),
    "ipv4": Message("une adresse IPv4", "an IPv4 address"),
    "ipv6": Message("une adresse IPv6", "an IPv6 address"),
    "uuid": Message("un UUID", "a UUID"),
    "regex": Message("une expression régulière", "a regular expression"),
}


def _format(broken: Broken, name: str, value: Any) -> _Said:
    form = shown(broken.value)
    what = _FORMATS.get(form, Message(f"de la forme «\u00a0{form}\u00a0»", f"of the form '{form}'"))
    said = shown(value)
    message = Message(
        f"«\u00a0{name}\u00a0» doit être {what.fr}, pas «\u00a0{said}\u00a0»",
        f"'{name}' must be {what.en}, not '{said}'",
    )
    hint = (
        Message("écrire par exemple 2025-08-25", "write for example 2025-08-25") if form == "date" else None
    )
    return Breach.FORMAT, message, hint


def _pattern(broken: Broken, name: str, value: Any) -> _Said:
    said, pattern = shown(value), shown(broken.value)
    message = Message(
        f"«\u00a0{name}\u00a0»\u00a0: «\u00a0{said}\u00a0» n’a pas la forme demandée",
        f"'{name}': '{said}' does not have the form that is asked for",
    )
    return Breach.FORMAT, message, Message(f"forme\u00a0: {pattern}", f"form: {pattern}")


def _depends(broken: Broken, name: str, value: Any) -> _Said:
    key = shown(broken.value)
    because = next((str(step) for step in reversed(broken.rule) if step != "dependentRequired"), "")
    more_fr, more_en = (f" avec «\u00a0{because}\u00a0»", f" beside '{because}'") if because else ("", "")
    message = Message(
        f"la propriété «\u00a0{key}\u00a0» manque{more_fr}", f"the property '{key}' is missing{more_en}"
    )
    return Breach.REQUIRED, message, Message(f"ajouter {key}: …", f"add {key}: …")


def _unique_items(broken: Broken, name: str, value: Any) -> _Said:
    counts = Counter(map(repr, value))
    twice = next((shown(one) for one in value if counts[repr(one)] > 1), "")
    message = Message(
        f"«\u00a0{name}\u00a0» a deux fois la même entrée\u00a0: {twice}",
        f"'{name}' has the same entry twice: {twice}",
    )
    return Breach.FORMAT, message, None


def _unknown(broken: Broken, name: str, value: Any) -> _Said:
    said = shown(broken.value) if broken.keyword == "propertyNames" else name
    message = Message(
        f"le schéma n’a pas de propriété «\u00a0{said}\u00a0»", f"the schema has no property '{said}'"
    )
    return Breach.UNKNOWN_PROPERTY, message, None


def _other(broken: Broken, name: str, value: Any) -> _Said:
    keyword = broken.keyword
    message = Message(
        f"«\u00a0{name}\u00a0» ne va pas avec le schéma ({keyword})",
        f"'{name}' does not go with the schema ({keyword})",
    )
    if not name:
        message = Message(
            f"ces propriétés ne vont pas avec le schéma ({keyword})",
            f"these properties do not go with the schema ({keyword})",
        )
    return Breach.FORMAT, message, None


def _either(broken: Broken, name: str, value: Any) -> _Said:
    """Say what the alternatives ask for, where each asks for one thing."""
    if not broken.either or any(not way for way in broken.either):
        what = f"«\u00a0{name}\u00a0»" if name else "la note"
        en = f"'{name}'" if name else "the note"
        return (
            Breach.FORMAT,
            Message(
                f"{what} remplit plusieurs choix qui s’excluent",
                f"{en} fits several choices that exclude each other",
            ),
            None,
        )
    told = [way[0].value if way[0].keyword == "required" else None for way in broken.either]
    if all(isinstance(key, str) for key in told):
        keys_fr = either([Message(f"«\u00a0{key}\u00a0»", f"'{key}'") for key in told])
        return (
            Breach.REQUIRED,
            Message(f"il manque {keys_fr.fr}", f"{keys_fr.en} is missing"),
            None,
        )
    what = f"«\u00a0{name}\u00a0»" if name else "la note"
    en = f"'{name}'" if name else "the note"
    return (
        Breach.FORMAT,
        Message(f"{what} ne va avec aucun des choix du schéma", f"{en} fits none of the schema's choices"),
        None,
    )


_SENTENCES: Mapping[str, Callable[[Broken, str, Any], _Said]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minimum": _limit("doit être au moins {}", "must be at least {}"),
    "maximum": _limit("doit être au plus {}", "must be at most {}"),
    "exclusiveMinimum": _limit("doit être plus grand que {}", "must be more than {}"),
    "exclusiveMaximum": _limit("doit être plus petit que {}", "must be less than {}"),
    "multipleOf": _limit("doit être un multiple de {}", "must be a multiple of {}"),
    "minLength": _limit("doit avoir au moins {} caractère[s]", "must have at least {} character[s]"),
    "maxLength": _limit("doit avoir au plus {} caractère[s]", "must have at most {} character[s]"),
    "minItems": _limit("doit avoir au moins {} entrée[s]", "must have at least {} item[s]"),
    "maxItems": _limit("doit avoir au plus {} entrée[s]", "must have at most {} item[s]"),
    "minProperties": _limit("doit avoir au moins {} clé[s]", "must have at least {} key[s]"),
    "maxProperties": _limit("doit avoir au plus {} clé[s]", "must have at most {} key[s]"),
    "contains": _limit("n’a pas l’entrée demandée", "lacks the item that is asked for"),
    "not": _limit("a une valeur que le schéma exclut", "has a value that the schema excludes"),
    "format": _format,
    "pattern": _pattern,
    "dependentRequired": _depends,
    "uniqueItems": _unique_items,
    "additionalProperties": _unknown,
    "unevaluatedProperties": _unknown,
    "propertyNames": _unknown,
    "falseSchema": _unknown,
    "anyOf": _either,
    "oneOf": _either,
}
