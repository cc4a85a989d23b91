"""Late interest and flat indemnity of many items at once; the kernel's own lines, by column.

An item without a payment after its due date bears interest on one amount: its lines are cut at
the half-years and computed by column. One that was partly paid goes through the kernel by itself.
Both give the kernel's figures to the cent (tested).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl

from encaisse.kernel.interest import Claim, LateInterest, Reduction, late_interest
from encaisse.kernel.money import DECIMALS
from encaisse.kernel.rates import (
    Anchor,
    ContractRate,
    HalfYear,
    RateTable,
    Regime,
    regime_code,
)

_YEAR = 365
_PERCENT = 100
_SCALE = 10_000
"""Rates are whole ten-thousandths of a per cent inside the columns."""


@dataclass(frozen=True, slots=True)
class Law:
    """The rates known, and the company's contract rate (per cent a year) for its businesses."""

    table: RateTable
    contract_rate: Decimal | None = None

    def rule(self, regime: str) -> Regime | ContractRate:
        """What gives the rate under a regime; a contract binds businesses only."""
        found = self.table.regime(regime)
        if self.contract_rate is None or not regime.endswith("_b2b"):
            return found
        return ContractRate(self.contract_rate, found)


def regime_of(country: str, segment: str | None) -> str:
    """The regime of a debtor in a country, from the words a company uses for its segments."""
    return regime_code(country, segment=kind_of(segment))


def kind_of(segment: str | None) -> str:
    """business, public or consumer."""
    word = (segment or "").strip().lower()
    if word in {"public", "administration", "public_body", "secteur public"}:
        return "public"
    return "consumer" if word in {"consumer", "particulier", "b2c"} else "business"


def of_item(
    claim: Claim, regime: str, law: Law, reductions: list[Reduction], until: date
) -> LateInterest:
    """One item's interest, line by line: what is shown, printed and claimed."""
    return late_interest(claim, law.rule(regime), reductions, until=until)


def with_charges(
    rows: pl.DataFrame, law: Law, reductions: Mapping[int, list[Reduction]], today: date
) -> pl.DataFrame:
    """Add `interest` and `indemnity` in minor units.

    `rows` has item, due_date, amount, open_amount, currency, regime. `interest` is null where a
    rate is missing for a day; `indemnity` is 0 where the item is not late, or the law's indemnity
    is in another currency.
    """
    parts = [
        _of_regime(part, law, str(regime), today)
        for (regime,), part in rows.group_by("regime", maintain_order=True)
    ]
    charged = pl.concat(parts) if parts else _uncharged(rows)
    return _with_partly_paid(charged, law, reductions, today)


def _uncharged(rows: pl.DataFrame) -> pl.DataFrame:
    zero = pl.lit(0, dtype=pl.Int64)
    return rows.with_columns(zero.alias("interest"), zero.alias("indemnity"))


def _of_regime(rows: pl.DataFrame, law: Law, regime: str, today: date) -> pl.DataFrame:
    rule = law.rule(regime)
    earliest = rows["due_date"].min()
    if not isinstance(earliest, date) or earliest >= today:
        return _uncharged(rows)
    anchor = rule.anchor if isinstance(rule, Regime) else Anchor.CONSTANT
    halves = _halves(earliest + timedelta(days=1), today)
    if anchor is Anchor.HALF_YEAR:
        interest = pl.sum_horizontal(
            [_slice(rule, half, today) for half in halves], ignore_nulls=False
        )
    else:
        interest = _from_start(rule, halves, today)
    fees = rule.regime.fees if isinstance(rule, ContractRate) else rule.fees
    indemnity: pl.Expr = pl.lit(0, dtype=pl.Int64)
    for fee in fees:
        owed = (pl.col("currency") == fee.amount.currency) & (
            pl.col("amount") >= _minor(fee.lowest_debt, fee.amount.currency)
        )
        indemnity = pl.when(owed).then(pl.lit(fee.amount.minor)).otherwise(indemnity)
    late = pl.col("due_date") < today
    return rows.with_columns(
        pl.when(late).then(interest).otherwise(0).cast(pl.Int64).alias("interest"),
        pl.when(late).then(indemnity).otherwise(0).cast(pl.Int64).alias("indemnity"),
    )


def _halves(first: date, last: date) -> list[HalfYear]:
    found = [HalfYear.of(first)]
    while found[-1].following.start <= last:
        found.append(found[-1].following)
    return found


def _slice(rule: Regime | ContractRate, half: HalfYear, today: date) -> pl.Expr:
    """Interest within one half-year; 0 outside the delay, null without a rate."""
    start = pl.max_horizontal(pl.col("due_date") + timedelta(days=1), pl.lit(half.start))
    end = min(today, half.following.start - timedelta(days=1))
    days = (pl.lit(end) - start).dt.total_days() + 1
    rate = rule.rate(half.start, started=half.start)
    lines = _rounded(days, rate)
    return pl.when(days > 0).then(lines).otherwise(pl.lit(0, dtype=pl.Int128))


def _from_start(rule: Regime | ContractRate, halves: list[HalfYear], today: date) -> pl.Expr:
    """Interest at the one rate of the day on which the delay began."""
    start = pl.col("due_date") + timedelta(days=1)
    days = (pl.lit(today) - start).dt.total_days() + 1
    found: pl.Expr = pl.lit(None, dtype=pl.Int128)
    for half in halves:
        inside = start.is_between(pl.lit(half.start), half.following.start - timedelta(days=1))
        rate = rule.rate(half.start, started=half.start)
        found = pl.when(inside).then(_rounded(days, rate)).otherwise(found)
    return found


def _rounded(days: pl.Expr, rate: Decimal | None) -> pl.Expr:
    """One line: amount x rate x days / 365, rounded half up once."""
    if rate is None:
        return pl.lit(None, dtype=pl.Int128)
    scaled = int(rate * _SCALE)
    bottom = _YEAR * _PERCENT * _SCALE
    top = pl.col("open_amount").cast(pl.Int128) * days.cast(pl.Int128) * scaled
    return (top + bottom // 2) // bottom


def _with_partly_paid(
    rows: pl.DataFrame, law: Law, reductions: Mapping[int, list[Reduction]], today: date
) -> pl.DataFrame:
    chosen = rows.filter(pl.col("item").is_in(list(reductions)) & (pl.col("due_date") < today))
    if chosen.is_empty():
        return rows
    computed = []
    columns = ["item", "amount", "currency", "due_date", "regime"]
    for item, amount, currency, due, regime in chosen.select(columns).iter_rows():
        result = of_item(Claim(amount, currency, due), regime, law, reductions[item], today)
        known = result.rate_missing_from is None
        computed.append((item, result.interest if known else None))
    schema = {"item": pl.Int64, "own_interest": pl.Int64}
    own = pl.DataFrame(computed, schema=schema, orient="row")
    is_own = pl.col("item").is_in(own["item"].to_list())
    return (
        rows.join(own, on="item", how="left")
        .with_columns(pl.when(is_own).then("own_interest").otherwise("interest").alias("interest"))
        .drop("own_interest")
    )


def _minor(major: Decimal, currency: str) -> int:
    return int(major.scaleb(DECIMALS.get(currency, 2)))
