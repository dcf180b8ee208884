"""Dates and money as people write them in a note."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})(?!\d)")
_CURRENCY = r"(?P<currency>CHF|EUR|USD|Fr\.|€|\$)"
_AMOUNT = r"(?P<amount>\d{1,3}(?:['’\u202f\u00a0 ]\d{3})+|\d+)(?:[.,](?P<cents>\d{2}))?(?:\.[-–—])?"
_MONEY = re.compile(rf"{_CURRENCY}\s*{_AMOUNT}", re.IGNORECASE)
_MONEY_AFTER = re.compile(rf"{_AMOUNT}\s*{_CURRENCY}", re.IGNORECASE)
_ISO_CURRENCY = {"fr.": "CHF", "€": "EUR", "$": "USD"}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount with its ISO 4217 currency."""

    amount: Decimal
    currency: str


def parse_date(text: str) -> date | None:
    """Return the first date in `text`: `2025-10-01`, `01.10.2025` or `1/10/2025`; None if there is none."""
    for pattern, order in ((_ISO, (1, 2, 3)), (_DOTTED, (3, 2, 1))):
        if found := pattern.search(text):
            try:
                return date(*(int(found[group]) for group in order))
            except ValueError:
                return None
    return None


def parse_money(text: str) -> Money | None:
    """Return the first amount in `text`: `CHF 1'200`, `1’200.50 CHF`, `€ 90`; None if there is none."""
    found = _MONEY.search(text) or _MONEY_AFTER.search(text)
    if found is None:
        return None
    whole = re.sub(r"\D", "", found["amount"])
    currency = found["currency"].lower()
    return Money(Decimal(f"{whole}.{found['cents'] or '0'}"), _ISO_CURRENCY.get(currency, currency.upper()))
