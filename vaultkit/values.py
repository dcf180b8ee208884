"""Dates and money as people write them in a note."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from msgspec import Struct

from vaultkit.text import pattern

_DATE = pattern(
    r"(?<![\d.])(?:(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"
    r"|(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4}|\d{2}))(?![\d])"
)
_CURRENCY = r"(?P<currency>CHF|EUR|USD|Fr\.|€|\$)"
_AMOUNT = (
    r"(?P<amount>\d{1,3}(?:['’.\u202f\u00a0 ]\d{3})+(?!\d)|\d+)"
    r"(?:[.,](?P<cents>\d{2})(?!\d))?(?P<thousands>\s?k\b)?(?:\.[-–—])?"
)
_MONEY = pattern(rf"(?<!\w){_CURRENCY}\s*{_AMOUNT}", re.IGNORECASE)
_MONEY_AFTER = pattern(rf"(?<![\d.,]){_AMOUNT}\s*{_CURRENCY}(?!\w)", re.IGNORECASE)
_ISO_CURRENCY = {"fr.": "CHF", "€": "EUR", "$": "USD"}


class Money(Struct, frozen=True):
    """An amount with its ISO 4217 currency."""

    amount: Decimal
    currency: str


def parse_date(text: str) -> date | None:
    """Return the first date in `text`: `2025-10-01`, `01.10.2025`, `1/10/25`; None if there is none.

    A date that no calendar has is none; a year of two digits is one of this century.
    """
    found = _DATE.search(text)
    if found is None:
        return None
    parts = found.group("year", "month", "day") if found["year"] else found.group("y", "m", "d")
    year, month, day = map(int, parts)
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None


def parse_money(text: str) -> Money | None:
    """Return the first amount in `text`: `CHF 1'200`, `1’200.50 CHF`, `€ 90`, `CHF 10k`; None if there is none."""
    found = _MONEY.search(text) or _MONEY_AFTER.search(text)
    if found is None:
        return None
    amount = Decimal(re.sub(r"\D", "", found["amount"]) + f".{found['cents'] or '0'}")
    currency = found["currency"].lower()
    return Money(
        amount * 1000 if found["thousands"] else amount, _ISO_CURRENCY.get(currency, currency.upper())
    )
