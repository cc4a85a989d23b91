"""The rate table and the rules that build a penalty rate from it."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from encaisse.kernel import catalogue, rates
from encaisse.kernel.money import Money
from encaisse.kernel.rates import HalfYear

SPRING = date(2026, 3, 1)
AUTUMN = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("code", "first_half", "second_half"),
    [
        ("eu_b2b", "10.15", "10.40"),
        ("fr_b2b", "12.15", "12.40"),
        ("fr_public", "10.15", "10.40"),
        ("de_b2b", "10.27", "10.52"),
        ("de_consumer", "6.27", "6.52"),
        ("es_b2b", "10.15", "10.40"),
        ("it_b2b", "10.15", "10.40"),
        ("be_b2b", "10.50", "10.50"),
        ("nl_b2b", "10.15", "10.40"),
        ("lu_b2b", "10.15", "10.40"),
        ("pt_b2b", "10.15", "10.40"),
        ("uk_b2b", "11.75", "11.75"),
        ("ch_b2b", "5", "5"),
        ("fr_consumer", "2.62", "2.75"),
    ],
)
def test_the_rates_of_2026(code: str, first_half: str, second_half: str) -> None:
    regime = rates.shipped().regime(code)
    assert regime.rate(SPRING, started=SPRING) == Decimal(first_half)
    assert regime.rate(AUTUMN, started=AUTUMN) == Decimal(second_half)


def test_a_public_buyer_keeps_the_rate_of_the_start() -> None:
    regime = rates.shipped().regime(rates.FR_PUBLIC)
    assert regime.rate(AUTUMN, started=SPRING) == Decimal("10.15")
    assert regime.rate_end(SPRING) is None


def test_a_half_year_without_a_value_is_never_extrapolated() -> None:
    regime = rates.shipped().regime(rates.FR_B2B)
    assert regime.rate(date(2027, 1, 1), started=AUTUMN) is None
    assert regime.rate(date(2014, 12, 31), started=date(2014, 12, 1)) is None


def test_a_person_may_enter_the_missing_half_year() -> None:
    table = rates.shipped().with_values("ecb_mro", {HalfYear(2027, 1): Decimal("2.65")})
    assert table.regime("fr_b2b").rate(date(2027, 2, 1), started=AUTUMN) == Decimal("12.65")
    assert table.last_known("ecb_mro") == HalfYear(2027, 1)
    assert rates.shipped().last_known("ecb_mro") == HalfYear(2026, 2)


def test_a_value_read_in_secondary_sources_is_marked_until_a_person_confirms_it() -> None:
    regime = rates.shipped().regime("fr_b2b")
    assert regime.confirmed(SPRING, started=SPRING)
    assert not regime.confirmed(AUTUMN, started=AUTUMN)
    checked = rates.shipped().with_values("ecb_mro", {HalfYear(2026, 2): Decimal("2.40")})
    assert checked.regime("fr_b2b").confirmed(AUTUMN, started=AUTUMN)


@pytest.mark.parametrize(
    ("day", "percent", "code"),
    [
        (date(2024, 1, 1), "14.50", "contract_rate_below_floor"),
        (date(2024, 7, 1), "14.25", "contract_rate_below_floor"),
        (date(2024, 7, 1), "14.76", None),
        (date(2026, 9, 1), "8.25", None),
        (date(2026, 9, 1), "8.24", "contract_rate_below_floor"),
        (date(2027, 1, 1), "20", "contract_rate_floor_unknown"),
    ],
)
def test_the_floor_of_a_contract_rate(day: date, percent: str, code: str | None) -> None:
    problem = rates.check_contract_rate(Decimal(percent), day, rates.shipped())
    assert (problem.code if problem else None) == code
    if problem:
        for language in catalogue.LANGUAGES:
            assert "{" not in catalogue.sentence(problem.code, problem.facts, language)


def test_the_floor_is_three_times_the_legal_rate_in_every_half_year_of_the_table() -> None:
    floors = {
        "2015S1": "2.79",
        "2019S1": "2.58",
        "2022S2": "2.31",
        "2023S2": "12.66",
        "2024S1": "15.21",
        "2024S2": "14.76",
        "2025S1": "11.13",
        "2026S2": "8.25",
    }
    regime = rates.shipped().regime("fr_contract_floor")
    for half, floor in floors.items():
        day = HalfYear.read(half).start
        assert regime.rate(day, started=day) == Decimal(floor)


def test_every_series_runs_without_a_hole() -> None:
    for series in rates.shipped().series.values():
        halves = sorted(series.values)
        assert all(a.following == b for a, b in pairwise(halves))
        assert set(series.unconfirmed) <= set(halves)


@pytest.mark.parametrize(
    ("code", "debt", "fee"),
    [
        ("fr_b2b", Money(100, "EUR"), Money(4000, "EUR")),
        ("fr_b2b", Money(100, "USD"), Money(4000, "EUR")),
        ("fr_consumer", Money(100_000, "EUR"), None),
        ("ch_b2b", Money(100_000, "CHF"), None),
        ("uk_b2b", Money(99_999, "GBP"), Money(4000, "GBP")),
        ("uk_b2b", Money(100_000, "GBP"), Money(7000, "GBP")),
        ("uk_b2b", Money(1_000_000, "GBP"), Money(10_000, "GBP")),
    ],
)
def test_the_flat_indemnity(code: str, debt: Money, fee: Money | None) -> None:
    assert rates.shipped().regime(code).fee(debt) == fee


@pytest.mark.parametrize(
    ("country", "segment", "code"),
    [
        ("FR", "business", "fr_b2b"),
        ("FR", "public", "fr_public"),
        ("FR", "consumer", "fr_consumer"),
        ("DE", "consumer", "de_consumer"),
        ("GB", "business", "uk_b2b"),
        ("PL", "business", "eu_b2b"),
    ],
)
def test_the_regime_of_a_debtor(country: str, segment: str, code: str) -> None:
    assert rates.regime_code(country, segment=segment) == code


def test_half_years() -> None:
    assert HalfYear.of(date(2026, 6, 30)) == HalfYear(2026, 1)
    assert HalfYear.of(date(2026, 7, 1)) == HalfYear(2026, 2)
    assert str(HalfYear(2026, 2).following) == "2027S1"
    for wrong in ("2026", "26S1", "2026S3", "2026s1"):
        with pytest.raises(ValueError, match="half-year"):
            HalfYear.read(wrong)


def test_an_unknown_regime_is_refused() -> None:
    with pytest.raises(rates.UnknownRegime):
        rates.shipped().regime("atlantis")
