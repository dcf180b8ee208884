"""What is said of a leak: what got out, and what to do about it."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from vaultkit.text import Message


class What(StrEnum):
    """What kind of thing got out."""

    INTERVIEW = "interview"
    MISSION = "mission"
    SIGN = "sign"
    UNKNOWN = "unknown"
    INSIDE = "inside"


class Found(Struct, frozen=True):
    """Something that got out, as the report writes it."""

    said: str
    what: What


def message_of(found: Found) -> Message:
    """Return the sentence that says what got out."""
    said = " ".join(found.said.split())
    fr, en = MESSAGES[found.what]
    return Message(fr.format(said), en.format(said))


MESSAGES = {
    What.INTERVIEW: (
        "le nom d’un entretien sortirait\u00a0: «\u00a0{}\u00a0»",
        "the name of an interview would get out: '{}'",
    ),
    What.MISSION: (
        "le nom d’une autre mission sortirait\u00a0: «\u00a0{}\u00a0»",
        "the name of another mission would get out: '{}'",
    ),
    What.SIGN: (
        "un signe d’atelier sortirait\u00a0: «\u00a0{}\u00a0»",
        "a sign of the workshop would get out: '{}'",
    ),
    What.UNKNOWN: ("«\u00a0{}\u00a0» sortirait", "'{}' would get out"),
    What.INSIDE: (
        "un texte interne sortirait\u00a0: «\u00a0{}\u00a0»",
        "text that stays inside would get out: '{}'",
    ),
}
_PUBLIC_HINT = (
    "\u00a0; si ce mot peut sortir, le mettre dans la propriété « vaultkit_public » de la synthèse",
    "; if it may get out, put it into the property 'vaultkit_public' of the synthesis",
)
HINTS = {
    What.INTERVIEW: Message(
        "dire « un entretien », ou en faire un lien (il est retiré)" + _PUBLIC_HINT[0],
        "say 'an interview', or make it a link (which is removed)" + _PUBLIC_HINT[1],
    ),
    What.MISSION: Message("retirer ce nom" + _PUBLIC_HINT[0], "take the name out" + _PUBLIC_HINT[1]),
    What.SIGN: Message(
        "fermer ou retirer ce signe\u00a0; dans du code (`…`) il peut rester",
        "close this sign or take it out; in code (`…`) it may stay",
    ),
    What.UNKNOWN: Message(
        "compléter, ou le dire autrement (« reste à fixer »)", "complete it, or say it in other words"
    ),
    What.INSIDE: Message(
        "ce texte est dans un commentaire, une partie ou une note interne" + _PUBLIC_HINT[0],
        "this text stands in a comment, an internal section or note" + _PUBLIC_HINT[1],
    ),
}
