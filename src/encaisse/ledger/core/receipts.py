"""The same money told twice: by the ledger and, earlier, by the bank.

A receipt of the ledger and a payment that we booked from a bank line are one when customer,
currency and amount are the same, the dates are at most five days apart, and each is the only one
for the other. Anything less sure stays apart and is shown to a person.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

APART = timedelta(days=5)


def join(receipts: pl.DataFrame, booked: pl.DataFrame) -> pl.DataFrame:
    """Pairs (key, item_id, amount).

    `receipts`: key, customer_id, currency, amount, issue_date. `booked`: id, customer_id,
    currency, amount, issue_date.
    """
    near = receipts.join(
        booked, on=["customer_id", "currency", "amount"], how="inner", suffix="_booked"
    ).filter((pl.col("issue_date") - pl.col("issue_date_booked")).abs() <= APART)
    only = (pl.len().over("key") == 1) & (pl.len().over("id") == 1)
    return near.filter(only).select("key", pl.col("id").alias("item_id"), "amount")
