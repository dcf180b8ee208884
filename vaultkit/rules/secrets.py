"""Rules about what should not stand in a client's notes: passwords and numbers that identify a person.

What was found is never said, not even in part: a report is passed on more easily than a note. The place
of a password is that of its label, so that no length is told either.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache

from vaultkit.diagnostics import Finding
from vaultkit.markdown.note import Note, SectionType
from vaultkit.rules.kinds import SECRET_AVS, SECRET_CARD, SECRET_IBAN, SECRET_PASSWORD
from vaultkit.rules.rule import Look, Rule
from vaultkit.text import Message, Span, unaccented

# ------------------------------------------------------------------------ which notes are looked at

#: Letters in lower case, digits as one sign, and what people write between the digits of a number taken out.
_FLAT = bytes(48 if 48 <= sign < 58 else sign + 32 if 65 <= sign < 91 else sign for sign in range(256))
_BETWEEN = b" .-_\xc2\xa0"
_RUN = b"0" * 10
#: How labels that begin with `pass` and `pin` stand in the flat bytes; both pieces are common in other words.
_PASS = (b"depasse", b"passw", b"passp")
_PIN = (b"codepin", b"pin:", b"pin*", b"pin|", b"pin=")


@lru_cache(maxsize=1)
def _hints(text: str) -> tuple[bool, bool]:
    """Return whether a text could hold a password, and a long number: two passes of C over its bytes.

    Rules ask of one note after the other, so only the last answer is kept.
    """
    flat = text.encode("utf-8", "replace").translate(_FLAT, _BETWEEN)
    said = (
        b"mdp" in flat
        or b"kennwort" in flat
        or (b"pass" in flat and any(label in flat for label in _PASS))
        or (b"pin" in flat and any(label in flat for label in _PIN))
    )
    return said, _RUN in flat


# ------------------------------------------------------------------------------------- passwords

_BLANK = r"[^\S\n]"
_LABEL = re.compile(
    r"(?<![^\W_])(?:(?P<many>mots[ _-]de[ _-]passes?)|mot[ _-]de[ _-]passe|mdp|passwor[dt]|passphrase|kennwort"
    r"|phrase[ _-]de[ _-]passe|(?P<pin>(?:code[ _-])?pin))(?![^\W_])",
    re.IGNORECASE,
)
#: What parts a label (and a few words that say of what) from the value.
_PARTED = re.compile(
    rf"(?P<what>[^\n:=|→`,;.!?\[\]]{{0,40}}?)(?:{_BLANK}*(?:::|:|=|→|->){_BLANK}*|{_BLANK}(?:est|is|ist){_BLANK}+"
    rf"|{_BLANK}+(?=`))"
)
_VALUE = re.compile(r"[^\n|]{0,80}")
_QUOTED = re.compile(r"`+(?P<code>[^`\n]+)`+|«\s*(?P<french>[^»\n]+?)\s*»|[\"“„](?P<quote>[^\"”“\n]+)[\"”“]")
_DIGITS = re.compile(r"\d{4,12}")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: Signs that prose does not have inside a word.
_ODD = re.compile(r"\w[!@#$%^*?~]+\w|\w[!#$%^*~]+$")
_NO_VALUE = re.compile(
    r"""
    [<{\[($%#@/\\^].* | https?:.* | www\..* | .*\(.* | [\w.+-]+@[\w-]+(?:\.[\w-]+)+ | (.)\1*
    | \d{1,4}[./:h-]\d{1,2}(?:[./:-]\d{2,4})?
    | (?:wpa|wep|sha|md|aes|rsa|mfa|tls|v|office|microsoft|windows|win)-?\d+ | \d+fa | [12]?password | keepass\w*
    | \d+[-–]?(?:caracteres?|car|chars?|signes?|lettres?|chiffres?|mois|jours?|fois|x|zeichen|characters?)
    | .*(?:\.\.|…|\*\*|••|xxx).* | .*\.(?:md|pdf|docx?|xlsx?|txt|png|jpg|kdbx|py|js|json)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_TRIMMED = "*_=~ \t\r\u00a0\u202f\"'«»“”„‘’"
_MARKUP = "*_=~ \t\r\u00a0\u202f"
#: What stands in code behind such a label without being one.
_PLAIN_WORDS = frozenset(
    (
        "password",
        "motdepasse",
        "passwort",
        "aucun",
        "inconnu",
        "vide",
        "false",
        "string",
        "secret",
        "changer",
        "perdu",
    )
)
_CLOSING = ".,;:)]}"


def secret_password(note: Note, look: Look) -> Iterator[Finding]:
    """A password or PIN stands in the note.

    A value is one word that mixes letters with digits or signs, or digits alone; prose is none.
    """
    if not _hints(note.text)[0]:
        return
    for found in _LABEL.finditer(note.text):
        parted = _PARTED.match(note.text, found.end())
        value = _VALUE.match(note.text, parted.end()) if parted else None
        if value and _is_secret(value[0], _Label.of(found)):
            yield _password(Span(*found.span()))
    yield from _in_tables(note)


def _password(place: Span) -> Finding:
    return Finding(
        place,
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


class _Label(StrEnum):
    """What a label announces: it decides whether digits alone are a value, and nothing but digits."""

    ONE = "a password"
    MANY = "passwords: digits alone count them"
    PIN = "a code of digits"

    @classmethod
    def of(cls, found: re.Match[str]) -> _Label:
        """Return what a match of the labels announces."""
        return cls.PIN if found["pin"] else cls.MANY if found["many"] else cls.ONE


def _is_secret(said: str, label: _Label) -> bool:
    """Whether what stands behind a label is a password, not prose about one."""
    said = said.strip(_MARKUP)
    if quoted := _QUOTED.match(said):
        word = (quoted["code"] or quoted["french"] or quoted["quote"]).strip()
        plain = bool(quoted["code"]) and label is not _Label.PIN and len(word) >= 5 and word.isalpha()
        return _is_value(word, label) or (plain and unaccented(word) not in _PLAIN_WORDS)
    words = said.replace("\u00a0", " ").split(None, 3)
    if not words:
        return False
    if len(words) > 2 and words[1] == "/" and _is_value(words[2], label):
        return True
    alone = len(words) == 1 or words[0][-1] in ",;." or words[1][:1] in ("(", "–", "—", "-", "<", "→")
    return _is_value(words[0], label, alone)


def _is_value(word: str, label: _Label, alone: bool = True) -> bool:
    """Whether a word is a password; digits alone are one only where nothing else stands behind the label."""
    bare = word.strip(_TRIMMED).rstrip(_CLOSING).strip(_TRIMMED)
    if len(bare) < 4 or " " in bare:
        return False
    if bare.isdigit():
        counts = label is _Label.MANY or (label is _Label.ONE and _YEAR.fullmatch(bare) is not None)
        return alone and not counts and _DIGITS.fullmatch(bare) is not None
    if label is _Label.PIN or not any(sign.isalpha() for sign in bare):
        return False
    mixed = any(sign.isdigit() for sign in bare) or _ODD.search(bare) is not None
    return mixed and not _NO_VALUE.fullmatch(unaccented(bare))


_PIPE = re.compile(r"\\.|\|")


def _in_tables(note: Note) -> Iterator[Finding]:
    """Yield the passwords of tables: below a heading cell that says so, or in the cell behind one."""
    for section in note.sections:
        if section.type is not SectionType.TABLE:
            continue
        columns: dict[int, _Label] = {}
        if not _LABEL.search(note.text, section.span.start, section.span.end):
            continue
        for number, line in enumerate(_lines(note.text, section.span)):
            cells = list(_cells(note.text, line))
            texts = [cell.of(note.text).strip() for cell in cells]
            labels = {at: label for at, text in enumerate(texts) if (label := _cell_label(text))}
            for at, text in enumerate(texts):
                announced = columns.get(at) or labels.get(at - 1)
                if announced and at not in labels and _is_secret(text, announced):
                    yield _password(Span(cells[at].start, cells[at].start))
            columns = columns if number else labels


def _cells(text: str, line: Span) -> Iterator[Span]:
    """Yield the places of the cells of a table row, between its pipes."""
    start = line.start + len(line.of(text)) - len(line.of(text).lstrip())
    start += text.startswith("|", start, line.end)
    for pipe in _PIPE.finditer(text, start, line.end):
        if pipe[0] == "|":
            yield Span(start, pipe.start())
            start = pipe.end()
    if start < line.end:
        yield Span(start, line.end)


def _cell_label(text: str) -> _Label | None:
    """Return what a cell announces that holds a label and perhaps a few words; None where it says more."""
    found = _LABEL.search(text) if len(text) <= 60 else None
    return _Label.of(found) if found and ":" not in text.rstrip(" :*") else None


def _lines(text: str, span: Span) -> Iterator[Span]:
    at = span.start
    while at < span.end:
        stop = text.find("\n", at, span.end)
        stop = span.end if stop < 0 else stop
        yield Span(at, stop)
        at = stop + 1


# --------------------------------------------------------------------------------------- numbers

_AVS = re.compile(r"(?<![\w.-])756[. \u00a0-]?\d{4}[. \u00a0-]?\d{4}[. \u00a0-]?\d{2}(?![\w-])")
_IBAN = re.compile(
    r"(?<![^\W_])[A-Z]{2}\d{2}(?:[ \u00a0-]?[0-9A-Z]{4}){2,7}(?:[ \u00a0-]?[0-9A-Z]{1,3}(?![0-9A-Za-z]))?"
)
_SEP = "[ \u00a0-]?"
_CARD = re.compile(
    r"(?<![\w/=.#&-])(?<!\d[ \u00a0-])(?:"
    rf"\d{{4}}(?P<a>{_SEP})\d{{4}}(?P=a)\d{{4}}(?P=a)\d{{4}}(?:(?P=a)\d{{3}})?"
    rf"|3[47]\d{{2}}(?P<b>{_SEP})\d{{6}}(?P=b)\d{{5}}|3[068]\d{{2}}(?P<c>[ \u00a0-])\d{{6}}(?P=c)\d{{4}}"
    r")(?![\w-]|[ \u00a0]\d{4})"
)
#: The first digits of cards by their length: Visa, Mastercard, Amex, Diners, Discover, JCB, UnionPay, Maestro.
_ISSUERS = re.compile(
    r"4\d{15}(?:\d{3})?|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|(?:6011|65\d{2}|64[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14}(?:\d{3})?"
    r"|(?:5018|5020|5038|6304|6759|676[1-3])\d{12}(?:\d{3})?"
)
_NOT_DIGIT = re.compile(r"\D")


def secret_avs(note: Note, look: Look) -> Iterator[Finding]:
    """A Swiss AVS number (756, 13 digits, the last a check digit as in EAN-13) stands in the note."""
    if not _hints(note.text)[1] or "756" not in note.text:
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
    for place in _ibans(note.text) if _hints(note.text)[1] else ():
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
    if not _hints(note.text)[1]:
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


RULES = (
    Rule(SECRET_PASSWORD, secret_password),
    Rule(SECRET_AVS, secret_avs),
    Rule(SECRET_IBAN, secret_iban),
    Rule(SECRET_CARD, secret_card),
)
