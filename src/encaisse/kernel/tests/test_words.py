"""Amounts, dates and rates as people write them."""

from datetime import date
from decimal import Decimal

import pytest

from encaisse.kernel import words
from encaisse.kernel.money import Money

NARROW, GAP = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("money", "language", "text"),
    [
        (Money(123456, "EUR"), "fr", f"1{NARROW}234,56{GAP}€"),
        (Money(123456, "EUR"), "en", "€1,234.56"),
        (Money(-1, "EUR"), "fr", f"-0,01{GAP}€"),
        (Money(123456, "JPY"), "fr", f"123{NARROW}456{GAP}JPY"),
        (Money(1234567, "TND"), "en", "TND1,234.567"),
        (Money(123456, "EUR"), "xx", "€1,234.56"),
    ],
)
def test_amounts(money: Money, language: str, text: str) -> None:
    assert words.amount_text(money, language) == text


def test_dates() -> None:
    day = date(2026, 8, 1)
    assert words.date_text(day, "fr") == "1er août 2026"
    assert words.date_text(date(2026, 11, 21), "fr") == "21 novembre 2026"
    assert words.date_text(day, "en") == "1 August 2026"
    assert words.date_text(day, "fr", style="short") == "01/08/2026"
    assert words.date_text(day, "en", style="short") == "01/08/2026"
    assert words.date_text(day, "en_US", style="short") == "8/1/26"


def test_rates_and_numbers() -> None:
    assert words.percent_text(Decimal("12.40"), "fr") == f"12,40{GAP}%"
    assert words.percent_text(Decimal("12.40"), "en") == "12.40%"
    assert words.number_text(12345, "fr") == f"12{NARROW}345"
