"""The gates: what stops a step that would be due today. Each has a code, and says its facts.

A gate looks at columns and is closed or open for each row. They are tried in the order below and
the first closed one is reported; `core.why` shows them all. The amounts are looked at only for
what the earlier gates let through, so that a credit is never laid on an item nobody claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal

import polars as pl

from encaisse.dunning.core import limitation
from encaisse.dunning.core.scenario import FORMAL_LEVEL, Scenario
from encaisse.kernel.money import DECIMALS

_NO_DAY = pl.lit(None, dtype=pl.Date)
_NO_AMOUNT = pl.lit(None, dtype=pl.Int64)


@dataclass(frozen=True, slots=True)
class Gate:
    """`closed` is true where nothing may leave; `day` and `amount` are the facts it tells."""

    code: str
    closed: pl.Expr
    day: pl.Expr = _NO_DAY
    amount: pl.Expr = _NO_AMOUNT


def of_items(scenario: Scenario, today: date) -> tuple[Gate, ...]:
    """What stops one item, or the whole customer, whatever the amounts."""
    blocked_until = pl.max_horizontal("blocked_until", "customer_blocked_until")
    expiry = limitation.last_day()
    smallest = _minimum(scenario.minimum_item)
    return (
        Gate("insolvency", pl.col("insolvent")),
        Gate("blocked", blocked_until >= today, day=blocked_until),
        Gate("disputed", pl.col("disputed")),
        Gate("payment_plan", pl.col("payment_plan")),
        Gate("promised", pl.col("promised_until") >= today, day=pl.col("promised_until")),
        Gate("in_transit", pl.col("in_transit")),
        Gate("limitation", expiry < today, day=expiry),
        Gate("delivery_failed", pl.col("delivery_failed")),
        Gate("due_date_untrusted", ~pl.col("trusted") & (pl.col("level") >= FORMAL_LEVEL)),
        Gate("below_minimum", pl.col("open_amount") < smallest, amount=smallest),
    )


def of_amounts(scenario: Scenario) -> tuple[Gate, ...]:
    """What stops a claim because of what the customer owes in all; reads `credit` and `net`."""
    least = _minimum(scenario.minimum_customer)
    return (
        Gate("covered_by_credit", pl.col("credit") >= pl.col("open_amount"),
             amount=pl.col("credit")),
        Gate("net_balance", pl.col("net") <= 0, amount=pl.col("net")),
        Gate("below_minimum", pl.col("net") < least, amount=least),
    )  # fmt: skip


def of_settled(today: date) -> tuple[Gate, ...]:
    """What stops thanks to a customer."""
    blocked_until = pl.col("customer_blocked_until")
    return (
        Gate("insolvency", pl.col("insolvent")),
        Gate("blocked", blocked_until >= today, day=blocked_until),
    )


def of_contact(scenario: Scenario, today: date, free: Sequence[str]) -> tuple[Gate, ...]:
    """What stops a message to this person today.

    Reads `is_work`, `opted_out`, `channels`, `last_contact` (before today), `used_today`
    (channels) and `country`; `free` are the countries in which today is a working day.
    """
    message = ~pl.col("is_work")
    next_day = pl.col("last_contact") + timedelta(days=scenario.gap_days)
    used = pl.col("channels").list.set_intersection("used_today").list.len() > 0
    return (
        Gate("opted_out", message & pl.col("opted_out")),
        Gate("no_contact", message & (pl.col("channels").list.len() == 0)),
        Gate("gap", message & ((next_day > today) | used),
             day=pl.when(used).then(pl.lit(today + timedelta(days=scenario.gap_days)))
             .otherwise(next_day)),
        Gate("calendar", ~pl.col("country").is_in(list(free))),
    )  # fmt: skip


def judge(frame: pl.DataFrame, gates: Sequence[Gate]) -> pl.DataFrame:
    """Add `gate`, `gate_day` and `gate_amount`: the first closed gate of each row, or null."""
    return frame.with_columns(
        _first(gates, [pl.lit(gate.code) for gate in gates]).alias("gate"),
        _first(gates, [gate.day for gate in gates]).alias("gate_day"),
        _first(gates, [gate.amount for gate in gates]).alias("gate_amount"),
    )


def each(frame: pl.DataFrame, gates: Sequence[Gate]) -> list[pl.DataFrame]:
    """For every gate in order: the frame with `gate`, `closed`, `gate_day`, `gate_amount`."""
    return [
        frame.with_columns(
            pl.lit(gate.code).alias("gate"),
            gate.closed.fill_null(value=False).alias("closed"),
            gate.day.alias("gate_day"),
            gate.amount.alias("gate_amount"),
        )
        for gate in gates
    ]


def _first(gates: Sequence[Gate], values: Sequence[pl.Expr]) -> pl.Expr:
    chosen: pl.Expr = pl.lit(None)
    for gate, value in zip(reversed(gates), reversed(values), strict=True):
        chosen = pl.when(gate.closed.fill_null(value=False)).then(value).otherwise(chosen)
    return chosen


def _minimum(major: Decimal) -> pl.Expr:
    """A minimum in minor units of each row's currency, rounded up: the amount itself passes."""
    scaled: pl.Expr = pl.lit(_minor(major, 2))
    for places in sorted(set(DECIMALS.values())):
        currencies = [code for code, count in DECIMALS.items() if count == places]
        among = pl.col("currency").is_in(currencies)
        scaled = pl.when(among).then(pl.lit(_minor(major, places))).otherwise(scaled)
    return scaled.cast(pl.Int64)


def _minor(major: Decimal, places: int) -> int:
    return int(major.scaleb(places).to_integral_value(ROUND_CEILING))
