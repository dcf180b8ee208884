"""Dates and money as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaultkit.values import Money, parse_date, parse_money


@pytest.mark.parametrize(
    "said",
    [
        "2025-10-01",
        "01.10.2025",
        "1/10/2025",
        "1.10.25",
        "délai 01.10.2025, CHF 2024",
        "2025-10-01T08:00",
        "01.10.2025.",
    ],
)
def test_a_date_in_each_spelling(said: str) -> None:
    assert parse_date(said) == date(2025, 10, 1)


@pytest.mark.parametrize("said", ["", "fin 2025", "31.02.2025", "v1.10.2", "10.0.0.1", "2025-13-01"])
def test_what_is_no_date(said: str) -> None:
    assert parse_date(said) is None


def test_the_first_date_counts() -> None:
    assert parse_date("du 05.09.2025 au 2025-10-01") == date(2025, 9, 5)


@pytest.mark.parametrize(
    ("said", "amount", "currency"),
    [
        ("CHF 1'200", "1200", "CHF"),
        ("CHF 1’200.50", "1200.50", "CHF"),
        ("1 200 CHF", "1200", "CHF"),
        ("CHF 800.-", "800", "CHF"),
        ("200 Fr.", "200", "CHF"),
        ("EUR 12.345", "12345", "EUR"),
        ("€ 90", "90", "EUR"),
        ("12,50 €", "12.50", "EUR"),
        ("CHF 10k", "10000", "CHF"),
        ("CHF 500 2025", "500", "CHF"),
        ("usd 5", "5", "USD"),
    ],
)
def test_money_in_each_spelling(said: str, amount: str, currency: str) -> None:
    assert parse_money(said) == Money(Decimal(amount), currency)


@pytest.mark.parametrize("said", ["", "1200", "offr. 20", "deux cents francs"])
def test_what_is_no_money(said: str) -> None:
    assert parse_money(said) is None


@given(st.text())
def test_law_reading_never_fails(text: str) -> None:
    parse_date(text)
    parse_money(text)
