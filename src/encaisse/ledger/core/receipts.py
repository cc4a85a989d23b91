"""The same money told twice: by the ledger and, earlier, by the bank.

A receipt of the ledger and a payment that we booked from a bank line are one when customer and
currency are the same, the ledger's entry moved just that amount on the bank account, the dates
are at most five days apart, and each is the only one for the other. Anything less sure stays apart
and is shown to a person.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

APART = timedelta(days=5)


def join(receipts: pl.DataFrame, booked: pl.DataFrame) -> pl.DataFrame:
    """Pairs (key, item_id, amount, rest).

    `receipts`: key, customer_id, currency, amount (negative), issue_date, treasury_entry,
    treasury_amount. `booked`: id, customer_id, currency, amount, issue_date. `amount` is the
    payment's, `rest` what the ledger credits beyond it: a discount, or (positive) a fee.
    """
    alone = (pl.col("treasury_entry") != "") & (pl.len().over("treasury_entry") == 1)
    moved = pl.when(alone & pl.col("treasury_amount").is_not_null()).then(
        -pl.col("treasury_amount")
    )
    told = receipts.with_columns(moved=pl.coalesce(moved, "amount"))
    near = told.join(
        booked.rename({"amount": "moved"}),
        on=["customer_id", "currency", "moved"],
        how="inner",
        suffix="_booked",
    ).filter((pl.col("issue_date") - pl.col("issue_date_booked")).abs() <= APART)
    only = (pl.len().over("key") == 1) & (pl.len().over("id") == 1)
    return near.filter(only).select(
        "key", item_id="id", amount="moved", rest=pl.col("amount") - pl.col("moved")
    )
