"""The worked examples of the law, the edge cases, and what must hold for every debt."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encaisse.kernel import rates
from encaisse.kernel.interest import (
    Claim,
    DayCount,
    Imputation,
    LateInterest,
    Reduction,
    days_late,
    late_interest,
)
from encaisse.kernel.money import Money
from encaisse.kernel.rates import ContractRate

FR = rates.shipped().regime(rates.FR_B2B)
PUBLIC = rates.shipped().regime(rates.FR_PUBLIC)


def euros(text: str) -> int:
    return int(Decimal(text) * 100)


def lines(result: LateInterest) -> list[tuple[int, str, int]]:
    return [(line.days, str(line.rate), line.interest) for line in result.periods]


A = Claim(euros("10000"), "EUR", date(2026, 5, 15))
PAID = date(2026, 9, 20)


def test_example_a_is_split_at_the_half_year() -> None:
    result = late_interest(A, FR, [Reduction(PAID, A.principal)], until=date(2026, 11, 22))
    assert lines(result) == [(46, "12.15", 15312), (82, "12.40", 27858)]
    assert result.interest == euros("431.70")
    assert result.days == 128
    assert result.indemnity == Money(4000, "EUR")
    assert result.total_due == euros("471.70")
    assert (result.periods[0].start, result.periods[0].end) == (
        date(2026, 5, 16),
        date(2026, 6, 30),
    )


def test_example_a_over_360_days() -> None:
    claim = Claim(A.principal, "EUR", A.due, day_count=DayCount.ACT_360)
    assert late_interest(claim, FR, [], until=PAID).interest == euros("437.69")


def test_example_a_with_a_contract_rate() -> None:
    result = late_interest(A, ContractRate(Decimal(9), FR), [], until=PAID)
    assert lines(result) == [(128, "9", 31562)]
    assert result.indemnity == Money(4000, "EUR")


PART = [Reduction(date(2026, 6, 15), euros("5000"))]
B_UNTIL = date(2026, 10, 31)


def test_example_b_principal_first() -> None:
    claim = Claim(euros("12000"), "EUR", date(2026, 3, 31))
    result = late_interest(claim, FR, PART, until=B_UNTIL)
    assert lines(result) == [(76, "12.15", 30358), (15, "12.15", 3495), (123, "12.40", 29250)]
    assert result.interest == euros("631.03")
    assert result.total_due == euros("7671.03")


def test_example_b_interest_first() -> None:
    claim = Claim(euros("12000"), "EUR", date(2026, 3, 31), imputation=Imputation.INTEREST_FIRST)
    result = late_interest(claim, FR, PART, until=B_UNTIL)
    assert result.interest_paid == euros("303.58")
    assert result.open_principal == euros("7303.58")
    assert result.interest == euros("645.24")
    assert result.total_due == euros("7685.24")


def test_example_c_a_public_buyer_is_not_anchored_again() -> None:
    claim = Claim(euros("25000"), "EUR", date(2026, 6, 10))
    result = late_interest(claim, PUBLIC, [], until=date(2026, 9, 30))
    assert lines(result) == [(112, "10.15", 77863)]
    again = late_interest(claim, rates.shipped().regime("eu_b2b"), [], until=date(2026, 9, 30))
    assert again.interest == euros("794.38")


def test_example_d_a_full_year_before_anything_could_be_capitalised() -> None:
    claim = Claim(euros("50000"), "EUR", date(2025, 6, 30))
    result = late_interest(claim, FR, [], until=date(2026, 6, 30))
    assert result.days == 365
    assert result.interest == euros("6075.00")


def test_a_delay_over_new_year_is_split_there() -> None:
    claim = Claim(euros("1000"), "EUR", date(2025, 12, 1))
    result = late_interest(claim, FR, [], until=date(2026, 1, 31))
    assert [(line.start, line.end) for line in result.periods] == [
        (date(2025, 12, 2), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 31)),
    ]


@pytest.mark.parametrize("paid", [A.due, A.due - timedelta(days=10)])
def test_paid_by_the_due_date_owes_nothing(paid: date) -> None:
    result = late_interest(A, FR, [Reduction(paid, A.principal)], until=PAID)
    assert (result.interest, result.indemnity, result.periods) == (0, None, ())


@pytest.mark.parametrize("principal", [0, -50_000])
def test_nothing_open_bears_no_interest(principal: int) -> None:
    result = late_interest(Claim(principal, "EUR", A.due), FR, [], until=PAID)
    assert (result.interest, result.indemnity) == (0, None)


def test_part_paid_before_the_due_date_lowers_the_base() -> None:
    early = [Reduction(date(2026, 5, 1), euros("9000"))]
    result = late_interest(A, FR, early, until=PAID)
    assert {line.base for line in result.periods} == {euros("1000")}


def test_an_overpayment_is_surplus() -> None:
    result = late_interest(A, FR, [Reduction(PAID, A.principal + 12345)], until=PAID)
    assert (result.open_principal, result.surplus) == (0, 12345)


def test_a_credit_note_after_a_payment_lowers_principal_even_under_interest_first() -> None:
    claim = Claim(A.principal, "EUR", A.due, imputation=Imputation.INTEREST_FIRST)
    credit = Reduction(date(2026, 7, 10), euros("2000"), credit_note=True)
    result = late_interest(
        claim, FR, [credit, Reduction(date(2026, 6, 30), euros("5000"))], until=PAID
    )
    assert result.interest_paid == euros("153.12")
    assert result.open_principal == euros("10000") - (euros("5000") - 15312) - euros("2000")


def test_a_credit_note_that_corrects_the_invoice_counts_from_the_invoice() -> None:
    credit = Reduction(date(2026, 4, 1), euros("4000"), credit_note=True)
    assert late_interest(A, FR, [credit], until=PAID).periods[0].base == euros("6000")


def test_a_foreign_invoice_bears_interest_in_its_currency_and_the_fee_stays_in_euros() -> None:
    result = late_interest(Claim(100_000, "USD", A.due), FR, [], until=PAID)
    assert result.currency == "USD"
    assert result.indemnity == Money(4000, "EUR")
    with pytest.raises(ValueError, match="converted first"):
        _ = result.total_due


def test_leap_day_counts_and_the_year_stays_365_days() -> None:
    claim = Claim(euros("10000"), "EUR", date(2024, 2, 28))
    leap = late_interest(claim, FR, [], until=date(2024, 3, 1))
    assert lines(leap) == [(2, "14.50", 795)]
    actual = Claim(euros("36600"), "EUR", date(2024, 2, 28), day_count=DayCount.ACT_ACT)
    assert late_interest(actual, FR, [], until=date(2024, 2, 29)).interest == euros("14.50")


def test_actual_actual_splits_the_year_inside_one_line() -> None:
    claim = Claim(365 * 366 * 10, "EUR", date(2023, 12, 30), day_count=DayCount.ACT_ACT)
    result = late_interest(claim, ContractRate(Decimal(10), FR), [], until=date(2024, 1, 1))
    assert [line.interest for line in result.periods] == [366 + 365]


def test_interest_stops_where_the_rate_is_unknown() -> None:
    claim = Claim(euros("1000"), "EUR", date(2026, 12, 1))
    result = late_interest(claim, FR, [], until=date(2027, 9, 1))
    assert [line.end for line in result.periods] == [date(2026, 12, 31)]
    assert result.rate_missing_from == date(2027, 1, 1)
    assert result.indemnity == Money(4000, "EUR")


def test_later_payments_do_not_change_a_past_day() -> None:
    later = [Reduction(date(2026, 12, 1), A.principal)]
    assert late_interest(A, FR, later, until=PAID) == late_interest(A, FR, [], until=PAID)


def test_day_one_is_the_day_after_the_due_date() -> None:
    assert days_late(date(2026, 2, 28), date(2026, 3, 1)) == 1
    assert days_late(date(2028, 2, 28), date(2028, 3, 1)) == 2


DAYS = st.dates(date(2016, 1, 1), date(2026, 12, 31))


@given(
    principal=st.integers(1, 10**10),
    due=DAYS,
    until=DAYS,
    payments=st.lists(st.tuples(DAYS, st.integers(1, 10**10)), max_size=6),
    imputation=st.sampled_from(Imputation),
)
def test_no_cent_is_lost_and_every_late_day_is_counted_once(
    principal: int,
    due: date,
    until: date,
    payments: list[tuple[date, int]],
    imputation: Imputation,
) -> None:
    claim = Claim(principal, "EUR", due, imputation=imputation)
    reductions = [Reduction(day, minor) for day, minor in payments]
    result = late_interest(claim, FR, reductions, until=until)
    received = sum(minor for day, minor in payments if day <= until)
    taken = principal - result.open_principal + result.interest_paid + result.surplus
    assert received == taken
    starts = [line.start for line in result.periods]
    ends = [line.end for line in result.periods]
    assert starts == sorted(starts)
    assert all(end < start for end, start in zip(ends, starts[1:], strict=False))
    assert all(due < line.start <= line.end <= until for line in result.periods)
    assert 0 <= result.interest_paid <= result.interest


@given(principal=st.integers(1, 10**9), due=DAYS, late=st.integers(0, 400))
def test_more_days_never_cost_less(principal: int, due: date, late: int) -> None:
    claim = Claim(principal, "EUR", due)
    until = min(due + timedelta(days=late), date(2026, 12, 30))
    now = late_interest(claim, FR, [], until=until).interest
    assert now <= late_interest(claim, FR, [], until=until + timedelta(days=1)).interest + 1
