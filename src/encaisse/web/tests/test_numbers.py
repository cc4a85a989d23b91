"""Figures read as people of the language write them, and as the kernel writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from encaisse.kernel.money import Money
from encaisse.kernel.words import amount_text
from encaisse.web import numbers

CURRENCIES = st.sampled_from(["EUR", "USD", "GBP", "JPY", "TND", "CHF"])


@given(st.integers(-(10**13), 10**13), CURRENCIES, st.sampled_from(["fr", "en"]))
def test_exact_amounts_are_the_kernels_words(minor: int, currency: str, language: str) -> None:
    with translation.override(language):
        shown = numbers.money(minor, currency)
    assert shown.replace(numbers.MINUS, "-") == amount_text(Money(minor, currency), language)


@pytest.mark.parametrize(
    ("language", "minor", "expected"),
    [("fr", 284731050, "2\u202f847\u202f311\u00a0€"), ("en", 284731049, "€2,847,310"),
     ("fr", -150, "\u22122\u00a0€"), ("fr", -49, "0\u00a0€")],
)  # fmt: skip
def test_amounts_rounded_to_the_unit(language: str, minor: int, expected: str) -> None:
    with translation.override(language):
        assert numbers.whole(minor, "EUR") == expected


def test_dates_and_shares_follow_the_language() -> None:
    moment = datetime(2026, 11, 22, 8, 42, tzinfo=UTC)
    with translation.override("fr"):
        assert numbers.day(moment) == "22/11/2026"
        assert numbers.long_day(moment) == "dimanche 22 novembre 2026"
        assert numbers.clock(moment) == "09:42"
        assert numbers.ratio(0.2163) == "21,6\u00a0%"
        assert numbers.month(date(2027, 1, 1)) == "janv. 27"
    with translation.override("en"):
        assert numbers.day_and_month(moment) == "22 Nov"
        assert numbers.ratio(0.2163) == "21.6%"
        assert numbers.count(-1208) == "\u22121,208"
