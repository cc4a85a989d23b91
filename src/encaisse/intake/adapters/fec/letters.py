"""From letters (lettrage) to dated allocations between debits and credits.

A letter holds for one customer. A code used again is split: by DateLet where a part closes by
itself, then wherever the running balance returns to zero. Inside a group equal amounts meet
first, then the oldest debits and the oldest credits; a partial group leaves its newest lines
open. No Python object per row: cumulated amounts are cut at each other's ends.
"""

from __future__ import annotations

import polars as pl

from encaisse.intake.core.ledger import ALLOCATIONS

_ORDER = ("group", "date", "line")


def allocations_of(ours: pl.DataFrame) -> pl.DataFrame:
    """The columns of `ALLOCATIONS` from customers' lines with `key`, `customer`, `letter`."""
    lettered = ours.filter(pl.col("letter") != "").select(
        "key", "customer", "letter", "letter_date", "date", "line", "amount"
    )
    if lettered.is_empty():
        return pl.DataFrame(schema=ALLOCATIONS)
    lettered = _grouped(lettered)
    equal = _equal_pairs(lettered)
    rest = _rest(lettered, equal)
    pairs = pl.concat([equal, _oldest_first(rest)])
    side = lettered.select("key", "date", "letter")
    dated = pairs.join(side, left_on="debit_key", right_on="key").join(
        side.drop("letter"), left_on="credit_key", right_on="key", suffix="_credit"
    )
    return (
        dated.with_columns(date=pl.max_horizontal("date", "date_credit"))
        .select(ALLOCATIONS.keys())
        .sort("date", "debit_key", "credit_key")
    )


def _grouped(lettered: pl.DataFrame) -> pl.DataFrame:
    """Add `group`, one number for each set of lines that settle each other."""
    names = ["customer", "letter"]
    codes = lettered.select(names).unique().with_row_index("code")
    lettered = lettered.join(codes, on=names).with_columns(
        part=pl.col("letter_date").cast(pl.Int32).fill_null(-1)
    )
    closed = lettered.group_by("code", "part").agg(closes=pl.col("amount").sum() == 0)
    lettered = lettered.join(closed, on=["code", "part"]).with_columns(
        part=pl.when("closes").then("part")
    )
    lettered = lettered.sort("code", "part", "date", "line")
    before = pl.col("amount").cum_sum().over("code", "part") - pl.col("amount")
    return lettered.with_columns(group=(before == 0).cum_sum()).drop("closes", "part", "code")


def _equal_pairs(lettered: pl.DataFrame) -> pl.DataFrame:
    """The k-th debit and the k-th credit of the same amount in a group."""
    size = pl.col("amount").abs()
    ranked = lettered.sort(_ORDER).with_columns(size=size, debit=pl.col("amount") > 0)
    ranked = ranked.with_columns(rank=pl.int_range(pl.len()).over("group", "size", "debit"))
    at = ["group", "size", "rank"]
    debits = ranked.filter("debit").select(*at, debit_key="key")
    credits = ranked.filter(~pl.col("debit")).select(*at, credit_key="key")
    return debits.join(credits, on=at).select("debit_key", "credit_key", amount="size")


def _rest(lettered: pl.DataFrame, equal: pl.DataFrame) -> pl.DataFrame:
    met = pl.concat([equal["debit_key"], equal["credit_key"]])
    return lettered.join(pl.DataFrame({"key": met}), on="key", how="anti")


def _oldest_first(rest: pl.DataFrame) -> pl.DataFrame:
    """Lay debits and credits end to end by age; each common stretch is an allocation."""
    debit = pl.col("amount") > 0
    ends = rest.sort(_ORDER).with_columns(
        end=pl.col("amount").abs().cum_sum().over("group", debit),
        debit_key=pl.when(debit).then("key"),
        credit_key=pl.when(~debit).then("key"),
    )
    cuts = (
        ends.group_by("group", "end")
        .agg(pl.col("debit_key").max(), pl.col("credit_key").max())
        .sort("group", "end")
        .with_columns(
            pl.col("debit_key").backward_fill().over("group"),
            pl.col("credit_key").backward_fill().over("group"),
            amount=pl.col("end") - pl.col("end").shift(1).over("group").fill_null(0),
        )
    )
    both = pl.col("debit_key").is_not_null() & pl.col("credit_key").is_not_null()
    return cuts.filter(both).select("debit_key", "credit_key", "amount")
