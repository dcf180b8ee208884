"""Where a password or code stands in a note: behind a label, on the line below one, or in a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from vaultkit.markdown.note import Note, SectionType
from vaultkit.text import Span, pattern, unaccented


class Password(Struct, frozen=True):
    """A password: `place` is where it is told, its label or an empty span; `value` is what nobody may show."""

    place: Span
    value: Span


_BLANK = r"[^\S\n]"
_GAP = "[ _\u00a0-]"
_LABEL = pattern(
    rf"""
    (?<![^\W_])(?:
      (?P<many>mots{_GAP}?de{_GAP}?passes?) | mot{_GAP}?de{_GAP}?passe | mdp | pwd | passwor[dt] | passphrase
    | kennwort | phrase{_GAP}de{_GAP}passe
    | cl(?:é|e\u0301?|ef){_GAP}(?:du{_GAP}|r[ée]seau{_GAP})?(?:wi-?fi|wpa)
    | (?P<pin>(?:code{_GAP})?pin
      | code{_GAP}(?:d['’]|de{_GAP}l['’]|de{_GAP}la{_GAP})?(?:alarme|acc(?:è|e\u0300?)s|porte))
    | (?P<near>pass|pw) | (?P<account>identifiants?)
    )[0-9]{{0,2}}(?![^\W_])
    """.replace("[ _", "[\\ _"),
    re.VERBOSE | re.IGNORECASE,
)
#: What makes a label part of a longer name that announces no password: before it, and behind it.
_OF_A_NAME = pattern(
    r"\b(?:politiques?|gestionnaires?|gestion|coffres?(?:-forts?)?|regles?|strategies?|charte|longueur|complexite"
    r"|duree|historique|expiration|generateur|audit)[ \u00a0](?:(?:de|des|du|d['’]un|de[ \u00a0]votre)[ \u00a0])?$"
)
_NAME_GOES_ON = pattern(r"\b(?:policy|policies|manager|length|safe|rules?|richtlinien?)\b", re.IGNORECASE)
_BEFORE = 32
#: What parts a label (and a few words that say of what) from the value.
_PARTED = pattern(
    rf"(?P<what>(?:[^\n:=|→`,;.!?\[\]]|\[[^\n:\[\]]{{1,30}}\]){{0,40}}?)"
    rf"(?:{_BLANK}*(?:::|:|=|→|->){_BLANK}*|{_BLANK}(?:est|is|ist){_BLANK}+|{_BLANK}+(?=`))"
)
_QUOTE_NEXT = pattern(rf"(?P<what>){_BLANK}+(?=[\"“„«])")
_VALUE = pattern(r"[^\n|]{0,200}")
_NEXT_LINE = pattern(r"\n[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?(?P<value>[^\n|]{0,200})(?![^\n])")
_QUOTED = pattern(r"`+(?P<code>[^`\n]+)`+|«\s*(?P<french>[^»\n]+?)\s*»|[\"“„](?P<quote>[^\"”“\n]+)[\"”“]")
_DIGITS = pattern(r"\d{4,12}")
_YEAR = pattern(r"(?:19|20)\d\d")
#: Signs that prose does not have inside a word.
_ODD = pattern(r"\w[!@#$%^*?~]+\w|\w[!#$%^*~]+$")
#: Norms and products, whose names end in digits.
_NORM = (
    r"(?:wpa|wep|sha|md|aes|rsa|mfa|tls|ssl|iso|iec|nist|fips|rfc|pdf|rgpd|gdpr|dsgvo|n?lpd|laps|anssi|azure|entra"
    r"|bitlocker|bitwarden|lastpass|dashlane|veracrypt|excel|word|outlook|access|teams|sharepoint|onedrive|exchange"
    r"|office|microsoft|windows|win|server|synology|android|ios|macos)"
)
_NO_VALUE = pattern(
    rf"""
    [<{{\[%/\\^].* | \$[({{].* | https?:.* | www\..* | .*\(.* | [\w.+-]+@[\w-]+(?:\.[\w-]+)+ | (.)\1*
    | \d{{1,4}}[./:h-]\d{{1,2}}(?:[./:-]\d{{2,4}})?
    | {_NORM}(?:[-/+](?:{_NORM}|[a-z]{{1,2}}|personal|enterprise))*[-/.]?\d{{0,5}}(?:[-.:/]\d{{1,4}})?[a-z]?
    | [mo]365 | v-?\d+(?:\.\d+)* | [qts][1-4][-/.]?(?:19|20)?\d\d | \d+fa | [12]?password | keepass\w*
    | \d+[-–]?(?:caracteres?|car|chars?|signes?|lettres?|chiffres?|mois|jours?|j|h|d|ans?|fois|x|zeichen|characters?)
    | .*(?:\.\.|…|\*\*|••|xxx).* | .*\.(?:md|pdf|docx?|xlsx?|txt|png|jpg|kdbx|py|js|json)
    """,
    re.VERBOSE | re.IGNORECASE,
)
#: A tag, and what a script calls a value, are none.
_NAMED = pattern(r"#[a-z0-9_/-]+|\$[A-Z][A-Z0-9_]*")
_TRIMMED = "*_=~ \t\r\u00a0\u202f\"'«»“”„‘’"
_MARKUP = "*_=~ \t\r\u00a0\u202f"
#: What stands in code behind such a label without being one.
_PLAIN_WORDS = frozenset(
    [
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
    ]
)
#: What people cry out where a password should stand.
_CRIED = frozenset(
    [
        "non",
        "oui",
        "jamais",
        "aucun",
        "idem",
        "partage",
        "perdu",
        "oublie",
        "inconnu",
        "vide",
        "urgent",
        "attention",
        "stop",
        "danger",
    ]
)
_CLOSING = ".,;:)]}"


class _Label(StrEnum):
    """What a label announces: it decides whether digits alone are a value, and nothing but digits."""

    ONE = "a password"
    MANY = "passwords: digits alone count them"
    PIN = "a code of digits"
    NEAR = "a password, where the value stands right behind it"
    ACCOUNT = "a name, and behind a stroke its password"

    @classmethod
    def of(cls, found: re.Match[str]) -> _Label:
        """Return what a match of the labels announces."""
        groups = {"pin": cls.PIN, "many": cls.MANY, "near": cls.NEAR, "account": cls.ACCOUNT}
        return groups.get(found.lastgroup or "", cls.ONE)


def passwords(note: Note) -> Iterator[Password]:
    """Yield the passwords of a note: those behind labels in text order, then those of tables."""
    for found in _LABEL.finditer(note.text):
        label = _Label.of(found)
        if not _part_of_a_name(note.text, found) and (value := _behind(note.text, found.end(), label)):
            yield Password(Span(*found.span()), value)
    yield from _in_tables(note)


def _part_of_a_name(text: str, found: re.Match[str]) -> bool:
    """Whether a label belongs to a longer name: « politique de mot de passe », « coffre de mots de passe »."""
    before = text[max(0, found.start() - _BEFORE) : found.start()]
    return before[-1:] in (" ", "\u00a0", "’", "'") and _OF_A_NAME.search(unaccented(before)) is not None


def _behind(text: str, at: int, label: _Label) -> Span | None:
    """Return the place of the value that follows a label which ends at `at`."""
    for between in (_QUOTE_NEXT, _PARTED):
        parted = between.match(text, at)
        if parted is None or _NAME_GOES_ON.search(parted["what"]):
            continue
        if label in (_Label.NEAR, _Label.ACCOUNT) and parted["what"].strip(_MARKUP):
            continue
        start, end = parted.end(), _end_of(_VALUE, text, parted.end())
        if not text[start:end].strip(_MARKUP) and ":" in parted[0]:
            return _below(text, end, label)
        if value := _secret(text[start:end], label):
            return _placed(value, text, start)
    return None


def _below(text: str, at: int, label: _Label) -> Span | None:
    """Return the place of a value that stands alone on the line below a label and its colon."""
    line = _NEXT_LINE.match(text, at)
    if line is None or len(line["value"].split()) != 1 or ":" in line["value"]:
        return None
    value = _secret(line["value"], label)
    return _placed(value, text, line.start("value")) if value else None


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _placed(value: str, text: str, start: int) -> Span:
    at = text.find(value, start)
    return Span(at, at + len(value))


def _secret(said: str, label: _Label) -> str | None:
    """Return the password in what stands behind a label, None where that is prose about one."""
    said = said.strip(_MARKUP)
    if label is not _Label.ACCOUNT and (quoted := _QUOTED.match(said)):
        word = (quoted["code"] or quoted["french"] or quoted["quote"]).strip()
        plain = bool(quoted["code"]) and label is not _Label.PIN and len(word) >= 5 and word.isalpha()
        return word if _is_value(word, label) or (plain and unaccented(word) not in _PLAIN_WORDS) else None
    words = said.replace("\u00a0", " ").split(None, 3)
    if len(words) > 2 and words[1] == "/" and _is_value(words[2], label):
        return _bare(words[2])
    if not words or label is _Label.ACCOUNT:
        return None
    alone = len(words) == 1 or words[0][-1] in ",;." or words[1][:1] in ("(", "–", "—", "-", "<", "→")
    return _bare(words[0]) if _is_value(words[0], label, alone) else None


def _bare(word: str) -> str:
    """Return a word without the quotes, emphasis and brackets around it."""
    bare = word.strip(_TRIMMED).rstrip(_CLOSING).strip(_TRIMMED)
    return bare if bare[1:].isdigit() else bare.removeprefix("(")


def _is_value(word: str, label: _Label, alone: bool = True) -> bool:
    """Whether a word is a password; digits alone are one only where nothing else stands behind the label."""
    bare = _bare(word)
    if len(bare) < 4 or " " in bare:
        return False
    if label is _Label.PIN:
        bare = bare.rstrip("#")
    if bare.isdigit():
        counts = label is _Label.MANY or (label is not _Label.PIN and _YEAR.fullmatch(bare) is not None)
        known = label is not _Label.ACCOUNT and _DIGITS.fullmatch(bare) is not None
        return alone and not counts and known
    if label is _Label.PIN or not any(sign.isalpha() for sign in bare):
        return False
    counted = any(sign.isdigit() for sign in bare)
    if label is _Label.ACCOUNT and (len(bare) < 8 or not counted):
        return False
    mixed = counted or (_ODD.search(bare) is not None and not _is_cried(bare))
    return mixed and not _NAMED.fullmatch(bare) and not _NO_VALUE.fullmatch(unaccented(bare))


def _is_cried(word: str) -> bool:
    """Whether a word is one that people say loudly: « NON! », « post-it! »."""
    said = word.rstrip("!")
    return len(said) < len(word) and (said.isupper() or "-" in said or unaccented(said) in _CRIED)


# ---------------------------------------------------------------------------------------- tables

_PIPE = pattern(r"\\.|\|")


def _in_tables(note: Note) -> Iterator[Password]:
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
                if announced and at not in labels and (value := _secret(text, announced)):
                    start = cells[at].start
                    yield Password(Span(start, start), _placed(value, note.text, start))
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
    if found is None or ":" in text.rstrip(" :*") or _part_of_a_name(text, found):
        return None
    label = _Label.of(found)
    whole = label is not _Label.NEAR or found[0] == text.strip(_MARKUP + ":")
    return label if whole and label is not _Label.ACCOUNT else None


def _lines(text: str, span: Span) -> Iterator[Span]:
    at = span.start
    while at < span.end:
        stop = text.find("\n", at, span.end)
        stop = span.end if stop < 0 else stop
        yield Span(at, stop)
        at = stop + 1
