"""The worked figures of the trade: receivables 900 000 of which 210 000 overdue."""

from decimal import Decimal

from encaisse.insights.core import measures
from encaisse.insights.core.measures import Month

OCTOBER, SEPTEMBER, AUGUST = Month(31, 420_000), Month(30, 380_000), Month(31, 250_000)


def test_count_back_takes_whole_months_and_the_last_pro_rata() -> None:
    found = measures.dso_count_back(900_000, [OCTOBER, SEPTEMBER, AUGUST])

    assert found == Decimal("73.40")


def test_count_back_says_nothing_when_the_history_is_too_short_or_empty() -> None:
    assert measures.dso_count_back(900_000, [OCTOBER]) is None
    assert measures.dso_count_back(900_000, []) is None
    assert measures.dso_count_back(0, [OCTOBER]) == 0


def test_the_balance_method_and_the_best_possible() -> None:
    assert measures.dso_balance(900_000, 1_050_000, 92) == Decimal("78.86")
    assert measures.dso_balance(690_000, 1_050_000, 92) == Decimal("60.46")
    assert measures.dso_balance(900_000, 420_000, 31) == Decimal("66.43")
    assert measures.dso_balance(900_000, 0, 31) is None


def test_collection_effectiveness() -> None:
    # Opening 860 000, October's sales 420 000, closing 900 000 of which 690 000 not yet due.
    assert measures.cei(860_000, 420_000, 900_000, 690_000) == Decimal("64.41")
    assert measures.cei(0, 0, 0, 0) == 100


def test_shares_and_lateness() -> None:
    assert measures.share(210_000, 900_000) == Decimal("23.33")
    assert measures.share(1, 0) is None
    paid = [(10_000, 0), (5_000, 12), (2_000, 45), (8_000, -3)]
    assert measures.mean_days_late(paid) == Decimal("6.00")
