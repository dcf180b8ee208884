"""Dates and money as people write them in a note."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from msgspec import Struct

from vaultkit.text import Span, pattern, unaccented

_DATE = pattern(
    r"(?<![\d.])(?:(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
    r"|(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4}|\d{2}))(?![\d])"
)
#: How months are named, unaccented: French, English, German, and what people shorten them to.
_MONTH_NAMES = (
    r"jan(?:v(?:ier)?|uary|uar|ner)?", r"fe(?:v(?:rier|r)?|b(?:ruary|ruar|r)?)", r"mar(?:s|ch|z)?",
    r"a(?:vr(?:il)?|pr(?:il)?)", r"ma[iy]", r"(?:juin|june?|juni|jun)", r"(?:juil(?:let)?|july?|juli|jul)",
    r"(?:aout|aug(?:ust)?)", r"sep(?:t(?:embre|ember)?)?", r"o(?:ct(?:obre|ober)?|kt(?:ober)?)",
    r"nov(?:embre|ember)?", r"de(?:c(?:embre|ember)?|z(?:ember)?)",
)  # fmt: skip
_NAMED = "|".join(f"(?P<m{at}>{name})" for at, name in enumerate(_MONTH_NAMES, 1))
#: A day or a month in words: `1er octobre 2025`, `October 1, 2025`, `1. Okt. 2025`, `octobre 2025`.
_NAMED_DATE = pattern(
    rf"(?<![\w.])(?:(?P<day>\d{{1,2}})(?:er|st|nd|rd|th|\.)?\s+(?:of\s+)?)?(?:{_NAMED})(?![^\W\d_])\.?"
    r"(?:\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?,)?\s+(?P<year>\d{4})(?!\d)"
)
#: A named date in a larger pattern, over unaccented text.
NAMED_DATE = (
    rf"(?:\d{{1,2}}(?:er|st|nd|rd|th|\.)?\s+)?(?:{'|'.join(_MONTH_NAMES)})\.?"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?,)?\s+\d{4}(?!\d)"
)

_CURRENCY = r"(?P<currency>CHF|EUR|USD|sFr\.|Frs\.?|Francs?|Fr\.|Euros?|€|\$)"
_AMOUNT = (
    r"(?P<amount>\d{1,3}(?:['’.\u202f\u00a0 ]\d{3})+(?!\d)|\d+)"
    r"(?:[.,](?P<cents>\d{2})(?!\d))?(?P<thousands>\s?k\b)?(?:\.[-–—])?"
)
_MONEY = pattern(rf"(?<!\w){_CURRENCY}\s*{_AMOUNT}", re.IGNORECASE)
_MONEY_AFTER = pattern(rf"(?<![\d.,]){_AMOUNT}\s*{_CURRENCY}(?!\w)", re.IGNORECASE)
_ISO_CURRENCY = {
    "fr.": "CHF", "sfr.": "CHF", "frs": "CHF", "frs.": "CHF", "franc": "CHF", "francs": "CHF",
    "€": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD",
}  # fmt: skip

#: Hours in a working day; working days in a week.
_HOURS, _WEEK = 8, 5
_EFFORT = pattern(
    r"(?:(?P<number>[0-9]{1,4}(?:[.,][0-9]{1,2})?)\s*|(?P<half>½\s*|demi[- ]|halbe[rn]? |half an? )"
    r"|(?P<one>une? |one |eine?n? ))"
    r"(?:(?P<days>j(?:ours?|h|[-.·]h\.?)?(?:[- ]hommes?)?|journees?|d|days?|tage?|t|pt|personentage?)"
    r"|(?P<hours>h|heures?|hours?|hrs?|std\.?|stunden?)"
    r"|(?P<weeks>sem(?:\.|aines?)?|weeks?|wochen?))\.?",
)


class Money(Struct, frozen=True):
    """An amount with its ISO 4217 currency."""

    amount: Decimal
    currency: str


def parse_date(text: str) -> date | None:
    """Return the first date in `text`: `2025-10-01`, `01.10.2025`, `1/10/25`, `1er octobre 2025`; None without one.

    A date that no calendar has is none; a year of two digits is one of this century. A month without a day,
    `octobre 2025`, is its last day: what is due in a month has until its end.
    """
    found = _DATE.search(text)
    if found is None:
        return _named_date(text)
    parts = found.group("year", "month", "day") if found["year"] else found.group("y", "m", "d")
    year, month, day = map(int, parts)
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def _named_date(text: str) -> date | None:
    """Return the first date whose month is a word, in French, English or German."""
    from calendar import monthrange

    found = _NAMED_DATE.search(unaccented(text)) if any(sign.isdigit() for sign in text) else None
    if found is None or not found["year"].isascii():
        return None
    year = int(found["year"])
    month = next(at for at in range(1, 13) if found[f"m{at}"])
    said = found["day"] or found["after"]
    try:
        return date(year, month, int(said) if said else monthrange(year, month)[1])
    except ValueError:
        return None


def parse_effort(text: str) -> Decimal | None:
    """Return the person-days that a text is, None if it is none: `2 j`, `0,5 jour`, `4 h` (8 make a day), `1 Tag`."""
    found = _EFFORT.fullmatch(unaccented(text).strip()) or _EFFORT.fullmatch(text.strip().lower())
    if found is None:
        return None
    number = (
        Decimal(found["number"].replace(",", "."))
        if found["number"]
        else Decimal("0.5" if found["half"] else 1)
    )
    return number / _HOURS if found["hours"] else number * _WEEK if found["weeks"] else number


def parse_money(text: str) -> Money | None:
    """Return the first amount in `text`: `CHF 1'200`, `1 200 francs`, `€ 90`, `CHF 10k`; None if there is none."""
    found = find_money(text)
    return found[0] if found else None


def find_money(text: str) -> tuple[Money, Span] | None:
    """Return the first amount in `text` with its place, None if there is none."""
    found = _MONEY.search(text) or _MONEY_AFTER.search(text)
    if found is None:
        return None
    amount = Decimal(re.sub(r"\D", "", found["amount"]) + f".{found['cents'] or '0'}")
    currency = found["currency"].lower()
    money = Money(
        amount * 1000 if found["thousands"] else amount, _ISO_CURRENCY.get(currency, currency.upper())
    )
    return money, Span(*found.span())


# ------------------------------------------------------------------------------------- printing

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_PERSON_DAY = {"fr": "j", "en": "d", "de": "PT"}


def printed_date(day: date, language: str) -> str:
    """Return a day as a client reads it: `01.10.2025` in French and German, `1 Oct 2025` in English."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year:04}"
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def printed_money(money: Money) -> str:
    """Return an amount as it is printed in every language: `CHF 1’200`, `EUR 90.50`; the blank does not break."""
    cents = "" if money.amount == money.amount.to_integral_value() else ".2f"
    whole = f"{money.amount:,{cents or '.0f'}}"
    return f"{money.currency}\u00a0{whole.replace(',', '’')}"


def printed_effort(days: Decimal, language: str) -> str:
    """Return person-days as they are printed: `2 j`, `0,5 j`, in English `0.5 d`, in German `0,5 PT`."""
    number = f"{days.quantize(Decimal('0.01')).normalize():f}"
    return f"{number if language == 'en' else number.replace('.', ',')}\u00a0{_PERSON_DAY[language]}"
