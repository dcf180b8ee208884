"""Rules about what should not stand in a client's notes: passwords and numbers that identify a person.

What was found is never said, not even in part: a report is passed on more easily than a note. The place
of a password is that of its label, so that no length is told either.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note
from vaultkit.rules.kinds import SECRET_AVS, SECRET_CARD, SECRET_IBAN, SECRET_PASSWORD
from vaultkit.rules.rule import Family, Look, Rule
from vaultkit.rules.traits import NUMBER, PASSWORD
from vaultkit.text import Message, Span, pattern

if TYPE_CHECKING:
    from vaultkit.rules.passwords import Password

# ------------------------------------------------------------------------------------- passwords


def secret_password(note: Note, look: Look) -> Iterator[Finding]:
    """A password or PIN stands in the note.

    A value is one word that mixes letters with digits or signs, or digits alone; prose is none.
    """
    for secret in _passwords(note) if look.traits(note) & PASSWORD else ():
        yield Finding(
            secret.place,
            Message(
                "un mot de passe ou un code est écrit ici en clair (sa valeur n’est pas affichée)",
                "a password or code stands here in clear (its value is not shown)",
            ),
            Message(
                "le ranger dans un gestionnaire de mots de passe, écrire ici «\u00a0voir le "
                "coffre-fort\u00a0», et le changer",
                "keep it in a password manager, write 'see the safe' here, and change it",
            ),
        )


def _passwords(note: Note) -> Iterator[Password]:
    from vaultkit.rules.passwords import passwords  # few notes may hold any

    return passwords(note)


# --------------------------------------------------------------------------------------- numbers

_AVS = pattern(r"(?<![\w.-])756[. \u00a0-]?\d{4}[. \u00a0-]?\d{4}[. \u00a0-]?\d{2}(?![\w-])")
_IBAN = pattern(
    r"(?<![^\W_])[A-Z]{2}\d{2}(?:[ \u00a0-]?[0-9A-Z]{4}){2,7}(?:[ \u00a0-]?[0-9A-Z]{1,3}(?![0-9A-Za-z]))?"
)
_SEP = "[ \u00a0-]?"
_CARD = pattern(
    r"(?<![\w/=.#&-])(?<!\d[ \u00a0-])(?:"
    rf"\d{{4}}(?P<a>{_SEP})\d{{4}}(?P=a)\d{{4}}(?P=a)\d{{4}}(?:(?P=a)\d{{3}})?"
    rf"|3[47]\d{{2}}(?P<b>{_SEP})\d{{6}}(?P=b)\d{{5}}|3[068]\d{{2}}(?P<c>[ \u00a0-])\d{{6}}(?P=c)\d{{4}}"
    r")(?![\w-]|[ \u00a0]\d{4})"
)
#: The first digits of cards by their length: Visa, Mastercard, Amex, Diners, Discover, JCB, UnionPay, Maestro.
_ISSUERS = pattern(
    r"4\d{15}(?:\d{3})?|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|(?:6011|65\d{2}|64[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14}(?:\d{3})?"
    r"|(?:5018|5020|5038|6304|6759|676[1-3])\d{12}(?:\d{3})?"
)
_NOT_DIGIT = pattern(r"\D")


def secret_avs(note: Note, look: Look) -> Iterator[Finding]:
    """A Swiss AVS number (756, 13 digits, the last a check digit as in EAN-13) stands in the note."""
    if not look.traits(note) & NUMBER or "756" not in note.text:
        return
    from stdnum import ean

    for found in _AVS.finditer(note.text):
        if ean.is_valid(_digits(found[0])):
            yield _number(
                Span(*found.span()),
                Message("un numéro AVS est écrit ici", "an AVS number (Swiss social security) stands here"),
            )


def secret_iban(note: Note, look: Look) -> Iterator[Finding]:
    """An IBAN stands in the note: a country, its length, and two check digits (mod 97)."""
    for place in _ibans(note.text) if look.traits(note) & NUMBER else ():
        yield _number(place, Message("un IBAN est écrit ici", "an IBAN stands here"))


def _ibans(text: str) -> Iterator[Span]:
    at = 0
    while found := _IBAN.search(text, at):
        at = found.end()
        if end := _iban_end(found[0]):
            at = found.start() + end
            yield Span(found.start(), at)


def _iban_end(said: str) -> int | None:
    """Return how far the IBAN at the start of these groups reaches, None if there is none; words can follow it."""
    from stdnum import iban

    ends = [len(said), *(gap.start() for gap in re.finditer("[ \u00a0-]", said))]
    return next(
        (end for end in ends if iban.is_valid(said[:end].replace("\u00a0", " "), check_country=False)), None
    )


def secret_card(note: Note, look: Look) -> Iterator[Finding]:
    """The number of a payment card stands in the note: known first digits, its length, Luhn's check digit."""
    if not look.traits(note) & NUMBER:
        return
    candidates = [found for found in _CARD.finditer(note.text) if _ISSUERS.match(_digits(found[0]))]
    if not candidates:
        return
    from stdnum import luhn

    accounts = list(_ibans(note.text))
    for found in candidates:
        digits, place = _digits(found[0]), Span(*found.span())
        at = bisect_right(accounts, place.start, key=lambda one: one.start)
        inside = at > 0 and accounts[at - 1].holds(place)
        # Three digits behind a card of sixteen are more often those of its back.
        spelled = (digits, digits[:16]) if found["a"] else (digits,)
        if not inside and any(_ISSUERS.fullmatch(one) and luhn.is_valid(one) for one in spelled):
            yield _number(
                place,
                Message(
                    "un numéro de carte de paiement est écrit ici", "the number of a payment card stands here"
                ),
            )


def _digits(said: str) -> str:
    return _NOT_DIGIT.sub("", said)


def _number(place: Span, what: Message) -> Finding:
    return Finding(
        place,
        Message(f"{what.fr} (il n’est pas affiché)", f"{what.en} (it is not shown)"),
        Message(
            "l’enlever de la note, ou n’en garder que les derniers chiffres",
            "take it out of the note, or keep only its last digits",
        ),
    )


def values(note: Note, look: Look) -> Iterator[Span]:
    """Yield the places of all secrets of a note, each with its value: that is what no message may hold."""
    held = look.traits(note)
    if held & PASSWORD:
        yield from (secret.value for secret in _passwords(note))
    for rule in (secret_avs, secret_iban, secret_card) if held & NUMBER else ():
        yield from (finding.span for finding in rule(note, look))


RULES = (
    Rule(SECRET_PASSWORD, secret_password),
    Rule(SECRET_AVS, secret_avs),
    Rule(SECRET_IBAN, secret_iban),
    Rule(SECRET_CARD, secret_card),
)
FAMILIES = (Family(RULES, traits=PASSWORD | NUMBER),)
