"""Interest by column against the kernel, line by line."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from encaisse.dunning.core.charges import Law, kind_of, of_item, regime_of, with_charges
from encaisse.kernel.interest import Claim, Reduction
from encaisse.kernel.rates import shipped

LAW = Law(shipped())
REGIMES = ["fr_b2b", "fr_public", "uk_b2b", "be_b2b", "ch_b2b"]


def frame(rows: list[tuple[int, date, int, int, str, str]]) -> pl.DataFrame:
    columns = ["item", "due_date", "amount", "open_amount", "currency", "regime"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def charged(
    rows: pl.DataFrame,
    today: date,
    law: Law = LAW,
    reductions: dict[int, list[Reduction]] | None = None,
) -> dict[int, tuple[int, int]]:
    found = with_charges(rows, law, reductions or {}, today).select("item", "interest", "indemnity")
    return {item: (interest, fee) for item, interest, fee in found.iter_rows()}


def test_the_worked_examples() -> None:
    """10 000 € due 2026-05-15, until 2026-09-20: 431.70 € and 40 €; a public buyer: 778.63 €."""
    until = date(2026, 9, 20)
    assert charged(frame([(1, date(2026, 5, 15), 10**6, 10**6, "EUR", "fr_b2b")]), until) == {
        1: (43_170, 4_000)
    }
    public = frame([(1, date(2026, 6, 10), 2_500_000, 2_500_000, "EUR", "fr_public")])
    assert charged(public, date(2026, 9, 30)) == {1: (77_863, 4_000)}


def test_a_contract_rate_binds_businesses() -> None:
    law = Law(shipped(), Decimal(9))
    rows = frame([(1, date(2026, 5, 15), 10**6, 10**6, "EUR", "fr_b2b")])
    assert charged(rows, date(2026, 9, 20), law) == {1: (31_562, 4_000)}


def test_a_partly_paid_item_bears_interest_by_what_was_open() -> None:
    """12 000 € due 2026-03-31, 5 000 € on 2026-06-15, until 2026-10-31: 631.03 €."""
    rows = frame([(1, date(2026, 3, 31), 1_200_000, 700_000, "EUR", "fr_b2b")])
    paid = {1: [Reduction(date(2026, 6, 15), 500_000)]}
    assert charged(rows, date(2026, 10, 31), reductions=paid) == {1: (63_103, 4_000)}


def test_a_missing_rate_is_never_extrapolated() -> None:
    rows = frame([(1, date(2026, 12, 1), 10_000, 10_000, "EUR", "fr_b2b")])
    assert charged(rows, date(2027, 2, 1))[1][0] is None


def test_another_currency_has_no_indemnity_before_it_is_converted() -> None:
    rows = frame([(1, date(2026, 5, 15), 10_000, 10_000, "USD", "fr_b2b")])
    assert charged(rows, date(2026, 9, 20))[1][1] == 0


@pytest.mark.parametrize(
    ("segment", "kind"), [(None, "business"), ("PME", "business"), ("Administration", "public"),
                          ("particulier", "consumer")],
)  # fmt: skip
def test_segments_name_the_kind_of_debtor(segment: str | None, kind: str) -> None:
    assert kind_of(segment) == kind
    assert regime_of("FR", segment).startswith("fr_")


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.dates(date(2015, 2, 1), date(2026, 12, 31)),
            st.integers(1, 10**13),
            st.sampled_from(REGIMES),
        ),
        max_size=8,
    ),
    st.dates(date(2016, 1, 1), date(2026, 12, 31)),
)
def test_columns_give_the_kernels_figures(claims: list[tuple[date, int, str]], today: date) -> None:
    rows = frame([(n, due, sum_, sum_, "EUR", law) for n, (due, sum_, law) in enumerate(claims)])
    found = charged(rows, today)
    for number, (due, amount, regime) in enumerate(claims):
        expected = of_item(Claim(amount, "EUR", due), regime, LAW, [], today)
        known = expected.rate_missing_from is None
        assert found[number][0] == (expected.interest if known else None)
        fee = expected.indemnity
        owed = fee.minor if fee and fee.currency == "EUR" else 0
        assert found[number][1] == owed
        assert due < today or found[number] == (0, 0)
        assert today - due < timedelta(days=5_000)
